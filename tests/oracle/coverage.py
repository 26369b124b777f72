"""Coverage as the engine defines it, in plain NumPy from levels at every point: nothing is pruned."""

import numpy as np
from numpy.typing import NDArray

from shapecli.engine import reference
from shapecli.engine.raster import Plan, Program, sample
from shapecli.engine.view import View

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
    share = by_rule(program, cells, counted(program, cells, -(-factor // 4)), part=2, caution=4)
    share = by_rule(program, halves, averaged(share, 2), part=2, caution=4)
    share = by_rule(program, view, averaged(share, 2), part=4, caution=1)
    points = counted(program, view, 16)
    return np.where(points == 0, 0.0, share), np.where(points == 1, 1.0, share)


def by_rule(program: Program, view: View, otherwise: Levels, *, part: int, caution: int) -> Levels:
    """Coverage of pixels in which the boundary is nearly straight, or none is; what is given for others.

    Bends are those at the corners of a pixel.
    """
    level = corners(program, view)
    with np.errstate(all="ignore"):
        bend_across, bend_along = level.copy(), level.copy()
        bend_across[:, 1:-1] = level[:, :-2] - 2 * level[:, 1:-1] + level[:, 2:]
        bend_along[1:-1] = level[:-2] - 2 * level[1:-1] + level[2:]
        a, b, c, d = (level[j : j + view.height, i : i + view.width] for j in (1, 2) for i in (1, 2))
        m, across, along = (a + b + c + d) / 4, (b + d - a - c) / 2, (c + d - a - b) / 2
        bends = []
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
            bends.append(at_ends(bend_across[1 + down : 1 + down + view.height].T, right, part).T)
            bends.append(at_ends(bend_along[:, 1 + right : 1 + right + view.width], down, part))
        bend = np.maximum.reduce([*map(abs, bends), abs(a + d - b - c)])
        slope = abs(across) + abs(along)
        away = abs(m) > slope / 2 + caution * bend
        outside = (away & (m > 0)) | (np.minimum.reduce([a, b, c, d]) > FAR)
        inside = (away & (m <= 0)) | (np.maximum.reduce([a, b, c, d]) < -FAR)
        share = half_plane(m - sum(bends) / 48, across, along)
        straight = (bend <= BEND * slope) & (slope > 1e-300) & (slope < np.inf)
    return np.where(outside, 0.0, np.where(inside, 1.0, np.where(straight, share, otherwise)))


def at_ends(bends: Levels, end: int, part: int) -> Levels:
    """The bends at the first (0) or second (1) end of pixels, along the first axis.

    At a side of a square of part x part pixels, what those at the next two corners let expect there.
    """
    pixels = np.arange(len(bends) - 4)
    at_side = pixels % part == end * (part - 1)
    inner = 1 + pixels + np.where(at_side, 1 - end, end)
    beyond = inner + np.where(at_side, 1 - 2 * end, 0)
    return bends[inner] + (2 if part > 2 else 0) * (bends[inner] - bends[beyond])


def corners(program: Program, view: View) -> Levels:
    """The level at the corners of pixels, at one more to the left and above, two to the right and below."""
    x = view.window.x0 + np.arange(-1, view.width + 3) * view.dx
    y = view.window.y1 - np.arange(-1, view.height + 3) * view.dy
    level, *_ = reference.run(program.tape, {}, *np.meshgrid(x, y))
    return level


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
