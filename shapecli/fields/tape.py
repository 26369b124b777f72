"""A graph flattened into straight-line code for a machine with registers."""

import math
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final, TypeVar

from shapecli.fields.graph import Node, walk
from shapecli.fields.ops import EXECUTABLE, Interval, Op, bound


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
CODES: Final = {instruction: code for code, instruction in enumerate(INSTRUCTIONS, start=LOAD + 1)}
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
        spreads: by row, where the number is that a scalar stands for, if that is no float64.
        outputs: the registers that hold the results at the end.
        registers: how many there are; the first two hold x and y.
        cost: time per point, relative to an addition.
    """

    code: "array[int]"
    scalars: tuple[Scalar, ...]
    spreads: dict[int, tuple[float, float]]
    outputs: tuple[int, ...]
    registers: int
    cost: int

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
    walked = list(walk(*roots))
    register = {node: X if node.leaf == "x" else Y for node in walked if node.leaf in ("x", "y")}
    steps = {node: _step(node) for node in walked if node not in register}
    kept = {*roots, *register}
    used = kept.union(*(step.arguments for step in steps.values()))
    nodes = [node for node in steps if node in used]  # without leaves that rows hold themselves
    last_use = {arg: place for place, node in enumerate(nodes) for arg in steps[node].arguments}
    exact = _feeding_numbers(nodes)
    code = array("i")
    free: list[int] = []
    registers = 2
    for position, node in enumerate(nodes):
        if not free:
            free.append(registers)
            registers += 1
        register[node] = free.pop()
        step = steps[node]
        read = [register[arg] for arg in step.arguments]
        code.extend((step.code, register[node], *[*read, 0, 0, 0][:3], _choice(node, exact)))
        free.extend(
            register[arg]
            for arg in dict.fromkeys(step.arguments)
            if reuse and last_use[arg] == position and arg not in kept
        )
    held = [steps[node].held for node in nodes]
    return Tape(
        code=code,
        scalars=tuple(leaf.leaf or 0.0 if leaf else 0.0 for leaf in held),
        spreads={row: leaf.between for row, leaf in enumerate(held) if leaf and leaf.between},
        outputs=tuple(register[root] for root in roots),
        registers=registers,
        cost=sum(node.op.cost if node.op else 1 for node in nodes),
    )


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


def enclose(tape: Tape, inputs: Mapping[str, float], x: Interval, y: Interval) -> tuple[list[Interval], bool]:
    """Bounds of every output over one box, by the rules of the table in plain Python.

    Args:
        inputs: the value of every input but x and y.

    Returns:
        The bounds, and whether every row is defined in the whole box, also those on the way to a result.
    """
    sound = True

    def constant(scalar: Scalar) -> Interval:
        value = inputs[scalar] if isinstance(scalar, str) else scalar
        return value, value, math.isnan(value)

    def apply(op: Op, arguments: list[Interval]) -> Interval:
        nonlocal sound
        interval = bound(op, *arguments)
        sound = sound and not interval[2]
        return interval

    return run(tape, x, y, constant, apply), sound


@dataclass(frozen=True, slots=True)
class _Step:
    """A node as a row: the arguments that it reads from registers, and the leaf that is its scalar."""

    code: int
    arguments: tuple[Node, ...] = ()
    held: Node | None = None


def _step(node: Node) -> _Step:
    """How a node is written: a leaf other than x and y goes into the row where that is possible."""
    if node.op is None:
        return _Step(LOAD, (), node)
    if node.op.scalars:
        left, right = node.args
        if _is_scalar(right):
            return _Step(CODES[Instruction(node.op, 1)], (left,), right)
        if _is_scalar(left):
            return _Step(CODES[Instruction(node.op, 1 if node.op.commutes else 0)], (right,), left)
    return _Step(CODES[Instruction(node.op)], node.args)


def _is_scalar(node: Node) -> bool:
    return node.leaf is not None and node.leaf not in ("x", "y")


def _choice(node: Node, exact: Set[Node]) -> int:
    if not (node.op and node.op.choose):
        return FREE
    return EXACT if not node.op.fades else FREE if node in exact else FADING


def _feeding_numbers(nodes: Sequence[Node]) -> set[Node]:
    """Those that reach a result through more than levels, where a small error may grow."""
    feeding: set[Node] = set()
    for node in reversed(nodes):
        if node in feeding or not (node.op and node.op.nonexpansive):
            feeding.update(node.args)
    return feeding
