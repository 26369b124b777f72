"""Formulas for eyes and for Mathematica, read by small readers of their own, have the values they should."""

import ast
import math
import re
from collections.abc import Callable
from functools import reduce
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given

from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.latex import LATEX
from shapecli.notations.writing.mathematica import MATHEMATICA
from shapecli.notations.writing.mathml import MATHML
from shapecli.notations.writing.plain import PLAIN
from shapecli.render import parse
from tests.notations.writing.test_notations import TREES, X, Y, built, values


def least(*values: Any) -> Any:
    """Of any number."""
    return reduce(np.minimum, values[0] if isinstance(values[0], list) else values)


def most(*values: Any) -> Any:
    """Of any number."""
    return reduce(np.maximum, values[0] if isinstance(values[0], list) else values)


NAMES: dict[str, Any] = {
    "e": math.e, "π": math.pi, "inf": math.inf, "n": np.float64(2), "abs": np.abs, "floor": np.floor,
    "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp, "ln": np.log, "sin": np.sin, "min": least,
    "max": most, "atan": np.arctan, "atan2": np.arctan2, "root": lambda body, _: np.cbrt(body),
    "Abs": np.abs, "Floor": np.floor, "Sqrt": np.sqrt, "CubeRoot": np.cbrt, "Exp": np.exp, "Log": np.log,
    "Sin": np.sin, "ArcTan": lambda a, b=None: np.arctan(a) if b is None else np.arctan2(b, a),
    "Min": least, "Max": most, "Infinity": math.inf, "Pi": math.pi,
    "Sum": lambda *given: sum(table(*given)), "Product": lambda *given: math.prod(table(*given)),
    "Table": lambda *given: table(*given), "Sign": np.sign, "Tanh": np.tanh, "Cos": np.cos,
    "If": lambda test, a, b: np.where(test, a, b),
}  # fmt: skip


def python_of_mathml(element: ElementTree.Element) -> str:
    """What presentation MathML means."""
    children = list(element)
    if element.tag in ("mn", "mi"):
        return (element.text or "").replace("∞", "inf").replace("π", " π")  # which follows its number
    if element.tag == "mo":
        signs = {"−": "-", "·": "*", "\u2062": "*", "\u2061": "", "≤": "<=", "′": "'", "=": "=="}
        return signs.get(element.text or "", element.text or "")
    if element.tag in ("msup", "mfrac"):
        one, other = (f"({python_of_mathml(child)})" for child in children)
        return f"({one}{'**' if element.tag == 'msup' else '/'}{other})"
    if element.tag == "msqrt":
        return f"sqrt({''.join(map(python_of_mathml, children))})"
    if element.tag == "mroot":
        return f"root({python_of_mathml(children[0])}, {python_of_mathml(children[1])})"
    marks = [child.text for child in children if child.tag == "mo"]
    inside = "".join(map(python_of_mathml, children))
    if marks[:1] == ["|"] and marks[-1:] == ["|"]:
        return f"abs({inside[1:-1]})"
    return f"floor({inside[1:-1]})" if marks[:1] == ["⌊"] else inside


def value_of_mathml(text: str) -> Any:
    """At the points of the tests."""
    return evaluated(python_of_mathml(ElementTree.fromstring(f"<mrow>{text}</mrow>")))  # noqa: S314 - our own


def value_of_mathematica(text: str, **given: Any) -> Any:
    """The same of what Mathematica is given."""
    python = text.replace("*^", "e").replace("^", "**").replace("[", "(").replace("]", ")")
    return evaluated(re.sub(r"(?<=[\w)]) (?=[\w(])", "*", python), **given)


def evaluated(python: str, **given: Any) -> Any:
    """An expression of names that are known, numbers and calls."""
    tree = Ranges().visit(ast.parse(re.sub(r"(?<=[0-9]) π", "*π", python).strip(), mode="eval"))
    with np.errstate(all="ignore"):
        names = {"__builtins__": {}, **NAMES, "x": X, "y": Y, **given}
        return eval(compile(ast.fix_missing_locations(tree), "formula", "eval"), names)  # noqa: S307


class Ranges(ast.NodeTransformer):
    """Sum[body, {k, a, b}] as a call with a function of k."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Inner ones too."""
        self.generic_visit(node)
        if isinstance(given := node.args[-1], ast.Set):
            index, *ends = given.elts
            function = ast.parse(
                f"lambda {ast.unparse(index)}: {ast.unparse(node.args[0])}", mode="eval"
            ).body
            node.args = [function, *ends]
        return node


def table(body: Callable[[Any], Any], first: float, last: float) -> list[Any]:
    """Of whole numbers from one to another."""
    return [body(np.float64(k)) for k in range(int(first), int(last) + 1)]


