"""Tapes and views to samples: how much of every pixel is covered, or the level at every pixel.

Kernels are called as plain machine code, on memory that is allocated here; nothing of it needs Numba
or NumPy unless arrays are asked for.
"""

import ctypes
import math
import mmap
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from shapecli.base.defaults import LIMIT_WORK
from shapecli.base.source import ShapeError
from shapecli.engine.kernels import deflate
from shapecli.engine.kernels import job as J
from shapecli.engine.kernels.deflate import Band
from shapecli.engine.kernels.job import CELLS, LANES, NEVER, PARTS, POINTS, SIDE
from shapecli.engine.machine import Machine, available_threads, machine, silent
from shapecli.engine.view import View
from shapecli.fields.rules import EPS
from shapecli.fields.tape import COLUMNS, Tape

BAND: Final = LANES * SIDE  # rows that are drawn at once
Progress = Callable[[float], None]
Memory = bytearray | mmap.mmap
Result = TypeVar("Result")

SPARE: Final = 1 << 26  # bytes of memory that one thread may keep for the next picture
HUGE: Final = 1 << 23  # bytes from which large pages pay
MOST_ROWS: Final = 2000  # of a tape that a leaf evaluates in registers of its own: 4 MB
LONG_TAPE: Final = 1000  # rows; running it once on LANES tiles takes some 30 microseconds
MEMORY: Final = 1 << 30  # for registers, shared by the threads
FIRST_SLICE: Final = 1 << 18  # work, in rows times points, between looks at the clock
SLICE: Final = 1 << 24  # the same when there are several threads
PATIENCE: Final = 0.001  # seconds that one thread works before others are started
MARGINS: Final = (
    4.0,
    6.0,
    11.0,
)  # for short tapes by centres and by coverage, for long ones; see `worker_for`


@dataclass(frozen=True, eq=False)
class Program:
    """A tape with its inputs filled in, ready for the kernels.

    Attributes:
        scalars, uppers: float64[rows], between which the scalar of each row lies; the same unless proven
            bounds are wanted.
        defined: that nothing is undefined in the picture or near it, so that bounds need not look.
    """

    tape: Tape
    scalars: "array[float]"
    uppers: "array[float]"
    defined: bool = False

    @property
    def rows(self) -> int:
        return len(self.scalars)

    @property
    def mean_cost(self) -> float:
        """Additions to a row."""
        return self.tape.cost / max(1, self.rows)


@dataclass(frozen=True)
class Totals:
    """What was found out about a picture on the way.

    Attributes:
        inside: pixels whose centre is inside; of coverage, those of which at least half is.
        undefined: pixels at whose centre some primitive is undefined; of coverage, at two corners or more.
        covered: coverage of all pixels together, in units of 2^-20 of a pixel.
        work: rows of tape times points that it took; not part of what was found.
    """

    inside: int = 0
    undefined: int = 0
    covered: int = 0
    work: int = field(default=0, compare=False)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.inside + other.inside,
            self.undefined + other.undefined,
            self.covered + other.covered,
            self.work + other.work,
        )


@dataclass(frozen=True)
class Certainty:
    """What the bounds prove of a picture, each pixel taken whole.

    Attributes:
        inside, outside: pixels every point of which is.
        lowest, highest: between these is the area, in sixteenths of a pixel.
    """

    inside: int = 0
    outside: int = 0
    lowest: int = 0
    highest: int = 0

    def __add__(self, other: "Certainty") -> "Certainty":
        return Certainty(
            self.inside + other.inside,
            self.outside + other.outside,
            self.lowest + other.lowest,
            self.highest + other.highest,
        )


@dataclass(frozen=True, eq=False)
class Cover:
    """How much of every pixel is covered.

    Attributes:
        shades: uint8[height * width], 255 for a pixel that is inside, 0 for one outside; or, with one bit a
            pixel, rows of whole bytes, the first pixel in the highest bit.
        marks: uint8[height * width], the sum of MARK_INSIDE and MARK_UNDEFINED for each pixel, if asked for.
    """

    view: View
    shades: Memory
    marks: Memory | None
    totals: Totals


