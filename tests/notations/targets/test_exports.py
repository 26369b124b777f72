"""Exports: run and compared, read back, and safe whatever a figure calls its names."""

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli.base.source import ShapeError, Source
from shapecli.drawing.picture import levels
from shapecli.engine import reference
from shapecli.engine.sampling import Field
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node, walk, written_out
from shapecli.fields.ops import ONE_OF, OPS, Kind
from shapecli.fields.tape import flatten
from shapecli.language.figure import Layer
from shapecli.language.resolve import read_figure
from shapecli.notations.reading.read import read_foreign
from shapecli.notations.targets import TARGETS, Exported, target_of
from shapecli.notations.targets.verify import compare
from shapecli.notations.writing.mathematica import MATHEMATICA
from shapecli.render import Figure, load, parse
from tests.browser import needs_browser
from tests.commands.run import run
from tests.drawn import drawn
from tests.notations.writing.test_values import value_of_mathematica

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.shape"))
every_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
UNDEFINED = """
A = sqrt(x) <= 0.5;  B = ln(x*y) <= -1;  C = asin(x) >= y;  D = (0 - x)^0.5 <= y;  E = x/y <= 1
F = if(sqrt(y) <= 0.7, x, ln(x)) <= 0;  G = (x^2 + y^2)^-0.5 <= 2;  H = tan(3x) <= y;  I = atan2(y, x) <= 2
J = cosh(x) + tanh(50y) <= 1.5 xor log2(x) <= -0.3; K = cbrt(x) + log10(y) <= 0; L = sign(x)*floor(3y) <= 1
draw (A | B & ~C | D \\ E | F) xor (~G & H | I & J) | ~K & L
"""


def export(target: str, figure: Figure, *, sharp: bool = False) -> Exported:
    """The text for a tool, with everything as the figure has it."""
    return target_of(target).write(drawn(figure, sharp=sharp, stretch=True))


def field_of(figure: Figure, **settings: Any) -> Field:
    """Our own levels."""
    return levels(drawn(figure, **settings))[0]


def run_export(target: str, exported: Exported, view: View) -> NDArray[np.float64]:
    """The levels that an export gives."""
    run = target_of(target).run
    assert run
    return run(exported, view, quiet)


def quiet(_: float) -> None:
    """Says nothing."""


@pytest.mark.parametrize("target", ["python", "numpy"])
@every_example
def test_functions_give_our_own_field(path: Path, target: str) -> None:
    """Every example, run by a Python that knows nothing of shapecli: to 1e-12, and no pixel differs."""
    figure = load(path)
    if all(layer.is_curve for layer in figure.layers):
        with pytest.raises(ShapeError, match="a curve has no field"):
            export(target, figure)
        return
    ours = field_of(figure, size=48)
    verdict = compare(ours, run_export(target, export(target, figure), ours.view))
    assert verdict.disagreeing == 0
    assert verdict.infinite == 0
    assert verdict.relative <= 1e-12


@pytest.mark.parametrize("target", ["python", "numpy"])
@pytest.mark.parametrize("sharp", [False, True])
def test_functions_know_what_is_undefined(target: str, sharp: bool) -> None:
    """Almost every operation, where it is defined and where it is not."""
    figure = parse(UNDEFINED)
    ours = field_of(figure, size=64, sharp=sharp)
    assert ours.undefined.any()
    exported = export(target, figure, sharp=sharp)
    verdict = compare(ours, run_export(target, exported, ours.view))
    assert (verdict.disagreeing, verdict.infinite) == (0, 0)
    assert verdict.relative <= 1e-11


@needs_browser
@pytest.mark.parametrize("sharp", [False, True])
def test_shaders_know_what_is_undefined(sharp: bool) -> None:
    """The same in a browser's strict compiler, in single precision and without a NaN."""
    figure = parse(UNDEFINED)
    ours = field_of(figure, size=128, sharp=sharp)
    verdict = compare(ours, run_export("glsl", export("glsl", figure, sharp=sharp), ours.view))
    assert verdict.largest_level <= 0.01  # only pixels on the boundary may differ
    assert verdict.disagreeing <= 20
    assert verdict.relative <= 0.01
    assert verdict.infinite <= 20


@needs_browser
@pytest.mark.parametrize("name", ["batman", "flower", "gear", "night"])
def test_shaders_give_our_own_field(name: str, examples: Path) -> None:
    """To single precision; the page's tests draw every example with the same code."""
    figure = load(examples / f"{name}.shape")
    ours = field_of(figure, size=256)
    verdict = compare(ours, run_export("glsl", export("glsl", figure), ours.view))
    assert verdict.largest_level <= 0.01
    assert verdict.disagreeing <= 10
    assert verdict.relative <= 0.01


