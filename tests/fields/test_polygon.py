"""Polygons: the formula of a simple polygon has its edges once, and is what the even-odd rule says."""

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli.engine import reference
from shapecli.fields import blend, ops, tape
from shapecli.fields.graph import Graph, walk
from shapecli.fields.polygon import NotSimpleError, Point, polygon

Array = NDArray[np.float64]
COUNT = 1000


def star_shaped(chance: random.Random, count: int) -> list[Point]:
    """Corners in the order of their angles, anywhere between near and far."""
    angles = sorted(chance.uniform(0, math.tau) for _ in range(count))
    if max(b - a for a, b in zip(angles, [*angles[1:], angles[0] + math.tau], strict=True)) > 3.1:
        angles = [math.tau * k / count for k in range(count)]
    return [(r * math.cos(t), r * math.sin(t)) for t in angles for r in [chance.uniform(0.1, 1)]]


def grown(chance: random.Random, count: int) -> list[Point]:
    """A triangle of which edges are broken, as long as nothing crosses."""
    corners = [(-1.0, -1.0), (1.0, -0.9), (0.1, 1.0)]
    for _ in range(50 * count):
        if len(corners) == count:
            break
        place = chance.randrange(len(corners))
        other = [*corners[:place], (chance.uniform(-1, 1), chance.uniform(-1, 1)), *corners[place:]]
        if not any(crossings(other, {place, (place + 1) % len(other)})):
            corners = other
    return corners


def untangled(chance: random.Random, count: int) -> list[Point]:
    """Random points in an order in which nothing crosses: the part between two edges that do is reversed."""
    corners = [(chance.uniform(-1, 1), chance.uniform(-1, 1)) for _ in range(count)]
    while pair := next(crossings(corners, set(range(count))), None):
        first, second = sorted(pair)
        corners[first:second] = reversed(corners[first:second])
    return corners


def crossings(corners: list[Point], those: set[int]) -> Iterator[tuple[int, int]]:
    """Edges (that end at a corner) that cross one of those."""
    count = len(corners)
    for i in those:
        for j in range(count):
            if (i - j) % count in (0, 1, count - 1):
                continue
            a, b, c, d = (corners[k] for k in (i - 1, i, j - 1, j))
            if side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0:
                yield i, j


def side(a: Point, b: Point, c: Point) -> float:
    """Positive where c is left of the way from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def even_odd(corners: list[Point], x: Array, y: Array) -> tuple[NDArray[np.bool_], Array]:
    """Whether points are inside, by counting edges to the right; and how far they are from an edge."""
    inside, distance = np.zeros(x.shape, np.bool_), np.full(x.shape, np.inf)
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        crosses = (y0 > y) != (y1 > y)
        if y0 != y1:
            inside ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        square = (x1 - x0) ** 2 + (y1 - y0) ** 2
        share = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / square, 0, 1) if square else 0.0
        distance = np.minimum(distance, np.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0)))
    return inside, distance


def wrong(corners: list[Point], x: Array, y: Array) -> int:
    """How many points away from edges the formula is wrong about."""
    graph = Graph()
    level = blend.level(graph, polygon(graph, corners), sharp=True)
    (found,) = reference.run(tape.flatten(level), {"n": 50.0}, x, y)
    inside, distance = even_odd(corners, x, y)
    return int(np.sum(((found <= 0) != inside) & (distance > 1e-9)))


def test_polygons_are_what_the_even_odd_rule_says() -> None:
    """Of 3 to 200 edges, jagged, branching or tangled, in either order of corners."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    points = np.random.default_rng(7)
    for number in range(COUNT):
        make, most = ((star_shaped, 200), (grown, 60), (untangled, 30))[number % 10 // 5 + (number % 10 > 7)]
        corners = make(chance, chance.randint(3, most))
        if chance.random() < 0.5:
            corners.reverse()
        x, y = points.uniform(-1.3, 1.3, (2, 300))
        assert not wrong(corners, x, y), corners


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)],  # collinear corners
        [(0, 0), (0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3), (0, 0)],  # said twice
        [(0, 0), (4, 0), (4, 1), (3, 1), (3, 2), (4, 2), (4, 3), (0, 3), (0, 2), (1, 2), (1, 1), (0, 1)],
        [(0, 0), (5, 0), (5, 5), (1, 5), (1, 2), (3, 2), (3, 3), (2, 3), (2, 4), (4, 4), (4, 1), (0, 1)],
        [(0, 0), (1, 3), (2, 0), (3, 3), (4, 0), (4, 4), (0, 4)],  # edges that go on run through others
    ],
)
def test_right_angles_and_corners_on_one_line(corners: list[Point]) -> None:
    """Ends of chains are opposite here, and several corners are equally far out."""
    x, y = np.random.default_rng(3).uniform(-1, 6, (2, 5000))
    for start in range(len(corners)):
        turned = corners[start:] + corners[:start]
        assert not wrong(turned, x, y)
        assert not wrong(turned[::-1], x, y)


def test_each_edge_is_there_once() -> None:
    """As many half planes as edges."""
    corners = star_shaped(random.Random(1), 100)  # noqa: S311 - not for secrets
    region = polygon(Graph(), corners)
    assert sum(node.op is ops.at_most for node in walk(region)) == 100


@pytest.mark.parametrize(
    ("corners", "message"),
    [
        ([], "three corners"),
        ([(0, 0), (1, 1)], "three corners"),
        ([(0, 0), (1, 1), (3, 3), (2, 2)], "overlap|three corners"),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], "in its corners only"),
        ([(0, 0), (2, 0), (1, 0), (1, 1)], "overlap"),
        ([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2)], "in its corners only"),
        ([(0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1)], "in its corners only"),
    ],
)
def test_what_is_no_simple_polygon(corners: list[Point], message: str) -> None:
    """One clear error."""
    with pytest.raises(NotSimpleError, match=message):
        polygon(Graph(), corners)
