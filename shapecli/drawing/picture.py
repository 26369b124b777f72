"""Drawings to pictures, in memory or in a file that is written while it is drawn; and to levels."""

from typing import TYPE_CHECKING, BinaryIO

from shapecli.base.source import ShapeError
from shapecli.drawing.backends import Watch, backend_of
from shapecli.drawing.drawing import Drawing
from shapecli.drawing.embedded import metadata
from shapecli.drawing.measures import Measures, check_layers, measure

if TYPE_CHECKING:
    from shapecli.engine.sampling import Field
    from shapecli.formats.arrays import Image


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
        texts = metadata(drawing) if with_source else {}
    return backend_of(drawing).write(drawing, stream, texts, watch)


def draw(drawing: Drawing) -> "tuple[Image, Measures]":
    """The picture in memory.

    Raises:
        ShapeError: a setting is impossible, or the picture is larger than the limits.
    """
    from shapecli.formats.arrays import image_of

    drawing.check_held()
    pixels, measures = backend_of(drawing).pixels(drawing, Watch())
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
