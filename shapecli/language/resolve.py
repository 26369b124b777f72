"""Statements to meaning: a figure."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from shapecli.base.colours import names as colour_names
from shapecli.base.colours import rgba
from shapecli.base.defaults import FILL, LIMIT_OPERATIONS
from shapecli.base.paper import UNITS, length_of
from shapecli.base.source import MOST_SHOWN, ShapeError, Source, Span
from shapecli.fields import colour, ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Kind
from shapecli.language.expressions import Resolver, Scope
from shapecli.language.figure import BLENDS, HEADINGS, WORDS, Figure, Layer, Look, Parameter
from shapecli.language.names import Reader, Texts, bodies, colour_meant
from shapecli.language.parse import parse_expression
from shapecli.language.repetition import Turn, Varies, guarded, nowhere, truth, turns
from shapecli.language.sweeps import motion
from shapecli.language.syntax import (
    Apply,
    Clip,
    Colour,
    Draw,
    Expression,
    Let,
    Name,
    Param,
    Setting,
    Statement,
    Style,
    walk,
)

LINES: Final = tuple(name for name, word in WORDS.items() if word.lines)
SURFACES: Final = ("fill", "soft", "glow", "shadow", *LINES)  # words that need a region
NAMED: Final = {"width": "stroke_width"}  # attributes of looks that have another name


def read_figure(
    source: Source, limit: int = LIMIT_OPERATIONS, read: Reader | None = None, seed: float | None = None
) -> Figure:
    """The figure that a text describes.

    Args:
        limit: the largest size, in tokens, nodes and steps of resolving.
        read: gives the text of a file that is used, by its path relative to this one's folder.
        seed: in place of the figure's own.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    texts = Texts(read, limit)
    own_path = posixpath.basename(source.name) if read else ""
    figure = _figure(Resolver(texts.module(source, own_path), texts), seed)
    return replace(figure, reseed=lambda other: read_figure(source, limit, figure.used.__getitem__, other))


def read_expression(source: Source, limit: int = LIMIT_OPERATIONS, seed: float | None = None) -> Figure:
    """The figure whose only layer is one expression.

    Args:
        seed: in place of 0.

    Raises:
        ShapeError: the expression is neither a region nor a curve, or has a mistake.
    """
    body = parse_expression(source, limit)
    figure = figure_of(source, (Draw(body.span, body, ()),), limit, seed)
    return replace(figure, expression=True, reseed=lambda other: read_expression(source, limit, other))


def figure_of(
    source: Source,
    statements: Iterable[Statement],
    limit: int = LIMIT_OPERATIONS,
    seed: float | None = None,
) -> Figure:
    """The figure of statements that were read from a source in another notation.

    Raises:
        ShapeError: with the first mistake, in that source; the others are in its `also`.
    """
    texts = Texts(None, limit)
    return _figure(Resolver(texts.joined(source, statements), texts), seed)


def parameters_of(resolver: Resolver) -> tuple[Parameter, ...]:
    """Those that a text sees; mistakes in them are added to the errors."""
    parameters = tuple(
        _parameter(definition.item, resolver, Scope(definition.home, {}))
        for definition in resolver.module.visible.values()
        if isinstance(definition.item, Param)
    )
    resolver.ranges = {each.name: (each.low, each.high, False) for each in parameters}
    resolver.whole = {
        each.name for each in parameters if each.step and each.step.is_integer() and each.low.is_integer()
    }
    return parameters


def headings_of(resolver: Resolver) -> dict[str, Any]:
    """The attributes of a figure that its headings set; mistakes in them are added to the errors."""
    statements = reversed(resolver.module.statements)
    given = {item.word: item for item in statements if isinstance(item, Setting)}  # the first of each
    values = {word: resolver.attempt(_value, given[word], resolver) for word in HEADINGS if word in given}
    in_pixels = values.get("size") is not None and not isinstance(values["size"], str)
    if in_pixels and (margin := values.get("margin")) and length_of(margin):
        hint = "write size A4, or another size of paper"
        resolver.errors.append(
            resolver.scope.error("a picture in pixels has no margin", given["margin"].span, hint)
        )
    return {word: value for word, value in values.items() if value is not None}


def _seed(resolver: Resolver) -> float:
    """What chance depends on, which must be known before anything else; 0 if it is not given."""
    given = [item for item in resolver.module.statements if isinstance(item, Setting) and item.word == "seed"]
    return (resolver.attempt(_value, given[0], resolver) or 0.0) if given else 0.0


