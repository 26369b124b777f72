"""The rasteriser: a band of a picture by intervals on tiles, and by values where a boundary is.

Tiles are bounded LANES at a time.  Those that the bounds settle are filled; for the others the tape
is cut down to what still matters on them, and their sixteenths follow, down to leaves that are
evaluated at every pixel.  The stack is explicit and lies in the job, so that a sweep can stop when
its budget is spent and go on later.

Why the picture is that of evaluating everything: bounds are rounded outwards, so they hold for
computed values too; an argument of min, max or if is dropped only where it cannot be the result; an
argument of log-sum-exp only where it adds at most e^-margin, and log-sum-exp, min, max, negation and
xor pass on no more than they get.  So a level is wrong by at most its losses, and leaves where that
could matter are evaluated again with the whole tape.
"""

from typing import Any, Final

import numpy as np
from numba import njit, types

from shapecli.engine import job as J
from shapecli.engine.elementary import INNER
from shapecli.engine.job import ALWAYS, LANES, MARK_INSIDE, MARK_UNDEFINED, NEVER, PARTS, POINTS, SIDE
from shapecli.engine.memory import (
    Bytes,
    Codes,
    Floats,
    at,
    bits_set,
    codes,
    fill,
    floats,
    integers,
    lanes_at_most_zero,
    lanes_with,
    lowest,
    masks,
    octets,
    reversed_bits,
    spread,
)  # fmt: skip
from shapecli.fields.rules import EPS, INF
from shapecli.fields.tape import COLUMNS, FADING, FREE, X, Y

BOX_COST: Final = 4  # bounding a box takes about as long as so many points
ROUNDING: Final = 1e-12  # what a shorter tape may change a level by, beside its losses
WORTHWHILE: Final = 0.8  # a tape is cut down if no more than this share of it is left
BEND: Final = 1 / 8  # the most by which a level may bend, relative to its slope, to be called straight
FAR: Final = 650.0  # u is near the end of float64: what is infinite beside it has no boundary to show
TOLERANCE: Final = 512.0  # losses matter if they are more than this part of a pixel's range
UNIT: Final = float(2**20)  # of J.AREA

FUNCTION: Final[dict[str, Any]] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

values = types.ExternalFunction("shapecli_values", types.void(Codes, Floats, types.int64, Floats))
bounds = types.ExternalFunction(
    "shapecli_bounds",
    types.void(Codes, Floats, Floats, types.int64, Floats, Floats, Bytes, Bytes, types.float64),
)


@njit(**FUNCTION)
def sweep(job: Any, view: Any, budget: int) -> int:
    """Draw the band of a job until it is done, which gives 1, or about `budget` work is, which gives 0."""
    frames = integers(job[J.FRAMES])
    largest = job[J.EDGE] * 16
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
            if frame[J.F_SIZE] == job[J.EDGE]:
                _leaf(job, view, tile)
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


@njit(**INNER)
def _loss(view: Any, losses: int) -> float:
    """The most by which dropped arguments can have changed a level."""
    return losses * view[J.LOSS] + ROUNDING if losses else 0.0


@njit(**INNER)
def _box(job: Any, view: Any, left: float, top: float, right: float, bottom: float, lane: int) -> None:
    """The box of a block of pixels: around their centres, or around all of them where that counts."""
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    if job[J.FACTOR] == 1 and not job[J.CERTIFY]:
        lows[X * LANES + lane] = view[J.X0] + (left + 0.5) * view[J.DX]
        highs[X * LANES + lane] = view[J.X0] + (right - 0.5) * view[J.DX]
        lows[Y * LANES + lane] = view[J.Y1] - (bottom - 0.5) * view[J.DY]
        highs[Y * LANES + lane] = view[J.Y1] - (top + 0.5) * view[J.DY]
    else:
        x, y = (
            4 * EPS * (abs(view[J.X0]) + right * view[J.DX]),
            4 * EPS * (abs(view[J.Y1]) + bottom * view[J.DY]),
        )
        lows[X * LANES + lane] = view[J.X0] + left * view[J.DX] - x
        highs[X * LANES + lane] = view[J.X0] + right * view[J.DX] + x
        lows[Y * LANES + lane] = view[J.Y1] - bottom * view[J.DY] - y
        highs[Y * LANES + lane] = view[J.Y1] - top * view[J.DY] + y


