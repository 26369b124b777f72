"""Claims: how they are read, what their mistakes are, and functions that take more arguments."""

import pytest

from shapecli.base.source import ShapeError, Source, Span
from shapecli.claims.measure import verdicts
from shapecli.claims.parse import parse_claims
from shapecli.claims.read import read_claims, whole
from shapecli.language.syntax import Number
from shapecli.language.write import statement_text
from shapecli.render import parse
from tests.language.test_language import level


def test_a_line_is_a_statement_or_a_claim() -> None:
    """A name gets its value first, and is claimed to have it then; coordinates are never defined."""
    source = Source(
        "t", "k = 3\nk = 3\nf(t) = 2t\nf(k) = 6 for k in 3\ny = x for x, y in 1\nwindow 0, 1, 0, 1"
    )
    statements, claims, errors = parse_claims(source, fixed=("x", "y"))
    assert not errors
    assert len(statements) == 3
    assert [source.line_and_column(claim.span.start)[0] for claim in claims] == [2, 4, 5]
    assert [len(claim.loops) for claim in claims] == [0, 1, 2]


def test_what_has_a_meaning_is_not_defined_anew() -> None:
    """A tick would be worth nothing: what measures, functions, the library, and what another text defines."""
    lines = [
        "area(A) = 17", "derivative(k, k) = 1", "level(A) = 5", "crisp(A) = 5", "sin(pi) = 0", "k = 4",
        "e = 3", "hypot(k, k) = 17", "softplus(k) = 3", "n = 50",
    ]  # fmt: skip
    source = Source("t", "\n".join(['use "o"', "new(a) = a", *lines]))
    known = {"A", "k"}
    found = read_claims(source, read=lambda _: Source("o", "A = x <= 1\nparam k = 3"), free=known | {"x"})
    assert len(found.claims) == len(lines)


def test_the_library_may_be_defined_anew() -> None:
    """With parameters that mean nothing yet; what is built in may not."""
    found = verdicts(read_claims(Source("t", "sigmoid(t) = 17\nsigmoid(3) = 17\nsigmoid(e) = 17")), 1e9, {})
    assert [verdict.holds for verdict in found] == [True, True]
    with pytest.raises(ShapeError, match="unknown name t"):
        read_claims(Source("t", "sin(t) = 17"))


def test_equality_is_joined_with_others() -> None:
    """Beside |, & and ~ it is true for numbers that are equal but for rounding."""
    text = "2 + 2 = 5 | 1 < 2\n~(1 = 2)\n0.1 + 0.2 = 0.3 & 1 < 2\n1 = 1 xor 1 = 2\n1 = 1 = 1\n1 = 2 | 2 = 3"
    found = verdicts(read_claims(Source("t", text)), 1e9, {})
    assert [verdict.holds for verdict in found] == [True] * 5 + [False]


def test_loops_and_tolerance() -> None:
    """Lists and ranges, several names at once, and what comes before them."""
    _, (claim,), _ = parse_claims(Source("t", "a + 1 = b within 0.1 for a, b in 1, 2, 3 for c in -1 .. 1"))
    assert isinstance(claim.within, Number)
    assert claim.within.value == 0.1
    assert [(loop.name.name, len(loop.values), loop.is_range) for loop in claim.loops] == [
        ("a", 3, False), ("b", 3, False), ("c", 2, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("1 + 2", "a claim is true or false, and this is a number", 1, 1),
        ("x <= 1", "x has no value", 1, 1),
        ("k <= 1", "unknown name k", 1, 1),
        ("1 <= 2 within 1", "within is for a = b", 1, 15),
        ("1 <= t for t in 2 .. 1", "a range goes from a number to a larger one", 1, 17),
        ("1 <= t for t in zz", "unknown name zz", 1, 17),
        ("1 <= e for e in 1", "e is no variable", 1, 12),
        ("area(3) <= 1", "area needs a region, and this is a number", 1, 6),
        ("area() <= 1", "area takes 1 argument, and 0 are given", 1, 1),
        ("level(1 <= 2, 3) <= 1", "level takes 1 argument, and 2 are given", 1, 1),
        ("derivative(sin(t), 2) <= 1 for t in 1", "this is no variable", 1, 20),
        ("integral(1, 2, 0, 1) <= 1", "this is no variable", 1, 13),
        ("integral(t, t, 0) <= 1", "integral takes 4 arguments, and 3 are given", 1, 1),
        ("area(x <= 1) = 17 for area in 2", "area is no variable", 1, 23),
        ("1 <= 2 for x in 0 .. 1, y in 0 .. 1", "unexpected ,", 1, 23),
        ("1 <= 2 for x in 0 .. 1 and y in 0 .. 1", "unexpected in", 1, 30),
        ("1 <= t for t in -1e308 .. 1e308", "a range goes from a number to a larger one", 1, 17),
        ("A = y <= 1\n(A)(1, 2) <= 3", "* needs a number, and this is a region", 2, 2),
        ("1 <= 2 for", "something is missing after for", 1, 11),
        ("", "nothing is claimed", 1, 1),
        ("a = 2", "nothing is claimed", 1, 6),
        ("draw q\n1 <= 2", "unknown name q", 1, 6),
    ],
)
def test_mistakes_are_shown_where_they_are(text: str, message: str, line: int, column: int) -> None:
    """One sentence and its place."""
    source = Source("t", text)
    with pytest.raises(ShapeError) as problem:
        read_claims(source)
    assert problem.value.message == message
    assert problem.value.span is not None
    assert source.line_and_column(problem.value.span.start) == (line, column)


