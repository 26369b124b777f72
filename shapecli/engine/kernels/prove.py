"""What the bounds prove of whole pixels, where nothing is sampled."""

from typing import Any

from numba import njit

from shapecli.engine.kernels import job as J
from shapecli.engine.kernels.job import LANES, PARTS, SIDE
from shapecli.engine.kernels.memory import at, fill, floats, lowest, octets
from shapecli.engine.kernels.prune import FUNCTION, bound, box, loss_of


@njit(**FUNCTION)
def prove(job: Any, left: int, top: int, width: int, height: int, least: int, most: int) -> None:
    """Write down between how many parts of each pixel of a block are inside."""
    job[J.CERTAIN_INSIDE] += width * height * (least == LANES)
    job[J.CERTAIN_OUTSIDE] += width * height * (most == 0)
    job[J.LOWEST] += width * height * least
    job[J.HIGHEST] += width * height * most
    if job[J.SHADES]:
        first = (top - job[J.TOP]) * job[J.WIDTH] + left
        for row in range(height):
            fill(at(octets(job[J.SHADES]), first + row * job[J.WIDTH]), least, width)
            fill(at(octets(job[J.MARKS]), first + row * job[J.WIDTH]), most, width)


@njit(**FUNCTION)
def prove_leaf(job: Any, view: Any, tile: Any) -> None:
    """Bound every pixel of a leaf, a row of them at once, and the parts of those that stay open."""
    size = SIDE
    width, height = min(size, job[J.WIDTH] - tile[J.L_X]), min(size, job[J.BOTTOM] - tile[J.L_Y])
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    loss = loss_of(view, tile[J.L_LOSSES])
    level = tile[J.L_LEVEL] * LANES
    for y in range(tile[J.L_Y], tile[J.L_Y] + height):
        for lane in range(LANES):
            x = tile[J.L_X] + min(lane, width - 1)
            box(job, view, x, y, x + 1, y + 1, 0.0, lane)
        bound(job, view, tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS], tile[J.L_ROWS])
        still_open = 0
        for lane in range(width):
            inside, outside = highs[level + lane] + loss <= 0.0, lows[level + lane] - loss > 0.0
            if inside or outside:
                prove(job, tile[J.L_X] + lane, y, 1, 1, LANES * inside, LANES * inside)
            else:
                still_open |= 1 << lane
        while still_open:
            x = tile[J.L_X] + lowest(still_open)
            still_open &= still_open - 1
            for lane in range(LANES):
                left, top = x + lane % PARTS / PARTS, y + lane // PARTS / PARTS
                box(job, view, left, top, left + 1 / PARTS, top + 1 / PARTS, 0.0, lane)
            bound(job, view, tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS], tile[J.L_ROWS])
            least, most = 0, LANES
            for lane in range(LANES):
                least += highs[level + lane] + loss <= 0.0
                most -= lows[level + lane] - loss > 0.0
            prove(job, x, y, 1, 1, least, most)
