"""Numbers at pixel centres, each against what plain NumPy says."""

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli import parse
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.settings import Settings
from shapecli.engine.kernels.distances import JUMP
from shapecli.engine.kernels.job import AROUND
from shapecli.engine.machine import machine

STEP = (0.25, 0.5)


def steepest(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The larger of the differences to both sides along rows, without those across jumps."""
    steps = np.abs(np.diff(level, axis=1))
    inner, around = steps[:, 1:-1], np.fmax(steps[:, :-2], steps[:, 2:])
    jumps = (inner > JUMP * around) & (level[:, 1:-2] * level[:, 2:-1] > 0)
    inner = np.where(jumps | np.isinf(inner), np.nan, inner)
    return np.fmax(inner[:, 1:], inner[:, :-1])


@pytest.mark.parametrize("odd", [0.0, 30.0, np.inf, -np.inf, np.nan, 1e200])
def test_distances_are_levels_by_their_steepest_differences(odd: float) -> None:
    """Also next to levels that are far away, infinite or undefined, of which there are many."""
    chance = np.random.default_rng(7)
    level = chance.normal(1, 1, (37, 53)).cumsum(axis=1)
    level[chance.random(level.shape) < 0.2] = odd
    rows, columns = level.shape
    found = np.empty((rows - 2 * AROUND, columns - 2 * AROUND), np.float32)
    machine().distances(level.ctypes.data, found.ctypes.data, columns, rows, *STEP)
    middle = level[AROUND:-AROUND, AROUND:-AROUND]
    with np.errstate(all="ignore"):
        across = steepest(level[AROUND:-AROUND]) / STEP[0]
        down = steepest(level[:, AROUND:-AROUND].T).T / STEP[1]
        distance = middle / np.hypot(across, down)
        expected = np.where(np.isfinite(distance), distance, np.where(middle > 0, np.inf, -np.inf))
        np.testing.assert_allclose(found, expected.astype(np.float32), rtol=1e-6)
    assert np.isfinite(found).sum() > found.size / 4


@pytest.mark.parametrize("shape", [(0,), (1,), (257,), (16, 32), (3, 0)])
def test_levels_at_any_points_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    """Whatever their number, also beside blocks of points."""
    drawing = drawing_of(parse("draw x^2 + sin(y) + noise(x, y) <= 1 & y >= -2"), Settings())
    x, y = np.random.default_rng(3).uniform(-3, 3, (2, *shape))
    field = drawing.layers[0].level
    found = field.anywhere_fast(x, y)
    assert found.shape == shape
    np.testing.assert_allclose(found, field.anywhere(x, y), rtol=1e-12, atol=1e-12)
