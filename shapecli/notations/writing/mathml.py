"""Formulas in MathML, which browsers set without any script."""

from html import escape
from typing import Final

from shapecli.fields.ops import OPS
from shapecli.notations.writing.forms import (
    ATOM,
    LEVELS,
    LOOSE,
    MEET,
    POWER,
    PREFIX,
    PRODUCT,
    RELATION,
    SUM,
    Form,
    Notation,
    numbers,
)


def _infix(sign: str) -> str:
    return f"{{0}}<mo>{escape(sign)}</mo>{{1}}"


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
    head, _, tail = text.partition("_")
    if not tail:
        head = text.rstrip("0123456789_") or text
        tail = text[len(head) :].strip("_")
    below = f"<mn>{tail}</mn>" if tail.isdecimal() else f"<mi>{escape(tail)}</mi>"
    return f"<msub><mi>{escape(head)}</mi>{below}</msub>" if tail else f"<mi>{escape(head)}</mi>"


_digits = numbers("{0}e{1}", "∞", "π")

MATHML: Final = Notation(
    forms={
        **{op.name: _call(op.name, op.arity) for op in OPS.values() if op.function},
        "LSE": _call("LSE", 2),
        "+": Form(_infix("+"), SUM, (SUM, SUM)),
        "-": Form(_infix("−"), SUM, (SUM, PRODUCT)),
        "*": Form(_infix("·"), PRODUCT, (PRODUCT, POWER)),
        "/": Form("<mfrac><mrow>{0}</mrow><mrow>{1}</mrow></mfrac>", POWER),
        "neg": Form("<mo>−</mo>{0}", PREFIX, (POWER,)),
        "square": Form("<msup>{0}<mn>2</mn></msup>", POWER, (ATOM,)),
        "^": Form("<msup>{0}<mrow>{1}</mrow></msup>", POWER, (ATOM,)),
        "exp": Form("<msup><mi>e</mi><mrow>{0}</mrow></msup>", POWER),
        "abs": Form("<mrow><mo>|</mo>{0}<mo>|</mo></mrow>"),
        "floor": Form("<mrow><mo>⌊</mo>{0}<mo>⌋</mo></mrow>"),
        "sqrt": Form("<msqrt>{0}</msqrt>"),
        "cbrt": Form("<mroot><mrow>{0}</mrow><mn>3</mn></mroot>"),
        "<=": Form(_infix("≤"), RELATION, (SUM, SUM)),
        "<": Form(_infix("<"), RELATION, (SUM, SUM)),
        ">=": Form(_infix("≥"), RELATION, (SUM, SUM)),
        ">": Form(_infix(">"), RELATION, (SUM, SUM)),
        "=": Form(_infix("="), RELATION, (SUM, SUM)),
        "~": Form("<msup>{0}<mo>′</mo></msup>", POWER, (ATOM,)),
        "&": Form(_infix("∩"), MEET, (PREFIX, PREFIX)),
        "|": Form(_infix("∪"), LOOSE, (PREFIX, PREFIX)),
        "xor": Form(_infix("△"), LOOSE, (PREFIX, PREFIX)),
        "cut": Form(_infix("∩"), MEET, (PREFIX, PREFIX)),
        "together": Form(_infix("∪"), LOOSE, (PREFIX, PREFIX)),
    },
    number=_number,
    refused=LEVELS,
    name=_name,
    bracket=("<mrow><mo>(</mo>", "<mo>)</mo></mrow>"),
    reciprocal=Form("<msup>{0}<mrow><mo>−</mo><mn>1</mn></mrow></msup>", POWER, (ATOM,)),
    juxtaposed=Form("{0}<mo>&#x2062;</mo>{1}", PRODUCT, (PRODUCT, POWER)),
)
