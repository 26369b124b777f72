"""The order of lines: every line is there, once, and the way between them is short."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli.painting.routes import drawn, lifted, routed

Line = NDArray[np.float64]


def scattered(count: int, seed: int = 1) -> list[Line]:
    """Short lines everywhere, in any direction."""
    rng = np.random.default_rng(seed)
    begin, way = rng.random((count, 2)) * 100, rng.normal(size=(count, 2)) * 3
    return [np.stack([place, place + step]) for place, step in zip(begin, way, strict=True)]


def kept(lines: list[Line]) -> list[tuple[tuple[float, ...], ...]]:
    """Lines without their order and directions."""
    return sorted(tuple(sorted(map(tuple, line.tolist()))) for line in lines)


@pytest.mark.parametrize("count", [*range(8), 40, 600])
def test_every_line_is_drawn_once(count: int) -> None:
    """In either direction."""
    lines = scattered(count)
    assert kept(routed(lines, 1e-6)) == kept(lines)


def test_the_way_is_short() -> None:
    """Much shorter than in any order, and near the 0.7124 sqrt(n A) of a tour of points (Beardwood 1959)."""
    lines = scattered(600)
    before, after = lifted(lines), lifted(routed(lines, 1e-6))
    assert after < 0.05 * before
    assert after < 0.7124 * math.sqrt(600 * 100 * 100)


def test_a_hatch_is_drawn_to_and_fro() -> None:
    """Each line is lifted to its neighbour."""
    lines = [np.array([[0.0, k], [50.0, k]]) for k in range(40)]
    rng = np.random.default_rng(3)
    assert lifted(routed([lines[k] for k in rng.permutation(40)], 1e-6)) == pytest.approx(39)


def test_closed_lines_start_where_it_is_near() -> None:
    """Circles side by side are entered where they are nearest."""
    turn = np.linspace(0, 2 * np.pi, 33)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    circle[-1] = circle[0]
    routes = routed([circle + np.array([3.0 * k, 0]) for k in range(5)], 1e-6)
    assert lifted(routes) == pytest.approx(
        10, rel=0.02
    )  # from the right of the first to the left of the last
    assert all((line[0] == line[-1]).all() and len(line) == 33 for line in routes)


def test_lines_that_touch_become_one() -> None:
    """Closed, if the last touches the first."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float64)
    sides = [corners[2:4], corners[1:3][::-1], corners[3:], corners[:2] + 1e-9]
    (line,) = routed(sides, 1e-6)
    assert len(line) == 5
    assert (line[0] == line[-1]).all()
    assert drawn([line]) == pytest.approx(4)


def test_the_order_is_always_the_same() -> None:
    """No clock and no lot decides."""
    some = scattered(500)
    assert all((one == other).all() for one, other in zip(routed(some, 0.0), routed(some, 0.0), strict=True))


def test_crowds_have_the_order_that_they_would_have_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many lines in one cell of the grid, since one is far away."""
    chance = np.random.default_rng(11)
    lines = [*chance.uniform(0, 9, (120, 2, 2)), np.array([[4e3, 4e3], [4e3, 4.1e3]])]
    routes = routed(lines, 1e-6)
    monkeypatch.setattr("shapecli.painting.routes.CROWDED", 10_000)
    others = routed(lines, 1e-6)
    assert len(routes) == 121
    assert all((one == other).all() for one, other in zip(routes, others, strict=True))
    assert lifted(routes) < lifted(lines) - 400
