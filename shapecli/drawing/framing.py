"""The window of a picture: what is asked for, or the figure's own; of an expression, one that shows it."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from shapecli.base.window import WINDOW, Window
from shapecli.drawing.settings import Settings
from shapecli.fields import blend, ops
from shapecli.fields.extent import FAR, PLANE, ROWS, Bounds, Box, Part, extent, longer, shows
from shapecli.fields.graph import Graph
from shapecli.fields.tape import flatten
from shapecli.language.figure import Figure

if TYPE_CHECKING:
    from shapecli.drawing.drawing import Drawing

MARGIN: Final = 0.08  # on every side, of the longer side of what is framed
STEPS: Final = 50  # that half a window has at least; its ends are multiples of these
POINT: Final = 1e-9  # what is smaller, relative to how far away it is, is a point


def window_of(figure: Figure, settings: Settings, inputs: Mapping[str, float]) -> Window:
    """The window that is drawn, before it is widened to the shape of the picture.

    Args:
        inputs: the value of every parameter, and of the sharpness.
    """
    if settings.window:
        return Window(*settings.window)
    return (framed(figure, inputs) or WINDOW) if figure.expression else figure.window


def framed(figure: Figure, inputs: Mapping[str, float]) -> Window | None:
    """A square around all boundaries and curves of a soft figure, with a margin; the same for a crisp one.

    Where they have no end, or it is not found, it is WINDOW, or as much larger as it takes to show some
    of them; None if there are none within FAR of the origin.
    """
    parts = tuple(parts_of(figure, inputs))
    found = extent(parts)
    if found == PLANE and (pieces := tuple(pieces_of(figure, inputs))):
        found = extent(pieces, 2 * ROWS)
    if found is None:
        return None
    if found != PLANE:
        return square_around(found)
    half = WINDOW.x1
    while not shows(parts, _square(half / (1 + 2 * MARGIN)).extent):
        half = _nice(2.5 * half)
        if half > FAR:
            return None
    return _square(half)


def elsewhere(drawing: "Drawing") -> Window | None:
    """A window for a drawing that shows nothing; None if there is nothing within FAR of the origin."""
    return framed(drawing.figure, drawing.inputs)


def square_around(box: Box) -> Window:
    """A square with round ends around a box, with the margin and up to a few hundredths more."""
    centres = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    size = longer(box)
    if size <= POINT * max(1.0, *map(abs, centres)):
        size = WINDOW.width / (1 + 2 * MARGIN)
    step = _nice(size / 2 / STEPS)
    x, y = (step * round(centre / step) for centre in centres)
    reach = max(x - box[0], box[1] - x, y - box[2], box[3] - y, size / 2) + MARGIN * size
    return _square(step * math.ceil(reach / step), x, y, digits=max(0, -math.floor(math.log10(step))))


def _square(half: float, x: float = 0.0, y: float = 0.0, *, digits: int = 0) -> Window:
    return Window(*(round(end, digits) for end in (x - half, x + half, y - half, y + half)))


def _nice(number: float) -> float:
    """The largest of 1, 2 and 5 with any power of ten that is not larger."""
    power = 10.0 ** math.floor(math.log10(number))
    return max(digit * power for digit in (1, 2, 5) if digit * power <= number * (1 + 1e-9))


def pieces_of(figure: Figure, inputs: Mapping[str, float]) -> Iterator[Part]:
    """The sets whose union the only layer is.

    On the boundary of a union of m, where sum(e^-L) = 1, all L are at least 0, and one is at most ln m.
    """
    *others, layer = figure.layers
    if others or layer.is_curve or layer.shape.op is not ops.union:
        return
    graph, beyond = Graph(inputs), math.log(len(layer.shape.args))
    for piece in layer.shape.args:
        level = blend.level(graph, piece, sharp=False)
        yield Part(Bounds(flatten(level), inputs), beyond=beyond)


def parts_of(figure: Figure, inputs: Mapping[str, float]) -> Iterator[Part]:
    """What there is to be seen: the regions and curves of all layers."""
    graph = Graph(inputs)
    for layer in figure.layers:
        if not layer.is_curve:
            yield Part(Bounds(flatten(blend.level(graph, layer.shape, sharp=False)), inputs))
            continue
        for curve in blend.curves(graph, layer.shape, sharp=False):
            number, *cuts = (Bounds(flatten(root), inputs) for root in (curve.field, *curve.cuts))
            yield Part(number, is_curve=True, cuts=tuple(cuts))
