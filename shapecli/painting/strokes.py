"""Lines to coverage, as a pen with a round tip draws them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.engine.machine import machine

Array = NDArray[np.float64]
Singles = NDArray[np.float32]

CHUNK: Final = 1 << 20  # distances that are found at a time
TOGETHER: Final = 1 << 18  # pieces, after which a signal is heard
PIECE: Final = 8.0  # pixels: a narrow pen draws lines in pieces of that length
WIDE: Final = 24.0  # pixels from which on a pen is wide
TILE: Final = 32  # pixels on a side: a wide pen covers most tiles as a whole


def stroke(lines: Sequence[Array], width: float, columns: int, rows: range) -> NDArray[np.uint8]:
    """How much of each pixel of some rows is under a pen: uint8[rows, columns], up to 255.

    Args:
        lines: float64[points, 2] each, in pixels from the top left corner of the picture.
        width: of the pen, in pixels; below 1, how strong a line of 1 is.
    """
    begin = np.concatenate([line[:-1] for line in lines] or [np.empty((0, 2))]) - (0.0, rows.start)
    end = np.concatenate([line[1:] for line in lines] or [np.empty((0, 2))]) - (0.0, rows.start)
    size = np.array([columns, len(rows)])
    reach = width / 2 + 1
    near = (np.maximum(begin, end) > -reach).all(axis=1) & (np.minimum(begin, end) < size + reach).all(axis=1)
    result = np.zeros((len(rows), columns), np.uint8)
    if not near.any():
        return result
    begin, end = begin[near], end[near]
    # most lines are in a part of the picture alone
    low = (
        np.clip(np.floor(np.minimum(begin, end).min(axis=0) - reach).astype(np.intp), 0, size) // TILE * TILE
    )
    high = np.clip(np.ceil(np.maximum(begin, end).max(axis=0) + reach).astype(np.intp), 0, size)
    draw = _wide if width > WIDE else _narrow
    nearest = draw(begin - low, end - low, reach, int(high[0] - low[0]), int(high[1] - low[1]))
    share = np.clip(np.minimum(np.float32(width / 2 + 0.5) - nearest, np.float32(width)), 0.0, 1.0)
    result[low[1] : high[1], low[0] : high[0]] = np.rint(share * np.float32(255)).astype(np.uint8)
    return result


def _narrow(begin: Array, end: Array, reach: float, columns: int, rows: int) -> Singles:
    """The distance of each pixel to the nearest line where it is below `reach`: float32[rows, columns].

    Each short piece looks at the pixels around it.
    """
    nearest = np.full((rows, columns), np.inf, np.float32)
    pieces = np.concatenate(_pieces(begin, end), axis=1)
    for first in range(0, len(pieces), TOGETHER):
        some = pieces[first : first + TOGETHER]
        machine().pens(some.ctypes.data, len(some), reach, nearest.ctypes.data, columns, rows)
    return np.sqrt(nearest, out=nearest)


def _wide(begin: Array, end: Array, reach: float, columns: int, rows: int) -> Singles:
    """What `_narrow` finds, tile by tile.

    Most tiles are covered as a whole, or not at all; others ask the lines nearby.
    """
    nearest = np.full((rows, columns), np.inf, np.float32)
    if not len(begin):
        return nearest
    half = TILE / np.sqrt(2.0)  # from the middle of a tile to its corners
    right, below = (offset.reshape(-1) for offset in np.meshgrid(np.arange(TILE), np.arange(TILE)))
    for top in range(0, rows, TILE):
        above, under = np.minimum(begin[:, 1], end[:, 1]), np.maximum(begin[:, 1], end[:, 1])
        of_row = np.flatnonzero((above < top + TILE + reach) & (under > top - reach))
        for left in range(0, columns, TILE):
            middle = np.array([left, top]) + TILE / 2
            distances = _from_point(middle, begin[of_row], end[of_row])
            closest = float(distances.min(initial=np.inf))
            if closest - half > reach:
                continue
            tile = nearest[top : top + TILE, left : left + TILE]
            if closest + half < reach - 1.5:
                tile[:] = 0.0
                continue
            which = of_row[distances <= closest + 2 * half]
            best = np.full(TILE * TILE, np.inf, np.float32)
            step = max(1, CHUNK // len(best))
            for first in range(0, len(which), step):
                some = which[first : first + step]
                corner = (left, top)
                squares = _squares(right, below, begin[some] - corner, end[some] - corner)
                np.minimum(best, squares.min(axis=0), out=best)
            tile[:] = np.sqrt(best).reshape(TILE, TILE)[: tile.shape[0], : tile.shape[1]]
    return nearest


def _pieces(begin: Array, end: Array) -> tuple[Array, Array]:
    """Straight pieces, cut into such of at most PIECE pixels."""
    counts = np.maximum(1, np.ceil(np.hypot(*(end - begin).T) / PIECE)).astype(np.intp)
    which = np.repeat(np.arange(len(begin)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = ((end - begin) / counts[:, None])[which]
    start = begin[which] + number[:, None] * step
    return start, start + step


def _squares(right: NDArray[np.intp], below: NDArray[np.intp], begin: Array, end: Array) -> Singles:
    """Squares of distances from the middles of pixels to pieces: float32[pieces, pixels]."""
    x, y = (part[:, None].astype(np.float32) for part in begin.T)
    way_x, way_y = (part[:, None].astype(np.float32) for part in (end - begin).T)
    away_x = (right + 0.5).astype(np.float32) - x
    away_y = (below + 0.5).astype(np.float32) - y
    length = np.maximum(way_x * way_x + way_y * way_y, np.float32(1e-12))
    along = np.clip((away_x * way_x + away_y * way_y) / length, 0.0, 1.0)
    away_x -= along * way_x
    away_y -= along * way_y
    squares: Singles = away_x * away_x + away_y * away_y
    return squares


def _from_point(point: Array, begin: Array, end: Array) -> Array:
    """Distances of one point to pieces."""
    way, away = end - begin, point - begin
    length = np.maximum((way * way).sum(axis=1), 1e-12)
    along = np.clip((away * way).sum(axis=1) / length, 0.0, 1.0)
    rest = away - along[:, None] * way
    distances: Array = np.hypot(rest[:, 0], rest[:, 1])
    return distances
