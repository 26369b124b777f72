"""What is certain of a picture: counts that add up, bounds that hold, of one layer and of several."""

import math
from typing import Any

import numpy as np
import pytest

import shapecli
from shapecli.base.source import ShapeError
from shapecli.drawing.measures import certify
from shapecli.drawing.picture import draw
from tests.drawn import drawn, measured

DISC = "x^2 + y^2 <= 1"
FIGURES = {
    "one": (f"draw {DISC}", math.pi),
    "complement": (f"draw ~({DISC})", 16 - math.pi),
    "a curve beside it": (f"draw y = x\ndraw {DISC}", math.pi),
    "two apart": ("draw hypot(x - 1, y) <= 0.5\ndraw hypot(x + 1, y) <= 0.5", math.pi / 2),
    "one in another": (f"draw {DISC}\ndraw x^2 + y^2 <= 0.25", math.pi),
    "the same twice": (f"draw {DISC}\ndraw {DISC}", math.pi),
    "halves": ("draw x <= 0\ndraw x > 0", 16.0),
    "thirds": ("draw x <= 0 & y <= 0\ndraw x >= 0 & y >= 0\ndraw x >= 0 & y <= 0", 12.0),
    "with if": ("draw if(x <= 0, x + 1, 1 - x) >= 0", 8.0),
}  # fmt: skip
every_figure = pytest.mark.parametrize(("text", "area"), FIGURES.values(), ids=FIGURES)
SIZES = [(1, 1), (7, 5), (64, 64), (90, 700)]  # the last is drawn in several bands


@every_figure
@pytest.mark.parametrize("size", SIZES)
def test_counts_add_up_and_bounds_hold(text: str, area: float, size: tuple[int, int]) -> None:
    """Inside, outside and undecided are all pixels, and none is fewer than none."""
    figure = shapecli.parse(text)
    settings: dict[str, Any] = {"size": size, "window": (-2, 2, -2, 2), "stretch": True, "sharpness": 500}
    certain = certify(drawn(figure, **settings))
    assert certain.certain_inside + certain.certain_outside + certain.undecided == size[0] * size[1]
    assert min(certain.certain_inside, certain.certain_outside, certain.undecided) >= 0
    low, high = certain.certain_area
    assert low <= area <= high
    unit = 16 / (size[0] * size[1])
    assert certain.certain_inside * unit <= low * (1 + 1e-9)
    assert high <= 16 * (1 + 1e-9) - certain.certain_outside * unit
    assert high - low <= certain.undecided * unit * (1 + 1e-9) + 1e-9
    rendering = measured(figure, **settings)
    assert certain.certain_inside <= rendering.inside_pixels <= certain.certain_inside + certain.undecided
    assert low - 0.01 <= rendering.area <= high + 0.01


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "inside"), [("x <= 9", True), ("x >= 9", False), ("x*x < 0", False)])
def test_what_is_the_same_everywhere_is_decided_everywhere(
    text: str, inside: bool, size: tuple[int, int]
) -> None:
    """No pixel is left, in one layer and in two."""
    for figure in (shapecli.parse(f"draw {text}"), shapecli.parse(f"draw {text}\ndraw {text}")):
        certain = certify(drawn(figure, size=size, window=(-2, 2, -2, 2), stretch=True))
        count = size[0] * size[1]
        assert (certain.certain_inside, certain.certain_outside) == ((count, 0) if inside else (0, count))
        assert certain.undecided == 0
        assert certain.certain_area == pytest.approx((16.0, 16.0) if inside else (0.0, 0.0))


def test_more_is_certain_of_finer_pictures() -> None:
    """The bounds of the area close in on it, as the pixels on the boundary do."""
    figure = shapecli.parse(f"draw {DISC}")
    widths = []
    for size in (50, 200, 800):
        low, high = certify(drawn(figure, size=size)).certain_area
        assert low < math.pi < high
        widths.append(high - low)
    assert np.all(np.diff(np.log(widths)) < -1.0)


def test_nothing_is_certain_of_curves() -> None:
    """And the message says so, with no place on the command line."""
    with pytest.raises(ShapeError, match="of a curve there is nothing to prove") as caught:
        certify(drawn(shapecli.parse("draw y = x\ndraw x = 1"), size=9))
    assert caught.value.option is None


@every_figure
def test_the_area_of_layers_is_that_of_their_union(text: str, area: float) -> None:
    """As counted with the picture, and as measured alone; whatever the style; curves have none."""
    figure = shapecli.parse(text)
    settings: dict[str, Any] = {"size": 400, "window": (-2.0, 2.0, -2.0, 2.0), "sharpness": 500.0}
    regions = [line.removeprefix("draw ") for line in text.split("\n") if " = " not in line]
    union = shapecli.parse("draw " + " | ".join(f"({region})" for region in regions))
    whole, alone = (
        measured(figure, **settings),
        measured(union, **settings),
    )
    assert whole.area == pytest.approx(area, abs=2e-2)
    assert whole.area == pytest.approx(alone.area, abs=2e-2)
    assert abs(whole.inside_pixels - alone.inside_pixels) <= 900  # soft corners, and pixels on a boundary
    for style in ("fill", "soft", "field", "owners", "outline"):
        _, found = draw(drawn(figure, style=style, **settings))
        assert found.area == pytest.approx(whole.area, rel=1e-12)
        assert (found.inside_pixels, found.undefined_pixels) == (whole.inside_pixels, 0)


@pytest.mark.parametrize("style", ["fill", "owners", "outline"])
def test_curves_alone_have_no_area(style: str) -> None:
    """They are drawn, and cover nothing."""
    figure = shapecli.parse("draw y = x\ndraw x^2 + y^2 = 1 stroke red")
    image, found = draw(drawn(figure, size=50, style=style))
    assert (found.area, found.inside_pixels, found.undefined_pixels) == (0.0, 0, 0)
    assert len(set(image.convert("RGB").get_flattened_data())) > 3
