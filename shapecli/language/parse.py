"""Tokens to syntax, by the tables of the grammar."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import ShapeError, Source
from shapecli.fields.ops import FUNCTIONS
from shapecli.language.build import actions
from shapecli.language.grammar import END, grammar
from shapecli.language.meant import as_meant
from shapecli.language.syntax import Expression, Statement
from shapecli.language.tokens import SOFT, Token, lines_of, tokens_of

Item = TypeVar("Item")


def parse_figure(source: Source, limit: int = LIMIT_OPERATIONS) -> tuple[list[Statement], list[ShapeError]]:
    """The statements of a figure, and every mistake found in the others."""
    return each_line(source, limit, lambda line: syntax_of(source, "line", line), indented=True)


def parse_lines(
    source: Source, limit: int = LIMIT_OPERATIONS
) -> tuple[list[Statement | Expression], list[ShapeError]]:
    """Of a text in which a line may also be an expression, such as x^2 + y^2 <= 1 or y = x."""

    def read(line: list[Token]) -> list[Statement | Expression]:
        mistake: ShapeError | None = None
        if not _is_curve(line):
            try:
                return [*syntax_of(source, "line", line)]
            except ShapeError as error:
                mistake = error if line[0] in grammar().keywords else None
        try:
            return [syntax_of(source, "drawn", line[:-1])]
        except ShapeError as error:
            raise mistake or error from None

    return each_line(source, limit, read)


def parse_expression(source: Source, limit: int = LIMIT_OPERATIONS) -> Expression:
    """One expression.

    Raises:
        ShapeError: it is not one.
    """
    errors: list[ShapeError] = []
    tokens = [token for token in tokens_of(source, limit, errors) if token != "\n"]
    if errors:
        raise errors[0]
    expression: Expression = syntax_of(source, "drawn", as_meant(tokens, source))
    return expression


def each_line(
    source: Source, limit: int, read: Callable[[list[Token]], Iterable[Item]], *, indented: bool = False
) -> tuple[list[Item], list[ShapeError]]:
    """What `read` makes of each line, and every mistake, also those that it raises.

    Args:
        indented: whether lines that are indented go on with the one above them.
    """
    lines, errors = lines_of(source, limit, indented=indented)
    items: list[Item] = []
    for line in lines:
        try:
            items.extend(read(as_meant(line, source)))
        except ShapeError as error:
            errors.append(error)
    return items, errors


def _is_curve(line: list[Token]) -> bool:
    """Whether a line that begins as a definition can be none: `x = ...`, `sin(x) = y`, `r = cos(theta)`."""
    if line[0] in FUNCTIONS:
        return True
    if line[1] != "=":
        return False
    return line[0] in ("x", "y") or (line[0] == "r" and ("theta" in line or "θ" in line))


def syntax_of(source: Source, start: str, tokens: list[Token]) -> Any:
    """Run the tables on tokens: shift them to a stack, and reduce what is complete to syntax.

    Args:
        start: "line", with the separator at its end, "drawn" or "claim".

    Raises:
        ShapeError: the tokens are nothing of that kind.
    """
    tables = grammar()
    states, rules = tables.states, tables.rules
    first, last = tables.starts[start]
    builders = actions()
    defines = "=" in tokens and tokens[1:2] in (["="], ["("])
    stack = [first]
    values: list[Any] = []
    for position, token in enumerate([*tokens, None]):
        kind = END if token is None else token.kind
        while True:
            step = states[stack[-1]].get(kind)
            if kind in SOFT and (step is None or (position == 0 and defines)):
                kind = "NAME"
                continue
            if step is None:
                from shapecli.language.mistakes import syntax_error

                raise syntax_error(source, tokens, position, start, states[stack[-1]])
            if step >= 0:
                break
            rule, action = rules[-1 - step], builders[-1 - step]
            children = values[len(values) - rule.length :]
            del stack[len(stack) - rule.length :], values[len(values) - rule.length :]
            if rule.single and rule.length == 1:
                value = children[0]
            else:
                # Repetitions stay side by side with what is around them; a list that comes first grows.
                flat = children.pop(0) if children and type(children[0]) is list else []
                for child in children:
                    flat.extend(child) if type(child) is list else flat.append(child)
                value = action(flat) if action else flat
            stack.append(states[stack[-1]][rule.origin])
            values.append(value)
            if token is None and stack[-1] == last:
                return value
        stack.append(step)
        values.append(token)
    raise AssertionError("the end of a text is never shifted")
