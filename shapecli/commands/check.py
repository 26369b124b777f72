"""`shapecli check`: parse and resolve, print every mistake, draw nothing."""

import click

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import ShapeError, visible
from shapecli.commands.inputs import read_figure


@click.command()
@click.argument("figures", nargs=-1, required=True, metavar="FIGURE...")
@click.option(
    "--limit-operations",
    type=click.IntRange(1),
    default=LIMIT_OPERATIONS,
    show_default=True,
    help="Refuse larger figures.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about figures that are right.")
def check(figures: tuple[str, ...], limit_operations: int, quiet: bool) -> None:
    """Find every mistake in figures, and draw nothing.

    \b
    shapecli check examples/*.shape
    shapecli check - < figure.shape
    """  # noqa: D301 - Click keeps lines after a real \b
    wrong = 0
    for path in figures:
        try:
            read_figure(path, limit_operations)
        except ShapeError as problem:
            wrong += 1
            click.echo(str(problem), err=True)
        else:
            if not quiet:
                click.echo(f"{visible(path)}: right", err=True)
    if wrong:
        raise click.exceptions.Exit(1)
