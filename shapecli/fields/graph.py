"""Expression graphs: equal expressions of one graph are one object, so sharing costs nothing."""

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from shapecli.fields import ops
from shapecli.fields.ops import Kind, Op

LONGEST_CHAIN: Final = 64  # whole powers up to this one become squares and products
# The numbers that change nothing on the left and on the right; NaN, which equals none, if there are none.
NEUTRAL: Final[Mapping[Op, tuple[float, float]]] = {
    ops.add: (0.0, 0.0), ops.sub: (math.nan, 0.0), ops.mul: (1.0, 1.0), ops.div: (math.nan, 1.0),
}  # fmt: skip
SIMPLIFIED: Final = frozenset({*NEUTRAL, ops.neg, ops.complement, ops.pow_})
NEITHER: Final = (math.nan, math.nan)
SMALL_WHOLE: Final = 2.0**26  # whole numbers whose products are exact
ROUNDED: Final = (ops.add, ops.sub, ops.mul, ops.div, ops.square, ops.sqrt)  # correctly, by IEEE 754
UNROUNDED: Final = (ops.neg, ops.absolute, ops.minimum, ops.maximum, ops.sign_, ops.floor_, ops.if_)

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An operation applied to nodes, or a leaf: a number, or the name of an input.

    Attributes:
        args: of a node `folded` they are made when somebody asks for them.
        between: where the number is that the leaf stands for, if that is no float64: 1/3, pi, 0.1.
        turns: what a node is made of that is `folded`.
    """

    op: Op | None
    args: tuple["Node", ...] = ()
    leaf: float | str | None = None
    between: tuple[float, float] | None = None
    turns: "Turns | None" = None

    def __getattr__(self, name: str) -> tuple["Node", ...]:
        if name != "args" or self.op is None or self.turns is None:
            raise AttributeError(name)
        made = tuple(self.turns.written())
        args = self.turns.graph.balanced(self.op, made).args if self.op.arity else made
        object.__setattr__(self, "args", args)
        return args

    @property
    def kind(self) -> Kind:
        return self.op.gives if self.op else Kind.NUMBER

    @property
    def constant(self) -> float | None:
        return self.leaf if isinstance(self.leaf, float) else None


@dataclass(frozen=True, eq=False)
class Turns:
    """An operation on one expression, with other numbers in each turn.

    Attributes:
        op: of any number of arguments; or of two, as a balanced tree.
        body: the expression, over leaves that vary, and x or y.
        rows: the numbers in each turn, one for each leaf.
    """

    graph: "Graph"
    op: Op
    body: Node
    leaves: Sequence[Node]
    rows: Sequence[Sequence[Node]]

    @cached_property
    def steps(self) -> tuple[Node, ...]:
        """The nodes of the body that depend on the leaves, arguments first."""
        found = dict.fromkeys(self.leaves)
        for node in walk(self.body):
            if any(arg in found for arg in node.args):
                found[node] = None
        return tuple(found)[len(self.leaves) :]

    @cached_property
    def fixed(self) -> tuple[Node, ...]:
        """The nodes that these are applied to besides, the same in each turn."""
        varied = {*self.leaves, *self.steps}
        return tuple(dict.fromkeys(arg for node in self.steps for arg in node.args if arg not in varied))

    def written(self) -> Iterator[Node]:
        """What the body is in each turn, node for node what one would write by hand."""
        graph = self.graph
        fixed = self.fixed if self.steps or self.body in self.leaves else (self.body,)
        places = {node: place for place, node in enumerate((*self.leaves, *fixed, *self.steps))}
        steps = [(node.op, [places[arg] for arg in node.args]) for node in self.steps if node.op]
        apply, place = graph.apply, places[self.body]
        for row in self.rows:
            made = [*(graph.number(each.constant or 0.0, each.between) for each in row), *fixed]
            for op, arguments in steps:
                made.append(apply(op, *[made[each] for each in arguments]))
            yield made[place]


@dataclass(frozen=True, slots=True)
class Graph:
    """Makes nodes, each only once.  Constants are folded; nothing else changes what is computed.

    But that (a * b) / 2^k is a * (b / 2^k), where a * b alone may overflow.

    Attributes:
        known: inputs whose values are settled; they become numbers.
        varying: leaves that stand for something else each time, and nodes made of them, which are left as
            they were asked for; see `Turns`.
    """

    known: Mapping[str, float] = field(default_factory=dict)
    _pool: dict[tuple[object, ...], Node] = field(default_factory=dict)
    varying: set[Node] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._pool)

    def _leaf(self, leaf: float | str, between: tuple[float, float] | None = None) -> Node:
        key = (leaf, between)
        if key not in self._pool:
            self._pool[key] = Node(None, (), leaf, between)
        return self._pool[key]

    def _intern(self, op: Op, args: tuple[Node, ...]) -> Node:
        if op.commutes:
            first, second = id(args[0]), id(args[1])
            key: tuple[object, ...] = (op, first, second) if first < second else (op, second, first)
        else:
            key = (op, *map(id, args))
        node = self._pool.get(key)
        if node is None:
            node = self._pool[key] = Node(op, args)
        return node

    def knowing(self, known: Mapping[str, float]) -> "Graph":
        """A graph with the same nodes, in which other inputs are settled."""
        return Graph(known, self._pool)

    def with_leaves(self, names: Iterable[str]) -> tuple["Graph", list[Node]]:
        """A graph with the same nodes, and leaves that vary."""
        leaves = [self._pool.setdefault(("turn", name), Node(None, (), name)) for name in names]
        return Graph(self.known, self._pool, {*leaves}), leaves

    def folded(self, turns: Turns) -> Node:
        """All turns together; the arguments of the node are made when they are asked for."""
        numbers = (number for row in turns.rows for number in row)
        key = ("folded", turns.op, turns.body, *turns.leaves, *numbers)
        node = self._pool.get(key)
        if node is None:
            node = self._pool[key] = object.__new__(Node)
            for name, value in (("op", turns.op), ("leaf", None), ("between", None), ("turns", turns)):
                object.__setattr__(node, name, value)
        return node

    def number(self, value: float, between: tuple[float, float] | None = None) -> Node:
        return self._leaf(float(value) + 0.0, between)  # + 0.0: zero has no sign

    def input(self, name: str) -> Node:
        return self.number(self.known[name]) if name in self.known else self._leaf(name)

    def apply(self, op: Op, *args: Node) -> Node:
        """`op` of `args`, simplified where that changes no value."""
        if self.varying and not self.varying.isdisjoint(args):
            node = self._intern(op, args)
            self.varying.add(node)
            return node
        if op.value:
            constants = [arg.leaf for arg in args if type(arg.leaf) is float]
            if len(constants) == len(args):
                value = op.value(*constants)
                return self.number(value, _between(op, args, value))
        if op not in SIMPLIFIED:
            return self._intern(op, args)
        first, second = (*(None if arg.between else arg.constant for arg in args), None)[:2]
        left, right = NEUTRAL.get(op, NEITHER)
        if first == left:
            return args[1]
        if second == right:
            return args[0]
        if op is ops.sub and first == 0.0:
            return self.apply(ops.neg, args[1])
        if op is ops.div and second is not None and _power_of_two(second):
            return self.apply(ops.mul, args[0], self.number(1.0 / second))
        if op is ops.mul and second is not None and _power_of_two(second) and args[0].op is ops.mul:
            for factor, other in (args[0].args, reversed(args[0].args)):
                if factor.constant is not None:
                    return self.apply(ops.mul, other, self.apply(ops.mul, factor, args[1]))
        if op in (ops.neg, ops.complement) and args[0].op is op:
            return args[0].args[0]
        if op is ops.mul and args[0] is args[1]:
            return self.apply(ops.square, args[0])
        if op is ops.pow_:
            return self._power(*args)
        return self._intern(op, args)

    def _power(self, base: Node, exponent: Node) -> Node:
        power = None if exponent.between else exponent.constant
        if base.constant == math.e:
            return self.apply(ops.exp, exponent)
        if power == 0.5:
            return self.apply(ops.sqrt, base)
        if power is None or not power.is_integer() or not 1 <= abs(power) <= LONGEST_CHAIN:
            return self._intern(ops.pow_, (base, exponent))
        whole = self._whole_power(base, abs(int(power)))
        return whole if power > 0 else self.apply(ops.div, self.number(1.0), whole)

    def _whole_power(self, base: Node, power: int) -> Node:
        if power == 1:
            return base
        root = self.apply(ops.square, self._whole_power(base, power // 2))
        return self.apply(ops.mul, base, root) if power % 2 else root

    def balanced(self, op: Op, args: tuple[Node, ...]) -> Node:
        """An associative operation of any number of arguments, as a tree of logarithmic depth."""
        layer = list(args)
        while len(layer) > 1:
            pairs = [self.apply(op, *layer[i : i + 2]) for i in range(0, len(layer) - 1, 2)]
            layer = pairs + layer[len(layer) - len(layer) % 2 :]
        return layer[0]

    def substitute(self, root: Node, inputs: Mapping[str, Node]) -> Node:
        """`root` with other nodes in place of inputs."""
        if all(isinstance(node.leaf, str) and node.leaf == name for name, node in inputs.items()):
            return root

        def of_fold(turns: Turns, known: Mapping[Node, Node]) -> Node:
            varying, leaves = self.with_leaves(str(leaf.leaf) for leaf in turns.leaves)
            moved = {**known, **dict(zip(turns.leaves, leaves, strict=True))}
            for step in turns.steps:
                assert step.op
                moved[step] = varying.apply(step.op, *[moved[arg] for arg in step.args])
            return self.folded(Turns(self, turns.op, moved[turns.body], leaves, turns.rows))

        # turns stay together where what they depend on still is a place
        placed = all(name in inputs and is_placed(inputs[name]) for name in ("x", "y"))
        folded = of_fold if placed and not self.varying else None
        return values([root], lambda leaf: inputs.get(str(leaf.leaf), leaf), self.apply, folded)[root]


def is_placed(root: Node) -> bool:
    """Whether a number depends on x or y."""
    return any(node.leaf in ("x", "y") for node in walk(root, folded=True))


def written_out(graph: Graph, root: Node) -> Node:
    """A node without operations over ranges, but for those whose ends are no numbers."""
    if not any(node.op in ops.ONE_OF for node in walk(root)):
        return root
    made: dict[Node, Node] = {}
    for node in walk(root):
        if node.op is None:
            made[node] = node
        elif node.op not in ops.ONE_OF:
            made[node] = graph.apply(node.op, *(made[arg] for arg in node.args))
        else:
            body, index, *ends = node.args
            first, last = (end.constant for end in ends)
            made[node] = node
            if first is not None and last is not None and first <= last:
                op, rows = ops.ONE_OF[node.op], range(int(first), int(last) + 1)
                turns = Turns(graph, op, body, [index], [(graph.number(float(row)),) for row in rows])
                whole = [written_out(graph, part) for part in turns.written()]
                made[node] = functools.reduce(functools.partial(graph.apply, op), whole)
    return made[root]


def _between(op: Op, args: tuple[Node, ...], value: float) -> tuple[float, float] | None:
    """Where the real value of an operation on constants is, if it is not the computed one."""
    if not math.isfinite(value):
        return None
    if any(arg.between for arg in args):
        intervals = [arg.between or (arg.constant or 0.0, arg.constant or 0.0) for arg in args]
        low, high, _ = ops.bound(op, *((*interval, False) for interval in intervals))
        return low, high
    if _exact(op, args, value):
        return None
    if op in ROUNDED:  # to the nearest float64
        return math.nextafter(value, -math.inf), math.nextafter(value, math.inf)
    low, high, _ = ops.bound(op, *((arg.constant or 0.0, arg.constant or 0.0, False) for arg in args))
    return low, high


def _exact(op: Op, args: tuple[Node, ...], value: float) -> bool:
    """Whether an operation on numbers was computed without rounding, as far as that is easily told."""
    if op in UNROUNDED:
        return True
    if op is ops.pow_:  # of whole numbers, as long as all digits have room
        return all((arg.constant or 0.0).is_integer() for arg in args) and 1.0 <= abs(value) < 2.0**53
    if op not in ROUNDED or op is ops.sqrt:
        return False
    constants = [arg.constant or 0.0 for arg in args]
    if not all(map(math.isfinite, constants)):
        return True
    a, b = constants[0], constants[-1]
    if op in (ops.add, ops.sub):  # the error of a sum (D. Knuth, TAOCP 4.2.2)
        b = b if op is ops.add else -b
        rest = value - a
        return (a - (value - rest)) + (b - rest) == 0.0
    if (
        max(abs(a), abs(b), abs(value)) < SMALL_WHOLE
        and a.is_integer()
        and b.is_integer()
        and value.is_integer()
    ):
        return op is not ops.div or value * b == a
    (whole_a, over_a), (whole_b, over_b), (result, over) = (
        number.as_integer_ratio() for number in (a, b, value)
    )
    if op is ops.div:
        return result * over_a * whole_b == whole_a * over_b * over
    return result * over_a * over_b == whole_a * whole_b * over


def _power_of_two(value: float) -> bool:
    """Whether 1 / value is exact."""
    return abs(math.frexp(value)[0]) == 0.5 and 2.0**-1022 <= abs(value) <= 2.0**1022


def walk(*roots: Node, folded: bool = False, inner: bool = True) -> Iterator[Node]:
    """Every node under `roots` once, arguments before what uses them.

    Args:
        folded: whether nodes that are folded stay so; then what is the same in each turn comes before them.
        inner: also the regions that distances are of, which are in places of their own.
    """
    seen: set[Node] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            args = node.turns.fixed if folded and node.turns else node.args
            if node.op is ops.distance_ and not inner:
                args = args[1:]
            stack.extend((arg, False) for arg in reversed(args))


def regions_of(root: Node) -> Iterator[Node]:
    """The regions that a node is made of, smaller ones first; not those that distances are of."""
    return (node for node in walk(root, inner=False) if node.kind is Kind.REGION)


def values(
    roots: Sequence[Node],
    of_leaf: Callable[[Node], Value],
    apply: Callable[..., Value],
    of_fold: Callable[[Turns, Mapping[Node, Value]], Value] | None = None,
) -> dict[Node, Value]:
    """Every node under some roots as a value of any kind.

    Args:
        of_leaf: a leaf as a value.
        apply: an operation on values: `apply(op, *values)`.
        of_fold: a node that is folded as a value, with the values of what is the same in each turn; if None,
            its arguments are made.
    """
    known: dict[Node, Value] = {}
    for node in walk(*roots, folded=of_fold is not None):
        if node.op is None:
            known[node] = of_leaf(node)
        elif of_fold and node.turns:
            known[node] = of_fold(node.turns, known)
        else:
            known[node] = apply(node.op, *[known[arg] for arg in node.args])
    return known


def evaluate(nodes: Iterable[Node], inputs: Mapping[str, float]) -> dict[Node, float]:
    """Nodes as numbers, by the rules of the table; arguments come before what uses them."""
    numbers: dict[Node, float] = {}
    for node in nodes:  # without `values`, since this is done in every step of a descent
        if node.op is None:
            numbers[node] = inputs[node.leaf] if isinstance(node.leaf, str) else node.leaf or 0.0
        else:
            assert node.op.value
            numbers[node] = node.op.value(*[numbers[arg] for arg in node.args])
    return numbers


def enclosed(roots: Sequence[Node], ranges: Mapping[str, ops.Interval]) -> dict[Node, ops.Interval]:
    """Bounds of every node under some roots, by the rules of the table.

    Args:
        ranges: of every input.
    """
    return values(roots, lambda leaf: _interval(leaf, ranges), ops.bound)


def _interval(leaf: Node, ranges: Mapping[str, ops.Interval]) -> ops.Interval:
    if isinstance(leaf.leaf, str):
        return ranges[leaf.leaf]
    value = leaf.leaf or 0.0
    return value, value, math.isnan(value)


def defined(root: Node, ranges: Mapping[str, ops.Interval]) -> bool:
    """Whether the rules of the table tell that a number, and all on the way to it, is defined everywhere.

    Args:
        ranges: of every input.
    """
    sound = True

    def told(found: ops.Interval) -> ops.Interval:
        nonlocal sound
        sound = sound and not found[2]
        return found

    def bound(op: Op, *args: ops.Interval) -> ops.Interval:
        return told(ops.bound(op, *args))

    def of_fold(turns: Turns, known: Mapping[Node, ops.Interval]) -> ops.Interval:
        inner = dict(known)
        for leaf, column in zip(turns.leaves, zip(*turns.rows, strict=True), strict=True):
            numbers = [number.constant or 0.0 for number in column]
            inner[leaf] = told((min(numbers), max(numbers), any(map(math.isnan, numbers))))
        for step in turns.steps:
            assert step.op
            inner[step] = bound(step.op, *[inner[arg] for arg in step.args])
        found = once = inner[turns.body]
        for _ in range(len(turns.rows).bit_length()):
            found = bound(turns.op, found, found)  # that of 2, 4, 8, ... of them
        return min(once[0], found[0]), max(once[1], found[1]), found[2]  # there are no fewer, and no more

    values([root], lambda leaf: told(_interval(leaf, ranges)), bound, of_fold)
    return sound
