"""Figures to pictures: the public API, and the glue between the rooms."""

import io
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.defaults import (
    ANTIALIASING,
    BACKGROUND,
    FILL,
    LAYERS_AT_LIMIT,
    LIMIT_OPERATIONS,
    LIMIT_PIXELS,
    LIMIT_WORK,
    MOST_ANTIALIASING,
    SIZE,
)
from shapecli.engine import raster
from shapecli.engine.raster import Cover, Field, Progress, silent
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.fields.tape import Tape, enclose, flatten
from shapecli.language import figure as language
from shapecli.language.figure import Layer, Window
from shapecli.language.resolve import read_expression, read_figure
from shapecli.language.source import ShapeError, Source, decode, read
from shapecli.language.syntax import Colour
from shapecli.pictures import coverage
from shapecli.pictures.colours import Rgba, rgba
from shapecli.pictures.paint import Paint, paint
from shapecli.pictures.png import write_png

Style = Literal["fill", "soft"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a figure is drawn; what is None comes from the figure.

    Attributes:
        size: (width, height) in pixels, or the longer side; the other follows from the window.
        window: x0, x1, y0, y1; widened to the shape of `size` unless `stretch`.
        sharpness: n; a larger one draws sharper corners.
        sharp: draw the crisp figure, n to infinity.
        parameters: values by name.
        style: "fill", or "soft" for the opacity 1 / (1 + u).
        antialiasing: points on a side of each pixel; 1 decides by the pixel's centre alone.
        threads: all cores if None; the picture is the same for any number.
        limit_pixels: the most pixels that will be drawn.
        limit_work: the most operations that will be done.
    """

    size: int | tuple[int, int] = SIZE
    window: tuple[float, float, float, float] | None = None
    sharpness: float | None = None
    sharp: bool = False
    parameters: Mapping[str, float] = field(default_factory=dict)
    style: Style = "fill"
    fill: str | None = None
    background: str | None = None
    antialiasing: int = ANTIALIASING
    threads: int | None = None
    stretch: bool = False
    limit_pixels: int = LIMIT_PIXELS
    limit_work: float = LIMIT_WORK


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start


@dataclass(frozen=True, eq=False)
class Rendering:
    """What was drawn, and what was found out on the way.

    Attributes:
        image: the picture.
        field: the least level of all layers, if levels were asked for instead.
        area: of the union of the layers, in units of the plane.
    """

    image: Image.Image | None
    field: Field | None
    view: View
    inside_pixels: int
    area: float
    undefined_pixels: int


# --- the public API -------------------------------------------------------------------------------


class Figure(language.Figure):
    """A figure that can draw itself; made by `load` and `parse`."""

    def render(self, **settings: Any) -> Image.Image:
        """A picture of the figure.

        Args:
            settings: any attribute of `Settings`, such as size=800 or sharpness=20.

        Raises:
            ShapeError: a setting is impossible, or the picture is larger than the limits.
        """
        image = draw(self, Settings(**settings)).image
        assert image is not None
        return image

    def field(self, **settings: Any) -> NDArray[np.float64]:
        """The level L = ln u at every pixel centre: float64[height, width], row 0 at the top.

        A point is inside where L <= 0; of several layers, the least level.  Arguments and errors
        are those of `render`.
        """
        found = draw(self, Settings(**settings), levels=True).field
        assert found is not None
        return found.level

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        settings = Settings(size=512)
        stream = io.BytesIO()
        image = draw(self, settings).image
        assert image is not None
        write_png(stream, image, metadata(self, settings))
        return stream.getvalue()


def load(path: str | Path, *, limit_operations: int = LIMIT_OPERATIONS) -> Figure:
    """The figure in a file.

    Raises:
        ShapeError: the file has mistakes; the message shows where.
        OSError: the file cannot be read.
    """
    with Path(path).open("rb") as stream:
        source = read(str(path), stream, limit_operations)
    return parse(source, limit_operations=limit_operations)


def parse(text: str | Source, *, limit_operations: int = LIMIT_OPERATIONS) -> Figure:
    """The figure that a text describes: statements, or a single expression.

    Raises:
        ShapeError: the text has mistakes; the message shows where.
    """
    source = text if isinstance(text, Source) else decode("figure", text.encode("utf-8", "surrogatepass"))
    return _able_to_draw(read_figure(source, limit_operations))


def parse_one(source: Source, *, limit_operations: int = LIMIT_OPERATIONS) -> Figure:
    """The figure of a single expression, such as x^2 + y^2 <= 1.

    Raises:
        ShapeError: the expression has mistakes; the message shows where.
    """
    return _able_to_draw(read_expression(source, limit_operations))


def _able_to_draw(figure: language.Figure) -> Figure:
    """The same figure with methods, once its colours are known to exist."""
    styles = [layer.style for layer in figure.layers]
    for colour in [figure.background, *(c for style in styles for c in (style.fill, style.stroke))]:
        if colour is not None:
            _known_colour(figure.source, colour)
    return Figure(**{item.name: getattr(figure, item.name) for item in fields(figure)})


def _known_colour(source: Source, colour: Colour) -> None:
    try:
        rgba(colour.text)
    except ValueError as problem:
        raise ShapeError(f"unknown colour {colour.text}", colour.span, source, str(problem)) from None


# --- the stages -----------------------------------------------------------------------------------


def view_of(figure: language.Figure, settings: Settings) -> View:
    """Where the pixels of a picture are.

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
    if width * height > settings.limit_pixels:
        raise ShapeError(
            f"{width} x {height} is more than the limit of {settings.limit_pixels:,} pixels",
            option="--size",
            hint="choose a smaller size, or raise --limit-pixels",
        )
    return View(window if settings.stretch else window.widened(width, height), width, height)


def inputs_of(figure: language.Figure, settings: Settings) -> dict[str, float]:
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


@dataclass(frozen=True, eq=False)
class Tapes:
    """The tapes of one layer: its level, and its level with whether it is undefined."""

    level: Tape
    full: Tape


def tapes_of(layer: Layer, settings: Settings, inputs: Mapping[str, float], window: Window) -> Tapes:
    """Straight-line code of a layer; the two tapes are one where nothing in the window is undefined."""
    graph = Graph()
    root = blend.level(graph, layer.region, sharp=settings.sharp)
    level = flatten(root)
    full = flatten(root, blend.undefined(graph, root))
    x, y = (window.x0, window.x1, False), (window.y0, window.y1, False)
    possible = enclose(full, inputs, x, y)[1][1] > 0.0
    return Tapes(level, full if possible else level)


def _sample_tape(
    tape: Tape, inputs: Mapping[str, float], view: View, settings: Settings, progress: Progress
) -> Field:
    return raster.sample(
        raster.program(tape, inputs),
        view,
        threads=settings.threads,
        progress=progress,
        limit_work=settings.limit_work,
    )


def _part_of(progress: Progress, number: int, total: int) -> Progress:
    """The progress of one of several equal pieces of work."""
    return lambda share: progress((number + share) / total)


@dataclass(frozen=True, eq=False)
class Samples:
    """What is known of one layer: coverage always, levels where a style needs them."""

    share: NDArray[np.float32]
    inside: NDArray[np.bool_]
    undefined: NDArray[np.bool_]
    level: NDArray[np.float64] | None


def draw(
    figure: language.Figure,
    settings: Settings,
    *,
    notice: Callable[[str], None] = silent,
    progress: Progress = silent,
    watch: Stopwatch | None = None,
    levels: bool = False,
) -> Rendering:
    """The picture of a figure, or its levels.

    Args:
        levels: find the level at every pixel centre instead of a picture.
        notice: called with a sentence when kernels are compiled, once for a machine.
        progress: called with the share that is done.
        watch: told how long the stages take.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
    """
    watch = watch or Stopwatch()
    view, inputs = view_of(figure, settings), inputs_of(figure, settings)
    if not 1 <= settings.antialiasing <= MOST_ANTIALIASING:
        raise ShapeError(f"1 to {MOST_ANTIALIASING} points on a side of a pixel", option="--aa")
    if len(figure.layers) * view.width * view.height > LAYERS_AT_LIMIT * settings.limit_pixels:
        raise ShapeError(
            f"{len(figure.layers)} layers of {view.width} x {view.height} pixels are more than the limit",
            hint="choose a smaller --size, or raise --limit-pixels",
        )
    background = _option_colour("--background", settings.background) or _colour(figure.background, BACKGROUND)
    fill = _option_colour("--fill", settings.fill)
    with watch("compile"):
        raster.prepare(notice)
    paints: list[Paint] = []
    outside = np.ones((view.height, view.width), np.float32)
    inside, undefined = np.zeros((2, view.height, view.width), np.bool_)
    lowest = np.full((view.height, view.width), np.inf) if levels else None
    for number, layer in enumerate(figure.layers):
        with watch("compile"):
            tapes = tapes_of(layer, settings, inputs, view.window)
        with watch("sample"):
            share = _part_of(progress, number, len(figure.layers))
            needed = levels or settings.style == "soft" or layer.style.stroke is not None
            samples = _layer_samples(tapes, inputs, view, settings, share, needed)
            outside *= 1 - samples.share
            inside |= samples.inside
            undefined |= samples.undefined
        if lowest is not None and samples.level is not None:
            np.minimum(lowest, samples.level, out=lowest)
        else:
            with watch("paint"):
                paints.extend(_paints(layer, samples, settings.style, fill))
    area = float((1 - outside).sum(dtype=np.float64)) * view.pixel_area
    numbers = (view, int(inside.sum()), area, int(undefined.sum()))
    if lowest is not None:
        return Rendering(None, Field(lowest, undefined, view), *numbers)
    with watch("paint"):
        return Rendering(paint(paints, background, view.width, view.height), None, *numbers)


def _layer_samples(
    tapes: Tapes,
    inputs: Mapping[str, float],
    view: View,
    settings: Settings,
    progress: Progress,
    levels: bool,
) -> Samples:
    """Coverage of a layer, by centres alone if that is what antialiasing 1 asks for; levels if needed."""
    found: Field | None = None
    if levels or settings.antialiasing == 1:
        found = _sample_tape(tapes.full, inputs, view, settings, _part_of(progress, 0, 2))
        if settings.antialiasing == 1:
            inside = found.level <= 0
            return Samples(inside.astype(np.float32), inside, found.undefined, found.level)
        progress = _part_of(progress, 1, 2)
    cover: Cover = raster.cover(
        raster.program(tapes.level, inputs),
        raster.program(tapes.full, inputs),
        view,
        settings.antialiasing,
        threads=settings.threads,
        progress=progress,
        limit_work=settings.limit_work,
    )
    return Samples(cover.share, cover.inside, cover.undefined, found.level if found else None)


def _paints(layer: Layer, samples: Samples, style: Style, fill: Rgba | None) -> Iterator[Paint]:
    """What a layer puts on the picture: its fill, then its stroke."""
    look = layer.style
    if look.fill or not look.stroke:
        level = samples.level
        share = coverage.opacity(level) if style == "soft" and level is not None else samples.share
        colour = fill or _colour(look.fill, FILL)
        yield Paint(share, (*colour[:3], round(colour[3] * look.opacity)))
    if look.stroke and samples.level is not None:
        colour = _colour(look.stroke, FILL)
        share = coverage.stroke(samples.level, look.stroke_width)
        yield Paint(share, (*colour[:3], round(colour[3] * look.opacity)))


def _colour(colour: Colour | None, default: str) -> Rgba:
    return rgba(colour.text if colour else default)


def _option_colour(option: str, text: str | None) -> Rgba | None:
    if text is None:
        return None
    try:
        return rgba(text)
    except ValueError as problem:
        raise ShapeError(f"unknown colour {text}", option=option, hint=str(problem)) from None


def metadata(figure: language.Figure, settings: Settings) -> dict[str, str]:
    """What a picture carries, so that it can be drawn again."""
    view, inputs = view_of(figure, settings), inputs_of(figure, settings)
    window = view.window
    parameters = {name: value for name, value in inputs.items() if name != blend.SHARPNESS}
    plain = Settings()
    other = {
        name: getattr(settings, name)
        for name in ("sharp", "style", "fill", "background", "antialiasing", "stretch")
        if getattr(settings, name) != getattr(plain, name)
    }
    return {
        "version": shapecli.__version__,
        "source": figure.source.text,
        "sharpness": repr(inputs[blend.SHARPNESS]),
        "window": json.dumps([window.x0, window.x1, window.y0, window.y1]),
        "parameters": json.dumps(parameters, sort_keys=True),
        "settings": json.dumps(other, sort_keys=True),
    }
