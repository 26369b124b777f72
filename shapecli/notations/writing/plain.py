"""Formulas in the language of figures itself, and with mathematical signs for terminals and pages."""

from dataclasses import replace
from typing import Final

from shapecli.fields.ops import OPS
from shapecli.notations.writing.forms import (
    ATOM,
    EXCLUSIVE,
    INFIX,
    LEVELS,
    LOOSE,
    MEET,
    POWER,
    PREFIX,
    PRODUCT,
    RELATION,
    SETS,
    SUM,
    Form,
    Notation,
    call,
    numbers,
)

SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

PLAIN: Final = Notation(
    forms={
        **{op.name: call(op.name, op.arity) for op in OPS.values() if op.function},
        **INFIX,
        **SETS,
        "square": Form("{0}^2", POWER, (ATOM,)),
        "^": Form("{0}^{1}", POWER, (ATOM, POWER)),
        "exp": Form("e^({0})", POWER),
    },
    number=numbers("{0}e{1}", "(1/0)", "pi"),
    refused=LEVELS,
    reciprocal=Form("{0}^-1", POWER, (ATOM,)),
)

UNICODE: Final = replace(
    PLAIN,
    forms={
        **PLAIN.forms,
        "-": Form("{0} − {1}", SUM, (SUM, PRODUCT)),
        "*": Form("{0}·{1}", PRODUCT, (PRODUCT, POWER)),
        "neg": Form("−{0}", PREFIX, (POWER,)),
        "sqrt": Form("√({0})"),
        "abs": Form("|{0}|"),
        "floor": Form("⌊{0}⌋"),
        "<=": Form("{0} ≤ {1}", RELATION, (SUM, SUM)),
        ">=": Form("{0} ≥ {1}", RELATION, (SUM, SUM)),
        "~": Form("{0}′", POWER, (ATOM,)),
        "&": Form("{0} ∩ {1}", MEET, (PREFIX, PREFIX)),
        "|": Form("{0} ∪ {1}", LOOSE, (PREFIX, PREFIX)),
        "xor": Form("{0} △ {1}", EXCLUSIVE, (PREFIX, PREFIX)),
    },
    number=numbers("{0}·10^{1}", "∞", "π"),
    reciprocal=Form("{0}⁻¹", POWER, (ATOM,)),
    juxtaposed=Form("{0}{1}", PRODUCT, (PRODUCT, POWER)),
    superscript=lambda exponent: str(exponent).translate(SUPERSCRIPTS),
)