@njit(**FUNCTION)
def _bound(job: Any, view: Any, code: int, scalars: int, uppers: int, rows: int) -> None:
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
    )
    job[J.WORK] += rows * LANES * BOX_COST


@njit(**FUNCTION)
def _bound_tiles(job: Any, view: Any, frame: Any, depth: int) -> None:
    """Bound the tiles of a frame, fill those that are settled, and cut the tape down for the others."""
    size, within, losses = frame[J.F_SIZE], frame[J.F_LANES], frame[J.F_LOSSES]
    for lane in range(LANES):
        tile = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        right, bottom = min(tile[J.L_X] + size, job[J.WIDTH]), min(tile[J.L_Y] + size, job[J.BOTTOM])
        _box(job, view, tile[J.L_X], tile[J.L_Y], right, bottom, lane)
    rows = frame[J.F_ROWS]
    _bound(job, view, frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS], rows)
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    loss = _loss(view, losses)
    level, flag = frame[J.F_LEVEL] * LANES, frame[J.F_FLAG]
    still_open, maybe = 0, 0
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
            _settle(job, tile, size, inside, state == ALWAYS)
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
    frame[J.F_OPEN] = still_open
    if still_open and _mark_live(job, frame, still_open, maybe) <= WORTHWHILE * rows * bits_set(still_open):
        _cut_down(job, frame, depth, still_open)


@njit(**FUNCTION)
def _settle(job: Any, tile: Any, size: int, inside: bool, undefined: bool) -> None:
    """Fill a tile on which nothing happens; the outside is left alone, unless the band is drawn afresh."""
    width, height = min(size, job[J.WIDTH] - tile[J.L_X]), min(size, job[J.BOTTOM] - tile[J.L_Y])
    if job[J.CERTIFY]:
        _prove(job, tile[J.L_X], tile[J.L_Y], width, height, LANES * inside, LANES * inside)
        return
    job[J.INSIDE] += width * height * inside
    job[J.AREA] += width * height * inside * int(UNIT)
    job[J.UNDEFINED] += width * height * undefined
    mark = MARK_INSIDE * inside + MARK_UNDEFINED * undefined
    shades = at(
        octets(job[J.SHADES]), (tile[J.L_Y] - job[J.TOP]) * job[J.STRIDE] + tile[J.L_X] * job[J.BITS] // 8
    )
    whole, rest = width * job[J.BITS] // 8, width * job[J.BITS] % 8
    if inside or job[J.AFRESH]:
        for row in range(height):
            fill(at(shades, row * job[J.STRIDE]), -inside, whole)
            if rest:
                at(shades, row * job[J.STRIDE])[whole] = -(1 << 8 - rest) * inside
    if job[J.MARKS] and mark:
        marks = at(octets(job[J.MARKS]), (tile[J.L_Y] - job[J.TOP]) * job[J.WIDTH] + tile[J.L_X])
        for row in range(height):
            fill(at(marks, row * job[J.WIDTH]), mark, width)


@njit(**FUNCTION)
def _mark_live(job: Any, frame: Any, still_open: int, maybe: int) -> int:
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
def _cut_down(job: Any, frame: Any, depth: int, still_open: int) -> None:
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


# --- leaves -----------------------------------------------------------------------------------------


