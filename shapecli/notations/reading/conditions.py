"""Conditions in braces: which of some numbers counts, and where something is drawn."""

import functools
from collections.abc import Sequence

from shapecli.base.source import Span
from shapecli.language.syntax import RELATIONS, Apply, Expression
from shapecli.notations.reading.trees import apply, number, undefined

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
    return functools.reduce(lambda a, b: apply("both", a, b, at=a.span.to(b.span)), links(condition))


def either(conditions: Sequence[Expression]) -> Expression:
    """Where any of some conditions is met."""
    parts = [crisp(condition) for condition in conditions]
    return functools.reduce(lambda a, b: apply("either", a, b, at=a.span.to(b.span)), parts)


def chosen(items: Sequence[Item], at: Span) -> Expression:
    """The value of the first condition that is met: 1 if it gives none; at the end the number alone."""
    last, value = items[-1]
    is_else = value is None and not is_relation(last)
    result: Expression = last if is_else else undefined(at)
    for condition, value in reversed(items[:-1] if is_else else items):
        result = apply("if", crisp(condition), value or number(1.0, at), result, at=at)
    return result
