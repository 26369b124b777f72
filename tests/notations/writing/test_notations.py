"""Notations: every operation is covered or refused, and what is written says what it was written for."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecli.base.source import ShapeError, Source
from shapecli.engine import reference
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import OPS, Op
from shapecli.fields.tape import flatten
from shapecli.notations.reading.read import read_foreign
from shapecli.notations.writing import glsl, javascript, python
from shapecli.notations.writing.backwards import PARTIALS
from shapecli.notations.writing.forms import Notation, form_of
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.latex import DESMOS, LATEX
from shapecli.notations.writing.mathematica import MATHEMATICA
from shapecli.notations.writing.mathml import MATHML
from shapecli.notations.writing.plain import PLAIN, UNICODE
from shapecli.render import parse

NOTATIONS = {
    "plain": PLAIN, "unicode": UNICODE, "latex": LATEX, "desmos": DESMOS, "mathml": MATHML,
    "mathematica": MATHEMATICA, "math": python.MATH, "numpy": python.NUMPY, "glsl": glsl.GLSL,
    "javascript": javascript.JAVASCRIPT,
}  # fmt: skip
every_notation = pytest.mark.parametrize("notation", NOTATIONS.values(), ids=NOTATIONS)


@every_notation
@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_every_operation_is_covered_or_refused(notation: Notation, op: Op) -> None:
    """A new operation needs a form in each, or a reason why there is none; never both."""
    assert (op.name in notation.forms) != (op.name in notation.refused)
    if op.name in notation.forms and op.arity:
        places = {int(place) for place in re.findall(r"\{(\d)\}", notation.forms[op.name].text)}
        assert places == set(range(op.arity))


@every_notation
def test_refusals_say_why(notation: Notation) -> None:
    """An error with the operation and the reason."""
    for name, reason in notation.refused.items():
        with pytest.raises(ShapeError, match=re.escape(reason)):
            form_of(OPS[name], notation)


def test_levels_have_partials() -> None:
    """Whatever `blend` makes levels of has its derivatives in pages."""
    levels = {"neg", "min", "max", "smooth_max", "smooth_min", "smooth_xor"}
    assert set(PARTIALS) == levels
    for name in levels:
        assert len(PARTIALS[name]) == OPS[name].arity


NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, -3.25, 1e-7, 1.5e20, math.pi, math.pi / 5, 0.1, 50.0])
UNARY = [
    ops.neg,
    ops.square,
    ops.absolute,
    ops.sqrt,
    ops.cbrt,
    ops.exp,
    ops.ln,
    ops.sin,
    ops.atan,
    ops.floor_,
]
BINARY = [ops.add, ops.sub, ops.mul, ops.div, ops.pow_, ops.minimum, ops.maximum, ops.atan2]
TREES = st.recursive(
    NUMBERS | st.sampled_from(["x", "y", "n"]),
    lambda inner: st.tuples(st.sampled_from(UNARY), inner) | st.tuples(st.sampled_from(BINARY), inner, inner),
    max_leaves=12,
)


def built(graph: Graph, tree: object) -> Node:
    """A node of a tree of operations."""
    if isinstance(tree, tuple):
        return graph.apply(tree[0], *(built(graph, part) for part in tree[1:]))
    return graph.input(tree) if isinstance(tree, str) else graph.number(float(tree))  # type: ignore[arg-type]


X, Y = np.random.default_rng(7).uniform(-3, 3, (2, 40))


def values(node: Node) -> np.ndarray:
    """A number at some points, with n = 2."""
    return reference.run(flatten(node), {"n": 2.0}, X, Y)[0]


def fields_of(text: str) -> np.ndarray:
    """L/n of a figure's only layer."""
    figure = parse(text)
    graph = Graph()
    level = blend.level(graph, figure.layers[0].shape, sharp=False)
    return reference.run(flatten(level), {"n": 2.0, **{p.name: p.default for p in figure.parameters}}, X, Y)[
        0
    ]


@given(tree=TREES)
def test_plain_formulas_are_the_language(tree: object) -> None:
    """Written in the language and parsed again, an expression has the same values, bit for bit."""
    graph = Graph()
    node = built(graph, tree)
    if node.constant is not None:
        return
    below = graph.apply(ops.at_most, node, graph.number(0.0))
    expected = values(blend.level(graph, below, sharp=False))
    found = fields_of(f"sharpness 2\ndraw {write(node, PLAIN)} <= 0")
    assert np.array_equal(found, expected, equal_nan=True)


@given(tree=TREES)
def test_desmos_formulas_are_read_back(tree: object) -> None:
    """Written for Desmos and imported, an expression has the same values but for rounding."""
    graph = Graph()
    node = built(graph, tree)
    if node.constant is not None or not np.isfinite(values(node)).any():
        return
    relation = graph.apply(ops.at_most, node, graph.number(0.0))
    text = f"{write(relation, DESMOS)}\nn=2"
    if "infty" in text:  # which neither Desmos nor we have as a number
        return
    found = fields_of(read_foreign(Source("desmos", text), "desmos"))
    expected = values(blend.level(graph, relation, sharp=False))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=text)


@pytest.mark.parametrize("notation", [PLAIN, UNICODE, LATEX, DESMOS, MATHML, MATHEMATICA])
def test_formulas_that_nobody_could_read_are_refused(notation: Notation) -> None:
    """What is shared would be written a million times; the refusal comes at once."""
    graph = Graph()
    node = graph.input("x")
    for _ in range(40):
        node = graph.apply(ops.sin, graph.apply(ops.add, node, node))
    with pytest.raises(ShapeError, match="as one formula"):
        write(node, notation)


@pytest.mark.parametrize(
    ("text", "plain", "latex"),
    [
        ("x - -1 <= 0", "x + 1 <= 0", r"x + 1\le 0"),
        ("x^6 + 2*x <= 1", "x^6 + 2*x <= 1", r"x^{6} + 2x\le 1"),
        ("-(2*x) - (y - 1) < 0", "-2*x - (y - 1) < 0", r"-2x - \left(y - 1\right) < 0"),
        ("(-x)^2 <= y", "x^2 <= y", r"x^{2}\le y"),
        ("x/y/2 <= 1", "0.5*(x/y) <= 1", r"0.5\cdot \frac{x}{y}\le 1"),
        ("sqrt(x)^3 >= 2", "sqrt(x)^3 >= 2", r"\sqrt{x}^{3}\ge 2"),
        ("2^-x <= 1e-9", "2^(-x) <= 1e-9", r"2^{-x}\le 1\cdot 10^{-9}"),
        ("pi^x + (2*pi)^y <= 9", "pi^x + (2pi)^y <= 9", r"\pi ^{x} + \left(2\pi \right)^{y}\le 9"),
        ("max(x, y, 3) <= 2*pi/5", "max(x, y, 3) <= 2pi/5", r"\max\left(x, y, 3\right)\le 2\pi /5"),
    ],
)
def test_formulas_are_as_one_would_write_them(text: str, plain: str, latex: str) -> None:
    """A few by hand."""
    shape = parse(f"draw {text}").layers[0].shape
    assert write(shape, PLAIN) == plain
    assert write(shape, LATEX) == latex
