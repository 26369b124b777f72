"""`shapecli animate` and `shapecli morph`: figures to films."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.base.defaults import FILM_FORMATS, FILM_SIZE, LIMIT_FILM
from shapecli.base.source import ShapeError, visible
from shapecli.commands.inputs import Number, SweepValues, changed, read_figure
from shapecli.commands.options import picture_options
from shapecli.commands.output import STDOUT, check_target, need, opened, progress_bar, speaker, target_of
from shapecli.drawing.film import EASES, Sweep, morph_frames, sweep_frames

if TYPE_CHECKING:
    from shapecli.formats.arrays import Image
    from shapecli.render import Figure, Settings

LOOPS: Final = ("bounce", "restart", "once")
MOST_FRAMES: Final = 10_000

FILM_OPTIONS: Final = (
    click.option(
        "-o",
        "--output",
        metavar="FILE",
        help="A .gif, .png (APNG), .webp or .mp4; - is stdout.  [default: the figure's name with .gif]",
    ),
    click.option(
        "--format", "form", type=click.Choice(FILM_FORMATS), help="Instead of what the ending says."
    ),
    click.option("--frames", type=click.IntRange(2, MOST_FRAMES), help="From one end to the other."),
    click.option(
        "--seconds", type=Number(above=0.0), default=3.0, show_default=True, help="From one end to the other."
    ),
    click.option(
        "--fps", type=Number(above=0.0), default=25.0, show_default=True, help="Frames a second, up to 100."
    ),
    click.option(
        "--ease",
        type=click.Choice(list(EASES)),
        default="in-out",
        show_default=True,
        help="Slow at which ends.",
    ),
    click.option(
        "--loop",
        type=click.Choice(LOOPS),
        default=LOOPS[0],
        show_default=True,
        help="Back and forth for ever, from the start for ever, or once.",
    ),
    click.option("--force/--no-force", default=True, help="Overwrite an existing FILE, or refuse to."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong."),
)


def film_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with all of these options, and those of pictures."""
    command = picture_options(command)
    for option in reversed(FILM_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("figure")
@click.option(
    "--sweep",
    type=SweepValues(),
    multiple=True,
    required=True,
    help="What changes, such as n=2..80 or r=0.1..0.5; repeatable. n changes by factors, all else by "
    "differences, unless it ends in /linear or /geometric.",
)
@film_options
def animate(
    figure: str,
    sweep: tuple[tuple[str, float, float, bool], ...],
    parameters: tuple[tuple[str, float], ...],
    limit_operations: int,
    limit_work: float,
    **options: Any,
) -> None:
    """Draw a FIGURE while its sharpness or its parameters change, to a film.

    \b
    shapecli animate examples/circle-to-square.shape --sweep p=2..60/geometric -o square.gif
    shapecli animate examples/batman.shape --sweep n=2..80 --style soft -o bat.webp
    shapecli animate examples/gear.shape --sweep teeth=6..60 --seconds 5 --size 300 -o gear.png
    """  # noqa: D301 - Click keeps lines after a real \b
    started = time.perf_counter()
    source = read_figure(figure, limit_operations)
    film, settings = _split(options)
    usual = replace(source.settings, size=FILM_SIZE)
    chosen = changed(usual, parameters, limit_work=limit_work * 1e9, **settings)
    sweeps = [Sweep(*one) for one in sweep]
    _write(
        figure,
        source.figure,
        chosen,
        film,
        started,
        lambda shares: sweep_frames(source.figure, chosen, sweeps, shares),
    )


@click.command()
@click.argument("first", metavar="A")
@click.argument("last", metavar="B")
@film_options
def morph(
    first: str,
    last: str,
    parameters: tuple[tuple[str, float], ...],
    limit_operations: int,
    limit_work: float,
    **options: Any,
) -> None:
    """Draw figure A becoming figure B, to a film: the level L moves linearly from one to the other.

    \b
    shapecli morph examples/heart.shape examples/star.shape -o love.gif
    shapecli morph examples/m.shape examples/l.shape --loop once -o ml.webp
    """  # noqa: D301 - Click keeps lines after a real \b
    started = time.perf_counter()
    if parameters:
        raise click.UsageError(
            "a morph has no --set: the figures may have the same names for different numbers"
        )
    one, other = (read_figure(path, limit_operations) for path in (first, last))
    film, settings = _split(options)
    chosen = changed(replace(one.settings, size=FILM_SIZE), (), limit_work=limit_work * 1e9, **settings)
    _write(
        first, one.figure, chosen, film, started,
        lambda shares: morph_frames(one.figure, other.figure, chosen, shares),
    )  # fmt: skip


def _split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of films, and those of pictures."""
    names = ("output", "form", "frames", "seconds", "fps", "ease", "loop", "force", "quiet")
    film = {name: options.pop(name) for name in names}
    return film, options


def _write(
    path: str,
    figure: "Figure",
    settings: "Settings",
    film: dict[str, Any],
    started: float,
    frames: "Callable[[Sequence[float]], Iterator[Image]]",
) -> None:
    """Draw the frames into the target."""
    from shapecli.drawing.embedded import metadata
    from shapecli.drawing.settings import checked
    from shapecli.formats.films import Timing, write_film
    from shapecli.render import prepare, view_of

    if film["fps"] > 100:
        raise click.UsageError("more than 100 frames a second")
    target, form = target_of(path, film["output"], film["form"], FILM_FORMATS)
    check_target(target, path, film["force"], False)
    if form == "mp4":
        need("av", "an .mp4", "video")
    count = film["frames"] or max(2, round(film["seconds"] * film["fps"]))
    shares = [EASES[film["ease"]](k / (count - 1)) for k in range(count)]
    total = 2 * count - 2 if film["loop"] == "bounce" else count
    view = view_of(figure, settings)
    if count > MOST_FRAMES or total * view.width * view.height > (settings.limit_pixels or LIMIT_FILM):
        raise ShapeError(
            f"{total} frames of {view.width} x {view.height} are more than {LIMIT_FILM:,} pixels in all",
            hint="choose a smaller --size, fewer --frames, or raise --limit-pixels",
        )
    say = speaker(film["quiet"])
    prepare(say)
    with progress_bar(film["quiet"], "drawing frames") as progress:

        def drawn() -> "Iterator[Image]":
            held = []
            for number, image in enumerate(frames(shares)):
                held.append(image)
                progress((number + 1) / count)
                yield image
            if film["loop"] == "bounce":
                yield from held[-2:0:-1]

        texts = metadata(figure, settings, *checked(figure, settings))
        with opened(target) as stream:
            write_film(stream, drawn(), form, Timing(film["fps"], film["loop"] != "once"), texts)
    name = "stdout" if target == STDOUT else visible(target)
    seconds = time.perf_counter() - started
    say(f"wrote {name}: {total} frames of {view.width} x {view.height} pixels, {seconds:.1f} s")
