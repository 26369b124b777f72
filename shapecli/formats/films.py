"""Frames to films: GIF, APNG and WebP by Pillow, MP4 by PyAV.

A GIF has at most 256 colours.  They are chosen once for the whole film, and nothing is dithered, so that what
does not move does not flicker.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from shapecli.base.source import ShapeError
from shapecli.formats.arrays import on_white
from shapecli.formats.png import text_name
from shapecli.painting.paint import Pixels

MOST_COLOURS: Final = 256
COMMON: Final = 192  # colours that are kept exactly, where there are more than fit
OPAQUE: Final = 128  # alpha from which on a pixel of a GIF is no hole
CHUNK: Final = 4096  # colours that are compared with the palette at a time
SAMPLED: Final = 1 << 22  # pixels that the others are chosen from


def write_film(
    stream: BinaryIO,
    frames: Iterable[Image.Image],
    form: str,
    texts: Mapping[str, str],
    *,
    fps: float,
    forever: bool,
) -> None:
    """Write a film.

    Args:
        texts: kept in an APNG.
        fps: frames a second.
        forever: whether it starts again.

    Raises:
        ModuleNotFoundError: an MP4 needs PyAV.
        ShapeError: nothing changes for longer than a GIF can say.
    """
    if form == "mp4":
        _write_mp4(stream, frames, fps)
        return
    held = list(frames)
    unit = 10 if form == "gif" else 1
    options: dict[str, Any] = {"save_all": True, "duration": durations(len(held), fps, unit)}
    if forever or form != "gif":
        options["loop"] = 0 if forever else 1
    if form == "gif":
        held = list(_with_palette(held))
        options |= {"optimize": False, "disposal": 2 if "transparency" in held[0].info else 1}
    elif form == "png":
        info = PngImagePlugin.PngInfo()
        for key, text in texts.items():
            info.add_itxt(text_name(key), text)
        options["pnginfo"] = info
    else:
        options |= {"lossless": True, "method": 4}
    first, *rest = held
    try:
        first.save(stream, form, append_images=rest, **options)
    except OverflowError:  # frames that are alike become one, which lasts as long as all of them
        hint = "write a .png, .webp or .mp4, or choose more <fps>"
        raise ShapeError("one picture lasts longer than the 655 seconds of a GIF", hint=hint) from None


def durations(count: int, fps: float, unit: int = 1) -> list[int]:
    """How long frames are shown in milliseconds: whole units, such that the film is as long as it should."""
    ends = [round(1000 * k / fps / unit) * unit for k in range(count + 1)]
    return [max(unit, end - begin) for begin, end in pairwise(ends)]


def _colours(frames: list[Image.Image]) -> dict[int, int]:
    """How often colours occur, as 0xAABBGGRR; all of them, until it is clear that they are too many."""
    counts: dict[int, int] = {}
    step = max(1, len(frames) * frames[0].width * frames[0].height // SAMPLED)
    for image in frames[::step] if len(frames) > step else frames:
        colours, each = np.unique(_pixels(image), return_counts=True)
        for colour, count in zip(colours.tolist(), each.tolist(), strict=True):
            counts[colour] = counts.get(colour, 0) + count
    return counts


def _with_palette(frames: list[Image.Image]) -> Iterator[Image.Image]:
    """Frames with one palette for all."""
    counts = _colours(frames)
    clear = any(colour >> 24 < OPAQUE for colour in counts)
    opaque = {colour & 0xFFFFFF: count for colour, count in counts.items() if colour >> 24 >= OPAQUE}
    room = MOST_COLOURS - clear
    common = sorted(opaque, key=lambda colour: (-opaque[colour], colour))
    kept = common[: room if len(common) <= room else COMMON]
    if len(common) > room:
        kept += _chosen({colour: opaque[colour] for colour in common[COMMON:]}, room - COMMON)
    table = np.array(kept, "<u4").view(np.uint8).reshape(-1, 4)[:, :3]
    for image in frames:
        indexed = Image.fromarray(_nearest(_pixels(image), table, len(kept) if clear else None))
        indexed.putpalette(table.tobytes())
        if clear:
            indexed.info["transparency"] = len(kept)
        yield indexed


def _pixels(image: Image.Image) -> NDArray[np.uint32]:
    """Colours as 0xAABBGGRR: uint32[height, width]."""
    return np.ascontiguousarray(image.convert("RGBA")).view("<u4")[..., 0]


def _nearest(pixels: NDArray[np.uint32], table: NDArray[np.uint8], hole: int | None) -> Pixels:
    """For each pixel the number of the colour that is nearest to its own: uint8[height, width]."""
    flat = pixels.reshape(-1)
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    colours, places = np.unique(flat[starts], return_inverse=True)
    channels = colours.astype("<u4").view(np.uint8).reshape(-1, 4).astype(np.int32)
    numbers = np.empty(len(colours), np.uint8)
    for first in range(0, len(colours), CHUNK):
        part = slice(first, first + CHUNK)
        away = channels[part, None, :3] - table.astype(np.int32)
        numbers[part] = (away * away).sum(axis=2).argmin(axis=1)
    if hole is not None:
        numbers[channels[:, 3] < OPAQUE] = hole
    indexed: Pixels = np.repeat(numbers[places], np.diff(starts, append=flat.size)).reshape(pixels.shape)
    return indexed


def _chosen(counts: dict[int, int], room: int) -> list[int]:
    """Some colours that stand for many, by median cut."""
    colours = np.array(list(counts), "<u4")
    pixels = colours.view(np.uint8).reshape(-1, 1, 4)[..., :3]
    quantized = Image.fromarray(np.ascontiguousarray(pixels)).quantize(room, Image.Quantize.MEDIANCUT)
    table = (quantized.getpalette() or [])[: 3 * room]
    return [r | g << 8 | b << 16 for r, g, b in zip(table[::3], table[1::3], table[2::3], strict=True)]


def _write_mp4(stream: BinaryIO, frames: Iterable[Image.Image], fps: float) -> None:
    """H.264 with 4:2:0, which every browser plays; odd sizes lose a row or a column."""
    import av

    with av.open(stream, "w", "mp4") as container:
        video: Any = None
        for image in frames:
            opaque = on_white(image)
            if video is None:
                video = container.add_stream("libx264", round(fps))
                video.width, video.height = (side // 2 * 2 for side in opaque.size)
                video.pix_fmt, video.options = "yuv420p", {"crf": "16"}
            part = opaque.crop((0, 0, video.width, video.height))
            container.mux(video.encode(av.VideoFrame.from_image(part)))
        if video is not None:
            container.mux(video.encode())
