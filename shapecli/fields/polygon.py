"""Simple polygons as sets of half planes, in a formula that has each edge exactly once."""

import math
from collections.abc import Sequence
from typing import Final

from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Op

FLAT: Final = 1e-12  # of the lengths of two edges: what their cross product is where they are one edge

Point = tuple[float, float]


class NotSimpleError(ValueError):
    """The points are no simple polygon."""


def polygon(graph: Graph, points: Sequence[Point]) -> Node:
    """The inside of a simple polygon, corners in either order.

    Two chains from the leftmost corner to the rightmost and back are intersected.  A chain whose first and
    last edge go on without end is split at a corner of its convex hull, and its halves are joined: by &
    where the corner is convex, by | where it is not (Dobkin, Guibas, Hershberger and Snoeyink 1988, "An
    efficient algorithm for finding the CSG representation of a simple polygon").

    Raises:
        NotSimpleError: there are fewer than three corners, or edges meet elsewhere than in corners.
    """
    corners = _corners(points)
    _demand_simple(corners)
    if sum(_cross(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)) < 0.0:
        corners.reverse()  # now the inside is to the left
    first = corners.index(min(corners))
    corners = corners[first:] + corners[:first]
    last = corners.index(max(corners))
    way = [*corners, corners[0]]
    chains = (_chain(graph, way[: last + 1]), _chain(graph, way[last:]))
    return _joined(graph, ops.intersection, *chains)


def _cross(a: Point, b: Point) -> float:
    return a[0] * b[1] - a[1] * b[0]


def _way(a: Point, b: Point) -> Point:
    """From a to b."""
    return b[0] - a[0], b[1] - a[1]


def _turn(a: Point, b: Point, c: Point) -> float:
    """Twice the area of a triangle: positive where a, b, c turn to the left, 0 where they hardly turn."""
    one, other = _way(a, b), _way(a, c)
    area = _cross(one, other)
    return area if abs(area) > FLAT * math.hypot(*one) * math.hypot(*other) else 0.0


def _corners(points: Sequence[Point]) -> list[Point]:
    """The points without those that are no corners."""
    kept: list[Point] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    flat = True
    while flat and len(kept) > 2:
        before, after = kept[-1:] + kept[:-1], kept[1:] + kept[:1]
        turns = [_turn(*three) for three in zip(before, kept, after, strict=True)]
        for a, b, c, turn in zip(before, kept, after, turns, strict=True):
            if not turn and _way(a, b)[0] * _way(b, c)[0] + _way(a, b)[1] * _way(b, c)[1] < 0.0:
                raise NotSimpleError(f"the edges of a polygon do not overlap, as they do at {_shown(b)}")
        flat = 0.0 in turns
        kept = [point for point, turn in zip(kept, turns, strict=True) if turn]
    if len(kept) < 3:
        raise NotSimpleError("a polygon has three corners or more, not all on one line")
    return kept


def _demand_simple(corners: Sequence[Point]) -> None:
    """Compare edges that are above one another; an error if two of them meet."""
    count = len(corners)
    edges = sorted(
        (min(corners[k], corners[k - 1]), max(corners[k], corners[k - 1]), k) for k in range(count)
    )
    for place, (start, end, k) in enumerate(edges):
        for other in range(place + 1, count):
            begin, finish, j = edges[other]
            if begin[0] > end[0]:
                break
            if (k - j) % count in (1, count - 1):
                continue
            if (
                _overlap(start[1], end[1], begin[1], finish[1])
                and _turn(start, end, begin) * _turn(start, end, finish) <= 0.0
                and _turn(begin, finish, start) * _turn(begin, finish, end) <= 0.0
            ):
                hint = f"two of these cross near {_shown(begin)}"
                raise NotSimpleError(f"the edges of a polygon meet in its corners only, and {hint}")


def _overlap(a: float, b: float, c: float, d: float) -> bool:
    return max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d))


def _shown(point: Point) -> str:
    return f"({point[0]:g}, {point[1]:g})"


def _chain(graph: Graph, way: Sequence[Point]) -> Node:
    """What is to the left of a chain whose ends go on straight; a stack in place of recursion."""
    stack: list[tuple[int, int] | Op] = [(0, len(way) - 1)]
    done: list[Node] = []
    while stack:
        part = stack.pop()
        if isinstance(part, Op):
            done.append(_joined(graph, part, done.pop(), done.pop()))
            continue
        first, last = part
        if last == first + 1:
            done.append(_half_plane(graph, way[first], way[last]))
            continue
        split = _split(way, first, last)
        is_convex = _turn(*way[split - 1 : split + 2]) > 0.0
        stack += [ops.intersection if is_convex else ops.union, (first, split), (split, last)]
    return done[0]


def _split(way: Sequence[Point], first: int, last: int) -> int:
    """A corner of the convex hull of a chain: the outermost, seen against both of its endless ends."""
    start, end = _way(way[first + 1], way[first]), _way(way[last - 1], way[last])
    a, b = math.hypot(*start), math.hypot(*end)
    away = -(start[0] / a + end[0] / b), -(start[1] / a + end[1] / b)
    if math.hypot(*away) < FLAT:  # ends that are opposite leave two sides, and either will do
        away = -start[1], start[0]
    return max(range(first + 1, last), key=lambda k: away[0] * way[k][0] + away[1] * way[k][1])


def _half_plane(graph: Graph, a: Point, b: Point) -> Node:
    """What is to the left of the line from a to b, as a distance."""
    length = math.dist(a, b)
    u, v = (b[1] - a[1]) / length, (a[0] - b[0]) / length
    x, y = (
        graph.apply(ops.mul, graph.number(factor), graph.input(name)) for factor, name in ((u, "x"), (v, "y"))
    )
    return graph.apply(ops.at_most, graph.apply(ops.add, x, y), graph.number(u * a[0] + v * a[1]))


def _joined(graph: Graph, op: Op, *parts: Node) -> Node:
    """Sets together; those that are joined alike already are taken apart."""
    return graph.apply(op, *(inner for part in parts for inner in (part.args if part.op is op else (part,))))
