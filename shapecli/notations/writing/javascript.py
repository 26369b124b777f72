"""Programs in JavaScript, for pages."""

from collections.abc import Iterable
from typing import Final

from shapecli.notations.writing.forms import Notation, call, literals
from shapecli.notations.writing.operations import BLENDED, column

COLUMN: Final = column(lambda row: row.javascript or row.program, "Math.{}".format, call, BLENDED)
JAVASCRIPT: Final = Notation(forms=COLUMN.forms, number=literals("Infinity", "NaN"), refused=COLUMN.refused)


def helpers(operations: Iterable[str]) -> str:
    """Functions for what JavaScript has not, or has with another meaning."""
    return "\n".join(COLUMN.defined(operations))
