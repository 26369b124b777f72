"""Colour names and notations to numbers."""

import difflib

from PIL import ImageColor

Rgba = tuple[int, int, int, int]


def rgba(text: str) -> Rgba:
    """A CSS colour name, `#rgb`, `#rrggbb`, `rgb(...)` or `transparent`, as 0 .. 255 each.

    Raises:
        ValueError: with a hint as its only argument, empty if there is none.
    """
    if text.strip().lower() == "transparent":
        return 0, 0, 0, 0
    try:
        channels = ImageColor.getrgb(text.strip())
    except ValueError:
        close = difflib.get_close_matches(text.lower(), ImageColor.colormap, 1)
        raise ValueError(f"did you mean {close[0]}?" if close else 'a CSS name or "#rrggbb"') from None
    return (*channels[:3], channels[3] if len(channels) == 4 else 255)
