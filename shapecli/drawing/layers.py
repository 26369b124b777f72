"""Layers of a figure as programs, sampled in strips of rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from shapecli.base.defaults import LIMIT_LAYERS
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing.settings import Settings
from shapecli.engine.kernels.job import MARK_INSIDE, MARK_UNDEFINED
from shapecli.engine.program import Program, filled
from shapecli.engine.raster import BAND, Cover, Totals
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node
from shapecli.fields.tape import defined, enclose, flatten
from shapecli.language.figure import Layer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STRIP: Final = 1 << 21  # pixels that are sampled and painted at a time
FEW_LAYERS: Final = 4  # from which on it is less


def program_of(layer: Layer, settings: Settings, inputs: Mapping[str, float], window: Window) -> Program:
    """A layer that is a region, ready to be drawn."""
    graph = Graph(inputs)
    return program_of_level(graph, blend.level(graph, layer.shape, sharp=settings.sharp), inputs, window)


def program_of_level(graph: Graph, root: Node, inputs: Mapping[str, float], window: Window) -> Program:
    """A level as a program; with whether it is undefined, if that can be in the window."""
    tape = flatten(root)
    x, y = (window.x0, window.x1, False), (window.y0, window.y1, False)
    # coverage looks up to two pixels beyond, which is two windows if the picture has but one pixel
    around = tuple((3 * low - 2 * high, 3 * high - 2 * low, False) for low, high, _ in (x, y))
    if defined(tape, inputs, *around):
        return filled(tape, inputs, defined=True)
    flagged = flatten(root, blend.undefined(graph, root))
    if enclose(flagged, inputs, x, y)[1][1] > 0.0:
        return filled(flagged, inputs)
    return filled(tape, inputs)


def strips(view: View, layers: int) -> Iterator[range]:
    """The rows of a view, some at a time: fewer where there are many layers to be held.

    Raises:
        ShapeError: even the least strip is more than the limit.
    """
    rows = BAND * max(1, STRIP // (BAND * view.width * max(1, layers // FEW_LAYERS)))
    check_layers(layers, view, min(rows, view.height))
    return (range(top, min(view.height, top + rows)) for top in range(0, view.height, rows))


def check_layers(layers: int, view: View, rows: int) -> None:
    """Refuse more layers than fit into memory.

    Raises:
        ShapeError: they do not.
    """
    if layers * view.width * rows > LIMIT_LAYERS:
        message = f"{layers} layers of {view.width} x {rows} pixels are more than the limit"
        raise ShapeError(message, hint="choose a smaller --size, or draw fewer layers")


def shares(cover: Cover) -> "NDArray[np.uint8]":
    """The coverage of each pixel: uint8[rows, width], up to 255."""
    import numpy as np

    return np.frombuffer(cover.shades, np.uint8).reshape(-1, cover.view.width)


def union_of(found: Sequence[Cover]) -> Totals:
    """The totals of layers together, from the states of their pixels."""
    import numpy as np

    if len(found) < 2:
        return found[0].totals if found else Totals()
    marks = np.bitwise_or.reduce([np.frombuffer(one.marks or b"", np.uint8) for one in found])
    uncovered = np.ones(marks.size, np.float32)
    for one in found:
        uncovered *= 1 - np.frombuffer(one.shades, np.uint8) / np.float32(255)
    covered = float((1 - uncovered).sum(dtype=np.float64))
    return Totals(
        int(np.count_nonzero(marks & MARK_INSIDE)),
        int(np.count_nonzero(marks & MARK_UNDEFINED)),
        round(covered * 2**20),
    )
