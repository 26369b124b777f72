"""Leaves by coverage: how much of each pixel is inside.

Where the level is nearly linear from corner to corner, the boundary in a pixel is taken as straight;
where it is far from 0, there is none.  Any other pixel is cut into cells, which are covered by the same
rule; in the cells that are left, points are counted.
"""

from typing import Any, Final

import numpy as np
from numba import njit

from shapecli.engine.kernels.elementary import FUNCTION, INNER
from shapecli.engine.kernels.job import BLOCK, CELLS, INSET, LANES, POINTS, SIDE, UNIT, UNIT_BITS
from shapecli.engine.kernels.memory import at, codes, floats, integers, lanes_at_most, lowest, octets
from shapecli.engine.kernels.parts import CUT, PART, bound_parts, mark_leaf, pad, tape_of
from shapecli.engine.kernels.prune import bound, box, evaluate, loss_of
from shapecli.fields.tape import X, Y

# by how much a level may bend in a pixel or a cell, relative to its slope, to be called straight; at a jump
# it bends by half
PIXEL_BEND, CELL_BEND = 1 / 8, 0.4
# how many bends there must be between it and 0, beside half its slope, to have no boundary there
PIXEL_CAUTION, CELL_CAUTION = 1.0, 0.5
FLAT: Final = 1e-140  # slopes from this one on
STEEP: Final = 1e140  # slopes between these have squares
FAR: Final = 650.0  # u is near the end of float64: what is infinite beside it has no boundary to show
TOLERANCE: Final = 512.0  # losses matter if they are more than this part of a pixel's range
PATCH: Final = PART + 1  # corners on a side of a part, which has PART x PART pixels, and of a pixel of cells
PATCHES: Final = POINTS // PATCH**2  # that are evaluated at once
FIRST_ROWS: Final = sum((1 << PART) - 1 << row * PATCH for row in range(PART - 1))  # of squares in a patch
LOST: Final = -1  # in place of a mask of parts
UNEVEN, PERHAPS, DOUBTFUL = -1.0, -1.5, -2.0  # in place of a coverage; each is at most those before it
CELL: Final = 3  # integers that describe a cell: its pixel's place in the leaf, its column and row
WAITING, UNCOVERED = 5, 6  # where pixels that wait are in the workspace of pixels, and cells, in POINTS


