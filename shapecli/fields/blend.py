"""What the set operations mean as levels L = ln u: a point is inside where L <= 0."""

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.ops import Op

SHARPNESS = "n"  # the input that holds the figure's sharpness

Rule = Callable[[Graph, tuple[Node, ...]], Node]


def _primitive(closing: Op) -> Rule:
    def rule(graph: Graph, args: tuple[Node, ...]) -> Node:
        field = graph.apply(ops.sub, *args)
        return graph.apply(closing, graph.apply(ops.mul, graph.input(SHARPNESS), field))

    return rule


def _trench(graph: Graph, args: tuple[Node, ...]) -> Node:
    logarithm = graph.apply(ops.ln, graph.apply(ops.absolute, args[0]))
    return graph.apply(ops.closed_, graph.apply(ops.mul, graph.input(SHARPNESS), logarithm))


def _boundary_value(graph: Graph, args: tuple[Node, ...]) -> Node:
    return graph.apply(ops.closed_, graph.apply(ops.ln, args[0]))


def _negative(graph: Graph, args: tuple[Node, ...]) -> Node:
    return graph.apply(ops.neg, args[0])


def _chain(op: Op) -> Rule:
    return lambda graph, args: graph.balanced(op, args)


def _crisp_xor(graph: Graph, args: tuple[Node, ...]) -> Node:
    either = graph.apply(ops.minimum, *args)
    both = graph.apply(ops.maximum, *args)
    return graph.apply(ops.maximum, either, graph.apply(ops.neg, both))


_PRIMITIVES: Mapping[Op, Rule] = {
    ops.at_most: _primitive(ops.closed_),
    ops.less: _primitive(ops.opened_),
    ops.trench: _trench,
    ops.boundary_value: _boundary_value,
    ops.complement: _negative,
}

SOFT: Mapping[Op, Rule] = {
    **_PRIMITIVES,
    ops.intersection: _chain(ops.lse),
    ops.union: _chain(ops.lse_min),
    ops.symmetric_difference: _chain(ops.lse_xor),
}

SHARP: Mapping[Op, Rule] = {
    **_PRIMITIVES,
    ops.intersection: _chain(ops.maximum),
    ops.union: _chain(ops.minimum),
    ops.symmetric_difference: _crisp_xor,
}


def _exponential(graph: Graph, args: tuple[Node, ...]) -> Node:
    """e^(n (a - b)), or e^(-n (b - a)) if a is a number, as one would write it."""
    sharpness, (left, right) = graph.input(SHARPNESS), args
    turned = left.constant is not None and right.constant is None
    field = graph.apply(ops.sub, *(reversed(args) if turned else args))
    exponent = graph.apply(ops.mul, sharpness, field)
    return graph.apply(ops.exp, graph.apply(ops.neg, exponent) if turned else exponent)


def _reciprocal(graph: Graph, args: tuple[Node, ...]) -> Node:
    """1/u: e^-t of e^t, u of 1/u."""
    (node,) = args
    if node.op is ops.exp:
        return graph.apply(ops.exp, graph.apply(ops.neg, node.args[0]))
    if node.op is ops.div and node.args[0].constant == 1.0:
        return node.args[1]
    return graph.apply(ops.div, graph.number(1.0), node)


def _total(graph: Graph, args: tuple[Node, ...]) -> Node:
    return functools.reduce(lambda a, b: graph.apply(ops.add, a, b), args)


def _parallel(graph: Graph, args: tuple[Node, ...]) -> Node:
    """The reciprocal of a sum of reciprocals, as of parallel resistors."""
    return _reciprocal(graph, (_total(graph, tuple(_reciprocal(graph, (arg,)) for arg in args)),))


def _one_of_two(graph: Graph, args: tuple[Node, ...]) -> Node:
    """(1 + u v)/(u + v)."""
    product = graph.apply(ops.add, graph.number(1.0), graph.apply(ops.mul, *args))
    return graph.apply(ops.div, product, graph.apply(ops.add, *args))


def _within(graph: Graph, value: Node) -> Node:
    """U <= 1, or f <= 0 if that is what it means."""
    if value.op is ops.exp:
        exponent = value.args[0]
        turned = exponent.op is ops.neg
        scaled = exponent.args[0] if turned else exponent
        if scaled.op is ops.mul and graph.input(SHARPNESS) in scaled.args:
            field = scaled.args[1] if scaled.args[0] is graph.input(SHARPNESS) else scaled.args[0]
            sides = (graph.number(0.0), field) if turned else (field, graph.number(0.0))
            return graph.apply(ops.at_most, *sides)
    return graph.apply(ops.at_most, value, graph.number(1.0))


