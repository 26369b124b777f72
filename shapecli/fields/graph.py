"""Expression graphs: equal expressions of one graph are one object, so sharing costs nothing."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from shapecli.fields import ops
from shapecli.fields.ops import Kind, Op

LONGEST_CHAIN = 64  # whole powers up to this one become squares and products


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An operation applied to nodes, or a leaf: a number, or the name of an input."""

    op: Op | None
    args: tuple["Node", ...] = ()
    leaf: float | str | None = None

    @property
    def kind(self) -> Kind:
        return self.op.gives if self.op else Kind.NUMBER

    @property
    def constant(self) -> float | None:
        return self.leaf if isinstance(self.leaf, float) else None


@dataclass(frozen=True, slots=True)
class Graph:
    """Makes nodes, each only once.  Constants are folded; nothing else changes what is computed."""

    _pool: dict[tuple[object, ...], Node] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._pool)

    def _intern(self, op: Op | None, args: tuple[Node, ...], leaf: float | str | None) -> Node:
        key = (op, *map(id, args), leaf)
        node = self._pool.get(key)
        if node is None and op is not None and op.commutes:
            node = self._pool.get((op, *map(id, reversed(args)), leaf))
        if node is None:
            node = self._pool[key] = Node(op, args, leaf)
        return node

    def number(self, value: float) -> Node:
        return self._intern(None, (), float(value) + 0.0)  # + 0.0: zero has no sign

    def input(self, name: str) -> Node:
        return self._intern(None, (), name)

    def apply(self, op: Op, *args: Node) -> Node:
        """`op` of `args`, simplified where that changes no value."""
        first, *rest = (arg.constant for arg in args)
        second = rest[0] if rest else None
        if op.value and None not in (first, *rest):
            return self.number(op.value(first, *rest))
        if (op is ops.add and first == 0.0) or (op is ops.mul and first == 1.0):
            return args[1]
        if (op in (ops.add, ops.sub) and second == 0.0) or (op in (ops.mul, ops.div) and second == 1.0):
            return args[0]
        if op is ops.sub and first == 0.0:
            return self.apply(ops.neg, args[1])
        if op in (ops.neg, ops.complement) and args[0].op is op:
            return args[0].args[0]
        if op is ops.mul and args[0] is args[1]:
            return self.apply(ops.square, args[0])
        if op is ops.pow_:
            return self._power(args[0], args[1])
        return self._intern(op, args, None)

    def _power(self, base: Node, exponent: Node) -> Node:
        power = exponent.constant
        if base.constant == math.e:
            return self.apply(ops.exp, exponent)
        if power == 0.5:
            return self.apply(ops.sqrt, base)
        if power is None or not power.is_integer() or not 1 <= abs(power) <= LONGEST_CHAIN:
            return self._intern(ops.pow_, (base, exponent), None)
        if power < 0:
            return self.apply(ops.div, self.number(1.0), self._whole_power(base, int(-power)))
        return self._whole_power(base, int(power))

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
        return self.rewrite(
            root,
            lambda node, args: self.apply(node.op, *args) if node.op else inputs.get(str(node.leaf), node),
        )

    def rewrite(self, root: Node, rule: Callable[[Node, list[Node]], Node]) -> Node:
        """Replace every node by `rule(node, its rewritten arguments)`, arguments first."""
        done: dict[Node, Node] = {}
        for node in walk(root):
            done[node] = rule(node, [done[arg] for arg in node.args])
        return done[root]


def walk(*roots: Node) -> Iterator[Node]:
    """Every node under `roots` once, arguments before what uses them."""
    seen: set[Node] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((arg, False) for arg in reversed(node.args))
