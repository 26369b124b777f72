"""What shows a gallery: index.html for browsers, README.md for readers of a repository, and a sheet."""

import math
import shlex
from collections.abc import Sequence
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
from shapecli.gallery.manifest import PictureEntry, thumbnail_of

INDEX, README = "index.html", "README.md"
TEMPLATES: Final = Path(__file__).parent / "templates"

COLUMNS: Final = 4  # of the table in README.md
MOST: Final = 2000  # pictures on one sheet


def write_pages(folder: Path, entries: Sequence[PictureEntry], title: str) -> None:
    """Write both pages; everything that comes from a figure is escaped.

    Raises:
        OSError: they cannot be written.
    """
    pictures = [
        {
            "entry": entry,
            "href": quote(entry.name),
            "thumbnail": quote(thumbnail_of(entry.name)),
            "figure": quote(entry.figure, errors="surrogateescape"),
            "command": shlex.join(("shapecli", *entry.command)),
        }
        for entry in entries
    ]
    rows = [pictures[first : first + COLUMNS] for first in range(0, len(pictures), COLUMNS)]
    for page, template in ((INDEX, "index.html"), (README, "readme.md.html")):
        text = filled(TEMPLATES / template, title=title, pictures=pictures, rows=rows)
        Folder(folder).write(page, text.encode("utf-8", "replace"))


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
