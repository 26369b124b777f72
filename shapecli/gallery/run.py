"""Draw what a gallery has not yet, or no longer, and write its pages."""

import re
from collections.abc import Mapping, Sequence, Set
from os.path import realpath
from pathlib import Path

from shapecli.base.entries import Order, Outcome, entry_of, path_from
from shapecli.base.folder import Folder
from shapecli.engine.machine import machine
from shapecli.gallery import manifest
from shapecli.gallery.manifest import PictureEntry
from shapecli.gallery.pages import INDEX, README, write_pages
from shapecli.gallery.plan import PlannedPicture, command_of
from shapecli.gallery.pool import drawn


def run(
    pictures: Sequence[PlannedPicture],
    folder: Path,
    order: Order,
    *,
    processes: int,
    films: bool = True,
    pages: bool = False,
) -> Outcome[PictureEntry]:
    """Bring a gallery up to date.

    Args:
        films: whether figures that say what moves have films.
        pages: whether figures have live pages, if they can.

    Raises:
        ShapeError: a page would replace one that is not ours.
        OSError: the folder cannot be written.
    """
    door, more = Folder(folder), {"films": films, "pages": pages}
    with door.building((INDEX, README), order.say):
        machine(order.say)
        known = manifest.read_manifest(folder)
        entries, waiting = _compared(pictures, folder, {} if order.again else known, more)
        kept = tuple(entries)
        problems: dict[str, str] = {}
        shared = {"folder": str(folder), "limit_operations": order.limit_operations, **more}
        jobs = [
            {"figure": str(each.figure.path), "settings": each.settings, "output": each.name, **shared}
            for each, _ in waiting
        ]
        with door.appended(manifest.MANIFEST) as journal:
            for count, (number, answer) in enumerate(drawn(jobs, processes), start=1):
                picture, key = waiting[number]
                if "problem" in answer:
                    problems[picture.name] = answer["problem"]
                else:
                    figure, command = path_from(folder, picture.figure.path), command_of(picture)
                    about = {"name": picture.name, "figure": figure, "key": key, "command": command}
                    entries[picture.name] = entry = entry_of(PictureEntry, about | answer)
                    # after a newline: the line before may be torn
                    journal.write(b"\n" + manifest.line_of(entry))
                    journal.flush()
                order.progress(count / len(jobs))
        made = tuple(sorted(entries.keys() - kept))
        figures = {picture.figure.path.resolve() for picture in pictures}
        for name, entry in known.items():
            remains = name in problems or (name not in entries and _remains(entry, folder, figures))
            if remains and door.has(name):
                entries[name] = entry
        ordered = tuple(sorted(entries.values(), key=lambda entry: _by_numbers(entry.name)))
        manifest.write_manifest(folder, ordered)
        write_pages(folder, ordered, order.title, problems)
    return Outcome(made, kept, problems, ordered)


def _compared(
    pictures: Sequence[PlannedPicture],
    folder: Path,
    known: Mapping[str, PictureEntry],
    more: Mapping[str, bool],
) -> tuple[dict[str, PictureEntry], list[tuple[PlannedPicture, str]]]:
    """What need not be drawn again, and what must, with its key."""
    texts = {path: _content(path) for path in {picture.figure.path for picture in pictures}}
    current: dict[str, PictureEntry] = {}
    waiting: list[tuple[PlannedPicture, str]] = []
    for picture in pictures:
        path = picture.figure.path
        moves = b"sweep" in texts[path]  # or else it is all the same whether there are to be films
        wanted = [name for name, is_wanted in more.items() if is_wanted and (moves or name != "films")]
        key = manifest.key_of(texts[path], picture.settings, picture.name.rpartition(".")[2], *wanted)
        entry = known.get(picture.name)
        if entry and manifest.is_current(entry, folder, path, key):
            current[picture.name] = entry
        else:
            waiting.append((picture, key))
    return current, waiting


def _content(path: Path) -> bytes:
    """Of a file; nothing if it cannot be read, which is told when it is drawn."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _remains(entry: PictureEntry, folder: Path, figures: Set[Path]) -> bool:
    """Whether a picture of an earlier run still is one: of a figure that is not among these, and exists."""
    figure = Path(realpath(folder / entry.figure))
    return figure not in figures and not entry.figure.startswith("/") and figure.exists()


def _by_numbers(name: str) -> list[tuple[bool, float, str]]:
    """A key that puts n4 before n16."""
    parts = re.split(r"([0-9]+(?:\.[0-9]+)?)", name)
    return [(True, float(part), "") if part[:1].isdigit() else (False, 0.0, part) for part in parts if part]
