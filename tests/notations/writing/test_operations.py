"""The table of notations is whole and well formed, and programs compute what the table of meaning says."""

import itertools
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from shapecli.base.window import Window
from shapecli.engine import reference
from shapecli.engine.view import View
from shapecli.fields.graph import Node
from shapecli.fields.ops import EXECUTABLE, OPS, Op
from shapecli.notations.targets.browser import run_shader
from shapecli.notations.writing import glsl, javascript, python
from shapecli.notations.writing.forms import PLACE, Notation
from shapecli.notations.writing.latex import DESMOS, LATEX
from shapecli.notations.writing.mathematica import MATHEMATICA
from shapecli.notations.writing.mathml import MATHML
from shapecli.notations.writing.operations import PAINTED, ROWS
from shapecli.notations.writing.program import straight
from tests.browser import needs_browser, opened

PROGRAMS = {
    "math": python.MATH, "numpy": python.NUMPY, "javascript": javascript.JAVASCRIPT, "glsl": glsl.GLSL,
}  # fmt: skip
NUMBERS = (-math.inf, -7.5, -2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, 7.5, math.inf)
FLAG = 12345.0  # of GLSL, which has no NaN


def operations(language: str) -> list[Op]:
    """Those that it does not refuse."""
    return [op for op in EXECUTABLE if op.name not in PROGRAMS[language].refused]


def every_operation(language: str) -> pytest.MarkDecorator:
    """A test for each."""
    return pytest.mark.parametrize("op", operations(language), ids=lambda op: op.name)


def points(op: Op, numbers: tuple[float, ...] = (*NUMBERS, math.nan)) -> list[tuple[float, ...]]:
    """Every combination of arguments; of a power, finite ones: elsewhere libraries differ."""
    found = list(itertools.product(numbers, repeat=op.arity))
    return [point for point in found if op.name != "^" or not any(map(math.isinf, point))]


def written(op: Op, notation: Notation) -> str:
    """An operation of inputs a, b and c."""
    node = Node(op, tuple(Node(None, (), name) for name in "abc"[: op.arity]))
    program = straight([node], notation, {}, ())
    assert not program.lines
    return program.results[0]


