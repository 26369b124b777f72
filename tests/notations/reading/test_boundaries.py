"""Sums and reciprocals of exponentials are the sets that they say; other sums stay what they are."""

import pytest

from shapecli.base.source import Source, Span
from shapecli.language.syntax import Name
from shapecli.notations.reading.read import read_foreign
from shapecli.notations.reading.trees import joined
from shapecli.render import parse

SETS = [
    ("e^(n*(x - 1)) <= 1", "draw x <= 1"),
    ("e^(-50*x) + e^(50*(y - 2)) <= 1", "sharpness 50\ndraw x >= 0 & y <= 2"),
    ("1 >= e^(n*x) + e^(n*y)", "draw x <= 0 & y <= 0"),
    ("1/(e^(-n*x) + e^(-n*(y - x))) <= 1", "draw x <= 0 | y <= x"),
    ("(exp(-n*x) + exp(-n*y))^-1 + e^(-n*(x + 3)) <= 1", "draw (x <= 0 | y <= 0) & x >= -3"),
    ("1/(1/(e^(n*x) + e^(n*y)) + e^(-n*(x*y))) <= 1", "draw x <= 0 & y <= 0 | x*y <= 0"),
    ("(1 + e^(n*x)*e^(n*y))/(e^(n*x) + e^(n*y)) <= 1", "draw x <= 0 xor y <= 0"),
    ("e^(n*x) + (x^2 + y^2)^25 <= 1", "draw x <= 0 & field((x^2 + y^2)^25)"),
    ("abs(x)^n + abs(y - 1)^n <= 1", "draw trench(x) & trench(y - 1)"),
    ("1/abs(x)^n + e^(n*y) <= 1", "draw ~trench(x) & y <= 0"),
    ("n = 9\ne^((x - 1)*n) < 1", "sharpness 9\ndraw x <= 1"),
    (
        "e^(n*x) + e^(-n*x) + e^(n*y) + e^(-n*y) + e^(n*x) <= 1",
        "A = x <= 0\nB = x >= 0\nC = y <= 0\nD = y >= 0\ndraw A & B & C & D & A",
    ),
    ("A = 3\n" + " + ".join(f"e^(n*(x - {k}))" for k in range(4)) + " <= 1",
     "param A = 3\nB = x <= 0\nC = x <= 1\nD = x <= 2\nE = x <= 3\ndraw B & C & D & E"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SETS)
def test_boundary_values_are_sets(text: str, expected: str) -> None:
    """What is read, and what is written; it is a figure."""
    found = read_foreign(Source("plain", text), "plain").strip()
    assert found == expected
    parse(found)


@pytest.mark.parametrize(
    "text",
    [
        "x^2 + y^2 <= 1", "e^x + e^y <= 1", "e^(2*x) + e^(3*y) <= 1", "e^(n*x) + e^(n*y) <= 2", "e^-x >= y",
        "1/x + 1/y <= 1", "y <= e^(n*x)", "x^n + y^n <= 1", "e^n <= 1", "y = e^(50*x)",
    ],
)  # fmt: skip
def test_other_inequalities_stay_as_they_are(text: str) -> None:
    """Factors that differ, other numbers than 1, functions that have exponentials: nothing is guessed."""
    assert read_foreign(Source("plain", text), "plain").strip() == f"draw {text}"


@pytest.mark.parametrize(
    "text",
    [
        "1/(" * 2000 + "e^(n*x) + e^(n*y)" + ")" * 2000 + " <= 1",
        "e^(n*(" + "x + (" * 2000 + "y" + ")" * 2000 + ")) + e^(n*x) + e^(n*y) + e^(n*(x - 1)) <= 1",
        " + ".join(f"e^(n*(x - {k}))" for k in range(2000)) + " <= 1",
    ],
)
def test_deep_and_long_ones_are_no_danger(text: str) -> None:
    """Whether sets are found in them or not, the figure is whole."""
    assert len(parse(read_foreign(Source("plain", text), "plain")).layers) == 1


def test_what_is_joined_stands_from_its_first_part_to_its_last() -> None:
    """Where mistakes in it are told; one part alone is what it is."""
    parts = [Name(Span(start, start + 1), name) for start, name in ((3, "a"), (7, "b"), (11, "c"))]
    assert joined("&", parts).span == Span(3, 12)
    assert joined("&", parts[1:2]) is parts[1]
