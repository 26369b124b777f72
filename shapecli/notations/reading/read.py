"""Figures in other notations: which one a text is in, what it says, and that as a text of our language."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import Source
from shapecli.language.resolve import figure_of
from shapecli.language.syntax import Param, Setting, Statement
from shapecli.language.write import figure_text
from shapecli.notations.reading.boundaries import with_sets
from shapecli.notations.reading.desmos import read_desmos
from shapecli.notations.reading.plain import read_plain
from shapecli.notations.reading.trees import Notes
from shapecli.notations.reading.vm import read_vm

Reader = Callable[[Source, int], tuple[list[Statement], Notes]]

NOTATIONS: Final[Mapping[str, Reader]] = {"desmos": read_desmos, "plain": read_plain, "vm": read_vm}
CLAUSE: Final = re.compile(r"(?:_\w+|0x[0-9a-fA-F]+)[ \t]+[a-z][a-z0-9-]*(?:[ \t]|$)")
LATEX: Final = re.compile(r"\\[A-Za-z{}]|\{")  # but A \ B is the language's own


def notation_of(source: Source) -> str:
    """The notation that the name of a text and the text itself speak for."""
    lines = (line.strip() for line in source.text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    if PurePath(source.name).suffix.lower() == ".vm" or CLAUSE.match(first):
        return "vm"
    without_comments = re.sub(r"#[^\n]*", "", source.text)
    return "desmos" if LATEX.search(without_comments) else "plain"


def read_foreign(source: Source, notation: str | None = None, limit: int = LIMIT_OPERATIONS) -> str:
    """A figure in another notation as a text of our language.

    Args:
        notation: one of NOTATIONS; if it is not given, the text itself tells.
        limit: the largest size, in tokens, nodes and steps of resolving.

    Raises:
        ShapeError: with the first mistake, as a place in the text; the others are in its `also`.
    """
    statements, notes = NOTATIONS[notation or notation_of(source)](source, limit)
    figure_of(source, statements, limit)
    sets = with_sets(statements)
    if not notes:  # which belong to what they stand before
        sets.sort(key=lambda item: 0 if isinstance(item, Setting) else 1 if isinstance(item, Param) else 2)
    return figure_text(sets, source, notes)
