"""`shapecli render`: one figure to one file."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.commands import options
from shapecli.commands.inputs import STDIN
from shapecli.commands.output import STDOUT, need, opened, shown
from shapecli.commands.request import Request, requested

if TYPE_CHECKING:
    from shapecli.drawing.drawing import Drawing
    from shapecli.drawing.measures import Measures
    from shapecli.drawing.picture import Watch
    from shapecli.drawing.plotter import Plotted

PENS: Final = "pens"  # the format of an .svg for a plotter
FORMATS: Final = ("png", "svg", "pdf", "npy", "npz")
STAGES: Final = ("load", "parse", "compile", "sample", "paint", "encode", "total")


@click.command()
@options.figure("Draw this region or curve instead of a figure file.")
@options.output("Where to write; - is stdout.  [default: the figure's name with .png, in this folder]")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of what the ending of FILE says.")
@options.settings()
@options.force
@click.option(
    "--metadata/--no-metadata",
    default=True,
    help="Put the source into the PNG, the default, or leave it out.",
)
@click.option(
    "--certify",
    "certifying",
    is_flag=True,
    help="With --json: also how many pixels are proven to be inside or outside, and bounds of the area.",
)
@click.option(
    "--pens",
    is_flag=True,
    help="An .svg for a plotter: lines alone, without what fills hide, in a layer for each pen.",
)
@click.option("--watch", "watching", is_flag=True, help="Draw again whenever the figure is saved.")
@options.report("Print a report on stdout.")
@options.quiet()
@requested
def render(
    request: Request, form: str | None, metadata: bool, certifying: bool, pens: bool, watching: bool
) -> None:
    """Draw a FIGURE file (- for stdin), or an expression, to a picture.

    \b
    shapecli render examples/puzzle.shape
    shapecli render examples/batman.shape --size 2048x1024 -n 20 --style soft -o bat.png
    shapecli render -e '(x-1)^2 + y^2 <= 1' -o disc.png
    shapecli render -e 'y = sin(x)' --window -7,7,-2,2 --axes -o sine.png
    shapecli render examples/circle-to-square.shape --set p=3 -o square.svg
    shapecli render puzzle.png --size 4096 -o large.png
    shapecli render -e 'union(disc(cos(k pi/6), sin(k pi/6), 0.2) for k in 1..12)' -o ring.png

    A figure is made of statements, one a line:

    \b
    draw R fill gold  for k in 1..9   nine layers; union(R for k in 1..9) is one
    sum(x^a/b for (a, b) in list)     so product, max, min, xor; [(1, 2), (3, 4)] is a list
    random(k)  normal(k)  seed 7      chance that repeats; noise(x, y, 1), fbm(x, y, 5), cell(x, y)
    fill ramp([red, gold], y)         a colour by value; viridis(y), oklch, opacity y
    hatch 45°, 0.05, navy, 0.3mm      lines in a region, as crosshatch and bands are; --pens for plotters
    size A4 landscape  margin 10mm    paper, as --size and --margin
    soft 0.1  glow 0.3  blend screen  words of a layer, as shadow is; clip R for several
    sharp  style soft  size 800x600   what an option says, for this file; so colours viridis
    polygon([(0, 0), (2, 0), (1, 1)]) a library, up to wallpaper(R, p6) and frieze(R, p2)
    text("ML 42", x, y, height)       letters, as one region; textwidth("ML 42", height)
    |x| + y^2 <= 1  r <= cos(3 theta) as people type; if c then a else b, 30deg
    abs(level(R) - 1) <= 0.1          the field of a region, as a number; distance(R), owner([R, S])
    param k = 6 in 3 .. 9 step 1      for --set; films and galleries vary it
    sweep t = 0 .. 1, loop = closed   what moves in its film, by shapecli animate

    All of it is in docs/language.md.

    A PNG or SVG that shapecli made is a figure too. A .svg or .pdf has closed paths, and gradients or
    pictures where colours vary. A file that ends in
    .npy or .npz holds the levels L = ln u, float64, row 0 at the top; points are inside where L <= 0.
    """  # noqa: D301 - Click keeps lines after a real \b
    if certifying and not request.as_json:
        raise click.UsageError("what --certify finds is in the report: add --json")
    if watching and (request.figure in (None, STDIN) or request.output == STDOUT):
        raise click.UsageError("--watch needs a FIGURE file, and a file to write")
    target, form = request.target(FORMATS, form)
    if pens and form != "svg":
        raise click.UsageError("--pens are layers of an .svg: give -o FILE.svg")
    drawn_as = PENS if pens else form
    if form == "pdf":
        need("fpdf", "a .pdf", "pdf")
    if watching:
        from shapecli.commands.watch import watch as watch_files

        files = [Path(request.figure or "")]
        watch_files(
            files, lambda: _once(request.again(), target, drawn_as, metadata, certifying), request.say
        )
    _once(request, target, drawn_as, metadata, certifying)


def _once(request: Request, target: str, form: str, metadata: bool, certifying: bool) -> list[str]:
    """Draw and report; gives the paths of what the figure uses."""
    from shapecli.drawing.drawing import drawing_of
    from shapecli.drawing.measures import certify
    from shapecli.drawing.picture import Watch

    watch = Watch(seconds=dict.fromkeys(STAGES, 0.0) | {"load": request.seconds})
    with watch("parse"):
        figure, settings = request.read()
    drawing = drawing_of(figure, request.applied(settings), streamed=form == "png")
    proven: dict[str, Any] = {}
    with request.progress() as progress:
        telling = replace(watch, progress=progress)
        measures, plotted = _draw(request, drawing, target, form, metadata, telling)
        if certifying:
            with watch("certify"):
                proven = asdict(certify(drawing, progress=progress))
    watch.seconds["total"] = request.seconds
    if request.as_json:
        pens = {"pens": [asdict(pen) for pen in plotted.pens]} if plotted else {}
        click.echo(json.dumps(_report(drawing, target, measures, watch.seconds) | proven | pens))
    width, height = _size(drawing, measures)
    request.say(f"wrote {shown(target)}: {width} x {height} pixels, {watch.seconds['total']:.2f} s")
    if plotted:
        _tell_pens(request, plotted)
    if plotted and plotted.left_out and not plotted.pens:
        request.say(
            "note: so nothing is drawn\n  hint: give a layer stroke or hatch, or write --style outline"
        )
    elif not measures.shows:
        request.say_unseen(drawing)
    return list(figure.used)


def _tell_pens(request: Request, plotted: "Plotted") -> None:
    """Tell what a plotter will do."""
    for pen in plotted.pens:
        way = f"{pen.lifted:,.0f} mm between them, which was {pen.lifted_before:,.0f} mm"
        lines = f"{pen.lines:,} line{'s' * (pen.lines != 1)}"
        request.say(f"pen {pen.label}: {lines}, {pen.drawn:,.0f} mm, and {way}")
    if plotted.left_out:
        fills = "1 fill is" if plotted.left_out == 1 else f"{plotted.left_out} fills are"
        request.say(f"note: {fills} left out: a plotter draws lines; those that lie under a fill are hidden")


def _size(drawing: "Drawing", measures: "Measures") -> tuple[int, int]:
    """Width and height in pixels: of the paper, or of what was drawn, to which axes leave less."""
    return drawing.size if drawing.paper else (measures.view.width, measures.view.height)


def _report(
    drawing: "Drawing", target: str, measures: "Measures", seconds: dict[str, float]
) -> dict[str, Any]:
    """What --json prints."""
    from shapecli.engine.machine import available_threads

    view, paper = measures.view, drawing.paper
    width, height = _size(drawing, measures)
    return {
        "output": target,
        "width": width,
        "height": height,
        **(
            {"paper": {name: value for name, value in vars(paper).items() if name != "text"}} if paper else {}
        ),
        "window": view.window.extent,
        "sharpness": drawing.sharpness,
        "inside_pixels": measures.inside_pixels,
        "area": measures.area,
        "undefined_pixels": measures.undefined_pixels,
        "shows": measures.shows,
        "seconds": {stage: round(value, 4) for stage, value in seconds.items()},
        "threads": drawing.settings.threads or available_threads(),
    }


def _draw(
    request: Request,
    drawing: "Drawing",
    target: str,
    form: str,
    with_source: bool,
    watch: "Watch",
) -> "tuple[Measures, Plotted | None]":
    """Draw a picture, paths, lines of pens or levels into the target."""
    from shapecli.drawing import picture
    from shapecli.engine.machine import machine

    with watch("compile"):
        machine(request.say)  # before the target is opened: what fails here is not its fault
    if form == "png":
        with opened(target, drawing.view) as stream:
            return picture.save(drawing, stream, with_source=with_source, watch=watch), None
    if form == PENS:
        from shapecli.drawing.measures import measure
        from shapecli.drawing.plotter import save_pens

        with watch("paint"), opened(target) as stream:
            plotted = save_pens(drawing, stream, with_source=with_source, progress=watch.progress)
        return replace(measure(drawing), shows=bool(plotted.pens)), plotted
    if form in ("svg", "pdf"):
        from shapecli.drawing import vector
        from shapecli.drawing.measures import measure

        write = vector.save_svg if form == "svg" else vector.save_pdf
        with watch("paint"), opened(target) as stream:
            drawn = write(drawing, stream, with_source=with_source, progress=watch.progress)
        with watch("sample"):
            measures = measure(drawing)
            return replace(measures, shows=measures.shows or drawn), None
    from shapecli.formats.arrays import write_npy, write_npz

    field, measures = picture.levels(drawing, watch=watch)
    with watch("encode"), opened(target) as stream:
        (write_npy if form == "npy" else write_npz)(stream, field)
    return measures, None
