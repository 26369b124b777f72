"""Desmos' LaTeX against plain functions of x and y; and its mistakes, each with its place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecli.base.source import ShapeError, Source, decode
from shapecli.language.resolve import read_figure
from shapecli.notations.reading.read import notation_of, read_foreign
from tests.notations.reading.expressions import EXPRESSIONS, RESTRICTED, Field, Membership
from tests.notations.reading.levels import POINTS, field, inside, parsed


def imported(text: str) -> str:
    """The text of our language for a text of Desmos."""
    return read_foreign(Source("desmos", text), "desmos")


@pytest.mark.parametrize(("latex", "expected"), EXPRESSIONS, ids=[latex for latex, _ in EXPRESSIONS])
def test_what_it_means(latex: str, expected: Field) -> None:
    """The written figure has the field that one reads."""
    wanted = np.array([expected(float(x), float(y)) for x, y in POINTS.T])
    found = field(parsed(imported(latex)))
    undefined = np.isnan(wanted)
    np.testing.assert_allclose(found[~undefined], wanted[~undefined], rtol=1e-9, atol=1e-9)
    assert not np.isfinite(found[undefined]).any()
    assert (~undefined).sum() > 5


@pytest.mark.parametrize(("latex", "expected"), RESTRICTED, ids=[latex for latex, _ in RESTRICTED])
def test_where_it_is_drawn(latex: str, expected: Membership) -> None:
    """Restrictions cut regions and curves."""
    narrow = np.array([np.linspace(-0.32, -0.26, 13), np.linspace(-1.0, 1.0, 13)])
    points = np.hstack([POINTS, narrow])
    wanted = [expected(float(x), float(y)) for x, y in points.T]
    assert inside(parsed(imported(latex)), points=points).tolist() == wanted


def test_it_reads_well() -> None:
    """Notes, sliders, names and brackets as a person would write them."""
    text = "\n".join(
        [
            '"A flower',
            "",
            r"n=40",
            r"a_{1}=-0.5",
            r"\beta=2.50",
            r"f\left(x\right)=\left(x^{2}\right)+a_{1}",
            r"y\le f\left(2x\right)\cdot\left(\beta-\left(-1\right)\right)",
            r"x^{2}+y^{2}=1\left\{0<x<1\right\}\left\{y>0\right\}",
            r"-1\le x<y",
        ]
    )
    assert imported(text).splitlines() == [
        "# A flower",
        "sharpness 40",
        "param a_1 = -0.5",
        "param beta = 2.50",
        "f(t) = t^2 + a_1",
        "draw y <= f(2*x)*(beta - (-1))",
        "draw (((x^2 + y^2 = 1) & 0 < x) & x < 1) & y > 0",
        "draw -1 <= x < y",
    ]


def test_the_guide_shows_what_is_written() -> None:
    """The worked example of docs/guide.md."""
    guide = (Path(__file__).parents[3] / "docs" / "guide.md").read_text("utf-8")
    blocks = guide.partition("## Importing")[2].partition("\n## ")[0].split("```")
    latex, written = (block.strip("\n") for block in blocks[3:6:2])
    assert latex.startswith('"A wave')
    assert imported(latex) == written + "\n"


def test_helpers_come_with_what_needs_them() -> None:
    """And not without."""
    assert "arcsinh(t) = " in imported(r"y=\operatorname{arcsinh}x")
    assert imported(r"y=\sin x") == "draw y = sin(x)\n"


MISTAKES = {  # text, line, column, part of the message, part of the hint
    "point": (r"\left(1,2\right)", 1, 1, "a point has no meaning", "equation"),
    "list": (r"y=\left[1,2,3\right]x", 1, 3, "a list has no meaning", "one line for each"),
    "range": (r"y=\left[1...3\right]", 1, 10, "a list has no meaning", "one line for each"),
    "integral": (r"y=\int_{0}^{1}x", 1, 3, "an integral has no meaning", "work it out"),
    "sum": (r"y=\sum k", 1, 3, "a sum has an index", r"write \sum_{k=1}^{9}"),
    "index of a sum": (r"y=\sum_{2}^{3}k", 1, 9, "unexpected 2", ""),
    "end of a sum": (r"y=\sum_{k=1}k", 1, 13, "unexpected k", ""),
    "index of a minimum": (r"y=\min_x", 1, 3, "an index and its ends", "k"),
    "index of a list": (r"y=\min([2\operatorname{for}3])", 1, 28, "an index is missing", "for"),
    "index elsewhere": (r"y=\sum_{k=1}^{3}k+k", 1, 19, "k is not defined", "k=1"),
    "sum without end": (r"y=\sum_{k=1}^{999999999}k", 1, 11, "larger than the limit", "raise"),
    "derivative": (r"y=\frac{d}{dx}x^{2}", 1, 3, "a derivative has no meaning", "work it out"),
    "prime": ("f\\left(x\\right)=x\ny=f'(x)", 2, 4, "a derivative has no meaning", "work it out"),
    "regression": (r"y_{1}\sim mx_{1}+b", 1, 6, "a regression has no meaning", "fitted"),
    "typed regression": (r"y_{1}~mx_{1}+b", 1, 6, "a regression has no meaning", "fitted"),
    "tilde first": (r"~x", 1, 1, "a regression has no meaning", "fitted"),
    "point without braces": (r"y=\sqrt.5", 1, 8, "only one digit", "{.5}"),
    "action": (r"a\to a+1", 1, 2, "an action has no meaning", "leave"),
    "factorial": (r"y=x!", 1, 4, "a factorial has no meaning", "number"),
    "percentage": (r"y=5\%x", 1, 4, "a percentage has no meaning", "0.05"),
    "infinity": (r"x<\infty", 1, 3, "infinity is no number", "large"),
    "not equal": (r"x\ne y", 1, 2, "differ", "<"),
    "never closed": (r"y=\left(x+1", 1, 3, "never closed", "add"),
    "brace never closed": (r"y=x^{2", 1, 5, "never closed", "add"),
    "closes nothing": (r"y=x\right)", 1, 4, "closes nothing", "remove"),
    "other bracket": (r"y=\left(x\right]", 1, 10, "not the bracket", "opened"),
    "unknown command": (r"y=\sinn x", 1, 3, r"unknown command \sinn", r"did you mean \sin?"),
    "unknown function": (r"y=\operatorname{gcd}\left(x,2\right)", 1, 3, r"unknown command \gcd", ""),
    "unknown name": (r"ax<1", 1, 1, "a is not defined", "a=1"),
    "function without backslash": (r"y<sin\left(x\right)", 1, 3, "s is not defined", r"write \sin"),
    "r beside x and y": (r"x^{2}+y^{2}=r^{2}", 1, 13, "r is not defined", "r=1"),
    "exponent of two digits": (r"x^23<1", 1, 3, "only the first digit", "^{23}"),
    "two exponents": (r"x^{2}^{3}<1", 1, 6, "a second exponent", "brackets"),
    "number after a name": (r"x2<1", 1, 2, "an operator is missing between x and 2", r"\cdot"),
    "number after a number": (r"2\ 3<x", 1, 4, "an operator is missing between 2 and 3", r"\cdot"),
    "operand missing": (r"x+\cdot y<1", 1, 3, r"unexpected \cdot", ""),
    "early end": (r"y=\sin", 1, 7, r"something is missing after \sin", ""),
    "half a fraction": (r"y=\frac{1}", 1, 11, "something is missing after }", ""),
    "inequality in brackets": (r"\left(x<1\right)", 1, 8, "unexpected < in brackets", "braces"),
    "no condition": (r"y=\left\{x:1\right\}", 1, 10, "this is no condition", "inequality"),
    "unknown environment": (r"y=\begin{array}x&x>0\end{array}", 1, 3, r"environment \begin{a", "{cases}"),
    "environment without end": ("y=\\begin{cases}x&x>0\ny\\le1", 1, 3, "never ends", r"add \end{cases}"),
    "end of another": (r"y=\begin{cases}x&x>0\end{dcases}", 1, 21, "not the bracket", "{cases} opened"),
    "row without condition": ("y=\\begin{cases}\nx\\\\1&x>0\n\\end{cases}", 2, 1, "no condition", "{else}"),
    "row behind all else": (r"y=\begin{cases}1&\text{else}\\2&x>0\end{cases}", 1, 31, "behind", "in front"),
    "words": (r"y=\begin{cases}1&\text{never}\end{cases}", 1, 18, "no condition", r"\text{if}"),
    "number in a row": (r"y=\begin{cases}1&x\end{cases}", 1, 18, "this is no condition", "inequality"),
    "words elsewhere": (r"\text{hi}<x", 1, 1, "unexpected hi", "conditions"),
    "row elsewhere": (r"y=x\\2", 1, 4, r"unexpected \\", "a line"),
    "subscript": (r"x_{a+b}<1", 1, 2, "unexpected _", "subscript"),
    "character": (r"$x<1$", 1, 1, "unexpected character $", "dollar"),
    "number alone": (r"3\cdot4", 1, 1, "a number alone draws nothing", "leave"),
    "number of x and y alone": (r"x+\frac{y}{2}", 1, 1, "alone draws nothing", r"\le"),
    "two equations": (r"x=y=\frac12", 1, 1, "two equations in one line", "each"),
    "nothing drawn": ("a=2\n", 1, 4, "nothing is drawn", r"\le1"),
    "nothing": ("", 1, 1, "nothing is drawn", r"\le1"),
    "defining pi": (r"\pi=3", 1, 1, "pi is a number already", "another name"),
    "defining y": (r"y\left(x\right)=x^{2}", 1, 1, "y is a coordinate", "write y="),
    "defined twice": ("a=1\na=2\ny=ax", 2, 1, "a is defined twice", "another name"),
    "itself": ("a=b\nb=a+1\ny=ax", 2, 3, "a is defined by itself", "cannot need itself"),
    "arguments": ("f\\left(x\\right)=x\ny=f\\left(1,2\\right)", 2, 3, "f takes 1 argument", ""),
    "arguments of ours": (r"y=\sin\left(x,1\right)", 1, 3, "sin takes 1 argument", ""),
    "inverse of a logarithm": (r"y=\ln^{-1}x", 1, 6, "inverse of ln is unclear", "frac"),
    "too deep": ("(" * 300 + "x", 1, 101, "inside each other", "names"),
    "too many functions": (r"\sin" * 300 + "x", 1, 401, "inside each other", "names"),
    "number too large": ("x<" + "9" * 400 + r"\cdot1", 1, 3, "too large for float64", ""),
    "second line": ("x\\le1\n\ny\\le\\foo", 3, 5, r"unknown command \foo", r"\floor"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_point_at_the_latex(name: str) -> None:
    """Message, place and hint."""
    text, line, column, message, hint = MISTAKES[name]
    with pytest.raises(ShapeError) as caught:
        imported(text)
    error = caught.value
    assert error.source is not None
    assert error.source.text == text
    assert error.span is not None
    assert error.source.line_and_column(error.span.start) == (line, column)
    assert message in error.message
    assert hint in error.hint if hint and error.hint else error.hint is None and not hint
    assert f"desmos:{line}:{column}: error: " in str(error)


def test_all_mistakes_at_once() -> None:
    """One for each line."""
    with pytest.raises(ShapeError) as caught:
        imported("y=\\foo\nx\\le1\ny=(x\n1\n#")
    lines = [error.source.line_and_column(error.span.start)[0] for error in (caught.value, *caught.value.also)
             if error.source and error.span]  # fmt: skip
    assert lines == [1, 3, 4, 5]


def test_conditions_in_conditions_do_not_grow_without_end() -> None:
    """A chain has its middle twice: forty in each other would be a text of a million million characters."""
    inner = "x"
    for _ in range(40):
        inner = rf"\left\{{0<{inner}<1:1\right\}}"
    with pytest.raises(ShapeError, match="larger than the limit"):
        imported(f"y={inner}")


@pytest.mark.parametrize(
    "opener",
    ["(", "|x+", "\\left|", "\\frac", "\\frac{", "\\frac1", "\\sqrt{", "\\sqrt[",
     "x^{", "x^-", "x^(", "\\sin", "-(",
     "\\left\\{x<", "x\\left\\{x<", "\\left\\{x<1:", "\\log_{", "\\max(x,", "\\sin^{", "f(", "{",
     "\\begin{cases}", "\\begin{cases}1&x<"],
)  # fmt: skip
def test_nothing_is_too_deep_for_the_stack(opener: str) -> None:
    """A message, after however many."""
    for count in (90, 5000):
        with pytest.raises(ShapeError):
            imported(f"f(t)=t\ny={opener * count}")
    assert imported(f"y={'(-' * 90}x{')' * 90}")
    assert imported("y=" + r"\left\{x<1:" * 90 + "x" + r"\right\}" * 90)


def test_long_lines_are_no_trouble() -> None:
    """Sums, products, signs and bars without nesting have no limit of depth."""
    text = "+".join(["x"] * 3000) + r"\le" + "-" * 3000 + r"y\cdot " + "x" * 3000
    assert parsed(imported(text)).layers
    with pytest.raises(ShapeError, match="larger than the limit of 1,000 operations"):
        read_foreign(Source("desmos", text), "desmos", 1000)


@pytest.mark.parametrize(
    ("name", "text", "notation"),
    [
        ("a.txt", r"y=\sin x", "desmos"),
        ("a.txt", "y=x^{2}", "desmos"),
        ("a.txt", "a = 2\ny = a*x", "plain"),
        ("a.txt", "x <= 1 \\ y <= 1", "plain"),
        ("a.txt", "x <= 1 # not {latex}", "plain"),
        ("a.txt", "# model\n\n_0 var-x\n", "vm"),
        ("a.txt", "0x6000 var-x\n", "vm"),
        ("model.VM", "a const 1", "vm"),
    ],
)
def test_the_notation_is_recognised(name: str, text: str, notation: str) -> None:
    """By what a text looks like."""
    assert notation_of(Source(name, text)) == notation


PIECES = [
    "\\left", "\\right", "{", "}", "\\{", "\\}", "|", "(", ")", "^", "_", "\\frac", "\\sin", "\\sqrt", "=",
    "<", "r", "\\theta", ",", ":", "1", "x", "\n", "~", "\\", "n", "\\operatorname{", "\0", "é",
    "\\begin{cases}", "&", "\\\\", "\\text{else}", "\\end{cases}",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good text with pieces cut out, doubled and put in."""
    text = draw(st.sampled_from([*EXPRESSIONS, *RESTRICTED]))[0]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


