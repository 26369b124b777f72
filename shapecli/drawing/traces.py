"""Boundaries and curves as lines in the plane."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from shapecli.base.window import Window
from shapecli.drawing.drawing import Drawing, DrawnLayer, Level
from shapecli.engine import sampling
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.painting.contours import Evaluate, Grid, lines, simplified

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTH: Final = 0.02  # pixels by which a line may be simplified before it is drawn
MOST_POINTS: Final = 1 << 22  # of a grid; that of a larger picture is coarser than its pixels


def grid_of(program: Program, drawing: Drawing, *, margin: int = 0, finer: int = 1) -> Grid:
    """A number at the corners of pixels, and of `margin` more of them all around.

    Args:
        finer: how many steps of the grid there are to a pixel.
    """
    view = drawing.view
    step = max(1.0, math.sqrt(view.width * view.height * finer**2 / MOST_POINTS)) / finer
    dx, dy = step * view.dx, step * view.dy
    across, down = (math.ceil((size + 2 * margin) / step) for size in (view.width, view.height))
    x0, y1 = view.window.x0 - margin * view.dx, view.window.y1 + margin * view.dy
    corners = Window(x0 - dx / 2, x0 + (across + 0.5) * dx, y1 - (down + 0.5) * dy, y1 + dy / 2)
    points = View(corners, across + 1, down + 1)
    return Grid(points.xs(), points.ys(), sampling.sample(program, points, drawing.plan()).level)


def grid_of_least(layers: Sequence[DrawnLayer], *, margin: int) -> tuple[Grid, Evaluate]:
    """The least level of several regions, on a grid and at any points."""
    grids = [grid_of(layer.level.covered, layer.drawing, margin=margin) for layer in layers]
    anywhere = [layer.level.anywhere for layer in layers]
    least = Grid(grids[0].x, grids[0].y, np.minimum.reduce([grid.values for grid in grids]))
    return least, lambda x, y: np.minimum.reduce([level(x, y) for level in anywhere])


def at_level(
    grid: Grid, evaluate: Evaluate | None, level: float, view: View, tolerance: float = SMOOTH
) -> "list[NDArray[np.float64]]":
    """Where a number is `level`, as lines in the picture, simplified by `tolerance` in pixels."""
    found = in_pixels(lines(grid, evaluate, jumps=True, at=level), view)
    return [simplified(line, tolerance) for line in found]


def boundary(level: Level, margin: int, finer: int = 1) -> "list[NDArray[np.float64]]":
    """The boundary of a region, as lines in the plane."""
    return lines(grid_of(level.alone, level.drawing, margin=margin, finer=finer), level.anywhere, jumps=True)


def zeros(level: Level, margin: int, finer: int = 1) -> "list[NDArray[np.float64]]":
    """Where a number goes through zero, as lines in the plane; not where it jumps over it."""
    return lines(grid_of(level.alone, level.drawing, margin=margin, finer=finer), level.anywhere, jumps=False)


def in_pixels(places: "Sequence[NDArray[np.float64]]", view: View) -> "list[NDArray[np.float64]]":
    """Lines in the plane as lines in the picture, from its top left corner."""
    return [(line - (view.window.x0, view.window.y1)) / (view.dx, -view.dy) for line in places]
