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


def test_words_of_headings_are_names_elsewhere() -> None:
    """Also as factors without a sign."""
    names = "about = 0\nsize = 2\ncolours = 3\nstyle = 1\nseed = 1\nsharp = 0\n"
    text = f"{names}draw x <= 2 size + size colours style*seed - sharp + about"
    assert parse(text).field(size=3).tobytes() == parse("draw x <= 4 + 2*3*1*1 - 0").field(size=3).tobytes()
