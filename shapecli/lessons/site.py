"""Lessons to a folder of pages: what has not changed stays as it is."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import shapecli
from shapecli.base import templates
from shapecli.base.entries import Order, Outcome, path_from
from shapecli.base.files import shipped
from shapecli.base.folder import Folder
from shapecli.base.source import ShapeError, Source, beside, read, visible
from shapecli.drawing.settings import spelled
from shapecli.engine.machine import machine
from shapecli.lessons import manifest
from shapecli.lessons.checks import Checked, check_html
from shapecli.lessons.document import Document, page_body, read_document
from shapecli.lessons.fences import PLOT, SHAPE, Fence
from shapecli.lessons.manifest import INDEX, LessonEntry, belongs
from shapecli.lessons.plots import plot_html
from shapecli.lessons.shapes import shape_html
from shapecli.lessons.workshop import TEMPLATES, Workshop, located, named

PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
LARGEST_PICTURE: Final = 2**25  # bytes of a picture beside a lesson
WEB: Final = ("http:", "https:", "mailto:")


@dataclass(frozen=True, eq=False)
class _Site:
    """What pages are made with.

    Attributes:
        pages: of all lessons that the site will have.
    """

    folder: Path
    order: Order
    limit_work: float
    lessons: Mapping[Path, Document]
    pages: Set[str]

    def around(self, path: Path) -> tuple[Path | None, Path | None]:
        """The lessons before and after one."""
        order = [None, *self.lessons, None]
        place = order.index(path)
        return order[place - 1], order[place + 1]


def page_of(path: Path) -> str:
    """The file that a lesson becomes."""
    return re.sub(r"[^\w.+-]", "-", path.stem) + ".html"


def build(paths: Sequence[Path], folder: Path, order: Order, *, limit_work: float) -> Outcome[LessonEntry]:
    """Bring a site up to date.

    Raises:
        ShapeError: two lessons would be one page.
        OSError: the folder cannot be written.
    """
    _check_names(paths)
    with Folder(folder).building((INDEX,), order.say):
        machine(order.say)
        known = manifest.read_manifest(folder)
        problems: dict[str, str] = {}
        lessons: dict[Path, Document] = {}
        for path in paths:
            try:
                lessons[path] = read_document(_source(path, order.limit_operations))
            except ShapeError as error:
                problems[str(path)] = str(spelled(error))
        others = {page for page, entry in known.items() if belongs(entry, folder)}
        site = _Site(folder, order, limit_work, lessons, others | set(map(page_of, lessons)))
        entries = dict(known)
        made, kept = [], []
        for number, (path, document) in enumerate(lessons.items()):

            def advance(share: float, before: int = number) -> None:
                order.progress((before + share) / len(lessons))

            try:
                key = _key(path, document, site)
                before = known.get(page_of(path))
                _check_own(path, before, folder)
                if before and before.key == key and not order.again and manifest.is_whole(before, folder):
                    kept.append(path.stem)
                else:
                    entries[page_of(path)] = _built(path, document, key, site, advance)
                    made.append(path.stem)
            except ShapeError as error:
                problems[str(path)] = str(spelled(error))
            advance(1.0)
        ordered = tuple(entries[page] for page in sorted(entries) if belongs(entries[page], folder))
        manifest.write_manifest(folder, ordered)
        shown = [{**asdict(entry), "page": quote(entry.page)} for entry in ordered]
        claims = sum(len(entry.claims) for entry in ordered)
        _write_page(folder, INDEX, INDEX, title=order.title, lessons=shown, claims=claims)
        manifest.remove_old(folder, known, ordered)
    return Outcome(tuple(made), tuple(kept), problems, ordered)


def _check_own(path: Path, before: LessonEntry | None, folder: Path) -> None:
    """Raises: ShapeError: the page would replace that of another lesson, or a file of somebody else."""
    if before and before.lesson != path_from(folder, path) and belongs(before, folder):
        page, other = folder / page_of(path), folder / before.lesson
        message = f"{visible(str(page))} is the page of {visible(str(other))}"
        raise ShapeError(message, option="output", hint="choose another folder, or rename the lesson")
    Folder(folder).check_ours(page_of(path))  # whatever the manifest says


def _check_names(paths: Sequence[Path]) -> None:
    owners: dict[str, Path] = {}
    for path in paths:
        page = page_of(path).casefold()
        if page == INDEX:
            message = f"{visible(str(path))}: the list of lessons needs the name index"
            raise ShapeError(message, hint="rename the file")
        if page in owners and owners[page].resolve() != path.resolve():
            message = f"{visible(str(owners[page]))} and {visible(str(path))} would be one page"
            raise ShapeError(message, hint="rename one of them")
        owners[page] = path


def _source(path: Path, limit_operations: int) -> Source:
    """The text of a lesson, if it can be read and is text."""
    try:
        if path.exists() and not path.is_file():
            raise ShapeError("it is not a file", source=Source(str(path), ""))
        with path.open("rb") as stream:
            return read(str(path), stream, limit_operations)
    except OSError as problem:
        hint = "shapecli lesson --list shows those that come with the tool"
        raise ShapeError(problem.strerror or str(problem), source=Source(str(path), ""), hint=hint) from None


def _key(path: Path, document: Document, site: _Site) -> str:
    """A hash of everything that a page is made from."""
    own = hashlib.sha256(shapecli.__version__.encode())
    for file in (
        *sorted(TEMPLATES.iterdir()),
        *map(shipped, ("grammars/shape.lark", "grammars/prelude.shape", "grammars/letters.shape")),
    ):
        own.update(file.read_bytes())
    digest = hashlib.sha256(own.hexdigest().encode())
    before, after = site.around(path)
    around = [(page_of(lesson), site.lessons[lesson].title) for lesson in (before, path, after) if lesson]
    digest.update(json.dumps([around, sorted(site.pages), document.source.text]).encode())
    for address, _ in document.pictures:
        with suppress(OSError, ValueError), beside(path, unquote(address)).open("rb") as stream:
            digest.update(stream.read(LARGEST_PICTURE + 1))
    return digest.hexdigest()


def _built(
    path: Path, document: Document, key: str, site: _Site, progress: Callable[[float], None]
) -> LessonEntry:
    """A lesson, written; raises the first mistake, the others in its `also`.  Progress is by fences."""
    workshop = Workshop(site.folder, site.order.limit_operations, site.limit_work, named(document.fences))
    errors: list[ShapeError] = []
    fences: dict[Fence, str] = {}
    claims: list[Checked] = []
    sketches: list[list[str]] = []
    for count, fence in enumerate(document.fences, start=1):
        try:
            if fence.kind == SHAPE:
                fences[fence] = shape_html(fence, workshop)
            elif fence.kind == PLOT:
                fences[fence], sketch = plot_html(fence, workshop)
                sketches.append(sketch)
            else:
                fences[fence], checked = check_html(fence, workshop)
                claims += checked
        except ShapeError as error:
            errors.append(located(error, fence))
        progress(count / len(document.fences))
    addresses: dict[str, str | None] = {}
    link, picture = partial(_link, path, document, site), partial(_picture, path, workshop)
    for places, target_of in ((document.links, link), (document.pictures, picture)):
        for address, span in places:
            try:
                addresses[address] = target_of(address)
            except ShapeError as error:
                errors.append(ShapeError(error.message, span, document.source, error.hint))
    if errors:
        first = errors[0]
        first.also = (*first.also, *(mistake for error in errors[1:] for mistake in (error, *error.also)))
        raise first
    before, after = (
        {"page": quote(page_of(other)), "title": site.lessons[other].title} if other else None
        for other in site.around(path)
    )
    name, script = page_of(path), (TEMPLATES / "lesson.js").read_text("utf-8")
    body = templates.safe(page_body(document, fences, addresses.get))
    values = {"title": document.title, "body": body, "before": before, "after": after}
    written = _write_page(site.folder, name, "lesson.html", script, **values)
    covers = sorted({word for fence in document.fences for word in fence.value("covers").split()})
    shown = next((made for made in workshop.made if made.endswith(".png")), "")
    return LessonEntry(
        page=name,
        lesson=path_from(site.folder, path),
        title=document.title,
        summary=document.summary,
        key=key,
        files={**workshop.made, name: written},
        picture=shown,
        sketch=tuple(sketches[0]) if sketches and not shown else (),
        claims=tuple(map(asdict, claims)),
        covers=tuple(covers),
    )


def _link(path: Path, document: Document, site: _Site, address: str) -> str | None:
    """Where a link leads; none to a lesson that this site does not have, an error if to nothing."""
    if address.lower().startswith(WEB):
        return address
    name, _, anchor = unquote(address).partition("#")
    if not name:
        if anchor not in {heading.anchor for heading in document.headings}:
            hint = f"there is {', '.join(heading.anchor for heading in document.headings[1:]) or 'none'}"
            raise ShapeError(f"there is no section {anchor}", hint=hint)
        return address
    target = Path(name)
    if target.suffix != ".md" or len(target.parts) != 1:
        hint = "write the name of a lesson beside this one: other.md"
        raise ShapeError(f"{name} is neither a lesson nor on the web", hint=hint)
    if page_of(target) in site.pages:
        return quote(page_of(target)) + (f"#{quote(anchor)}" if anchor else "")
    if not (path.parent / name).exists():
        raise ShapeError(f"there is no lesson {name}", hint="it is looked for beside this one")
    return None


def _picture(path: Path, workshop: Workshop, address: str) -> str:
    """The address of a copy of a picture beside the lesson; an error if there is none."""
    if address.lower().startswith(("http:", "https:", "//", "data:")):
        hint = "save the picture beside the lesson: a page asks nobody"
        raise ShapeError("a picture from the web", hint=hint)
    target = path.parent / unquote(address)
    try:
        if not target.resolve(strict=True).is_relative_to(path.parent.resolve()):
            raise ShapeError("the picture is not in the folder of the lesson")
        if target.suffix.lower() not in PICTURES or not target.is_file():
            raise ShapeError("this is no picture", hint=f"there is {', '.join(PICTURES)}")
        with target.open("rb") as stream:
            content = stream.read(LARGEST_PICTURE + 1)
    except (OSError, ValueError):
        hint = "it is looked for beside the lesson"
        raise ShapeError(f"there is no picture {address}", hint=hint) from None
    if len(content) > LARGEST_PICTURE:
        raise ShapeError(f"the picture has more than {LARGEST_PICTURE:,} bytes")
    about = hashlib.sha256(content).hexdigest()
    return workshop.file(about, target.suffix.lower().removeprefix("."), lambda: content)


def _write_page(folder: Path, name: str, template: str, script: str = "", **values: Any) -> str:
    """A page, which may show its own files, and run its own script; gives its hash."""
    style = (TEMPLATES / "lesson.css").read_text("utf-8")
    own = [f"style-src {templates.fingerprint(style)}"]
    if script:
        own.append(f"script-src {templates.fingerprint(script)}")
    policy = templates.policy("img-src 'self' file: data:", "frame-src 'self' file:", *own)
    shown = {"policy": policy, "style": templates.safe(style), "script": templates.safe(script)}
    content = templates.filled(TEMPLATES / template, **shown, **values).encode()
    Folder(folder).write(name, content)
    return hashlib.sha256(content).hexdigest()
