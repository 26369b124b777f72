"""Polar coordinates, and every turn of the angle where it makes a difference."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node, walk, written_out
from shapecli.fields.ops import Kind

# The input that stands for theta until it is known what is asked of it; no name of the language is spelt so.
ANGLE: Final = "θ"
TURNS_TRIED: Final = 60
NEARLY: Final = 1e-12  # how near to a fraction what is written as one is, such as 2/3
# The names that mean something unless they are defined.
COORDINATES: Final[Mapping[str, Callable[[Graph], Node]]] = {
    "r": lambda graph: graph.apply(
        ops.sqrt, graph.apply(ops.add, *(graph.apply(ops.square, graph.input(name)) for name in "xy"))
    ),
    "theta": lambda graph: graph.input(ANGLE),
    "deg": lambda graph: graph.number(math.pi / 180.0),
}


def untwisted(graph: Graph, node: Node) -> Node:
    """A number, region or colour with the angle from -pi to pi."""
    return graph.substitute(node, {ANGLE: _angle(graph)}) if is_twisted(node) else node


def is_twisted(node: Node) -> bool:
    """Whether the angle is in it."""
    return any(part.leaf == ANGLE for part in walk(node))


def every_turn(graph: Graph, shape: Node) -> Node:
    """A region or curve in the angle, with each turn after which something else is there.

    A point has the angles theta, theta + 2 pi and so on, and is in `r <= 1 + cos(theta/2)` if it is with one
    of them.  If theta is not in a sine, cosine or tangent somewhere, or times what is no fraction, there is
    one turn.
    """
    if not is_twisted(shape):
        return shape
    turns = _turns(written_out(graph, shape))
    parts: dict[Node, None] = {}  # a set that keeps its order
    for k in range(turns):
        angle = _angle(graph)
        if k:
            angle = graph.apply(ops.add, angle, graph.number(k * math.tau))
        parts[graph.substitute(shape, {ANGLE: angle})] = None
    if len(parts) == 1:
        return next(iter(parts))
    return graph.apply(ops.together if shape.kind is Kind.CURVE else ops.union, *parts)


def _angle(graph: Graph) -> Node:
    return graph.apply(ops.atan2, graph.input("y"), graph.input("x"))


def _turns(shape: Node) -> int:
    """After how many turns everything is as it was; 1 if that is never, or after more than can be drawn."""
    slopes: dict[Node, float | None] = {}
    for node in walk(shape):  # arguments first
        slopes[node] = _slope(node, slopes)
    turns, stack, seen = 1, [shape], {shape}
    while stack:
        node = stack.pop()
        if node.leaf == ANGLE:
            return 1
        parts = node.args
        if node.op in (ops.sin, ops.cos, ops.tan) and (slope := slopes[parts[0]]) is not None:
            period = _period(slope, is_tangent=node.op is ops.tan)
            if period is None:
                return 1
            turns, parts = math.lcm(turns, period), ()
        for part in parts:
            if part not in seen:
                seen.add(part)
                stack.append(part)
    return turns if turns <= TURNS_TRIED else 1


def _slope(node: Node, slopes: Mapping[Node, float | None]) -> float | None:
    """What the angle is times in a number, the rest being free of it; none if there is more to it."""
    if not node.args:
        return 1.0 if node.leaf == ANGLE else 0.0
    of = [slopes[arg] for arg in node.args]
    if all(slope == 0.0 for slope in of):
        return 0.0
    if None in of:
        return None
    first, second = ((slope or 0.0) for slope in (*of, 0.0)[:2])
    if node.op is ops.neg:
        return -first
    if node.op is ops.add:
        return first + second
    if node.op is ops.sub:
        return first - second
    factors = [arg.constant for arg in node.args]
    if node.op is ops.mul and factors[0] is not None:
        return factors[0] * second
    if node.op is ops.mul and factors[1] is not None:
        return first * factors[1]
    return first / factors[1] if node.op is ops.div and factors[1] else None


def _period(slope: float, *, is_tangent: bool) -> int | None:
    """After how many turns a sine of slope times the angle is as it was, if it ever is."""
    if not math.isfinite(slope):
        return None
    fraction = Fraction(slope).limit_denominator(TURNS_TRIED)
    if abs(fraction - Fraction(slope)) > NEARLY * max(1.0, abs(slope)):
        return None
    return (fraction * 2).denominator if is_tangent else fraction.denominator
