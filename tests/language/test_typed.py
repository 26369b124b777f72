"""What people type means the same as what it is short for: one graph, however it is written."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.source import ShapeError, Source
from shapecli.language.parse import parse_expression
from shapecli.language.write import expression_text
from shapecli.notations.reading.read import read_foreign

DEFINITIONS = """
A = x <= 1
B = x >= -1
C = y <= 1
k = 3
f(t) = x <= t
g(t) = x*t
"""
SAME = [
    # absolute values
    ("|x| + |y| <= 1", "abs(x) + abs(y) <= 1"),
    ("||x| - 1| <= 1", "abs(abs(x) - 1) <= 1"),
    ("|x - |y|| <= 1", "abs(x - abs(y)) <= 1"),
    ("|x| <= 1 | |y| <= 1", "(abs(x) <= 1) | (abs(y) <= 1)"),
    ("x <= 1||y| <= 1", "(x <= 1) | (abs(y) <= 1)"),
    ("A | B | C", "A | (B | C)"),
    ("x <= 3|B|C", "(x <= 3) | B | C"),
    ("x <= 3|y >= 2|y <= 1", "(x <= 3) | (y >= 2) | (y <= 1)"),
    ("3|x| <= 1", "3*abs(x) <= 1"),
    ("1 >= 3|x|", "1 >= 3*abs(x)"),
    ("k|x| <= 1", "k*abs(x) <= 1"),
    ("2|x| + 1 <= y", "2*abs(x) + 1 <= y"),
    ("y >= 2|x| - 1", "y >= 2*abs(x) - 1"),
    ("2|k| + y <= 9", "2*abs(k) + y <= 9"),
    ("2|k + 1| - 1 <= x", "2*abs(k + 1) - 1 <= x"),
    ("y <= if A then 2|k| else |k|", "y <= if(A, 2*abs(k), abs(k))"),
    ("k |sin x| <= 1", "k*abs(sin(x)) <= 1"),
    ("x < 1 | 2|y| < 1", "(x < 1) | (2*abs(y) < 1)"),
    ("x < 1 | k |y|/2 < 1", "(x < 1) | (k*abs(y)/2 < 1)"),
    ("2|k| - 1 <= x", "2*abs(k) - 1 <= x"),
    ("2|(k)deg| <= x | A", "(2*abs(k*(pi/180)) <= x) | A"),
    ("1 >= 2|k| | A", "(1 >= 2*abs(k)) | A"),
    ("x <= 3|B|-1 <= y", "(x <= 3) | B | (-1 <= y)"),
    ("x <= 3 | B(x - 1, y) | C", "(x <= 3) | B(x - 1, y) | C"),
    ("(x + 1)|y| <= 1", "(x + 1)*abs(y) <= 1"),
    ("|x||y| <= 1", "abs(x)*abs(y) <= 1"),
    ("|x| |y| <= 1", "abs(x)*abs(y) <= 1"),
    ("|x|y|x| <= 1", "abs(x)*y*abs(x) <= 1"),
    ("2|x||y||x - y| <= 1", "2*abs(x)*abs(y)*abs(x - y) <= 1"),
    ("|x|y <= 1", "abs(x)*y <= 1"),
    ("|x|(y + 1) <= 1", "abs(x)*(y + 1) <= 1"),
    ("|x|^2 <= 1", "abs(x)^2 <= 1"),
    ("|x|² <= |-2|", "abs(x)^2 <= abs(-2)"),
    ("max(|x|, |y|) <= 1", "max(abs(x), abs(y)) <= 1"),
    ("|max(x, |y|)| <= 1", "abs(max(x, abs(y))) <= 1"),
    ("|if(A | B, x, y)| <= 1", "abs(if(A | B, x, y)) <= 1"),
    ("union(|x| <= i for i in [1, |-2|])", "(abs(x) <= 1) | (abs(x) <= 2)"),
    # relations
    ("x != y", "(x < y) | (x > y)"),
    ("x ≠ y", "x != y"),
    ("x < y != 1", "(x < y) & ((y < 1) | (y > 1))"),
    ("union(x <= i for i in 1..3 if (i != 2))", "(x <= 1) | (x <= 3)"),
    # functions without brackets
    ("sin x <= y", "sin(x) <= y"),
    ("sin 2x <= y", "sin(2*x) <= y"),
    ("sin x cos y <= 1", "sin(x)*cos(y) <= 1"),
    ("2sin x cos y <= 1", "2*sin(x)*cos(y) <= 1"),
    ("sin x + 1 <= y", "sin(x) + 1 <= y"),
    ("sin x/2 <= y", "sin(x)/2 <= y"),
    ("sin x^2 <= y", "sin(x^2) <= y"),
    ("sin x^-1 <= y", "sin(x^(-1)) <= y"),
    ("sin 2 pi x <= y", "sin(2*pi*x) <= y"),
    ("sin 2(x + 1) <= y", "sin(2*(x + 1)) <= y"),
    ("sin (x)y <= 1", "sin(x)*y <= 1"),
    ("sin √x <= y", "sin(sqrt(x)) <= y"),
    ("sin cos x <= y", "sin(cos(x)) <= y"),
    ("ln |x| <= y", "ln(abs(x)) <= y"),
    ("ln 2|x| <= y", "ln(2*abs(x)) <= y"),
    ("|sin x| <= 1/2", "abs(sin(x)) <= 1/2"),
    ("sqrt x + sqrt 2 <= y", "sqrt(x) + sqrt(2) <= y"),
    ("max(sin x, cos 2y) <= 0", "max(sin(x), cos(2*y)) <= 0"),
    ("sin^2(x) + cos^2(y) <= 1", "sin(x)^2 + cos(y)^2 <= 1"),
    ("sin²(x) + cos² y <= 1", "sin(x)^2 + cos(y)^2 <= 1"),
    ("sin^2(x)y <= 1", "sin(x)^2*y <= 1"),
    ("sin^2(x)^2 <= y", "(sin(x)^2)^2 <= y"),
    ("sin^k(x) + cos^2 2x <= 1", "sin(x)^k + cos(2*x)^2 <= 1"),
    ("k sin x <= y", "k*sin(x) <= y"),
    ("sin^2 x cos^2 x <= y", "sin(x)^2*cos(x)^2 <= y"),
    # degrees
    ("30° <= x", "30*(pi/180) <= x"),
    ("30deg <= x", "30° <= x"),
    ("(k*15)deg <= x", "(k*15)*(pi/180) <= x"),
    ("1/30deg <= x", "1/(30°) <= x"),
    ("sin 30deg <= x", "sin(30°) <= x"),
    ("x deg <= 1", "x*(pi/180) <= 1"),
    ("rotate(A, 90°)", "rotate(A, 90*(pi/180))"),
    # conditions
    ("if A then x <= y else C", "if(A, x <= y, C)"),
    ("y <= if A then x else if B then 2 else 3", "y <= if(A, x, if(B, 2, 3))"),
    ("y <= (if A then x else 2) + 1", "y <= if(A, x, 2) + 1"),
    ("y <= 1 + if A then x else 2 + 1", "y <= 1 + if(A, x, 2 + 1)"),
    ("y <= if {A: x, 1} < 1 then x else y", "y <= if(if(A, x, 1) < 1, x, y)"),
    ("if if A then B else C then A else B", "if(if(A, B, C), A, B)"),
    ("if (A) then (if B then C else A) else B", "if(A, if(B, C, A), B)"),
    ("if A then if B then C else A else B", "if(A, if(B, C, A), B)"),
    ("y <= if A then sin x else cos x", "y <= if(A, sin(x), cos(x))"),
    ("y <= if |x| <= 1 then |x| else |y|", "y <= if(abs(x) <= 1, abs(x), abs(y))"),
    ("if A | B then A else C", "if(A | B, A, C)"),
    ("max(if A then x else y, 2) <= 1", "max(if(A, x, y), 2) <= 1"),
    ("union(if i > 1 then x <= i else y <= i for i in 1..3 if i != 2)", "(y <= 1) | (x <= 3)"),
    ("y <= {A: x, B: 2, 3}", "y <= if(A, x, if(B, 2, 3))"),
    ("y <= {A: x, B: 2}", "y <= if(A, x, if(B, 2, 0/0))"),
    ("y <= {x < 0: -x, x}", "y <= if(x < 0, -x, x)"),
    ("y <= {A: {B: 1, 2}, |x|}", "y <= if(A, if(B, 1, 2), abs(x))"),
    # signs, commas, calls of calls
    ("+x <= +1", "x <= 1"),
    ("x - +1 <= y", "x - 1 <= y"),
    ("x^2 + y^2 < 1, y > 0", "x^2 + y^2 < 1 & y > 0"),
    ("A | B, C", "(A | B) & C"),
    ("-1 <= x <= 1, y < 2, |x| < 3", "(-1 <= x & x <= 1) & y < 2 & abs(x) < 3"),
    ("f(1)(x, -y)", "(x <= 1)"),
    ("f(1)(y, x)", "(y <= 1)"),
    ("f(1)(y, x)(x + 1, 2y)", "2*y <= 1"),
    ("g(2)(y - 1, x) <= 1", "(y - 1)*2 <= 1"),
    ("g(2)(y - 1) <= 1", "g(2)*(y - 1) <= 1"),
    # polar coordinates
    ("r <= 1", "sqrt(x^2 + y^2) <= 1"),
    ("theta <= 1", "atan2(y, x) <= 1"),
    ("θ <= 1", "theta <= 1"),
    ("r <= 2θ", "r <= 2*theta"),
]  # fmt: skip


def levels(region: str, definitions: str = DEFINITIONS) -> NDArray[np.float64]:
    """Levels on a coarse grid."""
    figure = shapecli.parse(f"{definitions}\ndraw {region}")
    return figure.field(
        size=(23, 19), window=(-2.1, 2.3, -1.9, 2.2), stretch=True, sharpness=7, antialiasing=1
    )


def pixels(text: str) -> NDArray[np.uint8]:
    """A small picture."""
    return np.asarray(shapecli.parse(text).render(size=8).convert("RGB"))


@pytest.mark.parametrize(("typed", "plain"), SAME)
def test_it_is_what_it_is_short_for(typed: str, plain: str) -> None:
    """The same levels, bit for bit but where a number is rounded elsewhere."""
    assert np.allclose(levels(typed), levels(plain), rtol=1e-12, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("typed", [pair[0] for pair in SAME if " for " not in pair[0]])
def test_what_is_written_of_it_is_the_same(typed: str) -> None:
    """The plain form, read again."""
    source = Source("typed", typed)
    assert np.array_equal(
        levels(expression_text(parse_expression(source), source)), levels(typed), equal_nan=True
    )


def test_where_no_condition_holds_there_is_nothing() -> None:
    """No point of a region, no colour, and a number that is undefined."""
    x = np.linspace(-2.1, 2.3, 24)[:-1] + 2.2 / 23
    assert ((levels("{x < 0: y <= 5}") <= 0.0).all(axis=0) == (x < 0)).all()
    assert ((levels("{x < 0: 1} <= 1") <= 0.0).all(axis=0) == (x < 0)).all()
    picture = pixels("draw y <= 9 fill {x < 0: hsl(x, 1, 0.5)}")
    assert (picture[:, 5:] == 255).all()
    assert not (picture[:, :3] == 255).all()


def test_colours_by_conditions() -> None:
    """One colour on either side."""
    for colour in ("if x < 0 then hsl(x, 1, 0.5) else blue", "{x < 0: hsl(x, 1, 0.5), blue}"):
        typed, plain = (
            pixels(f"draw y <= 1 fill {fill}") for fill in (colour, "if(x < 0, hsl(x, 1, 0.5), blue)")
        )
        assert np.array_equal(typed, plain)


@pytest.mark.parametrize(
    "text",
    [
        "draw y <= 1 fill tan stroke tan 3 opacity 0.5",
        "then = 1; else = 2; draw x <= then*else",
        "deg = 2; draw x <= 3deg",
        "step = 1; draw |step| <= x",
        "r = 2; theta = 3; draw disc(0, 0, r) & x <= theta & y <= cos(theta/2)",
        "param theta = 3; draw x <= cos(theta/2)",
        "f(r, theta) = x <= r + theta; draw f(1, 2)",
        "draw union(x <= r + theta for r in 1..2, theta in 1..2)",
        "draw x <= theta for theta in 1..3",
    ],
)
def test_names_and_colours_are_what_they_were(text: str) -> None:
    """Words of conditions, degrees and coordinates are names for whoever defines them."""
    assert shapecli.parse(text).layers


def test_definitions_of_coordinates_win() -> None:
    """Wherever they are visible, and not in the library."""
    assert np.array_equal(levels("x <= r + theta", "r = 1; theta = 1"), levels("x <= 2"))
    assert np.array_equal(levels("x <= 3deg", "deg = 2"), levels("x <= 6"))
    assert np.array_equal(levels("polygon(5, 1)", "r = 9; theta = 9"), levels("polygon(5, 1)"))
    assert np.array_equal(levels("union(x <= r for r in 1..2)"), levels("x <= 1 | x <= 2"))


def points() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Polar coordinates of the places of `levels`."""
    x = -2.1 + 4.4 * (np.arange(23) + 0.5) / 23
    y = 2.2 - 4.1 * (np.arange(19) + 0.5) / 19
    return np.hypot(x, y[:, None]), np.arctan2(y[:, None], x)


