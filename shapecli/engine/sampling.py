"""Tapes and views to numbers at every pixel centre, with nothing pruned: levels, and who decides where."""

from array import array
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecli.base.window import Window
from shapecli.engine.kernels.job import AROUND, BLOCK, POINTS
from shapecli.engine.machine import machine, silent
from shapecli.engine.plan import Plan, Progress, check_resolution
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.engine.workers import SLICE, Memory, Worker, address_of, shared, zeros


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


def sample(
    program: Program, view: View, plan: Plan, *, progress: Progress = silent, rows: range | None = None
) -> Field:
    """The level at every pixel centre, or those of some rows, all of them evaluated.

    Raises:
        ShapeError: as for `cover`.
    """
    check_resolution(view)
    rows = rows or range(view.height)
    level = np.empty((len(rows), view.width))
    undefined = np.empty((len(rows), view.width), np.bool_)
    _at_centres(machine().sample, program, view, plan, rows, level, undefined, progress=progress)
    return Field(level, undefined, view)


def at_points(program: Program, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level at any points: float64, in the shape that x and y have."""
    places = np.stack([x.ravel(), y.ravel()])
    level, registers = np.empty(x.size), np.zeros((program.tape.registers, POINTS))
    values, rows, output = machine().values, program.rows, program.tape.outputs[0]
    code, scalars = program.tape.code.buffer_info()[0], program.scalars.buffer_info()[0]
    held = registers.ctypes.data
    for first in range(0, x.size, POINTS):
        count = min(POINTS, x.size - first)
        registers[:2, :count] = places[:, first : first + count]
        values(code, scalars, rows, held, -(-count // BLOCK) * BLOCK)
        level[first : first + count] = registers[output, :count]
    return level.reshape(x.shape)


def distances(
    program: Program, view: View, plan: Plan, *, rows: range, dx: float, dy: float, unit: float
) -> NDArray[np.float32]:
    """How far pixel centres are from where the level is 0, to first order: L / |grad L|, negative inside.

    The gradient is that of differences between neighbours, along each axis to the side where L is steeper:
    the mean of both sides would be flat along a ridge, where two parts of a figure are equally near.  Where L
    jumps and stays on its side of 0, the other side tells.

    Args:
        dx, dy: by which what the program draws is moved, in units of the plane.
        unit: of the result, likewise: float32 has not the distances in every window.

    Returns:
        float32[rows, width], without NaN.

    Raises:
        ShapeError: as for `cover`.
    """
    x0, y1 = view.window.x0 - dx, view.window.y1 - dy
    left, top = x0 - AROUND * view.dx, y1 - (rows.start - AROUND) * view.dy
    columns, lines = view.width + 2 * AROUND, len(rows) + 2 * AROUND
    around = View(Window(left, left + columns * view.dx, top - lines * view.dy, top), columns, lines)
    level = sample(program, around, plan).level
    found = np.empty((len(rows), view.width), np.float32)
    steps = view.dx / unit, view.dy / unit
    machine().distances(level.ctypes.data, found.ctypes.data, columns, lines, *steps)
    return found


def numbers(
    program: Program, view: View, plan: Plan, shares: NDArray[np.uint8], *, rows: range | None = None
) -> NDArray[np.float32]:
    """Every output of a program at the centres of pixels that are covered.

    Args:
        shares: uint8[rows, width], 0 where nothing is asked for.

    Returns:
        float32[rows, width, outputs]; 0 elsewhere.

    Raises:
        ShapeError: as for `cover`.
    """
    check_resolution(view)
    rows = rows or range(view.height)
    outputs = array("i", program.tape.outputs)
    planes = np.zeros((len(rows), view.width, len(outputs)), np.float32)
    if not outputs:
        return planes

    def kernel(*places: int) -> None:
        machine().numbers(*places, outputs.buffer_info()[0], len(outputs))

    _at_centres(kernel, program, view, plan, rows, shares, planes, cost=0)
    return planes


def owners(
    program: Program, view: View, plan: Plan, colours: "array[float]", *, rows: range | None = None
) -> NDArray[np.float64]:
    """The colours of primitives, mixed by their weights in the gradient of the level at pixel centres.

    Args:
        program: of a tape that reuses no register.
        colours: float64[rows of the tape, 3]: amounts of light, negative for rows that are no primitives.

    Returns:
        Amounts of light, float64[rows, width, 3].

    Raises:
        ShapeError: as for `cover`.
    """
    check_resolution(view)
    rows = rows or range(view.height)
    light = np.empty((len(rows), view.width, 3))

    def kernel(*places: int) -> None:
        machine().owners(*places, colours.buffer_info()[0])

    gradients = 8 * POINTS * (program.rows + 2)  # bytes
    _at_centres(kernel, program, view, plan, rows, light, buffers=lambda: (zeros(gradients),), cost=3)
    return light


def _at_centres(
    kernel: Callable[..., None],
    program: Program,
    view: View,
    plan: Plan,
    rows: range,
    *planes: NDArray[Any],
    progress: Progress = silent,
    buffers: Callable[[], tuple[Memory, ...]] = tuple,
    cost: int = 1,
) -> None:
    """Run a kernel at every pixel centre of some rows, for which it fills the planes.

    Args:
        buffers: other memory, for each thread, that it works in.
        cost: what it does for a row of the tape and a point, in evaluations; 0 if it counts them itself.
    """
    first, total = rows.start * view.width, len(rows) * view.width
    step = max(POINTS, SLICE // max(1, program.rows) // POINTS * POINTS)
    # of the first row of the view
    places = [plane.ctypes.data - rows.start * plane.strides[0] for plane in planes]

    def piece(worker: Worker, number: int) -> Generator[None, None, None]:
        begin, end = number * step, min(total, (number + 1) * step)
        memory = map(address_of, worker.buffers)
        kernel(*worker.arguments, *memory, *places, first + begin, first + end)
        worker.job.work += cost * (end - begin) * program.rows
        yield

    for _ in shared(piece, -(-total // step), program, view, plan, progress, buffers):
        pass
