"""Formulas in the language of figures itself, and with mathematical signs for terminals and pages."""

from dataclasses import replace
from typing import Final

from shapecli.notations.writing.forms import ATOM, POWER, PRODUCT, Form, numbers
from shapecli.notations.writing.operations import LEVELS, column

SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

PLAIN: Final = replace(
    column(lambda row: row.plain, str, LEVELS, numbers("{0}e{1}", "(1/0)", "pi")),
    reciprocal=Form("{0}^-1", POWER, (ATOM,)),
)
UNICODE: Final = replace(
    column(lambda row: row.unicode or row.plain, str, LEVELS, numbers("{0}·10^{1}", "∞", "π")),
    reciprocal=Form("{0}⁻¹", POWER, (ATOM,)),
    juxtaposed=Form("{0}{1}", PRODUCT, (PRODUCT, POWER)),
    superscript=lambda exponent: str(exponent).translate(SUPERSCRIPTS),
)
