"""What the set operations mean as levels L = ln u: a point is inside where L <= 0."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from shapecli.fields import ops
from shapecli.fields.derivative import distance
from shapecli.fields.graph import Graph, Node, Turns, regions_of, values, walk
from shapecli.fields.ops import Op

SHARPNESS: Final = "n"  # the input that holds the figure's sharpness
FOLDED: Final = (ops.union, ops.intersection)  # the operations whose very many turns may be folded

Rule = Callable[[Graph, tuple[Node, ...]], Node]


def _level_of_field(graph: Graph, closing: Op, field: Node) -> Node:
    """The level of a primitive."""
    return graph.apply(closing, graph.apply(ops.mul, graph.input(SHARPNESS), field))


@dataclass(frozen=True)
class Chain:
    """The rule of an associative operation: another one, of two arguments."""

    op: Op

    def __call__(self, graph: Graph, args: tuple[Node, ...]) -> Node:
        return graph.balanced(self.op, args)


def _crisp_xor(graph: Graph, args: tuple[Node, ...]) -> Node:
    """In one of two sets: min of the levels, and not max."""
    either = graph.apply(ops.minimum, *args)
    both = graph.apply(ops.maximum, *args)
    return graph.apply(ops.maximum, either, graph.apply(ops.neg, both))


CRISP_SETS: Mapping[Op, Rule] = {
    ops.complement: lambda graph, args: graph.apply(ops.neg, args[0]),
    ops.intersection: Chain(ops.maximum),
    ops.union: Chain(ops.minimum),
    ops.symmetric_difference: _crisp_xor,
    ops.branch: lambda graph, args: graph.apply(ops.if_, *args),
}

SHARP: Mapping[Op, Rule] = {
    ops.at_most: lambda graph, args: _level_of_field(graph, ops.closed_, graph.apply(ops.sub, *args)),
    ops.less: lambda graph, args: _level_of_field(graph, ops.opened_, graph.apply(ops.sub, *args)),
    ops.trench: lambda graph, args: _level_of_field(
        graph, ops.closed_, graph.apply(ops.ln, graph.apply(ops.absolute, args[0]))
    ),
    ops.boundary_value: lambda graph, args: graph.apply(ops.closed_, graph.apply(ops.ln, args[0])),
    ops.level_: lambda graph, args: args[0],
    ops.distance_: lambda graph, args: distance(graph, *args),
    **CRISP_SETS,
}

SOFT: Mapping[Op, Rule] = {
    **SHARP,
    ops.intersection: Chain(ops.lse),
    ops.union: Chain(ops.lse_min),
    ops.symmetric_difference: Chain(ops.lse_xor),
}


def level(graph: Graph, node: Node, *, sharp: bool) -> Node:
    """The level of a region, or a number with the levels that it asks for.

    Levels are log-sum-exp of those of primitives, or max and min if sharp.
    """
    return rewritten(graph, node, SHARP if sharp else SOFT)[node]


def levels(graph: Graph, region: Node, *, sharp: bool) -> dict[Node, Node]:
    """The level of every region that a region is made of, and of itself."""
    written = rewritten(graph, region, SHARP if sharp else SOFT, folded=False)
    return {node: written[node] for node in regions_of(region)}


def rewritten(
    graph: Graph, region: Node, rules: Mapping[Op, Rule], *, folded: bool = True
) -> dict[Node, Node]:
    """What the rules make of a region, and of all that it is made of.

    Args:
        folded: whether a node that is folded stays so, where all rules of what is folded are chains.
    """

    def of_leaf(node: Node) -> Node:
        leaf = node.leaf
        return graph.number(leaf, node.between) if isinstance(leaf, float) else graph.input(str(leaf))

    def apply(op: Op, *args: Node, graph: Graph = graph) -> Node:
        rule = rules.get(op)
        return rule(graph, args) if rule else graph.apply(op, *args)

    def of_fold(turns: Turns, known: Mapping[Node, Node]) -> Node:
        rule = rules.get(turns.op, Chain(turns.op))
        assert isinstance(rule, Chain)
        varying, leaves = graph.with_leaves(str(leaf.leaf) for leaf in turns.leaves)
        written = {**known, **dict(zip(turns.leaves, leaves, strict=True))}
        for step in turns.steps:
            args = [written[arg] for arg in step.args]
            is_number = all(arg in varying.varying or arg.constant is not None for arg in args)
            assert step.op  # numbers are worked out turn by turn; the rest is simplified once for all turns
            written[step] = apply(step.op, *args, graph=varying if is_number else graph)
        return graph.folded(Turns(graph, rule.op, written[turns.body], leaves, turns.rows))

    chained = all(isinstance(rules.get(op), Chain) for op in FOLDED)
    return values([region], of_leaf, apply, of_fold if folded and chained else None)


@dataclass(frozen=True, eq=False)
class Curve:
    """Where a number changes its sign, in the regions that it is cut by.

    Attributes:
        field: the number, a - b for the curve a = b.
        cuts: levels of regions; a point of the curve is drawn where all are at most 0.
    """

    field: Node
    cuts: tuple[Node, ...] = ()


def curves(graph: Graph, curve: Node, *, sharp: bool) -> Iterator[Curve]:
    """The curves that a node of that kind is made of."""
    for equation, regions in equations(curve):
        cuts = tuple(level(graph, region, sharp=sharp) for region in regions)
        left, right = (level(graph, arg, sharp=sharp) for arg in equation.args)
        yield Curve(graph.apply(ops.sub, left, right), cuts)


def equations(curve: Node) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """The equations a = b that a curve is made of, each with the regions that it is cut by."""
    stack: list[tuple[Node, tuple[Node, ...]]] = [(curve, ())]
    while stack:
        node, regions = stack.pop()
        if node.op is ops.equal:
            yield node, regions
        elif node.op is ops.cut:
            stack.append((node.args[0], (*regions, node.args[1])))
        else:
            stack.extend((arg, regions) for arg in reversed(node.args))


def undefined(graph: Graph, root: Node) -> Node:
    """1 where a primitive under the level `root` is undefined, else 0."""
    inside = [node.args[0] for node in walk(root) if node.op in (ops.closed_, ops.opened_)]
    flags = tuple(graph.apply(ops.undefined, node) for node in inside)
    return graph.balanced(ops.maximum, flags) if flags else graph.number(0.0)
