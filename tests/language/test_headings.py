"""Headings, which set what a figure is as a whole, and colours."""

from dataclasses import fields
from pathlib import Path

import pytest

from shapecli.base.source import ShapeError
from shapecli.language.figure import HEADINGS, Figure
from shapecli.language.grammar import grammar
from shapecli.render import parse
from tests.commands.run import run


def test_the_table_is_that_of_the_grammar() -> None:
    """Each heading is a statement and an attribute; each statement has a meaning."""
    assert set(grammar().statements) == {"draw", "param", "use", "clip", *HEADINGS}
    assert set(HEADINGS) <= {field.name for field in fields(Figure)}
    for word, heading in HEADINGS.items():
        assert heading.example.split()[0] == word


def test_all_unknown_colours_are_told_at_once(tmp_path: Path) -> None:
    """Each with its place and a likely name; of a heading, a fill and a stroke."""
    text = 'background whit\ndraw x <= 1 fill rde stroke "#12"\ndraw y <= 1 fill red\n'
    (tmp_path / "a.shape").write_text(text)
    ended = run("check", "a.shape", folder=tmp_path)
    assert ended.code == 1
    errors = [line for line in ended.err.split("\n") if "error" in line or "hint" in line]
    assert errors == [
        "a.shape:1:12: error: unknown colour whit",
        "  hint: did you mean white?",
        "a.shape:2:18: error: unknown colour rde",
        "  hint: did you mean red?",
        "a.shape:2:29: error: unknown colour #12",
        '  hint: a CSS name or "#rrggbb"',
    ]


def test_many_unknown_colours_take_no_time() -> None:
    """What is not shown is not compared with all names."""
    with pytest.raises(ShapeError) as problem:
        parse("".join(f"draw x <= {number} fill none{number}\n" for number in range(1000)))
    assert "unknown colour none0" in str(problem.value)
    assert 100 <= len(problem.value.also) < 200


@pytest.mark.parametrize(
    ("heading", "attribute", "value"),
    [
        ("size 30", "size", 30), ("size 30x20", "size", (30, 20)), ("size 30×20", "size", (30, 20)),
        ("size 3*10, 20", "size", (30, 20)), ("colours RdBu", "colours", "RdBu"),
        ("colours tol:bright", "colours", "tol:bright"), ("style fill", "style", "fill"),
        ("style owners", "style", "owners"), ("sharp", "sharp", True),
    ],
)  # fmt: skip
def test_a_heading_is_an_option_that_the_figure_gives(heading: str, attribute: str, value: object) -> None:
    """The picture is that of the option, byte for byte, and another option wins."""
    body, plain = "draw x^2 + y^2 <= 1 & x >= y", {"size": 24, "style": "field"}
    figure = parse(f"{heading}\n{body}")
    assert getattr(figure, attribute) == value
    kept = {name: other for name, other in plain.items() if name != attribute}
    given = figure.render(**kept)
    assert given.tobytes() == parse(body).render(**{**kept, attribute: value}).tobytes()
    others = {"size": (20, 30), "colours": "viridis", "style": "soft", "sharp": False}
    undone = figure.render(**{**kept, attribute: others[attribute]})
    assert undone.tobytes() == parse(body).render(**{**kept, attribute: others[attribute]}).tobytes()
    assert (undone.size, undone.tobytes()) != (given.size, given.tobytes())