@njit(**FUNCTION)
def leaf_of_coverage(job: Any, view: Any, tile: Any, cut: bool) -> bool:
    """Coverage of every pixel; whether what was dropped cannot matter."""
    x, y = tile.x, tile.y
    width, height = min(SIDE, job.width - x), min(SIDE, job.bottom - y)
    cover, flag = floats(job.pixels), at(floats(job.pixels), POINTS)
    parts = bound_parts(job, view, tile, cut, cover, flag)
    cut, parts = parts >= CUT, parts & CUT - 1
    uneven = 0
    while parts:
        batch, count = 0, 0
        while parts and count < (1 if cut else PATCHES):
            batch |= parts & -parts
            parts &= parts - 1
            count += 1
        found = _cover_parts(job, view, tile, tape_of(job, tile, cut, lowest(batch)), batch)
        if found == LOST:
            return False
        uneven |= found
    if uneven and not cut:
        _cover_uneven(job, view, tile, tile, cover, 0, 0, SIDE)
        uneven = 0
    while uneven:
        part = lowest(uneven)
        uneven &= uneven - 1
        left, top = part % 4 * PART, part // 4 * PART
        _cover_uneven(job, view, tile, tape_of(job, tile, cut, part), cover, left, top, PART)
    if width < SIDE or height < SIDE:
        for k in range(POINTS):
            if k % SIDE >= width or k // SIDE >= height:
                cover[k] = 0.0  # beyond the picture
    units, shades = codes(job.pixels + 16 * POINTS), octets(job.pixels + 20 * POINTS)
    for k in range(POINTS):
        units[k] = np.int32(cover[k] * UNIT + 0.5)
    inside, area = np.int32(0), np.int32(0)
    for k in range(POINTS):
        inside = np.int32(inside + (units[k] >= UNIT // 2))
        area = np.int32(area + units[k])
        shades[k] = np.int32(np.int32(units[k] * 255) + UNIT // 2) >> UNIT_BITS
    job.inside += inside
    job.area += area
    mark_leaf(job, tile, cover, flag, width, height)
    for j in range(height):
        row = at(octets(job.shades), (y + j - job.top) * job.stride + x)
        if width == SIDE:
            for i in range(SIDE):
                row[i] = shades[j * SIDE + i]
        else:
            for i in range(width):
                row[i] = shades[j * SIDE + i]
    return True


@njit(**FUNCTION)
def _cover_parts(job: Any, view: Any, tile: Any, tape: Any, parts: int) -> int:
    """Coverage of the pixels in at most PATCHES parts of a leaf, below 0 for those that are uneven.

    A mask of the parts with such pixels, or LOST if what was dropped could matter.
    """
    registers, pixels = floats(job.values), floats(job.pixels)
    cover, flag, covers = pixels, at(pixels, POINTS), at(pixels, 2 * POINTS)
    batch, count = parts, 0
    while batch:
        lane = lowest(batch)
        batch &= batch - 1
        left, top = tile.x + lane % 4 * PART, tile.y + lane // 4 * PART
        _place_patch(view, registers, count, left, top, 1.0)
        count += PATCH * PATCH
    evaluate(job, tape, pad(registers, count))
    loss = loss_of(view, tape)
    undefined = at(registers, max(0, tape.flag) * POINTS)
    _cover_patches(at(registers, tape.level * POINTS), covers, count, PIXEL_BEND, PIXEL_CAUTION, loss)
    first, uneven, doubtful = 0, 0, 0
    while parts:
        lane = lowest(parts)
        parts &= parts - 1
        place = lane // 4 * PART * SIDE + lane % 4 * PART
        for j in range(PART):
            for i in range(PART):
                cover[place + j * SIDE + i] = covers[first + j * PATCH + i]
        if _squares_at_most(at(covers, first), UNEVEN):
            uneven |= 1 << lane
        doubtful |= _squares_at_most(at(covers, first), DOUBTFUL)
        if tape.flag >= 0:
            for j in range(PART):
                for i in range(PART):
                    here = first + j * PATCH + i
                    above, below = undefined[here] + undefined[here + 1], at(undefined, here + PATCH)
                    flag[place + j * SIDE + i] = above + below[0] + below[1] >= 2.0
        first += PATCH * PATCH
    return LOST if doubtful else uneven


@njit(**INNER)
def _squares_at_most(covers: Any, most: float) -> int:
    """Not 0 if a square of a patch has a coverage that is at most another."""
    last = (PART - 1) * PATCH
    return lanes_at_most(covers, most) & FIRST_ROWS | lanes_at_most(at(covers, last), most) & (1 << PART) - 1


@njit(**FUNCTION)
def _cover_uneven(
    job: Any, view: Any, tile: Any, tape: Any, cover: Any, left: int, top: int, side: int
) -> None:
    """Cover those pixels whose coverage is still below 0: by bounds where that may do, or by cells.

    They are in a square of the leaf, at `left` and `top` and so wide, in which the tape suffices.
    """
    places = at(integers(job.pixels), WAITING * POINTS)
    count = _places_at_most(cover, PERHAPS, left, top, side, places)
    for first in range(0, count, LANES):
        _settle_pixels(job, view, tile, tape, cover, at(places, first), min(LANES, count - first))
    count = _places_at_most(cover, UNEVEN, left, top, side, places)
    for first in range(0, count, PATCHES):
        _cover_pixels(job, view, tile, tape, cover, at(places, first), min(PATCHES, count - first))


@njit(**FUNCTION)
def _places_at_most(cover: Any, most: float, left: int, top: int, side: int, places: Any) -> int:
    """Where in a square of a leaf coverage is at most another number, and in how many pixels."""
    count, columns = 0, (1 << side) - 1 << left
    for row in range(top, top + side):
        found = lanes_at_most(at(cover, row * SIDE), most) & columns
        while found:
            places[count] = row * SIDE + lowest(found)
            found &= found - 1
            count += 1
    return count


@njit(**FUNCTION)
def _settle_pixels(job: Any, view: Any, tile: Any, tape: Any, cover: Any, places: Any, count: int) -> None:
    """Cover those of at most LANES pixels that bounds settle: in which there is no boundary."""
    for lane in range(count):
        x, y = tile.x + places[lane] % SIDE, tile.y + places[lane] // SIDE
        box(job, view, x, y, x + 1, y + 1, view.reach, lane)
    bound(job, view, tape)
    lows, highs = floats(job.lows), floats(job.highs)
    level, loss = tape.level * LANES, loss_of(view, tape)
    for lane in range(count):
        if lows[level + lane] - loss > 0.0:
            cover[places[lane]] = 0.0
        elif highs[level + lane] + loss <= 0.0:
            cover[places[lane]] = 1.0


@njit(**FUNCTION)
def _cover_pixels(job: Any, view: Any, tile: Any, tape: Any, cover: Any, places: Any, count: int) -> None:
    """Cover at most PATCHES pixels by CELLS x CELLS cells each."""
    registers, parts = floats(job.values), at(floats(job.pixels), 2 * POINTS)
    level, cells = at(registers, tape.level * POINTS), at(integers(job.pixels), UNCOVERED * POINTS)
    for number in range(count):
        x, y = tile.x + places[number] % SIDE, tile.y + places[number] // SIDE
        _place_patch(view, registers, number * PATCH**2, CELLS * x, CELLS * y, 1 / CELLS)
    evaluate(job, tape, pad(registers, count * PATCH**2))
    _cover_patches(level, parts, count * PATCH**2, CELL_BEND, CELL_CAUTION, 0.0)
    found = 0
    for number in range(count):
        place, covered = places[number], 0.0
        left, top = CELLS * (tile.x + place % SIDE), CELLS * (tile.y + place // SIDE)
        for j in range(CELLS):
            for i in range(CELLS):
                part = parts[number * PATCH**2 + j * PATCH + i]
                if part < 0.0:
                    cell = at(cells, found * CELL)
                    cell[0], cell[1], cell[2] = place, left + i, top + j
                    found += 1
                else:
                    covered += part
        cover[place] = covered / CELLS**2
    _count_cells(job, view, tape, cover, cells, found)


@njit(**FUNCTION)
def _count_cells(job: Any, view: Any, tape: Any, cover: Any, cells: Any, count: int) -> None:
    """Add to the coverage of pixels the share of points inside of cells in them."""
    side = job.factor // CELLS
    points = side * side
    x0, y1, dx, dy = view.x0, view.y1, view.fine_dx, view.fine_dy
    registers = floats(job.values)
    level = at(registers, tape.level * POINTS)
    at_once = POINTS // points
    for begin in range(0, count, at_once):
        end = min(count, begin + at_once)
        k = 0
        for number in range(begin, end):
            cell = at(cells, number * CELL)
            for j in range(side):
                up = y1 - (cell[2] * side + j + 0.5) * dy
                for i in range(side):
                    registers[X * POINTS + k] = x0 + (cell[1] * side + i + 0.5) * dx
                    registers[Y * POINTS + k] = up
                    k += 1
        evaluate(job, tape, pad(registers, (end - begin) * points))
        for number in range(end - begin):
            inside = 0
            for k in range(points):
                inside += level[number * points + k] <= 0.0
            cover[at(cells, (begin + number) * CELL)[0]] += inside / (points * CELLS**2)


@njit(**INNER)
def _cover_patches(
    level: Any, cover: Any, count: int, straightest: float, caution: float, loss: float
) -> None:
    """Coverage of the squares between the points of some patches, each at the place of its upper left corner.

    It is UNEVEN where the boundary is not nearly straight, PERHAPS where all corners are on one side, so that
    there may be none, and DOUBTFUL where losses matter: near 0, or in a flat place.

    Args:
        cover: room for three numbers for each of POINTS; what is beside the squares means nothing.
        straightest: by how much the level may bend, relative to its slope, to be called straight.
        caution: how many bends there must be between it and 0, beside half its slope.
    """
    bends, halves = at(cover, POINTS), at(cover, 2 * POINTS)  # first those across, and those along
    points = count + BLOCK - 1 & -BLOCK
    for k in range(points):
        bends[k] = level[k - 1] - 2.0 * level[k] + level[k + 1]
        halves[k] = level[k - PATCH] - 2.0 * level[k] + level[k + PATCH]
    for first in range(0, count, PATCH * PATCH):  # at sides of patches, what those beside them let expect
        for k in range(PATCH):
            left, top = first + k * PATCH, first + k
            right, bottom = left + PATCH - 1, top + PATCH * (PATCH - 1)
            bends[left] = 3.0 * bends[left + 1] - 2.0 * bends[left + 2]
            bends[right] = 3.0 * bends[right - 1] - 2.0 * bends[right - 2]
            halves[top] = 3.0 * halves[top + PATCH] - 2.0 * halves[top + 2 * PATCH]
            halves[bottom] = 3.0 * halves[bottom - PATCH] - 2.0 * halves[bottom - 2 * PATCH]
    far = 0
    for k in range(points):  # then their sum, and half that of their sizes
        across, along = bends[k], halves[k]
        bends[k], halves[k] = across + along, 0.5 * (abs(across) + abs(along))
        far += abs(level[k]) > FAR
    for k in range(points):
        a, b, c, d = level[k], level[k + 1], level[k + PATCH], level[k + PATCH + 1]
        m, across, along = 0.25 * (a + b + (c + d)), 0.5 * (b + d - (a + c)), 0.5 * (c + d - (a + b))
        bend = max(max(halves[k], halves[k + 1]), max(halves[k + PATCH], halves[k + PATCH + 1]))
        bend = max(bend, 0.5 * abs(a + d - (b + c)))
        slope = abs(across) + abs(along)
        away = abs(m) > 0.5 * slope + caution * bend
        outside, inside = away & (m > 0.0), away & (m <= 0.0)
        least, most = min(min(a, b), min(c, d)), max(max(a, b), max(c, d))
        if far:
            outside, inside = outside | (least > FAR), inside | (most < -FAR)
        bent = bends[k] + bends[k + 1] + (bends[k + PATCH] + bends[k + PATCH + 1])
        part = _straight_cover(m - bent * (1 / 48), across, along)
        straight = (bend <= straightest * slope) & (slope > FLAT) & (slope < STEEP)
        doubtful = (loss > 0.0) & ((abs(m) <= loss) | (loss * TOLERANCE > max(slope, abs(m))))
        open_ = PERHAPS if (least > 0.0) | (most <= 0.0) else UNEVEN
        known = 0.0 if outside else 1.0 if inside else part if straight else open_
        cover[k] = DOUBTFUL if doubtful else known


@njit(**INNER)
def _straight_cover(mean: float, across: float, down: float) -> float:
    """The part of a unit square where a linear level, `mean` at the centre, is at most 0."""
    steep, flat, depth = max(abs(across), abs(down)), min(abs(across), abs(down)), abs(mean)
    corner = max(0.0, 0.5 * (steep + flat) - depth)
    cuts_sides = depth <= 0.5 * (steep - flat)  # that are opposite; else a corner is cut off, or nothing
    over = 0.5 * steep - depth if cuts_sides else corner * corner
    under = steep if cuts_sides else 2.0 * flat * steep
    part = over / under if over > 0.0 else 0.0
    return part if mean > 0.0 else 1.0 - part


@njit(**INNER)
def _place_patch(view: Any, registers: Any, first: int, left: float, top: float, size: float) -> None:
    """PATCH x PATCH points, at the corners of squares of `size` pixels; the outer ones just within.

    Args:
        left, top: where they begin, in such squares.
    """
    x0, y1, dx, dy = view.x0, view.y1, size * view.dx, size * view.dy
    inset = INSET / size
    step = 1.0 - 2.0 * inset / (PATCH - 1)
    xs, ys = at(registers, X * POINTS + first), at(registers, Y * POINTS + first)
    for j in range(PATCH):
        up = y1 - (top + inset + j * step) * dy
        for i in range(PATCH):
            xs[j * PATCH + i], ys[j * PATCH + i] = x0 + (left + inset + i * step) * dx, up
