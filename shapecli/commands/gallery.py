"""`shapecli gallery`: many figures, and their variants, to one folder with pages."""

from pathlib import Path

import click

from shapecli.base.source import ShapeError, visible
from shapecli.commands import options
from shapecli.commands.inputs import VARIATION, once_each
from shapecli.commands.output import check_target, folder_of
from shapecli.commands.request import Request, requested

MOST_PICTURES = 100_000
NAMES_SHOWN = 5  # pictures, in a note


@click.command()
@click.argument("figures", nargs=-1, required=True, metavar="FIGURE|FOLDER...")
@options.output("The folder of the gallery.", "DIR", required=True)
@click.option(
    "--vary",
    type=VARIATION,
    multiple=True,
    callback=once_each,
    help="Draw every figure with each of these values, such as n=4,16,64 or r=0.1..0.5/5 or "
    "style=fill,field; repeatable.",
)
@click.option(
    "--name",
    metavar="TEMPLATE",
    help="Names of pictures, of {name}, {folder}, {number} and what varies.  [default: {folder}/{name} and "
    "what varies]",
)
@click.option("--format", "form", type=click.Choice(("png", "svg")), default="png", show_default=True)
@click.option("--title", help="Of the pages.  [default: the name of DIR]")
@click.option("--contact-sheet", metavar="FILE", help="Also a PNG with all pictures, small.")
@click.option("--columns", type=click.IntRange(1, 100), help="Of the contact sheet.")
@click.option("--films/--no-films", default=True, help="Film the figures that say what moves, the default.")
@click.option("--pages", is_flag=True, help="Also a live page beside each picture, where there can be one.")
@click.option("--processes", type=click.IntRange(1, 1024), help="[default: all cores]")
@click.option("--redraw", is_flag=True, help="Draw everything again.")
@options.settings()
@options.report("Print a report on stdout.")
@options.quiet()
@requested
def gallery(
    request: Request,
    figures: tuple[str, ...],
    vary: tuple[tuple[str, tuple[float | str, ...]], ...],
    name: str | None,
    form: str,
    title: str | None,
    contact_sheet: str | None,
    columns: int | None,
    films: bool,
    pages: bool,
    processes: int | None,
    redraw: bool,
) -> None:
    """Draw every FIGURE, and every *.shape in a FOLDER and below it, into one folder with an index.

    Folders named parts are left out: they hold what other figures use.

    \b
    shapecli gallery examples -o pictures
    shapecli gallery examples -o pictures --vary n=4,16,64 --size 600
    shapecli gallery gear.shape -o gears --vary teeth=6..60/10 --contact-sheet gears.png

    The folder gets the pictures, index.html, README.md and a manifest.  On the pages folders are series with
    their headings, and a figure has its title, its about and its seed; one that says what moves, as by
    sweep t = 0 .. 1, has a film.  A second run draws only what has changed, is missing or is damaged, also
    after a run that was interrupted.
    """  # noqa: D301 - Click keeps lines after a real \b
    from shapecli.engine.machine import available_threads
    from shapecli.gallery.manifest import thumbnail_of
    from shapecli.gallery.pages import write_contact_sheet
    from shapecli.gallery.plan import alike, figures_in, pictures_of
    from shapecli.gallery.run import run

    output = request.output or ""
    folder = folder_of(output)
    if contact_sheet:
        check_target(contact_sheet, None, True, False)
    settings = dict(request.settings)
    threads = settings.pop("threads", None)
    for figure in figures:
        if not Path(figure).exists():
            raise click.UsageError(f"there is no figure or folder {visible(figure)}")
    sources = list(figures_in([Path(figure) for figure in figures]))
    if not sources:
        raise click.UsageError(f"there is no *.shape in {', '.join(map(visible, figures))}")
    wanted = pictures_of(sources, settings, vary, name, form, pages=pages)
    if len(wanted) > MOST_PICTURES:
        raise ShapeError(f"{len(wanted):,} pictures are more than the limit of {MOST_PICTURES:,}")
    with request.progress() as progress:
        order = request.order(title or folder.resolve().name, redraw, progress)
        count = processes or threads or available_threads()
        outcome = run(wanted, folder, order, processes=count, films=films, pages=pages)
    if contact_sheet:
        write_contact_sheet(Path(contact_sheet), folder, outcome.entries, columns)
    for picture, problem in outcome.problems.items():
        click.echo(f"{visible(picture)} is not drawn:\n{problem}", err=True)
    here = {*outcome.made, *outcome.kept}
    drawn = [entry for entry in outcome.entries if entry.name in here]
    unseen = [entry.name for entry in drawn if not entry.shows]
    if unseen:
        request.say(f"note: nothing of the figure is inside the window of {_shown(unseen)}")
    prints = {entry.name: entry.hashes[thumbnail_of(entry.name)] for entry in drawn}
    same: dict[str, list[str]] = {}
    for varied, source in alike(wanted, vary, prints):
        same.setdefault(varied, []).append(str(source.path))
    for varied, paths in same.items():
        request.say(f"note: {varied} changes nothing that is seen of {_shown(paths)}")
    request.tell(outcome, "drawn", "failed", output, unseen=unseen)


def _shown(names: list[str]) -> str:
    """The first of some names, and how many others there are."""
    more = f" and {len(names) - NAMES_SHOWN} others" if len(names) > NAMES_SHOWN else ""
    return ", ".join(map(visible, names[:NAMES_SHOWN])) + more
