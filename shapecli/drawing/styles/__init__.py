"""Styles: what each puts on a picture. A style is a file of this room, and a name in `STYLES`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from shapecli.base.defaults import STYLES

if TYPE_CHECKING:
    from shapecli.drawing.drawing import Drawing, DrawnLayer
    from shapecli.drawing.strips import Brush


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a figure is painted.

    Attributes:
        help: what it shows, as a part of a sentence.
        ground: the brushes of the whole figure, under all others.
        region: the brushes of a region that is filled.
        outlines: every boundary has a stroke, and not only where the figure asks for one.
        inked: strokes without a colour of their own are black, and not as the fill.
        paths: it can be written as paths: the last brush of `region` fills it, those before lie under it.
        shades: what `region` paints has no edge, and is a picture where it is among paths.
        on_pages: live pages have it.
        own_ground: every place has a colour that means something, so it lies on white, and not on the
            background of a figure that does not ask for the style itself.
        span: the L/n that has the last colour, if nobody asks for one; a film has the same in all frames.
    """

    help: str
    ground: "Callable[[Drawing], Iterable[Brush]] | None" = None
    region: "Callable[[DrawnLayer], Iterable[Brush]] | None" = None
    outlines: bool = False
    inked: bool = False
    paths: bool = False
    shades: bool = False
    on_pages: bool = False
    own_ground: bool = False
    span: "Callable[[Drawing], float] | None" = None


@cache
def style_of(name: str) -> Style:
    """The style of that name, one of STYLES."""
    style: Style = import_module(f"{__name__}.{name}").STYLE
    return style


def styles_that(has: Callable[[Style], bool]) -> tuple[str, ...]:
    """The names of some styles."""
    return tuple(name for name in STYLES if has(style_of(name)))


def about_styles() -> str:
    """One sentence on all of them, and which is the usual one."""
    *most, last = (style_of(name).help for name in STYLES)
    text = f"{'; '.join(most)}; or {last}.  [default: the figure's, or {STYLES[0]}]"
    return text[:1].upper() + text[1:]
