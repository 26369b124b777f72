"""Claims: what a text says is true, and what must be measured for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shapecli.base.source import Source, Span
from shapecli.base.window import Window
from shapecli.fields.graph import Node, walk
from shapecli.fields.ops import FUNCTIONS
from shapecli.language.figure import Parameter
from shapecli.language.names import CONSTANTS, INPUTS

AREA, DERIVATIVE, INTEGRAL = "area", "derivative", "integral"
SHAPES: Final[Mapping[str, str]] = {
    AREA: "area(R)", DERIVATIVE: "derivative(f, x)", INTEGRAL: "integral(f, x, a, b)",
    "level": "level(R)", "crisp": "crisp(R)",
}  # fmt: skip
FIXED: Final = frozenset({*INPUTS, *CONSTANTS, *FUNCTIONS, *SHAPES})


@dataclass(frozen=True, eq=False)
class Measure:
    """A number that no formula gives: it is measured, and put in place of an input.

    Attributes:
        kind: AREA of a region in the window; DERIVATIVE of a number; INTEGRAL of one.
        body: the region or the number.
        variable: the input that is changed, or integrated over.
        ends: of an integral.
    """

    kind: str
    body: Node
    variable: str = ""
    ends: tuple[Node, ...] = ()


@dataclass(frozen=True, eq=False)
class Loop:
    """The values that an input takes, or the two ends of a range."""

    name: str
    values: tuple[float, ...]
    is_range: bool


@dataclass(frozen=True, eq=False)
class Claim:
    """What is said to be true for all values of the loops.

    Attributes:
        truth: a region, which should hold the point, or a curve a = b, which should be true.
        operands: the numbers that are compared, with what the text calls them.
        within: how far a and b may be apart; none for rounding alone.
        measures: by the inputs that stand for them; each may need those before it.
    """

    span: Span
    truth: Node
    within: Node | None
    loops: tuple[Loop, ...]
    operands: tuple[tuple[str, Node], ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Claims:
    """The claims of a text, and what they are said of."""

    source: Source
    claims: tuple[Claim, ...]
    parameters: tuple[Parameter, ...]
    sharpness: float
    window: Window


def inputs_in(*nodes: Node) -> set[str]:
    """The names of the inputs that nodes depend on."""
    return {node.leaf for node in walk(*nodes) if isinstance(node.leaf, str)}
