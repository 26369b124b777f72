"""Letters: a string becomes the union of the strokes of its glyphs, set side by side."""

import functools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shapecli.base.source import ShapeError
from shapecli.fields import ops
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.syntax import LIST, Apply, Expression, Let, Name

if TYPE_CHECKING:
    from shapecli.language.calls import Arguments
    from shapecli.language.expressions import Scope
    from shapecli.language.names import Module

TEXT: Final = 'text("ML", x, y, height, align, weight, spacing)'  # the order of its arguments
WEIGHT: Final = 0.125  # the breadth of strokes, of the height of capitals
HEAVIEST: Final = 0.5
LEADING: Final = 1.6  # from line to line, of that
KERNING: Final = 0.5  # how much of the space is closed between sides that both recede
MARKS: Final = 4  # upon one letter; Python takes the square of their number to sort them
MOST_SHOWN: Final = 10  # letters that are not there
CAPITAL, SMALL, STACKED = 1.0, 0.7, 0.24  # how high marks stand, and one upon another
BELOW: Final = ("combining_cedilla", "combining_ogonek", "combining_comma_below")
TALL: Final = "bdfhklβδθλ"
DOTLESS: Final = {"i": "ı", "j": "ȷ"}

Extent = tuple[
    float, float, float
]  # how many glyphs, how wide their middle lines are, and the spaces between them


