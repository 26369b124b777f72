"""Headings, which set what a figure is as a whole, and colours."""

import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import shapecli
from shapecli.base.source import ShapeError
from shapecli.language.figure import HEADINGS, Figure
from shapecli.language.grammar import grammar
from shapecli.render import parse
from tests.commands.run import run

PACKAGE = Path(shapecli.__file__).parent


def test_the_table_is_that_of_the_grammar() -> None:
    """Each heading is a statement and an attribute; each statement has a meaning."""
    assert set(grammar().statements) == {"draw", "param", "use", *HEADINGS}
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


def test_a_heading_more_is_two_places(tmp_path: Path) -> None:
    """The notation in the grammar; beside the figure a row of the table, and the attribute that it sets."""
    shutil.copytree(PACKAGE, tmp_path / "shapecli", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parent / "grammars", tmp_path / "grammars")
    for name, before, added in (
        ("grammars/shape.lark", '          | "use" STRING', '          | "author" STRING -> setting\n'),
        ("shapecli/language/figure.py", "    title: str | None = None", "    author: str | None = None\n"),
        (
            "shapecli/language/figure.py",
            '        "title": Heading(',
            '        "author": Heading("", ""),\n',
        ),
    ):
        path = tmp_path / name
        text = path.read_text("utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, added + before), "utf-8")
    code = """
import shapecli
print(shapecli.parse('author "A. Nonymous"; draw x <= 1').author)
for text in ('author "A"; author "B"; draw x <= 1', 'draw (x <= 1\\nauthor "A"'):
    try:
        shapecli.parse(text)
    except shapecli.ShapeError as error:
        print(error.message, error.hint)
"""
    where = {"PYTHONPATH": str(tmp_path), "SHAPECLI_CACHE_DIR": str(tmp_path / "cache")}
    command, environment = [sys.executable, "-c", code], {**os.environ, **where}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == [
        "A. Nonymous",
        "author is set twice keep one of them",
        "this bracket is never closed add the missing )",
        "",
    ]
