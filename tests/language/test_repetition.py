"""Loops and lists: what they write out is what one would write by hand, to the last bit."""

import numpy as np
import pytest

import shapecli
from shapecli.base.source import ShapeError, Source
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.tape import flatten
from shapecli.language import repetition
from shapecli.language.syntax import Apply


def written(text: str) -> tuple[object, ...]:
    """What a figure is: operations and leaves of all layers, and their looks."""
    return written_of(shapecli.parse(text))


def written_of(figure: shapecli.Figure) -> tuple[object, ...]:
    """The same of a figure that is read already."""
    nodes = list(walk(*(layer.shape for layer in figure.layers)))
    places = {node: place for place, node in enumerate(nodes)}

    def entry(node: Node) -> tuple[object, ...]:
        return node.op and node.op.name, tuple(places[arg] for arg in node.args), node.leaf, node.between

    looks = [(places[layer.shape], layer.look.stroke_width, layer.look.opacity) for layer in figure.layers]
    return tuple(map(entry, nodes)), tuple(looks)


SAME = [
    ("union(disc(k, 0, 1) for k in 1..3)", "disc(1, 0, 1) | disc(2, 0, 1) | disc(3, 0, 1)"),
    ("intersection(x <= k for k in [1, 0.1])", "x <= 1 & x <= 0.1"),
    ("xor(x <= k for k in 1..3)", "x <= 1 xor x <= 2 xor x <= 3"),
    ("x <= sum(k*y^k for k in 1..3)", "x <= 1*y^1 + 2*y^2 + 3*y^3"),
    ("x <= product(y - k for k in 1..3)", "x <= (y - 1)*(y - 2)*(y - 3)"),
    ("x <= max(k*y for k in 1..3)", "x <= max(1*y, 2*y, 3*y)"),
    ("x <= lse(k*y for k in 1..3)", "x <= lse(1*y, 2*y, 3*y)"),
    ("x <= sum(i*j*y for i in 1..2, j in i..2)", "x <= 1*1*y + 1*2*y + 2*2*y"),
    ("x <= sum(i*j*y for i in 1..2 for j in i..2)", "x <= 1*1*y + 1*2*y + 2*2*y"),
    ("x <= sum(i + j*y for i, j in 0..1)", "x <= (0 + 0*y) + (0 + 1*y) + (1 + 0*y) + (1 + 1*y)"),
    ("x <= sum(k*y for k in 1..9 if (k < 3))", "x <= 1*y + 2*y"),
    ("x <= sum(k*y for k in 1..3 if (k != 2))", "x <= 1*y + 3*y"),
    ("x <= sum(k*y for k in 5..1 step -2)", "x <= 5*y + 3*y + 1*y"),
    ("x <= sum(a*y^b for (a, b) in [(2, 3), (4, 1)])", "x <= 2*y^3 + 4*y^1"),
    ("x <= sum(a*b*c*y for (a, (b, c)) in [(2, (3, 5))])", "x <= 2*3*5*y"),
    ("x <= [3, 5, 7][2]", "x <= 5"),
    ("x <= count([k for k in 1..5])", "x <= 5"),
    ("r <= 1 + sum(cos(theta/2)/k for k in 1..9)",
     "r <= 1 + (" + " + ".join(f"cos(theta/2)/{k}" for k in range(1, 10)) + ")"),
    ("union(r <= k/9 + cos(theta/k) for k in 1..9)",
     " | ".join(f"(r <= {k}/9 + cos(theta/{k}))" for k in range(1, 10))),
    ("x <= sum([y, 2*y])", "x <= y + 2*y"),
    ("x <= sum(a*b*y for (a, b) in zip([1, 2], [3, 4]))", "x <= 1*3*y + 2*4*y"),
    ("union(R(x - k, y) for R in [disc(0, 0, 1), x <= 1], k in 1..2)",
     "disc(1, 0, 1) | disc(2, 0, 1) | x - 1 <= 1 | x - 2 <= 1"),
    ("if(1 < 2, x <= 1, y <= 1)", "x <= 1"),
    # more turns than it takes to replay a loop instead of writing it out turn by turn
    ("union(disc(0.1*k, sqrt(k), k^2/3) for k in 1..12)",
     " | ".join(f"disc(0.1*{k}, sqrt({k}), {k}^2/3)" for k in range(1, 13))),
    ("x <= sum(y for k in 1..9)", "x <= y + y + y + y + y + y + y + y + y"),
    ("x <= [k for k in 1..9][3] + [y for k in 1..9][3]", "x <= 3 + y"),
    ("x <= sum(y^k/k for k in 1..12)", "x <= " + " + ".join(f"y^{k}/{k}" for k in range(1, 13))),
    ("union(disc(k, 0, 1)(x, y - k) for k in 1..9)",
     " | ".join(f"disc({k}, 0, 1)(x, y - {k})" for k in range(1, 10))),
    ("x <= sum([1, 2, 4][1 + mod(k, 3)]*y for k in 1..9)",
     "x <= " + " + ".join(f"{(1, 2, 4)[k % 3]}*y" for k in range(1, 10))),
    ("x <= sum(sum(i*y for i in 1..k) for k in 1..9)",
     "x <= " + " + ".join("(" + " + ".join(f"{i}*y" for i in range(1, k + 1)) + ")" for k in range(1, 10))),
]  # fmt: skip


