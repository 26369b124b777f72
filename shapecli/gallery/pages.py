"""The pages of a gallery: index.html for browsers, README.md for people who browse the repository."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from shapecli.base.folder import Folder
from shapecli.base.templates import filled
from shapecli.gallery.manifest import PictureEntry, thumbnail_of

INDEX, README = "index.html", "README.md"
TEMPLATES: Final = Path(__file__).parent / "templates"

COLUMNS: Final = 4  # of the table in README.md


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