@pytest.mark.parametrize(
    ("text", "holds", "turns"),
    [
        ("r <= cos(theta/2)", lambda r, t: r <= np.cos(t / 2), 2),
        ("r <= 1 + cos(theta/2)", lambda r, t: r <= 1 + np.cos(t / 2), 2),
        ("r <= 1 + sin 2theta/3", lambda r, t: r <= 1 + np.sin(2 * t) / 3, 1),
        ("r <= 1 + sin(2theta/3)", lambda r, t: r <= 1 + np.sin(2 * t / 3), 3),
        ("r <= 1 + sin(1.2theta + 1)", lambda r, t: r <= 1 + np.sin(1.2 * t + 1), 5),
        ("r <= 1 + cos(theta/2) cos(theta/3)", lambda r, t: r <= 1 + np.cos(t / 2) * np.cos(t / 3), 6),
        ("r <= |tan(theta/4)|", lambda r, t: r <= np.abs(np.tan(t / 4)), 2),
        ("r <= 1 + cos(-(theta - 1)/2 + r)", lambda r, t: r <= 1 + np.cos(-(t - 1) / 2 + r), 2),
        ("cos(theta/2) <= r <= 1 + cos(theta/2)/3",
         lambda r, t: (np.cos(t / 2) <= r) & (r <= 1 + np.cos(t / 2) / 3), 2),
        ("r != 3 + cos(theta/2)", lambda r, t: r != 3 + np.cos(t / 2), 2),
        ("r <= theta/2", lambda r, t: r <= t / 2, 1),
        ("r <= theta/2 + cos(theta/2)", lambda r, t: r <= t / 2 + np.cos(t / 2), 1),
        ("r <= 1 + cos(theta sqrt 2)", lambda r, t: r <= 1 + np.cos(t * math.sqrt(2)), 1),
        ("r <= 1 + cos(theta^2)", lambda r, t: r <= 1 + np.cos(t**2), 1),
    ],
)  # fmt: skip
def test_every_turn_that_matters_is_drawn(text, holds, turns) -> None:  # type: ignore[no-untyped-def]
    """Against every turn by hand, and no more of them."""
    r, theta = points()
    with np.errstate(invalid="ignore"):
        expected = np.any([holds(r, theta + 2 * np.pi * k) for k in range(turns)], axis=0)
    figure = shapecli.parse(f"draw {text}")
    level = figure.field(
        size=(23, 19), window=(-2.1, 2.3, -1.9, 2.2), stretch=True, sharp=True, antialiasing=1
    )
    assert np.array_equal(level <= 0.0, expected)


