"""Pictures as text for terminals: two pixels to a character, one above the other."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from shapecli.painting.paint import LINEAR, Pixels

UPPER: Final = "▀"
RESET: Final = "\x1b[0m"
SHADES: Final = " .:-=+*#%@"
CUBE: Final = np.array([0, 95, 135, 175, 215, 255])  # the levels of the 6 x 6 x 6 colours of xterm
GREYS: Final = np.arange(8, 248, 10)
FIRST_OF_CUBE, FIRST_GREY = 16, 232
WEIGHTS: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of luminance, in linear light


def half_blocks(pixels: Pixels, colours: int) -> Iterator[str]:
    """Lines of text for uint8[rows, columns, 3], an even number of rows.

    Args:
        colours: 256, or 1 << 24 for all.
    """
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=True):
        parts = []
        last = ""
        for top, bottom in zip(_codes(upper, colours), _codes(lower, colours), strict=True):
            escape = f"\x1b[38;{top};48;{bottom}m"
            parts.append(UPPER if escape == last else escape + UPPER)
            last = escape
        yield "".join(parts) + RESET


def _codes(row: Pixels, colours: int) -> Iterator[str]:
    if colours > 256:
        return (f"2;{red};{green};{blue}" for red, green, blue in row.tolist())
    return (f"5;{number}" for number in _of_256(row).tolist())


def _of_256(row: Pixels) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The nearest of the 240 fixed colours of xterm."""
    wide = row.astype(np.int64)
    steps = np.abs(wide[..., None] - CUBE).argmin(axis=-1)
    grey = np.abs(wide.mean(axis=-1)[:, None] - GREYS).argmin(axis=-1)
    of_cube = ((wide - CUBE[steps]) ** 2).sum(axis=-1)
    of_grey = ((wide - GREYS[grey][:, None]) ** 2).sum(axis=-1)
    numbers: np.ndarray[tuple[int], np.dtype[np.intp]] = np.where(
        of_grey < of_cube, FIRST_GREY + grey, FIRST_OF_CUBE + steps @ np.array([36, 6, 1])
    )
    return numbers


def characters(pixels: Pixels) -> Iterator[str]:
    """Lines of plain characters, denser the more a place differs from the picture's first pixel."""
    light = LINEAR[pixels[..., :3]]
    away = np.abs(light - light[0, 0]) @ WEIGHTS
    pairs = (away[::2] + away[1::2]) / 2
    numbers = np.rint(pairs / max(float(pairs.max()), 1e-6) * (len(SHADES) - 1)).astype(int)
    return ("".join(SHADES[number] for number in row).rstrip() for row in numbers.tolist())
