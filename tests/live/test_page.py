"""The live page in a real browser: the same picture as the renderer, driven by real events, from one file."""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.base.defaults import ANTIALIASING
from shapecli.drawing.picture import save
from shapecli.explain.point import at
from shapecli.explain.steps import derive
from shapecli.painting.paint import LINEAR
from shapecli.render import load, parse
from tests.browser import Tab, needs_browser, new_tab, opened, until
from tests.commands.run import run
from tests.drawn import drawn

pytestmark = needs_browser

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.shape"))
INK = {"fill": "black", "stroke": "black", "background": "white"}
IN_INK = [part for name, colour in INK.items() for part in (f"--{name}", colour)]
HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
SIZE = 512
SIDE = 4  # samples on a side of a pixel: the finest that pages show


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """One browser for all."""
    with opened(viewport={"width": 900, "height": 600}) as found:
        yield found


@pytest.fixture(scope="module")
def small(tab: Tab) -> Tab:
    """A small window, for pictures of a size of their own: without a GPU, what it shows itself takes long."""
    assert tab.page.context.browser
    return new_tab(tab.page.context.browser, viewport={"width": 320, "height": 320})


def written(folder: Path, figure: str | Path, *options: str) -> str:
    """The address of a new page of a figure, or of its text."""
    if isinstance(figure, str):
        (folder / "figure.shape").write_text(figure)
        figure = folder / "figure.shape"
    ended = run("page", figure, "-o", "page.html", "-q", *options, folder=folder)
    assert (ended.code, ended.err) == (0, "")
    return (folder / "page.html").as_uri()


def pixels_of(tab: Tab, width: int, height: int, side: int = SIDE) -> NDArray[np.uint8]:
    """What the page draws: uint8[height, width, 4]."""
    script = """([width, height, side]) => {
        const found = shapecli.picture(width, height, side), parts = [];
        for (let k = 0; k < found.length; k += 8192)
            parts.push(String.fromCharCode(...found.subarray(k, k + 8192)));
        return btoa(parts.join(""));
    }"""
    found = base64.b64decode(tab.page.evaluate(script, [width, height, side]))
    return np.frombuffer(found, np.uint8).reshape(height, width, 4)


def rendered(figure: Any, **settings: Any) -> NDArray[np.uint8]:
    """What the renderer draws."""
    stream = io.BytesIO()
    save(drawn(figure, **settings), stream, with_source=False)
    return np.asarray(Image.open(stream).convert("RGB"))


