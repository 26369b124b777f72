"""Fills that are made of lines: where they are, in every format, and which are refused."""

import io
import itertools
import math
import re

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.settings import Settings
from shapecli.drawing.vector import save_svg
from tests.drawing.paths import points_in

Line = NDArray[np.float64]
PIXEL = 4 / 200  # of pictures that are made here
REGIONS = {
    "disc": "disc(0.1, 0, 1)",
    "ring": "ring(0, 0, 0.4, 1.2)",
    "holes": "repeat(ring(0, 0, 0.1, 0.35), 0.8, 0.8)",
    "undefined": "y <= sqrt(x)",
    "jump": "y <= floor(2x)/2",
    "soft corners": "x^2 + y^2 <= 1 & x <= y",
}


def lines_of(text: str, size: int = 200) -> list[Line]:
    """The lines of an SVG that have no fill, in the plane: float64[points, 2] each."""
    figure = shapecli.parse(f"window -2, 2, -2, 2\n{text}")
    stream = io.BytesIO()
    save_svg(drawing_of(figure, Settings(size=size, tolerance=0.001)), stream, with_source=False)
    strokes = "".join(re.findall(r'<g [^>]*fill="none".*?</g>', stream.getvalue().decode(), re.DOTALL))
    lines = []
    for data in re.findall(r' d="([^"]*)"', strokes):
        lines.append(points_in(data) * (4 / size, -4 / size) + (-2, 2))
    return lines


def level_of(region: str, places: Line) -> Line:
    """How far places are from a region, L/n, in numbers that are told by plain NumPy."""
    figure = shapecli.parse(f"window -2, 2, -2, 2\ndraw {region}")
    layer = drawing_of(figure, Settings(size=200)).layers[0]
    return layer.body.anywhere(*places.T.copy()) / 50


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
@pytest.mark.parametrize("angle", [0, 90, 30, -200])
def test_lines_are_in_their_region_and_end_at_its_boundary(region: str, angle: int) -> None:
    """Each is straight, whole spacings from the origin, and goes on as far as it can."""
    lines = lines_of(f"draw {region} hatch {angle}deg, 0.13")
    turn = math.radians(angle)
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    assert len(lines) > 4
    for line in lines:
        number = line @ across / 0.13
        assert np.abs(number - round(number[0])).max() < 1e-3
    begin, end = (np.stack([line[side] for line in lines]) for side in (0, -1))
    share = np.linspace(0, 1, 41)[1:-1, None, None]
    assert (level_of(region, (begin + share * (end - begin)).reshape(-1, 2)) <= 1e-4).all()
    way = np.sign((end - begin) @ along)[:, None] * 0.002 * along
    beyond = np.concatenate([begin - way, end + way])
    assert ((level_of(region, beyond) > 0) | (np.abs(beyond) > 1.999).any(axis=1)).all()


def test_lines_are_where_the_plane_has_them() -> None:
    """Neighbours match, whatever the window; and all that is long enough is there."""
    whole = lines_of("draw abs(y) <= 1 hatch 1, 0.1")
    parts = lines_of("draw abs(y) <= 1 & x <= 0.3 hatch 1, 0.1\ndraw abs(y) <= 1 & x > 0.3 hatch 1, 0.1")
    length = [sum(math.dist(line[0], line[-1]) for line in lines) for lines in (whole, parts)]
    # corners are rounded a little
    assert 0.99 * length[0] < length[1] <= length[0] == pytest.approx(8 / 0.1, rel=0.01)


def test_a_crosshatch_is_two_hatches() -> None:
    """At right angles."""
    region = "draw disc(0, 0, 1.5)"
    both = lines_of(f"{region} crosshatch 0.4, 0.2")
    one = lines_of(f"{region} hatch 0.4, 0.2 hatch 0.4 + pi/2, 0.2")
    assert len(both) == len(one) > 20
    assert all(np.allclose(line, other) for line, other in zip(both, one, strict=True))


