"""Draw what a gallery has not yet, or no longer, and write its pages."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from os.path import realpath, relpath
from pathlib import Path
from typing import Any

from shapecli.base.folder import Folder
from shapecli.engine.machine import machine
from shapecli.gallery.manifest import (
    MANIFEST,
    Entry,
    is_current,
    key_of,
    line_of,
    read_manifest,
    thumbnail_of,
    write_manifest,
)
from shapecli.gallery.pages import INDEX, README, write_pages
from shapecli.gallery.plan import Picture, command_of
from shapecli.gallery.pool import drawn


@dataclass(frozen=True)
class Outcome:
    """What a run did.

    Attributes:
        drawn, kept: names of pictures.
        problems: what went wrong, by the names of pictures.
    """

    drawn: tuple[str, ...]
    kept: tuple[str, ...]
    problems: dict[str, str]
    entries: tuple[Entry, ...]


def run(
    pictures: Sequence[Picture],
    folder: Path,
    *,
    form: str,
    title: str,
    limit_operations: int,
    processes: int,
    redraw: bool,
    say: Callable[[str], None],
    progress: Callable[[float], None],
) -> Outcome:
    """Bring a gallery up to date.

    Args:
        redraw: all, also what is as it should be.
        say: called with a sentence now and then.
        progress: called with the share that is done.

    Raises:
        ShapeError: a page would replace one that is not ours.
        OSError: the folder cannot be written.
    """
    door = Folder(folder)
    with door.building((INDEX, README), say):
        machine(say)
        known = read_manifest(folder)
        found, waiting = _compared(pictures, folder, form, {} if redraw else known)
        kept = tuple(found)
        done: list[str] = []
        problems: dict[str, str] = {}
        jobs = [_job(picture, folder, form, limit_operations) for picture, _ in waiting]
        with door.appended(MANIFEST) as journal:
            for number, answer in drawn(jobs, processes):
                picture, key = waiting[number]
                if "problem" in answer:
                    problems[picture.name] = answer["problem"]
                else:
                    entry = found[picture.name] = _entry(picture, key, folder, answer)
                    done.append(picture.name)
                    journal.write(b"\n" + line_of(entry))  # after a newline: the line before may be torn
                    journal.flush()
                progress((len(done) + len(problems)) / len(jobs))
        drawn_now = {picture.figure.path.resolve() for picture in pictures}
        others = [
            entry
            for entry in known.values()
            if entry.name in problems or _belongs(entry, folder, drawn_now, found)
            if door.has(entry.name)
        ]
        entries = sorted((*found.values(), *others), key=lambda entry: _by_numbers(entry.name))
        write_manifest(folder, entries)
        write_pages(folder, entries, title)
    return Outcome(tuple(sorted(done)), kept, problems, tuple(entries))


def _compared(
    pictures: Sequence[Picture], folder: Path, form: str, known: Mapping[str, Entry]
) -> tuple[dict[str, Entry], list[tuple[Picture, str]]]:
    """What need not be drawn again, and what must, with its key."""
    texts: dict[Path, bytes] = {}
    found: dict[str, Entry] = {}
    waiting: list[tuple[Picture, str]] = []
    for picture in pictures:
        path = picture.figure.path
        if path not in texts:
            texts[path] = b""
            with suppress(OSError):  # what cannot be read is told when it is drawn
                texts[path] = path.read_bytes()
        key = key_of(texts[path], picture.settings, form)
        entry = known.get(picture.name)
        if entry and is_current(entry, folder, path, key):
            found[picture.name] = entry
        else:
            waiting.append((picture, key))
    return found, waiting


def _belongs(entry: Entry, folder: Path, figures: set[Path], found: dict[str, Entry]) -> bool:
    """Whether a picture of an earlier run still is one: of another figure, which still exists."""
    figure = Path(realpath(folder / entry.figure))
    given = entry.name in found or figure in figures or entry.figure.startswith("/")
    return not given and figure.exists()


def _by_numbers(name: str) -> list[tuple[bool, float, str]]:
    """A key that puts n4 before n16."""
    parts = re.split(r"([0-9]+(?:\.[0-9]+)?)", name)
    return [(True, float(part), "") if part[:1].isdigit() else (False, 0.0, part) for part in parts if part]


def _job(picture: Picture, folder: Path, form: str, limit_operations: int) -> dict[str, Any]:
    return {
        "figure": str(picture.figure.path),
        "settings": dict(picture.settings),
        "folder": str(folder),
        "output": picture.name,
        "thumbnail": thumbnail_of(picture.name),
        "form": form,
        "limit_operations": limit_operations,
    }


def _entry(picture: Picture, key: str, folder: Path, answer: dict[str, Any]) -> Entry:
    return Entry(
        name=picture.name,
        figure=Path(relpath(picture.figure.path, folder.resolve())).as_posix(),
        key=key,
        command=command_of(picture),
        title=answer["title"],
        source=answer["source"],
        size=tuple(answer["size"]),
        thumbnail=tuple(answer["thumbnail"]),
        hashes=tuple(answer["hashes"]),
        used=answer["used"],
    )
