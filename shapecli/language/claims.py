"""Claims: what a text says is true, as pairs of numbers to compare, and what must be measured for them."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import ShapeError, Source, Span
from shapecli.base.window import Window
from shapecli.fields import blend, ops
from shapecli.fields.graph import Node, walk
from shapecli.fields.ops import FUNCTIONS, Kind
from shapecli.language import syntax
from shapecli.language.figure import Parameter
from shapecli.language.names import (
    CONSTANTS,
    INPUTS,
    Module,
    Reader,
    Texts,
    library,
    unknown_names,
)
from shapecli.language.parse import parse_claims, parse_figure
from shapecli.language.resolve import Resolver, Scope, Special, Step
from shapecli.language.syntax import Apply, Name, Setting

AREA, DERIVATIVE, INTEGRAL = "area", "derivative", "integral"
RELATIONS: Final = ("<=", "<", ">=", ">", "=")
DEEPEST: Final = 3  # measures in one another
LOGIC: Final = ("&", "|", "~", "xor")
MOST_MEASURES: Final = 200  # of one text
SHAPES: Final = MappingProxyType(
    {
        AREA: "area(R)",
        DERIVATIVE: "derivative(f, x)",
        INTEGRAL: "integral(f, x, a, b)",
        "level": "level(R)",
        "crisp": "crisp(R)",
    }
)
FIXED: Final = frozenset({*INPUTS, *CONSTANTS, *FUNCTIONS, *SHAPES})


@dataclass(frozen=True, eq=False)
class Measure:
    """A number that no formula gives: it is measured, and put in place of an input.

    Attributes:
        kind: AREA of a region in the window; DERIVATIVE of a number; INTEGRAL of one.
        body: the region or the number.
        variable: the input that is changed, or integrated over.
        ends: of an integral.
    """

    kind: str
    body: Node
    variable: str = ""
    ends: tuple[Node, ...] = ()


@dataclass(frozen=True, eq=False)
class Loop:
    """The values that an input takes, or the two ends of a range."""

    name: str
    values: tuple[float, ...]
    is_range: bool


@dataclass(frozen=True, eq=False)
class Claim:
    """What is said to be true for all values of the loops.

    Attributes:
        truth: a region, which should hold the point, or a curve a = b, which should be true.
        operands: the numbers that are compared, with what the text calls them.
        within: how far a and b may be apart; none for rounding alone.
        measures: by the inputs that stand for them; each may need those before it.
    """

    span: Span
    truth: Node
    within: Node | None
    loops: tuple[Loop, ...]
    operands: tuple[tuple[str, Node], ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Claims:
    """The claims of a text, and what they are said of."""

    source: Source
    claims: tuple[Claim, ...]
    parameters: tuple[Parameter, ...]
    sharpness: float
    window: Window


def read_claims(
    source: Source,
    limit: int = LIMIT_OPERATIONS,
    read: Reader | None = None,
    free: Collection[str] = (),
) -> Claims:
    """The claims of a text.

    Args:
        limit, read: as for `read_figure`.
        free: inputs that need no value.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    statements, claims, errors = parse_claims(source, limit, FIXED, _known(source, limit, read))
    texts = Texts(read, limit, own=frozenset(SHAPES))
    texts.errors.extend(errors)
    module = texts.joined(source, statements)
    for claim in claims:
        texts.errors.extend(_mistakes(claim, module))
    special = _Special()
    resolver = Resolver(module, texts, limit, special.calls())
    resolver.raise_errors()
    parameters = resolver.parameters()
    found = [
        resolver.attempt(lambda claim=claim: _resolved(claim, resolver, special, free))  # type: ignore[misc]
        for claim in claims
    ]
    if not claims:
        end = len(source.text.rstrip())
        message, hint = "nothing is claimed", "write a line such as: lse(1, 2, 3) >= 3"
        texts.errors.append(ShapeError(message, Span(end, end + 1), source, hint))
    sharpness, window = resolver.sharpness(), resolver.window()
    resolver.raise_errors()
    return Claims(source, tuple(found), parameters, sharpness, window)


def _known(source: Source, limit: int, read: Reader | None) -> set[str]:
    """The names that have a meaning before a text begins: of the library and of what it uses."""
    statements, _, _ = parse_claims(source, limit)
    uses = [item for item in statements if isinstance(item, Setting) and item.word == "use"]
    others = Texts(read, limit, own=frozenset(SHAPES)).joined(source, uses).visible
    return {*library().visible, *others}