@dataclass(frozen=True, eq=False)
class Glyph:
    """A letter in units of its own: the middle line of a capital is 1 high.

    Attributes:
        left, right: the space beside it, and how far its ink is in from there at top, middle and foot.
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
    graph, lines = given.resolver.graph, _lines(given)
    x, y, height, align, weight, spacing = _numbers(given, (None, None, None, 0.0, WEIGHT, 0.0))
    units, breadth = _called(given, "units", height, weight, spacing), _called(given, "breadth", weight).args
    strokes: list[Node] = []
    for number, line in enumerate(lines):
        whole = _called(given, "extent", units, *map(given.number, line.whole))
        start = _called(given, "start", x, align, height, weight, spacing, whole)
        foot = _called(given, "foot", y, height, weight, given.number(number * LEADING))
        v = _called(given, "up", foot, units)
        for glyph, place in zip(line.glyphs, line.places, strict=True):
            if glyph.strokes.args:
                u = _called(given, "across", start, units, *map(given.number, place))
                moved = graph.substitute(glyph.strokes, {"x": u, "y": v})
                for distance in moved.args:
                    scaled = graph.apply(ops.mul, breadth[0], distance)
                    strokes.append(graph.apply(ops.at_most, scaled, breadth[1]))
            given.resolver.spend(1, given.node, given.scope)
    return graph.apply(ops.union, *strokes) if len(strokes) > 1 else strokes[0]


def width(given: "Arguments") -> Node:
    """The number `textwidth(string, height, weight, spacing)`: of the widest line.

    Raises:
        ShapeError: as that of a text.
    """
    height, weight, spacing = _numbers(given, (None, WEIGHT, 0.0))
    units = _called(given, "units", height, weight, spacing)
    gap = given.resolver.graph.apply(ops.mul, height, spacing)
    extents = [_called(given, "extent", units, *map(given.number, line.whole)) for line in _lines(given)]
    return given.resolver.graph.apply(
        ops.sub, given.resolver.graph.balanced(ops.maximum, tuple(extents)), gap
    )


def _numbers(given: "Arguments", usual: Sequence[float | None]) -> list[Node]:
    """The arguments after the string, and the usual ones for those that are left out.

    Args:
        usual: None for what cannot be left out, of which the height is the last.

    Raises:
        ShapeError: they are none of letters.
    """
    numbers = [given.demand(Kind.NUMBER, place) for place in range(1, len(given.args))]
    bodies = given.node.args[1:]
    for number, body in zip(numbers, bodies, strict=True):
        if number.constant is not None and not math.isfinite(number.constant):
            raise given.error(f"{given.node.op} needs finite numbers", body)
    place, tall = usual.index(WEIGHT), usual.count(None) - 1
    height = numbers[tall].constant
    if height is not None and height <= 0.0:
        raise given.error("the height of letters is above 0", bodies[tall])
    numbers += [given.number(number or 0.0) for number in usual[len(numbers) :]]
    weight = numbers[place].constant
    if weight is not None and not 0.0 < weight <= HEAVIEST:
        hint = f"it is the breadth of strokes, of the height of capitals: {WEIGHT} unless it is given"
        raise given.error(f"the weight of letters is above 0 and at most {HEAVIEST}", bodies[place], hint)
    return numbers


def _called(given: "Arguments", name: str, *args: Node) -> Node:
    """What a function of the alphabet gives."""
    from shapecli.language.expressions import Scope

    item = alphabet().visible[name].item
    assert isinstance(item, Let)
    names = (parameter.name for parameter in item.parameters)
    return _valued(given, item.body, Scope(alphabet(), dict(zip(names, args, strict=True))))


def _valued(given: "Arguments", body: Expression, scope: "Scope") -> Node:
    """What an expression of the alphabet is; what is wrong is told where the text stands."""
    try:
        return given.resolver.value(body, scope)
    except ShapeError as problem:
        raise given.error(problem.message, hint=problem.hint) from None


def _lines(given: "Arguments") -> list[Line]:
    """The lines of a text, set.

    Raises:
        ShapeError: there are no letters, or no such.
    """
    written = given.node.args[0]
    parts = (
        written.args
        if isinstance(written, Apply) and written.op == LIST and not written.loops
        else (written,)
    )
    rows = [part.name.strip('"') for part in parts if isinstance(part, Name) and part.name[0] == '"']
    if len(rows) < len(parts) or not parts:
        hint = f'write {given.node.op}("ML", ...), or ["two", "lines"]'
        raise given.error(f"{given.node.op} takes letters in quotes", written, hint)
    if not "".join(rows).strip():
        raise given.error("there are no letters here", written, f'write {given.node.op}("ML", ...)')
    given.resolver.spend(sum(map(len, rows)), given.node, given.scope)
    lines = [letters_of(row) for row in rows]
    letters = dict.fromkeys(letter for line in lines for letter in line)
    if missing := [letter for letter in letters if not names_of(letter)]:
        hint = "there are A to Z and a to z, with accents, Greek, digits and punctuation"
        more = ", ..." if len(missing) > MOST_SHOWN else ""
        shown = ", ".join(
            letter
            if letter.isprintable() and not unicodedata.combining(letter[0])
            else " ".join(f"U+{ord(part):04X}" for part in letter)
            for letter in missing[:MOST_SHOWN]
        )
        raise given.error(f"there is no glyph for {shown}{more}", written, hint)
    glyphs = {letter: _glyph(given, letter) for letter in letters}
    return [_set([glyphs[letter] for letter in line]) for line in lines]


def letters_of(row: str) -> list[str]:
    """The letters of a string, each with what is set upon it."""
    found: list[str] = []
    for character in row:
        if found and len(found[-1]) <= MARKS and unicodedata.combining(character):
            found[-1] += character
        else:
            found.append(character)
    return [unicodedata.normalize("NFC", letter) for letter in found]


def names_of(letter: str) -> tuple[str, ...] | None:
    """What the alphabet calls a letter: a glyph, or a glyph and marks; None if it is not there."""
    known = alphabet().visible
    parts = (
        [letter] if len(letter) == 1 and _name(letter) in known else [*unicodedata.normalize("NFD", letter)]
    )
    if len(parts) > 1:
        parts[0] = DOTLESS.get(parts[0], parts[0])
    names = tuple(map(_name, parts))
    return names if all(name in known for name in names) and not unicodedata.combining(parts[0]) else None


def _name(letter: str) -> str:
    return unicodedata.name(letter, "").lower().replace(" ", "_").replace("-", "_")


def _glyph(given: "Arguments", letter: str) -> Glyph:
    """A letter with its marks."""
    from shapecli.language.expressions import Scope

    graph, base, *marks = given.resolver.graph, *(names_of(letter) or ())
    scope = Scope(alphabet(), {})
    left, width, right, *strokes = _valued(given, Name(given.node.span, base), scope).args
    top = CAPITAL if letter.isupper() or unicodedata.normalize("NFD", letter)[0] in TALL else SMALL
    for mark in marks:
        shape = _valued(given, Name(given.node.span, mark), scope)
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
        places.append((count, widths, spaces))
        count, widths, before = count + 1.0, widths + glyph.width, glyph
    return Line(glyphs, places, (count, widths, spaces))