@pytest.mark.parametrize("sharp", [False, True])
@every_example
def test_desmos_brings_the_same_field_back(path: Path, sharp: bool) -> None:
    """Exported, imported and sampled at random points: every layer to 1e-12."""
    figure = load(path)
    again = parse(read_foreign(Source("desmos", export("desmos", figure, sharp=sharp).text)))
    x, y = np.random.default_rng(3).uniform(-1, 1, (2, 3000))
    window = figure.window
    x, y = (x + 1) / 2 * window.width + window.x0, (y + 1) / 2 * window.height + window.y0
    assert len(again.layers) == len(figure.layers)
    for one, other in zip(figure.layers, again.layers, strict=True):
        if one.is_curve:
            assert other.is_curve
            continue
        pair = [
            reference.run(flatten(blend.level(Graph(), layer.shape, sharp=crisp)), inputs, x, y)[0]
            for layer, inputs, crisp in (
                (one, drawn(figure).inputs, sharp),
                (other, drawn(again).inputs, False),
            )
        ]
        np.testing.assert_allclose(pair[1], pair[0], rtol=1e-12, atol=1e-12)


LOOPS = {  # text: how many operations over ranges its formula is made of
    "union(disc(cos(k), sin(k), 0.2) for k in 1..12)": 1,
    "sum(sin((2*k - 1)*x)/(2*k - 1) for k in 1..13) <= y": 1,
    "y >= x - product(x - k/4 for k in -3..3)": 1,
    "intersection(x*cos(k) + y*sin(k) <= 1 for k in 0 .. 6 step 0.7)": 1,
    "disc(0, 0, 1) \\ union(disc(x - k/9, y, 0.3) for k in 9 .. 0 step -2)": 1,
    "~intersection(disc(k/9, 0, 1) for k in 0..6) | disc(1, 1, 1)": 1,
    "max(min(k*x, y^k) for k in 1..5) <= 0.5 xor y <= 0": 1,
    "xor(disc(k/4, 0, 0.7) for k in 1..6)": 1,
    "xor(disc(k/4, j/2, 0.5) for k in 1..4, j in 0..k)": 2,
    "union(disc(k/4, j/4, 0.2) for k in 0..3, j in k..5)": 2,
    "union(ring(x - k/3, y) for k in 0..4)": 2,
    "ring(y, x) & ring": 2,
    "ring(f(x), y) | ring(sum(j*x*y for j in 1..5), y) | ring": 5,
    "y <= g(g, x) + g(x, g(g, g))": 4,
    "f(y) <= sum(f(k*x) for k in 1..5)": 3,
    "union(disc(k/9, 0, 0.1) for k in 1..m)": 1,
    "x <= sum(k*y for k in 1..m) - sum(k*x*y for k in -m .. 2*m)": 2,
    "r <= 1 + sum(cos(k*theta/2)/k for k in 1..9)": 2,
    "union(trench(x^2 + y^2 - k) for k in 1..4)": 1,
    "union(disc(a, b/2, 0.1) for (a, b) in phyllotaxis(40, 0.1))": 1,
    "union(disc(a, b, 0.1) for (a, b) in [(k/4, 0) for k in -4..4])": 1,
    "union(disc(a/9, b/9, 0.1) for a in [j*k for j in 1..3, k in 1..j], b in [k^2 for k in 1..4])": 3,
    "union(disc(a/9 + b, c/9, 0.1) for (a, b) in [(j*k, k/9) for j in 1..3, k in 1..3], c in 1..3)": 3,
    "x <= sum(a*y*b for a, b in [k/9 for k in 1..5])": 2,
    "x <= sum(n*y for n_1, N_1 in 1..2)": 2,
    "union(disc(k1/4, k_1/9, 0.2) for k1 in 0..3, k_1 in 0..4)": 2,
    "x <= sum(if(y > k/5, k, y) for k in 1..5)": 0,
    "x <= sum([y, x*y, 3][k] for k in 1..3) + sum(k*y for k in 1..9 if (k > 5))": 0,
    "x <= sum(random(k)*y for k in 1..9) + sum(1/k for k in 1..9) + sum(k*y for k in 1..9)": 1,
    "union(x <= sum(random(k)*y^j for k in 1..4) for j in 1..4)": 1,
    "distance(union(x <= k*y for k in 1..4)) <= y & ring": 1,
    "union(x <= y/(k + 1) + sum(1/j for j in 1..4) for k in 0..3) & sum(k for k in 1..4) <= 10": 1,
}  # fmt: skip
LOOPED = """
param m = 4 in 1 .. 6 step 1
param N = 0.1
ring = union(disc(0.5*cos(k), 0.5*sin(k), 0.1) for k in 1..6)
g = sum(k*x*y^k for k in 1..4)
f(t) = sum(t^k/k + N for k in 1..4)
draw """
AROUND = np.random.default_rng(5).uniform(-1.5, 1.5, (2, 200))


