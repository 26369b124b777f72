"""Formulas in MathML, which browsers set without any script."""

from dataclasses import replace
from html import escape
from typing import Final

from shapecli.notations.writing.forms import ATOM, POWER, PREFIX, PRODUCT, Form, numbers, subscript
from shapecli.notations.writing.operations import LEVELS, column


def _call(name: str, arity: int) -> Form:
    places = "<mo>,</mo>".join(f"{{{k}}}" for k in range(arity))
    return Form(f"<mrow><mi>{name}</mi><mo>&#x2061;</mo><mo>(</mo>{places}<mo>)</mo></mrow>")


def _number(value: float) -> tuple[str, int]:
    text, level = _digits(abs(value))
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        text = f"<mn>{mantissa}</mn><mo>·</mo><msup><mn>10</mn><mn>{exponent}</mn></msup>"
    elif "π" in text:
        times, _, over = text.partition("π")
        text = f"<mn>{times}</mn><mi>π</mi>" if times else "<mi>π</mi>"
        text = f"<mfrac><mrow>{text}</mrow><mn>{over[1:]}</mn></mfrac>" if over else text
    else:
        text = f"<mn>{text}</mn>"
    return (f"<mrow><mo>−</mo>{text}</mrow>", PREFIX) if value < 0 else (text, level)


def _name(text: str) -> str:
    head, tail = subscript(text)
    below = f"<mn>{tail}</mn>" if tail.isdecimal() else f"<mi>{escape(tail)}</mi>"
    return f"<msub><mi>{escape(head)}</mi>{below}</msub>" if tail else f"<mi>{escape(head)}</mi>"


_digits = numbers("{0}e{1}", "∞", "π")

MATHML: Final = replace(
    column(lambda row: row.mathml, str, LEVELS, _number, _call),
    name=_name,
    bracket=("<mrow><mo>(</mo>", "<mo>)</mo></mrow>"),
    reciprocal=Form("<msup>{0}<mrow><mo>−</mo><mn>1</mn></mrow></msup>", POWER, (ATOM,)),
    juxtaposed=Form("{0}<mo>&#x2062;</mo>{1}", PRODUCT, (PRODUCT, POWER)),
)