@pytest.mark.parametrize(
    ("notation", "value_of"), [(MATHML, value_of_mathml), (MATHEMATICA, value_of_mathematica)],
    ids=["mathml", "mathematica"],
)  # fmt: skip
@given(tree=TREES)
def test_formulas_have_their_values(notation: Any, value_of: Callable[[str], Any], tree: object) -> None:
    """Of any expression, where it is a number; numbers are written to a few digits at worst 1e-12 off."""
    graph = Graph()
    node = built(graph, tree)
    expected = np.broadcast_to(values(node), X.shape)
    if not np.isfinite(expected).any():
        return
    found = np.broadcast_to(np.asarray(value_of(write(node, notation)), float), X.shape)
    finite = np.isfinite(expected) & (np.abs(expected) < 1e100)
    np.testing.assert_allclose(found[finite], expected[finite], rtol=1e-9, atol=1e-9)


MULTIPLES = [(k, m) for k in (1, 2, 3, 5, 7, -1, -4) for m in (1, 2, 3, 4, 5, 6, 8, 10, 12)]


@pytest.mark.parametrize(("times", "over"), MULTIPLES)
def test_multiples_of_pi(times: int, over: int) -> None:
    """A fraction of π is a fraction with π in it, in signs and in value."""
    value = times * math.pi / over
    graph = Graph()
    text = write(graph.number(value), MATHML)
    assert float(value_of_mathml(text)) == pytest.approx(value, rel=1e-15)
    assert float(value_of_mathematica(write(graph.number(value), MATHEMATICA))) == pytest.approx(
        value, rel=1e-15
    )
    assert text.count("π") <= 1
    for number in re.findall("<mn>(.*?)</mn>", text):
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", number)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2 * math.pi / 5, "<mfrac><mrow><mn>2</mn><mi>π</mi></mrow><mn>5</mn></mfrac>"),
        (math.pi, "<mi>π</mi>"), (3 * math.pi, "<mn>3</mn><mi>π</mi>"),
        (1.5e20, "<mn>1.5</mn><mo>·</mo><msup><mn>10</mn><mn>20</mn></msup>"), (0.25, "<mn>0.25</mn>"),
        (-0.25, "<mrow><mo>−</mo><mn>0.25</mn></mrow>"),
    ],
)  # fmt: skip
def test_numbers_in_mathml(value: float, text: str) -> None:
    """By hand."""
    assert write(Graph().number(value), MATHML) == text


def input_named(name: str) -> Node:
    """A parameter."""
    return Graph().input(name)


@pytest.mark.parametrize(
    ("name", "latex", "mathml", "mathematica"),
    [
        ("r", "r", "<mi>r</mi>", "r"),
        ("r2", "r_{2}", "<msub><mi>r</mi><mn>2</mn></msub>", "r2"),
        ("r12", "r_{12}", "<msub><mi>r</mi><mn>12</mn></msub>", "r12"),
        ("r_2", "r_{2}", "<msub><mi>r</mi><mn>2</mn></msub>", "r2"),
        ("r_k", "r_{k}", "<msub><mi>r</mi><mi>k</mi></msub>", "rK"),
        ("alpha", r"\alpha", "<mi>alpha</mi>", "alpha"),
        ("alpha1", r"\alpha_{1}", "<msub><mi>alpha</mi><mn>1</mn></msub>", "alpha1"),
        ("teeth", r"\mathrm{teeth}", "<mi>teeth</mi>", "teeth"),
        ("teeth3", r"\mathrm{teeth}_{3}", "<msub><mi>teeth</mi><mn>3</mn></msub>", "teeth3"),
        ("a_big", r"a_{\mathrm{big}}", "<msub><mi>a</mi><mi>big</mi></msub>", "aBig"),
        ("E", "E", "<mi>E</mi>", "E0"),
    ],
)
def test_names(name: str, latex: str, mathml: str, mathematica: str) -> None:
    """Digits at the end and what follows _ are a subscript."""
    found = [write(input_named(name), notation) for notation in (LATEX, MATHML, MATHEMATICA)]
    assert found == [latex, mathml, mathematica]


def test_a_parameter_with_a_digit_in_a_figure() -> None:
    """Everywhere that it stands."""
    shape = parse("param r2 = 1\nparam r_2 = 1\ndraw x*r2 <= r_2").layers[0].shape
    assert write(shape, LATEX) == r"x\cdot r_{2}\le r_{2}"
    assert write(shape, PLAIN) == "x*r2 <= r_2"


@pytest.mark.parametrize("relation", [ops.at_most, ops.less])
def test_relations_keep_their_sides(relation: Any) -> None:
    """Left of the sign is what is smaller."""
    graph = Graph()
    node = graph.apply(relation, graph.input("x"), graph.input("y"))
    sign = "<=" if relation is ops.at_most else "<"
    assert write(node, MATHEMATICA) == f"x {sign} y"
    assert python_of_mathml(ElementTree.fromstring(f"<mrow>{write(node, MATHML)}</mrow>")) == f"x{sign}y"  # noqa: S314
