"""Texts of Desmos expressions, one a line: sliders, definitions, and what is drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, raise_all, too_large
from shapecli.fields.ops import FUNCTIONS
from shapecli.language import syntax
from shapecli.language.names import CONSTANTS, INPUTS, bodies
from shapecli.language.syntax import Apply, Draw, Expression, Let, Name, Param, Statement, walk
from shapecli.notations.reading.conditions import either, is_relation, links, split
from shapecli.notations.reading.functions import helpers, nowhere
from shapecli.notations.reading.latex import LineScope, Parser
from shapecli.notations.reading.plain import defined, drawn
from shapecli.notations.reading.tokens import LatexToken, tokens_of
from shapecli.notations.writing.labels import numbered

from shapecli.notations.reading.trees import (  # isort: skip
    Notes, apply, check_size, fresh_names, joined, names_in, undefined,
)  # fmt: skip

POLAR: Final = frozenset({"r", "theta"})
PLANE: Final = frozenset({"x", "y"})


@dataclass(frozen=True, eq=False)
class Text:
    """What the lines of a text have in common.

    Attributes:
        values, functions: the names that are defined, and what our language calls them.
        limit: the largest size of a line.
    """

    source: Source
    values: Mapping[str, str]
    functions: Mapping[str, str]
    limit: int

    def scope(self, parameters: Mapping[str, str] | None = None, *, polar: bool = True) -> LineScope:
        own = parameters or {}
        functions = {name: ours for name, ours in self.functions.items() if name not in own}
        return LineScope({**functions, **self.values, **own}, functions, polar)

    def parsed(
        self, tokens: Sequence[LatexToken], scope: LineScope, read: Callable[[Parser], list[Expression]]
    ) -> list[Expression]:
        """All that some words say.

        Raises:
            ShapeError: there is more than `read` takes, or an expression is too large.
        """
        parser = Parser(self.source, list(tokens), scope)
        expressions = read(parser)
        parser.finish()
        for expression in expressions:
            check_size(expression, self.source, self.limit)
        return expressions


@dataclass(frozen=True, eq=False)
class DesmosLine:
    """The words of one line.

    Attributes:
        tokens: with the one of kind "end".
        head: the name that the line may define, and its parameters; none for a value.
    """

    tokens: tuple[LatexToken, ...]
    head: tuple[LatexToken, tuple[LatexToken, ...]] | None

    @property
    def body(self) -> tuple[LatexToken, ...]:
        """What follows the first = of a definition."""
        first = next(place for place, token in enumerate(self.tokens) if token.kind == "=")
        return self.tokens[first + 1 :]


def read_desmos(source: Source, limit: int) -> tuple[list[Statement], Notes]:
    """The statements that lines of Desmos mean, and its notes.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    errors: list[ShapeError] = []
    notes: Notes = []
    lines = list(_lines(source, limit, errors, notes))
    lines = [_without_curves(line, lines) for line in lines]
    text = Text(source, *_definitions(lines), limit)
    statements: list[Statement] = []
    for line in lines:
        # a(x)=3 with a slider a is an equation
        draws = line.head is None or (line.head[1] and line.head[0].text in text.values)
        try:
            statements.append(_drawing(line, text) if draws else _definition(line, text))
        except ShapeError as error:
            errors.append(error)
    raise_all(errors)
    if not any(isinstance(item, Draw) for item in statements):
        statements.extend(_graphs(statements))
    if not any(isinstance(item, Draw) for item in statements):
        end = len(source.text.rstrip())
        hint = "add a line such as x^2+y^2\\le1"
        raise ShapeError("nothing is drawn", Span(end, end + 1), source, hint)
    counted = set(chain.from_iterable(map(_names_of_ends, statements)))
    statements = [
        Let(item.name, (), item.default) if isinstance(item, Param) and item.name.name in counted else item
        for item in statements
    ]
    used = {name for item in statements for body in bodies(item) for name in names_in(body)}
    return [*(item for item in helpers() if item.name.name in used), *statements], notes


