"""Our elementary functions, measured against fifty digits, and at the ends against the rules of the table."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from shapecli.engine import elementary
from shapecli.fields import rules

Numbers = NDArray[np.float64]

# The largest error in units of the last place that is measured below; bounds of intervals allow for 8.
WORST = {
    "exp": 2.0, "log": 1.1, "log2": 1.6, "log10": 1.7, "sin": 0.9, "cos": 0.9, "tan": 2.4, "atan": 1.6,
    "asin": 2.2, "acos": 2.0, "sinh": 2.7, "cosh": 2.4, "tanh": 3.0, "cube_root": 0.9, "atan2": 2.1,
    "power": 1.6, "log1p_exp": 3.0,
}  # fmt: skip
EXACT: dict[str, Callable[..., Any]] = {
    "exp": mpmath.exp, "log": mpmath.log, "log2": lambda v: mpmath.log(v, 2), "log10": mpmath.log10,
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "atan": mpmath.atan, "asin": mpmath.asin,
    "acos": mpmath.acos, "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh,
    "cube_root": lambda v: mpmath.sign(v) * mpmath.cbrt(abs(v)), "atan2": mpmath.atan2, "power": mpmath.power,
    "log1p_exp": lambda v: mpmath.log1p(mpmath.exp(v)),
}  # fmt: skip
RULES: dict[str, Callable[..., float]] = {
    "exp": rules.exponential, "log": rules.logarithm, "log2": rules.logarithm2, "log10": rules.logarithm10,
    "sin": rules.sine, "cos": rules.cosine, "tan": rules.tangent, "atan": math.atan, "asin": rules.arc_sine,
    "acos": rules.arc_cosine, "sinh": rules.hyperbolic_sine, "cosh": rules.hyperbolic_cosine,
    "tanh": math.tanh, "cube_root": rules.cube_root, "atan2": rules.angle, "power": rules.power,
}  # fmt: skip
TWO_ARGUMENTS = ("atan2", "power")
SPECIAL = (
    0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-310, 1e-300, -1e-300, 0.5, -0.5, 1.0, -1.0, 2.0,
    -2.0, 3.0, 27.0, -8.0, 100.0, 709.0, 709.7, 709.9, 710.4, 800.0, -709.0, -745.0, -746.0, 1e16, -1e16,
    1e300, -1e300, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 1.0 + 2**-52, 1.0 - 2**-53, 1024.0,
)  # fmt: skip


def looped(name: str) -> Callable[..., Numbers]:
    """A function on arrays, in the kind of loop that the kernels have."""
    function = getattr(elementary, name)

    @njit(error_model="numpy")
    def one(a: Any, out: Any) -> None:
        for k in range(a.size):
            out[k] = function(a[k])

    @njit(error_model="numpy")
    def two(a: Any, b: Any, out: Any) -> None:
        for k in range(a.size):
            out[k] = function(a[k], b[k])

    def run(*arguments: Numbers) -> Numbers:
        out = np.empty_like(arguments[0])
        (two if len(arguments) == 2 else one)(*arguments, out)
        return out

    return run


@dataclass(frozen=True)
class Draw:
    """Random arguments of several kinds, the same every time."""

    random: np.random.Generator
    count: int = 1200

    def even(self, low: float, high: float) -> Numbers:
        """Numbers spread over an interval."""
        return self.random.uniform(low, high, self.count)

    def scales(self, low: float, high: float, *, signed: bool = False) -> Numbers:
        """Numbers of every order of magnitude between powers of ten."""
        sign = self.random.choice([-1.0, 1.0], self.count) if signed else np.ones(self.count)
        found: Numbers = sign * 10.0 ** self.random.uniform(low, high, self.count)
        return found


def hard(name: str) -> Iterator[tuple[Numbers, ...]]:
    """Arguments of a function: usual ones, and where it loses most."""
    draw = Draw(np.random.default_rng(7))
    turns: Numbers = draw.random.integers(1, 680_000_000, draw.count).astype(np.float64) * (math.pi / 2)
    if name in ("exp", "log1p_exp"):
        high = 709.7 if name == "exp" else 0.0
        yield (draw.even(-700 if name == "exp" else -200, high),)
        yield (np.minimum(draw.scales(-20, 2.8, signed=True), high).clip(-200),)
        yield (np.minimum((np.arange(-200, 200) + 0.5) * math.log(2.0) / 2, high),)
    elif name in ("log", "log2", "log10"):
        yield (draw.scales(-323, 308),)
        yield (1 + draw.scales(-16, -1, signed=True),)
        yield (draw.even(0.5, 2),)
        yield (2.0 ** np.arange(-1074.0, 1024),)
    elif name in ("sin", "cos", "tan"):
        yield (draw.even(-4, 4),)
        yield (draw.scales(-300, 9, signed=True),)
        for side in (0.0, np.inf, -np.inf):
            near: Numbers = np.nextafter(turns, side) if side else turns
            yield (near,)
    elif name in ("asin", "acos"):
        yield (draw.even(-1, 1),)
        yield (draw.scales(-300, 0, signed=True),)
        yield (np.subtract(1.0, draw.scales(-16, -1)),)
    elif name == "atan2":
        yield (draw.even(-4, 4), draw.even(-4, 4))
        yield (draw.scales(-300, 300, signed=True), draw.scales(-300, 300, signed=True))
        yield (draw.even(-1, 1), draw.scales(-17, -1, signed=True))
    elif name == "power":
        yield (draw.scales(-3, 3), draw.even(-80, 80))
        yield (draw.scales(-300, 300), draw.even(-1, 1))
        yield (draw.even(0.99, 1.01), draw.even(-30_000, 30_000))
        yield (draw.even(-10, 10), draw.random.integers(-20, 20, draw.count).astype(float))
    else:
        yield (draw.even(-4, 4),)
        yield (draw.scales(-300, 300 if name in ("atan", "cube_root") else 2.8, signed=True),)


def ulps(found: float, exact: Any) -> float:
    """The error in units of the last place of the exact value, at least of the smallest number."""
    return float(abs(mpmath.mpf(found) - exact) / mpmath.mpf(math.ulp(float(exact))))


@pytest.mark.parametrize("name", WORST)
def test_errors_are_within_what_is_stated(name: str) -> None:
    """Over thousands of arguments, usual and hard; subnormal results count by the smallest number."""
    function = looped(name)
    with mpmath.workdps(50):
        for arguments in hard(name):
            found = function(*arguments)
            for value, *point in zip(found.tolist(), *(a.tolist() for a in arguments), strict=True):
                exact = EXACT[name](*map(mpmath.mpf, point))
                if abs(exact) < 1.7e308:
                    assert ulps(value, exact) <= WORST[name], (name, point, value)


@pytest.mark.parametrize("name", RULES)
def test_special_values_are_those_of_the_rule(name: str) -> None:
    """Zeros, subnormal numbers, infinities, overflow, and where it is undefined."""
    points = np.array(SPECIAL)
    grid = [part.ravel() for part in np.meshgrid(points, points)]
    arguments = grid if name in TWO_ARGUMENTS else [points]
    found = looped(name)(*arguments)
    for value, *point in zip(found.tolist(), *(a.tolist() for a in arguments), strict=True):
        if name in ("sin", "cos", "tan") and elementary.REACH < abs(point[0]) < math.inf:
            continue  # the machine asks the C library there: see test_angles_beyond_reach
        expected = RULES[name](*point)
        same = value == expected or (math.isnan(value) and math.isnan(expected))
        near = math.isfinite(expected) and abs(value - expected) <= 4 * math.ulp(expected)
        edge = abs(expected) > 1.79e308 or abs(value) > 1.79e308  # which of the two overflows first
        assert same or near or (edge and value * expected > 0), (name, point, value, expected)


def test_log1p_exp_far_down_is_next_to_nothing() -> None:
    """Below e^-200 its absolute error is under 1e-99."""
    far = looped("log1p_exp")(np.array([-231.0, -1e3, -1e300, -math.inf]))
    assert (far >= 0).all()
    assert (far < 1e-99).all()


def test_powers_of_two_have_whole_logarithms() -> None:
    """And cubes whole roots."""
    whole = np.arange(-1074.0, 1024.0)
    assert np.array_equal(looped("log2")(2.0**whole), whole)
    assert np.array_equal(looped("cube_root")(np.arange(-300.0, 300.0) ** 3), np.arange(-300.0, 300.0))
