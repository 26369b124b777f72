"""Every construct of the language in every place: told in each document; in each form written, or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tests.commands.run import run

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = ("README.md", "docs/guide.md", "docs/language.md", "render --help")
FORMS: Final = {
    "latex": ("export", "--to", "latex"),
    "desmos": ("export", "--to", "desmos"),
    "mathematica": ("export", "--to", "mathematica"),
    "glsl": ("export", "--to", "glsl"),
    "python": ("export", "--to", "python"),
    "explain": ("explain",),
    "page": ("page", "-o", "-"),
    "svg": ("render", "--format", "svg", "-o", "-", "--size", "60"),
    "pdf": ("render", "--format", "pdf", "-o", "-", "--size", "60"),
}


@dataclass(frozen=True)
class Construct:
    """A part of the language.

    Attributes:
        text: a figure that has it.
        word: what every document has where it tells of it.
        refused: the forms that cannot have it, with what they say.
    """

    text: str
    word: str | re.Pattern[str]
    refused: Mapping[str, str] = field(default_factory=dict)


NO_FORMULA: Final = dict.fromkeys(("desmos", "mathematica"), "noise cannot be written here")
CONSTRUCTS: Final = {
    "union": Construct("draw union(disc(k/9, 0, 0.2) for k in 1..9)", "union(disc("),
    "sum": Construct("draw y <= sum(sin(k*x)/k for k in 1..9 step 2)", re.compile(r"sum[`(]")),
    "layers": Construct("draw disc(k, 0, 0.4) fill viridis(k/2) for k in -1..1", "for k in 1.."),
    "points": Construct("draw union(disc(a, b, 0.2) for (a, b) in [(0, 0), (1, 1)])", "(a, b) in"),
    "chance": Construct("draw disc(random(1), normal(2)/9, choose(3, [0.5, 1]))", "random("),
    "seed": Construct("seed 7\ndraw disc(random(1), 0, 1)", "seed 7"),
    "noise": Construct("draw noise(x, y, 1) <= 0", re.compile(r"noise[`(]"), NO_FORMULA),
    "fbm": Construct("draw fbm(x, y, 3) <= 0", "fbm(", NO_FORMULA),
    "linear": Construct("draw disc(0, 0, 1) fill ramp([red, gold], y)", "ramp("),
    "radial": Construct("draw disc(0, 0, 1) fill mix(red, oklch(0.7, 0.1, 90), x^2 + y^2)", "oklch"),
    "any colour": Construct("draw disc(0, 0, 1) fill rgb(sin(x*y)^2, 0.5, x)", "viridis("),
    "opacity": Construct("draw disc(0, 0, 1) fill red opacity (x + 1)/2", "opacity"),
    "background": Construct("background ramp([red, gold], y)\ndraw disc(0, 0, 1)", "background"),
    "soft": Construct("draw disc(0, 0, 1) soft 0.1", re.compile(r"soft[` ]"), {"page": "has no soft"}),
    "glow": Construct("draw disc(0, 0, 1) glow 0.3", "glow", {"page": "has no glow"}),
    "shadow": Construct("draw disc(0, 0, 1) shadow 0.1, -0.1, 0.2", "shadow", {"page": "has no shadow"}),
    "hatch": Construct("draw disc(0, 0, 1) hatch 45°, 0.2, navy, 1", "hatch 45°", {"page": "has no hatch"}),
    "crosshatch": Construct("draw disc(0, 0, 1) crosshatch 0, 0.2", "crosshatch", {"page": "has no hatch"}),
    "bands": Construct("draw disc(0, 0, 1) bands 0.2", "bands", {"page": "has no bands"}),
    "paper": Construct("size A6 landscape\ndraw disc(0, 0, 1)", "size A4"),
    "margin": Construct("size A6\nmargin 10mm\ndraw disc(0, 0, 1)", "margin 10mm"),
    "pen": Construct("size A6\ndraw disc(0, 0, 1) stroke navy 0.3mm", "0.3mm"),
    "blend": Construct("draw disc(0, 0, 1) fill red blend multiply", "blend", {"page": "has no blend"}),
    "clip": Construct("clip x <= 0\ndraw disc(0, 0, 1)", "clip R"),
    "sharp": Construct("sharp\ndraw disc(0, 0, 1) & x <= 0", "sharp"),
    "style": Construct("style soft\ndraw disc(0, 0, 1)", "style soft"),
    "level": Construct("draw abs(level(disc(0, 0, 1)) - 1) <= 0.1", "level(R)"),
    "distance": Construct("draw abs(distance(disc(0, 0, 1) & x <= y)) <= 0.1", "distance(R)"),
    "owner": Construct("draw owner([disc(0, 0, 1), x <= y]) <= 1", "owner("),
    "cell": Construct("draw cell(x, y) <= 0.5", "cell(", NO_FORMULA),
    "size": Construct("size 30x20\ndraw disc(0, 0, 1)", "size 800x600"),
    "sweep": Construct(
        "param t = 0 in 0 .. 1\nsweep t = 0 .. 1, loop = closed\ndraw x <= t", "sweep t = 0 .. 1"
    ),
    "colours": Construct("colours viridis\ndraw disc(0, 0, 1)", "colours viridis"),
    "polygon": Construct("draw polygon([(0, 0), (1, 0), (1, 1), (0.5, 0.2)])", "polygon([("),
    "wallpaper": Construct("draw wallpaper(disc(0.1, 0.1, 0.1), p6)", "wallpaper("),
    "frieze": Construct("draw frieze(disc(0.1, 0.1, 0.1), p2)", "frieze("),
    "text": Construct('draw text("Qa", -1, 0, 1)', 'text("ML'),
    "bars": Construct("draw |x| + y^2 <= 1", "|x| + "),
    "polar": Construct("draw r <= 1 + cos(3 theta)", "theta"),
    "if": Construct("draw if x < 0 then y <= 0 else disc(0, 0, 1)", re.compile(r"if \S.* then ")),
    "degrees": Construct("draw y <= x*tan(30deg)", "30deg"),
    "step": Construct("param k = 6 in 3 .. 9 step 1\ndraw rotate(box(-1, 1, -k/9, 1), k)", "step 1"),
}


@pytest.mark.parametrize("name", CONSTRUCTS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_every_construct_or_says_why_not(name: str, form: str, tmp_path: Path) -> None:
    """The message is short, names what it is about, and comes before anything is written."""
    construct = CONSTRUCTS[name]
    (tmp_path / "figure.shape").write_text(f"window -2,2,-2,2\n{construct.text}\n")
    command, *arguments = FORMS[form]
    ended = run(command, "figure.shape", *arguments, folder=tmp_path)
    if form in construct.refused:
        assert (ended.code, ended.out) == (1, b"")
        assert construct.refused[form] in ended.err
    else:
        assert ended.code == 0, ended.err
        assert ended.out


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_every_document_tells_every_construct(name: str, document: str, tmp_path: Path) -> None:
    """By a word that one would look for."""
    if document == "render --help":
        text = run("render", "--help", folder=tmp_path).out.decode()
    else:
        text = (ROOT / document).read_text("utf-8")
    word = CONSTRUCTS[name].word
    pattern = word.pattern if isinstance(word, re.Pattern) else re.escape(word)
    assert re.search(rf"(?<!\w){pattern}", text.replace("\\|", "|"))
