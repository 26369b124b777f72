"""Every region in its colour."""

from typing import TYPE_CHECKING

from shapecli.drawing.styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecli.drawing.drawing import DrawnLayer
    from shapecli.drawing.strips import Brush


def _region(layer: "DrawnLayer") -> "Iterator[Brush]":
    from shapecli.drawing.strips import coloured

    program = layer.level.covered
    yield coloured(lambda strip: strip.shares[program], layer, layer.fill_shade or layer.fill)


STYLE = Style(help="filled", region=_region, paths=True, on_pages=True)
