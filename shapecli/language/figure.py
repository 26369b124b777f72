"""What a text means: a figure of layers, each a region of the plane."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shapecli.base.defaults import BACKGROUND, LIMIT_STREAMED, SIZE, STYLES, WIDEST_STROKE
from shapecli.base.paper import LENGTH_WRITTEN, Size, length_of, paper_of
from shapecli.base.source import ShapeError, Source, Span, likely_hint
from shapecli.base.window import WINDOW, Window
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.motion import Motion
from shapecli.language.syntax import Colour

SHARPNESS: Final = 50.0
BLENDS: Final = ("normal", "multiply", "screen", "overlay", "darken", "lighten")  # the first is the usual one
SLACK: Final = 1e-9  # of a step, by which a value may be off it, or a range miss its end


@dataclass(frozen=True)
class Look:
    """How a layer is drawn; without a fill or a stroke it is filled with the default colour.

    Attributes:
        fill, stroke: one colour, or the node of one that varies from place to place.
        soft: in units of the plane, how wide the edge is across which the layer fades.
        lines: what its inside is filled with, from the bottom up, above the fill and below the stroke.
    """

    fill: Colour | Node | None = None
    stroke: Colour | Node | None = None
    stroke_width: float = 2.0
    opacity: float = 1.0
    soft: float = 0.0
    glow: "Halo | None" = None
    shadow: "Halo | None" = None
    lines: "tuple[Lines, ...]" = ()
    blend: str = BLENDS[0]


@dataclass(frozen=True)
class Halo:
    """What lies under a layer: its shape, moved and softened.

    Attributes:
        width: in units of the plane, how far it reaches; dx, dy: how far it is moved.
        colour: None for the usual one.
    """

    width: float
    colour: Colour | Node | None = None
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True)
class Lines:
    """A fill that is made of lines.

    Attributes:
        spacing: in units of the plane.
        angles: of straight lines, which run through whole multiples of the spacing from the origin; without
            any, the lines are those on which the field is whole multiples of the spacing below 0.
        colour: None for the usual one.
        width: of the pen, in pixels.
        span: where the text asks for them.
    """

    spacing: float
    angles: tuple[float, ...] = ()
    colour: Colour | Node | None = None
    width: float = 1.0
    span: Span = field(default=Span(0, 0), compare=False)


@dataclass(frozen=True, eq=False)
class Layer:
    """A region or a curve, and how it is drawn.

    Attributes:
        shape: all that is seen of it.
        body: what it is a part of, without what it is clipped by; the shape itself if that is not given.
        clip: the region that it is clipped by.
    """

    shape: Node
    look: Look
    body: Node | None = None
    clip: Node | None = None

    @property
    def is_curve(self) -> bool:
        return self.shape.kind is Kind.CURVE


@dataclass(frozen=True)
class Parameter:
    """A number that may be changed without a new figure; low and high are infinite if not given.

    Attributes:
        step: between the values that it may have, from low on; 0 if it may have all.
    """

    name: str
    default: float
    low: float = -math.inf
    high: float = math.inf
    step: float = 0.0

    @property
    def has_steps(self) -> bool:
        """Whether they are a finite number of steps."""
        return 0.0 < self.step < math.inf and math.isfinite((self.high - self.low) / self.step)

    @property
    def steps(self) -> int:
        """How many there are between the first value and the last."""
        return math.floor((self.high - self.low) / self.step + SLACK)

    def allows(self, number: float) -> bool:
        """Whether a number in the range is one of its values, but for rounding."""
        if not self.step:
            return True
        place = (number - self.low) / self.step
        return abs(place - round(place)) <= max(SLACK, 2 * math.ulp(place)) and round(place) <= self.steps

    def beside(self, number: float) -> tuple[float, ...]:
        """The one or two values next to a number in a range with steps."""
        below = min(self.steps, math.floor((number - self.low) / self.step))
        return tuple(map(self._value, range(below, min(self.steps, below + 1) + 1)))

    def nearest(self, number: float) -> float:
        """The value next to a number; one out of the range, or of no steps, stays as it is."""
        if not self.step or not self.low <= number <= self.high:
            return number
        return min(self.beside(number), key=lambda value: abs(value - number))

    def between(self, number: float) -> str:
        """What is said of a number that is not allowed."""
        return f"the nearest are {' and '.join(f'{value:.12g}' for value in self.beside(number))}"

    def _value(self, place: int) -> float:
        """As one would type it: 0.3, where 0.1 three times is 0.30000000000000004."""
        exact = self.low + place * self.step
        typed = float(f"{exact:.12g}")
        return typed if abs(typed - exact) <= SLACK * self.step else exact


@dataclass(frozen=True, eq=False)
class Figure:
    """Layers, later ones on top, and the settings that the text gives.

    Attributes:
        expression: whether the text is one expression, and not statements.
        names: regions that the text gives a name, without those of parameters, with that name.
        used: the other texts that its definitions come from, by their paths relative to its own folder.
        by_chance: whether anything in it depends on the seed.
        reseed: the same text with another seed.
        with_loops: the same layers, loops in them being operations over ranges where they can; for formulas.
    """

    source: Source
    layers: tuple[Layer, ...]
    title: str | None = None
    about: str | None = None
    parameters: tuple[Parameter, ...] = ()
    sharpness: float = SHARPNESS
    window: Window = WINDOW
    background: Colour | Node | None = None
    seed: float = 0.0
    by_chance: bool = False
    sharp: bool = False
    style: str | None = None
    colours: str | None = None
    size: Size | None = None
    margin: str = "0"
    sweep: Motion | None = None
    reseed: "Callable[[float], Figure] | None" = field(default=None, repr=False)
    with_loops: "Callable[[], tuple[Layer, ...]] | None" = field(default=None, repr=False)
    expression: bool = False
    names: Mapping[Node, str] = field(default_factory=dict)
    used: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """A statement that sets the attribute of a figure that has its name, at most once.

    Attributes:
        example: how it is written.
        summary: what the reference says of it.
        value: the attribute from what follows the word, which are numbers, colours, words or texts; raises a
            ValueError or a ShapeError that says what is wrong with them.
        subject: what messages call its numbers.
        hint: what to do where they are wrong.
        named: what follows are words that mean something to the heading alone.
        parts: what follows are names, each with what it is or goes between, as `sweeps.py` reads them.
    """

    example: str
    summary: str
    value: Callable[..., Any] = lambda given: given
    subject: str = ""
    hint: str | None = None
    named: bool = False
    parts: bool = False


def _sharpness(number: float) -> float:
    if not 0.0 < number < math.inf:
        raise ValueError("the sharpness is a finite number greater than 0")
    return number


def _seed(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("a seed is a finite number")
    return number


def _style(name: str) -> str:
    if name not in STYLES:
        raise ShapeError(
            f"there is no style {name}", hint=likely_hint(name, STYLES, f"there is {', '.join(STYLES)}")
        )
    return name


def _colours(*parts: str) -> str:
    from shapecli.base.colourmaps import colour_map  # which takes time

    name = ":".join(parts)
    colour_map(name, 2)
    return name


def _size(*given: float | str) -> Size:
    if isinstance(given[0], str):
        paper_of(given[0])
        return given[0]
    sides = [float(side) for side in given]
    if not all(1.0 <= side <= LIMIT_STREAMED and side.is_integer() for side in sides):
        raise ValueError(f"a size is whole numbers of pixels, from 1 to {LIMIT_STREAMED:,}")
    return int(sides[0]) if len(sides) == 1 else (int(sides[0]), int(sides[1]))


def _margin(text: str) -> str:
    length_of(text)
    return text


def _window(*ends: float) -> Window:
    window = Window(*ends)
    if problem := window.problem():
        raise ValueError(problem)
    return window


@dataclass(frozen=True)
class Word:
    """A word after `draw R` that sets the attribute of a look that has its name.

    Attributes:
        example: how it is written.
        summary: what the reference says of it.
        takes: the kinds of what follows it; `least` of them must be there.
        value: the attribute from numbers and colours; raises a ValueError that says what is wrong with them.
        lines: it adds to the lines of the look, and may stand there several times.
    """

    example: str
    summary: str
    takes: tuple[Kind, ...] = (Kind.NUMBER,)
    least: int = 1
    value: Callable[..., Any] = lambda given: given
    lines: bool = False


def _width(number: float, widest: float = math.inf) -> float:
    if not 0.0 < number <= widest or math.isinf(number):
        raise ValueError("a width is a finite number greater than 0")
    return number


def _stroke_width(number: float) -> float:
    if not 0.0 < number <= WIDEST_STROKE:
        raise ValueError(f"a stroke is up to {WIDEST_STROKE:g} pixels wide, and more than 0")
    return number


def _opacity(share: float | Node) -> float | Node:
    if not isinstance(share, Node) and not 0.0 <= share <= 1.0:
        raise ValueError("an opacity is a number from 0 to 1")
    return share


def _shadow(dx: float, dy: float, width: float, colour: Colour | Node | None = None) -> Halo:
    if not math.isfinite(dx) or not math.isfinite(dy):
        raise ValueError("a shadow is moved by finite numbers")
    return Halo(_width(width), colour, dx, dy)


def _hatched(*turns: float) -> Callable[..., Lines]:
    """Lines at an angle, and at others that are turned from it by so much."""

    def lines(angle: float, spacing: float, colour: Colour | Node | None = None, width: float = 1.0) -> Lines:
        if not math.isfinite(angle):
            raise ValueError("an angle is a finite number")
        return replace(_banded(spacing, colour, width), angles=tuple(angle + turn for turn in turns))

    return lines


def _banded(spacing: float, colour: Colour | Node | None = None, width: float = 1.0) -> Lines:
    if not 0.0 < spacing < math.inf:
        raise ValueError("a spacing is a finite number greater than 0")
    return Lines(spacing, (), colour, _stroke_width(width))


PENNED: Final = (Kind.COLOUR, Kind.NUMBER)
WORDS: Final[Mapping[str, Word]] = {
    "fill": Word("fill COLOUR", "the colour of the region", (Kind.COLOUR,)),
    "stroke": Word("stroke COLOUR WIDTH", "a pen along its boundary, so many pixels wide; 2 if not given",
                   (Kind.COLOUR,)),
    "width": Word("width W", "that of the stroke, where it is no plain number", value=_stroke_width),
    "opacity": Word("opacity P", "from 0 to 1; it may vary from place to place", value=_opacity),
    "soft": Word("soft W", "an edge that fades, W wide in units of the plane", value=_width),
    "glow": Word("glow W, COLOUR", "light around it, W wide; in its own colour if none is given",
                 (Kind.NUMBER, Kind.COLOUR), 1, lambda width, colour=None: Halo(_width(width), colour)),
    "shadow": Word("shadow DX, DY, W, COLOUR", "its shadow, moved by DX and DY, with a soft edge W wide",
                   (Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.COLOUR), 3, _shadow),
    "hatch": Word("hatch ANGLE, SPACING, COLOUR, WIDTH",
                  "straight lines in it, SPACING apart in units of the plane; black and 1 pixel wide if not "
                  "given, and without a fill if none is; several such words may follow one another",
                  (Kind.NUMBER, Kind.NUMBER, *PENNED), 2, _hatched(0.0), lines=True),
    "crosshatch": Word("crosshatch ANGLE, SPACING, COLOUR, WIDTH", "a hatch, and one at right angles to it",
                       (Kind.NUMBER, Kind.NUMBER, *PENNED), 2, _hatched(0.0, math.pi / 2), lines=True),
    "bands": Word("bands SPACING, COLOUR, WIDTH",
                  "lines along the boundary, where L/n is -SPACING, -2 SPACING and so on; else as a hatch",
                  (Kind.NUMBER, *PENNED), 1, _banded, lines=True),
    "clip": Word("clip R", "only the part of the layer that is in the region R", (Kind.REGION,)),
    "blend": Word("blend multiply", f"how it mixes with what is below: {', '.join(BLENDS)}", ()),
}  # fmt: skip

HEADINGS: Final[Mapping[str, Heading]] = {
    "sharpness": Heading(
        "sharpness 50", f"the default of n; {SHARPNESS:g} if not given", _sharpness, "the sharpness"),
    "window": Heading(
        "window x0, x1, y0, y1",
        f"the part of the plane to draw; {', '.join(f'{end:g}' for end in WINDOW.extent)} if not given; "
        "an expression on the command line has one that shows it",
        _window, "a window", "write window x0, x1, y0, y1"),
    "title": Heading('title "..."', "what pages and pictures call the figure"),
    "about": Heading('about "..."', "its idea in one sentence, which pages and pictures tell with it"),
    "seed": Heading("seed 7", "what chance depends on; 0 if not given", _seed, "a seed"),
    "sharp": Heading("sharp", "corners are sharp, as with --sharp; --no-sharp undoes it", lambda: True),
    "style": Heading(
        "style soft", "how it is painted, as with --style; from there, field and owners lie on white",
        _style, named=True),
    "colours": Heading(
        "colours viridis", "the colour map of the styles field and owners, as with --colours; or tol:bright",
        _colours, named=True),
    "size": Heading(
        "size 800x600",
        f"the pixels of a picture, or size 800 for the longer side, as with --size; {SIZE} if not given; "
        "or paper: size A4 landscape, size 120mmx80mm",
        _size, "a size", "write size 800x600, or size 800 for the longer side; or size A4"),
    "margin": Heading("margin 10mm", "of paper, as with --margin: the window is inside of it", _margin,
                      hint=f"write {LENGTH_WRITTEN}"),
    "sweep": Heading(
        "sweep t = 0 .. 1, loop = closed",
        "what moves in a film, as with animate --sweep: parameters, n, the seed; as wanted, seconds = 4, "
        'fps = 20, ease = "in-out", loop = closed',
        hint="write sweep n = 2 .. 80, or sweep p = 2 .. 60/geometric, seconds = 4", named=True, parts=True),
    "background": Heading("background COLOUR", f"what is behind the layers; {BACKGROUND} if not given"),
}  # fmt: skip