def levels_of(layer: Layer, inputs: Mapping[str, float], *, sharp: bool) -> NDArray[np.float64]:
    """Those of a region at random points."""
    graph = Graph(inputs)
    given = {name: graph.number(value) for name, value in inputs.items()}
    known = written_out(graph, graph.substitute(layer.shape, given))
    return reference.run(flatten(blend.level(graph, known, sharp=sharp)), inputs, *AROUND)[0]


@pytest.mark.parametrize("text", LOOPS)
def test_loops_are_operations_over_ranges(text: str) -> None:
    """In formulas of three tools, each read back by another reader: the same points, and none written out."""
    figure = parse(LOOPED + text)
    assert figure.with_loops
    for sharp in (False, True):
        inputs = drawn(figure).inputs
        ours = levels_of(figure.layers[0], inputs, sharp=sharp)
        clear = np.abs(ours) > 1e-9
        for target in ("desmos", "latex", "mathematica"):
            whole = export(target, figure, sharp=sharp).text
            if target == "mathematica":
                formula = whole.partition("RegionPlot[")[2].partition(", {x, ")[0]
                given = {MATHEMATICA.name(name): value for name, value in inputs.items()}
                inside = value_of_mathematica(formula, **given, x=AROUND[0], y=AROUND[1])
            elif target == "desmos" or not re.search("theta|if", text):  # which are not read from papers
                formula = whole.partition("\n")[0]
                again = parse(read_foreign(Source("desmos", whole)))
                theirs = levels_of(again.layers[0], drawn(again).inputs, sharp=sharp)
                inside = theirs <= 0
                if target == "desmos" and not sharp and "xor" not in text:
                    np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9)
            assert np.array_equal(inside[clear], ours[clear] <= 0), formula
    (layer,) = figure.with_loops()
    assert sum(node.op in ONE_OF for node in walk(layer.shape)) == LOOPS[text]
    assert not any(node.op in ONE_OF for node in walk(figure.layers[0].shape))
    kept = levels_of(layer, inputs, sharp=True)
    np.testing.assert_allclose(kept, ours, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "text",
    ["xor(disc(10*k, 0, 4) & y <= 2 for k in 1..5)", "offset(xor(disc(k/9, 0, 4) for k in 1..5), -0.85)"],
)
def test_what_is_in_one_of_many_is_told_where_exponentials_overflow(text: str) -> None:
    """As u is infinite, or as levels far from 0 count."""
    figure = parse(f"window -10, 60, -20, 20\ndraw {text}")
    again = parse(read_foreign(Source("desmos", export("desmos", figure).text)))
    ours, theirs = (each.field(size=40, window=figure.window.extent) <= 0 for each in (figure, again))
    assert ours.any()
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("rotate(y <= x^2, pi/2)", "-x <= y^2"), ("rotate(y <= x^2, pi)", "-y <= (-x)^2"),
     ("x <= y*sin(pi/6)", "x <= y*0.5"), ("x <= cos(pi/2)*ln(y) + 1", "x <= 0*ln(y) + 1")],
)  # fmt: skip
@pytest.mark.parametrize("target", ["latex", "desmos", "mathematica"])
def test_numbers_that_stand_for_short_ones_are_written_so(text: str, plain: str, target: str) -> None:
    """But 0 times something stays where that may be undefined."""
    ours, theirs = (export(target, parse(f"window -1,1,-1,1\ndraw {each}")).text for each in (text, plain))
    assert ours == theirs


def test_distances_are_of_what_is_written_out() -> None:
    """Nobody knows the derivative of what goes as far as a parameter says: nothing of that figure is kept."""
    figure = parse(f"{LOOPED} distance(union(x <= k*y for k in 1..m)) <= y & ring")
    assert figure.with_loops
    assert figure.with_loops() == figure.layers


