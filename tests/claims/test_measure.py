"""Claims and their verdicts: true is true, false is false, and numbers are those of others."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecli.base.source import ShapeError, Source
from shapecli.claims.measure import Verdict, verdicts
from shapecli.claims.read import read_claims
from shapecli.render import parse

NUMBERS = st.floats(-100, 100, allow_nan=False).map(lambda number: round(number, 3))


def judged(text: str, limit_work: float = 15e9, **parameters: float) -> list[Verdict]:
    """What is true of a text."""
    return verdicts(read_claims(Source("t", text)), limit_work, parameters)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_comparisons_are_those_of_numbers(a: float, b: float, c: float) -> None:
    """Each relation, chains, logic, and the margin."""
    lines = {
        f"({a}) <= ({b})": a <= b,
        f"({a}) < ({b})": a < b,
        f"({a}) >= ({b})": a >= b,
        f"({a}) > ({b})": a > b,
        f"({a}) = ({b})": a == b,
        f"({a}) = ({b}) within 10": abs(a - b) <= 10,
        f"({a}) < ({b}) < ({c})": a < b < c,
        f"~(({a}) < ({b})) | ({b}) < ({c})": not a < b or b < c,
        f"({a}) < ({b}) xor ({b}) < ({c})": (a < b) != (b < c),
    }
    found = judged("\n".join(lines))
    assert [verdict.holds for verdict in found] == list(lines.values())
    assert found[0].margin == b - a
    assert found[6].margin == min(b - a, c - b)


def test_every_combination_is_tried() -> None:
    """One that is false is enough, and it is found, with its numbers."""
    (verdict,) = judged("p + q <= 7 for p in 1, 2, 3 for q in 1, 5, 2")
    assert not verdict.holds
    assert (verdict.points, verdict.at(verdict.place)) == (9, {"p": 3.0, "q": 5.0})
    assert verdict.margin == -1
    assert float(verdict.numbers[0][verdict.place]) == 8
    (verdict,) = judged("t^2 > 0 for t in -1 .. 1")
    assert not verdict.holds
    assert (verdict.points, verdict.at(verdict.place)) == (1001, {"t": 0.0})
    assert [judged(f"p <= 2 for {names} in 0 .. 1")[0].points for names in ("p", "p, q", "p, q, r")] == [
        1001, 101**2, 31**3,
    ]  # fmt: skip


def test_undefined_numbers_make_a_claim_false() -> None:
    """Whatever is said of them, unless it is that they are not so."""
    found = judged(
        "sqrt(-1) <= 1\nsqrt(-1) >= 1\nsqrt(-1) = sqrt(-1)\n~(sqrt(-1) <= 1)\nln(0) < 0\n1/0 > 1e308"
    )
    assert [verdict.holds for verdict in found] == [False, False, False, True, True, True]


def test_rounding_counts_as_equal_and_no_more() -> None:
    """For =, <= and >=, relative to 1 + the numbers; < is strict."""
    found = judged(
        "0.1 + 0.2 = 0.3\n0.1 + 0.2 <= 0.3\n0.1 + 0.2 < 0.3\n1 = 1.00000000001\n1.00000000001 <= 1"
    )
    assert [verdict.holds for verdict in found] == [True, True, False, False, False]


def test_sharpness_and_parameters_come_from_the_text() -> None:
    """And a loop over n, or values from elsewhere, replace them."""
    text = "sharpness 7\nparam r = 2\nn = 7\nn = 8 for n in 8\nr = 2"
    assert all(verdict.holds for verdict in judged(text))
    assert [verdict.holds for verdict in judged(text, r=3.0)] == [True, True, False]


@pytest.mark.parametrize("region", ["A & B", "A | ~B", "A xor B", "(A | B) & C", "trench(x - y + 0.1)"])
def test_levels_are_those_of_pictures(region: str) -> None:
    """`level` is what a figure has at a point, `crisp` the same with --sharp."""
    names = "A = x^2 + y^2 <= 1\nB = y <= x\nC = x >= 0.25\n"
    figure = parse(f"{names}draw {region}")
    for name, sharp in (("level", False), ("crisp", True)):
        field = figure.field(size=(9, 7), window=(-2, 2.5, -1.5, 2), sharpness=6, sharp=sharp, stretch=True)
        for row, column in ((0, 0), (3, 4), (6, 8), (2, 7)):
            x, y = -2 + (column + 0.5) / 2, 2 - (row + 0.5) / 2
            (verdict,) = judged(
                f"sharpness 6\n{names}R = {region}\n{name}(R({x}, {y})) = {float(field[row, column])!r}"
            )
            assert verdict.holds, (verdict.margin, row, column)


@pytest.mark.parametrize(
    "function",
    [
        "lse(t, 0.3, -t)", "softplus(t)", "logcosh(t)", "sigmoid(t)", "swish(t)", "mish(t)", "t^3 - 2t",
        "exp(sin(t))", "hypot(t, 1)", "mix(t, t^2, 0.3)", "clamp(t, -0.7, 0.9)", "level(A(t, 0.2))",
        "if(t <= 0.31, t^2, 3t)", "abs(t)/t",
    ],
)  # fmt: skip
def test_derivatives_are_difference_quotients(function: str) -> None:
    """At points where there is one."""
    step = 1e-6
    text = "A = x^2 <= y & y <= 2\n" + (f"f(t) = {function}\n" if "A(" not in function else "")
    call = function.replace("(t", "({0}").replace(" t", " {0}") if "A(" in function else "f({0})"
    high, low = call.format(f"(t + {step})"), call.format(f"(t - {step})")
    claim = f"derivative({call.format('t')}, t) = ({high} - {low})/{2 * step} within 1e-5"
    (verdict,) = judged(f"sharpness 3\n{text}{claim} for t in -1.2, -0.4, 0.5, 1.3")
    assert verdict.holds, verdict.margin


def test_the_derivative_of_a_smooth_maximum_is_right_where_both_are_equal() -> None:
    """Max and abs have corners there, and lse is written with both."""
    found = judged("derivative(softplus(t), t) = 1/2 for t in 0\nderivative(lse(t, 2t), t) = 3/2 for t in 0")
    assert all(verdict.holds for verdict in found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("integral(t^7, t, 0, 2)", 32.0),
        ("integral(3, t, -1, 4)", 15.0),
        ("integral(exp(-t), t, 0, 1)", 1 - math.exp(-1)),
        ("integral(sin(t), t, 0, pi)", 2.0),
        ("integral(t*integral(s^2, s, 0, 3), t, 0, 2)", 18.0),
        ("integral(integral(s*t, s, 0, t), t, 0, 2)", 2.0),
        ("integral(derivative(t^3, t), t, 0, 2)", 8.0),
        ("integral(1/sqrt(1 - t^2), t, 0, 0.5)", math.pi / 6),
        ("integral(if(t <= 0, 0, 1), t, -1, 1)", 1.0),
        ("integral(t, t, 1, 0)", -0.5),
    ],
)
def test_integrals(text: str, value: float) -> None:
    """Known ones; also over another integral, of a step, and backwards."""
    (verdict,) = judged(f"{text} = {value!r} within 1e-12")
    assert verdict.holds, verdict.numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("area(x^2 + y^2 <= 1)", math.pi),
        ("area(box(-1, 1, -1, 0.5) & y >= 1000*x)", 1.499625),
        ("area(~(x^2 + y^2 <= 1))", 16 - math.pi),
        ("area(polygon(4, 1))", 4.0),
    ],
)
def test_areas(text: str, value: float) -> None:
    """To the accuracy that is promised: some 10^-5 of the window, or what the corners cost."""
    (verdict,) = judged(f"sharpness 5000\n{text} = {value!r} within 2e-4")
    assert verdict.holds, verdict.numbers


def test_an_area_depends_on_loops_and_parameters() -> None:
    """It is measured once for each value that it needs."""
    disc = "param r = 1\narea(hypot(x, y) <= r) = pi within 1e-4\n"
    text = f"{disc}area(x <= t) = 4*(t + 2) within 1e-4 for t in -1, 0, 1"
    assert all(verdict.holds for verdict in judged(text))
    assert not judged(text, r=1.1)[0].holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p <= 9 for p, q, r, s, t, u in 0 .. 1", "1,771,561 points are too many"),
        ("area(x <= t) >= 0 for t in 0 .. 1", "1,001 areas are more than the limit of 100"),
        ("area(x <= integral(t, t, 0, 1)) >= 0", "an area cannot depend on what is measured"),
    ],
)
def test_what_would_take_too_long_is_refused(text: str, message: str) -> None:
    """With a place."""
    with pytest.raises(ShapeError, match=message) as problem:
        judged(text)
    assert problem.value.span is not None


@pytest.mark.parametrize(
    "text",
    [
        "integral(1/t, t, 0, 1) > 0",
        "integral(if(t <= 0.123, 0, 1), t, 0, 1) > 0",
        "integral(tan(t), t, 0, 3) < 9",
    ],
)
def test_integrals_that_do_not_settle_are_refused(text: str) -> None:
    """With the numbers that differ."""
    with pytest.raises(ShapeError, match="an integral does not settle"):
        judged(text)


def test_derivatives_of_what_is_measured() -> None:
    """The fundamental theorem, second derivatives, and under the integral: to some ten digits."""
    found = judged(
        "derivative(derivative(t^3, t), t) = 6*t within 1e-8 for t in -1 .. 1\n"
        "derivative(integral(s^2, s, 0, t), t) = t^2 within 1e-8 for t in -1, 0.3, 2\n"
        "derivative(integral(s^2*t, s, 0, 1), t) = 1/3 within 1e-8 for t in -1, 2\n"
        "derivative(derivative(t^3, t), t) = 0 for t in 1"
    )
    assert [verdict.holds for verdict in found] == [True, True, True, False]
    with pytest.raises(ShapeError, match="an area is not measured so well"):
        judged("derivative(area(x <= t), t) = 4 for t in 1")


def test_measures_stand_in_definitions() -> None:
    """With parameters, and their own variables."""
    found = judged(
        "mass(a) = integral(s^2, s, 0, a)\nslope = derivative(x^2 + y, x)\n"
        "A = x^2 + y^2 <= 1\nside = sqrt(area(A))\nmass(3) = 9\nmass(t) = t^3/3 for t in 1, 2\n"
        "slope = 2x for x, y in -1 .. 1\nside = sqrt(pi) within 1e-4"
    )
    assert [verdict.holds for verdict in found] == [True] * 4


def test_deep_claims_need_no_deep_stack() -> None:
    """Of logic; and of measures, which are limited."""
    assert judged("~" * 6000 + "(1 = 1)")[0].holds
    for count in (4, 3000):
        nested = "derivative(" * count + "t^2" + ", t)" * count
        with pytest.raises(ShapeError, match="more than 3 deep"):
            judged(f"{nested} <= 3 for t in 1")
    with pytest.raises(ShapeError, match="more than 200 areas, derivatives and integrals"):
        judged("\n".join(f"derivative(t^{k}, t) > 0 for t in 1" for k in range(1, 202)))


def test_loops_over_parameters() -> None:
    """Of areas too, which other parameters keep."""
    text = (
        "param r = 1\nparam s = 1\nA = x^2 + y^2 <= r^2*s\narea(A) = pi*r^2 within 1e-3 for r in 0.5, 1, 1.5"
    )
    assert judged(text)[0].holds
    assert not judged(text, s=1.2)[0].holds


def test_equalities_show_where_they_are_farthest_apart() -> None:
    """By how much of the allowed."""
    (verdict,) = judged("1e6*t*(1 + 1e-13*t) = 1e6*t for t in 0 .. 1")
    assert verdict.at(verdict.place)["t"] > 0.9
    (verdict,) = judged("t + 0.001*t^2 = t within 0.01 for t in 0 .. 1")
    assert verdict.margin == pytest.approx(0.009)


def test_ranges_are_also_tried_off_the_even_steps() -> None:
    """Where a wave of the steps' own length would hide; both ends and the middle are there."""
    assert not judged("sin(1000*pi*t) = 0 for t in 0 .. 1")[0].holds
    (verdict,) = judged("t >= -1 for t in -1 .. 3")
    assert {-1.0, 1.0, 3.0} <= set(verdict.loops["t"])
    assert len(verdict.loops["t"]) == 1001


