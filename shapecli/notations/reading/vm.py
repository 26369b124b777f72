"""`.vm` models of libfive and fidget: one operation a line, `_name operation arguments`."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, likely_hint, raise_all
from shapecli.language.mistakes import short
from shapecli.language.parse import parse_expression
from shapecli.language.syntax import Apply, Draw, Expression, Let, Name, Number, Statement, walk
from shapecli.language.tokens import PROPER_NUMBER
from shapecli.notations.reading.trees import Notes, apply, number, placed

LONGEST: Final = 90  # characters of an expression that is still read with ease
WORD: Final = re.compile(r"\S+")
LEAVES: Final[Mapping[str, str]] = {"var-x": "x", "var-y": "y"}
OURS: Final[Mapping[str, str]] = {
    "add": "a + b", "sub": "a - b", "mul": "a*b", "div": "a/b",
    "neg": "-a", "square": "a^2", "recip": "1/a",
    **{name: f"{name}(a)" for name in ("sqrt", "abs", "exp", "ln", "sin", "cos", "tan")},
    **{name: f"{name}(a)" for name in ("asin", "acos", "atan", "floor", "ceil")},
    **{name: f"{name}(a, b)" for name in ("min", "max", "atan2")},
    "round": "sign(a)*floor(abs(a) + 0.5)",  # halves go away from 0, which those of our own do not
    "mod": "mod(a, abs(b))",  # the remainder that is not negative, whatever the sign of the divisor
    "compare": "sign(a - b)",
    "not": "if(abs(a) <= 0, 1, 0)", "and": "if(abs(a) <= 0, 0, b)", "or": "if(abs(a) <= 0, b, a)",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Clause:
    """One line: an operation on the values of earlier lines, or a number or coordinate as a `leaf`."""

    span: Span
    op: str
    arguments: tuple["Clause", ...] = ()
    leaf: Expression | None = None


@dataclass(eq=False)
class Translation:
    """What a clause has become: an expression, of about so many characters."""

    node: Expression
    length: int


def read_vm(source: Source, limit: int) -> tuple[list[Statement], Notes]:
    """The statements of a model, whose inside is where the last value is at most 0, and its comments.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    clauses: dict[str, Clause] = {}
    errors: list[ShapeError] = []
    notes: Notes = []
    offset = 0
    for line in source.text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        if line.lstrip().startswith("#"):
            notes.append((start, line.strip("# \t")))
        elif line.strip():
            spans = [Span(start + match.start(), start + match.end()) for match in WORD.finditer(line)]
            if len(clauses) >= limit:
                message = f"the model is larger than the limit of {limit:,} operations"
                raise ShapeError(message, spans[0], source, "raise <limit_operations>")
            try:
                name, clause = _clause(spans, source, clauses)
                clauses[name] = clause
            except ShapeError as error:
                errors.append(error)
    raise_all(errors)
    if not clauses:
        raise ShapeError("there is nothing here", Span(0, 1), source, "a line is such as _2 add _0 _1")
    return list(_statements(list(clauses.values()))), notes


def _clause(spans: list[Span], source: Source, known: dict[str, Clause]) -> tuple[str, Clause]:
    """One line, and its name; an error if it is malformed, or has no meaning here."""
    name, *words = (source.text[span.start : span.end] for span in spans)
    if name in known:
        raise ShapeError(f"{short(name)} is given twice", spans[0], source, "give one of them another name")
    if not words:
        end = Span(spans[0].end, spans[0].end + 1)
        raise ShapeError(f"an operation is missing after {short(name)}", end, source)
    op, *arguments = words
    wanted = 1 if op == "const" else len({*_places(op)}) if op in OURS else 0
    if not (op in LEAVES or op in OURS or op == "const"):
        raise _unknown(op, spans[1], source)
    if len(arguments) != wanted:
        message = f"{op} takes {wanted or 'no'} argument{'' if wanted == 1 else 's'}, and {len(arguments)} "
        raise ShapeError(f"{message}{'is' if len(arguments) == 1 else 'are'} given", spans[1], source)
    if op in LEAVES:
        return name, Clause(spans[1], op, leaf=Name(spans[1], LEAVES[op]))
    if op == "const":
        return name, Clause(spans[1], op, leaf=_number(arguments[0], spans[2], source))
    for argument, span in zip(arguments, spans[2:], strict=True):
        if argument not in known:
            hint = "a line uses values of the lines before it"
            raise ShapeError(f"there is no value {short(argument)} so far", span, source, hint)
    return name, Clause(spans[1], op, tuple(known[argument] for argument in arguments))


