"""Gradient noise once more, with whole numbers and fifty digits."""

from itertools import product
from typing import Any

import mpmath

P, Q = 983, 977


def direction(i: int, j: int, seed: int) -> tuple[Any, Any]:
    """The gradient at a whole point."""
    p, q = (seed + 500) ** 3 % P, (seed + 411) ** 3 % Q
    first = (i + q) ** 3 % Q + (j + q) ** 3 % P
    second = (i + p) ** 3 % P + (j + p) ** 3 % Q
    turns = mpmath.mpf(first**2 % P) / P + mpmath.mpf(second**2 % Q) / Q
    return wave(turns + mpmath.mpf(1) / 4), wave(turns)


def wave(turns: Any) -> Any:
    """The polynomial that stands for a sine."""
    r = turns - mpmath.nint(turns)
    digits = [mpmath.mpf(text) for text in ("6.278", "-15.96", "13.9")]
    return (r - 4 * r**3) * sum(digit * r ** (2 * k) for k, digit in enumerate(digits))


def share(t: Any) -> Any:
    """How much a corner counts that is t away along an axis: an integral of (1 - s^2)^2, from 1 to 0."""
    s = 2 * abs(t) - 1
    return mpmath.mpf(1) / 2 - mpmath.mpf(15) / 16 * (s - 2 * s**3 / 3 + s**5 / 5)


def noise(x: Any, y: Any, seed: Any) -> Any:
    """A sum over the corners of a cell."""
    i, j = int(mpmath.floor(x)), int(mpmath.floor(y))
    total = mpmath.mpf(0)
    for k, m in product((i, i + 1), (j, j + 1)):
        along, up = direction(k, m, int(mpmath.floor(seed)))
        total += share(x - k) * share(y - m) * (along * (x - k) + up * (y - m))
    return mpmath.mpf("1.4137") * total
