"""Colours as expressions: amounts of light, and what is computed with them.

A colour is a node `light` of four numbers: red, green and blue light, as IEC 61966-2-1 has them, and the
opacity; or `chosen`, one colour inside of a region and another outside.
"""

import functools
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from shapecli.base.colours import Rgba, encoded, linear
from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Op

Channels = tuple[Node, ...]
Table = tuple[tuple[float, ...], ...]  # light from one end of a map to the other

# OKLab (https://bottosson.github.io/posts/oklab/): cube roots of cone responses to lightness, green-red and
# blue-yellow; and cone responses to linear sRGB.  The other ways round are their inverses.
LIGHT_TO_CONES: Final = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
CONES_TO_LIGHT: Final = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
LAB_TO_ROOTS: Final = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)


def of_rgba(graph: Graph, rgba: Rgba) -> Node:
    """A colour of numbers of sRGB."""
    light = [linear(channel) for channel in rgba[:3]]
    return graph.apply(ops.light, *map(graph.number, (*light, rgba[3] / 255)))


def of_rgb(graph: Graph, red: Node, green: Node, blue: Node) -> Node:
    """A colour of shares of sRGB from 0 to 1."""
    return _opaque(graph, [_linear(graph, channel) for channel in (red, green, blue)])


def of_hsl(graph: Graph, hue: Node, saturation: Node, lightness: Node) -> Node:
    """A colour by its hue, a full turn being 1, saturation and lightness (CSS Color 4, section 7)."""
    number, apply = graph.number, graph.apply
    one = number(1.0)
    hue = apply(ops.sub, hue, apply(ops.floor_, hue))  # however large it is
    amplitude = apply(ops.mul, saturation, apply(ops.minimum, lightness, apply(ops.sub, one, lightness)))

    def channel(shift: float) -> Node:
        place = apply(ops.add, number(shift), apply(ops.mul, number(12.0), hue))
        turns = apply(ops.floor_, apply(ops.div, place, number(12.0)))
        k = apply(ops.sub, place, apply(ops.mul, number(12.0), turns))
        ramp = apply(ops.minimum, apply(ops.sub, k, number(3.0)), apply(ops.sub, number(9.0), k))
        ramp = apply(ops.maximum, number(-1.0), apply(ops.minimum, ramp, one))
        return apply(ops.sub, lightness, apply(ops.mul, amplitude, ramp))

    return of_rgb(graph, channel(0.0), channel(8.0), channel(4.0))


def of_oklch(graph: Graph, lightness: Node, chroma: Node, hue: Node) -> Node:
    """A colour by OKLab in polar coordinates: lightness from 0 to 1, chroma, and hue in radians."""
    a = graph.apply(ops.mul, chroma, graph.apply(ops.cos, hue))
    b = graph.apply(ops.mul, chroma, graph.apply(ops.sin, hue))
    return _of_roots(graph, _times(graph, LAB_TO_ROOTS, (lightness, a, b)))


def rgba_of(node: Node) -> Rgba | None:
    """A colour as numbers of sRGB, if it is the same everywhere."""
    if node.op is not ops.light or any(channel.constant is None for channel in node.args):
        return None
    if any(math.isnan(channel.constant or 0.0) for channel in node.args):
        return 0, 0, 0, 0  # undefined is transparent
    red, green, blue, opacity = (min(1.0, max(0.0, channel.constant or 0.0)) for channel in node.args)
    return encoded(red), encoded(green), encoded(blue), round(255 * opacity)


def faded(graph: Graph, colour: Node, opacity: Node) -> Node:
    """A colour of which a share is left."""

    def rule(light: Node) -> Node:
        return graph.apply(ops.light, *light.args[:3], graph.apply(ops.mul, light.args[3], opacity))

    return over_leaves(graph, colour, rule)


def over_leaves(graph: Graph, colour: Node, rule: Callable[[Node], Node]) -> Node:
    """A colour with every `light` that may be chosen replaced."""
    done: dict[Node, Node] = {}
    stack = [colour]
    while stack:
        node = stack[-1]
        choices = node.args[1:] if node.op is ops.chosen else ()
        if missing := [choice for choice in choices if choice not in done]:
            stack.extend(missing)
            continue
        stack.pop()
        done[node] = (
            graph.apply(ops.chosen, node.args[0], *(done[choice] for choice in choices))
            if choices
            else rule(node)
        )
    return done[colour]


def combined(graph: Graph, op: Op, left: Node, right: Node) -> Node:
    """`op` on the light of two colours, or of one and a number; the opacity is that of the first."""

    def each(first: Node, second: Node) -> Node:
        opacity = (first if first.op is ops.light else second).args[3]
        pairs = zip(_channels(first), _channels(second), strict=True)
        return graph.apply(ops.light, *(graph.apply(op, *pair) for pair in pairs), opacity)

    return over_leaves(graph, left, lambda a: over_leaves(graph, right, lambda b: each(a, b)))


