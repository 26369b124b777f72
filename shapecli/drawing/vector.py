"""A figure to paths: closed ones with holes for what is filled, and lines for strokes and curves."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from shapecli.base.source import ShapeError
from shapecli.drawing import traces
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.embedded import metadata
from shapecli.drawing.styles import styles_that
from shapecli.engine.machine import silent
from shapecli.engine.plan import Progress
from shapecli.formats.svg import Shape, write_svg
from shapecli.painting.contours import clipped, regions

FINER: Final = 2  # steps of the grid to a pixel
CRUMB: Final = 0.5  # pixels: what is smaller is the end of a tip that the grid cuts off


def save_svg(
    drawing: Drawing, stream: BinaryIO, *, with_source: bool = True, progress: Progress = silent
) -> bool:
    """Draw into an SVG file.

    Returns:
        Whether there is anything to see.

    Raises:
        ShapeError: the style is one of shades, or there should be axes.
        OSError: the stream cannot be written.
    """
    settings, view, title = drawing.settings, drawing.view, drawing.figure.title
    if not drawing.style.paths:
        message = f"the style {drawing.style_name} has shades, which paths have not"
        hint = f"use {' or '.join(styles_that(lambda style: style.paths))}, or write a .png"
        raise ShapeError(message, option="style", hint=hint)
    if settings.axes:
        raise ShapeError("axes are drawn around pixels only", option="axes", hint="write a .png")
    if drawing.ground:
        message = "paths have no background that varies"
        raise ShapeError(message, source=drawing.figure.source, hint="write a .png, or give <background>")
    for layer in drawing.layers:
        if word := layer.extra:
            hint = "write a .png"
            raise ShapeError(f"paths have no {word}", source=drawing.figure.source, hint=hint)
    shapes: list[Shape] = []
    grids = traces.grids()
    for number, layer in enumerate(drawing.layers):
        shapes.extend(_shapes(layer, grids))
        progress((number + 1) / len(drawing.layers))
    texts = metadata(drawing) if with_source else {}
    size = view.width, view.height
    write_svg(stream, shapes, size, drawing.background, texts, title=title, tolerance=settings.tolerance)
    return any(shape.lines for shape in shapes)


def save_pdf(drawing: Drawing, stream: BinaryIO, **options: Any) -> bool:
    """Draw into a PDF file; arguments, result and errors are those of `save_svg`.

    Raises:
        ModuleNotFoundError: fpdf2 is not installed.
    """
    from shapecli.formats.pdf import write_pdf

    held = io.BytesIO()
    shows = save_svg(drawing, held, **options)
    write_pdf(stream, held.getvalue())
    return shows


def _shapes(layer: DrawnLayer, grids: traces.Grids) -> Iterator[Shape]:
    drawing, opacity = layer.drawing, layer.opacity

    def drawn(lines: "traces.Lines") -> "traces.Lines":
        lines = traces.in_pixels(lines, drawing.view, drawing.settings.tolerance)
        return [line for line in lines if max(line.max(axis=0) - line.min(axis=0)) >= CRUMB]

    if drawing.style.region and layer.filled:
        grid = grids(layer.level.alone, drawing, finer=FINER)
        for paths in regions(grid, layer.level.anywhere):
            yield Shape(drawn(paths), layer.fill, True, opacity)
    for lines, cuts in traces.traced(layer, grids, finer=FINER) if layer.stroked else ():
        for cut in (*cuts, *([layer.clip] if layer.clip else ())):
            lines = clipped(lines, cut.anywhere)
        yield Shape(drawn(lines), layer.stroke, False, opacity, layer.width)
