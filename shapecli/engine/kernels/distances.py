"""How far pixels are from where a level changes its sign, from the levels around them."""

from typing import Any, Final

from numba import njit

from shapecli.engine.kernels.elementary import FUNCTION, INNER
from shapecli.engine.kernels.job import AROUND
from shapecli.engine.kernels.memory import at

JUMP: Final = 8.0  # times its neighbours, from which a difference of two pixels is a jump
INF: Final = float("inf")


@njit(**FUNCTION)
def distances(level: Any, found: Any, columns: int, rows: int, dx: float, dy: float) -> None:
    """L / |grad L|, negative inside, at all points but those AROUND; as far as can be where it is undefined.

    Args:
        level: float64[rows, columns].
        found: float32[rows - 2 AROUND, columns - 2 AROUND].
        dx, dy: from one point to the next.
    """
    width = columns - 2 * AROUND
    for row in range(rows - 2 * AROUND):
        here, out = at(level, (row + AROUND) * columns + AROUND), at(found, row * width)
        for k in range(width):
            across, down = _steepest(at(here, k), 1) / dx, _steepest(at(here, k), columns) / dy
            larger, smaller = (across, down) if across > down else (down, across)
            ratio = smaller / larger
            distance = here[k] / (larger * (1.0 + ratio * ratio) ** 0.5)
            far = INF if here[k] > 0.0 else -INF
            out[k] = distance if abs(distance) < INF else far


@njit(**INNER)
def _steepest(level: Any, step: int) -> float:
    """The larger of the differences to the points one step before and after; NaN if neither counts."""
    a, b, c, d, e = level[-2 * step], level[-step], level[0], level[step], level[2 * step]
    before, after = abs(c - b), abs(d - c)
    left = _counted(before, abs(b - a), after, b * c)
    right = _counted(after, before, abs(e - d), c * d)
    return _larger(left, right)


@njit(**INNER)
def _counted(difference: float, before: float, after: float, product: float) -> float:
    """A difference, unless it is one across a jump on one side of 0, or to what is infinite: then NaN."""
    jumps = (difference > JUMP * _larger(before, after)) & (product > 0.0)
    return INF - INF if jumps | (difference == INF) else difference


@njit(**INNER)
def _larger(one: float, other: float) -> float:
    """The larger of two numbers, or the one that is not NaN."""
    return one if (one >= other) | (other != other) else other
