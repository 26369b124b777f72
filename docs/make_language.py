"""Write docs/language.md from the grammar, the tables of headings and operations, and the library."""

import sys
from pathlib import Path

from make_pictures import sections

from shapecli.base.files import shipped
from shapecli.fields.ops import FUNCTIONS, OPS
from shapecli.language.build import SPELLINGS
from shapecli.language.calls import CALLS
from shapecli.language.figure import HEADINGS, WORDS
from shapecli.language.names import CONSTANTS
from shapecli.language.repetition import FOLDS
from shapecli.language.tokens import SOFT

TARGET = Path(__file__).parent / "language.md"
INTRODUCTION = Path(__file__).parent / "language.in.md"
HEADINGS_HERE = "| headings |\n"  # in the introduction: a row for each
WORDS_HERE = "| words |\n"
SOFT_HERE = "\nSOFT.\n"
SET_OPERATORS = ("<=", "<", "~", "&", "|", "xor")
NUMBER_OPERATORS = ("+", "-", "*", "/", "^")


def reference() -> str:
    """The whole page."""
    parts = [
        "<!-- Made by `make docs` from language.in.md, the table of operations and the library. -->\n",
        INTRODUCTION.read_text("utf-8")
        .replace(HEADINGS_HERE, _rows([(f"`{each.example}`", each.summary) for each in HEADINGS.values()]))
        .replace(WORDS_HERE, _rows([(f"`{each.example}`", each.summary) for each in WORDS.values()]))
        .replace(SOFT_HERE, f"\n{', '.join(sorted(SOFT)).lower()}.\n"),
        "## Operators\n",
        _table(
            ("operator", "also written", "gives"),
            [_operator(name) for name in SET_OPERATORS + NUMBER_OPERATORS],
        ),
        "## Functions\n",
        _table(
            ("function", "gives"),
            sorted(
                [(f"`{_call(name)}`", op.summary) for name, op in FUNCTIONS.items() if name not in FOLDS]
                + [(f"`{name}(a, b, ...)`", fold.summary) for name, fold in FOLDS.items()]
                + [(f"`{call.example}`", call.summary) for call in CALLS.values()]
                + [("`viridis(t)`", "the colour at t from 0 to 1 of any map that the library cmap knows")]
            ),
        ),
        "## Constants\n",
        _table(("name", "value"), [(f"`{name}`", repr(value)) for name, value in CONSTANTS.items()]),
        "## The library\n",
        "Written in the language itself; define a name anew and yours is used in your figure.\n",
        "```\n" + shipped("grammars/prelude.shape").read_text("utf-8").rstrip() + "\n```\n",
        sections(),
    ]
    return "\n".join(parts)


def _operator(name: str) -> tuple[str, ...]:
    others = [f"`{_cell(text)}`" for text, plain in SPELLINGS.items() if plain == name]
    return f"`{_cell(name)}`", " ".join(others), OPS[name].summary


def _call(name: str) -> str:
    op = FUNCTIONS[name]
    letters = ("region", "a", "b") if name == "if" else tuple("abc"[: op.arity])
    return f"{name}({', '.join(letters)})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return _rows([head, tuple("---" for _ in head), *rows])


def _rows(rows: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            0 if TARGET.read_text("utf-8") == reference() else "docs/language.md is out of date: make docs"
        )
    TARGET.write_text(reference(), "utf-8")