def test_loops_are_written_out_where_the_limit_is_near() -> None:
    """What cannot be kept is read twice; a figure that just fits has its formula all the same."""
    source = Source("limit", "draw x <= sum(random(k)*y for k in 1..20)")
    for limit in range(100, 1000):
        try:
            figure = read_figure(source, limit)
        except ShapeError:
            continue
        assert figure.with_loops
        assert figure.with_loops() == figure.layers
        break
    else:
        pytest.fail("it never fits")


@every_example
def test_json_is_the_whole_graph(path: Path) -> None:
    """Built anew from the data alone, every layer says the same."""
    figure = load(path)
    data = json.loads(export("json", figure).text)
    graph, nodes = Graph(), list[Node]()
    for entry in data["nodes"]:
        if "op" in entry:
            nodes.append(graph.apply(OPS[entry["op"]], *(nodes[place] for place in entry["args"])))
        else:
            nodes.append(graph.input(entry["input"]) if "input" in entry else graph.number(entry["number"]))
    assert data["window"] == [figure.window.x0, figure.window.x1, figure.window.y0, figure.window.y1]
    x, y = np.random.default_rng(4).uniform(-3, 3, (2, 500))
    inputs = drawn(figure).inputs
    for layer, one in zip(figure.layers, data["layers"], strict=True):
        assert one["kind"] == layer.shape.kind.value
        for mine, theirs in zip(numbers_of(layer.shape), numbers_of(nodes[one["shape"]]), strict=True):
            ours, again = (reference.run(flatten(node), inputs, x, y)[0] for node in (mine, theirs))
            assert np.array_equal(ours, again, equal_nan=True)


def numbers_of(shape: Node) -> list[Node]:
    """What a layer is drawn by: its level, or those of its curves."""
    graph = Graph()
    if shape.kind is Kind.REGION:
        return [blend.level(graph, shape, sharp=False)]
    return [curve.field for curve in blend.curves(graph, shape, sharp=False)]


PUZZLE_LATEX = (
    r"\left(\left(e^{50\left(x - 1\right)} + e^{-50\left(x + 1\right)} + e^{50\left(y - 1\right)} + "
    r"e^{-50\left(y + 1\right)}\right)^{-1} + e^{-50\left(\left(x + 1\right)^{2} + y^{2} - 0.25\right)} + "
    r"e^{-50\left(x^{2} + \left(y - 1\right)^{2} - 0.25\right)}\right)^{-1} + "
    r"e^{-50\left(\left(x - 1\right)^{2} + y^{2} - 0.25\right)} + "
    r"e^{-50\left(x^{2} + \left(y + 1\right)^{2} - 0.25\right)}\le 1"
)


def test_latex_is_the_formula_of_the_article(examples: Path) -> None:
    """The puzzle piece as one inequality, term by term."""
    assert export("latex", load(examples / "puzzle.shape")).text.strip() == PUZZLE_LATEX


def test_mathematica_plots_every_layer(examples: Path) -> None:
    """Brackets match, and names are symbols."""
    text = export("mathematica", load(examples / "curves.shape")).text
    assert text.count("ContourPlot[") == 3
    text += export("mathematica", parse("param a_b = 2; param E1 = 1; draw x <= a_b*E1")).text
    assert "aB = 2" in text
    for opening, closing in ("[]", "()", "{}"):
        assert text.count(opening) == text.count(closing)


def test_desmos_is_told_what_overflows(examples: Path) -> None:
    """A note where exponents leave float64; none where they do not, or nothing is an exponential."""
    assert not export("desmos", load(examples / "puzzle.shape")).notes
    batman = load(examples / "batman.shape")
    assert "709" in export("desmos", batman).notes[0]
    assert not export("desmos", batman, sharp=True).notes
    assert not export("desmos", parse("window -1e9, 1e9, -1, 1; draw x <= 1")).notes


@pytest.mark.parametrize(
    ("low", "high", "largest"),
    [(-7.08, 1.0, None), (-1.0, 7.08, None), (-7.1, 1.0, 710), (-1.0, 7.1, 710), (-8.0, 7.5, 800)],
)
@pytest.mark.parametrize("text", ["x <= 0 & y <= 0", "y <= 0 & x >= 0", "x <= 0 | y <= 0", "~(x <= 0)"])
def test_desmos_is_told_the_largest_exponent(
    text: str, low: float, high: float, largest: float | None
) -> None:
    """Of either sign, at either end of the window, and a sum is little more; none that just fits."""
    figure = parse(f"sharpness 100\nwindow {low}, {high}, -1, 1\ndraw {text}")
    notes = export("desmos", figure).notes
    told = [float(number) for note in notes for number in re.findall(r"go up to (\S+) in", note)]
    assert told == pytest.approx([largest] if largest else [], abs=1.2)


