"""Explanations: the derivation of the articles, weights that are derivatives, and bounds that hold."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecli.base.source import ShapeError
from shapecli.engine import reference
from shapecli.explain.build import explanations
from shapecli.explain.distance import distance
from shapecli.explain.point import at
from shapecli.explain.steps import derive
from shapecli.fields import blend
from shapecli.fields.gaps import Gap, gaps
from shapecli.fields.graph import Graph
from shapecli.fields.tape import flatten
from shapecli.live.code import by_primitives
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.plain import PLAIN, UNICODE
from shapecli.render import Figure, load, parse
from tests.browser import needs_browser, opened
from tests.commands.run import left_behind, run
from tests.drawn import drawn

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.shape"))
REGIONS = [path for path in EXAMPLES if path.stem != "curves"]
every_example = pytest.mark.parametrize("path", REGIONS, ids=lambda path: path.stem)
POINTS = 20_000
PUZZLE = (
    "((e^(50*(x - 1)) + e^(-50*(x + 1)) + e^(50*(y - 1)) + e^(-50*(y + 1)))^-1"
    " + e^(-50*((x + 1)^2 + y^2 - 0.25)) + e^(-50*(x^2 + (y - 1)^2 - 0.25)))^-1"
    " + e^(-50*((x - 1)^2 + y^2 - 0.25)) + e^(-50*(x^2 + (y + 1)^2 - 0.25)) <= 1"
)


def somewhere(figure: Figure, count: int) -> np.ndarray:
    """Random points of a figure's window: x and y."""
    x, y = np.random.default_rng(5).uniform(0, 1, (2, count))
    window = figure.window
    return np.stack([window.x0 + x * window.width, window.y0 + y * window.height])


def test_the_puzzle_is_derived_as_in_the_article(examples: Path) -> None:
    """The square as a sum, the union as parallel resistors, the bites as reciprocals: one inequality."""
    figure = load(examples / "puzzle.shape")
    found = derive(drawn(figure).layers[0])
    assert found.whole(UNICODE) == "((A ∩ B ∩ C ∩ D) ∪ E ∪ F) ∩ G′ ∩ H′"
    steps = {step.name: (write(step.boundary, PLAIN), write(step.level, PLAIN)) for step in found.operations}
    assert steps == {
        "S1": ("u_A + u_B + u_C + u_D", "LSE(L_A, L_B, L_C, L_D)"),
        "S2": ("(u_S1^-1 + u_E^-1 + u_F^-1)^-1", "-LSE(-L_S1, -L_E, -L_F)"),
        "~G": ("u_G^-1", "-L_G"),
        "~H": ("u_H^-1", "-L_H"),
        "S3": ("u_S2 + u_G^-1 + u_H^-1", "LSE(L_S2, -L_G, -L_H)"),
    }
    assert write(found.inequality, PLAIN) == PUZZLE
    assert found.final.gap == Gap(3, 12)


@every_example
def test_the_one_inequality_is_the_figure(path: Path) -> None:
    """U by the formula, parsed again from its text, is e^L of the compiled field where it is a number."""
    figure = load(path)
    inputs = drawn(figure).inputs
    x, y = somewhere(figure, 500)
    for layer in drawn(figure).regions:
        text = write(derive(layer).inequality, PLAIN)
        parameters = "\n".join(f"param {name} = {value!r}" for name, value in inputs.items() if name != "n")
        again = parse(f"{parameters}\ndraw field({text.removesuffix(' <= 1')})")
        levels = [
            reference.run(flatten(blend.level(Graph(), shape, sharp=False)), inputs, x, y)[0]
            for shape in (layer.shape, again.layers[0].shape)
        ]
        near = np.abs(levels[0]) < 600
        assert near.any()
        np.testing.assert_allclose(levels[1][near], levels[0][near], rtol=1e-10, atol=1e-9)


@every_example
def test_weights_are_derivatives_of_the_level(path: Path) -> None:
    """Each weight is a difference of L by one primitive's level; in absolute value they sum to 1."""
    figure = load(path)
    inputs = drawn(figure).inputs
    for layer in drawn(figure).regions[:6]:
        derivation = derive(layer)
        regions = [step.region for step in derivation.primitives]
        tape = flatten(by_primitives(layer.shape, regions, sharp=False))
        used = [f"{letter}{k}" for k in range(len(regions)) for letter in "pq"]
        for x, y in somewhere(figure, 12).T:
            point = at(derivation, float(x), float(y), inputs)
            values = [point.values[step] for step in derivation.primitives]
            if not all(math.isfinite(value.level) for value in values):
                continue
            assert sum(value.share for value in values) == pytest.approx(1.0, abs=1e-12)
            if path.stem in ("puzzle", "heart", "l", "rings"):  # where each stands but once
                assert sum(abs(value.weight) for value in values) == pytest.approx(1.0, abs=1e-12)
            level = {name: values[int(name[1:])].level for name in used}
            for k, value in enumerate(values):
                ends = []
                for step in (1e-4, -1e-4):
                    moved = {**level, f"p{k}": value.level + step, f"q{k}": value.level + step}
                    ends.append(reference.run(tape, moved, np.zeros(1), np.zeros(1))[0][0])
                slope = (ends[0] - ends[1]) / 2e-4
                assert value.weight == pytest.approx(slope, abs=1e-6 + 1e-11 * abs(ends[0]))


