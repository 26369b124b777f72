"""The set algebra of levels, on random region trees, through the real kernels."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import shapecli
from tests.oracle.trees import (
    DIGITS,
    SHARPNESSES,
    VIEW,
    Tree,
    both,
    complement,
    crisp,
    either,
    level,
    points,
    slack,
    trees,
)

WINDOW = (-2.0, 2.0, -2.0, 2.0)
TOLERANCE = 1e-12

sharpnesses = st.sampled_from(SHARPNESSES)


def levels(region: Tree | str, n: float, *, sharp: bool = False) -> NDArray[np.float64]:
    """Levels at the points of the oracle, in their order."""
    text = region if isinstance(region, str) else region.text
    figure = shapecli.parse(f"draw {text}")
    size = (VIEW.width, VIEW.height)
    settings = {"size": size, "window": WINDOW, "stretch": True, "antialiasing": 1}
    return figure.field(sharpness=n, sharp=sharp, **settings).ravel()


def close(a: NDArray[np.float64], b: NDArray[np.float64], *, factor: float = 1.0) -> bool:
    """Equal to 1e-12 (1 + |L|)."""
    return bool((np.abs(a - b) <= factor * TOLERANCE * (1 + np.abs(b))).all())


@given(trees(), sharpnesses)
@settings(max_examples=150)
def test_levels_are_those_of_fifty_digits(tree: Tree, n: float) -> None:
    """Every level agrees with the definition, evaluated independently."""
    with mpmath.workdps(DIGITS):
        expected = np.array([float(level(tree, n, x, y)) for x, y in points()])
    assert close(levels(tree, n), expected)


@given(trees(), st.floats(1e-3, 1e6))
def test_double_complement_and_complement_are_exact(tree: Tree, n: float) -> None:
    """~~A is A and L(~A) is -L(A), bit for bit."""
    plain = levels(tree, n)
    assert np.array_equal(levels(complement(complement(tree)), n), plain)
    assert np.array_equal(levels(complement(tree), n), -plain)


@given(trees(), trees(), sharpnesses, st.booleans())
def test_de_morgan(a: Tree, b: Tree, n: float, sharp: bool) -> None:
    """~(A & B) is ~A | ~B, and ~(A | B) is ~A & ~B."""
    for outer, inner in ((both, either), (either, both)):
        whole = levels(complement(outer(a, b)), n, sharp=sharp)
        assert close(whole, levels(inner(complement(a), complement(b)), n, sharp=sharp))


@given(trees(), trees(), trees(), sharpnesses, st.sampled_from([both, either]))
def test_grouping_and_order_of_a_chain_do_not_matter(a: Tree, b: Tree, c: Tree, n: float, op: object) -> None:
    """(A . B) . C, A . (B . C), C . A . B and the flat chain are the same."""
    assert callable(op)
    flat = levels(op(a, b, c), n)
    for other in (op(op(a, b), c), op(a, op(b, c)), op(c, a, b)):
        assert close(levels(other, n), flat, factor=4)


@given(trees(xor=False), sharpnesses)
def test_soft_and_crisp_are_as_near_as_promised(tree: Tree, n: float) -> None:
    """H - lo <= L/n <= h + hi at every point."""
    with mpmath.workdps(DIGITS):
        lo, hi = map(float, slack(tree, n))
        h = np.array([float(crisp(tree, x, y)) for x, y in points()])
    soft = levels(tree, n) / n
    margin = 1e-12 * (1 + np.abs(h))
    assert (soft >= h - lo - margin).all()
    assert (soft <= h + hi + margin).all()


@given(trees(), sharpnesses)
def test_sharp_is_the_crisp_figure(tree: Tree, n: float) -> None:
    """With sharp, L is n times the field of max and min."""
    with mpmath.workdps(DIGITS):
        expected = n * np.array([float(crisp(tree, x, y)) for x, y in points()])
    assert close(levels(tree, n, sharp=True), expected)


@given(trees(), sharpnesses)
def test_a_set_and_its_complement(tree: Tree, n: float) -> None:
    """A | ~A is everything, u <= 1/2; A & ~A is nothing, u >= 2; A xor A is nothing."""
    ln2 = np.log(2.0)
    assert (levels(either(tree, complement(tree)), n) <= -ln2 + TOLERANCE).all()
    assert (levels(both(tree, complement(tree)), n) >= ln2 - TOLERANCE).all()
    assert (levels(f"({tree.text} xor {tree.text})", n) >= -TOLERANCE).all()


@given(trees(), sharpnesses)
def test_the_soft_algebra_is_not_idempotent(tree: Tree, n: float) -> None:
    """A & A is A plus ln 2: a simplifier that removed duplicates would change the figure."""
    plain = levels(tree, n)
    assert close(levels(both(tree, tree), n), plain + np.log(2.0), factor=2)


@given(trees(), trees(), sharpnesses)
def test_difference_is_intersection_with_the_complement(a: Tree, b: Tree, n: float) -> None:
    """A without B, and A & ~B."""
    assert close(levels(f"({a.text} \\ {b.text})", n), levels(both(a, complement(b)), n))


@given(trees(), trees(), sharpnesses)
def test_xor_is_the_two_differences(a: Tree, b: Tree, n: float) -> None:
    """A xor B is (A & ~B) | (~A & B)."""
    spelled = either(both(a, complement(b)), both(complement(a), b))
    assert close(levels(f"({a.text} xor {b.text})", n), levels(spelled, n), factor=4)


@pytest.mark.parametrize("sharp", [False, True])
def test_strict_and_closed_differ_only_on_the_boundary(sharp: bool) -> None:
    """The boundary belongs to <= and not to <, and to the complement of the latter."""
    size, window = (3, 1), (-1.5, 1.5, -0.5, 0.5)  # centres at x = -1, 0, 1
    masks = {
        text: shapecli.parse(f"draw {text}").field(size=size, window=window, sharp=sharp).ravel() <= 0
        for text in ("x <= 0", "x < 0", "~(x <= 0)", "~(x < 0)", "x >= 0", "x > 0")
    }
    assert masks["x <= 0"].tolist() == [True, True, False]
    assert masks["x < 0"].tolist() == [True, False, False]
    assert masks["~(x <= 0)"].tolist() == masks["x > 0"].tolist() == [False, False, True]
    assert masks["~(x < 0)"].tolist() == masks["x >= 0"].tolist() == [False, True, True]