@pytest.mark.parametrize(("short", "long"), SAME, ids=[short for short, _ in SAME])
def test_loops_are_what_they_write_out(short: str, long: str) -> None:
    """Node for node, with the same rounding."""
    assert written(f"draw {short}") == written(f"draw {long}")


def test_draw_makes_a_layer_for_each_turn() -> None:
    """The last loop turns fastest; styles see the loop."""
    short = "draw disc(i, j, 1) stroke red width i opacity j/4 for i in 1..2, j in 1..3"
    long = "\n".join(
        f"draw disc({i}, {j}, 1) stroke red {i} opacity {j}/4" for i in (1, 2) for j in (1, 2, 3)
    )
    assert written(short) == written(long)


@pytest.mark.parametrize(
    ("text", "inside"),
    [("union(x <= k for k in 1..0)", False), ("intersection(x <= k for k in 1..0)", True),
     ("xor(x <= k for k in [])", False),
     ("sum(k for k in 1..0) < 0", False), ("sum(k for k in 1..0) <= 0", True),
     ("1 <= product(k for k in 1..0)", True)],
)  # fmt: skip
def test_a_loop_that_never_turns_is_the_neutral_element(text: str, inside: bool) -> None:
    """And joined with anything it changes nothing."""
    level = shapecli.parse(f"draw {text}").field(size=3)
    assert ((level <= 0) == inside).all()


def test_ends_of_ranges_may_be_parameters() -> None:
    """The figure with a value is the one with that number, whatever the value."""
    figure = shapecli.parse("param k = 3 in 1 .. 5\ndraw union(disc(i, 0, 0.4) for i in 1..k)")
    for value in (1, 2.5, 5):
        other = shapecli.parse(f"draw union(disc(i, 0, 0.4) for i in 1..{value})")
        ours, theirs = figure.field(size=20, parameters={"k": value}), other.field(size=20)
        np.testing.assert_allclose(ours, theirs, atol=1e-9)


