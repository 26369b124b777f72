"""Derivatives of expressions as expressions: the chain rule forwards."""

import math
from collections.abc import Callable, Mapping
from typing import Final

from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.ops import Kind, Op

FINITE: Final = 1e308  # a level beyond is that of a primitive that is undefined
LEAST: Final = 1e-30  # what divides is at least this, so that a slope of 0 over 0 is 0; float32 has it, too
STEP: Final = 2.0**-16  # to either side, where an operation has no rule here
# Of a node of a distance: the leaves for its x and y, which nothing else is called.
PLACES: Final = ("x'", "y'")

# A partial derivative by each argument, from the result and the arguments; None where it is 0.
Partials = Callable[["_Terms", Node, tuple[Node, ...]], tuple[Node | None, ...]]


class _Terms:
    """Short names for operations on nodes of a graph, and on numbers."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __call__(self, op: Op, *args: Node | float) -> Node:
        nodes = (arg if isinstance(arg, Node) else self.graph.number(arg) for arg in args)
        return self.graph.apply(op, *nodes)

    def over(self, one: Node | float, other: Node) -> Node:
        """A quotient by what is not negative, and not 0 but for rounding."""
        return self(ops.div, one, self(ops.maximum, other, LEAST))

    def plus(self, one: Node, other: Node | float) -> Node:
        return self(ops.add, one, other)


def _share(t: "_Terms", one: Node, other: Node) -> Node:
    """1 where a number is greater than another one, 1/2 where they are equal, and else 0."""
    return t(ops.mul, t.plus(t(ops.sign_, t(ops.sub, one, other)), 1.0), 0.5)


def _of_power(t: "_Terms", out: Node, args: tuple[Node, ...]) -> tuple[Node | None, ...]:
    base, exponent = args
    by_base = t(ops.mul, exponent, t(ops.pow_, base, t(ops.sub, exponent, 1.0)))
    return by_base, t(ops.mul, out, t(ops.ln, base))


def _of_angle(t: "_Terms", _: Node, args: tuple[Node, ...]) -> tuple[Node | None, ...]:
    a, b = args
    square = t.plus(t(ops.square, a), t(ops.square, b))
    return t.over(b, square), t(ops.neg, t.over(a, square))


def _of_xor(t: "_Terms", _: Node, args: tuple[Node, ...]) -> tuple[Node | None, ...]:
    total, gap = (t(ops.tanh, t(ops.mul, t(op, *args), 0.5)) for op in (ops.add, ops.sub))
    return t(ops.mul, t(ops.sub, total, gap), 0.5), t(ops.mul, t(ops.add, total, gap), 0.5)


def _of_primitive(t: "_Terms", _: Node, args: tuple[Node, ...]) -> tuple[Node | None, ...]:
    return (t.graph.number(1.0),)


def _arc(t: "_Terms", a: Node) -> Node:
    return t(ops.sqrt, t(ops.sub, 1.0, t(ops.square, a)))


def _logarithm(base: float) -> Partials:
    return lambda t, out, args: (t(ops.div, 1.0 / math.log(base), args[0]),)


RULES: Final[Mapping[Op, Partials]] = {
    ops.add: lambda t, out, args: (t.graph.number(1.0),) * 2,
    ops.sub: lambda t, out, args: (t.graph.number(1.0), t.graph.number(-1.0)),
    ops.mul: lambda t, out, args: args[::-1],
    ops.div: lambda t, out, args: (t(ops.div, 1.0, args[1]), t(ops.neg, t(ops.div, out, args[1]))),
    ops.neg: lambda t, out, args: (t.graph.number(-1.0),),
    ops.square: lambda t, out, args: (t(ops.mul, args[0], 2.0),),
    ops.pow_: _of_power,
    ops.absolute: lambda t, out, args: (t(ops.sign_, args[0]),),
    ops.sqrt: lambda t, out, args: (t.over(0.5, out),),
    ops.cbrt: lambda t, out, args: (t.over(1 / 3, t(ops.square, out)),),
    ops.exp: lambda t, out, args: (out,),
    ops.ln: _logarithm(math.e),
    ops.log2: _logarithm(2.0),
    ops.log10: _logarithm(10.0),
    ops.sin: lambda t, out, args: (t(ops.cos, args[0]),),
    ops.cos: lambda t, out, args: (t(ops.neg, t(ops.sin, args[0])),),
    ops.tan: lambda t, out, args: (t.plus(t(ops.square, out), 1.0),),
    ops.asin: lambda t, out, args: (t.over(1.0, _arc(t, args[0])),),
    ops.acos: lambda t, out, args: (t.over(-1.0, _arc(t, args[0])),),
    ops.atan: lambda t, out, args: (t(ops.div, 1.0, t.plus(t(ops.square, args[0]), 1.0)),),
    ops.atan2: _of_angle,
    ops.sinh: lambda t, out, args: (t(ops.cosh, args[0]),),
    ops.cosh: lambda t, out, args: (t(ops.sinh, args[0]),),
    ops.tanh: lambda t, out, args: (t(ops.sub, 1.0, t(ops.square, out)),),
    **dict.fromkeys((ops.sign_, ops.floor_, ops.undefined), lambda t, out, args: (None,)),
    ops.minimum: lambda t, out, args: (_share(t, args[1], args[0]), _share(t, args[0], args[1])),
    ops.maximum: lambda t, out, args: (_share(t, args[0], args[1]), _share(t, args[1], args[0])),
    ops.closed_: _of_primitive,
    ops.opened_: _of_primitive,
    ops.lse: lambda t, out, args: tuple(t(ops.exp, t(ops.sub, arg, out)) for arg in args),
    ops.lse_min: lambda t, out, args: tuple(t(ops.exp, t(ops.sub, out, arg)) for arg in args),
    ops.lse_xor: _of_xor,
}  # fmt: skip


def distance(graph: Graph, level: Node, x: Node, y: Node) -> Node:
    """How far a place is from where a level is 0, to first order: L/|grad L|, infinite where L has no slope.

    Args:
        level: in the leaves PLACES.
        x, y: the place.
    """
    t = _Terms(graph)
    slopes = [derivative(graph, level, place) for place in PLACES]
    squares = [t(ops.square, slope) for slope in slopes if slope]
    if squares:
        found = t.over(level, t(ops.sqrt, squares[0] if len(squares) == 1 else t(ops.add, *squares)))
    else:
        found = t(ops.div, level, 0.0)  # it may yet jump
    return graph.substitute(found, dict(zip(PLACES, (x, y), strict=True)))


def derivative(graph: Graph, root: Node, leaf: str) -> Node | None:
    """That of a number by an input; None if the input is not in it.

    As the table has it; where a primitive is undefined it is 0, as its level is infinite.
    """
    t = _Terms(graph)
    by: dict[Node, Node | None] = {}
    for node in walk(root):
        by[node] = graph.number(1.0) if node.leaf == leaf else _chained(t, node, by)
    return by[root]


def _chained(t: _Terms, node: Node, by: Mapping[Node, Node | None]) -> Node | None:
    inner = [by[arg] for arg in node.args]
    if node.op is None or node.kind is not Kind.NUMBER or not any(inner):
        return None
    if node.op is ops.if_:
        return t(ops.if_, node.args[0], *(slope or 0.0 for slope in inner[1:])) if any(inner[1:]) else None
    rule = RULES.get(node.op)
    outer = rule(t, node, node.args) if rule else _differences(t, node, inner)
    terms = [
        slope if partial.constant == 1.0 else t(ops.mul, partial, slope)
        for partial, slope in zip(outer, inner, strict=True)
        if partial and slope
    ]
    if not terms:
        return None
    total = terms[0] if len(terms) == 1 else t(ops.add, *terms)
    if node.op in (ops.closed_, ops.opened_):
        return t(ops.if_, t(ops.sub, node, FINITE), total, 0.0)
    return total


def _differences(t: _Terms, node: Node, inner: "list[Node | None]") -> tuple[Node | None, ...]:
    """By central differences, for what has no rule."""
    assert node.op
    partials: list[Node | None] = []
    for place, slope in enumerate(inner):
        sides = [
            t(node.op, *node.args[:place], t.plus(node.args[place], step), *node.args[place + 1 :])
            for step in (STEP, -STEP)
            if slope
        ]
        partials.append(t(ops.mul, t(ops.sub, *sides), 0.5 / STEP) if sides else None)
    return tuple(partials)
