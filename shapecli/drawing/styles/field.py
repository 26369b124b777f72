"""The field L / n in the colours of a diverging map, with lines at round values."""

import math
from typing import TYPE_CHECKING, Final

from shapecli.base.source import ShapeError
from shapecli.drawing.styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecli.drawing.drawing import Drawing
    from shapecli.drawing.strips import Brush, Strip
    from shapecli.painting.paint import Paint, Pixels

SHADES: Final = 256
STEPS: Final = 4  # iso-lines on either side of 0, or up to twice as many
SAMPLES: Final = 64  # points on a side that the range of colours is chosen from
USUAL: Final = 0.9  # of them are within that range
LARGEST_SPAN: Final = 1e300
BLACK: Final = (0, 0, 0, 255)
ROUGH: Final = 0.1  # pixels by which lines other than the boundary are simplified
ISOLINE, ZERO_LINE = (1.0, 0.35), (2.0, 1.0)  # width in pixels, opacity


def _ground(drawing: "Drawing") -> "Iterator[Brush]":
    """Shades and lines; an error if the figure has curves alone, or there is no such map."""
    import numpy as np

    from shapecli.drawing import traces
    from shapecli.drawing.strips import least_level, line
    from shapecli.painting.contours import lines
    from shapecli.painting.paint import Paint

    if not drawing.regions:
        raise ShapeError("a curve has no field", source=drawing.figure.source, hint="write <= for a region")
    level, sharpness = least_level(drawing.regions), drawing.sharpness
    top = span_of(drawing)
    step = step_of(top)
    table = shades_of(drawing)

    def shades(strip: "Strip") -> "Paint":
        with np.errstate(over="ignore"):  # infinite is as far as can be
            share = level(strip.rows) * ((SHADES - 1) / (2 * top * sharpness)) + (SHADES - 1) / 2
        numbers = np.clip(np.nan_to_num(share), 0, SHADES - 1).astype(np.uint8)
        return Paint(np.full(numbers.shape, 255, np.uint8), table[numbers])

    yield shades
    grid, evaluate = traces.grid_of_least(drawing.regions, margin=3)
    last = math.floor(top / step)
    for number in sorted(range(-last, last + 1), key=lambda k: k == 0):
        isolines = lines(grid, None if number else evaluate, jumps=True, at=number * step * sharpness)
        width, opacity = ISOLINE if number else ZERO_LINE
        width *= drawing.pen
        yield line(isolines, drawing.view, ROUGH if number else traces.SMOOTH, width, BLACK, opacity)


def span_of(drawing: "Drawing") -> float:
    """The L / n that has the last colour: as asked for, or a round number well above most |L / n|."""
    import numpy as np

    from shapecli.engine import sampling
    from shapecli.engine.view import View

    if drawing.settings.span:
        return drawing.settings.span
    view = View(drawing.view.window, SAMPLES, SAMPLES)
    fields = [sampling.sample(layer.level.covered, view, drawing.plan()).level for layer in drawing.regions]
    size = np.abs(np.minimum.reduce(fields) / drawing.sharpness)
    finite = size[np.isfinite(size)]
    usual = float(np.quantile(finite, USUAL)) if finite.size else 0.0
    return round_down(2 * usual) if 0.0 < usual < LARGEST_SPAN else 1.0


def step_of(span: float) -> float:
    """How far lines at round values are apart."""
    return round_down(span / STEPS)


def shades_of(drawing: "Drawing") -> "Pixels":
    """The colours from one end of the range to the other: uint8[SHADES, 3].

    Raises:
        ShapeError: there is no such map.
    """
    from shapecli.base.colourmaps import FIELD, colour_map

    return colour_map(drawing.colours or FIELD, SHADES)


def round_down(number: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** math.floor(math.log10(number))
    return power * next(factor for factor in (5, 2, 1) if factor * power <= number * (1 + 1e-9))


STYLE = Style(help="the field L/n in colours", ground=_ground, on_pages=True, own_ground=True, span=span_of)
