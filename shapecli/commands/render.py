"""`shapecli render`: one figure to one file."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.commands.inputs import STDIN, changed, read_expression, read_figure
from shapecli.commands.options import picture_options
from shapecli.commands.output import STDOUT, check_target, opened, progress_bar, speaker, target_of
from shapecli.language.source import visible

if TYPE_CHECKING:
    from shapecli.render import Figure, Rendering, Settings, Stopwatch

FORMATS: Final = ("png", "svg", "npy", "npz")


@click.command()
@click.argument("figure", required=False)
@click.option("-e", "--expression", metavar="EXPR", help="Draw this region instead of a figure file.")
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
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Draw a FIGURE file (- for stdin), or an expression, to a picture.

    \b
    shapecli render examples/puzzle.shape
    shapecli render examples/batman.shape --size 2048x1024 -n 20 --style soft -o bat.png
    shapecli render -e '(x-1)^2 + y^2 <= 1' -o disc.png
    shapecli render -e 'sin(x) < cos(y)' --window -9,9,-9,9 -o - > waves.png
    shapecli render examples/circle-to-square.shape --set p=3

    A file that ends in .npy or .npz holds the levels L = ln u, float64, row 0 at the top; points
    are inside where L <= 0.
    """  # noqa: D301 - Click keeps lines after a real \b
    started = time.perf_counter()
    if (figure is None) == (expression is None):
        raise click.UsageError(
            "give a FIGURE file, or an expression with -e" + (", not both" if figure else "")
        )
    if certify and not as_json:
        raise click.UsageError("what --certify finds is in the report: add --json")
    target, form = target_of(figure, output, form, FORMATS)
    check_target(target, figure, force, as_json)

    from shapecli import render as drawing

    watch = drawing.Stopwatch()
    watch.seconds["load"] = time.perf_counter() - started
    with watch("parse"):
        given = (
            read_expression(expression, limit_operations) if expression is not None
            else read_figure(figure or STDIN, limit_operations)
        )  # fmt: skip
    shape, chosen = given.figure, changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
    say = speaker(quiet)
    with progress_bar(quiet) as progress:
        rendering = _draw(shape, chosen, target, form, metadata, watch, say, progress)
        proof = drawing.prove(shape, chosen, progress=progress, watch=watch) if certify else None
    watch.seconds["total"] = time.perf_counter() - started
    view = rendering.view
    report = {
        "output": target,
        "width": view.width,
        "height": view.height,
        "window": [view.window.x0, view.window.x1, view.window.y0, view.window.y1],
        "sharpness": drawing.inputs_of(shape, chosen)["n"],
        "inside_pixels": rendering.inside_pixels,
        "area": rendering.area,
        "undefined_pixels": rendering.undefined_pixels,
        "seconds": _rounded(watch.seconds),
        "threads": chosen.threads or _cores(),
    }
    if proof:
        report |= {
            "certain_inside": proof.certain_inside,
            "certain_outside": proof.certain_outside,
            "undecided": proof.undecided,
            "certain_area": proof.area,
        }
    if as_json:
        click.echo(json.dumps(report))
    name = "stdout" if target == STDOUT else visible(target)
    say(f"wrote {name}: {view.width} x {view.height} pixels, {watch.seconds['total']:.2f} s")


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
    """Draw a picture, or levels, into the target."""
    from shapecli import render as drawing

    with watch("compile"):
        drawing.prepare(say)  # before the target is opened: what fails here is not its fault
    if form == "png":
        with opened(target, drawing.view_of(shape, settings, streamed=True)) as stream:
            return drawing.save(
                shape, settings, stream, with_source=with_source, notice=say, progress=progress, watch=watch
            )
    if form == "svg":
        return _draw_svg(shape, settings, target, with_source, watch, progress)
    from shapecli.pictures.arrays import write_npy, write_npz

    rendering = drawing.levels(shape, settings, notice=say, progress=progress, watch=watch)
    assert rendering.field is not None
    with watch("encode"), opened(target) as stream:
        (write_npy if form == "npy" else write_npz)(stream, rendering.field)
    return rendering


def _draw_svg(
    shape: "Figure",
    settings: "Settings",
    target: str,
    with_source: bool,
    watch: "Stopwatch",
    progress: Callable[[float], None],
) -> "Rendering":
    """Draw paths into the target; the report is that of the picture in pixels."""
    from shapecli import render as drawing
    from shapecli.drawing.vector import save_svg

    with watch("paint"), opened(target) as stream:
        save_svg(shape, settings, stream, with_source=with_source, progress=progress)
    with watch("sample"):
        return drawing.measure(shape, settings)


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    stages = ("load", "parse", "compile", "sample", "paint", "encode", "total")
    found = {stage: round(seconds.get(stage, 0.0), 4) for stage in stages}
    return found | ({"certify": round(seconds["certify"], 4)} if "certify" in seconds else {})


def _cores() -> int:
    from shapecli.engine.machine import available_threads

    return available_threads()
