"""Small pictures and films for pages: WebP, exact where that is not larger."""

import io
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from PIL import Image

from shapecli.formats.films import durations

FEW_COLOURS: Final = 256  # with which the exact form is the smaller one
QUALITY: Final = 85
# of films, one after the other, until one is small enough: its size and its quality
TRIED: Final = ((1.0, 88), (1.0, 76), (1.0, 64), (1.0, 50), (0.75, 64), (0.75, 50))


def image_from(content: bytes) -> Image.Image:
    """The picture in a file of ours."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image if image.mode in ("RGB", "RGBA") else image.convert("RGBA")


def write_webp(stream: BinaryIO, image: Image.Image) -> None:
    """Write a picture."""
    exact = image.getcolors(FEW_COLOURS) is not None
    image.save(stream, "webp", **({"lossless": True} if exact else {"quality": QUALITY}), method=4)


def write_webp_film(
    stream: BinaryIO, frames: Sequence[Image.Image], *, fps: float, forever: bool, most: int
) -> None:
    """Write a film.

    Args:
        fps: frames a second.
        forever: whether it starts again.
        most: bytes that it should have; the last, smaller and worse, is taken as it comes.
    """
    whole = frames[0].size
    options: dict[str, Any] = {"save_all": True, "duration": durations(len(frames), fps)}
    options["loop"] = 0 if forever else 1
    for share, quality in TRIED:
        if share < 1.0 and share * whole[0] < frames[0].width:
            size = max(1, round(share * whole[0])), max(1, round(share * whole[1]))
            frames = [frame.resize(size, Image.Resampling.LANCZOS) for frame in frames]
        held = io.BytesIO()
        more = {"append_images": frames[1:], "quality": quality, "method": 4, "allow_mixed": True}
        frames[0].save(held, "webp", **more, **options)
        if held.tell() <= most:
            break
    stream.write(held.getbuffer())
