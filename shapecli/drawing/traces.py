"""Boundaries and curves as lines in the plane."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.defaults import ANTIALIASING
from shapecli.base.window import Window
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.tapes import ScalarField
from shapecli.engine import raster, sampling
from shapecli.engine.plan import Spent
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.painting.contours import Evaluate, Grid, lines, simplified

Line = NDArray[np.float64]
Lines = Sequence[Line]
Cuts = tuple[ScalarField, ...]
Grids = Callable[..., Grid]
Pixels = tuple[range, range]  # columns and rows

SMOOTH: Final = 0.02  # pixels by which a line may be simplified before it is drawn
KEPT: Final = 2  # grids
BESIDE: Final = 2  # pixels around what is covered
COARSE: Final = 128  # pixels on a side of the picture that tells where a region is
MOST_POINTS: Final = 1 << 22  # of a grid; that of a larger picture is coarser than its pixels


def grid_of(
    program: Program,
    drawing: Drawing,
    spent: Spent,
    *,
    margin: int = 0,
    finer: int = 1,
    within: Pixels | None = None,
    region: bool = False,
) -> Grid:
    """A number at the corners of pixels, and of `margin` more of them all around.

    Args:
        finer: how many steps of the grid there are to a pixel.
        within: the columns and rows that are enough, if the grid shall be no larger.
        region: the number is the level of one, and the grid may be as large as that alone.

    Raises:
        ShapeError: the picture takes more work than the limit.
    """
    view = drawing.view
    step = max(1.0, math.sqrt(view.width * view.height * finer**2 / MOST_POINTS)) / finer
    dx, dy = step * view.dx, step * view.dy
    columns, rows = within or (range(-margin, view.width + margin), range(-margin, view.height + margin))
    left, top = (math.floor(part.start / step) for part in (columns, rows))
    across, down = (math.ceil(columns.stop / step) - left, math.ceil(rows.stop / step) - top)
    x0, y1 = view.window.x0 + left * dx, view.window.y1 - top * dy
    corners = Window(x0 - dx / 2, x0 + (across + 0.5) * dx, y1 - (down + 0.5) * dy, y1 + dy / 2)
    points = View(corners, across + 1, down + 1)
    part: tuple[slice, ...] = slice(across + 1), slice(down + 1)
    if region:  # a part of the same grid, whose points are the same whatever part that is
        needed = _around(box_of(program, drawing, spent, margin), view, margin)
        part = tuple(
            slice(max(0, math.floor(some.start / step) - first), math.ceil(some.stop / step) - first + 1)
            for some, first in zip(needed, (left, top), strict=True)
        )
    plan = replace(drawing.plan(), work_before=spent.work)
    level = sampling.sample(program, points, plan, rows=range(down + 1)[part[1]]).level
    spent.work += program.tape.cost * level.size
    return Grid(points.xs()[part[0]], points.ys()[part[1]], level[:, part[0]])


def box_of(program: Program, drawing: Drawing, spent: Spent, margin: int = 0) -> Window | None:
    """A part of the picture in which a region is, by proof; None if it is nowhere.

    Args:
        margin: how far beyond the picture that may be, in pixels.
    """
    view, window = drawing.view, drawing.view.window
    wide, high = margin * view.dx, margin * view.dy
    window = Window(window.x0 - wide, window.x1 + wide, window.y0 - high, window.y1 + high)
    coarse = View(window, min(COARSE, view.width), min(COARSE, view.height))
    plan = replace(drawing.plan(marks=True), work_before=spent.work)
    certified = raster.certify(program, coarse, plan)
    some = np.frombuffer(certified.highest or b"", np.uint8).reshape(coarse.height, coarse.width) > 0
    if not some.any():
        return None
    left, right = np.flatnonzero(some.any(axis=0))[[0, -1]].tolist()
    top, bottom = np.flatnonzero(some.any(axis=1))[[0, -1]].tolist()
    return Window(
        window.x0 + left * coarse.dx, window.x0 + (right + 1) * coarse.dx,
        window.y1 - (bottom + 1) * coarse.dy, window.y1 - top * coarse.dy,
    )  # fmt: skip


def _around(box: Window | None, view: View, margin: int) -> Pixels:
    """The columns and rows of a box and a little more; some that are outside of the picture for none."""
    if box is None:
        return range(-margin, 2 - margin), range(-margin, 2 - margin)
    left, right = ((x - view.window.x0) / view.dx for x in (box.x0, box.x1))
    top, bottom = ((view.window.y1 - y) / view.dy for y in (box.y1, box.y0))
    columns, rows = (
        range(max(-margin, math.floor(low) - BESIDE), min(size + margin, math.ceil(high) + BESIDE))
        for low, high, size in ((left, right, view.width), (top, bottom, view.height))
    )
    return columns, rows


def seen(fields: Sequence[ScalarField], spent: Spent) -> Pixels | None:
    """The columns and rows in which regions cover something together, and a little more; None if nowhere.

    Raises:
        ShapeError: the picture takes more work than the limit.
    """
    drawing, view = fields[0].drawing, fields[0].drawing.view
    plan = replace(drawing.plan(), factor=ANTIALIASING)
    some = np.ones(view.height * view.width, np.bool_)
    for field in fields:
        cover = raster.cover(field.covered, view, replace(plan, work_before=spent.work))
        spent.work += field.covered.mean_cost * cover.totals.work
        some &= np.frombuffer(cover.shades, np.uint8) > 0
    pixels = some.reshape(view.height, view.width)
    if not some.any():
        return None
    columns, rows = (
        range(max(0, first - BESIDE), min(size, last + 1 + BESIDE))
        for axis, size in enumerate((view.width, view.height))
        for first, last in [np.flatnonzero(pixels.any(axis=axis))[[0, -1]].tolist()]
    )
    return columns, rows


def grid_of_least(layers: Sequence[DrawnLayer], *, margin: int) -> tuple[Grid, Evaluate]:
    """The least level of several regions, on a grid and at any points."""
    spent = Spent()
    grids = [grid_of(layer.level.covered, layer.drawing, spent, margin=margin) for layer in layers]
    anywhere = [layer.level.anywhere for layer in layers]
    least = Grid(grids[0].x, grids[0].y, np.minimum.reduce([grid.values for grid in grids]))
    return least, lambda x, y: np.minimum.reduce([level(x, y) for level in anywhere])


def grids(spent: Spent) -> Grids:
    """`grid_of` for one picture, which keeps the last: contours of one number have a grid in common."""
    return lru_cache(maxsize=KEPT)(partial(grid_of, spent=spent))


def traced(
    layer: DrawnLayer, grid_for: Grids, *, margin: int = 0, finer: int = 1, fast: bool = False
) -> Iterator[tuple[Lines, Cuts]]:
    """The boundary of a region, or each curve of a layer with the regions that it is cut by.

    Lines are in the plane; those of a curve are where its number goes through zero, not where it jumps.
    They are of the whole layer, whatever it is clipped by.

    Args:
        fast: numbers beside the grid come from the kernels too.
    """
    # a level vanishes on the boundary
    curves = layer.curves if layer.is_curve else ((layer.body, 0.0, ()),)
    for field, at, cuts in curves:
        grid = grid_for(field.alone, layer.drawing, margin=margin, finer=finer, region=not layer.is_curve)
        evaluate = field.anywhere_fast if fast else field.anywhere
        yield lines(grid, evaluate, jumps=not layer.is_curve, at=at), cuts


def in_pixels(places: Lines, view: View, tolerance: float) -> Lines:
    """Lines in the plane as lines in the picture, from its top left corner, simplified by so many pixels."""
    scaled = [(line - (view.window.x0, view.window.y1)) / (view.dx, -view.dy) for line in places]
    return simplified(scaled, tolerance) if tolerance else scaled
