"""Why a point is inside or outside: every value on the way, and who decides."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from shapecli.explain.steps import Derivation, Step
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, evaluate, walk
from shapecli.fields.ops import Op
from shapecli.fields.rules import smooth_max, smooth_max_partials, smooth_min, smooth_min_partials


@dataclass(frozen=True, eq=False)
class SetAtPoint:
    """A set at a point.

    Attributes:
        level: L = ln u; the point is in the set where it is at most 0.
        field: L / n, which is f of a primitive.
        weight: the derivative of the figure's level by this one: a softmax weight, with the sign of what
            complements make of it.
        share: the same without signs, for every place where the set stands: what cancels in the weight counts
            here.  Those of the primitives sum to 1.
    """

    step: Step
    level: float
    field: float
    weight: float
    share: float

    @property
    def inside(self) -> bool:
        return self.level <= 0.0

    @property
    def boundary(self) -> float:
        """U = e^L; infinite where that is no float64."""
        return math.exp(self.level) if self.level < 709.0 else math.inf


@dataclass(frozen=True, eq=False)
class Point:
    """A figure at a point.

    Attributes:
        values: of every step, in the order of the derivation.
        owner: the primitive with the largest weight.
        reasons: from the figure down to a primitive: at each step, what decided it.
    """

    x: float
    y: float
    values: Mapping[Step, SetAtPoint]
    owner: SetAtPoint
    reasons: tuple[SetAtPoint, ...]

    @property
    def inside(self) -> bool:
        return self.reasons[0].inside


def at(
    derivation: Derivation, x: float, y: float, inputs: Mapping[str, float], *, sharp: bool = False
) -> Point:
    """Everything about a point.

    Args:
        inputs: the value of every parameter, and of the sharpness.
    """
    graph = Graph()
    levels = blend.levels(graph, derivation.final.region, sharp=sharp)
    root = levels[derivation.final.region]
    nodes = list(walk(*levels.values()))
    numbers = evaluate(nodes, {**inputs, "x": x, "y": y})
    weights = slopes(nodes, root, numbers)
    shares = slopes(nodes, root, numbers, absolute=True)
    sharpness = inputs[blend.SHARPNESS]
    values = {}
    for step in derivation.steps:
        node = levels[step.region]
        values[step] = SetAtPoint(step, numbers[node], numbers[node] / sharpness, weights[node], shares[node])
    owner = max((values[step] for step in derivation.primitives), key=lambda value: abs(value.weight))
    return Point(x, y, values, owner, tuple(_reasons(derivation.final, values)))


def _reasons(step: Step, values: Mapping[Step, SetAtPoint]) -> list[SetAtPoint]:
    reasons = [values[step]]
    while step.arguments:
        step = max(step.arguments, key=lambda argument: _say(reasons[-1], values[argument]))
        reasons.append(values[step])
    return reasons


def _say(whole: SetAtPoint, part: SetAtPoint) -> float:
    """How much an argument decides: the largest level of an intersection, the least of a union."""
    op = whole.step.region.op
    if op is ops.intersection:
        return part.level
    if op is ops.union:
        return -part.level
    return -abs(part.level)  # of one of two sets, the one whose boundary is nearer


def slopes(
    nodes: list[Node], root: Node, numbers: Mapping[Node, float], *, absolute: bool = False
) -> dict[Node, float]:
    """The derivative of `root` by every level under it: the chain rule, backwards.

    Args:
        absolute: add up absolute values, so that nothing cancels.
    """
    derivatives = dict.fromkeys(nodes, 0.0)
    derivatives[root] = 1.0
    for node in reversed(nodes):
        if not derivatives[node] or node.op is None or not node.op.nonexpansive or node.op is ops.absolute:
            continue  # below the levels, which are what primitives and operations on them have
        assert node.op.partials
        partials = node.op.partials(numbers[node], *(numbers[arg] for arg in node.args))
        if absolute:
            partials = _unsigned(node.op, partials, [numbers[arg] for arg in node.args])
        for arg, partial in zip(node.args, partials, strict=True):
            derivatives[arg] += derivatives[node] * partial
    return derivatives


def _unsigned(op: Op, partials: tuple[float, ...], values: list[float]) -> tuple[float, ...]:
    """Partials without their signs; each set of a xor stands in it twice, as in (A & ~B) | (~A & B)."""
    if op is not ops.lse_xor:
        return tuple(map(abs, partials))
    a, b = values
    only_a, only_b = smooth_max(a, -b), smooth_max(-a, b)
    both = smooth_min_partials(smooth_min(only_a, only_b), only_a, only_b)
    inner = smooth_max_partials(only_a, a, -b), smooth_max_partials(only_b, -a, b)
    first, second = (sum(weight * pair[k] for weight, pair in zip(both, inner, strict=True)) for k in (0, 1))
    return first, second
