"""`shapecli export`: a figure as one text for another tool."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from shapecli.base.source import visible
from shapecli.commands import options
from shapecli.commands.output import STDOUT, opened
from shapecli.commands.request import Request, requested
from shapecli.notations.targets import TARGETS, about_targets, target_of

if TYPE_CHECKING:
    from shapecli.drawing.drawing import Drawing
    from shapecli.notations.targets import Exported


@click.command()
@options.figure("Export this instead of a figure file.")
@click.option(
    "--to",
    type=click.Choice(TARGETS),
    required=True,
    cls=options.LateHelp,
    about=lambda: f"The tool that it is for. {about_targets()}",
)
@options.output("Where to write.  [default: stdout]", default=STDOUT)
@options.settings(
    "window", "sharpness", "sharp", "parameters", "size", "threads", "limit_pixels", "limit_work"
)
@click.option(
    "--verify", is_flag=True, help="Run what was exported, and compare it with our own field over the window."
)
@options.force
@options.report("Print what --verify found as a report on stdout.")
@options.quiet()
@requested
def export(request: Request, to: str, verify: bool) -> None:
    """Write a FIGURE as text for another tool.

    \b
    shapecli export examples/puzzle.shape --to latex
    shapecli export examples/puzzle.shape --to desmos
    shapecli export examples/gear.shape --to python -o gear.py --verify
    shapecli export -e 'x^2 + y^2 <= 1' --to glsl
    """  # noqa: D301 - Click keeps lines after a real \b
    output, target = STDOUT if request.output is None else request.output, target_of(to)
    if request.as_json and not verify:
        raise click.UsageError("--json reports what --verify finds: add --verify")
    if verify and not target.run:
        known = ", ".join(name for name in TARGETS if target_of(name).run)
        raise click.UsageError(f"--verify runs {known}; {to} cannot be run here")
    if output != STDOUT:
        request.target((to,), to)
    drawing = request.drawing()
    exported = target.write(drawing)
    if output != STDOUT or not request.as_json:
        with opened(output) as stream:
            stream.write(exported.text.encode())
    if verify:
        _verify(request, to, drawing, exported)
    for note in exported.notes:
        request.say(f"note: {note}")
    if output != STDOUT:
        request.say(f"wrote {visible(output)}")


def _verify(request: Request, to: str, drawing: "Drawing", exported: "Exported") -> None:
    """Compare an export with our own field, and say how they differ."""
    from shapecli.drawing.picture import levels
    from shapecli.engine.machine import machine
    from shapecli.notations.targets.verify import compare

    run = target_of(to).run
    assert run
    machine(request.say)
    field, _ = levels(drawing)
    with request.progress("comparing") as progress:
        found = compare(field, run(exported, drawing.view, progress))
    if request.as_json:
        click.echo(json.dumps({"output": request.output, "to": to, **asdict(found)}))
    place = "({:.6g}, {:.6g})".format(*found.where) if found.where else ""
    where = f", as at {place} (|L| at most {found.largest_level:.2g} there)" if place else ""
    infinite = f", {found.infinite:,} of one that is infinite alone" if found.infinite else ""
    request.say(
        f"{found.disagreeing:,} of {found.pixels:,} pixels disagree{where}; levels differ by at most "
        f"{found.difference:.2g}, relative to 1 + |L| by {found.relative:.2g}{infinite}"
    )
