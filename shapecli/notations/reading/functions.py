"""Functions, powers and roots of Desmos in terms of ours, and what has no meaning here."""

import functools
import math
from collections.abc import Mapping
from typing import Final

from shapecli.base.source import ShapeError, Source, Span
from shapecli.language.names import CONSTANTS
from shapecli.language.parse import parse_figure
from shapecli.language.syntax import Apply, Expression, Let, Name, Number
from shapecli.notations.reading.trees import apply, is_number, number, placed

RECIPROCALS: Final[Mapping[str, str]] = {
    "sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh",
}  # fmt: skip
# What is the inverse of 1/f: the inverse of f at 1/t.
OF_RECIPROCALS: Final[Mapping[str, str]] = {
    **{f"{arc}{name}": f"a{RECIPROCALS[name]}" for arc in ("arc", "a") for name in ("sec", "csc")},
    **{f"{arc}{name}": f"arc{RECIPROCALS[name]}" for arc in ("arc", "ar", "a")
       for name in ("sech", "csch", "coth")},
}  # fmt: skip
OURS: Final[Mapping[str, str]] = {
    **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "ln", "exp", "abs", "floor")},
    **{name: name for name in ("ceil", "round", "mod", "min", "max", "hypot", "sign", "sqrt", "cbrt")},
    "sgn": "sign", "signum": "sign", "log": "log10",
    **{f"{arc}{name}": f"a{name}" for arc in ("arc", "a") for name in ("sin", "cos", "tan")},
    **{f"{arc}{name}h": f"arc{name}h" for arc in ("arc", "ar", "a") for name in ("sin", "cos", "tan")},
    **OF_RECIPROCALS,
}  # fmt: skip
NAMES: Final = frozenset({*OURS, *RECIPROCALS, "arccot", "acot"})
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

# Commands and signs, what is said of them, and what to write instead.
NOWHERE: Final[Mapping[str, tuple[str, str]]] = {
    word: (message, hint)
    for words, message, hint in (
        ("infty infinity", "infinity is no number here",
         "write a large number, or leave the condition out"),
        ("int", "an integral has no meaning here", "work it out, and write the result"),
        ("sum", "a sum has an index and its ends here", r"write \sum_{k=1}^{9}"),
        ("prod", "a product has an index and its ends here", r"write \prod_{k=1}^{9}"),
        ("min max", "below stand an index and its ends here", r"write \min_{1\le k\le 9}"),
        ("lim", "a limit has no meaning here", "work it out, and write the result"),
        ("sim", "a regression has no meaning here", "write the fitted curve, such as y=2x+1"),
        ("to rightarrow", "an action has no meaning here", "leave the line out"),
        ("pm mp", "two signs at once have no meaning here", "write one line with + and one with -"),
        ("ne neq", "points where two numbers differ are nearly all points",
         "write <, or > in another line"),
        ("begin", "only cases is an environment here",
         r"write \begin{cases}x & x>0 \\ 0 & \text{else}\end{cases}"),
        ("nCr nPr", "counting has no meaning here", "work it out, and write the result"),
        ("polygon", "a polygon is no inequality", "write one inequality for each side"),
        ("with for", "lists and substitutions have no meaning here", "write one line for each"),
        ("left right", "this is no bracket", "write \\left( and \\right)"),
        ("!", "a factorial has no meaning here", "work it out, and write the number"),
        ("'", "a derivative has no meaning here", "work it out, and write the result"),
        ("%", "a percentage has no meaning here", "write 0.05 for five percent"),
        (".. ...", "a list has no meaning here", "write one line for each of its members"),
    )
    for word in words.split()
}  # fmt: skip


def nowhere(word: str, span: Span, source: Source) -> ShapeError:
    """What is said of something in NOWHERE."""
    message, hint = NOWHERE[word]
    return ShapeError(message, span, source, hint)


def called(name: str, args: tuple[Expression, ...], at: Span) -> Expression:
    """A function of Desmos, one of NAMES, at its arguments."""
    if name in RECIPROCALS:
        return apply("/", number(1.0, at), apply(RECIPROCALS[name], *args, at=at), at=at)
    if name in ("arccot", "acot"):
        quarter = apply("/", Name(at, "pi"), number(2.0, at), at=at)
        return apply("-", quarter, apply("atan", *args, at=at), at=at)
    if name in OF_RECIPROCALS and len(args) == 1:
        args = (apply("/", number(1.0, at), args[0], at=at),)
    is_angle = OURS[name] == "atan" and len(args) == 2
    return apply("atan2" if is_angle else OURS[name], *args, at=at)


@functools.cache
def helpers() -> tuple[Let, ...]:
    """The definitions in HELPERS; their places are nowhere."""
    statements, _ = parse_figure(Source("helpers", HELPERS))
    at = Span(0, 0)
    return tuple(
        Let(
            Name(at, item.name.name),
            tuple(Name(at, parameter.name) for parameter in item.parameters),
            placed(item.body, at),
        )
        for item in statements
        if isinstance(item, Let)
    )


def power(base: Expression, exponent: Expression, sign: Span) -> Expression:
    """A power; one with a fraction that has an odd number below is a power of a root."""
    span = base.span.to(exponent.span)
    fraction = _fraction(exponent)
    is_positive = isinstance(base, Number) or (isinstance(base, Name) and base.name in CONSTANTS)
    if fraction and fraction[1] % 2 and fraction[1] > 1 and not is_positive:
        base, above = root(base, number(fraction[1], exponent.span), span), fraction[0]
        if above == 1:
            return base
        whole: Expression = number(abs(above), exponent.span)
        exponent = whole if above > 0 else apply("neg", whole, at=exponent.span)
    return Apply(span, "^", (base, exponent), sign)


def root(base: Expression, degree: Expression, span: Span) -> Expression:
    """A root of some degree, with a name of its own where it has one."""
    if is_number(degree, 2.0) or is_number(degree, 3.0):
        return apply("sqrt" if is_number(degree, 2.0) else "cbrt", base, at=span)
    if isinstance(degree, Number) and degree.value % 2.0 == 1.0:
        return apply("root", base, degree, at=span)
    return apply("^", base, apply("/", number(1.0, span), degree, at=span), at=span)


def _fraction(node: Expression) -> tuple[int, int] | None:
    """An exponent that is a fraction of whole numbers, in lowest terms."""
    match node:
        case Apply(op="neg", args=(Apply(op="/") as inner,)) if fraction := _fraction(inner):
            return -fraction[0], fraction[1]
        case Apply(op="/", args=(Apply(op="neg", args=(Number(value=top),)), Number(value=bottom))):
            top = -top
        case Apply(op="/", args=(Number(value=top), Number(value=bottom))):
            pass
        case _:
            return None
    if not (bottom and top.is_integer() and bottom.is_integer()):
        return None
    common = math.gcd(int(top), int(bottom))
    return int(top) // common, int(bottom) // common
