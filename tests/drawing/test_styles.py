"""Styles: what each pixel's colour means."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.colourmaps import FIELD, colour_list, colour_map
from shapecli.base.source import ShapeError
from shapecli.drawing.styles.field import round_down
from shapecli.language.motion import Sweep

HEART = "A = (x-1)^2 + (y-1)^2 <= 2\nB = (x+1)^2 + (y-1)^2 <= 2\nC = abs(x) - y <= 2 & y <= 2 - abs(x)\n"
LAYERS = (
    "background ivory\ndraw x^2 + y^2 <= 1 fill tomato opacity 0.7\n"
    "draw hypot(x - 1, y) <= 1.3 fill navy stroke gold 5\ndraw y = x^3 stroke teal 3"
)


def light(pixels: object) -> NDArray[np.float64]:
    """Numbers of sRGB as amounts of light."""
    share = np.asarray(pixels) / 255
    found: NDArray[np.float64] = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return found


def test_half_covered_is_half_the_light() -> None:
    """A boundary along the middle of pixels gives the mean of both amounts of light."""
    figure = shapecli.parse("draw x <= 0 fill red")
    image = figure.render(size=(3, 1), window=(-1.5, 1.5, 0, 1), background="blue")
    expected = [[[255, 0, 0], [188, 0, 188], [0, 0, 255]]]
    assert np.abs(np.asarray(image).astype(int) - expected).max() <= 1  # coverage has 8 bits


@pytest.mark.parametrize("style", ["fill", "soft", "field", "outline", "owners"])
@pytest.mark.parametrize("background", [None, "transparent", "#30609080"])
def test_pictures_do_not_depend_on_threads_or_strips(
    style: str, background: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes on one thread and on four, in one strip and in three."""
    figure = shapecli.parse(LAYERS)
    settings = {"size": (300, 700), "style": style, "background": background}
    whole = figure.render(**settings, threads=4)
    assert whole.mode == ("RGBA" if background else "RGB")
    monkeypatch.setattr("shapecli.drawing.strips.ROWS_TOGETHER", 1)
    assert figure.render(**settings, threads=1).tobytes() == whole.tobytes()


def test_soft_is_one_over_one_plus_u() -> None:
    """Black over white gives the light u / (1 + u)."""
    figure = shapecli.parse("draw x^2 + y^2 <= 1")
    level = figure.field(size=64, sharpness=3.0)
    drawn = light(figure.render(size=64, sharpness=3.0, style="soft").convert("L"))
    assert np.abs(drawn - 1 / (1 + np.exp(-level))).max() < 0.01


def test_field_has_the_colours_of_its_map() -> None:
    """Far from the iso-lines, the colour of a pixel is that of its L / n; unbounded ones have the last."""
    figure = shapecli.parse("draw y <= 0")
    image = np.asarray(figure.render(size=(5, 400), window=(-0.025, 0.025, -2, 2), style="field", span=1.0))
    table = colour_map(FIELD, 256)
    for value in (-1.9, -1.1, -0.61, -0.13, 0.11, 0.7, 1.3):
        row = round((2 - value) * 100)
        expected = table[np.clip(round(255 * (value + 1) / 2), 0, 255)].astype(int)
        assert np.abs(image[row, 2] - expected).max() <= 6
    assert image[200, 2].sum() == 0  # the line at 0


@pytest.mark.parametrize("number", [1e-30, 0.0123, 0.99, 1.0, 1.99, 2.0, 4.7, 5.0, 9.99, 1e20])
def test_round_numbers(number: float) -> None:
    """1, 2 or 5 times a power of ten, not larger, and more than 2/5 of it."""
    found = round_down(number)
    assert number * 0.399 < found <= number * (1 + 1e-9)
    assert found / 10.0 ** math.floor(math.log10(found) + 1e-9) == pytest.approx(
        round(found / 10.0 ** math.floor(math.log10(found) + 1e-9))
    )


def test_owners_are_the_weights_in_the_gradient() -> None:
    """Inside, the light of a pixel is the mean of the primitives' colours, weighted by softmax products."""
    figure = shapecli.parse(HEART + "draw A | B | C")
    n, size = 3.0, 40
    window = (-3.0, 3.0, -3.0, 3.0)
    drawn = light(figure.render(size=size, sharpness=n, window=window, style="owners"))
    steps = (np.arange(size) + 0.5) / size * 6 - 3
    x, y = np.meshgrid(steps, -steps)
    fields = [
        (x - 1) ** 2 + (y - 1) ** 2 - 2, (x + 1) ** 2 + (y - 1) ** 2 - 2,
        np.abs(x) - y - 2, y + np.abs(x) - 2,
    ]  # fmt: skip
    u = [np.exp(n * field) for field in fields]
    both = u[2] + u[3]
    total = 1 / (1 / u[0] + 1 / u[1] + 1 / both)
    weights = [total / u[0], total / u[1], total / both * u[2] / both, total / both * u[3] / both]
    assert np.allclose(sum(weights), 1)
    colours = light(colour_list("tol:bright", 4))
    expected = sum(weight[..., None] * colour for weight, colour in zip(weights, colours, strict=True))
    inside = np.log(total) < -2  # away from the line along the boundary
    assert inside.sum() > 200
    assert np.abs(drawn - expected)[inside].max() < 0.01


