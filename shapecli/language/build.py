"""Children of a rule of the grammar to syntax."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from shapecli.language import syntax
from shapecli.language.grammar import grammar
from shapecli.language.syntax import INDEX, LIST, MOVED
from shapecli.language.tokens import PROPER_NUMBER, SUPERSCRIPTS, Token

SPELLINGS: Final = {
    "∪": "|", "∨": "|", "or": "|", "⊻": "xor", "△": "xor",
    "∩": "&", "∧": "&", "and": "&", "∖": "\\",
    "≤": "<=", "≥": ">=", "−": "-", "·": "*", "×": "*", "÷": "/", "¬": "~", "not": "~",
    "'": "~", "√": "sqrt", "π": "pi", "θ": "theta", "≠": "!=",
}  # fmt: skip


class _Clause(NamedTuple):
    """A loop, and what follows its `in`."""

    loop: syntax.Loop
    bounds: tuple[syntax.Expression, ...]


class _Loops(NamedTuple):
    """As an `Apply` has them."""

    loops: tuple[syntax.Loop, ...]
    bounds: tuple[syntax.Expression, ...]


class Builder:
    """For each rule of the grammar, by its name: what its children are together."""

    def line(self, children: list[Any]) -> list[syntax.Statement]:
        return [child for child in children if not isinstance(child, Token)]

    def drawn(self, children: list[Any]) -> syntax.Expression:
        parts = tuple(children[::2])
        return syntax.Apply(parts[0].span.to(parts[-1].span), "&", parts, children[1].span)

    def value(self, children: list[Any]) -> syntax.Let:
        name, _, body = children
        return syntax.Let(_name(name), (), body)

    def function(self, children: list[Any]) -> syntax.Let:
        closing = children.index(")")
        folds = children[closing - 1] == ".."
        parameters = children[2 : closing - 2 if folds else closing : 2]
        return syntax.Let(_name(children[0]), tuple(map(_name, parameters)), children[-1], folds)

    def param(self, children: list[Any]) -> syntax.Param:
        low, high = (children[5], children[7]) if len(children) > 4 else (None, None)
        step = children[9] if len(children) > 8 else None
        return syntax.Param(_name(children[1]), children[3], low, high, step)

    def draw(self, children: list[Any]) -> syntax.Draw:
        loops = children.pop() if isinstance(children[-1], _Loops) else _Loops((), ())
        return syntax.Draw(children[0].span, children[1], tuple(children[2:]), *loops)

    def setting(self, children: list[Any]) -> syntax.Setting:
        values = (
            value if not isinstance(value, Token)
            else value.strip('"') if value.kind == "STRING"
            else str(value) if value.kind == "PAPER"
            else _name(value)
            for value in children[1::2]
        )  # fmt: skip
        return syntax.Setting(children[0].span, str(children[0]), tuple(values))

    def part(self, children: list[Any]) -> syntax.Apply:
        name = _name(children[0])
        return syntax.Apply(name.span.to(children[-1].span), syntax.PART, (name, *children[2::2]), name.span)

    def style(self, children: list[Any]) -> syntax.Style:
        makers: dict[str, Callable[[list[Any]], syntax.Expression]] = {
            "NUMBER": self.number,
            "NAME": self.name,
        }
        values: list[syntax.Expression] = [
            makers[value.kind]([value]) if isinstance(value, Token) else value
            for value in children[1:]
            if value not in (",", "*")
        ]  # fmt: skip
        if "*" in children:  # the width of a stroke with its unit
            *values, number, unit = values
            values.append(syntax.Apply(number.span.to(unit.span), "*", (number, unit), unit.span))
        return syntax.Style(children[0].span, str(children[0]), tuple(values))

    def clip(self, children: list[Any]) -> syntax.Clip:
        return syntax.Clip(children[0].span, children[1])

    def loops(self, children: list[Any]) -> "_Loops":
        clauses = [child for child in children if isinstance(child, _Clause)]
        bounds = [bound for clause in clauses for bound in clause.bounds]
        condition = children[-1:] if children[-2] == "if" else []
        return _Loops(tuple(clause.loop for clause in clauses), (*bounds, *condition))

    def clause(self, children: list[Any]) -> list["_Clause"]:
        middle = children.index("in")
        bounds = tuple(children[middle + 1 :: 2])
        return [_Clause(syntax.Loop(target, len(bounds)), bounds) for target in children[:middle:2]]

    def target(self, children: list[Any]) -> tuple[syntax.Target, ...]:
        return tuple(children[1::2])

    def colour(self, children: list[Any]) -> syntax.Name:
        return syntax.Name(children[0].span, str(children[0]))

    def claim(self, children: list[Any]) -> syntax.ClaimLine:
        loops = tuple(child for child in children if isinstance(child, syntax.For))
        body = children[0]
        within = children[2] if len(children) > 2 and children[1] == "within" else None
        end = loops[-1].values[-1] if loops else within or body
        return syntax.ClaimLine(body.span.to(end.span), body, within, loops)

    def loop(self, children: list[Any]) -> list[syntax.For]:
        middle = children.index("in")
        values, is_range = tuple(children[middle + 1 :: 2]), ".." in children[middle + 2 : middle + 3]
        return [syntax.For(_name(name), values, is_range) for name in children[1:middle:2]]

    def number(self, children: list[Any]) -> syntax.Number:
        proper = PROPER_NUMBER.match(children[0])
        return syntax.Number(children[0].span, float(proper[0]) if proper else math.nan)

    def name(self, children: list[Any]) -> syntax.Name:
        return _name(children[0])

    def group(self, children: list[Any]) -> syntax.Expression:
        inner: syntax.Expression = children[1]
        return inner

    def call(self, children: list[Any]) -> syntax.Apply:
        name = children[0]
        return syntax.Apply(name.span.to(children[-1].span), str(name), tuple(children[2:-1:2]), name.span)

    def moved(self, children: list[Any]) -> syntax.Apply:
        span = children[0].span.to(children[-1].span)
        return syntax.Apply(span, MOVED, tuple(children[::2]), children[0].span)

    def absolute(self, children: list[Any]) -> syntax.Apply:
        span = children[0].span.to(children[2].span)
        return syntax.Apply(span, "abs", (children[1],), children[0].span)

    def case(self, children: list[Any]) -> tuple[syntax.Expression, ...]:
        return children[0], children[2]

    def cases(self, children: list[Any]) -> syntax.Expression:
        closing, parts = children[-1], children[1:-1:2]
        last: list[syntax.Expression] = [] if isinstance(parts[-1], tuple) else [parts.pop()]
        for condition, value in reversed(parts):
            span = condition.span.to(closing.span)
            last = [syntax.Apply(span, "if", (condition, value, *last), condition.span)]
        return last[0]

    def repeated(self, children: list[Any]) -> syntax.Apply:
        *name, _, body, (loops, bounds), closing = children
        start = name[0] if name else children[0]
        op = str(start) if name else LIST
        return syntax.Apply(start.span.to(closing.span), op, (body, *bounds), start.span, loops)

    def listed(self, children: list[Any]) -> syntax.Apply:
        span = children[0].span.to(children[-1].span)
        return syntax.Apply(span, LIST, tuple(children[1:-1:2]), children[0].span)

    def indexed(self, children: list[Any]) -> syntax.Expression:
        result: syntax.Expression = children[0]
        for index, closing in zip(children[2::3], children[3::3], strict=True):
            result = syntax.Apply(result.span.to(closing.span), INDEX, (result, index), index.span)
        return result

    def power(self, children: list[Any]) -> syntax.Expression:
        result: syntax.Expression = children[0]
        for token, operand in zip(children[1::2], children[2::2], strict=True):
            result = _of_two(result, token, operand)
        return result

    sum = product = exclusive = power

    def union(self, children: list[Any]) -> syntax.Apply:
        span = children[0].span.to(children[-1].span)
        return syntax.Apply(span, _spelling(children[1]), tuple(children[::2]), children[1].span)

    def meet(self, children: list[Any]) -> syntax.Apply:
        parts = [children[0]]
        for token, operand in zip(children[1::2], children[2::2], strict=True):
            without = _spelling(token) == "\\"
            parts.append(syntax.Apply(operand.span, "~", (operand,), token.span) if without else operand)
        return syntax.Apply(children[0].span.to(children[-1].span), "&", tuple(parts), children[1].span)

    def relation(self, children: list[Any]) -> syntax.Apply:
        parts = zip(children[::2], children[1::2], children[2::2], strict=False)
        links = [_of_two(*part) for part in parts]
        if len(links) == 1:
            return links[0]
        return syntax.Apply(links[0].span.to(links[-1].span), "&", tuple(links), links[0].op_span)

    def prefix(self, children: list[Any]) -> syntax.Expression:
        token: Token = children[0]
        operand: syntax.Expression = children[1]
        if token == "+":
            return operand
        op = "neg" if _spelling(token) == "-" else _spelling(token)
        return syntax.Apply(token.span.to(operand.span), op, (operand,), token.span)

    def postfix(self, children: list[Any]) -> syntax.Expression:
        result: syntax.Expression = children[0]
        for token in children[1:]:
            span = result.span.to(token.span)
            if token in SUPERSCRIPTS:
                power = syntax.Number(token.span, 2.0 if token == "²" else 3.0)
                result = syntax.Apply(span, "^", (result, power), token.span)
            elif token.kind == "DEGREE":
                result = syntax.Apply(span, "*", (result, _degree(token)), token.span)
            else:
                result = syntax.Apply(span, "~", (result,), token.span)
        return result


@cache
def actions() -> tuple[Callable[[list[Any]], Any] | None, ...]:
    """What makes syntax of the children of each rule of the tables; none where they stay as they are."""
    builder = Builder()
    return tuple(
        getattr(builder, rule.action) if rule.action and not (rule.single and rule.length == 1) else None
        for rule in grammar().rules
    )


def _name(token: Token) -> syntax.Name:
    return syntax.Name(token.span, SPELLINGS.get(token, str(token)))


def _degree(token: Token) -> syntax.Expression:
    """What a number of degrees is times."""
    if token == "deg":
        return syntax.Name(token.span, "deg")
    whole = syntax.Number(token.span, 180.0)
    return syntax.Apply(token.span, "/", (syntax.Name(token.span, "pi"), whole), token.span)


def _of_two(left: syntax.Expression, token: Token, right: syntax.Expression) -> syntax.Apply:
    if _spelling(token) == "!=":
        parts = tuple(syntax.Apply(left.span.to(right.span), op, (left, right), token.span) for op in "<>")
        return syntax.Apply(left.span.to(right.span), "|", parts, token.span)
    return syntax.Apply(left.span.to(right.span), _spelling(token), (left, right), token.span)


def _spelling(token: Token) -> str:
    return SPELLINGS.get(token, str(token))
