"""Figures with `if`: the picture, the field, and every notation say the same of them.

What `if` asks is a region, soft like others, so a small error in its level may change everything.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import shapecli
from shapecli.base.source import Source
from shapecli.notations.reading.read import read_foreign
from tests.commands.run import run

REGIONS = st.recursive(
    st.sampled_from(
        [
            "x <= 0.25",
            "x <= 0",
            "y < x",
            "x^2 + y^2 <= 1",
            "y >= 0.5",
            "abs(x) < 0.25",
            "x >= 0.25",
            "x*y <= 0",
        ]
    ),
    lambda inner: st.one_of(
        st.builds("~({})".format, inner),
        st.builds("({}) & ({})".format, inner, inner),
        st.builds("({}) | ({})".format, inner, inner),
        st.builds("({}) xor ({})".format, inner, inner),
        st.builds(
            "if({}, {}, {}) <= 0".format, inner, st.sampled_from(["x", "0-1"]), st.sampled_from(["y", "1"])
        ),
    ),
    max_leaves=6,
)
NUMBERS = st.sampled_from(["0-1", "1", "x", "y", "x*y - 0.1", "sin(3*x)"])
FIGURES = st.one_of(
    st.builds("if({}, {}, {}) <= 0".format, REGIONS, NUMBERS, NUMBERS),
    st.builds("if({}, {}, {}) <= 0 | {}".format, REGIONS, NUMBERS, NUMBERS, REGIONS),
    st.builds("x + if({}, {}, {}) < 0.25".format, REGIONS, NUMBERS, NUMBERS),
)
PLACES = st.sampled_from([(0.25, 0.0), (0.0, 0.0), (0.25, 0.5), (1.0, 0.0), (-0.25, 0.5), (0.5, 0.5)])


def window_around(place: tuple[float, float], power: int) -> tuple[float, float, float, float]:
    """A square with a side of some power of ten, whose middle is not quite the place."""
    side = 10.0**power
    x, y = place[0] + 0.13 * side, place[1] - 0.21 * side
    return x - side / 2, x + side / 2, y - side / 2, y + side / 2


def drawn_is_evaluated(text: str, n: float, window: tuple[float, float, float, float], size: int) -> None:
    """A picture of pixel centres is inside where the level at them, evaluated everywhere, is at most 0."""
    figure = shapecli.parse(f"draw {text}")
    given = {"size": size, "window": window, "sharpness": n}
    level = figure.field(**given)
    drawn = np.asarray(figure.render(**given, antialiasing=1).convert("L"))
    assert np.array_equal(drawn == 0, level <= 0)


@given(FIGURES, st.sampled_from([1.0, 50.0, 5000.0]), PLACES, st.integers(-8, 1))
@settings(max_examples=150)
def test_pruned_is_dense(text: str, n: float, place: tuple[float, float], power: int) -> None:
    """At any scale around where conditions change."""
    drawn_is_evaluated(text, n, window_around(place, power), 70)


@pytest.mark.parametrize("n", [1.0, 50.0, 1e4])
@pytest.mark.parametrize(
    "text",
    [
        "if(x <= 0.25 | x <= 0, 0-1, 1) <= 0", "if(x >= 0.25 & x >= 0, 0-1, 1) <= 0",
        "if(~(x <= 0.25 | x <= 0), 1, 0-1) <= 0", "if(x <= 0.25 xor x <= 0 - 9, 0-1, 1) <= 0",
        "if(if(x <= 0.25 | x <= 0, 0-1, 1) <= 0, x, 1) <= 0.25",
    ],
)  # fmt: skip
def test_what_is_dropped_may_be_what_decides(text: str, n: float) -> None:
    """Where the soft boundary of a condition is a little beside the crisp one."""
    for power in (-1, -2, -4, -6, -7, -8, -10):
        for shift in (0.0, 3e-8, np.exp(-0.25 * n) / n, -np.exp(-0.25 * n) / n):
            side = 10.0**power
            x = 0.25 + shift
            drawn_is_evaluated(text, n, (x - side / 3, x + side / 2, 0, side), 100)


WITH_IF = [
    "if(x^2 + y^2 <= 1, x, y) <= 0.25",
    "if(x^2 + y^2 < 1, x, y) < 0.25",
    "if(x <= 0 & y <= 0, x + 1, y) <= 0.5",
    "if(x <= 0 | y <= 0, x + 1, y) <= 0.5",
    "if(~(x^2 <= y), x, 0.5) <= 0.3",
    "if(x <= 0 xor y <= 0, x, y) <= 0.3",
    "if(x < y, if(y < 0, x, -y), x*y) <= 0.2",
    "x + if(y >= 0.5, 1, 0-1) <= 0 & y <= 1",
    "~(if(abs(x) <= 0.5, y, x) <= 0) | x^2 + y^2 <= 0.1",
]
with_if = pytest.mark.parametrize("text", WITH_IF)
WINDOW = {"size": (40, 36), "window": (-1.7, 1.9, -1.3, 1.6), "stretch": True}


def same_levels(one: shapecli.Figure, other: shapecli.Figure, n: float, *, of_crisp: bool = False) -> None:
    """Levels at the pixel centres; what is crisp was written as a text without a sharpness."""
    first = one.field(**WINDOW, sharpness=n, sharp=of_crisp)
    second = other.field(**WINDOW, sharpness=n)
    near = np.abs(first) < 600
    assert near.sum() > 500
    np.testing.assert_allclose(second[near], first[near], rtol=1e-9, atol=1e-9)


@with_if
@pytest.mark.parametrize("sharp", [False, True])
def test_desmos_brings_conditions_back(text: str, sharp: bool, tmp_path: Path) -> None:
    """Exported by the command, and imported."""
    figure = shapecli.parse(f"sharpness 4\ndraw {text}")
    (tmp_path / "a.shape").write_text(f"sharpness 4\ndraw {text}")
    flags = ["--sharp"] if sharp else []
    ended = run("export", "a.shape", "--to", "desmos", *flags, folder=tmp_path)
    assert ended.code == 0
    again = shapecli.parse(read_foreign(Source("desmos", ended.out.decode()), "desmos"))
    same_levels(figure, again, 4.0, of_crisp=sharp)


@with_if
def test_the_one_inequality_has_conditions(text: str, tmp_path: Path) -> None:
    """What `explain` writes, read again as a boundary value, is the figure."""
    (tmp_path / "a.shape").write_text(f"sharpness 4\ndraw {text}")
    ended = run("explain", "a.shape", "--json", "--size", "20", folder=tmp_path)
    assert ended.code == 0
    (report,) = json.loads(ended.out)
    plain, unicode, latex = (report["inequality"][name] for name in ("plain", "unicode", "latex"))
    left = plain.removesuffix(" <= 1")
    assert left != plain
    assert unicode.endswith("≤ 1")
    assert latex.endswith(r"\le 1")
    same_levels(shapecli.parse(f"draw {text}"), shapecli.parse(f"draw field({left})"), 4.0)
    crisp = report["crisp"].removesuffix(" <= 0")
    same_levels(shapecli.parse(f"draw {text}"), shapecli.parse(f"draw {crisp} <= 0"), 4.0, of_crisp=True)


@with_if
@pytest.mark.parametrize("target", ["python", "numpy"])
def test_programs_have_conditions(text: str, target: str, tmp_path: Path) -> None:
    """Run by a Python that knows nothing of us."""
    (tmp_path / "a.shape").write_text(f"sharpness 4\ndraw {text}")
    options = ("--to", target, "--verify", "--json", "-o", "a.py", "--size", "40")
    ended = run("export", "a.shape", *options, folder=tmp_path)
    assert ended.code == 0
    verdict = json.loads(ended.out)
    assert (verdict["disagreeing"], verdict["infinite"]) == (0, 0)
    assert verdict["relative"] <= 1e-12


def test_conditions_as_one_would_write_them(tmp_path: Path) -> None:
    """In the LaTeX of papers, of Desmos, and in Mathematica; a soft condition is its one inequality."""
    crisp, soft = "if(x^2 + y^2 <= 1, x, 2y) <= 3", "if(x <= 1 & y <= 2, x, 2y) <= 3"
    for figure, target, text in (
        (crisp, "latex", r"\begin{cases}x&x^{2} + y^{2} - 1\le 0\\2y&\text{else}\end{cases}"),
        (crisp, "desmos", r"\left\{x^{2}+y^{2}-1\le 0:x,2y\right\}\le 3"),
        (crisp, "mathematica", "Exp[n*(If[x^2 + y^2 - 1 <= 0, x, 2 y] - 3)] <= 1"),
        (soft, "latex", r"\begin{cases}x&e^{50\left(x - 1\right)} + e^{50\left(y - 2\right)}\le 1\\2y&"),
        (soft, "desmos", r"+e^{n\cdot \left(y-2\right)}\le 1:x,2y\right\}\le 3"),
        (soft, "mathematica", "If[Exp[n*(x - 1)] + Exp[n*(y - 2)] <= 1, x, 2 y]"),
    ):
        ended = run("export", "-e", figure, "--to", target, folder=tmp_path)
        assert ended.code == 0
        assert text in ended.out.decode()
