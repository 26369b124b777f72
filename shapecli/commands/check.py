"""`shapecli check`: parse and resolve, print every mistake, draw nothing."""

import click

from shapecli.base.source import ShapeError, visible
from shapecli.commands import options
from shapecli.commands.inputs import read_figure
from shapecli.commands.request import Request, requested
from shapecli.drawing.settings import spelled


@click.command()
@click.argument("figures", nargs=-1, required=True, metavar="FIGURE...")
@options.limit_operations
@options.quiet("Say nothing about figures that are right.")
@requested
def check(request: Request, figures: tuple[str, ...]) -> None:
    """Find every mistake in figures, and draw nothing.

    \b
    shapecli check examples/*.shape
    shapecli check - < figure.shape
    """  # noqa: D301 - Click keeps lines after a real \b
    wrong = 0
    for path in figures:
        try:
            read_figure(path, request.limit_operations)
        except ShapeError as problem:
            wrong += 1
            click.echo(str(spelled(problem)), err=True)
        else:
            request.say(f"{visible(path)}: right")
    if wrong:
        raise click.exceptions.Exit(1)
