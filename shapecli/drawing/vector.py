"""A figure to paths: closed ones with holes for what is filled, and lines for strokes and curves."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from shapecli.base.source import ShapeError
from shapecli.drawing import hatching, traces
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.embedded import metadata
from shapecli.drawing.gradients import Box
from shapecli.drawing.inlays import Held, Reach, along, gradient, in_region, inlay
from shapecli.drawing.strips import Brush, coloured, ground
from shapecli.drawing.styles import styles_that
from shapecli.drawing.tapes import ScalarField, Shade
from shapecli.engine.machine import silent
from shapecli.engine.plan import Progress, Spent
from shapecli.formats.svg import Frame, Gradient, Inlay, Shape, Sheet, write_svg
from shapecli.painting.contours import Grid, clipped, regions

if TYPE_CHECKING:
    from shapecli.base.colours import Rgba

    Painted = tuple[list[Rgba | Gradient | Inlay], list[Shape | Inlay]]

FINER: Final = 2  # steps of the grid to a pixel
BLACK: Final = (0, 0, 0, 255)
CRUMB: Final = 0.5  # pixels: what is smaller is the end of a tip that the grid cuts off


def save_svg(
    drawing: Drawing, stream: BinaryIO, *, with_source: bool = True, progress: Progress = silent
) -> bool:
    """Draw into an SVG file.

    Returns:
        Whether there is anything to see.

    Raises:
        ShapeError: the style is one of shades, or there should be axes; or it takes more than the limits.
        OSError: the stream cannot be written.
    """
    return _save(_painted(drawing, progress), drawing, stream, with_source)


def save_pdf(
    drawing: Drawing, stream: BinaryIO, *, with_source: bool = True, progress: Progress = silent
) -> bool:
    """Draw into a PDF file; arguments, result and errors are those of `save_svg`.

    Raises:
        ShapeError: also if there is a stroke along which a picture would be seen.
        ModuleNotFoundError: fpdf2 is not installed.
    """
    from shapecli.formats.pdf import write_pdf

    held = io.BytesIO()
    picture = _painted(drawing, progress)
    if any(map(_is_too_rich, picture[1])):
        message = "strokes in a .pdf are opaque where they vary, and do so along a line or away from a point"
        hint = "write a .svg or .png, or give another colour with <stroke>"
        raise ShapeError(message, source=drawing.figure.source, hint=hint)
    shows = _save(picture, drawing, held, with_source)
    write_pdf(stream, held.getvalue(), title=drawing.figure.title, about=drawing.figure.about)
    return shows


def _is_too_rich(shape: Shape | Inlay) -> bool:
    """Whether it is a stroke that fpdf2 cannot draw: it has no masks, and cuts off half of a faint line."""
    if isinstance(shape, Inlay):
        return shape.within is not None and not shape.within.fill
    colour = shape.colour
    return isinstance(colour, Gradient) and not shape.fill and any(stop[3] < 255 for _, stop in colour.stops)


def _save(picture: "Painted", drawing: Drawing, stream: BinaryIO, with_source: bool) -> bool:
    grounds, shapes = picture
    write_svg(stream, frame_of(drawing, with_source=with_source), shapes, grounds)
    return bool(shapes)


def check_paths(drawing: Drawing) -> None:
    """Raises: ShapeError: the style is one of shades, or there should be axes."""
    if not drawing.style.paths:
        message = f"the style {drawing.style_name} has shades, which paths have not"
        hint = f"use {' or '.join(styles_that(lambda style: style.paths))}, or write a .png"
        raise ShapeError(message, option="style", hint=hint)
    if drawing.settings.axes:
        raise ShapeError("axes are drawn around pixels only", option="axes", hint="write a .png")


def frame_of(drawing: Drawing, *, with_source: bool) -> Frame:
    """What a file has around the lines of a drawing: the paper, if there is any, and texts."""
    view, figure, sheet = drawing.view, drawing.figure, None
    if paper := drawing.paper:
        sides = paper.pixels(paper.width), paper.pixels(paper.height)
        left, top = (sides[0] - view.width) / 2, (sides[1] - view.height) / 2
        sheet = Sheet(paper.width, paper.height, (-left, -top, *sides))
    texts = metadata(drawing) if with_source else {}
    tolerance = drawing.settings.tolerance
    return Frame(view.width, view.height, texts, figure.title, figure.about, tolerance, sheet)


def _painted(drawing: Drawing, progress: Progress) -> "Painted":
    """What is below all layers, and they, from the bottom up."""
    check_paths(drawing)
    held = Held()
    grids = traces.grids(held.spent)
    grounds: list[Rgba | Gradient | Inlay | None] = [drawing.background]
    if shade := drawing.ground:
        varied = gradient(shade, (0, 0, drawing.view.width, drawing.view.height), held)
        grounds.append(inlay(drawing, next(ground(drawing)), held) if varied is None else varied)
        if (
            isinstance(varied, Gradient)
            and not drawing.paper
            and all(stop[3] == 255 for _, stop in varied.stops)
        ):
            del grounds[0]  # nobody sees it
    shapes: list[Shape | Inlay] = []
    for number, layer in enumerate(drawing.layers):
        shapes.extend(
            shape for shape in _shapes(layer, grids, held) if isinstance(shape, Inlay) or shape.lines
        )
        progress((number + 1) / len(drawing.layers))
    return [each for each in grounds if each], shapes


def _shapes(layer: DrawnLayer, grids: traces.Grids, held: Held) -> Iterator[Shape | Inlay]:
    """What there is of a layer, from the bottom up."""
    if layer.drawing.style.region and layer.filled and layer not in layer.drawing.hidden:
        yield from _filled(layer, held)
    for lines, places in hatching.filling(layer, grids, held.spent):
        yield from _penned(layer, places, layer.width_of(lines), layer.ink_of(lines), held)
    if layer.stroked:
        yield from _stroked(layer, grids, held)


def _filled(layer: DrawnLayer, held: Held) -> Iterator[Shape | Inlay]:
    look, shade = layer.look, layer.fill_shade
    assert layer.drawing.style.region
    *halos, body = layer.drawing.style.region(layer)
    has_edge = not (look.soft or layer.drawing.style.shades)
    if not has_edge:
        halos.append(body)
    if halos:
        clip = Shape([*chain(*_parts(layer, held.spent, layer.clip))], BLACK, True) if layer.clip else None
        for halo in halos:
            yield from _inlaid(layer, halo, clip, held, fades=True)
    if not has_edge:
        return
    parts = _parts(layer, held.spent, layer.body, layer.clip)
    whole = Shape([*chain(*parts)], BLACK, True)
    if not whole.lines:
        return
    paint = gradient(shade, _box(whole), held) if shade else layer.fill
    if paint is not None:
        for part in parts:
            yield Shape(part, paint, True, layer.opacity, blend=look.blend)
    elif shade:
        yield from _coloured(layer, shade, in_region(layer), whole, held)


def _stroked(layer: DrawnLayer, grids: traces.Grids, held: Held) -> Iterator[Shape | Inlay]:
    ink = layer.stroke_shade or layer.stroke
    for lines, cuts in traces.traced(layer, grids, finer=FINER):
        for cut in (*cuts, *([layer.clip] if layer.clip else ())):
            lines = clipped(lines, cut.anywhere)
        yield from _penned(layer, lines, layer.width, ink, held)


def _penned(
    layer: DrawnLayer, lines: traces.Lines, width: float, ink: "Rgba | Shade", held: Held
) -> Iterator[Shape | Inlay]:
    """Lines in the plane, as a pen draws them."""
    shape = Shape(_drawn(layer, lines), BLACK, False, layer.opacity, width, layer.look.blend)
    if not shape.lines:
        return
    paint = gradient(ink, _box(shape), held) if isinstance(ink, Shade) else ink
    if paint is not None:
        yield replace(shape, colour=paint)
    elif isinstance(ink, Shade):
        yield from _coloured(layer, ink, along(shape), shape, held)


def _coloured(layer: DrawnLayer, shade: Shade, reach: Reach, within: Shape, held: Held) -> Iterator[Inlay]:
    """A colour that varies, as far as a brush reaches."""
    yield from _inlaid(layer, coloured(reach, layer, shade), within, held, reach=reach)


def _inlaid(
    layer: DrawnLayer,
    brush: Brush,
    within: Shape | None,
    held: Held,
    *,
    reach: Reach | None = None,
    fades: bool = False,
) -> Iterator[Inlay]:
    seen = within is None or within.lines
    if seen and (made := inlay(layer.drawing, brush, held, within=within, reach=reach, fades=fades)):
        yield replace(made, opacity=layer.opacity, blend=layer.look.blend)


def _parts(
    layer: DrawnLayer, spent: Spent, region: ScalarField, clip: ScalarField | None = None
) -> "list[traces.Lines]":
    """The connected parts of what is seen of a region, each with its holes."""
    pixels = traces.seen([region, clip] if clip else [region], spent)
    if pixels is None:
        return []
    grid = traces.grid_of(region.alone, layer.drawing, spent, finer=FINER, within=pixels)
    if clip is None:
        return [_drawn(layer, paths) for paths in regions(grid, region.anywhere)]
    other = traces.grid_of(clip.alone, layer.drawing, spent, finer=FINER, within=pixels)
    both = Grid(grid.x, grid.y, np.maximum(grid.values, other.values))
    inner, outer = region.anywhere, clip.anywhere
    found = regions(both, lambda x, y: np.maximum(inner(x, y), outer(x, y)))
    return [_drawn(layer, paths) for paths in found]


def _drawn(layer: DrawnLayer, lines: "traces.Lines") -> "traces.Lines":
    lines = traces.in_pixels(lines, layer.drawing.view, layer.drawing.settings.tolerance)
    return [line for line in lines if max(line.max(axis=0) - line.min(axis=0)) >= CRUMB]


def _box(shape: Shape) -> Box:
    """What all lines are in."""
    places = np.concatenate(shape.lines)
    (left, top), (right, bottom) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    half = shape.width / 2
    return left - half, top - half, right + half, bottom + half