@every_example
def test_the_soft_level_is_within_its_bounds(path: Path) -> None:
    """H - ln low <= L <= h + ln high at random points, for every set that a figure is made of."""
    figure = load(path)
    inputs = drawn(figure).inputs
    x, y = somewhere(figure, POINTS)
    for layer in figure.layers:
        if layer.is_curve:
            continue
        graph = Graph()
        soft, crisp = (blend.levels(graph, layer.shape, sharp=sharp) for sharp in (False, True))
        for region, gap in gaps(layer.shape).items():
            found = reference.run(flatten(soft[region], crisp[region]), inputs, x, y)
            with np.errstate(invalid="ignore"):
                apart = found[0] - found[1]
            slack = 1e-12 * (1 + np.abs(found[1]))
            outside = (apart < -math.log(gap.low) - slack) | (apart > math.log(gap.high) + slack)
            assert not outside.any()


REGION_TREES = st.recursive(
    st.sampled_from(["x <= 0.2", "y >= x", "x^2 + y^2 < 1", "trench(x + y)", "sin(3x) >= y"]),
    lambda inner: st.one_of(
        st.builds("~({})".format, inner),
        st.builds("({}) xor ({})".format, inner, inner),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: " & ".join(f"({part})" for part in parts)),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: " | ".join(f"({part})" for part in parts)),
    ),
    max_leaves=10,
)


@given(text=REGION_TREES)
def test_bounds_and_weights_hold_for_any_figure(text: str) -> None:
    """Random set expressions: bounds, weights that sum to 1, and reasons that end at a primitive."""
    figure = parse(f"sharpness 3\ndraw {text}")
    layer, inputs = figure.layers[0], {"n": 3.0}
    x, y = somewhere(figure, 200)
    graph = Graph()
    soft, crisp = (blend.level(graph, layer.shape, sharp=sharp) for sharp in (False, True))
    found = reference.run(flatten(soft, crisp), inputs, x, y)
    gap = gaps(layer.shape)[layer.shape]
    assert (found[0] - found[1] >= -math.log(gap.low) - 1e-9).all()
    assert (found[0] - found[1] <= math.log(gap.high) + 1e-9).all()
    derivation = derive(drawn(figure).layers[0])
    point = at(derivation, float(x[0]), float(y[0]), inputs)
    assert point.reasons[0].level == pytest.approx(found[0][0], rel=1e-12)
    assert not point.reasons[-1].step.arguments
    assert sum(point.values[step].share for step in derivation.primitives) == pytest.approx(1.0, abs=1e-9)
    for value in point.values.values():
        assert abs(value.weight) <= value.share + 1e-12


def test_reasons_are_the_arguments_that_decide() -> None:
    """Outside an intersection since one leaves it out; inside a union since one holds it."""
    figure = parse("A = x <= 0; B = y <= 0; C = x >= 2\ndraw (A & B) | ~C")
    derivation, inputs = derive(drawn(figure).layers[0]), {"n": 50.0}
    point = at(derivation, 3.0, -1.0, inputs)
    assert [value.step.name for value in point.reasons] == ["S2", "~C", "C"]
    assert not point.inside
    point = at(derivation, -1.0, -5.0, inputs)
    assert point.inside
    assert point.owner.step.name == "C"
    assert [value.step.name for value in point.reasons] == ["S2", "~C", "C"]


def test_distance_is_what_pixels_say(examples: Path) -> None:
    """With enough sharpness only pixels that touch the boundary can differ; with less, others can."""
    figure = load(examples / "puzzle.shape")
    layer = drawn(figure, size=256).layers[0]
    derivation = derive(layer)
    found = distance(layer, derivation)
    assert found.low == pytest.approx(math.log(3) / 50)
    assert found.high == pytest.approx(math.log(12) / 50)
    assert found.different <= found.possible
    assert found.enough
    assert found.farthest
    assert found.farthest > 1
    again = distance(drawn(figure, size=256, sharpness=found.enough * 1.001).layers[0], derivation)
    assert again.farthest == 1
    assert again.enough == pytest.approx(found.enough)
    blunter = drawn(figure, size=256, sharpness=found.enough * 0.9).layers[0]
    assert distance(blunter, derivation).farthest == 2


