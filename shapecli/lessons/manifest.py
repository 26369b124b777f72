"""What a site has: one entry for each lesson, with hashes of what it was made from and of its files."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from shapecli.base.entries import entry_of
from shapecli.base.folder import Folder
from shapecli.lessons.workshop import DIGITS, FOLDER

MANIFEST: Final = "lessons.json"
INDEX: Final = "index.html"


@dataclass(frozen=True)
class LessonEntry:
    """A lesson that was built.

    Attributes:
        page: its file in the site.
        lesson: the path of the file that it was made from, from the site.
        key: a hash of everything that the page was made from.
        files: hashes of the page and of all files that it shows, by their paths in the site.
        picture, sketch: what the list of lessons shows: a file, or else the paths of curves.
        covers: what the lesson says that it covers.
    """

    page: str
    lesson: str
    title: str
    summary: str
    key: str
    files: Mapping[str, str]
    picture: str = ""
    sketch: tuple[str, ...] = ()
    claims: tuple[Mapping[str, Any], ...] = ()
    covers: tuple[str, ...] = ()


def belongs(entry: LessonEntry, folder: Path) -> bool:
    """Whether a page is there, and its lesson still is."""
    return Folder(folder).has(entry.page) and (folder / entry.lesson).exists()


def is_whole(entry: LessonEntry, folder: Path) -> bool:
    """Whether all files of a lesson are as they were written."""
    return all(Folder(folder).hash_of(name) == known for name, known in entry.files.items())


def read_manifest(folder: Path) -> dict[str, LessonEntry]:
    """The lessons of earlier runs, by their pages; none if there is no manifest, or a damaged one."""
    try:
        content = json.loads(Folder(folder).read(MANIFEST))
        entries = [entry_of(LessonEntry, item) for item in content["lessons"]]
        return {entry.page: entry for entry in entries if PurePosixPath(entry.page).name == entry.page}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def write_manifest(folder: Path, entries: Sequence[LessonEntry]) -> None:
    """Replace the manifest by one with these lessons."""
    text = json.dumps({"lessons": [asdict(entry) for entry in entries]}, indent=1)
    Folder(folder).write(MANIFEST, text.encode())


def remove_old(folder: Path, known: Mapping[str, LessonEntry], entries: Sequence[LessonEntry]) -> None:
    """Remove files of earlier runs that no page shows any more; the manifest may lie about whose they are."""
    door = Folder(folder)
    used = {name for entry in entries for name in entry.files}
    for entry in known.values():
        for name, content in entry.files.items():
            made = name == entry.page != INDEX and door.is_ours(name)
            ours = made or re.fullmatch(rf"{FOLDER}/[0-9a-f]{{{DIGITS}}}\.[a-z]+", name)
            if name not in used and ours and door.hash_of(name) == content:
                with suppress(OSError):
                    door.remove(name)
