"""Laws of gradient noise, beside those of every operation of the table."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shapecli.engine.reference import NOTATION
from shapecli.fields import ops, rules
from shapecli.fields.rules import noise, noise_and_slopes, noise_bound

Numbers = NDArray[np.float64]
places = st.floats(-1e3, 1e3) | st.integers(-9, 9).map(float)
seeds = st.integers(-9, 9).map(float) | st.floats(-1e6, 1e6)
SIDE = 400.0  # cells along a side of the square from which statistics are taken


def sampled(seed: float, count: int = 600) -> Numbers:
    """Noise at points of a lattice that is not that of the cells."""
    x, y = np.meshgrid(*[np.linspace(-SIDE / 2, SIDE / 2, count) + 0.123] * 2)
    found: Numbers = NOTATION["noise"](x, y, seed)
    return found


@given(places, places, seeds, st.floats(-8, 0.5), st.floats(-8, 0.5), st.data())
def test_values_are_within_bounds(
    x: float, y: float, seed: float, wide: float, high: float, data: st.DataObject
) -> None:
    """Over boxes of all sizes, at any place, also across the sides of cells."""
    right, top = x + 10.0**wide, y + 10.0**high
    low, most = noise_bound(x, right, y, top, seed, seed)
    for _ in range(8):
        u, v = data.draw(st.floats(0, 1)), data.draw(st.floats(0, 1))
        value = noise(min(right, x + u * (right - x)), min(top, y + v * (top - y)), seed)
        assert low <= value <= most


@given(places, places, seeds, st.floats(-7, 0))
def test_bounds_of_small_boxes_are_tight(x: float, y: float, seed: float, size: float) -> None:
    """Of a box of side s they are no farther apart than slope times s, and a multiple of s^2."""
    side = 10.0**size
    low, most = noise_bound(x, x + side, y, y + side, seed, seed)
    _, by_x, by_y = noise_and_slopes(x + side / 2, y + side / 2, seed)
    assert most - low <= (abs(by_x) + abs(by_y)) * side + 10 * side**2 + 1e-12
    assert -1.0 <= low <= most <= 1.0


def test_bounds_know_what_a_seed_is() -> None:
    """All numbers up to the next whole one are the same seed; other boxes have the bounds of all noise."""
    assert noise_bound(0.5, 0.6, 0.5, 0.6, 1.0, 1.75) == noise_bound(0.5, 0.6, 0.5, 0.6, 1.0, 1.0)
    assert noise_bound(0.5, 0.6, 0.5, 0.6, 1.0, 2.0) == (-1.0, 1.0)
    assert noise_bound(0.5, 0.6, 0.5, 0.6, -1e300, 1e300) == (-1.0, 1.0)
    assert noise_bound(0.5, 0.6, 0.5, 0.6, 0.0, 1e300) == (-1.0, 1.0)
    assert noise_bound(-math.inf, 0.6, 0.5, 0.6, 1.0, 1.0) == (-1.0, 1.0)
    assert noise(0.3, 0.4, 1.75) == noise(0.3, 0.4, 1.0) != noise(0.3, 0.4, 2.0)


@pytest.mark.parametrize("far", [2.0**50, 1e22, 1.7e308])
def test_huge_arguments_count_as_nothing(far: float) -> None:
    """They have no place in a cell; infinities have no noise."""
    for sign in (-far, far):
        assert noise(sign, 0.3, 1.0) == noise(0.0, 0.3, 1.0)
        assert noise(0.3, sign, 1.0) == noise(0.3, 0.0, 1.0)
        assert noise(0.3, 0.4, sign) == noise(0.3, 0.4, 0.0)
    for point in ((math.inf, 0.3, 1.0), (0.3, -math.inf, 1.0), (0.3, 0.4, math.inf)):
        assert math.isnan(noise(*point))
        assert ops.bound(ops.noise_, *((v, v, False) for v in point))[2]
    assert noise(-(2.0**50) + 0.25, 0.5, 1.0) != 0.0


@given(st.integers(-500, 500), st.floats(-500, 500), seeds)
def test_noise_is_smooth_across_the_sides_of_cells(line: int, along: float, seed: float) -> None:
    """Values, slopes and bends agree on both sides: nothing in it shows where the cells are."""
    step = 1e-5
    for swapped in (False, True):

        def at(across: float, swapped: bool = swapped) -> Numbers:
            place = (along, line + across) if swapped else (line + across, along)
            return np.array(noise_and_slopes(*place, seed))

        here, before, after = at(0.0), at(-step), at(step)
        slope = here[2 if swapped else 1]
        assert after[0] - before[0] == pytest.approx(2 * step * slope, abs=60 * step**2)
        left, right = (here - before)[1:] / step, (after - here)[1:] / step
        assert left == pytest.approx(right, abs=400 * step)


def test_the_constants_of_the_bound_are_suprema() -> None:
    """Of sums of lengths over a cell, on a grid; and no more than a hundredth above them."""
    f = np.linspace(0, 1, 1001)
    ease, slope = f**3 * (f * (6 * f - 15) + 10), 30 * f**2 * (f - 1) ** 2
    weights = [
        (1 - ease, -slope, -60 * f * (f - 1) * (2 * f - 1), f),
        (ease, slope, 60 * f * (f - 1) * (2 * f - 1), f - 1),
    ]
    value, first, pure, mixed = (np.zeros((f.size, f.size)) for _ in range(4))
    for w, wx, wxx, x in weights:
        for column in weights:
            v, vy, _, y = (part[:, None] for part in column)
            value += np.hypot(w * v * x, w * v * y)
            first += np.hypot(wx * v * x + w * v, wx * v * y)
            pure += np.hypot(wxx * v * x + 2 * wx * v, wxx * v * y)
            mixed += np.hypot(wx * vy * x + w * vy, wx * vy * y + wx * v)
    turns = np.linspace(0, 1, 10001).tolist()
    longest = rules.NOISE_SCALE * max(math.hypot(rules.swing(t), rules.swing(t + 0.25)) for t in turns)
    expected = (1.0, rules.NOISE_SLOPE, rules.NOISE_BEND, rules.NOISE_TWIST)
    for constant, lengths in zip(expected, (value, first, pure, mixed), strict=True):
        assert 0.98 * constant < longest * lengths.max() < constant


@pytest.mark.parametrize("prime", [rules.PRIME_P, rules.PRIME_Q])
def test_hashes_are_exact_in_single_precision(prime: float) -> None:
    """Whole numbers below 2^22, which no product of the hash reaches, have the right remainder."""
    whole = np.arange(-(2**22) + 1, 2**22)
    v, single = whole.astype(np.float32), np.float32(prime)
    found = v - single * np.floor((v + np.float32(0.5)) * (np.float32(1.0) / single))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, whole % int(prime))
    assert (2 * prime) ** 2 < 2**22
    assert len({rules.cube_residue(float(k), prime) for k in range(int(prime))}) == prime


@pytest.mark.parametrize("seed", [0.0, 1.0, -7.0, 123456.0])
def test_noise_is_even(seed: float) -> None:
    """About 0 on average, near to both ends of its range somewhere, and spread alike for every seed."""
    found = sampled(seed)
    assert abs(found.mean()) < 0.01
    assert 0.29 < found.std() < 0.31
    assert abs((found**3).mean()) < 0.003
    assert -1.0 <= found.min() < -0.9
    assert 0.9 < found.max() <= 1.0


def test_seeds_are_unrelated() -> None:
    """Neither alike, nor the same somewhere else nearby."""
    spectra = [np.fft.fft2(sampled(float(seed), 512)) for seed in range(5)]
    for first in range(5):
        for second in range(first):
            shifted = np.fft.ifft2(spectra[first] * spectra[second].conj()).real
            assert np.abs(shifted).max() / 512**2 < 0.02 * 0.3**2


def test_no_direction_is_preferred() -> None:
    """Gradients point everywhere alike, one does not tell the next, and slopes are alike all around."""
    i, j = np.meshgrid(np.arange(-300.0, 300.0), np.arange(-300.0, 300.0))
    tiny = 1e-6
    east, north = (NOTATION["noise"](i + tiny * a, j + tiny * b, 5.0) / tiny for a, b in ((1, 0), (0, 1)))
    turned = (east + 1j * north) / rules.NOISE_SCALE
    np.testing.assert_allclose(np.abs(turned), 1.0, atol=1e-3)
    chance = 4.0 / math.sqrt(turned.size)
    for power in range(1, 7):
        assert abs((turned**power).mean()) < chance
    for shift in ((0, 1), (1, 0), (1, 1), (1, -1), (0, 2), (2, 0)):
        moved = np.roll(turned, shift, (0, 1))
        for partner in (moved, moved.conj()):
            assert abs((turned * partner).mean()) < chance
    peak = np.abs(np.fft.fft2(turned)).max() / math.sqrt(turned.size)
    assert peak < 4.5  # of as many random numbers it is some 3.6
    x, y = np.random.default_rng(3).uniform(-300, 300, (2, 200_000))
    steps = [0.01 * np.exp(1j * angle) for angle in np.linspace(0, math.pi, 8, endpoint=False)]
    here = NOTATION["noise"](x, y, 5.0)
    steepness = [np.std(NOTATION["noise"](x + step.real, y + step.imag, 5.0) - here) for step in steps]
    assert max(steepness) < 1.02 * min(steepness)


def test_another_process_finds_the_same() -> None:
    """To the last bit."""
    code = "[noise(k / 7, k / 3, k).hex() for k in range(-50, 50)]"
    program = f"from shapecli.fields.rules import noise\nprint({code})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([noise(k / 7, k / 3, k).hex() for k in range(-50, 50)])
