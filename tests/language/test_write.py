"""Text of syntax: parsed again, it is the same syntax."""

from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import shapecli
from shapecli.base.source import Source, Span
from shapecli.language.parse import parse_expression, parse_figure
from shapecli.language.syntax import Apply, Expression, Name, Number, is_chain
from shapecli.language.write import expression_text, figure_text

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.shape"))
NOWHERE = Span(0, 0)
NOTHING = Source("nothing", "")


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_examples_come_back(path: Path) -> None:
    """The same statements; and the text of the text is the text."""
    source = Source(path.name, path.read_text("utf-8"))
    statements, errors = parse_figure(source)
    text = Source("text", figure_text(statements, source))
    again, more_errors = parse_figure(text)
    assert not [*errors, *more_errors]
    assert skeleton(tuple(again)) == skeleton(tuple(statements))
    assert figure_text(again, text) == text.text


WRITTEN = [
    ("(x)+((y)*2)", "x + y*2"),
    ("x-(y-1)", "x - (y - 1)"),
    ("(x-y)-1", "x - y - 1"),
    ("x/(2y)/3", "x/(2*y)/3"),
    ("(x^2)^3 + 2^(3^x)", "(x^2)^3 + 2^3^x"),
    ("-(x^2) + (-x)^2", "-x^2 + (-x)^2"),
    ("x - (-y)*2", "x - (-y*2)"),
    ("-(-x)", "-(-x)"),
    ("2^(-x)", "2^-x"),
    ("x·(−y)", "x*(-y)"),
    ("√(x²)", "sqrt(x^2)"),
    ("1.50 + 1e-3*.5", "1.50 + 1e-3*.5"),
    ("-1 ≤ x ≤ 1", "-1 <= x <= 1"),
    ("-1 <= x & x <= 1", "-1 <= x & x <= 1"),
    ("A ∩ (-1 <= x <= 1)", "A & -1 <= x <= 1"),
    ("A & (B & C)", "A & (B & C)"),
    ("A & B' & ¬(x < 1)", "A \\ B \\ x < 1"),
    ("¬A ∪ (B ∩ C)", "~A | B & C"),
    ("(A ∪ B) ∩ C xor D", "(A | B) & C xor D"),
    ("A xor (B xor C)", "A xor (B xor C)"),
    ("x^2 = 1 & y > 0", "(x^2 = 1) & y > 0"),
    ("x = 1 | y = 1", "(x = 1) | (y = 1)"),
    ("if((x < 1), max(x, y, 1), f(x)(2))", "if(x < 1, max(x, y, 1), f(x)*2)"),
    ("A(x - 1, y)", "A(x - 1, y)"),
]


@pytest.mark.parametrize(("text", "written"), WRITTEN)
def test_no_bracket_too_many(text: str, written: str) -> None:
    """As a person would write it."""
    source = Source("text", text)
    assert expression_text(parse_expression(source), source) == written


def test_statements_of_every_kind() -> None:
    """In the style of the examples."""
    text = (
        'title "T"\nsharpness 2*3\nwindow -1,1 , -2, 2\nbackground "#123456"\nuse "a.shape"\n'
        "param r=1 in -2 .. 5.\nf(a,b)=a*b\nC = (x = r)\n"
        "draw C stroke red 2.5 opacity 0.5; draw x<=1 fill blue stroke '#abc'".replace("'", '"')
    )
    source = Source("text", text)
    statements, errors = parse_figure(source)
    assert not errors
    assert figure_text(statements, source, [(0, "first"), (len(text), "last")]).splitlines() == [
        "# first", 'title "T"', "sharpness 2*3",
        "window -1, 1, -2, 2", 'background "#123456"', 'use "a.shape"',
        "param r = 1 in -2 .. 5.", "f(a, b) = a*b", "C = (x = r)", "draw C  stroke red 2.5 opacity 0.5",
        'draw x <= 1  fill blue stroke "#abc"', "# last",
    ]  # fmt: skip


