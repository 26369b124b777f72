"""The page of a gallery in a real browser: it must work from the disk, by keyboard, with hostile text."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import needs_browser, opened
from tests.commands.run import run
from tests.gallery.test_gallery import HOSTILE

pytestmark = needs_browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """A gallery of 24 pictures in a window of 1000 x 800, and everything that the browser complains of."""
    folder = tmp_path_factory.mktemp("browser")
    for k in range(23):
        (folder / f"disc{k}.shape").write_text(f'title "Disc {k}"\ndraw hypot(x, y) <= {k / 12}')
    moves = "param t = 1 in 0 .. 1\nsweep t = 0.5 .. 1, seconds = 0.2\n"
    (folder / "disc1.shape").write_text(f'title "Disc 1"\nabout "It swells."\n{moves}draw hypot(x, y) <= t')
    (folder / "hostile.shape").write_text(f'title "{HOSTILE}"\ndraw y <= 1 # </pre><script>alert(2)</script>')
    ended = run("gallery", ".", "-o", "out", "--size", "300", "--title", HOSTILE, "--pages", folder=folder)
    assert ended.code == 0, ended.err
    with opened(viewport={"width": 1000, "height": 800}) as tab:
        tab.page.goto((folder / "out" / "index.html").as_uri())
        yield tab.page, tab.complaints


def test_every_thumbnail_loads(page: tuple[Page, list[str]]) -> None:
    """Also those further down, which wait until somebody scrolls there."""
    opened, complaints = page
    opened.evaluate("[...document.images].forEach((image) => { image.loading = 'eager'; })")
    opened.wait_for_function(
        "[...document.images].every((image) => !image.src || (image.complete && image.naturalWidth))"
    )
    assert opened.locator(".card img").count() == 24
    assert complaints == []


def test_the_keyboard_moves(page: tuple[Page, list[str]]) -> None:
    """Arrows from card to card, Enter to the large picture, arrows there, Escape back to the card."""
    opened, complaints = page
    focused = "document.activeElement.querySelector('.name').textContent"
    for key, name in (
        ("ArrowRight", "disc0.png"), ("ArrowRight", "disc1.png"), ("ArrowLeft", "disc0.png"),
        ("ArrowLeft", "disc0.png"),
    ):  # fmt: skip
        opened.keyboard.press(key)
        assert opened.evaluate(focused) == name
    opened.keyboard.press("ArrowDown")
    below = opened.evaluate(focused)
    assert below not in ("disc0.png", "disc1.png")
    opened.keyboard.press("ArrowUp")
    assert opened.evaluate(focused) == "disc0.png"
    opened.keyboard.press("Enter")
    assert opened.locator("#-name").inner_text() == "disc0.png"
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("ArrowRight")
    assert opened.locator("#-title").inner_text() == "Disc 2"
    assert opened.locator("#-command").inner_text().startswith("shapecli render")
    assert "draw hypot(x, y)" in opened.locator("#-source").inner_text()
    opened.wait_for_function("document.getElementById('-image').naturalWidth === 300")
    opened.keyboard.press("Escape")
    opened.wait_for_function(f"{focused} === 'disc2.png'")  # once the browser has closed it
    assert not opened.locator("#-large").is_visible()
    assert complaints == []


def test_hostile_text_is_text(page: tuple[Page, list[str]]) -> None:
    """In the title of the page, on the card and beside the large picture; nothing of it runs."""
    opened, complaints = page
    assert opened.title() == HOSTILE
    opened.keyboard.press("/")
    opened.keyboard.type("onerror")
    opened.wait_for_function("document.querySelectorAll('li:not([hidden])').length === 1")
    assert opened.locator(".card:visible .title").inner_text() == HOSTILE
    opened.locator(".card:visible").click()
    assert opened.locator("#-title").inner_text() == HOSTILE
    assert "</pre><script>alert(2)</script>" in opened.locator("#-source").inner_text()
    opened.keyboard.press("Escape")
    opened.wait_for_function("!document.getElementById('-large').open")
    # not by keys: the focus may still be on its way back to the card
    opened.locator("#-filter").evaluate("box => { box.value = ''; box.dispatchEvent(new Event('input')); }")
    opened.wait_for_function("document.querySelectorAll('li:not([hidden])').length === 24")
    assert opened.locator("script").count() == 1
    assert complaints == []


def test_an_address_opens_a_picture_and_going_back_closes_it(page: tuple[Page, list[str]]) -> None:
    """Opening is a step of the history, going on to the next picture is none; an address alone opens one."""
    opened, complaints = page
    address = opened.url.split("#")[0]
    is_open = "document.getElementById('-large').open"
    opened.locator(".card").first.click()
    opened.keyboard.press("ArrowRight")
    assert opened.url == f"{address}#disc1"
    assert opened.locator("#-about").inner_text() == "It swells."
    opened.wait_for_function("document.getElementById('-image').src.endsWith('disc1.webp')")
    opened.locator("#-play").click()
    opened.wait_for_function("document.getElementById('-image').src.endsWith('disc1.png')")
    assert (opened.locator("#-live").get_attribute("href") or "").endswith("disc1.html")
    opened.locator("#-copy").click()
    opened.wait_for_function("document.getElementById('-copy').textContent === 'Copied'")
    opened.go_back()
    opened.wait_for_function(f"!{is_open}")
    assert opened.url == address
    opened.goto(f"{address}#disc7")
    opened.wait_for_function(is_open)
    assert opened.locator("#-title").inner_text() == "Disc 7"
    assert not opened.locator("#-play").is_visible()
    opened.locator("#-close").click()
    opened.wait_for_function(f"!{is_open} && !location.hash")
    assert complaints == []


def test_a_film_runs_while_somebody_points_at_it(page: tuple[Page, list[str]]) -> None:
    """And on a phone there are two pictures side by side, with nothing to the right of the page."""
    opened, complaints = page
    source = "document.querySelectorAll('.card img')[1].getAttribute('src')"
    opened.mouse.move(0, 0)
    for act, ending in (("hover", "disc1.webp"), (None, "thumbnails/disc1.webp"), ("focus", "disc1.webp")):
        getattr(opened.locator(".card").nth(1), act)() if act else opened.mouse.move(0, 0)
        opened.wait_for_function(f"{source} === '{ending}'")
    opened.set_viewport_size({"width": 360, "height": 740})
    tops = (
        "[...document.querySelectorAll('.card')].slice(0, 4).map((card) => card.getBoundingClientRect().top)"
    )
    a, b, c, d = opened.evaluate(tops)
    assert (a, c) == (b, d)
    assert a < c
    assert opened.evaluate("document.documentElement.scrollWidth") == 360
    assert complaints == []
