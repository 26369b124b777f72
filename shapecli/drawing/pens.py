"""Strokes along boundaries and curves."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shapecli.base.colours import Rgba
from shapecli.drawing import traces
from shapecli.drawing.drawing import DrawnLayer
from shapecli.painting.contours import simplified
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
    if not layer.is_curve:
        yield _pen(layer, traces.boundary(layer.level, margin))
    for field, cuts in layer.curves:
        pen = _pen(layer, traces.zeros(field, margin))
        yield _cut(pen, [cut.covered for cut in cuts]) if cuts else pen


def _pen(layer: DrawnLayer, lines: "list[NDArray[np.float64]]") -> "Brush":
    """A stroke along lines in the plane, as the layer asks for it."""
    lines = traces.in_pixels(lines, layer.drawing.view)
    if layer.width > WIDE:
        lines = [simplified(each, traces.SMOOTH) for each in lines]
    return line(lines, layer.width, layer.stroke, layer.opacity, layer.drawing.view.width)


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
