"""What the kernels compute for each operation: its error, its agreement with the table, its vector code.

Functions are taken from the table by the names of their operations, compiled as the kernels compile them.
"""

import itertools
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import llvmlite.binding
import mpmath
import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from shapecli.engine.kernels import elementary
from shapecli.fields.ops import EXECUTABLE, OPS
from shapecli.fields.rules import EPS, LARGEST_EXPONENT

Numbers = NDArray[np.float64]

# The largest error allowed, in units of the last place; some hundredths more than six seeds gave.
BOUNDS = {
    "exp": 1.1, "ln": 1.2, "log2": 1.5, "log10": 1.8, "sin": 2.4, "cos": 2.4, "tan": 2.4, "asin": 2.0,
    "acos": 2.0, "atan": 1.6, "atan2": 2.1, "sinh": 2.8, "cosh": 2.4, "tanh": 2.8, "cbrt": 0.8, "^": 1.6,
}  # fmt: skip
OF_LIBRARY = 2.0  # what the plain rule itself may be wrong by: it squares the root of a large power
EXACT: dict[str, Callable[..., Any]] = {
    "exp": mpmath.exp, "ln": mpmath.log, "log2": lambda v: mpmath.log(v) / mpmath.log(2),
    "log10": lambda v: mpmath.log(v) / mpmath.log(10), "sin": mpmath.sin, "cos": mpmath.cos,
    "tan": mpmath.tan, "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan, "atan2": mpmath.atan2,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "^": mpmath.power,
    "cbrt": lambda v: mpmath.sign(v) * mpmath.cbrt(abs(v)),
}  # fmt: skip
LIBRARY = {*dir(math)} - {"sqrt", "floor", "copysign", "inf", "nan"}  # but what processors do themselves
BY_SIZE = ("smooth_max", "smooth_min", "smooth_xor")  # whose error is that of a sum: relative to 1 + |v|

LARGEST, SMALLEST, NORMAL = 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308
_SIZES = (
    0.0, SMALLEST, 1e-310, NORMAL, 1e-300, 2.0**-60, 0.1, 0.25, 1 / 3, 0.5, 1.0 - 2.0**-53, 1.0, 1.0 + EPS,
    1.5, math.pi / 2, 2.0, 2.5, 3.0, math.pi, 27.0, 700.0, LARGEST_EXPONENT,
    math.nextafter(LARGEST_EXPONENT, 800.0), math.nextafter(710.0, 0.0), 710.0, 710.2, 711.0, 745.13, 745.2,
    1024.0, elementary.REACH, 1e10, 2.0**52 - 0.5, 2.0**53, 2.0**53 + 2.0, 1e22, 1e300, LARGEST, math.inf,
)  # fmt: skip
SPECIAL = (*_SIZES, *(-size for size in _SIZES), math.nan)
FEW = (0.0, -0.0, SMALLEST, -NORMAL, 0.5, 1.0, -1.0, 3.0, -710.2, 1e300, math.inf, -math.inf, math.nan)


@cache
def compiled(name: str) -> Any:
    """An operation in the kind of loop that the kernels have."""
    function = elementary.FOR_VALUES.compiled(OPS[name].value)  # type: ignore[arg-type]

    def one(out: Any, a: Any) -> None:
        for k in range(out.size):
            out[k] = function(a[k])

    def two(out: Any, a: Any, b: Any) -> None:
        for k in range(out.size):
            out[k] = function(a[k], b[k])

    def three(out: Any, a: Any, b: Any, c: Any) -> None:
        for k in range(out.size):
            out[k] = function(a[k], b[k], c[k])

    return njit(error_model="numpy")((one, two, three)[OPS[name].arity - 1])


def run(name: str, arguments: tuple[Numbers, ...]) -> Numbers:
    """The values of an operation."""
    out = np.empty_like(arguments[0])
    compiled(name)(out, *arguments)
    return out


def magnitudes(random: np.random.Generator, low: float, high: float, count: int) -> Numbers:
    """Numbers of both signs and every order of magnitude between two powers of two."""
    found: Numbers = np.exp2(random.uniform(low, high, count)) * random.choice([-1.0, 1.0], count)
    return found


def neighbours(middle: Numbers) -> Numbers:
    """Numbers with the floats next to them."""
    return np.concatenate([middle, np.nextafter(middle, np.inf), np.nextafter(middle, -np.inf)])


