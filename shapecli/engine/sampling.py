"""Tapes and views to numbers at every pixel centre, with nothing pruned: levels, and who decides where."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapecli.engine.kernels.job import POINTS
from shapecli.engine.machine import silent
from shapecli.engine.plan import Plan, Progress, check_resolution
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.engine.workers import SLICE, Worker, address_of, shared, worker_for, zeros

if TYPE_CHECKING:
    from array import array

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Field:
    """Levels at pixel centres.

    Attributes:
        level: float64[height, width], L = ln u; inside where L <= 0.
        undefined: bool[height, width], whether some primitive is undefined there.
    """

    level: "NDArray[np.float64]"
    undefined: "NDArray[np.bool_]"
    view: View


def sample(
    program: Program, view: View, plan: Plan, *, progress: Progress = silent, rows: range | None = None
) -> Field:
    """The level at every pixel centre, or those of some rows, all of them evaluated.

    Raises:
        ShapeError: as for `cover`.
    """
    import numpy as np

    check_resolution(view)
    rows = rows or range(view.height)
    level = np.empty((len(rows), view.width))
    undefined = np.empty((len(rows), view.width), np.bool_)
    first, total = rows.start * view.width, len(rows) * view.width
    step = max(POINTS, SLICE // max(1, program.rows) // POINTS * POINTS)

    def piece(worker: Worker, number: int) -> Generator[None, None, None]:
        begin, end = number * step, min(total, (number + 1) * step)
        places = level.ctypes.data - 8 * first, undefined.ctypes.data - first  # of the view's first pixel
        worker.machine.sample(*worker.arguments, *places, first + begin, first + end)
        worker.job.work += (end - begin) * program.rows
        yield

    for _ in shared(
        lambda: worker_for(program, view, plan), piece, -(-total // step), program, plan, progress
    ):
        pass
    return Field(level, undefined, view)


@dataclass(frozen=True, eq=False)
class Owners:
    """Who decides where.

    Attributes:
        light: float64[rows, width, 3], colours of primitives mixed by their weights.
        level: float64[rows, width].
    """

    light: "NDArray[np.float64]"
    level: "NDArray[np.float64]"


def owners(
    program: Program, view: View, plan: Plan, colours: "array[float]", *, rows: range | None = None
) -> Owners:
    """The colours of primitives, mixed by their weights in the gradient of the level at pixel centres.

    Args:
        program: of a tape that reuses no register.
        colours: float64[rows of the tape, 3]: amounts of light, negative for rows that are no primitives.

    Raises:
        ShapeError: as for `cover`.
    """
    import numpy as np

    check_resolution(view)
    rows = rows or range(view.height)
    light, level = np.empty((len(rows), view.width, 3)), np.empty((len(rows), view.width))
    first, total = rows.start * view.width, len(rows) * view.width
    step = max(POINTS, SLICE // max(1, program.rows) // POINTS * POINTS)

    def piece(worker: Worker, number: int) -> Generator[None, None, None]:
        begin, end = number * step, min(total, (number + 1) * step)
        places = light.ctypes.data - 24 * first, level.ctypes.data - 8 * first  # of the view's first pixel
        memory = address_of(worker.buffers[0]), colours.buffer_info()[0]
        worker.machine.owners(*worker.arguments, *memory, *places, first + begin, first + end)
        worker.job.work += 3 * (end - begin) * program.rows
        yield

    def new_worker() -> Worker:
        return worker_for(program, view, plan, (zeros(8 * POINTS * (program.rows + 2)),))

    for _ in shared(new_worker, piece, -(-total // step), program, plan, silent):
        pass
    return Owners(light, level)
