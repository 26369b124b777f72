"""The sixteenths of a leaf: bounds settle some of them, and a long tape is cut down for the others."""

from typing import Any, Final

from numba import njit

from shapecli.engine.kernels import job as J
from shapecli.engine.kernels.elementary import INNER
from shapecli.engine.kernels.job import ALWAYS, BLOCK, LANES, MARK_INSIDE, MARK_UNDEFINED, NEVER, POINTS, SIDE
from shapecli.engine.kernels.memory import at, bits_set, floats, integers, octets
from shapecli.engine.kernels.prune import FUNCTION, bound, box, clipped, cut_down, loss_of, mark_live
from shapecli.fields.rules import INF
from shapecli.fields.tape import X, Y

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
    x, y, rows = tile[J.L_X], tile[J.L_Y], tile[J.L_ROWS]
    width, height = min(SIDE, job[J.WIDTH] - x), min(SIDE, job[J.BOTTOM] - y)
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    for part in range(PART):  # only those on the diagonal: columns and rows share their ends
        left, top = min(part * PART, width - 1), min(part * PART, height - 1)
        right, bottom = clipped(job, left + PART, width), clipped(job, top + PART, height)
        box(job, view, x + left, y + top, x + right, y + bottom, view[J.REACH], part * PART + part)
        x_low, x_high = lows[X * LANES + part * PART + part], highs[X * LANES + part * PART + part]
        y_low, y_high = lows[Y * LANES + part * PART + part], highs[Y * LANES + part * PART + part]
        for k in range(PART):
            lows[X * LANES + k * PART + part], highs[X * LANES + k * PART + part] = x_low, x_high
            lows[Y * LANES + part * PART + k], highs[Y * LANES + part * PART + k] = y_low, y_high
    bound(job, view, tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS], rows)
    loss = loss_of(view, tile[J.L_LOSSES])
    level_row, flag_row = tile[J.L_LEVEL] * LANES, tile[J.L_FLAG] * LANES
    flagged, covered = flag_row >= 0, job[J.FACTOR] > 1
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
    frame = at(integers(job[J.FRAMES]), J.DEPTH * J.FRAME)
    frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS] = (
        tile[J.L_CODE],
        tile[J.L_SCALARS],
        tile[J.L_UPPERS],
    )
    frame[J.F_ROWS], frame[J.F_LEVEL], frame[J.F_FLAG] = tile[J.L_ROWS], tile[J.L_LEVEL], tile[J.L_FLAG]
    for lane in range(LANES):
        part = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        for field in range(J.LANE_FIELDS):
            part[field] = tile[field]
    rows = mark_live(job, frame, still_open, still_open if tile[J.L_FLAG] >= 0 else 0)
    if rows > MUCH * tile[J.L_ROWS] * bits_set(still_open):
        return False
    cut_down(job, frame, J.DEPTH, still_open)
    return True


@njit(**INNER)
def tape_of(job: Any, tile: Any, cut: bool, lane: int) -> Any:
    """Where the tape is that suffices on a part of a leaf."""
    part = J.DEPTH * J.FRAME + J.F_HEAD + lane * J.LANE_FIELDS
    return at(integers(job[J.FRAMES]), part) if cut else tile


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
    if tile[J.L_FLAG] == NEVER and not job[J.MARKS]:
        return
    for j in range(height):
        marks = at(octets(job[J.MARKS]), (tile[J.L_Y] + j - job[J.TOP]) * job[J.WIDTH] + tile[J.L_X])
        for i in range(width):
            k = j * SIDE + i
            undefined = tile[J.L_FLAG] == ALWAYS or (tile[J.L_FLAG] >= 0 and flag[k] != 0.0)
            job[J.UNDEFINED] += undefined
            if job[J.MARKS]:
                inside = found[k] >= 0.5 if job[J.FACTOR] > 1 else found[k] <= 0.0
                marks[i] |= MARK_INSIDE * inside + MARK_UNDEFINED * undefined