@pytest.mark.parametrize("ground", ["navy", "ramp([navy, teal], x)"])
@pytest.mark.parametrize("style", ["fill", "soft", "field", "outline", "owners"])
def test_what_gives_every_place_a_colour_does_not_mix_it_with_the_background(style: str, ground: str) -> None:
    """Unless the figure asks for that style itself, or somebody for a background."""
    text = "window -2, 2, -2, 2\ndraw x^2 + y^2 <= 1 fill gold stroke teal 3"
    plain, grounded = shapecli.parse(text), shapecli.parse(f"background {ground}\n{text}")
    owned = shapecli.parse(f"style {style}\nbackground {ground}\n{text}")
    same = plain.render(size=40, style=style).tobytes() == grounded.render(size=40, style=style).tobytes()
    assert same == (style in ("field", "owners"))
    for figure in (grounded, owned):
        asked = figure.render(size=40, style=style, background="red").tobytes()
        assert asked == plain.render(size=40, style=style, background="red").tobytes()
    if style != "field":  # where nothing of the background is seen
        assert owned.render(size=40).tobytes() != plain.render(size=40, style=style).tobytes()


def test_large_pictures_of_layers_are_written_as_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pixels when no more than a strip is held in memory."""
    import io

    from PIL import Image

    from shapecli.drawing.drawing import drawing_of
    from shapecli.drawing.picture import save
    from shapecli.drawing.settings import Settings

    figure = shapecli.parse(LAYERS)
    whole = figure.render(size=600)
    monkeypatch.setattr("shapecli.drawing.drawing.LIMIT_PIXELS", 1000)
    monkeypatch.setattr("shapecli.drawing.strips.ROWS_TOGETHER", 1)
    stream = io.BytesIO()
    save(drawing_of(figure, Settings(size=600), streamed=True), stream)
    assert Image.open(stream).convert("RGB").tobytes() == whole.tobytes()


def test_unknown_colour_maps_have_a_hint() -> None:
    """As unknown colours do."""
    with pytest.raises(ShapeError, match="unknown colour map virids") as caught:
        shapecli.parse("draw x <= 1").render(size=8, style="field", colours="virids")
    assert caught.value.hint == "did you mean viridis?"


def test_sweeps_are_exact_at_their_ends() -> None:
    """And geometric ones have equal factors between equal times."""
    sweep = Sweep("n", 2.0, 80.0, geometric=True)
    assert (sweep.at(0.0), sweep.at(1.0)) == (2.0, 80.0)
    assert sweep.at(0.5) == pytest.approx(math.sqrt(160))
    assert Sweep("r", 0.1, 0.5).at(0.25) == pytest.approx(0.2)


def test_a_region_decides_between_plain_colours() -> None:
    """Nothing but the side depends on the place, so no number of the colour is left to be computed."""
    for text in ("draw all fill if(x < 0, red, gold)", "draw all fill steps([red, gold], x + 0.5)"):
        pixels = np.asarray(shapecli.parse(text).render(size=8))
        assert [tuple(pixels[4, column, :3]) for column in (1, 6)] == [(255, 0, 0), (255, 215, 0)]


def test_a_glow_has_no_seam() -> None:
    """Where two discs are equally near, it is as bright as beside that line."""
    text = "sharp\nbackground black\ndraw disc(-0.5, 0, 0.3) | disc(0.5, 0, 0.3) fill red glow 1, white"
    row = np.asarray(shapecli.parse(text).render(size=(401, 401)))[200, 197:204, 1].astype(int)
    assert row.min() > 100
    assert np.abs(np.diff(row)).max() < 6


@pytest.mark.parametrize("size", [2.0**-400, 2.0**400])
@pytest.mark.parametrize("word", ["soft {0}", "glow {0}, gold", "shadow {0}, {1}, {0}"])
def test_halos_are_the_same_in_windows_that_float32_has_not(size: float, word: str) -> None:
    """Theirs are shares of distances, which may be too small or too large."""
    found, expected = (
        shapecli.parse(f"draw x <= {unit / 4!r} fill red {word.format(unit / 8, -unit / 16)}").render(
            size=32, window=(-unit, unit, -unit, unit)
        )
        for unit in (size, 1.0)
    )
    assert (np.asarray(found) == np.asarray(expected)).all()
