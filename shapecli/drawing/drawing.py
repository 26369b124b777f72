"""A figure resolved: where its pixels are, the value of every input, and its layers ready to be drawn.

Whatever draws, certifies, explains or exports takes one of these and nothing else.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from shapecli.base.colours import Rgba, rgba
from shapecli.base.defaults import BACKGROUND, FILL, LIMIT_PIXELS, LIMIT_STREAMED, SIZE, STYLES
from shapecli.base.paper import PEN, Size
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing import edges
from shapecli.drawing.framing import window_of
from shapecli.drawing.paper import Paper, paper_around
from shapecli.drawing.settings import Settings, check
from shapecli.drawing.styles import Style, style_of
from shapecli.drawing.tapes import FieldTapes, LayerTapes, ScalarField, Shade
from shapecli.engine.plan import Plan, too_much_work
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Interval
from shapecli.language.figure import BLENDS, Figure, Layer, Lines, Look
from shapecli.language.syntax import Colour

if TYPE_CHECKING:
    from shapecli.engine.program import Program


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure and how it is drawn; colours and tapes are made when they are asked for.

    Attributes:
        window: that of the view, before it was widened to the shape of the picture.
        inputs: the value of every parameter, and of the sharpness.
        tapes: of every layer.
        moving: inputs that these ask for.
        paper: what is around the view, if it is on paper.
    """

    figure: Figure
    settings: Settings
    window: Window
    view: View
    inputs: Mapping[str, float]
    tapes: "tuple[LayerTapes, ...]"
    moving: Collection[str] = ()
    paper: Paper | None = None

    @property
    def size(self) -> tuple[int, int]:
        """The pixels of the picture, with its margin."""
        return self.paper.size if self.paper else (self.view.width, self.view.height)

    @property
    def pen(self) -> float:
        """How many pixels a pen of 1 is wide: on paper a 96th of an inch, however fine that is resolved."""
        return self.paper.dpi / PEN if self.paper else 1.0

    @property
    def sharpness(self) -> float:
        return self.inputs[blend.SHARPNESS]

    @property
    def parameters(self) -> dict[str, float]:
        """The inputs but the sharpness."""
        return {name: value for name, value in self.inputs.items() if name != blend.SHARPNESS}

    @property
    def sharp(self) -> bool:
        """Whether corners are sharp, by the settings or else by the figure."""
        return self.figure.sharp if self.settings.sharp is None else self.settings.sharp

    @property
    def style_name(self) -> str:
        """How it is painted, by the settings or else by the figure."""
        return self.settings.style or self.figure.style or STYLES[0]

    @property
    def colours(self) -> str | None:
        """The colour map of its style, by the settings or else by the figure; none for the usual one."""
        return self.settings.colours or self.figure.colours

    @property
    def style(self) -> Style:
        return style_of(self.style_name)

    def ranges(self, *, beyond: int = 0) -> dict[str, Interval]:
        """Where every input is: x and y in the window, or so many windows further on every side."""
        window, known = self.view.window, self.inputs.items()
        wide, high = beyond * window.width, beyond * window.height
        x, y = (window.x0 - wide, window.x1 + wide, False), (window.y0 - high, window.y1 + high, False)
        return {**{name: (value, value, False) for name, value in known}, "x": x, "y": y}

    @cached_property
    def layers(self) -> "tuple[DrawnLayer, ...]":
        """All layers, from the bottom up."""
        pairs = zip(self.figure.layers, self.tapes, strict=True)
        return tuple(DrawnLayer(self, layer, tapes) for layer, tapes in pairs)

    @cached_property
    def regions(self) -> "tuple[DrawnLayer, ...]":
        """The layers that are no curves."""
        return tuple(layer for layer in self.layers if not layer.is_curve)

    @cached_property
    def hidden(self) -> "set[DrawnLayer]":
        """The regions whose fills lie wholly under a later one."""
        return edges.hidden(self.regions)

    @cached_property
    def apart(self) -> "Mapping[DrawnLayer, int]":
        """The regions that lie side by side, by the number of their group."""
        return edges.apart(self.regions) if len(self.regions) == len(self.layers) else {}

    @cached_property
    def background(self) -> Rgba:
        """That on which a background that varies is painted; Raises: ShapeError: there is no such colour."""
        own = None if self.ground else self._own_background
        return self.colour("background", own, rgba(BACKGROUND))

    @property
    def _own_background(self) -> Colour | Node | None:
        """That of the figure, unless a style lies on its own ground that the figure does not ask for."""
        is_foreign = self.style.own_ground and self.style_name != self.figure.style
        return None if is_foreign else self.figure.background

    def shade(self, name: str, own: Colour | Node | None) -> "Shade | None":
        """A colour of the figure that varies from place to place, unless a setting asks for another."""
        if not isinstance(own, Node) or getattr(self.settings, name) is not None:
            return None
        return self.shade_of(own)

    @cached_property
    def shade_of(self) -> "Callable[[Node], Shade]":
        graph = Graph({name: value for name, value in self.inputs.items() if name not in self.moving})
        return cache(lambda node: Shade(self, graph, blend.level(graph, node, sharp=self.sharp)))

    @cached_property
    def scalars(self) -> "Callable[[FieldTapes], ScalarField]":
        """The fields of tapes, each once."""
        return cache(lambda tapes: ScalarField(self, tapes))

    @cached_property
    def ground(self) -> "Shade | None":
        """The background where that varies."""
        return self.shade("background", self._own_background)

    def colour(self, name: str, own: Colour | Node | None, usual: Rgba) -> Rgba:
        """The colour that a setting asks for; else the figure's own; else the usual one.

        Raises:
            ShapeError: there is no such colour, or it varies from place to place.
        """
        text = getattr(self.settings, name)
        if text is None and isinstance(own, Node):
            hint = "draw it as a picture in the style fill, or give another <fill>, <stroke> or <background>"
            raise ShapeError(
                f"this has no place for a {name} that varies", source=self.figure.source, hint=hint
            )
        if text is None:
            return rgba(own.text) if isinstance(own, Colour) else usual
        try:
            return rgba(text)
        except ValueError as problem:
            raise ShapeError(f"unknown colour {text}", option=name, hint=str(problem)) from None

    def plan(self, *, bits: int = 8, marks: bool = False) -> Plan:
        """The settings as the engine takes them."""
        factor, threads, limit = self.settings.antialiasing, self.settings.threads, self.settings.limit_work
        return Plan(factor=factor, bits=bits, marks=marks, threads=threads, limit_work=limit)

    def check_work(self, cost: int) -> None:
        """Refuse to do more at every pixel than the limit allows.

        Raises:
            ShapeError: it does not.
        """
        if self.view.width * self.view.height * cost > self.settings.limit_work:
            raise too_much_work(self.settings.limit_work)

    def check_held(self) -> None:
        """Refuse a picture that is too large to be held in memory.

        Raises:
            ShapeError: it is.
        """
        _check_pixels(*self.size, self.most_held)

    @property
    def most_held(self) -> int:
        """How many pixels may be held in memory."""
        return self.settings.limit_pixels or LIMIT_PIXELS

    def moved(self, settings: Settings, figure: Figure | None = None) -> "Drawing":
        """The drawing with other settings; tapes are kept where they hold, whatever the inputs that may move.

        Args:
            figure: with other colours or parameters.

        Raises:
            ShapeError: as for `drawing_of`.
        """
        other = drawing_of(figure or self.figure, settings, moving=self.moving)
        # equal tapes still differ in what is made of them already
        return replace(other, tapes=self.tapes) if other.tapes == self.tapes else other


