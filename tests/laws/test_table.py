"""Laws of the table of operations, one test for all of them."""

import itertools
import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecli.engine.reference import NOTATION
from shapecli.fields.ops import EXECUTABLE, Interval, Op, bound
from shapecli.fields.rules import ALL
from tests.oracle.noise import noise

LEVELS = ("closed", "opened", "undefined", "smooth_max", "smooth_min", "smooth_xor")
MEANING: dict[str, Any] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "neg": lambda a: -a, "square": lambda a: a**2, "^": mpmath.power, "abs": abs, "sqrt": mpmath.sqrt,
    "cbrt": lambda a: mpmath.sign(a) * mpmath.cbrt(abs(a)), "exp": mpmath.exp, "ln": mpmath.log,
    "log2": lambda a: mpmath.log(a, 2), "log10": mpmath.log10, "sin": mpmath.sin, "cos": mpmath.cos,
    "tan": mpmath.tan, "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan,
    "atan2": mpmath.atan2, "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh,
    "sign": mpmath.sign, "floor": mpmath.floor, "min": min, "max": max, "noise": noise,
    "if": lambda c, a, b: a if c <= 0 else b, "closed": lambda a: a, "opened": lambda a: a,
    "undefined": lambda a: mpmath.mpf(0),
    "smooth_max": lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)),
    "smooth_min": lambda a, b: -mpmath.log(mpmath.exp(-a) + mpmath.exp(-b)),
    "smooth_xor": lambda a, b: mpmath.log((1 + mpmath.exp(a + b)) / (mpmath.exp(a) + mpmath.exp(b))),
}  # fmt: skip
KINKS = ("abs", "sign", "floor", "min", "max", "if", "cbrt")

every_op = pytest.mark.parametrize("op", EXECUTABLE, ids=lambda op: op.name)
special = st.sampled_from(
    [0.0, 1.0, -1.0, 0.5, 2.0, math.pi, math.inf, -math.inf, 5e-324, 1e-300, 1e300, 710.0]
)
usual = st.floats(-4, 4) | st.floats(-1e3, 1e3) | st.integers(-5, 5).map(float)
numbers = special | usual | st.floats(allow_nan=False)


@st.composite
def boxes(draw: st.DrawFn, arity: int) -> list[tuple[Interval, list[float]]]:
    """For each argument an interval, and numbers in it, its ends among them."""
    found = []
    for _ in range(arity):
        ends = sorted((draw(numbers), draw(numbers)))
        narrow = draw(st.booleans()) and math.isfinite(ends[0])
        low, high = (ends[0], ends[0] + draw(st.floats(0, 0.5))) if narrow else ends
        share = [draw(st.floats(0, 1)) for _ in range(3)]
        inner = [low + s * (high - low) if math.isfinite(high - low) else low for s in share]
        values = [low, high, *(min(high, max(low, v)) for v in inner)]
        found.append(((low, high, False), values))
    return found


@every_op
@given(data=st.data())
def test_value_in_bound(op: Op, data: st.DataObject) -> None:
    """Every value over a box is within its bound, and undefined only where the bound says so."""
    assert op.value is not None
    arguments = data.draw(boxes(op.arity))
    low, high, undefined = bound(op, *(interval for interval, _ in arguments))
    for point in itertools.product(*(values for _, values in arguments)):
        value = op.value(*point)
        assert undefined or value == value, (op, point)
        assert value != value or low <= value <= high, (op, point, value, low, high)


@every_op
@given(data=st.data())
def test_bound_encloses_the_real_value(op: Op, data: st.DataObject) -> None:
    """The bound of a single point holds the value that fifty digits give."""
    assert op.value is not None
    point = [data.draw(usual) for _ in range(op.arity)]
    value = op.value(*point)
    if not math.isfinite(value) or op.name in ("closed", "opened"):
        return
    low, high, _ = bound(op, *((number, number, False) for number in point))
    with mpmath.workdps(50):
        exact = MEANING[op.name](*map(mpmath.mpf, point))
        assert low <= exact <= high


@every_op
@given(data=st.data())
def test_undefined_arguments_make_undefined_results(op: Op, data: st.DataObject) -> None:
    """NaN goes through every number; only the operations that end it may give anything else."""
    assert op.value is not None
    point = [data.draw(usual) for _ in range(op.arity)]
    place = data.draw(st.integers(0, op.arity - 1))
    point[place] = math.nan
    if op.name in ("closed", "opened"):
        assert op.value(*point) == math.inf
    elif op.name == "undefined":
        assert op.value(*point) == 1.0
    elif op.name == "if":
        chosen = 1 if point[0] <= 0 else 2
        assert math.isnan(op.value(*point)) == (place == chosen)
    elif op.name not in LEVELS:
        assert math.isnan(op.value(*point))


