"""A figure for a plotter: nothing but lines, each by its pen, without what later fills hide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

import numpy as np

from shapecli.base.colours import Rgba, names
from shapecli.base.paper import INCH, PEN
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing import hatching, traces
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.tapes import Shade
from shapecli.drawing.vector import CRUMB, FINER, check_paths, frame_of
from shapecli.engine.machine import silent
from shapecli.engine.plan import Progress, Spent
from shapecli.formats.svg import Pen, write_pens
from shapecli.painting.contours import Array, Evaluate, clipped
from shapecli.painting.hatches import within
from shapecli.painting.routes import drawn, lifted, routed

Key = tuple[Rgba, float]


@dataclass(frozen=True)
class Penned:
    """What a pen does, in millimetres.

    Attributes:
        label: its number, colour and width.
        lines: how often it comes down.
        drawn: how long its lines are.
        lifted, lifted_before: its way from line to line, and what that was in the order of the figure.
    """

    label: str
    lines: int
    drawn: float
    lifted: float
    lifted_before: float


@dataclass(frozen=True)
class Plotted:
    """What a plotter draws, and how many fills it does not."""

    pens: tuple[Penned, ...]
    left_out: int


def save_pens(
    drawing: Drawing, stream: BinaryIO, *, with_source: bool = True, progress: Progress = silent
) -> Plotted:
    """Draw into an SVG file with a layer for each pen.

    Raises:
        ShapeError: a line has a colour that varies, or what is so for `save_svg`.
        OSError: the stream cannot be written.
    """
    check_paths(drawing)
    by_pen: dict[Key, list[traces.Line]] = {}
    for key, lines in _lines(drawing, progress):
        by_pen.setdefault(key, []).extend(lines)
    unit = INCH / PEN / drawing.pen  # millimetres of a pixel
    pens, told = [], []
    for number, ((colour, width), lines) in enumerate(by_pen.items(), start=1):
        routes = routed(lines, drawing.settings.tolerance)
        label = f"{number} {name_of(colour)} {width * unit:.3g}mm"
        pens.append(Pen(label, colour, width, routes))
        told.append(
            Penned(label, len(routes), drawn(routes) * unit, lifted(routes) * unit, lifted(lines) * unit)
        )
    write_pens(stream, frame_of(drawing, with_source=with_source), pens)
    filled = [layer for layer in drawing.layers if layer.filled and drawing.style.region]
    return Plotted(tuple(told), sum(_shows(layer, layer.fill_shade or layer.fill) for layer in filled))


@cache
def name_of(colour: Rgba) -> str:
    """The name of a colour, or else its notation."""
    notation = bytes(colour[:3]).hex()
    return next((name for name, digits in names().items() if digits == notation), f"#{notation}")


def _lines(drawing: Drawing, progress: Progress) -> "list[tuple[Key, list[traces.Line]]]":
    """What each layer draws with each pen, in pixels, but for what later layers hide."""
    spent = Spent()
    grids = traces.grids(spent)
    hiding: list[tuple[Window, Evaluate]] = []  # of the layers above
    found: list[tuple[Key, list[traces.Line]]] = []
    for number, layer in enumerate(reversed(drawing.layers)):
        of_layer = []
        for lines, places in hatching.filling(layer, grids, spent):
            if _shows(layer, ink := layer.ink_of(lines)):
                seen = _seen(places, hiding, drawing, straight=bool(lines.angles))
                of_layer.append((_key(layer, ink, layer.width_of(lines)), seen))
        if layer.stroked and _shows(layer, ink := layer.stroke_shade or layer.stroke):
            key = _key(layer, ink, layer.width)
            for places, cuts in traces.traced(layer, grids, finer=FINER):
                for cut in (*cuts, *([layer.clip] if layer.clip else ())):
                    places = clipped(places, cut.anywhere)
                of_layer.append((key, _seen(places, hiding, drawing, straight=False)))
        if layer.covers and (box := traces.box_of(layer.body.covered, drawing, spent)):
            hiding.append((box, _beyond(layer)))
        found.extend(reversed([(key, _in_pixels(lines, drawing)) for key, lines in of_layer]))
        progress((number + 1) / len(drawing.layers))
    return [(key, lines) for key, lines in reversed(found) if lines]


def _in_pixels(lines: traces.Lines, drawing: Drawing) -> "list[traces.Line]":
    placed = traces.in_pixels(lines, drawing.view, drawing.settings.tolerance)
    return [line for line in placed if max(np.ptp(line, axis=0)) >= CRUMB]


def _shows(layer: DrawnLayer, ink: Rgba | Shade) -> bool:
    """Whether anything is seen of what a layer has in a colour."""
    return layer.opacity > 0.0 and (isinstance(ink, Shade) or ink[3] > 0)


def _key(layer: DrawnLayer, ink: Rgba | Shade, width: float) -> Key:
    if isinstance(ink, Shade):
        message = "a pen has one colour, and here is one that varies"
        raise ShapeError(message, source=layer.drawing.figure.source, hint="give another with <stroke>")
    return (*ink[:3], 255), width


def _beyond(layer: DrawnLayer) -> Evaluate:
    """A number that is below 0 where a layer does not hide what is under it.

    Of a line along its edge it hides all, if it draws that edge itself, and else nothing; never crumbs.
    """
    inside = hatching.inside_of(layer)
    view, tolerance = layer.drawing.view, layer.drawing.settings.tolerance
    wide, high = tolerance * view.dx, tolerance * view.dy
    around = (0.0, 0.0), (wide, 0.0), (-wide, 0.0), (0.0, high), (0.0, -high)
    has_edge = layer.stroked and _shows(layer, layer.stroke_shade or layer.stroke)
    most = np.minimum if has_edge else np.maximum
    shade = layer.fill_shade
    missing = None if shade is None or shade.opaque else shade.undefined

    def beyond(x: Array, y: Array) -> Array:
        levels = np.negative(most.reduce([inside(x + right, y + up) for right, up in around]))
        return np.where(missing(x, y), -np.inf, levels) if missing else levels

    return beyond


def _seen(
    lines: traces.Lines, hiding: Sequence[tuple[Window, Evaluate]], drawing: Drawing, *, straight: bool
) -> traces.Lines:
    """The pieces of lines, in the plane, that nothing hides."""
    for box, evaluate in hiding:
        near: list[traces.Line] = []
        far: list[traces.Line] = []
        for line in lines:
            (x0, y0), (x1, y1) = line.min(axis=0).tolist(), line.max(axis=0).tolist()
            meets = x0 <= box.x1 and x1 >= box.x0 and y0 <= box.y1 and y1 >= box.y0
            (near if meets else far).append(line)
        if straight and near:
            near = [*within(np.stack(near), evaluate, hatching.step_of(drawing))]
        elif near:
            near = clipped(near, evaluate)
        lines = [*far, *near]
    return lines
