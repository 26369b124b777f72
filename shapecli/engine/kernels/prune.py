"""Boxes and the tapes that suffice on them: bounds of LANES boxes at once, and what can be left out there.

Why a shorter tape gives the same picture: bounds are rounded outwards, so they hold for computed values
too; an argument of min, max or if is dropped only where it cannot be the result; an argument of
log-sum-exp only where it adds at most e^-margin, and log-sum-exp, min, max, negation and xor pass on
no more than they get.  So a level is wrong by at most its losses, and leaves where that could matter
are evaluated again with the whole tape.
"""

from typing import Any, Final

from numba import njit, types

from shapecli.engine.kernels.elementary import FUNCTION, INNER
from shapecli.engine.kernels.job import LANES
from shapecli.fields.tape import COLUMNS, FADING, FREE, X, Y

from shapecli.engine.kernels.memory import (  # isort: skip
    BOUNDS, VALUES, at, bits_set, codes, floats, lanes_with, lowest, masks, octets, tile_of,
)  # fmt: skip

BOX_COST: Final = 4  # bounding a box takes about as long as so many points
ROUNDING: Final = 1e-12  # what a shorter tape may change a level by, beside its losses
WORTHWHILE: Final = 0.8  # a tape is cut down if no more than this share of it is left

values = types.ExternalFunction("shapecli_values", VALUES)
bounds = types.ExternalFunction("shapecli_bounds", BOUNDS)


@njit(**INNER)
def loss_of(view: Any, tape: Any) -> float:
    """The most by which dropped arguments can have changed a level."""
    return tape.losses * view.loss + ROUNDING if tape.losses else 0.0


@njit(**INNER)
def box(
    job: Any, view: Any, left: float, top: float, right: float, bottom: float, reach: float, lane: int
) -> None:
    """The box of a block of pixels and of what is within `reach` pixels of them; -1/2: of their centres."""
    lows, highs, x, y = floats(job.lows), floats(job.highs), view.slack_x, view.slack_y
    lows[X * LANES + lane] = view.x0 + (left - reach) * view.dx - x
    highs[X * LANES + lane] = view.x0 + (right + reach) * view.dx + x
    lows[Y * LANES + lane] = view.y1 - (bottom + reach) * view.dy - y
    highs[Y * LANES + lane] = view.y1 - (top - reach) * view.dy + y


@njit(**INNER)
def clipped(job: Any, end: int, limit: int) -> int:
    """The end of a block of pixels in a picture that ends at `limit`.

    Coverage looks further by two pixels, for the bends of the last one, so that tapes must be valid there.
    """
    return min(end, limit + 2 * (job.factor > 1))


@njit(**FUNCTION)
def bound(job: Any, view: Any, tape: Any) -> None:
    """Run the tape of a frame or a tile on the boxes in the registers of x and y."""
    code, scalars, uppers = codes(tape.code), floats(tape.scalars), floats(tape.uppers)
    lows, highs, flags, picks = floats(job.lows), floats(job.highs), octets(job.flags), octets(job.picks)
    for lane in range(LANES):
        flags[X * LANES + lane], flags[Y * LANES + lane] = 0, 0
    bounds(code, scalars, uppers, tape.rows, lows, highs, flags, picks, view.margin, job.flagged, LANES)
    job.work += tape.rows * LANES * BOX_COST


@njit(**INNER)
def copy_tape(target: Any, source: Any) -> None:
    """Give a frame or a tile the tape of another, or of the job."""
    target.code, target.scalars, target.uppers = source.code, source.scalars, source.uppers
    target.rows, target.level, target.flag = source.rows, source.level, source.flag
    target.losses = source.losses


@njit(**FUNCTION)
def whole_tape(job: Any, tile: Any) -> None:
    """Give a tile the whole tape again."""
    flag = tile.flag
    copy_tape(tile, job)
    if flag < 0:
        tile.flag = flag


