"""What no path has, as pictures among paths: colours that are no gradients, soft edges, glows and shadows."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.colours import Rgba
from shapecli.base.source import ShapeError
from shapecli.drawing import gradients
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.shades import numbers_of
from shapecli.drawing.strips import Brush, Shares, Strip, ground, rows_of
from shapecli.drawing.tapes import Shade
from shapecli.engine.plan import Spent
from shapecli.formats.arrays import image_of
from shapecli.formats.png import write_image
from shapecli.formats.svg import Gradient, Inlay, Shape
from shapecli.painting.paint import LINEAR, Paint, Pixels, encoded, painted
from shapecli.painting.strokes import stroke

Reach = Callable[[Strip], NDArray[np.uint8]]

NOTHING: Final = (0, 0, 0, 0)


@dataclass
class Held:
    """What a file holds, and what that took.

    Attributes:
        pixels: of all pictures in it.
        ground: what is under all layers, once somebody has asked for it: uint8[height, width, 3 or 4].
    """

    spent: Spent = field(default_factory=Spent)
    pixels: int = 0
    ground: Pixels | None = None


def gradient(shade: Shade, box: gradients.Box, held: Held) -> Gradient | Rgba | None:
    """A colour that varies, as a gradient or as the one colour that it is in a box; None if it is neither.

    Raises:
        ShapeError: the drawing takes more work than the limit.
    """
    shares = Shares(shade.drawing, range(0), held.spent.work)
    shares.spend(shade.program.tape.cost * gradients.MOST_POINTS)
    held.spent.work = shares.work
    return gradients.paint_of(shade, box)


def inlay(
    drawing: Drawing,
    brush: Brush,
    held: Held,
    *,
    within: Shape | None = None,
    reach: Reach | None = None,
    fades: bool = False,
) -> Inlay | None:
    """What a brush paints, as a picture of the pixels of a drawing; None if it paints nothing.

    Args:
        within: lines inside of which it is seen, or along which.
        reach: how far the brush goes, if that is a bit beyond the lines: where it paints nothing nearer
            than that, its colour is undefined.
        fades: whether it shall look right on the background by viewers that mix numbers of sRGB.

    Raises:
        ShapeError: the drawing takes more work, or the file holds more pixels, than the limits.
    """
    pixels, whole = _painted(drawing, brush, NOTHING, held, reach)
    if fades and drawing.background[3] == 255:
        if held.ground is None and drawing.ground:
            under = next(ground(drawing))
            held.ground, _ = _painted(drawing, lambda strip: _even(under(strip)), drawing.background, held)
        _adapt(pixels, np.array(drawing.background[:3], np.uint8) if held.ground is None else held.ground)
    seen = pixels[..., 3] > 0
    if not seen.any():
        return None
    top, bottom = np.flatnonzero(seen.any(axis=1))[[0, -1]].tolist()
    left, right = np.flatnonzero(seen.any(axis=0))[[0, -1]].tolist()
    box = left, top, right + 1 - left, bottom + 1 - top
    held.pixels += box[2] * box[3]
    if held.pixels > drawing.most_held:
        message = f"the pictures in this file have more than the limit of {drawing.most_held:,} pixels"
        hint = "write a .png, choose a smaller size, or raise <limit_pixels>"
        raise ShapeError(message, source=drawing.figure.source, hint=hint)
    part = (slice(top, bottom + 1), slice(left, right + 1))
    kept, seen = pixels[part], seen[part]
    if reach and whole and (kept[seen][:, 3] == 255).all():
        kept[~seen] = kept[seen][0]  # nobody sees it there, and a picture without opacities is smaller
    stream = io.BytesIO()
    write_image(stream, image_of(np.ascontiguousarray(kept)), {})
    return Inlay(stream.getvalue(), box, within)


def _painted(
    drawing: Drawing, brush: Brush, background: Rgba, held: Held, reach: Reach | None = None
) -> tuple[Pixels, bool]:
    """The whole picture with nothing but what a brush paints: uint8[height, width, 3 or 4].

    Returns:
        Also whether something is painted wherever the brush reaches.
    """
    whole = True
    width, height = drawing.view.width, drawing.view.height
    pixels = np.empty((height, width, 3 if background[3] == 255 else 4), np.uint8)
    for rows in rows_of(drawing, 1):
        shares = Shares(drawing, rows, held.spent.work)
        strip = Strip(rows, width, shares)
        paint = brush(strip)
        if reach:
            whole = whole and bool((paint.share > 0)[reach(strip) > 0].all())
        held.spent.work = shares.work
        paint = replace(paint, opacity=1.0, blend="normal", clip=None)
        pixels[rows.start : rows.stop] = painted([paint], background, width, len(rows), top=rows.start)
    return pixels, whole


def _even(paint: Paint) -> Paint:
    """The same without dithering, which opacities would have then, and files would be larger."""
    if isinstance(paint.colour, tuple) or not paint.varies:
        return paint
    return replace(paint, colour=encoded(paint.colour.astype(np.float32)))


def _adapt(pixels: Pixels, below: Pixels) -> None:
    """Make opacities such that numbers of sRGB, when they are mixed, are nearly those of mixed light."""
    for row, under in zip(pixels, np.broadcast_to(below, (*pixels.shape[:2], 3)), strict=True):
        faint = (row[:, 3] > 0) & (row[:, 3] < 255)
        over, under = row[faint, :3], under[faint]
        opacity = row[faint, 3:] / 255
        mixed = numbers_of(LINEAR[under] + opacity * (LINEAR[over] - LINEAR[under]))
        whole = over - under.astype(np.float64)
        size = np.abs(whole).sum(axis=1)
        share = (np.sign(whole) * (mixed - under)).sum(axis=1) / np.maximum(size, 1.0)
        row[faint, 3] = np.where(size >= 1.0, np.rint(255 * np.clip(share, 0, 1)), row[faint, 3])


def in_region(layer: DrawnLayer) -> Reach:
    """Wherever a region covers something of a pixel, or of one beside it."""
    covers = [region.covered for region in (layer.body, layer.clip) if region]

    def share(strip: Strip) -> NDArray[np.uint8]:
        shares: NDArray[np.uint8] = np.minimum.reduce([_around(strip.shares[cover]) for cover in covers])
        return shares

    return share


def along(lines: Shape) -> Reach:
    """The same where a stroke does."""
    return lambda strip: _around(stroke(lines.lines, lines.width, strip.width, strip.rows))


def _around(share: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """255 where something is covered, or beside that, so that viewers may interpolate; 0 elsewhere."""
    some = np.pad(share > 0, 1)
    wide = some[:-2] | some[1:-1] | some[2:]
    return np.where(wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:], np.uint8(255), np.uint8(0))
