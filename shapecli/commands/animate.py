"""`shapecli animate` and `shapecli morph`: figures to films."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.base.defaults import FILM_FORMATS, FILM_SIZE, LIMIT_FILM
from shapecli.base.source import ShapeError
from shapecli.commands import options
from shapecli.commands.inputs import SWEEP, number, once_each, read_figure
from shapecli.commands.output import need, opened, shown
from shapecli.commands.request import Request, requested

if TYPE_CHECKING:
    from shapecli.drawing.settings import Settings
    from shapecli.formats.arrays import Image
    from shapecli.language.figure import Figure

EASES: Final[Mapping[str, Callable[[float], float]]] = {
    "linear": lambda t: t,
    "in": lambda t: t * t,
    "out": lambda t: t * (2 - t),
    "in-out": lambda t: (1 - math.cos(math.pi * t)) / 2,
}
LOOPS: Final = ("bounce", "restart", "once")
MOST_FRAMES: Final = 10_000

film_options: Final = options.together(
    options.output(
        "A .gif, .png (APNG), .webp or .mp4; - is stdout.  [default: the figure's name with .gif]"),
    click.option("--format", "form", type=click.Choice(FILM_FORMATS),
                 help="Instead of what the ending says."),
    click.option("--frames", type=click.IntRange(2, MOST_FRAMES), help="From one end to the other."),
    options.usual("--seconds", 3.0, "From one end to the other.", type=number(above=0.0)),
    options.usual("--fps", 25.0, "Frames a second, up to 100.", type=number(above=0.0)),
    options.usual("--ease", "in-out", "Slow at which ends.", type=click.Choice(list(EASES))),
    options.usual("--loop", LOOPS[0], "Back and forth for ever, from the start for ever, or once.",
                  type=click.Choice(LOOPS)),
    options.force, options.quiet(), options.settings(), requested,
)  # fmt: skip


@click.command()
@click.argument("figure")
@click.option(
    "--sweep",
    type=SWEEP,
    multiple=True,
    callback=once_each,
    required=True,
    help="What changes, such as n=2..80, r=0.1..0.5 or seed=1..9; repeatable. n changes by factors, all else "
    "by differences, unless it ends in /linear or /geometric; a seed and a parameter with steps take the "
    "values next to that.",
)
@film_options
def animate(request: Request, sweep: tuple[tuple[str, float, float, bool], ...], **film: Any) -> None:
    """Draw a FIGURE while its sharpness or its parameters change, to a film.

    \b
    shapecli animate examples/circle-to-square.shape --sweep p=2..60/geometric -o square.gif
    shapecli animate examples/batman.shape --sweep n=2..80 --style soft -o bat.webp
    shapecli animate examples/gear.shape --sweep teeth=6..60 --seconds 5 --size 300 -o gear.png
    """  # noqa: D301 - Click keeps lines after a real \b
    from shapecli.drawing.film import Sweep, sweep_frames

    figure, kept = request.read()
    settings = request.applied(replace(kept, size=FILM_SIZE))
    sweeps = [Sweep(*each) for each in sweep]
    _write(request, figure, settings, film, lambda shares: sweep_frames(figure, settings, sweeps, shares))


@click.command()
@click.argument("figure", metavar="A")
@click.argument("last", metavar="B")
@film_options
def morph(request: Request, last: str, **film: Any) -> None:
    """Draw figure A becoming figure B, to a film: the level L moves linearly from one to the other.

    \b
    shapecli morph examples/heart.shape examples/star.shape -o love.gif
    shapecli morph examples/m.shape examples/l.shape --loop once -o ml.webp
    """  # noqa: D301 - Click keeps lines after a real \b
    if "parameters" in request.settings:
        raise click.UsageError(
            "a morph has no --set: the figures may have the same names for different numbers"
        )
    from shapecli.drawing.film import morph_frames

    (figure, kept), (other, _) = request.read(), read_figure(last, request.limit_operations)
    settings = request.applied(replace(kept, size=FILM_SIZE, parameters={}))
    _write(request, figure, settings, film, lambda shares: morph_frames(figure, other, settings, shares))


def _write(
    request: Request,
    figure: "Figure",
    settings: "Settings",
    film: dict[str, Any],
    frames: "Callable[[Sequence[float]], Iterator[Image]]",
) -> None:
    from shapecli.drawing.drawing import drawing_of
    from shapecli.drawing.embedded import metadata
    from shapecli.engine.machine import machine
    from shapecli.formats.films import write_film

    if film["fps"] > 100:
        raise click.UsageError("more than 100 frames a second")
    target, form = request.target(FILM_FORMATS, film["form"])
    if form == "mp4":
        need("av", "an .mp4", "video")
    count = film["frames"] or max(2, round(film["seconds"] * film["fps"]))
    if count > MOST_FRAMES:
        hint = "choose fewer <frames>, or <seconds>"
        raise ShapeError(f"{count:,} frames are more than {MOST_FRAMES:,}", hint=hint)
    shares = [EASES[film["ease"]](k / (count - 1)) for k in range(count)]
    total = 2 * count - 2 if film["loop"] == "bounce" else count
    drawing = drawing_of(figure, settings)
    view, limit = drawing.view, settings.limit_pixels or LIMIT_FILM
    if total * view.width * view.height > limit:
        message = f"{total:,} frames of {view.width} x {view.height} are more than {limit:,} pixels in all"
        raise ShapeError(message, hint="choose a smaller <size>, fewer <frames>, or raise <limit_pixels>")
    machine(request.say)
    with request.progress("drawing frames") as progress:

        def drawn() -> "Iterator[Image]":
            held = []
            for image in frames(shares):
                held.append(image)
                progress(len(held) / count)
                yield image
            if film["loop"] == "bounce":
                yield from held[-2:0:-1]

        with opened(target) as stream:
            write_film(
                stream, drawn(), form, metadata(drawing), fps=film["fps"], forever=film["loop"] != "once"
            )
    size = f"{view.width} x {view.height} pixels"
    request.say(f"wrote {shown(target)}: {total} frames of {size}, {request.seconds:.1f} s")
