"""Graphs simplify only where that changes no value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Op
from shapecli.fields.tape import flatten, run

numbers = st.floats(-1e6, 1e6)


def value(root: Node, x: float, **inputs: float) -> float:
    """What a graph is at a point on the x axis, by the rules of the table."""

    def apply(op: Op, arguments: list[float]) -> float:
        assert op.value is not None
        return float(op.value(*arguments))

    constant = lambda scalar: inputs[scalar] if isinstance(scalar, str) else scalar  # noqa: E731
    return run(flatten(root), x, 0.0, constant, apply)[0]


@given(numbers, numbers)
def test_known_inputs_are_numbers_with_the_same_result(x: float, n: float) -> None:
    """What depends on inputs alone is computed once, and to the same number."""

    def build(graph: Graph) -> Node:
        half = graph.apply(ops.cos, graph.apply(ops.div, graph.input("n"), graph.number(3.0)))
        return graph.apply(ops.mul, graph.apply(ops.add, graph.input("x"), half), graph.input("n"))

    known = build(Graph({"n": n}))
    assert value(known, x) == value(build(Graph()), x, n=n)
    assert len(flatten(known).scalars) <= 2


@given(numbers, st.integers(-300, 300), numbers.filter(bool))
def test_powers_of_two_are_divided_by_exactly(x: float, power: int, factor: float) -> None:
    """As products, and joined with the product before."""
    graph = Graph()
    for divisor in (2.0**power, -(2.0**power)):
        assert value(graph.apply(ops.div, graph.input("x"), graph.number(divisor)), x) == x / divisor
        scaled = graph.apply(ops.mul, graph.input("x"), graph.number(factor))
        both = graph.apply(ops.div, scaled, graph.number(divisor))
        assert value(both, x) == pytest.approx(
            x * factor / divisor, rel=1e-15, abs=1e-200
        )  # products underflow
        assert len(flatten(both).scalars) == 1


@pytest.mark.parametrize("divisor", [0.0, 3.0, float("inf"), 2.0**1023, 5e-324])
def test_other_divisors_stay_divisors(divisor: float) -> None:
    """Because their reciprocal is not exact, or no number."""
    graph = Graph()
    assert graph.apply(ops.div, graph.input("x"), graph.number(divisor)).op is ops.div