def test_large_integrals_need_little_memory() -> None:
    """They are done in parts."""
    tracemalloc.start()
    judged("integral(sin(s*t*x*y) + exp(s), s, 0, 3) >= -1e9 for x, y in 0 .. 0.5 for t in 1")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_work_of_areas_is_limited() -> None:
    """By the same limit as pictures."""
    with pytest.raises(ShapeError, match="work"):
        judged("area(sin(1e6*x) <= sin(1e6*y)) >= 0", limit_work=1e6)


def test_verdicts_do_not_warn() -> None:
    """Infinite and undefined numbers are nothing to complain of."""
    with np.errstate(all="raise"):
        found = judged(
            "1/t <= 1e9 for t in -1 .. 1\nln(t) < 9 for t in -1, 0, 1\nexp(t) > 0 for t in 1e3, -1e3"
        )
    assert [verdict.holds for verdict in found] == [False, False, False]


def test_as_many_areas_as_may_be_are_measured() -> None:
    """Exactly the limit is not too many; one more is."""
    for count, fits in ((100, True), (101, False)):
        values = ", ".join(str(k / 100) for k in range(count))
        text = f"area(x <= t) >= 0 for t in {values}"
        if fits:
            assert judged(text)[0].points == count
        else:
            with pytest.raises(ShapeError, match="101 areas are more than the limit of 100"):
                judged(text)
