"""Extents: nothing is outside of them, whatever the figure; and what is undefined everywhere is nowhere."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecli.base.source import Source
from shapecli.drawing.framing import parts_of
from shapecli.fields import rules
from shapecli.fields.extent import FAR, PLANE, Box, Part, extent, longer, shows
from shapecli.language.resolve import read_expression
from tests.oracle.trees import Tree, crisp, trees

N = 50.0
near = st.floats(-3, 3)
GRID = [k / 8 + 0.01 for k in range(-48, 49)]


def parts(text: str) -> list[Part]:
    """What an expression shows."""
    return list(parts_of(read_expression(Source("e", text)), {"n": N}))


def found(text: str) -> Box | None:
    """The extent of an expression."""
    return extent(parts(text))


@settings(max_examples=60)
@given(trees(xor=False))
def test_no_boundary_is_outside(tree: Tree) -> None:
    """Along every line of a grid, a figure changes only inside the extent; by fields of our own."""
    box = found(tree.text)
    x0, x1, y0, y1 = box or (math.inf, -math.inf, math.inf, -math.inf)
    x0, x1, y0, y1 = x0 - 0.13, x1 + 0.13, y0 - 0.13, y1 + 0.13  # a step of the grid
    outside = [(x, y) for x in GRID for y in GRID[::7] if not (x0 <= x <= x1 and y0 <= y <= y1)]
    # far from corners the soft figure is the crisp one
    inside = {crisp(tree, x, y) < 0 for x, y in outside if abs(crisp(tree, x, y)) > 0.3}
    assert len(inside) <= 1


@given(st.tuples(near, near), st.tuples(near, near), st.floats(0, 1), st.floats(0, 1))
def test_angles_are_bounded_up_to_whole_turns(
    a: tuple[float, float], b: tuple[float, float], s: float, t: float
) -> None:
    """That of every point of a box, or a turn more; half a turn is enough for a box left of 0."""
    (al, ah), (bl, bh) = sorted(a), sorted(b)
    low, high = rules.turning_angle_bound(al, ah, bl, bh)
    angle = math.atan2(min(al + s * (ah - al), ah), min(bl + t * (bh - bl), bh))
    assert low <= angle <= high or low <= angle + math.tau <= high
    assert bh >= 0 or high - low <= math.pi + 1e-9


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("x^2 + y^2 <= 9", (-3, 3, -3, 3)),
        ("x^2/100 + (y - 40)^2 <= 1", (-10, 10, 39, 41)),
        ("x^2 - x*y + y^2 <= 1", (-1.1547, 1.1547, -1.1547, 1.1547)),
        ("~disc(3, 3, 1)", (2, 4, 2, 4)),  # the hole
        ("y = sqrt(4 - x^2)", (-2, 2, 0, 2)),
        ("y = asin(x)", (-1, 1, -math.pi / 2, math.pi / 2)),
        ("x^1.5 + y^2 <= 2", (0, 1.5874, -1.4142, 1.4142)),
        ("if(x^2 + y^2 <= 4, 0, sqrt(-1)) <= 1", (-2, 2, -2, 2)),
        ("(x^2 + y^2 = 1) & y >= 0", (-1, 1, 0, 1)),
        ("(x^2 + y^2)^2 = 2*(x^2 - y^2)", (-1.4142, 1.4142, -0.5, 0.5)),
        ("(x - 1000)^2 + (y + 500)^2 <= 0.001^2", (999.999, 1000.001, -500.001, -499.999)),
        ("disc(-100000, 0, 1) | disc(0, 50, 1)", (-100001, 1, -1, 51)),
        ("sin(1000*x*y) <= 0 & x^2 + y^2 <= 1", (-1, 1, -1, 1)),
        ("r <= 1 + cos theta", (-0.25, 2, -1.299, 1.299)),
        ("r <= 1 - cos theta", (-2, 0.25, -1.299, 1.299)),  # across the cut of the angle
        ("r <= 3 + 2*sin(4 - 2*theta)", (-3.0831, 3.0831, -4.8076, 4.8076)),
        ("x^2 + y^2 <= 1 & theta >= 3", (-1, 0, 0, 0.1411)),
    ],
)
def test_extents_are_tight(text: str, box: Box) -> None:
    """Around all of the figure, and within some hundredths of its size."""
    ends, slack = found(text), 0.06 * longer(box)
    assert ends
    for side, (end, true) in enumerate(zip(ends, box, strict=True)):
        beyond = (true - end) * (-1 if side % 2 else 1)
        assert -0.01 * longer(box) <= beyond <= slack  # a soft corner may be inside by a little


@pytest.mark.parametrize(
    "text", ["x^2 + y^2 <= -1", "1 <= 0", "1 <= 2", "x^2 + y^2 >= -1", "y = sqrt(-1 - x^2)"]
)
def test_what_has_no_boundary_has_no_extent(text: str) -> None:
    """Nothing, and everything."""
    assert found(text) is None


@pytest.mark.parametrize(
    "text", ["x >= 1", "y = sin(x)", "x*y = 100", "sin(x)*sin(y) <= 0.5", "x^2 <= y", f"disc({FAR}, 0, 9)"]
)
def test_what_has_no_end(text: str) -> None:
    """On any side; or farther away than is looked."""
    assert found(text) == PLANE


def test_what_takes_too_long_is_left() -> None:
    """A large figure, of which a few boxes are looked at."""
    text = " | ".join(f"(sin({k}*x + y)^2 + cos(x*y - {k})^2 <= 0.1 & x^2 + y^2 <= 4)" for k in range(300))
    assert found(text) == PLANE


def test_whether_something_shows() -> None:
    """A boundary in a box; not a box that is all inside."""
    disc = parts("x^2 + y^2 <= 9")
    assert shows(disc, (0.0, 5.0, 0.0, 5.0))
    assert not shows(disc, (-1.0, 1.0, -1.0, 1.0))
    assert not shows(disc, (3.0, 5.0, 3.0, 5.0))
