"""What several commands do: read figures, and understand the values of options."""

import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from shapecli.base.defaults import STYLES
from shapecli.base.paper import MEANT, PAPER_WRITTEN, Size, paper_of
from shapecli.base.source import Source, read, reader_beside, visible
from shapecli.language.motion import PACES, by_factors

STDIN = "-"

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    from shapecli.drawing.settings import Settings
    from shapecli.language.figure import Figure

    Input = tuple[Figure, Settings]  # those that a picture was drawn with; the usual ones if it is none
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only in later versions of Click


class Parsed(ParamType):
    """The value of an option, as a function understands its text; a ValueError says what is wrong with it."""

    def __init__(self, name: str, parse: Callable[[str], Any], write: str = "") -> None:
        self.name, self.parse, self.write = name, parse, write

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):  # a default
            return value
        try:
            return self.parse(value)
        except ValueError as problem:
            self.fail(f"{problem}: write {self.write}" if self.write else str(problem), param, ctx)


def number(above: float | None = None) -> Parsed:
    """A finite number, greater than `above` if that is given."""

    def parse(text: str) -> float:
        value = plain_number(text)
        if above is not None and value <= above:
            raise ValueError(f"{text!r} is not greater than {above:g}")
        return value

    return Parsed("NUMBER", parse)


def numbers(name: str) -> Parsed:
    """Finite numbers, separated by commas, as many as the name has: x,y."""

    def parse(text: str) -> tuple[float, ...]:
        values = tuple(map(plain_number, text.split(",")))
        if len(values) != name.count(",") + 1:
            raise ValueError(f"{text!r} has {len(values)} numbers")
        return values

    return Parsed(name, parse, write=name)


def _size(text: str) -> Size:
    match = re.fullmatch(r"([0-9]{1,12})(?:[xX×]([0-9]{1,12}))?", text)
    if MEANT.fullmatch(text.strip()):
        paper_of(text)
        return text
    if not match or 0 in (int(match[1]), int(match[2] or 1)):
        raise ValueError(f"{text!r} is not a size")
    return (int(match[1]), int(match[2])) if match[2] else int(match[1])


def _assignment(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} sets nothing: write name=value")
    return name.strip(), plain_number(value)


def _variation(text: str) -> tuple[str, tuple[float | str, ...]]:
    name, equals, values = (part.strip() for part in text.partition("="))
    if not (name and equals):
        raise ValueError(f"{text!r} varies nothing")
    return name, _styles(values) if name == "style" else _values(values, whole=name == "seed")


def _styles(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(","))
    if unknown := set(names) - set(STYLES):
        raise ValueError(f"there is no style {', '.join(sorted(unknown))}, only {', '.join(STYLES)}")
    return names


def _values(text: str, *, whole: bool = False) -> tuple[float, ...]:
    """Numbers, or a range of so many; of whole numbers all, if it is not said how many."""
    if ".." not in text:
        return tuple(map(plain_number, text.split(",")))
    low, _, rest = text.partition("..")
    high, slash, count = rest.partition("/")
    if whole and not slash:
        slash, count = "/", f"{1 + max(0.0, plain_number(high) - plain_number(low)):.0f}"
    if not slash or not re.fullmatch(r"[0-9]{1,4}", count) or int(count) < 2:
        raise ValueError(f"{text!r} does not say how many values there are, 2 at least")
    first, last, steps = plain_number(low), plain_number(high), int(count) - 1
    # rounded to what one would have typed, so that 0.1..0.5/5 has 0.3 and not 0.30000000000000004
    return tuple(float(f"{first + (last - first) * k / steps:.12g}") for k in range(steps + 1))


def _sweep(text: str) -> tuple[str, float, float, bool]:
    name, equals, values = (part.strip() for part in text.partition("="))
    ends, slash, pace = values.partition("/")
    low, dots, high = ends.partition("..")
    try:
        if not (name and equals and dots) or (slash and pace not in PACES):
            raise ValueError(f"{text!r} is no sweep")
        first, last = plain_number(low), plain_number(high)
    except ValueError as problem:
        hint = "write n=2..80 or r=0.1..0.5, with /linear or /geometric"
        raise ValueError(f"{problem}: {hint}") from None
    geometric = by_factors(name, pace)
    if geometric and not 0.0 < min(first, last):
        raise ValueError(f"{text!r}: factors need both ends greater than 0; add /linear")
    return name, first, last, geometric


SIZE: Final = Parsed("SIZE", _size, write=f"800x600, or 800 for the longer side; or {PAPER_WRITTEN}")
ASSIGNMENT: Final = Parsed("NAME=VALUE", _assignment)
VARIATION: Final = Parsed("NAME=VALUES", _variation, write="n=4,16,64 or r=0.1..0.5/5")
SWEEP: Final = Parsed("NAME=LOW..HIGH", _sweep)


def plain_number(text: str) -> float:
    """A finite number in the notation of the language, with an optional sign.

    Raises:
        ValueError: it is something else.
    """
    if not re.fullmatch(r"\s*[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*", text, re.ASCII):
        raise ValueError(f"{text!r} is not a finite number")
    if abs(value := float(text)) == float("inf"):
        raise ValueError(f"{text!r} is too large for float64")
    return value


def read_figure(path: str, limit_operations: int) -> "Input":
    """The figure in a text file or a picture, or in what comes from stdin for `-`.

    Raises:
        ShapeError: it has a mistake.
        click.UsageError: there is no such file.
    """
    from shapecli.render import read_stream

    with _opened(path) as stream:
        if path == STDIN:
            return read_stream("stdin", stream, None, limit_operations)
        return read_stream(path, stream, reader_beside(Path(path), limit_operations), limit_operations)


def read_text(path: str, limit_operations: int) -> Source:
    """The text of a file, or what comes from stdin for `-`.

    Raises:
        ShapeError: it is not text, or too long.
        click.UsageError: there is no such file.
    """
    with _opened(path) as stream:
        return read("stdin" if path == STDIN else path, stream, limit_operations)


@contextmanager
def _opened(path: str) -> "Iterator[BufferedReader]":
    """A figure file, or stdin, to be read."""
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


def once_each(_: click.Context, option: click.Parameter, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """A repeatable option of which every value names something else.

    Raises:
        click.BadParameter: two name the same, of which one would be without effect.
    """
    names = [name for name, *_ in given]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise click.BadParameter(f"{twice[0]} is given twice", param=option)
    return given
