"""Arrays to files of NumPy's, and to images of Pillow's."""

from typing import BinaryIO

import numpy as np
import PIL.Image

from shapecli.engine.sampling import Field
from shapecli.painting.paint import Pixels


def write_npy(stream: BinaryIO, field: Field) -> None:
    """The level alone, float64[height, width], row 0 at the top."""
    np.save(stream, field.level)


def write_npz(stream: BinaryIO, field: Field) -> None:
    """Arrays `level` [height, width], `x` [width], `y` [height] and `window` [x0, x1, y0, y1]."""
    view = field.view
    np.savez(stream, level=field.level, x=view.xs(), y=view.ys(), window=np.array(view.window.extent))


Image = PIL.Image.Image


def image_of(pixels: Pixels) -> Image:
    """An RGB or RGBA image."""
    return PIL.Image.fromarray(pixels)


def on_white(image: Image) -> Image:
    """What is seen of an image on white paper: RGB."""
    if image.mode == "RGB":
        return image
    paper = PIL.Image.new("RGBA", image.size, "white")
    return PIL.Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
