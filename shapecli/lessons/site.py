"""Lessons to a folder of pages: what has not changed stays as it is."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import shapecli
from shapecli.base import templates
from shapecli.base.folder import Folder
from shapecli.base.source import ShapeError, Source, Span, beside, read, visible
from shapecli.engine.machine import machine
from shapecli.language.grammar import grammar_file
from shapecli.lessons.checks import Checked, check_html
from shapecli.lessons.document import Document, page_body, read_document
from shapecli.lessons.fences import CHECK, PLOT, SHAPE, Fence
from shapecli.lessons.manifest import (
    INDEX,
    Entry,
    belongs,
    is_whole,
    lesson_of,
    read_manifest,
    remove_old,
    write_manifest,
)
from shapecli.lessons.plots import plot_html
from shapecli.lessons.shapes import shape_html
from shapecli.lessons.workshop import TEMPLATES, Workshop, located, named

PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
LARGEST_PICTURE: Final = 2**25  # bytes of a picture beside a lesson
WEB: Final = ("http:", "https:", "mailto:")


@dataclass(frozen=True)
class Outcome:
    """What a run did.

    Attributes:
        built, kept: names of lessons.
        problems: what went wrong, by the paths of lessons.
        entries: all lessons of the site.
    """

    built: tuple[str, ...]
    kept: tuple[str, ...]
    problems: Mapping[str, ShapeError]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class _Site:
    """What pages are made with."""

    folder: Path
    title: str
    limit_operations: int
    limit_work: float
    lessons: Mapping[Path, Document]
    known: Mapping[str, Entry] = field(default_factory=dict)

    def pages(self) -> dict[str, str]:
        """The titles of all lessons that the site will have, by their pages."""
        return {
            **{entry.page: entry.title for entry in self.known.values() if belongs(entry, self.folder)},
            **{page_of(path): document.title for path, document in self.lessons.items()},
        }


def page_of(path: Path) -> str:
    """The file that a lesson becomes."""
    return re.sub(r"[^\w.+-]", "-", path.stem) + ".html"


def build(
    paths: Sequence[Path],
    folder: Path,
    *,
    title: str,
    limit_operations: int,
    limit_work: float,
    rebuild: bool,
    say: Callable[[str], None],
    progress: Callable[[float], None],
) -> Outcome:
    """Bring a site up to date.

    Args:
        rebuild: all lessons, also those that are as they should be.
        say: called with a sentence now and then.
        progress: called with the share that is done.

    Raises:
        ShapeError: two lessons would be one page.
        OSError: the folder cannot be written.
    """
    _check_names(paths)
    with Folder(folder).building((INDEX,), say):
        machine(say)
        known = read_manifest(folder)
        problems: dict[str, ShapeError] = {}
        lessons: dict[Path, Document] = {}
        for path in paths:
            try:
                lessons[path] = read_document(_source(path, limit_operations))
            except ShapeError as error:
                problems[str(path)] = error
        site = _Site(folder, title, limit_operations, limit_work, lessons, known)
        found = dict(known)
        built, kept = [], []
        for number, (path, document) in enumerate(lessons.items()):

            def advance(share: float, before: int = number) -> None:
                progress((before + share) / len(lessons))

            try:
                key = _key(path, document, site)
                before = known.get(page_of(path))
                _check_own(path, before, folder)
                if before and before.key == key and not rebuild and is_whole(before, folder):
                    kept.append(path.stem)
                else:
                    found[page_of(path)] = _built(path, document, key, site, advance)
                    built.append(path.stem)
            except ShapeError as error:
                problems[str(path)] = error
            advance(1.0)
        entries = [found[page] for page in sorted(found) if belongs(found[page], folder)]
        write_manifest(folder, entries)
        _write_index(site, entries)
        remove_old(folder, known, entries)
    return Outcome(tuple(built), tuple(kept), problems, tuple(entries))


def _check_own(path: Path, before: Entry | None, folder: Path) -> None:
    """Raises: ShapeError: the page would replace that of another lesson, or a file of somebody else."""
    if before is None:
        Folder(folder).check_ours(page_of(path))
    elif before.lesson != lesson_of(path, folder) and belongs(before, folder):
        page, other = folder / page_of(path), folder / before.lesson
        message = f"{visible(str(page))} is the page of {visible(str(other))}"
        raise ShapeError(message, option="output", hint="choose another folder, or rename the lesson")


def _check_names(paths: Sequence[Path]) -> None:
    owners: dict[str, Path] = {}
    for path in paths:
        page = page_of(path).casefold()
        if page == INDEX:
            raise ShapeError(
                f"{visible(str(path))}: the list of lessons needs the name index", hint="rename the file"
            )
        if page in owners and owners[page].resolve() != path.resolve():
            message = f"{visible(str(owners[page]))} and {visible(str(path))} would be one page"
            raise ShapeError(message, hint="rename one of them")
        owners[page] = path


def _source(path: Path, limit_operations: int) -> Source:
    """The text of a lesson.

    Raises:
        ShapeError: it cannot be read, or is no text.
    """
    try:
        if path.exists() and not path.is_file():
            raise ShapeError("it is not a file", source=Source(str(path), ""))
        with path.open("rb") as stream:
            return read(str(path), stream, limit_operations)
    except OSError as problem:
        hint = "shapecli lesson --list shows those that come with the tool"
        raise ShapeError(problem.strerror or str(problem), source=Source(str(path), ""), hint=hint) from None


# --- what has changed -----------------------------------------------------------------------------


def _key(path: Path, document: Document, site: _Site) -> str:
    """A hash of everything that a page is made from."""
    digest = hashlib.sha256(_own().encode())
    order = [*site.lessons]
    place = order.index(path)
    around = [(page_of(one), site.lessons[one].title) for one in order[max(0, place - 1) : place + 2]]
    digest.update(json.dumps([around, sorted(site.pages()), document.source.text]).encode())
    for address, _ in document.pictures:
        with suppress(OSError, ValueError), beside(path, unquote(address)).open("rb") as stream:
            digest.update(stream.read(LARGEST_PICTURE + 1))
    return digest.hexdigest()


def _own() -> str:
    """A hash of what comes with the tool."""
    digest = hashlib.sha256(shapecli.__version__.encode())
    files = [*sorted(TEMPLATES.iterdir()), grammar_file("shape.lark"), grammar_file("prelude.shape")]
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


# --- pages ----------------------------------------------------------------------------------------


def _built(path: Path, document: Document, key: str, site: _Site, progress: Callable[[float], None]) -> Entry:
    """A lesson, written.

    Args:
        progress: called with the share of its fences that are built.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    workshop = Workshop(site.folder, site.limit_operations, site.limit_work, named(document.fences))
    errors: list[ShapeError] = []
    fences: dict[Fence, str] = {}
    checked: list[Checked] = []
    sketches: list[list[str]] = []
    for number, fence in enumerate(document.fences):
        try:
            fences[fence] = _fence(fence, workshop, checked, sketches)
        except ShapeError as error:
            errors.append(located(error, fence))
        progress((number + 1) / len(document.fences))
    addresses: dict[str, str | None] = {}
    for places, find in ((document.links, _link), (document.pictures, _picture)):
        for address, span in places:
            try:
                addresses[address] = find(address, span, path, document, site, workshop)
            except ShapeError as error:
                errors.append(error)
    if errors:
        first = errors[0]
        first.also = (*first.also, *(one for error in errors[1:] for one in (error, *error.also)))
        raise first
    style, script = _text("lesson.css"), _text("lesson.js")
    order = [*site.lessons]
    place = order.index(path)
    page = templates.filled(
        TEMPLATES / "lesson.html",
        title=document.title,
        policy=_policy(style, script),
        style=templates.safe(style),
        script=templates.safe(script),
        body=templates.safe(page_body(document, fences, addresses.get)),
        before=_neighbour(site, order[place - 1]) if place else None,
        after=_neighbour(site, order[place + 1]) if place + 1 < len(order) else None,
    )
    name = page_of(path)
    content = page.encode()
    Folder(site.folder).write(name, content)
    covers = sorted({word for fence in document.fences for word in fence.value("covers").split()})
    pictures = [made for made in workshop.made if made.endswith(".png")]
    return Entry(
        name,
        lesson_of(path, site.folder),
        document.title,
        document.summary,
        key,
        {**workshop.made, name: hashlib.sha256(content).hexdigest()},
        pictures[0] if pictures else "",
        tuple(sketches[0]) if sketches and not pictures else (),
        tuple(asdict(one) for one in checked),
        tuple(covers),
    )