def _figure(resolver: Resolver, seed: float | None = None) -> Figure:
    """The figure of a text whose names are known; raises the first mistake, the others in its `also`."""
    resolver.raise_errors()
    statements = resolver.module.statements
    resolver.seed = _seed(resolver) if seed is None else seed
    parameters = parameters_of(resolver)
    headings = headings_of(resolver) | {"seed": resolver.seed}
    for item in statements:
        if isinstance(item, Let) and not item.parameters:
            resolver.attempt(resolver.value, item.body)
    layers: list[Layer] = []
    clip: Node | None = None
    for item in statements:
        if isinstance(item, Clip):
            clip = resolver.attempt(_clip, item, resolver)
        elif isinstance(item, Draw):
            layers.extend(resolver.attempt(_layers, item, clip, resolver) or ())
    resolver.raise_errors()
    if not layers:
        names = [item.name.name for item in statements if isinstance(item, Let) and not item.parameters]
        end = len(resolver.module.source.text.rstrip())
        hint = f"add a line such as: draw {names[-1] if names else 'x^2 + y^2 <= 1'}"
        if any(isinstance(item, Draw) for item in statements):
            hint = "no loop of a draw ever turns: a range is 1..3, from the smaller to the larger"
        raise resolver.scope.error("the figure draws nothing", Span(end, end + 1), hint)

    @cache
    def with_loops() -> tuple[Layer, ...]:
        """The layers of the same text, but for what cannot be read so."""
        texts = replace(resolver.texts, errors=[])
        try:
            return _figure(Resolver(resolver.module, texts, keeps_loops=True), seed).layers
        except (ShapeError, Varies):
            return tuple(layers)

    return Figure(
        resolver.module.source,
        tuple(layers),
        with_loops=with_loops,
        parameters=parameters,
        by_chance=resolver.by_chance,
        names=MappingProxyType(resolver.names),
        used=MappingProxyType(resolver.texts.used),
        **headings,
    )


def _layers(item: Draw, clip: Node | None, resolver: Resolver) -> list[Layer]:
    """The layers of a statement: one, or one for each turn of its loops.

    Args:
        clip: the region that all of them are clipped by.
    """
    if len(resolver.errors) > MOST_SHOWN:  # nothing is drawn, and looking for likely names takes time
        return []
    for style in item.styles:
        if style.word in ("fill", "stroke") and not item.loops:
            resolver.attempt(_colour, style.values[0], resolver, resolver.scope)
    if not item.loops:
        return [_layer(item, clip, resolver, Turn(resolver.scope))]
    found = resolver.result(turns(resolver, item.loops, item.bounds, resolver.scope))
    return [_layer(item, clip, resolver, turn) for turn in found]


def _layer(item: Draw, clip: Node | None, resolver: Resolver, turn: Turn) -> Layer:
    graph, scope = resolver.graph, turn.scope
    body = resolver.value(item.body, scope)
    if body.kind is not Kind.CURVE:
        resolver.demand(Kind.REGION, body, item.body, "draw")
    given: dict[str, Any] = {}
    for style in item.styles:
        word = style.word
        if word in given:
            raise scope.error(f"{word} is given twice", style.span, "keep one of them")
        if word in SURFACES and body.kind is Kind.CURVE:
            hint = "write stroke COLOUR" if word == "fill" else "write <= for a region"
            raise scope.error(f"a curve has no inside for {word}", style.span, hint)
        look = _looks(style, resolver, scope)
        given |= {"lines": (*given.get("lines", ()), look["lines"])} if "lines" in look else look
    if (own := given.pop("clip", None)) is not None:
        clip = own if clip is None else graph.apply(ops.intersection, clip, own)
    if body.kind is Kind.CURVE:
        for guard in turn.guards:
            body = graph.apply(ops.cut, body, guard)
    else:
        body = guarded(graph, body, nowhere(graph), turn.guards)
    if clip is None:
        return Layer(body, _faded(graph, given))
    op = ops.cut if body.kind is Kind.CURVE else ops.intersection
    return Layer(graph.apply(op, body, clip), _faded(graph, given), body, clip)


def _clip(item: Clip, resolver: Resolver) -> Node | None:
    """The region that layers are clipped by from here on; none if that is everything."""
    region = resolver.value(item.body)
    resolver.demand(Kind.REGION, region, item.body, "clip")
    return None if truth(resolver.graph, region) else region


