"""What texts mean: notations that say the same, and what the library promises."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.source import ShapeError, Source, decode, report
from shapecli.language.names import is_built_in, library
from shapecli.language.syntax import Colour
from shapecli.language.tokens import lines_of

DEFINITIONS = """
A = x <= 1
B = x >= -1
C = y <= 1
D = (x - 0.5)^2 + y^2 <= 1
"""


def level(region: str, *, definitions: str = DEFINITIONS, n: float = 7.0) -> NDArray[np.float64]:
    """Levels of a region on a coarse grid."""
    figure = shapecli.parse(f"{definitions}\ndraw {region}")
    return figure.field(
        size=(23, 19), window=(-2.1, 2.3, -1.9, 2.2), stretch=True, sharpness=n, antialiasing=1
    )


SAME = [
    ("((A ∩ B ∩ C) ∪ D) ∩ A' ∩ B'", "((A & B & C) | D) & ~A & ~B"),
    ("A and B or not C", "(A & B) | ~C"),
    ("A ∖ B", "A \\ B"),
    ("¬A ∨ B ∧ C", "~A | (B & C)"),
    ("A xor B | C", "(A xor B) | C"),
    ("A & B xor C", "(A & B) xor C"),
    ("A \\ B & C", "(A \\ B) & C"),
    ("A''", "A"),
    ("x² + y³ ≤ 1", "x^2 + y^3 <= 1"),
    ("2x − 3·y × 2 ≥ √2 ÷ π", "2*x - 3*y*2 >= sqrt(2)/pi"),
    ("-x^2 <= -1", "-(x^2) <= -1"),
    ("2^-1 <= x", "0.5 <= x"),
    ("2^3^2 <= 513 + x", "512 <= 513 + x"),
    ("1/2x <= 1", "(1/2)*x <= 1"),
    ("50(x-1) <= (x+1)(y-1)", "50*(x-1) <= (x+1)*(y-1)"),
    ("2sin(x)cos(y) <= 1", "2*sin(x)*cos(y) <= 1"),
    ("2e^x <= 3", "2*exp(x) <= 3"),
    ("(x+1)y <= 1", "(x+1)*y <= 1"),
    ("-1 <= x < y <= 1", "-1 <= x & x < y & y <= 1"),
    ("x > 1", "1 < x"),
    ("(A) & B", "A & B"),
    ("(x) < y", "x < y"),
    ("x <= (1 + # a comment\n  1)", "x <= 2"),
    ("A(x - 1, y)", "x - 1 <= 1"),
    ("D(-x, y)", "(-x - 0.5)^2 + y^2 <= 1"),
    ("D(y, x)", "(y - 0.5)^2 + x^2 <= 1"),
    ("trench(x)", "field(abs(x)^n)"),
    ("field(x^50 + y^50)", "field(y^50 + x^50)"),
    ("min(x, y, 0) <= -1", "min(x, min(y, 0)) <= -1"),
    ("mod(-0.5, 2) <= x", "1.5 <= x"),
    ("log(8, 2) <= 3 + x", "log2(8) <= 3 + x"),
    ("cbrt(-8) <= x", "-2 <= x"),
    ("if(A, x, y) <= 0", "if(x <= 1, x, y) <= 0"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_notations_that_say_the_same(one: str, other: str) -> None:
    """Two spellings, one field."""
    a, b = level(one), level(other)
    assert np.allclose(a, b, rtol=1e-12, atol=1e-12)


def test_order_of_definitions_does_not_matter() -> None:
    """A figure is not a program."""
    forward = shapecli.parse("a = 1\nb = a + 1\ndraw x <= b").field(size=8)
    backward = shapecli.parse("draw x <= b; b = a + 1; a = 1").field(size=8)
    assert np.array_equal(forward, backward)


def test_own_definitions_win_over_the_library_but_not_inside_it() -> None:
    """A figure's mod is its own; the library's repeat keeps using the library's."""
    own = "mod(a, b) = 100"
    assert np.array_equal(level("mod(1, 1) <= x", definitions=own), level("100 <= x"))
    repeated = "repeat(disc0, 1, 1)"
    disc0 = "disc0 = x^2 + y^2 <= 0.1"
    assert np.array_equal(level(repeated, definitions=f"{disc0}\n{own}"), level(repeated, definitions=disc0))


