"""What is found out about a picture: how much of it is inside, and how much is undefined."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapecli.base.defaults import LIMIT_LAYERS
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing
from shapecli.engine import raster
from shapecli.engine.kernels.job import MARK_INSIDE, MARK_UNDEFINED
from shapecli.engine.raster import Cover, Totals
from shapecli.engine.view import View


@dataclass(frozen=True)
class Measures:
    """What was found out about a picture while it was drawn.

    Attributes:
        inside_pixels, undefined_pixels: by their centres if there is no antialiasing; else those of which at
            least half is inside, and those with an undefined primitive at two corners or more.
        area: of the union of the layers, in units of the plane.
    """

    view: View
    inside_pixels: int
    area: float
    undefined_pixels: int


def measures_of(view: View, totals: Totals) -> Measures:
    """Totals in units of the plane."""
    return Measures(view, totals.inside, totals.covered / 2**20 * view.pixel_area, totals.undefined)


def measure(drawing: Drawing) -> Measures:
    """What a picture would tell, without drawing it.

    Raises:
        ShapeError: as for `draw`.
    """
    programs = [layer.level.covered for layer in drawing.regions]
    check_layers(len(programs), drawing.view.width, drawing.view.height)
    plan = drawing.plan(marks=len(programs) > 1)
    covers = [raster.cover(program, drawing.view, plan) for program in programs]
    return measures_of(drawing.view, union_of(covers))


def union_of(covers: Sequence[Cover]) -> Totals:
    """The totals of layers together, from the states of their pixels."""
    if len(covers) < 2:
        return covers[0].totals if covers else Totals()
    import numpy as np

    marks = np.bitwise_or.reduce([np.frombuffer(cover.marks or b"", np.uint8) for cover in covers])
    uncovered = np.ones(marks.size, np.float32)
    for cover in covers:
        uncovered *= 1 - np.frombuffer(cover.shades, np.uint8) / np.float32(255)
    covered = float((1 - uncovered).sum(dtype=np.float64))
    return Totals(
        int(np.count_nonzero(marks & MARK_INSIDE)),
        int(np.count_nonzero(marks & MARK_UNDEFINED)),
        round(covered * 2**20),
    )


def check_layers(layers: int, width: int, rows: int) -> None:
    """Raises: ShapeError: there are more layers than fit into memory."""
    if layers * width * rows > LIMIT_LAYERS:
        message = f"{layers} layers of {width} x {rows} pixels are more than the limit"
        raise ShapeError(message, hint="choose a smaller <size>, or draw fewer layers")
