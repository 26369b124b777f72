"""Every region in its colour."""

from typing import TYPE_CHECKING, Final

from shapecli.drawing.styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecli.drawing.drawing import DrawnLayer
    from shapecli.drawing.strips import Brush

SHADOW: Final = (0, 0, 0, 128)


def _region(layer: "DrawnLayer") -> "Iterator[Brush]":
    from shapecli.drawing.strips import coloured, fading, halo, softened

    look, program, fill = layer.look, layer.body.covered, layer.fill_shade or layer.fill
    if shadow := look.shadow:
        share = halo(layer, shadow.width, softened, shadow.dx, shadow.dy)
        yield coloured(share, layer, layer.ink(shadow.colour, SHADOW))
    if glow := look.glow:
        yield coloured(halo(layer, glow.width, fading), layer, layer.ink(glow.colour, fill))
    if look.soft:
        yield coloured(halo(layer, look.soft, softened), layer, fill)
    else:
        yield coloured(lambda strip: strip.shares[program], layer, fill)


STYLE = Style(help="filled", region=_region, paths=True, on_pages=True)
