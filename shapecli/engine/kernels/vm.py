"""The machine: two interpreters of tapes, one for values and one for intervals.

Their arms are generated from the table of operations when Numba compiles the kernels, once for a
machine and never for a figure.  Every row works on up to POINTS points or on LANES boxes, so that the cost of
decoding it is shared and LLVM turns its loop into vector instructions.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numba import types

from shapecli.engine.kernels.elementary import FAST_IN_BOUNDS, FOR_BOUNDS, FOR_VALUES, GUARDED, Compiler
from shapecli.engine.kernels.job import BLOCK, LANES, POINTS
from shapecli.engine.kernels.memory import BOUNDS, at, read, write_first, write_second, write_third
from shapecli.fields.ops import Op
from shapecli.fields.tape import COLUMNS, INSTRUCTIONS, LOAD, Instruction

_VALUES = """
def values(code, scalars, rows, registers, points):
    points = points & -{block}
    for row in range(rows):
        step = at(code, row * {columns})
        operation = step[0]
        out = at(registers, int64(step[1]) * {points})
        if operation == {load}:
            for k in range(points):
                out[k] = scalars[row]
"""
_VALUE_REGISTER = "            {name} = at(registers, int64(step[{column}]) * {points})\n"
_VALUE_SCALAR = "            scalar = scalars[row]\n"
_VALUE_ARM = """\
        elif operation == {number}:
{decoded}\
            for k in range(points):
                write(out, k, value{number}({values}))
"""

_GUARDED_ARM = """\
        elif operation == {number}:
{decoded}\
            far = 0
            for k in range(points):
                far += (abs(a[k]) > {reach}) & (abs(a[k]) < infinity)
            if far:
                for k in range(points):
                    out[k] = value{number}(a[k]) if abs(a[k]) <= {reach} else slow{number}(a[k])
            else:
                for k in range(points):
                    write(out, k, value{number}(read(a, k)))
"""

_BOUNDS = """
def bounds(code, scalars, uppers, rows, lows, highs, flags, picks, margin, flagged, lanes):
    lanes = lanes & -{lanes}
    for row in range(rows):
        step = at(code, row * {columns})
        operation = step[0]
        place = int64(step[1]) * {lanes}
        lo, hi, un = at(lows, place), at(highs, place), at(flags, place)
        if operation == {load}:
            for k in range(lanes):
                lo[k], hi[k], un[k] = scalars[row], uppers[row], scalars[row] != scalars[row]
"""
_BOUND_REGISTER = """\
            place = int64(step[{column}]) * {lanes}
            {name}l, {name}h, {name}u = at(lows, place), at(highs, place), at(flags, place)
"""
_BOUND_SCALAR = """\
            sl, sh = scalars[row], uppers[row]
            su = sl != sl
"""
_PARTIAL_ARM = """\
        elif operation == {number}:
{decoded}\
            for k in range(lanes):
                low, high, undefined = bound{number}({triples})
                write_low(lo, k, low)
                write_high(hi, k, high)
                write(un, k, undefined)
"""
_BOUND_ARM = """\
        elif operation == {number}:
{decoded}\
            if flagged:
                for k in range(lanes):
                    write(un, k, {flags}{domain})
            for k in range(lanes):
                low, high = bound{number}({pairs})
                write_low(lo, k, low)
                write_high(hi, k, high)
"""
_OTHERS = """\
        else:
            others(
                step, at(scalars, row), at(uppers, row), 1, lows, highs, flags, at(picks, row * {lanes}),
                margin, flagged, lanes,
            )
"""
_CHOICE = """\
            pick = at(picks, row * {lanes})
            for k in range(lanes):
                write(pick, k, choose{number}({pairs}{margin}){certain})
"""
_SLOPES = """
def slopes(code, scalars, rows, registers, gradients, points):
    for back in range(rows):
        row = rows - 1 - back
        step = at(code, row * {columns})
        operation = step[0]
        place = int64(step[1]) * {points}
        out, up = at(registers, place), at(gradients, place)
        if operation == {load}:
            continue
"""
_SLOPE_REGISTER = """\
            place = int64(step[{column}]) * {points}
            {name}, d{name} = at(registers, place), at(gradients, place)
