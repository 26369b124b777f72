"""Small pictures with their names, in rows."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIDE, MARGIN, LABEL = 256, 16, 24  # pixels
PAPER: Final = "white"
INK: Final = "#333333"


def sheet(pictures: Sequence[tuple[str, Callable[[], bytes]]], columns: int) -> Image.Image:
    """All pictures on one.

    Args:
        pictures: the name of each, and what reads its file.

    Raises:
        OSError: one cannot be read.
    """
    width, height = SIDE + MARGIN, SIDE + LABEL + MARGIN
    rows = -(-len(pictures) // columns)
    image = Image.new("RGB", (columns * width + MARGIN, rows * height + MARGIN), PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    for number, (name, read) in enumerate(pictures):
        left, top = MARGIN + number % columns * width, MARGIN + number // columns * height
        with Image.open(BytesIO(read())) as picture:
            small = picture.convert("RGBA")
        small.thumbnail((SIDE, SIDE))
        place = left + (SIDE - small.width) // 2, top + (SIDE - small.height) // 2
        image.paste(small, place, small)
        while len(name) > 4 and draw.textlength(name, font) > SIDE:
            name = f"{name[:-4]}..."
        draw.text((left + SIDE / 2, top + SIDE + 4), name, INK, font, anchor="ma")
    return image
