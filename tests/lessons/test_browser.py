"""Lessons in a real browser: from the disk, by keyboard, for everybody; what moves is what the tool draws."""

import base64
import io
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Frame, expect

from shapecli.lessons.bundled import bundled
from shapecli.painting.paint import LINEAR
from tests.browser import Tab, needs_browser, new_tab, opened, until
from tests.commands.run import run
from tests.lessons.test_site import HOSTILE

pytestmark = needs_browser

LESSONS = [path.stem for path in bundled()]
FITS = "document.documentElement.scrollHeight <= innerHeight"
every_lesson = pytest.mark.parametrize("name", LESSONS)


@pytest.fixture
def site(everything: tuple[Path, Any]) -> Path:
    """All lessons."""
    return everything[0]


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """One browser for all."""
    with opened(viewport={"width": 900, "height": 900}) as found:
        yield found


@pytest.fixture(scope="module")
def small(tab: Tab) -> Tab:
    """A small window, for all that is the same in any: without a GPU, what it shows takes long."""
    assert tab.page.context.browser
    return new_tab(tab.page.context.browser, viewport={"width": 400, "height": 400})


@every_lesson
def test_pages_have_nothing_to_complain_of(name: str, site: Path, small: Tab) -> None:
    """No message, no request, every picture loads, one title, and headings in order."""
    small.complaints.clear()
    small.page.goto((site / f"{name}.html").as_uri())
    small.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    small.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    loaded = "[...document.images].every((one) => one.complete && one.naturalWidth > 0)"
    until(lambda: bool(small.page.evaluate(loaded)))
    tags = small.page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((one) => one.tagName)")
    levels = [int(tag[1]) for tag in tags]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    pictures = "[...document.querySelectorAll('main img, main [role=img]')]"
    alternatives = small.page.evaluate(f"{pictures}.map((one) => one.alt ?? one.getAttribute('aria-label'))")
    assert all(alternatives)
    assert small.complaints == []


def live_frames(tab: Tab) -> list[tuple[Frame, str]]:
    """The live figures of a page, with the address of the picture that stands for each."""
    found = []
    for figure in tab.page.query_selector_all("figure:has(iframe)"):
        figure.scroll_into_view_if_needed()
        element = figure.query_selector("iframe")
        picture = figure.query_selector("img, image")
        assert element is not None
        assert picture is not None
        frame = element.content_frame()
        assert frame is not None
        until(lambda frame=frame: bool(frame.evaluate("window.shapecli !== undefined")))  # type: ignore[misc]
        found.append((frame, str(picture.get_attribute("src") or picture.get_attribute("href"))))
    return found


def drawn(frame: Frame, width: int, height: int) -> NDArray[np.uint8]:
    """What a live figure draws."""
    script = """([width, height]) => {
        const found = shapecli.picture(width, height, 4), parts = [];
        for (let k = 0; k < found.length; k += 8192)
            parts.push(String.fromCharCode(...found.subarray(k, k + 8192)));
        return btoa(parts.join(""));
    }"""
    found = base64.b64decode(frame.evaluate(script, [width, height]))
    return np.frombuffer(found, np.uint8).reshape(height, width, 4)


@every_lesson
def test_live_figures_draw_the_pictures(name: str, site: Path, small: Tab) -> None:
    """The same as the PNG that stands for them on paper; by eye in light, where colours are mixed."""
    small.complaints.clear()
    small.page.goto((site / f"{name}.html").as_uri())
    for frame, address in live_frames(small):
        with Image.open(io.BytesIO((site / address).read_bytes())) as image:
            ours = np.asarray(image.convert("RGB"))
        theirs = drawn(frame, ours.shape[1], ours.shape[0])[..., :3]
        first, second = LINEAR[ours].astype(float), LINEAR[theirs].astype(float)
        assert np.abs(first - second).mean() < 2e-3, address
        assert (np.abs(first - second).max(axis=-1) > 0.2).mean() < 2e-3, address
    assert small.complaints == []


def test_live_figures_are_as_high_as_they_need(site: Path, tab: Tab) -> None:
    """No bar of their own to scroll by, wide or narrow."""
    for width in (900, 400):
        tab.page.set_viewport_size({"width": width, "height": 900})
        tab.page.goto((site / "06-puzzle.html").as_uri())
        ((frame, _),) = live_frames(tab)
        expect(frame.locator("#primitives li")).to_have_count(8)
        until(lambda frame=frame: bool(frame.evaluate(FITS)))  # type: ignore[misc]
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.page.set_viewport_size({"width": 900, "height": 900})


