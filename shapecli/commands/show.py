"""`shapecli show`: a figure in the terminal."""

import os
import shutil
import sys
from dataclasses import replace
from typing import Final

import click

from shapecli.commands import options
from shapecli.commands.request import Request, requested

COLOURS: Final = {"24bit": 1 << 24, "256": 256, "none": 0}
FALLBACK: Final = (80, 24)  # columns and lines, where there is no terminal
MOST_COLUMNS: Final = 1000


@click.command()
@options.figure("Show this instead of a figure file.")
@click.option("--columns", type=click.IntRange(1, MOST_COLUMNS), help="[default: as many as there are]")
@options.usual(
    "--colour",
    "auto",
    "auto asks NO_COLOR, COLORTERM and TERM, and has no colours unless stdout is a terminal.",
    type=click.Choice(("auto", *COLOURS)),
)
@options.settings()
@requested
def show(request: Request, columns: int | None, colour: str) -> None:
    """Draw a FIGURE in the terminal, two pixels to a character.

    \b
    shapecli show examples/batman.shape
    shapecli show -e 'sin(x) < cos(y)' --window -9,9,-9,9
    shapecli show examples/puzzle.shape --style field --columns 60
    """  # noqa: D301 - Click keeps lines after a real \b
    import numpy as np

    from shapecli.drawing.drawing import drawing_of
    from shapecli.drawing.picture import draw
    from shapecli.drawing.settings import in_pixels
    from shapecli.engine.machine import machine
    from shapecli.formats.arrays import on_white
    from shapecli.formats.terminal import characters, half_blocks

    figure, settings = request.read()
    settings = in_pixels(request.applied(settings), MOST_COLUMNS)
    view = drawing_of(figure, replace(settings, limit_pixels=None)).view
    size = _fitting(view.width / view.height, columns)
    machine(request.say)
    drawing = drawing_of(figure, replace(settings, size=size))
    image, measures = draw(drawing)
    pixels = np.asarray(on_white(image))
    depth = COLOURS[colour] if colour != "auto" else _depth()
    lines = half_blocks(pixels, depth) if depth else characters(pixels)
    for line in lines:
        click.echo(line, color=bool(depth))
    if not measures.shows:
        request.say_unseen(drawing)


def _fitting(ratio: float, columns: int | None) -> tuple[int, int]:
    """The pixels of a picture that fits the terminal; an even number of rows."""
    across, lines = shutil.get_terminal_size(FALLBACK)
    across = min(MOST_COLUMNS, columns or across)
    down = min(MOST_COLUMNS, max(1, lines - 1)) if columns is None else MOST_COLUMNS
    width = max(1, min(across, round(2 * down * ratio)))
    return width, 2 * max(1, min(down, round(width / ratio / 2)))


def _depth() -> int:
    """How many colours the terminal shows; 0 for none, or none that are wanted."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return 0
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    term = os.environ.get("TERM", "")
    if not encoding.startswith("utf") or term in ("", "dumb"):
        return 0
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return COLOURS["24bit"]
    return COLOURS["256"] if "256" in term else 0
