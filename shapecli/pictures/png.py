"""Images to PNG files that carry their own source."""

from collections.abc import Mapping
from typing import BinaryIO

from PIL import Image, PngImagePlugin

PREFIX = "shapecli:"


def write_png(stream: BinaryIO, image: Image.Image, metadata: Mapping[str, str]) -> None:
    """Write a PNG; each entry of `metadata` becomes an iTXt chunk named `shapecli:...`.

    There is no time stamp: the same image and metadata give the same bytes.
    """
    chunks = PngImagePlugin.PngInfo()
    for key, text in metadata.items():
        chunks.add_itxt(PREFIX + key, text, zip=len(text) > 1024)
    image.save(stream, "PNG", pnginfo=chunks)


def read_metadata(image: Image.Image) -> dict[str, str]:
    """What `write_png` put beside the pixels."""
    texts: Mapping[str, str] = getattr(image, "text", {})
    return {key.removeprefix(PREFIX): str(text) for key, text in texts.items() if key.startswith(PREFIX)}
