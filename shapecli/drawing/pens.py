"""Strokes along boundaries and curves."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shapecli.base.colours import Rgba
from shapecli.drawing import traces
from shapecli.drawing.drawing import DrawnLayer
from shapecli.painting.paint import Paint
from shapecli.painting.strokes import WIDE, stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from shapecli.drawing.strips import Brush, Strip
    from shapecli.engine.program import Program


def strokes(layer: DrawnLayer) -> "Iterator[Brush]":
    """The brushes of a curve, or of the boundary of a region."""
    margin = math.ceil(layer.width / 2) + 2  # how far beyond the picture a line still shows, in pixels
    view, tolerance = layer.drawing.view, traces.SMOOTH if layer.width > WIDE else 0.0
    for lines, cuts in traces.traced(layer, margin=margin):
        shown = traces.in_pixels(lines, view, tolerance)
        pen = line(shown, layer.width, layer.stroke, layer.opacity, view.width)
        yield _cut(pen, [cut.covered for cut in cuts]) if cuts else pen


def line(
    lines: "Sequence[NDArray[np.float64]]", width: float, colour: Rgba, opacity: float, columns: int
) -> "Brush":
    """A stroke along lines in a picture of so many columns."""
    return lambda strip: Paint(stroke(lines, width, columns, strip.rows), colour, opacity)


def _cut(pen: "Brush", regions: "Sequence[Program]") -> "Brush":
    """What a brush paints inside of regions."""

    def brush(strip: "Strip") -> Paint:
        paint = pen(strip)
        share = paint.share.astype(np.float32) / np.float32(255)
        for region in regions:
            share *= strip.shares[region].astype(np.float32) / np.float32(255)
        return replace(paint, share=share)

    return brush
