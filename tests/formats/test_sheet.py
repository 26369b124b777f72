"""Sheets: every picture in its cell, in the middle of it, with its name below."""

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image

from shapecli.formats.sheet import LABEL, MARGIN, SIDE, sheet

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)]


def png(size: tuple[int, int], colour: tuple[int, ...], mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    stream = io.BytesIO()
    Image.new(mode, size, colour).save(stream, "png")
    return stream.getvalue()


@pytest.mark.parametrize("columns", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("size", [(SIDE, SIDE), (SIDE, 100), (60, SIDE), (1, 1)])
def test_pictures_stand_in_the_middle_of_their_cells(columns: int, size: tuple[int, int]) -> None:
    """From left to right and from the top down, each whole, with a margin all around."""
    pictures = [(f"{k}", partial(png, size, colour)) for k, colour in enumerate(COLOURS)]
    pixels = np.asarray(sheet(pictures, columns))
    rows = -(-len(COLOURS) // columns)
    across, down = SIDE + MARGIN, SIDE + LABEL + MARGIN
    assert pixels.shape == (rows * down + MARGIN, columns * across + MARGIN, 3)
    for number, colour in enumerate(COLOURS):
        row, column = divmod(number, columns)
        y, x = np.nonzero(np.equal(pixels, colour).all(axis=2))
        left, top = MARGIN + column * across, MARGIN + row * down
        assert len(x) == size[0] * size[1]
        assert (x.min() - left, y.min() - top) == ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2)
        below = pixels[top + SIDE : top + SIDE + LABEL, left : left + SIDE]
        assert below.min() < 128
        assert (below[:, : SIDE // 2 - 20] == 255).all()
        assert (below[:, SIDE // 2 + 20 :] == 255).all()


@pytest.mark.parametrize("name", ["x" * 300, "W" * 40, "a" * 10])
def test_long_names_stay_in_their_cells(name: str) -> None:
    """However long they are; and the paper shows where a picture is clear."""
    pictures = [(name, partial(png, (SIDE, SIDE), (0, 0, 0, 0), "RGBA"))] * 2
    pixels = np.asarray(sheet(pictures, 2))
    ink = np.less(pixels, 200).any(axis=2)
    assert not ink[: MARGIN + SIDE].any()
    columns = np.flatnonzero(ink.any(axis=0))
    first = columns[columns < MARGIN + SIDE]
    assert first.min() >= MARGIN - 1
    gap = np.diff(columns).max()
    assert gap >= MARGIN - 2
    assert len(name) < 40 or first.max() - first.min() > 0.9 * SIDE