def ramp(graph: Graph, stops: Sequence[tuple[float, Node]], place: Node) -> Node:
    """The colour at a place between stops, which are mixed in OKLab; the first before them, the last after.

    Args:
        stops: places in ascending order, and `light` nodes.
    """
    roots = [_roots(graph, colour.args[:3]) for _, colour in stops]
    channels = [
        _piecewise(graph, [(at, channel[k]) for (at, _), channel in zip(stops, roots, strict=True)], place)
        for k in range(3)
    ]
    opacity = _piecewise(graph, [(at, colour.args[3]) for at, colour in stops], place)
    return graph.apply(ops.light, *_of_roots(graph, channels).args[:3], opacity)


def of_table(graph: Graph, table: Table, place: Node) -> Node:
    """The colour at a place from 0 to 1 in a table of light, by as few straight pieces as suffice."""
    knots = _knots(table)
    channels = [
        _piecewise(graph, [(k / (len(table) - 1), graph.number(table[k][c])) for k in knots], place)
        for c in range(3)
    ]
    return _opaque(graph, channels)


def _channels(node: Node) -> Channels:
    """Red, green and blue light; a number is all of them."""
    return node.args[:3] if node.op is ops.light else (node,) * 3


def _opaque(graph: Graph, channels: Sequence[Node]) -> Node:
    return graph.apply(ops.light, *channels, graph.number(1.0))


def _linear(graph: Graph, share: Node) -> Node:
    """The light of a share of sRGB, which is taken to be from 0 to 1: `base.colours.linear` as a graph."""
    number, apply = graph.number, graph.apply
    share = _clamped(graph, share, 0.0, 1.0)
    root = apply(ops.div, apply(ops.add, share, number(0.055)), number(1.055))
    is_dark = apply(ops.at_most, share, number(0.04045))
    light = apply(ops.pow_, root, number(2.4)), apply(ops.div, share, number(12.92))
    if share.constant is not None:
        return light[share.constant <= 0.04045]
    return apply(ops.if_, is_dark, light[1], light[0])


def _clamped(graph: Graph, value: Node, low: float, high: float) -> Node:
    value = graph.apply(ops.minimum, value, graph.number(high))
    return graph.apply(ops.maximum, graph.number(low), value)


def _roots(graph: Graph, light: Channels) -> Channels:
    """The cube roots of cone responses, between which OKLab is a straight line."""
    return tuple(graph.apply(ops.cbrt, cone) for cone in _times(graph, LIGHT_TO_CONES, light))


def _of_roots(graph: Graph, roots: Sequence[Node]) -> Node:
    cones = [graph.apply(ops.mul, root, graph.apply(ops.square, root)) for root in roots]
    return _opaque(graph, _times(graph, CONES_TO_LIGHT, cones))


def _times(graph: Graph, matrix: Sequence[Sequence[float]], vector: Sequence[Node]) -> Channels:
    def row(factors: Sequence[float]) -> Node:
        terms = [
            graph.apply(ops.mul, graph.number(factor), part)
            for factor, part in zip(factors, vector, strict=True)
        ]
        return functools.reduce(lambda a, b: graph.apply(ops.add, a, b), terms)

    return tuple(map(row, matrix))


def _piecewise(graph: Graph, knots: Sequence[tuple[float, Node]], place: Node) -> Node:
    """The function that is straight between knots (place, value), and constant beyond them."""
    number, apply = graph.number, graph.apply
    place = _clamped(graph, place, knots[0][0], knots[-1][0])
    if (at := place.constant) is not None:  # of all pieces one is needed
        pieces = [*pairwise(knots)]
        (start, value), (end, other) = next((piece for piece in pieces if at <= piece[1][0]), pieces[-1])
        share = number((at - start) / (end - start))
        return apply(ops.add, value, apply(ops.mul, apply(ops.sub, other, value), share))
    total, before = knots[0][1], number(0.0)
    for (start, value), (end, other) in pairwise(knots):
        slope = apply(ops.div, apply(ops.sub, other, value), number(end - start))
        beyond = apply(ops.maximum, number(0.0), apply(ops.sub, place, number(start)))
        total = apply(ops.add, total, apply(ops.mul, apply(ops.sub, slope, before), beyond))
        before = slope
    return total


@functools.lru_cache(maxsize=16)
def _knots(table: Table) -> list[int]:
    """Entries of a table between which straight lines are as good as all of it, to half a step of 8 bits."""
    step = [[max(1.0 / 255 / 12.92, 2.2 / 255 * light ** (1.4 / 2.4)) / 2 for light in row] for row in table]

    def straight(first: int, last: int) -> bool:
        return all(
            abs(
                table[first][c]
                + (table[last][c] - table[first][c]) * (k - first) / (last - first)
                - table[k][c]
            )
            <= step[k][c]
            for k in range(first + 1, last)
            for c in range(3)
        )

    knots = [0]
    while knots[-1] < len(table) - 1:
        first, reach = knots[-1], 1
        while first + reach < len(table) - 1 and straight(first, first + reach + 1):
            reach += 1
        knots.append(first + reach)
    return knots
