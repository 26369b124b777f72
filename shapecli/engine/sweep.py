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

from shapecli.engine.elementary import INNER
from shapecli.engine.job import (
    AFRESH,
    AREA,
    ARENAS,
    BITS,
    BOTTOM,
    CERTAIN_INSIDE,
    CERTAIN_OUTSIDE,
    CERTIFY,
    CODE,
    COVER,
    DX,
    DY,
    EDGE,
    F_BOUNDED,
    F_CODE,
    F_FLAG,
    F_HEAD,
    F_LANES,
    F_LEVEL,
    F_LOSSES,
    F_OPEN,
    F_ROWS,
    F_SCALARS,
    F_SIZE,
    F_UPPERS,
    FACTOR,
    FLAG,
    FLAGS,
    FRAMES,
    HIGHS,
    INSIDE,
    L_CODE,
    L_FLAG,
    L_LEVEL,
    L_LOSSES,
    L_ROWS,
    L_SCALARS,
    L_UPPERS,
    L_X,
    L_Y,
    LANE_FIELDS,
    LEVEL,
    LIVE,
    LOSS,
    LOWS,
    MARGIN,
    MARKS,
    MOST_ROWS,
    NEXT_TILE,
    PICKS,
    RENAMED,
    ROW_LIVE,
    ROWS,
    SCALARS,
    SHADES,
    STACK,
    STRIDE,
    TOP,
    UNDEFINED,
    UPPERS,
    VALUES,
    WIDTH,
    WORK,
    X0,
    Y1,
)  # fmt: skip
from shapecli.engine.memory import (
    LANES,
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
from shapecli.engine.vm import POINTS
from shapecli.fields.rules import EPS, INF
from shapecli.fields.tape import COLUMNS, FADING, FREE, X, Y

SIDE: Final = 16  # points on a side of a leaf: POINTS in all
NEVER, ALWAYS = -1, -2  # in place of the register that tells whether a point is undefined
MARK_INSIDE, MARK_UNDEFINED, MARK_CERTAIN_INSIDE, MARK_CERTAIN_OUTSIDE = 1, 2, 4, 8
FRAME: Final = F_HEAD + LANES * LANE_FIELDS
BOX_COST: Final = 4  # bounding a box takes about as long as so many points
ROUNDING: Final = 1e-12  # what a shorter tape may change a level by, beside its losses
WORTHWHILE: Final = 0.8  # a tape is cut down if no more than this share of it is left
BEND: Final = (
    1 / 24
)  # the most that a level may bend in a pixel, relative to its range, to be called straight
CLEAR: Final = 4.0  # a level as far from 0 as so many bends has no boundary in the pixel
TOLERANCE: Final = 512.0  # losses matter if they are more than this part of a pixel's range
UNIT: Final = float(2**20)  # of AREA

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
    frames = integers(job[FRAMES])
    largest = job[EDGE] * 16
    across = (job[WIDTH] + largest - 1) // largest
    tiles = across * ((job[BOTTOM] - job[TOP] + largest - 1) // largest)
    limit = job[WORK] + budget
    depth = job[STACK]
    while True:
        if depth < 0:
            if job[NEXT_TILE] >= tiles:
                return 1
            depth = 0
            _first_frame(job, frames, largest, across, tiles)
        frame = at(frames, depth * FRAME)
        if not frame[F_BOUNDED]:
            _bound_tiles(job, view, frame, depth)
            frame[F_BOUNDED] = 1
        if frame[F_OPEN] == 0:
            depth -= 1
        else:
            lane = lowest(frame[F_OPEN])
            frame[F_OPEN] &= frame[F_OPEN] - 1
            tile = at(frame, F_HEAD + lane * LANE_FIELDS)
            if frame[F_SIZE] == job[EDGE]:
                _leaf(job, view, tile)
            else:
                depth += 1
                _next_frame(job, at(frames, depth * FRAME), tile, frame[F_SIZE] // 4)
        if job[WORK] >= limit:
            job[STACK] = depth
            return 0


@njit(**FUNCTION)
def _first_frame(job: Any, frame: Any, size: int, across: int, tiles: int) -> None:
    """The next LANES of the largest tiles, with the whole tape."""
    frame[F_CODE], frame[F_SCALARS], frame[F_UPPERS] = job[CODE], job[SCALARS], job[UPPERS]
    frame[F_ROWS], frame[F_LEVEL], frame[F_FLAG] = job[ROWS], job[LEVEL], job[FLAG]
    frame[F_LOSSES], frame[F_SIZE], frame[F_BOUNDED] = 0, size, 0
    first = job[NEXT_TILE]
    count = min(LANES, tiles - first)
    job[NEXT_TILE] = first + count
    frame[F_LANES] = (1 << count) - 1
    for lane in range(LANES):
        tile = at(frame, F_HEAD + lane * LANE_FIELDS)
        place = first + min(lane, count - 1)
        tile[L_X], tile[L_Y] = place % across * size, job[TOP] + place // across * size


@njit(**FUNCTION)
def _next_frame(job: Any, frame: Any, parent: Any, size: int) -> None:
    """The sixteenths of an open tile, with the tape that suffices there."""
    frame[F_CODE], frame[F_SCALARS], frame[F_UPPERS] = parent[L_CODE], parent[L_SCALARS], parent[L_UPPERS]
    frame[F_ROWS], frame[F_LEVEL], frame[F_FLAG] = parent[L_ROWS], parent[L_LEVEL], parent[L_FLAG]
    frame[F_LOSSES], frame[F_SIZE], frame[F_BOUNDED] = parent[L_LOSSES], size, 0
    within = 0
    for lane in range(LANES):
        tile = at(frame, F_HEAD + lane * LANE_FIELDS)
        x, y = parent[L_X] + (lane & 3) * size, parent[L_Y] + (lane >> 2) * size
        if x < job[WIDTH] and y < job[BOTTOM]:
            within |= 1 << lane
        else:
            x, y = parent[L_X], parent[L_Y]
        tile[L_X], tile[L_Y] = x, y
    frame[F_LANES] = within


@njit(**INNER)
def _loss(view: Any, losses: int) -> float:
    """The most by which dropped arguments can have changed a level."""
    return losses * view[LOSS] + ROUNDING if losses else 0.0


@njit(**INNER)
def _box(job: Any, view: Any, left: int, top: int, right: int, bottom: int, lane: int) -> None:
    """The box of a block of pixels: around their centres, or around all of them where that counts."""
    lows, highs = floats(job[LOWS]), floats(job[HIGHS])
    if job[FACTOR] == 1 and not job[CERTIFY]:
        lows[X * LANES + lane] = view[X0] + (left + 0.5) * view[DX]
        highs[X * LANES + lane] = view[X0] + (right - 0.5) * view[DX]
        lows[Y * LANES + lane] = view[Y1] - (bottom - 0.5) * view[DY]
        highs[Y * LANES + lane] = view[Y1] - (top + 0.5) * view[DY]
    else:
        x, y = 4 * EPS * (abs(view[X0]) + right * view[DX]), 4 * EPS * (abs(view[Y1]) + bottom * view[DY])
        lows[X * LANES + lane] = view[X0] + left * view[DX] - x
        highs[X * LANES + lane] = view[X0] + right * view[DX] + x
        lows[Y * LANES + lane] = view[Y1] - bottom * view[DY] - y
        highs[Y * LANES + lane] = view[Y1] - top * view[DY] + y


@njit(**FUNCTION)
def _bound_tiles(job: Any, view: Any, frame: Any, depth: int) -> None:
    """Bound the tiles of a frame, fill those that are settled, and cut the tape down for the others."""
    size, within, losses = frame[F_SIZE], frame[F_LANES], frame[F_LOSSES]
    flags = octets(job[FLAGS])
    for lane in range(LANES):
        tile = at(frame, F_HEAD + lane * LANE_FIELDS)
        right, bottom = min(tile[L_X] + size, job[WIDTH]), min(tile[L_Y] + size, job[BOTTOM])
        _box(job, view, tile[L_X], tile[L_Y], right, bottom, lane)
        flags[X * LANES + lane] = 0
        flags[Y * LANES + lane] = 0
    lows, highs = floats(job[LOWS]), floats(job[HIGHS])
    rows = frame[F_ROWS]
    bounds(codes(frame[F_CODE]), floats(frame[F_SCALARS]), floats(frame[F_UPPERS]), rows, lows, highs, flags,
           octets(job[PICKS]), view[MARGIN])  # fmt: skip
    job[WORK] += rows * LANES * BOX_COST
    loss = _loss(view, losses)
    level, flag = frame[F_LEVEL] * LANES, frame[F_FLAG]
    still_open, maybe = 0, 0
    for lane in range(LANES):
        if not within >> lane & 1:
            continue
        tile = at(frame, F_HEAD + lane * LANE_FIELDS)
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
        tile[L_CODE], tile[L_SCALARS], tile[L_UPPERS] = frame[F_CODE], frame[F_SCALARS], frame[F_UPPERS]
        tile[L_ROWS], tile[L_LEVEL], tile[L_FLAG], tile[L_LOSSES] = rows, frame[F_LEVEL], state, losses
    frame[F_OPEN] = still_open
    if still_open and _mark_live(job, frame, still_open, maybe) <= WORTHWHILE * rows * bits_set(still_open):
        _cut_down(job, frame, depth, still_open)


@njit(**FUNCTION)
def _settle(job: Any, tile: Any, size: int, inside: bool, undefined: bool) -> None:
    """Fill a tile on which nothing happens; the outside is left alone, unless the band is drawn afresh."""
    width, height = min(size, job[WIDTH] - tile[L_X]), min(size, job[BOTTOM] - tile[L_Y])
    job[INSIDE] += width * height * inside
    job[AREA] += width * height * inside * int(UNIT)
    job[UNDEFINED] += width * height * undefined
    mark = MARK_INSIDE * inside + MARK_UNDEFINED * undefined
    if job[CERTIFY]:
        job[CERTAIN_INSIDE] += width * height * inside
        job[CERTAIN_OUTSIDE] += width * height * (not inside)
        mark += MARK_CERTAIN_INSIDE if inside else MARK_CERTAIN_OUTSIDE
    shades = at(octets(job[SHADES]), (tile[L_Y] - job[TOP]) * job[STRIDE] + tile[L_X] * job[BITS] // 8)
    whole, rest = width * job[BITS] // 8, width * job[BITS] % 8
    if inside or job[AFRESH]:
        for row in range(height):
            fill(at(shades, row * job[STRIDE]), -inside, whole)
            if rest:
                at(shades, row * job[STRIDE])[whole] = -(1 << 8 - rest) * inside
    if job[MARKS] and mark:
        marks = at(octets(job[MARKS]), (tile[L_Y] - job[TOP]) * job[WIDTH] + tile[L_X])
        for row in range(height):
            fill(at(marks, row * job[WIDTH]), mark, width)


@njit(**FUNCTION)
def _mark_live(job: Any, frame: Any, still_open: int, maybe: int) -> int:
    """Which rows matter on which lanes, from the results back; how many they are in all."""
    code, picks = codes(frame[F_CODE]), octets(job[PICKS])
    live, row_live = masks(job[LIVE]), masks(job[ROW_LIVE])
    live[frame[F_LEVEL]] |= still_open
    if frame[F_FLAG] >= 0:
        live[frame[F_FLAG]] |= maybe
    total = 0
    for row in range(frame[F_ROWS] - 1, -1, -1):
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
    rows, capacity = frame[F_ROWS], job[ROWS]
    code, scalars, uppers = codes(frame[F_CODE]), floats(frame[F_SCALARS]), floats(frame[F_UPPERS])
    picks, row_live, renamed = octets(job[PICKS]), masks(job[ROW_LIVE]), codes(job[RENAMED])
    certify = job[CERTIFY]
    arena = job[ARENAS] + depth * LANES * capacity * (4 * COLUMNS + 16)
    lanes = at(frame, F_HEAD)
    for lane in range(LANES):
        renamed[X * LANES + lane], renamed[Y * LANES + lane] = X, Y
        if still_open >> lane & 1:
            tile = at(lanes, lane * LANE_FIELDS)
            tile[L_SCALARS] = arena + lane * capacity * 8
            tile[L_UPPERS] = tile[L_SCALARS] + LANES * capacity * 8 * (certify != 0)
            tile[L_CODE] = arena + LANES * capacity * 16 + lane * capacity * 4 * COLUMNS
            tile[L_ROWS] = 0
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
                    at(lanes, lane * LANE_FIELDS)[L_LOSSES] += step[5] == FADING
        while alive:
            lane = lowest(alive)
            alive &= alive - 1
            tile = at(lanes, lane * LANE_FIELDS)
            count = tile[L_ROWS]
            tile[L_ROWS] = count + 1
            target = at(codes(tile[L_CODE]), count * COLUMNS)
            target[0], target[1], target[5] = step[0], count + 2, step[5]
            target[2], target[3], target[4] = a[lane], b[lane], c[lane]
            floats(tile[L_SCALARS])[count] = scalars[row]
            if certify:
                floats(tile[L_UPPERS])[count] = uppers[row]
            out[lane] = count + 2
    level, flag = frame[F_LEVEL] * LANES, frame[F_FLAG] * LANES
    while still_open:
        lane = lowest(still_open)
        still_open &= still_open - 1
        tile = at(lanes, lane * LANE_FIELDS)
        tile[L_LEVEL] = renamed[level + lane]
        if tile[L_FLAG] >= 0:
            tile[L_FLAG] = renamed[flag + lane]


# --- leaves -----------------------------------------------------------------------------------------


@njit(**FUNCTION)
def _leaf(job: Any, view: Any, tile: Any) -> None:
    """Draw a tile pixel by pixel; if what was dropped could matter, again with the whole tape."""
    if tile[L_ROWS] > job[MOST_ROWS]:
        _whole_tape(job, tile)
    if job[CERTIFY]:
        _certify_leaf(job, view, tile)
    settled = _leaf_of_centres(job, view, tile) if job[FACTOR] == 1 else _leaf_of_coverage(job, view, tile)
    if not settled:
        _whole_tape(job, tile)
        if job[FACTOR] == 1:
            _leaf_of_centres(job, view, tile)
        else:
            _leaf_of_coverage(job, view, tile)


@njit(**FUNCTION)
def _whole_tape(job: Any, tile: Any) -> None:
    tile[L_CODE], tile[L_SCALARS], tile[L_UPPERS], tile[L_ROWS] = (
        job[CODE],
        job[SCALARS],
        job[UPPERS],
        job[ROWS],
    )
    tile[L_LEVEL], tile[L_LOSSES] = job[LEVEL], 0
    if tile[L_FLAG] >= 0:
        tile[L_FLAG] = job[FLAG]


@njit(**FUNCTION)
def _evaluate(job: Any, tile: Any) -> None:
    """Run the tape of a tile on the POINTS points in the registers of x and y."""
    values(codes(tile[L_CODE]), floats(tile[L_SCALARS]), tile[L_ROWS], floats(job[VALUES]))
    job[WORK] += tile[L_ROWS] * POINTS


@njit(**FUNCTION)
def _place(view: Any, registers: Any, left: float, top: float, across: int, down: int, step: float) -> None:
    """SIDE x SIDE points, in units of pixels; columns from `across` on and rows from `down` on repeat."""
    for i in range(SIDE):
        registers[X * POINTS + i] = view[X0] + (left + min(i, across - 1) * step) * view[DX]
    for j in range(SIDE):
        y = view[Y1] - (top + min(j, down - 1) * step) * view[DY]
        for i in range(SIDE):
            registers[X * POINTS + j * SIDE + i] = registers[X * POINTS + i]
            registers[Y * POINTS + j * SIDE + i] = y


@njit(**FUNCTION)
def _leaf_of_centres(job: Any, view: Any, tile: Any) -> bool:
    """Decide every pixel by its centre; whether what was dropped cannot matter."""
    x, y = tile[L_X], tile[L_Y]
    width, height = min(SIDE, job[WIDTH] - x), min(SIDE, job[BOTTOM] - y)
    registers = floats(job[VALUES])
    _place(view, registers, x + 0.5, y + 0.5, width, height, 1.0)
    _evaluate(job, tile)
    level = at(registers, tile[L_LEVEL] * POINTS)
    if tile[L_LOSSES]:
        loss = _loss(view, tile[L_LOSSES])
        near = 0
        for k in range(POINTS):
            near += abs(level[k]) <= loss
        if near:
            return False
    inside, within = 0, (1 << width) - 1
    shades = at(octets(job[SHADES]), (y - job[TOP]) * job[STRIDE] + x * job[BITS] // 8)
    for j in range(height):
        row = at(shades, j * job[STRIDE])
        mask = lanes_at_most_zero(at(level, j * SIDE)) & within
        inside += bits_set(mask)
        if job[BITS] == 1:
            turned = reversed_bits(mask)
            row[0] = turned >> 8
            if width > 8:
                row[1] = turned
        elif width == SIDE:
            spread(row, mask)
        else:
            for i in range(width):
                row[i] = -(mask >> i & 1)
    job[INSIDE] += inside
    job[AREA] += inside * int(UNIT)
    _mark_leaf(job, tile, level, width, height)
    return True


@njit(**FUNCTION)
def _mark_leaf(job: Any, tile: Any, level: Any, width: int, height: int) -> None:
    """Count undefined centres, and mark pixels if that is wanted."""
    if tile[L_FLAG] == NEVER and not job[MARKS]:
        return
    flag = at(floats(job[VALUES]), max(0, tile[L_FLAG]) * POINTS)
    first = (tile[L_Y] - job[TOP]) * job[WIDTH] + tile[L_X]
    for j in range(height):
        for i in range(width):
            k = j * SIDE + i
            undefined = tile[L_FLAG] == ALWAYS or (tile[L_FLAG] >= 0 and flag[k] != 0.0)
            job[UNDEFINED] += undefined
            if job[MARKS]:
                octets(job[MARKS])[first + j * job[WIDTH] + i] |= (
                    MARK_INSIDE * (level[k] <= 0.0) + MARK_UNDEFINED * undefined
                )


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
    part = 0.5 - depth if depth <= 0.5 * (1.0 - slant) else corner * corner / (2.0 * slant)
    return part if mean > 0.0 else 1.0 - part


@njit(**FUNCTION)
def _leaf_of_coverage(job: Any, view: Any, tile: Any) -> bool:
    """Coverage of every pixel, from its centre and corners; whether what was dropped cannot matter.

    Where the level is nearly linear over a pixel, by those five points, the boundary is taken as
    straight; where it is far from 0, there is none; all other pixels are counted point by point.
    """
    x, y = tile[L_X], tile[L_Y]
    side = SIDE - 1
    width, height = min(side, job[WIDTH] - x), min(side, job[BOTTOM] - y)
    registers = floats(job[VALUES])
    loss = _loss(view, tile[L_LOSSES])
    centre, cover = floats(job[COVER]), at(floats(job[COVER]), POINTS)
    _place(view, registers, x + 0.5, y + 0.5, width, height, 1.0)
    _evaluate(job, tile)
    level = at(registers, tile[L_LEVEL] * POINTS)
    near = 0
    for k in range(POINTS):
        centre[k] = level[k]
        near += abs(level[k]) <= loss
    if loss > 0.0 and near:
        return False
    _mark_leaf(job, tile, centre, width, height)
    _place(view, registers, float(x), float(y), width + 1, height + 1, 1.0)
    _evaluate(job, tile)
    doubtful, uneven = 0, 0
    for k in range(POINTS - SIDE):  # the last column has no right neighbour, and is not used
        m, a, b, c, d = centre[k], level[k], level[k + 1], level[k + SIDE], level[k + SIDE + 1]
        least, most = min(m, min(min(a, b), min(c, d))), max(m, max(max(a, b), max(c, d)))
        bend = max(abs(m - 0.5 * (a + d)), abs(m - 0.5 * (b + c)))
        reach, distance = most - least, max(least, -most)
        outside = (least == INF) | ((distance > CLEAR * bend) & (least > 0.0))
        inside = (most == -INF) | ((distance > CLEAR * bend) & (most <= 0.0))
        straight = (bend <= BEND * reach) & (reach < INF)
        mean = (2.0 * m + 0.25 * (a + b + c + d)) / 3.0
        part = _straight_cover(mean, 0.5 * (b - a + d - c), 0.5 * (c - a + d - b))
        part = 0.0 if outside else 1.0 if inside else part if straight else -1.0
        cover[k] = part
        uneven += part < 0.0
        doubtful += loss * TOLERANCE > max(reach, distance)
    if loss > 0.0 and doubtful:
        return False
    if uneven:
        for j in range(height):
            for i in range(width):
                if cover[j * SIDE + i] < 0.0:
                    cover[j * SIDE + i] = _count(job, view, tile, x + i, y + j)
    area, inner = 0, 0
    for j in range(height):
        shades = at(octets(job[SHADES]), (y + j - job[TOP]) * job[STRIDE] + x)
        for i in range(width):
            k = j * SIDE + i
            inner += centre[k] <= 0.0
            area += np.int32(cover[k] * UNIT + 0.5)
            shades[i] = np.int32(cover[k] * 255.0 + 0.5)
    job[INSIDE] += inner
    job[AREA] += area
    return True


@njit(**FUNCTION)
def _count(job: Any, view: Any, tile: Any, x: int, y: int) -> float:
    """The share of FACTOR x FACTOR points of a pixel that are inside."""
    factor = job[FACTOR]
    registers = floats(job[VALUES])
    inside = 0
    for top in range(0, factor, SIDE):
        for left in range(0, factor, SIDE):
            across, down = min(SIDE, factor - left), min(SIDE, factor - top)
            _place(
                view,
                registers,
                x + (left + 0.5) / factor,
                y + (top + 0.5) / factor,
                across,
                down,
                1.0 / factor,
            )
            _evaluate(job, tile)
            level = at(registers, tile[L_LEVEL] * POINTS)
            for j in range(down):
                for i in range(across):
                    inside += level[j * SIDE + i] <= 0.0
    return inside / (factor * factor)


@njit(**FUNCTION)
def _certify_leaf(job: Any, view: Any, tile: Any) -> None:
    """Bound every pixel of a leaf, a row of them at once, and count those that are certain."""
    size = job[EDGE]
    width, height = min(size, job[WIDTH] - tile[L_X]), min(size, job[BOTTOM] - tile[L_Y])
    lows, highs = floats(job[LOWS]), floats(job[HIGHS])
    loss = _loss(view, tile[L_LOSSES])
    level = tile[L_LEVEL] * LANES
    for j in range(tile[L_Y], tile[L_Y] + height):
        for lane in range(LANES):
            i = tile[L_X] + min(lane, width - 1)
            _box(job, view, i, j, i + 1, j + 1, lane)
        bounds(codes(tile[L_CODE]), floats(tile[L_SCALARS]), floats(tile[L_UPPERS]), tile[L_ROWS], lows, highs,
               octets(job[FLAGS]), octets(job[PICKS]), view[MARGIN])  # fmt: skip
        job[WORK] += tile[L_ROWS] * LANES * BOX_COST
        for lane in range(width):
            inside, outside = highs[level + lane] + loss <= 0.0, lows[level + lane] - loss > 0.0
            job[CERTAIN_INSIDE] += inside
            job[CERTAIN_OUTSIDE] += outside
            if job[MARKS]:
                octets(job[MARKS])[(j - job[TOP]) * job[WIDTH] + tile[L_X] + lane] |= (
                    MARK_CERTAIN_INSIDE * inside + MARK_CERTAIN_OUTSIDE * outside
                )


@njit(**FUNCTION)
def sample(job: Any, view: Any, level: Any, undefined: Any, begin: int, end: int) -> None:
    """Evaluate the whole tape at the pixels begin .. end, counted row by row; nothing is pruned.

    Args:
        level: float64 for each pixel of the picture.
        undefined: int8 for each.
    """
    registers = floats(job[VALUES])
    width = job[WIDTH]
    for first in range(begin, end, POINTS):
        count = min(POINTS, end - first)
        for k in range(POINTS):
            place = first + min(k, count - 1)
            registers[X * POINTS + k] = view[X0] + (place % width + 0.5) * view[DX]
            registers[Y * POINTS + k] = view[Y1] - (place // width + 0.5) * view[DY]
        values(codes(job[CODE]), floats(job[SCALARS]), job[ROWS], registers)
        for k in range(count):
            level[first + k] = registers[job[LEVEL] * POINTS + k]
            undefined[first + k] = job[FLAG] >= 0 and registers[max(0, job[FLAG]) * POINTS + k] != 0.0