@given(st.floats(allow_nan=False))
def test_numbers_come_back_exactly(value: float) -> None:
    """Also negative, huge, tiny and infinite ones that a program puts into a tree."""
    text = expression_text(
        Apply(NOWHERE, "+", (Name(NOWHERE, "x"), Number(NOWHERE, value)), NOWHERE), NOTHING
    )
    figure = shapecli.parse(f"draw y <= {text}")
    right = figure.layers[0].shape.args[1]
    found = right.args[1].constant if right.args else 0.0  # x + 0 is x
    assert found == value


def apply(op: str, *args: Expression) -> Apply:
    """An operation that stands nowhere."""
    return Apply(NOWHERE, op, args, NOWHERE)


_leaves = st.one_of(
    st.floats(0.0, allow_infinity=False, allow_nan=False).map(lambda value: Number(NOWHERE, value)),
    st.sampled_from(["x", "y", "a", "pi"]).map(lambda name: Name(NOWHERE, name)),
)


def _more_numbers(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(apply, st.sampled_from(["+", "-", "*", "/", "^", "atan2"]), inner, inner),
        st.builds(apply, st.sampled_from(["neg", "sin"]), inner),
        st.builds(apply, st.just("max"), inner, inner, inner),
    )


_numbers: st.SearchStrategy[Expression] = st.recursive(_leaves, _more_numbers, max_leaves=12)
_relations = st.builds(apply, st.sampled_from(["<=", ">=", "<", ">", "="]), _numbers, _numbers)


@st.composite
def _chains(draw: st.DrawFn) -> Expression:
    ends = draw(st.lists(_numbers, min_size=3, max_size=4))
    signs = draw(st.lists(st.sampled_from(["<", "<="]), min_size=len(ends) - 1, max_size=len(ends) - 1))
    links = [apply(sign, *pair) for sign, pair in zip(signs, pairwise(ends), strict=True)]
    return apply("&", *links)


def _more_regions(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(apply, st.sampled_from(["&", "|", "xor"]), inner, inner),
        st.builds(apply, st.sampled_from(["&", "|"]), inner, inner, inner),
        st.builds(apply, st.just("~"), inner),
        st.builds(apply, st.just("if"), inner, _numbers, _numbers),
    )


_regions: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(_relations, _chains(), st.just(Name(NOWHERE, "A"))), _more_regions, max_leaves=8
)


def skeleton(item: object) -> object:
    """Syntax without its places, and where chains are, which mean more than their links."""
    if isinstance(item, tuple):
        return tuple(map(skeleton, item))
    if not is_dataclass(item) or isinstance(item, Span):
        return None if isinstance(item, Span) else item
    chained = isinstance(item, Apply) and item.op == "&" and is_chain(item.args)
    return type(item), chained, *(skeleton(getattr(item, part.name)) for part in fields(item))


@settings(max_examples=300)
@given(st.one_of(_numbers, _regions))
def test_trees_come_back(tree: Expression) -> None:
    """The same operations on the same numbers, in the same order."""
    text = expression_text(tree, NOTHING)
    assert skeleton(parse_expression(Source("text", text))) == skeleton(tree)


def test_deep_trees_need_no_deep_stack() -> None:
    """Ten thousand sums, signs and brackets in each other."""
    tree: Expression = Name(NOWHERE, "x")
    for _ in range(10_000):
        tree = apply("-", Number(NOWHERE, 1.0), apply("neg", tree))
    text = expression_text(tree, NOTHING)
    assert text.startswith("1 - (-(1 - (-(1 - ")
    assert skeleton_depth(parse_expression(Source("text", text))) == 20_000


def skeleton_depth(node: Expression) -> int:
    """How many operations are inside each other, on the way of the last arguments."""
    depth = 0
    while isinstance(node, Apply):
        node, depth = node.args[-1], depth + 1
    return depth