def _names_of_ends(item: Statement) -> Iterator[str]:
    """What the ends of indices are made of: numbers, since nobody tells how far a slider goes."""
    for part in (part for body in bodies(item) for part in walk(body)):
        if isinstance(part, Apply) and part.loops:
            yield from (name for end in part.args[1:] for name in names_in(end))


def _lines(source: Source, limit: int, errors: list[ShapeError], notes: Notes) -> Iterator[DesmosLine]:
    """The words of each line that is no note; malformed ones are errors."""
    count = 0
    for start, text in _texts(source.text):
        if text.strip().startswith('"'):
            notes.append((start, text.strip().strip('"').strip()))
            continue
        if not text.strip():
            continue
        try:
            tokens = tuple(tokens_of(source, start, start + len(text.rstrip())))
            count += len(tokens)
            if count > limit:
                raise too_large(limit, tokens[0].span, source)
            _check_kind(tokens, start + text.find("~") if "~" in text else None, source)
            if len(tokens) > 1:
                yield DesmosLine(tokens, _head(tokens, source))
        except ShapeError as error:
            errors.append(error)
            if count > limit:
                return


def _texts(text: str) -> Iterator[tuple[int, str]]:
    """Each line and its place; one in which environments begin goes on to where the outermost ends."""
    offset = depth = 0
    parts: list[tuple[int, str]] = []
    for line in text.split("\n"):
        parts.append((offset, line))
        offset += len(line) + 1
        depth += line.count("\\begin") - line.count("\\end")
        if depth <= 0:
            yield parts[0][0], "\n".join(part for _, part in parts)
            depth, parts = 0, []
    yield from parts  # an environment that never ends holds no lines


def _check_kind(tokens: Sequence[LatexToken], tilde: int | None, source: Source) -> None:
    """Refuse regressions and actions, whose names may well be unknown."""
    for token in tokens:
        if token.kind == "command" and token.text in ("sim", "to", "rightarrow"):
            raise nowhere(token.text, token.span, source)
    if tilde is not None and not any(token.kind in syntax.RELATIONS for token in tokens):
        raise nowhere("sim", Span(tilde, tilde + 1), source)


def _head(tokens: Sequence[LatexToken], source: Source) -> tuple[LatexToken, tuple[LatexToken, ...]] | None:
    """What a line defines by its form, `a=` or `f(t)=`, if it does."""
    name = tokens[0]
    if name.kind != "name":
        return None
    parameters: list[LatexToken] = []
    place = 1
    if tokens[1].kind == "(":
        while tokens[place].kind in ("(", ",") and tokens[place + 1].kind == "name":
            parameters.append(tokens[place + 1])
            place += 2
        if tokens[place].kind != ")" or not parameters:
            return None
        place += 1
    if tokens[place].kind != "=":
        return None
    if name.text in PLANE:
        if parameters and name.text not in {token.text for token in parameters}:
            message = f"{name.text} is a coordinate and no function"
            raise ShapeError(message, name.span, source, f"write {name.text}=..., or another name")
        return None
    if name.text in CONSTANTS:
        raise ShapeError(f"{name.text} is a number already", name.span, source, "choose another name")
    return name, tuple(parameters)


def _without_curves(line: DesmosLine, lines: Sequence[DesmosLine]) -> DesmosLine:
    """A line; r=2 is a circle unless a definition or a line with x or y uses r, and theta=1 a ray."""
    if line.head is None or line.head[1] or line.head[0].text not in POLAR:
        return line
    others = (other for other in lines if other is not line and line.head[0].text in _names(other.tokens))
    is_used = any(other.head or PLANE & _names(other.tokens) for other in others)
    return line if is_used and not _names(line.body) & (POLAR | PLANE) else DesmosLine(line.tokens, None)


def _names(tokens: Sequence[LatexToken]) -> set[str]:
    return {token.text for token in tokens if token.kind == "name"}


