"""Letters: a string becomes the union of the strokes of its glyphs, set side by side."""

import functools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shapecli.fields import ops
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.syntax import LIST, Apply, Expression, Let, Name

if TYPE_CHECKING:
    from shapecli.language.calls import Arguments
    from shapecli.language.names import Module

WEIGHT: Final = 0.12  # the breadth of strokes, of the height of capitals
LEADING: Final = 1.6  # from line to line, of that
KERNING: Final = 0.5  # how much of the space is closed between sides that both recede
CRISPNESS: Final = 4.0  # the level of a stroke is 0 at its edge, and -4n in its middle: it swells by 0.35 % where two meet
CAPITAL, SMALL, STACKED = 1.0, 0.7, 0.2  # how high marks stand, and one upon another
BELOW: Final = ("combining_cedilla", "combining_ogonek", "combining_comma_below")
DOTLESS: Final = {"i": "ı", "j": "ȷ"}

Extent = tuple[float, float, float, float]  # how many glyphs and gaps, how wide their middle lines, and the spaces


@dataclass(frozen=True, eq=False)
class Glyph:
    """A letter in units of its own: the middle line of a capital is 1 high.

    Attributes:
        left, right: the space beside it, and how far its ink is in from there at the top, in the middle and at
            the foot.
        strokes: a list of distances from the middle lines of strokes, over x and y.
    """

    left: Sequence[float]
    width: float
    right: Sequence[float]
    strokes: Node


@dataclass(frozen=True, eq=False)
class Line:
    """Glyphs side by side.

    Attributes:
        places: what is left of each.
        whole: what the line takes.
    """

    glyphs: Sequence[Glyph]
    places: Sequence[Extent]
    whole: Extent


@functools.cache
def alphabet() -> "Module":
    """The definitions of `grammars/letters.shape`, each read when it is needed."""
    from shapecli.language.names import read_when_needed

    return read_when_needed("grammars/letters.shape")


def text(given: "Arguments") -> Node:
    """The region of `text(string, x, y, height, align, weight, spacing)`.

    Raises:
        ShapeError: there is no such letter, or a number cannot be one of letters.
    """
    graph, lines = given.resolver.graph, [*_lines(given)]
    x, y, height, align, weight, spacing = _numbers(given, (None, None, None, 0.0, WEIGHT, 0.0))
    half = _called(given, "half", weight)
    strokes: list[Node] = []
    for number, line in enumerate(lines):
        width = _called(given, "extent", height, weight, spacing, *_leaves(given, *line.whole))
        v = _called(given, "up", y, height, weight, *_leaves(given, number * LEADING))
        for glyph, place in zip(line.glyphs, line.places, strict=True):
            if glyph.strokes.args:
                left = _called(given, "extent", height, weight, spacing, *_leaves(given, *place))
                u = _called(given, "across", x, left, align, width, height, weight)
                moved = graph.substitute(glyph.strokes, {"x": u, "y": v})
                strokes += (_stroke(given, distance, half) for distance in moved.args)
    given.resolver.spend(sum(map(given.resolver.size, strokes)), given.node, given.scope, refund=True)
    return graph.apply(ops.union, *strokes) if len(strokes) > 1 else strokes[0]


def width(given: "Arguments") -> Node:
    """The number `textwidth(string, height, weight, spacing)`: of the widest line.

    Raises:
        ShapeError: as that of a text.
    """
    height, weight, spacing = _numbers(given, (None, WEIGHT, 0.0))
    extents = [
        _called(given, "extent", height, weight, spacing, *_leaves(given, *line.whole))
        for line in _lines(given)
    ]
    return given.resolver.graph.balanced(ops.maximum, tuple(extents))


def _stroke(given: "Arguments", distance: Node, half: Node) -> Node:
    graph = given.resolver.graph
    unit = graph.apply(ops.mul, half, graph.number(1.0 / CRISPNESS))
    return graph.apply(ops.at_most, graph.apply(ops.div, distance, unit), graph.number(CRISPNESS))


def _numbers(given: "Arguments", usual: Sequence[float | None]) -> list[Node]:
    """The arguments after the string, and the usual ones for those that are left out."""
    given_here = [given.demand(Kind.NUMBER, place) for place in range(1, len(given.args))]
    return given_here + [given.number(number or 0.0) for number in usual[len(given_here) :]]


