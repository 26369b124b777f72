"""Formulas for Mathematica."""

import re
from typing import Final

from shapecli.notations.writing.forms import (
    ATOM,
    INFIX,
    LEVELS,
    POWER,
    PRODUCT,
    RELATION,
    SUM,
    Form,
    Notation,
    numbers,
)

FUNCTIONS: Final = {
    "abs": "Abs", "sqrt": "Sqrt", "cbrt": "CubeRoot", "ln": "Log", "log2": "Log2", "log10": "Log10",
    "sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "ArcSin", "acos": "ArcCos", "atan": "ArcTan",
    "sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "sign": "Sign", "floor": "Floor",
}  # fmt: skip
TAKEN: Final = frozenset("CDEIKNO")  # symbols that mean something


def name(text: str) -> str:
    """A symbol: no underscores, and none that is built in."""
    plain = re.sub(r"_(.?)", lambda found: found[1].upper(), text)
    return f"{plain}0" if plain in TAKEN else plain


MATHEMATICA: Final = Notation(
    forms={
        **INFIX,
        **{op: Form(f"{function}[{{0}}]") for op, function in FUNCTIONS.items()},
        "/": Form("{0}/{1}", PRODUCT, (PRODUCT, POWER)),
        "square": Form("{0}^2", POWER, (ATOM,)),
        "^": Form("{0}^{1}", POWER, (ATOM, ATOM)),
        "exp": Form("Exp[{0}]"),
        "atan2": Form("ArcTan[{1}, {0}]"),
        "min": Form("Min[{0}, {1}]"),
        "max": Form("Max[{0}, {1}]"),
        "if": Form("If[{0}, {1}, {2}]"),
        "<=": Form("{0} <= {1}", RELATION, (SUM, SUM)),
        "<": Form("{0} < {1}", RELATION, (SUM, SUM)),
        ">=": Form("{0} >= {1}", RELATION, (SUM, SUM)),
        ">": Form("{0} > {1}", RELATION, (SUM, SUM)),
        "=": Form("{0} == {1}", RELATION, (SUM, SUM)),
    },
    number=numbers("{0}*^{1}", "Infinity", ""),
    refused={
        **LEVELS,
        **dict.fromkeys(
            ("~", "&", "|", "xor", "cut", "together", "trench", "field"),
            "boundary values are written instead of sets",
        ),
    },
    name=name,
    juxtaposed=Form("{0} {1}", PRODUCT, (PRODUCT, POWER)),
)