def _looks(style: Style, resolver: Resolver, scope: Scope) -> dict[str, Any]:
    """The attributes that a word gives a look."""
    word = WORDS[style.word]
    if style.word == "blend":
        name = str(getattr(style.values[0], "name", ""))
        if name not in BLENDS:
            raise scope.error(
                f"there is no blend {name}", style.values[0].span, f"there is {', '.join(BLENDS)}"
            )
        return {"blend": name}
    parts, width = style.values, style.values[1:] if style.word == "stroke" else ()
    parts = parts[:1] if style.word == "stroke" else parts
    if not word.least <= len(parts) <= len(word.takes):
        raise scope.error(f"{style.word} takes other things", style.span, f"write {word.example}")
    values = [_part(style, *pair, resolver, scope) for pair in zip(word.takes, parts, strict=False)]
    try:
        if word.lines:
            return {"lines": replace(word.value(*values), span=style.span)}
        look = {NAMED.get(style.word, style.word): word.value(*values)}
        if width:
            look["stroke_width"] = WORDS["width"].value(resolver.constant(width[0], "a width", scope))
        return look
    except ValueError as problem:
        hint = f"write {word.example}" if word.lines else None
        raise scope.error(str(problem), style.span, hint) from None


def _part(style: Style, kind: Kind, body: Expression, resolver: Resolver, scope: Scope) -> Any:
    """What follows a word of a layer."""
    if kind is Kind.COLOUR:
        return _colour(body, resolver, scope)
    if kind is Kind.NUMBER and style.word != "opacity":
        hint = "only opacities and colours may vary; numbers may come from a loop: soft k/10 for k in 1..3"
        last = body.args[-1] if isinstance(body, Apply) and body.op == "*" else body
        if isinstance(last, Name) and (last.name in colour_names() or resolver.is_colour(last, scope)):
            hint = f"write {WORDS[style.word].example}"
            if last is not body:
                raise scope.error(f"a comma is missing before {last.name}", last.span, hint)
        if style.word != "width":
            _in_the_plane(style, body, scope)
        return resolver.constant(body, style.word, scope, hint)
    value = resolver.value(body, scope)
    resolver.demand(kind, value, body, style.word, scope)
    return value if value.constant is None else value.constant


def _in_the_plane(style: Style, body: Expression, scope: Scope) -> None:
    """Refuse millimetres, which the library has as pixels, where a number is in units of the plane."""
    word = WORDS[style.word]
    place = next(place for place, part in enumerate(style.values) if part is body)
    if Kind.COLOUR in word.takes[:place]:  # so it is the width of a pen
        return
    for part in walk(body):
        name = part.name if isinstance(part, Name) else ""
        if name in UNITS and name not in scope.parameters and name not in scope.module.visible:
            what = "a spacing" if word.lines else style.word
            hint = f"mm is for the widths of pens; write {word.example} with a number alone"
            raise scope.error(f"{what} is in units of the plane, and not in {name}", part.span, hint)


def _faded(graph: Graph, given: dict[str, Any]) -> Look:
    """The look of a layer, an opacity that varies being one of its colours."""
    opacity = given.get("opacity")
    if isinstance(opacity, Node):

        def faded(ink: Colour | Node | None) -> Node:
            ink = ink or Colour(Span(0, 0), FILL)
            ink = ink if isinstance(ink, Node) else colour.of_rgba(graph, rgba(ink.text))
            return colour.faded(graph, ink, opacity)

        given["lines"] = tuple(replace(lines, colour=faded(lines.colour)) for lines in given.get("lines", ()))
        words = [word for word in ("fill", "stroke") if word in given] or ["fill"] * (not given["lines"])
        given |= {word: faded(given.get(word)) for word in words}
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
            is_known = text in resolver.module.visible and body.name == text
            meant = colour_meant(body.name, resolver.module.visible) or str(problem)
            hint = f"{text} is defined, but not as a colour" if is_known else meant
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
    values = [] if heading.parts else [
        part if isinstance(part, str)
        else part.name if heading.named and isinstance(part, Name)
        else _colour(part, resolver, resolver.scope) if item.word == "background"
        else resolver.constant(part, heading.subject)
        for part in item.values
    ]  # fmt: skip
    try:
        return motion(item, resolver) if heading.parts else heading.value(*values)
    except (ValueError, ShapeError) as problem:
        if isinstance(problem, ShapeError) and problem.span:
            raise
        spans = [part.span for part in item.values if not isinstance(part, str)] or [item.span]
        told = problem if isinstance(problem, ShapeError) else ShapeError(str(problem), hint=heading.hint)
        raise resolver.scope.error(told.message, spans[0].to(spans[-1]), told.hint) from None
