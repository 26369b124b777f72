"""A figure to a picture: in memory, or in a file that is written while it is drawn."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from shapecli.base.defaults import LIMIT_PIXELS
from shapecli.base.source import ShapeError
from shapecli.drawing.embedded import metadata
from shapecli.drawing.layers import check_layers, program_of, union_of
from shapecli.drawing.settings import Settings, background_of, checked, fill_of, plan_of, view_of
from shapecli.engine import raster, sampling
from shapecli.engine.machine import machine, silent
from shapecli.engine.plan import Progress, check_resolution
from shapecli.engine.raster import Totals
from shapecli.engine.view import View
from shapecli.formats.png import Header, deflate_rows, write_bands, write_image
from shapecli.language.figure import Figure
from shapecli.painting.palette import mixtures

if TYPE_CHECKING:
    from shapecli.base.colours import Rgba
    from shapecli.engine.sampling import Field
    from shapecli.formats.arrays import Image
    from shapecli.painting.paint import Pixels


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

    image: "Image | None"
    field: "Field | None"
    view: View
    inside_pixels: int
    area: float
    undefined_pixels: int


def prepare(notice: Callable[[str], None] = silent) -> None:
    """Load the kernels, or compile them, once for a machine.

    Raises:
        OSError: they cannot be compiled.
    """
    machine(notice)


def is_plain(figure: Figure, settings: Settings) -> bool:
    """Whether a picture has one colour on one other, so that its palette is known before it is drawn."""
    layers = figure.layers
    return (
        settings.style == "fill"
        and not settings.axes
        and len(layers) == 1
        and layers[0].style.stroke is None
        and not layers[0].is_curve
    )


def save(
    figure: Figure,
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
    with watch("compile"):
        view, inputs = checked(figure, settings, streamed=True)
        texts = metadata(figure, settings, view, inputs) if with_source else {}
        machine(notice)
    if is_plain(figure, settings):
        with watch("compile"):
            program = program_of(figure.layers[0], settings, inputs, view.window)
            bits = 1 if settings.antialiasing == 1 else 8
            palette = _mixtures(figure, settings, 1 << bits)
        totals: list[Totals] = []
        with watch("sample"):
            bands = raster.encode(program, view, plan_of(settings, bits=bits), totals, progress=progress)
            write_bands(stream, Header(view.width, view.height, bits, palette=palette), texts, bands)
        return _rendering(view, sum(totals, Totals()))
    if settings.axes or view.width * view.height <= (settings.limit_pixels or LIMIT_PIXELS):
        rendering = draw(figure, settings, notice=notice, progress=progress, watch=watch)
        assert rendering.image is not None
        with watch("encode"):
            write_image(stream, rendering.image, texts)
        return rendering
    found: list[Totals] = []
    with watch("sample"):
        channels = 3 if background_of(figure, settings)[3] == 255 else 4
        header = Header(view.width, view.height, channels=channels)
        strips = (
            pixels.reshape(len(pixels), -1)
            for pixels in _strips(figure, settings, view, inputs, found, progress)
        )
        write_bands(stream, header, texts, deflate_rows(header, strips))
    return _rendering(view, sum(found, Totals()))


def draw(
    figure: Figure,
    settings: Settings,
    *,
    notice: Callable[[str], None] = silent,
    progress: Progress = silent,
    watch: Stopwatch | None = None,
) -> Rendering:
    """The picture of a figure.

    Args:
        notice: called with a sentence when kernels are compiled, once for a machine.
        progress: called with the share that is done.
        watch: told how long the stages take.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
    """
    import numpy as np

    from shapecli.formats.arrays import image_of

    if settings.axes:
        return _draw_with_axes(figure, settings, notice=notice, progress=progress, watch=watch)
    watch = watch or Stopwatch()
    with watch("compile"):
        view, inputs = checked(figure, settings)
        machine(notice)
    if is_plain(figure, settings):
        from shapecli.painting.paint import coloured

        with watch("compile"):
            program = program_of(figure.layers[0], settings, inputs, view.window)
        with watch("sample"):
            cover = raster.cover(program, view, plan_of(settings), progress=progress)
        with watch("paint"):
            pixels = coloured(cover.shades, _mixtures(figure, settings, 256), view.width, view.height)
        return _rendering(view, cover.totals, image=image_of(pixels))
    totals: list[Totals] = []
    with watch("sample"):
        strips = list(_strips(figure, settings, view, inputs, totals, progress))
    with watch("paint"):
        image = image_of(np.concatenate(strips))
    return _rendering(view, sum(totals, Totals()), image=image)


def _draw_with_axes(figure: Figure, settings: Settings, **others: Any) -> Rendering:
    """A picture with axes around it, of the size that is asked for altogether.

    Raises:
        ShapeError: it is too small for that, or what draws axes is not installed.
    """
    from importlib.util import find_spec

    import numpy as np

    from shapecli.formats.arrays import image_of
    from shapecli.formats.axes import inner_size, with_axes

    if find_spec("matplotlib") is None:
        hint = "pip install 'shapecli[axes]'"
        raise ShapeError("axes need matplotlib, which is not installed", option="--axes", hint=hint)
    view = view_of(figure, settings)
    try:
        size = inner_size((view.width, view.height), figure.title)
    except ValueError as problem:
        raise ShapeError(f"{view.width} x {view.height} is {problem}", option="--size") from None
    window = view.window  # of the whole size, so that a picture that is drawn again from it is the same
    corners = window.x0, window.x1, window.y0, window.y1
    inner = draw(figure, replace(settings, size=size, window=corners, axes=False), **others)
    assert inner.image is not None
    pixels = with_axes(np.asarray(inner.image), inner.view.window, figure.title)
    whole = View(inner.view.window, view.width, view.height)
    return replace(inner, image=image_of(pixels), view=whole)


def levels(
    figure: Figure,
    settings: Settings,
    *,
    notice: Callable[[str], None] = silent,
    progress: Progress = silent,
    watch: Stopwatch | None = None,
) -> Rendering:
    """The least level of all layers, at every pixel centre: that of their union but for the soft corners.

    Raises:
        ShapeError: as for `draw`; or the figure has curves alone, which have no level.
    """
    import numpy as np

    watch = watch or Stopwatch()
    view, inputs = checked(figure, settings)
    regions = [layer for layer in figure.layers if not layer.is_curve]
    if not regions:
        hint = "write <= in place of = for a region"
        raise ShapeError("a curve has no level", source=figure.source, hint=hint)
    with watch("compile"):
        machine(notice)
        programs = [program_of(layer, settings, inputs, view.window) for layer in regions]
    plan = plan_of(settings, marks=len(programs) > 1)
    check_layers(len(programs), view, view.height)
    with watch("sample"):
        fields = [sampling.sample(program, view, plan, progress=progress) for program in programs]
        totals = union_of([raster.cover(program, view, plan) for program in programs])
        lowest = sampling.Field(
            np.minimum.reduce([field.level for field in fields]),
            np.logical_or.reduce([field.undefined for field in fields]),
            view,
        )
    return _rendering(view, totals, field=lowest)


def measure(figure: Figure, settings: Settings) -> Rendering:
    """What `draw` finds out about a figure, without the picture.

    Raises:
        ShapeError: as for `draw`.
    """
    view, inputs = checked(figure, settings)
    programs = [
        program_of(layer, settings, inputs, view.window) for layer in figure.layers if not layer.is_curve
    ]
    check_layers(len(programs), view, view.height)
    plan = plan_of(settings, marks=len(programs) > 1)
    return _rendering(view, union_of([raster.cover(program, view, plan) for program in programs]))


def _strips(
    figure: Figure,
    settings: Settings,
    view: View,
    inputs: dict[str, float],
    totals: list[Totals],
    progress: Progress,
) -> "Iterator[Pixels]":
    """The picture from the top down; the totals of each strip are added to `totals`."""
    from shapecli.drawing.scene import scene_of
    from shapecli.drawing.styles import painted_strips

    check_resolution(view, settings.antialiasing)
    for pixels, found in painted_strips(scene_of(figure, settings, view, inputs), progress):
        totals.append(found)
        yield pixels


def _mixtures(figure: Figure, settings: Settings, count: int) -> "tuple[Rgba, ...]":
    """The colours of a plain picture, by coverage."""
    layer = figure.layers[0]
    red, green, blue, alpha = fill_of(layer, settings)
    fill = red, green, blue, round(alpha * layer.style.opacity)
    return mixtures(background_of(figure, settings), fill, count)


def _rendering(
    view: View, totals: Totals, *, image: "Image | None" = None, field: "Field | None" = None
) -> Rendering:
    area = totals.covered / 2**20 * view.pixel_area
    return Rendering(image, field, view, totals.inside, area, totals.undefined)