def _fence(fence: Fence, workshop: Workshop, checked: list[Checked], sketches: list[list[str]]) -> str:
    """A fence as HTML; claims and small plots are added to those of the lesson."""
    if fence.kind == SHAPE:
        return shape_html(fence, workshop)
    if fence.kind == PLOT:
        html, sketch = plot_html(fence, workshop)
        sketches.append(sketch)
        return html
    assert fence.kind == CHECK
    html, found = check_html(fence, workshop)
    checked.extend(found)
    return html


def _neighbour(site: _Site, path: Path) -> dict[str, str]:
    return {"page": quote(page_of(path)), "title": site.lessons[path].title}


def _link(
    address: str, span: Span, path: Path, document: Document, site: _Site, workshop: Workshop
) -> str | None:
    """Where a link leads; none to a lesson that this site does not have.

    Raises:
        ShapeError: to nothing.
    """
    if address.lower().startswith(WEB):
        return address
    name, _, anchor = unquote(address).partition("#")
    if not name:
        if anchor not in {heading.anchor for heading in document.headings}:
            hint = f"there is {', '.join(heading.anchor for heading in document.headings[1:]) or 'none'}"
            raise ShapeError(f"there is no section {anchor}", span, document.source, hint)
        return address
    target = Path(name)
    if target.suffix != ".md" or len(target.parts) != 1:
        message = f"{name} is neither a lesson nor on the web"
        raise ShapeError(
            message, span, document.source, "write the name of a lesson beside this one: other.md"
        )
    if page_of(target) in site.pages():
        return quote(page_of(target)) + (f"#{quote(anchor)}" if anchor else "")
    if not (path.parent / name).exists():
        raise ShapeError(
            f"there is no lesson {name}", span, document.source, "it is looked for beside this one"
        )
    return None


