"""Drawings to pictures, in memory or in a file that is written while it is drawn; and to levels.

There are several ways to make pixels: the first that can does it.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, Final

from shapecli.base.colours import mixtures
from shapecli.base.defaults import STYLES
from shapecli.base.paper import INCH
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing
from shapecli.drawing.embedded import metadata, told
from shapecli.drawing.measures import Measures, check_layers, measure, measures_of
from shapecli.drawing.styles import style_of
from shapecli.engine import raster
from shapecli.engine.machine import silent
from shapecli.engine.plan import Progress, check_resolution
from shapecli.engine.raster import Totals
from shapecli.engine.view import View
from shapecli.formats.png import Header, deflate_rows, write_bands, write_image

if TYPE_CHECKING:
    from shapecli.base.colours import Rgba
    from shapecli.engine.sampling import Field
    from shapecli.formats.arrays import Image
    from shapecli.painting.paint import Pixels

    Pictured = tuple[Pixels, Measures]
    Texts = Mapping[str, str]


ROWS: Final = 256  # of a margin that are held at a time


@dataclass(frozen=True)
class Watch:
    """Who watches while a picture is made.

    Attributes:
        progress: called with the share that is done.
        seconds: gets how long the stages take.
    """

    progress: Progress = silent
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start


def save(
    drawing: Drawing, stream: BinaryIO, *, with_source: bool = True, watch: Watch | None = None
) -> Measures:
    """Draw into a PNG file.

    Args:
        with_source: whether the file carries what is needed to draw it again.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
        OSError: the stream cannot be written.
    """
    watch = watch or Watch()
    with watch("compile"):
        texts = told(drawing.figure) | metadata(drawing) if with_source else {}
    return _backend_of(drawing).write(drawing, stream, texts, watch)


def draw(drawing: Drawing, *, watch: Watch | None = None) -> "tuple[Image, Measures]":
    """The picture in memory.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
    """
    from shapecli.formats.arrays import image_of

    watch = watch or Watch()
    drawing.check_held()
    pixels, measures = _backend_of(drawing).pixels(drawing, watch)
    with watch("paint"):
        return image_of(pixels), measures


def levels(drawing: Drawing, *, watch: Watch | None = None) -> "tuple[Field, Measures]":
    """The least level of all layers, at every pixel centre: that of their union but for the soft corners.

    Raises:
        ShapeError: as for `draw`; or the figure has curves alone, which have no level.
    """
    import numpy as np

    from shapecli.engine import sampling

    watch = watch or Watch()
    drawing.check_held()
    if not drawing.regions:
        hint = "write <= in place of = for a region"
        raise ShapeError("a curve has no level", source=drawing.figure.source, hint=hint)
    with watch("compile"):
        programs = [layer.level.covered for layer in drawing.regions]
    check_layers(len(programs), drawing.view.width, drawing.view.height)
    with watch("sample"):
        fields = [
            sampling.sample(program, drawing.view, drawing.plan(), progress=watch.progress)
            for program in programs
        ]
        lowest = sampling.Field(
            np.minimum.reduce([field.level for field in fields]),
            np.logical_or.reduce([field.undefined for field in fields]),
            drawing.view,
        )
        return lowest, measure(drawing)


@dataclass(frozen=True)
class Backend:
    """A way to make pixels.

    Attributes:
        can: whether it makes those of a drawing.
        pixels: uint8[height, width, 3 or 4], and what was found out.
        write: draws into a PNG file, which carries some texts, and gives what was found out.
    """

    can: Callable[[Drawing], bool]
    pixels: "Callable[[Drawing, Watch], Pictured]"
    write: "Callable[[Drawing, BinaryIO, Texts, Watch], Measures]"


def _backend_of(drawing: Drawing) -> Backend:
    return next(backend for backend in BACKENDS if backend.can(drawing))


def is_plain(drawing: Drawing) -> bool:
    """Whether a picture has one colour on one other."""
    return (
        drawing.style is style_of(STYLES[0])
        and not drawing.settings.axes
        and not (drawing.paper and drawing.paper.margin)
        and len(drawing.layers) == 1
        and drawing.layers[0].filled
        and drawing.layers[0].is_plain
        and not drawing.ground
        and not drawing.layers[0].stroked
    )


def _plain_pixels(drawing: Drawing, watch: Watch) -> "Pictured":
    from shapecli.painting.paint import coloured

    with watch("compile"):
        program = drawing.layers[0].level.covered
    with watch("sample"):
        cover = raster.cover(program, drawing.view, drawing.plan(), progress=watch.progress)
    with watch("paint"):
        pixels = coloured(cover.shades, _mixtures(drawing, 256), drawing.view.width, drawing.view.height)
        return pixels, measures_of(drawing.view, cover.totals)


def _write_plain(drawing: Drawing, stream: BinaryIO, texts: "Texts", watch: Watch) -> Measures:
    view, totals = drawing.view, list[Totals]()
    with watch("compile"):
        program = drawing.layers[0].level.covered
        bits = 1 if drawing.settings.antialiasing == 1 else 8
        palette = _mixtures(drawing, 1 << bits)
    with watch("sample"):
        bands = raster.encode(program, view, drawing.plan(bits=bits), totals, progress=watch.progress)
        write_bands(
            stream,
            Header(view.width, view.height, bits, palette=palette, density=_density(drawing)),
            texts,
            bands,
        )
    return measures_of(view, sum(totals, Totals()))


def _mixtures(drawing: Drawing, count: int) -> "tuple[Rgba, ...]":
    """The colours by coverage."""
    layer = drawing.layers[0]
    red, green, blue, alpha = layer.fill
    return mixtures(drawing.background, (red, green, blue, round(alpha * layer.opacity)), count)


def _painted_pixels(drawing: Drawing, watch: Watch) -> "Pictured":
    import numpy as np

    from shapecli.drawing.strips import painted_strips

    check_resolution(drawing.view, drawing.settings.antialiasing)
    with watch("sample"):
        strips, totals = zip(*painted_strips(drawing, watch.progress), strict=True)
    with watch("paint"):
        return np.concatenate([*_on_paper(drawing, strips)]), measures_of(drawing.view, sum(totals, Totals()))


def _write_painted(drawing: Drawing, stream: BinaryIO, texts: "Texts", watch: Watch) -> Measures:
    if math.prod(drawing.size) <= drawing.most_held:
        return _write_held(drawing, stream, texts, watch)
    from shapecli.drawing.strips import painted_strips

    totals: list[Totals] = []

    def rows() -> "Iterator[Pixels]":
        for pixels, counted in painted_strips(drawing, watch.progress):
            totals.append(counted)
            yield pixels

    check_resolution(drawing.view, drawing.settings.antialiasing)
    with watch("sample"):
        channels = 3 if drawing.background[3] == 255 else 4
        header = Header(*drawing.size, channels=channels, density=_density(drawing))
        strips = (strip.reshape(len(strip), -1) for strip in _on_paper(drawing, rows()))
        write_bands(stream, header, texts, deflate_rows(header, strips))
    return measures_of(drawing.view, sum(totals, Totals()))


def _density(drawing: Drawing) -> int:
    """Pixels to a metre of paper; 0 without paper."""
    return round(1000 / INCH * drawing.paper.dpi) if drawing.paper else 0


def _on_paper(drawing: Drawing, strips: "Iterable[Pixels]") -> "Iterator[Pixels]":
    """Strips of a picture with the margin of the paper around it, which has the colour of the background."""
    if not (drawing.paper and drawing.paper.margin):
        yield from strips
        return
    import numpy as np

    width, height = drawing.size
    left, top = (width - drawing.view.width) // 2, (height - drawing.view.height) // 2
    colour = np.array(drawing.background[: 3 if drawing.background[3] == 255 else 4], np.uint8)

    def empty(rows: int) -> "Iterator[Pixels]":
        for first in range(0, rows, ROWS):
            yield np.broadcast_to(colour, (min(ROWS, rows - first), width, len(colour)))

    yield from empty(top)
    for strip in strips:
        wide = np.broadcast_to(colour, (len(strip), width, len(colour))).copy()
        wide[:, left : left + drawing.view.width] = strip
        yield wide
    yield from empty(height - top - drawing.view.height)


def _write_held(drawing: Drawing, stream: BinaryIO, texts: "Texts", watch: Watch) -> Measures:
    """A picture that is held in memory, in the smallest form that a PNG has for it."""
    image, measures = draw(drawing, watch=watch)
    with watch("encode"):
        write_image(stream, image, texts, _density(drawing))
    return measures


def _pixels_with_axes(drawing: Drawing, watch: Watch) -> "Pictured":
    from importlib.util import find_spec

    if drawing.paper:
        raise ShapeError("axes are not drawn on paper", option="axes", hint="write <size> 800x600")
    if find_spec("matplotlib") is None:
        hint = "pip install 'shapecli[axes]'"
        raise ShapeError("axes need matplotlib, which is not installed", option="axes", hint=hint)
    from shapecli.formats.axes import inner_size, with_axes

    view, title = drawing.view, drawing.figure.title
    size = inner_size((view.width, view.height), title)
    extent = view.window.extent  # of the whole size, so that it is the same when it is drawn again from it
    inner = drawing.moved(replace(drawing.settings, size=size, window=extent, axes=False))
    pixels, measures = _backend_of(inner).pixels(inner, watch)
    whole = View(inner.view.window, view.width, view.height)
    return with_axes(pixels, inner.view.window, title), replace(measures, view=whole)


BACKENDS: Final = (
    # axes around any other, of the size that is asked for altogether
    Backend(lambda drawing: drawing.settings.axes, _pixels_with_axes, _write_held),
    Backend(is_plain, _plain_pixels, _write_plain),  # whose palette is known before anything is drawn
    Backend(lambda _: True, _painted_pixels, _write_painted),  # layer over layer, in strips
)
