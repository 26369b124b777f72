"""What targets that take formulas share: one inequality or equation for each layer."""

from collections.abc import Callable

from shapecli.drawing.drawing import Drawing
from shapecli.fields import inequality, ops
from shapecli.fields.graph import Graph, Node, walk


def formulas(
    drawing: Drawing, graph: Graph, written: Callable[..., Node] = inequality.inequality
) -> list[tuple[Node, list[Node]]]:
    """An inequality or equation for each layer, with the inequalities that restrict it."""
    sharp = drawing.sharp
    pairs: list[tuple[Node, list[Node]]] = []
    for layer in drawing.layers:
        if layer.is_curve:
            pairs.extend(inequality.equations(graph, layer.shape, sharp=sharp))
        else:
            pairs.append((written(graph, layer.shape, sharp=sharp), []))
    return pairs


def strictness(drawing: Drawing) -> tuple[str, ...]:
    """A note, where the formulas lose the difference between < and <=."""
    is_strict = any(node.op is ops.less for layer in drawing.layers for node in walk(layer.shape))
    return ("points on the boundary count as inside; of f < g they do not",) if is_strict else ()
