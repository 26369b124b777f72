"""Whole tapes at pixel centres: levels, and which primitives decide there, as mixtures of colours."""

from typing import Any

from numba import njit, types

from shapecli.engine.kernels.elementary import FUNCTION
from shapecli.engine.kernels.job import POINTS
from shapecli.engine.kernels.memory import SLOPES, codes, floats, integers
from shapecli.engine.kernels.parts import pad
from shapecli.engine.kernels.prune import values
from shapecli.fields.tape import COLUMNS, X, Y

slopes = types.ExternalFunction("shapecli_slopes", SLOPES)
CHANNELS = 3


@njit(**FUNCTION)
def _put_centres(view: Any, registers: Any, width: int, first: int, count: int) -> None:
    """The centres of `count` pixels from number `first` on; the last of them fills what is left."""
    for k in range(POINTS):
        place = first + min(k, count - 1)
        registers[X * POINTS + k] = view.x0 + (place % width + 0.5) * view.dx
        registers[Y * POINTS + k] = view.y1 - (place // width + 0.5) * view.dy


@njit(**FUNCTION)
def sample(job: Any, view: Any, level: Any, undefined: Any, begin: int, end: int) -> None:
    """Evaluate the whole tape at the pixels begin .. end, counted row by row; nothing is pruned.

    Args:
        level: float64 for each pixel of the picture.
        undefined: int8 for each.
    """
    registers = floats(job.values)
    width = job.width
    for first in range(begin, end, POINTS):
        count = min(POINTS, end - first)
        _put_centres(view, registers, width, first, count)
        values(codes(job.code), floats(job.scalars), job.rows, registers, POINTS)
        for k in range(count):
            level[first + k] = registers[job.level * POINTS + k]
            undefined[first + k] = job.flag >= 0 and registers[max(0, job.flag) * POINTS + k] != 0.0


@njit(**FUNCTION)
def numbers(
    job: Any, view: Any, shares: Any, planes: Any, begin: int, end: int, outputs: Any, count: int
) -> None:
    """Evaluate several outputs of a tape at those of the pixels begin .. end that are covered.

    Args:
        shares: uint8 for each pixel of the picture, 0 where nothing is asked for.
        planes: float32[pixels, count].
        outputs: int32[count], registers.
    """
    places, gathered = integers(job.pixels), 0
    for first in range(begin, end, POINTS):
        points = min(POINTS, end - first)
        covered = 0
        for k in range(points):
            covered |= shares[first + k]
        if covered == 0:
            continue
        for k in range(points):
            if shares[first + k]:
                places[gathered] = first + k
                gathered += 1
                if gathered == POINTS:
                    _put_numbers(job, view, places, gathered, planes, outputs, count)
                    gathered = 0
    if gathered:
        _put_numbers(job, view, places, gathered, planes, outputs, count)


@njit(**FUNCTION)
def _put_numbers(
    job: Any, view: Any, places: Any, points: int, planes: Any, outputs: Any, count: int
) -> None:
    """Evaluate several outputs of a tape at the centres of at most POINTS pixels."""
    registers, width = floats(job.values), job.width
    for k in range(points):
        registers[X * POINTS + k] = view.x0 + (places[k] % width + 0.5) * view.dx
        registers[Y * POINTS + k] = view.y1 - (places[k] // width + 0.5) * view.dy
    values(codes(job.code), floats(job.scalars), job.rows, registers, pad(registers, points))
    job.work += job.rows * points
    for place in range(count):
        register = outputs[place] * POINTS
        for k in range(points):
            planes[places[k] * count + place] = registers[register + k]


@njit(**FUNCTION)
def owners(job: Any, view: Any, gradients: Any, light: Any, begin: int, end: int, colours: Any) -> None:
    """Mix the colours of primitives by their weights in the gradient of the level, at pixels begin .. end.

    Args:
        gradients: float64[registers, POINTS], to work in.
        light: float64[pixels of the picture, 3].
        colours: float64[rows, 3]: of the primitives, by the rows of the tape that they are; negative for
            other rows.
    """
    registers, rows = floats(job.values), job.rows
    code, scalars, width = codes(job.code), floats(job.scalars), job.width
    for first in range(begin, end, POINTS):
        count = min(POINTS, end - first)
        _put_centres(view, registers, width, first, count)
        values(code, scalars, rows, registers, POINTS)
        for k in range((rows + 2) * POINTS):
            gradients[k] = 0.0
        for k in range(POINTS):
            gradients[job.level * POINTS + k] = 1.0
        slopes(code, scalars, rows, registers, gradients, POINTS)
        for k in range(count):
            total, red, green, blue = 0.0, 0.0, 0.0, 0.0
            for row in range(rows):
                if colours[CHANNELS * row] >= 0.0:
                    share = abs(gradients[code[row * COLUMNS + 1] * POINTS + k])
                    total += share
                    red += share * colours[CHANNELS * row]
                    green += share * colours[CHANNELS * row + 1]
                    blue += share * colours[CHANNELS * row + 2]
            whole = max(total, 1e-300)
            light[CHANNELS * (first + k)] = red / whole
            light[CHANNELS * (first + k) + 1] = green / whole
            light[CHANNELS * (first + k) + 2] = blue / whole
