"""Formulas for Mathematica."""

import re
from dataclasses import replace
from functools import partial
from typing import Final

from shapecli.notations.writing.forms import POWER, PRODUCT, Form, call, numbers
from shapecli.notations.writing.operations import HASHED, LEVELS, SETS, column

TAKEN: Final = frozenset("CDEIKNO")  # symbols that mean something


def name(text: str) -> str:
    """A symbol: no underscores, and none that is built in."""
    plain = re.sub(r"_(.?)", lambda match: match[1].upper(), text)
    return f"{plain}0" if plain in TAKEN else plain


MATHEMATICA: Final = replace(
    column(
        lambda row: row.mathematica,
        str.capitalize,
        {**LEVELS, **HASHED, **dict.fromkeys(SETS, "boundary values are written instead of sets")},
        numbers("{0}*^{1}", "Infinity"),
        partial(call, opening="[", closing="]"),
    ),
    name=name,
    juxtaposed=Form("{0} {1}", PRODUCT, (PRODUCT, POWER)),
)
