"""Rectangles of the plane."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A rectangle of the plane, x0 < x1 and y0 < y1."""

    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """x0, x1, y0, y1: as settings have it, and JSON."""
        return self.x0, self.x1, self.y0, self.y1

    def problem(self) -> str | None:
        """What is wrong with it, or None."""
        if not all(map(math.isfinite, (*self.extent, self.width, self.height))):
            return "a window needs finite numbers"
        if self.x0 == self.x1 or self.y0 == self.y1:
            return "the window is empty"
        if self.x0 > self.x1 or self.y0 > self.y1:
            return "the window is reversed: the smaller number comes first"
        return None

    def widened(self, width: int, height: int) -> "Window":
        """The smallest window around this one, with the same centre, in the shape width : height."""
        ratio = width / height
        if math.isclose(self.width, self.height * ratio, rel_tol=1e-12):
            return self
        if self.width < self.height * ratio:
            margin = (self.height * ratio - self.width) / 2
            return Window(self.x0 - margin, self.x1 + margin, self.y0, self.y1)
        margin = (self.width / ratio - self.height) / 2
        return Window(self.x0, self.x1, self.y0 - margin, self.y1 + margin)


WINDOW = Window(-2.0, 2.0, -2.0, 2.0)
