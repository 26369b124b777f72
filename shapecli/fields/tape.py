"""A graph flattened into straight-line code for a machine with registers."""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapecli.fields.graph import Node, walk
from shapecli.fields.ops import EXECUTABLE, Interval, bound

LOAD = 0  # the code that fills a register with a scalar; operations follow in the table's order
CODES = {op: code for code, op in enumerate(EXECUTABLE, start=LOAD + 1)}
X, Y = 0, 1  # the registers that hold the coordinates
MOST_HELD = 64  # registers that the head may keep; with more, strips would become too short


@dataclass(frozen=True, eq=False)
class Tape:
    """Straight-line code.

    Attributes:
        code: int32[rows, 5]: operation, result register, and up to three argument registers (the
            last is repeated); for LOAD the third column is an index into the scalars.
        scalars: names of inputs and values of constants, in the order of their indices.
        outputs: int32[outputs], the registers that hold the results at the end.
        registers: how many there are; the first two hold x and y.
        head: how many rows at the start do not depend on y; the others leave their results alone, so
            that the rest can be run again for another y.
        cost: time per point, relative to an addition.
    """

    code: NDArray[np.int32]
    scalars: tuple[str | float, ...]
    outputs: NDArray[np.int32]
    registers: int
    head: int
    cost: int


def flatten(*roots: Node) -> Tape:
    """Schedule nodes depth first and give each a register, free again after its last use.

    What does not depend on y comes first, unless so many results would have to be held that it
    does not pay.  A result never shares a register with an argument of its own row, so that a
    kernel may treat them as distinct memory.
    """
    nodes = [node for node in walk(*roots) if node.leaf not in ("x", "y")]
    free_of_y = _free_of_y(nodes)
    used_later = {arg for node in nodes if node not in free_of_y for arg in node.args}
    held = (used_later | set(roots)) & free_of_y
    if len(held) > MOST_HELD:
        free_of_y = held = set()
    nodes.sort(key=lambda node: node not in free_of_y)  # stable: the order within each part stays
    last_use = _last_uses(nodes, held | set(roots))
    place: dict[Node, int] = {}
    scalars: list[str | float] = []
    rows: list[tuple[int, ...]] = []
    free: list[int] = []
    registers = 2

    def register_of(node: Node) -> int:
        return X if node.leaf == "x" else Y if node.leaf == "y" else place[node]

    for position, node in enumerate(nodes):
        if free:
            target = free.pop()
        else:
            target, registers = registers, registers + 1
        place[node] = target
        if node.op is None:
            rows.append((LOAD, target, len(scalars), 0, 0))
            scalars.append(node.leaf if node.leaf is not None else "")
        else:
            arguments = [register_of(arg) for arg in node.args]
            padded = (arguments + arguments[-1:] * 2)[:3]
            rows.append((CODES[node.op], target, *padded))
        free.extend(place[arg] for arg in dict.fromkeys(node.args) if last_use.get(arg) == position)
    return Tape(
        code=np.array(rows, np.int32).reshape(-1, 5),
        scalars=tuple(scalars),
        outputs=np.array([register_of(root) for root in roots], np.int32),
        registers=registers,
        head=len(free_of_y),
        cost=sum(node.op.cost if node.op else 1 for node in nodes),
    )


def enclose(tape: Tape, inputs: Mapping[str, float], x: Interval, y: Interval) -> list[Interval]:
    """Bounds of every output over one box, by the rules of the table in plain Python.

    Args:
        inputs: the value of every input but x and y.
    """
    registers: list[Interval] = [x, y, *[(0.0, 0.0, False)] * (tape.registers - 2)]
    for code, target, *arguments in tape.code.tolist():
        if code == LOAD:
            scalar = tape.scalars[arguments[0]]
            value = inputs[scalar] if isinstance(scalar, str) else scalar
            registers[target] = (value, value, math.isnan(value))
        else:
            op = EXECUTABLE[code - LOAD - 1]
            registers[target] = bound(op, *(registers[a] for a in arguments[: op.arity]))
    return [registers[output] for output in tape.outputs.tolist()]


def _free_of_y(nodes: Sequence[Node]) -> set[Node]:
    """Those of the nodes, arguments first, that have the same value in every row of a picture."""
    found: set[Node] = set()
    for node in nodes:
        if all(arg in found or arg.leaf == "x" for arg in node.args):
            found.add(node)
    return found


def _last_uses(nodes: Sequence[Node], held: Set[Node]) -> dict[Node, int]:
    """The position of the row after which each node is not needed; none for those that are held."""
    last_use = {arg: position for position, node in enumerate(nodes) for arg in node.args}
    return {node: use for node, use in last_use.items() if node not in held and node.leaf not in ("x", "y")}
