"""Axes around a picture or around curves: where ticks are, and what is written at them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from shapecli.base.window import Window

RIGHT, TOP, BOTTOM = 14, 12, 30  # pixels around what is drawn
LEAST_LEFT, DIGIT = 30, 7.5  # pixels on the left, and more of them for each digit
LONG: Final = 1e5  # from which on numbers are written with powers of ten
RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
APART: Final = 70  # pixels between ticks, at least


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in pixels from the left or the top, and its number."""

    place: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A frame of width x height pixels that shows a window.

    Attributes:
        zero: where the axes cross the frame, in pixels from the left and the top; none outside it.
    """

    window: Window
    width: int
    height: int

    @property
    def margin(self) -> int:
        """Pixels on the left, for the longest label."""
        return max(LEAST_LEFT, round(14 + DIGIT * max((len(tick.label) for tick in self.down), default=0)))

    @property
    def outer(self) -> tuple[int, int]:
        """The size with its labels."""
        return self.width + self.margin + RIGHT, self.height + TOP + BOTTOM

    def left(self, x: float) -> float:
        return (x - self.window.x0) / self.window.width * self.width

    def top(self, y: float) -> float:
        return (self.window.y1 - y) / self.window.height * self.height

    @property
    def across(self) -> list[Tick]:
        """Ticks along x."""
        return list(_ticks(self.window.x0, self.window.x1, self.width / APART, self.left))

    @property
    def down(self) -> list[Tick]:
        """Ticks along y."""
        return list(_ticks(self.window.y0, self.window.y1, self.height / APART * 1.4, self.top))

    @property
    def zero(self) -> tuple[float | None, float | None]:
        window = self.window
        across = self.left(0.0) if window.x0 < 0.0 < window.x1 else None
        return across, self.top(0.0) if window.y0 < 0.0 < window.y1 else None


def _ticks(low: float, high: float, count: float, place_of: Callable[[float], float]) -> Iterator[Tick]:
    """Multiples of 1, 2 or 5 times a power of ten, up to so many."""
    least = (high - low) / max(1.0, count)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        value = number * step
        if max(abs(low), abs(high)) < LONG and digits < 6:
            text = f"{value:.{digits}f}".replace("-", "−")
        else:
            text = with_powers(f"{value:.6g}") if number else "0"
        yield Tick(place_of(value), text)


def with_powers(text: str) -> str:
    """A number as people write it: 1.5·10⁻⁷ for 1.5e-07."""
    mantissa, _, exponent = text.partition("e")
    powers = f"·10{str(int(exponent)).translate(RAISED)}" if exponent else ""
    return mantissa.replace("-", "−") + powers
