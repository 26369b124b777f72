"""Coverage and colours to an image."""

from collections.abc import Sequence
from dataclasses import dataclass
from mmap import mmap

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shapecli.pictures.colours import Rgba
from shapecli.pictures.coverage import Share

BLOCK = 1 << 20  # pixels at a time, so that working memory stays small


@dataclass(frozen=True, eq=False)
class Paint:
    """A colour, and how strongly it covers each pixel: float32[height, width]."""

    share: Share
    colour: Rgba


def painted(layers: Sequence[Paint], background: Rgba, width: int, height: int) -> Image.Image:
    """Layers over a background, later ones on top: RGB if the background is opaque, else RGBA."""
    opaque = background[3] == 255
    out = np.empty((height, width, 3 if opaque else 4), np.uint8)
    rows = max(1, BLOCK // width)
    for top in range(0, height, rows):
        part = slice(top, top + rows)
        out[part] = _blend(
            [(layer.share[part], layer.colour) for layer in layers], background, out[part].shape
        )
    return Image.fromarray(out)


def coloured(shades: bytearray | mmap, palette: Sequence[Rgba], width: int, height: int) -> Image.Image:
    """An image from a number for each pixel: RGB if all colours are opaque, else RGBA."""
    table = np.array(palette, np.uint8)
    if (table[:, 3] == 255).all():
        table = np.ascontiguousarray(table[:, :3])
    return Image.fromarray(table[np.frombuffer(shades, np.uint8).reshape(height, width)])


def _blend(
    layers: Sequence[tuple[Share, Rgba]], background: Rgba, shape: tuple[int, ...]
) -> NDArray[np.uint8]:
    """The `over` of Porter and Duff on premultiplied colours, for one block."""
    base = np.array(background, np.float32) / np.float32(255)
    total = np.empty((*shape[:2], 4), np.float32)
    total[:] = (*base[:3] * base[3], base[3])
    for share, colour in layers:
        alpha = (share * np.float32(colour[3] / 255))[..., None]
        total *= 1 - alpha
        total += alpha * np.array([*(channel / 255 for channel in colour[:3]), 1.0], np.float32)
    if shape[2] == 4:
        visible = total[..., 3:] > 0
        np.divide(total[..., :3], total[..., 3:], out=total[..., :3], where=visible)
    result: NDArray[np.uint8] = np.rint(total[..., : shape[2]] * np.float32(255)).astype(np.uint8)
    return result
