"""What several commands do: read figures, and understand the values of options."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shapecli.defaults import LIMIT_OPERATIONS
from shapecli.language.source import Source, read, visible

STDIN = "-"

if TYPE_CHECKING:
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


def read_source(path: str, limit_operations: int = LIMIT_OPERATIONS) -> Source:
    """The text of a figure file, or of stdin for `-`.

    Raises:
        ShapeError: it is not text.
        click.UsageError: there is no such file.
    """
    if not path:
        raise click.UsageError("the name of the figure is empty")
    shown = visible(path)
    if path == STDIN:
        if sys.stdin is None:
            raise click.UsageError("stdin is closed")
        return read("stdin", sys.stdin.buffer, limit_operations)
    try:
        with Path(path).open("rb") as stream:
            return read(path, stream, limit_operations)
    except (FileNotFoundError, NotADirectoryError):
        raise click.UsageError(f"there is no figure {shown}") from None
    except IsADirectoryError:
        raise click.UsageError(f"{shown} is a folder, not a figure") from None
    except OSError as problem:
        raise click.UsageError(f"cannot read {shown}: {problem.strerror}") from None
    except ValueError:
        raise click.UsageError(f"{path!r} is not a file name") from None