def covered(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much of each pixel is black on white, in linear light."""
    return 1 - LINEAR[picture[..., 0]].astype(float)


def counted(figure: Any, width: int, height: int, **settings: Any) -> NDArray[np.float64]:
    """How much of each pixel is black by the samples that a page has, each a pixel of the renderer's."""
    pens = [replace(layer.look, stroke_width=SIDE * layer.look.stroke_width) for layer in figure.layers]
    layers = tuple(replace(layer, look=look) for layer, look in zip(figure.layers, pens, strict=True))
    fine = shapecli.render.Figure(**{**vars(figure), "layers": layers})
    samples = covered(rendered(fine, size=(width * SIDE, height * SIDE), antialiasing=1, **settings))
    found: NDArray[np.float64] = samples.reshape(height, SIDE, width, SIDE).mean(axis=(1, 3))
    return found


def overlap(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Intersection over union."""
    return float(np.minimum(ours, theirs).sum() / np.maximum(ours, theirs).sum())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_webgl_draws_the_picture_of_the_renderer(path: Path, small: Tab, tmp_path: Path) -> None:
    """Every example, in black on white; and nothing is wrong, and nothing leaves the file."""
    small.complaints.clear()
    small.page.goto(written(tmp_path, path, *IN_INK))
    assert small.page.locator("#state").inner_text() == ""  # drawn by WebGL
    figure = load(path)
    view = drawn(figure, size=SIZE).view
    theirs = covered(pixels_of(small, view.width, view.height))
    assert overlap(counted(figure, view.width, view.height, **INK), theirs) >= 0.999
    assert small.complaints == []


def test_pictures_with_more_samples_than_are_held_come_in_strips(
    small: Tab, tmp_path: Path, examples: Path
) -> None:
    """As many samples as the renderer has usually, which are eight times too many at once."""
    small.page.goto(written(tmp_path, examples / "l.shape", *IN_INK))
    ours = rendered(load(examples / "l.shape"), size=SIZE, **INK)
    theirs = pixels_of(small, ours.shape[1], ours.shape[0], ANTIALIASING)
    assert overlap(covered(ours), covered(theirs)) >= 0.999


@pytest.mark.parametrize("name", ["puzzle", "curves", "flower"])
def test_the_canvas_draws_the_same_without_webgl(
    name: str, small: Tab, tmp_path: Path, examples: Path
) -> None:
    """The picture that a browser without WebGL shows."""
    small.complaints.clear()
    small.page.goto("about:blank")
    small.page.goto(written(tmp_path, examples / f"{name}.shape", *IN_INK) + "#canvas")
    assert "without WebGL" in small.page.locator("#state").inner_text()
    ours = rendered(load(examples / f"{name}.shape"), size=256, **INK)
    theirs = pixels_of(small, ours.shape[1], ours.shape[0], ANTIALIASING)
    assert overlap(covered(ours), covered(theirs)) >= 0.999
    assert small.complaints == []


@pytest.mark.parametrize("style", ["soft", "field", "owners"])
@pytest.mark.parametrize("kind", ["", "canvas"])
def test_styles_look_as_the_renderer_has_them(
    style: str, kind: str, small: Tab, tmp_path: Path, examples: Path
) -> None:
    """Colours of pixels, by WebGL and by the canvas; lines between shades are found in another way."""
    path = examples / "puzzle.shape"
    small.page.goto("about:blank")
    small.page.goto(written(tmp_path, path, "--style", style) + f"#{kind}")
    ours = rendered(load(path), size=200, style=style, axes=False)
    theirs = pixels_of(small, 200, 200)
    difference = np.abs(ours.astype(int) - theirs[..., :3].astype(int)).max(axis=-1)
    assert np.mean(difference > 12) < 0.02
    assert np.median(difference) <= 2


@pytest.mark.parametrize("kind", ["", "canvas"])
def test_colours_vary_as_the_renderer_has_them(kind: str, small: Tab, tmp_path: Path) -> None:
    """Fills, strokes and backgrounds: by a slider, by a region, undefined, and half transparent."""
    text = """param k = 1 in 0 .. 2
        window -2, 2, -2, 2
        background ramp(["#f6b26b", "#b5546a", "#151a38"], hypot(x, y)/2.5)
        draw hypot(x + 1, y - 1) <= 0.8 fill mix(teal, gold, (x + k)/2) stroke mix(red, navy, y) 6
        draw hypot(x - 1, y - 1) <= 0.8 fill if(y > x, red, mix(white, gold, y))
        draw hypot(x + 1, y + 1) <= 0.8 fill rgb(sqrt(x + 1), 1/x, 0.2)
        draw hypot(x - 1, y + 1) <= 0.8 fill mix(red, teal, x*y + 1) opacity clamp(x, 0, 1)
        draw y = sin(3*x)/4 stroke mix(red, teal, x) 8"""
    small.page.goto("about:blank")
    small.page.goto(written(tmp_path, text) + f"#{kind}")
    for k in (1.0, 1.5):
        small.page.evaluate("(k) => { shapecli.state.values[0] = k; }", k)
        ours = rendered(parse(text), size=200, parameters={"k": k})
        difference = np.abs(ours.astype(int) - pixels_of(small, 200, 200)[..., :3].astype(int)).max(axis=-1)
        assert np.mean(difference > 6) < 0.02
        assert np.median(difference) <= 1


def test_values_and_weights_are_those_of_explain(tab: Tab, tmp_path: Path, examples: Path) -> None:
    """Levels of inequalities, their weights and the owner, in the middle and elsewhere, soft and crisp."""
    figure = load(examples / "yin-yang.shape")
    tab.page.goto(written(tmp_path, examples / "yin-yang.shape"))
    layer = drawn(figure).layers[0]
    derivation, inputs = derive(layer), layer.drawing.inputs
    for sharp in (False, True):
        tab.page.evaluate("(crisp) => { shapecli.state.crisp = crisp; }", sharp)
        for x, y in ((0.0, 0.0), (0.3, 0.9), (-1.9, 0.4), (0.01, 1.99)):
            point = at(derivation, x, y, inputs, sharp=sharp)
            found = tab.page.evaluate("([x, y]) => shapecli.at(x, y)", [x, y])
            values = [point.values[step] for step in derivation.primitives]
            assert found["primitives"] == pytest.approx([value.level for value in values], rel=1e-12)
            assert found["chosen"]["weights"] == pytest.approx([value.weight for value in values], abs=1e-12)
            assert found["chosen"]["level"] == pytest.approx(point.reasons[0].level, rel=1e-12)


def test_switches_take_inequalities_out(tab: Tab, tmp_path: Path) -> None:
    """Off, a part of an intersection is everything, one of a union or a bite nothing; clicked for real."""
    text = "A = x <= 1; B = y <= 1; C = x^2 + y^2 <= 0.25; D = hypot(x + 1, y) <= 0.5\ndraw (A & B) \\ C | D"
    tab.page.goto(written(tmp_path, text))
    level = "([x, y]) => shapecli.at(x, y).chosen.level"
    for name, place in (("A", (1.5, 0.8)), ("C", (0.1, 0.1)), ("B", (-1, 1.5))):
        row = tab.page.locator("#primitives li").filter(has=tab.page.get_by_text(name, exact=True))
        assert tab.page.evaluate(level, place) > 0
        row.locator("input").click()
        assert tab.page.evaluate(level, place) <= 0
        row.locator("input").click()
        assert tab.page.evaluate(level, place) > 0
    tab.page.locator("#none").click()
    assert tab.page.evaluate("shapecli.state.on") == [False] * 4
    tab.page.locator("#all").click()
    assert tab.page.evaluate("shapecli.state.on") == [True] * 4


def test_sliders_zoom_and_links_by_real_events(tab: Tab, tmp_path: Path, examples: Path) -> None:
    """Keys on sliders and the picture, wheel and drag; the link brings all of it back."""
    address = written(tmp_path, examples / "gear.shape")
    tab.complaints.clear()
    tab.page.goto(address)
    start = tab.page.evaluate("({...shapecli.state})")
    teeth = tab.page.get_by_label("teeth", exact=True)
    teeth.focus()
    for _ in range(40):
        tab.page.keyboard.press("ArrowLeft")
    assert tab.page.evaluate("shapecli.state.values[0]") < start["values"][0]
    exact = tab.page.get_by_label("n, exactly")
    exact.fill("25")
    assert tab.page.evaluate("shapecli.state.n") == 25
    tab.page.get_by_label("soft", exact=True).check()
    tab.page.get_by_label("crisp").check()
    box = tab.page.locator("#frame").bounding_box()
    assert box
    tab.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    before = tab.page.locator("#readout").inner_text().split(":")[0]
    tab.page.mouse.wheel(0, -200)
    until(lambda: bool(tab.page.evaluate("shapecli.state.zoom > 1.2")))
    tab.page.mouse.move(box["x"] + box["width"] / 4 + 1, box["y"] + box["height"] / 4)
    after = tab.page.locator("#readout").inner_text().split(":")[0]
    numbers = [json.loads(text.replace("(", "[").replace(")", "]")) for text in (before, after)]
    assert numbers[0] == pytest.approx(numbers[1], abs=0.02)  # the point under the pointer stays
    x = tab.page.evaluate("shapecli.state.x")
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    tab.page.mouse.up()
    assert tab.page.evaluate("shapecli.state.x") < x
    tab.page.locator("#picture").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("+")
    tab.page.wait_for_timeout(500)  # the link is written when all is at rest
    state = tab.page.evaluate("({...shapecli.state})")
    link = tab.page.locator("#link").get_attribute("href")
    assert link
    tab.page.goto("about:blank")
    tab.page.goto(address + link)
    assert tab.page.evaluate("({...shapecli.state})") == state
    assert tab.page.get_by_label("n, exactly").input_value() == "25"
    tab.page.locator("#home").click()
    assert tab.page.evaluate("({...shapecli.state})") == start
    assert tab.complaints == []


def test_deep_zooms_are_drawn_in_double_precision(tab: Tab, tmp_path: Path) -> None:
    """A disc of a ten-millionth beside the point (1, 1): single precision has but a few numbers there."""
    text = "draw (x - 1)^2 + (y - 1)^2 <= 1e-14"
    tab.page.goto(written(tmp_path, text, *IN_INK) + "#x=1&y=1&zoom=1e7")
    until(tab.page.locator("#deep").is_visible)  # a frame after the page has loaded
    window = (1 - 2e-7, 1 + 2e-7, 1 - 2e-7, 1 + 2e-7)
    ours = counted(parse(text), 200, 200, window=window, **INK)
    assert 0.1 < np.mean(ours == 1) < 0.3
    assert overlap(ours, covered(pixels_of(tab, 200, 200))) >= 0.99
    tab.page.locator("#home").click()
    until(lambda: bool(tab.page.evaluate("document.getElementById('deep').hidden")))


def test_links_may_say_anything(tab: Tab, tmp_path: Path, examples: Path) -> None:
    """A hostile link changes nothing but numbers within their limits."""
    address = written(tmp_path, examples / "gear.shape")
    tab.complaints.clear()
    for link in (
        "#x=NaN&zoom=-1&n=1e999&v.teeth=99999&off=99,-1,a&style=<b>",
        "#n=&x=%00&crisp=2",
        "#&&&===%",
    ):
        tab.page.goto("about:blank")
        tab.page.goto(address + link)
        state = tab.page.evaluate("({...shapecli.state})")
        assert state["zoom"] > 0
        assert 0 < state["n"] < 1e10
        assert state["values"][0] <= 60
        assert state["style"] == "fill"
        assert all(state["on"])
    assert tab.complaints == []


def test_hostile_titles_and_names_stay_text(tab: Tab, tmp_path: Path) -> None:
    """In the title, on the page and in the source; nothing of it runs, and no other script may."""
    names = "param alert = 1 in 0 .. 2\ndocument = x <= alert\ndraw document"
    text = f'title "{HOSTILE}"\n{names} # </script><b>{HOSTILE}'
    tab.complaints.clear()
    tab.page.goto(written(tmp_path, text))
    assert tab.page.title() == HOSTILE
    assert tab.page.locator("h1").inner_text() == HOSTILE
    tab.page.get_by_text("Source").click()
    assert HOSTILE in tab.page.locator("pre").inner_text()
    assert tab.page.locator("img, b").count() == 0
    assert tab.page.get_by_label("alert", exact=True).count() == 1
    assert tab.complaints == []
    tab.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert tab.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in tab.complaints)


def test_phones_and_dark_rooms(tab: Tab, tmp_path: Path, examples: Path) -> None:
    """Nothing is wider than a phone; dark pages are dark."""
    tab.page.goto(written(tmp_path, examples / "batman.shape"))
    tab.page.set_viewport_size({"width": 375, "height": 700})
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 375
    tab.page.emulate_media(color_scheme="dark")
    shade = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, shade[4:-1].split(","))) < 60
    tab.page.emulate_media(color_scheme="light")
    tab.page.set_viewport_size({"width": 1200, "height": 800})


def test_too_large_a_figure_says_so(tmp_path: Path) -> None:
    """A page for more inequalities than it can hold."""
    text = "draw " + " | ".join(f"hypot(x - {k}, y) <= 0.3" for k in range(300))
    (tmp_path / "many.shape").write_text(text)
    ended = run("page", "many.shape", folder=tmp_path)
    assert ended.code == 1
    assert "this figure has" in ended.err
    assert "hint" in ended.err
    assert not (tmp_path / "many.html").exists()


def test_primitives_that_ask_for_regions_are_crisp_too(small: Tab, tmp_path: Path) -> None:
    """`if` of a soft region: the switch makes it crisp as well."""
    text = "sharpness 3\ndraw if(x <= 0 & y <= 0, x + y, 1) <= -0.1"
    small.page.goto(written(tmp_path, text, *IN_INK))
    for sharp in (False, True):
        small.page.evaluate("(crisp) => { shapecli.state.crisp = crisp; }", sharp)
        ours = counted(parse(text), 200, 200, sharp=sharp, **INK)
        assert overlap(ours, covered(pixels_of(small, 200, 200))) >= 0.995


def test_stepped_sliders_go_from_step_to_step(tab: Tab, tmp_path: Path) -> None:
    """By keys and to the ends, typed, and in links; the last value need not be the end of the range."""
    address = written(tmp_path, "param k = 1 in -2 .. 8.5 step 1.5\ndraw x <= k")
    value = "shapecli.state.values[0]"
    tab.page.goto(address)
    slider, exact = tab.page.get_by_label("k", exact=True), tab.page.get_by_label("k, exactly")
    slider.focus()
    found = []
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft", "Home"):
        tab.page.keyboard.press(key)
        found.append(tab.page.evaluate(value))
    assert found == [2.5, 4.0, 8.5, 7.0, -2.0]
    exact.fill("3.9")
    assert tab.page.evaluate(value) == 4.0
    assert slider.input_value() == "4"
    tab.page.goto("about:blank")
    tab.page.goto(f"{address}#v.k=6")
    assert tab.page.evaluate(value) == 5.5
    (tmp_path / "figure.shape").unlink()
    tab.page.goto(
        written(tmp_path, "param k = 1 in 1 .. 9 step 4\nparam one = 2 in 2 .. 3 step 5\ndraw x <= k*one")
    )
    tab.page.get_by_label("k", exact=True).focus()
    tab.page.keyboard.press("End")
    assert tab.page.evaluate("shapecli.state.values") == [9, 2]
