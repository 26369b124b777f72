"""A graph flattened into straight-line code for a machine with registers."""

from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, repeat
from typing import Final, NamedTuple, TypeVar

from shapecli.fields.graph import Node, Turns, walk
from shapecli.fields.ops import EXECUTABLE, Op


@dataclass(frozen=True)
class Instruction:
    """An operation as a row of a tape: on registers, or with one argument that is a scalar of the row.

    Attributes:
        scalar: which argument the row's scalar takes the place of; None if all are registers.
    """

    op: Op
    scalar: int | None = None


def _instructions() -> Iterator[Instruction]:
    for op in EXECUTABLE:
        yield Instruction(op)
        if op.scalars:
            yield Instruction(op, 1)
            if not op.commutes:
                yield Instruction(op, 0)


LOAD: Final = 0  # the code that fills a register with the row's scalar; the instructions follow
INSTRUCTIONS: Final = tuple(_instructions())
CODES: Final = {(each.op, each.scalar): code for code, each in enumerate(INSTRUCTIONS, start=LOAD + 1)}
X, Y = 0, 1  # the registers that hold the coordinates
COLUMNS: Final = 6  # of a row: code, result register, three argument registers (0 if unused), choice
FREE, EXACT, FADING = 0, 1, 2  # choices: none; an argument may decide alone; or but for a little

Scalar = str | float
Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class Tape:
    """Straight-line code.

    Attributes:
        code: int32[rows * COLUMNS].
        scalars: for each row its scalar: the name of an input or a number, 0 if it has none.
        spreads_of: where the numbers are that scalars stand for which are no float64, by row.
        outputs: the registers that hold the results at the end.
        registers: how many there are; the first two hold x and y.
        cost: time per point, relative to an addition.
    """

    code: "array[int]"
    scalars: tuple[Scalar, ...]
    spreads_of: "Callable[[], Iterator[tuple[int, tuple[float, float]]]]"
    outputs: tuple[int, ...]
    registers: int
    cost: int

    @cached_property
    def spreads(self) -> dict[int, tuple[float, float]]:
        """By row, where the number is that a scalar stands for, if that is no float64."""
        return dict(self.spreads_of())

    def rows(self) -> Iterator[tuple[Sequence[int], Scalar]]:
        """Each row of the code with its scalar."""
        for row, scalar in enumerate(self.scalars):
            yield self.code[row * COLUMNS : (row + 1) * COLUMNS], scalar


def flatten(*roots: Node, reuse: bool = True) -> Tape:
    """Schedule nodes depth first and give each a register, free again after its last use.

    A result never shares a register with an argument of its own row, so that a kernel may treat
    them as distinct memory.

    Args:
        reuse: whether registers are used again; if not, all values are there at the end.
    """
    folded = reuse and len(roots) == 1  # what several results have in common is seen in turns written out
    walked = list(walk(*roots, folded=folded))
    places = {node: X if node.leaf == "x" else Y for node in walked if node.leaf in ("x", "y")}
    blocks = {node: _block(node.turns) for node in walked if node.turns} if folded else {}
    steps = {
        node: _Step(LOAD, blocks[node].arguments) if node in blocks else _step(node)
        for node in walked
        if node not in places
    }
    kept = {*roots, *places}
    used = kept.union(*(step.arguments for step in steps.values()))
    nodes = [node for node in steps if node in used]  # without leaves that rows hold themselves
    last = {arg: node for node in nodes for arg in steps[node].arguments if reuse and arg not in kept}
    exact = _feeding_numbers(nodes, blocks)
    code, scalars, held = array("i"), list[Scalar](), list[tuple[int, Node | Block]]()
    registers, cost = _Registers(places, last, 2), 0
    for node in nodes:
        step = steps[node]
        if node in blocks:
            block = blocks[node]
            held.append((len(scalars), block))
            block.write(code, scalars, registers, node, is_exact=node in exact)
            cost += block.cost
        else:
            if step.held and step.held.between:
                held.append((len(scalars), step.held))
            code.extend((step.code, *registers.row(node, step.arguments), _choice(node, exact)))
            scalars.append(step.held.leaf or 0.0 if step.held else 0.0)
            cost += node.op.cost if node.op else 1

    def spreads() -> Iterator[tuple[int, tuple[float, float]]]:
        for row, each in held:
            if isinstance(each, Block):
                yield from each.spreads(row)
            elif each.between:
                yield row, each.between

    outputs = tuple(registers.of[root] for root in roots)
    return Tape(code, tuple(scalars), spreads, outputs, registers.count, cost)


