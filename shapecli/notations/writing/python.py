"""Programs in Python: with the rules of the table themselves and nothing but `math`, or with NumPy."""

import ast
import builtins
import inspect
import keyword
import math
from collections.abc import Iterable
from functools import cache
from typing import Final

from shapecli.fields import rules
from shapecli.fields.ops import OPS
from shapecli.notations.writing.forms import Notation, call, literals
from shapecli.notations.writing.operations import BLENDED, column


def _as_here(name: str) -> str:
    """The rule of the table, by its name; what `math` has, for a lambda of the table."""
    rule: str = getattr(OPS[name].value, "__name__", "")
    if rule in vars(rules):
        return rule
    return f"math.{name}" if hasattr(math, name) else ""


WITH_MATH: Final = column(lambda row: row.python or row.program, _as_here, call, BLENDED)
MATH: Final = Notation(
    forms=WITH_MATH.forms, number=literals("math.inf", "math.nan"), refused=WITH_MATH.refused
)


def math_helpers(operations: Iterable[str]) -> str:
    """The source of the table's rules for some operations, with all that they call."""
    called = (MATH.forms[name].text.partition("(")[0] for name in operations)
    wanted, found = [name for name in called if name in vars(rules)], set[str]()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted.extend(_needs(name))
    constants = [name for name in vars(rules) if name in found and not callable(vars(rules)[name])]
    lines = [f"{name} = {MATH.number(float(vars(rules)[name]))[0]}" for name in constants]
    blocks = [
        inspect.getsource(rule) for name, rule in vars(rules).items() if name in found and callable(rule)
    ]
    return "\n\n".join(["\n".join(lines) + "\n"] * bool(lines) + WITH_MATH.defined(operations) + blocks)


@cache
def _needs(name: str) -> tuple[str, ...]:
    """The names of the module of rules that one of them uses."""
    rule = vars(rules)[name]
    if not callable(rule):
        return ()
    tree = ast.parse(inspect.getsource(rule))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"math"}
    return tuple(sorted(other for other in used if other in vars(rules) and other != name))


WITH_NUMPY: Final = column(lambda row: row.numpy or row.program, "np.{}".format, call, BLENDED)
NUMPY: Final = Notation(
    forms=WITH_NUMPY.forms, number=literals("np.inf", "np.nan"), refused=WITH_NUMPY.refused
)
TAKEN: Final = frozenset(
    {*keyword.kwlist, *dir(builtins), *vars(rules), *WITH_MATH.names(), *WITH_NUMPY.names(), "math", "np"}
    | {"field", "x", "y", "n"}
)


def numpy_helpers(operations: Iterable[str]) -> str:
    """Functions for what NumPy has not, or has with another meaning."""
    return "\n\n".join(WITH_NUMPY.defined(operations))
