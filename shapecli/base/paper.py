"""Lengths on paper, and its sizes."""

import re
from typing import Final

Size = int | tuple[int, int] | str  # pixels of the longer side, a width and a height, or a size of paper

UNITS: Final = {"mm": 1.0, "cm": 10.0, "in": 25.4}  # millimetres
INCH: Final = UNITS["in"]
RESOLUTION: Final = 300.0  # dots per inch, if nothing else is asked for
PEN: Final = 96.0  # pixels of a pen to an inch of paper, as CSS has them
LONGEST: Final = 100_000.0  # millimetres
SHEETS: Final = {  # widths and heights in millimetres
    **{f"a{k}": sides for k, sides in enumerate(
        ((841, 1189), (594, 841), (420, 594), (297, 420), (210, 297), (148, 210), (105, 148)))},
    "letter": (8.5 * INCH, 11 * INCH),
    "legal": (8.5 * INCH, 14 * INCH),
}  # fmt: skip
LENGTH: Final = r"\s*((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(mm|cm|in)\s*"
SIZES: Final = re.compile(rf"{LENGTH}(?:[xX×]{LENGTH})?")
SHEET: Final = re.compile(rf"\s*({'|'.join(SHEETS)})(?:[\s-]+(landscape|portrait))?\s*", re.IGNORECASE)

PAPER_WRITTEN: Final = "A4, A3 landscape, letter, 120mmx80mm, or 10cm for the longer side"
MEANT: Final = re.compile(
    r"a\d+(-\w+)?|letter|legal|.*(landscape|portrait)|.*[\d\s](mm|cm|in)", re.IGNORECASE
)  # what is no size of anything else
LENGTH_WRITTEN: Final = "10mm, 1cm or 0.4in"


def paper_of(text: str) -> tuple[float, ...]:
    """The width and the height of a sheet of paper in millimetres, or its longer side alone.

    Args:
        text: `A4`, `A3 landscape`, `letter`, `120mmx80mm` or `10cm`.

    Raises:
        ValueError: it is none of them.
    """
    if match := SHEET.fullmatch(text):
        sides = SHEETS[match[1].lower()]
        return sides[::-1] if (match[2] or "").lower() == "landscape" else sides
    if not (match := SIZES.fullmatch(text)):
        raise ValueError(f"{text!r} is no size of paper")
    return tuple(_millimetres(match[k], match[k + 1]) for k in (1, 3) if match[k])


def length_of(text: str) -> float:
    """A length in millimetres: `10mm`, `1cm` or `0.4in`, or none: `0` or `0mm`.

    Raises:
        ValueError: it is none.
    """
    if re.fullmatch(r"\s*0+(\.0*)?\s*(mm|cm|in)?\s*", text):
        return 0.0
    if not (match := re.fullmatch(LENGTH, text)):
        raise ValueError(f"{text!r} is no length")
    return _millimetres(match[1], match[2])


def _millimetres(number: str, unit: str) -> float:
    length = float(number) * UNITS[unit]
    if not 0.0 < length <= LONGEST:
        raise ValueError(f"{number}{unit} is no length of paper, which is up to {LONGEST / 1000:g} m")
    return length
