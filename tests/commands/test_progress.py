"""Progress: shares of the work grow to all of it, and so does the bar."""

import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

from shapecli.commands import request
from shapecli.commands.request import Request
from tests.commands.run import run

FIGURE = "draw hypot(x, y) <= 1 & x <= y fill teal\ndraw x + y <= 0 fill red"
SMALL = ("--size", "40x30")
FILM = ("animate", "a.shape", "--sweep", "n=1..9", *SMALL, "-o", "a.gif", "--frames")
WORK: dict[str, tuple[tuple[str, ...], list[float] | None]] = {  # commands, and shares where they are few
    "pixels": (("render", "a.shape", *SMALL, "-o", "a.png"), None),
    "one colour": (("render", "-e", "x <= y", *SMALL, "-o", "a.png"), None),
    "a field": (("render", "-e", "x <= y", *SMALL, "-o", "a.npy"), None),
    "paths": (("render", "a.shape", *SMALL, "-o", "a.svg"), [1 / 2, 1]),
    "a gallery": (("gallery", "a.shape", "-o", "out", *SMALL, "--vary", "n=1,2,4"), [1 / 3, 2 / 3, 1]),
    "a film": ((*FILM, "3", "--loop", "once"), [1 / 3, 2 / 3, 1]),
    "a bouncing film": ((*FILM, "3", "--loop", "bounce"), [1 / 3, 2 / 3, 1]),
    "an explanation": (("explain", "a.shape", *SMALL), [1 / 2, 1]),
    "lessons": (("lesson", "t.md", "u.md"), None),
    "a comparison": (("export", "a.shape", "--to", "numpy", "--verify", *SMALL, "-o", "a.py"), None),
}  # fmt: skip
LESSON = "# T\n\n```check\n1 = 1\n```\n\n```check\n2 = 2\n```\n"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The shares that commands tell."""
    shares: list[float] = []

    @contextmanager
    def progress(_: Request, __: str = "") -> Iterator[Callable[[float], None]]:
        yield shares.append

    monkeypatch.setattr(Request, "progress", progress)
    return shares


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a figure, and two lessons of two fences each."""
    (tmp_path / "a.shape").write_text(FIGURE)
    for name in ("t", "u"):
        (tmp_path / f"{name}.md").write_text(LESSON)
    return tmp_path


@pytest.mark.parametrize(("command", "shares"), WORK.values(), ids=WORK)
def test_shares_grow_to_the_whole(
    command: tuple[str, ...], shares: list[float] | None, folder: Path, told: list[float]
) -> None:
    """Each is a part of the whole, none is less than the one before, and the last is all."""
    ended = run(*command, folder=folder)
    assert ended.code == 0, ended.err
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] == 1
    assert shares is None or told == pytest.approx(shares)


def test_pages_of_explanations_count_their_pictures(folder: Path, told: list[float]) -> None:
    """After the layers: three sets, the figure large, and one set with the figure large."""
    for name in ("a.html", "a.md"):
        told.clear()
        assert run("explain", "a.shape", *SMALL, "-o", name, folder=folder).code == 0
        assert told == pytest.approx([1 / 2, 1, *(k / 6 for k in range(1, 7))])


def test_lessons_count_their_fences(folder: Path, told: list[float]) -> None:
    """Each lesson is an equal part, whatever is in it; what is as it was is done at once."""
    assert run("lesson", "t.md", "u.md", folder=folder).code == 0
    assert sorted(set(told)) == [1 / 4, 1 / 2, 3 / 4, 1]
    told.clear()
    assert run("lesson", "t.md", "u.md", folder=folder).code == 0
    assert told == [1 / 2, 1]


def test_a_report_is_of_one_piece_of_work(folder: Path, told: list[float]) -> None:
    """Two layers are proven, each a half."""
    assert run("render", "a.shape", *SMALL, "--certify", "--json", folder=folder).code == 0
    proven = told[told.index(1.0) + 1 :]
    assert proven == sorted(proven)
    assert 1 / 2 in proven
    assert proven[-1] == 1


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("patience", [-1.0, math.inf])
def test_the_bar_is_as_long_as_the_share(patience: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """In thousandths, from its first step to its end; there is none for what takes no time."""
    bars: list[Any] = []
    make = click.progressbar

    def kept(**about: Any) -> Any:
        bars.append(make(**about))
        return bars[-1]

    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(request, "PATIENCE", patience)
    monkeypatch.setattr(click, "progressbar", kept)
    with Request().progress("baking") as advance:
        for share in (0.0004, 0.25, 0.25, 0.9996, 1.0):
            advance(share)
            (bar,) = bars
            assert bar.pct == pytest.approx(round(share, 3) if patience < 0 else 0)
    assert bar.finished is (patience < 0)
    assert ("baking" in stream.getvalue()) is (patience < 0)
    assert ("100%" in stream.getvalue()) is (patience < 0)


@pytest.mark.parametrize("quiet", [True, False])
def test_nobody_gets_a_bar_who_does_not_look(quiet: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither with --quiet, nor where stderr is no terminal."""
    stream = Terminal() if quiet else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(request, "PATIENCE", -1.0)
    with Request(quiet=quiet).progress() as advance:
        advance(0.5)
    assert stream.getvalue() == ""
