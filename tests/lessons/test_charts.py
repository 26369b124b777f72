"""Ticks of axes: round, evenly spaced, as many as have room, and labelled with their numbers."""

import math

import pytest

from shapecli.base.window import Window
from shapecli.lessons.charts import APART, Chart, with_powers

RANGES = [
    (0.0, 1.0), (0.0, 10.0), (-1.0, 1.0), (-2.0, 2.0), (0.0, 7.0), (0.0, 4.0), (-0.3, 0.7), (0.0, 100.0),
    (1e-7, 5e-7), (0.0, 1e6), (-3e9, 5e9), (99.5, 100.5), (0.0, 0.02),
]  # fmt: skip


def value_of(label: str) -> float:
    """What a label says."""
    mantissa, _, power = label.replace("−", "-").partition("·10")
    return float(mantissa) * 10.0 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


@pytest.mark.parametrize(("low", "high"), RANGES)
@pytest.mark.parametrize("size", [80, 140, 300, 420, 700, 1400])
def test_ticks_are_round_and_where_they_say(low: float, high: float, size: int) -> None:
    """A label is the number at its place; steps are 1, 2 or 5 times a power of ten, the least with room."""
    chart = Chart(Window(low, high, low, high), size, size)
    for ticks, room, place in (
        (chart.across, APART, lambda value: (value - low) / (high - low) * size),
        (chart.down, APART / 1.4, lambda value: (high - value) / (high - low) * size),
    ):
        values = [value_of(tick.label) for tick in ticks]
        step = chosen(max(1.0, size / room), high - low)
        first = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - first + 1
        assert values == pytest.approx([(first + k) * step for k in range(count)], rel=1e-5, abs=1e-9 * step)
        assert [tick.place for tick in ticks] == pytest.approx(list(map(place, values)), abs=1e-3 * size)


def chosen(most: float, length: float) -> float:
    """By trying all steps, from the smallest."""
    steps = (factor * 10.0**power for power in range(-12, 14) for factor in (1, 2, 5))
    return next(step for step in steps if length / step <= most * (1 + 1e-9))


@pytest.mark.parametrize(
    ("size", "labels"),
    [
        (140, ["0", "5", "10"]), (350, ["0", "2", "4", "6", "8", "10"]),
        (700, [str(k) for k in range(11)]), (69, ["0", "10"]),
    ],
)  # fmt: skip
def test_ticks_of_a_round_range(size: int, labels: list[str]) -> None:
    """By hand: with exactly enough room for one more, there is one more."""
    assert [tick.label for tick in Chart(Window(0, 10, 0, 1), size, 100).across] == labels


def test_axes_cross_in_the_frame_or_nowhere() -> None:
    """An axis on the edge of the frame would be the frame."""
    assert Chart(Window(-1, 3, -1, 1), 400, 100).zero == (100.0, 50.0)
    assert Chart(Window(0, 3, -3, 0), 400, 100).zero == (None, None)
    assert Chart(Window(1, 3, 1, 2), 400, 100).zero == (None, None)


@pytest.mark.parametrize(
    ("text", "written"), [("1.5e-07", "1.5·10⁻⁷"), ("-2e+10", "−2·10¹⁰"), ("0.5", "0.5"), ("-3", "−3")]
)
def test_powers(text: str, written: str) -> None:
    """As people write them."""
    assert with_powers(text) == written