def test_sliders_move_films_and_curves(site: Path, tab: Tab) -> None:
    """By the keyboard; the film shows another place, the curve has another path, and Play runs to the end."""
    tab.complaints.clear()
    tab.page.goto((site / "02-circle-to-square.html").as_uri())
    slider = tab.page.locator(".mover input").first
    strip = tab.page.locator(".strip").first
    height = float(str(strip.get_attribute("data-step")))
    slider.focus()
    tab.page.keyboard.press("End")
    assert float(str(strip.get_attribute("y"))) == -29 * height
    assert tab.page.locator("output").first.inner_text() == "p = 40"
    tab.page.keyboard.press("ArrowLeft")
    assert float(str(strip.get_attribute("y"))) == -28 * height
    tab.page.get_by_role("button", name="Play").first.click()
    expect(tab.page.locator("output").first).to_have_text("p = 40", timeout=30_000)
    tab.page.get_by_role("button", name="Play").first.wait_for()
    tab.page.goto((site / "11-softplus.html").as_uri())
    curve = tab.page.locator("path[data-frames]").first
    slider = tab.page.locator(".mover input").first
    before = curve.get_attribute("d")
    slider.focus()
    tab.page.keyboard.press("Home")
    assert curve.get_attribute("d") != before
    assert slider.get_attribute("aria-valuetext") == "n = 1"
    assert tab.complaints == []


def test_the_keyboard_reaches_everything(site: Path, tab: Tab) -> None:
    """First a way past the links; then links, figures, sliders, answers, and the next lesson."""
    tab.page.goto((site / "02-circle-to-square.html").as_uri())
    reached = []
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        reached.append(
            tab.page.evaluate("document.activeElement.tagName + (document.activeElement.rel || '')")
        )
    assert reached[0] == "A"
    assert {"BUTTON", "INPUT", "SUMMARY", "IFRAME", "Anext", "Aprev"} <= set(reached)


class Kinds(HTMLParser):
    """The kinds of elements of a page: names with the class, the role and the type; formulas are one kind."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: set[tuple[str | None, ...]] = set()
        self._in_formula = False
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._in_formula:
            self.found.add((tag, *(dict(attrs).get(name) for name in ("class", "role", "type"))))
        self._in_formula |= tag == "math"

    def handle_endtag(self, tag: str) -> None:
        self._in_formula &= tag != "math"


def fewest(paths: Iterable[Path]) -> list[Path]:
    """Pages that together have every kind of element there is; each has one that no earlier one has."""
    kinds = {path: Kinds(path).found for path in paths}
    left, chosen = set().union(*kinds.values()), []
    while left:
        chosen.append(max(kinds, key=lambda path: len(kinds[path] & left)))
        left -= kinds[chosen[-1]]
    return chosen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(scheme: Literal["light", "dark"], site: Path, tab: Tab) -> None:
    """What axe-core finds on any kind of page, with everything unfolded, and in live figures: nothing."""
    browser = tab.page.context.browser
    assert browser is not None
    page = browser.new_page(viewport={"width": 900, "height": 900}, color_scheme=scheme, bypass_csp=True)
    checker = Axe()
    rules = {} if scheme == "light" else {"runOnly": ["color-contrast"]}  # all that a scheme changes
    for path in [*fewest(sorted(site.glob("*.html"))), *fewest(sorted((site / "files").glob("*.html")))]:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = checker.run(page, options=rules).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], path.name
    page.close()


def test_pages_fit_on_a_telephone(site: Path, tab: Tab) -> None:
    """Nothing sticks out at 360 pixels; what is wider scrolls by itself."""
    tab.page.set_viewport_size({"width": 360, "height": 800})
    for path in sorted(site.glob("*.html")):
        tab.page.goto(path.as_uri())
        tab.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 360, path.name
    tab.page.set_viewport_size({"width": 900, "height": 900})


def test_on_paper(site: Path, tab: Tab) -> None:
    """Pictures stand for live figures; nothing to press; answers stay folded."""
    tab.page.goto((site / "05-set-algebra.html").as_uri())
    tab.page.emulate_media(media="print")
    assert tab.page.locator(".still").first.is_visible()
    for hidden in (".live", ".top", ".around", ".source", ".answer p"):
        assert not tab.page.locator(hidden).first.is_visible(), hidden
    tab.page.emulate_media(media="screen")


def test_hostile_lessons_are_harmless(tmp_path: Path, tab: Tab) -> None:
    """Nothing runs, and the policy would stop it."""
    tab.complaints.clear()
    options = 'live alt="</title><script>alert(3)</script>"'
    figure = 'title "</script><script>alert(4)</script>"\ndraw x <= 1'
    (tmp_path / "a.md").write_text(f"{HOSTILE}\n```shape {options}\n{figure}\n```\n")
    assert run("lesson", "a.md", folder=tmp_path).code == 0
    tab.page.goto((tmp_path / "site" / "a.html").as_uri())
    for frame, _ in live_frames(tab):
        assert frame.locator("script").count() == 2
    assert tab.page.title().startswith("<script>alert(1)</script> {{ 7 * 7 }}")
    assert tab.page.locator("script").count() == 1
    tab.page.goto((tmp_path / "site" / "index.html").as_uri())
    assert "alert(1)" in tab.page.locator("ol").inner_text()
    assert tab.complaints == []
