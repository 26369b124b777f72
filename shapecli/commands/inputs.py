"""What several commands do: read figures, and understand the values of options."""

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import Source, decode, read, reader_beside, visible
from shapecli.drawing.styles import STYLES

STDIN = "-"
PACES: Final = ("linear", "geometric")

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    from shapecli.render import Figure, Settings

    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only in later versions of Click


class Size(ParamType):
    """800x600, or 800 for the longer side."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        match = re.fullmatch(r"([0-9]{1,12})(?:[xX×]([0-9]{1,12}))?", value)
        if not match or "0" in (match[1].lstrip("0") or "0", (match[2] or "1").lstrip("0") or "0"):
            self.fail(f"{value!r} is not a size: write 800x600, or 800 for the longer side", param, ctx)
        return (int(match[1]), int(match[2])) if match[2] else int(match[1])


class Numbers(ParamType):
    """Finite numbers, separated by commas."""

    def __init__(self, name: str, count: int) -> None:
        self.name = name
        self.count = count

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            numbers = tuple(plain_number(part) for part in value.split(","))
        except ValueError as problem:
            self.fail(f"{problem}: write {self.name}", param, ctx)
        if len(numbers) != self.count:
            self.fail(f"{value!r} has {len(numbers)} numbers: write {self.name}", param, ctx)
        return numbers


class Assignment(ParamType):
    """name=value."""

    name = "NAME=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        name, equals, number = value.partition("=")
        if not equals:
            self.fail(f"{value!r} sets nothing: write name=value", param, ctx)
        try:
            return name.strip(), plain_number(number)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


class Values(ParamType):
    """name=1,2,3 or name=low..high/count: a name and the values that it takes; or style=fill,soft."""

    name = "NAME=VALUES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        name, equals, text = (part.strip() for part in value.partition("="))
        try:
            if not (name and equals):
                raise ValueError(f"{value!r} varies nothing")
            return name, _styles(text) if name == "style" else _values(text)
        except ValueError as problem:
            self.fail(f"{problem}: write n=4,16,64 or r=0.1..0.5/5", param, ctx)


class SweepValues(ParamType):
    """name=low..high, and /linear or /geometric."""

    name = "NAME=LOW..HIGH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        name, equals, text = (part.strip() for part in value.partition("="))
        ends, slash, pace = text.partition("/")
        low, dots, high = ends.partition("..")
        try:
            if not (name and equals and dots) or (slash and pace not in PACES):
                raise ValueError(f"{value!r} is no sweep")
            first, last = plain_number(low), plain_number(high)
        except ValueError as problem:
            self.fail(f"{problem}: write n=2..80 or r=0.1..0.5, with /linear or /geometric", param, ctx)
        geometric = pace == "geometric" or (not pace and name == "n")
        if geometric and not 0.0 < min(first, last):
            self.fail(f"{value!r}: factors need both ends greater than 0; add /linear", param, ctx)
        return name, first, last, geometric


def _styles(text: str) -> tuple[str, ...]:
    """Raises: ValueError: there is no such style."""
    found = tuple(part.strip() for part in text.split(","))
    if unknown := set(found) - set(STYLES):
        raise ValueError(f"there is no style {', '.join(sorted(unknown))}, only {', '.join(STYLES)}")
    return found


def _values(text: str) -> tuple[float, ...]:
    """Raises: ValueError: they are not what they should be."""
    if ".." not in text:
        return tuple(plain_number(part) for part in text.split(","))
    low, _, rest = text.partition("..")
    high, slash, count = rest.partition("/")
    if not slash or not re.fullmatch(r"[0-9]{1,4}", count) or int(count) < 2:
        raise ValueError(f"{text!r} does not say how many values there are, 2 at least")
    first, last, steps = plain_number(low), plain_number(high), int(count) - 1
    # rounded to what one would have typed, so that 0.1..0.5/5 has 0.3 and not 0.30000000000000004
    return tuple(float(f"{first + (last - first) * k / steps:.12g}") for k in range(steps + 1))


class Number(ParamType):
    """A finite number, greater than `above` if that is given."""

    name = "NUMBER"

    def __init__(self, above: float | None = None) -> None:
        self.above = above

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            number = plain_number(value)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)
        if self.above is not None and number <= self.above:
            self.fail(f"{value!r} is not greater than {self.above:g}", param, ctx)
        return number


def plain_number(text: str) -> float:
    """A finite number in the notation of the language, with an optional sign.

    Raises:
        ValueError: it is something else.
    """
    if not re.fullmatch(r"\s*[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*", text, re.ASCII):
        raise ValueError(f"{text!r} is not a finite number")
    if abs(number := float(text)) == float("inf"):
        raise ValueError(f"{text!r} is too large for float64")
    return number


@dataclass(frozen=True, eq=False)
class Input:
    """A figure as the command line gives it.

    Attributes:
        settings: those that a picture was drawn with; the usual ones if it is a text.
    """

    figure: "Figure"
    settings: "Settings"


def read_expression(text: str, limit_operations: int = LIMIT_OPERATIONS) -> Input:
    """The figure of one expression.

    Raises:
        ShapeError: it has a mistake.
    """
    from shapecli.render import Settings, parse_one

    source = decode("-e", text.encode("utf-8", "surrogatepass"))
    return Input(parse_one(source, limit_operations=limit_operations), Settings())


def read_figure(path: str, limit_operations: int = LIMIT_OPERATIONS) -> Input:
    """The figure in a text file or a picture, or in what comes from stdin for `-`.

    Raises:
        ShapeError: it has a mistake.
        click.UsageError: there is no such file.
    """
    from shapecli.render import read_stream

    with _opened(path) as stream:
        if path == STDIN:
            return Input(*read_stream("stdin", stream, None, limit_operations))
        reader = reader_beside(Path(path), limit_operations)
        return Input(*read_stream(path, stream, reader, limit_operations))


def read_text(path: str, limit_operations: int = LIMIT_OPERATIONS) -> Source:
    """The text of a file, or what comes from stdin for `-`.

    Raises:
        ShapeError: it is not text, or too long.
        click.UsageError: there is no such file.
    """
    with _opened(path) as stream:
        return read("stdin" if path == STDIN else path, stream, limit_operations)


@contextmanager
def _opened(path: str) -> "Iterator[BufferedReader]":
    """A figure file, or stdin, to be read.

    Raises:
        click.UsageError: there is no such file.
    """
    if not path:
        raise click.UsageError("the name of the figure is empty")
    shown = visible(path)
    if path == STDIN:
        if sys.stdin is None:
            raise click.UsageError("stdin is closed")
        yield cast("BufferedReader", sys.stdin.buffer)
        return
    try:
        with Path(path).open("rb") as stream:
            yield stream
    except (FileNotFoundError, NotADirectoryError):
        raise click.UsageError(f"there is no figure {shown}") from None
    except IsADirectoryError:
        raise click.UsageError(f"{shown} is a folder, not a figure") from None
    except OSError as problem:
        raise click.UsageError(f"cannot read {shown}: {problem.strerror}") from None
    except ValueError:
        raise click.UsageError(f"{path!r} is not a file name") from None