def test_special_calls_are_for_claims_alone() -> None:
    """A figure has no areas; and who defines `area` means it."""
    with pytest.raises(ShapeError, match="unknown function area"):
        parse("draw area(x <= 1) <= 2")
    claims = read_claims(Source("t", "A = x <= 1\nside(r) = sqrt(area(r))\narea(A) = 3\nside(A) = 1"))
    assert len(claims.claims) == 2


def test_the_text_of_a_part_has_its_brackets() -> None:
    """Spans of syntax leave out the brackets at their ends."""
    source = Source("t", "(a + 1)*2 = ln(3*(b))")
    assert whole(source, Span(1, 9)) == "(a + 1)*2"
    assert whole(source, Span(12, 19)) == "ln(3*(b))"


@pytest.mark.parametrize(
    ("more", "nested"),
    [
        ("lse(x, y, 1)", "lse(lse(x, y), 1)"),
        ("lse(x, y, 1, -x)", "lse(lse(lse(x, y), 1), -x)"),
        ("hypot(x, y, 2)", "sqrt(x^2 + y^2 + 4)"),
    ],
)
def test_functions_that_fold_take_more(more: str, nested: str) -> None:
    """F(a, b, c) is f(f(a, b), c)."""
    assert level(f"{more} <= 2") == pytest.approx(level(f"{nested} <= 2"), rel=1e-12, abs=1e-12)


def test_folding_is_written_and_has_two_parameters() -> None:
    """It comes back as it was; anything else than two parameters is a mistake."""
    source = Source("t", "f(a, b, ..) = a*b")
    (item,), _, _ = parse_claims(source)
    assert statement_text(item, source) == "f(a, b, ..) = a*b"
    assert level("f(x, y, 2) <= 1", definitions="f(a, b, ..) = a*b") == pytest.approx(level("2x*y <= 1"))
    with pytest.raises(ShapeError, match=r"f needs two parameters before \.\."):
        parse("f(a, ..) = a\ndraw f(x) <= 1")
    with pytest.raises(ShapeError, match="mix takes 3 arguments, and 4 are given"):
        parse("draw mix(x, y, 1, 2) <= 1")


@pytest.mark.parametrize(
    "text",
    [
        "integral(t*x, t, 0, 1) >= 0", "integral(t, t, 0, x) >= 0", "integral(t, t, x, 1) >= 0",
        "derivative(x^2, x) >= 0", "integral(integral(s*x, s, 0, 1), t, 0, 1) >= 0",
        "integral(t*x, t, 0, 1) >= 0 for y in 1", "derivative(integral(t*x, t, 0, 1), x) = 1/2",
    ],
)  # fmt: skip
def test_what_is_measured_needs_values_too(text: str) -> None:
    """Of whatever is free in it, and not of its own variable."""
    with pytest.raises(ShapeError) as problem:
        read_claims(Source("t", text))
    assert problem.value.message == "x has no value"
    assert problem.value.hint == "say which values it takes: ... for x in -1 .. 1"
    assert len(read_claims(Source("t", f"{text.split(' for ')[0]} for x in 1")).claims) == 1


def test_an_area_has_its_own_x_and_y() -> None:
    """And an integral its variable, of which nothing else is said."""
    for text in ("area(x*y <= 1) >= 0", "integral(x, x, 0, 1) = 0.5", "integral(area(x <= 1), t, 0, 1) >= 0"):
        try:
            assert len(read_claims(Source("t", text)).claims) == 1
        except ShapeError as problem:
            assert "x has no value" not in problem.message  # noqa: PT017 - another reason is none
