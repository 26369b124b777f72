"""Coverage and colours to pixels, blended in linear light.

A pixel that is half covered sends half the light, so colours are mixed as amounts of light and not as
numbers of sRGB, which are about their square roots (IEC 61966-2-1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
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
MIDDLE: Final = np.float32(linear(127.5))  # the light of a middle grey
BLOCK: Final = 1 << 16  # pixels that are blended at a time, so that working memory stays small


@dataclass(frozen=True, eq=False)
class Paint:
    """Colours, and how strongly they cover each pixel of some rows.

    Attributes:
        share: [height, width], as uint8 up to 255 or float32 up to 1.
        colour: one for all, or for each pixel: uint8[height, width, 3], or as amounts of light float32.
        opacity: from 0 to 1, with which the share is multiplied.
        blend: how it mixes with what is below, one of MIXING.
        clip: the share of each pixel that all is seen of; paints one after the other with the same clip are
            clipped together, so that nothing shines through where their edges meet.
        apart: paints one after the other with the same number, unless it is 0, have no point in common: each
            takes its share of what was there before all of them.
    """

    share: Share
    colour: Rgba | Pixels | Light
    opacity: float = 1.0
    blend: str = "normal"
    clip: Share | None = None
    apart: int = 0

    def part(self, pixels: slice | NDArray[np.intp]) -> "Paint":
        """Some of the pixels, in a row: those of a slice, or with these numbers."""
        colour = self.colour if isinstance(self.colour, tuple) else self.colour.reshape(-1, 3)[pixels]
        clip = None if self.clip is None else self.clip.reshape(-1)[pixels]
        return replace(self, share=self.share.reshape(-1)[pixels], colour=colour, clip=clip)

    @property
    def varies(self) -> bool:
        """Whether its colours are amounts of light, between those that eight bits have."""
        return not isinstance(self.colour, tuple) and self.colour.dtype == np.float32


def painted(paints: Sequence[Paint], background: Rgba, width: int, height: int, *, top: int = 0) -> Pixels:
    """Layers over a background, later ones on top: uint8[height, width, 3], or 4 unless that is opaque.

    Args:
        top: the number of the first row in the picture.
    """
    out = np.empty((height * width, 3 if background[3] == 255 else 4), np.uint8)
    for first in range(0, len(out), BLOCK):
        part = slice(first, min(len(out), first + BLOCK))
        cut = [paint.part(part) for paint in paints]
        starts, light, cover = _blended(cut, part.stop - first, background)
        places = starts + (first + top * width) if any(paint.varies for paint in cut) else None
        pixels = _pixels(light, cover, out.shape[1], places, width)
        out[part] = np.repeat(pixels, np.diff(starts, append=part.stop - first), axis=0)
    return out.reshape(height, width, -1)


class Canvas:
    """Pixels that are painted little by little, where there are too many layers to hold them all."""

    def __init__(self, background: Rgba, width: int, height: int) -> None:
        self.background, self.shape = background, (height, width)
        self.light = np.empty((width * height, 3), np.float32)
        self.cover = np.empty((width * height, 1), np.float32)
        self.light[:], self.cover[:] = _ground(background)
        self.varies = False
        self.before = _before(0, self.light, self.cover)
        # what is being clipped: the name of the clip, its share, and light and cover below
        self.clip = 0
        self.below: tuple[NDArray[np.float32], Light, NDArray[np.float32]] | None = None

    def paint(self, paints: Sequence[Paint]) -> None:
        """Paint layers over what is there."""
        self.varies = self.varies or any(paint.varies for paint in paints)
        for name, group in groupby(paints, key=_clip_of):
            together = [*group]
            if name != self.clip:
                self._close()
                self.clip, clip = name, together[0].clip
                if clip is not None:
                    self.below = _share_of(clip.reshape(-1)), self.light.copy(), self.cover.copy()
            for number, aside in groupby(together, key=lambda paint: paint.apart):
                if number and number != self.before.apart:
                    self.before = _before(number, self.light, self.cover)
                self._paint([replace(paint, clip=None) for paint in aside])

    def _close(self) -> None:
        """Clip what was painted since the clip began."""
        if self.below is not None:
            share, light, cover = self.below
            self.light[:] = light + share * (self.light - light)
            self.cover[:] = cover + share * (self.cover - cover)
        self.clip, self.below = 0, None

    def _paint(self, paints: Sequence[Paint]) -> None:
        """Paint layers without a clip, which are all apart or none of them."""
        for first in range(0, len(self.light), BLOCK):
            part = slice(first, min(len(self.light), first + BLOCK))
            cut = [paint.part(part) for paint in paints]
            cut = [paint for paint in cut if paint.share.any()]
            if not cut:
                continue
            where: slice | NDArray[np.intp] = part
            reached = np.logical_or.reduce([paint.share > 0 for paint in cut])
            if np.count_nonzero(reached) <= len(reached) / 2:
                places = np.flatnonzero(reached)
                cut, where = [paint.part(places) for paint in cut], places + first
            before = self.before.part(where) if paints[0].apart else None
            self.light[where], self.cover[where] = _over(
                cut, self.light[where], self.cover[where], before=before
            )
            if before:
                self.before.taken[where] = before.taken

    def pixels(self, top: int) -> Pixels:
        """What it looks like; `top` is the number of its first row in the picture."""
        self._close()
        height, width = self.shape
        channels = 3 if self.background[3] == 255 else 4
        out = np.empty((height * width, channels), np.uint8)
        for first in range(0, len(out), BLOCK):
            part = slice(first, min(len(out), first + BLOCK))
            places = np.arange(part.start, part.stop) + top * width if self.varies else None
            out[part] = _pixels(self.light[part], self.cover[part], channels, places, width)
        return out.reshape(height, width, -1)


def coloured(shades: bytearray | mmap, palette: Sequence[Rgba], width: int, height: int) -> Pixels:
    """Pixels from a number for each: uint8[height, width, 3], or 4 unless all colours are opaque."""
    table = np.array(palette, np.uint8)
    if (table[:, 3] == 255).all():
        table = np.ascontiguousarray(table[:, :3])
    return table[np.frombuffer(shades, np.uint8).reshape(height, width)]


def _ground(background: Rgba) -> tuple[Light, np.float32]:
    """Light, premultiplied, and cover of a background."""
    opacity = np.float32(background[3] / 255)
    return LINEAR[list(background[:3])] * opacity, opacity


def _blended(
    paints: Sequence[Paint], count: int, background: Rgba
) -> tuple[NDArray[np.intp], Light, NDArray[np.float32]]:
    """Some pixels in a row: those that are like their left neighbour in every layer are blended only once.

    Returns:
        Which pixels are not, and light and cover of these.
    """
    differs = np.zeros(count, np.bool_)
    differs[:1] = True
    for paint in paints:
        differs[1:] |= paint.share[1:] != paint.share[:-1]
        if paint.clip is not None:
            differs[1:] |= paint.clip[1:] != paint.clip[:-1]
        if paint.varies:
            differs |= paint.share > 0
        elif not isinstance(paint.colour, tuple):
            differs[1:] |= (paint.colour[1:] != paint.colour[:-1]).any(axis=1)
    starts = np.flatnonzero(differs)
    few = [paint.part(starts) for paint in paints]
    light, cover = np.empty((len(starts), 3), np.float32), np.empty((len(starts), 1), np.float32)
    light[:], cover[:] = _ground(background)
    # the clips of few pixels are copies: they are told apart by what they are copies of
    return starts, *_over(few, light, cover, [_clip_of(paint) for paint in paints])


@dataclass(frozen=True, eq=False)
class Before:
    """Light, premultiplied, and cover before paints that are apart.

    Attributes:
        taken: the share that these have of each pixel so far; all together have no more than all of it.
    """

    apart: int
    light: Light
    cover: NDArray[np.float32]
    taken: NDArray[np.float32]

    def part(self, pixels: slice | NDArray[np.intp]) -> "Before":
        """Some of the pixels."""
        return Before(self.apart, self.light[pixels], self.cover[pixels], self.taken[pixels])


def _before(apart: int, light: Light, cover: NDArray[np.float32]) -> Before:
    return Before(apart, light.copy(), cover.copy(), np.zeros_like(cover))


def _over(
    paints: Sequence[Paint],
    light: Light,
    cover: NDArray[np.float32],
    clips: Sequence[int] = (),
    before: Before | None = None,
) -> tuple[Light, NDArray[np.float32]]:
    """Layers over light, premultiplied, and cover; these are overwritten.

    Args:
        before: of paints that are apart, and of which some were painted already.
    """
    names = clips or [_clip_of(paint) for paint in paints]
    for _, group in groupby(zip(names, paints, strict=True), key=lambda pair: pair[0]):
        together = [paint for _, paint in group]
        if (clip := together[0].clip) is None:
            _put_all(together, light, cover, before)
            continue
        within, within_cover = light.copy(), cover.copy()
        _put_all(together, within, within_cover, None)
        seen = _share_of(clip)
        light += seen * (within - light)
        cover += seen * (within_cover - cover)
    return light, cover


def _clip_of(paint: Paint) -> int:
    """Where the clip of a paint lies in memory, which paints that are clipped together share; 0 for none."""
    return 0 if paint.clip is None else paint.clip.ctypes.data


def _put_all(
    paints: Sequence[Paint], light: Light, cover: NDArray[np.float32], before: Before | None
) -> None:
    for paint in paints:
        if paint.apart and not (before and before.apart == paint.apart):
            before = _before(paint.apart, light, cover)
        _put(paint, light, cover, before if paint.apart else None)


def _put(paint: Paint, light: Light, cover: NDArray[np.float32], before: Before | None) -> None:
    alpha, colour = _share_of(paint.share), paint.colour
    alpha *= np.float32(paint.opacity * (colour[3] / 255 if isinstance(colour, tuple) else 1.0))
    over: Light = (
        LINEAR[list(colour[:3])] if isinstance(colour, tuple)
        else colour.astype(np.float32) if paint.varies
        else LINEAR[colour]
    )  # fmt: skip
    if mixing := MIXING.get(paint.blend):
        below = np.divide(light, cover, out=np.zeros_like(light), where=cover > 0)
        over = over + cover * (mixing(below, over) - over)
    if before:
        np.minimum(alpha, 1 - before.taken, out=alpha)
        np.add(before.taken, alpha, out=before.taken)
    light += alpha * (over - (before.light if before else light))
    cover += alpha * (1 - (before.cover if before else cover))


def _share_of(share: Share) -> NDArray[np.float32]:
    """From 0 to 1: float32[pixels, 1]."""
    part = share.astype(np.float32)[:, None]
    return part / np.float32(255) if share.dtype == np.uint8 else part


def _pixels(
    light: Light, cover: NDArray[np.float32], channels: int, places: NDArray[np.intp] | None, width: int
) -> Pixels:
    """Light as pixels.

    Args:
        places: the numbers of the pixels in the picture, if they shall be dithered.
    """
    if channels == 4:
        light = np.divide(light, cover, out=light.copy(), where=cover > 0)
    pixels = np.empty((len(light), channels), np.uint8)
    pixels[:, :3] = encoded(light) if places is None else dithered(light, places, width)
    pixels[:, 3:] = np.rint(cover * np.float32(255))
    return pixels


def dithered(light: Light, places: NDArray[np.intp], width: int) -> Pixels:
    """Amounts of light as one of the two nearest numbers of sRGB, so that many pixels are right together.

    Neighbours round at different thresholds, which the plastic number spreads evenly over the plane
    (M. Roberts, 2018, The unreasonable effectiveness of quasirandom sequences).  Colours that eight bits
    have stay as they are.
    """
    nearest = encoded(light).astype(np.intp)
    lower = nearest - (np.clip(light, 0, 1) < LINEAR[nearest])
    upper = np.minimum(lower + 1, 255)
    gap = LINEAR[upper] - LINEAR[lower]
    share = np.divide(light - LINEAR[lower], gap, out=np.zeros_like(light), where=gap > 0)
    spread = (0.7548776662466927 * (places % width) + 0.5698402909980532 * (places // width)) % 1.0
    threshold = spread.astype(np.float32)[:, None] * np.float32(0.998) + np.float32(0.001)
    return np.where(share > threshold, upper, lower).astype(np.uint8)


def encoded(light: NDArray[np.float32]) -> Pixels:
    """Amounts of light from 0 to 1 as the nearest numbers of sRGB.

    By comparing alone: powers may come out differently at the end of an array than in its middle.
    """
    places = (np.clip(light, 0, 1) * np.float32(STEPS)).astype(np.intp)
    least = LEAST[places]
    return least + (light >= CHANGES[least])


# What two amounts of light are together, below and over (Compositing and Blending Level 1, section 9).
MIXING: Final[Mapping[str, Callable[[Light, Light], Light]]] = {
    "multiply": lambda below, over: below * over,
    "screen": lambda below, over: below + over - below * over,
    "overlay": lambda below, over: np.where(
        below < MIDDLE, below * over / MIDDLE, 1 - (1 - below) * (1 - over) / (1 - MIDDLE)
    ),
    "darken": np.minimum,
    "lighten": np.maximum,
}


def opacity(level: NDArray[np.float64]) -> NDArray[np.float32]:
    """1 / (1 + u), the soft style: 1/2 on the boundary, a sigmoid of -L across it."""
    small = np.exp(-np.abs(level))
    return (np.where(level > 0, small, 1.0) / (1.0 + small)).astype(np.float32)
