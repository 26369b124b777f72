"""The paper that a picture is on."""

from dataclasses import dataclass

from shapecli.base.paper import INCH, LENGTH_WRITTEN, PAPER_WRITTEN, RESOLUTION, Size, length_of, paper_of
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing.settings import Settings
from shapecli.language.figure import Figure


@dataclass(frozen=True)
class Paper:
    """What a picture is in the middle of.

    Attributes:
        text: how the size is written.
        width, height, margin: in millimetres.
        dpi: pixels to an inch.
    """

    text: str
    width: float
    height: float
    margin: float
    dpi: float

    def pixels(self, length: float) -> float:
        """A length in millimetres, in pixels."""
        return length / INCH * self.dpi

    @property
    def size(self) -> tuple[int, int]:
        """In whole pixels."""
        return max(1, round(self.pixels(self.width))), max(1, round(self.pixels(self.height)))

    @property
    def inner(self) -> tuple[int, int]:
        """What is inside of the margin, likewise."""
        width, height = (self.pixels(side - 2 * self.margin) for side in (self.width, self.height))
        return max(1, round(width)), max(1, round(height))


def paper_around(window: Window, size: Size, figure: Figure, settings: Settings) -> Paper | None:
    """The paper, if the size is one of paper, or so many pixels on the longer side of the figure's own.

    Raises:
        ShapeError: it is none, or its margin leaves nothing; or a picture in pixels has a margin or a dpi.
    """
    text = figure.size if isinstance(size, int) else size
    for option, asked in (("margin", text), ("dpi", size)):
        if getattr(settings, option) is not None and not isinstance(asked, str):
            hint = "give <size> A4, or another size of paper"
            raise ShapeError(f"a picture in pixels has no {option}", option=option, hint=hint)
    if not isinstance(text, str):
        return None
    try:
        option, hint = "size", PAPER_WRITTEN
        sides = paper_of(text)
        option, hint = "margin", LENGTH_WRITTEN
        margin = length_of(figure.margin if settings.margin is None else settings.margin)
    except ValueError as problem:
        raise ShapeError(str(problem), option=option, hint=f"write {hint}") from None
    if len(sides) == 1:
        wide, high = window.width, window.height
        sides = (sides[0] * min(1.0, wide / high), sides[0] * min(1.0, high / wide))
    if 2 * margin >= min(sides):
        message = f"a margin of {margin:g} mm leaves nothing of {sides[0]:.6g} x {sides[1]:.6g} mm"
        raise ShapeError(message, option="margin", hint="choose a smaller margin, or larger paper")
    dpi = size * INCH / max(sides) if isinstance(size, int) else settings.dpi or RESOLUTION
    return Paper(text, sides[0], sides[1], margin, dpi)