def hard(name: str) -> tuple[Numbers, ...]:
    """Finite arguments where the operation is defined: usual ones, and those where it loses most."""
    random = np.random.default_rng(11)
    ladder = neighbours(np.exp2(np.arange(-1074.0, 1024.0, 3.0)))
    everywhere = np.concatenate(
        [ladder, np.abs(magnitudes(random, -1074, 1023.9, 1000)), [LARGEST, SMALLEST]]
    )
    everywhere = everywhere[everywhere > 0.0]
    near_one = np.concatenate([1.0 + np.arange(-200, 200) * EPS / 2, 1.0 + magnitudes(random, -52, -1, 2000)])
    if name == "exp":
        between = (np.arange(-1000, 1000) + 0.5) * math.log(2.0)  # where the reduced argument is largest
        parts = [random.uniform(-745.1, 709.78, 2000), random.normal(0.0, 1.0, 1500), between]
    elif name in ("ln", "log2", "log10"):
        parts = [near_one, everywhere, random.uniform(0.5, 2.0, 2000), 10.0 ** np.arange(-300.0, 309.0)]
    elif name in ("sin", "cos", "tan"):
        turns = np.concatenate([np.arange(-300.0, 300.0), random.integers(-(2**30), 2**30, 1200) * 1.27 // 1])
        with mpmath.workdps(30):
            eighths = np.array([float(k * mpmath.pi / 4) for k in turns])
        parts = [neighbours(eighths), random.uniform(-10, 10, 1500), magnitudes(random, -1074, 30, 1500)]
        parts = [np.concatenate([*parts, [elementary.REACH, -elementary.REACH]])]
        parts = [parts[0][np.abs(parts[0]) <= elementary.REACH]]
    elif name in ("asin", "acos"):
        ends = near_one[near_one <= 1.0]
        parts = [random.uniform(-1.0, 1.0, 3000), ends, -ends, magnitudes(random, -1074, 0, 1000)]
    elif name in ("sinh", "cosh", "tanh"):
        parts = [random.uniform(-709.9, 709.9, 1000), random.uniform(-3, 3, 3000), near_one, -near_one]
        parts += [magnitudes(random, -1074, 9.4, 1500)]
    elif name in ("atan", "cbrt"):
        cubes = np.arange(-200.0, 200.0) ** 3
        parts = [everywhere, -everywhere, random.uniform(-4.0, 4.0, 2000), cubes, near_one]
    elif name == "atan2":
        ups, overs = magnitudes(random, -1074, 1023.9, 1000), magnitudes(random, -1074, 1023.9, 1000)
        slopes = np.repeat([math.tan(math.pi / 8), 1.0, math.tan(3 * math.pi / 8)], 500)  # of the seams
        seams = magnitudes(random, -1000, 1000, 1500)
        ups = np.concatenate([ups, random.uniform(-3, 3, 3000), seams, magnitudes(random, -1074, -1000, 500)])
        overs = np.concatenate([overs, random.uniform(-3, 3, 3000)])
        bent = slopes * (1.0 + random.integers(-9, 9, 1500) * EPS)
        return ups, np.concatenate([overs, seams * bent, magnitudes(random, -1074, -1000, 500)])
    else:
        bases = np.concatenate([everywhere, 1.0 + magnitudes(random, -50, -2, 1500)])
        bases = np.repeat(bases[np.abs(np.log(bases)) > 1e-15], 2)
        ends_of_range = random.choice([709.7827128, LARGEST_EXPONENT, -708.4, -744.0], bases.size)
        anywhere = random.uniform(-745.0, 709.78, bases.size)
        logs = np.where(np.arange(bases.size) % 2 == 0, anywhere, ends_of_range)
        plain = np.abs(magnitudes(random, -6, 6, 1500)), random.uniform(-20.0, 20.0, 1500)
        whole = magnitudes(random, -6, 6, 1000), random.integers(-99, 99, 1000).astype(np.float64)
        same = everywhere, random.choice([0.5, 1.0, 1 / 3, -1.0, 2.0], everywhere.size)
        pairs = [(bases, logs / np.log(bases)), plain, whole, same]
        return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])
    return (np.concatenate(parts),)


def apart(found: float, exact: Any) -> float:
    """The difference in units of the last place of the exact value; infinity counts as 2^1024."""
    if math.isnan(found):
        return math.inf
    end = mpmath.mpf(2) ** 1024
    first, second = (max(-end, min(end, mpmath.mpf(value))) for value in (found, exact))
    return float(abs(first - second) / math.ulp(min(abs(float(second)), LARGEST)))


