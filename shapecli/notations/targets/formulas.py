"""What targets that take formulas share: one inequality or equation for each layer."""

import itertools
from collections.abc import Callable, Collection, Iterator
from typing import Final

from shapecli.drawing.drawing import Drawing
from shapecli.fields import inequality, ops
from shapecli.fields.graph import Graph, Node, values, walk
from shapecli.fields.ops import Op
from shapecli.language.figure import Layer
from shapecli.language.names import CONSTANTS, INPUTS
from shapecli.language.polar import COORDINATES
from shapecli.language.repetition import INDEX_MARK
from shapecli.notations.writing.forms import Notation

SHORT: Final = 7  # digits after the point
POLYNOMIAL: Final = (ops.add, ops.sub, ops.mul, ops.neg, ops.square)  # finite wherever their arguments are


def formulas(
    drawing: Drawing,
    graph: Graph,
    notation: Notation,
    written: Callable[..., Node] = inequality.inequality,
) -> list[tuple[Node, list[Node]]]:
    """An inequality or equation for each layer, with the inequalities that restrict it.

    Args:
        graph: in which they are made.
        notation: in which the names of indices of sums must not mean something else.
    """
    sharp = drawing.sharp
    pairs: list[tuple[Node, list[Node]]] = []
    for shape in shapes(drawing, graph, notation):
        if shape.kind is ops.Kind.CURVE:
            pairs.extend(inequality.equations(graph, shape, sharp=sharp))
        else:
            pairs.append((written(graph, shape, sharp=sharp), []))
    return pairs


def shapes(drawing: Drawing, graph: Graph, notation: Notation) -> Iterator[Node]:
    """What every layer is, with loops in it; arguments as of `formulas`."""
    taken = [notation.name(name) for name in (*drawing.inputs, *INPUTS, *CONSTANTS, *COORDINATES)]
    for layer in _layers(drawing):
        yield _named(graph, _tidied(graph, layer.shape), notation, taken)


def _tidied(graph: Graph, shape: Node) -> Node:
    """A shape with short numbers for those that stand for them, as cos(pi/2) for 0, and without 0 times."""

    def of_leaf(leaf: Node) -> Node:
        if leaf.constant is None or leaf.between is None:
            return leaf
        low, high = leaf.between
        short = (round(leaf.constant, digits) for digits in range(SHORT))
        return next((graph.number(number) for number in short if low <= number <= high), leaf)

    def apply(op: Op, *args: Node) -> Node:
        if op is ops.mul and any(arg.constant == 0.0 for arg in args) and all(map(_is_finite, args)):
            return graph.number(0.0)
        if op is ops.mul and args[0].constant == -1.0:
            return graph.apply(ops.neg, args[1])
        if op is ops.mul and args[1].constant == -1.0:
            return graph.apply(ops.neg, args[0])
        return graph.apply(op, *args)

    return values([shape], of_leaf, apply)[shape]


def _is_finite(node: Node) -> bool:
    """Whether a number is finite, and defined, wherever x and y are."""
    return all(part.op is None or part.op in POLYNOMIAL for part in walk(node))


def _layers(drawing: Drawing) -> tuple[Layer, ...]:
    """Those of a figure, with loops in them."""
    figure = drawing.figure
    return figure.with_loops() if figure.with_loops else figure.layers


def _named(graph: Graph, shape: Node, notation: Notation, taken: Collection[str]) -> Node:
    """A shape whose indices have names to be written: those of the text, unless they mean something else.

    Args:
        taken: what means something else, as it is written; e1 and e_1 may be written as one.
    """
    apart: dict[Node, set[Node]] = {}  # indices of which one is in what the other is an index of
    for node in walk(shape):
        if node.op in ops.ONE_OF:
            inside = {part.args[1] for part in walk(node.args[0]) if part.op in ops.ONE_OF}
            apart.setdefault(node.args[1], set()).update(inside)
            for index in inside:
                apart[index].add(node.args[1])
    names = dict[Node, str]()
    for index, others in apart.items():
        used = {*taken, *(notation.name(names[other]) for other in others if other in names)}
        names[index] = next(name for name in _names(str(index.leaf)) if notation.name(name) not in used)
    if not names:
        return shape
    return values([shape], lambda leaf: graph.input(names[leaf]) if leaf in names else leaf, graph.apply)[
        shape
    ]


def _names(index: str) -> Iterator[str]:
    """Names for an index, the one in the text first."""
    own, _, _ = index.partition(INDEX_MARK)
    return itertools.chain((own,), "kjlm", (f"{own}_{count}" for count in itertools.count(1)))


def strictness(drawing: Drawing) -> tuple[str, ...]:
    """A note, where the formulas lose the difference between < and <=."""
    is_strict = any(node.op is ops.less for layer in _layers(drawing) for node in walk(layer.shape))
    return ("points on the boundary count as inside; of f < g they do not",) if is_strict else ()
