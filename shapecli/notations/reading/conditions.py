"""Conditions in braces: where they end a line, which of some numbers counts, where something is drawn."""

import functools
from collections.abc import Sequence
from typing import Final

from shapecli.base.source import Span
from shapecli.language.syntax import RELATIONS, Apply, Expression
from shapecli.notations.reading.tokens import PAIRS, LatexToken
from shapecli.notations.reading.trees import apply, joined, number, undefined

ENDS_OF_FACTORS: Final = frozenset({"number", "name", ")", "]", "}", "}}", "|>", "|"})
OPENING: Final = frozenset(PAIRS) - {"|"}
CLOSING: Final = frozenset(PAIRS.values()) - {"|"}

Item = tuple[Expression, Expression | None]  # a condition and its value, or a number alone


def is_relation(node: Expression) -> bool:
    """Whether an expression is a relation or a chain of them."""
    return isinstance(node, Apply) and (node.op in RELATIONS or node.op == "&")


def links(condition: Expression) -> list[Expression]:
    """The relations that a condition consists of; two numbers are equal where they differ by at most 0."""
    assert isinstance(condition, Apply)
    if condition.op == "&":
        return [part for link in condition.args for part in links(link)]
    if condition.op != "=":
        return [condition]
    at = condition.span
    distance = apply("abs", apply("-", *condition.args, at=at), at=at)
    return [apply("<=", distance, number(0.0, at), at=at)]


def crisp(condition: Expression) -> Expression:
    """A condition as a region without the soft corners that a chain has as an intersection."""
    return functools.reduce(lambda a, b: joined("both", [a, b]), links(condition))


def either(conditions: Sequence[Expression]) -> Expression:
    """Where any of some conditions is met."""
    return functools.reduce(lambda a, b: joined("either", [a, b]), map(crisp, conditions))


def chosen(items: Sequence[Item], at: Span) -> Expression:
    """The value of the first condition that is met: 1 if it gives none; at the end the number alone."""
    last, value = items[-1]
    is_else = value is None and not is_relation(last)
    result: Expression = last if is_else else undefined(at)
    for condition, value in reversed(items[:-1] if is_else else items):
        result = apply("if", crisp(condition), value or number(1.0, at), result, at=at)
    return result


def split(tokens: Sequence[LatexToken]) -> tuple[Sequence[LatexToken], list[Sequence[LatexToken]]]:
    """A line without the braces at its end that hold conditions, and what is in each of them."""
    partners = _partners(tokens)
    restrictions: list[Sequence[LatexToken]] = []
    end = len(tokens) - 1
    while end and tokens[end - 1].kind in ("}", "}}") and end - 1 in partners:
        start = partners[end - 1]
        parts = _outer_kinds(tokens[start + 1 : end - 1])
        before = tokens[start - 1].kind if start else ""
        conditions = all(RELATIONS & kinds and ":" not in kinds for kinds in parts)
        if before not in ENDS_OF_FACTORS or not conditions:
            break
        restrictions.insert(0, [*tokens[start:end], LatexToken("end", "", tokens[end].span)])
        end = start
    return [*tokens[:end], LatexToken("end", "", tokens[end].span)], restrictions


def _partners(tokens: Sequence[LatexToken]) -> dict[int, int]:
    """The place of the bracket that each closing one belongs to."""
    opened: list[int] = []
    partners: dict[int, int] = {}
    for place, token in enumerate(tokens):
        if token.kind in OPENING:
            opened.append(place)
        elif token.kind in CLOSING and opened:
            start = opened.pop()
            if PAIRS[tokens[start].kind] == token.kind:
                partners[place] = start
    return partners


def _outer_kinds(tokens: Sequence[LatexToken]) -> list[set[str]]:
    """The kinds of words that are in no bracket, for each of the parts that commas make."""
    depth = 0
    parts: list[set[str]] = [set()]
    for token in tokens:
        depth -= token.kind in CLOSING
        if not depth and token.kind == ",":
            parts.append(set())
        elif not depth:
            parts[-1].add(token.kind)
        depth += token.kind in OPENING
    return parts