@every_op
@given(data=st.data())
def test_possibly_undefined_arguments_are_reported(op: Op, data: st.DataObject) -> None:
    """A bound is marked undefined as soon as an argument that counts is."""
    intervals = [interval for interval, _ in data.draw(boxes(op.arity))]
    doubtful = [(low, high, True) for low, high, _ in intervals]
    if op.name in ("closed", "opened"):
        assert bound(op, *doubtful)[1:] == (math.inf, False)
    elif op.name == "undefined":
        assert bound(op, *doubtful) == (0.0, 1.0, False)
    elif op.name not in LEVELS:
        assert bound(op, *doubtful)[2]


@every_op
@given(data=st.data())
def test_partials_are_differences(op: Op, data: st.DataObject) -> None:
    """Each partial is the derivative of the meaning, found by differences of sixty digits."""
    assert op.value is not None
    assert op.partials is not None
    point = [data.draw(st.floats(-3, 3).filter(lambda v: abs(v) > 1e-2)) for _ in range(op.arity)]
    value = op.value(*point)
    far_from_kinks = op.name not in KINKS or all(
        abs(a - b) > 1e-6 for a, b in itertools.combinations([*point, round(point[0]), 0.0], 2)
    )
    at_next_seed = op.name == "noise" and abs(point[2] - round(point[2])) < 1e-6
    if not math.isfinite(value) or not far_from_kinks or at_next_seed or op.name in ("undefined",):
        return
    partials = op.partials(value, *point)
    assert len(partials) == op.arity
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -24  # far less than the way from a number of float64 to a pole
        for place, partial in enumerate(partials):
            ahead = [mpmath.mpf(v) + (step if k == place else 0) for k, v in enumerate(point)]
            behind = [mpmath.mpf(v) - (step if k == place else 0) for k, v in enumerate(point)]
            slope = (MEANING[op.name](*ahead) - MEANING[op.name](*behind)) / (2 * step)
            if isinstance(slope, mpmath.mpc):
                continue  # a negative base: the power has no derivative by its exponent
            assert abs(partial - slope) <= 1e-8 * (1 + abs(slope)), (op, point, place)


@pytest.mark.parametrize("op", [op for op in EXECUTABLE if op.choose], ids=lambda op: op.name)
@given(data=st.data(), margin=st.sampled_from([1.0, 12.0, 40.0]))
def test_choose_is_safe(op: Op, data: st.DataObject, margin: float) -> None:
    """An argument that is chosen decides every value over the box alone, but for e^-margin if it fades."""
    assert op.choose is not None
    assert op.value is not None
    arguments = data.draw(boxes(op.arity))
    ends = [end for (low, high, _), _ in arguments for end in (low, high)]
    chosen = op.choose(*ends, margin) if op.fades else op.choose(*ends)
    assert chosen in range(op.arity + 1)
    for point in itertools.product(*(values for _, values in arguments)):
        if chosen != ALL:
            lost = math.exp(-margin) if op.fades else 0.0
            rounded = 1e-15 * abs(point[chosen - 1]) if op.fades and math.isfinite(point[chosen - 1]) else 0.0
            assert op.value(*point) == pytest.approx(point[chosen - 1], abs=lost + rounded, rel=0)


@pytest.mark.parametrize("op", [op for op in EXECUTABLE if op.nonexpansive], ids=lambda op: op.name)
@given(data=st.data(), step=st.sampled_from([1e-6, 0.1, 3.0]))
def test_nonexpansive_operations_pass_on_no_more_than_they_get(
    op: Op, data: st.DataObject, step: float
) -> None:
    """What the losses of a shorter tape are counted by."""
    assert op.value is not None
    point = [data.draw(usual) for _ in range(op.arity)]
    other = [v + step * data.draw(st.floats(-1, 1)) for v in point]
    rounded = 1e-14 * (1 + max(map(abs, point)))
    assert abs(op.value(*point) - op.value(*other)) <= step + rounded


@every_op
@given(data=st.data())
def test_commuting_operations_commute(op: Op, data: st.DataObject) -> None:
    """Equal bit for bit in either order: equal expressions may share a node."""
    if op.commutes:
        assert op.value is not None
        a, b = data.draw(numbers), data.draw(numbers)
        assert np.array_equal(op.value(a, b), op.value(b, a), equal_nan=True)


@every_op
def test_every_operation_has_every_rule(op: Op) -> None:
    """Value, bound, partials and a summary; and a second opinion in NumPy."""
    assert op.value
    assert op.bound
    assert op.partials
    assert op.summary
    assert op.name in NOTATION
    assert op.name in MEANING
