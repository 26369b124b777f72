"""`shapecli text`: letters as a figure."""

import re
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from shapecli.base.source import Source, visible
from shapecli.commands import options
from shapecli.commands.inputs import number
from shapecli.commands.output import STDOUT
from shapecli.commands.request import Request, requested
from shapecli.language.letters import LEADING, WEIGHT

MARGIN: Final = 0.25  # around letters that are 1 high
BELOW, ABOVE = 0.3, 0.45  # how far small letters hang below the line, and marks stand above capitals
LONGEST_NAME: Final = 40  # of a file


@click.command()
@click.argument("lines", nargs=-1, required=True, metavar="LETTERS...")
@options.output("Where to write; - is stdout.  [default: the letters with .shape, in this folder]", "FIGURE")
@click.option(
    "--weight", type=number(0.0), help=f"The breadth of strokes, of the height.  [default: {WEIGHT:g}]"
)
@options.overwriting("FIGURE")
@options.settings("fill")
@options.quiet()
@requested
def text(request: Request, lines: tuple[str, ...], weight: float | None) -> None:
    """Write letters as a figure, each of the LETTERS as a line of it.

    \b
    shapecli text HELLO                      # becomes hello.shape
    shapecli text "two words" "two lines" -o words.shape
    shapecli text Δx --weight 0.08 -o -

    What is written is a text that you may change.  render draws it, and export writes the one inequality
    that it is for Desmos, LaTeX and others.
    """  # noqa: D301 - Click keeps lines after a real \b
    output = request.output if request.output is not None else f"{_name(lines)}.shape"
    if output != STDOUT and Path(output).suffix != ".shape":
        hint = "write -o NAME.shape, and draw that with shapecli render"
        raise click.UsageError(f"letters become a figure, and {visible(output)} is none: {hint}")
    target, _ = replace(request, output=output).target(("shape",), is_text=True)
    head, drawn = _figure(lines, request.settings.get("fill"), weight)
    from shapecli.language.resolve import read_figure

    read_figure(Source("letters", drawn), limit=request.limit_operations)  # which says what is wrong, once
    request.write(target, f"{head}{drawn}", f"; shapecli render {visible(shlex.quote(target))} draws it")


def _name(lines: Sequence[str]) -> str:
    """That of a file, of letters and digits of the lines."""
    start = " ".join(lines)[: 10 * LONGEST_NAME].casefold()
    plain = unicodedata.normalize("NFKD", start).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME] or "letters"


def _figure(lines: Sequence[str], fill: str | None, weight: float | None) -> tuple[str, str]:
    """The text of a figure: a title with a window that fits, and what is drawn."""
    rows = [row for line in lines for row in line.splitlines() or [""]]
    if any('"' in row for row in rows):
        raise click.UsageError('a figure has no " in its letters: write “ and ”')
    quoted = [f'"{row}"' for row in rows]
    letters = quoted[0] if len(rows) == 1 else f"[{', '.join(quoted)}]"
    is_level = all(row.isascii() and row == row.upper() for row in rows)
    low = MARGIN + (len(rows) - 1) * LEADING + BELOW * (not is_level)
    high = 1 + MARGIN + ABOVE * (not is_level)
    more = f", {weight:.12g}" if weight is not None else ""
    paint = f'  fill "{fill}"' if fill else ""
    head = (
        f'title "{" ".join(rows)}"\n'
        f"window {-MARGIN}, textwidth({letters}, 1{more}) + {MARGIN}, {-low:.12g}, {high:.12g}\n"
    )
    return head, f"draw text({letters}, 0, 0, 1{', 0' * bool(more)}{more}){paint}\n"
