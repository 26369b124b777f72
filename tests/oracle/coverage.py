"""Coverage as the engine defines it, in plain NumPy from levels at every point: nothing is pruned."""

import numpy as np
from numpy.typing import NDArray

from shapecli.engine.raster import Plan, Program, sample
from shapecli.engine.view import View
from shapecli.language.figure import Window

BEND, FAR = 1 / 8, 650.0
Levels = NDArray[np.float64]


def finer(view: View, factor: int) -> View:
    """The same window with factor x factor points to a pixel."""
    return View(view.window, view.width * factor, view.height * factor)


def counted(program: Program, view: View, factor: int) -> Levels:
    """The share of factor x factor points of every pixel that are inside."""
    inside = sample(program, finer(view, factor), Plan(limit_work=1e18)).level <= 0
    return averaged(inside.astype(np.float64), factor)


def averaged(values: Levels, factor: int) -> Levels:
    """Means of squares of factor x factor values."""
    height, width = values.shape
    means: Levels = values.reshape(height // factor, factor, width // factor, factor).mean(axis=(1, 3))
    return means


def expected(program: Program, view: View, factor: int) -> tuple[Levels, Levels]:
    """Coverage by the rule of docs/antialiasing.md, from 0 to 1 for every pixel: the least and the most.

    They differ where all of 16 x 16 points are on one side, so that bounds may know better than the rule.
    """
    halves, cells = finer(view, 2), finer(view, 4)
    share = by_rule(program, cells, counted(program, cells, -(-factor // 4)), caution=4)
    share = by_rule(program, halves, averaged(share, 2), caution=4)
    share = by_rule(program, view, averaged(share, 2), caution=1)
    points = counted(program, view, 16)
    return np.where(points == 0, 0.0, share), np.where(points == 1, 1.0, share)


def by_rule(program: Program, view: View, otherwise: Levels, *, caution: int) -> Levels:
    """Coverage of pixels in which the boundary is nearly straight, or none is; what is given for others."""
    window = view.window
    around = Window(window.x0 - view.dx, window.x1 + view.dx, window.y0 - view.dy, window.y1 + view.dy)
    level = sample(program, View(around, view.width + 2, view.height + 2), Plan(limit_work=1e18)).level
    rows = [level[row : row + view.height] for row in range(3)]
    (a, up, b), (left, m, right), (c, down, d) = (
        [part[:, column : column + view.width] for column in range(3)] for part in rows
    )
    with np.errstate(all="ignore"):
        across, along = (right - left) / 2, (down - up) / 2
        bend = np.maximum.reduce([abs(left + right - 2 * m), abs(up + down - 2 * m), abs(a + d - b - c) / 4])
        slope = abs(across) + abs(along)
        away = abs(m) > slope / 2 + caution * bend
        every = [a, up, b, left, m, right, c, down, d]
        outside = (away & (m > 0)) | (np.minimum.reduce(every) > FAR)
        inside = (away & (m <= 0)) | (np.maximum.reduce(every) < -FAR)
        part = half_plane(m + (left + right + up + down - 4 * m) / 24, across, along)
        straight = (bend <= BEND * slope) & (slope > 1e-300) & (slope < np.inf)
    return np.where(outside, 0.0, np.where(inside, 1.0, np.where(straight, part, otherwise)))


def half_plane(mean: Levels, across: Levels, down: Levels) -> Levels:
    """The part of a unit square where mean + across u + down v <= 0, for u and v from -1/2 to 1/2.

    The integral of a clipped line, from the antiderivative of max(t, 0)^2 / 2 at the four corners.
    """
    steep, flat = np.maximum(abs(across), abs(down)), np.minimum(abs(across), abs(down))
    steep, flat = steep / steep, np.maximum(flat / steep, 1e-9)
    offset = -mean / np.maximum(abs(across), abs(down))
    total = np.zeros_like(mean)
    for u in (-0.5, 0.5):
        for v in (-0.5, 0.5):
            total += np.sign(u * v) * np.maximum(offset + u * steep + v * flat, 0.0) ** 2 / 2
    return total / (steep * flat)