def meaning(op: Op, found: list[tuple[float, ...]]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """What the table says at points."""
    assert op.value
    return np.array([op.value(*point) for point in found])


def test_the_table_has_a_row_for_every_operation() -> None:
    """And for nothing else but what two of them are the other way round, and the name of a level."""
    assert set(ROWS) == {*OPS, ">=", ">", "LSE"} - {*PAINTED, "level", "distance"}


@pytest.mark.parametrize("language", PROGRAMS)
def test_programs_write_every_operation(language: str) -> None:
    """But for the one that is asked in reports only, which NumPy has for our own use."""
    missing = {op.name for op in EXECUTABLE} - {op.name for op in operations(language)}
    assert missing == (set() if language == "numpy" else {"undefined"})


@every_operation("math")
def test_python_means_the_same(op: Op) -> None:
    """To the last bit: the text alone, in a namespace where nothing else is."""
    scope: dict[str, Any] = {}
    helpers = python.math_helpers([op.name])
    exec(f"import math\n{helpers}\ndef field(a, b=0, c=0): return {written(op, python.MATH)}", scope)  # noqa: S102
    found = points(op)
    np.testing.assert_array_equal([scope["field"](*point) for point in found], meaning(op, found))


@every_operation("numpy")
def test_numpy_means_the_same(op: Op) -> None:
    """But for rounding; and so does the reference, where 1 to an undefined power is undefined, too."""
    scope: dict[str, Any] = {}
    helpers = "\n\n".join(python.NUMPY.defined([op.name]))
    exec(f"import numpy as np\n{helpers}\ndef field(a, b=0, c=0): return {written(op, python.NUMPY)}", scope)  # noqa: S102
    found = points(op)
    expected = meaning(op, found)
    arrays = [np.array(part) for part in zip(*found, strict=True)]
    with np.errstate(all="ignore"):
        exported, ours = scope["field"](*arrays), reference.NOTATION[op.name](*arrays)
    np.testing.assert_allclose(ours, expected, rtol=1e-14, atol=1e-300)
    np.testing.assert_array_equal(exported, np.where((op.name == "^") & (arrays[0] == 1.0), 1.0, ours))


@cache
def in_a_page() -> dict[str, list[float]]:
    """What every operation gives in JavaScript."""
    listed = operations("javascript")
    functions = ", ".join(f'"{op.name}": (a, b, c) => {written(op, javascript.JAVASCRIPT)}' for op in listed)
    helpers = "\n".join(javascript.JAVASCRIPT.defined([op.name for op in listed]))
    code = f"""(points) => {{
      {helpers}
      const functions = {{{functions}}}, found = {{}};
      for (const [name, list] of Object.entries(points)) found[name] = list.map((p) => functions[name](...p));
      return found;
    }}"""
    with opened() as tab:
        found: dict[str, list[float]] = tab.page.evaluate(code, {op.name: points(op) for op in listed})
    return found


@needs_browser
@every_operation("javascript")
def test_javascript_means_the_same(op: Op) -> None:
    """But for rounding."""
    np.testing.assert_allclose(in_a_page()[op.name], meaning(op, points(op)), rtol=1e-13, atol=1e-300)


@cache
def in_a_shader() -> dict[str, list[float]]:
    """What every operation gives in GLSL; FLAG where a flag says that it is undefined."""
    listed = operations("glsl")
    bits = ", ".join(f"{np.float32(number).view(np.uint32)}u" for number in NUMBERS)
    count = len(NUMBERS)
    view = View(Window(0, count**3, 0, len(listed)), count**3, len(listed))
    functions, calls = "", ""
    for row, op in enumerate(listed):
        condition = PLACE.sub(lambda place: "abc"[int(place[1])], glsl.UNDEFINED.get(op.name, "false"))
        functions += (
            f"float function{row}(float a, float b, float c) {{\n"
            f"  return {condition} ? {FLAG} : {written(op, glsl.GLSL)};\n}}\n"
        )
        places = [f"number(place / {count**back})" for back in reversed(range(op.arity))]
        arguments = ", ".join([*places, "0.0", "0.0"][:3])
        calls += f"  if (int(p.y) == {row}) return function{row}({arguments});\n"
    shader = (
        f"{glsl.helpers([op.name for op in listed])}\nconst uint numbers[{count}] = uint[{count}]({bits});\n"
        f"float number(int place) {{ return uintBitsToFloat(numbers[place % {count}]); }}\n{functions}"
        f"float field(vec2 p) {{\n  int place = int(p.x);\n{calls}  return 0.0;\n}}"
    )
    rows = run_shader(shader, {}, view)[::-1]
    return {op.name: row[: count**op.arity].tolist() for op, row in zip(listed, rows, strict=True)}


@needs_browser
@every_operation("glsl")
def test_glsl_means_the_same(op: Op) -> None:
    """In single precision; where the table says undefined, there is a flag, and nowhere else.

    Angles of -0.0 are left out, which browsers take for half a turn.
    """
    everywhere = list(itertools.product(NUMBERS, repeat=op.arity))
    found = dict(zip(everywhere, in_a_shader()[op.name], strict=True))
    chosen = [point for point in points(op, NUMBERS) if op.name != "atan2" or math.copysign(1, point[0]) > 0]
    expected = meaning(op, chosen)
    with np.errstate(over="ignore"):
        single = np.where(np.isnan(expected), FLAG, expected.astype(np.float32))
    values = np.array([found[point] for point in chosen])
    np.testing.assert_allclose(values, single, rtol=2e-5, atol=1e-4)
    if op.name in ("closed", "opened"):
        np.testing.assert_array_equal(values > 0, expected > 0)


def filled(notation: Notation) -> Iterator[str]:
    """All forms of a language, of some numbers."""
    for form in notation.forms.values():
        yield PLACE.sub("1", form.text)


KNOWN = """
    cos cosh ln max min sin sinh tan tanh arcsin arccos arctan log sqrt frac operatorname cdot le ge cap cup
    mathbin triangle lfloor rfloor left right begin end text
    sum prod bigcup bigcap bigtriangleup for
"""  # commands of LaTeX, and of Desmos


def test_formulas_are_well_formed() -> None:
    """MathML is XML; brackets match; and LaTeX has no command that nobody knows."""
    for text in filled(MATHML):
        ElementTree.fromstring(f"<math>{text}</math>")  # noqa: S314 - our own
    for text in itertools.chain(*map(filled, (LATEX, DESMOS, MATHEMATICA))):
        for opening, closing in ("()", "{}", "[]"):
            assert text.count(opening) == text.count(closing)
        commands = re.findall(r"\\([A-Za-z]+)", text)
        assert commands.count("left") == commands.count("right")
        assert set(commands) <= set(KNOWN.split())