# The same on boundary values u = e^L themselves, which overflow where |L| > 709: for formulas.
BOUNDARY: Mapping[Op, Rule] = {
    ops.at_most: _exponential,
    ops.less: _exponential,
    ops.trench: lambda graph, args: graph.apply(
        ops.pow_, graph.apply(ops.absolute, args[0]), graph.input(SHARPNESS)
    ),
    ops.boundary_value: lambda graph, args: args[0],
    ops.complement: _reciprocal,
    ops.intersection: _total,
    ops.union: _parallel,
    ops.symmetric_difference: _one_of_two,
    ops.if_: lambda graph, args: graph.apply(ops.if_, _within(graph, args[0]), *args[1:]),
}

# The crisp field, for formulas: the level of a sharp region by its sharpness.
CRISP: Mapping[Op, Rule] = {
    ops.at_most: lambda graph, args: graph.apply(ops.sub, *args),
    ops.less: lambda graph, args: graph.apply(ops.sub, *args),
    ops.trench: lambda graph, args: graph.apply(ops.ln, graph.apply(ops.absolute, args[0])),
    ops.boundary_value: lambda graph, args: graph.apply(
        ops.div, graph.apply(ops.ln, args[0]), graph.input(SHARPNESS)
    ),
    ops.complement: _negative,
    ops.intersection: _chain(ops.maximum),
    ops.union: _chain(ops.minimum),
    ops.symmetric_difference: _crisp_xor,
    ops.if_: lambda graph, args: graph.apply(
        ops.if_, graph.apply(ops.at_most, args[0], graph.number(0.0)), *args[1:]
    ),
}


def inequality(graph: Graph, region: Node, *, sharp: bool) -> Node:
    """The one inequality of a region: u <= 1 by sums and reciprocals, or f <= 0 by max and min if sharp.

    Points on the boundary belong to it, whatever the primitives say.
    """
    if sharp:
        return graph.apply(ops.at_most, _rewritten(graph, region, CRISP)[region], graph.number(0.0))
    return graph.apply(ops.at_most, boundary(graph, region), graph.number(1.0))


def plain_inequality(graph: Graph, region: Node, *, sharp: bool) -> Node:
    """The same, but a primitive stays as it is, and L/n <= 0 is written where u would lose the sharpness.

    Read as a primitive itself, or u <= 1 by its exponentials, it has the level of the region again.
    """
    if region.op in (ops.at_most, ops.less):
        rules = CRISP if sharp else BOUNDARY
        return graph.apply(region.op, *(_rewritten(graph, arg, rules)[arg] for arg in region.args))
    if sharp or region.op is ops.trench or any(node.op in _EXPONENTIAL for node in walk(region)):
        return inequality(graph, region, sharp=sharp or region.op is ops.trench)
    level = graph.apply(ops.ln, boundary(graph, region))
    return graph.apply(ops.at_most, graph.apply(ops.div, level, graph.input(SHARPNESS)), graph.number(0.0))


_EXPONENTIAL = (ops.at_most, ops.less, ops.trench)


def boundary(graph: Graph, region: Node) -> Node:
    """The boundary value u = e^L of a region, as a number: sums and reciprocals, as in the articles."""
    return _rewritten(graph, region, BOUNDARY)[region]


def exponent(graph: Graph, primitive: Node) -> Node:
    """The level of a primitive as one would write it: n f."""
    field = _rewritten(graph, primitive, CRISP)[primitive]
    return graph.apply(ops.mul, graph.input(SHARPNESS), field)


def equations(graph: Graph, curve: Node, *, sharp: bool) -> Iterator[tuple[Node, list[Node]]]:
    """The equations that a curve is made of, each with the inequalities of what it is cut by."""
    stack: list[tuple[Node, list[Node]]] = [(curve, [])]
    while stack:
        node, cuts = stack.pop()
        if node.op is ops.equal:
            yield _rewritten(graph, node, CRISP if sharp else BOUNDARY)[node], cuts
        elif node.op is ops.cut:
            curve, region = node.args
            stack.append((curve, [*cuts, inequality(graph, region, sharp=sharp)]))
        else:
            stack.extend((arg, cuts) for arg in reversed(node.args))


