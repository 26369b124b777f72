"""Lines to coverage, as a pen with a round tip draws them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHUNK: Final = 1 << 20  # distances that are found at a time
SHORTEST_PIECE: Final = 8.0  # pixels: lines are cut into pieces about as long as the pen is wide


def stroke(lines: Sequence[Array], width: float, columns: int, rows: range) -> NDArray[np.uint8]:
    """How much of each pixel of some rows is under a pen: uint8[rows, columns], up to 255.

    Args:
        lines: float64[points, 2] each, in pixels from the top left corner of the picture.
        width: of the pen, in pixels.
    """
    nearest = np.full(len(rows) * columns, np.inf, np.float32)
    begin, end = _pieces(lines, max(SHORTEST_PIECE, width))
    begin, end = begin - (0.0, rows.start), end - (0.0, rows.start)
    reach = width / 2 + 1
    low = np.floor(np.minimum(begin, end) - reach)
    high = np.floor(np.maximum(begin, end) + reach)
    visible = (high >= 0).all(axis=1) & (low < (columns, len(rows))).all(axis=1)
    begin, end, low, high = begin[visible], end[visible], low[visible], high[visible]
    if not len(begin):
        return np.zeros((len(rows), columns), np.uint8)
    across, down = (int(size) + 1 for size in (high - low).max(axis=0))
    offsets = np.stack(np.meshgrid(np.arange(across), np.arange(down)), axis=-1).reshape(-1, 2)
    step = max(1, CHUNK // len(offsets))
    for first in range(0, len(begin), step):
        part = slice(first, first + step)
        pixels: Array = low[part, None] + offsets
        distances = _distances(pixels + 0.5, begin[part, None], end[part, None])
        inside = (pixels >= 0).all(axis=2) & (pixels < (columns, len(rows))).all(axis=2)
        inside &= distances < reach
        places = pixels[inside].astype(np.intp)
        np.minimum.at(nearest, places[:, 1] * columns + places[:, 0], distances[inside].astype(np.float32))
    share = np.clip(np.minimum(width / 2 + 0.5 - nearest, width), 0.0, 1.0)
    result: NDArray[np.uint8] = np.rint(share * 255).astype(np.uint8).reshape(len(rows), columns)
    return result


def _pieces(lines: Sequence[Array], longest: float) -> tuple[Array, Array]:
    """The ends of straight pieces no longer than that."""
    begin = np.concatenate([line[:-1] for line in lines] or [np.empty((0, 2))])
    end = np.concatenate([line[1:] for line in lines] or [np.empty((0, 2))])
    counts = np.maximum(1, np.ceil(np.hypot(*(end - begin).T) / longest)).astype(np.intp)
    which = np.repeat(np.arange(len(begin)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = ((end - begin) / counts[:, None])[which]
    start = begin[which] + number[:, None] * step
    return start, start + step


def _distances(points: Array, begin: Array, end: Array) -> Array:
    """From points to straight pieces; arrays [..., 2] that go together."""
    way, away = end - begin, points - begin
    length = np.maximum((way * way).sum(axis=-1), 1e-30)
    along = np.clip((away * way).sum(axis=-1) / length, 0.0, 1.0)
    rest = away - along[..., None] * way
    result: Array = np.sqrt((rest * rest).sum(axis=-1))
    return result
