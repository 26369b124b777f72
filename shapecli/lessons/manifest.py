"""What a site has: one entry for each lesson, with hashes of what it was made from and of its files."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from os.path import relpath
from pathlib import Path, PurePosixPath
from typing import Any, Final

from shapecli.base.files import written_whole
from shapecli.lessons.workshop import FOLDER

MANIFEST: Final = "lessons.json"


@dataclass(frozen=True)
class Entry:
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


def lesson_of(path: Path, folder: Path) -> str:
    """The path of a lesson from its site."""
    return Path(relpath(path, folder)).as_posix()


def belongs(entry: Entry, folder: Path) -> bool:
    """Whether a page is there, and its lesson still is."""
    return (folder / entry.page).exists() and (folder / entry.lesson).exists()


def is_whole(entry: Entry, folder: Path) -> bool:
    """Whether all files of a lesson are as they were written."""
    return all(hash_of(folder / name) == known for name, known in entry.files.items())


def hash_of(path: Path) -> str:
    """Of a file; empty if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def read_manifest(folder: Path) -> dict[str, Entry]:
    """The lessons of earlier runs, by their pages; none if there is no manifest, or a damaged one."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        entries = [Entry(**item) for item in content["lessons"]]
        found = {entry.page: entry for entry in entries}
        return {page: entry for page, entry in found.items() if PurePosixPath(page).name == page}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def write_manifest(folder: Path, entries: Sequence[Entry]) -> None:
    """Replace the manifest by one with these lessons."""
    text = json.dumps({"lessons": [asdict(entry) for entry in entries]}, indent=1)
    with written_whole(folder / MANIFEST) as stream:
        stream.write(text.encode())


def remove_old(folder: Path, known: Mapping[str, Entry], entries: Sequence[Entry]) -> None:
    """Remove files of earlier runs that no page shows any more."""
    used = {name for entry in entries for name in entry.files}
    for entry in known.values():
        for name, content in entry.files.items():
            ours = re.fullmatch(rf"{FOLDER}/[0-9a-f]+\.[a-z]+", name) or name == entry.page
            if name not in used and ours and hash_of(folder / name) == content:
                with suppress(OSError):
                    (folder / name).unlink()
