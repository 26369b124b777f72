"""Text to syntax, by the tables of the grammar."""

import itertools
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Any, Final

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import ShapeError, Source, Span, visible
from shapecli.language.grammar import END, Token, grammar
from shapecli.language.syntax import (
    Apply,
    Claim,
    Colour,
    Draw,
    Expression,
    Let,
    Loop,
    Name,
    Number,
    Param,
    Setting,
    Statement,
)

SPELLINGS: Final = {
    "∪": "|", "∨": "|", "or": "|", "⊻": "xor", "△": "xor",
    "∩": "&", "∧": "&", "and": "&", "∖": "\\",
    "≤": "<=", "≥": ">=", "−": "-", "·": "*", "×": "*", "÷": "/", "¬": "~", "not": "~",
    "'": "~", "√": "sqrt", "π": "pi",
}  # fmt: skip
STATEMENTS: Final = ("draw", "param", "sharpness", "window", "title", "background", "use")
HABITS: Final = {
    "=<": "write <=", "=>": "write >=", "==": "write =", "!=": "write ~(... = ...)",
    "<>": "write ~(... = ...)",
    "&&": "write &", "||": "write |", "**": "write ^", ":=": "write =", "<<": "write <", ">>": "write >",
    "!": "write ~ for the complement", "{": "write ( and )", "}": "write ( and )", "[": "write ( and )",
    "]": "write ( and )", "%": "write mod(a, b)",
}  # fmt: skip
LOOK_ALIKES: Final = dict(
    zip("АВЕКМНОРСТХаеорсухіјѕԁԛԝαοχν", "ABEKMHOPCTXaeopcyxijsdqwaoxv", strict=True),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
)

PROPER_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
OPERANDS = frozenset({"NUMBER", "NAME", "RPAR", "QUOTE", "STRING"})
ENDS_A_FACTOR = frozenset({"NUMBER", "RPAR"})
SUPERSCRIPTS = ("²", "³")


def parse_figure(source: Source, limit: int = LIMIT_OPERATIONS) -> tuple[list[Statement], list[ShapeError]]:
    """The statements of a figure, and every mistake found in the others."""
    statements: list[Statement] = []
    errors: list[ShapeError] = []
    try:
        tokens = list(_tokens(source, limit, errors))
    except ShapeError as error:
        return [], [*errors, error]
    for line in _lines(tokens, len(source.text)):
        try:
            statements.extend(_feed(source, "line", line))
        except ShapeError as error:
            errors.append(error)
    return statements, errors


def parse_lines(
    source: Source, limit: int = LIMIT_OPERATIONS
) -> tuple[list[Statement | Expression], list[ShapeError]]:
    """The same of a text in which a line may also be an expression, such as x^2 + y^2 <= 1 or y = x."""
    items: list[Statement | Expression] = []
    errors: list[ShapeError] = []
    try:
        tokens = list(_tokens(source, limit, errors))
    except ShapeError as error:
        return [], [*errors, error]
    for line in _lines(tokens, len(source.text)):
        alone = line[0].kind not in grammar().keywords.values()
        try:
            if line[0] in ("x", "y") and line[1] == "=":  # a curve, since these cannot be defined
                items.append(_feed(source, "expression", line[:-1]))
            else:
                items.extend(_feed(source, "line", line))
        except ShapeError as error:
            try:
                items.append(_feed(source, "expression", line[:-1]))
            except ShapeError as other:
                errors.append(other if alone else error)
    return items, errors


