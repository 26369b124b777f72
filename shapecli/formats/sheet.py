"""Small pictures with their names, in rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIDE, MARGIN, LABEL = 256, 16, 24  # pixels
PAPER: Final = "white"
INK: Final = "#333333"


@dataclass(frozen=True)
class Cell:
    """A picture of at most SIDE pixels, and its name.

    Attributes:
        read: gives the bytes of its file.
    """

    read: Callable[[], bytes]
    name: str


def sheet(cells: Sequence[Cell], columns: int) -> Image.Image:
    """All pictures on one.

    Raises:
        OSError: one cannot be read.
    """
    width, height = SIDE + MARGIN, SIDE + LABEL + MARGIN
    rows = -(-len(cells) // columns)
    image = Image.new("RGB", (columns * width + MARGIN, rows * height + MARGIN), PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    for number, cell in enumerate(cells):
        left, top = MARGIN + number % columns * width, MARGIN + number // columns * height
        with Image.open(BytesIO(cell.read())) as picture:
            small = picture.convert("RGBA")
        place = left + (SIDE - small.width) // 2, top + (SIDE - small.height) // 2
        image.paste(small, place, small)
        name = cell.name
        while len(name) > 4 and draw.textlength(name, font) > SIDE:
            name = f"{name[:-4]}..."
        draw.text((left + SIDE / 2, top + SIDE + 4), name, INK, font, anchor="ma")
    return image
