"""Lines as people type them: `x^2 + y^2 <= 1`, `y = sin(x)`, `r = 2`; the language, without `draw`."""

import re
from collections.abc import Mapping
from typing import Final

from shapecli.base.source import Source, raise_all
from shapecli.fields.ops import FUNCTIONS, Kind
from shapecli.language.names import CONSTANTS, INPUTS, library
from shapecli.language.parse import parse_lines
from shapecli.language.polar import COORDINATES
from shapecli.language.syntax import Apply, Draw, Expression, Let, Name, Number, Param, Setting, Statement
from shapecli.notations.reading.trees import Notes, apply, fresh_names, names_in, renamed

NUMBER_OPERATORS: Final = ("+", "-", "*", "/", "^", "neg")
NOTE: Final = re.compile(r"^[ \t]*#[ \t]*(.*?)[ \t]*$", re.MULTILINE)
STARS: Final = re.compile(r'"[^"\n]*"|#[^\n]*|\*\*')


def read_plain(source: Source, limit: int) -> tuple[list[Statement], Notes]:
    """The statements that lines of inequalities, equations and definitions mean, and their comments.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    with_carets = STARS.sub(lambda match: "^ " if match[0] == "**" else match[0], source.text)
    items, errors = parse_lines(Source(source.name, with_carets), limit)
    for error in errors:
        error.source = source
    raise_all(errors)
    definitions = {item.name.name: item for item in items if isinstance(item, Let | Param)}
    notes = [(match.start(), match[1]) for match in NOTE.finditer(source.text)]
    return [_statement(item, definitions) for item in items], notes


def _statement(item: Statement | Expression, definitions: Mapping[str, Let | Param]) -> Statement:
    if isinstance(item, Number | Name | Apply):
        return Draw(item.span, drawn(item, _is_number(item, definitions)), ())
    if not isinstance(item, Let):
        return item
    name, body = item.name, item.body
    if item.parameters:
        fresh = fresh_names(tuple(given.name for given in item.parameters), names_in(body))
        parameters = tuple(Name(given.span, fresh.get(given.name, given.name)) for given in item.parameters)
        return Let(name, parameters, renamed(body, fresh))
    return defined(name, body)


def defined(name: Name, body: Expression) -> Statement:
    """What `name = body` gives: the sharpness, a number that may be changed, or a definition."""
    if name.name == "n":
        return Setting(name.span, "sharpness", (body,))
    unsigned = body.args[0] if isinstance(body, Apply) and body.op == "neg" else body
    return Param(name, body, None, None) if isinstance(unsigned, Number) else Let(name, (), body)


def drawn(body: Expression, is_number: bool) -> Expression:
    """What a line alone draws: itself, or the graph of a number that depends on x only."""
    names = names_in(body) if is_number else set()
    return apply("=", Name(body.span, "y"), body, at=body.span) if "x" in names and "y" not in names else body


def _is_number(node: Expression, definitions: Mapping[str, Let | Param]) -> bool:
    """Whether an expression is a number and no region or curve, as far as its form tells."""
    seen: set[str] = set()
    while not isinstance(node, Number):
        name = node.op if isinstance(node, Apply) else node.name
        if (
            name in NUMBER_OPERATORS
            or name in INPUTS
            or name in CONSTANTS
            or (name in COORDINATES and name not in definitions)
        ):
            return True
        if name in FUNCTIONS:
            return FUNCTIONS[name].gives is Kind.NUMBER
        known = library().visible.get(name)
        item = definitions.get(name) or (known.item if known else None)
        if item is None or name in seen:
            return False
        if isinstance(item, Param):
            return True
        seen.add(name)
        node = item.body
    return True
