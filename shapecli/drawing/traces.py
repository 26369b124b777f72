"""Boundaries and curves as lines in the plane."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from shapecli.base.window import Window
from shapecli.drawing.settings import Settings, plan_of
from shapecli.engine import sampling
from shapecli.engine.program import Program, filled
from shapecli.engine.view import View
from shapecli.fields.graph import Node
from shapecli.fields.tape import flatten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shapecli.painting.contours import Evaluate, Grid

SMOOTH: Final = 0.02  # pixels by which a line may be simplified before it is drawn
MOST_POINTS: Final = 1 << 22  # of a grid; that of a larger picture is coarser than its pixels


def grid_of(program: Program, view: View, settings: Settings, *, margin: int = 0, finer: int = 1) -> "Grid":
    """A number at the corners of pixels, and of `margin` more of them all around.

    Args:
        finer: how many steps of the grid there are to a pixel.
    """
    from shapecli.painting.contours import Grid

    step = max(1.0, math.sqrt(view.width * view.height * finer**2 / MOST_POINTS)) / finer
    dx, dy = step * view.dx, step * view.dy
    across, down = (math.ceil((size + 2 * margin) / step) for size in (view.width, view.height))
    x0, y1 = view.window.x0 - margin * view.dx, view.window.y1 + margin * view.dy
    corners = Window(x0 - dx / 2, x0 + (across + 0.5) * dx, y1 - (down + 0.5) * dy, y1 + dy / 2)
    points = View(corners, across + 1, down + 1)
    return Grid(points.xs(), points.ys(), sampling.sample(program, points, plan_of(settings)).level)


def program_at(root: Node, inputs: Mapping[str, float]) -> Program:
    """A number as a program; nobody asks where it is undefined."""
    return filled(flatten(root), inputs)


def evaluator(program: Program, inputs: Mapping[str, float]) -> "Evaluate":
    """The number of a program at any points."""
    from shapecli.engine.reference import run

    return lambda x, y: run(program.tape, inputs, x, y)[0]


def grid_of_least(
    programs: Sequence[Program], inputs: Mapping[str, float], view: View, settings: Settings, *, margin: int
) -> "tuple[Grid, Evaluate]":
    """The least of several numbers, on a grid and at any points."""
    import numpy as np

    from shapecli.painting.contours import Grid

    grids = [grid_of(program, view, settings, margin=margin) for program in programs]
    anywhere = [evaluator(program, inputs) for program in programs]
    least = Grid(grids[0].x, grids[0].y, np.minimum.reduce([grid.values for grid in grids]))
    return least, lambda x, y: np.minimum.reduce([number(x, y) for number in anywhere])


def at_level(
    grid: "Grid", evaluate: "Evaluate | None", level: float, view: View, tolerance: float = SMOOTH
) -> "list[NDArray[np.float64]]":
    """Where a number is `level`, as lines in the picture, simplified by `tolerance` in pixels."""
    from shapecli.painting.contours import lines, simplified

    found = in_pixels(lines(grid, evaluate, jumps=True, at=level), view)
    return [simplified(line, tolerance) for line in found]


def boundary(
    program: Program, inputs: Mapping[str, float], view: View, settings: Settings, margin: int, finer: int = 1
) -> "list[NDArray[np.float64]]":
    """The boundary of a region, as lines in the plane."""
    from shapecli.painting.contours import lines

    grid = grid_of(program, view, settings, margin=margin, finer=finer)
    return lines(grid, evaluator(program, inputs), jumps=True)


def zeros(
    field: Node, inputs: Mapping[str, float], view: View, settings: Settings, margin: int, finer: int = 1
) -> "list[NDArray[np.float64]]":
    """Where a number goes through zero, as lines in the plane; not where it jumps over it."""
    from shapecli.painting.contours import lines

    program = program_at(field, inputs)
    grid = grid_of(program, view, settings, margin=margin, finer=finer)
    return lines(grid, evaluator(program, inputs), jumps=False)


def in_pixels(found: "Sequence[NDArray[np.float64]]", view: View) -> "list[NDArray[np.float64]]":
    """Lines in the plane as lines in the picture, from its top left corner."""
    return [(line - (view.window.x0, view.window.y1)) / (view.dx, -view.dy) for line in found]
