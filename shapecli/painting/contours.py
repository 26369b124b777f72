"""Where a number changes its sign on a grid: lines, and closed paths with holes.

contourpy finds how lines run through the cells of the grid; their points, which it places as if the number
were linear along the sides of the cells, are then moved to where it really changes its sign.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from contourpy import FillType, LineType, contour_generator
from numpy.typing import NDArray

Array = NDArray[np.float64]
Evaluate = Callable[[Array, Array], Array]

HALVINGS: Final = 12  # of a side of a cell: to 1/4096 of it
LEAST: Final = 0.25  # of the greatest number, that the others are lifted to
LEAST_TURN: Final = 0.3  # radians, in one cell, from which on a line is looked at for a corner
BEYOND: Final = 1.25  # of the way to where the corner should be
SAMPLED: Final = 7  # of so many numbers one tells how large they usually are
FARTHEST: Final = 1e100  # what is larger is as good as infinite
ON_THE_GRID: Final = 0.01  # of a cell: contourpy rounds
TOGETHER: Final = 1 << 16  # points of lines that are simplified together
CONTINUOUS: Final = 0.5  # of the difference over a side may be left where it is cut HALVINGS times


@dataclass(frozen=True, eq=False)
class Grid:
    """Points (x[i], y[j]) and a number at each: float64[len(y), len(x)], NaN where it is undefined."""

    x: Array
    y: Array
    values: Array


def lines(grid: Grid, evaluate: Evaluate | None, *, jumps: bool, at: float = 0.0) -> list[Array]:
    """Lines where the number is `at`: float64[points, 2] each, the last point the first if it is closed.

    Args:
        evaluate: the number at other points; if None, it is taken as linear between those of the grid.
        jumps: whether a jump over zero, or a pole, is a place where it is zero: so it is for the
            boundary of a region, but not for a curve.
    """
    tame = _tamed(grid.values - at)
    masked = np.ma.masked_invalid(tame) if np.isnan(tame).any() else tame
    generator = contour_generator(z=masked, line_type=LineType.Separate, corner_mask=True)
    traced = cast("list[Array]", generator.lines(0.0))
    pieces: list[Array] = []
    for line, kept in _placed(grid, traced, evaluate, at, jumps):
        if kept.all():
            pieces.append(line)
            continue
        if (line[0] == line[-1]).all():  # begin a closed line at a gap
            start = int(np.argmin(kept))
            line = np.concatenate([line[start:-1], line[: start + 1]])
            kept = np.concatenate([kept[start:-1], kept[: start + 1]])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
        pieces.extend(line[begin:end] for begin, end in edges.reshape(-1, 2) if end - begin > 1)
    return _with_corners(pieces, _less(evaluate, at)) if evaluate else pieces


def isolines(grid: Grid, evaluate: Evaluate, levels: Iterable[float]) -> Iterator[list[Array]]:
    """For each level the lines on which the number has it, a jump over it being one of their places."""
    values = np.clip(grid.values, -FARTHEST, FARTHEST)
    masked = np.ma.masked_invalid(values) if np.isnan(values).any() else values
    generator = contour_generator(z=masked, line_type=LineType.Separate, corner_mask=True)
    for level in levels:
        traced = cast("list[Array]", generator.lines(level))
        placed = [line for line, _ in _placed(grid, traced, evaluate, level, True)]
        yield _with_corners(placed, _less(evaluate, level))


def _less(evaluate: Evaluate, level: float) -> Evaluate:
    return lambda x, y: evaluate(x, y) - level


def regions(grid: Grid, evaluate: Evaluate) -> list[list[Array]]:
    """Where the number is at most 0, in connected parts: for each its outline, then those of its holes.

    Every path is closed: float64[points, 2], the last point the first.
    """
    generator = contour_generator(z=_tamed(grid.values), fill_type=FillType.OuterOffset)
    points, offsets = cast("tuple[list[Array], list[Array]]", generator.filled(-np.inf, 0.0))
    placed = [path for path, _ in _placed(grid, points, evaluate, 0.0, True)]
    rings = [  # an offset is 0, where each ring but the first begins, and the end
        ring for path, offset in zip(placed, offsets, strict=True) for ring in np.split(path, offset[1:-1])
    ]
    finished = iter(_with_corners(rings, evaluate))
    return [[next(finished) for _ in offset[1:]] for offset in offsets]


def _tamed(values: Array) -> Array:
    """Numbers with the same signs and order, none of them near zero or large.

    So contourpy places no point near a corner of a cell, where one could not tell which side it is on.
    """
    size = np.abs(values)
    size /= 2  # so that the sum of two is finite
    some = size.ravel()[::SAMPLED]
    usual = np.median(some[np.isfinite(some)]) if np.isfinite(some).any() else 0.5
    tame: Array = size + max(usual, np.finfo(float).tiny / 2)
    with np.errstate(invalid="ignore"):
        np.divide(size, tame, out=tame)  # in place, as all that follows: the grid is large
    tame[np.isinf(size)] = 1.0
    tame *= 1 - LEAST
    tame += LEAST
    np.negative(tame, out=tame, where=values <= 0)
    return tame


def _placed(
    grid: Grid, paths: Sequence[Array], evaluate: Evaluate | None, at: float, jumps: bool
) -> list[tuple[Array, NDArray[np.bool_]]]:
    """Lines in places of the plane instead of the grid, and which of their points are zeros."""
    if not paths:
        return []
    places = np.concatenate(paths)
    low = np.floor(places + ON_THE_GRID).astype(np.intp)
    high = np.ceil(places - ON_THE_GRID).astype(np.intp)
    x, y = grid.x[low[:, 0]].copy(), grid.y[low[:, 1]].copy()
    kept = np.ones(len(places), np.bool_)
    between = (low != high).any(axis=1)
    if between.any():
        begin, end = low[between], high[between]
        x[between], y[between], kept[between] = roots(
            (grid.x[begin[:, 0]], grid.y[begin[:, 1]], grid.values[begin[:, 1], begin[:, 0]] - at),
            (grid.x[end[:, 0]], grid.y[end[:, 1]], grid.values[end[:, 1], end[:, 0]] - at),
            _less(evaluate, at) if evaluate else None,
        )
    if jumps:
        kept[:] = True
    sizes = np.cumsum([len(line) for line in paths])[:-1]
    return list(zip(np.split(np.stack([x, y], axis=1), sizes), np.split(kept, sizes), strict=True))


def roots(
    begin: tuple[Array, Array, Array], end: tuple[Array, Array, Array], evaluate: Evaluate | None
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Where the number changes its sign between two points, and whether it goes through zero there."""
    (ax, ay, a), (bx, by, b) = begin, end
    with np.errstate(all="ignore"):
        before = np.abs(a - b)
        for _ in range(HALVINGS if evaluate else 0):
            assert evaluate
            mx, my = (ax + bx) / 2, (ay + by) / 2
            middle = evaluate(mx, my)
            first = (middle <= 0) == (a <= 0)
            ax, ay, a = np.where(first, mx, ax), np.where(first, my, ay), np.where(first, middle, a)
            bx, by, b = np.where(first, bx, mx), np.where(first, by, my), np.where(first, b, middle)
        left = np.abs(a - b)
        share = np.where((left > 0) & np.isfinite(left), a / (a - b), 0.5)
        through = np.isfinite(left) & (left <= CONTINUOUS * before)
    return ax + share * (bx - ax), ay + share * (by - ay), through