LIBRARY = [
    ("disc(0.5, 1, 0.3)", "sqrt((x - 0.5)^2 + (y - 1)^2) <= 0.3"),
    ("box(-1, 0.5, 0, 1)", "-1 <= x <= 0.5 & 0 <= y <= 1"),
    ("ring(0, 0, 0.5, 1)", "disc(0, 0, 1) \\ disc(0, 0, 0.5)"),
    ("shift(D, 1, 0.5)", "(x - 1.5)^2 + (y - 0.5)^2 <= 1"),
    ("scale(disc(0, 0, 1), 2)", "sqrt(x^2 + y^2)/2 <= 1"),
    ("rotate(x <= 1, pi/2)", "y <= 1"),
    ("mirror(x <= 1)", "-x <= 1"),
    ("flip(y <= 1)", "-y <= 1"),
    ("strip(0, 1)", "abs(y) <= 0.5"),
    ("softplus(x) <= 1", "ln(1 + exp(7*x))/7 <= 1"),
    ("logcosh(x) <= 1", "ln(cosh(7*x))/7 <= 1"),
    ("swish(x) <= 1", "x/(1 + exp(-7*x)) <= 1"),
    ("ceil(x) <= 1", "-floor(-x) <= 1"),
]


@pytest.mark.parametrize(("one", "other"), LIBRARY)
def test_the_library_means_what_it_says(one: str, other: str) -> None:
    """Each helper against its definition, written out."""
    assert np.allclose(level(one), level(other), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("k", [3, 5, 8])
def test_polygons_have_their_sides(k: int) -> None:
    """The area of a regular polygon with an inscribed circle of radius 1 is k tan(pi/k)."""
    inside = shapecli.parse(f"draw polygon({k}, 1)").field(size=700, window=(-2.1, 2.1, -2.1, 2.1)) <= 0
    assert inside.mean() * 4.2**2 == pytest.approx(k * math.tan(math.pi / k), rel=5e-3)


def test_the_library_defines_nothing_that_means_something_by_itself() -> None:
    """So it need not be read for such names."""
    assert not [name for name in library().visible if is_built_in(name)]
    assert all(map(is_built_in, ("x", "n", "pi", "sin")))


def test_every_definition_of_the_library_can_be_used() -> None:
    """Called with what its parameters are named for, each gives a number, a region or a list."""
    given = {
        "R": "disc(0, 0, 1)",
        "points": "[(0, 0), (1, 2), (3, 1), (2, 5)]",
        "start": "(0, 1)",
        "end": "(1, 3)",
        "regions": "[disc(0, 0, 1), x <= y]",
    }
    for name, definition in library().visible.items():
        arguments = [
            "p2mm"
            if name == "frieze" and parameter.name == "group"
            else given.get(parameter.name, str(k + 1))
            for k, parameter in enumerate(getattr(definition.item, "parameters", ()))
        ]
        call = f"{name}({', '.join(arguments)})" if arguments else name
        if name in ("hexagonal", "phyllotaxis"):
            call = f"union(disc(a, b, 1) for (a, b) in {call})"
        number = "draw needs a region, and this is a number"
        try:
            figure = shapecli.parse(f"draw {call}")
        except ShapeError as problem:
            assert problem.message == number  # noqa: PT017 - it may be either
            figure = shapecli.parse(f"draw {call} <= x")
        level = figure.field(size=5)
        assert not np.isnan(level).any()
        assert np.isfinite(level).any() or name == "all"


def test_parameters_change_the_figure_and_settings_are_read() -> None:
    """What a text sets, the figure has."""
    figure = shapecli.parse(
        'title "A"; sharpness 2*10; window -1, 1, -2, 2; background red\n'
        "param r = 0.5 in 0 .. 1\ndraw x <= r fill blue stroke green 3 opacity 0.5"
    )
    assert (figure.title, figure.sharpness, figure.window.y1) == ("A", 20.0, 2.0)
    assert [(p.name, p.default, p.low, p.high) for p in figure.parameters] == [("r", 0.5, 0.0, 1.0)]
    look = figure.layers[0].look
    assert isinstance(look.fill, Colour)
    assert isinstance(look.stroke, Colour)
    assert (look.fill.text, look.stroke.text, look.stroke_width, look.opacity) == (
        "blue",
        "green",
        3.0,
        0.5,
    )
    moved = figure.field(size=4, parameters={"r": 0.75}) - figure.field(size=4)
    assert np.allclose(moved, -20 * 0.25)


@pytest.mark.parametrize("n", [0.5, 50.0])
def test_smooth_functions_do_not_overflow(n: float) -> None:
    """At arguments where e^(n t) would."""
    for name in ("softplus(x)", "logcosh(x)", "lse(x, -x)", "sigmoid(x)", "mish(x)"):
        field = shapecli.parse(f"draw {name} <= 0").field(
            size=5, window=(-1e5, 1e5, -1, 1), stretch=True, sharpness=n
        )
        assert np.isfinite(field).all()


def test_carets_stand_under_what_they_mean() -> None:
    """With tabs, wide characters and very long lines before it."""
    for before in ("", "\t", "\t\t ", "x <= 1 & " * 60):
        with pytest.raises(ShapeError) as caught:
            shapecli.parse(f"draw {before}foo <= 1")
        _, shown, caret, *_ = report(caught.value).split("\n")
        assert shown.expandtabs()[caret.expandtabs().index("^") :].startswith("foo")
        assert len(shown) < 200


def test_text_is_taken_as_it_is() -> None:
    """A byte-order mark and line endings do not count; anything hidden is refused."""
    assert decode("f", b"\xef\xbb\xbfA = 1\r\nB\rC").text == "A = 1\nB\nC"
    for hidden in "\u202e\u2066\u200b\u2028\x1b\x85":
        with pytest.raises(ShapeError, match="invisible character"):
            decode("f", f"A = 1 # {hidden}".encode())


@pytest.mark.parametrize(("count", "told"), [(11, 12), (12, 12), (30, 12)])
def test_the_way_round_a_cycle_is_told(count: int, told: int) -> None:
    """All of a short one; of a long one the first six names and the last five."""
    names = [f"a{k}" for k in range(count)]
    lines = [f"{name} = {after} + 1" for name, after in zip(names, [*names[1:], names[0]], strict=True)]
    with pytest.raises(ShapeError) as problem:
        shapecli.parse("\n".join([*lines, "draw x <= a0"]))
    way = [*names, "a0"]
    shown = way if count < 12 else [*way[:6], "...", *way[-5:]]
    assert len(shown) == told
    assert problem.value.message == f"a0 is defined by itself: {' -> '.join(shown)}"


GOING_ON = [
    ("A = x <= 1\n  & y <= 1\n  | x > 2", "A = x <= 1 & y <= 1 | x > 2"),
    ("A = x <= 1 &\n\ty <= 1", "A = x <= 1 & y <= 1"),
    (
        "draw A\n  fill red # one\n\n # two\n  clip B\n  soft 2\ndraw B",
        "draw A fill red clip B soft 2\ndraw B",
    ),
    ("draw A\nclip B\n  & C", "draw A\nclip B & C"),
    ("  draw A\n  clip B\n  draw C\n    fill red", "draw A\nclip B\ndraw C fill red"),
    ("a = 1; b = 2\n  + 3\n  + 4; c = 5\n  - 1", "a = 1; b = 2 + 3 + 4; c = 5 - 1"),
    ("a = 1\n  b = 2\n    f(p, q) = p\n  param r = 1\n  window -1, 1, -1, 1", None),
    ("a = 1\n    b = 2\n  + 3", None),
    ("f(a)\n  = a", "f(a) = a"),
    ("a = (1 +\n2)\n * 3", "a = (1 + 2) * 3"),
    ("\n\n  a = 1\n\n", "a = 1"),
    ("param r = 0.5\n  in 0 .. 1\n  step 0.1", "param r = 0.5 in 0 .. 1 step 0.1"),
]


@pytest.mark.parametrize(("text", "joined"), GOING_ON)
def test_lines_that_are_indented_go_on(text: str, joined: str | None) -> None:
    """With the statement above them, if they do not begin as one; `clip` is of the layer above."""
    found, errors = lines_of(Source("a", text), 1000, indented=True)
    expected, _ = lines_of(Source("a", joined or text), 1000)
    assert not errors
    assert [line[:-1] for line in found] == [line[:-1] for line in expected]
    plain, _ = lines_of(Source("a", text), 1000)
    assert (plain == expected) == (joined is None or text.strip() == joined)
