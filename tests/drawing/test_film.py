"""Between two figures: colours in linear light, opacity and alpha evenly, and the boundary by both levels."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli.base.source import ShapeError
from shapecli.drawing.film import morph_frames, sweep_frames
from shapecli.drawing.settings import Settings
from shapecli.language.motion import Sweep
from shapecli.render import parse

WINDOW = (-2.0, 2.0, -1.0, 1.0)
SHARES = [0.0, 0.25, 0.5, 0.9, 1.0]


def light(channel: float) -> float:
    """Of a number of sRGB."""
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def number(amount: float) -> float:
    """Of sRGB, of an amount of light."""
    return 255 * (12.92 * amount if amount <= 0.0031308 else 1.055 * amount ** (1 / 2.4) - 0.055)


def frames(first: str, last: str, shares: list[float], **settings: Any) -> list[NDArray[np.uint8]]:
    """RGBA."""
    drawn = morph_frames(parse(first), parse(last), Settings(**{"size": (40, 20), **settings}), shares)
    return [np.asarray(image.convert("RGBA")) for image in drawn]


@pytest.mark.parametrize(
    ("first", "last"), [("#ff004080", "#0080ffc0"), ("#000000ff", "#ffffff20"), ("#10203000", "#908070ff")]
)
def test_colours_go_from_one_to_the_other(first: str, last: str) -> None:
    """Of the background: red, green and blue by their light, alpha evenly."""
    a, b = (bytes.fromhex(text[1:]) for text in (first, last))
    found = frames(f'background "{first}"\ndraw x >= 99', f'background "{last}"\ndraw x >= 99', SHARES)
    for frame, share in zip(found, SHARES, strict=True):
        wanted = [number(light(p) + (light(q) - light(p)) * share) for p, q in zip(a[:3], b[:3], strict=True)]
        wanted.append(a[3] + (b[3] - a[3]) * share)
        if wanted[3]:
            assert frame[5, 5].tolist() == pytest.approx(wanted, abs=1)
        assert (frame == frame[0, 0]).all()


def test_fills_and_opacity_go_from_one_to_the_other() -> None:
    """On nothing, what is seen is the fill's colour, and its alpha times the opacity."""
    first = 'background transparent\ndraw x <= 99 fill "#ff0000c8" opacity 0.9'
    last = 'background transparent\ndraw x <= 99 fill "#0000ff64" opacity 0.1'
    for frame, share in zip(frames(first, last, SHARES), SHARES, strict=True):
        alpha = (0xC8 + (0x64 - 0xC8) * share) * (0.9 - 0.8 * share)
        wanted = [number(light(255) * (1 - share)), 0, number(light(255) * share), alpha]
        assert frame[5, 5].tolist() == pytest.approx(wanted, abs=2.5)


def test_levels_go_from_one_to_the_other() -> None:
    """The boundary is where the mixture of both is 0, each with its own sharpness."""
    first, last = "sharpness 20\ndraw x <= -1", "sharpness 60\ndraw x <= 1.5"
    for frame, share in zip(frames(first, last, SHARES, window=WINDOW), SHARES, strict=True):
        edge = (-20 * (1 - share) + 1.5 * 60 * share) / (20 * (1 - share) + 60 * share)
        dark = 1 - np.array([light(value) for value in frame[3, :, 0]])
        assert dark.sum() * 0.1 - 2 == pytest.approx(edge, abs=0.01)


def test_shades_are_those_of_the_mixed_level() -> None:
    """Where a style shows it: black over white gives the light u/(1 + u)."""
    first, last = "sharpness 2\ndraw x <= -1", "sharpness 3\ndraw x <= 1.5"
    x = (np.arange(40) + 0.5) / 10 - 2
    for frame, share in zip(frames(first, last, SHARES, window=WINDOW, style="soft"), SHARES, strict=True):
        level = 2 * (x + 1) * (1 - share) + 3 * (x - 1.5) * share
        drawn = [light(value) for value in frame[3, :, 0]]
        assert drawn == pytest.approx(1 / (1 + np.exp(-level)), abs=0.01)


