"""Levels as programs that also give their derivatives: forwards, then the chain rule backwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shapecli.fields.graph import Node, walk
from shapecli.notations.writing.forms import Notation, filled
from shapecli.notations.writing.program import Line, straight

# The partials of the table, as GLSL and JavaScript both write them: {0}, {1} are arguments, {2} the result.
PARTIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "neg": ("-1.0",),
    "min": tuple(f"({{{k}}} < {{{1 - k}}} ? 1.0 : {{0}} == {{1}} ? 0.5 : 0.0)" for k in (0, 1)),
    "max": tuple(f"({{{k}}} > {{{1 - k}}} ? 1.0 : {{0}} == {{1}} ? 0.5 : 0.0)" for k in (0, 1)),
    "smooth_max": ("decay({0} - {2})", "decay({1} - {2})"),
    "smooth_min": ("decay({2} - {0})", "decay({2} - {1})"),
    "smooth_xor": ("(sigmoid({0} + {1}) - sigmoid({0} - {1}))", "(sigmoid({0} + {1}) - sigmoid({1} - {0}))"),
}


@dataclass(frozen=True)
class Backwards:
    """A program with its derivatives.

    Attributes:
        lines: forwards.
        result: the name of the result.
        slopes: backwards: what is added to the derivative by each name, in this order.
        starts: what every derivative begins with: 1 for that by the result itself, 0 for others.
        inputs: names of the derivatives by inputs.
    """

    lines: tuple[Line, ...]
    result: str
    slopes: tuple[tuple[str, str], ...]
    starts: Mapping[str, int]
    inputs: Mapping[str, str]


def backwards(root: Node, notation: Notation) -> Backwards:
    """A level of levels that are inputs, with its derivatives by these.

    Raises:
        ShapeError: the notation refuses an operation.
    """
    nodes = list(walk(root))
    labels = {node: f"t{place}" for place, node in enumerate(nodes) if node.op}
    listing = straight([root], notation, labels, ())
    value = {node: labels.get(node) or notation.name(str(node.leaf)) for node in nodes}
    slope = {node: f"d{place}" for place, node in enumerate(nodes)}
    slopes: list[tuple[str, str]] = []
    for node in reversed(nodes):
        texts = [*(value[arg] for arg in node.args), *[""] * (2 - len(node.args)), value[node]]
        for arg, partial in zip(node.args, PARTIALS[node.op.name] if node.op else (), strict=True):
            slopes.append((slope[arg], f"{slope[node]} * {filled(partial, texts)}"))
    inputs = {str(node.leaf): slope[node] for node in nodes if isinstance(node.leaf, str)}
    starts = {name: int(node is root) for node, name in slope.items()}
    return Backwards(listing.lines, value[root], tuple(slopes), starts, inputs)
