"""Random region trees with two readings: as text of the language, and as 50-digit arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
from hypothesis import strategies as st
from mpmath import mpf

from shapecli.base.window import Window
from shapecli.engine.view import View

DIGITS = 50
VIEW = View(Window(-2.0, 2.0, -2.0, 2.0), 5, 4)
SHARPNESSES = (1.0, 5.0, 50.0)

Field = Callable[[mpf, mpf], mpf]


@dataclass(frozen=True)
class Tree:
    """A region: its text, and the arguments of an operation or the field of a primitive."""

    text: str
    op: str
    args: tuple["Tree", ...] = ()
    field: Field | None = None


def log_sum_exp(values: list[mpf]) -> mpf:
    """The definition, at enough digits that nothing cancels or overflows."""
    return mpmath.log(mpmath.fsum(mpmath.exp(value) for value in values))


def level(tree: Tree, n: float, x: float, y: float) -> mpf:
    """L = ln u by the calculus of boundary values."""
    if tree.field:
        return mpf(n) * tree.field(mpf(x), mpf(y))
    parts = [level(arg, n, x, y) for arg in tree.args]
    if tree.op == "~":
        return -parts[0]
    if tree.op == "&":
        return log_sum_exp(parts)
    if tree.op == "|":
        return -log_sum_exp([-part for part in parts])
    a, b = parts
    return log_sum_exp([mpf(0), a + b]) - log_sum_exp([a, b])


def crisp(tree: Tree, x: float, y: float) -> mpf:
    """The field of the crisp figure: max for and, min for or."""
    if tree.field:
        return tree.field(mpf(x), mpf(y))
    parts = [crisp(arg, x, y) for arg in tree.args]
    if tree.op == "~":
        return -parts[0]
    if tree.op == "xor":
        return max(min(parts), -max(parts))
    return max(parts) if tree.op == "&" else min(parts)


def slack(tree: Tree, n: float) -> tuple[mpf, mpf]:
    """(lo, hi) with crisp - lo <= L/n <= crisp + hi everywhere; of trees without xor."""
    if tree.field:
        return mpf(0), mpf(0)
    lows, highs = zip(*(slack(arg, n) for arg in tree.args), strict=True)
    more = mpmath.log(len(tree.args)) / mpf(n)
    if tree.op == "~":
        return highs[0], lows[0]
    if tree.op == "&":
        return max(lows), max(highs) + more
    return max(lows) + more, max(highs)


def points() -> list[tuple[float, float]]:
    """The pixel centres of VIEW, row by row from the top."""
    return [(float(x), float(y)) for y in VIEW.ys() for x in VIEW.xs()]


_numbers = st.integers(-200, 200).map(lambda k: k / 100)


@st.composite
def _half_plane(draw: st.DrawFn) -> Tree:
    a, b, c = draw(_numbers), draw(_numbers), draw(_numbers)
    return Tree(f"({a}*x + {b}*y <= {c})", "", field=lambda x, y: mpf(a) * x + mpf(b) * y - mpf(c))


@st.composite
def _disc(draw: st.DrawFn) -> Tree:
    a, b, c = draw(_numbers), draw(_numbers), abs(draw(_numbers))
    return Tree(
        f"({c} >= (x - {a})^2 + (y - {b})^2)",
        "",
        field=lambda x, y: (x - mpf(a)) ** 2 + (y - mpf(b)) ** 2 - mpf(c),
    )


def _chain(op: str, args: tuple[Tree, ...]) -> Tree:
    return Tree("(" + f" {op} ".join(arg.text for arg in args) + ")", op, args)


def complement(tree: Tree) -> Tree:
    """~ of a region."""
    return Tree(f"~{tree.text}", "~", (tree,))


def both(*args: Tree) -> Tree:
    """& of regions."""
    return _chain("&", args)


def either(*args: Tree) -> Tree:
    """| of regions."""
    return _chain("|", args)


def trees(*, xor: bool = True) -> st.SearchStrategy[Tree]:
    """Regions of up to ten primitives or so."""

    def grow(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        grown = [inner.map(complement), several.map(lambda a: both(*a)), several.map(lambda a: either(*a))]
        if xor:
            grown.append(st.tuples(inner, inner).map(lambda pair: _chain("xor", pair)))
        return st.one_of(grown)

    return st.recursive(st.one_of(_half_plane(), _disc()), grow, max_leaves=10)