MISTAKES = [
    ("draw union(disc(k, 0, 1) for k in 1..1000000000)", "larger than the limit"),
    ("draw union(disc(i, j, k) for i, j, k in 1..10000)", "larger than the limit"),
    ("draw x <= max(k for k in 1..0)", "nothing that this could be the max of"),
    ("draw union(disc(x, 0, 1) for x in 1..2)", "x is a coordinate"),
    ("draw union(disc(n, 0, 1) for n in 1..2)", "n is the sharpness"),
    ("draw union(disc(pi, 0, 1) for pi in 1..2)", "pi is built in"),
    ("param k = 1\ndraw union(disc(k, 0, 1) for k in 1..2)", "k is defined already"),
    ("f(k) = sum(k for k in 1..2)\ndraw x <= f(1)", "k is a parameter or in a loop already"),
    ("draw x <= sum(k for k in 1..2, k in 1..2)", "k is a parameter or in a loop already"),
    ("param k = 1\ndraw x <= sum(i for i in 1..k)", "this range has no end"),
    ("draw x <= sum(i for i in 1..x)", "a range cannot depend on x"),
    ("draw x <= sum(i for i in 1..2 step 0)", "the step of a range is not 0"),
    ("draw x <= sum(i for i in 5)", "a loop goes over a list, and this is a number"),
    ("draw x <= sum(a for (a, b) in [(1, 2, 3)])", "takes lists of 2 apart"),
    ("draw x <= [1, 2][3]", "no element 3 in a list of 2"),
    ("draw x <= [1, 2][0]", "no element 0 in a list of 2"),
    ("draw [1, 2]", "draw needs a region, and this is a list"),
    ("draw x <= sin(k for k in 1..3)", "sin"),
    ("draw x <= sum(k for k in 1..2) + k", "unknown name k"),
    ("draw [] fill red", "draw needs a region"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES, ids=[text[-40:] for text, _ in MISTAKES])
def test_mistakes_are_told(text: str, message: str) -> None:
    """Each where it is, and none takes long or ends in a traceback."""
    with pytest.raises(ShapeError) as problem:
        shapecli.parse(text)
    assert message in problem.value.message
    assert problem.value.span is not None


def test_ten_thousand_discs_are_within_the_limits() -> None:
    """Of operations; what they cost is counted before they are made."""
    figure = shapecli.parse(
        "draw union(disc(0.01*sqrt(k)*cos(k), 0.01*sqrt(k)*sin(k), 0.004) for k in 1..10000)"
    )
    assert len(figure.layers[0].shape.args) == 10_000


def test_syntax_of_loops_is_kept_in_the_call() -> None:
    """So that whatever walks over syntax needs to know nothing of loops."""
    from shapecli.language.parse import parse_expression

    body = parse_expression(Source("t", "sum(i*j for i in 1..2, j in 1..i if (i < j))"))
    assert isinstance(body, Apply)
    assert [loop.size for loop in body.loops] == [2, 2]
    assert len(body.args) == 6


MANY_TURNS = [
    "union(disc(0.1*sqrt(k)*cos(2.4*k), 0.1*sqrt(k)*sin(2.4*k), 0.05) for k in 1..300)",
    "intersection(cos(k)*x + sin(k)*y <= 1 + k^2/1e5 for k in 1..257)",
    "union(abs(sqrt(x^2 + y^2) - k/100) <= 1/k & x <= k/100 for k in 1..300)",
    "union(disc(i, j, 0.3 + a*i)(8*x, 8*y) for i in -8..8, j in -8..8) & ~disc(0, 0, 0.5)",
    "union(~(max(x - k/300, y^k) <= 0) & x^4 <= k/300 & noise(x, y, k) <= 0 for k in 1..300)",
    "union(atan2(k*y, x) <= 0.1 & x*(y*k/256) <= a for k in 0.5..300) | x <= -1.5",
    "rotate(union(disc(k/300, k^2/9e4, 0.02) & x <= 0.7 for k in 1..300), 1)(2*y, a - x)",
    "union((y <= x*k/300 xor ~(min(y, x - k/200) <= -1)) & a*ln(y) <= max(x, k/300) for k in 1..300)",
]


@pytest.mark.parametrize("sharp", [False, True])
@pytest.mark.parametrize("text", MANY_TURNS, ids=[text[:30] for text in MANY_TURNS])
def test_turns_that_are_kept_together_are_what_they_write_out(
    text: str, sharp: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same levels to the last bit, the same pictures; and the same nodes when they are asked for."""
    text = f"param a = 0.01 in 0 .. 1\ndraw {text}"
    kept = shapecli.parse(text)
    is_kept = [node for layer in kept.layers for node in walk(layer.shape, folded=True) if node.turns]
    assert len(is_kept) == ("y^k" not in text)
    monkeypatch.setattr(repetition, "VERY_MANY", 10**9)
    whole = shapecli.parse(text)
    ours, theirs = (
        figure.field(size=(40, 30), sharp=sharp, parameters={"a": 0.02}) for figure in (kept, whole)
    )
    np.testing.assert_array_equal(ours, theirs)
    pictures = [figure.render(size=50, sharp=sharp).tobytes() for figure in (kept, whole)]
    assert pictures[0] == pictures[1]
    assert written_of(kept) == written_of(whole)


def test_turns_that_are_kept_together_are_told_apart_by_the_order_of_their_names() -> None:
    """With the same numbers, (i, j) and (j, i) are two regions."""
    text = "union(disc(a, b, 0.1)(20*x, 20*y) for {0} in 1..20, {1} in 21..40)"
    shapes = [shapecli.parse(f"draw {text.format(*names)}").layers[0].shape for names in ("ab", "ba")]
    both = shapecli.parse(f"draw {text.format(*'ab')}\ndraw {text.format(*'ba')}")
    assert [layer.shape.turns is not None for layer in both.layers] == [True, True]
    assert both.layers[0].shape is not both.layers[1].shape
    for shape, layer in zip(shapes, both.layers, strict=True):
        levels = [blend.level(Graph({"n": 50.0}), node, sharp=True) for node in (shape, layer.shape)]
        assert flatten(levels[0]).scalars == flatten(levels[1]).scalars


def test_turns_that_are_kept_together_are_written_as_the_same_code() -> None:
    """Row by row, with the same numbers and the same intervals for them, but for the names of registers."""
    graph = Graph({"n": 50.0})
    (layer,) = shapecli.parse(f"draw {MANY_TURNS[0]}").layers
    level = blend.level(graph, layer.shape, sharp=False)
    kept = flatten(level)
    asked = len(level.args)
    whole = flatten(level, reuse=False)
    assert asked == 2
    assert kept.scalars == whole.scalars
    assert kept.spreads == whole.spreads
    assert kept.cost == whole.cost
    assert [(row[0], row[5]) for row, _ in kept.rows()] == [(row[0], row[5]) for row, _ in whole.rows()]


@pytest.mark.parametrize("turns", [255, 256])
def test_what_is_undefined_is_found_where_turns_are_kept_together(turns: int) -> None:
    """At the middle the level is 50 - ln(turns), above what the root has; it is less all around."""
    level = f"level(union(1 - x^2 - y^2 <= k/1e12 for k in 1..{turns}))"
    pixels = shapecli.parse(f"window -1, 1, -1, 1\ndraw sqrt(44 - {level}) <= 99").render(size=65).load()
    assert pixels
    assert (pixels[32, 32], pixels[0, 32]) == ((255, 255, 255), (0, 0, 0))