def drawing_of(
    figure: Figure, settings: Settings, *, streamed: bool = False, moving: Collection[str] = ()
) -> Drawing:
    """A figure resolved.

    Args:
        streamed: the picture is written as it is drawn, so that it may be larger.
        moving: inputs that will have other values in `Drawing.moved`; tapes ask for them, where they are
            made of the values of the others.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
    """
    if settings.seed is not None and settings.seed != figure.seed and figure.reseed:
        figure = figure.reseed(settings.seed)
    inputs = _inputs(figure, settings)
    window = window_of(figure, settings, inputs)
    check(settings)
    size = (figure.size or SIZE) if settings.size is None else settings.size
    if problem := window.problem():
        raise ShapeError(problem, option="window", hint="write <window> x0,x1,y0,y1")
    paper = paper_around(window, size, figure, settings)
    view = _view(window, paper.inner if paper else size, settings)
    limit = settings.limit_pixels or (LIMIT_STREAMED if streamed else LIMIT_PIXELS)
    _check_pixels(*(paper.size if paper else (view.width, view.height)), limit)
    known = {name: value for name, value in inputs.items() if name not in moving}
    sharp = figure.sharp if settings.sharp is None else settings.sharp
    graph = Graph(known)
    of_root = cache(lambda root: FieldTapes(graph, root))
    of = cache(lambda region: of_root(blend.level(graph, region, sharp=sharp)))
    tapes = tuple(
        LayerTapes(layer.shape, layer.body or layer.shape, layer.clip, known, sharp, graph, of_root, of)
        for layer in figure.layers
    )
    return Drawing(figure, settings, window, view, inputs, tapes, moving, paper)


