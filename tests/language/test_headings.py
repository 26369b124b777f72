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
