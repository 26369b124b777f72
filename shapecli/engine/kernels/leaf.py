"""Leaves, the smallest tiles: by pixel centres and by proof here, by coverage next door."""

from typing import Any, Final

from numba import njit

from shapecli.engine.kernels.cover import leaf_of_coverage
from shapecli.engine.kernels.elementary import FUNCTION
from shapecli.engine.kernels.job import LANES, PARTS, POINTS, SIDE, UNIT
from shapecli.engine.kernels.parts import CUT, PART, bound_parts, mark_leaf, tape_of
from shapecli.engine.kernels.prune import bound, box, evaluate, loss_of, whole_tape
from shapecli.fields.tape import X, Y

from shapecli.engine.kernels.memory import (  # isort: skip
    at, bits_set, fill, floats, lanes_at_most, lowest, octets, reversed_bits, spread,
)  # fmt: skip

LONG: Final = (150, 60)  # rows that may be worth being cut down for each of them, by centres, by coverage


@njit(**FUNCTION)
def draw_leaf(job: Any, view: Any, tile: Any) -> None:
    """Draw a tile pixel by pixel; if what was dropped could matter, again with the whole tape."""
    if tile.rows > job.most_rows:
        whole_tape(job, tile)
    if job.certify:
        _prove_leaf(job, view, tile)
        return
    centres = job.factor == 1
    cut = (LONG[0] if centres else LONG[1]) <= tile.rows <= job.most_rows
    # twice at most: nothing is dropped from a whole tape that is not cut
    while not (_leaf_of_centres(job, view, tile, cut) if centres else leaf_of_coverage(job, view, tile, cut)):
        whole_tape(job, tile)
        cut = False


@njit(**FUNCTION)
def _leaf_of_centres(job: Any, view: Any, tile: Any, cut: bool) -> bool:
    """Decide every pixel by its centre; whether what was dropped cannot matter."""
    x, y = tile.x, tile.y
    width, height = min(SIDE, job.width - x), min(SIDE, job.bottom - y)
    level, flag = floats(job.pixels), at(floats(job.pixels), POINTS)
    if not _find_levels(job, view, tile, cut, level, flag):
        return False
    inside, within = 0, (1 << width) - 1
    shades = at(octets(job.shades), (y - job.top) * job.stride + x * job.bits // 8)
    for j in range(height):
        row = at(shades, j * job.stride)
        mask = lanes_at_most(at(level, j * SIDE), 0.0) & within
        inside += bits_set(mask)
        if job.bits == 1:
            turned = reversed_bits(mask)
            row[0] = turned >> 8
            if width > 8:
                row[1] = turned
        elif width == SIDE:
            spread(row, mask)
        else:
            for i in range(width):
                row[i] = -(mask >> i & 1)
    job.inside += inside
    job.area += inside * UNIT
    mark_leaf(job, tile, level, flag, width, height)
    return True


@njit(**FUNCTION)
def _find_levels(job: Any, view: Any, tile: Any, cut: bool, level: Any, flag: Any) -> bool:
    """The level at the centres of a leaf, exact only in those of its sixteenths that bounds leave open.

    False if what was dropped could matter.
    """
    x, y = tile.x, tile.y
    registers = floats(job.values)
    parts = bound_parts(job, view, tile, cut, level, flag)
    cut, parts = parts >= CUT, parts & CUT - 1
    while parts:
        batch, count = parts, 0
        tape = tape_of(job, tile, cut, lowest(parts))
        while parts and not (cut and count):
            lane = lowest(parts)
            parts &= parts - 1
            column, row = x + lane % 4 * PART, y + lane // 4 * PART
            for j in range(PART):
                up = view.y1 - (row + j + 0.5) * view.dy
                for i in range(PART):
                    registers[X * POINTS + count + i] = view.x0 + (column + i + 0.5) * view.dx
                    registers[Y * POINTS + count + i] = up
                count += PART
        batch &= ~parts
        evaluate(job, tape, count)
        found = at(registers, tape.level * POINTS)
        undefined = at(registers, max(0, tape.flag) * POINTS)
        if tape.losses:
            loss, near = loss_of(view, tape), 0
            for k in range(count):
                near += abs(found[k]) <= loss
            if near:
                return False
        first = 0
        while batch:
            lane = lowest(batch)
            batch &= batch - 1
            place = lane // 4 * PART * SIDE + lane % 4 * PART
            for j in range(PART):
                for i in range(PART):
                    level[place + j * SIDE + i] = found[first + j * PART + i]
                    if tape.flag >= 0:
                        flag[place + j * SIDE + i] = undefined[first + j * PART + i]
            first += PART * PART
    return True


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
def _prove_leaf(job: Any, view: Any, tile: Any) -> None:
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
