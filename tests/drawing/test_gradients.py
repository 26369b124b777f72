"""Colours that vary, in paths: gradients where they are straight or round, else pictures clipped by paths."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.base.source import ShapeError
from shapecli.drawing.vector import save_pdf
from tests.drawing.test_vector import rasterised, svg
from tests.drawn import drawn

SIZE = 96
SVG = "{http://www.w3.org/2000/svg}"
PLANE = "window -2, 2, -1, 3\n"

COLOURS = {
    "viridis((x + 1)/2)": "linear",
    "mix(red, gold, y)": "linear",
    "ramp([red, gold, navy], (2*x - y)/3 + 0.2)": "linear",
    "ramp([white, black], |x + y|)": "linear",  # a kink
    "viridis(exp(-3*(x - y)^2))": "linear",
    "ramp([red, gold], x^2 + 2*x*y + y^2)": "linear",  # the square of one form
    "viridis(floor(3*x)/6 + 0.5)": "linear",  # jumps
    "faded(teal, clamp(y, 0, 1))": "linear",
    "rgb(sqrt(x), 0.5, 0.2)": "linear",  # undefined where x < 0
    "hsl(y/3, 0.7, 0.5)": "linear",
    "ramp([red, gold, navy], hypot(x - 0.3, y - 1)/2)": "radial",
    "viridis(1 - x^2 - (y - 1)^2)": "radial",
    "viridis((x^2 + y^2)^1.5/9)": "radial",  # from a point outside
    "ramp([red, gold], (x/2)^2 + (y - 1)^2)": "radial",  # an ellipse
    "ramp([red, gold], x^2 + x*y + y^2)": "radial",  # and one that is turned
    "mix(red, gold, x*y)": "image",
    "viridis(x^2 - y^2)": "image",
    "mix(viridis(x), gold, y)": "image",
    "viridis(atan2(y, x)/7 + 0.5)": "image",
    "ramp([red, gold], y - x^2)": "image",
    "viridis(0.5 + sin(400*x)/2)": "image",  # more stops than it is worth
    "if(y >= x, red, viridis(x))": "image",  # whose edge is smooth
    "viridis(noise(3*x, 3*y))": "image",
    "mix(red, gold, min(x, -4))": "path",  # the same everywhere
}  # fmt: skip


def number(element: ElementTree.Element, name: str) -> float:
    """An attribute as a number."""
    return float(element.attrib[name])


def kind(text: str) -> str:
    """What the only layer of a file is filled with."""
    found = [name for name in ("linear", "radial") if f"<{name}Gradient" in text]
    return (found or [name for name in ("image", "path") if f"<{name} " in text])[0]


def shown(text: str) -> NDArray[np.float64]:
    """The only gradient of a file as SVG has it, at the middles of pixels: [rows, columns, 4]."""
    (gradient,) = (e for e in ElementTree.fromstring(text).iter() if e.tag.endswith("Gradient"))  # noqa: S314
    x, y = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5)
    if gradient.tag == f"{SVG}linearGradient":
        (x1, y1), (x2, y2) = ([number(gradient, f"{axis}{k}") for axis in "xy"] for k in (1, 2))
        place = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    else:
        matrix = re.findall(r"[^( )]+", gradient.get("gradientTransform", "matrix(1 0 0 1 0 0)"))[1:]
        a, b, c, d, e, f = map(float, matrix)
        u, v = np.linalg.solve([[a, c], [b, d]], [(x - e).ravel(), (y - f).ravel()])
        away = np.hypot(u - number(gradient, "cx"), v - number(gradient, "cy")) / number(gradient, "r")
        place = away.reshape(x.shape)
    stops = [*gradient]
    offsets = [number(stop, "offset") for stop in stops]
    assert offsets == sorted(offsets)
    colours = [
        [*bytes.fromhex(stop.attrib["stop-color"][1:]), 255 * float(stop.get("stop-opacity", 1))]
        for stop in stops
    ]
    return np.stack([np.interp(place, offsets, channel) for channel in zip(*colours, strict=True)], axis=-1)


def pictures(text: str) -> list[tuple[int, int, NDArray[np.int64]]]:
    """Left, top and pixels of every picture in a file."""
    found = re.findall(r'<image x="(\d+)" y="(\d+)"[^>]*base64,([^"]*)"', text)
    return [
        (
            int(x),
            int(y),
            np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")).astype(int),
        )
        for x, y, data in found
    ]


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_is_that_of_the_picture(colour: str) -> None:
    """To one level, as is what the dithering of pixels may add; pictures are the same to the bit."""
    figure = shapecli.parse(f"{PLANE}background transparent\ndraw all fill {colour}")
    text, expected = svg(figure, size=SIZE), np.asarray(figure.render(size=SIZE)).astype(int)
    assert kind(text) == COLOURS[colour]
    if COLOURS[colour] == "image":
        ((left, top, found),) = pictures(text)
        assert (left, top) == (0, 0)
        assert (found == expected).all()
    elif COLOURS[colour] != "path":
        off = shown(text) - expected
        seen = expected[..., 3:] / 255
        off[..., :3] *= seen
        assert np.abs(off).max() < 2
        assert np.abs(off[..., :3].mean(axis=(0, 1))).max() < 0.5
    assert np.abs(rasterised(text).astype(int) - expected)[expected[..., 3] == 255].max() <= 2


def test_backgrounds_and_strokes_vary_too() -> None:
    """By gradients, or by pictures under all and along lines; drawn by somebody else they look as ours."""
    for background, stroke, gradients, images in (
        ("viridis(y/4)", "mix(navy, red, x)", 2, 0),
        ("viridis(x*y)", "viridis(sin(9*x*y))", 0, 2),
    ):
        text = f"{PLANE}background {background}\ndraw hypot(x, y - 1) <= 1.5 fill ivory stroke {stroke} 12"
        figure = shapecli.parse(text)
        written, expected = svg(figure, size=200), np.asarray(figure.render(size=200)).astype(int)
        assert written.count("Gradient id") == gradients
        assert written.count("<image") == images
        off = np.abs(rasterised(written)[..., :3].astype(int) - expected).max(axis=2)
        assert np.median(off) <= 1
        assert (off > 12).mean() < 0.02  # edges, which viewers mix as numbers of sRGB


def test_what_is_clipped_by_a_path_is_seen_inside_of_it() -> None:
    """The picture reaches beyond the path by no more than a pixel or two, and has its colours up to there."""
    figure = shapecli.parse(f"{PLANE}draw hypot(x, y - 1) <= 1 fill mix(red, gold, x*y)")
    text, expected = svg(figure, size=SIZE), np.asarray(figure.render(size=SIZE)).astype(int)
    ((left, top, found),) = pictures(text)
    assert SIZE / 2 <= len(found) <= SIZE / 2 + 4
    covered = np.asarray(figure.render(size=SIZE, fill="black", background="transparent"))[..., 3]
    part = slice(top, top + len(found)), slice(left, left + found.shape[1])
    assert (found[..., :3] == expected[part])[covered[part] == 255].all()
    assert (covered > 0).sum() == (covered[part] > 0).sum()
    assert re.findall('clip-path="url.#(.*?)."', text) == re.findall('<clipPath id="(.*?)"', text) != []


@pytest.mark.parametrize(
    "text",
    [
        "draw all fill viridis(sqrt(x*(y - 1)))",
        "draw x <= 3 stroke red fill if(x*(y - 1) <= 0, red)",
        "draw abs(y - 1) <= 0.5 stroke viridis(sqrt(x*(y - 1))) 9 fill red",
        "draw hypot(x, y - 1) <= 1 fill tomato soft 1e-9 clip y <= 2.5",  # opaque where it is not 0
        "background viridis(sqrt(x*(y - 1)))\ndraw x <= 0",
        "background viridis(sqrt(x))\ndraw y <= 0",
    ],
)
def test_undefined_colours_show_what_is_below(text: str) -> None:
    """Also in a picture that is clipped by a path, and under a background."""
    figure = shapecli.parse(PLANE + text)
    found, expected = rasterised(svg(figure, size=SIZE)), np.asarray(figure.render(size=SIZE))
    assert (found[..., 3] == 255).all()
    assert (np.abs(found[..., :3] - expected.astype(int)).max(axis=2) > 24).mean() < 0.03


@pytest.mark.parametrize(
    ("words", "images"),
    [("soft 0.5", 1), ("glow 0.6, teal", 1), ("shadow 0.3, -0.3, 0.4", 1), ("opacity x + 0.5", 0),
     ("soft 0.3 opacity 0.5", 1), ("\nstyle soft\nsharpness 5", 1),
     ("glow 0.5 shadow 0.2, 0, 0.3, navy", 2), ("glow 0.5, viridis(x)", 1),
     ("glow 0.8, teal clip y <= 1", 1), ("fill viridis(x*y) clip y <= 1", 1)],
)  # fmt: skip
def test_soft_edges_and_halos_are_pictures(words: str, images: int) -> None:
    """As strong as in the picture at every pixel, but where edges of two layers meet."""
    fill = "" if "fill" in words else "fill tomato "
    figure = shapecli.parse(f"{PLANE}background transparent\ndraw hypot(x, y - 1) <= 1 {fill}{words}")
    text, expected = svg(figure, size=SIZE), np.asarray(figure.render(size=SIZE)).astype(int)
    assert text.count("<image") == images
    off = np.abs(rasterised(text).astype(int) - expected)
    assert (off[..., 3] > 3).mean() < 0.03
    assert off[expected[..., 3] >= expected[..., 3].max() - 1].mean() < 1


@pytest.mark.parametrize("ground", ["black", "ramp([black, teal], y/3)", "ivory"])
@pytest.mark.parametrize("words", ["glow 0.8, gold", "shadow 0.2, -0.2, 0.8", "soft 0.8"])
def test_halos_look_right_on_the_background(ground: str, words: str) -> None:
    """Although viewers mix numbers of sRGB: nearly so if channels differ, whose shares are one opacity."""
    figure = shapecli.parse(f"{PLANE}background {ground}\ndraw hypot(x, y - 1) <= 1 fill tomato {words}")
    found = rasterised(svg(figure, size=SIZE))[..., :3].astype(int)
    off = np.abs(found - np.asarray(figure.render(size=SIZE)))
    assert off.mean() < 3.5
    assert np.quantile(off, 0.95) < 24


@pytest.mark.parametrize("word", ["multiply", "screen", "overlay", "darken", "lighten"])
def test_layers_blend_in_viewers(word: str) -> None:
    """As numbers of sRGB there and as light here, which is the same where a colour is taken or left."""
    text = f"{PLANE}background gold\ndraw x <= 0 fill teal\ndraw y <= 1 fill orchid blend {word}"
    figure = shapecli.parse(text)
    assert f"mix-blend-mode:{word}" in svg(figure, size=SIZE)
    found, expected = rasterised(svg(figure, size=SIZE))[..., :3], np.asarray(figure.render(size=SIZE))
    exact = word in ("darken", "lighten")
    assert np.abs(found.astype(int) - expected).mean() < (1 if exact else 25)


def pdf(text: str) -> bytes:
    """The file of a figure."""
    stream = io.BytesIO()
    save_pdf(drawn(shapecli.parse(PLANE + text), size=SIZE), stream)
    return stream.getvalue()


def test_a_pdf_has_the_same() -> None:
    """Shadings, pictures with opacities of their own, blending; and what it has not is told."""
    disc = "hypot(x, y - 1) <= 1"
    found = pdf(f"background viridis(x)\ndraw {disc} fill viridis(1 - x^2 - y^2) stroke viridis(y) 3")
    assert found.count(b"/ShadingType 2") == 2
    assert found.count(b"/ShadingType 3") == 1
    assert b"/Subtype /Image" not in found
    found = pdf(f"draw {disc} fill viridis(x*y) glow 0.5, gold clip x <= 0 blend multiply")
    assert found.count(b"/Subtype /Image") == 3  # one of them is how opaque the glow is
    assert b"/BM /Multiply" in found
    for stroke in ("viridis(x*y)", "faded(teal, x)"):
        with pytest.raises(ShapeError, match="strokes in a"):
            pdf(f"draw {disc} stroke {stroke}")


def test_a_pdf_keeps_colours_that_jump() -> None:
    """The colour ends where the next one begins, and does not run into it; also if it is transparent."""
    for colour in ("viridis(sqrt(x))", "viridis(floor(3*x)/6 + 0.5)"):
        text = svg(shapecli.parse(f"{PLANE}draw all fill {colour}"), size=SIZE)
        offsets = [float(place) for place in re.findall('offset="(.*?)"', text)]
        assert len(offsets) > len(set(offsets))
        found = pdf(f"draw all fill {colour}")
        bounds = [float(place) for place in re.findall(rb"/Bounds \[(.*?)\]", found)[0].split()]
        assert bounds == sorted(set(bounds))
        assert np.allclose(bounds, offsets[1:-1], atol=1e-5)
        assert (b"/SMask" in found) == ("stop-opacity" in text)


def test_limits_hold_for_what_files_carry() -> None:
    """Pixels of all pictures together, and work."""
    figure = shapecli.parse("\n".join([PLANE, *["draw all fill viridis(x*y) opacity 0.9"] * 3]))
    svg(figure, size=SIZE, limit_pixels=3 * SIZE**2)
    with pytest.raises(ShapeError, match="pictures in this file"):
        svg(figure, size=SIZE, limit_pixels=3 * SIZE**2 - 1)
    with pytest.raises(ShapeError, match="operations"):
        svg(figure, size=SIZE, limit_work=1e5)
    with pytest.raises(ShapeError, match="operations"):
        svg(shapecli.parse(f"{PLANE}background viridis(x)\ndraw x <= 0"), size=SIZE, limit_work=1e3)


@pytest.mark.parametrize("look", ["fill red", "stroke red"])
def test_lines_of_all_layers_count_together(look: str) -> None:
    """In paths and in pixels: what one layer may take, twenty may not."""
    one, many = (
        shapecli.parse(f"{PLANE}draw disc(k/40, 0, 1) {look} for k in 1..{count}") for count in (1, 20)
    )
    svg(one, size=SIZE, limit_work=2e6)
    one.render(size=SIZE, limit_work=5e5)
    with pytest.raises(ShapeError, match="operations"):
        svg(many, size=SIZE, limit_work=2e6)
    if "stroke" in look:
        with pytest.raises(ShapeError, match="operations"):
            many.render(size=SIZE, limit_work=5e5)