@pytest.mark.parametrize("region", ["disc(0.1, 0, 1)", "disc(0, 0, 1) & x <= y", "ellipse(0, 0, 1.5, 1)"])
def test_bands_are_where_the_field_is(region: str) -> None:
    """On each the field is a whole multiple of the spacing below 0, and each multiple has one."""
    found = set()
    for line in lines_of(f"draw {region} bands 0.15"):
        numbers = level_of(region, line) / -0.15
        assert np.abs(numbers - round(numbers[0])).max() < 0.01
        found.add(round(numbers[0]))
    lowest = level_of(
        region, np.stack([*map(np.ravel, np.meshgrid(*2 * [np.linspace(-2, 2, 201)]))], axis=1)
    ).min()
    assert found == set(range(1, math.floor(-lowest / 0.15) + 1))


def test_a_clip_cuts_lines() -> None:
    """Those of all words."""
    for word in ("hatch 1, 0.1", "bands 0.1"):
        places = np.concatenate(lines_of(f"clip x <= 0.2\ndraw disc(0, 0, 1) {word}"))
        assert places[:, 0].max() == pytest.approx(0.2, abs=1e-4)


@pytest.mark.parametrize("word", ["hatch 30°, 0.2, navy, 2", "bands 0.2, navy, 2"])
def test_pictures_have_the_same_lines(word: str) -> None:
    """Pixels on lines have their colour, others have that of the fill, the stroke lies on top."""
    text = f"draw disc(0, 0, 1.5) fill gold {word} stroke red 4"
    pixels = np.asarray(shapecli.parse(f"window -2, 2, -2, 2\n{text}").render(size=200)).astype(int)
    pixels = pixels[::3, ::3]  # which is enough
    x, y = (way * (np.arange(0, 200, 3) + 0.5) * PIXEL - 2 * way for way in (1, -1))
    x, y = np.meshgrid(x, y)
    away = np.full(x.shape, np.inf)
    for line in lines_of(text)[:-1]:
        for begin, end in itertools.pairwise(line):
            way = end - begin
            share = np.clip(((x - begin[0]) * way[0] + (y - begin[1]) * way[1]) / max(way @ way, 1e-12), 0, 1)
            away = np.minimum(away, np.hypot(x - begin[0] - share * way[0], y - begin[1] - share * way[1]))
    inner = np.hypot(x, y) < 1.5 - 4 * PIXEL
    assert (pixels[inner & (away < 0.4 * PIXEL)] == (0, 0, 128)).all()
    assert (pixels[inner & (away > 1.6 * PIXEL)] == (255, 215, 0)).all()
    assert (pixels[np.abs(np.hypot(x, y) - 1.5) < PIXEL] == (255, 0, 0)).all()


@pytest.mark.parametrize(
    ("words", "message"),
    [("hatch 1, 0", "greater than 0"), ("bands -1", "greater than 0"), ("hatch 1/0, 1", "angle is a finite"),
     ("hatch 1, 1e-6", "finer than 0.01 pixels"), ("bands 0.0009", "more bands than the limit of 1,000"),
     ("crosshatch 1, 0.1, red, -1", "pixels wide"), ("hatch 1 0.1", "a comma is missing before 0.1"),
     ("hatch 1", "hatch takes other things")],
)  # fmt: skip
def test_lines_that_are_refused(words: str, message: str) -> None:
    """With their place and a hint."""
    with pytest.raises(ShapeError, match=message) as caught:
        shapecli.parse(f"draw disc(0, 0, 1) {words}").render(size=1000)
    assert caught.value.span
    assert caught.value.span.start >= 19
    assert caught.value.hint


def test_too_many_lines_are_refused() -> None:
    """However large the picture is."""
    figure = shapecli.parse("draw disc(0, 0, 1) hatch 1, 0.00003")
    with pytest.raises(ShapeError, match="more than the limit of 100,000"):
        figure.render(size=5000)
