"""What is asked for is what is understood: settings in their units, times in as many digits as are of use."""

import json
from pathlib import Path
from typing import Any

import click
import pytest

from shapecli.commands.request import Request
from tests.commands.run import asked, run

SMALL = ("--size", "8x6")
GIVEN: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    ((), {}),
    (SMALL, {"size": (8, 6)}),
    (("--size", "9"), {"size": 9}),
    (("--limit-work", "3"), {"limit_work": 3e9}),
    (("--limit-work", "0.5"), {"limit_work": 5e8}),
    (("--limit-work", "15"), {"limit_work": 15e9}),
    (("--limit-pixels", "48"), {"limit_pixels": 48}),
    (("--window", "-1,2,0,1.5"), {"window": (-1.0, 2.0, 0.0, 1.5)}),
    (("--aa", "16"), {"antialiasing": 16}),
    (("-n", "50"), {"sharpness": 50.0}),
    (("--set", "r=1", "--set", "q=2", "--set", "r=3"), {"parameters": {"r": 3.0, "q": 2.0}}),
    (("--sharp", "--axes", "--stretch"), {"sharp": True, "axes": True, "stretch": True}),
    (("--span", "0.5", "--tolerance", "0.05"), {"span": 0.5, "tolerance": 0.05}),
    (("--fill", "red", "--stroke", "blue", "--stroke-width", "2"),
     {"fill": "red", "stroke": "blue", "stroke_width": 2.0}),
]  # fmt: skip


@pytest.mark.parametrize(("options", "settings"), GIVEN)
def test_settings_are_those_that_are_given(
    options: tuple[str, ...], settings: dict[str, Any], tmp_path: Path
) -> None:
    """All of them, also those that are the usual ones, and no others; in their own units."""
    assert asked("render", "-e", "x <= 1", *options, folder=tmp_path).settings == settings


TIMED = {
    "gallery": (("gallery", "a.shape", "-o", "out", *SMALL), 12.988, "1 drawn, 0 as they were, 13.0 s: out"),
    "lesson": (("lesson", "t.md"), 12.988, "1 built, 0 as they were, 0 claims true, 13.0 s: site"),
    "render": (("render", "a.shape", *SMALL), 12.9877, "wrote a.png: 8 x 6 pixels, 12.99 s"),
}


@pytest.mark.parametrize(("command", "reported", "said"), TIMED.values(), ids=TIMED)
def test_times_have_as_many_digits_as_are_of_use(
    command: tuple[str, ...], reported: float, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Milliseconds in the report, of the parts of a picture tenths of them; less in what is said."""
    (tmp_path / "a.shape").write_text("draw x <= 1")
    (tmp_path / "t.md").write_text("# T\n\nWords.\n")
    monkeypatch.setattr(Request, "seconds", property(lambda _: 12.98765))
    ended = run(*command, "--json", folder=tmp_path)
    assert ended.code == 0, ended.err
    seconds = json.loads(ended.out)["seconds"]
    assert (seconds["total"] if isinstance(seconds, dict) else seconds) == reported
    assert said in ended.err


def test_the_time_is_from_the_beginning() -> None:
    """And begins again where it is asked for again."""
    first = Request(started=Request().started - 5)
    assert 5 <= first.seconds < 5.5
    assert 0 <= first.again().seconds < 0.5
    assert first.again().quiet is first.quiet


@pytest.mark.parametrize(
    ("figure", "name"), [("a/b.shape", "b"), ("c.d.shape", "c.d"), ("-", "figure"), (None, "figure")]
)
def test_a_picture_is_called_after_its_figure(figure: str | None, name: str) -> None:
    """Without its ending; what has no file has a name all the same."""
    assert Request(figure=figure).name == name
    assert Request(figure=figure).target(("png", "svg")) == (f"{name}.png", "png")
    assert Request(figure=figure).target(("png", "svg"), "svg") == (f"{name}.svg", "svg")


FORMS: list[tuple[str, str | None, str | None]] = [
    ("a.svg", None, "svg"), ("a.SVG", None, "svg"), ("a.svg", "png", "png"), ("a.jpg", "png", "png"),
    ("a", "png", "png"), ("-", None, "png"), ("-", "svg", "svg"), ("a.jpg", None, None), ("a", None, None),
    ("", None, None), ("", "png", None),
]  # fmt: skip


@pytest.mark.parametrize(("output", "form", "found"), FORMS)
def test_the_format_is_the_ending_or_what_is_asked(
    output: str, form: str | None, found: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked for comes first; to stdout, the usual one."""
    monkeypatch.chdir(tmp_path)
    request = Request(output=output)
    if found:
        assert request.target(("png", "svg"), form) == (output, found)
        return
    with pytest.raises(click.UsageError):
        request.target(("png", "svg"), form)