def _view(window: Window, size: Size, settings: Settings) -> View:
    assert not isinstance(size, str)
    if isinstance(size, tuple):
        width, height = size
    else:
        shorter = min(window.width, window.height) / max(window.width, window.height)
        other = max(1, round(size * shorter))
        width, height = (size, other) if window.width >= window.height else (other, size)
    if min(width, height) < 1:
        raise ShapeError("a picture is at least 1 pixel wide and high", option="size")
    return View(window if settings.stretch else window.widened(width, height), width, height)


def _check_pixels(width: int, height: int, limit: int) -> None:
    if width * height > limit:
        message = f"{width} x {height} is more than the limit of {limit:,} pixels"
        raise ShapeError(
            message, option="size", hint="choose a smaller size, or <dpi> on paper, or raise <limit_pixels>"
        )


def _inputs(figure: Figure, settings: Settings) -> dict[str, float]:
    """The value of every input but x and y."""
    sharpness = figure.sharpness if settings.sharpness is None else settings.sharpness
    if not 0.0 < sharpness < math.inf:
        raise ShapeError("the sharpness is a finite number greater than 0", option="sharpness")
    known = {parameter.name: parameter for parameter in figure.parameters}
    for name, value in settings.parameters.items():
        if name not in known:
            hint = f"there is {', '.join(known)}" if known else "it has none: write param r = 1 to make one"
            raise ShapeError(f"the figure has no parameter {name}", option="parameters", hint=hint)
        if not known[name].low <= value <= known[name].high:
            hint = f"it goes from {known[name].low:g} to {known[name].high:g}"
            message = f"{name} = {value:g} is outside the range of {name}"
            raise ShapeError(message, option="parameters", hint=hint)
        if not known[name].allows(value):
            message, hint = f"{name} = {value:g} is between the steps of {name}", known[name].between(value)
            raise ShapeError(message, option="parameters", hint=hint)
    values = {name: settings.parameters.get(name, parameter.default) for name, parameter in known.items()}
    return {**values, blend.SHARPNESS: sharpness}


