"""Elementary functions that stand for no operation of the table, and exact values of some that do."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from numba import njit
from numpy.typing import NDArray

from shapecli.engine.kernels import elementary

Numbers = NDArray[np.float64]


def looped(function: Any) -> Callable[[Numbers], Numbers]:
    """A function on arrays, in the kind of loop that the kernels have."""

    @njit(error_model="numpy")
    def fill(a: Any, out: Any) -> None:
        for k in range(a.size):
            out[k] = function(a[k])

    def run(a: Numbers) -> Numbers:
        out = np.empty_like(a)
        fill(a, out)
        return out

    return run


def test_log1p_exp_is_within_three_ulp() -> None:
    """Where it matters, down to e^-200."""
    random = np.random.default_rng(2)
    x = np.concatenate([-random.uniform(0, 200, 3000), -random.exponential(2, 3000), [0.0, -1e-300]])
    with mpmath.workdps(50):
        for argument, found in zip(x.tolist(), looped(elementary.log1p_exp)(x).tolist(), strict=True):
            exact = mpmath.log1p(mpmath.exp(mpmath.mpf(argument)))
            assert abs(mpmath.mpf(found) - exact) <= 3 * mpmath.mpf(math.ulp(float(exact)))


def test_log1p_exp_far_down_is_next_to_nothing() -> None:
    """Below e^-200 its absolute error is under 1e-99."""
    far = looped(elementary.log1p_exp)(np.array([-231.0, -1e3, -1e300, -math.inf]))
    assert (far >= 0).all()
    assert (far < 1e-99).all()


def test_powers_of_two_have_whole_logarithms_and_cubes_whole_roots() -> None:
    """Exactly, as people expect."""
    whole = np.arange(-1074.0, 1024.0)
    assert np.array_equal(looped(elementary.log2)(2.0**whole), whole)
    assert np.array_equal(
        looped(elementary.cube_root)(np.arange(-300.0, 300.0) ** 3), np.arange(-300.0, 300.0)
    )