def parse_claims(
    source: Source,
    limit: int = LIMIT_OPERATIONS,
    fixed: Collection[str] = (),
    known: Collection[str] = (),
) -> tuple[list[Statement], list[Claim], list[ShapeError]]:
    """The statements and the claims of a text, and every mistake found in the others.

    A line is a claim if it is no statement; or if it is `name = ...`, and the name has a meaning already; or
    `name(a, b) = ...`, and all names have one, or the first has one that cannot be changed.

    Args:
        fixed: names whose meaning cannot be changed.
        known: other names that have one.
    """
    statements: list[Statement] = []
    claims: list[Claim] = []
    errors: list[ShapeError] = []
    try:
        tokens = list(_tokens(source, limit, errors))
    except ShapeError as error:
        return [], [], [*errors, error]
    named = {*fixed, *known}
    for line in _lines(tokens, len(source.text)):
        try:
            if not _has_meaning(line, fixed, named) and (found := _statement(source, line)) is not None:
                statements.extend(found)
                named.update(item.name.name for item in found if isinstance(item, Let | Param))
            else:
                claims.append(_feed(source, "claim", line[:-1]))
        except ShapeError as error:
            errors.append(error)
    return statements, claims, errors


def _has_meaning(line: list[Token], fixed: Collection[str], named: Collection[str]) -> bool:
    """Whether the left side of a line `name = ...` or `name(a, b) = ...` means something already."""
    if len(line) < 2 or line[0] not in named:
        return False
    if line[1] != "(" or line[0] in fixed:
        return line[1] in ("=", "(")
    inside = itertools.takewhile(lambda token: token != ")", line[2:])
    return all(token in named for token in inside if token.kind == "NAME")


def _statement(source: Source, line: list[Token]) -> list[Statement] | None:
    """What a line states; none if it is no statement.

    Raises:
        ShapeError: it begins as one, and has a mistake.
    """
    try:
        found: list[Statement] = _feed(source, "line", line)
    except ShapeError:
        if line[0].kind in grammar().keywords.values() and line[0] in STATEMENTS:
            raise
        return None
    return found


def parse_expression(source: Source, limit: int = LIMIT_OPERATIONS) -> Expression:
    """One expression.

    Raises:
        ShapeError: it is not one.
    """
    errors: list[ShapeError] = []
    tokens = [token for token in _tokens(source, limit, errors) if token != "\n"]
    if errors:
        raise errors[0]
    result: Expression = _feed(source, "expression", tokens)
    return result


# --- tokens ---------------------------------------------------------------------------------------


def _tokens(source: Source, limit: int, errors: list[ShapeError]) -> Iterator[Token]:
    """Tokens with brackets matched, line ends inside brackets dropped and products made explicit.

    Malformed numbers are added to `errors`; what makes it impossible to go on is raised.
    """
    opened: list[Token] = []
    previous: Token | None = None
    for count, token in enumerate(_words(source)):
        if count >= limit:
            raise ShapeError(
                f"the figure is larger than the limit of {limit:,} operations",
                _span(token),
                source,
                "raise --limit-operations",
            )
        if token.kind == "LPAR":
            opened.append(token)
        elif token.kind == "RPAR":
            if not opened:
                raise ShapeError(
                    "this bracket closes nothing", _span(token), source, "remove it, or open one"
                )
            opened.pop()
        elif token.kind == "SEPARATOR" and opened:
            if token == ";" or _starts_statement(source.text, token.end):
                break
            continue
        elif token.kind == "NUMBER":
            errors.extend(_number_errors(token, source))
        if previous is not None and _multiplies(previous, token):
            yield Token.make("STAR", "*", token.start, token.start)
        yield token
        previous = token
    if opened:
        raise ShapeError("this bracket is never closed", _span(opened[-1]), source, "add the missing )")


def _words(source: Source) -> Iterator[Token]:
    """The tokens of a text, as they stand there."""
    tables = grammar()
    match, ignored, keywords = tables.pattern.match, tables.ignored, tables.keywords
    text, position = source.text, 0
    while position < len(text):
        found = match(text, position)
        if found is None or not found.lastgroup:
            raise _unexpected_character(source, position)
        kind, word, start = found.lastgroup, found[0], position
        position = found.end()
        if kind not in ignored:
            yield Token.make(keywords.get(word, kind), word, start, position)


