"""`shapecli export`: a figure as one text for another tool."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from shapecli.base.defaults import EXPORTS, VERIFIED_EXPORTS
from shapecli.base.source import visible
from shapecli.commands.inputs import STDIN, changed, read_expression, read_figure
from shapecli.commands.options import some_options
from shapecli.commands.output import STDOUT, check_target, opened, progress_bar, speaker

if TYPE_CHECKING:
    from shapecli.notations.targets.wanted import Exported
    from shapecli.render import Figure, Settings


@click.command()
@click.argument("figure", required=False)
@click.option("-e", "--expression", metavar="EXPR", help="Export this instead of a figure file.")
@click.option("--to", "target", type=click.Choice(EXPORTS), required=True, help="The tool that it is for.")
@click.option("-o", "--output", metavar="FILE", default=STDOUT, help="Where to write.  [default: stdout]")
@some_options("window", "sharpness", "sharp", "parameters")
@click.option(
    "--verify", is_flag=True, help="Run what was exported, and compare it with our own field over the window."
)
@some_options("size", "threads", "limit_operations", "limit_pixels", "limit_work")
@click.option(
    "--force/--no-force", default=True, help="Overwrite an existing FILE, the default, or refuse to."
)
@click.option("--json", "as_json", is_flag=True, help="Print what --verify found as a report on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def export(
    figure: str | None,
    expression: str | None,
    target: str,
    output: str,
    parameters: tuple[tuple[str, float], ...],
    verify: bool,
    limit_operations: int,
    limit_work: float,
    force: bool,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Write a FIGURE as text for another tool.

    \b
    shapecli export examples/puzzle.shape --to latex
    shapecli export examples/puzzle.shape --to desmos
    shapecli export examples/gear.shape --to python -o gear.py --verify
    shapecli export -e 'x^2 + y^2 <= 1' --to glsl

    latex: one inequality for a paper. desmos: lines to paste into its expression list, parameters as sliders.
    glsl: a function for GLSL ES 3.00. python and numpy: a function that needs nothing but math, or NumPy.
    mathematica: a plot. json: the figure as data.
    """  # noqa: D301 - Click keeps lines after a real \b
    if (figure is None) == (expression is None):
        raise click.UsageError("give a FIGURE file, or an expression with -e")
    if as_json and not verify:
        raise click.UsageError("--json reports what --verify finds: add --verify")
    if verify and target not in VERIFIED_EXPORTS:
        raise click.UsageError(f"--verify runs {', '.join(VERIFIED_EXPORTS)}; {target} cannot be run here")
    check_target(output, figure, force, as_json) if output != STDOUT else None
    from shapecli import render as drawing
    from shapecli.notations.targets.targets import Wanted
    from shapecli.notations.targets.targets import export as exported

    given = (
        read_expression(expression, limit_operations) if expression is not None
        else read_figure(figure or STDIN, limit_operations)
    )  # fmt: skip
    chosen = changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
    shape = given.figure
    window = drawing.view_of(shape, chosen).window
    found = exported(target, Wanted(shape, window, drawing.inputs_of(shape, chosen), chosen.sharp))
    say = speaker(quiet)
    if output != STDOUT or not as_json:
        with opened(output) as stream:
            stream.write(found.text.encode())
    if verify:
        _verify(target, found, shape, chosen, output, as_json, say, quiet)
    for note in found.notes:
        say(f"note: {note}")
    if output != STDOUT:
        say(f"wrote {visible(output)}")


def _verify(
    target: str,
    exported: "Exported",
    shape: "Figure",
    settings: "Settings",
    output: str,
    as_json: bool,
    say: Callable[[str], None],
    quiet: bool,
) -> None:
    """Compare an export with our own field, and say how they differ."""
    from shapecli import render as drawing
    from shapecli.notations.targets.verify import compare, run_export

    rendering = drawing.levels(shape, settings, notice=say)
    assert rendering.field is not None
    with progress_bar(quiet, "comparing") as progress:
        theirs = run_export(target, exported, rendering.view, progress)
    verdict = compare(rendering.field, theirs)
    if as_json:
        click.echo(json.dumps({"output": output, "to": target, **asdict(verdict)}))
    place = "({:.6g}, {:.6g})".format(*verdict.where) if verdict.where else ""
    where = f", as at {place} (|L| at most {verdict.largest_level:.2g} there)" if place else ""
    infinite = f", {verdict.infinite:,} of one that is infinite alone" if verdict.infinite else ""
    say(
        f"{verdict.disagreeing:,} of {verdict.pixels:,} pixels disagree{where}; levels differ by at most "
        f"{verdict.difference:.2g}, relative to 1 + |L| by {verdict.relative:.2g}{infinite}"
    )
