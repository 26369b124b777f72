"""The rasteriser: a band of a picture by intervals on tiles, and by values where a boundary is.

Tiles are bounded LANES at a time.  Those that the bounds settle are filled; for the others the tape
is cut down to what still matters on them, and their sixteenths follow, down to leaves that are
evaluated at pixels.  The stack is explicit and lies in the job, so that a sweep can stop when its
budget is spent and go on later.
"""

from typing import Any

from numba import njit, types

from shapecli.engine.kernels import job as J
from shapecli.engine.kernels.job import ALWAYS, LANES, MARK_INSIDE, MARK_UNDEFINED, NEVER, POINTS, SIDE, UNIT
from shapecli.engine.kernels.memory import (
    DRAW_LEAF,
    at,
    bits_set,
    codes,
    fill,
    floats,
    integers,
    lowest,
    octets,
)
from shapecli.engine.kernels.prove import prove
from shapecli.engine.kernels.prune import (
    FUNCTION,
    WORTHWHILE,
    bound,
    box,
    clipped,
    cut_down,
    loss_of,
    mark_live,
    values,
)
from shapecli.fields.tape import X, Y

draw_leaf = types.ExternalFunction("shapecli_draw_leaf", DRAW_LEAF)


@njit(**FUNCTION)
def sweep(job: Any, view: Any, budget: int) -> int:
    """Draw the band of a job until it is done, which gives 1, or about `budget` work is, which gives 0."""
    frames = integers(job[J.FRAMES])
    largest = SIDE * LANES
    across = (job[J.WIDTH] + largest - 1) // largest
    limit = job[J.WORK] + budget
    depth = job[J.STACK]
    while True:
        if depth < 0:
            if job[J.NEXT_TILE] >= job[J.END_TILE]:
                return 1
            depth = 0
            _first_frame(job, frames, largest, across)
        frame = at(frames, depth * J.FRAME)
        if not frame[J.F_BOUNDED]:
            _bound_tiles(job, view, frame, depth)
            frame[J.F_BOUNDED] = 1
        if frame[J.F_OPEN] == 0:
            depth -= 1
        else:
            lane = lowest(frame[J.F_OPEN])
            frame[J.F_OPEN] &= frame[J.F_OPEN] - 1
            tile = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
            if frame[J.F_SIZE] == SIDE:
                draw_leaf(job, view, tile)
            else:
                depth += 1
                _next_frame(job, at(frames, depth * J.FRAME), tile, frame[J.F_SIZE] // 4)
        if job[J.WORK] >= limit:
            job[J.STACK] = depth
            return 0


@njit(**FUNCTION)
def _first_frame(job: Any, frame: Any, size: int, across: int) -> None:
    """The next LANES of the largest tiles, with the whole tape."""
    frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS] = job[J.CODE], job[J.SCALARS], job[J.UPPERS]
    frame[J.F_ROWS], frame[J.F_LEVEL], frame[J.F_FLAG] = job[J.ROWS], job[J.LEVEL], job[J.FLAG]
    frame[J.F_LOSSES], frame[J.F_SIZE], frame[J.F_BOUNDED] = 0, size, 0
    first = job[J.NEXT_TILE]
    count = min(LANES, job[J.END_TILE] - first)
    job[J.NEXT_TILE] = first + count
    frame[J.F_LANES] = (1 << count) - 1
    for lane in range(LANES):
        tile = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        place = first + min(lane, count - 1)
        tile[J.L_X], tile[J.L_Y] = place % across * size, job[J.TOP] + place // across * size


@njit(**FUNCTION)
def _next_frame(job: Any, frame: Any, parent: Any, size: int) -> None:
    """The sixteenths of an open tile, with the tape that suffices there."""
    frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS] = (
        parent[J.L_CODE],
        parent[J.L_SCALARS],
        parent[J.L_UPPERS],
    )
    frame[J.F_ROWS], frame[J.F_LEVEL], frame[J.F_FLAG] = parent[J.L_ROWS], parent[J.L_LEVEL], parent[J.L_FLAG]
    frame[J.F_LOSSES], frame[J.F_SIZE], frame[J.F_BOUNDED] = parent[J.L_LOSSES], size, 0
    within = 0
    for lane in range(LANES):
        tile = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        x, y = parent[J.L_X] + (lane & 3) * size, parent[J.L_Y] + (lane >> 2) * size
        if x < job[J.WIDTH] and y < job[J.BOTTOM]:
            within |= 1 << lane
        else:
            x, y = parent[J.L_X], parent[J.L_Y]
        tile[J.L_X], tile[J.L_Y] = x, y
    frame[J.F_LANES] = within


