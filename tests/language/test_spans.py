"""Where mistakes are, from their first character to their last, and what is advised, if anything is."""

from collections.abc import Callable
from functools import partial

import pytest

from shapecli.base.source import ShapeError, Source
from shapecli.claims.read import read_claims
from shapecli.lessons.document import read_document
from shapecli.notations.reading.read import read_foreign

READERS: dict[str, Callable[[Source], object]] = {
    "claims": read_claims,
    "lesson": read_document,
    **{kind: partial(read_foreign, notation=kind) for kind in ("desmos", "plain", "vm")},
}
MISTAKES = [  # what it is read as, the text, what is underlined, the hint
    ("desmos", r"\left(1,2\right)", r"\left(", "write an equation or an inequality"),
    ("desmos", r"y=\left[1,2,3\right]x", r"\left[", "write one line for each of its members"),
    ("desmos", r"y=\left[1...3\right]", "...", "write one line for each of its members"),
    ("desmos", r"y=\int_{0}^{1}x", r"\int", "work it out, and write the result"),
    ("desmos", r"y=\sum k", r"\sum", r"write \sum_{k=1}^{9}"),
    ("desmos", r"y=\frac{d}{dx}x^{2}", r"\frac", "work it out, and write the result"),
    ("desmos", "f\\left(x\\right)=x\ny=f'(x)", "'", "work it out, and write the result"),
    ("desmos", r"y_{1}\sim mx_{1}+b", r"\sim", "write the fitted curve, such as y=2x+1"),
    ("desmos", "y_{1}~mx_{1}+b", "~", "write the fitted curve, such as y=2x+1"),
    ("desmos", "~x", "~", "write the fitted curve, such as y=2x+1"),
    ("desmos", r"y=\sqrt.5", ".5", "write {.5}"),
    ("desmos", r"a\to a+1", r"\to", "leave the line out"),
    ("desmos", "y=x!", "!", "work it out, and write the number"),
    ("desmos", r"y=5\%x", r"\%", "write 0.05 for five percent"),
    ("desmos", r"x<\infty", r"\infty", "write a large number, or leave the condition out"),
    ("desmos", r"x\ne y", r"\ne", "write <, or > in another line"),
    ("desmos", r"y=\left(x+1", r"\left(", "add the missing bracket"),
    ("desmos", "y=x^{2", "{", "add the missing bracket"),
    ("desmos", r"y=x\right)", r"\right)", "remove it, or open one"),
    ("desmos", r"y=\left(x\right]", r"\right]", r"\left( opened it"),
    ("desmos", r"y=\sinn x", r"\sinn", r"did you mean \sin?"),
    ("desmos", r"y=\operatorname{gcd}\left(x,2\right)", r"\operatorname{gcd}", None),
    ("desmos", "ax<1", "a", "add a line such as a=1"),
    ("desmos", r"y<sin\left(x\right)", "s", r"write \sin for the function"),
    ("desmos", "x^{2}+y^{2}=r^{2}", "r", "add a line such as r=1"),
    ("desmos", "x^23<1", "23", "write ^{23}"),
    ("desmos", "x^{2}^{3}<1", "^", "put brackets around what is raised first"),
    ("desmos", "x2<1", "2", r"write x\cdot 2 for a product"),
    ("desmos", r"2\ 3<x", "3", r"write 2\cdot 3 for a product"),
    ("desmos", r"x+\cdot y<1", r"\cdot", None),
    ("desmos", r"y=\sin", "", None),
    ("desmos", r"y=\frac{1}", "", None),
    ("desmos", r"\left(x<1\right)", "<", r"only braces hold conditions: \left\{x>0\right\}"),
    ("desmos", r"y=\left\{x:1\right\}", "x", "write an inequality, such as x>0"),
    ("desmos", "x_{a+b}<1", "_", "a subscript is letters or digits, as in a_{1}"),
    ("desmos", "$x<1$", "$", "copy what is between the dollar signs"),
    ("desmos", r"3\cdot4", r"3\cdot4", "leave the line out"),
    ("desmos", r"x+\frac{y}{2}", r"x+\frac{y}{2}",
     r"write an equation or an inequality, such as x^2+y^2\le1"),
    ("desmos", r"x=y=\frac12", r"x=y=\frac12", "write each in a line of its own"),
    ("desmos", "a=2\n", "\n", r"add a line such as x^2+y^2\le1"),
    ("desmos", "", "", r"add a line such as x^2+y^2\le1"),
    ("desmos", r"\pi=3", r"\pi", "choose another name"),
    ("desmos", r"y\left(x\right)=x^{2}", "y", "write y=..., or another name"),
    ("desmos", "a=1\na=2\ny=ax", "a", "give one of them another name"),
    ("desmos", "a=b\nb=a+1\ny=ax", "a", "a definition cannot need itself"),
    ("desmos", "f\\left(x\\right)=x\ny=f\\left(1,2\\right)", r"f\left(1,2\right)", None),
    ("desmos", r"y=\sin\left(x,1\right)", r"\sin\left(x,1\right)", None),
    ("desmos", r"y=\ln^{-1}x", "^{-1", r"write \frac{1}{\ln x}, or the inverse by its own name"),
    ("desmos", "x\\le1\n\ny\\le\\foo", r"\foo", r"did you mean \floor?"),
    ("vm", "_0 var-z", "var-z",
     "a figure lies in the plane: write const 0 in its place for the section at 0"),
    ("vm", "_0 var-x\n_1 sqr _0", "sqr", "did you mean sqrt?"),
    ("vm", "_0", "", None),
    ("vm", "_0 var-x\n_1 add _0", "add", None),
    ("vm", "_0 var-x\n_1 neg _0 _0", "neg", None),
    ("vm", "_0 var-x 1", "var-x", None),
    ("vm", "_0 var-x\n_1 add _0 _7", "_7", "a line uses values of the lines before it"),
    ("vm", "_0 neg _0", "_0", "a line uses values of the lines before it"),
    ("vm", "_0 var-x\n_0 var-y", "_0", "give one of them another name"),
    ("vm", "_0 const one", "one", None),
    ("vm", "_0 const inf", "inf", None),
    ("vm", "_0 const 1e999", "1e999", None),
    ("vm", "# only a note\n", "#", "a line is such as _2 add _0 _1"),
    ("plain", "x + <= 1", "<=", None),
    ("plain", "x**2 +* y <= 1", "*", None),
    ("plain", "xy <= 1", "xy", "write x*y for a product"),
    ("plain", "x + y", "x + y", "write an inequality, such as x^2 + y^2 <= 1"),
    ("plain", "x <= 1\n|x <= 1", "|",
     "write |x| with a bar on either side; in it, unions stand in brackets, and 2*|x| has its *"),
    ("plain", "draw x <=", "", None),
    ("plain", "x <= 1\ny =< 2", "=<", "write <="),
    ("plain", "", "", "add a line such as: draw x^2 + y^2 <= 1"),
    ("claims", "1 + 2", "1 + 2", "compare it with something: <=, <, >=, > or ="),
    ("claims", "x <= 1", "x <= 1", "say which values it takes: ... for x in -1 .. 1"),
    ("claims", "k <= 1", "k", "define it: k = 2, or for k in 1..9"),
    ("claims", "1 <= 2 within 1", "1", "write a = b within 0.001"),
    ("claims", "1 <= t for t in 2 .. 1", "2 .. 1", None),
    ("claims", "1 <= t for t in zz", "zz", None),
    ("claims", "1 <= e for e in 1", "e", "choose another name"),
    ("claims", "area(3) <= 1", "3", "write an inequality, such as x^2 + y^2 <= 1"),
    ("claims", "area() <= 1", "area()", "write area(R)"),
    ("claims", "level(1 <= 2, 3) <= 1", "level(1 <= 2, 3)", "write level(R)"),
    ("claims", "derivative(sin(t), 2) <= 1 for t in 1", "2", "such as x"),
    ("claims", "integral(1, 2, 0, 1) <= 1", "2", "such as x"),
    ("claims", "integral(t, t, 0) <= 1", "integral(t, t, 0)", "write integral(f, x, a, b)"),
    ("claims", "area(x <= 1) = 17 for area in 2", "area", "choose another name"),
    ("claims", "1 <= 2 for x in 0 .. 1, y in 0 .. 1", ",",
     "write one for after the other: for x in 0 .. 1 for y in 0 .. 2"),
    ("claims", "1 <= 2 for x in 0 .. 1 and y in 0 .. 1", "in",
     "write one for after the other: for x in 0 .. 1 for y in 0 .. 2"),
    ("claims", "1 <= t for t in -1e308 .. 1e308", "-1e308 .. 1e308", None),
    ("claims", "1 <= 2 for a in 1, b in 2", "in",
     "write one for after the other: for x in 0 .. 1 for y in 0 .. 2"),
    ("claims", "1 <= 2 for", "", None),
    ("claims", "", "", "write a line such as: lse(1, 2, 3) >= 3"),
    ("claims", "a = 2", "", "write a line such as: lse(1, 2, 3) >= 3"),
    ("claims", "draw q\n1 <= 2", "q", "define it: q = 2, or for q in 1..9"),
    ("lesson", "", "", "write # Title in the first line"),
    ("lesson", "text", "t", "write # Title in the first line"),
    ("lesson", "# A\n\n### B", "###", "write ## in front of it"),
    ("lesson", "# A\n\n# B", "#", "write ## for a section"),
    ("lesson", "# A\n\ntext\nand $x + \\foo$ more", r"x + \foo", "write LaTeX, such as $e^{n f}$"),
    ("lesson", "# A\n\n$$\n\\frac{1}\n$$", r"\frac{1}", "write LaTeX, such as $e^{n f}$"),
    ("lesson", "# A\n\n```check nam=a\n```", "nam=a", "did you mean name?"),
    ("lesson", "# A\n\n```shape n\n```", "n", "write n=..."),
    ("lesson", "# A\n\n```shape live=1\n```", "live=1", "write live"),
    ("lesson", "# A\n\n```shape n=1 n=2\n```", "n=2", "keep one of them"),
    ("lesson", '# A\n\n```shape caption="a\n```', 'caption="a', 'write name=value; with spaces, name="a b"'),
    ("lesson", "# A\n\n```check\n1 < 2\n\n## B", "```check", "end it with ``` on a line of its own"),
    ("lesson", "# A\n\ntext\n\n<!-- b\n\n```check\n2 < 1\n```", "<!-- b", "end the comment with -->"),
    ("lesson", "# A\n\n::: answer\nb\n\n## C", "::: answer", "end it with ::: on a line of its own"),
    ("lesson", "# A\n\n$$\nx\n\ntext", "$$", "add $$"),
    ("lesson", "# A\n\n::: hint\nb\n:::", "::: hint", "write ::: answer and, after it, :::"),
    ("lesson", "# A\n\n```Shape\ndraw x <= 1\n```", "Shape", "did you mean shape?"),
    ("lesson", "# A\n\n```checks\n1 < 2\n```", "checks", "did you mean check?"),
    ("lesson", "# A\n\ntext\n\n    ```check\n    2 < 1\n    ```", "```check",
     "begin it where the text begins"),
    ("lesson", "# A\n\n> ```shape\n> draw x\n> ```", ">", "remove the >"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "underlined", "hint"), MISTAKES)
def test_mistakes_are_underlined_whole(kind: str, text: str, underlined: str, hint: str | None) -> None:
    """And the caret of the message is as long; at the end of a text, one character."""
    with pytest.raises(ShapeError) as caught:
        READERS[kind](Source("t", text))
    error = caught.value
    assert error.span is not None
    assert text[error.span.start : error.span.end] == underlined
    assert error.hint == hint
    lines = str(error).split("\n")
    assert [line.strip() for line in lines if line.startswith("  hint")] == (
        [f"hint: {hint}"] if hint else []
    )
    carets = next(line for line in lines if set(line) <= set(" |^") and "^" in line)
    assert carets.count("^") == max(1, len(underlined.strip("\n")))