def test_desmos_is_told_of_exponents_without_end() -> None:
    """Of any size, where they are no numbers any more."""
    (note,) = export("desmos", parse("window -1, 1, -1, 1\ndraw 1/x <= 1 & y <= 1")).notes
    assert "exponents go up to any size in this window" in note


PARAMETERS = ["lambda", "np", "self", "t1", "INF", "float", "level", "uniform", "gl_x", "vec2"]
SETS = ["math", "quotient", "closed", "x_", "p", "n1", "A", "A0", "class", "t2"]


@pytest.mark.parametrize("target", ["python", "numpy", pytest.param("glsl", marks=needs_browser)])
def test_names_that_mean_something_elsewhere(target: str) -> None:
    """Parameters and sets called after keywords, helpers and each other."""
    lines = [f"param {name} = 1" for name in PARAMETERS]
    lines += [f"{name} = x <= {k}" for k, name in enumerate(SETS)]
    figure = parse("\n".join([*lines, f"draw {' | '.join(SETS)} | {' + '.join(PARAMETERS)} <= y"]))
    exported = export(target, figure)
    ours = field_of(figure, size=16)
    verdict = compare(ours, run_export(target, exported, ours.view))
    assert verdict.disagreeing == 0
    assert verdict.relative <= (1e-5 if target == "glsl" else 1e-12)


def test_disagreements_are_found() -> None:
    """A field that is not ours: how many pixels, where, and by how much."""
    ours = field_of(parse("draw x <= 0"), size=10)
    theirs = ours.level.copy()
    theirs[3, 7] = -1.0
    theirs[0, 0] = np.inf
    verdict = compare(ours, theirs)
    assert (verdict.disagreeing, verdict.infinite) == (2, 1)
    assert verdict.where == (ours.view.xs()[0], ours.view.ys()[0])
    assert verdict.difference == pytest.approx(ours.level[3, 7] + 1)
    same = compare(ours, ours.level)
    assert (same.disagreeing, same.where, same.largest_level, same.difference, same.relative) == (
        0, None, 0.0, 0.0, 0.0,
    )  # fmt: skip


def test_hostile_titles_stay_in_their_comment() -> None:
    """A title cannot end the docstring or the comment that it stands in."""
    title = "'''; import os #*/ \\ {7} ``` <!-- \\u0022 $(x)"
    figure = parse(f'title "{title}"\ndraw x <= 1')
    for target in TARGETS:
        text = export(target, figure).text
        if target in ("python", "numpy"):
            assert len(ast.parse(text).body) >= 3
            assert "'''" not in text
        if target == "glsl":
            assert text.startswith("//")
            assert "import os" in text.splitlines()[0]


def test_the_command_writes_and_verifies(tmp_path: Path, examples: Path) -> None:
    """Through the real entry point: text to stdout or a file, verdicts as data, errors with hints."""
    puzzle = examples / "puzzle.shape"
    ended = run("export", puzzle, "--to", "latex", folder=tmp_path)
    assert (ended.code, ended.out.decode().strip(), ended.err) == (0, PUZZLE_LATEX, "")
    for target in TARGETS:
        ended = run("export", puzzle, "--to", target, "-o", f"out.{target}", folder=tmp_path)
        assert ended.code == 0
        shown = run("export", puzzle, "--to", target, folder=tmp_path)
        assert (tmp_path / f"out.{target}").read_bytes() == shown.out
    options = ("--to", "numpy", "-o", "p.py", "--verify", "--size", "128", "--json", "-n", "20")
    ended = run("export", puzzle, *options, folder=tmp_path)
    assert ended.code == 0
    report = json.loads(ended.out)
    assert (report["disagreeing"], report["pixels"]) == (0, 128 * 128)
    assert "n=20.0" in (tmp_path / "p.py").read_text()
    for arguments, word in (
        (("--to", "latex", "--verify"), "--verify runs"),
        (("--to", "numpy", "--json"), "--verify"),
        (("--to", "numpy", "-o", "missing/a.py"), "no folder"),
        (("--to", "excel"), "excel"),
        ((), "--to"),
    ):
        ended = run("export", puzzle, *arguments, folder=tmp_path)
        assert ended.code == 2
        assert word in ended.err
    ended = run("export", "-e", "y = x", "--to", "glsl", folder=tmp_path)
    assert ended.code == 1
    assert "a curve has no field" in ended.err