def _definitions(lines: Sequence[DesmosLine]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of values and of functions, and what our language calls them."""
    taken = {*INPUTS, *CONSTANTS, *FUNCTIONS}
    values: dict[str, str] = {}
    functions: dict[str, str] = {}
    used = {name for line in lines for name in _names(line.tokens)}
    for line in lines:
        if line.head is None:
            continue
        name, parameters = line.head[0].text, line.head[1]
        given = name
        if name in taken and not (name == "n" and _is_sharpness(line)):
            given = next(numbered(f"{name}_", used))
        (functions if parameters else values).setdefault(name, given)
    return values, functions


def _is_sharpness(line: DesmosLine) -> bool:
    """Whether n=... gives a number greater than 0, as a sharpness is."""
    kinds = [token.kind for token in line.body]
    return kinds == ["number", "end"] and float(line.body[0].text) > 0.0


def _definition(line: DesmosLine, text: Text) -> Statement:
    """A slider, the sharpness, or a definition; undefined where its restrictions are not met."""
    assert line.head
    name, parameters = line.head
    own = tuple(token.text for token in parameters)
    fresh = fresh_names(own, _names(line.tokens))
    spelled = {parameter: fresh.get(parameter, parameter) for parameter in own}
    scope = text.scope(spelled)
    main, restrictions = split(line.body)
    (body,) = text.parsed(main, scope, lambda parser: [parser.total()])
    for condition in reversed(_conditions(restrictions, text, scope)):
        body = apply("if", either(condition), body, undefined(body.span), at=body.span)
    if parameters:
        given = tuple(Name(token.span, spelled[token.text]) for token in parameters)
        return Let(Name(name.span, text.functions[name.text]), given, body)
    return defined(Name(name.span, text.values[name.text]), body)


def _drawing(line: DesmosLine, text: Text) -> Draw:
    """A line that is drawn: an inequality, an equation, or the graph of a number."""
    main, restrictions = split(line.tokens)
    names = _names(main)
    scope = text.scope(polar="theta" in names or not PLANE & names)
    (body,) = text.parsed(main, scope, lambda parser: [parser.relation()])
    if not is_relation(body):
        body = _graph(body, text.source)
    conditions = _conditions(restrictions, text, text.scope())
    if equations := _equations(body):
        if equations > 1:
            message, hint = "two equations in one line", "write each in a line of its own"
            raise ShapeError(message, body.span, text.source, hint)
        for condition in conditions:
            body = _cut(body, condition)
    else:
        body = joined("&", [body, *map(_region, conditions)])
    return Draw(line.tokens[0].span, body, ())


def _graph(body: Expression, source: Source) -> Expression:
    graph = drawn(body, is_number=True)
    if graph is body:
        depends = "y" in names_in(body)
        what = "an expression of x and y" if depends else "a number"
        hint = "write an equation or an inequality, such as x^2+y^2\\le1" if depends else "leave the line out"
        raise ShapeError(f"{what} alone draws nothing", body.span, source, hint)
    return graph


def _equations(body: Expression) -> int:
    """How many there are in a relation or a chain of them."""
    parts = (body, *body.args) if isinstance(body, Apply) else ()
    return sum(isinstance(part, Apply) and part.op == "=" for part in parts)


def _cut(curve: Expression, condition: Sequence[Expression]) -> Expression:
    """A curve cut by the relations one after the other, so that each cut is exact and none is soft."""
    for cut in links(condition[0]) if len(condition) == 1 else [either(condition)]:
        curve = joined("&", [curve, cut])
    return curve


def _region(condition: Sequence[Expression]) -> Expression:
    """Where a condition is met, as a part of an intersection."""
    return joined("|", [either([part]) if _equations(part) else part for part in condition])


def _graphs(statements: Sequence[Statement]) -> Iterator[Draw]:
    """The graphs of functions of one number, which Desmos draws too; here where nothing else is."""
    for item in statements:
        if isinstance(item, Let) and len(item.parameters) == 1:
            at = item.name.span
            value = apply(item.name.name, Name(at, "x"), at=at)
            yield Draw(at, apply("=", Name(at, "y"), value, at=at), ())


def _conditions(
    restrictions: Sequence[Sequence[LatexToken]], text: Text, scope: LineScope
) -> list[list[Expression]]:
    """Conditions of which all are met, each a list of some of which one is."""
    return [
        text.parsed(tokens, scope, lambda parser: [condition for condition, _ in parser.items()])
        for tokens in restrictions
    ]
