"""Coverage to colours to files."""

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

import shapecli
from shapecli.base.colours import encoded, linear, names, rgba
from shapecli.formats.png import write_image
from shapecli.painting import paint
from shapecli.painting.paint import Paint, painted
from shapecli.painting.strokes import _narrow, _wide, stroke
from tests.drawn import drawn, texts_of


def pixels(image: Image.Image) -> list[object]:
    """Colours, row by row."""
    return [image.getpixel((i, j)) for j in range(image.height) for i in range(image.width)]


def test_colours_mix_by_coverage() -> None:
    """Half of red over white has half of white's green light; over nothing it is red, half transparent."""
    share = np.array([[0.0, 0.5, 1.0]], np.float32)
    red, white, nothing = rgba("red"), rgba("white"), rgba("transparent")
    assert painted([Paint(share, red)], white, 3, 1).tolist() == [
        [[255, 255, 255], [255, 188, 188], [255, 0, 0]]
    ]
    clear = painted([Paint(share, red)], nothing, 3, 1)
    assert clear.tolist() == [[[0, 0, 0, 0], [255, 0, 0, 128], [255, 0, 0, 255]]]


def test_light_and_numbers_of_srgb_are_inverse() -> None:
    """No number changes on the way to light and back, by either of the two functions."""
    assert [encoded(linear(number)) for number in range(256)] == list(range(256))
    assert paint.encoded(paint.LINEAR).tolist() == list(range(256))


@pytest.mark.parametrize("background", ["white", "#20406080", "transparent"])
def test_runs_of_pixels_are_blended_like_single_ones(background: str) -> None:
    """A pixel's colour depends on its own shares alone, and layers may have a colour for each pixel."""
    random = np.random.default_rng(3)
    shares = [random.choice([0, 0, 0, 99, 255, 255], (5, 64)).astype(np.uint8) for _ in range(3)]
    many = random.integers(0, 3, (5, 64, 3)).astype(np.uint8) * 100
    paints = [Paint(shares[0], rgba("tomato"), 0.7), Paint(shares[1], many), Paint(shares[2], rgba("navy"))]
    whole = painted(paints, rgba(background), 64, 5)
    for row, column in [(0, 0), (1, 17), (4, 63), (2, 40)]:
        one = [
            Paint(
                p.share[row : row + 1, column : column + 1],
                p.colour if isinstance(p.colour, tuple) else p.colour[row : row + 1, column : column + 1],
                p.opacity,
            )
            for p in paints
        ]
        assert (painted(one, rgba(background), 1, 1)[0, 0] == whole[row, column]).all()


def test_later_layers_lie_on_top() -> None:
    """In the order of the text, with their opacity."""
    image = shapecli.parse("draw x <= 9 fill red\ndraw x <= 9 fill blue opacity 0.5").render(size=2)
    assert set(pixels(image)) == {(188, 0, 188)}


def test_the_soft_style_is_one_over_one_plus_u() -> None:
    """1/2 on the boundary, 1 far inside, 0 far outside, and no overflow."""
    level = np.array([[-np.inf, -1e4, -np.log(3), 0.0, np.log(3), 1e4, np.inf]])
    assert paint.opacity(level).tolist() == [pytest.approx([1, 1, 0.75, 0.5, 0.25, 0, 0])]


@pytest.mark.parametrize("width", [0.5, 1.0, 2.0, 5.0, 23.0, 25.0, 90.0])
@pytest.mark.parametrize("way", [(1.0, 0.0), (0.0, 3.0), (0.6, 0.8)])
def test_a_stroke_is_as_wide_as_it_says(width: float, way: tuple[float, float]) -> None:
    """Its coverage adds up to its length times its width and the two halves of its round ends."""
    line = np.array([[100.3, 100.6], [100.3 + 30 * way[0], 100.6 + 30 * way[1]]])
    drawn = stroke([line], width, 300, range(300)) / 255
    ends = np.pi / 4 * width**2
    assert drawn.sum() == pytest.approx(30 * np.hypot(*way) * width + ends, rel=0.05, abs=0.5)


