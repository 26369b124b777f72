"""Lines and paths on a grid: whole where they are, cut where they are cut, with the points that matter."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli.painting.contours import Grid, clipped, lines, regions, simplified

Array = NDArray[np.float64]
Number = Callable[[Array, Array], Array]


def ring(corners: int, each: int, start: int, turn: float = 0.0) -> Array:
    """A closed polygon with some points on every side, from one of them on."""
    angles = turn + 2 * np.pi * np.arange(corners + 1) / corners
    ends = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    shares = np.arange(each)[:, None] / each
    points = np.concatenate([ends[k] + shares * (ends[k + 1] - ends[k]) for k in range(corners)])
    points = np.roll(points, -start, axis=0)
    return np.concatenate([points, points[:1]])


def length(line: Array) -> float:
    """Along a line."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def grid_of(number: Number, count: int = 41) -> Grid:
    """A number on -2 .. 2 in both directions."""
    steps = np.linspace(-2, 2, count)
    x, y = np.meshgrid(steps, steps)
    return Grid(steps, steps, number(x, y))


@pytest.mark.parametrize("start", range(0, 24, 5))
def test_a_ring_is_cut_into_what_is_inside(start: int) -> None:
    """Wherever it begins: each piece goes from cut to cut, over the points between them and no others."""
    line = ring(4, 6, start)
    cuts: list[tuple[Number, int]] = [
        (lambda x, _: x - 0.37, 1), (lambda x, _: 0.37 - x, 1), (lambda x, _: np.abs(x) - 0.37, 2),
        (lambda x, _: 0.37 - np.abs(x), 2), (lambda x, y: np.abs(x * y) - 0.1, 4),
    ]  # fmt: skip
    for value, count in cuts:
        pieces = clipped([line], value)
        assert len(pieces) == count
        inside = {tuple(point) for point in line.tolist() if value(*point) <= 0}
        passed = [tuple(point) for piece in pieces for point in piece[1:-1].tolist()]
        assert len(passed) == len(set(passed))
        assert set(passed) == inside
        for piece in pieces:
            assert np.abs([value(*piece[0]), value(*piece[-1])]).max() < 1e-3
            assert np.hypot(*np.diff(piece, axis=0).T).max() <= math.sqrt(2) / 6 + 1e-9


def test_what_is_not_cut_is_kept_or_not() -> None:
    """Whole; and a line that ends inside ends where it ended."""
    line = ring(4, 6, 2)
    assert [piece.tolist() for piece in clipped([line], lambda x, _: x - 9)] == [line.tolist()]
    assert clipped([line], lambda x, _: x + 9) == []
    way = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    (first,) = clipped([way], lambda x, _: x - 1.5)
    (last,) = clipped([way], lambda x, _: 1.5 - x)
    assert first == pytest.approx(np.array([[0, 0], [1, 0], [1.5, 0]]))
    assert last == pytest.approx(np.array([[1.5, 0], [2, 0], [3, 0]]))


@pytest.mark.parametrize("corners", [3, 4, 5, 8])
@pytest.mark.parametrize("turn", [0.0, 0.3, math.pi / 4])
def test_of_a_polygon_its_corners_are_left(corners: int, turn: float) -> None:
    """Whichever point it begins with, and however it is turned."""
    wanted = ring(corners, 1, 0, turn)
    for found in simplified([ring(corners, 6, start, turn) for start in range(0, corners * 6, 5)], 0.01):
        assert len(found) == corners + 1
        assert (found[0] == found[-1]).all()
        away = np.abs(found[:, None] - wanted[None]).sum(axis=2).min(axis=1)
        assert away.max() < 1e-12


@pytest.mark.parametrize("tolerance", [0.3, 0.03, 0.003])
@pytest.mark.parametrize("closed", [True, False])
def test_a_simpler_line_is_as_near_as_it_says(tolerance: float, closed: bool) -> None:
    """None of the points that go is further from it, and more of them go where that may be far."""
    angles = np.linspace(0, 2 * np.pi if closed else 5, 200)
    line = np.stack([np.cos(angles), np.sin(2 * angles)], axis=1)
    line[-1] = line[0] if closed else line[-1]
    short = line[:2]
    first, found, last = simplified([short, line, short], tolerance)
    assert first.tolist() == last.tolist() == short.tolist()
    assert {tuple(point) for point in found.tolist()} <= {tuple(point) for point in line.tolist()}
    if not closed:
        assert (found[[0, -1]] == line[[0, -1]]).all()
    begin, end = found[:-1, None], found[1:, None]
    chord = end - begin
    share = np.clip(((line - begin) * chord).sum(axis=2) / (chord * chord).sum(axis=2), 0, 1)
    away = np.hypot(*np.moveaxis(line - begin - share[..., None] * chord, 2, 0)).min(axis=0)
    assert away.max() <= tolerance * 1.1
    assert len(found) < 40 / math.sqrt(tolerance * 30)


