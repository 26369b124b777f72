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
from shapecli.notations.writing.forms import call, literals
from shapecli.notations.writing.operations import BLENDED, UNREPORTED, column, names_defined


def _as_here(name: str) -> str:
    """The rule of the table, by its name; what `math` has, for a lambda of the table."""
    rule: str = getattr(OPS[name].value, "__name__", "")
    if rule in vars(rules):
        return rule
    return f"math.{name}" if hasattr(math, name) else ""


MATH: Final = column(
    lambda row: row.python or row.program, _as_here, call, UNREPORTED, literals("math.inf", "math.nan")
)
NUMPY: Final = column(
    lambda row: row.numpy or row.program, "np.{}".format, call, BLENDED, literals("np.inf", "np.nan")
)
TAKEN: Final = frozenset(
    {*keyword.kwlist, *dir(builtins), *vars(rules), *names_defined(MATH), *names_defined(NUMPY), "math", "np"}
    | {"field", "x", "y", "n"}
)


def math_helpers(operations: Iterable[str]) -> str:
    """The source of the table's rules for some operations, with all that they call."""
    called = (MATH.forms[name].text.partition("(")[0] for name in operations)
    wanted, needed = [name for name in called if name in vars(rules)], set[str]()
    while wanted:
        name = wanted.pop()
        if name not in needed:
            needed.add(name)
            wanted.extend(_needs(name))
    constants, blocks = "", []
    for name, rule in vars(rules).items():
        if name in needed and callable(rule):
            blocks.append(inspect.getsource(rule))
        elif name in needed:
            constants += f"{name} = {MATH.number(float(rule))[0]}\n"
    return "\n\n".join([*filter(None, [constants]), *MATH.defined(operations), *blocks])


@cache
def _needs(name: str) -> tuple[str, ...]:
    """The names of the module of rules that one of them uses."""
    rule = vars(rules)[name]
    if not callable(rule):
        return ()
    tree = ast.parse(inspect.getsource(rule))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"math"}
    return tuple(sorted(other for other in used if other in vars(rules) and other != name))


def numpy_helpers(operations: Iterable[str]) -> str:
    """Functions for what NumPy has not, or has with another meaning."""
    return "\n\n".join(NUMPY.defined(operations))
