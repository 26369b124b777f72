"""The style field where levels are strange: infinite, undefined, or one number everywhere."""

import warnings

import numpy as np
import pytest

import shapecli
from shapecli.base.source import ShapeError
from shapecli.drawing.picture import draw
from tests.drawn import drawn

STRANGE = {
    "infinite everywhere": "x/0 <= 0", "undefined everywhere": "0/0*x <= 0",
    "undefined here": "sqrt(x - 99) <= 0",
    "zero everywhere": "0*x <= 0", "one number": "0*x <= 1", "tiny": "1e-300*x <= 0", "huge": "1e300*x <= 0",
    "near the end": "1e307*x <= 1e307", "beyond it": "1e308*x*10 <= 0", "half undefined": "sqrt(x) <= 1",
}  # fmt: skip


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("style", ["field", "soft", "owners", "fill", "outline"])
def test_strange_levels_are_drawn(text: str, style: str) -> None:
    """Without a warning, and inside is where the level is at most 0."""
    figure = shapecli.parse(f"draw {text}")
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        image, found = draw(drawn(figure, size=24, style=style, antialiasing=1))
    assert image.size == (24, 24)
    level = figure.field(size=24)
    assert found.inside_pixels == np.count_nonzero(level <= 0)


def test_the_range_of_colours_is_chosen() -> None:
    """1 where there is nothing to choose it from; else round, and most of the field is well below it."""
    for text, span in (("x/0 <= 0", 1.0), ("0*x <= 0", 1.0), ("x <= 0", 2.0), ("100*x <= 0", 200.0)):
        figure = shapecli.parse(f"draw {text}")
        chosen, given = (
            np.asarray(figure.render(size=40, style="field", span=value).convert("RGB"))
            for value in (None, span)
        )
        assert np.array_equal(chosen, given)


@pytest.mark.parametrize(
    ("name", "good", "bad", "message"),
    [
        ("stroke_width", 1000.0, 1000.0001, "a stroke is up to 1000"),
        ("stroke_width", 1e-9, 0.0, "and more than 0"),
        ("antialiasing", 64, 65, "1 to 64 points"), ("antialiasing", 1, 0, "1 to 64 points"),
        ("tolerance", 1e-9, 0.0, "greater than 0"), ("tolerance", 1e9, float("inf"), "greater than 0"),
        ("span", 1e-9, 0.0, "greater than 0"), ("span", 1e9, float("inf"), "greater than 0"),
        ("sharpness", 1e-9, 0.0, "greater than 0"), ("sharpness", 1e9, float("inf"), "greater than 0"),
        ("size", 1, 0, "at least 1 pixel"), ("size", (1, 1), (1, 0), "at least 1 pixel"),
        ("limit_pixels", 64, 63, "more than the limit of 63 pixels"),
        ("threads", 1024, None, ""),
    ],
)  # fmt: skip
def test_limits_of_settings(name: str, good: object, bad: object, message: str) -> None:
    """What is exactly at a limit is drawn; what is beyond it is refused, by the name of its option."""
    figure = shapecli.parse("draw x <= 0 stroke red")
    size = {} if name == "size" else {"size": (8, 8)}
    assert figure.render(**size, **{name: good}).size[0] in (1, 8)
    if not message:
        return
    with pytest.raises(ShapeError, match=message) as caught:
        figure.render(**size, **{name: bad})
    assert caught.value.option == ("size" if name == "limit_pixels" else name)


def test_parameters_may_be_at_the_ends_of_their_range() -> None:
    """And not beyond."""
    figure = shapecli.parse("param r = 1 in 0.5 .. 2\ndraw x <= r")
    for value in (0.5, 2.0):
        figure.render(size=4, parameters={"r": value})
    for value in (0.4999999, 2.0000001):
        with pytest.raises(ShapeError, match="outside the range of r") as caught:
            figure.render(size=4, parameters={"r": value})
        assert caught.value.hint == "it goes from 0.5 to 2"
