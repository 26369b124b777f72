"""Fences: what a lesson asks for between ```shape, ```plot or ```check and ```, with its options."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from shapecli.base.source import ShapeError, Source, Span, likely_hint
from shapecli.drawing.settings import ABOUT, types_of

SHAPE, PLOT, CHECK = "shape", "plot", "check"
COMMON: Final = ("name", "caption", "alt", "covers", "code", "beside")
SETTINGS: Final = {about.fence: name for name, about in ABOUT.items() if about.fence}
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    SHAPE: (*COMMON, *SETTINGS, "live", "film", "frames", "descend", "rate"),
    PLOT: (*COMMON, "size"),
    CHECK: ("name", "covers", "descend", "rate"),
}
FLAGS: Final = ("live", "code", "beside", *(word for word in SETTINGS if bool in types_of(SETTINGS[word])))
WORD: Final = re.compile(r"""([A-Za-z]+)(?:=("[^"\n]*"|'[^'\n]*'|[^\s"']+))?(?=\s|$)""")


@dataclass(frozen=True)
class Option:
    """A word of the first line of a fence, with its value; that of a flag is empty."""

    value: str
    span: Span


@dataclass(frozen=True, eq=False)
class Fence:
    """One fence.

    Attributes:
        lesson: the whole text of the lesson.
        source: the content alone, where it stands in the lesson, so that places are those of the lesson.
        text: the content alone.
        span: of the first line.
    """

    kind: str
    lesson: Source
    source: Source
    text: str
    span: Span
    options: Mapping[str, Option]

    def value(self, name: str, default: str = "") -> str:
        """What an option says."""
        return self.options[name].value if name in self.options else default

    def has(self, name: str) -> bool:
        return name in self.options

    def setting(self, word: str) -> Any:
        """The value of a setting, of the type that it has.

        Raises:
            ShapeError: it is no number, where it should be one.
        """
        types = types_of(SETTINGS[word])
        if bool in types:
            return True
        return self.value(word) if str in types else types[0](self.numbers(word, -math.inf, math.inf)[0])

    def error(self, message: str, option: str | None = None, hint: str | None = None) -> ShapeError:
        """An error that points at an option, or at the first line."""
        span = self.options[option].span if option and option in self.options else self.span
        return ShapeError(message, span, self.lesson, hint)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """The value of an option as a number.

        Raises:
            ShapeError: it is none, or out of its range.
        """
        return self.numbers(name, low, high)[0] if name in self.options else default

    def numbers(self, name: str, low: float, high: float) -> list[float]:
        """The values of an option as numbers.

        Raises:
            ShapeError: one is none, or out of its range.
        """
        numbers = []
        for part in self.value(name).split(","):
            try:
                number = float(part)
            except ValueError:
                message = f"{part or 'nothing'} is not a number"
                raise self.error(message, name, f"write {name}=2 or {name}=2,10,50") from None
            if not low <= number <= high:
                raise self.error(f"{name} is from {low:g} to {high:g}", name)
            numbers.append(number)
        return numbers


def fence_of(lesson: Source, info: str, first: int, last: int) -> Fence | None:
    """The fence on some lines of a lesson; none if it is of another kind, such as sh.

    Args:
        first, last: numbers of the lines of its two ends, from 0.

    Raises:
        ShapeError: an option is unknown, or the kind is nearly one of ours.
    """
    kind = info.split()[0] if info.split() else ""
    start, within = lesson.offset(first + 1), lesson.offset(first + 2)
    if kind not in OPTIONS:
        if hint := likely_hint(kind.lower(), OPTIONS, least=0.8):  # it would be shown as it is written
            place = lesson.text.index(kind, start)
            raise ShapeError(f"{kind} is no fence", Span(place, place + len(kind)), lesson, hint)
        return None
    span = Span(lesson.text.index(kind, start), start + len(lesson.line(first + 1)))
    content = lesson.text[within : lesson.offset(last + 1)]
    blank = re.sub(r"[^\n]", " ", lesson.text[:within])
    source = Source(lesson.name, blank + content)
    return Fence(kind, lesson, source, content, span, MappingProxyType(_options(lesson, kind, span)))


def _options(lesson: Source, kind: str, span: Span) -> dict[str, Option]:
    options: dict[str, Option] = {}
    position = span.start + len(kind)
    while rest := lesson.text[position : span.end].lstrip():
        position = span.end - len(rest)
        word = WORD.match(lesson.text, position, span.end)
        if word is None:
            place = Span(position, position + len(rest.split()[0]))
            raise ShapeError("this is no option", place, lesson, 'write name=value; with spaces, name="a b"')
        name, value = word[1], word[2]
        place = Span(word.start(), word.end())
        if name not in OPTIONS[kind]:
            hint = likely_hint(name, OPTIONS[kind], f"there is {', '.join(OPTIONS[kind])}")
            raise ShapeError(f"{kind} has no option {name}", place, lesson, hint)
        if name in options:
            raise ShapeError(f"{name} is given twice", place, lesson, "keep one of them")
        if (value is None) != (name in FLAGS):
            problem, form = ("takes no value", name) if name in FLAGS else ("needs a value", f"{name}=...")
            raise ShapeError(f"{name} {problem}", place, lesson, f"write {form}")
        quoted = value is not None and value[0] in "'\""
        options[name] = Option(value[1:-1] if quoted else value or "", place)
        position = word.end()
    return options
