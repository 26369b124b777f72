"""All pictures of a gallery on one sheet."""

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from shapecli.base.files import written_whole
from shapecli.base.folder import Folder
from shapecli.base.source import visible
from shapecli.formats.png import write_image
from shapecli.formats.sheet import Cell, sheet
from shapecli.gallery.manifest import PictureEntry, thumbnail_of

MOST = 2000  # pictures on one sheet


def write_contact_sheet(
    path: Path, folder: Path, entries: Sequence[PictureEntry], columns: int | None
) -> None:
    """Write a PNG with a thumbnail and a name for each picture.

    Raises:
        OSError: a thumbnail cannot be read, or the file not written.
    """
    names = [entry.name for entry in entries[:MOST]]
    cells = [Cell(partial(Folder(folder).read, thumbnail_of(name)), visible(name)) for name in names]
    image = sheet(cells, columns or max(1, math.ceil(math.sqrt(1.5 * len(cells)))))
    with written_whole(path) as stream:
        write_image(stream, image, {})
