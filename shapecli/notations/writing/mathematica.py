"""Formulas for Mathematica."""

import re
from typing import Final

from shapecli.notations.writing.forms import POWER, PRODUCT, Form, Notation, call, numbers
from shapecli.notations.writing.operations import LEVELS, SETS, column

TAKEN: Final = frozenset("CDEIKNO")  # symbols that mean something


def name(text: str) -> str:
    """A symbol: no underscores, and none that is built in."""
    plain = re.sub(r"_(.?)", lambda found: found[1].upper(), text)
    return f"{plain}0" if plain in TAKEN else plain


def _call(name: str, arity: int) -> Form:
    return call(name, arity, "[", "]")


_column = column(
    lambda row: row.mathematica,
    str.capitalize,
    _call,
    {**LEVELS, **dict.fromkeys(SETS, "boundary values are written instead of sets")},
)
MATHEMATICA: Final = Notation(
    forms=_column.forms,
    number=numbers("{0}*^{1}", "Infinity", ""),
    refused=_column.refused,
    name=name,
    juxtaposed=Form("{0} {1}", PRODUCT, (PRODUCT, POWER)),
)
