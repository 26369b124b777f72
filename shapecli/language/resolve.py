"""Statements to meaning: a figure."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from shapecli.base.colours import rgba
from shapecli.base.defaults import LIMIT_OPERATIONS, WIDEST_STROKE
from shapecli.base.source import MOST_SHOWN, Source, Span
from shapecli.fields.ops import Kind
from shapecli.language.expressions import Resolver, Scope
from shapecli.language.figure import HEADINGS, Figure, Layer, Look, Parameter
from shapecli.language.names import Reader, Texts, bodies
from shapecli.language.parse import parse_expression
from shapecli.language.syntax import Colour, Draw, Let, Param, Setting, Statement


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
    return tuple(
        _parameter(definition.item, resolver, Scope(definition.home, {}))
        for definition in resolver.module.visible.values()
        if isinstance(definition.item, Param)
    )


def headings_of(resolver: Resolver) -> dict[str, Any]:
    """The attributes of a figure that its headings set; mistakes in them are added to the errors."""
    statements = reversed(resolver.module.statements)
    given = {item.word: item for item in statements if isinstance(item, Setting)}  # the first of each
    values = {word: resolver.attempt(_value, given[word], resolver) for word in HEADINGS if word in given}
    return {word: value for word, value in values.items() if value is not None}


def _figure(resolver: Resolver) -> Figure:
    """The figure of a text whose names are known; raises the first mistake, the others in its `also`."""
    resolver.raise_errors()
    statements = resolver.module.statements
    parameters = parameters_of(resolver)
    for item in statements:
        if isinstance(item, Let) and not item.parameters:
            resolver.attempt(resolver.value, item.body)
    layers = [resolver.attempt(_layer, item, resolver) for item in statements if isinstance(item, Draw)]
    headings = headings_of(resolver)
    resolver.raise_errors()
    if not layers:
        names = [item.name.name for item in statements if isinstance(item, Let) and not item.parameters]
        end = len(resolver.module.source.text.rstrip())
        hint = f"add a line such as: draw {names[-1] if names else 'x^2 + y^2 <= 1'}"
        raise resolver.scope.error("the figure draws nothing", Span(end, end + 1), hint)
    return Figure(
        resolver.module.source,
        tuple(layer for layer in layers if layer),
        parameters=parameters,
        names=MappingProxyType(resolver.names),
        used=MappingProxyType(resolver.texts.used),
        **headings,
    )


def _layer(item: Draw, resolver: Resolver) -> Layer:
    for _, _, colour, _ in item.styles:
        if colour and len(resolver.errors) <= MOST_SHOWN:  # looking for likely names takes time
            resolver.attempt(_known, colour, resolver)
    shape = resolver.value(item.body)
    if shape.kind is not Kind.CURVE:
        resolver.demand(Kind.REGION, shape, item.body, "draw")
    given: dict[str, Any] = {}
    error = resolver.scope.error
    for word, span, colour, number in item.styles:
        if word in given:
            raise error(f"{word} is given twice", span, "keep one of them")
        if word == "fill" and shape.kind is Kind.CURVE:
            raise error("a curve has nothing to fill", span, "write stroke COLOUR")
        if word == "opacity" and not 0.0 <= (number or 0.0) <= 1.0:
            raise error("an opacity is a number from 0 to 1", span)
        given[word] = number if word == "opacity" else colour
        if word == "stroke" and number is not None:
            if not 0.0 < number <= WIDEST_STROKE:
                raise error(f"a stroke is up to {WIDEST_STROKE:g} pixels wide, and more than 0", span)
            given["stroke_width"] = number
    return Layer(shape, Look(**given))


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
        else _known(part, resolver) if isinstance(part, Colour)
        else resolver.constant(part, heading.subject)
        for part in item.values
    ]  # fmt: skip
    try:
        return heading.value(*values)
    except ValueError as problem:
        spans = [part.span for part in item.values if not isinstance(part, str)] or [item.span]
        raise resolver.scope.error(str(problem), spans[0].to(spans[-1]), heading.hint) from None


def _known(colour: Colour, resolver: Resolver) -> Colour:
    """Raises: ShapeError: there is no such colour."""
    try:
        rgba(colour.text)
    except ValueError as problem:
        raise resolver.scope.error(f"unknown colour {colour.text}", colour.span, str(problem)) from None
    return colour
