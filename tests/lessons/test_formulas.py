"""Formulas: what is allowed comes through, and nothing else."""

from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecli.lessons.formulas import ATTRIBUTES, TAGS, mathml

PIECES = [
    r"\frac", r"\sqrt", r"\left(", r"\right)", r"\text", r"\href{javascript:alert(1)}", r"\sum", "&",
    r"\begin{matrix}", r"\end{matrix}", r"\unicode{x3c}", r"\style{a:b}", r"\class{c}", r"\\", "{", "}",
    r"\color{red}", "^", "_", "<script>", "x", "2", "+", r"\alpha", "'", r"\mathbf", r"\operatorname{f}",
    "\x00", "&lt;b&gt;", r"\foo",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_nothing_but_known_elements_comes_out(latex: str) -> None:
    """Whatever goes in: harmless MathML, or a ValueError."""
    try:
        found = mathml(latex)
    except ValueError:
        return
    for node in Xml.fromstring(found.replace("\x00", "")).iter():  # noqa: S314 - our own
        assert node.tag in TAGS
        assert set(node.attrib) <= ATTRIBUTES
        assert TAGS[node.tag] is None or len(node) == TAGS[node.tag]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        ("e^{n f}", "<msup><mi>e</mi><mrow><mi>n</mi><mi>f</mi></mrow></msup>"),
        (r"\frac{1}{u}", "<mfrac>"),
        (r"A'", "<mrow><mi>A</mi><mo>′</mo></mrow>"),
        (r"x \le 1", "≤"),
        (r"\text{<b>}", "<mtext>&lt;b&gt;</mtext>"),
        (r"a < b \& c", "&amp;"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "<mtable "),
        (r"\begin{cases} 1 & x \\ 2 & y \end{cases}", "<mtable>"),
    ],
)
def test_formulas_mean_what_they_say(latex: str, part: str) -> None:
    """Some of each kind."""
    assert part in mathml(latex)


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\frac{1}", "incomplete"),
        (r"\frac{1}{2", "do not match"),
        (r"\left( x", r"\\left and \\right do not match|ends too early"),
        (r"\foo", r"unknown command \\foo"),
        ("x^", "something is missing after"),
        ("{", "do not match"),
        ("a & b", "& stands outside a table"),
        ("{" * 900 + "}" * 900, "nested too deeply"),
        ("x" * 2001, "a formula has up to 2,000 characters"),
        ("  ", "the formula is empty"),
    ],
)
def test_mistakes_have_a_reason(latex: str, reason: str) -> None:
    """Never another exception."""
    with pytest.raises(ValueError, match=reason):
        mathml(latex)
