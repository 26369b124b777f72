"""Tapes and views to pictures: how much of every pixel is covered, and what is certain of it."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from operator import add
from typing import Final, Self

from shapecli.engine import compression
from shapecli.engine.compression import Band
from shapecli.engine.kernels.job import LANES, PARTS, SIDE
from shapecli.engine.machine import silent
from shapecli.engine.plan import Plan, Progress, check_resolution
from shapecli.engine.program import Program, proof
from shapecli.engine.view import View
from shapecli.engine.workers import LONG_TAPE, Memory, Worker, address_of, shared, zeros

BAND: Final = LANES * SIDE  # rows that are drawn at once


@dataclass(frozen=True)
class _Counts:
    """What parts of a picture have, and the picture has as their sum."""

    def __add__(self, other: Self) -> Self:
        return type(self)(*map(add, astuple(self), astuple(other)))


@dataclass(frozen=True)
class Totals(_Counts):
    """What was found out about a picture on the way.

    Attributes:
        inside: pixels whose centre is inside; of coverage, those of which at least half is.
        undefined: pixels at whose centre some primitive is undefined; of coverage, at two corners or more.
        covered: coverage of all pixels together, in units of 2^-20 of a pixel.
        inked: pixels that strokes reach, of a curve or a boundary; each stroke counts them anew.
        work: rows of tape times points that it took; not part of what was found.
    """

    inside: int = 0
    undefined: int = 0
    covered: int = 0
    inked: int = 0
    work: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Certainty(_Counts):
    """What the bounds prove of a picture, each pixel taken whole.

    Attributes:
        inside, outside: pixels every point of which is.
        lowest, highest: between these is the area, in sixteenths of a pixel.
    """

    inside: int = 0
    outside: int = 0
    lowest: int = 0
    highest: int = 0


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
        worker.job.shades, worker.job.afresh = first + down * stride, into is not None
        worker.job.marks = first_mark + down * view.width if marks else 0
        tiles, top = range(tile, min(across, tile + group)), rows.start + down
        return (yield from _draw_band(worker, top, min(rows.stop, top + BAND), tiles))

    found = shared(piece, bands * parts, program, view, plan, progress)
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
    table = compression.table_for(stride, up)
    most = compression.bound(stride, rows, up)
    bands = -(-view.height // BAND)

    def buffers() -> tuple[Memory, ...]:
        return zeros(stride * rows), zeros(most), bytearray(rows)

    def piece(worker: Worker, number: int) -> Generator[None, None, tuple[Totals, Band]]:
        pixels, out, same = map(address_of, worker.buffers)
        top = number * BAND
        bottom = min(view.height, top + BAND)
        worker.job.shades, worker.job.afresh = pixels, True
        found = yield from _draw_band(worker, top, bottom)
        size_and_sum = worker.machine.deflate(
            pixels, stride, stride, bottom - top, up, same, number == bands - 1, table.buffer_info()[0], out
        )
        data = bytes(memoryview(worker.buffers[1])[: size_and_sum >> 32])
        return found, Band(data, size_and_sum & 0xFFFFFFFF, (bottom - top) * (stride + 1))

    early: dict[int, Band] = {}
    following = 0
    for number, (found, band) in shared(piece, bands, program, view, plan, progress, buffers):
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
        job.certify, worker.viewport.reach = True, 0.0
        if planes:
            job.least, job.most = (address + top * view.width for address in first)
        results = ("certain_inside", "certain_outside", "lowest", "highest")
        return Certainty(*(yield from _swept(worker, results, top, min(view.height, top + BAND))))

    bands = -(-view.height // BAND)
    found = shared(piece, bands, proof(program), view, plan, progress)
    totals = sum((certainty for _, certainty in found), Certainty())
    return Certified(view, planes[0] if planes else None, planes[1] if planes else None, totals)


def _draw_band(
    worker: Worker, top: int, bottom: int, tiles: range | None = None
) -> Generator[None, None, Totals]:
    """Draw some rows, or some of the largest tiles in them."""
    before = worker.job.work
    results = ("inside", "undefined", "area")
    inside, undefined, covered = yield from _swept(worker, results, top, bottom, tiles)
    return Totals(inside, undefined, covered, work=worker.job.work - before)


def _swept(
    worker: Worker, results: Sequence[str], top: int, bottom: int, tiles: range | None = None
) -> Generator[None, None, list[int]]:
    """What a job counts in some rows, or tiles, and then forgets; a pause when the kernel worked a while."""
    job = worker.job
    tiles = tiles or range(-(-job.width // BAND))
    job.top, job.bottom, job.stack = top, bottom, -1
    job.next_tile, job.end_tile = tiles.start, tiles.stop
    while not worker.machine.sweep(*worker.arguments, worker.budget):
        yield
    counts = [getattr(job, name) for name in results]
    for name in results:
        setattr(job, name, 0)
    return counts
