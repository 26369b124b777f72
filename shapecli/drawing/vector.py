"""A figure to paths: closed ones with holes for what is filled, and lines for strokes and curves."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from shapecli.base.source import ShapeError
from shapecli.drawing import traces
from shapecli.drawing.embedded import metadata
from shapecli.drawing.settings import Settings, background_of, checked, fill_of, stroke_of, width_of
from shapecli.engine.machine import machine, silent
from shapecli.engine.plan import Progress
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.formats.svg import Shape, write_svg
from shapecli.language.figure import Figure, Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from shapecli.engine.view import View

FINER: Final = 2  # steps of the grid to a pixel
CRUMB: Final = 0.5  # pixels: what is smaller is the end of a tip that the grid cuts off


def save_svg(
    figure: Figure,
    settings: Settings,
    stream: BinaryIO,
    *,
    with_source: bool = True,
    progress: Progress = silent,
) -> None:
    """Draw a figure into an SVG file.

    Raises:
        ShapeError: a setting is impossible, or the style is one of shades.
        OSError: the stream cannot be written.
    """
    if settings.style not in ("fill", "outline"):
        message = f"the style {settings.style} has shades, which paths have not"
        raise ShapeError(message, option="--style", hint="use fill or outline, or write a .png")
    if settings.axes:
        raise ShapeError("axes are drawn around pixels only", option="--axes", hint="write a .png")
    view, inputs = checked(figure, settings)
    machine()
    found: list[Shape] = []
    for number, layer in enumerate(figure.layers):
        found.extend(_shapes(layer, settings, view, inputs))
        progress((number + 1) / len(figure.layers))
    texts = metadata(figure, settings, view, inputs) if with_source else {}
    background, size = background_of(figure, settings), (view.width, view.height)
    write_svg(stream, found, size, background, texts, title=figure.title, tolerance=settings.tolerance)


def save_pdf(figure: Figure, settings: Settings, stream: BinaryIO, **options: Any) -> None:
    """Draw a figure into a PDF file; arguments and errors are those of `save_svg`.

    Raises:
        ModuleNotFoundError: fpdf2 is not installed.
    """
    from shapecli.formats.pdf import write_pdf

    held = io.BytesIO()
    save_svg(figure, settings, held, **options)
    write_pdf(stream, held.getvalue())


def _shapes(layer: Layer, settings: Settings, view: "View", inputs: "Mapping[str, float]") -> Iterator[Shape]:
    from shapecli.painting.contours import clipped, regions, simplified

    look, width, stroke = layer.style, width_of(layer, settings), stroke_of(layer, settings)

    def drawn(lines: "list[NDArray[np.float64]]") -> "list[NDArray[np.float64]]":
        found = [simplified(line, settings.tolerance) for line in traces.in_pixels(lines, view)]
        return [line for line in found if max(line.max(axis=0) - line.min(axis=0)) >= CRUMB]

    if layer.is_curve:
        graph = Graph(inputs)
        for curve in blend.curves(graph, layer.shape, sharp=settings.sharp):
            lines = traces.zeros(curve.field, inputs, view, settings, 0, FINER)
            for _, level in curve.regions:
                lines = clipped(lines, traces.evaluator(traces.program_at(level, inputs), inputs))
            yield Shape(drawn(lines), stroke, False, look.opacity, width)
        return
    program = traces.program_at(blend.level(Graph(inputs), layer.shape, sharp=settings.sharp), inputs)
    evaluate = traces.evaluator(program, inputs)
    if settings.style == "fill" and (look.fill or not look.stroke):
        fill = fill_of(layer, settings)
        for paths in regions(traces.grid_of(program, view, settings, finer=FINER), evaluate):
            yield Shape(drawn(paths), fill, True, look.opacity)
    if look.stroke or settings.style == "outline":
        lines = traces.boundary(program, inputs, view, settings, 0, FINER)
        yield Shape(drawn(lines), stroke, False, look.opacity, width)