def statements_alone(source: Source) -> Source:
    """A text without its claims, so that figures may use it."""
    text = source.text
    for claim in parse_claims(source, fixed=FIXED, known=library().visible)[1]:
        start, end = text.rfind("\n", 0, claim.span.start) + 1, text.find("\n", claim.span.end)
        end = len(text) if end < 0 else end
        text = text[:start] + " " * (end - start) + text[end:]
    return Source(source.name, text)


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
        statements, _, errors = parse_claims(source, limit, FIXED, _known(source, limit, read))
    else:
        statements, errors = parse_figure(source, limit)
    texts = Texts(read, limit, own=frozenset(SHAPES if claims else ()))
    texts.errors.extend(errors)
    module = texts.joined(source, statements)
    resolver = Resolver(module, texts, limit, _Special().calls())
    resolver.raise_errors()
    parameters = resolver.parameters()
    found = module.visible.get(name)
    if found is None or not isinstance(found.item, syntax.Let) or found.item.parameters:
        raise resolver.error(f"there is no number {name}", place, f"write {name} = ... in the text")
    value = resolver.value(Name(place, name), Scope(module, {}))
    resolver.raise_errors()
    if value.kind is not Kind.NUMBER:
        raise resolver.error(f"{name} is a {value.kind.value}, and no number", place)
    node = blend.numbers(resolver.graph, value)
    if unknown := _free(node) - {"n", *(one.name for one in parameters)}:
        message = f"{name} depends on {min(unknown)}, which has no value"
        raise resolver.error(message, place, "it may depend on parameters and n")
    return node, parameters


def _mistakes(claim: syntax.Claim, module: Module) -> list[ShapeError]:
    """Names that a claim uses and nobody knows, or that its loops may not have."""
    taken = [loop.name for loop in claim.loops if loop.name.name in (*CONSTANTS, *SHAPES)]
    errors = [
        ShapeError(f"{name.name} is no variable", name.span, module.source, "choose another name")
        for name in taken
    ]
    expressions = [claim.body, *([claim.within] if claim.within else [])]
    calls = (part for body in expressions for part in syntax.parts(body) if isinstance(part, Apply))
    integrals = [call for call in calls if call.op == INTEGRAL]
    bound = {arg.name for call in integrals for arg in call.args[1:2] if isinstance(arg, Name)}
    own = {*bound, *(loop.name.name for loop in claim.loops)}
    errors.extend(unknown_names(module, expressions, {*own, *SHAPES}))
    errors.extend(unknown_names(module, [value for loop in claim.loops for value in loop.values], set()))
    return errors


def _resolved(claim: syntax.Claim, resolver: Resolver, special: "_Special", free: Collection[str]) -> Claim:
    names = [loop.name.name for loop in claim.loops]
    scope = Scope(resolver.module, {name: resolver.graph.input(name) for name in names})
    truth = resolver.value(_with_equality(claim.body), scope)
    if truth.kind is Kind.NUMBER:
        hint = "compare it with something: <=, <, >=, > or ="
        raise resolver.error("a claim is true or false, and this is a number", claim.body.span, hint)
    if truth.kind is Kind.CURVE and truth.op is not ops.equal:
        raise resolver.error("these are curves, and no claim", claim.body.span, "write a = b for numbers")
    within = resolver.value(claim.within, scope) if claim.within else None
    if within:
        if truth.op is not ops.equal:
            message, hint = "within is for a = b", "write a = b within 0.001"
            raise resolver.error(message, claim.within.span if claim.within else claim.span, hint)
        resolver.demand(Kind.NUMBER, within, claim.within or claim.body, "within")
    loops = tuple(_loop(loop, resolver) for loop in claim.loops)
    operands = tuple(_operands(claim.body, truth, resolver.source))
    found = Claim(claim.span, truth, within, loops, operands, special.measures)
    for name in special.inputs(truth, *([within] if within else [])) - {
        *names,
        *free,
        "n",
        *(one.name for one in resolver.parameters()),
    }:
        hint = f"say which values it takes: ... for {name} in -1 .. 1"
        raise resolver.error(f"{name} has no value", claim.body.span, hint)
    return found


def _with_equality(body: syntax.Expression) -> syntax.Expression:
    """A claim in which = can be joined with others: a <= b and b <= a, but for one = alone."""
    if not isinstance(body, Apply) or body.op == "=":
        return body
    done: dict[int, syntax.Expression] = {}
    stack: list[syntax.Expression] = [body]
    while stack:
        part = stack[-1]
        if not isinstance(part, Apply) or part.op not in (*LOGIC, "="):
            done[id(part)] = part
        elif part.op == "=":
            done[id(part)] = replace(part, op="&", args=tuple(replace(part, op=op) for op in ("<=", ">=")))
        elif missing := [arg for arg in part.args if id(arg) not in done]:
            stack.extend(missing)
            continue
        else:
            done[id(part)] = replace(part, args=tuple(done[id(arg)] for arg in part.args))
        stack.pop()
    return done[id(body)]


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


def _loop(loop: syntax.Loop, resolver: Resolver) -> Loop:
    values = tuple(resolver.constant(value, "a loop") for value in loop.values)
    if loop.is_range and not 0.0 < values[1] - values[0] < math.inf:
        span = loop.values[0].span.to(loop.values[1].span)
        raise resolver.error("a range goes from a number to a larger one", span)
    return Loop(loop.name.name, values, loop.is_range)


