"""Curves and outlines: a pen of even width on the curve, and nowhere else."""

import math
from unittest.mock import Mock

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.source import ShapeError
from shapecli.engine import sampling
from shapecli.painting.contours import clipped

SIZE = 200


def ink(text: str, window: tuple[float, float, float, float], **settings: object) -> NDArray[np.float64]:
    """How much of each pixel the pen covers: black on white, without the curve of sRGB."""
    image = shapecli.parse(f"draw {text}").render(size=(SIZE, SIZE), window=window, stretch=True, **settings)
    share = np.asarray(image.convert("L")) / 255
    return 1 - np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def centres(window: tuple[float, float, float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The x and the y of every pixel."""
    x0, x1, y0, y1 = window
    steps = (np.arange(SIZE) + 0.5) / SIZE
    x, y = np.meshgrid(x0 + steps * (x1 - x0), y1 - steps * (y1 - y0))
    return x, y


@pytest.mark.parametrize("width", [1.0, 2.0, 7.5, 40.0])
@pytest.mark.parametrize(
    "circle",
    [
        "x^2 + y^2 = 1",
        "hypot(x, y) = 1",
        "e^(20 (x^2 + y^2)) = e^20",
        "1/(x^2 + y^2) = 1",
        "(x^2 + y^2)^9 = 1",
    ],
)
def test_the_pen_is_as_wide_as_it_says(circle: str, width: float) -> None:
    """By the distance to a circle, however its equation is written and however steep that is."""
    window = (-2.0, 2.0, -2.0, 2.0)
    x, y = centres(window)
    away = np.abs(np.hypot(x, y) - 1.0) * SIZE / 4
    expected = np.clip(np.minimum(width / 2 + 0.5 - away, width), 0.0, 1.0)
    assert np.abs(ink(f"{circle} stroke black {width}", window) - expected).max() < 0.03


@pytest.mark.parametrize("text", ["y = tan(x)", "y*cos(x) = sin(x)"])
def test_the_tangent_has_no_line_at_its_poles(text: str) -> None:
    """Near y = 0 there is ink at the zeros only; the second form has no poles and shows the same."""
    window = (-7.0, 7.0, -5.0, 5.0)
    x, y = centres(window)
    drawn = ink(text, window)
    between = np.abs(y) < 2
    nearest = np.abs(np.arctan(y) - (x - np.pi * np.round((x - np.arctan(y)) / np.pi)))
    assert drawn[between & (nearest > 0.3)].max() == 0.0
    assert np.allclose(drawn, ink("y*cos(x) = sin(x)", window), atol=0.02)


@pytest.mark.parametrize("text", ["y = sign(x)", "y = floor(x) + 0.5", "y = mod(x, 1)"])
def test_a_jump_is_no_part_of_a_curve(text: str) -> None:
    """A column at the jump has the round ends of both sides, and nothing between them."""
    columns = ink(text, (-3.0, 3.0, -3.0, 3.0)).sum(axis=0)
    assert columns.min() > 1.9
    assert columns.max() < 4.5


@pytest.mark.parametrize("text", ["y = 1/x", "y = 1/x^3", "y = ln(x^2)/x", "y = 1/(x - 0.001)", "x*y = 1"])
def test_a_pole_is_no_part_of_a_curve(text: str) -> None:
    """Near it there is no ink but far up and far down."""
    window = (-3.0, 3.0, -3.0, 3.0)
    x, y = centres(window)
    drawn = ink(text, window)
    assert drawn[(np.abs(x) < 0.25) & (np.abs(y) < 2)].max() == 0.0
    assert drawn[(np.abs(x) < 2.5) & (np.abs(y) < 2)].sum() > 100


def test_crossings_are_crossed() -> None:
    """Both lines of |x| = |y| go through the middle, as they do when they are drawn one by one."""
    window = (-2.0, 2.0, -2.0, 2.0)
    crossed = ink("abs(x) = abs(y)", window)
    alone = np.maximum(ink("x = y", window), ink("x = -y", window))
    assert np.abs(crossed - alone).max() < 0.3
    assert np.abs(crossed - alone).mean() < 1e-3


def test_a_cusp_and_an_end_are_reached() -> None:
    """x^3 = y^2 begins at the origin, and y = sqrt(x) within a pixel of it."""
    window = (-1.0, 1.0, -1.0, 1.0)
    for text in ("x^3 = y^2", "y = sqrt(x)"):
        drawn = ink(text, window)
        assert drawn[:, : SIZE // 2 - 2].max() == 0.0
        assert drawn[SIZE // 2 - 3 : SIZE // 2 + 3, SIZE // 2 - 2 : SIZE // 2 + 3].max() > 0.9


def test_regions_cut_curves() -> None:
    """What is left is the curve times the region; the other side is the rest."""
    window = (-2.0, 2.0, -2.0, 2.0)
    whole = ink("y = x^2", window)
    cut = ink("(y = x^2) & x >= 0.013 & y <= 1", window)
    x, y = centres(window)
    assert (cut[(x > 0.05) & (y < 0.95)] == whole[(x > 0.05) & (y < 0.95)]).all()
    assert cut[(x < -0.05) | (y > 1.05)].max() == 0.0
    rest = ink("(y = x^2) \\ (x >= 0.013 & y <= 1)", window)
    assert np.abs(rest + cut - whole).max() < 0.02


def test_what_is_cut_is_inside() -> None:
    """A line that goes in and out: its pieces are what is inside, from crossing to crossing, no more."""
    line = np.array([[x / 2, 2 * math.cos(x * math.pi / 2)] for x in range(15)])  # 7 times through |y| <= 1
    pieces = clipped([line], lambda x, y: np.abs(y) - 1 + 0 * x)
    assert len(pieces) == 7
    assert all(np.abs(piece[:, 1]).max() <= 1 + 1e-6 for piece in pieces)
    lengths = [float(np.hypot(*np.diff(piece, axis=0).T).sum()) for piece in pieces]
    assert lengths == pytest.approx([math.hypot(1, 4) / 2] * 7)


def test_several_curves_are_one_layer() -> None:
    """A union of curves has the opacity of one layer for each curve, and can be moved like a region."""
    window = (-2.0, 2.0, -2.0, 2.0)
    both = shapecli.parse("A = (y = x) | (y = 0.5)\ndraw A(x - 1, y)").render(size=64, window=window)
    apart = shapecli.parse("draw y = x - 1\ndraw y = 0.5").render(size=64, window=window)
    assert both.tobytes() == apart.tobytes()


def test_contours_of_one_number_have_a_grid_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are where they are one by one, and where c = f is, which has a grid of its own for every c."""
    counted = Mock(side_effect=sampling.sample)
    monkeypatch.setattr(sampling, "sample", counted)
    window, field, heights = "window -2, 2, -2, 2", "x^2 - y + noise(2*x, 2*y)", (-1, 0, 0.7, 2)

    def drawn(*lines: str) -> NDArray[np.int64]:
        return np.asarray(shapecli.parse("\n".join([window, *lines])).render(size=120)).astype(int)

    together = drawn(*(f"draw {field} = {at}" for at in heights))
    assert counted.call_count == 1
    apart = drawn(*(f"draw {at} = {field}" for at in heights))
    assert counted.call_count == 1 + len(heights)
    alone = np.minimum.reduce([drawn(f"draw {field} = {at}") for at in heights])
    assert np.abs(together - apart).max() <= 1
    assert (together == alone).mean() > 0.99


def test_an_outline_is_the_curve_of_the_boundary() -> None:
    """Also where the level is steep; and for a union there is none inside."""
    window = (-2.0, 2.0, -2.0, 2.0)
    curve = ink("x^2 + y^2 = 1", window)
    for text in ("x^2 + y^2 <= 1", "e^(99 (x^2 + y^2 - 1)) <= 1", "x^2 + y^2 <= 1 | x^2 + y^2 <= 0.25"):
        assert np.abs(ink(text, window, style="outline", sharp=True) - curve).max() < 0.02


def test_curves_are_softplus() -> None:
    """The curve of the issue: within a pixel of max(0, x) but near the corner, ln(2)/n above it there."""
    text = "y = ln(1 + e^(n x))/n"
    drawn = ink(f"{text} stroke black 1", (-1.0, 1.0, -1.0, 1.0), sharpness=8.0)
    column = drawn[:, SIZE // 2 - 1 : SIZE // 2 + 1].mean(axis=1)
    height = 1 - ((np.arange(SIZE) + 0.5) @ column / column.sum()) / SIZE * 2
    assert height == pytest.approx(math.log(2) / 8, abs=0.005)


def test_a_curve_has_no_level() -> None:
    """It has no inside: neither levels nor the style field nor a proof."""
    figure = shapecli.parse("draw y = x")
    with pytest.raises(ShapeError, match="has no level"):
        figure.field(size=8)
    with pytest.raises(ShapeError, match="has no field"):
        figure.render(size=8, style="field")
