"""Texts to figures, and figures to pictures: the public API."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import Source, decode, read, reader_beside
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.embedded import from_picture
from shapecli.drawing.picture import draw, levels, save
from shapecli.drawing.settings import Settings
from shapecli.language import figure as language
from shapecli.language.names import Reader
from shapecli.language.resolve import read_figure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["Figure", "Settings", "load", "open_figure", "parse", "read_stream"]

STARTS_OF_PICTURES: Final = (b"\x89PNG", b"<?xml", b"<svg")


class Figure(language.Figure):
    """A figure that can draw itself; made by `load` and `parse`."""

    @classmethod
    def of(cls, figure: language.Figure) -> "Figure":
        """A figure with these methods."""
        return cls(**vars(figure))

    def render(self, **settings: Any) -> "Image.Image":
        """A picture of the figure.

        Args:
            settings: any attribute of `Settings`, such as size=800 or sharpness=20.

        Raises:
            ShapeError: a setting is impossible, or the picture is larger than the limits.
        """
        return draw(drawing_of(self, Settings(**settings)))[0]

    def field(self, **settings: Any) -> "NDArray[np.float64]":
        """The level L = ln u at every pixel centre: float64[height, width], row 0 at the top.

        A point is inside where L <= 0; of several layers, the least level.  Arguments and errors
        are those of `render`.
        """
        return levels(drawing_of(self, Settings(**settings)))[0].level

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        stream = io.BytesIO()
        save(drawing_of(self, Settings(size=512)), stream)
        return stream.getvalue()


def load(path: str | Path, *, limit_operations: int = LIMIT_OPERATIONS) -> Figure:
    """The figure in a file, which may be a picture that shapecli made.

    Raises:
        ShapeError: the file has mistakes; the message shows where.
        OSError: the file cannot be read.
    """
    return open_figure(path, limit_operations=limit_operations)[0]


def parse(
    text: str | Source, *, limit_operations: int = LIMIT_OPERATIONS, reader: Reader | None = None
) -> Figure:
    """The figure that the statements of a text describe.

    Args:
        reader: gives the texts of files that it uses, which it may not if there is none.

    Raises:
        ShapeError: the text has mistakes; the message shows where.
    """
    source = text if isinstance(text, Source) else decode("figure", text.encode("utf-8", "surrogatepass"))
    return Figure.of(read_figure(source, limit_operations, reader))


def open_figure(path: str | Path, *, limit_operations: int = LIMIT_OPERATIONS) -> tuple[Figure, Settings]:
    """The figure in a text file, or in a PNG or SVG that shapecli made, with the settings that drew it.

    Raises:
        ShapeError: it has mistakes, or carries no figure.
        OSError: the file cannot be read.
    """
    with Path(path).open("rb") as stream:
        return read_stream(str(path), stream, reader_beside(Path(path), limit_operations), limit_operations)


def read_stream(
    name: str, stream: io.BufferedReader, reader: Reader | None, limit_operations: int
) -> tuple[Figure, Settings]:
    """The figure in an open file, or a pipe, with the settings that drew it."""
    if stream.peek(1).lstrip().startswith(STARTS_OF_PICTURES):
        figure, settings = from_picture(name, stream, limit_operations)
        return Figure.of(figure), settings
    source = read(name, stream, limit_operations)
    return parse(source, limit_operations=limit_operations, reader=reader), Settings()
