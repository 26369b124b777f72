"""Text, places in it, and errors that point at them."""

import errno
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final

TAB = "\t"
LONGEST_LINE = 160  # of the source, in an error message
BYTES_PER_OPERATION = 16
MOST_SHOWN = 100  # mistakes of one text
NAMED: Final = re.compile(r"<([a-z_]+)>")  # settings and other options, in hints


@dataclass(frozen=True)
class Span:
    """Characters start .. end of a source, end excluded."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        return Span(self.start, other.end)


@dataclass(frozen=True)
class Source:
    """A text and the name that errors call it by."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, character in enumerate(self.text) if character == "\n")]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Both from 1, as editors count."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def offset(self, line: int) -> int:
        """Where a line, from 1, begins; the end of the text if it has fewer."""
        return self._line_starts[line - 1] if line <= len(self._line_starts) else len(self.text)

    def line(self, number: int) -> str:
        start = self._line_starts[number - 1]
        return self.text[start:].split("\n", 1)[0] if start < len(self.text) else ""


@dataclass(eq=False)
class ShapeError(Exception):
    """A mistake in a figure, or something that a figure asks for and cannot have.

    Attributes:
        message: one sentence, without a full stop.
        span: where it is, if it is anywhere.
        hint: what to do about it; <name> for a setting or another option.
        option: the name of the setting, or another option, that is at fault, if one is.
        also: other mistakes found with it.
    """

    message: str
    span: Span | None = None
    source: Source | None = None
    hint: str | None = None
    option: str | None = None
    also: tuple["ShapeError", ...] = ()

    def __str__(self) -> str:
        shown = [report(error) for error in (self, *self.also)[:MOST_SHOWN]]
        hidden = 1 + len(self.also) - len(shown)
        return "\n".join([*shown, f"and {hidden:,} more mistakes"] if hidden else shown)


def raise_all(errors: Iterable[ShapeError], last: Source | None = None) -> None:
    """Raise the first mistake with the others in its `also`, if there are any, in the order of their places.

    Args:
        last: the text whose own mistakes come after those of others.
    """
    ordered = sorted(errors, key=lambda error: (error.source is last, error.span.start if error.span else 0))
    if ordered:
        ordered[0].also = tuple(ordered[1:])
        raise ordered[0]


def too_large(limit: int, span: Span, source: Source) -> ShapeError:
    """More tokens, nodes and steps than a figure may have."""
    message = f"the figure is larger than the limit of {limit:,} operations"
    return ShapeError(message, span, source, "raise <limit_operations>")


def likely_hint(
    word: str, known: Iterable[str], otherwise: str | None = None, *, least: float = 0.6, mark: str = ""
) -> str | None:
    """A hint with the word that is meant, with a mark before it, if one is alike; else another hint."""
    import difflib

    close = difflib.get_close_matches(word, known, 1, least)
    return f"did you mean {mark}{close[0]}?" if close else otherwise


def visible(text: str) -> str:
    """Text that is safe to print: control, invisible and direction-changing characters escaped."""
    if text.isprintable():
        return text
    return "".join(c if c == TAB or is_plain(c) else f"\\u{{{ord(c):04X}}}" for c in text)


def visible_lines(text: str) -> str:
    """Text of several lines that is safe to print."""
    return "\n".join(map(visible, text.split("\n")))


def is_plain(character: str) -> bool:
    """Whether a character shows itself and nothing else."""
    return not unicodedata.category(character).startswith(("C", "Zl", "Zp"))


def report(error: ShapeError) -> str:
    """The error as people read it: place, message, the line with a caret under it, and the hint."""
    lines = []
    if error.source and error.span:
        number, column = error.source.line_and_column(error.span.start)
        text = error.source.line(number)
        width = max(1, min(error.span.end - error.span.start, len(text) - column + 1))
        lines.append(f"{visible(error.source.name)}:{number}:{column}: error: {error.message}")
        lines.extend(_marked(text, column - 1, width))
    else:
        places = [visible(error.source.name)] if error.source else []
        lines.append(": ".join([*places, "error", *([error.option] if error.option else []), error.message]))
    if error.hint:
        lines.append("  hint: " + NAMED.sub(r"\1", error.hint))
    return visible_lines("\n".join(lines))


def _marked(text: str, start: int, width: int) -> list[str]:
    """A line and the caret under it, cut to a readable piece when it is long."""
    first = max(0, start - LONGEST_LINE // 2) if len(text) > LONGEST_LINE else 0
    last = min(len(text), first + LONGEST_LINE)
    before, marked = text[first:start], text[start : min(start + width, last)]
    head = ("... " if first else "") + visible(before)
    tail = visible(text[start:last]) + (" ..." if last < len(text) else "")
    padding = "".join(TAB if c == TAB else " " * display_width(c) for c in head)
    return [f"  | {head}{tail}", f"  | {padding}{'^' * max(1, display_width(visible(marked)))}"]


def display_width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def read(name: str, stream: BinaryIO, limit_operations: int) -> Source:
    """The text of an open file, of at most BYTES_PER_OPERATION for each operation it may have.

    Raises:
        ShapeError: it is larger, or not text.
    """
    limit = BYTES_PER_OPERATION * limit_operations
    data = stream.read(limit + 1)
    if len(data) > limit:
        message = f"the file is larger than the limit of {limit:,} bytes"
        raise ShapeError(message, source=Source(name, ""), hint="raise <limit_operations>")
    return decode(name, data)


def reader_beside(path: Path, limit_operations: int) -> Callable[[str], Source]:
    """Reads the files that a figure in a file uses, by their paths from its folder, and no others."""

    def read_used(name: str) -> Source:
        target = beside(path, name)
        with target.open("rb") as stream:
            return read(str(target), stream, limit_operations)

    return read_used


def beside(path: Path, name: str) -> Path:
    """A file in the folder of another, or below it, by its path from there.

    Raises:
        OSError: it is somewhere else, or no file.
    """
    target = path.parent / name
    if not target.resolve(strict=True).is_relative_to(path.parent.resolve()):
        raise PermissionError(errno.EACCES, "it leads out of the folder of the figure")
    if not target.is_file():
        raise FileNotFoundError(errno.ENOENT, "it is not a file")
    return target


def decode(name: str, data: bytes) -> Source:
    """Text of a file: UTF-8, a byte-order mark dropped, every line ending a newline.

    Raises:
        ShapeError: the bytes are not UTF-8, or hold characters that do not show what they do.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        good = data[: problem.start].decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        tail = data[problem.start :].split(b"\n", 1)[0].decode("utf-8", "replace")
        message = f"this is not UTF-8 text (byte 0x{data[problem.start]:02X})"
        span = Span(len(good), len(good) + 1)
        raise ShapeError(message, span, Source(name, good + tail), "save the file as UTF-8") from None
    return checked(Source(name, text.replace("\r\n", "\n").replace("\r", "\n")))


def checked(source: Source) -> Source:
    """The source; ShapeError if something in it hides: control characters, changes of direction."""
    if source.text.isascii() and source.text.isprintable():
        return source
    for offset, character in enumerate(source.text):
        if character not in "\n\t" and not is_plain(character):
            name = unicodedata.name(character, "control character").lower()
            message = f"invisible character \\u{{{ord(character):04X}}} ({name})"
            raise ShapeError(message, Span(offset, offset + 1), source, "remove it")
    return source
