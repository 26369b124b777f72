"""Certainty against fifty digits: no pixel is called inside or outside that has a point which is not."""

import re
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import shapecli
from shapecli.base.window import Window
from shapecli.drawing.measures import certify as certified_drawing
from shapecli.engine.plan import Plan
from shapecli.engine.raster import Certified, certify, cover
from shapecli.engine.view import View
from tests.drawn import drawn, program_of
from tests.oracle.trees import Tree, crisp, level, trees

# Of growing difficulty: lines, curves, thin ones, poles, undefined parts, constants that are no float64.
RELATIONS = """
x <= 0; x < 0; x >= 0.1; x <= 1/3; 3x <= 1; y < x; y <= x; x + y <= 0.3; 0.1x + 0.2y <= 0.3; x <= pi/4
x^2 + y^2 <= 1; x^2 + y^2 < 1; (x - 0.1)^2 + (y + 0.3)^2 <= 0.7^2; x*y <= 0; x*y < 0.1; x^3 <= y
x^4 + y^4 <= 1; x^2 - y^2 <= 0; (x^2 + y^2)^2 <= x^2 - y^2; abs(x) + abs(y) <= 1; max(x, y) <= 0.5
min(x, y) >= -0.5; abs(x*y) <= 0.01; abs(y - x) <= 1e-6; abs(y - sin(x)) <= 1e-6; abs(y - x^2) <= 1e-9
abs(x) <= 1e-12; x^2 <= 0; x^2 < 0; x^2 + y^2 <= 0; (x - y)^2 <= 0; (x - y)^2 >= 0; x - x <= 0
x - x < 0; 0x <= 0; y < 1/x; y <= 1/x; 1/x <= y; 1/x + 1/y <= 1; x/y <= 1; y < 1/(x*x)
1/(x*x + y*y) >= 4; y*x <= 1/x; 1/(x - x) <= 1; 1/(x - x) > 1; 0/x <= 0; x/x <= 1; (x*y)/(x*y) <= 2
1/(1 - x^2) <= y; tan(x) <= y; 1/sin(x) <= y; sqrt(x) <= y; sqrt(x) >= 0; sqrt(1 - x^2 - y^2) >= 0.5
sqrt(x*y) <= 0.5; ln(x) <= y; ln(x^2 + y^2) <= 0; ln(x) + ln(y) <= 0; log2(x) >= y; exp(x) <= y
exp(x*y) <= 1; exp(-x^2 - y^2) >= 0.5; sin(x) <= y; cos(x*y) >= 0.5; sin(3x)*cos(3y) <= 0
sin(x)^2 + cos(x)^2 <= 1; sin(10x*y) <= 0; atan(x) <= y; asin(x) <= y; acos(x) <= y; sinh(x) <= y
cosh(x) <= y + 2; tanh(x) <= y; 0.1*3 - 0.3 <= 0; sqrt(2)^2 - 2 <= 0; sqrt(2)^2 - 2 >= 0; sin(pi) <= 0
sin(pi) >= 0; 1/3 + 2/3 - 1 >= 0; e - exp(1) <= 0; ln(e) - 1 <= 0; 0.1 + 0.2 - 0.3 <= x - x
abs(x)^0.5 <= y; abs(x)^-0.3 >= y; floor(x) <= y; x^2 + y^2 - 1 <= 1e-15; (x + 1)^2 - x^2 - 2x - 1 <= 0
"""
TEXTS = [text.strip() for line in RELATIONS.strip().splitlines() for text in line.split(";")]
WINDOWS = [Window(-2, 2, -2, 2), Window(-0.1, 0.1, -0.13, 0.07), Window(0.3, 1.7, -0.2, 1.2)]
SIZE = 16

Truth = Callable[[Any, Any], bool | None]  # None: not defined


def truth(text: str) -> Truth:
    """A relation in fifty digits; where it is undefined, nothing is inside."""
    python = re.sub(
        r"(?<![a-z])([0-9.]+(?:e-?[0-9]+)?)(?=([xy(])?)", lambda m: f"mpf('{m[1]}')" + "*" * bool(m[2]), text
    )
    python = python.replace("^", "**")
    known = (
        "mpf",
        "pi",
        "e",
        "sqrt",
        "exp",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "atan",
        "asin",
        "acos",
    )
    names = {name: getattr(mpmath, name) for name in (*known, "floor")}
    names |= {"abs": abs, "max": max, "min": min, "ln": mpmath.log, "log2": lambda v: mpmath.log(v, 2)}
    code = compile(python, text, "eval")

    def found(x: Any, y: Any) -> bool | None:
        try:
            return bool(eval(code, {"__builtins__": {}}, {**names, "x": x, "y": y}))  # noqa: S307 - our own texts
        except (ZeroDivisionError, TypeError, ValueError):  # a pole, or a complex number
            return None

    return found


def points(view: View, i: int, j: int) -> list[tuple[Any, Any]]:
    """Corners, centre and others of a pixel, as exact numbers."""
    x0, y1 = mpmath.mpf(view.window.x0), mpmath.mpf(view.window.y1)
    dx = (mpmath.mpf(view.window.x1) - x0) / view.width
    dy = (y1 - mpmath.mpf(view.window.y0)) / view.height
    shares = [mpmath.mpf(k) / 8 for k in (0, 3, 8)]
    return [(x0 + (i + a) * dx, y1 - (j + b) * dy) for a in shares for b in shares]


