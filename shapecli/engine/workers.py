"""Jobs and the threads that do them: memory to work in, and pieces of work for whoever is free.

Kernels are called as plain machine code, on memory that is allocated here; nothing of it needs Numba
or NumPy.
"""

import ctypes
import math
import mmap
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from shapecli.engine.kernels.job import DEPTH, FRAME, INSET, LANES, NEVER, POINTS, Job, Viewport
from shapecli.engine.machine import Machine, machine
from shapecli.engine.plan import Plan, Progress, too_much_work
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.fields.rules import EPS
from shapecli.fields.tape import COLUMNS

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
# for short tapes by centres and by coverage, for long ones; see `_worker`
MARGINS: Final = (4.0, 6.0, 11.0)


@dataclass(eq=False)
class Worker:
    """What one thread needs: a job with memory to work in.

    Attributes:
        arguments: the addresses of the job and the viewport, as the kernels take them.
        budget: how much work a kernel does before it returns.
    """

    machine: Machine
    job: Job
    viewport: Viewport
    workspace: Memory
    buffers: tuple[Memory, ...]
    budget: int = FIRST_SLICE

    @property
    def arguments(self) -> tuple[int, int]:
        return ctypes.addressof(self.job), ctypes.addressof(self.viewport)


def _worker(program: Program, view: View, plan: Plan, buffers: tuple[Memory, ...]) -> Worker:
    """A job for the whole picture, with a workspace; the band is still to be chosen."""
    tape, rows = program.tape, max(1, program.rows)
    shorter = min(rows, MOST_ROWS) + 2
    sizes = {
        "lows": 8 * LANES * (rows + 2), "highs": 8 * LANES * (rows + 2), "flags": LANES * (rows + 2),
        "picks": LANES * rows, "live": 2 * (rows + 2), "row_live": 2 * rows,
        "renamed": 4 * LANES * (rows + 2),
        "values": 8 * POINTS * (max(tape.registers, shorter) + 1), "pixels": 9 * 8 * POINTS,
        "arenas": (DEPTH + 1) * LANES * rows * (16 + 4 * COLUMNS), "frames": (DEPTH + 1) * FRAME,
    }  # fmt: skip
    kernels = machine()
    workspace = _workspace(kernels, 64 + sum(-(-size // 64) * 64 for size in sizes.values()))
    address, places = -(-address_of(workspace) // 64) * 64, {}
    for name, size in sizes.items():
        places[name] = address
        address += -(-size // 64) * 64
    for name in ("live", "flags"):  # what kernels find and leave empty; flags, if they are not looked at
        ctypes.memset(places[name], 0, sizes[name])
    job = Job(
        code=tape.code.buffer_info()[0], scalars=program.scalars.buffer_info()[0],
        uppers=program.uppers.buffer_info()[0], rows=program.rows, most_rows=MOST_ROWS,
        level=tape.outputs[0], flag=tape.outputs[1] if len(tape.outputs) > 1 else NEVER,
        flagged=not program.defined, width=view.width, bottom=view.height,
        bits=plan.bits, stride=plan.stride(view), factor=plan.points, **places,
    )  # fmt: skip
    # A dropped argument changes a level by less than 1 / 400 of a pixel's range (by centres, of which
    # only the side matters, 1 / 50) as long as that is more than 1 / (the longer side); where it is
    # less, the leaf is evaluated again, which takes long with a long tape.
    margin = MARGINS[2 if rows > LONG_TAPE else plan.factor > 1] + math.log(max(view.width, view.height))
    fine = View(view.window, view.width * plan.points, view.height * plan.points)
    viewport = Viewport(
        x0=view.window.x0, dx=view.dx, fine_dx=fine.dx, y1=view.window.y1, dy=view.dy, fine_dy=fine.dy,
        slack_x=4 * EPS * (abs(view.window.x0) + 2 * view.window.width),
        slack_y=4 * EPS * (abs(view.window.y1) + 2 * view.window.height),
        reach=-0.5 if plan.factor == 1 else -INSET, margin=margin, loss=math.exp(-margin),
    )  # fmt: skip
    return Worker(kernels, job, viewport, workspace, buffers)


def shared(
    piece: Callable[[Worker, int], Generator[None, None, Result]],
    pieces: int,
    program: Program,
    view: View,
    plan: Plan,
    progress: Progress,
    buffers: Callable[[], tuple[Memory, ...]] = tuple,
) -> Iterator[tuple[int, Result]]:
    """Do pieces of work on this thread, and on others too as soon as it takes longer than a moment.

    Kernels return every now and then, so that this thread hears of signals and of the limit; whatever
    is raised here stops the others.  Pieces come with their numbers, in the order in which they end.

    Args:
        buffers: memory of each worker, beside the workspace.
    """
    numbers = iter(range(pieces))
    workers = [_worker(program, view, plan, buffers())]
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
            worker = _worker(program, view, plan, buffers())
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
        work = program.mean_cost * sum(worker.job.work for worker in workers)
        if plan.work_before + work > plan.limit_work:
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
