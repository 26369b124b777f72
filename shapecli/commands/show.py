"""`shapecli show`: a figure in the terminal."""

import os
import shutil
import sys
from dataclasses import replace
from typing import Any, Final

import click

from shapecli.commands.inputs import STDIN, changed, read_expression, read_figure
from shapecli.commands.options import picture_options
from shapecli.commands.output import speaker

COLOURS: Final = {"24bit": 1 << 24, "256": 256, "none": 0}
FALLBACK: Final = (80, 24)  # columns and lines, where there is no terminal
MOST_COLUMNS: Final = 1000


@click.command()
@click.argument("figure", required=False)
@click.option("-e", "--expression", metavar="EXPR", help="Show this instead of a figure file.")
@click.option("--columns", type=click.IntRange(1, MOST_COLUMNS), help="[default: as many as there are]")
@click.option(
    "--colour",
    type=click.Choice(("auto", *COLOURS)),
    default="auto",
    show_default=True,
    help="auto asks NO_COLOR, COLORTERM and TERM, and has no colours unless stdout is a terminal.",
)
@picture_options
def show(
    figure: str | None,
    expression: str | None,
    columns: int | None,
    colour: str,
    parameters: tuple[tuple[str, float], ...],
    limit_operations: int,
    limit_work: float,
    **settings: Any,
) -> None:
    """Draw a FIGURE in the terminal, two pixels to a character.

    \b
    shapecli show examples/batman.shape
    shapecli show -e 'sin(x) < cos(y)' --window -9,9,-9,9
    shapecli show examples/puzzle.shape --style field --columns 60
    """  # noqa: D301 - Click keeps lines after a real \b
    if (figure is None) == (expression is None):
        raise click.UsageError("give a FIGURE file, or an expression with -e")
    import numpy as np

    from shapecli.formats.terminal import characters, half_blocks
    from shapecli.render import draw, view_of

    given = (
        read_expression(expression, limit_operations) if expression is not None
        else read_figure(figure or STDIN, limit_operations)
    )  # fmt: skip
    settings.pop("size")
    chosen = changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
    view = view_of(given.figure, replace(chosen, size=MOST_COLUMNS, limit_pixels=None))
    width, height = _fitting(view.width / view.height, columns)
    image = draw(given.figure, replace(chosen, size=(width, height)), notice=speaker(False)).image
    assert image is not None
    if image.mode == "RGBA":
        paper = image.copy()
        paper.paste("white", (0, 0, *image.size))
        paper.alpha_composite(image)
        image = paper
    pixels = np.asarray(image.convert("RGB"))
    depth = COLOURS[colour] if colour != "auto" else _depth()
    lines = half_blocks(pixels, depth) if depth else characters(pixels)
    for line in lines:
        click.echo(line, color=bool(depth))


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
