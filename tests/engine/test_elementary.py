"""Our elementary functions, measured against fifty digits."""

import math

import mpmath
import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from shapecli.engine import elementary

WORST_EXP, WORST_LOG = 2.0, 3.0  # ulp


@njit
def _exp(x: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    for k in range(x.size):
        out[k] = elementary.exp(x[k])


@njit
def _log1p_exp(x: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    for k in range(x.size):
        out[k] = elementary.log1p_exp(x[k])


def ulps(found: NDArray[np.float64], exact: list[mpmath.mpf]) -> float:
    """The largest error in units of the last place of the exact values."""
    return max(
        float(abs(mpmath.mpf(float(f)) - e) / mpmath.mpf(float(np.spacing(abs(float(e))))))
        for f, e in zip(found, exact, strict=True)
    )


def test_exp_is_within_two_ulp() -> None:
    """Over all finite results, near the ends of the reduced range, and into the subnormal numbers."""
    random = np.random.default_rng(1)
    half_steps = (np.arange(-40, 40) + 0.5) * math.log(2.0)
    x = np.concatenate(
        [random.uniform(-745, 709.7, 3000), random.normal(0, 1, 2000), half_steps, [0.0, -1e-300]]
    )
    out = np.empty_like(x)
    _exp(x, out)
    with mpmath.workdps(50):
        assert ulps(out, [mpmath.exp(mpmath.mpf(v)) for v in x]) <= WORST_EXP


def test_log1p_exp_is_within_three_ulp() -> None:
    """Where it matters, down to e^-200; below that its absolute error is under 1e-99."""
    random = np.random.default_rng(2)
    x = np.concatenate([-random.uniform(0, 200, 3000), -random.exponential(2, 3000), [0.0, -1e-300]])
    out = np.empty_like(x)
    _log1p_exp(x, out)
    with mpmath.workdps(50):
        assert ulps(out, [mpmath.log1p(mpmath.exp(mpmath.mpf(v))) for v in x]) <= WORST_LOG
    far = np.array([-231.0, -1e3, -1e300, -math.inf])
    _log1p_exp(far, far)
    assert (far >= 0).all()
    assert (far < 1e-99).all()


@pytest.mark.parametrize(
    ("argument", "value"),
    [(math.inf, math.inf), (-math.inf, 0.0), (800.0, math.inf), (-800.0, 0.0), (0.0, 1.0), (-0.0, 1.0)],
)
def test_exp_at_the_ends(argument: float, value: float) -> None:
    """Overflow is infinity, underflow is zero."""
    out = np.array([argument])
    _exp(out, out)
    assert out[0] == value


def test_exp_of_nan_is_nan() -> None:
    """Undefined stays undefined."""
    out = np.array([math.nan])
    _exp(out, out)
    assert math.isnan(out[0])