def test_what_is_not_known_is_said() -> None:
    """A number that asks for a soft region has no bound; a crisp figure needs none; curves have no steps."""
    (one,) = explanations(drawn(parse("draw if(x <= 0 & y <= 0, x, 1) <= 0"), size=32), "f")
    assert one.derivation.final.gap == Gap(math.inf, math.inf)
    (two,) = explanations(drawn(parse("draw x^2 + y^2 <= 1"), size=32), "f")
    assert two.derivation.final.gap == Gap(1, 1)
    with pytest.raises(ShapeError, match="a curve"):
        explanations(drawn(parse("draw y = x"), size=32), "f")


def test_the_command_explains(tmp_path: Path, examples: Path) -> None:
    """Text, data, a page and Markdown with pictures, through the real entry point."""
    puzzle = examples / "puzzle.shape"
    ended = run("explain", puzzle, "--at", "0.9,0.2", "--at", "0,0", folder=tmp_path)
    assert ended.code == 0
    text = ended.out.decode()
    for line in (
        "S2 = S1 ∪ E ∪ F",
        PUZZLE,
        "h − ln 3/n ≤ L/n ≤ h + ln 12/n",
        "G owns the point, with 100.0%",
    ):
        assert line in text
    ended = run("explain", puzzle, "--at", "0.9,0.2", "--json", "--size", "64", folder=tmp_path)
    assert ended.code == 0
    (report,) = json.loads(ended.out)
    assert report["inequality"]["plain"] == PUZZLE
    assert report["points"][0]["owner"] == "G"
    assert sum(abs(report["points"][0]["values"][name]["weight"]) for name in "ABCDEFGH") == pytest.approx(1)
    assert run("explain", puzzle, "-o", "p.md", "--size", "64", folder=tmp_path).code == 0
    markdown = (tmp_path / "p.md").read_text()
    pictures = {path.name for path in (tmp_path / "p-pictures").iterdir()}
    assert pictures == {f"{k}.png" for k in range(1, 15)}  # 13 sets, and the figure large
    assert all(f"(p-pictures/{name})" in markdown for name in pictures)
    for arguments, code, word in (
        (("-e", "y = x"), 1, "a curve"), ((puzzle, "-o", "a.pdf"), 2, ".html"),
        ((puzzle, "--at", "1"), 2, "x,y"), ((puzzle, "--at", "1,2,3"), 2, "x,y"),
        (("none.shape",), 2, "no figure"), ((), 2, "FIGURE"),
    ):  # fmt: skip
        ended = run("explain", *arguments, folder=tmp_path)
        assert (ended.code, ended.out) == (code, b"")
        assert word in ended.err
        assert "Traceback" not in ended.err
    assert left_behind(tmp_path) == {"p.md", "p-pictures"}


DEEP = "draw " + "(x <= 1 & ~(" * 1500 + "y <= 0" + "))" * 1500
MANY = "draw " + " | ".join(f"hypot(x - {k}, y) <= 0.3" for k in range(4000))


@pytest.mark.parametrize("text", [DEEP, MANY])
def test_large_figures_are_explained_as_far_as_it_helps(text: str, tmp_path: Path) -> None:
    """No formula, no endless branches, no pixels beyond the limit of work; a point all the same."""
    (tmp_path / "large.shape").write_text(text)
    ended = run("explain", "large.shape", "--at", "0,1", "--limit-work", "0.01", folder=tmp_path)
    assert ended.code == 0
    found = ended.out.decode()
    assert ("too long to be written" in found) == (text is MANY)
    assert "pixels are not counted" in found
    assert "owns the point" in found
    assert len(found) < 2_000_000


@needs_browser
def test_the_page_shows_the_figure_being_assembled(tmp_path: Path) -> None:
    """Pictures load, formulas are MathML, hostile text is text, and nothing leaves the file."""
    hostile = "</title><script>alert(1)</script>"
    (tmp_path / "a.shape").write_text(
        f'title "{hostile}"\nA = x <= 1; B = y >= 0\ndraw A & ~B | x^2 + y^2 <= 1'
    )
    assert run("explain", "a.shape", "-o", "a.html", "--at", "0,0", "--size", "64", folder=tmp_path).code == 0
    with opened(viewport={"width": 900, "height": 700}) as tab:
        tab.page.goto((tmp_path / "a.html").as_uri())
        assert tab.page.title() == hostile
        assert tab.page.locator("h1").inner_text() == hostile
        assert tab.page.locator("script").count() == 0
        assert tab.page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
        assert tab.page.locator("section.step").count() == 3
        assert tab.page.locator("msup").count() > 5
        assert tab.page.get_by_text("owns the point").count() == 1
        assert tab.complaints == []
