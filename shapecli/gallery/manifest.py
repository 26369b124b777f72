"""What a gallery has: one line for each picture, with hashes of what it was made from and of its bytes.

Lines are added while a run goes on, so that a run that is killed leaves all that it has done; a line that was
not written whole is as good as none.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import shapecli
from shapecli.base.entries import entry_of
from shapecli.base.folder import Folder
from shapecli.base.source import beside

MANIFEST: Final = "manifest.jsonl"
THUMBNAILS: Final = "thumbnails"


@dataclass(frozen=True)
class PictureEntry:
    """A picture that was drawn.

    Attributes:
        name: its path in the gallery.
        figure: the path of its figure, from the gallery.
        key: a hash of everything that it was made from but the texts that it uses.
        used: hashes of those, by their paths from the figure.
        hashes: of the files that belong to it, by their names: itself, its thumbnail and more.
        command: the arguments of `shapecli` that make it, run beside where the gallery was made.
        source: the text of the figure.
        size, thumbnail: widths and heights in pixels.
        about: the idea of the figure; nothing if it does not tell.
        seed: what chance depends on; nothing where there is none.
        moves, live: whether there is a film of it, and a live page, beside it.
        shows: whether there is anything to see.
    """

    name: str
    figure: str
    key: str
    title: str
    command: tuple[str, ...]
    source: str
    size: tuple[int, int]
    thumbnail: tuple[int, int]
    hashes: Mapping[str, str]
    used: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    seed: float | None = None
    moves: bool = False
    live: bool = False
    shows: bool = True


def key_of(text: bytes, settings: Mapping[str, Any], *wanted: str) -> str:
    """A hash of a figure file, the settings, what is wanted of it, and the version."""
    about = json.dumps([shapecli.__version__, settings, wanted], sort_keys=True)
    return sha256(about.encode() + b"\0" + text).hexdigest()


def hash_beside(figure: Path, name: str) -> str:
    """Of a file that a figure uses; empty if it cannot be read."""
    try:
        return sha256(beside(figure, name).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""


def read_manifest(folder: Path) -> dict[str, PictureEntry]:
    """The entries by the names of pictures; of several lines for one picture, the last."""
    entries: dict[str, PictureEntry] = {}
    with suppress(OSError):
        for line in Folder(folder).read(MANIFEST).split(b"\n"):
            with suppress(ValueError, TypeError, AttributeError, RecursionError):
                entry = entry_of(PictureEntry, json.loads(line))
                entries[entry.name] = entry
    return entries


def line_of(entry: PictureEntry) -> bytes:
    """The line of an entry."""
    return json.dumps(asdict(entry), sort_keys=True).encode() + b"\n"


def write_manifest(folder: Path, entries: Iterable[PictureEntry]) -> None:
    """Replace the manifest by one with these entries."""
    Folder(folder).write(MANIFEST, b"".join(map(line_of, sorted(entries, key=lambda entry: entry.name))))


def thumbnail_of(name: str) -> str:
    """The path of a picture's thumbnail."""
    return f"{THUMBNAILS}/{file_of(name, 'webp')}"


def file_of(name: str, form: str) -> str:
    """The path of another file of a picture, beside it."""
    return f"{name.rpartition('.')[0]}.{form}"


def files_of(name: str, *, moves: bool, live: bool) -> list[str]:
    """The paths of a picture and of all that belongs to it."""
    more = [file_of(name, form) for form, is_there in (("webp", moves), ("html", live)) if is_there]
    return [name, thumbnail_of(name), *more]


def is_current(entry: PictureEntry, folder: Path, figure: Path, key: str) -> bool:
    """Whether a picture is what it would be if it was drawn again."""
    if entry.key != key or any(hash_beside(figure, path) != known for path, known in entry.used.items()):
        return False
    hash_of = Folder(folder).hash_of
    return {*entry.hashes} == {*files_of(entry.name, moves=entry.moves, live=entry.live)} and all(
        hash_of(name) == known for name, known in entry.hashes.items()
    )