def _with_corners(paths: Sequence[Array], evaluate: Evaluate) -> list[Array]:
    """Lines with a point more where they turn in a cell: they cut its corner straight, and might go round it.

    What comes before and after such a place leads to a corner; the point is looked for on the way there,
    from the middle of the cut, and is one where the number changes its sign, like all others.
    """
    chords = [_turns(line) for line in paths]
    begin = np.concatenate([start for _, start, _ in chords] or [np.empty((0, 2))])
    end = np.concatenate([goal for _, _, goal in chords] or [np.empty((0, 2))])
    if not len(begin):
        return list(paths)
    ends = [(*places.T, evaluate(*places.T)) for places in (begin, end)]
    x, y, through = roots(ends[0], ends[1], evaluate)
    through &= (ends[0][2] <= 0) != (ends[1][2] <= 0)
    sizes = np.cumsum([len(places) for places, _, _ in chords])[:-1]
    added = np.split(np.stack([x, y], axis=1), sizes)
    flags = np.split(through, sizes)
    return [
        np.insert(line, places[flag] + 1, new[flag], axis=0)
        for line, (places, _, _), new, flag in zip(paths, chords, added, flags, strict=True)
    ]


def _turns(line: Array) -> tuple[NDArray[np.intp], Array, Array]:
    """Where a line turns: numbers of pieces, their middles, and points a little beyond the corners."""
    none = np.empty(0, np.intp), np.empty((0, 2)), np.empty((0, 2))
    if len(line) < 4:
        return none
    closed = (line[0] == line[-1]).all()
    before = line[-2:-1] if closed else line[:1]
    after = line[1:2] if closed else line[-1:]
    padded = np.concatenate([before, line, after])
    into, out = padded[1:-2] - padded[:-3], padded[3:] - padded[2:-1]
    first, last = padded[1:-2], padded[2:-1]
    turn = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
    along = (into * out).sum(axis=1)
    chord = last - first
    with np.errstate(all="ignore"):
        share = (chord[:, 0] * out[:, 1] - chord[:, 1] * out[:, 0]) / turn
        corner = first + share[:, None] * into
        middle = (first + last) / 2
        away = corner - middle
        near = (away * away).sum(axis=1) <= 4 * (chord * chord).sum(axis=1)
        places = np.flatnonzero((np.abs(np.arctan2(turn, along)) > LEAST_TURN) & (share > 0) & near)
    return places, middle[places], middle[places] + BEYOND * away[places]


