"""What is certain of a picture, whatever is rounded on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing
from shapecli.engine import raster
from shapecli.engine.machine import silent
from shapecli.engine.plan import Progress
from shapecli.engine.raster import Certainty, Certified

ROUNDING: Final = 1e-14  # of a product of numbers, relative


@dataclass(frozen=True)
class Certificate:
    """Counts of pixels, and bounds of the area.

    Attributes:
        certain_inside, certain_outside: pixels every point of which is.
        undecided: all other pixels.
        certain_area: the least and the greatest that the area can be, in units of the plane.
    """

    certain_inside: int
    certain_outside: int
    undecided: int
    certain_area: tuple[float, float]


def certify(drawing: Drawing, *, progress: Progress = silent) -> Certificate:
    """How many pixels are certain, by bounds of intervals, to be inside or outside, and bounds of the area.

    Numbers such as 0.1 and pi are taken for what they mean, not for the nearest float64.  Where something
    is undefined counts as outside; a figure of several layers is their union, and curves cover nothing.

    Raises:
        ShapeError: as for `draw`; or the figure has curves alone.
    """
    if not drawing.regions:
        raise ShapeError("of a curve there is nothing to prove", source=drawing.figure.source)
    view, several = drawing.view, len(drawing.regions) > 1
    if several:
        drawing.check_held()
    plan = drawing.plan(marks=several)
    certified = []
    for number, layer in enumerate(drawing.regions):
        share = _part_of(progress, number, len(drawing.regions))
        certified.append(raster.certify(layer.level.covered, view, plan, progress=share))
    certain = _certain_of_union(certified) if several else certified[0].totals
    unit = view.pixel_area / 16
    return Certificate(
        certain.inside,
        certain.outside,
        view.width * view.height - certain.inside - certain.outside,
        (certain.lowest * unit * (1 - ROUNDING), certain.highest * unit * (1 + ROUNDING)),
    )


def _part_of(progress: Progress, number: int, total: int) -> Progress:
    """The progress of one of several equal pieces of work."""
    return lambda share: progress((number + share) / total)


def _certain_of_union(layers: Sequence[Certified]) -> Certainty:
    """At least what one layer covers, and at most what all of them do."""
    import numpy as np

    lowest = np.maximum.reduce([np.frombuffer(layer.lowest or b"", np.uint8) for layer in layers])
    highest = np.sum(
        [np.frombuffer(layer.highest or b"", np.uint8) for layer in layers], axis=0, dtype=np.int64
    )
    highest = np.minimum(highest, 16)
    inside, outside = int(np.count_nonzero(lowest == 16)), int(np.count_nonzero(highest == 0))
    return Certainty(inside, outside, int(lowest.sum(dtype=np.int64)), int(highest.sum()))