@njit(**FUNCTION)
def _leaf(job: Any, view: Any, tile: Any) -> None:
    """Draw a tile pixel by pixel; if what was dropped could matter, again with the whole tape."""
    if tile[J.L_ROWS] > job[J.MOST_ROWS]:
        _whole_tape(job, tile)
    if job[J.CERTIFY]:
        _prove_leaf(job, view, tile)
        return
    settled = _leaf_of_centres(job, view, tile) if job[J.FACTOR] == 1 else _leaf_of_coverage(job, view, tile)
    if not settled:
        _whole_tape(job, tile)
        if job[J.FACTOR] == 1:
            _leaf_of_centres(job, view, tile)
        else:
            _leaf_of_coverage(job, view, tile)


@njit(**FUNCTION)
def _whole_tape(job: Any, tile: Any) -> None:
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
def _evaluate(job: Any, tile: Any) -> None:
    """Run the tape of a tile on the POINTS points in the registers of x and y."""
    values(codes(tile[J.L_CODE]), floats(tile[J.L_SCALARS]), tile[J.L_ROWS], floats(job[J.VALUES]))
    job[J.WORK] += tile[J.L_ROWS] * POINTS


@njit(**FUNCTION)
def _place(
    view: Any, registers: Any, left: float, top: float, across: int, down: int, dx: float, dy: float
) -> None:
    """SIDE x SIDE points, dx and dy apart; columns from `across` on and rows from `down` on repeat."""
    for i in range(SIDE):
        registers[X * POINTS + i] = view[J.X0] + (left + min(i, across - 1)) * dx
    for j in range(SIDE):
        y = view[J.Y1] - (top + min(j, down - 1)) * dy
        for i in range(SIDE):
            registers[X * POINTS + j * SIDE + i] = registers[X * POINTS + i]
            registers[Y * POINTS + j * SIDE + i] = y