def _picture(
    address: str, span: Span, path: Path, document: Document, site: _Site, workshop: Workshop
) -> str | None:
    """The address of a copy of a picture beside the lesson.

    Raises:
        ShapeError: there is none.
    """
    if address.lower().startswith(("http:", "https:", "//", "data:")):
        hint = "save the picture beside the lesson: a page asks nobody"
        raise ShapeError("a picture from the web", span, document.source, hint)
    target = path.parent / unquote(address)
    try:
        if not target.resolve(strict=True).is_relative_to(path.parent.resolve()):
            raise ShapeError("the picture is not in the folder of the lesson", span, document.source)
        if target.suffix.lower() not in PICTURES or not target.is_file():
            hint = f"there is {', '.join(PICTURES)}"
            raise ShapeError("this is no picture", span, document.source, hint)
        with target.open("rb") as stream:
            content = stream.read(LARGEST_PICTURE + 1)
    except (OSError, ValueError):
        message = f"there is no picture {address}"
        raise ShapeError(message, span, document.source, "it is looked for beside the lesson") from None
    if len(content) > LARGEST_PICTURE:
        raise ShapeError(f"the picture has more than {LARGEST_PICTURE:,} bytes", span, document.source)
    about = hashlib.sha256(content).hexdigest()
    return workshop.file(about, target.suffix.lower().removeprefix("."), lambda: content)


def _write_index(site: _Site, entries: Sequence[Entry]) -> None:
    style = _text("lesson.css")
    shown = [{**asdict(entry), "page": quote(entry.page)} for entry in entries]
    page = templates.filled(
        TEMPLATES / INDEX,
        title=site.title,
        policy=_policy(style),
        style=templates.safe(style),
        lessons=shown,
        claims=sum(len(entry.claims) for entry in entries),
    )
    Folder(site.folder).write(INDEX, page.encode())


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _policy(style: str, script: str = "") -> str:
    """What a page may do: show its own files, and run its own script."""
    parts = [
        "default-src 'none'",
        "img-src 'self' file: data:",
        "frame-src 'self' file:",
        f"style-src {_allowed(style)}",
        *([f"script-src {_allowed(script)}"] if script else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


def _allowed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
