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


def notation(numeric: Any) -> Mapping[str, Callable[..., Any]]:
    """What each operation is in a package that has NumPy's functions."""
    where, isnan, isinf, sign = numeric.where, numeric.isnan, numeric.isinf, numeric.sign
    absolute, infinity, undefined = numeric.abs, numeric.inf, numeric.nan

    def divide(a: Any, b: Any) -> Any:
        return where(b != 0, a / b, where(a == 0, undefined, sign(a) * infinity))

    def power(a: Any, b: Any) -> Any:
        result = where((a == 0) & (b < 0), infinity, numeric.power(a, b))
        return where(isnan(a) | isnan(b), undefined, result)

    def logarithm(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda a: where(a < 0, undefined, function(absolute(a)))

    def level(at_zero: float) -> Callable[[Any], Any]:
        return lambda a: where(isnan(a), infinity, where(a == 0, at_zero, a))

    def xor(a: Any, b: Any) -> Any:
        both_decided = isinf(a) & isinf(b)
        decided = where((a < 0) != (b < 0), -infinity, infinity)
        one_decided = where(isinf(a), sign(a) * b, sign(b) * a)
        nearer = where((a < 0) != (b < 0), -1.0, 1.0) * numeric.minimum(absolute(a), absolute(b))
        log1p, exp = numeric.log1p, numeric.exp
        smooth = nearer + log1p(exp(-absolute(a + b))) - log1p(exp(-absolute(a - b)))
        return where(both_decided, decided, where(isinf(a) | isinf(b), one_decided, smooth))

    return {
        "+": numeric.add, "-": numeric.subtract, "*": numeric.multiply, "/": divide, "neg": numeric.negative,
        "square": numeric.square, "^": power, "abs": absolute, "sqrt": numeric.sqrt, "cbrt": numeric.cbrt,
        "exp": numeric.exp, "ln": logarithm(numeric.log), "log2": logarithm(numeric.log2),
        "log10": logarithm(numeric.log10), "sin": numeric.sin, "cos": numeric.cos, "tan": numeric.tan,
        "asin": numeric.arcsin, "acos": numeric.arccos, "atan": numeric.arctan,
        "atan2": lambda a, b: numeric.arctan2(a + 0.0, b + 0.0),
        "sinh": numeric.sinh, "cosh": numeric.cosh, "tanh": numeric.tanh, "sign": sign,
        "floor": numeric.floor, "min": numeric.minimum, "max": numeric.maximum,
        "if": lambda c, a, b: where(c <= 0, a, b),
        "closed": level(-TINY), "opened": level(TINY), "undefined": lambda a: isnan(a) + 0.0,
        "smooth_max": numeric.logaddexp, "smooth_min": lambda a, b: -numeric.logaddexp(-a, -b),
        "smooth_xor": xor,
    }  # fmt: skip


NOTATION: Final = notation(np)


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