def _starts_statement(text: str, offset: int) -> bool:
    """Whether the line at `offset` can only be a new statement, so that a bracket was forgotten."""
    words = "|".join(STATEMENTS)
    return bool(re.compile(rf"[ \t]*(?:(?:{words})\b|[A-Za-z]\w*[ \t]*=(?!=))").match(text, offset))


def _multiplies(left: Token, right: Token) -> bool:
    """Whether two tokens side by side are a product; after a name, `(` begins a call instead."""
    if left.kind == right.kind == "NAME":
        return True
    ends = left.kind in ENDS_A_FACTOR or left in SUPERSCRIPTS
    begins = right.kind in ("NAME", "LPAR") or right == "√"
    return ends and begins and not (left.kind == "NUMBER" and left.end == right.start and right == "..")


def _number_errors(token: Token, source: Source) -> Iterator[ShapeError]:
    if not PROPER_NUMBER.fullmatch(token):
        hint = None
        if token[-1] in "eE":
            hint = f"write {token[:-1]}*e for a multiple of e, or digits after the {token[-1]}"
        elif "_" in token:
            hint = f"write {token.replace('_', '')}"
        yield ShapeError(f"malformed number {token}", _span(token), source, hint)
    elif not math.isfinite(float(token)):
        yield ShapeError("this number is too large for float64", _span(token), source)


def _unexpected_character(source: Source, offset: int) -> ShapeError:
    character = source.text[offset]
    span = Span(offset, offset + 1)
    habit = next((key for key in (source.text[offset : offset + 2], character) if key in HABITS), None)
    if character == '"':
        return ShapeError("this text is never closed", span, source, 'end it with " on the same line')
    if habit:
        return ShapeError(f"unexpected {habit}", Span(offset, offset + len(habit)), source, HABITS[habit])
    import unicodedata

    plain = LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    if plain.isascii() and plain != character:
        name = unicodedata.name(character, "?").lower()
        return ShapeError(
            f"unexpected character {visible(character)} (U+{ord(character):04X}, {name})",
            span,
            source,
            f"it looks like {plain} but is another letter; did you mean {plain}?",
        )
    return ShapeError(f"unexpected character {visible(character)}", span, source)


def _lines(tokens: Iterable[Token], end: int) -> Iterator[list[Token]]:
    """Tokens of each statement, with the separator that ends it."""
    line: list[Token] = []
    for token in tokens:
        line.append(token)
        if token.kind == "SEPARATOR":
            if len(line) > 1:
                yield line
            line = []
    if line:
        yield [*line, Token.make("SEPARATOR", "\n", end, end)]


def _span(token: Token) -> Span:
    return Span(token.start, token.end)


# --- the parser -----------------------------------------------------------------------------------


def _feed(source: Source, start: str, tokens: list[Token]) -> Any:
    """Run the tables on tokens: shift them to a stack, and reduce what is complete to syntax."""
    tables = grammar()
    states, rules = tables.states, tables.rules
    first, last = tables.starts[start]
    actions = _actions()
    stack = [first]
    values: list[Any] = []
    for position, token in enumerate([*tokens, None]):
        kind = END if token is None else token.kind
        while True:
            step = states[stack[-1]].get(kind)
            if step is None:
                raise _syntax_error(source, tokens, position, start)
            if step >= 0:
                break
            rule, action = rules[-1 - step], actions[-1 - step]
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


