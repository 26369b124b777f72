"""Figures for plotters: layers of pens, nothing hidden, the way between lines told."""

import io
import itertools
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.plotter import Plotted, save_pens
from shapecli.drawing.settings import Settings
from tests.commands.run import run
from tests.drawing.paths import points_in

Line = NDArray[np.float64]
SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"


def plotted(text: str) -> tuple[dict[str, list[Line]], Plotted]:
    """The lines of each layer in the plane, by its label, and what is told of them."""
    drawing = drawing_of(shapecli.parse(f"window -2, 2, -2, 2\n{text}"), Settings(size=200, tolerance=0.001))
    stream = io.BytesIO()
    told = save_pens(drawing, stream, with_source=False)
    root = ElementTree.fromstring(stream.getvalue())  # noqa: S314 - our own
    layers: dict[str, list[Line]] = {}
    for group in root.findall(f"{SVG}g"):
        assert group.get(f"{INKSCAPE}groupmode") == "layer"
        lines = layers[str(group.get(f"{INKSCAPE}label"))] = []
        for path in group.findall(f"{SVG}path"):
            lines.append(points_in(str(path.get("d"))) * (4 / 200, -4 / 200) + (-2, 2))
    assert all(child.tag in (f"{SVG}g", f"{SVG}title") for child in root)
    return layers, told


def points_of(lines: list[Line]) -> Line:
    """Places along lines, close together."""
    share = np.linspace(0, 1, 9)[:, None]
    sides = [line[k] + share * (line[k + 1] - line[k]) for line in lines for k in range(len(line) - 1)]
    return np.concatenate(sides)


def test_a_pen_is_a_colour_and_a_width() -> None:
    """Its layer has a number, the name of the colour and the width; they come in the order of the figure."""
    layers, told = plotted(
        "draw disc(-1, 0, 0.5) hatch 0, 0.2, navy, 1mm stroke red 2\n"
        "draw disc(1, 0, 0.5) stroke navy 1mm\ndraw y = x/9 stroke '#123456' 1\n".replace("'", '"')
    )
    assert list(layers) == ["1 navy 1mm", "2 red 0.529mm", "3 #123456 0.265mm"]
    assert [pen.label for pen in told.pens] == list(layers)
    assert [len(lines) for lines in layers.values()] == [6, 1, 1]
    assert told.left_out == 0


def test_what_is_told_is_what_is_drawn() -> None:
    """Lengths in millimetres, as the file has them: a pixel without paper is a 96th of an inch."""
    layers, told = plotted("draw disc(0, 0, 1.5) crosshatch 1, 0.1 bands 0.3\ndraw x = 0 stroke black 1")
    (pen,) = told.pens
    (lines,) = layers.values()
    unit = 50 * 25.4 / 96
    assert pen.lines == len(lines)
    assert pen.drawn == pytest.approx(
        sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines) * unit, rel=1e-4
    )
    way = sum(np.hypot(*(after[0] - line[-1])) for line, after in itertools.pairwise(lines))
    assert pen.lifted == pytest.approx(way * unit, rel=1e-3)
    assert pen.lifted < 0.2 * pen.lifted_before


@pytest.mark.parametrize(
    ("over", "hides"),
    [("fill gold", True), ("fill gold hatch 1, 0.1, red", True), ("fill ramp([red, gold], x)", True),
     ("stroke red", False), ("hatch 1, 0.1, red", False), ("fill gold opacity 0.5", False),
     ('fill "#ff000080"', False), ("fill gold blend multiply", False), ("fill gold soft 0.1", False)],
)  # fmt: skip
def test_fills_hide_what_lies_under_them(over: str, hides: bool) -> None:
    """Lines of every kind, but their own; what is seen through hides nothing."""
    under = "draw disc(0, 0, 1.5) hatch 0.4, 0.1 bands 0.2 stroke black 1\ndraw y = x/3 stroke black 1"
    layers, told = plotted(f"{under}\ndraw disc(0.5, 0.2, 0.8) {over}")
    places = points_of(layers["1 black 0.265mm"])
    inside = np.hypot(places[:, 0] - 0.5, places[:, 1] - 0.2) < 0.8 - 1e-3
    assert inside.any() != hides
    whole = points_of(plotted(under)[0]["1 black 0.265mm"])
    outside = np.hypot(whole[:, 0] - 0.5, whole[:, 1] - 0.2) > 0.81
    assert outside.sum() == pytest.approx((~inside).sum() if hides else outside.sum(), rel=0.1)
    assert told.left_out == ("fill" in over)
    if "hatch" in over:
        assert len(layers["2 red 0.265mm"]) > 8


