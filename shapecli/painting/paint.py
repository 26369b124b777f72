"""Coverage and colours to pixels, blended in linear light.

A pixel that is half covered sends half the light, so colours are mixed as amounts of light and not as
numbers of sRGB, which are about their square roots (IEC 61966-2-1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from mmap import mmap
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.colours import Rgba, linear

Pixels = NDArray[np.uint8]
Share = NDArray[np.uint8] | NDArray[np.float32]
Light = NDArray[np.float32]
LINEAR: Final = np.array([linear(channel) for channel in range(256)], np.float32)
# light from which on the next number of sRGB is nearer; there is at most one in 1/STEPS of light
CHANGES: Final = np.array([*(linear(number + 0.5) for number in range(255)), np.inf], np.float32)
STEPS: Final = 4096
LEAST: Final = np.searchsorted(CHANGES, np.arange(STEPS + 1, dtype=np.float32) / STEPS, "right").astype(
    np.uint8
)
BLOCK: Final = 1 << 16  # pixels that are blended at a time, so that working memory stays small


@dataclass(frozen=True, eq=False)
class Paint:
    """Colours, and how strongly they cover each pixel of some rows.

    Attributes:
        share: [height, width], as uint8 up to 255 or float32 up to 1.
        colour: one for all, or for each pixel: uint8[height, width, 3], or as amounts of light float32.
        opacity: from 0 to 1, with which the share is multiplied.
    """

    share: Share
    colour: Rgba | Pixels | Light
    opacity: float = 1.0


def painted(paints: Sequence[Paint], background: Rgba, width: int, height: int) -> Pixels:
    """Layers over a background, later ones on top: uint8[height, width, 3], or 4 unless that is opaque."""
    out = np.empty((height * width, 3 if background[3] == 255 else 4), np.uint8)
    shares = [paint.share.reshape(-1) for paint in paints]
    colours = [
        paint.colour if isinstance(paint.colour, tuple) else paint.colour.reshape(-1, 3) for paint in paints
    ]
    for first in range(0, len(out), BLOCK):
        part = slice(first, first + BLOCK)
        cut = [
            Paint(share[part], colour if isinstance(colour, tuple) else colour[part], paint.opacity)
            for paint, share, colour in zip(paints, shares, colours, strict=True)
        ]
        _paint_block(out[part], cut, background)
    return out.reshape(height, width, -1)


def coloured(shades: bytearray | mmap, palette: Sequence[Rgba], width: int, height: int) -> Pixels:
    """Pixels from a number for each: uint8[height, width, 3], or 4 unless all colours are opaque."""
    table = np.array(palette, np.uint8)
    if (table[:, 3] == 255).all():
        table = np.ascontiguousarray(table[:, :3])
    return table[np.frombuffer(shades, np.uint8).reshape(height, width)]


def _paint_block(out: Pixels, paints: Sequence[Paint], background: Rgba) -> None:
    """Some pixels in a row: those that are like their left neighbour in every layer are blended only once."""
    count, channels = out.shape
    differs = np.zeros(count, np.bool_)
    differs[:1] = True
    for paint in paints:
        differs[1:] |= paint.share[1:] != paint.share[:-1]
        if not isinstance(paint.colour, tuple):
            differs[1:] |= (paint.colour[1:] != paint.colour[:-1]).any(axis=1)
    starts = np.flatnonzero(differs)
    light = np.empty((len(starts), 3), np.float32)  # premultiplied
    light[:] = LINEAR[list(background[:3])] * np.float32(background[3] / 255)
    cover = np.full((len(starts), 1), background[3] / 255, np.float32)
    for paint in paints:
        alpha, colour = paint.share[starts].astype(np.float32)[:, None], paint.colour
        opacity = paint.opacity * (colour[3] / 255 if isinstance(colour, tuple) else 1.0)
        alpha *= np.float32(opacity / 255 if paint.share.dtype == np.uint8 else opacity)
        over = (
            LINEAR[list(colour[:3])] if isinstance(colour, tuple)
            else colour[starts] if colour.dtype == np.float32
            else LINEAR[colour[starts]]
        )  # fmt: skip
        light += alpha * (over - light)
        if channels == 4:
            cover += alpha * (1 - cover)
    if channels == 4:
        np.divide(light, cover, out=light, where=cover > 0)
    pixels = np.empty((len(starts), channels), np.uint8)
    pixels[:, :3] = encoded(light)
    pixels[:, 3:] = np.rint(cover * np.float32(255))
    out[:] = np.repeat(pixels, np.diff(starts, append=count), axis=0)


def encoded(light: NDArray[np.float32]) -> Pixels:
    """Amounts of light from 0 to 1 as the nearest numbers of sRGB.

    By comparing alone: powers may come out differently at the end of an array than in its middle.
    """
    places = (np.clip(light, 0, 1) * np.float32(STEPS)).astype(np.intp)
    least = LEAST[places]
    return least + (light >= CHANGES[least])


def opacity(level: NDArray[np.float64]) -> NDArray[np.float32]:
    """1 / (1 + u), the soft style: 1/2 on the boundary, a sigmoid of -L across it."""
    small = np.exp(-np.abs(level))
    return (np.where(level > 0, small, 1.0) / (1.0 + small)).astype(np.float32)
