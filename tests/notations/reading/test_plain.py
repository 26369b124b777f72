"""Inequalities, equations and definitions as people type them."""

import pytest

from shapecli.base.source import ShapeError, Source
from shapecli.notations.reading.read import read_foreign


def imported(text: str) -> str:
    """The text of our language for lines without `draw`."""
    return read_foreign(Source("plain", text))


LINES = [
    ("x^2 + y^2 <= 1", "draw x^2 + y^2 <= 1"),
    ("x**2+y**2≤1", "draw x^2 + y^2 <= 1"),
    ("2x + 3y >= 1", "draw 2*x + 3*y >= 1"),
    ("y = sin(x)", "draw y = sin(x)"),
    ("x = 3 & y > 2", "draw (x = 3) & y > 2"),
    ("-1 <= x < y", "draw -1 <= x < y"),
    ("x < 1 and y < 1 or x > 2", "draw x < 1 & y < 1 | x > 2"),
    ("sin(x)", "draw y = sin(x)"),
    ("mod(x, 2)", "draw y = mod(x, 2)"),
    ("x", "draw y = x"),
    ("disc(0, 0, 1)", "draw disc(0, 0, 1)"),
    ("a = -2.50\ny = a*x", "param a = -2.50\ndraw y = a*x"),
    ("a = pi/2\ny = a*x", "a = pi/2\ndraw y = a*x"),
    ("n = 20\ne^(n*(x-1)) + e^(-n*x) <= 1", "sharpness 20\ndraw x <= 1 & x >= 0"),
    ("a = 3\nB = x <= a\nn = 20\nB", "sharpness 20\nparam a = 3\nB = x <= a\ndraw B"),
    ("f(x, y) = x^2 + t*y\nt = 2\nf(y, x) <= 1", "param t = 2\nf(u, v) = u^2 + t*v\ndraw f(y, x) <= 1"),
    ("t = 1; u = t; v = t; w = t; p = t; q = t\nf(x) = t+u+v+w+p+q+x\ny = x",
     "param t = 1\nu = t\nv = t\nw = t\np = t\nq = t\nf(t1) = t + u + v + w + p + q + t1\ndraw y = x"),
    ("f(t) = t^2\nf(x)", "f(t) = t^2\ndraw y = f(x)"),
    ("R = x <= 1\nR(x - 1, y)", "R = x <= 1\ndraw R(x - 1, y)"),
    ("# a disc\n\nx^2 + y^2 <= 1  # of radius 1", "# a disc\ndraw x^2 + y^2 <= 1"),
    ('title "2**3"; draw x <= 1 fill red', 'title "2**3"\ndraw x <= 1  fill red'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), LINES)
def test_lines(text: str, written: str) -> None:
    """What is typed, and what is written."""
    assert imported(text) == written + "\n"


MISTAKES = {  # text, line, column, part of the message, part of the hint
    "missing operand": ("x + <= 1", 1, 5, "an operand is missing between + and <=", ""),
    "after stars": ("x**2 +* y <= 1", 1, 7, "an operand is missing", ""),
    "product of names": ("xy <= 1", 1, 1, "unknown name xy", "x*y"),
    "number": ("x + y", 1, 1, "draw needs a region, and this is a number", "inequality"),
    "bars": ("|x <= 1", 1, 1, "never closed", "|x|"),
    "statement": ("draw x <=", 1, 10, "something is missing after <=", ""),
    "second line": ("x <= 1\ny =< 2", 2, 3, "unexpected =<", "write <="),
    "nothing": ("", 1, 1, "draws nothing", "add a line"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_point_at_the_text(name: str) -> None:
    """As it was typed, with its stars."""
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
