"""Figures to pictures: the public API, and the glue between the rooms."""

import io
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import shapecli
from shapecli.defaults import (
    ANTIALIASING,
    BACKGROUND,
    FILL,
    LAYERS_AT_LIMIT,
    LIMIT_OPERATIONS,
    LIMIT_PIXELS,
    LIMIT_STREAMED,
    LIMIT_WORK,
    MOST_ANTIALIASING,
    SIZE,
)
from shapecli.engine import raster
from shapecli.engine.job import MARK_INSIDE, MARK_UNDEFINED
from shapecli.engine.machine import machine, silent
from shapecli.engine.raster import (
    Certainty,
    Certified,
    Cover,
    Plan,
    Program,
    Progress,
    Totals,
)  # fmt: skip
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.fields.tape import defined, enclose, flatten
from shapecli.language import figure as language
from shapecli.language.figure import Layer, Window
from shapecli.language.resolve import read_expression, read_figure
from shapecli.language.source import ShapeError, Source, decode, read
from shapecli.language.syntax import Colour
from shapecli.pictures.colours import Rgba, rgba
from shapecli.pictures.palette import mixtures
from shapecli.pictures.png import Header, write_bands, write_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from shapecli.engine.raster import Field
    from shapecli.pictures.paint import Paint

Style = Literal["fill", "soft"]
ROUNDING = 1e-14  # of a product of numbers, relative


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
        limit_pixels: the most pixels that will be drawn.  [2^25 in memory, 2^33 if written as they are drawn]
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
    limit_pixels: int | None = None
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
        inside_pixels, undefined_pixels: by their centres if there is no antialiasing; else those of which at
            least half is inside, and those with an undefined primitive at two corners or more.
        area: of the union of the layers, in units of the plane.
    """

    image: "Image.Image | None"
    field: "Field | None"
    view: View
    inside_pixels: int
    area: float
    undefined_pixels: int


@dataclass(frozen=True)
class Proof:
    """What is certain of a picture, whatever is rounded on the way.

    Attributes:
        certain_inside, certain_outside: pixels every point of which is.
        undecided: all other pixels.
        area: the least and the greatest that the area can be, in units of the plane.
    """

    certain_inside: int
    certain_outside: int
    undecided: int
    area: tuple[float, float]


# --- the public API -------------------------------------------------------------------------------


class Figure(language.Figure):
    """A figure that can draw itself; made by `load` and `parse`."""

    def render(self, **settings: Any) -> "Image.Image":
        """A picture of the figure.

        Args:
            settings: any attribute of `Settings`, such as size=800 or sharpness=20.

        Raises:
            ShapeError: a setting is impossible, or the picture is larger than the limits.
        """
        image = draw(self, Settings(**settings)).image
        assert image is not None
        return image

    def field(self, **settings: Any) -> "NDArray[np.float64]":
        """The level L = ln u at every pixel centre: float64[height, width], row 0 at the top.

        A point is inside where L <= 0; of several layers, the least level.  Arguments and errors
        are those of `render`.
        """
        found = draw(self, Settings(**settings), levels=True).field
        assert found is not None
        return found.level

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        stream = io.BytesIO()
        save(self, Settings(size=512), stream)
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


def view_of(figure: language.Figure, settings: Settings, *, streamed: bool = False) -> View:
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


def program_of(layer: Layer, settings: Settings, inputs: Mapping[str, float], window: Window) -> Program:
    """A layer ready to be drawn: its level, and whether it is undefined if that can be in the window."""
    graph = Graph(inputs)
    root = blend.level(graph, layer.region, sharp=settings.sharp)
    tape = flatten(root)
    x, y = (window.x0, window.x1, False), (window.y0, window.y1, False)
    # coverage looks up to two pixels beyond, which is two windows if the picture has but one pixel
    around = tuple((3 * low - 2 * high, 3 * high - 2 * low, False) for low, high, _ in (x, y))
    if defined(tape, inputs, *around):
        return raster.program(tape, inputs, defined=True)
    flagged = flatten(root, blend.undefined(graph, root))
    if enclose(flagged, inputs, x, y)[1][1] > 0.0:
        return raster.program(flagged, inputs)
    return raster.program(tape, inputs)


def _plan(settings: Settings, *, bits: int = 8, marks: bool = False) -> Plan:
    return Plan(
        factor=settings.antialiasing,
        bits=bits,
        marks=marks,
        threads=settings.threads,
        limit_work=settings.limit_work,
    )


def _part_of(progress: Progress, number: int, total: int) -> Progress:
    """The progress of one of several equal pieces of work."""
    return lambda share: progress((number + share) / total)


def is_plain(figure: language.Figure, settings: Settings) -> bool:
    """Whether a picture has one colour on one other, so that it can be written as it is drawn."""
    layers = figure.layers
    return settings.style == "fill" and len(layers) == 1 and layers[0].style.stroke is None


def prepare(notice: Callable[[str], None] = silent) -> None:
    """Load the kernels, or compile them, once for a machine.

    Raises:
        OSError: they cannot be compiled.
    """
    machine(notice)


def save(
    figure: language.Figure,
    settings: Settings,
    stream: BinaryIO,
    *,
    with_source: bool = True,
    notice: Callable[[str], None] = silent,
    progress: Progress = silent,
    watch: Stopwatch | None = None,
) -> Rendering:
    """Draw a figure into a PNG file.

    Args:
        with_source: whether the file carries what is needed to draw it again.
        notice, progress, watch: as for `draw`.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
        OSError: the stream cannot be written.
    """
    watch = watch or Stopwatch()
    if not is_plain(figure, settings):
        rendering = draw(figure, settings, notice=notice, progress=progress, watch=watch)
        assert rendering.image is not None
        with watch("encode"):
            texts = metadata(figure, settings, *_checked(figure, settings)) if with_source else {}
            write_image(stream, rendering.image, texts)
        return rendering
    with watch("compile"):
        view, inputs = _checked(figure, settings, streamed=True)
        background, fill = _background(figure, settings), _fill(figure.layers[0], settings)
        program = program_of(figure.layers[0], settings, inputs, view.window)
        machine(notice)
    bits = 1 if settings.antialiasing == 1 else 8
    palette = mixtures(background, fill, 1 << bits)
    totals: list[Totals] = []
    with watch("sample"):
        bands = raster.encode(program, view, _plan(settings, bits=bits), totals, progress=progress)
        texts = metadata(figure, settings, view, inputs) if with_source else {}
        write_bands(stream, Header(view.width, view.height, bits, palette=palette), texts, bands)
    return _rendering(view, sum(totals, Totals()))


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
    from shapecli.pictures.paint import coloured, painted

    watch = watch or Stopwatch()
    view, inputs = _checked(figure, settings)
    if len(figure.layers) * view.width * view.height > LAYERS_AT_LIMIT * (
        settings.limit_pixels or LIMIT_PIXELS
    ):
        raise ShapeError(
            f"{len(figure.layers)} layers of {view.width} x {view.height} pixels are more than the limit",
            hint="choose a smaller --size, or raise --limit-pixels",
        )
    background, fills = _background(figure, settings), [_fill(layer, settings) for layer in figure.layers]
    with watch("compile"):
        machine(notice)
    found: list[Samples] = []
    for number, layer in enumerate(figure.layers):
        with watch("compile"):
            program = program_of(layer, settings, inputs, view.window)
        with watch("sample"):
            share = _part_of(progress, number, len(figure.layers))
            needed = levels or settings.style == "soft" or layer.style.stroke is not None
            plan = _plan(settings, marks=len(figure.layers) > 1)
            field = raster.sample(program, view, plan, progress=_part_of(share, 0, 2)) if needed else None
            cover = raster.cover(program, view, plan, progress=_part_of(share, 1, 2) if needed else share)
            found.append(Samples(cover, field))
    totals = found[0].cover.totals if len(found) == 1 else _union(found)
    if levels:
        return _rendering(view, totals, field=_lowest(view, found))
    with watch("paint"):
        if is_plain(figure, settings):
            image = coloured(
                found[0].cover.shades, mixtures(background, fills[0], 256), view.width, view.height
            )
        else:
            layers = zip(figure.layers, fills, found, strict=True)
            paints = [
                paint for layer, fill, one in layers for paint in _paints(layer, fill, one, settings.style)
            ]
            image = painted(paints, background, view.width, view.height)
    return _rendering(view, totals, image=image)


def prove(
    figure: language.Figure,
    settings: Settings,
    *,
    progress: Progress = silent,
    watch: Stopwatch | None = None,
) -> Proof:
    """How many pixels the bounds of intervals prove to be inside or outside, and bounds of the area.

    Numbers such as 0.1 and pi are taken for what they mean, not for the nearest float64.  Where something
    is undefined counts as outside; a figure of several layers is their union.

    Raises:
        ShapeError: as for `draw`.
    """
    plain = len(figure.layers) == 1
    view, inputs = _checked(figure, settings, streamed=plain)
    plan = _plan(settings, marks=not plain)
    found = []
    with (watch or Stopwatch())("certify"):
        for number, layer in enumerate(figure.layers):
            program = program_of(layer, settings, inputs, view.window)
            share = _part_of(progress, number, len(figure.layers))
            found.append(raster.certify(program, view, plan, progress=share))
    certain = found[0].totals if plain else _certain_of_union(found)
    unit = view.pixel_area / 16
    return Proof(
        certain.inside,
        certain.outside,
        view.width * view.height - certain.inside - certain.outside,
        (certain.lowest * unit * (1 - ROUNDING), certain.highest * unit * (1 + ROUNDING)),
    )


def _certain_of_union(found: Sequence[Certified]) -> Certainty:
    """At least what one layer covers, and at most what all of them do."""
    import numpy as np

    lowest = np.maximum.reduce([np.frombuffer(one.lowest or b"", np.uint8) for one in found])
    highest = np.sum([np.frombuffer(one.highest or b"", np.uint8) for one in found], axis=0, dtype=np.int64)
    highest = np.minimum(highest, 16)
    inside, outside = int(np.count_nonzero(lowest == 16)), int(np.count_nonzero(highest == 0))
    return Certainty(inside, outside, int(lowest.sum(dtype=np.int64)), int(highest.sum()))


@dataclass(frozen=True, eq=False)
class Samples:
    """What is known of one layer: coverage always, levels where they are needed."""

    cover: Cover
    field: "Field | None"


def _checked(
    figure: language.Figure, settings: Settings, *, streamed: bool = False
) -> tuple[View, dict[str, float]]:
    """Where the pixels are, and the inputs.

    Raises:
        ShapeError: a setting is impossible.
    """
    view, inputs = view_of(figure, settings, streamed=streamed), inputs_of(figure, settings)
    if not 1 <= settings.antialiasing <= MOST_ANTIALIASING:
        raise ShapeError(f"1 to {MOST_ANTIALIASING} points on a side of a pixel", option="--aa")
    return view, inputs


def _rendering(
    view: View, totals: Totals, *, image: "Image.Image | None" = None, field: "Field | None" = None
) -> Rendering:
    area = totals.covered / 2**20 * view.pixel_area
    return Rendering(image, field, view, totals.inside, area, totals.undefined)


def _union(found: Sequence[Samples]) -> Totals:
    """The totals of all layers together, from the states of their pixels."""
    import numpy as np

    marks = np.bitwise_or.reduce([np.frombuffer(one.cover.marks or b"", np.uint8) for one in found])
    uncovered = np.ones(marks.size, np.float32)
    for one in found:
        uncovered *= 1 - np.frombuffer(one.cover.shades, np.uint8) / np.float32(255)
    covered = float((1 - uncovered).sum(dtype=np.float64))
    return Totals(
        int(np.count_nonzero(marks & MARK_INSIDE)),
        int(np.count_nonzero(marks & MARK_UNDEFINED)),
        round(covered * 2**20),
    )


def _lowest(view: View, found: Sequence[Samples]) -> "Field":
    """The least level of all layers: that of their union, but for the soft corners."""
    import numpy as np

    fields = [one.field for one in found if one.field]
    return raster.Field(
        np.minimum.reduce([field.level for field in fields]),
        np.logical_or.reduce([field.undefined for field in fields]),
        view,
    )


def _paints(layer: Layer, fill: Rgba, samples: Samples, style: Style) -> "Iterator[Paint]":
    """What a layer puts on the picture: its fill, then its stroke."""
    import numpy as np

    from shapecli.pictures import coverage
    from shapecli.pictures.paint import Paint

    look, field = layer.style, samples.field
    if look.fill or not look.stroke:
        if style == "soft" and field is not None:
            share = coverage.opacity(field.level)
        else:
            shape = samples.cover.view.height, samples.cover.view.width
            share = np.frombuffer(samples.cover.shades, np.uint8).reshape(shape).astype(np.float32)
            share /= 255
        yield Paint(share, fill)
    if look.stroke and field is not None:
        colour = _colour(look.stroke, FILL)
        share = coverage.stroke(field.level, look.stroke_width)
        yield Paint(share, (*colour[:3], round(colour[3] * look.opacity)))


def _background(figure: language.Figure, settings: Settings) -> Rgba:
    """Raises: ShapeError: there is no such colour."""
    return _option_colour("--background", settings.background) or _colour(figure.background, BACKGROUND)


def _fill(layer: Layer, settings: Settings) -> Rgba:
    """Raises: ShapeError: there is no such colour."""
    colour = _option_colour("--fill", settings.fill) or _colour(layer.style.fill, FILL)
    return (*colour[:3], round(colour[3] * layer.style.opacity))


def _colour(colour: Colour | None, default: str) -> Rgba:
    return rgba(colour.text if colour else default)


def _option_colour(option: str, text: str | None) -> Rgba | None:
    if text is None:
        return None
    try:
        return rgba(text)
    except ValueError as problem:
        raise ShapeError(f"unknown colour {text}", option=option, hint=str(problem)) from None


def metadata(
    figure: language.Figure, settings: Settings, view: View, inputs: Mapping[str, float]
) -> dict[str, str]:
    """What a picture carries, so that it can be drawn again."""
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
