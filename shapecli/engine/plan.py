"""How a picture is drawn, and what is refused."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from shapecli.base.defaults import LIMIT_WORK
from shapecli.base.source import ShapeError
from shapecli.engine.kernels.job import CELLS
from shapecli.engine.machine import available_threads
from shapecli.engine.view import View

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Plan:
    """How a picture is drawn.

    Attributes:
        factor: points on a side of a pixel, where the boundary in it is not nearly straight; 1 decides by
            the centre of the pixel alone.
        bits: of a pixel: 8, or 1 for pictures of factor 1.
        marks: whether to tell the states of each pixel.
        threads: how many to use; all cores if None.  The result is the same for any number.
        limit_work: in additions.
        work_before: what the picture has taken of it already.
    """

    factor: int = 1
    bits: int = 8
    marks: bool = False
    threads: int | None = None
    limit_work: float = LIMIT_WORK
    work_before: float = 0.0

    @property
    def points(self) -> int:
        """The factor as it is used: with cells, each gets as many points as the others."""
        return 1 if self.factor == 1 else CELLS * -(-self.factor // CELLS)

    @property
    def most_threads(self) -> int:
        """How many threads may be used."""
        return self.threads or available_threads()

    def stride(self, view: View) -> int:
        """The bytes of a row."""
        return (view.width * self.bits + 7) // 8


@dataclass
class Spent:
    """The work that a picture has taken so far, in additions; whoever works for it adds to that."""

    work: float = 0.0


def check_resolution(view: View, factor: int = 1) -> None:
    """Raises: ShapeError: with `factor` points to a pixel, float64 cannot tell neighbours apart."""
    window = view.window
    largest_x, largest_y = max(abs(window.x0), abs(window.x1)), max(abs(window.y0), abs(window.y1))
    if not (view.dx / factor > 2 * math.ulp(largest_x) and view.dy / factor > 2 * math.ulp(largest_y)):
        hint = "choose a larger <window>, a smaller <size>, or a smaller <antialiasing>"
        raise ShapeError("the window is finer than float64 can tell apart", hint=hint)


def too_much_work(limit: float) -> ShapeError:
    """What is said where a picture takes more additions than the limit."""
    message = f"this picture takes more than the limit of {limit / 1e9:g} billion operations"
    return ShapeError(message, hint="choose a smaller <size> or <antialiasing>, or raise <limit_work>")
