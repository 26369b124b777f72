"""How the one inequality of a figure comes about: its sets, and what is done with them, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shapecli.drawing.drawing import DrawnLayer
from shapecli.fields import blend, inequality, ops
from shapecli.fields.gaps import Gap, gaps
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Op
from shapecli.notations.writing.forms import Notation
from shapecli.notations.writing.formula import write, write_or
from shapecli.notations.writing.labels import labels
from shapecli.notations.writing.plain import PLAIN

LSE: Final = Op("LSE", 0)  # of any number of levels: for formulas alone, never computed
SIGNS: Final = {ops.intersection: "∩", ops.union: "∪", ops.symmetric_difference: "△", ops.complement: "′"}


@dataclass(frozen=True, eq=False)
class Step:
    """A set of a figure.

    Attributes:
        region: as the figure has it.
        name: of the set; a complement that has none is its set's name with a sign.
        arguments: the steps that it is made of; none for a primitive.
        field: f of a primitive f <= 0; None for others.
        boundary: u by the boundary values u_A, u_B, ... of its arguments.
        level: L by the levels L_A, L_B, ... of its arguments.
        gap: how far its level may be from the crisp one.
    """

    region: Node
    name: str
    arguments: tuple["Step", ...]
    field: Node | None
    boundary: Node
    level: Node
    gap: Gap

    @property
    def sign(self) -> str:
        """What a set operation is written with; empty for a primitive."""
        return SIGNS.get(self.region.op, "") if self.region.op else ""

    @property
    def is_named(self) -> bool:
        """Whether it is no complement that is written with a sign."""
        return self.region.op is not ops.complement or self.name.isidentifier()


@dataclass(frozen=True, eq=False)
class Derivation:
    """A layer that is a region, from its primitives to one inequality.

    Attributes:
        names: of regions, for formulas.
        steps: arguments before what uses them; the last is the layer.
        inequality: u <= 1, with the sharpness as a number.
        crisp: f <= 0 by max and min.
    """

    names: Mapping[Node, str]
    steps: tuple[Step, ...]
    inequality: Node
    crisp: Node

    @property
    def primitives(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.arguments)

    @property
    def operations(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.arguments)

    @property
    def final(self) -> Step:
        return self.steps[-1]

    def text(self, step: Step, notation: Notation) -> str:
        """What a step is: an inequality, or the sets that it is made of; dots if that is too long."""
        names: dict[Node, str] = {}
        stack = list(step.region.args) if step.arguments else []
        while stack:
            node = stack.pop()
            if node in self.names:
                names[node] = self.names[node]
            else:
                stack.extend(node.args)  # of a complement that has no name
        return write_or(notation.name("..."), step.region, notation, names)

    def whole(self, notation: Notation) -> str:
        """The figure as an expression of its primitives; dots if that is too long."""
        names = {step.region: step.name for step in self.primitives}
        return write_or(notation.name("..."), self.final.region, notation, names)


def derive(layer: DrawnLayer) -> Derivation:
    """The steps of a layer that is a region."""
    taken = {"u", "L", "f", *layer.drawing.parameters}
    names = labels(layer.shape, layer.drawing.figure.names, taken)
    distances, graph = gaps(layer.shape), Graph()
    steps: dict[Node, Step] = {}
    for region in distances:
        arguments = tuple(steps[arg] for arg in region.args) if region.op in ops.COMPOSED else ()
        steps[region] = Step(
            region,
            names.get(region) or write(region, PLAIN, names),
            arguments,
            None if arguments else inequality.inequality(graph, region, sharp=True).args[0],
            _of_values(graph, region, "u", names, inequality.BOUNDARY),
            _of_values(graph, region, "L", names, LEVELS),
            distances[region],
        )
    known = Graph({blend.SHARPNESS: layer.drawing.sharpness})
    soft, crisp = (inequality.inequality(known, layer.shape, sharp=sharp) for sharp in (False, True))
    return Derivation(names, tuple(steps.values()), soft, crisp)


def _of_values(
    graph: Graph, region: Node, letter: str, names: Mapping[Node, str], rules: Mapping[Op, blend.Rule]
) -> Node:
    """A set operation on the values of its arguments, each of which has a name or is a complement."""
    assert region.op is not None
    if region.op not in ops.COMPOSED:
        return inequality.boundary(graph, region) if letter == "u" else inequality.exponent(graph, region)
    values = tuple(
        graph.input(f"{letter}_{names[arg]}")
        if arg in names
        else _of_values(graph, arg, letter, names, rules)
        for arg in region.args
    )
    return rules[region.op](graph, values)


def _union(graph: Graph, args: tuple[Node, ...]) -> Node:
    return graph.apply(ops.neg, graph.apply(LSE, *(graph.apply(ops.neg, arg) for arg in args)))


def _symmetric_difference(graph: Graph, args: tuple[Node, ...]) -> Node:
    same = graph.apply(LSE, graph.number(0.0), graph.apply(ops.add, *args))
    return graph.apply(ops.sub, same, graph.apply(LSE, *args))


LEVELS: Final[Mapping[Op, blend.Rule]] = {
    ops.complement: lambda graph, args: graph.apply(ops.neg, *args),
    ops.intersection: lambda graph, args: graph.apply(LSE, *args),
    ops.union: _union,
    ops.symmetric_difference: _symmetric_difference,
}