def test_what_is_undefined_hides_nothing() -> None:
    """A colour is transparent there, also where a region chooses between two."""
    for fill in ("ramp([red, gold], sqrt(x))", "if y <= 0 then red else ramp([red, gold], sqrt(x))"):
        layers, _ = plotted(f"draw all hatch 0, 0.1\ndraw disc(0, 0, 1) fill {fill}")
        inside = points_of(layers["1 black 0.265mm"])
        inside = inside[np.hypot(*inside.T) < 0.98]
        seen = (inside[:, 0] < 0) & ((inside[:, 1] > 0) | ("if" not in fill))
        assert seen.all()
        assert seen.sum() > 20


@pytest.mark.parametrize("words", ["hatch 1, 0.1, transparent", "stroke transparent", "bands 0.1 opacity 0"])
def test_what_is_not_seen_is_not_drawn(words: str) -> None:
    """By no pen, least of all a black one."""
    assert plotted(f"draw disc(0, 0, 1) {words}")[0] == {}


def test_a_clip_hides_no_more_than_is_seen() -> None:
    """And an earlier layer hides nothing of a later one."""
    layers, _ = plotted("draw all hatch 0, 0.1\nclip x <= 0\ndraw disc(0, 0, 1) fill gold")
    places = points_of(layers["1 black 0.265mm"])
    inside = np.hypot(*places.T) < 0.99
    assert (places[inside, 0] >= -1e-3).all()
    assert inside.any()
    layers, _ = plotted("draw disc(0, 0, 1) fill gold\ndraw all hatch 0, 0.1")
    assert (np.hypot(*points_of(layers["1 black 0.265mm"]).T) < 0.9).any()


@pytest.mark.parametrize(
    ("word", "edges", "pieces"), [("", 4, 1), ("stroke transparent", 4, 1), ("stroke black 1", 3 + 4, 2)]
)
def test_an_edge_of_two_regions_is_drawn_once(word: str, edges: int, pieces: int) -> None:
    """By the later one if that has a stroke, and else by the earlier one; in one piece."""
    text = "draw box(-1, 0, 0, 1) fill gold stroke black 1\ndraw box(0, 1, 0, 1) fill teal"
    (lines,) = plotted(f"sharp\n{text} {word}")[0].values()
    assert sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines) == pytest.approx(edges, abs=0.02)
    assert len(lines) <= pieces


def test_a_pen_has_one_colour() -> None:
    """One that varies is refused."""
    with pytest.raises(ShapeError, match="one colour"):
        plotted("draw disc(0, 0, 1) stroke ramp([red, gold], x)")
    with pytest.raises(ShapeError, match="one colour"):
        plotted("draw disc(0, 0, 1) hatch 1, 0.1, ramp([red, gold], x)")


def test_the_command_tells_what_pens_do(tmp_path: Path) -> None:
    """On stderr and in the report; other formats have no pens."""
    (tmp_path / "a.shape").write_text(
        "size A6\nmargin 1cm\ndraw disc(0, 0, 1) fill gold hatch 1, 0.1, navy, 0.3mm\n"
    )
    ended = run("render", "a.shape", "--pens", "-o", "a.svg", "--json", folder=tmp_path)
    assert ended.code == 0
    assert re.search(
        r"pen 1 navy 0.3mm: 19 lines, [\d,]+ mm, and \d+ mm between them, which was \d+ mm", ended.err
    )
    assert "1 fill is left out" in ended.err
    (pen,) = json.loads(ended.out)["pens"]
    assert pen["label"] == "1 navy 0.3mm"
    assert pen["lifted"] < pen["lifted_before"]
    bare = run("render", "-e", "x <= 0", "--pens", "-o", "b.svg", folder=tmp_path)
    assert "hint: give a layer stroke or hatch" in bare.err
    assert "nothing of the figure" not in bare.err
    refused = run("render", "a.shape", "--pens", "-o", "a.png", folder=tmp_path)
    assert (refused.code, "layers of an .svg" in refused.err) == (2, True)
