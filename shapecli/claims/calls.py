"""Calls that mean something in claims alone: areas, derivatives, integrals and crisp levels."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from shapecli.claims.claims import AREA, DERIVATIVE, INTEGRAL, SHAPES, Measure, inputs_in
from shapecli.fields import blend
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.expressions import Resolver, Scope, Special, Step
from shapecli.language.names import INPUTS
from shapecli.language.polar import untwisted
from shapecli.language.syntax import Apply, Name

DEEPEST: Final = 3  # measures in one another
MOST_MEASURES: Final = 200  # of one text


class Calls:
    """What calls mean in claims alone; collects what must be measured."""

    def __init__(self) -> None:
        self.measures: dict[str, Measure] = {}
        self._depth: dict[str, int] = {}
        self._count = 0

    def meanings(self) -> Mapping[str, Special]:
        """The meanings, by names."""
        return {
            AREA: self._area, DERIVATIVE: self._derivative, INTEGRAL: self._integral,
            "crisp": _crisp,
        }  # fmt: skip

    def _measured(self, resolver: Resolver, measure: Measure, node: Apply, scope: Scope) -> Node:
        """The input that stands for a measure; an error if there are too many."""
        if len(self.measures) == MOST_MEASURES:
            message = f"more than {MOST_MEASURES} areas, derivatives and integrals"
            raise scope.error(message, node.span, "make two fences of it")
        body, *ends = (untwisted(resolver.graph, part) for part in (measure.body, *measure.ends))
        measure = replace(measure, body=body, ends=tuple(ends))
        inner = [self._depth[name] for name in inputs_in(measure.body, *measure.ends) if name in self._depth]
        depth = 1 + max(inner, default=0)
        if depth > DEEPEST:
            message = f"areas, derivatives and integrals stand in one another, more than {DEEPEST} deep"
            raise scope.error(message, node.span, "write the inner one out")
        self._count += 1
        name = f"measure {self._count}"  # no name of the language has a space
        self.measures[name] = measure
        self._depth[name] = depth
        return resolver.graph.input(name)

    def inputs(self, *nodes: Node) -> set[str]:
        """What must have values, also for what is measured."""
        inputs = inputs_in(*nodes)
        for name in inputs & set(self.measures):
            measure = self.measures[name]
            own = {AREA: {"x", "y"}, INTEGRAL: {measure.variable}, DERIVATIVE: set[str]()}[measure.kind]
            inputs = (inputs - {name}) | (self.inputs(measure.body) - own) | self.inputs(*measure.ends)
            inputs |= {measure.variable} if measure.kind == DERIVATIVE else set()
        return inputs

    def _area(self, resolver: Resolver, node: Apply, scope: Scope) -> Step:
        region = yield from _region(resolver, node, scope)
        return self._measured(resolver, Measure(AREA, region), node, scope)

    def _derivative(self, resolver: Resolver, node: Apply, scope: Scope) -> Step:
        _count(resolver, node, 2, scope)
        body, variable = yield from resolver.evaluated(node, scope)
        resolver.demand(Kind.NUMBER, body, node.args[0], node.op, scope)
        if not isinstance(variable.leaf, str):
            raise scope.error("this is no variable", node.args[1].span, "such as x")
        level = blend.level(resolver.graph, body, sharp=False)
        return self._measured(resolver, Measure(DERIVATIVE, level, variable.leaf), node, scope)

    def _integral(self, resolver: Resolver, node: Apply, scope: Scope) -> Step:
        _count(resolver, node, 4, scope)
        name = node.args[1]
        if not isinstance(name, Name):
            raise scope.error("this is no variable", name.span, "such as x")
        self._count += 1
        variable = name.name if name.name in INPUTS else f"variable {self._count}"
        inner = Scope(scope.module, {**scope.parameters, name.name: resolver.graph.input(variable)})
        body = yield resolver.evaluate(node.args[0], inner)
        resolver.demand(Kind.NUMBER, body, node.args[0], node.op, scope)
        low = yield resolver.evaluate(node.args[2], scope)
        high = yield resolver.evaluate(node.args[3], scope)
        for end, written in ((low, node.args[2]), (high, node.args[3])):
            resolver.demand(Kind.NUMBER, end, written, node.op, scope)
        level = blend.level(resolver.graph, body, sharp=False)
        return self._measured(resolver, Measure(INTEGRAL, level, variable, (low, high)), node, scope)


def _crisp(resolver: Resolver, node: Apply, scope: Scope) -> Step:
    region = yield from _region(resolver, node, scope)
    return blend.level(resolver.graph, region, sharp=True)


def _region(resolver: Resolver, node: Apply, scope: Scope) -> Step:
    _count(resolver, node, 1, scope)
    region = yield resolver.evaluate(node.args[0], scope)
    resolver.demand(Kind.REGION, region, node.args[0], node.op, scope)
    return region


def _count(resolver: Resolver, node: Apply, wanted: int, scope: Scope) -> None:
    resolver.count(node, wanted, scope, f"write {SHAPES[node.op]}")