def _syntax_error(source: Source, tokens: list[Token], position: int, start: str) -> ShapeError:
    """Say what is wrong where the parser stopped."""
    here = tokens[position] if position < len(tokens) and tokens[position].kind != "SEPARATOR" else None
    before = tokens[position - 1] if position else None
    if here is None:
        return _ended_early(source, tokens[:position], start)
    span = _span(here)
    if before is not None:
        pair = source.text[_span(before).start : span.end]
        if pair in HABITS:
            return ShapeError(
                f"unexpected {pair}", Span(span.start - len(before), span.end), source, HABITS[pair]
            )
    if before is None or position == 0:
        return ShapeError(f"unexpected {here}", span, source, "a line begins with a name or with draw")
    if before.kind in OPERANDS and (here.kind in OPERANDS or here.kind == "LPAR"):
        return ShapeError(
            f"an operator is missing between {_shown(before)} and {_shown(here)}",
            span,
            source,
            f"write {before}*{here} for a product" if before.kind != "STRING" else None,
        )
    if (
        start == "line"
        and before.kind in OPERANDS
        and tokens[0].kind == "NAME"
        and not any(t.kind == "EQUAL" for t in tokens[:position])
    ):
        return ShapeError(
            f"this is neither a definition nor drawn: unexpected {_shown(here)}",
            span,
            source,
            "put draw in front of it, or give it a name: A = ...",
        )
    if before.kind in OPERANDS:
        import difflib

        if start == "claim" and here in (",", "in"):
            example = "write one for after the other: for x in 0 .. 1 for y in 0 .. 2"
            return ShapeError(f"unexpected {_shown(here)}", span, source, example)
        close = difflib.get_close_matches(here, ("fill", "stroke", "opacity", "in", *STATEMENTS), 1)
        return ShapeError(
            f"unexpected {_shown(here)}", span, source, f"did you mean {close[0]}?" if close else None
        )
    hint = "write abs(...) for an absolute value" if here == "|" else None
    return ShapeError(
        f"an operand is missing between {_shown(before)} and {_shown(here)}", span, source, hint
    )


def _ended_early(source: Source, tokens: list[Token], start: str) -> ShapeError:
    """Say what is missing at the end of a statement."""
    last = tokens[-1] if tokens else None
    if last is None:
        return ShapeError(
            "there is nothing here", Span(0, 1), source, "write an inequality such as x^2 + y^2 <= 1"
        )
    span = Span(_span(last).end, _span(last).end + 1)
    rest = source.text[span.start :].split("\n", 1)[0].lstrip()
    if last in ("fill", "stroke", "background"):
        hint = f'quote it: "{rest.split()[0]}"' if rest.startswith("#") else "a CSS name, or a quoted #rrggbb"
        return ShapeError(f"a colour is missing after {last}", span, source, hint)
    if start == "line" and last.kind in OPERANDS and tokens[0].kind in OPERANDS:
        return ShapeError(
            "this is neither a definition nor drawn",
            span,
            source,
            "put draw in front of it, or give it a name: A = ...",
        )
    return ShapeError(f"something is missing after {_shown(last)}", span, source)


def _shown(token: Token) -> str:
    return visible(token if len(token) <= 24 else token[:20] + "...")


