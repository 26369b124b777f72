"""Every region in its colour."""

from typing import TYPE_CHECKING

from shapecli.drawing.styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecli.drawing.drawing import DrawnLayer
    from shapecli.drawing.strips import Brush


def _region(layer: "DrawnLayer") -> "Iterator[Brush]":
    from shapecli.painting.paint import Paint

    program, colour = layer.level.covered, layer.fill
    yield lambda strip: Paint(strip.shares[program], colour, layer.opacity)


STYLE = Style(help="filled", region=_region, paths=True, on_pages=True)
