"""Coverage as the engine defines it, in plain NumPy from levels at every point: nothing is pruned."""

import numpy as np
from numpy.typing import NDArray

from shapecli.engine import reference
from shapecli.engine.plan import Plan
from shapecli.engine.program import Program
from shapecli.engine.sampling import sample
from shapecli.engine.view import View

FAR, INSET = 650.0, 1 / 1024
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
    cells = finer(view, 4)
    share = counted(program, cells, -(-factor // 4))
    share = by_rule(program, cells, share, straightest=0.4, caution=1 / 2, inset=4 * INSET)
    share = by_rule(program, view, averaged(share, 4), straightest=1 / 8, caution=1, inset=INSET)
    points = counted(program, view, 16)
    return np.where(points == 0, 0.0, share), np.where(points == 1, 1.0, share)


def by_rule(
    program: Program,
    view: View,
    otherwise: Levels,
    *,
    straightest: float,
    caution: float,
    inset: float,
) -> Levels:
    """Coverage of pixels in which the boundary is nearly straight, or none is; what is given for others.

    Levels are those at the corners of squares of 4 x 4 pixels, as level[square, corner] along each axis; the
    outer ones are `inset` pixels within.
    """
    level, *_ = outputs(program, view, inset)
    with np.errstate(all="ignore"):
        a, b, c, d = at_corners(level)
        m, across, along = (a + b + c + d) / 4, (b + d - a - c) / 2, (c + d - a - b) / 2
        across_each = at_corners(bends_of(level))
        along_each = at_corners(bends_of(level.swapaxes(1, 3)).swapaxes(1, 3))
        sizes = [abs(one) + abs(other) for one, other in zip(across_each, along_each, strict=True)]
        bend = np.maximum.reduce([*sizes, abs(a + d - b - c)]) / 2
        slope = abs(across) + abs(along)
        away = abs(m) > slope / 2 + caution * bend
        outside = (away & (m > 0)) | (np.minimum.reduce([a, b, c, d]) > FAR)
        inside = (away & (m <= 0)) | (np.maximum.reduce([a, b, c, d]) < -FAR)
        share = half_plane(m - sum(across_each + along_each) / 48, across, along)
        straight = (bend <= straightest * slope) & (slope > 1e-140) & (slope < 1e140)
    known = np.where(outside, 0.0, np.where(inside, 1.0, np.where(straight, share, np.nan)))
    known = known.reshape(known.shape[0] * 4, -1)[: view.height, : view.width]
    return np.where(np.isnan(known), otherwise, known)


def undefined(program: Program, view: View) -> NDArray[np.bool_]:
    """The pixels of which at least two corners are undefined."""
    flags = outputs(program, view, INSET)[1:]
    if not flags:
        return np.zeros((view.height, view.width), np.bool_)
    count = np.sum(at_corners(flags[0]), axis=0)
    result: NDArray[np.bool_] = count.reshape(len(count) * 4, -1)[: view.height, : view.width] >= 2
    return result


def outputs(program: Program, view: View, inset: float) -> list[Levels]:
    """What the tape gives at the corners of squares: [square, corner, square, corner] each."""
    x = view.window.x0 + corners(view.width, inset) * view.dx
    y = view.window.y1 - corners(view.height, inset) * view.dy
    shape = (-1, 5, len(x) // 5, 5)
    return [found.reshape(shape) for found in reference.run(program.tape, {}, *np.meshgrid(x, y))]


def corners(pixels: int, inset: float) -> Levels:
    """Where the corners are along one axis, in pixels; those of neighbouring squares do not quite meet."""
    return np.add.outer(np.arange(-(-pixels // 4)) * 4, np.linspace(inset, 4 - inset, 5)).ravel()


def at_corners(level: Levels) -> list[Levels]:
    """The four corners of every pixel of every square."""
    ends = (slice(None, -1), slice(1, None))
    return [level[:, down, :, right] for down in ends for right in ends]


def bends_of(level: Levels) -> Levels:
    """Second differences along the last axis; at its ends, what those at the next two let expect there."""
    bends = np.diff(level, 2)
    first, last = bends[..., :1], bends[..., -1:]
    first, last = 3 * first - 2 * bends[..., 1:2], 3 * last - 2 * bends[..., -2:-1]
    return np.concatenate([first, bends, last], axis=-1)


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