@njit(**FUNCTION)
def _bound_tiles(job: Any, view: Any, frame: Any, depth: int) -> None:
    """Bound the tiles of a frame, fill those that are settled, and cut the tape down for the others."""
    size, within, losses = frame[J.F_SIZE], frame[J.F_LANES], frame[J.F_LOSSES]
    for lane in range(LANES):
        tile = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        right = clipped(job, tile[J.L_X] + size, job[J.WIDTH])
        bottom = clipped(job, tile[J.L_Y] + size, job[J.BOTTOM])
        box(job, view, tile[J.L_X], tile[J.L_Y], right, bottom, view[J.REACH], lane)
    rows = frame[J.F_ROWS]
    bound(job, view, frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS], rows)
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    loss = loss_of(view, losses)
    level, flag = frame[J.F_LEVEL] * LANES, frame[J.F_FLAG]
    still_open, maybe = 0, 0
    run, run_x, run_y, run_inside, run_undefined = 0, 0, 0, False, False  # of settled tiles side by side
    for lane in range(LANES):
        if not within >> lane & 1:
            continue
        tile = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        state = flag
        if flag >= 0 and highs[flag * LANES + lane] <= 0.0:
            state = NEVER
        elif flag >= 0 and lows[flag * LANES + lane] > 0.0:
            state = ALWAYS
        inside, outside = highs[level + lane] + loss <= 0.0, lows[level + lane] - loss > 0.0
        if state < 0 and (inside or outside):
            goes_on = tile[J.L_X] == run_x + run * size and tile[J.L_Y] == run_y
            if not (goes_on and inside == run_inside and (state == ALWAYS) == run_undefined):
                _settle(job, run_x, run_y, run * size, size, run_inside, run_undefined)
                run, run_x, run_y, run_inside, run_undefined = (
                    0,
                    tile[J.L_X],
                    tile[J.L_Y],
                    inside,
                    state == ALWAYS,
                )
            run += 1
            continue
        still_open |= 1 << lane
        if state >= 0:
            maybe |= 1 << lane
        tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS] = (
            frame[J.F_CODE],
            frame[J.F_SCALARS],
            frame[J.F_UPPERS],
        )
        tile[J.L_ROWS], tile[J.L_LEVEL], tile[J.L_FLAG], tile[J.L_LOSSES] = (
            rows,
            frame[J.F_LEVEL],
            state,
            losses,
        )
    _settle(job, run_x, run_y, run * size, size, run_inside, run_undefined)
    frame[J.F_OPEN] = still_open
    if still_open and mark_live(job, frame, still_open, maybe) <= WORTHWHILE * rows * bits_set(still_open):
        cut_down(job, frame, depth, still_open)


@njit(**FUNCTION)
def _settle(job: Any, x: int, y: int, width: int, height: int, inside: bool, undefined: bool) -> None:
    """Fill tiles on which nothing happens; the outside is left alone, unless the band is drawn afresh."""
    width, height = min(width, job[J.WIDTH] - x), min(height, job[J.BOTTOM] - y)
    if width == 0:
        return
    if job[J.CERTIFY]:
        prove(job, x, y, width, height, LANES * inside, LANES * inside)
        return
    job[J.INSIDE] += width * height * inside
    job[J.AREA] += width * height * inside * UNIT
    job[J.UNDEFINED] += width * height * undefined
    mark = MARK_INSIDE * inside + MARK_UNDEFINED * undefined
    shades = at(octets(job[J.SHADES]), (y - job[J.TOP]) * job[J.STRIDE] + x * job[J.BITS] // 8)
    whole, rest = width * job[J.BITS] // 8, width * job[J.BITS] % 8
    if inside or job[J.AFRESH]:
        for row in range(height):
            fill(at(shades, row * job[J.STRIDE]), -inside, whole)
            if rest:
                at(shades, row * job[J.STRIDE])[whole] = -(1 << 8 - rest) * inside
    if job[J.MARKS] and mark:
        marks = at(octets(job[J.MARKS]), (y - job[J.TOP]) * job[J.WIDTH] + x)
        for row in range(height):
            fill(at(marks, row * job[J.WIDTH]), mark, width)


@njit(**FUNCTION)
def put_centres(view: Any, registers: Any, width: int, first: int, count: int) -> None:
    """The centres of `count` pixels from number `first` on; the last of them fills what is left."""
    for k in range(POINTS):
        place = first + min(k, count - 1)
        registers[X * POINTS + k] = view[J.X0] + (place % width + 0.5) * view[J.DX]
        registers[Y * POINTS + k] = view[J.Y1] - (place // width + 0.5) * view[J.DY]


@njit(**FUNCTION)
def sample(job: Any, view: Any, level: Any, undefined: Any, begin: int, end: int) -> None:
    """Evaluate the whole tape at the pixels begin .. end, counted row by row; nothing is pruned.

    Args:
        level: float64 for each pixel of the picture.
        undefined: int8 for each.
    """
    registers = floats(job[J.VALUES])
    width = job[J.WIDTH]
    for first in range(begin, end, POINTS):
        count = min(POINTS, end - first)
        put_centres(view, registers, width, first, count)
        values(codes(job[J.CODE]), floats(job[J.SCALARS]), job[J.ROWS], registers, POINTS)
        for k in range(count):
            level[first + k] = registers[job[J.LEVEL] * POINTS + k]
            undefined[first + k] = job[J.FLAG] >= 0 and registers[max(0, job[J.FLAG]) * POINTS + k] != 0.0
