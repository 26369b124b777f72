"""Programs in Python: with the rules of the table themselves and nothing but `math`, or with NumPy."""

import builtins
import dis
import inspect
import keyword
import math
from collections.abc import Iterable
from typing import Final

from shapecli.fields import rules
from shapecli.fields.ops import OPS
from shapecli.notations.writing.forms import literals
from shapecli.notations.writing.operations import BLENDED, UNREPORTED, column, names_defined


def _as_here(name: str) -> str:
    """The rule of the table, by its name; what `math` has, for a lambda of the table."""
    rule: str = getattr(OPS[name].value, "__name__", "")
    if rule in vars(rules):
        return rule
    return f"math.{name}" if hasattr(math, name) else ""


MATH: Final = column(
    lambda row: row.python or row.program, _as_here, UNREPORTED, literals("math.inf", "math.nan")
)
NUMPY: Final = column(
    lambda row: row.numpy or row.program, "np.{}".format, BLENDED, literals("np.inf", "np.nan")
)
TAKEN: Final = frozenset(
    {*keyword.kwlist, *dir(builtins), *vars(rules), *names_defined(MATH), *names_defined(NUMPY), "math", "np"}
    | {"field", "x", "y", "n"}
)


def math_helpers(operations: Iterable[str]) -> str:
    """The source of the table's rules for some operations, with all that they call."""
    wanted = [MATH.forms[name].text.partition("(")[0] for name in operations]
    needed = set[str]()
    while wanted:
        name = wanted.pop()
        if name in vars(rules).keys() - needed - {"math"}:
            needed.add(name)
            steps = dis.get_instructions(vars(rules)[name]) if callable(vars(rules)[name]) else ()
            wanted.extend(step.argval for step in steps if step.opname == "LOAD_GLOBAL")
    constants, blocks = "", []
    for name, rule in vars(rules).items():
        if name in needed and callable(rule):
            blocks.append(inspect.getsource(rule))
        elif name in needed:
            constants += f"{name} = {MATH.number(float(rule))[0]}\n"
    return "\n\n".join([*filter(None, [constants]), *MATH.defined(operations), *blocks])