def points(arguments: tuple[Numbers, ...], found: Numbers) -> Iterator[tuple[float, tuple[float, ...]]]:
    """Each value with its arguments, as floats of Python."""
    yield from zip(found.tolist(), zip(*(a.tolist() for a in arguments), strict=True), strict=True)


@pytest.mark.parametrize("name", BOUNDS)
def test_errors_are_within_their_bounds(name: str) -> None:
    """Overflow and subnormal results included."""
    arguments = hard(name)
    with mpmath.workdps(45):
        for value, point in points(arguments, run(name, arguments)):
            exact = EXACT[name](*map(mpmath.mpf, point))
            assert apart(value, exact) <= BOUNDS[name], (point, value)


def agrees(name: str, value: float, expected: float) -> bool:
    """Whether a value is that of the plain rule, but for what the two may be wrong by."""
    if value == expected or expected != expected:
        return value != value or (value == expected and math.copysign(1, value) == math.copysign(1, expected))
    if name in BY_SIZE:
        return abs(value - expected) <= 4 * EPS * (1.0 + abs(expected))
    return name in BOUNDS and apart(value, expected) <= BOUNDS[name] + OF_LIBRARY


@pytest.mark.parametrize("name", [op.name for op in EXECUTABLE])
def test_every_operation_means_what_its_rule_says(name: str) -> None:
    """At every combination of special values, signs of zeros included, and at the hard arguments."""
    op = OPS[name]
    grid = np.array(list(itertools.product(SPECIAL if op.arity < 3 else FEW, repeat=op.arity)))
    for arguments in [tuple(np.ascontiguousarray(grid.T)), *([hard(name)] if name in BOUNDS else [])]:
        for value, point in points(arguments, run(name, arguments)):
            if op.value in elementary.GUARDED and elementary.REACH < abs(point[0]) < math.inf:
                continue
            assert op.value is not None
            expected = op.value(*point)
            assert agrees(name, value, expected), (point, value, expected)


@pytest.mark.parametrize("rule", elementary.GUARDED)
def test_beyond_the_reach_there_is_the_rule_itself(rule: Callable[[float], float]) -> None:
    """The C library's, to the last bit."""
    function = elementary.FOR_VALUES.as_it_stands(rule)

    @njit
    def call(a: float) -> float:
        return function(a)

    for angle in (elementary.REACH + 0.5, -1e10, 1e22, -LARGEST):
        assert call(angle) == rule(angle)
    assert math.isnan(call(math.inf))


@pytest.mark.parametrize("name", BOUNDS)
def test_values_do_not_depend_on_their_place(name: str) -> None:
    """Alone, which is the scalar end of the loop, or among others, which is its vector code."""
    arguments = tuple(np.ascontiguousarray(a[::37]) for a in hard(name))
    together = run(name, arguments)
    alone = [run(name, tuple(a[k : k + 1] for a in arguments))[0] for k in range(together.size)]
    assert together.tobytes() == np.array(alone).tobytes()
    shifted = run(name, tuple(np.roll(a, 3) for a in arguments))
    assert shifted.tobytes() == np.roll(together, 3).tobytes()


def asks_the_library(rule: Callable[..., Any]) -> bool:
    """Whether a rule needs a function of `math` for which there is no instruction."""
    return bool({*rule.__code__.co_names} & LIBRARY)


# An operation needs no form in `elementary`: then kernels call what its rule calls, and are slower.
VECTORS = [
    op.name
    for op in EXECUTABLE
    if op.name in (*BOUNDS, *BY_SIZE) or (op.value and not asks_the_library(op.value))
]


def test_what_has_a_form_of_its_own_is_measured() -> None:
    """And becomes vector code."""
    replaced = elementary.FOR_VALUES.replaced
    assert {op.name for op in EXECUTABLE if op.value in replaced} <= {*VECTORS}


@pytest.mark.parametrize("name", VECTORS)
def test_loops_become_vector_code(name: str) -> None:
    """Registers of four or eight numbers, and no call of a library."""
    features = llvmlite.binding.get_host_cpu_features()
    if not (features.get("avx2") and features.get("fma")):
        pytest.skip("a processor without vectors of four numbers")
    arguments = np.ones((OPS[name].arity, 8))
    run(name, tuple(arguments))
    (text,) = compiled(name).inspect_asm().values()
    (loop,) = (part for part in text.split(".Lfunc_end") if re.search(r"^_ZN(?!7cpython)\S*:$", part, re.M))
    assert re.search(r"%[yz]mm", loop)
    assert not re.search(r"\bcall", loop)
