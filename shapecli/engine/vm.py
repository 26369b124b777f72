"""The machine: two interpreters of tapes, one for values and one for intervals.

Their arms are generated from the table of operations when Numba compiles the kernels, once for a
machine and never for a figure.  Every row works on POINTS points or LANES boxes, so that the cost of
decoding it is shared and LLVM turns its loop into vector instructions.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from shapecli.engine.elementary import GUARDED, Compiler, for_bounds, for_values
from shapecli.engine.job import LANES, POINTS
from shapecli.engine.memory import at
from shapecli.fields.tape import COLUMNS, FORMS, LOAD, Form

_VALUES = """
def values(code, scalars, rows, registers):
    for row in range(rows):
        step = at(code, row * {columns})
        operation, scalar = step[0], scalars[row]
        out = at(registers, int64(step[1]) * {width})
        a = at(registers, int64(step[2]) * {width})
        b = at(registers, int64(step[3]) * {width})
        c = at(registers, int64(step[4]) * {width})
        if operation == {load}:
            for k in range({width}):
                out[k] = scalar
"""
_VALUE_ARM = """\
        elif operation == {number}:
            for k in range({width}):
                out[k] = value{number}({points})
"""

_GUARDED_ARM = """\
        elif operation == {number}:
            far = 0
            for k in range({width}):
                far += (abs(a[k]) > {reach}) & (abs(a[k]) < infinity)
            if far:
                for k in range({width}):
                    out[k] = value{number}(a[k]) if abs(a[k]) <= {reach} else slow{number}(a[k])
            else:
                for k in range({width}):
                    out[k] = value{number}(a[k])
"""

_BOUNDS = """
def bounds(code, scalars, uppers, rows, lows, highs, flags, picks, margin):
    for row in range(rows):
        step = at(code, row * {columns})
        operation, sl, sh, pick = step[0], scalars[row], uppers[row], at(picks, row * {width})
        su = sl != sl
        place = int64(step[1]) * {width}
        lo, hi, un = at(lows, place), at(highs, place), at(flags, place)
        place = int64(step[2]) * {width}
        al, ah, au = at(lows, place), at(highs, place), at(flags, place)
        place = int64(step[3]) * {width}
        bl, bh, bu = at(lows, place), at(highs, place), at(flags, place)
        place = int64(step[4]) * {width}
        cl, ch, cu = at(lows, place), at(highs, place), at(flags, place)
        if operation == {load}:
            for k in range({width}):
                lo[k], hi[k], un[k] = sl, sh, su
"""
_PARTIAL_ARM = """\
        elif operation == {number}:
            for k in range({width}):
                lo[k], hi[k], un[k] = bound{number}({triples})
"""
_BOUND_ARM = """\
        elif operation == {number}:
            for k in range({width}):
                un[k] = {flags}{domain}
                lo[k], hi[k] = bound{number}({pairs})
"""
_CHOICE = """\
            for k in range({width}):
                pick[k] = choose{number}({pairs}{margin}){certain}
"""


def _arm(number: int, form: Form, template: str, width: int) -> str:
    """The branch of an interpreter for one form."""
    names = iter("abc")
    points, pairs, triples, flags = [], [], [], []
    for place in range(form.op.arity):
        if place == form.scalar:
            points.append("scalar")
            pairs.append("sl, sh")
            triples.append("sl, sh, su")
            flags.append("su")
        else:
            name = next(names)
            points.append(f"{name}[k]")
            pairs.append(f"{name}l[k], {name}h[k]")
            triples.append(f"{name}l[k], {name}h[k], {name}u[k] != 0")
            flags.append(f"({name}u[k] != 0)")
    return template.format(
        number=number,
        width=width,
        reach=repr(GUARDED.get(form.op.value, 0.0)) if form.op.value else 0.0,
        points=", ".join(points),
        pairs=", ".join(pairs),
        triples=", ".join(triples),
        flags=" | ".join(flags),
        domain=f" | (not domain{number}({', '.join(pairs)}))" if form.op.domain else "",
        margin=", margin" if form.op.fades else "",
        certain="" if form.op.partial else f" if not ({' | '.join(flags)}) else 0",
    )


def _interpreter(
    name: str,
    head: str,
    width: int,
    template: Callable[[Form], str],
    rules: tuple[str, ...],
    compiler: Compiler,
) -> Any:
    """One function with a branch for every form of the table."""
    scope: dict[str, Any] = {"__name__": __name__, "at": at, "int64": np.int64, "infinity": np.inf}
    lines = [head.format(load=LOAD, columns=COLUMNS, width=width)]
    for number, form in enumerate(FORMS, start=LOAD + 1):
        lines.append(_arm(number, form, template(form), width))
        for rule in rules:
            if function := getattr(form.op, rule):
                scope[f"{rule}{number}"] = compiler.compiled(function)
                if function in GUARDED:
                    scope[f"slow{number}"] = compiler.as_it_stands(function)
    exec("".join(lines), scope)  # noqa: S102 - made here from the table; no text of a user's enters
    return scope[name]


def values_function() -> Any:
    """`values(code, scalars, rows, registers)`: run a tape on POINTS points.

    `registers` is float64[registers, POINTS], x and y in the first two.
    """

    def template(form: Form) -> str:
        return _GUARDED_ARM if form.op.value in GUARDED else _VALUE_ARM

    return _interpreter("values", _VALUES, POINTS, template, ("value",), for_values())


def bounds_function() -> Any:
    """`bounds(code, scalars, uppers, rows, lows, highs, flags, picks, margin)`: run a tape on LANES boxes.

    Scalars lie between `scalars` and `uppers`.  `lows` and `highs` are float64 and `flags`, whether
    undefined, int8, [registers, LANES] each.  `picks`, int8[rows, LANES], gets what `choose` says, for
    rows that have it; `margin` is how far an argument must dominate where operations fade.
    """

    def template(form: Form) -> str:
        arm = _PARTIAL_ARM if form.op.partial else _BOUND_ARM
        return arm + _CHOICE if form.op.choose else arm

    return _interpreter("bounds", _BOUNDS, LANES, template, ("bound", "domain", "choose"), for_bounds())
