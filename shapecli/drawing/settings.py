"""How a figure is to be drawn: every setting, and where the pixels are."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapecli.base.colours import Rgba, rgba
from shapecli.base.defaults import (
    ANTIALIASING,
    BACKGROUND,
    FILL,
    LIMIT_PIXELS,
    LIMIT_STREAMED,
    LIMIT_WORK,
    MOST_ANTIALIASING,
    SIZE,
    STYLES,
    TOLERANCE,
    WIDEST_STROKE,
)
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.engine.plan import Plan
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.language.figure import Figure, Layer
from shapecli.language.syntax import Colour


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a figure is drawn; what is None comes from the figure.

    Attributes:
        size: (width, height) in pixels, or the longer side; the other follows from the window.
        window: x0, x1, y0, y1; widened to the shape of `size` unless `stretch`.
        sharpness: n; a larger one draws sharper corners.
        sharp: draw the crisp figure, n to infinity.
        parameters: values by name.
        style: one of STYLES: fill, soft, field, outline, owners.
        fill, stroke, background: colours, instead of the figure's.
        stroke_width: of every stroke, in pixels.
        tolerance: of paths in vector files, in pixels.
        span: of the style field: the L / n that has the last colour; chosen from the field if None.
        axes: draw axes, ticks and a grid around the picture.
        colours: the name of a colour map, for the styles field and owners.
        antialiasing: points on a side of each pixel; 1 decides by the pixel's centre alone.
        threads: all cores if None; the picture is the same for any number.
        limit_pixels: the most pixels that will be drawn.  [2^25 in memory, 2^33 if written as they are drawn]
        limit_work: the most operations that will be done.
    """

    size: int | tuple[int, int] = SIZE
    window: tuple[float, float, float, float] | None = None
    sharpness: float | None = None
    sharp: bool = False
    parameters: Mapping[str, float] = field(default_factory=dict)
    style: str = STYLES[0]
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float | None = None
    tolerance: float = TOLERANCE
    span: float | None = None
    colours: str | None = None
    background: str | None = None
    antialiasing: int = ANTIALIASING
    threads: int | None = None
    stretch: bool = False
    axes: bool = False
    limit_pixels: int | None = None
    limit_work: float = LIMIT_WORK


def view_of(figure: Figure, settings: Settings, *, streamed: bool = False) -> View:
    """Where the pixels of a picture are.

    Args:
        streamed: the picture is written as it is drawn, so that it may be larger.

    Raises:
        ShapeError: the size or the window is impossible.
    """
    window = Window(*settings.window) if settings.window else figure.window
    if problem := window.problem():
        raise ShapeError(problem, option="--window", hint="write --window x0,x1,y0,y1")
    if isinstance(settings.size, tuple):
        width, height = settings.size
    else:
        shorter = min(window.width, window.height) / max(window.width, window.height)
        other = max(1, round(settings.size * shorter))
        width, height = (settings.size, other) if window.width >= window.height else (other, settings.size)
    if min(width, height) < 1:
        raise ShapeError("a picture is at least 1 pixel wide and high", option="--size")
    limit = settings.limit_pixels or (LIMIT_STREAMED if streamed else LIMIT_PIXELS)
    if width * height > limit:
        raise ShapeError(
            f"{width} x {height} is more than the limit of {limit:,} pixels",
            option="--size",
            hint="choose a smaller size, or raise --limit-pixels",
        )
    return View(window if settings.stretch else window.widened(width, height), width, height)


def inputs_of(figure: Figure, settings: Settings) -> dict[str, float]:
    """The value of every input of the figure's tapes but x and y.

    Raises:
        ShapeError: the sharpness is impossible, or a parameter unknown or out of its range.
    """
    sharpness = figure.sharpness if settings.sharpness is None else settings.sharpness
    if not 0.0 < sharpness < math.inf:
        raise ShapeError("the sharpness is a finite number greater than 0", option="--sharpness")
    known = {parameter.name: parameter for parameter in figure.parameters}
    for name, value in settings.parameters.items():
        if name not in known:
            hint = f"there is {', '.join(known)}" if known else "it has none: write param r = 1 to make one"
            raise ShapeError(f"the figure has no parameter {name}", option="--set", hint=hint)
        if not known[name].low <= value <= known[name].high:
            hint = f"it goes from {known[name].low:g} to {known[name].high:g}"
            raise ShapeError(f"{name} = {value:g} is outside the range of {name}", option="--set", hint=hint)
    values = {name: settings.parameters.get(name, parameter.default) for name, parameter in known.items()}
    return {**values, blend.SHARPNESS: sharpness}


def checked(figure: Figure, settings: Settings, *, streamed: bool = False) -> tuple[View, dict[str, float]]:
    """Where the pixels are, and the inputs.

    Raises:
        ShapeError: a setting is impossible.
    """
    view, inputs = view_of(figure, settings, streamed=streamed), inputs_of(figure, settings)
    if not 1 <= settings.antialiasing <= MOST_ANTIALIASING:
        raise ShapeError(f"1 to {MOST_ANTIALIASING} points on a side of a pixel", option="--aa")
    if settings.style not in STYLES:
        raise ShapeError(f"there is no style {settings.style}", hint=f"there is {', '.join(STYLES)}")
    if settings.stroke_width is not None and not 0.0 < settings.stroke_width <= WIDEST_STROKE:
        raise ShapeError(
            f"a stroke is up to {WIDEST_STROKE} pixels wide, and more than 0", option="--stroke-width"
        )
    for option, number in (("--tolerance", settings.tolerance), ("--span", settings.span)):
        if number is not None and not 0.0 < number < math.inf:
            raise ShapeError("a finite number greater than 0", option=option)
    return view, inputs


def plan_of(settings: Settings, *, bits: int = 8, marks: bool = False) -> Plan:
    """The same for the engine."""
    return Plan(
        factor=settings.antialiasing,
        bits=bits,
        marks=marks,
        threads=settings.threads,
        limit_work=settings.limit_work,
    )


def background_of(figure: Figure, settings: Settings) -> Rgba:
    """Raises: ShapeError: there is no such colour."""
    return _option_colour("--background", settings.background) or _colour(figure.background, BACKGROUND)


def fill_of(layer: Layer, settings: Settings) -> Rgba:
    """Raises: ShapeError: there is no such colour."""
    return _option_colour("--fill", settings.fill) or _colour(layer.style.fill, FILL)


def stroke_of(layer: Layer, settings: Settings) -> Rgba:
    """The colour of a stroke; where the figure gives none, that of the fill.

    Raises:
        ShapeError: there is no such colour.
    """
    fallback = _colour(None, FILL) if settings.style == "owners" else fill_of(layer, settings)
    return _option_colour("--stroke", settings.stroke) or (
        _colour(layer.style.stroke, FILL) if layer.style.stroke else fallback
    )


def width_of(layer: Layer, settings: Settings) -> float:
    """The width of a stroke, in pixels."""
    return layer.style.stroke_width if settings.stroke_width is None else settings.stroke_width


def _colour(colour: Colour | None, default: str) -> Rgba:
    return rgba(colour.text if colour else default)


def _option_colour(option: str, text: str | None) -> Rgba | None:
    if text is None:
        return None
    try:
        return rgba(text)
    except ValueError as problem:
        raise ShapeError(f"unknown colour {text}", option=option, hint=str(problem)) from None
