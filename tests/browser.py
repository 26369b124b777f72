"""A real browser for tests, and everything that it complains of."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ON_MACS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
PLACES = [*map(shutil.which, ("chromium", "chromium-browser", "google-chrome")), shutil.which(ON_MACS)]
BROWSER = next(filter(None, PLACES), None)
QUIET = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
OWN = ("file:", "data:", "blob:")

needs_browser = pytest.mark.skipif(
    BROWSER is None and "CI" not in os.environ, reason="there is no Chromium: apt-get install chromium"
)


@dataclass(frozen=True)
class Tab:
    """A page of a browser.

    Attributes:
        complaints: messages of the console, errors, dialogs, and requests that leave the file.
    """

    page: "Page"
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> "Tab":
        """Write down what happens."""
        say = self.complaints.append
        self.page.on("console", lambda message: say(message.text))
        self.page.on("pageerror", lambda error: say(str(error)))
        self.page.on("dialog", lambda dialog: say(f"a dialog: {dialog.message}"))
        self.page.on("requestfailed", lambda request: say(request.url))
        self.page.on("request", lambda request: None if request.url.startswith(OWN) else say(request.url))
        return self


@contextmanager
def browsing() -> Iterator["Browser"]:
    """A browser, with a driver of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def opened(**options: Any) -> Iterator[Tab]:
    """A new page in a browser of its own.

    Args:
        options: such as the viewport.
    """
    with browsing() as browser:
        yield new_tab(browser, **options)


def new_tab(browser: "Browser", **options: Any) -> Tab:
    """A new page."""
    page = browser.new_page(**options)
    page.set_default_timeout(120_000)
    return Tab(page).listen()


def until(what: Callable[[], bool]) -> None:
    """Wait for something; the policy of pages stops Playwright's own way to do that, where it has to wait."""
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)
