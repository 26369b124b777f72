"""`shapecli render`: one figure to one file."""

import errno
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click

from shapecli.commands.inputs import (
    STDIN,
    Assignment,
    Number,
    Numbers,
    Size,
    changed,
    read_expression,
    read_figure,
)
from shapecli.defaults import (
    ANTIALIASING,
    LIMIT_OPERATIONS,
    LIMIT_PIXELS,
    LIMIT_STREAMED,
    LIMIT_WORK,
    MOST_ANTIALIASING,
    SIZE,
    STYLES,
    TOLERANCE,
)
from shapecli.files import check_writable, written_whole
from shapecli.language.source import visible

if TYPE_CHECKING:
    from shapecli.engine.view import View
    from shapecli.render import Figure, Rendering, Settings, Stopwatch

STDOUT: Final = "-"
FORMATS: Final = ("png", "svg", "npy", "npz")
UNNAMED: Final = "figure"
PATIENCE: Final = 2.0  # seconds before a progress bar appears


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
@click.option(
    "--size",
    type=Size(),
    default=SIZE,
    show_default=True,
    help="Pixels: 800x600, or 800 for the longer side.",
)
@click.option("--window", type=Numbers("x0,x1,y0,y1", 4), help="The part of the plane to draw.")
@click.option(
    "--stretch", is_flag=True, help="Fill the picture with exactly the window, instead of widening it."
)
@click.option(
    "-n", "--sharpness", type=Number(), help="How sharp corners are.  [default: the figure's, or 50]"
)
@click.option("--sharp", is_flag=True, help="Draw the crisp figure: sharpness without end.")
@click.option("--set", "parameters", type=Assignment(), multiple=True, help="Change a parameter; repeatable.")
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default=STYLES[0],
    show_default=True,
    help="Filled; with the opacity 1/(1 + u); the field L/n in colours; the boundary alone; or every point "
    "in the colour of the inequality that decides there.",
)
@click.option("--fill", metavar="COLOUR", help="Instead of the fill colours of the figure.  [default: black]")
@click.option(
    "--tolerance",
    type=Number(above=0.0),
    metavar="PIXELS",
    default=TOLERANCE,
    show_default=True,
    help="How far paths of an .svg may be from the boundary.",
)
@click.option(
    "--colours",
    metavar="NAME",
    help="The colour map of the styles field and owners, such as RdBu, viridis or tol:bright.",
)
@click.option("--stroke", metavar="COLOUR", help="Instead of the stroke colours of the figure.")
@click.option(
    "--stroke-width",
    type=Number(above=0.0),
    metavar="PIXELS",
    help="Instead of the stroke widths of the figure.  [default: 2]",
)
@click.option(
    "--background", metavar="COLOUR", help="A CSS colour, or transparent.  [default: the figure's, or white]"
)
@click.option(
    "--aa",
    "antialiasing",
    type=click.IntRange(1, MOST_ANTIALIASING),
    default=ANTIALIASING,
    show_default=True,
    metavar="N",
    help="Count up to N x N points in pixels where the boundary is not straight, N in steps of 4; 1 decides "
    "by the centre.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    help="The picture is the same for any number.  [default: all cores]",
)
@click.option(
    "--limit-pixels",
    type=click.IntRange(1),
    metavar="N",
    help=f"Refuse larger pictures.  [default: {LIMIT_PIXELS}; {LIMIT_STREAMED} for one colour on another]",
)
@click.option(
    "--limit-operations",
    type=click.IntRange(1),
    default=LIMIT_OPERATIONS,
    show_default=True,
    metavar="N",
    help="Refuse larger figures.",
)
@click.option(
    "--limit-work",
    type=Number(above=0.0),
    default=LIMIT_WORK / 1e9,
    show_default=True,
    metavar="N",
    help="Stop after N billion operations.",
)
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
    target, form = _target(figure, output, form)
    _check_target(target, figure, force, as_json)

    from shapecli import render as drawing

    watch = drawing.Stopwatch()
    watch.seconds["load"] = time.perf_counter() - started
    with watch("parse"):
        given = (
            read_expression(expression, limit_operations) if expression is not None
            else read_figure(figure or STDIN, limit_operations)
        )  # fmt: skip
    shape, chosen = given.figure, changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
    say = _speaker(quiet)
    with _progress_bar(quiet) as progress:
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
        with _open(target, drawing.view_of(shape, settings, streamed=True)) as stream:
            return drawing.save(
                shape, settings, stream, with_source=with_source, notice=say, progress=progress, watch=watch
            )
    if form == "svg":
        return _draw_svg(shape, settings, target, with_source, watch, progress)
    from shapecli.pictures.arrays import write_npy, write_npz

    rendering = drawing.levels(shape, settings, notice=say, progress=progress, watch=watch)
    assert rendering.field is not None
    with watch("encode"), _open(target) as stream:
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

    with watch("paint"), _open(target) as stream:
        save_svg(shape, settings, stream, with_source=with_source, progress=progress)
    with watch("sample"):
        return drawing.measure(shape, settings)