@dataclass(frozen=True, eq=False)
class DrawnLayer:
    """A layer with its colours, and its levels."""

    drawing: Drawing
    layer: Layer
    tapes: "LayerTapes"

    @property
    def shape(self) -> Node:
        return self.layer.shape

    @property
    def look(self) -> Look:
        return self.layer.look

    @property
    def is_curve(self) -> bool:
        return self.layer.is_curve

    @property
    def opacity(self) -> float:
        return self.look.opacity

    @property
    def filled(self) -> bool:
        """Whether it is a region that is filled: so it is unless the figure asks for lines alone."""
        return not self.is_curve and bool(self.look.fill or not (self.look.stroke or self.look.lines))

    @property
    def extra(self) -> str:
        """The first word of its look that is more than a colour and an edge; empty if there is none."""
        look = self.look
        words = {
            "soft": look.soft,
            "glow": look.glow,
            "shadow": look.shadow,
            "hatch": any(lines.angles for lines in look.lines),
            "bands": look.lines,
            "blend": look.blend != BLENDS[0],
        }
        return next((word for word, given in words.items() if given), "")

    @property
    def covers(self) -> bool:
        """Whether nothing is seen through its fill, where that is defined."""
        style, look = self.drawing.style, self.look
        if not (self.filled and style.region) or style.shades or self.opacity < 1.0:
            return False
        if look.soft or look.blend != BLENDS[0]:
            return False
        return self.fill_shade.solid if self.fill_shade else self.fill[3] == 255

    @property
    def opaque(self) -> bool:
        """Whether it is such a fill that is defined everywhere, and nothing besides."""
        return self.covers and not self.extra and (not self.fill_shade or self.fill_shade.opaque)

    @property
    def is_plain(self) -> bool:
        """Whether it is its region in one colour and nothing besides."""
        return self.fill_shade is None and self.clip is None and not self.extra

    @property
    def stroked(self) -> bool:
        """Whether its boundary is drawn, by the figure or by the style; a curve always is."""
        return self.is_curve or self.look.stroke is not None or self.drawing.style.outlines

    @cached_property
    def fill(self) -> Rgba:
        """Raises: ShapeError: there is no such colour."""
        return self.drawing.colour("fill", self.look.fill, rgba(FILL))

    @cached_property
    def fill_shade(self) -> "Shade | None":
        """The fill where it varies from place to place."""
        return self.drawing.shade("fill", self.look.fill)

    @cached_property
    def stroke_shade(self) -> "Shade | None":
        """The stroke where it varies from place to place; without one of its own, the fill."""
        own = self.look.stroke or (None if self.drawing.style.inked else self.look.fill)
        return self.drawing.shade("stroke", own)

    def ink_of(self, lines: Lines) -> "Rgba | Shade":
        """The colour of lines that it is filled with; black if they have none of their own."""
        return self.ink(lines.colour, rgba(FILL))

    def width_of(self, lines: Lines) -> float:
        """Of their pen, in pixels of the picture."""
        return lines.width * self.drawing.pen

    def ink(self, own: Colour | Node | None, usual: "Rgba | Shade") -> "Rgba | Shade":
        """The colour of what lies under a layer, or the usual one."""
        if isinstance(own, Node):
            return self.drawing.shade_of(own)
        return rgba(own.text) if own else usual

    @cached_property
    def stroke(self) -> Rgba:
        """The colour of a stroke; where the figure gives none, that of the fill, or black.

        Raises:
            ShapeError: there is no such colour.
        """
        is_own = self.look.stroke is not None or self.drawing.style.inked
        fallback = rgba(FILL) if is_own else self.fill  # which may vary
        return self.drawing.colour("stroke", self.look.stroke, fallback)

    @property
    def width(self) -> float:
        """Of a stroke, in pixels of the picture."""
        chosen = self.drawing.settings.stroke_width
        return (self.look.stroke_width if chosen is None else chosen) * self.drawing.pen

    @cached_property
    def level(self) -> "ScalarField":
        """The level of a region."""
        return self.drawing.scalars(self.tapes.of(self.tapes.shape))

    @cached_property
    def body(self) -> "ScalarField":
        """The level of a region without what it is clipped by."""
        return self.drawing.scalars(self.tapes.of(self.tapes.body))

    @cached_property
    def clip(self) -> "ScalarField | None":
        """The level of the region that a layer is clipped by."""
        return self.drawing.scalars(self.tapes.of(self.tapes.clip)) if self.tapes.clip else None

    @cached_property
    def curves(self) -> "tuple[tuple[ScalarField, float, tuple[ScalarField, ...]], ...]":
        """For each curve a number, what it is on the curve, and the regions that the curve is cut by."""
        fields = self.drawing.scalars
        return tuple((fields(field), at, tuple(map(fields, cuts))) for field, at, cuts in self.tapes.curves)

    @property
    def covered(self) -> "list[Program]":
        """The programs of all regions that a picture needs the coverage of, its own body first."""
        levels = [cut for _, _, cuts in self.curves for cut in cuts] if self.is_curve else [self.body]
        levels += [self.clip] if self.clip else []
        inks = [halo.colour for halo in (self.look.glow, self.look.shadow) if halo]
        inks += [lines.colour for lines in self.look.lines]
        others = [self.drawing.shade_of(ink) for ink in inks if isinstance(ink, Node)]
        shades = [shade for shade in (self.fill_shade, self.stroke_shade, *others) if shade]
        return [*(level.covered for level in levels), *(each for shade in shades for each in shade.covered)]