@settings(max_examples=1000)
@given(mutated())
def test_mutated_texts_are_understood_or_refused(text: str) -> None:
    """What is written is a figure; what is refused is refused with a message."""
    try:
        written = read_foreign(decode("desmos", text.encode()), "desmos")
    except ShapeError as error:
        assert error.message in str(error)  # noqa: PT017 - the point is that nothing else is raised
    else:
        assert read_figure(Source("written", written)).layers


@settings(max_examples=200)
@given(st.binary(max_size=60), st.sampled_from(["desmos", "plain", "vm"]))
def test_bytes_are_refused(data: bytes, notation: str) -> None:
    """Whatever they are."""
    try:
        written = read_foreign(decode("bytes", data), notation)
    except ShapeError as error:
        assert error.message in str(error)  # noqa: PT017 - the point is that nothing else is raised
    else:
        assert read_figure(Source("written", written)).layers


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("f\\left(3\\right)=2\ny=x", 1, 1), ("f(3)=2\ny=x", 1, 1), ("f(x,3)=2\ny=x", 1, 1),
        ("f(x=2\ny=x", 1, 1),
        ("f()=2\ny=x", 1, 1), ("f(x+1)=2\ny=x", 1, 1),
    ],
)  # fmt: skip
def test_a_function_is_defined_by_names(text: str, line: int, column: int) -> None:
    """Anything else in its brackets defines nothing."""
    with pytest.raises(ShapeError) as caught:
        imported(text)
    error = caught.value
    assert error.source is not None
    assert error.span is not None
    assert error.source.line_and_column(error.span.start) == (line, column)


def test_calls_are_whole() -> None:
    """A mistake in a call is underlined from its name to its last bracket."""
    text = "f(t)=t\ny=2f(x,1)+1"
    with pytest.raises(ShapeError) as caught:
        imported(text)
    assert caught.value.span is not None
    assert text[caught.value.span.start : caught.value.span.end] == "f(x,1)"
    assert imported("f(t)=t^{2}\ny=2f(x)+1") == "f(t) = t^2\ndraw y = 2*f(x) + 1\n"