@pytest.mark.parametrize(
    ("heading", "column", "message", "hint"),
    [
        ("style sof", 7, "there is no style sof", "did you mean soft?"),
        ("style 3", 7, "an operand is missing between style and 3", None),
        ("colours virids", 9, "unknown colour map virids", "did you mean viridis?"),
        ("colours tol:zzzz", 9, "unknown colour map tol:zzzz", "such as vik"),
        ("size 0", 6, "a size is whole numbers of pixels", "write size 800x600"),
        ("size 30x", 6, "a size needs a number", None),
        ("size 30, 1e99", 6, "a size is whole numbers of pixels", "write size 800x600"),
        ("sweep q = 0 .. 2", 7, "no parameter q", "write param q = 0 in 0 .. 2"),
        (
            "param t = 0 in 0 .. 1; sweep t = 0 .. 2",
            34,
            "the sweep leaves the range of t",
            "it goes from 0 to 1",
        ),
        ("sweep n = 2 .. 30/lin", 19, "a sweep is not lin", "did you mean linear?"),
        ("sweep n = 0 .. 30/linear", 11, "the sweep has no such end", "both ends are finite"),
        (
            "sweep n = 2 .. 3, loop = clsed",
            26,
            "loop is bounce, restart, closed or once",
            "did you mean closed?",
        ),
        ("sweep n = 2 .. 3, fps = 200", 25, "fps is a number from 0.01 to 100", None),
        ("sweep n = 2 .. 3, fps = 0.009", 25, "fps is a number from 0.01 to 100", None),
        ('sweep n = 2 .. 3, loop = ""', 26, "loop is bounce, restart, closed or once", None),
        ("sweep n = 2 .. 3, seconds = 1e308", 7, "so many frames are more than 10,000", "choose fewer"),
        ("sweep seed = -1e308 .. 1e308", 7, "so many frames are more than 10,000", "choose fewer"),
        ("sweep seed = 1 .. 3, seconds = 1e300", 7, "less than 0.01 frames a second", None),
        ("sweep n = 2 .. 3, sped = 2", 19, "a sweep has no sped", "there is seconds, fps"),
        ("sweep n = 2 .. 3 loop = closed", 18, "a comma is missing before loop", "write a comma between"),
        ("sweep n = 2 .. 3/linear fps = 9 loop = once", 25, "a comma is missing before fps", "write a comma"),
        ("sweep n = 2 .. 3, fps = 9 loop = once", 27, "a comma is missing before loop", "write a comma"),
        ("sweep n = 2 .. 3, n = 3 .. 4", 19, "n is given twice", "keep one"),
        ("sweep seconds = 2", 7, "nothing moves", "write sweep n = 2 .. 80"),
        ("sweep seed = 1 .. 90000", 7, "90,000 frames are more than 10,000", "choose fewer"),
    ],
)
def test_a_wrong_heading_is_told_where_it_stands(
    heading: str, column: int, message: str, hint: str | None
) -> None:
    """When the figure is read, before anything is drawn."""
    with pytest.raises(ShapeError, match=message) as problem:
        parse(f'title "T"\n{heading}\ndraw x <= 1')
    assert problem.value.span
    assert problem.value.source
    assert problem.value.source.line_and_column(problem.value.span.start) == (2, column)
    assert (problem.value.hint or "").startswith(hint or "")


@pytest.mark.parametrize(
    ("heading", "frames", "total", "fps", "shares"),
    [
        ("sweep n = 2 .. 80", 75, 148, 25, {0: 0, 37: 0.5, 74: 1}),
        ("sweep n = 2 .. 80, seconds = 1, fps = 10, loop = closed", 10, 10, 10, {0: 0, 5: 0.5, 9: 0.9}),
        ('sweep n = 2 .. 80, seconds = 0.5, fps = 10, loop = once, ease = "in"', 5, 5, 10, {2: 0.25, 4: 1}),
        ("sweep seed = 3 .. 7", 5, 5, 4, {0: 0, 1: 0.25, 4: 1}),
        ("sweep seed = 3 .. 7, seconds = 2", 5, 5, 2.5, {1: 0.25}),
    ],
)
def test_a_sweep_says_how_a_film_runs(
    heading: str, frames: int, total: int, fps: float, shares: dict[int, float]
) -> None:
    """What it does not say is as usual; a closed loop leaves the last frame out, which is the first."""
    motion = parse(f"{heading}\ndraw x <= 1").sweep
    assert motion
    timed = motion.timed()
    assert (timed.frames, timed.total(), timed.fps) == (frames, total, fps)
    found = timed.shares()
    assert {number: found[number] for number in shares} == pytest.approx(shares)
    assert [*timed.shown(iter(range(frames)))] == [*range(frames), *range(frames - 2, 0, -1)][:total]


def test_words_of_headings_are_names_elsewhere() -> None:
    """Also as factors without a sign."""
    names = "sweep = 0\nabout = 0\nsize = 2\ncolours = 3\nstyle = 1\nseed = 1\nsharp = 0\n"
    text = f"{names}draw x <= 2 size + size colours style*seed - sharp + about + sweep"
    assert parse(text).field(size=3).tobytes() == parse("draw x <= 4 + 2*3*1*1 - 0").field(size=3).tobytes()
