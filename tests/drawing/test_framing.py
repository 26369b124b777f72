"""The window of an expression shows it; a picture of nothing is told."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from shapecli.base.source import Source
from shapecli.base.window import WINDOW, Window
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.film import sweep_frames
from shapecli.drawing.settings import Settings
from shapecli.language.motion import Sweep
from shapecli.language.resolve import read_expression
from shapecli.render import parse
from tests.commands.run import run

Array = NDArray[np.float64]
Inside = Callable[[Array, Array], NDArray[np.bool_]]


def window(text: str, **given: float) -> Window:
    """That an expression is drawn in."""
    return drawing_of(read_expression(Source("e", text)), Settings(**given)).window  # type: ignore[arg-type]


BOUNDED: dict[str, tuple[float, float, float, Inside]] = {  # with where it is looked for, far around it
    "x^2 + y^2 <= 9": (0, 0, 9, lambda x, y: x**2 + y**2 <= 9),
    "(x - 1)^2 + y^2 <= 1": (0, 0, 4, lambda x, y: (x - 1) ** 2 + y**2 <= 1),
    "disc(0.5, 0.3, 1)": (0, 0, 4, lambda x, y: np.hypot(x - 0.5, y - 0.3) <= 1),
    "r <= 1 + cos theta": (0, 0, 4, lambda x, y: np.hypot(x, y) <= 1 + np.cos(np.arctan2(y, x))),
    "x^2/100 + (y - 40)^2 <= 1": (0, 40, 30, lambda x, y: x**2 / 100 + (y - 40) ** 2 <= 1),
    "((x - 300)^2 + (y + 200)^2 - 1)^3 <= (x - 300)^2*(y + 200)^3": (
        300, -200, 4,
        lambda x, y: ((x - 300) ** 2 + (y + 200) ** 2 - 1) ** 3 <= (x - 300) ** 2 * (y + 200) ** 3
    ),
    "(x - 1000)^2 + (y - 1000)^2 <= 0.001^2": (
        1000, 1000, 0.003, lambda x, y: (x - 1000) ** 2 + (y - 1000) ** 2 <= 0.001**2
    ),
    "x^2 + y^2 + cos(3x)*cos(3y) <= 2": (
        0, 0, 5, lambda x, y: x**2 + y**2 + np.cos(3 * x) * np.cos(3 * y) <= 2
    ),
    "x^2 + y^2 <= 49 \\ (x - 3.5)^2 + y^2 <= 49": (
        0, 0, 20, lambda x, y: (x**2 + y**2 <= 49) & ((x - 3.5) ** 2 + y**2 > 49)
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", BOUNDED)
def test_all_of_a_bounded_figure_is_framed(text: str) -> None:
    """Every point that a dense search finds, in the middle; at the nearest sides no more than the margin."""
    x, y, far, inside = BOUNDED[text]
    steps = np.linspace(-far, far, 2001)
    mask = inside(*np.meshgrid(x + steps, y + steps))
    columns, rows = steps[mask.any(axis=0)] + x, steps[mask.any(axis=1)] + y
    size = max(np.ptp(columns), np.ptp(rows))
    found = window(text)
    gaps = columns[0] - found.x0, found.x1 - columns[-1], rows[0] - found.y0, found.y1 - rows[-1]
    assert found.width == pytest.approx(found.height, rel=1e-9)
    assert min(gaps) >= 0.07 * size
    assert min(gaps) <= 0.14 * size
    assert gaps[0] == pytest.approx(gaps[1], abs=0.04 * size)
    assert gaps[2] == pytest.approx(gaps[3], abs=0.04 * size)


numbers = st.floats(-1e4, 1e4)


@settings(max_examples=40)
@given(numbers, numbers, st.floats(1e-2, 1e3), st.floats(0.2, 5.0))
def test_moved_and_scaled_figures_have_moved_and_scaled_windows(
    x: float, y: float, scale: float, ratio: float
) -> None:
    """But for what is rounded: up to some hundredths of the size."""
    body = "{0}^2 + {1}^2/{2!r}^2 <= 1"
    first = window(body.format("x", "y", ratio))
    moved = window(body.format(f"((x - {x!r})/{scale!r})", f"((y - {y!r})/{scale!r})", ratio))
    wanted = x + scale * first.x0, x + scale * first.x1, y + scale * first.y0, y + scale * first.y1
    assert moved.extent == pytest.approx(wanted, abs=0.05 * scale * first.width)


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("x >= 1", 2), ("y = sin(x)", 2), ("sin(x)*sin(y) <= 0.5", 2), ("x <= 2", 5), ("x*y = 100", 20),
        ("y = 40", 50), ("x >= 7000", 10000),
        ("x^2 + y^2 <= -1", 2), ("x^2 + y^2 >= -1", 2), ("x^2 + y^2 <= 0", 2),
    ],
)  # fmt: skip
def test_what_has_no_end_has_a_usual_window(text: str, half: float) -> None:
    """The smallest of 2, 5, 10, ... that shows some of the boundary, not only at its rim."""
    assert window(text).extent == (-half, half, -half, half)


def test_only_expressions_are_framed() -> None:
    """What says where it is, and statements, stay where they are."""
    assert window("x^2 + y^2 <= 9", window=(0, 1, 0, 1)) == Window(0, 1, 0, 1)  # type: ignore[arg-type]
    assert drawing_of(parse("draw x^2 + y^2 <= 9"), Settings()).window == WINDOW


def test_soft_figures_are_framed_as_they_are_drawn() -> None:
    """At a low sharpness a union is larger; crisp it has the window of its sharpness."""
    text = "disc(0, 0, 1) | disc(0.01, 0, 1)"
    assert window(text, sharpness=2).width > window(text).width + 0.2
    assert window(text, sharp=True) == window(text)


def test_a_film_has_one_window() -> None:
    """That of its start."""
    figure = read_expression(Source("e", "disc(0, 0, 1) | disc(0.01, 0, 1)"))
    frames = sweep_frames(figure, Settings(size=40), [Sweep("n", 1.0, 90.0)], [0.0, 1.0])
    first, last = (np.asarray(frame.convert("L"), float) for frame in frames)
    start = drawing_of(figure, Settings(size=40, sharpness=1.0)).window
    alone = drawing_of(figure, Settings(size=40, sharpness=90.0, window=start.extent))
    assert (last < 128).sum() < (first < 128).sum()
    assert abs((255 - last).sum() / 255 * start.width**2 / 1600 - np.pi) < 0.2
    assert alone.window == start


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_of_an_expression_is_drawn_again(ending: str, tmp_path: Path) -> None:
    """In the window that was found."""
    text, first, again = (
        "x^2/100 + (y - 40)^2 <= 1",
        tmp_path / f"first.{ending}",
        tmp_path / f"again.{ending}",
    )
    assert run("render", "-e", text, "-n", "7", "--size", "90", "-o", first, folder=tmp_path).code == 0
    assert run("render", first, "-o", again, folder=tmp_path).code == 0
    assert first.read_bytes() == again.read_bytes()


DISC = ("-e", "x^2 + y^2 <= 9")
NOTHING: dict[str, tuple[tuple[str, ...], str]] = {
    "elsewhere": ((*DISC, "--window", "10,11,0,1"), "\n  hint: write --window -3.5,3.5,-3.5,3.5\n"),
    "empty": (("-e", "x^2 + y^2 <= -1"), ", and nothing is within 1,048,576 of the origin\n"),
    "too small": (("-e", "(x-0.3)^2 + (y-0.1)^2 <= 1e-10", "--window", "-2,2,-2,2"), "--window 0.299988"),
    "a curve": (("-e", "y = x^2", "--window", "0,1,-2,-1"), "\n  hint: write --window -2,2,-2,2\n"),
    "a cut curve": (("-e", "(x^2 + y^2 = 1) & x >= 3"), ", and nothing is within"),
    "several layers": (("a.shape",), "\n  hint: write --window"),
}


@pytest.mark.parametrize(("arguments", "hint"), NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("form", ["png", "svg", "show"])
def test_a_picture_of_nothing_is_told(
    arguments: tuple[str, ...], hint: str, form: str, tmp_path: Path
) -> None:
    """On stderr, with where there is something; it is drawn all the same."""
    (tmp_path / "a.shape").write_text("draw disc(9, 9, 1)\ndraw x = 20 stroke red\ndraw y = 30 & x >= 0")
    command = (
        ("show", *arguments) if form == "show" else ("render", *arguments, "-o", f"a.{form}", "--size", "40")
    )
    ended = run(*command, folder=tmp_path)
    assert ended.code == 0
    assert "note: nothing of the figure is inside the window " in ended.err
    assert hint in ended.err
    if form != "show":
        assert (tmp_path / f"a.{form}").stat().st_size > 0
        quiet = run(*command, "--quiet", "--json", folder=tmp_path)
        assert (quiet.err, json.loads(quiet.out)["shows"]) == ("", False)


SOMETHING: dict[str, tuple[str, ...]] = {
    "all inside": ("-e", "x <= 9", "--window", "0,1,0,1"),
    "all inside, outlined": ("-e", "x <= 9", "--window", "0,1,0,1", "--style", "outline"),
    "a curve": ("-e", "y = x^2"),
    "a curve in one layer": ("a.shape",),
    "axes": (*DISC, "--style", "field"),
}


@pytest.mark.parametrize("arguments", SOMETHING.values(), ids=SOMETHING)
def test_a_picture_of_something_is_not(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever it is that shows."""
    (tmp_path / "a.shape").write_text("draw disc(9, 9, 1)\ndraw y = x stroke red\n")
    ended = run("render", *arguments, "--size", "40", "-o", "a.png", "--json", folder=tmp_path)
    assert (ended.code, "note" in ended.err, json.loads(ended.out)["shows"]) == (0, False, True)