@pytest.mark.parametrize(
    ("gaps", "pieces"), [([], 1), ([0.2], 1), ([0.2, 2.9], 2), ([2.8], 1), ([-1.5, 0.2, 1.9], 3)]
)
def test_a_circle_with_gaps_is_its_arcs(gaps: list[float], pieces: int) -> None:
    """Where the number jumps over zero there is no line; each arc is one piece, from gap to gap."""

    def number(x: Array, y: Array) -> Array:
        angle = np.arctan2(y, x)
        away = np.hypot(x, y) - 1.03
        jumps = np.any([np.abs(angle - gap) < 0.25 for gap in (9.0, *gaps)], axis=0)
        return np.where(jumps, np.where(away <= 0, -3.0, 3.0), away)

    found = lines(grid_of(number), number, jumps=False)
    assert len(found) == pieces
    step = 4 / 40 * math.sqrt(2)
    for piece in found:
        assert np.hypot(*np.diff(piece, axis=0).T).max() < step
        assert np.abs(np.hypot(*piece.T) - 1.03).max() < 1e-3
        assert bool((piece[0] == piece[-1]).all()) is (not gaps)
    whole = 2 * math.pi * 1.03
    missing = len(gaps) * 0.5 * 1.03
    assert whole - missing - pieces * 2 * step < sum(map(length, found)) < whole - missing + 0.01
    (closed,) = lines(grid_of(number), number, jumps=True)
    assert length(closed) == pytest.approx(whole, rel=0.01)


def test_a_line_through_one_cell_is_a_line() -> None:
    """Of two points; on both sides of them the number jumps."""

    def number(x: Array, y: Array) -> Array:
        away = y - 0.03
        return np.where(np.abs(x - 0.05) < 0.06, away, np.where(away <= 0, -3.0, 3.0))

    (line,) = lines(grid_of(number), number, jumps=False)
    assert np.sort(line, axis=0) == pytest.approx(np.array([[0.0, 0.03], [0.1, 0.03]]), abs=1e-4)


def test_lines_are_at_the_number_that_is_asked_for() -> None:
    """Those of a circle have its radius; without a way to ask again they are nearly there."""

    def number(x: Array, y: Array) -> Array:
        return np.hypot(x, y)

    for radius in (0.4, 1.1, 1.7):
        (exact,) = lines(grid_of(number), number, jumps=True, at=radius)
        (near,) = lines(grid_of(number), None, jumps=True, at=radius)
        assert np.abs(number(*exact.T) - radius).max() < 1e-4
        assert np.abs(number(*near.T) - radius).max() < 0.01


def test_regions_have_their_holes() -> None:
    """Outline first; every path closed; two parts are two regions."""

    def number(x: Array, y: Array) -> Array:
        away = np.hypot(x + 0.8, y)
        return np.minimum(np.maximum(away - 1.0, 0.4 - away), np.hypot(x - 1.3, y) - 0.5)

    found = regions(grid_of(number), number)
    assert sorted(len(part) for part in found) == [1, 2]
    ((outline, hole), (disc,)) = sorted(found, key=len, reverse=True)
    for path, radius in ((outline, 1.0), (hole, 0.4), (disc, 0.5)):
        assert (path[0] == path[-1]).all()
        assert length(path) == pytest.approx(2 * math.pi * radius, rel=0.01)


@pytest.mark.parametrize("corners", [3, 5, 8, 16])
def test_blunt_corners_are_reached_too(corners: int) -> None:
    """Of any polygon, but for what is nearly straight: the path is as long as it is."""
    angles = 0.123 + 2 * np.pi * np.arange(corners) / corners

    def number(x: Array, y: Array) -> Array:
        sides = [x * np.cos(angle) + y * np.sin(angle) - 0.7 for angle in angles]
        greatest: Array = np.maximum.reduce(sides)
        return greatest

    ((path,),) = regions(grid_of(number), number)
    half = math.pi / corners
    for angle in angles:
        corner = 0.7 / math.cos(half) * np.array([math.cos(angle + half), math.sin(angle + half)])
        assert np.hypot(*(path - corner).T).min() < 0.012
    assert length(path) == pytest.approx(2 * corners * 0.7 * math.tan(half), rel=1e-3)


def test_corners_are_reached() -> None:
    """Of a square that is no part of the grid, to a small part of a cell."""

    def number(x: Array, y: Array) -> Array:
        return np.maximum(np.abs(x), np.abs(y)) - 1.037

    ((path,),) = regions(grid_of(number), number)
    for corner in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        away = np.hypot(*(path - 1.037 * np.array(corner)).T)
        assert away.min() < 0.01
    assert length(path) == pytest.approx(8 * 1.037, rel=0.003)
