"""Powers and roots as Desmos has them: odd roots are those of negative numbers too."""

import math

from shapecli.base.source import Span
from shapecli.language.names import CONSTANTS
from shapecli.language.syntax import Apply, Expression, Name, Number
from shapecli.notations.reading.trees import apply, is_number, number


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
    sign = 1
    if isinstance(node, Apply) and node.op == "neg":
        sign, node = -1, node.args[0]
    if not (isinstance(node, Apply) and node.op == "/"):
        return None
    top, bottom = node.args
    if isinstance(top, Apply) and top.op == "neg":
        sign, top = -sign, top.args[0]
    if not (isinstance(top, Number) and isinstance(bottom, Number) and bottom.value):
        return None
    if not (top.value.is_integer() and bottom.value.is_integer()):
        return None
    common = math.gcd(int(top.value), int(bottom.value))
    return sign * int(top.value) // common, int(bottom.value) // common
