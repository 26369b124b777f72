"""The rasteriser: a band of a picture by intervals on tiles, and by values where a boundary is.

Tiles are bounded LANES at a time.  Those that the bounds settle are filled; for the others the tape
is cut down to what still matters on them, and their sixteenths follow, down to leaves that are
evaluated at pixels.  The stack is explicit and lies in the job, so that a sweep can stop when its
budget is spent and go on later.
"""

from typing import Any

from numba import njit, types

from shapecli.engine.kernels.elementary import FUNCTION
from shapecli.engine.kernels.job import ALWAYS, LANES, MARK_INSIDE, MARK_UNDEFINED, NEVER, SIDE, UNIT
from shapecli.engine.kernels.leaf import prove

from shapecli.engine.kernels.memory import (  # isort: skip
    DRAW_LEAF, at, bits_set, fill, floats, frame_at, lowest, octets, tile_of,
)  # fmt: skip
from shapecli.engine.kernels.prune import (  # isort: skip
    WORTHWHILE, bound, box, clipped, copy_tape, cut_down, loss_of, mark_live,
)  # fmt: skip

draw_leaf = types.ExternalFunction("shapecli_draw_leaf", DRAW_LEAF)


@njit(**FUNCTION)
def sweep(job: Any, view: Any, budget: int) -> int:
    """Draw the band of a job until it is done, which gives 1, or about `budget` work is, which gives 0."""
    largest = SIDE * LANES
    across = (job.width + largest - 1) // largest
    limit = job.work + budget
    depth = job.stack
    while True:
        if depth < 0:
            if job.next_tile >= job.end_tile:
                return 1
            depth = 0
            _first_frame(job, frame_at(job.frames, 0), largest, across)
        frame = frame_at(job.frames, depth)
        if not frame.bounded:
            _bound_tiles(job, view, frame, depth)
            frame.bounded = 1
        if frame.open == 0:
            depth -= 1
        else:
            lane = lowest(frame.open)
            frame.open &= frame.open - 1
            tile = tile_of(frame, lane)
            if frame.size == SIDE:
                draw_leaf(job, view, tile)
            else:
                depth += 1
                _next_frame(job, frame_at(job.frames, depth), tile, frame.size // 4)
        if job.work >= limit:
            job.stack = depth
            return 0


@njit(**FUNCTION)
def _first_frame(job: Any, frame: Any, size: int, across: int) -> None:
    """The next LANES of the largest tiles, with the whole tape."""
    copy_tape(frame, job)
    frame.size, frame.bounded = size, 0
    first = job.next_tile
    count = min(LANES, job.end_tile - first)
    job.next_tile = first + count
    frame.lanes = (1 << count) - 1
    for lane in range(LANES):
        tile = tile_of(frame, lane)
        place = first + min(lane, count - 1)
        tile.x, tile.y = place % across * size, job.top + place // across * size


@njit(**FUNCTION)
def _next_frame(job: Any, frame: Any, parent: Any, size: int) -> None:
    """The sixteenths of an open tile, with the tape that suffices there."""
    copy_tape(frame, parent)
    frame.size, frame.bounded = size, 0
    within = 0
    for lane in range(LANES):
        tile = tile_of(frame, lane)
        x, y = parent.x + (lane & 3) * size, parent.y + (lane >> 2) * size
        if x < job.width and y < job.bottom:
            within |= 1 << lane
        else:
            x, y = parent.x, parent.y
        tile.x, tile.y = x, y
    frame.lanes = within


@njit(**FUNCTION)
def _bound_tiles(job: Any, view: Any, frame: Any, depth: int) -> None:
    """Bound the tiles of a frame, fill those that are settled, and cut the tape down for the others."""
    size, within = frame.size, frame.lanes
    for lane in range(LANES):
        tile = tile_of(frame, lane)
        right = clipped(job, tile.x + size, job.width)
        bottom = clipped(job, tile.y + size, job.bottom)
        box(job, view, tile.x, tile.y, right, bottom, view.reach, lane)
    bound(job, view, frame)
    lows, highs = floats(job.lows), floats(job.highs)
    loss = loss_of(view, frame)
    level, flag = frame.level * LANES, frame.flag
    still_open, maybe = 0, 0
    run, run_x, run_y, run_inside, run_undefined = 0, 0, 0, False, False  # of settled tiles side by side
    for lane in range(LANES):
        if not within >> lane & 1:
            continue
        tile = tile_of(frame, lane)
        state = flag
        if flag >= 0 and highs[flag * LANES + lane] <= 0.0:
            state = NEVER
        elif flag >= 0 and lows[flag * LANES + lane] > 0.0:
            state = ALWAYS
        inside, outside = highs[level + lane] + loss <= 0.0, lows[level + lane] - loss > 0.0
        if state < 0 and (inside or outside):
            goes_on = tile.x == run_x + run * size and tile.y == run_y
            if not (goes_on and inside == run_inside and (state == ALWAYS) == run_undefined):
                _settle(job, run_x, run_y, run * size, size, run_inside, run_undefined)
                run, run_x, run_y = 0, tile.x, tile.y
                run_inside, run_undefined = inside, state == ALWAYS
            run += 1
            continue
        still_open |= 1 << lane
        if state >= 0:
            maybe |= 1 << lane
        copy_tape(tile, frame)
        tile.flag = state
    _settle(job, run_x, run_y, run * size, size, run_inside, run_undefined)
    frame.open = still_open
    most = WORTHWHILE * frame.rows * bits_set(still_open)
    if still_open and mark_live(job, frame, still_open, maybe) <= most:
        cut_down(job, frame, depth, still_open)


@njit(**FUNCTION)
def _settle(job: Any, x: int, y: int, width: int, height: int, inside: bool, undefined: bool) -> None:
    """Fill tiles on which nothing happens; the outside is left alone, unless the band is drawn afresh."""
    width, height = min(width, job.width - x), min(height, job.bottom - y)
    if width == 0:
        return
    if job.certify:
        prove(job, x, y, width, height, LANES * inside, LANES * inside)
        return
    job.inside += width * height * inside
    job.area += width * height * inside * UNIT
    job.undefined += width * height * undefined
    mark = MARK_INSIDE * inside + MARK_UNDEFINED * undefined
    shades = at(octets(job.shades), (y - job.top) * job.stride + x * job.bits // 8)
    whole, rest = width * job.bits // 8, width * job.bits % 8
    if inside or job.afresh:
        for row in range(height):
            fill(at(shades, row * job.stride), -inside, whole)
            if rest:
                at(shades, row * job.stride)[whole] = -(1 << 8 - rest) * inside
    if job.marks and mark:
        marks = at(octets(job.marks), (y - job.top) * job.width + x)
        for row in range(height):
            fill(at(marks, row * job.width), mark, width)
