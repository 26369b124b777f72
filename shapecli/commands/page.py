"""`shapecli page`: a figure as a page that draws itself."""

from pathlib import Path
from typing import Any

import click

from shapecli.base.defaults import PAGE_STYLES
from shapecli.base.source import visible
from shapecli.commands.inputs import STDIN, changed, read_expression, read_figure
from shapecli.commands.options import some_options
from shapecli.commands.output import STDOUT, check_target, opened, speaker, target_of


@click.command()
@click.argument("figure", required=False)
@click.option("-e", "--expression", metavar="EXPR", help="Show this instead of a figure file.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write; - is stdout.  [default: the figure's name with .html]",
)
@some_options("window", "sharpness", "sharp", "parameters")
@click.option(
    "--style",
    type=click.Choice(PAGE_STYLES),
    default=PAGE_STYLES[0],
    show_default=True,
    help="To begin with.",
)
@some_options(
    "fill", "stroke", "stroke_width", "background", "colours", "span", "limit_operations", "limit_work"
)
@click.option(
    "--force/--no-force", default=True, help="Overwrite an existing FILE, the default, or refuse to."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def page(
    figure: str | None,
    expression: str | None,
    output: str | None,
    parameters: tuple[tuple[str, float], ...],
    limit_operations: int,
    limit_work: float,
    force: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Write a FIGURE as one HTML file that draws it in the reader's browser.

    \b
    shapecli page examples/puzzle.shape
    shapecli page examples/gear.shape -o gear.html --style soft
    shapecli page -e 'x^2 + y^2 <= 1' -o disc.html

    The page pans and zooms, has sliders for the sharpness and every parameter, switches every inequality on
    and off, and shows the values under the pointer. It works from the disk, without a network.
    """  # noqa: D301 - Click keeps lines after a real \b
    if (figure is None) == (expression is None):
        raise click.UsageError("give a FIGURE file, or an expression with -e")
    target, _ = target_of(figure, output, None if output else "html", ("html", "htm"))
    check_target(target, figure, force, False)
    from shapecli.live.page import page_of
    from shapecli.render import prepare

    say = speaker(quiet)
    given = (
        read_expression(expression, limit_operations) if expression is not None
        else read_figure(figure or STDIN, limit_operations)
    )  # fmt: skip
    chosen = changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
    prepare(say)
    name = visible(Path(figure).stem) if figure and figure != STDIN else "figure"
    text = page_of(given.figure, chosen, name)
    with opened(target) as stream:
        stream.write(text.encode("utf-8", "replace"))
    if target != STDOUT:
        say(f"wrote {visible(target)}: {len(text) / 1000:.0f} kB")
