"""Paths show what pixels show, by an independent program; and they are as few as there are boundaries."""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.base.source import ShapeError
from shapecli.drawing.vector import save_svg
from shapecli.language.figure import Figure
from shapecli.render import load, parse
from tests.drawing.paths import points_in
from tests.drawn import drawn
from tests.oracle.components import boundaries

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.shape"))
SIZE, FINE, LARGE = 512, 4, 1024
THIN = {"yin-yang"}  # less than a pixel wide, at the tip of a tail
MEETING = {"endless-jigsaw"}  # pieces that meet in points: whether they hang together is nobody's to say


def svg(figure: Figure, **settings: object) -> str:
    """The text of the file."""
    stream = io.BytesIO()
    save_svg(drawn(figure, **settings), stream)
    return stream.getvalue().decode()


def rasterised(text: str, zoom: int = 1) -> NDArray[np.uint8]:
    """What resvg makes of it: uint8[height, width, 4]."""
    picture = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=zoom))))
    return np.asarray(picture.convert("RGBA"))


def coverage(text: str) -> NDArray[np.float64]:
    """How much of each pixel is covered; drawn large first, because resvg's own antialiasing is coarse."""
    large = rasterised(text, FINE)[..., 3] / 255
    height, width = large.shape
    found: NDArray[np.float64] = large.reshape(height // FINE, FINE, width // FINE, FINE).mean(axis=(1, 3))
    return found


def closed_paths(text: str) -> int:
    """How often a path begins; all are closed."""
    data = re.findall(r' d="([^"]*)"', text)
    begun: int = sum(part.count("M") for part in data)
    assert begun == sum(part.count("z") for part in data)
    return begun


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_the_same_in_paths(path: Path) -> None:
    """Intersection over union of all layers, each pixel by its coverage; and the number of boundaries."""
    figure = load(path)
    both = either = 0.0
    for layer in (layer for layer in figure.layers if not layer.is_curve):
        plain = replace(layer, look=replace(layer.look, fill=None, stroke=None, opacity=1.0))
        one = shapecli.render.Figure(**{**vars(figure), "layers": (plain,)})
        in_black = {"fill": "black", "background": "transparent"}
        size = LARGE if path.stem in THIN else SIZE
        drawn, large = (np.asarray(one.render(size=side, **in_black))[..., 3] / 255 for side in (size, LARGE))
        found = coverage(svg(one, size=size, **in_black))
        assert np.abs(found - drawn).max() < 0.25
        number = closed_paths(svg(one, size=LARGE, **in_black))
        assert path.stem in MEETING or number == boundaries(large > 0.5)
        both += np.minimum(found, drawn).sum()
        either += np.maximum(found, drawn).sum()
    assert both >= 0.998 * either


def test_layers_keep_their_colours() -> None:
    """Fill, stroke, opacity and background, each as it is in the picture."""
    figure = parse(
        "background ivory\nwindow -2, 2, -2, 2\n"
        "draw x^2 + y^2 <= 1 fill tomato opacity 0.5\n"
        "draw hypot(x - 0.5, y) <= 1 stroke navy 8\n"
        "draw (y = x) & x >= 0 stroke teal 5"
    )
    found = rasterised(svg(figure, size=200))[..., :3].astype(int)
    drawn = np.asarray(figure.render(size=200)).astype(int)
    flat = np.abs(found - drawn).max(axis=2)
    assert np.median(flat) == 0
    # a half-transparent colour is mixed by viewers as numbers of sRGB, and by us as light
    assert (flat > 40).mean() < 0.02
    for colour in ("#fffff0", "#ff6347", "#000080", "#008080"):
        assert colour in svg(figure, size=200)


def test_a_boundary_is_one_path() -> None:
    """Also as a stroke, and where a tangent runs along the edge of a cell; a curve with gaps is as many."""
    assert svg(parse("draw x^2 + y^2 <= 1 stroke red")).count("<path") == 1
    assert svg(parse("draw abs(x) <= 1 & abs(y) <= 1"), sharp=True).count("<path") == 1
    assert svg(parse("window -7, 7, -7, 7\ndraw y = tan(x)"), size=400).count("<path") == 5
    assert svg(load(EXAMPLES[0].parent / "rings.shape"), style="outline").count("<path") == 12


@pytest.mark.parametrize("angle", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("corners", [3, 4, 5, 12])
def test_crisp_corners_are_points(corners: int, angle: float) -> None:
    """A polygon is a path of its corners, each where it should be; and nothing is left of its tips."""
    figure = parse(f"window -2, 2, -2, 2\ndraw rotate(polygon({corners}, 0.9), {angle})")
    (data,) = re.findall(r' d="M([^"]*)z"', svg(figure, size=1000, sharp=True))
    points = points_in(data)
    assert len(points) == corners
    assert np.abs(np.hypot(*(points - 500).T) - 225 / np.cos(np.pi / corners)).max() < 0.15


def test_tips_leave_no_crumbs() -> None:
    """The points of a crisp star are finer than any grid, and still one path."""
    star = load(EXAMPLES[0].parent / "star.shape")
    assert closed_paths(svg(star, sharp=True)) == 1


@pytest.mark.parametrize("tolerance", [0.01, 0.05, 0.5])
def test_paths_are_within_their_tolerance(tolerance: float) -> None:
    """Every point of the path of a circle, and every middle of a piece, is that near to it."""
    text = svg(parse("window -2, 2, -2, 2\ndraw x^2 + y^2 <= 1"), size=1000, tolerance=tolerance)
    (data,) = re.findall(r' d="M([^"]*)z"', text)
    points = points_in(data)
    middles = (points + np.roll(points, -1, axis=0)) / 2
    for places in (points, middles):
        assert np.abs(np.hypot(*(places - 500).T) - 250).max() <= 1.5 * tolerance + 0.01
    assert len(points) < 600


def test_shades_have_no_paths() -> None:
    """The hint says what to do."""
    with pytest.raises(ShapeError, match="shades"):
        svg(parse("draw x <= 1"), style="field")
    with pytest.raises(ShapeError, match="around pixels"):
        svg(parse("draw x <= 1"), axes=True)


def test_a_title_is_text() -> None:
    """Nothing in a figure is markup in the file."""
    text = svg(parse('title "</title><script>alert(1)</script>"\ndraw x <= 1 # ]]> --> </metadata>'))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert rasterised(text).shape == (LARGE, LARGE, 4)
