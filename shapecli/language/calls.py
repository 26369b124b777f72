"""Calls that give numbers drawn by lot, colours, and what is known of lists."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from shapecli.base.colours import linear
from shapecli.base.source import ShapeError
from shapecli.fields import chance, colour, ops, polygon
from shapecli.fields.derivative import PLACES
from shapecli.fields.graph import Graph, Node, walk, written_out
from shapecli.fields.ops import Kind
from shapecli.language import letters
from shapecli.language.polar import untwisted
from shapecli.language.repetition import Varies
from shapecli.language.syntax import Apply, Expression, Let

if TYPE_CHECKING:
    from shapecli.language.expressions import Resolver, Scope


@dataclass(frozen=True)
class Arguments:
    """A call with what its arguments are."""

    resolver: "Resolver"
    node: Apply
    args: Sequence[Node]
    scope: "Scope"

    def number(self, value: float) -> Node:
        return self.resolver.graph.number(value)

    def demand(self, kind: Kind, place: int) -> Node:
        """The argument at a place; an error if it is of another kind."""
        self.resolver.demand(kind, self.args[place], self.node.args[place], self.node.op, self.scope)
        return self.args[place]

    def error(self, message: str, body: Expression | None = None, hint: str | None = None) -> ShapeError:
        return self.scope.error(message, (body or self.node).span, hint)

    def key(self) -> tuple[float, ...]:
        """The seed, and the numbers of the first argument, which chance depends on."""
        first = self.args[0]
        parts = first.args if first.kind is Kind.LIST else (first,)
        for part in parts:
            self.settled(part, self.node.args[0])
        self.resolver.by_chance = True
        return (self.resolver.seed, *(part.constant or 0.0 for part in parts))

    def settled(self, number: Node, body: Expression) -> float:
        """A number that depends on nothing that can change."""
        if number.kind is not Kind.NUMBER:
            raise self.error(f"{self.node.op} needs numbers, and this is a {number.kind.value}", body)
        if number.constant is None:
            inputs = {node.leaf for node in walk(number) if isinstance(node.leaf, str)}
            placed = bool(inputs & {"x", "y"})
            hint = (
                "write noise(x, y) for what varies from place to place, or cell(x, y) for one number a tile"
                if placed
                else "use loops and the seed"
            )
            raise self.error(f"{self.node.op} cannot depend on {min(inputs)}", body, hint)
        if not math.isfinite(number.constant):
            raise self.error(f"{self.node.op} needs finite numbers", body)
        return number.constant


@dataclass(frozen=True)
class Call:
    """A call that is no operation of the table.

    Attributes:
        example: how it is written.
        counts: how many arguments it may have.
        summary: one line for the language reference.
        quotes: whether the first argument is one or several strings in quotes, and no expression.
    """

    example: str
    counts: range
    summary: str
    value: Callable[[Arguments], Node]
    quotes: bool = False

    def __call__(self, resolver: "Resolver", node: Apply, args: Sequence[Node], scope: "Scope") -> Node:
        """Raises: ShapeError: the arguments are not what the call takes."""
        if len(args) not in self.counts:
            message = f"{node.op} takes {self.example}, and {len(args)} arguments are given"
            raise scope.error(message, node.span, f"write {self.example}")
        return self.value(Arguments(resolver, node, args, scope))


def _random(given: Arguments) -> Node:
    share = chance.uniform(*given.key())
    if len(given.args) == 1:
        return given.number(share)
    if len(given.args) == 2:
        hint = "write random(k, low, high), or random((i, j)) for a number of two"
        raise given.error("random takes one key, or a key and two ends", hint=hint)
    low, high = (given.settled(given.args[place], given.node.args[place]) for place in (1, 2))
    return given.number(low + (high - low) * share)


def _choose(given: Arguments) -> Node:
    choices = given.demand(Kind.LIST, 1).args
    if not choices:
        raise given.error("there is nothing to choose from", given.node.args[1])
    return choices[int(chance.uniform(*given.key()) * len(choices))]


def _shuffle(given: Arguments) -> Node:
    items = given.demand(Kind.LIST, 1).args
    order = chance.shuffled(len(items), *given.key())
    return given.resolver.graph.apply(ops.listed, *(items[place] for place in order))


def _zip(given: Arguments) -> Node:
    lists = [given.demand(Kind.LIST, place).args for place in range(len(given.args))]
    if len({len(items) for items in lists}) > 1:
        counts = ", ".join(str(len(items)) for items in lists)
        raise given.error(f"zip takes lists of one length, and these have {counts}")
    apply = given.resolver.graph.apply
    return apply(ops.listed, *(apply(ops.listed, *row) for row in zip(*lists, strict=True)))


def _level(given: Arguments) -> Node:
    graph, region = given.resolver.graph, given.demand(Kind.REGION, 0)
    if any(node.op is ops.xor_over for node in walk(region)):  # whose boundary value tells few levels apart
        region = _without_loops(graph, region)
    return graph.apply(ops.level_, region)


def _without_loops(graph: Graph, region: Node) -> Node:
    """A region that is written out.

    Raises:
        Varies: a loop has ends that are no numbers.
    """
    region = written_out(graph, region)
    if any(node.op in ops.ONE_OF for node in walk(region)):
        raise Varies
    return region


def _distance(given: Arguments) -> Node:
    graph = given.resolver.graph
    x, y = (graph.input(name) for name in "xy")
    region = _without_loops(graph, untwisted(graph, given.demand(Kind.REGION, 0)))  # which have no derivative
    given.resolver.spend(given.resolver.size_of_distance(region), given.node, given.scope)
    # a region in its own places: what moves the number moves where it is asked for, and not the region
    own = graph.substitute(region, dict(zip("xy", map(graph.input, PLACES), strict=True)))
    return graph.apply(ops.distance_, own, x, y)


def _polygon(given: Arguments) -> Node:
    if len(given.args) == 2:
        return _regular(given)
    corners: list[polygon.Point] = []
    for corner in given.demand(Kind.LIST, 0).args:
        numbers = [part.constant for part in corner.args] if corner.kind is Kind.LIST else []
        if len(numbers) != 2 or not all(number is not None and math.isfinite(number) for number in numbers):
            hint = "write polygon([(0, 0), (1, 0), (0, 1)]), of numbers that nothing can change"
            raise given.error("the corners of a polygon are pairs of numbers", given.node.args[0], hint)
        corners.append((numbers[0] or 0.0, numbers[1] or 0.0))
    try:
        return polygon.polygon(given.resolver.graph, corners)
    except polygon.NotSimpleError as problem:
        raise given.error(str(problem), given.node.args[0]) from None


def _regular(given: Arguments) -> Node:
    """The regular polygon, which the library knows as `regular`."""
    from shapecli.language.expressions import Scope
    from shapecli.language.names import library

    numbers = [given.demand(Kind.NUMBER, place) for place in range(2)]
    definition = library().visible["regular"]
    assert isinstance(definition.item, Let)
    names = [parameter.name for parameter in definition.item.parameters]
    scope = Scope(definition.home, dict(zip(names, numbers, strict=True)))
    return given.resolver.value(definition.item.body, scope)


def _of_numbers(make: Callable[..., Node]) -> Callable[[Arguments], Node]:
    """A colour of three numbers."""
    return lambda given: make(given.resolver.graph, *(given.demand(Kind.NUMBER, place) for place in range(3)))


def _stops(given: Arguments) -> list[tuple[float, Node]]:
    """Colours with their places: those that are written, or in equal steps from 0 to 1."""
    items = given.demand(Kind.LIST, 0).args
    if len(items) < 2:
        raise given.error("this takes two colours or more", given.node.args[0])
    stops: list[tuple[float, Node]] = []
    for number, item in enumerate(items):
        place, shade = number / (len(items) - 1), item
        if item.kind is Kind.LIST and len(item.args) == 2:
            place, shade = given.settled(item.args[0], given.node.args[0]), item.args[1]
        if shade.op is not ops.light:
            hint = 'write [gold, "#16324f"], or [(0, gold), (0.3, "#16324f")] with places'
            raise given.error("these are no colours", given.node.args[0], hint)
        if stops and not stops[-1][0] < place < math.inf:
            raise given.error("the places of colours ascend", given.node.args[0])
        stops.append((place, shade))
    return stops


def _ramp(given: Arguments) -> Node:
    return colour.ramp(given.resolver.graph, _stops(given), given.demand(Kind.NUMBER, 1))


def _steps(given: Arguments) -> Node:
    graph, place = given.resolver.graph, given.demand(Kind.NUMBER, 1)
    stops = _stops(given)
    is_placed = given.args[0].args[0].kind is Kind.LIST
    result = stops[-1][1]
    for number in range(len(stops) - 2, -1, -1):
        end = stops[number + 1][0] if is_placed else (number + 1) / len(stops)
        before = graph.apply(ops.less, place, graph.number(end))
        result = graph.apply(ops.chosen, before, stops[number][1], result)
    return result


def _faded(given: Arguments) -> Node:
    return colour.faded(given.resolver.graph, given.demand(Kind.COLOUR, 0), given.demand(Kind.NUMBER, 1))


def coloured_by_map(name: str, given: Arguments, place: int) -> Node:
    """The colour of a map of `cmap` at a number from 0 to 1."""
    return colour.of_table(given.resolver.graph, _table(name), given.demand(Kind.NUMBER, place))


@cache
def _table(name: str) -> colour.Table:
    from shapecli.base.colourmaps import colour_map

    return tuple(tuple(linear(channel) for channel in row) for row in colour_map(name, 256).tolist())


CALLS: Final[Mapping[str, Call]] = {
    "random": Call(
        "random(k) or random(k, low, high)", range(1, 4),
        "a number from 0 to 1, or from low to high, by k and the seed; k may be a list (i, j)",
        _random),
    "normal": Call(
        "normal(k)", range(1, 2), "a number about 0, of the normal distribution, by k and the seed",
        lambda given: given.number(chance.normal(*given.key()))),
    "choose": Call("choose(k, [a, b, c])", range(2, 3), "an element of a list, by k and the seed", _choose),
    "shuffle": Call("shuffle(k, [a, b, c])", range(2, 3), "a list in an order by k and the seed", _shuffle),
    "count": Call(
        "count([a, b, c])", range(1, 2), "how many elements a list has",
        lambda given: given.number(len(given.demand(Kind.LIST, 0).args))),
    "zip": Call("zip([a, b], [1, 2])", range(2, 9), "a list of lists: the first of each, and so on", _zip),
    "level": Call(
        "level(R)", range(1, 2), "the level L of a region: n times a distance where its inequality is one",
        _level),
    "distance": Call(
        "distance(R)", range(1, 2),
        "how far it is to the boundary of a region, negative inside: f/|grad f|, which is right near it",
        _distance),
    "polygon": Call(
        "polygon([(0, 0), (1, 0), (0, 1)])", range(1, 3),
        "the inside of a polygon by its corners, in either order; polygon(k, r) is the regular one, "
        "k sides, r from the centre to each", _polygon),
    "rgb": Call(
        "rgb(red, green, blue)", range(3, 4), "a colour of shares of sRGB from 0 to 1",
        _of_numbers(colour.of_rgb)),
    "hsl": Call(
        "hsl(hue, saturation, lightness)", range(3, 4),
        "a colour by its hue, a full turn being 1, and two shares",
        _of_numbers(colour.of_hsl)),
    "oklch": Call(
        "oklch(lightness, chroma, hue)", range(3, 4),
        "a colour by OKLab: lightness from 0 to 1, chroma up to about 0.3, hue in radians",
        _of_numbers(colour.of_oklch)),
    "ramp": Call(
        "ramp([gold, navy], t)", range(2, 3),
        "the colour at t from 0 to 1 between colours, mixed in OKLab; or ramp([(0, gold), (3, navy)], t)",
        _ramp),
    "steps": Call("steps([gold, navy], t)", range(2, 3), "as ramp, but in steps, each of one colour", _steps),
    "text": Call(
        'text("ML", x, y, height)', range(4, 8),
        "the region of letters, from x on along the line y, capitals that high; then align (0.5 centres, 1 "
        f"ends at x), weight (the breadth of strokes, {letters.WEIGHT:g} of the height) and spacing",
        letters.text, quotes=True),
    "textwidth": Call(
        'textwidth("ML", height)', range(2, 5), "how wide the region of a text is; then weight and spacing",
        letters.width, quotes=True),
    "faded": Call("faded(gold, t)", range(2, 3), "a colour with the opacity t", _faded),
}  # fmt: skip