"""
_SLOPE_ARM = """\
        elif operation == {number}:
{decoded}\
            for k in range(points):
                parts = partials{number}(out[k], {values})
{added}"""
COSTLY: Final = 32  # additions; a call more is little beside that
_SIZES: Final = {"load": LOAD, "columns": COLUMNS, "points": POINTS, "block": BLOCK, "lanes": LANES}


def _arm(number: int, form: Instruction, template: str, register: str, scalar: str) -> str:
    """The branch of an interpreter for one form."""
    places = [place for place in range(form.op.arity) if place != form.scalar]
    names = "abc"[: len(places)]
    decoded = "".join(register.format(name=name, column=2 + k, **_SIZES) for k, name in enumerate(names))
    points = [f"read({name}, k)" for name in names]
    pairs = [f"read({name}l, k), read({name}h, k)" for name in names]
    flags = [f"(read({name}u, k) != 0)" for name in names]
    steps = zip(names, places, strict=True)
    added = "".join(f"                d{name}[k] += parts[{place}] * up[k]\n" for name, place in steps)
    if form.scalar is not None:
        decoded += scalar
        points.insert(form.scalar, "scalar")
        pairs.insert(form.scalar, "sl, sh")
        flags.insert(form.scalar, "su")
    return template.format(
        number=number,
        decoded=decoded,
        added=added,
        reach=repr(GUARDED.get(form.op.value, 0.0)) if form.op.value else 0.0,
        values=", ".join(points),
        pairs=", ".join(pairs),
        triples=", ".join(f"{pair}, {flag}" for pair, flag in zip(pairs, flags, strict=True)),
        flags=" | ".join(flags),
        domain=f" | (not domain{number}({', '.join(pairs)}))" if form.op.domain else "",
        margin=", margin" if form.op.fades else "",
        certain="" if form.op.partial else f" if not ({' | '.join(flags)}) else 0",
        **_SIZES,
    )


def _interpreter(
    name: str,
    head: str,
    decoding: tuple[str, str],
    template: Callable[[Op], str],
    rules: tuple[str, ...],
    compiler: Compiler,
    chosen: Callable[[Op], bool] = lambda op: True,
    others: Any = None,
) -> Any:
    """One function with a branch for each form of the operations chosen; `others` takes rows of others."""
    scope: dict[str, Any] = {
        "__name__": __name__, "at": at, "int64": np.int64, "infinity": np.inf, "read": read,
        "write": write_first, "write_low": write_second, "write_high": write_third, "others": others,
    }  # fmt: skip
    lines = [head.format(**_SIZES)]
    for number, form in enumerate(INSTRUCTIONS, start=LOAD + 1):
        if not chosen(form.op):
            continue
        lines.append(_arm(number, form, template(form.op), *decoding))
        for rule in rules:
            if function := getattr(form.op, rule):
                scope[f"{rule}{number}"] = compiler.compiled(function)
                if function in GUARDED:
                    scope[f"slow{number}"] = compiler.as_it_stands(function)
    if others:
        lines.append(_OTHERS.format(**_SIZES))
    exec("".join(lines), scope)  # noqa: S102 - made here from the table; no text of a user's enters
    return scope[name]


def values_function() -> Any:
    """`values(code, scalars, rows, registers, points)`: run a tape on points, a multiple of BLOCK.

    `registers` is float64[registers, POINTS], x and y in the first two.
    """

    def template(op: Op) -> str:
        return _GUARDED_ARM if op.value in GUARDED else _VALUE_ARM

    decoding = (_VALUE_REGISTER, _VALUE_SCALAR)
    return _interpreter("values", _VALUES, decoding, template, ("value",), FOR_VALUES)


def slopes_function() -> Any:
    """`slopes(code, scalars, rows, registers, gradients, points)`: the chain rule, from the last row back.

    After `values` on a tape whose results all have registers of their own.  `gradients`, float64[registers,
    POINTS], holds 1 for the result and 0 for all others, and gets the derivative of the result by each
    level, down to primitives.  Only operations that make levels of levels pass it on.
    """
    decoding, rules = (_SLOPE_REGISTER, _VALUE_SCALAR), ("partials",)
    return _interpreter(
        "slopes", _SLOPES, decoding, lambda _: _SLOPE_ARM, rules, FOR_VALUES, lambda op: op.nonexpansive
    )


def bounds_function(*, rare: bool) -> Any:
    """`bounds(code, scalars, uppers, rows, lows, highs, flags, picks, margin, flagged, lanes)`.

    Run a tape on boxes.  Scalars lie between `scalars` and `uppers`.  `lows` and `highs` are float64 and
    `flags`, whether undefined, int8, [registers, LANES] each; flags are looked at only if `flagged`.
    `picks`, int8[rows, LANES], gets what `choose` says, for rows that have it; `margin` is how far an
    argument must dominate where operations fade.  `lanes` is LANES: LLVM is better not told.

    Args:
        rare: for rows of rare operations, which the other leaves to this one: compiled apart, because that
            can be done at the same time.
    """
    others = None if rare else types.ExternalFunction("shapecli_rare_bounds", BOUNDS)

    def chosen(op: Op) -> bool:
        return rare == (op.cost >= COSTLY and op.value not in FAST_IN_BOUNDS)

    def template(op: Op) -> str:
        return (_PARTIAL_ARM if op.partial else _BOUND_ARM) + _CHOICE * (op.choose is not None)

    decoding, rules = (_BOUND_REGISTER, _BOUND_SCALAR), ("bound", "domain", "choose")
    return _interpreter("bounds", _BOUNDS, decoding, template, rules, FOR_BOUNDS, chosen, others)
