"""Drawings sampled and painted in strips of rows, so that memory grows with the width of a picture alone."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.colours import Rgba
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing import hatching, traces
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.measures import Union, check_layers
from shapecli.drawing.shades import Box, light_at
from shapecli.drawing.tapes import Shade
from shapecli.engine import raster, sampling
from shapecli.engine.plan import Progress, Spent, check_resolution, too_much_work
from shapecli.engine.program import Program
from shapecli.engine.raster import BAND, Cover, Totals
from shapecli.engine.view import View
from shapecli.painting.paint import Canvas, Paint, Pixels, Share, painted
from shapecli.painting.strokes import WIDE, stroke

ROWS_TOGETHER: Final = 1 << 21  # pixels that are sampled and painted at a time
FEW_LAYERS: Final = 4  # from which on it is less
TOGETHER: Final = 16  # layers that are held and blended at a time
FAR: Final = 2.0**100  # pixels, or parts of one: widths beyond look the same


@dataclass(frozen=True, eq=False)
class Strip:
    """Some rows of a drawing, with coverage by each of its programs: uint8[rows, width]."""

    rows: range
    width: int
    shares: "Shares"

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), self.width


Brush = Callable[[Strip], Paint]
Distance = NDArray[np.float32]


class Shares(Mapping["Program", "NDArray[np.uint8]"]):
    """Coverage by programs, each when it is first asked for; and what the pixels of their union count."""

    def __init__(self, drawing: Drawing, rows: range, work: float) -> None:
        self.drawing, self.rows, self.work = drawing, rows, work
        self.covers: dict[Program, Cover] = {}
        clipped = any(layer.clip for layer in drawing.regions)
        self.union = Union(len(drawing.regions), clipped=clipped)

    def __getitem__(self, program: Program) -> NDArray[np.uint8]:
        shades = np.frombuffer(self.cover(program).shades, np.uint8)
        return shades.reshape(len(self.rows), self.drawing.view.width)

    def __iter__(self) -> Iterator[Program]:
        return iter(self.covers)

    def __len__(self) -> int:
        return len(self.covers)

    def cover(self, program: Program) -> Cover:
        """Raises: ShapeError: the picture takes more work than the limit."""
        if program not in self.covers:
            plan = replace(self.drawing.plan(marks=self.union.wants_marks), work_before=self.work)
            cover = self.covers[program] = raster.cover(program, self.drawing.view, plan, rows=self.rows)
            self.work += program.mean_cost * cover.totals.work
        return self.covers[program]

    def spend(self, work: float) -> None:
        """Count work that is done besides.

        Raises:
            ShapeError: the picture takes more than the limit.
        """
        self.work += work
        if self.work > self.drawing.settings.limit_work:
            raise too_much_work(self.drawing.settings.limit_work)

    def count(self, layer: DrawnLayer) -> None:
        """Count the pixels of a region."""
        clip = self.cover(layer.clip.covered) if layer.clip else None
        self.union.add(self.cover(layer.body.covered), clip)

    def forget(self, kept: "set[Program]") -> None:
        """Let go of what is no longer needed."""
        self.covers = {program: cover for program, cover in self.covers.items() if program in kept}


def painted_strips(drawing: Drawing, progress: Progress) -> Iterator[tuple[Pixels, Totals]]:
    """The picture from the top down: uint8[rows, width, channels], and what their pixels count.

    Raises:
        ShapeError: the picture takes more work than the limit.
    """
    view, background = drawing.view, drawing.background
    spent = Spent()
    layers = [*_brushes(drawing, spent)]
    kept = {layer.clip.covered for layer in drawing.layers if layer.clip}
    many = sum(len(fills) + len(pens) for _, fills, pens in layers) > TOGETHER
    for rows in rows_of(drawing, min(TOGETHER, len(layers)) + len(kept)):
        shares = Shares(drawing, rows, spent.work)
        strip = Strip(rows, view.width, shares)
        canvas = Canvas(background, view.width, len(rows)) if many else None
        paints: list[Paint] = []
        inked = 0
        for number, (layer, fills, pens) in enumerate(layers, start=1):
            paints.extend(brush(strip) for brush in fills)
            strokes = [brush(strip) for brush in pens]
            inked += sum(int(np.count_nonzero(paint.share)) for paint in strokes)
            paints.extend(strokes)
            if layer and not layer.is_curve:
                shares.count(layer)
            if canvas and (len(paints) >= TOGETHER or number == len(layers)):
                canvas.paint(paints)
                shares.forget(kept)
                paints = []
                progress((rows.start + len(rows) * number / len(layers)) / view.height)
        spent.work = shares.work
        if canvas:
            pixels = canvas.pixels(rows.start)
        else:
            pixels = painted(paints, background, view.width, len(rows), top=rows.start)
        yield pixels, replace(shares.union.totals(), inked=inked)
        progress(rows.stop / view.height)


def _brushes(drawing: Drawing, spent: Spent) -> Iterator[tuple[DrawnLayer | None, list[Brush], list[Brush]]]:
    """Those of the ground, then of every layer: of its inside, and of its lines, which are found here."""
    grids = traces.grids(spent)
    yield None, [*ground(drawing)], []
    for layer in drawing.layers:
        yield layer, [*_fills(layer)], [*_lines(layer, grids, spent), *_pens(layer, grids)]


def ground(drawing: Drawing) -> Iterator[Brush]:
    """What is painted under all layers."""
    if (shade := drawing.ground) is not None:
        yield lambda strip: _shaded(drawing, shade, strip, np.full(strip.shape, 255, np.uint8), 1.0)
    if drawing.style.ground:
        yield from drawing.style.ground(drawing)


def _fills(layer: DrawnLayer) -> Iterator[Brush]:
    """What is painted of the inside of a region, from the bottom up."""
    if layer.drawing.style.region and layer.filled and layer not in layer.drawing.hidden:
        yield from (_mixed(brush, layer) for brush in layer.drawing.style.region(layer))


def _lines(layer: DrawnLayer, grids: traces.Grids, spent: Spent) -> Iterator[Brush]:
    """What is painted of the lines that a region is filled with."""
    margin = math.ceil(max(map(layer.width_of, layer.look.lines), default=0.0) / 2) + 2
    for lines, places in hatching.filling(layer, grids, spent, margin=margin):
        inked = _inked(traces.in_pixels(places, layer.drawing.view, 0.0), layer.width_of(lines))
        yield _mixed(coloured(inked, layer, layer.ink_of(lines)), layer)


def _pens(layer: DrawnLayer, grids: traces.Grids) -> Iterator[Brush]:
    """What is painted of a curve, or of the boundary of a region."""
    if layer.stroked:
        yield from (_mixed(brush, layer) for brush in _strokes(layer, grids))


def _mixed(brush: Brush, layer: DrawnLayer) -> Brush:
    """A brush that blends as its layer does, and paints inside of what that is clipped by."""
    blend, clip = layer.look.blend, layer.clip.covered if layer.clip else None
    apart = layer.drawing.apart.get(layer, 0)

    def mixed(strip: Strip) -> Paint:
        seen = None if clip is None else strip.shares[clip]
        return replace(brush(strip), blend=blend, clip=seen, apart=apart)

    return mixed


def coloured(share: Callable[[Strip], Share], layer: DrawnLayer, colour: Rgba | Shade) -> Brush:
    """A brush of one colour, or of one that varies from place to place."""
    if not isinstance(colour, Shade):
        return lambda strip: Paint(share(strip), colour, layer.opacity)
    return lambda strip: _shaded(layer.drawing, colour, strip, share(strip), layer.opacity)


def halo(
    layer: DrawnLayer, width: float, share: Callable[[Distance], Distance], dx: float = 0.0, dy: float = 0.0
) -> Callable[[Strip], Share]:
    """Coverage that follows from the distance to the boundary of a layer.

    Args:
        width: one unit of the distance, in units of the plane.
        share: from 0 to 1, of distances that are negative inside.
        dx, dy: by which the layer is moved.

    Raises:
        ShapeError: the layer is moved too far to be told apart.
    """
    drawing, program = layer.drawing, layer.body.covered
    view, (x0, x1, y0, y1) = drawing.view, drawing.view.window.extent
    try:
        check_resolution(replace(view, window=Window(x0 - dx, x1 - dx, y0 - dy, y1 - dy)))
    except ShapeError:
        message = f"a shadow moved by {dx:g}, {dy:g} is further off than float64 can tell pixels apart"
        raise ShapeError(message, source=drawing.figure.source, hint="move it by less") from None

    wide = min(max(width, view.dx / FAR), view.dx * FAR)
    unit = math.ldexp(1.0, math.frexp(wide)[1] - 1)  # a power of 2, which changes no digits

    def covered(strip: Strip) -> Share:
        strip.shares.spend(program.tape.cost * len(strip.rows) * strip.width)
        distance = sampling.distances(program, view, drawing.plan(), rows=strip.rows, dx=dx, dy=dy, unit=unit)
        return share(distance / np.float32(wide / unit))

    return covered


def softened(distance: Distance) -> Distance:
    """From 1 to 0 across one unit of distance around 0, with no kink at either end."""
    share: Distance = np.clip(np.float32(0.5) - distance, 0, 1)
    return share * share * (3 - 2 * share)


def fading(distance: Distance) -> Distance:
    """From 1 at distance 0 to nothing at 1."""
    share: Distance = np.clip(1 - distance, 0, 1)
    return share * share


def _shaded(drawing: Drawing, shade: Shade, strip: Strip, share: Share, opacity: float) -> Paint:
    seen = share > 0
    strip.shares.spend(shade.program.tape.cost * int(np.count_nonzero(seen)))
    part, colour = np.zeros(strip.shape, np.float32), np.zeros((*strip.shape, 3), np.float32)
    if (box := _box(seen)) is not None:
        light = light_at(drawing, shade, strip.rows, seen.view(np.uint8), strip.shares, box)
        whole = np.float32(255 if share.dtype == np.uint8 else 1)
        np.multiply(share[box].astype(np.float32) / whole, light[..., 3], out=part[box])
        colour[box] = light[..., :3]
    return Paint(part, colour, opacity)


def _box(seen: NDArray[np.bool_]) -> Box | None:
    """The rows and columns from the first to the last with a pixel that is seen; None if there is none."""
    rows = np.flatnonzero(seen.any(axis=1))
    if not len(rows):
        return None
    down = slice(int(rows[0]), int(rows[-1]) + 1)
    columns = np.flatnonzero(seen[down].any(axis=0))
    return down, slice(int(columns[0]), int(columns[-1]) + 1)


def _strokes(layer: DrawnLayer, grids: traces.Grids) -> Iterator[Brush]:
    """The brushes of a curve, or of the boundary of a region."""
    margin = math.ceil(layer.width / 2) + 2  # how far beyond the picture a line still shows, in pixels
    view, tolerance = layer.drawing.view, traces.SMOOTH if layer.width > WIDE else 0.0
    for places, cuts in traces.traced(layer, grids, margin=margin, fast=True):
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


def rows_of(drawing: Drawing, programs: int) -> Iterator[range]:
    """The rows of a picture, some at a time: fewer where there are many layers to be held."""
    width, height = drawing.view.width, drawing.view.height
    rows = BAND * max(1, ROWS_TOGETHER // (BAND * width * max(1, programs // FEW_LAYERS)))
    check_layers(programs, width, min(rows, height))
    return (range(top, min(height, top + rows)) for top in range(0, height, rows))
