"""The same tapes in plain NumPy: a second opinion that shares no arithmetic with the kernels."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shapecli.fields import tape as tapes
from shapecli.fields.ops import EXECUTABLE
from shapecli.fields.tape import Scalar, Tape
from shapecli.notations.writing.forms import filled, form_of
from shapecli.notations.writing.python import NUMPY

Array = NDArray[np.float64]


def notation(numeric: Any) -> Mapping[str, Callable[..., Any]]:
    """What each operation is in a package that has NumPy's functions: what exports to NumPy say."""
    scope: dict[str, Any] = {"np": numeric}
    lines = [*NUMPY.definitions.values(), "notation = {}"]
    for op in EXECUTABLE:
        text = filled(form_of(op, NUMPY).text, "abc")
        lines.append(f"notation[{op.name!r}] = lambda {', '.join('abc'[: op.arity])}: {text}")
    exec("\n".join(lines), scope)  # noqa: S102 - made of our own table; no text of a user's enters
    power = scope["power"]  # of exports, for which 1 to an undefined power is 1
    return scope["notation"] | {"^": lambda a, b: numeric.where(numeric.isnan(b), b, power(a, b))}


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
