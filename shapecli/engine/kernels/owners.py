"""Which primitives decide at a point: their weights in the gradient of the level, as mixtures of colours."""

from typing import Any

from numba import njit, types

from shapecli.engine.kernels.job import POINTS
from shapecli.engine.kernels.memory import SLOPES, codes, floats
from shapecli.engine.kernels.prune import FUNCTION, values
from shapecli.engine.kernels.sweep import put_centres
from shapecli.fields.tape import COLUMNS

slopes = types.ExternalFunction("shapecli_slopes", SLOPES)
CHANNELS = 3


@njit(**FUNCTION)
def owners(job: Any, view: Any, gradients: Any, light: Any, begin: int, end: int, colours: Any) -> None:
    """Mix the colours of primitives by their weights, at the pixels begin .. end, counted row by row.

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
        put_centres(view, registers, width, first, count)
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
