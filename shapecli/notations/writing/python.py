"""Programs in Python: with the rules of the table themselves and nothing but `math`, or with NumPy."""

import ast
import builtins
import inspect
import keyword
from collections.abc import Iterable
from functools import cache
from types import FunctionType
from typing import Final

from shapecli.fields import rules
from shapecli.fields.ops import EXECUTABLE, Op
from shapecli.notations.writing.forms import ATOM, BLENDED, SPACED, SUM, Form, Notation, call, literals

SAME: Final = {"abs": "abs", "atan": "math.atan", "tanh": "math.tanh"}  # as Python has them


def _form(op: Op) -> Form:
    if op.name in SPACED and op.name != "/":
        return SPACED[op.name]
    if op.name in SAME:
        return call(SAME[op.name], op.arity)
    assert isinstance(op.value, FunctionType)
    return call(op.name if op.value.__name__ == "<lambda>" else op.value.__name__, op.arity)


MATH: Final = Notation(
    forms={op.name: _form(op) for op in EXECUTABLE if op.name != "undefined"},
    number=literals("math.inf", "math.nan"),
    refused=BLENDED,
)
RULES: Final = {
    op.name: op.value.__name__
    for op in EXECUTABLE
    if isinstance(op.value, FunctionType) and op.value.__name__ != "<lambda>"
}


def math_helpers(operations: Iterable[str]) -> str:
    """The source of the table's rules for some operations, with all that they call."""
    wanted, found = [RULES[name] for name in operations if name in RULES], set[str]()
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
    square = ["def square(a: float) -> float:\n    return a * a\n"] if "square" in operations else []
    return "\n\n".join(["\n".join(lines) + "\n"] * bool(lines) + square + blocks)


@cache
def _needs(name: str) -> tuple[str, ...]:
    """The names of the module of rules that one of them uses."""
    rule = vars(rules)[name]
    if not callable(rule):
        return ()
    tree = ast.parse(inspect.getsource(rule))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"math"}
    return tuple(sorted(other for other in used if other in vars(rules) and other != name))


NUMPY_FUNCTIONS: Final = {
    "square": "np.square({0})", "abs": "np.abs({0})", "sqrt": "np.sqrt({0})",
    "cbrt": "np.cbrt({0})", "exp": "np.exp({0})", "ln": "np.log({0})", "log2": "np.log2({0})",
    "log10": "np.log10({0})", "sin": "np.sin({0})", "cos": "np.cos({0})", "tan": "np.tan({0})",
    "asin": "np.arcsin({0})", "acos": "np.arccos({0})", "atan": "np.arctan({0})",
    "atan2": "np.arctan2({0} + 0.0, {1} + 0.0)", "sinh": "np.sinh({0})", "cosh": "np.cosh({0})",
    "tanh": "np.tanh({0})", "sign": "np.sign({0})", "floor": "np.floor({0})",
    "min": "np.minimum({0}, {1})", "max": "np.maximum({0}, {1})", "if": "np.where({0} <= 0.0, {1}, {2})",
    "/": "divide({0}, {1})", "^": "power({0}, {1})", "closed": "closed({0})", "opened": "opened({0})",
    "smooth_max": "np.logaddexp({0}, {1})", "smooth_min": "smooth_min({0}, {1})",
    "smooth_xor": "smooth_xor({0}, {1})",
}  # fmt: skip
NUMPY_HELPERS: Final = {
    "/": '''\
def divide(a, b):
    """a / b; infinite with the sign of a where b is 0, undefined if both are."""
    return np.where(b != 0, a / np.where(b != 0, b, 1.0), np.where(a == 0, np.nan, np.sign(a) * np.inf))
''',
    "^": '''\
def power(a, b):
    """a to the power of b; infinite for 0 to a negative power."""
    return np.where((a == 0) & (b < 0), np.inf, np.where(np.isnan(a), np.nan, np.power(a, b)))
''',
    "closed": '''\
def closed(a):
    """The level of f <= g: the boundary is inside, and what is undefined outside."""
    return np.where(np.isnan(a), np.inf, np.where(a == 0, -5e-324, a))
''',
    "opened": '''\
def opened(a):
    """The level of f < g: the boundary is outside, and so is what is undefined."""
    return np.where(np.isnan(a), np.inf, np.where(a == 0, 5e-324, a))
''',
    "smooth_min": '''\
def smooth_min(a, b):
    """-LSE(-a, -b)."""
    return -np.logaddexp(-a, -b)
''',
    "smooth_xor": '''\
def smooth_xor(a, b):
    """LSE(0, a + b) - LSE(a, b)."""
    size = np.minimum(np.abs(a), np.abs(b))
    both, gap = np.where(a == -b, 0.0, np.abs(a + b)), np.where(a == b, 0.0, np.abs(a - b))
    return np.where((a < 0) != (b < 0), -size, size) + np.log1p(np.exp(-both)) - np.log1p(np.exp(-gap))
''',
}

TAKEN: Final = frozenset(
    [*keyword.kwlist, *dir(builtins), *vars(rules), "math", "np", "field", "x", "y", "n", "square"]
    + [text.split()[1].split("(")[0] for text in NUMPY_HELPERS.values()]
)
NUMPY: Final = Notation(
    forms={
        **SPACED,
        **{name: Form(text, ATOM, (SUM, SUM)) for name, text in NUMPY_FUNCTIONS.items()},
    },
    number=literals("np.inf", "np.nan"),
    refused=BLENDED,
)


def numpy_helpers(operations: Iterable[str]) -> str:
    """Functions for what NumPy has not, or has with another meaning."""
    return "\n\n".join(text for name, text in NUMPY_HELPERS.items() if name in set(operations))
