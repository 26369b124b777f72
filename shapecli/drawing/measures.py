"""What is found out about a picture: how much of it is inside, how much is undefined, and what is certain.

What is certain is so whatever is rounded on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from shapecli.base.defaults import LIMIT_LAYERS
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing
from shapecli.engine import raster
from shapecli.engine.kernels.job import MARK_INSIDE, MARK_UNDEFINED
from shapecli.engine.machine import silent
from shapecli.engine.plan import Progress
from shapecli.engine.raster import Certainty, Certified, Cover, Totals
from shapecli.engine.view import View

ROUNDING: Final = 1e-14  # of a product of numbers, relative


@dataclass(frozen=True)
class Measures:
    """What was found out about a picture while it was drawn.

    Attributes:
        inside_pixels, undefined_pixels: by their centres if there is no antialiasing; else those of which at
            least half is inside, and those with an undefined primitive at two corners or more.
        area: of the union of the layers, in units of the plane.
        shows: whether there is anything to see: of a region or of a stroke.
    """

    view: View
    inside_pixels: int
    area: float
    undefined_pixels: int
    shows: bool


def measures_of(view: View, totals: Totals) -> Measures:
    """Totals in units of the plane."""
    area, shows = totals.covered / 2**20 * view.pixel_area, totals.inside or totals.covered or totals.inked
    return Measures(view, totals.inside, area, totals.undefined, bool(shows))


def measure(drawing: Drawing) -> Measures:
    """What a picture would tell, without drawing it.

    Raises:
        ShapeError: as for `draw`.
    """
    programs = [layer.level.covered for layer in drawing.regions]
    check_layers(len(programs), drawing.view.width, drawing.view.height)
    union = Union(len(programs))
    for program in programs:
        union.add(raster.cover(program, drawing.view, drawing.plan(marks=union.wants_marks)))
    return measures_of(drawing.view, union.totals())


class Union:
    """The totals of layers together, from the states of their pixels, added one by one.

    Attributes:
        wants_marks: whether covers need marks.
    """

    def __init__(self, layers: int, *, clipped: bool = False) -> None:
        self.wants_marks = layers > 1 or clipped
        self.alone = Totals()
        self.marks: Any = None
        self.uncovered: Any = None

    def add(self, cover: Cover, clip: Cover | None = None) -> None:
        """Add a layer, of which only what is in a clip counts."""
        if not self.wants_marks:
            self.alone = cover.totals
            return
        import numpy as np

        marks, shades = np.frombuffer(cover.marks or b"", np.uint8), np.frombuffer(cover.shades, np.uint8)
        if self.marks is None:
            self.marks, self.uncovered = np.zeros_like(marks), np.ones(marks.shape, np.float32)
        covered = np.flatnonzero(shades.reshape(-1, cover.view.width).any(axis=1))
        if clip is not None:
            seen = np.frombuffer(clip.marks or b"", np.uint8)
            marks = np.where(seen & MARK_INSIDE, marks, marks & ~np.uint8(MARK_INSIDE))
        self.marks |= marks
        if not len(covered):
            return
        part = slice(int(covered[0]) * cover.view.width, (int(covered[-1]) + 1) * cover.view.width)
        share = shades[part] / np.float32(255)
        if clip is not None:
            share *= np.frombuffer(clip.shades, np.uint8)[part] / np.float32(255)
        self.uncovered[part] *= 1 - share

    def totals(self) -> Totals:
        """Of all layers so far."""
        if self.marks is None:
            return self.alone
        import numpy as np

        return Totals(
            int(np.count_nonzero(self.marks & MARK_INSIDE)),
            int(np.count_nonzero(self.marks & MARK_UNDEFINED)),
            round(float((1 - self.uncovered).sum(dtype=np.float64)) * 2**20),
        )


def check_layers(layers: int, width: int, rows: int) -> None:
    """Raises: ShapeError: there are more layers than fit into memory."""
    if layers * width * rows > LIMIT_LAYERS:
        message = f"{layers} layers of {width} x {rows} pixels are more than the limit"
        raise ShapeError(message, hint="choose a smaller <size>, or draw fewer layers")


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