def program(tape: Tape, inputs: Mapping[str, float], *, defined: bool = False) -> Program:
    """A tape with its inputs other than x and y filled in."""
    scalars = array("d", [inputs[scalar] if isinstance(scalar, str) else scalar for scalar in tape.scalars])
    return Program(tape, scalars, scalars, defined)


def proof(program: Program) -> Program:
    """The same for proofs: a scalar that stands for 0.1 or pi is between two numbers."""
    lowers, uppers = program.scalars[:], program.scalars[:]
    for row, (lower, upper) in program.tape.spreads.items():
        lowers[row], uppers[row] = lower, upper
    return Program(program.tape, lowers, uppers)


@dataclass(frozen=True)
class Plan:
    """How a picture is drawn.

    Attributes:
        factor: points on a side of a pixel, where the boundary in it is not nearly straight; 1 decides by
            the centre of the pixel alone.
        bits: of a pixel: 8, or 1 for pictures of factor 1.
        marks: whether to tell the states of each pixel.
        threads: how many to use; all cores if None.  The result is the same for any number.
        limit_work: in additions.
    """

    factor: int = 1
    bits: int = 8
    marks: bool = False
    threads: int | None = None
    limit_work: float = LIMIT_WORK

    @property
    def points(self) -> int:
        """The factor as it is used: with cells, each gets as many points as the others."""
        return 1 if self.factor == 1 else CELLS * -(-self.factor // CELLS)

    @property
    def most_threads(self) -> int:
        """How many threads may be used."""
        return self.threads or available_threads()

    def stride(self, view: View) -> int:
        """The bytes of a row."""
        return (view.width * self.bits + 7) // 8


def cover(
    program: Program,
    view: View,
    plan: Plan,
    *,
    progress: Progress = silent,
    into: Memory | None = None,
    rows: range | None = None,
) -> Cover:
    """Coverage of every pixel, in memory.

    Args:
        program: gives the level, and as a second output whether it is undefined, if that is possible.
        progress: called with the share that is done.
        into: memory of an earlier picture of this size, which is overwritten.
        rows: a strip of the view, all of it if None; it starts at a multiple of BAND.

    Raises:
        ShapeError: the picture takes more work than the limit, or float64 is too coarse for it.
    """
    check_resolution(view, plan.points)
    stride = plan.stride(view)
    rows = rows or range(view.height)
    shades = zeros(stride * len(rows), large_pages=True) if into is None else into
    marks = zeros(view.width * len(rows)) if plan.marks else None
    first, first_mark = address_of(shades), address_of(marks) if marks else 0

    across, bands = -(-view.width // BAND), -(-len(rows) // BAND)
    # Every piece runs the whole tape once: only where that is long are there more of them than bands.
    group = LANES if program.rows < LONG_TAPE else max(1, across * bands // (4 * plan.most_threads))
    parts = -(-across // group)

    def piece(worker: Worker, number: int) -> Generator[None, None, Totals]:
        down, tile = number // parts * BAND, number % parts * group
        worker.job[J.SHADES], worker.job[J.AFRESH] = first + down * stride, into is not None
        worker.job[J.MARKS] = first_mark + down * view.width if marks else 0
        tiles, top = range(tile, min(across, tile + group)), rows.start + down
        return (yield from _draw_band(worker, top, min(rows.stop, top + BAND), tiles))

    found = shared(lambda: worker_for(program, view, plan), piece, bands * parts, program, plan, progress)
    return Cover(view, shades, marks, sum((totals for _, totals in found), Totals()))


def encode(
    program: Program, view: View, plan: Plan, totals: list[Totals], *, progress: Progress = silent
) -> Iterator[Band]:
    """Coverage of every pixel, as compressed bands of a PNG from the top down; no more is held in memory.

    Args:
        totals: gets those of each band.

    Raises:
        ShapeError: as for `cover`.
    """
    check_resolution(view, plan.points)
    stride = plan.stride(view)
    rows = min(BAND, view.height)
    up = plan.bits == 1
    table = deflate.table_for(stride, up)
    most = deflate.bound(stride, rows, up)
    bands = -(-view.height // BAND)

    def new_worker() -> Worker:
        return worker_for(program, view, plan, (zeros(stride * rows), zeros(most), bytearray(rows)))

    def piece(worker: Worker, number: int) -> Generator[None, None, tuple[Totals, Band]]:
        pixels, out, same = map(address_of, worker.buffers)
        top = number * BAND
        bottom = min(view.height, top + BAND)
        worker.job[J.SHADES], worker.job[J.AFRESH] = pixels, True
        found = yield from _draw_band(worker, top, bottom)
        size_and_sum = worker.machine.deflate(
            pixels, stride, stride, bottom - top, up, same, number == bands - 1, table.buffer_info()[0], out
        )
        data = bytes(memoryview(worker.buffers[1])[: size_and_sum >> 32])
        return found, Band(data, size_and_sum & 0xFFFFFFFF, (bottom - top) * (stride + 1))

    early: dict[int, Band] = {}
    following = 0
    for number, (found, band) in shared(new_worker, piece, bands, program, plan, progress):
        totals.append(found)
        early[number] = band
        while following in early:
            yield early.pop(following)
            following += 1


@dataclass(frozen=True, eq=False)
class Certified:
    """What is certain of every pixel.

    Attributes:
        lowest, highest: uint8[height * width], between which sixteenths of each pixel its coverage is; if
            asked for.
    """

    view: View
    lowest: Memory | None
    highest: Memory | None
    totals: Certainty


def certify(program: Program, view: View, plan: Plan, *, progress: Progress = silent) -> Certified:
    """What is certainly inside and outside: bounds of the real value, on all of every pixel.

    Nothing is sampled.  Pixels that the bounds leave open are cut into sixteenths.

    Args:
        plan: with `marks`, the bounds of every pixel are kept.

    Raises:
        ShapeError: as for `cover`.
    """
    check_resolution(view, PARTS)
    planes = [zeros(view.width * view.height) for _ in range(2)] if plan.marks else []
    first = [address_of(plane) for plane in planes] or [0, 0]

    def piece(worker: Worker, number: int) -> Generator[None, None, Certainty]:
        job, top = worker.job, number * BAND
        job[J.CERTIFY], worker.view[J.REACH] = 1, 0.0
        if planes:
            job[J.SHADES], job[J.MARKS] = (address + top * view.width for address in first)
        yield from _sweep(worker, top, min(view.height, top + BAND))
        found = Certainty(*(job[place] for place in PROVEN))
        for place in PROVEN:
            job[place] = 0
        return found

    bands = -(-view.height // BAND)
    proven = proof(program)
    found = shared(lambda: worker_for(proven, view, plan), piece, bands, program, plan, progress)
    totals = sum((certainty for _, certainty in found), Certainty())
    return Certified(view, planes[0] if planes else None, planes[1] if planes else None, totals)


def _draw_band(
    worker: "Worker", top: int, bottom: int, tiles: range | None = None
) -> Generator[None, None, Totals]:
    """Draw some rows, or some of the largest tiles in them; a pause when the kernel has worked a while."""
    before = worker.job[J.WORK]
    yield from _sweep(worker, top, bottom, tiles)
    results = Totals(*(worker.job[place] for place in RESULTS))
    found = replace(results, work=worker.job[J.WORK] - before)
    for place in RESULTS:
        worker.job[place] = 0
    return found


def _sweep(
    worker: "Worker", top: int, bottom: int, tiles: range | None = None
) -> Generator[None, None, None]:
    job = worker.job
    tiles = tiles or range(-(-job[J.WIDTH] // BAND))
    job[J.TOP], job[J.BOTTOM], job[J.STACK] = top, bottom, -1
    job[J.NEXT_TILE], job[J.END_TILE] = tiles.start, tiles.stop
    while not worker.machine.sweep(*worker.arguments, worker.budget):
        yield


def check_resolution(view: View, factor: int = 1) -> None:
    """Refuse a window so small that neighbouring points are the same number.

    Raises:
        ShapeError: it is.
    """
    if not view.resolved(factor):
        raise ShapeError(
            "the window is finer than float64 can tell apart",
            hint="choose a larger <window>, a smaller <size>, or a smaller <antialiasing>",
        )


# --- workers ----------------------------------------------------------------------------------------

RESULTS: Final = (J.INSIDE, J.UNDEFINED, J.AREA)
PROVEN: Final = (J.CERTAIN_INSIDE, J.CERTAIN_OUTSIDE, J.LOWEST, J.HIGHEST)


@dataclass(eq=False)
class Worker:
    """What one thread needs: a job with memory to work in.

    Attributes:
        arguments: the addresses of the job and the view, as the kernels take them.
        budget: how much work a kernel does before it returns.
    """

    machine: Machine
    job: "array[int]"
    view: "array[float]"
    workspace: Memory
    buffers: tuple[Memory, ...]
    budget: int = FIRST_SLICE

    @property
    def arguments(self) -> tuple[int, int]:
        return self.job.buffer_info()[0], self.view.buffer_info()[0]


def worker_for(program: Program, view: View, plan: Plan, buffers: tuple[Memory, ...] = ()) -> Worker:
    """A job for the whole picture, with a workspace; the band is still to be chosen."""
    tape, rows = program.tape, max(1, program.rows)
    shorter = min(rows, MOST_ROWS) + 2
    sizes = {
        J.LOWS: 8 * LANES * (rows + 2), J.HIGHS: 8 * LANES * (rows + 2), J.FLAGS: LANES * (rows + 2),
        J.PICKS: LANES * rows, J.LIVE: 2 * (rows + 2), J.ROW_LIVE: 2 * rows,
        J.RENAMED: 4 * LANES * (rows + 2),
        J.VALUES: 8 * POINTS * (max(tape.registers, shorter) + 1), J.PIXELS: 9 * 8 * POINTS,
        J.ARENAS: (J.DEPTH + 1) * LANES * rows * (16 + 4 * COLUMNS),
        J.FRAMES: 8 * (J.DEPTH + 1) * J.FRAME,
    }  # fmt: skip
    kernels = machine()
    workspace = _workspace(kernels, 64 + sum(-(-size // 64) * 64 for size in sizes.values()))
    job = array("q", bytes(8 * J.JOB))
    address = -(-address_of(workspace) // 64) * 64
    for place, size in sizes.items():
        job[place] = address
        address += -(-size // 64) * 64
    for place in (J.LIVE, J.FLAGS):  # what kernels find and leave empty; flags, if they are not looked at
        ctypes.memset(job[place], 0, sizes[place])
    job[J.CODE] = tape.code.buffer_info()[0]
    job[J.SCALARS] = program.scalars.buffer_info()[0]
    job[J.UPPERS] = program.uppers.buffer_info()[0]
    job[J.ROWS], job[J.MOST_ROWS] = program.rows, MOST_ROWS
    job[J.LEVEL] = tape.outputs[0]
    job[J.FLAGGED] = not program.defined
    job[J.FLAG] = tape.outputs[1] if len(tape.outputs) > 1 else NEVER
    job[J.WIDTH], job[J.BOTTOM] = view.width, view.height
    job[J.BITS], job[J.STRIDE] = plan.bits, plan.stride(view)
    job[J.FACTOR] = plan.points
    # A dropped argument changes a level by less than 1 / 400 of a pixel's range (by centres, of which
    # only the side matters, 1 / 50) as long as that is more than 1 / (the longer side); where it is
    # less, the leaf is evaluated again, which takes long with a long tape.
    margin = MARGINS[2 if rows > LONG_TAPE else plan.factor > 1] + math.log(max(view.width, view.height))
    fine = View(view.window, view.width * plan.points, view.height * plan.points)
    numbers = array("d", bytes(8 * J.VIEW))
    numbers[J.X0], numbers[J.DX], numbers[J.FINE_DX] = view.window.x0, view.dx, fine.dx
    numbers[J.Y1], numbers[J.DY], numbers[J.FINE_DY] = view.window.y1, view.dy, fine.dy
    numbers[J.SLACK_X] = 4 * EPS * (abs(view.window.x0) + 2 * view.window.width)
    numbers[J.SLACK_Y] = 4 * EPS * (abs(view.window.y1) + 2 * view.window.height)
    numbers[J.REACH] = -0.5 if plan.factor == 1 else -J.INSET
    numbers[J.MARGIN], numbers[J.LOSS] = margin, math.exp(-margin)
    return Worker(kernels, job, numbers, workspace, buffers)


def shared(
    new_worker: Callable[[], Worker],
    piece: Callable[[Worker, int], Generator[None, None, Result]],
    pieces: int,
    program: Program,
    plan: Plan,
    progress: Progress,
) -> Iterator[tuple[int, Result]]:
    """Do pieces of work on this thread, and on others too as soon as it takes longer than a moment.

    Kernels return every now and then, so that this thread hears of signals and of the limit; whatever
    is raised here stops the others.  Pieces come with their numbers, in the order in which they end.
    """
    mean = program.mean_cost
    numbers = iter(range(pieces))
    workers = [new_worker()]
    results: deque[tuple[int, Result]] = deque()
    failures: list[BaseException] = []
    stop = threading.Event()
    finished = 0

    def work(worker: Worker) -> Iterator[None]:
        for number in numbers:
            result = yield from piece(worker, number)
            results.append((number, result))
            yield

    def help_out() -> None:
        try:
            worker = new_worker()
            worker.budget = SLICE
            workers.append(worker)
            for _ in work(worker):
                if stop.is_set():
                    break
        except BaseException as failure:
            failures.append(failure)

    def collect() -> Iterator[tuple[int, Result]]:
        nonlocal finished
        if failures:
            raise failures[0]
        if mean * sum(worker.job[J.WORK] for worker in workers) > plan.limit_work:
            raise too_much_work(plan.limit_work)
        while results:
            finished += 1
            yield results.popleft()
        progress(finished / pieces)

    began = time.perf_counter()
    helpers: list[threading.Thread] = []
    most = min(plan.most_threads, pieces, max(1, MEMORY // len(workers[0].workspace)))
    try:
        for _ in work(workers[0]):
            yield from collect()
            if most > 1 and not helpers and time.perf_counter() - began > PATIENCE:
                workers[0].budget = SLICE
                helpers = [threading.Thread(target=help_out) for _ in range(most - 1)]
                for helper in helpers:
                    helper.start()
        for helper in helpers:
            while helper.is_alive():
                helper.join(0.005)
                yield from collect()
        yield from collect()
    finally:
        stop.set()
        for helper in helpers:
            if helper.is_alive():  # an interruption may come before all are started
                helper.join()
        kept = [worker.workspace for worker in workers if len(worker.workspace) <= SPARE]
        workers[0].machine.spare[:] = kept or workers[0].machine.spare


def too_much_work(limit: float) -> ShapeError:
    """What is said where a picture takes more additions than the limit."""
    return ShapeError(
        f"this picture takes more than the limit of {limit / 1e9:g} billion operations",
        hint="choose a smaller <size> or <antialiasing>, or raise <limit_work>",
    )


def _workspace(kernels: Machine, size: int) -> Memory:
    """Memory to work in, whatever is in it."""
    with suppress(IndexError):
        if len(spare := kernels.spare.pop()) >= size:
            return spare
    return zeros(size)


def zeros(size: int, *, large_pages: bool = False) -> Memory:
    """Memory full of zeros; much of it costs nothing until it is touched."""
    if size < HUGE:
        return bytearray(size)
    memory = mmap.mmap(-1, size)
    if large_pages and hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def address_of(memory: Memory) -> int:
    """Where it begins."""
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
