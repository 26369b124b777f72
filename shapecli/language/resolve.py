"""Statements to meaning: a figure."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from shapecli.base.colours import rgba
from shapecli.base.defaults import FILL, LIMIT_OPERATIONS, WIDEST_STROKE
from shapecli.base.source import MOST_SHOWN, Source, Span
from shapecli.fields import colour, ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Kind
from shapecli.language.expressions import Resolver, Scope
from shapecli.language.figure import HEADINGS, Figure, Layer, Look, Parameter
from shapecli.language.names import Reader, Texts, bodies
from shapecli.language.parse import parse_expression
from shapecli.language.repetition import Turn, guarded, nowhere, turns
from shapecli.language.syntax import (
    Colour,
    Draw,
    Expression,
    Let,
    Name,
    Param,
    Setting,
    Statement,
    Style,
)


def read_figure(source: Source, limit: int = LIMIT_OPERATIONS, read: Reader | None = None) -> Figure:
    """The figure that a text describes.

    Args:
        limit: the largest size, in tokens, nodes and steps of resolving.
        read: gives the text of a file that is used, by its path relative to this one's folder.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    texts = Texts(read, limit)
    own_path = posixpath.basename(source.name) if read else ""
    return _figure(Resolver(texts.module(source, own_path), texts))


def read_expression(source: Source, limit: int = LIMIT_OPERATIONS) -> Figure:
    """The figure whose only layer is one expression.

    Raises:
        ShapeError: the expression is neither a region nor a curve, or has a mistake.
    """
    body = parse_expression(source, limit)
    return replace(figure_of(source, (Draw(body.span, body, ()),), limit), expression=True)


def figure_of(source: Source, statements: Iterable[Statement], limit: int = LIMIT_OPERATIONS) -> Figure:
    """The figure of statements that were read from a source in another notation.

    Raises:
        ShapeError: with the first mistake, in that source; the others are in its `also`.
    """
    texts = Texts(None, limit)
    return _figure(Resolver(texts.joined(source, statements), texts))


def parameters_of(resolver: Resolver) -> tuple[Parameter, ...]:
    """Those that a text sees; mistakes in them are added to the errors."""
    parameters = tuple(
        _parameter(definition.item, resolver, Scope(definition.home, {}))
        for definition in resolver.module.visible.values()
        if isinstance(definition.item, Param)
    )
    resolver.ranges = {each.name: (each.low, each.high, False) for each in parameters}
    return parameters


def headings_of(resolver: Resolver) -> dict[str, Any]:
    """The attributes of a figure that its headings set; mistakes in them are added to the errors."""
    statements = reversed(resolver.module.statements)
    given = {item.word: item for item in statements if isinstance(item, Setting)}  # the first of each
    values = {word: resolver.attempt(_value, given[word], resolver) for word in HEADINGS if word in given}
    resolver.seed = values.get("seed") or 0.0
    return {word: value for word, value in values.items() if value is not None}


def _figure(resolver: Resolver) -> Figure:
    """The figure of a text whose names are known; raises the first mistake, the others in its `also`."""
    resolver.raise_errors()
    statements = resolver.module.statements
    headings = headings_of(resolver)
    parameters = parameters_of(resolver)
    for item in statements:
        if isinstance(item, Let) and not item.parameters:
            resolver.attempt(resolver.value, item.body)
    layers = [resolver.attempt(_layers, item, resolver) for item in statements if isinstance(item, Draw)]
    resolver.raise_errors()
    if not layers:
        names = [item.name.name for item in statements if isinstance(item, Let) and not item.parameters]
        end = len(resolver.module.source.text.rstrip())
        hint = f"add a line such as: draw {names[-1] if names else 'x^2 + y^2 <= 1'}"
        raise resolver.scope.error("the figure draws nothing", Span(end, end + 1), hint)
    return Figure(
        resolver.module.source,
        tuple(layer for several in layers for layer in several or ()),
        parameters=parameters,
        names=MappingProxyType(resolver.names),
        used=MappingProxyType(resolver.texts.used),
        **headings,
    )


def _layers(item: Draw, resolver: Resolver) -> list[Layer]:
    """The layers of a statement: one, or one for each turn of its loops."""
    if len(resolver.errors) > MOST_SHOWN:  # nothing is drawn, and looking for likely names takes time
        return []
    for style in item.styles:
        if style.word in ("fill", "stroke") and not item.loops:
            resolver.attempt(_colour, style.values[0], resolver, resolver.scope)
    if not item.loops:
        return [_layer(item, resolver, Turn(resolver.scope))]
    found = resolver.result(turns(resolver, item.loops, item.bounds, resolver.scope))
    return [_layer(item, resolver, turn) for turn in found]