def _free(*nodes: Node) -> set[str]:
    return {node.leaf for node in walk(*nodes) if isinstance(node.leaf, str)}


class _Special:
    """What calls mean in claims alone; collects what must be measured."""

    def __init__(self) -> None:
        self.measures: dict[str, Measure] = {}
        self._depth: dict[str, int] = {}
        self._count = 0

    def calls(self) -> Mapping[str, Special]:
        """The meanings, by names."""
        return {
            AREA: self._area, DERIVATIVE: self._derivative, INTEGRAL: self._integral,
            "level": self._level(sharp=False), "crisp": self._level(sharp=True),
        }  # fmt: skip

    def _measured(self, resolver: Resolver, measure: Measure, node: Apply, scope: Scope) -> Node:
        """The input that stands for a measure.

        Raises:
            ShapeError: there are too many.
        """
        if len(self.measures) == MOST_MEASURES:
            message = f"more than {MOST_MEASURES} areas, derivatives and integrals"
            raise resolver.error(message, node.span, "make two fences of it", scope.source)
        inner = [self._depth[name] for name in _free(measure.body, *measure.ends) if name in self._depth]
        depth = 1 + max(inner, default=0)
        if depth > DEEPEST:
            message = f"areas, derivatives and integrals stand in one another, more than {DEEPEST} deep"
            raise resolver.error(message, node.span, "write the inner one out", scope.source)
        self._count += 1
        name = f"measure {self._count}"  # no name of the language has a space
        self.measures[name] = measure
        self._depth[name] = depth
        return resolver.graph.input(name)

    def inputs(self, *nodes: Node) -> set[str]:
        """What must have values, also for what is measured."""
        found = _free(*nodes)
        for name in found & set(self.measures):
            measure = self.measures[name]
            own = {AREA: {"x", "y"}, INTEGRAL: {measure.variable}, DERIVATIVE: set[str]()}[measure.kind]
            found = (found - {name}) | (self.inputs(measure.body) - own) | self.inputs(*measure.ends)
            found |= {measure.variable} if measure.kind == DERIVATIVE else set()
        return found

    def _area(self, resolver: Resolver, node: Apply, scope: Scope) -> Step:
        _count(resolver, node, 1, scope)
        region = yield resolver.evaluate(node.args[0], scope)
        resolver.demand(Kind.REGION, region, node.args[0], node.op, scope.source)
        return self._measured(resolver, Measure(AREA, region), node, scope)

    def _level(self, *, sharp: bool) -> Special:
        def level(resolver: Resolver, node: Apply, scope: Scope) -> Step:
            _count(resolver, node, 1, scope)
            region = yield resolver.evaluate(node.args[0], scope)
            resolver.demand(Kind.REGION, region, node.args[0], node.op, scope.source)
            return blend.level(resolver.graph, region, sharp=sharp)

        return level

    def _derivative(self, resolver: Resolver, node: Apply, scope: Scope) -> Step:
        _count(resolver, node, 2, scope)
        body = yield resolver.evaluate(node.args[0], scope)
        variable = yield resolver.evaluate(node.args[1], scope)
        resolver.demand(Kind.NUMBER, body, node.args[0], node.op, scope.source)
        if not isinstance(variable.leaf, str):
            raise resolver.error("this is no variable", node.args[1].span, "such as x", scope.source)
        level = blend.numbers(resolver.graph, body)
        return self._measured(resolver, Measure(DERIVATIVE, level, variable.leaf), node, scope)

    def _integral(self, resolver: Resolver, node: Apply, scope: Scope) -> Step:
        _count(resolver, node, 4, scope)
        name = node.args[1]
        if not isinstance(name, Name):
            raise resolver.error("this is no variable", name.span, "such as x", scope.source)
        self._count += 1
        variable = name.name if name.name in INPUTS else f"variable {self._count}"
        inner = Scope(scope.module, {**scope.parameters, name.name: resolver.graph.input(variable)})
        body = yield resolver.evaluate(node.args[0], inner)
        resolver.demand(Kind.NUMBER, body, node.args[0], node.op, scope.source)
        low = yield resolver.evaluate(node.args[2], scope)
        high = yield resolver.evaluate(node.args[3], scope)
        for end, written in ((low, node.args[2]), (high, node.args[3])):
            resolver.demand(Kind.NUMBER, end, written, node.op, scope.source)
        level = blend.numbers(resolver.graph, body)
        return self._measured(resolver, Measure(INTEGRAL, level, variable, (low, high)), node, scope)


def _count(resolver: Resolver, node: Apply, wanted: int, scope: Scope) -> None:
    if len(node.args) != wanted:
        message = f"{node.op} takes {wanted} argument{'s' * (wanted > 1)}, and {len(node.args)} are given"
        raise resolver.error(message, node.span, f"write {SHAPES[node.op]}", scope.source)
