"""Boxes and the tapes that suffice on them: bounds of LANES boxes at once, and what can be left out there.

Why a shorter tape gives the same picture: bounds are rounded outwards, so they hold for computed values
too; an argument of min, max or if is dropped only where it cannot be the result; an argument of
log-sum-exp only where it adds at most e^-margin, and log-sum-exp, min, max, negation and xor pass on
no more than they get.  So a level is wrong by at most its losses, and leaves where that could matter
are evaluated again with the whole tape.
"""

from typing import Any, Final

from numba import njit, types

from shapecli.engine.kernels import job as J
from shapecli.engine.kernels.elementary import INNER
from shapecli.engine.kernels.job import LANES
from shapecli.engine.kernels.memory import (
    BOUNDS,
    VALUES,
    at,
    bits_set,
    codes,
    floats,
    lanes_with,
    lowest,
    masks,
    octets,
)
from shapecli.fields.tape import COLUMNS, FADING, FREE, X, Y

BOX_COST: Final = 4  # bounding a box takes about as long as so many points
ROUNDING: Final = 1e-12  # what a shorter tape may change a level by, beside its losses
WORTHWHILE: Final = 0.8  # a tape is cut down if no more than this share of it is left

FUNCTION: Final[dict[str, Any]] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

values = types.ExternalFunction("shapecli_values", VALUES)
bounds = types.ExternalFunction("shapecli_bounds", BOUNDS)


@njit(**INNER)
def loss_of(view: Any, losses: int) -> float:
    """The most by which dropped arguments can have changed a level."""
    return losses * view[J.LOSS] + ROUNDING if losses else 0.0


@njit(**INNER)
def box(
    job: Any, view: Any, left: float, top: float, right: float, bottom: float, reach: float, lane: int
) -> None:
    """The box of a block of pixels and of what is within `reach` pixels of them; -1/2: of their centres."""
    lows, highs, x, y = floats(job[J.LOWS]), floats(job[J.HIGHS]), view[J.SLACK_X], view[J.SLACK_Y]
    lows[X * LANES + lane] = view[J.X0] + (left - reach) * view[J.DX] - x
    highs[X * LANES + lane] = view[J.X0] + (right + reach) * view[J.DX] + x
    lows[Y * LANES + lane] = view[J.Y1] - (bottom + reach) * view[J.DY] - y
    highs[Y * LANES + lane] = view[J.Y1] - (top - reach) * view[J.DY] + y


@njit(**INNER)
def clipped(job: Any, end: int, limit: int) -> int:
    """The end of a block of pixels in a picture that ends at `limit`.

    Coverage looks further by two pixels, for the bends of the last one, so that tapes must be valid there.
    """
    return min(end, limit + 2 * (job[J.FACTOR] > 1))


@njit(**FUNCTION)
def bound(job: Any, view: Any, code: int, scalars: int, uppers: int, rows: int) -> None:
    """Run a tape on the boxes in the registers of x and y."""
    flags = octets(job[J.FLAGS])
    for lane in range(LANES):
        flags[X * LANES + lane], flags[Y * LANES + lane] = 0, 0
    bounds(
        codes(code),
        floats(scalars),
        floats(uppers),
        rows,
        floats(job[J.LOWS]),
        floats(job[J.HIGHS]),
        flags,
        octets(job[J.PICKS]),
        view[J.MARGIN],
        job[J.FLAGGED],
        LANES,
    )
    job[J.WORK] += rows * LANES * BOX_COST


@njit(**FUNCTION)
def whole_tape(job: Any, tile: Any) -> None:
    """Give a tile the whole tape again."""
    tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS], tile[J.L_ROWS] = (
        job[J.CODE],
        job[J.SCALARS],
        job[J.UPPERS],
        job[J.ROWS],
    )
    tile[J.L_LEVEL], tile[J.L_LOSSES] = job[J.LEVEL], 0
    if tile[J.L_FLAG] >= 0:
        tile[J.L_FLAG] = job[J.FLAG]


@njit(**FUNCTION)
def evaluate(job: Any, tile: Any, points: int) -> None:
    """Run the tape of a tile on the points in the registers of x and y, a multiple of BLOCK."""
    values(codes(tile[J.L_CODE]), floats(tile[J.L_SCALARS]), tile[J.L_ROWS], floats(job[J.VALUES]), points)
    job[J.WORK] += tile[J.L_ROWS] * points


@njit(**FUNCTION)
def mark_live(job: Any, frame: Any, still_open: int, maybe: int) -> int:
    """Which rows matter on which lanes, from the results back; how many they are in all."""
    code, picks = codes(frame[J.F_CODE]), octets(job[J.PICKS])
    live, row_live = masks(job[J.LIVE]), masks(job[J.ROW_LIVE])
    live[frame[J.F_LEVEL]] |= still_open
    if frame[J.F_FLAG] >= 0:
        live[frame[J.F_FLAG]] |= maybe
    total = 0
    for row in range(frame[J.F_ROWS] - 1, -1, -1):
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
    rows, capacity = frame[J.F_ROWS], job[J.ROWS]
    code, scalars, uppers = codes(frame[J.F_CODE]), floats(frame[J.F_SCALARS]), floats(frame[J.F_UPPERS])
    picks, row_live, renamed = octets(job[J.PICKS]), masks(job[J.ROW_LIVE]), codes(job[J.RENAMED])
    certify = job[J.CERTIFY]
    arena = job[J.ARENAS] + depth * LANES * capacity * (4 * COLUMNS + 16)
    lanes = at(frame, J.F_HEAD)
    for lane in range(LANES):
        renamed[X * LANES + lane], renamed[Y * LANES + lane] = X, Y
        if still_open >> lane & 1:
            tile = at(lanes, lane * J.LANE_FIELDS)
            tile[J.L_SCALARS] = arena + lane * capacity * 8
            tile[J.L_UPPERS] = tile[J.L_SCALARS] + LANES * capacity * 8 * (certify != 0)
            tile[J.L_CODE] = arena + LANES * capacity * 16 + lane * capacity * 4 * COLUMNS
            tile[J.L_ROWS] = 0
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
                    at(lanes, lane * J.LANE_FIELDS)[J.L_LOSSES] += step[5] == FADING
        while alive:
            lane = lowest(alive)
            alive &= alive - 1
            tile = at(lanes, lane * J.LANE_FIELDS)
            count = tile[J.L_ROWS]
            tile[J.L_ROWS] = count + 1
            target = at(codes(tile[J.L_CODE]), count * COLUMNS)
            target[0], target[1], target[5] = step[0], count + 2, step[5]
            target[2], target[3], target[4] = a[lane], b[lane], c[lane]
            floats(tile[J.L_SCALARS])[count] = scalars[row]
            if certify:
                floats(tile[J.L_UPPERS])[count] = uppers[row]
            out[lane] = count + 2
    level, flag = frame[J.F_LEVEL] * LANES, frame[J.F_FLAG] * LANES
    while still_open:
        lane = lowest(still_open)
        still_open &= still_open - 1
        tile = at(lanes, lane * J.LANE_FIELDS)
        tile[J.L_LEVEL] = renamed[level + lane]
        if tile[J.L_FLAG] >= 0:
            tile[J.L_FLAG] = renamed[flag + lane]