def test_the_window_is_around_both() -> None:
    """Unless it is given."""
    first = "window -3, 1, -1, 0.5\ndraw x <= -2.5"
    last = "window -1, 5, -2, 0\ndraw x <= -2.5"
    (frame,) = frames(first, last, [0.5], size=(80, 25))  # -3 .. 5 and -2 .. 0.5
    assert (frame[:, :5, 0] == 0).all()
    assert (frame[:, 5:, 0] == 255).all()
    first, last = (text.replace("x <= -2.5", "y <= 0.2") for text in (first, last))
    (frame,) = frames(first, last, [0.5], size=(80, 25))
    assert (frame[:3, :, 0] == 255).all()
    assert (frame[3:, :, 0] == 0).all()


@pytest.mark.parametrize("share", [0.0, 0.125, 0.5, 1.0])
def test_sweeps_go_from_one_to_the_other(share: float) -> None:
    """By equal differences or factors; each frame is the picture with these numbers."""
    even, by_factors = Sweep("r", 0.25, 1.5), Sweep("n", 2.0, 32.0, geometric=True)
    r, n = 0.25 + 1.25 * share, 2.0 * 16.0**share
    assert (even.at(share), by_factors.at(share)) == pytest.approx((r, n))
    figure = parse("param r = 1\ndraw hypot(x, y) <= r & x <= y")
    (frame,) = sweep_frames(figure, Settings(size=30), [even, by_factors], [share])
    wanted = figure.render(size=30, sharpness=by_factors.at(share), parameters={"r": even.at(share)})
    assert np.array_equal(np.asarray(frame), np.asarray(wanted))
    assert (even.at(1.0), by_factors.at(1.0), by_factors.at(0.0)) == (1.5, 32.0, 2.0)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9999])
@pytest.mark.parametrize(
    ("low", "high", "geometric"),
    [
        (1e-320, 1.0, True),
        (1e-300, 1e300, True),
        (-1.7e308, 1.7e308, False),
        (0.7, 0.7, False),
        (0.7, 0.7, True),
    ],
)
def test_sweeps_stay_between_their_ends(low: float, high: float, geometric: bool, share: float) -> None:
    """Also where their difference, or factor, is larger than any number."""
    one, back = Sweep("r", low, high, geometric).at(share), Sweep("r", high, low, geometric).at(1 - share)
    assert low <= one <= high
    assert one == pytest.approx(back, rel=1e-9)


def test_a_film_that_cannot_end_does_not_begin() -> None:
    """Neither where its last number is impossible, nor its first."""
    figure = parse("param r = 1 in 0.5 .. 2\ndraw x <= r")
    for sweep in (Sweep("r", 1.0, 2.1), Sweep("r", 0.4, 1.0)):
        with pytest.raises(ShapeError, match="outside the range of r"):
            next(sweep_frames(figure, Settings(size=8), [sweep], [0.0, 0.5, 1.0]))


def test_colours_mean_the_same_all_the_time() -> None:
    """The range of the field is that of the frame in the middle, unless it is given."""
    figure, shares = parse("param r = 1\ndraw r*x <= 1"), [0.0, 0.1, 0.5, 0.9, 1.0]
    sweep = Sweep("r", 1.0, 40.0)
    for given, span in ((None, 50.0), (7.0, 7.0)):
        settings = Settings(size=(8, 8), style="field", span=given)
        found = sweep_frames(figure, settings, [sweep], shares)
        for frame, share in zip(found, shares, strict=True):
            parameters = {"r": sweep.at(share)}
            wanted = figure.render(size=(8, 8), style="field", span=span, parameters=parameters)
            assert np.array_equal(np.asarray(frame), np.asarray(wanted))


def test_seeds_change_by_whole_numbers() -> None:
    """A frame is the picture of its seed, also where another number moves."""
    text = "param q = 1\ndraw disc(random(k) - q, random((k, 2)), 0.5) for k in 1..round(1 + 3*random(9))"
    sweeps = [Sweep("seed", 1.0, 4.0), Sweep("q", 0.0, 1.0)]
    found = sweep_frames(parse(text), Settings(size=20), sweeps, (0.0, 0.4, 0.45, 1.0))
    for frame, seed, q in zip(found, (1, 2, 2, 4), (0.0, 0.4, 0.45, 1.0), strict=True):
        assert frame.tobytes() == parse(text).render(size=20, seed=seed, parameters={"q": q}).tobytes()