def test_what_is_left_out_of_a_turn_is_left_out() -> None:
    """A complement is that of all turns, also by name; a moved region has its turns about its own middle."""
    definitions = "a = 1 + cos(theta/2); R = r <= a"
    assert np.array_equal(levels("~R", definitions), levels("~(r <= 1 + cos(theta/2))"))
    assert np.array_equal(levels("R(x - 1, y)", definitions), levels("shift(R, 1, 0)", definitions))
    assert (pixels(f"{definitions}; draw r = a") == pixels("draw r = 1 + cos(theta/2)")).all()


def test_colours_by_the_angle() -> None:
    """Once round, from -pi to pi."""
    for fill in ("hsl({}/tau, 1, 0.5)", "if {} < 1 then hsl(x, 1, 0.5) else blue"):
        one, other = (
            pixels(f"draw y <= 9 fill {fill.format(angle)} opacity {angle}/9 + 0.5")
            for angle in ("theta", "atan2(y, x)")
        )
        assert np.array_equal(one, other)


def test_lines_in_other_tools_notation() -> None:
    """A line that would define what cannot be defined is a curve."""
    assert read_foreign(Source("t", "|x| + |y| <= 1"), "plain") == "draw abs(x) + abs(y) <= 1\n"
    assert read_foreign(Source("t", "|x| = 1"), "plain") == "draw abs(x) = 1\n"
    assert read_foreign(Source("t", "sin(x) = y"), "plain") == "draw sin(x) = y\n"
    assert read_foreign(Source("t", "r = 1 + cos θ"), "plain") == "draw r = 1 + cos(theta)\n"
    assert read_foreign(Source("t", "x^2 + y^2 < 1, y > 0"), "plain") == "draw x^2 + y^2 < 1 & y > 0\n"


@pytest.mark.parametrize(
    "text", ["(" * 9 + "|x|" + ")" * 9 + " <= 1", "A|" * 999 + "A", "|" * 99 + "x" + "|" * 99]
)
def test_much_is_read_in_no_time(text: str) -> None:
    """However deep, and however many bars."""
    assert parse_expression(Source("t", text)).span.end == len(text)


def test_a_condition_is_not_its_call() -> None:
    """What has more than a condition and two values is told."""
    with pytest.raises(ShapeError, match="if takes 3 arguments"):
        shapecli.parse("draw if(x < 1, y < 1, y < 2, y < 3)")