def _unknown(op: str, span: Span, source: Source) -> ShapeError:
    if op.startswith("var-"):
        hint = "a figure lies in the plane: write const 0 in its place for the section at 0"
        return ShapeError(f"{short(op)} has no meaning here, only var-x and var-y", span, source, hint)
    return ShapeError(
        f"unknown operation {short(op)}", span, source, likely_hint(op, (*LEAVES, *OURS, "const"))
    )


def _number(text: str, span: Span, source: Source) -> Expression:
    sign = text[:1] if text[:1] in "+-" else ""
    digits = Span(span.start + len(sign), span.end)
    if not PROPER_NUMBER.fullmatch(text[len(sign) :]):
        raise ShapeError(f"{short(text)} is not a finite number", span, source)
    value = Number(digits, float(text[len(sign) :]))
    if not math.isfinite(value.value):
        raise ShapeError("this number is too large for float64", span, source)
    return apply("neg", value, at=span) if sign == "-" else value


def _statements(clauses: list[Clause]) -> Iterator[Statement]:
    """Definitions of what is used more than once or is too long, and the figure."""
    last = clauses[-1]
    uses = _uses(clauses)
    values: dict[Clause, Translation] = {}
    numbers = count(1)

    def name(value: Translation, at: Span) -> Let:
        target, body = Name(at, f"v{next(numbers)}"), value.node
        value.node, value.length = target, len(target.name)
        return Let(target, (), body)

    for clause in clauses:
        if clause not in uses:
            continue
        if clause.leaf:
            place = clause.leaf.span
            values[clause] = Translation(clause.leaf, 1 if clause.op in LEAVES else place.end - place.start)
            continue
        parts = [values[argument] for argument in clause.arguments]
        while 6 + sum(part.length for part in parts) > LONGEST:
            yield name(max(parts, key=lambda part: part.length), clause.span)
        node = _applied(clause, [part.node for part in parts])
        value = values[clause] = Translation(node, 6 + sum(part.length for part in parts))
        if uses[clause] > 1:
            yield name(value, clause.span)
    yield Draw(last.span, apply("<=", values[last].node, number(0.0, last.span), at=last.span), ())


def _uses(clauses: list[Clause]) -> dict[Clause, int]:
    """How often each value stands in what the last one needs; none of the others."""
    uses = {clauses[-1]: 1}
    for clause in reversed(clauses):
        if clause in uses:
            for place, argument in enumerate(clause.arguments):
                uses[argument] = uses.get(argument, 0) + _places(clause.op).count("ab"[place])
    return uses


def _applied(clause: Clause, args: list[Expression]) -> Expression:
    at, op, first, last = clause.span, clause.op, args[0], args[-1]
    if op in ("min", "max") and isinstance(first, Apply) and first.op == op:
        return Apply(at, op, (*first.args, last), at)  # min(min(a, b), c) is computed as min(a, b, c)
    if op == "mod" and isinstance(last, Number):
        return apply("mod", first, last, at=at)
    return placed(_ours(op), at, dict(zip("ab", args, strict=False)))


@cache
def _ours(op: str) -> Expression:
    return parse_expression(Source(op, OURS[op]))


@cache
def _places(op: str) -> list[str]:
    """Where the arguments of an operation stand in what it becomes: a and b."""
    return [node.name for node in walk(_ours(op)) if isinstance(node, Name)]
