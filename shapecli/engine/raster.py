"""Tapes and views to samples: the level at every pixel, or how much of every pixel is covered."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray

from shapecli.defaults import LIMIT_WORK
from shapecli.engine.cache import Announcer, KernelCache, Notice
from shapecli.engine.elementary import INNER
from shapecli.engine.view import View
from shapecli.engine.vm import bounds, values
from shapecli.fields.tape import Tape, X, Y
from shapecli.language.source import ShapeError

TILE: Final = 16  # pixels on a side of the squares that are settled at once
STRIP_BYTES: Final = 1 << 17  # of registers, so that they stay in a core's cache
LONGEST_STRIP: Final = 1024
BOX_COST: Final = 6  # an interval takes about as long as so many points
BANDS: Final = 256  # at most so many pieces of work, which the threads share

Progress = Callable[[float], None]


class Program(NamedTuple):
    """A tape with everything that a kernel needs to run it."""

    code: NDArray[np.int32]
    scalars: NDArray[np.float64]
    outputs: NDArray[np.int32]
    registers: int
    head: int
    strip: int
    cost: int


class Grid(NamedTuple):
    """Pixel centres, and the finer points that coverage is counted on."""

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    fine_xs: NDArray[np.float64]
    fine_ys: NDArray[np.float64]
    factor: int


@dataclass(frozen=True, eq=False)
class Field:
    """Levels at pixel centres.

    Attributes:
        level: float64[height, width], L = ln u; inside where L <= 0.
        undefined: bool[height, width], whether some primitive is undefined there.
    """

    level: NDArray[np.float64]
    undefined: NDArray[np.bool_]
    view: View


@dataclass(frozen=True, eq=False)
class Cover:
    """How much of every pixel is inside.

    Attributes:
        counts: uint16[height, width], how many of factor x factor points are inside.
        inside: bool[height, width], whether the centre is inside.
        undefined: bool[height, width], whether some primitive is undefined at the centre.
    """

    counts: NDArray[np.uint16]
    inside: NDArray[np.bool_]
    undefined: NDArray[np.bool_]
    factor: int
    view: View

    @property
    def share(self) -> NDArray[np.float32]:
        """Coverage of every pixel, from 0 to 1."""
        return self.counts.astype(np.float32) / np.float32(self.factor**2)


# --- kernels ------------------------------------------------------------------------------------


@njit(nogil=True, error_model="numpy")
def sample_rows(
    program: Any, xs: Any, ys: Any, first: int, last: int, stop: Any, level: Any, undefined: Any
) -> None:
    """Levels of rows first .. last, and whether they are undefined if the tape tells."""
    registers = np.empty((program.registers, program.strip))
    head, rest = program.code[: program.head], program.code[program.head :]
    for left in range(0, xs.size, program.strip):
        count = min(program.strip, xs.size - left)
        registers[X, :count] = xs[left : left + count]
        values(head, program.scalars, registers, count)
        for row in range(first, last):
            if stop[0]:
                return
            registers[Y, :count] = ys[row]
            values(rest, program.scalars, registers, count)
            level[row, left : left + count] = registers[program.outputs[0], :count]
            if program.outputs.size > 1:
                undefined[row, left : left + count] = registers[program.outputs[1], :count] != 0.0


@njit(nogil=True, error_model="numpy")
def cover_rows(
    level: Any,
    full: Any,
    grid: Any,
    first: int,
    last: int,
    stop: Any,
    work: Any,
    counts: Any,
    inside: Any,
    undefined: Any,
) -> None:
    """Coverage of rows first .. last, at most TILE of them; work[first] counts what it took.

    Tiles, then pixels, are settled by intervals over the points that would be counted in them; only
    the points of pixels that stay open are evaluated.  So the counts are those of evaluating all.
    """
    width, factor = grid.xs.size, grid.factor
    points = factor * factor
    tiles = (width + TILE - 1) // TILE
    strip = full.strip
    lows, highs = np.empty((full.registers, strip)), np.empty((full.registers, strip))
    maybe = np.zeros((full.registers, strip), np.bool_)
    registers = np.empty((full.registers, strip))
    fine = np.empty((level.registers, level.strip))
    outside_answer, flag = full.outputs[0], full.outputs[-1]
    tells = full.outputs.size > 1
    lefts, tops = np.empty(TILE * TILE, np.int64), np.empty(TILE * TILE, np.int64)
    open_columns, open_rows = np.empty(TILE * TILE, np.int64), np.empty(TILE * TILE, np.int64)
    for start in range(0, tiles, strip):
        lanes = min(strip, tiles - start)
        for k in range(lanes):
            left = (start + k) * TILE
            _box(grid, left, min(left + TILE, width), first, last, lows, highs, k)
        bounds(full.code, full.scalars, lows, highs, maybe, lanes)
        work[first] += lanes * full.cost * BOX_COST
        settled = highs[outside_answer, :lanes] <= 0.0
        open_tiles = ~settled & (lows[outside_answer, :lanes] <= 0.0)
        if tells:
            open_tiles |= highs[flag, :lanes] > 0.0
        for k in range(lanes):
            left = (start + k) * TILE
            right = min(left + TILE, width)
            if not open_tiles[k]:
                if settled[k]:
                    counts[first:last, left:right] = points
                    inside[first:last, left:right] = True
                continue
            if stop[0]:
                return
            size = (right - left) * (last - first)
            for p in range(size):
                lefts[p], tops[p] = left + p % (right - left), first + p // (right - left)
            open_count = 0
            for begin in range(0, size, strip):
                end = min(size, begin + strip)
                for p in range(begin, end):
                    _box(grid, lefts[p], lefts[p] + 1, tops[p], tops[p] + 1, lows, highs, p - begin)
                    registers[X, p - begin], registers[Y, p - begin] = grid.xs[lefts[p]], grid.ys[tops[p]]
                bounds(full.code, full.scalars, lows, highs, maybe, end - begin)
                values(full.code, full.scalars, registers, end - begin)
                for p in range(begin, end):
                    i, j, lane = lefts[p], tops[p], p - begin
                    inside[j, i] = registers[outside_answer, lane] <= 0.0
                    undefined[j, i] = tells and registers[flag, lane] != 0.0
                    if highs[outside_answer, lane] <= 0.0:
                        counts[j, i] = points
                    elif lows[outside_answer, lane] <= 0.0:
                        open_columns[open_count], open_rows[open_count] = i, j
                        open_count += 1
            work[first] += size * full.cost * (BOX_COST + 1) + open_count * points * level.cost
            for begin in range(0, open_count * points, level.strip):
                if stop[0]:
                    return
                end = min(open_count * points, begin + level.strip)
                for s in range(begin, end):
                    p, q = s // points, s % points
                    fine[X, s - begin] = grid.fine_xs[open_columns[p] * factor + q % factor]
                    fine[Y, s - begin] = grid.fine_ys[open_rows[p] * factor + q // factor]
                values(level.code, level.scalars, fine, end - begin)
                for s in range(begin, end):
                    if fine[level.outputs[0], s - begin] <= 0.0:
                        counts[open_rows[s // points], open_columns[s // points]] += 1


@njit(**INNER)
def _box(grid: Any, left: int, right: int, top: int, bottom: int, lows: Any, highs: Any, lane: int) -> None:
    """The smallest box around the finer points of a block of pixels."""
    factor = grid.factor
    lows[X, lane], highs[X, lane] = grid.fine_xs[left * factor], grid.fine_xs[right * factor - 1]
    lows[Y, lane], highs[Y, lane] = grid.fine_ys[bottom * factor - 1], grid.fine_ys[top * factor]


# --- driving them ---------------------------------------------------------------------------------


def silent(_: object) -> None:
    """Says nothing."""


def available_threads() -> int:
    """The cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def program(tape: Tape, inputs: Mapping[str, float]) -> Program:
    """A tape with its inputs other than x and y filled in."""
    scalars = [inputs[scalar] if isinstance(scalar, str) else scalar for scalar in tape.scalars]
    strip = max(8, min(LONGEST_STRIP, STRIP_BYTES // (8 * tape.registers)) & ~7)
    return Program(
        tape.code, np.array(scalars, np.float64), tape.outputs, tape.registers, tape.head, strip, tape.cost
    )


def prepare(notice: Notice = silent) -> None:
    """Load the kernels, or compile them, once for a machine; `notice` hears of it.

    Args:
        notice: called with a sentence when compiling starts, and when the result cannot be kept.
    """
    tape = Program(np.empty((0, 5), np.int32), np.empty(0), np.empty(0, np.int32), 0, 0, 0, 0)
    line, plane, mask = np.empty(0), np.empty((0, 0)), np.empty((0, 0), np.bool_)
    stop, work, counts = np.empty(0, np.bool_), np.empty(0, np.int64), np.empty((0, 0), np.uint16)
    grid = Grid(line, line, line, line, 1)
    announcer = Announcer(notice)
    for kernel, arguments in (
        (sample_rows, (tape, line, line, 0, 0, stop, plane, mask)),
        (cover_rows, (tape, tape, grid, 0, 0, stop, work, counts, mask, mask)),
    ):
        if not kernel.signatures:
            kernel._cache = KernelCache(kernel.__name__, announcer)
            kernel.compile(tuple(map(numba.typeof, arguments)))
    announcer.finished()


def sample(
    level: Program,
    view: View,
    *,
    threads: int | None = None,
    progress: Progress = silent,
    limit_work: float = LIMIT_WORK,
) -> Field:
    """The level at every pixel centre, all of them evaluated.

    Args:
        level: gives the level, and as a second output whether it is undefined, if that is possible.
        threads: how many to use; all cores if None.  The result is the same for any number.
        progress: called with the share that is done.
        limit_work: in additions.

    Raises:
        ShapeError: the picture would take more work than the limit, or float64 is too coarse for it.
    """
    _check_resolution(view)
    if level.cost * view.width * view.height > limit_work:
        raise _too_much_work(limit_work)
    out = np.empty((view.height, view.width))
    undefined = np.zeros(out.shape, np.bool_)
    xs, ys = view.xs(), view.ys()

    def rows(first: int, last: int, stop: NDArray[np.bool_]) -> None:
        sample_rows(level, xs, ys, first, last, stop, out, undefined)

    _in_bands(rows, view.height, threads, progress, lambda: False)
    return Field(out, undefined, view)


def cover(
    level: Program,
    full: Program,
    view: View,
    factor: int,
    *,
    threads: int | None = None,
    progress: Progress = silent,
    limit_work: float = LIMIT_WORK,
) -> Cover:
    """How many of factor x factor points of every pixel are inside: exactly what counting them all gives.

    Args:
        level: gives the level alone.
        full: gives the level, and as a second output whether it is undefined, if that is possible.
        factor: points on a side of a pixel, 2 to MOST_ANTIALIASING.
        threads, progress, limit_work: as for `sample`.

    Raises:
        ShapeError: as for `sample`.
    """
    finer = view.finer(factor)
    _check_resolution(finer)
    grid = Grid(view.xs(), view.ys(), finer.xs(), finer.ys(), factor)
    counts = np.zeros((view.height, view.width), np.uint16)
    inside, undefined = np.zeros((2, view.height, view.width), np.bool_)
    work = np.zeros(view.height, np.int64)

    def rows(first: int, last: int, stop: NDArray[np.bool_]) -> None:
        for top in range(first, last, TILE):
            cover_rows(level, full, grid, top, min(top + TILE, last), stop, work, counts, inside, undefined)

    _in_bands(rows, view.height, threads, progress, lambda: work.sum() > limit_work)
    if work.sum() > limit_work:
        raise _too_much_work(limit_work)
    return Cover(counts, inside, undefined, factor, view)


def _check_resolution(view: View) -> None:
    if not view.resolved():
        raise ShapeError(
            "the window is finer than float64 can tell apart",
            hint="choose a larger --window, a smaller --size, or a smaller --aa",
        )


def _too_much_work(limit: float) -> ShapeError:
    return ShapeError(
        f"this picture takes more than the limit of {limit / 1e9:g} billion operations",
        hint="choose a smaller --size or --aa, or raise --limit-work",
    )


def _in_bands(
    rows: Callable[[int, int, NDArray[np.bool_]], None],
    height: int,
    threads: int | None,
    progress: Progress,
    spent: Callable[[], bool],
) -> None:
    """Run `rows` over bands of the picture on threads; any exception here stops them all."""
    band = TILE * max(1, -(-height // (TILE * BANDS)))
    stop = np.zeros(1, np.bool_)
    with ThreadPoolExecutor(threads or available_threads()) as pool:
        try:
            waiting = {
                pool.submit(rows, top, min(top + band, height), stop) for top in range(0, height, band)
            }
            total = len(waiting)
            while waiting and not stop[0]:
                done, waiting = wait(waiting, timeout=0.05, return_when=FIRST_COMPLETED)
                for finished in done:
                    finished.result()
                progress(1.0 - len(waiting) / total)
                stop[0] = spent()
        finally:
            stop[0] = True
            pool.shutdown(wait=True, cancel_futures=True)
