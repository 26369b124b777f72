"""The sixteenths of a leaf: bounds settle some of them, and a long tape is cut down for the others."""

from typing import Any, Final

from numba import njit

from shapecli.engine.kernels.elementary import FUNCTION, INNER
from shapecli.engine.kernels.memory import at, bits_set, either, floats, frame_at, octets, tile_of
from shapecli.fields.rules import INF
from shapecli.fields.tape import X, Y

from shapecli.engine.kernels.job import (  # isort: skip
    ALWAYS, BLOCK, DEPTH, LANES, MARK_INSIDE, MARK_UNDEFINED, NEVER, POINTS, SIDE,
)  # fmt: skip
from shapecli.engine.kernels.prune import (  # isort: skip
    bound, box, clipped, copy_tape, cut_down, loss_of, mark_live,
)  # fmt: skip

PART: Final = 4  # pixels on a side of a part
MUCH: Final = 0.4  # the most that may be left of a tape that is cut down for parts
CUT: Final = 1 << LANES  # tells that it was


@njit(**FUNCTION)
def bound_parts(job: Any, view: Any, tile: Any, cut: bool, found: Any, flag: Any) -> int:
    """Which sixteenths of a leaf bounds leave open; the others get levels or coverage, and flags, to suit.

    Args:
        cut: whether open parts may get tapes of their own, as lanes of the last frame.

    Returns:
        A mask of the open ones, with CUT if they did.
    """
    x, y = tile.x, tile.y
    width, height = min(SIDE, job.width - x), min(SIDE, job.bottom - y)
    lows, highs = floats(job.lows), floats(job.highs)
    for part in range(PART):  # only those on the diagonal: columns and rows share their ends
        left, top = min(part * PART, width - 1), min(part * PART, height - 1)
        right, bottom = clipped(job, left + PART, width), clipped(job, top + PART, height)
        box(job, view, x + left, y + top, x + right, y + bottom, view.reach, part * PART + part)
        x_low, x_high = lows[X * LANES + part * PART + part], highs[X * LANES + part * PART + part]
        y_low, y_high = lows[Y * LANES + part * PART + part], highs[Y * LANES + part * PART + part]
        for k in range(PART):
            lows[X * LANES + k * PART + part], highs[X * LANES + k * PART + part] = x_low, x_high
            lows[Y * LANES + part * PART + k], highs[Y * LANES + part * PART + k] = y_low, y_high
    bound(job, view, tile)
    loss = loss_of(view, tile)
    level_row, flag_row = tile.level * LANES, tile.flag * LANES
    flagged, covered = flag_row >= 0, job.factor > 1
    all_inside, all_outside = 1.0 if covered else -INF, 0.0 if covered else INF
    still_open = 0
    for lane in range(LANES):
        column, row = lane % 4 * PART, lane // 4 * PART
        outside, inside = lows[level_row + lane] - loss > 0.0, highs[level_row + lane] + loss <= 0.0
        never, always = not flagged, False
        if flagged:
            never, always = highs[flag_row + lane] <= 0.0, lows[flag_row + lane] > 0.0
        settled = (inside or outside) and (never or always)
        if column < width and row < height and not settled:
            still_open |= 1 << lane
            if not covered:
                continue
        for j in range(PART):
            for i in range(PART):
                place = (row + j) * SIDE + column + i
                found[place] = all_inside if inside else all_outside
                if flagged:
                    flag[place] = 1.0 if always else 0.0
    if cut and still_open and _cut_parts(job, tile, still_open):
        return still_open | CUT
    return still_open


@njit(**FUNCTION)
def _cut_parts(job: Any, tile: Any, still_open: int) -> bool:
    """Give every open part of a leaf a tape of its own, if that makes them much shorter."""
    frame = frame_at(job.frames, DEPTH)
    copy_tape(frame, tile)
    for lane in range(LANES):
        copy_tape(tile_of(frame, lane), tile)
    rows = mark_live(job, frame, still_open, still_open if tile.flag >= 0 else 0)
    if rows > MUCH * tile.rows * bits_set(still_open):
        return False
    cut_down(job, frame, DEPTH, still_open)
    return True


@njit(**INNER)
def tape_of(job: Any, tile: Any, cut: bool, lane: int) -> Any:
    """Where the tape is that suffices on a part of a leaf."""
    return either(cut, tile_of(frame_at(job.frames, DEPTH), lane), tile)


@njit(**INNER)
def pad(registers: Any, count: int) -> int:
    """Repeat the first point until the number of points is a multiple of BLOCK."""
    while count % BLOCK:
        registers[X * POINTS + count] = registers[X * POINTS]
        registers[Y * POINTS + count] = registers[Y * POINTS]
        count += 1
    return count


@njit(**FUNCTION)
def mark_leaf(job: Any, tile: Any, found: Any, flag: Any, width: int, height: int) -> None:
    """Count undefined pixels, and mark pixels if that is wanted; `found` are levels, or coverage."""
    if tile.flag == NEVER and not job.marks:
        return
    for j in range(height):
        marks = at(octets(job.marks), (tile.y + j - job.top) * job.width + tile.x)
        for i in range(width):
            k = j * SIDE + i
            undefined = tile.flag == ALWAYS or (tile.flag >= 0 and flag[k] != 0.0)
            job.undefined += undefined
            if job.marks:
                inside = found[k] >= 0.5 if job.factor > 1 else found[k] <= 0.0
                marks[i] |= MARK_INSIDE * inside + MARK_UNDEFINED * undefined
