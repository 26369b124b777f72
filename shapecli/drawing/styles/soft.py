"""Every region with the opacity that its boundary value gives."""

from typing import TYPE_CHECKING

from shapecli.drawing.styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecli.drawing.drawing import DrawnLayer
    from shapecli.drawing.strips import Brush


def _region(layer: "DrawnLayer") -> "Iterator[Brush]":
    from shapecli.drawing.strips import least_level
    from shapecli.painting.paint import Paint, opacity

    level, colour = least_level([layer]), layer.fill
    yield lambda strip: Paint(opacity(level(strip.rows)), colour, layer.opacity)


STYLE = Style(help="with the opacity 1/(1 + u)", region=_region, paths=True, shades=True, on_pages=True)
