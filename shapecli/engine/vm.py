"""The machine: two interpreters of tapes, one for values and one for intervals.

Their arms are generated from the table of operations when Numba compiles the kernels, once for a
machine and never for a figure.  Every instruction works on a strip of points, so that the cost of
decoding it is shared and LLVM turns its loop into vector instructions.
"""

from collections.abc import Callable
from typing import Any

from numba.extending import overload

from shapecli.engine.elementary import compiled
from shapecli.fields.ops import Op
from shapecli.fields.tape import CODES, LOAD


def values(code: Any, scalars: Any, registers: Any, width: int) -> None:
    """Run a tape on the first `width` points of float64[registers, points]."""
    raise NotImplementedError("only for use in kernels")


def bounds(code: Any, scalars: Any, lows: Any, highs: Any, undefined: Any, width: int) -> None:
    """Run a tape on `width` boxes: float64 lows and highs, bool undefined, each [registers, boxes]."""
    raise NotImplementedError("only for use in kernels")


_VALUES = """
def arms(code, scalars, registers, width):
    for row in range(code.shape[0]):
        operation = code[row, 0]
        out = registers[code[row, 1]]
        if operation == {load}:
            out[:width] = scalars[code[row, 2]]
            continue
        a, b, c = registers[code[row, 2]], registers[code[row, 3]], registers[code[row, 4]]
"""
_VALUE_ARM = """\
        {word} operation == {number}:
            for k in range(width):
                out[k] = value{number}({points})
"""

_BOUNDS = """
def arms(code, scalars, lows, highs, undefined, width):
    for row in range(code.shape[0]):
        operation = code[row, 0]
        lo, hi, un = lows[code[row, 1]], highs[code[row, 1]], undefined[code[row, 1]]
        if operation == {load}:
            lo[:width] = scalars[code[row, 2]]
            hi[:width] = scalars[code[row, 2]]
            un[:width] = scalars[code[row, 2]] != scalars[code[row, 2]]
            continue
        al, ah, au = lows[code[row, 2]], highs[code[row, 2]], undefined[code[row, 2]]
        bl, bh, bu = lows[code[row, 3]], highs[code[row, 3]], undefined[code[row, 3]]
        cl, ch, cu = lows[code[row, 4]], highs[code[row, 4]], undefined[code[row, 4]]
"""
_PARTIAL_ARM = """\
        {word} operation == {number}:
            for k in range(width):
                lo[k], hi[k], un[k] = bound{number}({triples})
"""
_BOUND_ARM = """\
        {word} operation == {number}:
            for k in range(width):
                un[k] = {flags} or not domain{number}({pairs})
                lo[k], hi[k] = bound{number}({pairs})
"""


def _arms(head: str, arm: Callable[[Op], str], rules: tuple[str, ...]) -> Any:
    """One function with a branch for every operation of the table."""
    scope: dict[str, Any] = {"__name__": __name__}
    done: dict[Callable[..., Any], Any] = {}
    lines = [head.format(load=LOAD)]
    for op, number in CODES.items():
        names = "abc"[: op.arity]
        lines.append(
            arm(op).format(
                word="if" if len(lines) == 1 else "elif",
                number=number,
                points=", ".join(f"{name}[k]" for name in names),
                pairs=", ".join(f"{name}l[k], {name}h[k]" for name in names),
                triples=", ".join(f"{name}l[k], {name}h[k], {name}u[k]" for name in names),
                flags=" or ".join(f"{name}u[k]" for name in names),
            )
        )
        for rule in rules:
            scope[f"{rule}{number}"] = compiled(getattr(op, rule) or _always, done)
    exec("".join(lines), scope)  # noqa: S102 - made here from the table; no text of a user's enters
    return scope["arms"]


def _always(*ends: float) -> bool:
    return True


@overload(values, strict=False, jit_options={"error_model": "numpy"})
def _values(code: Any, scalars: Any, registers: Any, width: Any) -> Any:
    return _arms(_VALUES, lambda op: _VALUE_ARM, ("value",))


@overload(bounds, strict=False, jit_options={"error_model": "numpy"})
def _bounds(code: Any, scalars: Any, lows: Any, highs: Any, undefined: Any, width: Any) -> Any:
    return _arms(_BOUNDS, lambda op: _PARTIAL_ARM if op.partial else _BOUND_ARM, ("bound", "domain"))
