"""Derivatives as expressions are those of the table, and distances are right to first order."""

import math

import numpy as np
import pytest

import shapecli
from shapecli.base.source import ShapeError
from shapecli.fields import blend, ops
from shapecli.fields.derivative import derivative
from shapecli.fields.graph import Graph, evaluate, walk
from shapecli.fields.ops import EXECUTABLE, Op


@pytest.mark.parametrize("op", EXECUTABLE, ids=lambda op: op.name)
def test_the_rules_are_those_of_the_table(op: Op) -> None:
    """At places where all is defined; what has no rule is found by differences."""
    assert op.value
    assert op.partials
    graph, draw = Graph(), np.random.default_rng(5)
    leaves = [graph.input(letter) for letter in "abc"[: op.arity]]
    slopes = [derivative(graph, graph.apply(op, *leaves), str(leaf.leaf)) for leaf in leaves]
    for _ in range(50):
        point = {letter: float(draw.uniform(-1, 1) * draw.choice((1, 3))) for letter in "abc"[: op.arity]}
        value = op.value(*point.values())
        if not math.isfinite(value):
            continue
        for slope, partial in zip(slopes, op.partials(value, *point.values()), strict=True):
            known = evaluate(walk(slope), point)[slope] if slope else 0.0
            if math.isfinite(partial):
                assert known == pytest.approx(partial, rel=1e-8, abs=1e-8)


def test_the_chain_rule() -> None:
    """Of a number by an input that stands in several places, and by one that is not there."""
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    root = graph.apply(ops.sin, graph.apply(ops.mul, x, graph.apply(ops.exp, graph.apply(ops.mul, x, y))))
    slope = derivative(graph, root, "x")
    assert slope
    at = {"x": 0.7, "y": -1.3}
    inner = 0.7 * math.exp(-0.91)
    assert evaluate(walk(slope), at)[slope] == pytest.approx(math.cos(inner) * math.exp(-0.91) * (1 - 0.91))
    assert derivative(graph, root, "z") is None


X, Y = np.meshgrid(np.linspace(-1.9, 1.9, 20), np.linspace(1.4, -1.4, 15))
ELLIPSE = X**2 / 4 + Y**2 - 1
DISTANCES = {
    "distance(disc(0.2, 0.1, 0.7))": np.hypot(X - 0.2, Y - 0.1) - 0.7,
    "distance(~disc(0.2, 0.1, 0.7))": 0.7 - np.hypot(X - 0.2, Y - 0.1),
    "distance(x^2/4 + y^2 <= 1)": ELLIPSE / np.hypot(X / 2, 2 * Y),
    "distance(3*x - 4*y <= 1)": (3 * X - 4 * Y - 1) / 5,
    "distance(r <= 1 + cos(theta))": (np.hypot(X, Y) - 1 - X / np.hypot(X, Y))
    / np.sqrt(1 + (Y / np.hypot(X, Y)) ** 2 / np.hypot(X, Y) ** 2),
    # a number elsewhere, and a region that is moved itself
    "distance(disc(0, 0, 0.7))(2*x, y)": np.hypot(2 * X, Y) - 0.7,
    "scale(distance(x <= 1), 1/2)": 2 * X - 1,
    "distance(scale(x <= 1, 1/2))": X - 0.5,
    # where a primitive is undefined another one decides
    "distance(disc(0, 0, 0.7) | sqrt(x - 9) <= y)": np.hypot(X, Y) - 0.7,
    "distance(distance(disc(0, 0, 1)) <= 0.2)": np.hypot(X, Y) - 1.2,
}


@pytest.mark.parametrize("call", DISTANCES)
def test_distances_are_right_to_first_order(call: str) -> None:
    """F/|grad f|, of soft figures and crisp ones, whatever the sharpness."""
    text = f"window -2, 2, -1.5, 1.5\ndraw {call} <= 0"
    for given in ({"sharpness": 7.0}, {"sharpness": 90.0, "sharp": True}):
        level = shapecli.parse(text).field(size=(20, 15), **given) / given["sharpness"]
        assert np.allclose(level, DISTANCES[call], rtol=1e-9, atol=1e-9)


def test_the_distance_of_a_soft_set_is_that_of_its_own_boundary() -> None:
    """Near the boundary, where the level is 0: as far as it is to the nearest pixel of it."""
    text = "R = disc(-0.4, 0, 0.9) | box(0.2, 1.3, -0.7, 0.7)\nsharpness 12\n"
    level = shapecli.parse(f"{text}draw R").field(size=400)
    near = shapecli.parse(f"{text}draw distance(R) <= 0").field(size=400) / 12
    across, down = (np.argwhere(np.diff(level <= 0, axis=axis)) for axis in (0, 1))
    rows, columns = np.concatenate([np.add(across, (0.5, 0)), np.add(down, (0, 0.5))]).T
    places = (np.abs(near) < 0.02) & (np.abs(near) > 0.01)
    for row, column in np.argwhere(places)[::40]:
        far = np.hypot(rows - row, columns - column).min() / 100
        assert abs(near[row, column]) == pytest.approx(far, abs=0.006)


def test_where_there_is_no_slope_the_distance_is_far() -> None:
    """At the middle of a disc, and of a region without a boundary."""
    level = shapecli.parse("draw distance(disc(0, 0, 1)) <= 0\n").field(size=1)
    assert level[0, 0] < -1e9
    assert shapecli.parse("draw distance(all) <= 0").field(size=2).max() == -math.inf
    steps = shapecli.parse("draw distance(floor(x) + sign(y) <= 0.5) <= 0").field(size=2)
    assert (steps == [[-math.inf, math.inf], [-math.inf, -math.inf]]).all()


def test_distances_of_distances_count_as_what_they_become() -> None:
    """Each is some times as large as what it is of, so that a short text cannot ask for a huge figure."""
    text = "x^2 + y^4 <= 1"
    for _ in range(3):
        text = f"distance({text}) <= 0.1"
    assert np.isfinite(shapecli.parse(f"draw {text}").field(size=3)).all()
    for _ in range(7):
        text = f"distance({text}) <= 0.1"
    with pytest.raises(ShapeError, match="larger than the limit"):
        shapecli.parse(f"draw {text}")


@pytest.mark.parametrize(
    "text", ["sum({}(x - k, y) for k in 1..40)", "sum({}(x*k, y) + {}(x, k*y) for k in 1..20)"]
)
def test_distances_that_are_moved_count_each_time(text: str) -> None:
    """Every place has derivatives of its own: what is drawn is no larger than the limit."""
    region = "x^2 + y^4 <= 1"
    for _ in range(3):
        region = f"distance({region}) <= 0.1"
    figure = shapecli.parse(f"draw {text.replace('{}', f'distance({region})')} <= 0")
    nodes = sum(1 for _ in walk(blend.level(Graph(), figure.layers[0].shape, sharp=False)))
    with pytest.raises(ShapeError, match="larger than the limit"):
        shapecli.parse(figure.source.text, limit_operations=nodes)