def clipped(paths: Sequence[Array], evaluate: Evaluate) -> list[Array]:
    """The pieces of lines where a number is at most 0."""
    pieces: list[Array] = []
    for line in paths:
        values = evaluate(line[:, 0], line[:, 1])
        inside = values <= 0
        changes = np.flatnonzero(inside[1:] != inside[:-1])
        if not len(changes):
            pieces.extend([line] if inside[0] else [])
            continue
        ends = [(*line[at].T, values[at]) for at in (changes, changes + 1)]
        x, y, _ = roots(ends[0], ends[1], evaluate)
        parts = np.split(line, changes + 1)
        cuts = np.stack([x, y], axis=1)
        whole = [
            np.concatenate([cuts[max(0, k - 1) : k], part, cuts[k : k + 1]])
            for k, part in enumerate(parts)
            if inside[0] == (k % 2 == 0)
        ]
        if len(whole) > 1 and inside[0] and inside[-1] and (line[0] == line[-1]).all():
            whole[0] = np.concatenate([whole.pop(), whole[0][1:]])
        pieces.extend(whole)
    return pieces


def simplified(lines: Sequence[Array], tolerance: float) -> list[Array]:
    """Lines with fewer points, none of the old ones further away than `tolerance` (Douglas and Peucker).

    A closed line begins at a point that is far out, which is a corner if there is one.
    """
    found: list[Array] = []
    ends = np.cumsum([len(line) for line in lines], dtype=np.intp)
    for places in np.split(np.arange(len(lines)), np.flatnonzero(np.diff(ends // TOGETHER)) + 1):
        found.extend(_simplified([_begun(lines[place]) for place in places.tolist()], tolerance))
    return found


def _begun(line: Array) -> Array:
    if len(line) > 3 and (line[0] == line[-1]).all():
        start = int(((line - line.mean(axis=0)) ** 2).sum(axis=1).argmax())
        line = np.concatenate([line[start:-1], line[: start + 1]])
    return line


def _simplified(lines: Sequence[Array], tolerance: float) -> list[Array]:
    if not lines:
        return []
    counts = np.array([len(line) for line in lines])
    line, stops = np.concatenate(lines), np.cumsum(counts)
    begin, end = stops - counts, stops - 1
    kept = np.zeros(len(line), np.bool_)
    kept[begin], kept[end] = True, True
    while (far := end - begin > 1).any():  # all parts of all lines at once, each from its begin to its end
        begin, end = begin[far], end[far]
        counts = end - begin - 1
        starts = np.cumsum(counts) - counts
        part = np.repeat(np.arange(len(counts)), counts)
        places = np.arange(len(part)) - starts[part] + begin[part] + 1
        chord = (line[end] - line[begin])[part]
        away = line[places] - line[begin][part]
        length = (chord * chord).sum(axis=1)
        along = np.divide((away * chord).sum(axis=1), length, out=np.zeros(len(part)), where=length > 0)
        away -= np.clip(along, 0.0, 1.0)[:, None] * chord
        distances = np.hypot(away[:, 0], away[:, 1])
        most = np.maximum.reduceat(distances, starts)
        furthest = np.flatnonzero(distances == most[part])
        furthest = places[furthest[np.searchsorted(part[furthest], np.arange(len(counts)))]]
        off = most > tolerance
        kept[furthest[off]] = True
        begin, end = np.concatenate([begin[off], furthest[off]]), np.concatenate([furthest[off], end[off]])
    parts = zip(np.split(line, stops[:-1]), np.split(kept, stops[:-1]), strict=True)
    return [_without_needless(part[some], tolerance / 4) if len(part) > 2 else part for part, some in parts]


def _without_needless(line: Array, tolerance: float) -> Array:
    """A line without points on the way between their neighbours, of which a parallel side leaves some."""
    while len(line) > 2:
        chord = line[2:] - line[:-2]
        away = line[1:-1] - line[:-2]
        off = np.abs(chord[:, 0] * away[:, 1] - chord[:, 1] * away[:, 0])
        needless = (off <= tolerance * np.hypot(chord[:, 0], chord[:, 1])) & ((chord * away).sum(axis=1) > 0)
        needless[1:] &= ~needless[:-1]  # never two neighbours at once
        if not needless.any():
            break
        line = line[np.concatenate([[True], ~needless, [True]])]
    return line
