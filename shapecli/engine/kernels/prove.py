"""What the bounds prove of whole pixels, where nothing is sampled."""

from typing import Any

from numba import njit

from shapecli.engine.kernels.job import LANES, PARTS, SIDE
from shapecli.engine.kernels.memory import at, fill, floats, lowest, octets
from shapecli.engine.kernels.prune import FUNCTION, bound, box, loss_of


@njit(**FUNCTION)
def prove(job: Any, left: int, top: int, width: int, height: int, least: int, most: int) -> None:
    """Write down between how many parts of each pixel of a block are inside."""
    job.certain_inside += width * height * (least == LANES)
    job.certain_outside += width * height * (most == 0)
    job.lowest += width * height * least
    job.highest += width * height * most
    if job.least:
        first = (top - job.top) * job.width + left
        for row in range(height):
            fill(at(octets(job.least), first + row * job.width), least, width)
            fill(at(octets(job.most), first + row * job.width), most, width)


@njit(**FUNCTION)
def prove_leaf(job: Any, view: Any, tile: Any) -> None:
    """Bound every pixel of a leaf, a row of them at once, and the parts of those that stay open."""
    size = SIDE
    width, height = min(size, job.width - tile.x), min(size, job.bottom - tile.y)
    lows, highs = floats(job.lows), floats(job.highs)
    loss = loss_of(view, tile)
    level = tile.level * LANES
    for y in range(tile.y, tile.y + height):
        for lane in range(LANES):
            x = tile.x + min(lane, width - 1)
            box(job, view, x, y, x + 1, y + 1, 0.0, lane)
        bound(job, view, tile)
        still_open = 0
        for lane in range(width):
            inside, outside = highs[level + lane] + loss <= 0.0, lows[level + lane] - loss > 0.0
            if inside or outside:
                prove(job, tile.x + lane, y, 1, 1, LANES * inside, LANES * inside)
            else:
                still_open |= 1 << lane
        while still_open:
            x = tile.x + lowest(still_open)
            still_open &= still_open - 1
            for lane in range(LANES):
                left, top = x + lane % PARTS / PARTS, y + lane // PARTS / PARTS
                box(job, view, left, top, left + 1 / PARTS, top + 1 / PARTS, 0.0, lane)
            bound(job, view, tile)
            least, most = 0, LANES
            for lane in range(LANES):
                least += highs[level + lane] + loss <= 0.0
                most -= lows[level + lane] - loss > 0.0
            prove(job, x, y, 1, 1, least, most)