def _layer(item: Draw, resolver: Resolver, turn: Turn) -> Layer:
    graph, scope = resolver.graph, turn.scope
    shape = resolver.value(item.body, scope)
    if shape.kind is not Kind.CURVE:
        resolver.demand(Kind.REGION, shape, item.body, "draw")
    if turn.guards and shape.kind is Kind.CURVE:
        for guard in turn.guards:
            shape = graph.apply(ops.cut, shape, guard)
    elif turn.guards:
        shape = guarded(graph, shape, nowhere(graph), turn.guards)
    given: dict[str, Any] = {}
    for style in item.styles:
        word = style.word
        if word in given:
            raise scope.error(f"{word} is given twice", style.span, "keep one of them")
        if word == "fill" and shape.kind is Kind.CURVE:
            raise scope.error("a curve has nothing to fill", style.span, "write stroke COLOUR")
        given[word] = (
            _share(style, resolver, scope)
            if word == "opacity"
            else (_colour(style.values[0], resolver, scope))
        )
        if word == "stroke" and len(style.values) > 1:
            width = resolver.constant(style.values[1], "a stroke", scope)
            if not 0.0 < width <= WIDEST_STROKE:
                message = f"a stroke is up to {WIDEST_STROKE:g} pixels wide, and more than 0"
                raise scope.error(message, style.span)
            given["stroke_width"] = width
    return Layer(shape, _faded(graph, given))


def _share(style: Style, resolver: Resolver, scope: Scope) -> float | Node:
    """An opacity: a number from 0 to 1, or one that varies."""
    share = resolver.value(style.values[0], scope)
    resolver.demand(Kind.NUMBER, share, style.values[0], "opacity", scope)
    if share.constant is None:
        return share
    if not 0.0 <= share.constant <= 1.0:
        raise scope.error("an opacity is a number from 0 to 1", style.span)
    return share.constant


def _faded(graph: Graph, given: dict[str, Any]) -> Look:
    """The look of a layer, an opacity that varies being one of its colours."""
    opacity = given.get("opacity")
    if isinstance(opacity, Node):
        words = [word for word in ("fill", "stroke") if word in given] or ["fill"]
        for word in words:
            ink = given.get(word) or Colour(Span(0, 0), FILL)
            ink = ink if isinstance(ink, Node) else colour.of_rgba(graph, rgba(ink.text))
            given[word] = colour.faded(graph, ink, opacity)
        del given["opacity"]
    return Look(**given)


def _colour(body: Expression, resolver: Resolver, scope: Scope) -> Colour | Node:
    """A colour; one of a name or a notation, as it is written, unless it varies.

    Raises:
        ShapeError: it is none.
    """
    if isinstance(body, Name) and not (body.name in scope.parameters or resolver.is_colour(body, scope)):
        text = body.name.strip('"')
        try:
            rgba(text)
        except ValueError as problem:
            is_known = text in resolver.module.visible
            hint = f"{text} is defined, but not as a colour" if is_known else str(problem)
            raise scope.error(f"unknown colour {text}", body.span, hint) from None
        return Colour(body.span, text)
    node = resolver.value(body, scope)
    resolver.demand(Kind.COLOUR, node, body, "a colour", scope)
    known = colour.rgba_of(node)
    return Colour(body.span, f"#{bytes(known).hex()}") if known else node


def _parameter(item: Param, resolver: Resolver, scope: Scope) -> Parameter:
    numbers = [resolver.attempt(resolver.constant, part, "a parameter", scope) for part in bodies(item)]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return Parameter(item.name.name, 0.0)
    parameter = Parameter(item.name.name, *known)
    if not parameter.low <= parameter.default <= parameter.high:
        message = f"the default of {parameter.name} is outside its range"
        resolver.errors.append(scope.error(message, item.default.span))
    elif item.step and not parameter.has_steps:
        message = "a step is a finite number greater than 0, in a finite range"
        resolver.errors.append(scope.error(message, item.step.span))
        return replace(parameter, step=0.0)
    elif not parameter.allows(parameter.default):
        message, hint = (
            f"the default of {parameter.name} is between its steps",
            parameter.between(parameter.default),
        )
        resolver.errors.append(scope.error(message, item.default.span, hint))
    return parameter


def _value(item: Setting, resolver: Resolver) -> Any:
    """What a heading sets its attribute to, if it can be that."""
    heading = HEADINGS[item.word]
    values = [
        part if isinstance(part, str)
        else _colour(part, resolver, resolver.scope) if item.word == "background"
        else resolver.constant(part, heading.subject)
        for part in item.values
    ]  # fmt: skip
    try:
        return heading.value(*values)
    except ValueError as problem:
        spans = [part.span for part in item.values if not isinstance(part, str)] or [item.span]
        raise resolver.scope.error(str(problem), spans[0].to(spans[-1]), heading.hint) from None