def _target(figure: str | None, output: str | None, form: str | None) -> tuple[str, str]:
    """Where to write, and in which format."""
    if output is None:
        stem = Path(figure).stem if figure and figure != STDIN else UNNAMED
        return f"{stem}.{form or 'png'}", form or "png"
    if not output:
        raise click.UsageError("the name of the output is empty")
    if form is None:
        ending = Path(output).suffix.lower().removeprefix(".")
        if ending in FORMATS:
            return output, ending
        if output == STDOUT:
            return output, "png"
        known = ", ".join(f".{name}" for name in FORMATS)
        shown = visible(output)
        if Path(output).is_dir():
            raise click.UsageError(f"{shown} is a folder: give the name of a file in it")
        what = f"the ending of {shown} is unknown" if ending else f"{shown} has no ending"
        raise click.UsageError(f"{what}: use one of {known}, or --format")
    return output, form


def _check_target(target: str, figure: str | None, force: bool, as_json: bool) -> None:
    """Refuse before any work what cannot be written."""
    if target == STDOUT and as_json:
        raise click.UsageError("the picture and the report cannot both go to stdout: give -o FILE")
    if sys.stdout is None and (target == STDOUT or as_json):
        raise OSError("stdout is closed")
    if target == STDOUT:
        if sys.stdout.isatty():
            raise click.UsageError("stdout is a terminal: send the picture to a file or a pipe")
        return
    path, shown = Path(target), visible(target)
    try:
        if path.is_dir():
            raise click.UsageError(f"{shown} is a folder: give the name of a file in it")
        if figure and _is_figure(path, figure):
            raise click.UsageError(f"the output {shown} is the figure itself: give another name with -o")
        if not force and os.path.lexists(path):
            raise click.UsageError(f"{shown} exists: give another name, or --force")
        if not path.parent.is_dir():
            folder = visible(str(path.parent))
            raise click.UsageError(
                f"{folder} is a file, not a folder" if path.parent.exists()
                else f"there is no folder {folder}: make it with mkdir -p, or give another name"
            )  # fmt: skip
        check_writable(path)
    except OSError as problem:
        raise click.UsageError(f"cannot write {shown}: {problem.strerror}") from None
    except ValueError:
        raise click.UsageError(f"{shown} is not a file name") from None


def _is_figure(path: Path, figure: str) -> bool:
    """Whether a path leads to the file that the figure is read from."""
    try:
        read = os.fstat(sys.stdin.fileno()) if figure == STDIN else Path(figure).stat()
        return stat.S_ISREG(read.st_mode) and os.path.samestat(read, path.stat())
    except (OSError, ValueError, AttributeError):  # one is missing, or stdin is closed or no file
        return False


@contextmanager
def _open(target: str, view: "View | None" = None) -> Iterator[BinaryIO]:
    """A stream to the target; what goes wrong with it has the target's name.

    Nothing reaches stdout before all is drawn, unless the picture is too large to be held in memory.

    Raises:
        OSError: with the name of the target.
    """
    try:
        if target != STDOUT:
            with written_whole(Path(target)) as stream:
                yield stream
        elif view is not None and view.width * view.height > LIMIT_PIXELS:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        else:
            held = BytesIO()
            yield held
            left = held.getbuffer()
            while left:  # Python's stdout may be unbuffered, and then it writes what it can
                left = left[sys.stdout.buffer.write(left) :]
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:  # NumPy's own has no number
        what = problem.strerror or "it could not be written whole"
        name = "stdout" if target == STDOUT else target
        raise OSError(problem.errno or errno.EIO, what, name) from None


def _speaker(quiet: bool) -> Callable[[str], None]:
    """Says things on stderr, if anyone listens there."""

    def say(text: str) -> None:
        with suppress(OSError):
            click.echo(text, err=True)

    return (lambda _: None) if quiet else say


@contextmanager
def _progress_bar(quiet: bool) -> Any:
    """A bar on a terminal, for work that takes a while."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    began = time.perf_counter()
    bar: Any = click.progressbar(length=1000, label="drawing", file=sys.stderr)
    shown = False

    def advance(share: float) -> None:
        nonlocal shown
        if not shown and time.perf_counter() - began > PATIENCE:
            shown = True
            bar.__enter__()
        if shown:
            bar.update(round(1000 * share) - bar.pos)

    try:
        yield advance
    finally:
        if shown:
            bar.__exit__(None, None, None)


def _rounded(seconds: dict[str, float]) -> dict[str, float]:
    stages = ("load", "parse", "compile", "sample", "paint", "encode", "total")
    found = {stage: round(seconds.get(stage, 0.0), 4) for stage in stages}
    return found | ({"certify": round(seconds["certify"], 4)} if "certify" in seconds else {})


def _cores() -> int:
    from shapecli.engine.machine import available_threads

    return available_threads()