def test_galleries_tell_which_pictures_show_nothing(tmp_path: Path) -> None:
    """By name, also when they are kept."""
    (tmp_path / "far.shape").write_text("param r = 9 in 0 .. 9\ndraw disc(r, r, 1)")
    command = ("gallery", "far.shape", "-o", "out", "--vary", "r=0,9", "--size", "20", "--json")
    for _ in range(2):
        ended = run(*command, folder=tmp_path)
        assert ended.code == 0
        assert "note: nothing of the figure is inside the window of far-r9.png\n" in ended.err
        assert json.loads(ended.out)["unseen"] == ["far-r9.png"]


@pytest.mark.parametrize(("word", "x"), [("HE", 0), ("ML 42", 300), ("Batman", -5)])
def test_words_are_framed(word: str, x: float) -> None:
    """Between margins, and not much wider: from the sets of a union, each looked at alone."""
    found = window(f'text("{word}", {x}, 0, 1)')
    shown = (
        parse(f'window {x} - 1, {x} + 9, -5, 5\nsharp\ndraw text("{word}", {x}, 0, 1)').field(size=600) <= 0
    )
    columns = np.flatnonzero(shown.any(axis=0)) / 60 + x - 1
    assert found.x0 < columns[0] - 0.02
    assert columns[-1] + 0.02 < found.x1
    assert found.width <= 1.4 * (columns[-1] - columns[0])
