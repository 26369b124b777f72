"""Chance that repeats: the same numbers everywhere, for each key and seed others."""

import subprocess
import sys

import numpy as np
import pytest

import shapecli
from shapecli.base.source import ShapeError
from shapecli.fields import chance

DOTS = (
    "draw disc(random((k, 1), -1.5, 1.5), normal((k, 2))/2, 0.2)"
    " fill choose(k, [red, gold, navy]) for k in 1..30"
)


def number(text: str, seed: float = 0.0) -> float:
    """What an expression is."""
    figure = shapecli.parse(f"seed {seed}\ndraw x <= {text}")
    value = figure.layers[0].shape.args[1].constant
    assert value is not None
    return value


def test_numbers_are_those_of_the_keys() -> None:
    """Known once and for all, so that figures look the same for ever."""
    assert number("random(1)") == chance.uniform(0.0, 1.0)
    assert number("random((1, 2))") == chance.uniform(0.0, 1.0, 2.0)
    assert number("random(1, 5, 7)") == 5 + 2 * chance.uniform(0.0, 1.0)
    assert number("normal(3)", seed=4) == chance.normal(4.0, 3.0)
    assert number("random(0)") == number("random(-0)")


def test_numbers_are_spread_evenly() -> None:
    """Means, variances and correlations are those of independent numbers, to four deviations."""
    uniform = np.array([chance.uniform(0.0, k) for k in range(20_000)])
    normal = np.array([chance.normal(0.0, k) for k in range(20_000)])
    assert uniform.min() >= 0.0
    assert uniform.max() < 1.0
    assert abs(uniform.mean() - 0.5) < 4 * (1 / 12 / 20_000) ** 0.5
    assert abs(normal.mean()) < 4 / 20_000**0.5
    assert abs(normal.var() - 1) < 4 * (2 / 20_000) ** 0.5
    assert abs(np.corrcoef(uniform[1:], uniform[:-1])[0, 1]) < 4 / 20_000**0.5


def test_another_process_and_other_threads_draw_the_same() -> None:
    """Byte for byte."""
    ours = [shapecli.parse(DOTS).render(size=120, threads=threads).tobytes() for threads in (1, 4)]
    code = (
        f"import sys, shapecli; sys.stdout.buffer.write(shapecli.parse({DOTS!r}).render(size=120).tobytes())"
    )
    theirs = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert ours == [theirs, theirs]


def test_the_seed_changes_all_and_a_setting_is_as_good_as_the_text() -> None:
    """`--seed 3` draws what `seed 3` draws."""
    plain, told = shapecli.parse(DOTS), shapecli.parse(f"seed 3\n{DOTS}")
    cases: list[tuple[shapecli.Figure, dict[str, float]]] = [
        (plain, {}), (told, {}), (plain, {"seed": 3}), (told, {"seed": 0}),
    ]  # fmt: skip
    pictures = [figure.render(size=60, **given).tobytes() for figure, given in cases]
    assert pictures[0] != pictures[1] == pictures[2]
    assert pictures[0] == pictures[3]


def test_a_shuffled_list_has_the_same_elements() -> None:
    """In another order for another key."""
    orders = {tuple(chance.shuffled(6, 0.0, key)) for key in range(20)}
    assert len(orders) > 15
    assert all(sorted(order) == list(range(6)) for order in orders)
    assert number("sum(shuffle(1, [1, 2, 4]))") == 7.0


@pytest.mark.parametrize(
    ("text", "message"),
    [("random(x)", "random cannot depend on x"), ("random(1, 2)", "random takes one key"),
     ("random((1, y))", "random cannot depend on y"), ("choose(1, [])", "nothing to choose from"),
     ("random([1, [2]])", "random needs numbers"), ("normal(1, 2, 3)", "normal takes"), ("zip([1], [])", "")],
)  # fmt: skip
def test_what_chance_cannot_be_of(text: str, message: str) -> None:
    """Places are for noise."""
    with pytest.raises(ShapeError) as problem:
        shapecli.parse(f"draw x <= {text}")
    assert message in problem.value.message
    if "cannot depend on x" in message:
        assert "noise" in (problem.value.hint or "")


@pytest.mark.parametrize("seed", [0, 7])
def test_cells_have_even_numbers_that_know_nothing_of_each_other(seed: int) -> None:
    """65536 of them: by Kolmogorov's test, by pairs of neighbours, and one number in a cell."""
    text = f"seed {seed}\nsharpness 1\nwindow -128, 128, -128, 128\ndraw cell(x, y) <= 0"
    found = shapecli.parse(text).field(size=256)
    ranks = (np.arange(found.size) + 0.5) / found.size
    assert np.abs(np.sort(found, axis=None) - ranks).max() < 1.63 / 256  # one of a hundred is further off
    for one, other in (
        (found[1:], found[:-1]),
        (found[:, 1:], found[:, :-1]),
        (found[1:, 1:], found[:-1, :-1]),
    ):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 3 / 256
    fine = shapecli.parse(text).field(size=64, window=(-4, 4, -4, 4)).reshape(8, 8, 8, 8)
    assert (np.ptp(fine, axis=(1, 3)) == 0).all()
    assert (fine[:, 0, :, 0] == found[124:132, 124:132]).all()