def level(graph: Graph, region: Node, *, sharp: bool) -> Node:
    """The level of a region, as a number: log-sum-exp of its primitives, or max and min if sharp."""
    return _rewritten(graph, region, SHARP if sharp else SOFT)[region]


def levels(graph: Graph, region: Node, *, sharp: bool) -> dict[Node, Node]:
    """The level of every region that a region is made of, and of itself."""
    found = _rewritten(graph, region, SHARP if sharp else SOFT)
    return {node: level for node, level in found.items() if node.kind is ops.Kind.REGION}


def _rewritten(graph: Graph, region: Node, rules: Mapping[Op, Rule]) -> dict[Node, Node]:
    """What the rules make of a region, and of all that it is made of."""

    def rule(node: Node, args: list[Node]) -> Node:
        if node.op is None:
            leaf = node.leaf
            return graph.number(leaf, node.between) if isinstance(leaf, float) else graph.input(str(leaf))
        blend = rules.get(node.op)
        return blend(graph, tuple(args)) if blend else graph.apply(node.op, *args)

    return graph.rewritten(region, rule)


@dataclass(frozen=True, eq=False)
class Curve:
    """Where a number changes its sign, in the regions that it is cut by.

    Attributes:
        field: the number, a - b for the curve a = b.
        regions: each with its level; a point of the curve is drawn where all are at most 0.
    """

    field: Node
    regions: tuple[tuple[Node, Node], ...] = ()


def curves(graph: Graph, node: Node, *, sharp: bool) -> Iterator[Curve]:
    """The curves that a node of that kind is made of."""
    stack: list[tuple[Node, tuple[tuple[Node, Node], ...]]] = [(node, ())]
    while stack:
        node, regions = stack.pop()
        if node.op is ops.equal:
            left, right = (level(graph, arg, sharp=sharp) for arg in node.args)
            yield Curve(graph.apply(ops.sub, left, right), regions)
        elif node.op is ops.cut:
            curve, region = node.args
            stack.append((curve, (*regions, (region, level(graph, region, sharp=sharp)))))
        else:
            stack.extend((arg, regions) for arg in reversed(node.args))


def undefined(graph: Graph, root: Node) -> Node:
    """1 where a primitive under the level `root` is undefined, else 0."""
    inside = [node.args[0] for node in walk(root) if node.op in (ops.closed_, ops.opened_)]
    flags = tuple(graph.apply(ops.undefined, node) for node in inside)
    return graph.balanced(ops.maximum, flags) if flags else graph.number(0.0)


@dataclass(frozen=True)
class Gap:
    """How far the level of a soft region may be from the crisp one: from it - ln low to it + ln high.

    Attributes:
        low, high: whole numbers, 1 or more; or infinite, where nothing is known.
    """

    low: float = 1
    high: float = 1


_COMPOSED = (ops.complement, ops.intersection, ops.union, ops.symmetric_difference)


def _gap(op: Op | None, gaps: list[Gap]) -> Gap:
    if op is ops.complement:
        return Gap(gaps[0].high, gaps[0].low)
    low, high = max(gap.low for gap in gaps), max(gap.high for gap in gaps)
    if op is ops.intersection:
        return Gap(low, high * len(gaps))
    if op is ops.union:
        return Gap(low * len(gaps), high)
    worst = 2 * max(low, high)  # tanh(L/2) = -tanh(a/2) tanh(b/2): off by ln 2 either way
    return Gap(worst, worst)


def gaps(region: Node) -> dict[Node, Gap]:
    """The gap of every region that a region is made of.

    A primitive is exact, unless it asks for another region in an if.
    """
    found: dict[Node, Gap] = {}
    inexact: set[Node] = set()  # those that ask for a region with a gap
    for node in walk(region):
        if node.kind is ops.Kind.REGION and node.op in _COMPOSED:
            found[node] = _gap(node.op, [found[arg] for arg in node.args])
        elif any(arg in inexact or found.get(arg, Gap()) != Gap() for arg in node.args):
            inexact.add(node)
            found[node] = Gap(math.inf, math.inf)
        elif node.kind is ops.Kind.REGION:
            found[node] = Gap()
    return {node: gap for node, gap in found.items() if node.kind is ops.Kind.REGION}
