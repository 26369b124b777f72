"""Programs in JavaScript, for pages."""

from collections.abc import Iterable
from typing import Final

from shapecli.fields.ops import EXECUTABLE
from shapecli.notations.writing.forms import BLENDED, SPACED, Notation, call, literals

OF_MATH: Final = frozenset(
    [
        "abs",
        "sqrt",
        "cbrt",
        "exp",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "sign",
        "floor",
    ]
)
HELPERS: Final = {
    "square": "const square = (a) => a * a;",
    "/": "const quotient = (a, b) => b !== 0 ? a / b : a === 0 ? NaN : Math.sign(a) * Infinity;",
    "^": "const power = (a, b) => Number.isNaN(a) ? NaN : a === 0 && b < 0 ? Infinity : Math.pow(a, b);",
    "ln": "const ln = (a) => a > 0 ? Math.log(a) : a === 0 ? -Infinity : NaN;",
    "log2": "const logarithm2 = (a) => a > 0 ? Math.log2(a) : a === 0 ? -Infinity : NaN;",
    "log10": "const logarithm10 = (a) => a > 0 ? Math.log10(a) : a === 0 ? -Infinity : NaN;",
    "atan2": "const angle = (a, b) => Math.atan2(a + 0, b + 0);",
    "min": "const smaller = (a, b) => a <= b || Number.isNaN(a) ? a : b;",
    "max": "const larger = (a, b) => a >= b || Number.isNaN(a) ? a : b;",
    "if": "const select = (c, a, b) => c <= 0 ? a : b;",
    "closed": "const closed = (a) => Number.isNaN(a) ? Infinity : a === 0 ? -5e-324 : a;",
    "opened": "const opened = (a) => Number.isNaN(a) ? Infinity : a === 0 ? 5e-324 : a;",
    "smooth_max": """\
const smooth_max = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(a === b ? 0 : -Math.abs(a - b)));""",
    "smooth_min": """\
const smooth_min = (a, b) => Math.min(a, b) - Math.log1p(Math.exp(a === b ? 0 : -Math.abs(a - b)));""",
    "smooth_xor": """\
const smooth_xor = (a, b) => {
  const size = Math.min(Math.abs(a), Math.abs(b));
  const both = a === -b ? 0 : -Math.abs(a + b), gap = a === b ? 0 : -Math.abs(a - b);
  return ((a < 0) !== (b < 0) ? -size : size) + Math.log1p(Math.exp(both)) - Math.log1p(Math.exp(gap));
};""",
}
NAMES: Final = {
    "/": "quotient", "^": "power", "log2": "logarithm2", "log10": "logarithm10", "atan2": "angle",
    "min": "smaller", "max": "larger", "if": "select",
}  # fmt: skip


def _name(operation: str) -> str:
    return NAMES.get(operation) or (f"Math.{operation}" if operation in OF_MATH else operation)


JAVASCRIPT: Final = Notation(
    forms={
        **{op.name: call(_name(op.name), op.arity) for op in EXECUTABLE if op.name != "undefined"},
        **{name: form for name, form in SPACED.items() if name != "/"},
    },
    number=literals("Infinity", "NaN"),
    refused=BLENDED,
)


def helpers(operations: Iterable[str]) -> str:
    """Functions for what JavaScript has not, or has with another meaning."""
    return "\n".join(text for name, text in HELPERS.items() if name in set(operations))
