"""Repetition: loops to the values that they take, and many expressions to one."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shapecli.base.source import ShapeError, Span
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, Turns, enclosed, walk
from shapecli.fields.ops import Kind, Op
from shapecli.language.figure import SLACK
from shapecli.language.polar import is_twisted
from shapecli.language.syntax import Apply, Expression, Loop, Name, Target

if TYPE_CHECKING:
    from collections.abc import Generator

    from shapecli.language.expressions import Resolver, Scope, Step

MOST_LOOPS: Final = 8  # in one another
FEW: Final = 4  # turns from which on formulas have a sign for a loop
INDEX_MARK: Final = "#"  # what indices have in their names until they are written; no name of a figure has it
MANY: Final = 8  # turns from which on replaying pays
VERY_MANY: Final = 256  # turns from which on they are kept together


@dataclass(frozen=True)
class Fold:
    """An operation on any number of things, and what none of them is."""

    op: Op
    kind: Kind
    neutral: float | None
    summary: str


# A region that is no number is neutral as `neutral <= 0`: nothing is inside of infinity <= 0.
FOLDS: Final[Mapping[str, Fold]] = {
    "union": Fold(ops.union, Kind.REGION, math.inf, "the points in any of some regions"),
    "intersection": Fold(ops.intersection, Kind.REGION, -math.inf, "the points in all of some regions"),
    "xor": Fold(ops.symmetric_difference, Kind.REGION, math.inf, "the points in an odd number of regions"),
    "sum": Fold(ops.add, Kind.NUMBER, 0.0, "all numbers together"),
    "product": Fold(ops.mul, Kind.NUMBER, 1.0, "all numbers, multiplied"),
    "max": Fold(ops.maximum, Kind.NUMBER, None, "the largest of some numbers"),
    "min": Fold(ops.minimum, Kind.NUMBER, None, "the smallest of some numbers"),
}


@dataclass(frozen=True, eq=False)
class Turn:
    """One turn of loops: what names mean in it, and the conditions that depend on parameters or places."""

    scope: "Scope"
    guards: tuple[Node, ...] = ()


def replayed(
    resolver: "Resolver", loops: Sequence[Loop], fold: Fold | None, body: Expression, found: Sequence[Turn]
) -> Turns | None:
    """What a body is in each turn of loops, worked out once; None if turns differ in more than numbers.

    It pays where there are many turns: names, kinds and definitions are looked up only once.
    """
    names = [name.name for loop in loops for name in loop.names()]
    values = [[turn.scope.parameters[name] for name in names] for turn in found]
    if resolver.graph.varying or any(value.constant is None for row in values for value in row):
        return None
    graph = resolver.graph
    resolver.graph, leaves = graph.with_leaves(names)
    try:
        scope = found[0].scope.knowing(dict(zip(names, leaves, strict=True)))
        root = resolver.result(resolver.evaluate(body, scope))
    except Varies:
        return None
    finally:
        resolver.graph = graph
    resolver.spend(len(found) * resolver.size(root), body, scope)
    return Turns(graph, fold.op if fold else ops.listed, root, leaves, values)


def is_folded(turns: Turns) -> bool:
    """Whether turns are kept together, so that thousands of them are drawn as soon as ten.

    They are where each is a region of one kind with other numbers; powers whose exponents vary are not.
    """
    if len(turns.rows) < VERY_MANY or turns.op not in blend.FOLDED or turns.body.kind is not Kind.REGION:
        return False
    placed = set[Node]()
    for node in walk(turns.body):
        if node.leaf in ("x", "y") or not placed.isdisjoint(node.args):
            placed.add(node)
            if node.op is ops.pow_ and node.args[1].constant is None:
                return False
    return turns.body in turns.steps and turns.body in placed


@dataclass(frozen=True, eq=False)
class Template:
    """What loops do in each turn.

    Attributes:
        body: made of indices.
        ranges: of every loop, outer ones first: an index, with the first and the last of its whole numbers.
    """

    body: Node
    ranges: tuple[tuple[Node, Node, Node], ...]

    @property
    def turns(self) -> float:
        """How many there are; infinite if that is not known."""
        ends = [(first.constant, last.constant) for _, first, last in self.ranges]
        known = [
            max(0.0, last - first + 1.0) for first, last in ends if first is not None and last is not None
        ]
        return math.prod(known) if len(known) == len(ends) else math.inf


def kept(resolver: "Resolver", node: Apply, scope: "Scope") -> "Generator[Step, Node, Template | None]":
    """What loops do in each turn, for formulas; None if they have to be written out.

    So they have where they go over anything but ranges of whole numbers, or over lists that are made of such;
    where there is a condition; where they turn seldom, or do in each turn something else.
    """
    outer = resolver.graph
    if len(node.args) != 1 + sum(loop.size for loop in node.loops):  # there is a condition
        return None
    try:
        template = yield from _template(resolver, node, scope)
        return template if template.turns >= FEW else None
    except (Varies, ShapeError):  # a mistake is told by whoever writes the loop out
        return None
    finally:
        resolver.graph = outer


def _template(resolver: "Resolver", node: Apply, scope: "Scope") -> "Generator[Step, Node, Template]":
    """As `kept`; raises a ShapeError or Varies where they have to be written out."""
    body, *bounds = node.args
    inner, _ = resolver.graph.with_leaves(())
    inner.varying.update(resolver.graph.varying)
    resolver.graph = inner
    ranges, place = list[tuple[Node, Node, Node]](), 0
    for loop in node.loops:
        numbers: list[Node] = []
        for end in bounds[place : place + loop.size]:
            numbers.append((yield resolver.evaluate(end, scope)))
        place += loop.size
        if len(numbers) == 1:
            value, further = _elements(resolver, numbers[0])
        else:
            value, further = _whole_range(resolver, numbers, next(loop.names()).name)
        ranges.extend(further)
        scope = scope.knowing(dict(_assigned(loop.target, value, body.span, scope)))
    return Template((yield resolver.evaluate(body, scope)), tuple(ranges))


def over(resolver: "Resolver", fold: Fold, template: Template) -> Node | None:
    """One operation over ranges; None if it has to be written out."""
    outer, result = resolver.graph, template.body
    if result.kind is not fold.kind or (is_twisted(result) and template.turns == math.inf):
        return None
    for index, first, last in reversed(template.ranges):
        result = outer.apply(ops.OVER[fold.op], result, index, first, last)
    inputs = {part.leaf for part in walk(result) if isinstance(part.leaf, str)}
    if all(INDEX_MARK in name for name in inputs):  # a number that the rest may have to know
        return None
    if any(part in outer.varying for part in walk(result)):
        outer.varying.add(result)
    return result


def with_own_indices(resolver: "Resolver", root: Node) -> Node:
    """A node with other indices, so that what is put into it may have the same."""
    indices = {str(node.args[1].leaf) for node in walk(root) if node.op in ops.ONE_OF}
    return resolver.graph.substitute(root, {index: _index(resolver, index) for index in sorted(indices)})


def _index(resolver: "Resolver", name: str) -> Node:
    """An index like no other."""
    return resolver.graph.input(f"{name.partition(INDEX_MARK)[0]}{INDEX_MARK}{next(resolver.counter)}")


def _elements(resolver: "Resolver", of: Node) -> tuple[Node, list[tuple[Node, Node, Node]]]:
    """An element of a list that was made by loops, and the ranges of indices of its own.

    Raises:
        Varies: it was made otherwise.
    """
    template, graph = resolver.templates.get(of), resolver.graph
    if template is None:
        raise Varies
    fresh = {str(index.leaf): _index(resolver, str(index.leaf)) for index, _, _ in template.ranges}
    graph.varying.update(fresh.values())
    ranges = [tuple(graph.substitute(part, fresh) for part in each) for each in template.ranges]
    return graph.substitute(template.body, fresh), [(index, first, last) for index, first, last in ranges]


def _whole_range(
    resolver: "Resolver", ends: Sequence[Node], name: str
) -> tuple[Node, list[tuple[Node, Node, Node]]]:
    """A value of a range, and the whole numbers of which it is made.

    Raises:
        Varies: it depends on more than whole numbers how far it goes.
    """
    graph, index = resolver.graph, _index(resolver, name)
    graph.varying.add(index)
    low, high, *by = ends
    step = by[0] if by else graph.number(1.0)
    if step.constant == 1.0 and all(_is_whole(resolver, end) for end in (low, high)):
        return index, [(index, low, high)]
    if low.constant is None or high.constant is None or not step.constant:
        raise Varies
    last = math.floor((high.constant - low.constant) / step.constant + SLACK)
    value = graph.apply(ops.add, low, graph.apply(ops.mul, step, index))
    return value, [(index, graph.number(0.0), graph.number(last))]


def _is_whole(resolver: "Resolver", end: Node) -> bool:
    """Whether an end of a range is a whole number, made of indices and parameters with such steps."""
    for part in walk(end):
        if part.constant is not None:
            is_whole = part.constant.is_integer()
        elif isinstance(part.leaf, str):
            is_whole = INDEX_MARK in part.leaf or part.leaf in resolver.whole
        else:
            is_whole = part.op in (ops.add, ops.sub, ops.mul, ops.neg, ops.minimum, ops.maximum)
        if not is_whole:
            return False
    return True


def neutral(graph: Graph, fold: Fold) -> Node | None:
    """What an empty loop is, if it is anything."""
    if fold.neutral is None:
        return None
    number = graph.number(fold.neutral)
    return graph.apply(ops.at_most, number, graph.number(0.0)) if fold.kind is Kind.REGION else number


def nowhere(graph: Graph) -> Node:
    """The empty region."""
    return graph.apply(ops.at_most, graph.number(math.inf), graph.number(0.0))


def guarded(graph: Graph, node: Node, other: Node, guards: Sequence[Node]) -> Node:
    """`node` where all guards hold, elsewhere another one."""
    op = {Kind.REGION: ops.branch, Kind.COLOUR: ops.chosen}.get(node.kind, ops.if_)
    for guard in guards:
        node = graph.apply(op, guard, node, other)
    return node


def turns(
    resolver: "Resolver", loops: Sequence[Loop], bounds: Sequence[Expression], scope: "Scope"
) -> "Generator[Step, Node, list[Turn]]":
    """Every turn of some loops, the last loop turning fastest.

    Args:
        bounds: what follows `in` in each loop, and the condition after them where there is one.

    Raises:
        ShapeError: there are more turns than the limit, or a loop goes over nothing that it can.
    """
    found = [Turn(scope)]
    if len(loops) > MOST_LOOPS:
        raise scope.error(
            f"more than {MOST_LOOPS} loops in one another", next(loops[MOST_LOOPS].names()).span
        )
    place = 0
    for loop in loops:
        ends = bounds[place : place + loop.size]
        place += loop.size
        further: list[Turn] = []
        known: dict[tuple[Node, ...], list[tuple[Node, tuple[Node, ...]]]] = {}
        for turn in found:
            numbers: list[Node] = []
            for end in ends:
                numbers.append((yield resolver.evaluate(end, turn.scope)))
            key = tuple(numbers)
            if key not in known:
                known[key] = [*_values(resolver, numbers, ends, turn.scope)]
            for value, guards in known[key]:
                resolver.spend(1, ends[0], scope)
                names = dict(_assigned(loop.target, value, ends[0].span, turn.scope))
                further.append(Turn(turn.scope.knowing(names), (*turn.guards, *guards)))
        found = further
    if place == len(bounds):
        return found
    kept: list[Turn] = []
    for turn in found:
        condition = yield resolver.evaluate(bounds[-1], turn.scope)
        holds = truth(resolver.graph, condition)
        if holds is None:
            resolver.demand(Kind.REGION, condition, bounds[-1], "if", turn.scope)
            kept.append(Turn(turn.scope, (*turn.guards, condition)))
        elif holds:
            kept.append(turn)
    return kept


class Varies(Exception):  # noqa: N818 - no error, but the reason to write a loop out turn by turn
    """What a loop does depends on the turn."""


def truth(graph: Graph, condition: Node) -> bool | None:
    """Whether a region is everything or nothing, if that depends on no input; likewise a = b.

    Raises:
        Varies: it depends on the turn of a loop.
    """
    if condition in graph.varying:
        raise Varies
    if condition.op is ops.equal:
        sides = [arg.constant for arg in condition.args]
        return None if None in sides else sides[0] == sides[1]
    if condition.kind is not Kind.REGION:
        return None
    level = blend.level(graph.knowing({blend.SHARPNESS: 1.0}), condition, sharp=True).constant
    return None if level is None else level <= 0.0


def _values(
    resolver: "Resolver", numbers: Sequence[Node], ends: Sequence[Expression], scope: "Scope"
) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """What a loop goes over, and under which conditions."""
    graph, span = resolver.graph, ends[0].span.to(ends[-1].span)
    if not graph.varying.isdisjoint(numbers):
        raise Varies
    if len(numbers) == 1:
        if numbers[0].kind is not Kind.LIST:
            hint = "write a range such as 1..12, or a list such as [1, 2, 4]"
            raise scope.error(f"a loop goes over a list, and this is a {numbers[0].kind.value}", span, hint)
        yield from ((value, ()) for value in numbers[0].args)
        return
    low, high, *by = numbers
    step = by[0] if by else graph.number(1.0)
    for number, end in zip(numbers, ends, strict=True):
        resolver.demand(Kind.NUMBER, number, end, "..", scope)
    (least, most), (lowest, highest), (smallest, largest) = (
        _range_of(resolver, number, span, scope) for number in (low, high, step)
    )
    if not (smallest > 0.0 or largest < 0.0):
        raise scope.error("the step of a range is not 0", span)
    gap = highest - least if smallest > 0.0 else lowest - most
    total = gap / (smallest if smallest > 0.0 else largest) + SLACK
    if not math.isfinite(total):
        hint = "a loop goes as far as its parameters can: param k = 3 in 1 .. 9"
        raise scope.error("this range has no end", span, hint)
    count = max(0, math.floor(total) + 1)
    resolver.spend(count, ends[0], scope, refund=True)
    is_sure = least == most and lowest == highest and smallest == largest
    for k in range(count):
        value = graph.apply(ops.add, low, graph.apply(ops.mul, graph.number(float(k)), step))
        if is_sure:
            yield value, ()
        else:
            reach = graph.apply(ops.add, high, graph.apply(ops.mul, graph.number(SLACK), step))
            sides = (value, reach) if smallest > 0.0 else (reach, value)
            yield value, (graph.apply(ops.at_most, *sides),)


def _range_of(resolver: "Resolver", number: Node, span: Span, scope: "Scope") -> tuple[float, float]:
    """Between which two numbers an end of a range is, whatever its parameters are."""
    if number.constant is not None:
        return number.constant, number.constant
    level = blend.level(resolver.graph, number, sharp=True)
    for node in walk(level):
        if node.op in ops.ONE_OF:
            raise Varies
        if isinstance(node.leaf, str) and node.leaf not in resolver.ranges:
            hint = "loops are written out before anything is drawn: use numbers and parameters"
            raise scope.error(f"a range cannot depend on {node.leaf}", span, hint)
    low, high, _ = enclosed([level], resolver.ranges)[level]
    return low, high


def _assigned(target: Target, value: Node, span: Span, scope: "Scope") -> Iterator[tuple[str, Node]]:
    """The names of a target with their values."""
    stack = [(target, value)]
    while stack:
        target, value = stack.pop()
        if isinstance(target, Name):
            yield target.name, value
        elif value.kind is not Kind.LIST or len(value.args) != len(target):
            what = f"{len(value.args)}" if value.kind is Kind.LIST else f"a {value.kind.value}"
            raise scope.error(f"the loop takes lists of {len(target)} apart, and here is {what}", span)
        else:
            stack.extend(zip(target, value.args, strict=True))