class _Builder:
    """Children of a grammar rule to syntax."""

    def line(self, children: list[Any]) -> list[Statement]:
        return [child for child in children if not isinstance(child, Token)]

    def value(self, children: list[Any]) -> Let:
        name, _, body = children
        return Let(_name(name), (), body)

    def function(self, children: list[Any]) -> Let:
        closing = children.index(")")
        folds = children[closing - 1] == ".."
        parameters = children[2 : closing - 2 if folds else closing : 2]
        return Let(_name(children[0]), tuple(map(_name, parameters)), children[-1], folds)

    def param(self, children: list[Any]) -> Param:
        low, high = (children[5], children[7]) if len(children) > 4 else (None, None)
        return Param(_name(children[1]), children[3], low, high)

    def draw(self, children: list[Any]) -> Draw:
        return Draw(_span(children[0]), children[1], tuple(children[2:]))

    def setting(self, children: list[Any]) -> Setting:
        return Setting(_span(children[0]), str(children[0]), tuple(children[1::2]))

    sharpness = window = background = setting

    def title(self, children: list[Any]) -> Setting:
        return Setting(_span(children[0]), str(children[0]), (str(children[1])[1:-1],))

    use = title

    def fill(self, children: list[Any]) -> tuple[str, Span, Colour | None, float | None]:
        number = float(children[-1]) if isinstance(children[-1], Token) else None
        colour = children[1] if isinstance(children[1], Colour) else None
        return str(children[0]), _span(children[0]), colour, number

    stroke = opacity = fill

    def colour(self, children: list[Any]) -> Colour:
        return Colour(_span(children[0]), children[0].strip('"'))

    def claim(self, children: list[Any]) -> Claim:
        loops = tuple(child for child in children if isinstance(child, Loop))
        body = children[0]
        within = children[2] if len(children) > 2 and children[1] == "within" else None
        end = loops[-1].values[-1] if loops else within or body
        return Claim(body.span.to(end.span), body, within, loops)

    def loop(self, children: list[Any]) -> list[Loop]:
        middle = children.index("in")
        values, is_range = tuple(children[middle + 1 :: 2]), ".." in children[middle + 2 : middle + 3]
        return [Loop(_name(name), values, is_range) for name in children[1:middle:2]]

    def number(self, children: list[Any]) -> Number:
        proper = PROPER_NUMBER.match(children[0])
        return Number(_span(children[0]), float(proper[0]) if proper else math.nan)

    def name(self, children: list[Any]) -> Name:
        return _name(children[0])

    def group(self, children: list[Any]) -> Expression:
        inner: Expression = children[1]
        return inner

    def call(self, children: list[Any]) -> Apply:
        name = children[0]
        arguments = tuple(child for child in children[2:-1:2])
        return Apply(_span(name).to(_span(children[-1])), str(name), arguments, _span(name))

    def power(self, children: list[Any]) -> Expression:
        result: Expression = children[0]
        for token, operand in zip(children[1::2], children[2::2], strict=True):
            result = Apply(result.span.to(operand.span), _spelling(token), (result, operand), _span(token))
        return result

    sum = product = exclusive = power

    def union(self, children: list[Any]) -> Apply:
        span = children[0].span.to(children[-1].span)
        return Apply(span, _spelling(children[1]), tuple(children[::2]), _span(children[1]))

    def meet(self, children: list[Any]) -> Apply:
        parts = [children[0]]
        for token, operand in zip(children[1::2], children[2::2], strict=True):
            without = _spelling(token) == "\\"
            parts.append(Apply(operand.span, "~", (operand,), _span(token)) if without else operand)
        return Apply(children[0].span.to(children[-1].span), "&", tuple(parts), _span(children[1]))

    def relation(self, children: list[Any]) -> Apply:
        links = [
            Apply(left.span.to(right.span), _spelling(token), (left, right), _span(token))
            for left, token, right in zip(children[::2], children[1::2], children[2::2], strict=False)
        ]
        if len(links) == 1:
            return links[0]
        return Apply(links[0].span.to(links[-1].span), "&", tuple(links), links[0].op_span)

    def prefix(self, children: list[Any]) -> Apply:
        token, operand = children
        op = "neg" if _spelling(token) == "-" else _spelling(token)
        return Apply(_span(token).to(operand.span), op, (operand,), _span(token))

    def postfix(self, children: list[Any]) -> Expression:
        result: Expression = children[0]
        for token in children[1:]:
            span = result.span.to(_span(token))
            if token in SUPERSCRIPTS:
                power = Number(_span(token), 2.0 if token == "²" else 3.0)
                result = Apply(span, "^", (result, power), _span(token))
            else:
                result = Apply(span, "~", (result,), _span(token))
        return result


@cache
def _actions() -> tuple[Callable[[list[Any]], Any] | None, ...]:
    """What makes syntax of the children of each rule; none where they stay as they are."""
    builder = _Builder()
    return tuple(
        getattr(builder, rule.action) if rule.action and not (rule.single and rule.length == 1) else None
        for rule in grammar().rules
    )


def _name(token: Token) -> Name:
    return Name(_span(token), SPELLINGS.get(token, str(token)))


def _spelling(token: Token) -> str:
    return SPELLINGS.get(token, str(token))