def run(
    tape: Tape,
    x: Value,
    y: Value,
    constant: Callable[[Scalar], Value],
    apply: Callable[[Op, list[Value]], Value],
) -> list[Value]:
    """Every output of a tape over values of any kind.

    Args:
        constant: a scalar of the tape as a value.
        apply: an operation on values.
    """
    registers: list[Value] = [x, y, *[x] * (tape.registers - 2)]
    for (code, target, *read, _), scalar in tape.rows():
        if code == LOAD:
            registers[target] = constant(scalar)
            continue
        instruction = INSTRUCTIONS[code - LOAD - 1]
        op, place = instruction.op, instruction.scalar
        arguments = [registers[argument] for argument in read[: op.arity - (place is not None)]]
        if place is not None:
            arguments.insert(place, constant(scalar))
        registers[target] = apply(op, arguments)
    return [registers[output] for output in tape.outputs]


class _Step(NamedTuple):
    """A node as a row: the arguments that it reads from registers, and the leaf that is its scalar."""

    code: int
    arguments: tuple[Node, ...] = ()
    held: Node | None = None


@dataclass(slots=True)
class _Registers:
    """Which register holds each node; it is free again after its last use.

    Attributes:
        of: the registers, by their nodes.
        last: of every node whose register may be used again, the last one that reads it.
        count: how many there are.
        free: those that hold nothing any more.
    """

    of: dict[Node, int]
    last: Mapping[Node, Node]
    count: int
    free: list[int] = field(default_factory=list)

    def row(self, node: Node, arguments: Sequence[Node]) -> list[int]:
        """The columns of a row that say where its result is, which is none of its arguments, and these."""
        if not self.free:
            self.free.append(self.count)
            self.count += 1
        self.of[node] = self.free.pop()
        columns = [self.of[node], *(self.of[arg] for arg in arguments), 0, 0, 0][:4]
        self.release(node, arguments)
        return columns

    def release(self, node: Node, arguments: Sequence[Node]) -> None:
        """Free what a node is the last to read."""
        self.free.extend(self.of[arg] for arg in dict.fromkeys(arguments) if self.last.get(arg) is node)


def _step(node: Node, columns: Container[Node] = ()) -> _Step:
    """How a node is written: a leaf other than x and y goes into the row where that is possible.

    Args:
        columns: nodes that are numbers, as leaves are.
    """
    op = node.op
    if op is None or node in columns:
        return _Step(LOAD, (), node)
    if op.scalars:
        left, right = node.args
        if _is_scalar(right) or right in columns:
            return _Step(CODES[op, 1], (left,), right)
        if _is_scalar(left) or left in columns:
            return _Step(CODES[op, 1 if op.commutes else 0], (right,), left)
    return _Step(CODES[op, None], node.args)


def _is_scalar(node: Node) -> bool:
    return node.leaf is not None and node.leaf not in ("x", "y")


def _choice(node: Node, exact: Container[Node]) -> int:
    return _choice_of(node.op, is_exact=node in exact) if node.op else FREE


def _choice_of(op: Op, *, is_exact: bool) -> int:
    if not op.choose:
        return FREE
    return EXACT if not op.fades else FREE if is_exact else FADING


def _feeding_numbers(nodes: Sequence[Node], blocks: "Mapping[Node, Block]", *last: Node) -> set[Node]:
    """Those that reach a result through more than levels, where a small error may grow.

    Args:
        last: results that do so afterwards.
    """
    feeding: set[Node] = {*last}
    for node in reversed(nodes):
        if node in blocks:
            block = blocks[node]
            feeding |= _feeding_numbers([*block.steps], {}, *[block.turns.body] * (node in feeding))
        elif node in feeding or not (node.op and node.op.nonexpansive):
            feeding.update(node.args)
    return feeding


