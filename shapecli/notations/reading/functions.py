"""Functions of Desmos in terms of ours, and what has no meaning here."""

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shapecli.base.source import Source, Span
from shapecli.language.parse import parse_figure
from shapecli.language.syntax import Apply, Expression, Let, Name
from shapecli.notations.reading.trees import apply, moved, number

SAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "ln", "exp", "abs", "floor")},
        **{name: name for name in ("ceil", "round", "mod", "min", "max", "hypot", "sign", "sqrt", "cbrt")},
        "sgn": "sign", "signum": "sign",
        **{f"{arc}{name}": f"a{name}" for arc in ("arc", "a") for name in ("sin", "cos", "tan")},
        **{f"{arc}{name}h": f"arc{name}h" for arc in ("arc", "ar", "a") for name in ("sin", "cos", "tan")},
    }
)  # fmt: skip
RECIPROCALS: Final = MappingProxyType(
    {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
)
# What is the inverse of 1/f: the inverse of f at 1/t.
OF_RECIPROCALS: Final = MappingProxyType(
    {
        **{f"{arc}{name}": f"a{RECIPROCALS[name]}" for arc in ("arc", "a") for name in ("sec", "csc")},
        **{f"{arc}{name}": f"arc{RECIPROCALS[name]}" for arc in ("arc", "ar", "a")
           for name in ("sech", "csch", "coth")},
    }
)  # fmt: skip
OTHERS: Final = frozenset({"log", "arccot", "acot"})
NAMES: Final = frozenset({*SAME, *RECIPROCALS, *OF_RECIPROCALS, *OTHERS})
INVERTIBLE: Final = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh", *RECIPROCALS})

# Definitions that are put in front of a figure that needs them.
HELPERS: Final = """
arcsinh(t) = sign(t)*ln(abs(t) + sqrt(t^2 + 1))
arccosh(t) = ln(t + sqrt(t^2 - 1))
arctanh(t) = ln((1 + t)/(1 - t))/2
root(t, k) = sign(t)*abs(t)^(1/k)
both(A, B) = min(if(A, 1, 0), if(B, 1, 0)) > 0
either(A, B) = max(if(A, 1, 0), if(B, 1, 0)) > 0
"""

NOWHERE: Final = MappingProxyType(
    {
        "infty": ("infinity is no number here", "write a large number, or leave the condition out"),
        "infinity": ("infinity is no number here", "write a large number, or leave the condition out"),
        "int": ("an integral has no meaning here", "work it out, and write the result"),
        "sum": ("a sum over an index has no meaning here", "write its terms one by one"),
        "prod": ("a product over an index has no meaning here", "write its factors one by one"),
        "lim": ("a limit has no meaning here", "work it out, and write the result"),
        "sim": ("a regression has no meaning here", "write the fitted curve, such as y=2x+1"),
        "to": ("an action has no meaning here", "leave the line out"),
        "rightarrow": ("an action has no meaning here", "leave the line out"),
        "pm": ("two signs at once have no meaning here", "write one line with + and one with -"),
        "mp": ("two signs at once have no meaning here", "write one line with + and one with -"),
        "ne": ("points where two numbers differ are nearly all points", "write <, or > in another line"),
        "neq": ("points where two numbers differ are nearly all points", "write <, or > in another line"),
        "begin": ("a table has no meaning here", "write an equation or an inequality"),
        "nCr": ("counting has no meaning here", "work it out, and write the result"),
        "nPr": ("counting has no meaning here", "work it out, and write the result"),
        "polygon": ("a polygon is no inequality", "write one inequality for each side"),
        "with": ("lists and substitutions have no meaning here", "write one line for each"),
        "for": ("lists and substitutions have no meaning here", "write one line for each"),
        "left": ("this is no bracket", "write \\left( and \\right)"),
        "right": ("this is no bracket", "write \\left( and \\right)"),
    }
)
SIGNS_NOWHERE: Final = MappingProxyType(
    {
        "!": ("a factorial has no meaning here", "work it out, and write the number"),
        "'": ("a derivative has no meaning here", "work it out, and write the result"),
        "%": ("a percentage has no meaning here", "write 0.05 for five percent"),
        "..": ("a list has no meaning here", "write one line for each of its members"),
        "...": ("a list has no meaning here", "write one line for each of its members"),
    }
)


def called(name: str, args: tuple[Expression, ...], at: Span) -> Expression:
    """A function of Desmos, one of NAMES, at its arguments."""
    if name in RECIPROCALS:
        return apply("/", number(1.0, at), Apply(at, RECIPROCALS[name], args, at), at=at)
    if name in OF_RECIPROCALS and len(args) == 1:
        return Apply(at, OF_RECIPROCALS[name], (apply("/", number(1.0, at), args[0], at=at),), at)
    if name in ("arccot", "acot"):
        quarter = apply("/", Name(at, "pi"), number(2.0, at), at=at)
        return apply("-", quarter, Apply(at, "atan", args, at), at=at)
    if name == "log":
        return Apply(at, "log10", args, at)
    if SAME.get(name) == "atan" and len(args) == 2:
        return Apply(at, "atan2", args, at)
    return Apply(at, SAME.get(name) or OF_RECIPROCALS[name], args, at)


@functools.cache
def helpers() -> Mapping[str, Let]:
    """The definitions in HELPERS by name; their places are nowhere."""
    statements, _ = parse_figure(Source("helpers", HELPERS))
    lets = [moved(item, Span(0, 0)) for item in statements if isinstance(item, Let)]
    return MappingProxyType({item.name.name: item for item in lets})


def helpers_in(names: set[str]) -> list[Let]:
    """Those definitions that are needed where these names stand."""
    return [item for name, item in helpers().items() if name in names]
