"""Programs in JavaScript, for pages."""

from typing import Final

from shapecli.notations.writing.forms import literals
from shapecli.notations.writing.operations import UNREPORTED, column

JAVASCRIPT: Final = column(
    lambda row: row.javascript or row.program, "Math.{}".format, UNREPORTED, literals("Infinity", "NaN")
)
