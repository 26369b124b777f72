"""The one inequality of a region as a formula: u <= 1 as in the articles, or f <= 0 by max and min."""

import functools
from collections.abc import Iterator, Mapping
from typing import Final

from shapecli.fields import blend, ops
from shapecli.fields.blend import SHARPNESS, Rule, rewritten
from shapecli.fields.derivative import distance
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.ops import Op

EXPONENTIAL: Final = (ops.at_most, ops.less, ops.trench)  # primitives that have e^(n f)


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


def _over(op: Op, inside: Rule, outside: Rule) -> Rule:
    """An operation of what a body becomes inside, and what becomes of that."""
    return lambda graph, args: outside(graph, (graph.apply(op, inside(graph, args[:1]), *args[1:]),))


def _itself(graph: Graph, args: tuple[Node, ...]) -> Node:
    return args[0]


def _one_of_many(graph: Graph, args: tuple[Node, ...]) -> Node:
    """(1 + P)/(1 - P) with P the product of all (u - 1)/(u + 1), the tanh of t/2 where u is e^t."""
    body, *index = args
    one = graph.number(1.0)
    sides = body.args if body.op is ops.div else ()
    if sides and sides[0].op is ops.add and sides[0].args[-1].op is ops.product_over:  # of such an operation
        share = sides[0].args[-1]
    elif body.op is ops.exp:
        share = graph.apply(ops.tanh, graph.apply(ops.div, body.args[0], graph.number(2.0)))
    else:
        share = graph.apply(  # (u - 1)/(u + 1), also where u is infinite
            ops.sub, one, graph.apply(ops.div, graph.number(2.0), graph.apply(ops.add, body, one))
        )
    product = graph.apply(ops.product_over, share, *index)
    return graph.apply(ops.div, graph.apply(ops.add, one, product), graph.apply(ops.sub, one, product))


def _crisp_one_of_many(graph: Graph, args: tuple[Node, ...]) -> Node:
    """The product of all signs, times the smallest size."""
    body, *index = args
    if body.op is ops.mul and body.args[0].op is ops.product_over:  # of such an operation
        sign, size = body.args
    else:
        sign, size = graph.apply(ops.sign_, body), graph.apply(ops.absolute, body)
    signs = graph.apply(ops.product_over, sign, *index)
    return graph.apply(ops.mul, signs, graph.apply(ops.min_over, size, *index))


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


# Set operations on boundary values u = e^L themselves, which overflow where |L| > 709: for formulas.
BOUNDARY: Mapping[Op, Rule] = {
    ops.at_most: _exponential,
    ops.less: _exponential,
    ops.trench: lambda graph, args: graph.apply(
        ops.pow_, graph.apply(ops.absolute, args[0]), graph.input(SHARPNESS)
    ),
    ops.boundary_value: lambda graph, args: args[0],
    ops.level_: lambda graph, args: graph.apply(ops.ln, args[0]),
    ops.distance_: lambda graph, args: distance(graph, graph.apply(ops.ln, args[0]), *args[1:]),
    ops.complement: _reciprocal,
    ops.intersection: _total,
    ops.union: _parallel,
    ops.symmetric_difference: _one_of_two,
    ops.intersection_over: _over(ops.sum_over, _itself, _itself),
    ops.union_over: _over(ops.sum_over, _reciprocal, _reciprocal),
    ops.xor_over: _one_of_many,
    **dict.fromkeys(
        (ops.if_, ops.branch),
        lambda graph, args: graph.apply(ops.if_, _within(graph, args[0]), *args[1:]),
    ),
}

# The crisp field, for formulas: the level of a sharp region by its sharpness.
CRISP: Mapping[Op, Rule] = {
    ops.at_most: lambda graph, args: graph.apply(ops.sub, *args),
    ops.less: lambda graph, args: graph.apply(ops.sub, *args),
    ops.trench: lambda graph, args: graph.apply(ops.ln, graph.apply(ops.absolute, args[0])),
    ops.boundary_value: lambda graph, args: graph.apply(
        ops.div, graph.apply(ops.ln, args[0]), graph.input(SHARPNESS)
    ),
    ops.level_: lambda graph, args: graph.apply(ops.mul, graph.input(SHARPNESS), args[0]),
    ops.distance_: lambda graph, args: distance(graph, *args),
    **blend.CRISP_SETS,
    ops.intersection_over: _over(ops.max_over, _itself, _itself),
    ops.union_over: _over(ops.min_over, _itself, _itself),
    ops.xor_over: _crisp_one_of_many,
    **dict.fromkeys(
        (ops.if_, ops.branch),
        lambda graph, args: graph.apply(
            ops.if_, graph.apply(ops.at_most, args[0], graph.number(0.0)), *args[1:]
        ),
    ),
}


def inequality(graph: Graph, region: Node, *, sharp: bool) -> Node:
    """The one inequality of a region: u <= 1 by sums and reciprocals, or f <= 0 by max and min if sharp.

    Points on the boundary belong to it, whatever the primitives say.
    """
    if sharp:
        return graph.apply(ops.at_most, rewritten(graph, region, CRISP)[region], graph.number(0.0))
    return graph.apply(ops.at_most, boundary(graph, region), graph.number(1.0))


def plain_inequality(graph: Graph, region: Node, *, sharp: bool) -> Node:
    """An inequality in which a primitive stays as it is, and L/n <= 0 is written if u loses the sharpness.

    Read as a primitive itself, or u <= 1 by its exponentials, it has the level of the region again.
    """
    if region.op in (ops.at_most, ops.less):
        rules = CRISP if sharp else BOUNDARY
        return graph.apply(region.op, *(rewritten(graph, arg, rules)[arg] for arg in region.args))
    if sharp or region.op is ops.trench or any(node.op in EXPONENTIAL for node in walk(region)):
        return inequality(graph, region, sharp=sharp or region.op is ops.trench)
    level = graph.apply(ops.ln, boundary(graph, region))
    return graph.apply(ops.at_most, graph.apply(ops.div, level, graph.input(SHARPNESS)), graph.number(0.0))


def boundary(graph: Graph, region: Node) -> Node:
    """The boundary value u = e^L of a region, as a number: sums and reciprocals, as in the articles."""
    return rewritten(graph, region, BOUNDARY)[region]


def exponent(graph: Graph, primitive: Node) -> Node:
    """The level of a primitive as one would write it: n f."""
    field = rewritten(graph, primitive, CRISP)[primitive]
    return graph.apply(ops.mul, graph.input(SHARPNESS), field)


def equations(graph: Graph, curve: Node, *, sharp: bool) -> Iterator[tuple[Node, list[Node]]]:
    """The equations that a curve is made of, each with the inequalities of what it is cut by."""
    for equation, regions in blend.equations(curve):
        cuts = [inequality(graph, region, sharp=sharp) for region in regions]
        yield rewritten(graph, equation, CRISP if sharp else BOUNDARY)[equation], cuts
