"""Axes, ticks and a grid around a picture, by matplotlib."""

from typing import Final

import numpy as np

from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.painting.paint import Pixels

DOTS: Final = 100  # pixels to an inch; sizes of letters are in points, 72 to an inch
LEFT, RIGHT, TOP, BOTTOM = 64, 18, 18, 40  # pixels around the picture
TITLE: Final = 26  # more of them above it


def inner_size(size: tuple[int, int], title: str | None) -> tuple[int, int]:
    """What is left for the picture itself.

    Raises:
        ShapeError: nothing is.
    """
    width = size[0] - LEFT - RIGHT
    height = size[1] - TOP - BOTTOM - (TITLE if title else 0)
    if min(width, height) < 1:
        raise ShapeError(f"{size[0]} x {size[1]} is too small for axes", option="size")
    return width, height


def with_axes(pixels: Pixels, window: Window, title: str | None) -> Pixels:
    """A picture with axes around it: uint8[height, width, 3] of the size that `inner_size` was asked for."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height, width = pixels.shape[:2]
    full_width = width + LEFT + RIGHT
    full_height = height + TOP + BOTTOM + (TITLE if title else 0)
    figure = Figure(figsize=(full_width / DOTS, full_height / DOTS), dpi=DOTS)
    canvas = FigureCanvasAgg(figure)
    place = LEFT / full_width, BOTTOM / full_height, width / full_width, height / full_height
    axes = figure.add_axes(place)
    axes.imshow(pixels, extent=window.extent, aspect="auto", interpolation="nearest")
    axes.grid(True, color="#808080", alpha=0.35, linewidth=0.8)
    axes.set_xlabel("x", labelpad=1)
    axes.set_ylabel("y", rotation=0, labelpad=4)
    for line, at in ((axes.axhline, window.y0 < 0 < window.y1), (axes.axvline, window.x0 < 0 < window.x1)):
        if at:
            line(0, color="#404040", alpha=0.6, linewidth=1.0)
    if title:
        axes.set_title(title, parse_math=False)
    canvas.draw()
    framed: Pixels = np.asarray(canvas.buffer_rgba())[..., :3].copy()
    return framed