@njit(**FUNCTION)
def _leaf_of_centres(job: Any, view: Any, tile: Any) -> bool:
    """Decide every pixel by its centre; whether what was dropped cannot matter."""
    x, y = tile[J.L_X], tile[J.L_Y]
    width, height = min(SIDE, job[J.WIDTH] - x), min(SIDE, job[J.BOTTOM] - y)
    registers = floats(job[J.VALUES])
    _place(view, registers, x + 0.5, y + 0.5, width, height, view[J.DX], view[J.DY])
    _evaluate(job, tile)
    level = at(registers, tile[J.L_LEVEL] * POINTS)
    if tile[J.L_LOSSES]:
        loss = _loss(view, tile[J.L_LOSSES])
        near = 0
        for k in range(POINTS):
            near += abs(level[k]) <= loss
        if near:
            return False
    inside, within = 0, (1 << width) - 1
    shades = at(octets(job[J.SHADES]), (y - job[J.TOP]) * job[J.STRIDE] + x * job[J.BITS] // 8)
    for j in range(height):
        row = at(shades, j * job[J.STRIDE])
        mask = lanes_at_most_zero(at(level, j * SIDE)) & within
        inside += bits_set(mask)
        if job[J.BITS] == 1:
            turned = reversed_bits(mask)
            row[0] = turned >> 8
            if width > 8:
                row[1] = turned
        elif width == SIDE:
            spread(row, mask)
        else:
            for i in range(width):
                row[i] = -(mask >> i & 1)
    job[J.INSIDE] += inside
    job[J.AREA] += inside * int(UNIT)
    _mark_leaf(job, tile, 0, width, height)
    return True


@njit(**FUNCTION)
def _mark_leaf(job: Any, tile: Any, first: int, width: int, height: int) -> None:
    """Count undefined centres, and mark pixels if that is wanted; `first` is the point of the first one."""
    if tile[J.L_FLAG] == NEVER and not job[J.MARKS]:
        return
    level = at(floats(job[J.VALUES]), tile[J.L_LEVEL] * POINTS + first)
    flag = at(floats(job[J.VALUES]), max(0, tile[J.L_FLAG]) * POINTS + first)
    for j in range(height):
        marks = at(octets(job[J.MARKS]), (tile[J.L_Y] + j - job[J.TOP]) * job[J.WIDTH] + tile[J.L_X])
        for i in range(width):
            k = j * SIDE + i
            undefined = tile[J.L_FLAG] == ALWAYS or (tile[J.L_FLAG] >= 0 and flag[k] != 0.0)
            job[J.UNDEFINED] += undefined
            if job[J.MARKS]:
                marks[i] |= MARK_INSIDE * (level[k] <= 0.0) + MARK_UNDEFINED * undefined


@njit(**INNER)
def _straight_cover(mean: float, across: float, down: float) -> float:
    """The part of a unit square where a linear level is at most 0.

    Args:
        mean: the level at the centre.
        across, down: by how much it grows from one side to the other.
    """
    steep, flat = max(abs(across), abs(down)), min(abs(across), abs(down))
    depth, slant = abs(mean) / steep, flat / steep
    corner = max(0.0, 0.5 * (1.0 + slant) - depth)
    beyond = corner * corner / (2.0 * slant) if corner > 0.0 else 0.0
    part = 0.5 - depth if depth <= 0.5 * (1.0 - slant) else beyond
    return part if mean > 0.0 else 1.0 - part


@njit(**FUNCTION)
def _leaf_of_coverage(job: Any, view: Any, tile: Any) -> bool:
    """Coverage of every pixel, from its centre and its neighbours'; whether what was dropped cannot matter.

    Where the level is nearly linear from centre to centre, the boundary in the pixel is taken as straight;
    where it is far from 0, there is none; all other pixels are counted point by point.
    """
    x, y = tile[J.L_X], tile[J.L_Y]
    width, height = min(SIDE - 2, job[J.WIDTH] - x), min(SIDE - 2, job[J.BOTTOM] - y)
    registers = floats(job[J.VALUES])
    loss = _loss(view, tile[J.L_LOSSES])
    _place(view, registers, x - 0.5, y - 0.5, SIDE, SIDE, view[J.DX], view[J.DY])
    _evaluate(job, tile)
    level, cover = at(registers, tile[J.L_LEVEL] * POINTS), floats(job[J.COVER])
    near, doubtful, uneven = 0, 0, 0
    for k in range(SIDE + 1, POINTS - SIDE - 1):  # at both sides of the leaf this gives nothing, unused
        m, left, right, up, down = level[k], level[k - 1], level[k + 1], level[k - SIDE], level[k + SIDE]
        a, b, c, d = level[k - SIDE - 1], level[k - SIDE + 1], level[k + SIDE - 1], level[k + SIDE + 1]
        across, along = 0.5 * (right - left), 0.5 * (down - up)
        bend_across, bend_along = left + right - 2.0 * m, up + down - 2.0 * m
        bend = max(max(abs(bend_across), abs(bend_along)), 0.25 * abs(a + d - b - c))
        slope = abs(across) + abs(along)
        away = abs(m) > 0.5 * slope + bend
        least = min(m, min(min(min(a, b), min(c, d)), min(min(left, right), min(up, down))))
        most = max(m, max(max(max(a, b), max(c, d)), max(max(left, right), max(up, down))))
        outside, inside = (away & (m > 0.0)) | (least > FAR), (away & (m <= 0.0)) | (most < -FAR)
        part = _straight_cover(m + (bend_across + bend_along) / 24.0, across, along)
        straight = (bend <= BEND * slope) & (slope < INF)
        part = 0.0 if outside else 1.0 if inside else part if straight else -1.0
        cover[k] = part
        near += abs(m) <= loss
        uneven += part < 0.0
        doubtful += loss * TOLERANCE > max(slope, abs(m))
    if loss > 0.0 and near + doubtful:
        return False
    inner = 0
    for j in range(height):
        for i in range(width):
            inner += level[(j + 1) * SIDE + i + 1] <= 0.0
    job[J.INSIDE] += inner
    _mark_leaf(job, tile, SIDE + 1, width, height)
    if uneven:
        _count_uneven(job, view, tile, cover, width, height)
    area = 0
    for j in range(height):
        shades = at(octets(job[J.SHADES]), (y + j - job[J.TOP]) * job[J.STRIDE] + x)
        for i in range(width):
            part = cover[(j + 1) * SIDE + i + 1]
            area += int(np.int32(part * UNIT + 0.5))
            shades[i] = np.int32(part * 255.0 + 0.5)
    job[J.AREA] += area
    return True


@njit(**FUNCTION)
def _count_uneven(job: Any, view: Any, tile: Any, cover: Any, width: int, height: int) -> None:
    """Count the points of those pixels of a leaf whose coverage is still below 0, LANES of them at once."""
    frame = at(integers(job[J.FRAMES]), J.DEPTH * J.FRAME)
    frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS] = (
        tile[J.L_CODE],
        tile[J.L_SCALARS],
        tile[J.L_UPPERS],
    )
    frame[J.F_ROWS], frame[J.F_LEVEL], frame[J.F_FLAG] = tile[J.L_ROWS], tile[J.L_LEVEL], NEVER
    frame[J.F_LOSSES], frame[J.F_SIZE] = tile[J.L_LOSSES], 1
    count = 0
    for j in range(height):
        for i in range(width):
            if cover[(j + 1) * SIDE + i + 1] < 0.0:
                pixel = at(frame, J.F_HEAD + count * J.LANE_FIELDS)
                pixel[J.L_X], pixel[J.L_Y] = tile[J.L_X] + i, tile[J.L_Y] + j
                count += 1
                if count == LANES:
                    _count_pixels(job, view, tile, frame, cover, count)
                    count = 0
    if count:
        _count_pixels(job, view, tile, frame, cover, count)


