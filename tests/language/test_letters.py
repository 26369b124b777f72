"""Letters: what there is, where it stands, and that strokes are distances."""

import unicodedata

import numpy as np
import pytest

import shapecli
from shapecli.base.source import ShapeError, Source
from shapecli.drawing.drawing import drawing_of
from shapecli.engine import reference
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph
from shapecli.fields.tape import flatten
from shapecli.language.letters import WEIGHT, alphabet, letters_of, names_of
from shapecli.language.parse import parse_figure
from shapecli.language.syntax import Let
from shapecli.notations.reading.read import read_foreign
from shapecli.notations.targets import target_of
from shapecli.render import Settings
from tests.language.test_library import field

ALL = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ “”‘’–—…€£°×·§«»¡¿"  # of ASCII all but ", which ends a string
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸØÆŒẞÐÞŁàáâãäåçèéêëìíîïñòóôõöùúûüýÿøæœßðþłşșőűăąęčřž"
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊΐ"
)


def test_every_letter_is_there() -> None:
    """With its marks in one character, or behind it."""
    assert [letter for letter in ALL if not names_of(letter)] == []
    assert all(map(names_of, letters_of(unicodedata.normalize("NFD", ALL))))
    assert letters_of("x\u0302a") == ["x\u0302", "a"]
    assert names_of("x\u0302") == ("latin_small_letter_x", "combining_circumflex_accent")
    assert names_of("í") == ("latin_small_letter_dotless_i", "combining_acute_accent")
    assert not any(map(names_of, ["☃", "\u0302", "\t", "☃\u0302", '"']))


def test_every_definition_is_a_letter_or_used() -> None:
    """And can be read."""
    source = alphabet().source
    statements, errors = parse_figure(source)
    assert not errors
    names = [item.name.name for item in statements if isinstance(item, Let)]
    assert names == [*alphabet().visible]
    spelled = (unicodedata.name(chr(code), "").lower() for code in range(0x2300))
    letters = {name.replace(" ", "_").replace("-", "_") for name in spelled}
    used = ("across", "up", "foot", "start", "units", "extent", "breadth")  # by what sets them
    others = [name for name in names if name not in letters and name not in used]
    assert [
        name for name in others if source.text.count(f"{name}(") + source.text.count(f"{name},") < 2
    ] == []


def test_strokes_are_distances() -> None:
    """Their level changes by 64 for 1 at most, everywhere: no part of one is scaled, and none jumps."""
    random = np.random.default_rng(3)
    x, y = random.uniform(-0.6, 1.6, (2, 2000))
    angle = random.uniform(0, 6.3, 2000)
    steepest = 0.0
    for letter in filter(str.strip, ALL):
        shape = shapecli.parse(f'draw text("{letter}", 0, 0, 1)').layers[0].shape
        for stroke in shape.args if shape.op is ops.union else (shape,):
            tape = flatten(blend.level(Graph(), stroke.args[0], sharp=True))
            (here,), (there,) = (
                reference.run(
                    tape, {"n": 50.0}, x + 0.02 * step * np.cos(angle), y + 0.02 * step * np.sin(angle)
                )
                for step in (0, 1)
            )
            rise = float(np.max(np.abs(there - here))) / 0.02
            assert 16 < rise < 64 * 1.001, letter
            steepest = max(steepest, rise)
    assert steepest > 63


@pytest.mark.parametrize("weight", [0.05, WEIGHT, 0.2])
def test_letters_stand_where_they_should(weight: float) -> None:
    """From x on, textwidth wide, on the line, as high as it is said; breadth is weight times height."""
    call = f'text("HEH", 0.5, -1, 2, 0, {weight})'
    width = float(field(f'draw textwidth("HEH", 2, {weight}) <= x', np.zeros(1), np.zeros(1))[0])
    half, near = weight, 1e-6  # of the breadth of 2*weight
    ends = [(0.5, 0.0), (0.5 + width, 0.0), (0.5 + half, -1.0), (0.5 + half, 1.0), (0.5 + 2 * half, 0.5)]
    ways = [(1, 0), (-1, 0), (0, 1), (0, -1), (-1, 0)]
    x, y = (
        np.array(
            [end[k] + sign * near * way[k] for sign in (1, -1) for end, way in zip(ends, ways, strict=True)]
        )
        for k in (0, 1)
    )
    inside = field(call, x, y, sharp=True) <= 0
    assert inside.tolist() == [True] * 5 + [False] * 5


def test_align_spacing_and_lines() -> None:
    """Shares of the width are left of x; lines are 1.6 heights apart; what recedes comes nearer."""
    x, y = np.random.default_rng(4).uniform(-3, 3, (2, 500))

    def number(text: str) -> float:
        return float(field(f"draw {text} <= 0", np.zeros(1), np.zeros(1))[0])

    whole = number('textwidth("Ag", 2, 0.1, 0.3)')
    assert np.isclose(whole, number('textwidth("Ag", 2, 0.1)') + 2 * 0.3)
    centred = field('text("Ag", 0.2, 0, 2, 0.5, 0.1, 0.3)', x, y)
    assert np.allclose(centred, field(f'text("Ag", 0.2 - {whole / 2}, 0, 2, 0, 0.1, 0.3)', x, y))
    lines = field('text(["so", "ft"], 0, 1, 1, 1)', x, y)
    assert np.allclose(lines, field('text("so", 0, 1, 1, 1) | text("ft", 0, -0.6, 1, 1)', x, y))
    assert np.isclose(number('textwidth(["i", "MM"], 3)'), 3 * number('textwidth("MM", 1)'))
    assert number('textwidth("AV", 1)') < number('textwidth("AH", 1)') - 0.1
    varying = field('union(text("R", k, 0, n/25)(-x, y) for k in [0, 3])', x, y)  # as a parameter would vary
    assert np.allclose(varying, field('text("R", 0, 0, 2)(-x, y) | text("R", 3, 0, 2)(-x, y)', x, y))


@pytest.mark.parametrize("target", ["latex", "desmos"])
@pytest.mark.parametrize(("word", "strokes"), [("HELLO", 10), ("Sam & 28?", 19)])
def test_what_is_exported_is_read_back(word: str, strokes: int, target: str) -> None:
    """The same strokes, straight ones and arcs, which have cases."""
    text = f'draw text("{word}", 0, 0, 1)'
    x, y = np.random.default_rng(6).uniform(-0.2, 6.0, (2, 500))
    written = target_of(target).write(drawing_of(shapecli.parse(text), Settings())).text
    back = read_foreign(Source("letters", written), "desmos")
    assert back.count("<= 4") == strokes
    assert np.allclose(field(back, x, y / 5), field(text, x, y / 5))


@pytest.mark.parametrize("limit", [30, 100, 200])
def test_a_text_that_is_too_large_is_told_where_it_stands(limit: int) -> None:
    """And not where the alphabet is, however far it comes."""
    with pytest.raises(ShapeError, match=f"larger than the limit of {limit} operations") as problem:
        shapecli.parse('draw text("HELLO", 0, 0, 1)', limit_operations=limit)
    assert problem.value.source
    assert problem.value.span
    span, text = problem.value.span, problem.value.source.text
    assert text[span.start : span.end] == 'text("HELLO", 0, 0, 1)'