@dataclass(frozen=True, eq=False)
class Block:
    """All turns of a node that is folded as code: the rows of its body again and again, with other scalars.

    Attributes:
        columns: the nodes of the body that are numbers, with their values in each turn.
        steps: the rows of the body, by their nodes.
        arguments: what the body reads from registers.
    """

    turns: Turns
    columns: Mapping[Node, Sequence[float]]
    steps: Mapping[Node, _Step]
    arguments: tuple[Node, ...]

    @property
    def cost(self) -> int:
        """Of all rows, as of a tape."""
        costs = [node.op.cost if node.op and step.code else 1 for node, step in self.steps.items()]
        once = self.turns.op.cost + sum(costs)
        return len(self.turns.rows) * once - self.turns.op.cost

    def write(
        self, code: "array[int]", scalars: list[Scalar], registers: _Registers, node: Node, *, is_exact: bool
    ) -> None:
        """Append all rows.

        Turns are joined as soon as two trees of one height are there: so they become a balanced tree.

        Args:
            node: what all turns together are.
        """
        op, count, first = self.turns.op, len(self.turns.rows), registers.count
        merge, choice = CODES[op, None], _choice_of(op, is_exact=is_exact)
        body = first + 2 * (count.bit_length() + 1)  # below, two registers for each height of a tree
        end, rows = self._body([registers.of[arg] for arg in self.arguments], body, is_exact=is_exact)
        at_left, at_right = (array("i", rows) for rows in (rows, rows))
        at_left[-COLUMNS + 1], at_right[-COLUMNS + 1] = first, first + 1
        sources = [self._scalars(step.held) for step in self.steps.values()]
        trees: list[int] = []  # their heights; each is in the left register of its height, or the last right

        def join() -> None:
            right, left = trees.pop(), trees.pop()
            height = left + 1
            side = bool(trees) and trees[-1] == height
            one, two = first + 2 * left, first + 2 * right + (left == right)
            code.extend((merge, first + 2 * height + side, one, two, 0, choice))
            scalars.append(0.0)
            trees.append(height)

        for numbers in islice(zip(*sources, strict=False), count):
            code.extend(at_right if trees and trees[-1] == 0 else at_left)
            scalars.extend(numbers)
            trees.append(0)
            while len(trees) > 1 and trees[-1] == trees[-2]:
                join()
        while len(trees) > 1:
            join()
        registers.count, registers.of[node] = end, first + 2 * trees[0]
        registers.free.extend(place for place in range(first, end) if place != registers.of[node])
        registers.release(node, self.arguments)

    def _scalars(self, held: Node | None) -> Iterable[Scalar]:
        """What a row holds, turn by turn."""
        if held is None:
            return repeat(0.0)
        return self.columns[held] if held in self.columns else repeat(held.leaf or 0.0)

    def _body(self, read: Sequence[int], first: int, *, is_exact: bool) -> tuple[int, list[int]]:
        """The rows of one turn; and from which register on they are free."""
        last = {arg: node for node, step in self.steps.items() for arg in step.arguments if arg in self.steps}
        registers = _Registers(dict(zip(self.arguments, read, strict=True)), last, first)
        exact = _feeding_numbers([*self.steps], {}, *[self.turns.body] * is_exact)
        rows: list[int] = []
        for node, step in self.steps.items():
            choice = _choice(node, exact) if step.code else FREE
            rows.extend((step.code, *registers.row(node, step.arguments), choice))
        return registers.count, rows

    def spreads(self, row: int) -> Iterator[tuple[int, tuple[float, float]]]:
        """Where the numbers are that scalars stand for which are no float64.

        Args:
            row: the first of all.
        """
        graph, body = self.turns.graph, list(self.steps.values())
        for turn, numbers in enumerate(self.turns.rows):
            made = dict(zip(self.turns.leaves, numbers, strict=True))
            for node in self.columns:
                if node.op:
                    made[node] = graph.apply(node.op, *[made.get(arg, arg) for arg in node.args])
            joined = turn - turn.bit_count()  # rows that join turns before it
            for place, step in enumerate(body, start=row + turn * len(body) + joined):
                held = step.held and made.get(step.held, step.held)
                if held and held.between:
                    yield place, held.between


def _block(turns: Turns) -> Block:
    columns = dict[Node, Sequence[float]]()
    for leaf, column in zip(turns.leaves, zip(*turns.rows, strict=True), strict=True):
        columns[leaf] = [number.constant or 0.0 for number in column]
    steps = dict[Node, _Step]()
    for node in turns.steps:
        assert node.op
        known = [columns.get(arg) or repeat(arg.constant) for arg in node.args]
        if node.op.value and all(arg in columns or arg.constant is not None for arg in node.args):
            columns[node] = [value + 0.0 for value in map(node.op.value, *known)]
            continue
        step = _step(node, columns)
        for arg in step.arguments:
            if arg in columns:
                steps.setdefault(arg, _step(arg, columns))
        steps[node] = step
    read = dict.fromkeys(arg for step in steps.values() for arg in step.arguments if arg not in steps)
    return Block(turns, columns, steps, tuple(read))