@njit(**FUNCTION)
def evaluate(job: Any, tile: Any, points: int) -> None:
    """Run the tape of a tile on the points in the registers of x and y, a multiple of BLOCK."""
    values(codes(tile.code), floats(tile.scalars), tile.rows, floats(job.values), points)
    job.work += tile.rows * points


@njit(**FUNCTION)
def mark_live(job: Any, frame: Any, still_open: int, maybe: int) -> int:
    """Which rows matter on which lanes, from the results back; how many they are in all."""
    code, picks = codes(frame.code), octets(job.picks)
    live, row_live = masks(job.live), masks(job.row_live)
    live[frame.level] |= still_open
    if frame.flag >= 0:
        live[frame.flag] |= maybe
    total = 0
    for row in range(frame.rows - 1, -1, -1):
        step = at(code, row * COLUMNS)
        alive = live[step[1]]
        row_live[row] = alive
        if alive:
            live[step[1]] = 0
            if step[5] == FREE:
                total += bits_set(alive)
                live[step[2]] |= alive
                live[step[3]] |= alive
                live[step[4]] |= alive
            else:
                pick = at(picks, row * LANES)
                one, two, three = lanes_with(pick, 1), lanes_with(pick, 2), lanes_with(pick, 3)
                total += bits_set(alive & ~(one | two | three))
                live[step[2]] |= alive & ~(two | three)
                live[step[3]] |= alive & ~(one | three)
                live[step[4]] |= alive & ~(one | two)
    live[X] = 0
    live[Y] = 0
    return total


@njit(**FUNCTION)
def cut_down(job: Any, frame: Any, depth: int, still_open: int) -> None:
    """Write for each open lane the tape of the rows that matter there, in registers of its own."""
    rows, capacity = frame.rows, job.rows
    code, scalars, uppers = codes(frame.code), floats(frame.scalars), floats(frame.uppers)
    picks, row_live, renamed = octets(job.picks), masks(job.row_live), codes(job.renamed)
    certify = job.certify
    arena = job.arenas + depth * LANES * capacity * (4 * COLUMNS + 16)
    for lane in range(LANES):
        renamed[X * LANES + lane], renamed[Y * LANES + lane] = X, Y
        if still_open >> lane & 1:
            tile = tile_of(frame, lane)
            tile.scalars = arena + lane * capacity * 8
            tile.uppers = tile.scalars + LANES * capacity * 8 * (certify != 0)
            tile.code = arena + LANES * capacity * 16 + lane * capacity * 4 * COLUMNS
            tile.rows = 0
    for row in range(rows):
        alive = int(row_live[row])
        if not alive:
            continue
        step = at(code, row * COLUMNS)
        out = at(renamed, step[1] * LANES)
        a, b, c = at(renamed, step[2] * LANES), at(renamed, step[3] * LANES), at(renamed, step[4] * LANES)
        if step[5] != FREE:
            pick = at(picks, row * LANES)
            for choice in range(1, 4):
                chosen = alive & lanes_with(pick, choice)
                alive &= ~chosen
                source = a if choice == 1 else b if choice == 2 else c
                while chosen:
                    lane = lowest(chosen)
                    chosen &= chosen - 1
                    out[lane] = source[lane]
                    tile_of(frame, lane).losses += step[5] == FADING
        while alive:
            lane = lowest(alive)
            alive &= alive - 1
            tile = tile_of(frame, lane)
            count = tile.rows
            tile.rows = count + 1
            target = at(codes(tile.code), count * COLUMNS)
            target[0], target[1], target[5] = step[0], count + 2, step[5]
            target[2], target[3], target[4] = a[lane], b[lane], c[lane]
            floats(tile.scalars)[count] = scalars[row]
            if certify:
                floats(tile.uppers)[count] = uppers[row]
            out[lane] = count + 2
    level, flag = frame.level * LANES, frame.flag * LANES
    while still_open:
        lane = lowest(still_open)
        still_open &= still_open - 1
        tile = tile_of(frame, lane)
        tile.level = renamed[level + lane]
        if tile.flag >= 0:
            tile.flag = renamed[flag + lane]