def planes(found: Certified) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The least and the greatest sixteenths, uint8[height, width] each."""
    shape = found.view.height, found.view.width
    assert found.lowest is not None
    assert found.highest is not None
    return (
        np.frombuffer(found.lowest, np.uint8).reshape(shape),
        np.frombuffer(found.highest, np.uint8).reshape(shape),
    )


def certified(text: str, view: View, n: float = 50.0, *, sharp: bool = False) -> Certified:
    """What is certain of a region."""
    figure = shapecli.parse(f"draw {text}")
    program = program_of(figure, view.window, n, sharp=sharp)
    return certify(program, view, Plan(marks=True))


def wrong(found: Certified, inside: Truth) -> list[tuple[int, int]]:
    """Pixels with a point that contradicts what was called certain."""
    lowest, highest = planes(found)
    contradicted = []
    for j, i in np.argwhere((lowest == 16) | (highest == 0)).tolist():
        states = {inside(x, y) for x, y in points(found.view, i, j)} - {None}
        if states - {bool(lowest[j, i] == 16)}:
            contradicted.append((i, j))
    return contradicted


def test_there_are_enough_relations() -> None:
    """Sixty at least, all different."""
    assert len(set(TEXTS)) == len(TEXTS) >= 60


@pytest.mark.parametrize("text", TEXTS)
def test_no_certainty_is_wrong(text: str) -> None:
    """Of a relation, and of its complement."""
    inside = truth(text)
    for window in WINDOWS:
        view = View(window, SIZE, SIZE)
        found = certified(text, view)
        lowest, highest = planes(found)
        assert (lowest <= highest).all()
        assert found.totals.inside == np.count_nonzero(lowest == 16)
        assert found.totals.outside == np.count_nonzero(highest == 0)
        assert (found.totals.lowest, found.totals.highest) == (lowest.sum(dtype=int), highest.sum(dtype=int))
        with mpmath.workdps(50):
            assert wrong(found, inside) == []
            opposite = certified(f"~({text})", view)
            assert wrong(opposite, lambda x, y: None if inside(x, y) is None else not inside(x, y)) == []


@given(trees(), st.booleans(), st.sampled_from([0.1, 5.0, 1e5]))
@settings(max_examples=60)
def test_no_certainty_of_random_figures_is_wrong(tree: Tree, sharp: bool, n: float) -> None:
    """Soft levels by their definition, in fifty digits."""
    view = View(Window(-2, 2, -2, 2), 9, 8)
    found = certified(tree.text, view, n, sharp=sharp)
    with mpmath.workdps(50):

        def inside(x: Any, y: Any) -> bool | None:
            value = crisp(tree, x, y) if sharp else level(tree, n, x, y)
            return None if value == 0 else bool(value < 0)

        assert wrong(found, inside) == []


@pytest.mark.parametrize(
    "text", ["x^2 + y^2 <= 1", "y < 1/x", "abs(y - sin(x)) <= 0.3", "sqrt(x) <= y", "x <= 0.1 xor y <= x"]
)
@pytest.mark.parametrize("n", [5.0, 50.0])
def test_greys_are_within_the_proven_bounds(text: str, n: float) -> None:
    """Antialiased coverage, with 2/255 of slack; and certain pixels are black or white."""
    view = View(Window(-2, 2, -2, 2), 150, 140)
    lowest, highest = planes(certified(text, view, n))
    figure = shapecli.parse(f"draw {text}")
    program = program_of(figure, view.window, n)
    shades = np.frombuffer(cover(program, view, Plan(16)).shades, np.uint8).reshape(lowest.shape).astype(int)
    assert (shades >= 255 * (lowest / 16) - 2).all()
    assert (shades <= 255 * (highest / 16) + 2).all()


def test_certainty_is_nearly_complete_for_simple_figures() -> None:
    """Bounds that decide nothing would be right too: only pixels on the boundary stay open."""
    view = View(Window(-2, 2, -2, 2), 400, 400)
    totals = certified("x^2 + y^2 <= 1", view).totals
    assert 0 < 400 * 400 - totals.inside - totals.outside < 1000
    assert totals.lowest * view.pixel_area / 16 < np.pi < totals.highest * view.pixel_area / 16


def test_a_figure_of_layers_is_their_union() -> None:
    """Two discs that overlap: bounds of the area of both together."""
    figure = shapecli.parse("draw x^2 + y^2 <= 1\ndraw (x - 1)^2 + y^2 <= 1")
    certain = certified_drawing(drawn(figure, size=300))
    area = 2 * np.pi - (2 * np.pi / 3 - np.sqrt(3) / 2)
    assert certain.certain_area[0] < area < certain.certain_area[1]
    assert 0.04 > certain.certain_area[1] - certain.certain_area[0] > 0
    pixel = 16 / 300**2
    assert certain.certain_inside * pixel == pytest.approx(area, abs=0.1)
    assert certain.certain_outside * pixel == pytest.approx(16 - area, abs=0.1)
    assert 300 < certain.undecided < 900