@njit(**FUNCTION)
def _count_pixels(job: Any, view: Any, tile: Any, frame: Any, cover: Any, count: int) -> None:
    """Coverage of pixels, bounded like tiles first: many are settled, and the others need a shorter tape."""
    for lane in range(LANES):
        pixel = at(frame, J.F_HEAD + min(lane, count - 1) * J.LANE_FIELDS)
        _box(job, view, pixel[J.L_X], pixel[J.L_Y], pixel[J.L_X] + 1, pixel[J.L_Y] + 1, lane)
    rows, level, losses = frame[J.F_ROWS], frame[J.F_LEVEL] * LANES, frame[J.F_LOSSES]
    _bound(job, view, frame[J.F_CODE], frame[J.F_SCALARS], frame[J.F_UPPERS], rows)
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    loss = _loss(view, losses)
    still_open = 0
    for lane in range(count):
        pixel = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        place = (pixel[J.L_Y] - tile[J.L_Y] + 1) * SIDE + pixel[J.L_X] - tile[J.L_X] + 1
        if highs[level + lane] + loss <= 0.0:
            cover[place] = 1.0
        elif lows[level + lane] - loss > 0.0:
            cover[place] = 0.0
        else:
            still_open |= 1 << lane
            pixel[J.L_CODE], pixel[J.L_SCALARS] = frame[J.F_CODE], frame[J.F_SCALARS]
            pixel[J.L_UPPERS], pixel[J.L_ROWS] = frame[J.F_UPPERS], rows
            pixel[J.L_LEVEL], pixel[J.L_FLAG], pixel[J.L_LOSSES] = frame[J.F_LEVEL], NEVER, losses
    if still_open and _mark_live(job, frame, still_open, 0) <= WORTHWHILE * rows * bits_set(still_open):
        _cut_down(job, frame, J.DEPTH, still_open)
    while still_open:
        lane = lowest(still_open)
        still_open &= still_open - 1
        pixel = at(frame, J.F_HEAD + lane * J.LANE_FIELDS)
        if pixel[J.L_ROWS] > job[J.MOST_ROWS]:
            _whole_tape(job, pixel)
        place = (pixel[J.L_Y] - tile[J.L_Y] + 1) * SIDE + pixel[J.L_X] - tile[J.L_X] + 1
        cover[place] = _count(job, view, pixel, pixel[J.L_X], pixel[J.L_Y])


