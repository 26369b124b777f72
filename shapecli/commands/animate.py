"""`shapecli animate` and `shapecli morph`: figures to films."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.base.defaults import FILM_FORMATS, FILM_SIZE, LIMIT_FILM
from shapecli.base.source import ShapeError
from shapecli.commands import options
from shapecli.commands.inputs import SWEEP, number, once_each, read_figure
from shapecli.commands.output import need, opened, shown
from shapecli.commands.request import Request, requested
from shapecli.drawing.settings import in_pixels
from shapecli.language.motion import (
    EASES,
    FPS,
    LEAST_FPS,
    LOOPS,
    MOST_FPS,
    MOST_FRAMES,
    SECONDS,
    Motion,
    Sweep,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapecli.drawing.settings import Settings
    from shapecli.formats.arrays import Image
    from shapecli.language.figure import Figure

film_options: Final = options.together(
    options.output(
        "A .gif, .png (APNG), .webp or .mp4; - is stdout.  [default: the figure's name with .gif]"),
    click.option("--format", "form", type=click.Choice(FILM_FORMATS),
                 help="Instead of what the ending says."),
    click.option("--frames", type=click.IntRange(2, MOST_FRAMES),
                 help="From one end to the other.  [default: of seeds alone, all; else as the seconds are]"),
    click.option("--seconds", type=number(above=0.0),
                 help=f"From one end to the other.  [default: {SECONDS:g}]"),
    click.option("--fps", type=number(above=0.0),
                 help=f"Frames a second, {LEAST_FPS:g} to {MOST_FPS:g}.  [default: {FPS:g}]"),
    click.option("--ease", type=click.Choice(list(EASES)),
                 help="Slow at which ends.  [default: in-out; linear if it is closed, or of seeds alone]"),
    click.option("--loop", type=click.Choice(LOOPS),
                 help="Back and forth for ever, from the start for ever - closed where the end is the start, "
                 "which is shown once - or once.  [default: bounce; restart for seeds alone]"),
    options.force, options.quiet(), options.settings(), requested,
)  # fmt: skip


@click.command()
@click.argument("figure")
@click.option(
    "--sweep",
    type=SWEEP,
    multiple=True,
    callback=once_each,
    help="What changes, such as n=2..80, r=0.1..0.5 or seed=1..9; repeatable. n changes by factors, all else "
    "by differences, unless it ends in /linear or /geometric; a seed and a parameter with steps take the "
    "values next to that.  [default: what the figure's heading sweep says]",
)
@film_options
def animate(request: Request, sweep: tuple[tuple[str, float, float, bool], ...], **film: Any) -> None:
    """Draw a FIGURE while its sharpness or its parameters change, to a film.

    \b
    shapecli animate examples/circle-to-square.shape --sweep p=2..60/geometric -o square.gif
    shapecli animate examples/art/loops/gears.shape -o gears.webp
    shapecli animate examples/batman.shape --sweep n=2..80 --style soft -o bat.webp
    shapecli animate examples/gear.shape --sweep teeth=6..60 --seconds 5 --size 300 -o gear.png
    """  # noqa: D301 - Click keeps lines after a real \b
    from shapecli.drawing.film import sweep_frames

    figure, kept = request.read()
    settings = request.applied(in_pixels(kept, FILM_SIZE))
    motion = Motion(sweeps=tuple(Sweep(*each) for each in sweep)) if sweep else figure.sweep
    if not motion:
        raise click.UsageError(
            "nothing moves: give --sweep n=2..80, or write sweep n = 2 .. 80 in the figure"
        )
    sweeps = motion.sweeps
    _write(
        request, figure, settings, motion, film,
        lambda shares: sweep_frames(figure, settings, sweeps, shares),
    )  # fmt: skip


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
    settings = request.applied(replace(in_pixels(kept, FILM_SIZE), parameters={}))
    _write(
        request, figure, settings, Motion(), film,
        lambda shares: morph_frames(figure, other, settings, shares),
    )  # fmt: skip


def _write(
    request: Request,
    figure: "Figure",
    settings: "Settings",
    motion: Motion,
    asked: dict[str, Any],
    frames: "Callable[[Sequence[float]], Iterator[Image]]",
) -> None:
    from shapecli.drawing.drawing import drawing_of
    from shapecli.drawing.embedded import metadata, told
    from shapecli.engine.machine import machine
    from shapecli.formats.films import write_film

    timing = {item.name: asked[item.name] for item in fields(Motion) if asked.get(item.name) is not None}
    film = replace(motion, **timing).timed()
    target, form = request.target(FILM_FORMATS, asked["form"])
    if form == "mp4":
        need("av", "an .mp4", "video")
    total, drawing = film.total(), drawing_of(figure, settings)
    (width, height), limit = drawing.size, settings.limit_pixels or LIMIT_FILM
    if total * width * height > limit:
        message = f"{total:,} frames of {width} x {height} are more than {limit:,} pixels in all"
        raise ShapeError(message, hint="choose a smaller <size>, fewer <frames>, or raise <limit_pixels>")
    machine(request.say)
    with request.progress("drawing frames") as progress:

        def drawn() -> "Iterator[Image]":
            for number, image in enumerate(frames(film.shares()), start=1):
                progress(number / film.frames)
                yield image

        with opened(target) as stream:
            texts, forever = told(figure) | metadata(drawing), film.loop != "once"
            write_film(stream, film.shown(drawn()), form, texts, fps=film.fps, forever=forever)
    size = f"{width} x {height} pixels"
    request.say(f"wrote {shown(target)}: {total} frames of {size}, {request.seconds:.1f} s")
