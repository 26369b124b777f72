"""The same tapes in plain NumPy: a second opinion that shares no arithmetic with the kernels."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shapecli.engine.view import View
from shapecli.fields import tape as tapes
from shapecli.fields.rules import TINY
from shapecli.fields.tape import Scalar, Tape

Array = NDArray[np.float64]


def _divide(a: Array, b: Array) -> Array:
    return np.where(b != 0, a / b, np.where(a == 0, np.nan, np.sign(a) * np.inf))


def _power(a: Array, b: Array) -> Array:
    result = np.where((a == 0) & (b < 0), np.inf, np.power(a, b))
    return np.where(np.isnan(a) | np.isnan(b), np.nan, result)


def _logarithm(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda a: np.where(a < 0, np.nan, function(np.abs(a)))


def _level(at_zero: float) -> Callable[[Array], Array]:
    return lambda a: np.where(np.isnan(a), np.inf, np.where(a == 0, at_zero, a))


def _xor(a: Array, b: Array) -> Array:
    both_decided = np.isinf(a) & np.isinf(b)
    decided = np.where((a < 0) != (b < 0), -np.inf, np.inf)
    one_decided = np.where(np.isinf(a), np.sign(a) * b, np.sign(b) * a)
    nearer = np.where((a < 0) != (b < 0), -1.0, 1.0) * np.minimum(abs(a), abs(b))
    smooth = nearer + np.log1p(np.exp(-abs(a + b))) - np.log1p(np.exp(-abs(a - b)))
    return np.where(both_decided, decided, np.where(np.isinf(a) | np.isinf(b), one_decided, smooth))


NOTATION: Final[Mapping[str, Callable[..., Any]]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": _divide, "neg": np.negative,
    "square": np.square, "^": _power, "abs": np.abs, "sqrt": np.sqrt, "cbrt": np.cbrt,
    "exp": np.exp, "ln": _logarithm(np.log), "log2": _logarithm(np.log2), "log10": _logarithm(np.log10),
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "atan2": lambda a, b: np.arctan2(a + 0.0, b + 0.0),
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "sign": np.sign, "floor": np.floor,
    "min": np.minimum, "max": np.maximum, "if": lambda c, a, b: np.where(c <= 0, a, b),
    "closed": _level(-TINY), "opened": _level(TINY), "undefined": lambda a: np.isnan(a).astype(float),
    "smooth_max": np.logaddexp, "smooth_min": lambda a, b: -np.logaddexp(-a, -b), "smooth_xor": _xor,
}  # fmt: skip


def run(tape: Tape, inputs: Mapping[str, float], x: Array, y: Array) -> list[Array]:
    """Every output of a tape at points.

    Args:
        inputs: the value of every input but x and y.
        x, y: float64 arrays of one shape, which the outputs have too.
    """

    def constant(scalar: Scalar) -> Array:
        return np.full_like(x, inputs[scalar] if isinstance(scalar, str) else scalar)

    with np.errstate(all="ignore"):
        return tapes.run(tape, x, y, constant, lambda op, arguments: NOTATION[op.name](*arguments))


def sample(tape: Tape, inputs: Mapping[str, float], view: View) -> list[Array]:
    """Every output of a tape at the pixel centres of a view, float64[height, width] each."""
    x, y = np.meshgrid(view.xs(), view.ys())
    return run(tape, inputs, x, y)
