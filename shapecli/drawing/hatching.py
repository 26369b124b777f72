"""Fills that are made of lines: which lines they are, in the plane."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from shapecli.base.source import ShapeError
from shapecli.drawing import traces
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.engine.plan import Spent, too_much_work
from shapecli.language.figure import Lines
from shapecli.painting.contours import Evaluate, clipped, isolines
from shapecli.painting.hatches import numbers_of, points_of, straight, within

FINEST: Final = 0.01  # pixels that lines are apart
LIMIT_LINES: Final = 100_000  # of one hatch
LIMIT_BANDS: Final = 1000  # of a region
STEPS: Final = 2  # to a pixel: what is narrower may be missed
PER_CELL: Final = 16  # additions for a cell of a grid, where an iso-line is looked for


def _check(drawing: Drawing, lines: Lines) -> None:
    """Raises: ShapeError: lines are too fine, or too many."""
    if lines.spacing < FINEST * _pixel(drawing):
        message = f"lines {lines.spacing:g} apart are finer than {FINEST:g} pixels"
        raise _refused(drawing, lines, message, "choose a larger spacing, or a larger <size>")
    for angle in lines.angles:
        if (count := len(numbers_of(angle, lines.spacing, drawing.view.window))) > LIMIT_LINES:
            message = f"{count:,} lines are more than the limit of {LIMIT_LINES:,}"
            raise _refused(drawing, lines, message, "choose a larger spacing, or a smaller <window>")


def _refused(drawing: Drawing, lines: Lines, message: str, hint: str) -> ShapeError:
    return ShapeError(message, lines.span, drawing.figure.source, hint)


def filling(
    layer: DrawnLayer, grids: traces.Grids, spent: Spent, *, margin: int = 0
) -> Iterator[tuple[Lines, traces.Lines]]:
    """What a region is filled with, from the bottom up, and where the lines are: in it, and in what clips it.

    Args:
        margin: how far beyond the picture they shall go, in pixels.

    Raises:
        ShapeError: they are too many, or take more work than the limit.
    """
    if not layer.look.lines or not layer.drawing.style.region:
        return
    for lines in layer.look.lines:
        _check(layer.drawing, lines)
    regions = [region for region in (layer.body, layer.clip) if region]
    cost = sum(region.alone.tape.cost for region in regions)
    evaluate, step = inside_of(layer), step_of(layer.drawing)
    box = traces.box_of(layer.body.covered, layer.drawing, spent, margin)
    for lines in layer.look.lines:
        if not lines.angles:
            yield lines, _bands(layer, lines, grids, spent, margin)
            continue
        found: list[traces.Line] = []
        for angle in lines.angles:
            sides = straight(angle, lines.spacing, box) if box else np.empty((0, 2, 2))
            _spend(layer.drawing, spent, cost * float(points_of(sides, step).sum()))
            found.extend(within(sides, evaluate, step))
        yield lines, found


def inside_of(layer: DrawnLayer) -> Evaluate:
    """A number that is at most 0 where a layer is: in its region, and in what clips it."""
    numbers = [region.anywhere_fast for region in (layer.body, layer.clip) if region]
    return lambda x, y: np.maximum.reduce([number(x, y) for number in numbers])


def step_of(drawing: Drawing) -> float:
    """How far apart places on a straight line are that are looked at, in the plane."""
    return _pixel(drawing) / STEPS


def _pixel(drawing: Drawing) -> float:
    return min(drawing.view.dx, drawing.view.dy)


def _spend(drawing: Drawing, spent: Spent, work: float) -> None:
    spent.work += work
    if spent.work > drawing.settings.limit_work:
        raise too_much_work(drawing.settings.limit_work)


def _bands(
    layer: DrawnLayer, lines: Lines, grids: traces.Grids, spent: Spent, margin: int
) -> list[traces.Line]:
    """The lines where the field is a whole multiple of the spacing below 0."""
    grid = grids(layer.body.alone, layer.drawing, margin=margin, region=True)
    inside = grid.values[np.isfinite(grid.values) & (grid.values < 0)]
    step = lines.spacing * layer.drawing.sharpness
    deepest = float(inside.min()) if inside.size else 0.0
    if not -deepest / step < LIMIT_BANDS + 1:
        depth = -deepest / layer.drawing.sharpness
        message = f"the field goes down by {depth:.3g}, which is more bands than the limit of {LIMIT_BANDS:,}"
        raise _refused(layer.drawing, lines, message, "choose a larger spacing")
    levels = [-number * step for number in range(1, math.floor(-deepest / step) + 1)]
    _spend(layer.drawing, spent, float(PER_CELL * grid.values.size * len(levels)))
    found = [line for some in isolines(grid, layer.body.anywhere_fast, levels) for line in some]
    return clipped(found, layer.clip.anywhere_fast) if layer.clip else found
