"""What shows a gallery: index.html for browsers, README.md for readers of a repository, and a sheet."""

import math
import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from shapecli.base.files import written_whole
from shapecli.base.folder import Folder
from shapecli.base.source import visible
from shapecli.base.templates import filled
from shapecli.formats.png import write_image
from shapecli.formats.sheet import sheet
from shapecli.gallery.manifest import PictureEntry, file_of, thumbnail_of

INDEX, README = "index.html", "README.md"
TEMPLATES: Final = Path(__file__).parent / "templates"

COLUMNS: Final = 3  # of the tables in README.md
WIDTH: Final = 270  # pixels of a picture in them
LOOSE: Final = "More"  # what pictures in no folder are called beside others
MOST: Final = 2000  # pictures on one sheet


@dataclass(frozen=True)
class Shown:
    """A picture on the pages; what leads to files is quoted.

    Attributes:
        stem: its name without its ending, by which addresses name it.
        name: shown where titles alone do not tell pictures apart.
        film, live: empty where there is none.
    """

    entry: PictureEntry
    stem: str
    name: str
    href: str
    thumbnail: str
    film: str
    live: str
    figure: str
    command: str


@dataclass(frozen=True)
class Series:
    """The pictures of a folder.

    Attributes:
        heading: empty where there is but one, of the gallery's own folder.
        anchor: by which addresses name it; no picture is called so.
    """

    heading: str
    anchor: str
    pictures: tuple[Shown, ...]

    @property
    def rows(self) -> list[tuple[Shown, ...]]:
        """As tables show them."""
        return [self.pictures[first : first + COLUMNS] for first in range(0, len(self.pictures), COLUMNS)]


def write_pages(
    folder: Path, entries: Sequence[PictureEntry], title: str, problems: Mapping[str, str] | None = None
) -> None:
    """Write both pages; everything that comes from a figure is escaped.

    Args:
        problems: of pictures that could not be drawn, by their names.

    Raises:
        OSError: they cannot be written.
    """
    values = {
        "title": title,
        "series": series_of(entries),
        "count": len(entries),
        "problems": [(visible(name), text) for name, text in (problems or {}).items()],
        "width": WIDTH,
    }
    for page, template in ((INDEX, "index.html"), (README, "readme.md.html")):
        text = filled(TEMPLATES / template, **values)
        Folder(folder).write(page, text.encode("utf-8", "replace"))


def series_of(entries: Sequence[PictureEntry]) -> list[Series]:
    """Pictures by their folders, those in none last; else in the order that they have."""
    titles = Counter((_folder(entry), entry.title) for entry in entries)
    folders: dict[str, list[Shown]] = {}
    for entry in entries:
        stem = entry.name.rpartition(".")[0]
        shown = Shown(
            entry,
            stem,
            entry.name if titles[_folder(entry), entry.title] > 1 else "",
            quote(entry.name),
            quote(thumbnail_of(entry.name)),
            quote(file_of(entry.name, "webp")) if entry.moves else "",
            quote(file_of(entry.name, "html")) if entry.live else "",
            quote(entry.figure, errors="surrogateescape"),
            shlex.join(("shapecli", *entry.command)),
        )
        folders.setdefault(_folder(entry), []).append(shown)
    loose, others = folders.pop("", []), [*folders.items()]
    return [
        *(Series(_heading(name), f"series:{name}", tuple(pictures)) for name, pictures in others),
        *([Series(LOOSE if others else "", "series:", tuple(loose))] if loose else []),
    ]


def _folder(entry: PictureEntry) -> str:
    return entry.name.rpartition("/")[0]


def _heading(folder: str) -> str:
    """What a series is called: art/set-algebra is Set algebra."""
    words = re.sub(r"[-_]+", " ", folder.rpartition("/")[2]).strip()
    return words[:1].upper() + words[1:]


def write_contact_sheet(
    path: Path, folder: Path, entries: Sequence[PictureEntry], columns: int | None
) -> None:
    """Write a PNG with a thumbnail and a name for each picture.

    Raises:
        OSError: a thumbnail cannot be read, or the file not written.
    """
    read, names = Folder(folder).read, [entry.name for entry in entries[:MOST]]
    pictures = [(visible(name), partial(read, thumbnail_of(name))) for name in names]
    image = sheet(pictures, columns or max(1, math.ceil(math.sqrt(1.5 * len(pictures)))))
    with written_whole(path) as stream:
        write_image(stream, image, {})
