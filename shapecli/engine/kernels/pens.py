"""How far pixels are from the nearest of some pieces of lines."""

from typing import Any

import numpy as np
from numba import njit

from shapecli.engine.kernels.elementary import FUNCTION
from shapecli.engine.kernels.memory import at

HALF, LEAST, NONE, ALL = np.float32(0.5), np.float32(1e-12), np.float32(0), np.float32(1)


@njit(**FUNCTION)
def pens(pieces: Any, count: int, reach: float, nearest: Any, columns: int, rows: int) -> None:
    """The squares of distances of the middles of pixels, where they are below the square of `reach`.

    Args:
        pieces: float64[count, 4], from x, y to x, y, in pixels from the top left corner.
        nearest: float32[rows, columns], which keeps what is less.
    """
    most = np.float32(reach * reach)
    for number in range(count):
        piece = at(pieces, 4 * number)
        x0, y0, x1, y1 = piece[0], piece[1], piece[2], piece[3]
        # from the piece's own corner, so that single precision is enough
        left, top = int(np.floor(min(x0, x1) - reach)), int(np.floor(min(y0, y1) - reach))
        right, bottom = int(np.floor(max(x0, x1) + reach)), int(np.floor(max(y0, y1) + reach))
        x, y = np.float32(x0 - left), np.float32(y0 - top)
        way_x, way_y = np.float32((x1 - left) - (x0 - left)), np.float32((y1 - top) - (y0 - top))
        length = max(way_x * way_x + way_y * way_y, LEAST)
        first, last = max(0, -left), min(right, columns - 1) - left
        for down in range(max(0, -top), min(bottom, rows - 1) - top + 1):
            line = at(nearest, (top + down) * columns + left)
            beside = np.float32(down) + HALF - y
            for across in range(first, last + 1):
                away = np.float32(across) + HALF - x
                along = min(max((away * way_x + beside * way_y) / length, NONE), ALL)
                rest_x, rest_y = away - along * way_x, beside - along * way_y
                square = rest_x * rest_x + rest_y * rest_y
                less = (square < most) & (square < line[across])
                line[across] = square if less else line[across]
