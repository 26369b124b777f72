"""`shapecli lesson`: lessons to a site, a template for a new one, and those that come with the tool."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from shapecli.base.defaults import LIMIT_WORK
from shapecli.base.source import visible
from shapecli.commands import options
from shapecli.commands.output import folder_of
from shapecli.commands.request import Request, requested

SITE = "site"
NEW = "new"
LONGEST_SHOWN = 40  # characters of a name that is refused


@click.command()
@click.argument("lessons", nargs=-1, metavar="LESSON...")
@options.output("The folder of the site.", "DIR", default=SITE, show_default=True)
@click.option("--list", "listed", is_flag=True, help="Show the lessons that come with the tool.")
@click.option("--all", "every", is_flag=True, help="Build all lessons that come with the tool.")
@options.usual("--title", "Lessons", "Of the list of lessons.")
@click.option("--rebuild", is_flag=True, help="Also lessons that have not changed.")
@click.option("--watch", is_flag=True, help="Build again whenever a lesson changes, until Ctrl-C.")
@options.settings("limit_work")
@options.report("Print a report with every claim on stdout.")
@options.quiet()
@requested
def lesson(
    request: Request,
    lessons: tuple[str, ...],
    listed: bool,
    every: bool,
    title: str,
    rebuild: bool,
    watch: bool,
) -> None:
    """Build LESSONs, which are Markdown with figures, plots and claims in it, as pages.

    \b
    shapecli lesson --list
    shapecli lesson circle-to-square
    shapecli lesson mine.md other.md -o site --watch
    shapecli lesson new ellipses

    A LESSON is a file, a folder with *.md in it, or the name or number of one that comes with the tool;
    `new NAME` writes a template to begin with. The pages need no network. Every claim is computed while they
    are made: a false one is an error. What has not changed is not built again.
    """  # noqa: D301 - Click keeps lines after a real \b
    if listed:
        _list()
        return
    if lessons[:1] == (NEW,):
        _write_new(lessons[1:], request.say)
        return
    paths = _paths(lessons, every)
    folder = folder_of(str(Path(request.output or SITE)))
    if not watch:
        _build(request, paths, folder, title, rebuild)
        return
    from shapecli.commands.watch import watch as watching

    folders = [Path(name) for name in lessons if Path(name).is_dir()]  # where lessons come and go
    watching(
        [*paths, *folders],
        lambda: _build(request.again(), _paths(lessons, every), folder, title, rebuild),
        request.say,
    )


def _list() -> None:
    from shapecli.base.source import Source
    from shapecli.lessons.bundled import bundled, short
    from shapecli.lessons.document import read_document

    names = {path: short(path) for path in bundled()}
    width = max(map(len, names.values()), default=0)
    for path, name in names.items():
        document = read_document(Source(str(path), path.read_text("utf-8")))
        click.echo(f"{path.stem.split('-')[0]}  {name:<{width}}  {document.title}")


def _write_new(names: Sequence[str], say: Callable[[str], None]) -> None:
    from shapecli.base import templates
    from shapecli.base.folder import Folder
    from shapecli.lessons.workshop import TEMPLATES

    if len(names) != 1:
        raise click.UsageError("give the new lesson one name: shapecli lesson new ellipses")
    name = names[0].removesuffix(".md")
    if not re.fullmatch(r"[\w][\w-]{0,99}", name) or name.isdecimal() or name == "index":
        shown = visible(name[:LONGEST_SHOWN])
        raise click.UsageError(f"'{shown}' is no name for a lesson: use letters, digits, - and _")
    path = Path(f"{name}.md")
    if path.exists():
        raise click.UsageError(f"{path} exists: give another name")
    words = name.replace("-", " ").replace("_", " ")
    text = templates.filled(TEMPLATES / "new.md", title=words[:1].upper() + words[1:], name=name)
    Folder(path.parent).write(path.name, text.encode())
    say(f"wrote {path}; build it with: shapecli lesson {path} --watch")


def _paths(lessons: Sequence[str], every: bool) -> list[Path]:
    """The files that are meant; an error if one is nowhere."""
    from shapecli.lessons.bundled import bundled, find_lessons

    if "" in lessons:
        raise click.UsageError("the name of a lesson is empty")
    try:
        paths = [path for name in lessons for path in find_lessons(name)]
    except LookupError as problem:
        raise click.UsageError(f"{visible(str(problem.args[0]))}; see shapecli lesson --list") from None
    paths = [*(bundled() if every else []), *paths]
    if not paths:
        raise click.UsageError("give a lesson, such as circle-to-square or mine.md, or --all")
    return list({path.resolve(): path for path in paths}.values())


def _build(request: Request, paths: Sequence[Path], folder: Path, title: str, rebuild: bool) -> Sequence[str]:
    """Build once; the pages depend on no other files.  Exit if there are mistakes, which were told."""
    from shapecli.lessons.site import build, page_of

    with request.progress("building") as progress:
        order = request.order(title, rebuild, progress)
        outcome = build(paths, folder, order, limit_work=request.settings.get("limit_work", LIMIT_WORK))
    for problem in outcome.problems.values():
        click.echo(problem, err=True)
    mine = {page_of(path) for path in paths}
    claims = sum(len(entry.claims) for entry in outcome.entries if entry.page in mine)
    lessons = [
        {"page": entry.page, "title": entry.title, "covers": entry.covers, "claims": entry.claims}
        for entry in outcome.entries
    ]
    request.tell(outcome, "built", "with mistakes", str(folder), f", {claims} claims true", lessons=lessons)
    return ()
