"""What each style puts on a picture: paints, strip by strip."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shapecli.drawing import traces
from shapecli.drawing.layers import shares, strips, union_of
from shapecli.drawing.scene import Brush, Scene, Strip
from shapecli.drawing.settings import background_of, fill_of, plan_of, stroke_of, width_of
from shapecli.drawing.shades import field_brushes, levels_of, owners_brushes
from shapecli.engine import raster
from shapecli.engine.raster import Totals
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node
from shapecli.language.figure import Layer
from shapecli.painting.contours import simplified
from shapecli.painting.coverage import opacity
from shapecli.painting.paint import Paint, Pixels, painted
from shapecli.painting.strokes import WIDE, stroke

if TYPE_CHECKING:
    from numpy.typing import NDArray


def painted_strips(scene: Scene, progress: Callable[[float], None]) -> Iterator[tuple[Pixels, Totals]]:
    """The picture from the top down: uint8[rows, width, channels], and what was found out about the rows.

    Raises:
        ShapeError: the picture takes more work than the limit.
    """
    settings, view = scene.settings, scene.view
    background, found, layers = background_of(scene.figure, settings), brushes(scene), set(scene.layers())
    left = settings.limit_work
    for rows in strips(view, len(scene.programs)):
        covers = {}
        for key, program in scene.programs.items():
            plan = replace(plan_of(settings, marks=len(layers) > 1), limit_work=left)
            covers[key] = raster.cover(program, view, plan, rows=rows)
            left -= program.mean_cost * covers[key].totals.work
        strip = Strip(rows, {key: shares(cover) for key, cover in covers.items()})
        totals = union_of([cover for key, cover in covers.items() if key in layers])
        yield painted([brush(strip) for brush in found], background, view.width, len(rows)), totals
        progress(rows.stop / view.height)


def brushes(scene: Scene) -> list[Brush]:
    """All that is painted, from the bottom up."""
    found: list[Brush] = []
    if scene.settings.style == "field":
        found.extend(field_brushes(scene))
    if scene.settings.style == "owners":
        found.extend(owners_brushes(scene))
    for layer in scene.figure.layers:
        found.extend(_curves(scene, layer) if layer.is_curve else _region(scene, layer))
    return found


def _region(scene: Scene, layer: Layer) -> Iterator[Brush]:
    style, program = scene.settings.style, scene.programs[layer]
    colour, look = fill_of(layer, scene.settings), layer.style
    filled = bool(look.fill or not look.stroke)
    if style == "soft" and filled:
        levels = levels_of(scene, [program])
        yield lambda strip: Paint(opacity(levels(strip)), colour, look.opacity)
    elif style == "fill" and filled:
        yield lambda strip: Paint(strip.shares[layer], colour, look.opacity)
    if look.stroke or style in ("outline", "owners"):
        width = width_of(layer, scene.settings)
        found = traces.boundary(program, scene.inputs, scene.view, scene.settings, _margin(width))
        yield _pen(scene, layer, found)


def _curves(scene: Scene, layer: Layer) -> Iterator[Brush]:
    graph = Graph(scene.inputs)
    margin = _margin(width_of(layer, scene.settings))
    for curve in blend.curves(graph, layer.shape, sharp=scene.settings.sharp):
        found = traces.zeros(curve.field, scene.inputs, scene.view, scene.settings, margin)
        pen = _pen(scene, layer, found)
        yield _cut(pen, [node for node, _ in curve.regions]) if curve.regions else pen


def _pen(scene: Scene, layer: Layer, found: "list[NDArray[np.float64]]") -> Brush:
    """A stroke along lines in the plane."""
    width, colour = width_of(layer, scene.settings), stroke_of(layer, scene.settings)
    lines = traces.in_pixels(found, scene.view)
    if width > WIDE:
        lines = [simplified(line, traces.SMOOTH) for line in lines]
    columns = scene.view.width
    return lambda strip: Paint(stroke(lines, width, columns, strip.rows), colour, layer.style.opacity)


def _cut(pen: Brush, regions: list[Node]) -> Brush:
    """What a brush paints inside of regions."""

    def brush(strip: Strip) -> Paint:
        paint = pen(strip)
        share = paint.share.astype(np.float32) / np.float32(255)
        for region in regions:
            share *= strip.shares[region].astype(np.float32) / np.float32(255)
        return replace(paint, share=share)

    return brush


def _margin(width: float) -> int:
    """How far beyond the picture a line still shows, in pixels."""
    return math.ceil(width / 2) + 2
