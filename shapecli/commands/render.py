"""`shapecli render`: one figure to one file."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.base.source import visible
from shapecli.commands.inputs import STDIN, changed, read_expression, read_figure
from shapecli.commands.options import picture_options
from shapecli.commands.output import STDOUT, check_target, need, opened, progress_bar, speaker, target_of
from shapecli.commands.watch import watch as watch_files

if TYPE_CHECKING:
    from shapecli.render import Figure, Proof, Rendering, Settings, Stopwatch

FORMATS: Final = ("png", "svg", "pdf", "npy", "npz")


@click.command()
@click.argument("figure", required=False)
@click.option(
    "-e", "--expression", metavar="EXPR", help="Draw this region or curve instead of a figure file."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write; - is stdout.  [default: the figure's name with .png, in this folder]",
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of what the ending of FILE says.")
@picture_options
@click.option(
    "--force/--no-force", default=True, help="Overwrite an existing FILE, the default, or refuse to."
)
@click.option(
    "--metadata/--no-metadata",
    default=True,
    help="Put the source into the PNG, the default, or leave it out.",
)
@click.option(
    "--certify",
    is_flag=True,
    help="With --json: also how many pixels are proven to be inside or outside, and bounds of the area.",
)
@click.option("--watch", "watching", is_flag=True, help="Draw again whenever the figure is saved.")
@click.option("--json", "as_json", is_flag=True, help="Print a report on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def render(
    figure: str | None,
    expression: str | None,
    output: str | None,
    form: str | None,
    parameters: tuple[tuple[str, float], ...],
    limit_operations: int,
    limit_work: float,
    force: bool,
    metadata: bool,
    certify: bool,
    watching: bool,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Draw a FIGURE file (- for stdin), or an expression, to a picture.

    \b
    shapecli render examples/puzzle.shape
    shapecli render examples/batman.shape --size 2048x1024 -n 20 --style soft -o bat.png
    shapecli render -e '(x-1)^2 + y^2 <= 1' -o disc.png
    shapecli render -e 'y = sin(x)' --window -7,7,-2,2 --axes -o sine.png
    shapecli render examples/circle-to-square.shape --set p=3 -o square.svg
    shapecli render puzzle.png --size 4096 -o large.png

    A PNG or SVG that shapecli made is a figure too. A .svg or .pdf has closed paths. A file that ends in
    .npy or .npz holds the levels L = ln u, float64, row 0 at the top; points are inside where L <= 0.
    """  # noqa: D301 - Click keeps lines after a real \b
    started = time.perf_counter()
    if (figure is None) == (expression is None):
        raise click.UsageError(
            "give a FIGURE file, or an expression with -e" + (", not both" if figure else "")
        )
    if certify and not as_json:
        raise click.UsageError("what --certify finds is in the report: add --json")
    if watching and (figure in (None, STDIN) or output == STDOUT):
        raise click.UsageError("--watch needs a FIGURE file, and a file to write")
    target, form = target_of(figure, output, form, FORMATS)
    check_target(target, figure, force, as_json)
    if form == "pdf":
        need("fpdf", "a .pdf", "pdf")

    from shapecli import render as drawing

    say = speaker(quiet)

    def once(began: float) -> list[str]:
        """Draw and report; gives the paths of what the figure uses."""
        watch = drawing.Stopwatch()
        watch.seconds["load"] = time.perf_counter() - began
        with watch("parse"):
            given = (
                read_expression(expression, limit_operations) if expression is not None
                else read_figure(figure or STDIN, limit_operations)
            )  # fmt: skip
        shape = given.figure
        chosen = changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
        with progress_bar(quiet) as progress:
            rendering = _draw(shape, chosen, target, form, metadata, watch, say, progress)
            proof = drawing.prove(shape, chosen, progress=progress, watch=watch) if certify else None
        watch.seconds["total"] = time.perf_counter() - began
        if as_json:
            click.echo(json.dumps(_report(shape, chosen, target, rendering, proof, watch)))
        name, view = "stdout" if target == STDOUT else visible(target), rendering.view
        say(f"wrote {name}: {view.width} x {view.height} pixels, {watch.seconds['total']:.2f} s")
        return list(shape.used)

    if watching:
        watch_files([Path(figure or "")], lambda: once(time.perf_counter()), say)
    once(started)


def _report(
    shape: "Figure",
    settings: "Settings",
    target: str,
    rendering: "Rendering",
    proof: "Proof | None",
    watch: "Stopwatch",
) -> dict[str, Any]:
    """What --json prints."""
    from shapecli import render as drawing

    view = rendering.view
    report: dict[str, Any] = {
        "output": target,
        "width": view.width,
        "height": view.height,
        "window": [view.window.x0, view.window.x1, view.window.y0, view.window.y1],
        "sharpness": drawing.inputs_of(shape, settings)["n"],
        "inside_pixels": rendering.inside_pixels,
        "area": rendering.area,
        "undefined_pixels": rendering.undefined_pixels,
        "seconds": _rounded(watch.seconds),
        "threads": settings.threads or _cores(),
    }
    if proof:
        report |= {
            "certain_inside": proof.certain_inside,
            "certain_outside": proof.certain_outside,
            "undecided": proof.undecided,
            "certain_area": proof.area,
        }
    return report


def _draw(
    shape: "Figure",
    settings: "Settings",
    target: str,
    form: str,
    with_source: bool,
    watch: "Stopwatch",
    say: Callable[[str], None],
    progress: Callable[[float], None],
) -> "Rendering":
    """Draw a picture, paths or levels into the target."""
    from shapecli import render as drawing

    with watch("compile"):
        drawing.prepare(say)  # before the target is opened: what fails here is not its fault
    if form == "png":
        with opened(target, drawing.view_of(shape, settings, streamed=True)) as stream:
            return drawing.save(
                shape, settings, stream, with_source=with_source, notice=say, progress=progress, watch=watch
            )
    if form in ("svg", "pdf"):
        from shapecli.drawing import vector

        write = vector.save_svg if form == "svg" else vector.save_pdf
        with watch("paint"), opened(target) as stream:
            write(shape, settings, stream, with_source=with_source, progress=progress)
        with watch("sample"):
            return drawing.measure(shape, settings)
    from shapecli.formats.arrays import write_npy, write_npz

    rendering = drawing.levels(shape, settings, notice=say, progress=progress, watch=watch)
    assert rendering.field is not None
    with watch("encode"), opened(target) as stream:
        (write_npy if form == "npy" else write_npz)(stream, rendering.field)
    return rendering


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    stages = ("load", "parse", "compile", "sample", "paint", "encode", "total")
    found = {stage: round(seconds.get(stage, 0.0), 4) for stage in stages}
    return found | ({"certify": round(seconds["certify"], 4)} if "certify" in seconds else {})


def _cores() -> int:
    from shapecli.engine.machine import available_threads

    return available_threads()