def _leaves(given: "Arguments", *values: float) -> Iterator[Node]:
    return map(given.number, values)


def _called(given: "Arguments", name: str, *args: Node) -> Node:
    """What a function of the alphabet gives."""
    from shapecli.language.expressions import Scope

    item = alphabet().visible[name].item
    assert isinstance(item, Let)
    names = (parameter.name for parameter in item.parameters)
    return given.resolver.value(item.body, Scope(alphabet(), dict(zip(names, args, strict=True))))


def _lines(given: "Arguments") -> Iterator[Line]:
    """The lines of a text, set.

    Raises:
        ShapeError: there are no letters, or no such.
    """
    written = given.node.args[0]
    parts = written.args if isinstance(written, Apply) and written.op == LIST and not written.loops else (written,)
    rows = [part.name.strip('"') for part in parts if isinstance(part, Name) and part.name[0] == '"']
    if len(rows) < len(parts) or not parts:
        hint = f'write {given.node.op}("ML", ...), or ["two", "lines"]'
        raise given.error(f"{given.node.op} takes letters in quotes", written, hint)
    if not "".join(rows).strip():
        raise given.error("there are no letters here", written, f'write {given.node.op}("ML", ...)')
    rows = [unicodedata.normalize("NFC", row) for row in rows]
    missing = dict.fromkeys(letter for row in rows for letter in row if not names_of(letter))
    if missing:
        hint = "there are A to Z and a to z with accents, Greek, digits and punctuation"
        raise given.error(f"there is no letter {' '.join(missing)}", written, hint)
    for row in rows:
        glyphs = [_glyph(given, letter) for letter in row]
        yield _set(glyphs)


def names_of(letter: str) -> tuple[str, ...] | None:
    """What the alphabet calls a letter: its glyph, or that of the base and those of its marks; None if unknown."""
    known = alphabet().visible
    if (name := _name(letter)) in known:
        return (name,)
    base, *marks = unicodedata.normalize("NFD", letter)
    names = (_name(DOTLESS.get(base, base)), *map(_name, marks)) if marks else ()
    return names if names and all(name in known for name in names) else None


def _name(letter: str) -> str:
    return unicodedata.name(letter, "").lower().replace(" ", "_").replace("-", "_")


def _glyph(given: "Arguments", letter: str) -> Glyph:
    """A letter with its marks."""
    from shapecli.language.expressions import Scope

    graph, base, *marks = given.resolver.graph, *(names_of(letter) or ())
    scope = Scope(alphabet(), {})
    left, width, right, *strokes = given.resolver.value(Name(given.node.span, base), scope).args
    top = CAPITAL if letter.isupper() else SMALL
    for mark in marks:
        shape = given.resolver.value(Name(given.node.span, mark), scope)
        is_below = mark in BELOW
        u = graph.apply(ops.sub, graph.input("x"), graph.apply(ops.mul, width, given.number(0.5)))
        v = graph.apply(ops.sub, graph.input("y"), given.number(0.0 if is_below else top))
        strokes += graph.substitute(shape, {"x": u, "y": v}).args
        top += 0.0 if is_below else STACKED
    return Glyph(
        [part.constant or 0.0 for part in left.args], width.constant or 0.0,
        [part.constant or 0.0 for part in right.args], graph.apply(ops.listed, *strokes),
    )  # fmt: skip


def _set(glyphs: Sequence[Glyph]) -> Line:
    """Glyphs side by side, the nearer the more their sides recede."""
    places: list[Extent] = []
    count, widths, spaces = 0.0, 0.0, 0.0
    before: Glyph | None = None
    for glyph in glyphs:
        if before:
            recess = min(a + b for a, b in zip(before.right[1:], glyph.left[1:], strict=True))
            spaces += before.right[0] + glyph.left[0] - KERNING * recess
        places.append((count, count, widths, spaces))
        count, widths, before = count + 1.0, widths + glyph.width, glyph
    return Line(glyphs, places, (count, max(count - 1.0, 0.0), widths, spaces))