@pytest.mark.parametrize("width", [0.7, 3.0, 60.0])
def test_a_stroke_is_the_same_in_strips(width: float) -> None:
    """Pixels do not depend on the rows that are drawn with them."""
    random = np.random.default_rng(4)
    lines = [random.uniform(-20, 120, (7, 2)) for _ in range(3)]
    whole = stroke(lines, width, 90, range(100)).astype(int)
    pieces = [stroke(lines, width, 90, range(top, min(100, top + 17))) for top in range(0, 100, 17)]
    assert np.abs(np.concatenate(pieces).astype(int) - whole).max() <= (0 if width < 24 else 1)


def test_wide_and_narrow_pens_are_one() -> None:
    """Two ways to the same distances: to all pixels of tiles, and to those around short pieces."""
    random = np.random.default_rng(5)
    begin, end = random.uniform(-50, 250, (2, 4, 2))
    for reach in (3.0, 20.0, 90.0):
        narrow = _narrow(begin, end, reach, 200, 150)
        wide = _wide(begin, end, reach, 200, 150)
        near = narrow < reach
        covered = wide == 0.0  # of tiles that are all covered, the distance is not looked for
        known = near & ~covered
        assert known.any()
        assert np.abs(narrow[known] - wide[known]).max() < 1e-3
        assert (narrow[covered] < reach - 1.4).all()
        assert (wide[~near] >= reach - 1e-3).all()


def test_a_disc_is_round_in_any_picture() -> None:
    """The window is widened, never stretched; with stretch it is taken as it is."""
    figure = shapecli.parse("draw x^2 + y^2 <= 1")
    view = drawn(figure, size=(300, 100)).view
    assert (view.window.x0, view.window.x1, view.window.y0, view.window.y1) == (-6, 6, -2, 2)
    stretched = drawn(figure, size=(300, 100), stretch=True).view
    assert stretched.window == figure.window
    longer = drawn(figure, size=300, window=(0, 3, 0, 1)).view
    assert (longer.width, longer.height) == (300, 100)


def test_pixel_centres() -> None:
    """Row 0 is the top, and centres are half a pixel from the edge."""
    view = drawn(shapecli.parse("draw x <= 0"), size=4).view
    assert view.xs().tolist() == [-1.5, -0.5, 0.5, 1.5]
    assert view.ys().tolist() == [1.5, 0.5, -0.5, -1.5]


def test_metadata_goes_round() -> None:
    """What is written beside the pixels is read again, letters of any kind and length."""
    texts = {"source": "draw x ≤ π\n" * 500, "title": "ü"}
    stream = io.BytesIO()
    write_image(stream, Image.new("RGB", (2, 2)), texts)
    assert texts_of(Image.open(stream)) == texts


def test_a_notebook_shows_a_figure() -> None:
    """As a PNG of its own."""
    shown = shapecli.parse("draw x^2 + y^2 <= 1")._repr_png_()
    assert Image.open(io.BytesIO(shown)).size == (512, 512)


def test_unknown_colours_have_a_hint() -> None:
    """The nearest name, if there is one."""
    with pytest.raises(ValueError, match="did you mean tomato"):
        rgba("tomatoe")
    assert rgba("#abc") == (0xAA, 0xBB, 0xCC, 255)
    assert rgba("rgb(1, 2, 3)") == (1, 2, 3, 255)


def test_colour_names_are_those_of_pillow() -> None:
    """All of them, and no other."""
    theirs = {name: ImageColor.getrgb(name) for name in list(ImageColor.colormap)}
    assert names() == {name: bytes(channels).hex() for name, channels in theirs.items()}
    for text in (
        "#f80",
        "#F80c",
        "#ff8800",
        "#FF8800cc",
        " Tomato ",
        "rgb(255, 136, 0)",
        "hsl(0, 100%, 50%)",
    ):
        channels = ImageColor.getrgb(text.strip())
        assert rgba(text) == (channels if len(channels) == 4 else (*channels, 255))
