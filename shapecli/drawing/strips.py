"""Drawings sampled and painted in strips of rows, so that memory grows with the width of a picture alone."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.colours import Rgba
from shapecli.drawing import traces
from shapecli.drawing.drawing import Drawing, DrawnLayer, Shade
from shapecli.drawing.measures import check_layers, union_of
from shapecli.drawing.shades import light_at
from shapecli.engine import raster, sampling
from shapecli.engine.plan import Progress
from shapecli.engine.program import Program
from shapecli.engine.raster import BAND, Totals
from shapecli.engine.view import View
from shapecli.painting.paint import Paint, Pixels, Share, painted
from shapecli.painting.strokes import WIDE, stroke

ROWS_TOGETHER: Final = 1 << 21  # pixels that are sampled and painted at a time
FEW_LAYERS: Final = 4  # from which on it is less


@dataclass(frozen=True, eq=False)
class Strip:
    """Some rows of a drawing, with coverage by each of its programs: uint8[rows, width]."""

    rows: range
    width: int
    shares: Mapping[Program, NDArray[np.uint8]]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), self.width


Brush = Callable[[Strip], Paint]


def painted_strips(drawing: Drawing, progress: Progress) -> Iterator[tuple[Pixels, Totals]]:
    """The picture from the top down: uint8[rows, width, channels], and what their pixels count.

    Raises:
        ShapeError: the picture takes more work than the limit.
    """
    view = drawing.view
    background, brushes = drawing.background, list(_brushes(drawing))
    pens = [number for number, (_, is_pen) in enumerate(brushes) if is_pen]
    regions = {layer.level.covered for layer in drawing.regions}
    covered = [
        *(drawing.ground.covered if drawing.ground else ()),
        *(each for layer in drawing.layers for each in layer.covered),
    ]
    programs = list(dict.fromkeys(covered))
    left = drawing.settings.limit_work
    for rows in _strips(drawing, len(programs)):
        covers = {}
        for program in programs:
            plan = replace(drawing.plan(marks=len(regions) > 1), limit_work=left)
            covers[program] = raster.cover(program, view, plan, rows=rows)
            left -= program.mean_cost * covers[program].totals.work
        shape = len(rows), view.width
        shares = {each: np.frombuffer(covers[each].shades, np.uint8).reshape(shape) for each in covers}
        strip = Strip(rows, view.width, shares)
        totals = union_of([cover for program, cover in covers.items() if program in regions])
        paints = [brush(strip) for brush, _ in brushes]
        inked = sum(int(np.count_nonzero(paints[number].share)) for number in pens)
        yield painted(paints, background, view.width, len(rows)), replace(totals, inked=inked)
        progress(rows.stop / view.height)


def _brushes(drawing: Drawing) -> Iterator[tuple[Brush, bool]]:
    """All that is painted, from the bottom up, and whether it is a stroke."""
    style = drawing.style
    if ground := drawing.ground:
        yield lambda strip: _shaded(drawing, ground, strip, np.full(strip.shape, 255, np.uint8), 1.0), False
    for brush in style.ground(drawing) if style.ground else ():
        yield brush, False
    for layer in drawing.layers:
        for brush in style.region(layer) if style.region and layer.filled else ():
            yield brush, False
        for brush in _strokes(layer) if layer.stroked else ():
            yield brush, True


def coloured(share: Callable[[Strip], Share], layer: DrawnLayer, colour: Rgba | Shade) -> Brush:
    """A brush of one colour, or of one that varies from place to place."""
    if not isinstance(colour, Shade):
        return lambda strip: Paint(share(strip), colour, layer.opacity)
    return lambda strip: _shaded(layer.drawing, colour, strip, share(strip), layer.opacity)


def _shaded(drawing: Drawing, shade: Shade, strip: Strip, share: Share, opacity: float) -> Paint:
    part = share.astype(np.float32)
    if share.dtype == np.uint8:
        part /= np.float32(255)
    light = light_at(drawing, shade, strip.rows, (part > 0).astype(np.uint8), strip.shares)
    return Paint(part * light[..., 3], np.ascontiguousarray(light[..., :3]), opacity)


def _strokes(layer: DrawnLayer) -> Iterator[Brush]:
    """The brushes of a curve, or of the boundary of a region."""
    margin = math.ceil(layer.width / 2) + 2  # how far beyond the picture a line still shows, in pixels
    view, tolerance = layer.drawing.view, traces.SMOOTH if layer.width > WIDE else 0.0
    for places, cuts in traces.traced(layer, margin=margin):
        lines = traces.in_pixels(places, view, tolerance)
        pen = coloured(_inked(lines, layer.width), layer, layer.stroke_shade or layer.stroke)
        yield _cut(pen, [cut.covered for cut in cuts]) if cuts else pen


def _inked(lines: traces.Lines, width: float) -> Callable[[Strip], Share]:
    """How strongly a pen covers each pixel."""
    return lambda strip: stroke(lines, width, strip.width, strip.rows)


def line(
    places: traces.Lines, view: View, tolerance: float, width: float, colour: Rgba, opacity: float
) -> Brush:
    """A stroke along lines in the plane, simplified by so many pixels."""
    lines = traces.in_pixels(places, view, tolerance)
    return lambda strip: Paint(stroke(lines, width, view.width, strip.rows), colour, opacity)


def _cut(pen: Brush, regions: Sequence[Program]) -> Brush:
    """What a brush paints inside of regions."""

    def brush(strip: Strip) -> Paint:
        paint = pen(strip)
        share = paint.share.astype(np.float32) / np.float32(255)
        for region in regions:
            share *= strip.shares[region].astype(np.float32) / np.float32(255)
        return replace(paint, share=share)

    return brush


def least_level(layers: Sequence[DrawnLayer]) -> Callable[[range], NDArray[np.float64]]:
    """The least level of some regions, by rows.

    Raises:
        ShapeError: those of all rows take more work than the limit.
    """
    drawing, programs = layers[0].drawing, [layer.level.covered for layer in layers]
    drawing.check_work(sum(program.tape.cost for program in programs))

    def level(rows: range) -> NDArray[np.float64]:
        levels = [sampling.sample(each, drawing.view, drawing.plan(), rows=rows).level for each in programs]
        least: NDArray[np.float64] = np.minimum.reduce(levels)
        return least

    return level


def _strips(drawing: Drawing, programs: int) -> Iterator[range]:
    """The rows of a picture, some at a time: fewer where there are many layers to be held."""
    width, height = drawing.view.width, drawing.view.height
    rows = BAND * max(1, ROWS_TOGETHER // (BAND * width * max(1, programs // FEW_LAYERS)))
    check_layers(programs, width, min(rows, height))
    return (range(top, min(height, top + rows)) for top in range(0, height, rows))
