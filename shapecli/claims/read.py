"""Claims of a text as pairs of numbers to compare, with what must be measured for them."""

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import ShapeError, Source, Span
from shapecli.base.window import WINDOW
from shapecli.claims.calls import Calls
from shapecli.claims.claims import FIXED, INTEGRAL, SHAPES, Claim, Claims, Loop, inputs_in
from shapecli.claims.parse import parse_claims
from shapecli.fields import blend, ops
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language import syntax
from shapecli.language.expressions import Resolver, Scope
from shapecli.language.figure import SHARPNESS, Parameter
from shapecli.language.names import CONSTANTS, Module, Reader, Texts, library, names_used, variables
from shapecli.language.resolve import headings_of, parameters_of
from shapecli.language.syntax import RELATIONS, Apply, Let, Name, Setting

LOGIC: Final = ("&", "|", "~", "xor")


def read_claims(
    source: Source, limit: int = LIMIT_OPERATIONS, read: Reader | None = None, free: Collection[str] = ()
) -> Claims:
    """The claims of a text.

    Args:
        limit, read: as for `read_figure`.
        free: inputs that need no value.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    calls = Calls()
    lines, resolver = _begun(source, limit, read, calls)
    errors = resolver.errors
    for line in lines:
        errors.extend(_mistakes(line, resolver.module))
    resolver.raise_errors()
    parameters = parameters_of(resolver)
    known = {"n", *free, *(parameter.name for parameter in parameters)}
    claims = [resolver.attempt(_resolved, line, resolver, calls, known) for line in lines]
    if not lines:
        end = len(source.text.rstrip())
        hint = "write a line such as: lse(1, 2, 3) >= 3"
        errors.append(resolver.scope.error("nothing is claimed", Span(end, end + 1), hint))
    headings = headings_of(resolver)
    resolver.raise_errors()
    sharpness, window = headings.get("sharpness", SHARPNESS), headings.get("window", WINDOW)
    return Claims(source, tuple(claim for claim in claims if claim), parameters, sharpness, window)


def _begun(
    source: Source, limit: int, read: Reader | None, calls: Calls
) -> tuple[list[syntax.ClaimLine], Resolver]:
    """The claims of a text, and what resolves them."""
    statements, _, _ = parse_claims(source, limit)
    uses = [item for item in statements if isinstance(item, Setting) and item.word == "use"]
    # the names that have a meaning before the text begins: of the library and of what it uses
    known = {*library().visible, *Texts(read, limit, frozenset(SHAPES)).joined(source, uses).visible}
    statements, lines, errors = parse_claims(source, limit, FIXED, known)
    texts = Texts(read, limit, frozenset(SHAPES), errors)
    return lines, Resolver(texts.joined(source, statements), texts, calls.meanings())


def read_number(
    source: Source, name: str, limit: int, read: Reader | None, place: Span, *, claims: bool
) -> tuple[Node, tuple[Parameter, ...]]:
    """A number that a text defines, by its name, and the parameters that it may depend on.

    Args:
        place: of the name, where somebody asks for it.
        claims: whether the text is one of claims, and not a figure.

    Raises:
        ShapeError: the text has mistakes, or defines no such number.
    """
    if claims:
        _, resolver = _begun(source, limit, read, Calls())
    else:
        texts = Texts(read, limit)
        resolver = Resolver(texts.module(source), texts, Calls().meanings())
    resolver.raise_errors()
    error = resolver.scope.error
    parameters = parameters_of(resolver)
    definition = resolver.module.visible.get(name)
    if definition is None or not isinstance(definition.item, Let) or definition.item.parameters:
        raise error(f"there is no number {name}", place, f"write {name} = ... in the text")
    value = resolver.value(Name(place, name))
    resolver.raise_errors()
    if value.kind is not Kind.NUMBER:
        raise error(f"{name} is a {value.kind.value}, and no number", place)
    node = blend.level(resolver.graph, value, sharp=False)
    if unknown := inputs_in(node) - {"n", *(parameter.name for parameter in parameters)}:
        message = f"{name} depends on {min(unknown)}, which has no value"
        raise error(message, place, "it may depend on parameters and n")
    return node, parameters


def _mistakes(claim: syntax.ClaimLine, module: Module) -> list[ShapeError]:
    """Names that a claim uses and nobody knows, or that its loops may not have."""
    taken = [loop.name for loop in claim.loops if loop.name.name in (*CONSTANTS, *SHAPES)]
    errors = [module.error(f"{name.name} is no variable", name.span, "choose another name") for name in taken]
    expressions = [claim.body, *([claim.within] if claim.within else [])]
    loops = [loop.name.name for loop in claim.loops]
    names_used(module, expressions, {*variables(expressions, (INTEGRAL,)), *loops, *SHAPES}, errors)
    names_used(module, [value for loop in claim.loops for value in loop.values], (), errors)
    return errors


def _resolved(claim: syntax.ClaimLine, resolver: Resolver, calls: Calls, known: Collection[str]) -> Claim:
    names = [loop.name.name for loop in claim.loops]
    scope = Scope(resolver.module, {name: resolver.graph.input(name) for name in names})
    truth = resolver.value(_with_equality(claim.body), scope)
    if truth.kind is Kind.NUMBER:
        hint = "compare it with something: <=, <, >=, > or ="
        raise scope.error("a claim is true or false, and this is a number", claim.body.span, hint)
    if truth.kind is Kind.CURVE and truth.op is not ops.equal:
        raise scope.error("these are curves, and no claim", claim.body.span, "write a = b for numbers")
    within = None
    if claim.within:
        within = resolver.value(claim.within, scope)
        if truth.op is not ops.equal:
            raise scope.error("within is for a = b", claim.within.span, "write a = b within 0.001")
        resolver.demand(Kind.NUMBER, within, claim.within, "within")
    loops = tuple(_loop(loop, resolver) for loop in claim.loops)
    operands = tuple(_operands(claim.body, truth, scope.source))
    if unknown := calls.inputs(truth, *filter(None, [within])) - {*names, *known}:
        name = min(unknown)
        hint = f"say which values it takes: ... for {name} in -1 .. 1"
        raise scope.error(f"{name} has no value", claim.body.span, hint)
    return Claim(claim.span, truth, within, loops, operands, calls.measures)


def _with_equality(body: syntax.Expression) -> syntax.Expression:
    """A claim in which = can be joined with others: a <= b and b <= a, but for one = alone."""
    if not isinstance(body, Apply) or body.op == "=":
        return body

    def rule(part: syntax.Expression) -> syntax.Expression:
        if not isinstance(part, Apply) or part.op != "=":
            return part
        return replace(part, op="&", args=tuple(replace(part, op=op) for op in ("<=", ">=")))

    return syntax.rebuilt(body, rule, lambda part: part.op in LOGIC)


def _operands(body: syntax.Expression, truth: Node, source: Source) -> Iterator[tuple[str, Node]]:
    """The sides of a relation, or of the links of a chain, each once; none of another claim."""
    chain = body.args if isinstance(body, Apply) and body.op == "&" else (body,)
    nodes = truth.args if truth.op is ops.intersection else (truth,)
    known: set[int] = set()
    for link, node in zip(chain, nodes, strict=False):
        if not isinstance(link, Apply) or link.op not in RELATIONS:
            continue
        if node.op not in (ops.at_most, ops.less, ops.equal):
            continue
        sides = node.args if link.op in ("<=", "<", "=") else node.args[::-1]
        for side, number in zip(link.args, sides, strict=True):
            if id(side) not in known:
                known.add(id(side))
                yield whole(source, side.span), number


def whole(source: Source, span: Span) -> str:
    """The text at a span of an expression, with the brackets around its first and last parts."""
    start, end, text = span.start, span.end, source.text
    while text.count(")", start, end) > text.count("(", start, end) and "(" in text[:start]:
        start = text.rindex("(", 0, start)
    while text.count("(", start, end) > text.count(")", start, end) and ")" in text[end:]:
        end = text.index(")", end) + 1
    return text[start:end]


def _loop(loop: syntax.For, resolver: Resolver) -> Loop:
    values = tuple(resolver.constant(value, "a loop") for value in loop.values)
    if loop.is_range and not 0.0 < values[1] - values[0] < math.inf:
        span = loop.values[0].span.to(loop.values[1].span)
        raise resolver.scope.error("a range goes from a number to a larger one", span)
    return Loop(loop.name.name, values, loop.is_range)
