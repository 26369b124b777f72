"""Programs in JavaScript, for pages."""

from collections.abc import Iterable
from typing import Final

from shapecli.notations.writing.forms import call, literals
from shapecli.notations.writing.operations import UNREPORTED, column

JAVASCRIPT: Final = column(
    lambda row: row.javascript or row.program,
    "Math.{}".format,
    call,
    UNREPORTED,
    literals("Infinity", "NaN"),
)


def helpers(operations: Iterable[str]) -> str:
    """Functions for what JavaScript has not, or has with another meaning."""
    return "\n".join(JAVASCRIPT.defined(operations))