@njit(**FUNCTION)
def _count(job: Any, view: Any, tile: Any, x: int, y: int) -> float:
    """The share of J.FACTOR x J.FACTOR points of a pixel that are inside."""
    factor = job[J.FACTOR]
    registers = floats(job[J.VALUES])
    inside = 0
    for top in range(0, factor, SIDE):
        for left in range(0, factor, SIDE):
            across, down = min(SIDE, factor - left), min(SIDE, factor - top)
            column, row = x * factor + left + 0.5, y * factor + top + 0.5
            _place(view, registers, column, row, across, down, view[J.FINE_DX], view[J.FINE_DY])
            _evaluate(job, tile)
            level = at(registers, tile[J.L_LEVEL] * POINTS)
            for j in range(down):
                for i in range(across):
                    inside += level[j * SIDE + i] <= 0.0
    return float(inside / (factor * factor))


@njit(**FUNCTION)
def _prove_leaf(job: Any, view: Any, tile: Any) -> None:
    """Bound every pixel of a leaf, a row of them at once, and the parts of those that stay open."""
    size = job[J.EDGE]
    width, height = min(size, job[J.WIDTH] - tile[J.L_X]), min(size, job[J.BOTTOM] - tile[J.L_Y])
    lows, highs = floats(job[J.LOWS]), floats(job[J.HIGHS])
    loss = _loss(view, tile[J.L_LOSSES])
    level = tile[J.L_LEVEL] * LANES
    for y in range(tile[J.L_Y], tile[J.L_Y] + height):
        for lane in range(LANES):
            x = tile[J.L_X] + min(lane, width - 1)
            _box(job, view, x, y, x + 1, y + 1, lane)
        _bound(job, view, tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS], tile[J.L_ROWS])
        still_open = 0
        for lane in range(width):
            inside, outside = highs[level + lane] + loss <= 0.0, lows[level + lane] - loss > 0.0
            if inside or outside:
                _prove(job, tile[J.L_X] + lane, y, 1, 1, LANES * inside, LANES * inside)
            else:
                still_open |= 1 << lane
        while still_open:
            x = tile[J.L_X] + lowest(still_open)
            still_open &= still_open - 1
            for lane in range(LANES):
                left, top = x + lane % PARTS / PARTS, y + lane // PARTS / PARTS
                _box(job, view, left, top, left + 1 / PARTS, top + 1 / PARTS, lane)
            _bound(job, view, tile[J.L_CODE], tile[J.L_SCALARS], tile[J.L_UPPERS], tile[J.L_ROWS])
            least, most = 0, LANES
            for lane in range(LANES):
                least += highs[level + lane] + loss <= 0.0
                most -= lows[level + lane] - loss > 0.0
            _prove(job, x, y, 1, 1, least, most)


@njit(**FUNCTION)
def _prove(job: Any, left: int, top: int, width: int, height: int, least: int, most: int) -> None:
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
        for k in range(POINTS):
            place = first + min(k, count - 1)
            registers[X * POINTS + k] = view[J.X0] + (place % width + 0.5) * view[J.DX]
            registers[Y * POINTS + k] = view[J.Y1] - (place // width + 0.5) * view[J.DY]
        values(codes(job[J.CODE]), floats(job[J.SCALARS]), job[J.ROWS], registers)
        for k in range(count):
            level[first + k] = registers[job[J.LEVEL] * POINTS + k]
            undefined[first + k] = job[J.FLAG] >= 0 and registers[max(0, job[J.FLAG]) * POINTS + k] != 0.0
