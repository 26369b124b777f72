"""What is exported, by its values: plots show the window, data is strict JSON, and browsers run shaders."""

import base64
import json
import re
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

import shapecli
from shapecli.drawing.drawing import drawing_of
from shapecli.fields.graph import Node
from shapecli.notations.targets import TARGETS
from shapecli.render import Settings
from tests.commands.run import run

FOLDER = Path(__file__).parents[3] / "examples"
EXAMPLES = [
    *sorted(FOLDER.glob("*.shape")),
    *sorted(FOLDER.glob("art/[lmn]*/*e*.shape")),
]  # others are dearer
FIGURE = """param a_b = 2; param far = 3 in 1 .. 9
window -1.5, 6, -2e-3, 8.25
draw x <= a_b
draw y = far*x + E
E = 2
"""


def number_of(text: str) -> float:
    """As Mathematica reads one."""
    return float(text.replace("*^", "e"))


@pytest.mark.parametrize(
    "window",
    [(-1.5, 6.0, -0.002, 8.25), (6.0, 8.0, -3.0, -1.0), (-1e7, 1e7, 0.0, 1e-7), (0.1, 0.3, 0.1, 0.2)],
)
def test_mathematica_plots_the_window(window: tuple[float, float, float, float], tmp_path: Path) -> None:
    """Every plot has both ranges, and numbers are those of the figure."""
    (tmp_path / "a.shape").write_text(FIGURE)
    given = ",".join(map(str, window))
    ended = run("export", "a.shape", "--to", "mathematica", "--window", given, "-n", "7", folder=tmp_path)
    assert ended.code == 0
    text = ended.out.decode()
    shown = drawing_of(shapecli.parse(FIGURE), Settings(window=window)).view.window
    wanted = {"x": (shown.x0, shown.x1), "y": (shown.y0, shown.y1)}
    for name, ends in wanted.items():
        found = re.findall(rf"\{{{name}, ([^,{{}}]+), ([^,{{}}]+)\}}", text)
        assert [tuple(map(number_of, pair)) for pair in found] == [ends, ends]
    values = dict(re.findall(r"(\w+) = ([^,}]+)[,}]", text))
    assert {name: number_of(value) for name, value in values.items()} == {"aB": 2.0, "far": 3.0, "n": 7.0}
    assert text.count("RegionPlot[") == text.count("ContourPlot[") == text.count("Show[") == 1


def refused(name: str) -> float:
    """JSON has no such number."""
    raise AssertionError(name)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_data_is_json_to_everybody(path: Path, tmp_path: Path) -> None:
    """No Infinity and no NaN, which only Python reads; and the same text comes again."""
    ended = run("export", path, "--to", "json", folder=tmp_path)
    assert ended.code == 0
    data = json.loads(ended.out, parse_constant=refused)
    assert run("export", path, "--to", "json", folder=tmp_path).out == ended.out
    figure = shapecli.load(path)
    assert [one["name"] for one in data["parameters"]] == [one.name for one in figure.parameters]
    for one, parameter in zip(data["parameters"], figure.parameters, strict=True):
        ends = (one["low"], one["high"])
        assert tuple(map(float, ends)) == (parameter.low, parameter.high)
        assert all(isinstance(end, float) or end in ("inf", "-inf") for end in ends)
    for one, layer in zip(data["layers"], figure.layers, strict=True):
        style = layer.look
        for word, ink in (("fill", style.fill), ("stroke", style.stroke)):
            if isinstance(ink, Node):  # the place of a node
                assert data["nodes"][one[word]]["op"] in ("light", "chosen")
            else:
                assert one[word] == (ink and ink.text)
        assert (one["stroke_width"], one["opacity"]) == (style.stroke_width, style.opacity)
    if not isinstance(figure.background, Node):
        assert data["background"] == (figure.background and figure.background.text)


@pytest.mark.parametrize("target", TARGETS)
def test_titles_stay_where_they_are_put(target: str, tmp_path: Path) -> None:
    """Whatever is in them, it is no code: without the title, the text is the same code."""
    hostile = "'''; import os #*/ \\ {7} ``` <!-- \\u0022 $(x) \\end{x} *) ]]"
    texts = []
    for title in (f'title "{hostile}"\n', 'title "T"\n', ""):
        (tmp_path / "a.shape").write_text(f"{title}draw x <= 1")
        ended = run("export", "a.shape", "--to", target, folder=tmp_path)
        assert ended.code == 0
        texts.append(ended.out.decode())
    if target == "json":
        datas = [json.loads(text) for text in texts]
        assert [data.pop("title") for data in datas] == [hostile, "T", None]
        assert datas[0] == datas[1] == datas[2]
        return
    marks = {"python": ("#", '"""'), "numpy": ("#", '"""'), "glsl": ("//",), "desmos": ('"',)}.get(
        target, ("%",)
    )
    codes = [
        "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(marks)) for text in texts
    ]
    assert codes[0] == codes[1] == codes[2]


BROWSER = """#!{python}
import base64, json, pathlib, re, sys, time, urllib.parse
page = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(sys.argv[-1]).path)).read_text()
task = json.loads(re.search(r'id="task">(.*?)</script>', page, re.DOTALL)[1])
pathlib.Path({told!r}).write_text(json.dumps([task | {{"page": page}}, sys.argv]))
print("<html><body>shapecli:" + pathlib.Path({answer!r}).read_text() + ":</body></html>")
"""


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that answers what lies in a file, and writes down what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "chromium"
    told, answer = str(tmp_path / "told"), str(tmp_path / "answer")
    program.write_text(BROWSER.format(python=sys.executable, told=told, answer=answer))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    return tmp_path


DISC = (
    "-e", "x^2 + y^2 <= 1", "--window", "-2,2,-2,2", "--size", "6x4", "--to", "glsl", "--verify",
    "-o", "a.glsl",
)  # fmt: skip


def levels(*, wrong: bool = False) -> str:
    """What a shader would give: single precision, from the bottom up."""
    field = shapecli.parse("draw x^2 + y^2 <= 1").field(size=(6, 4)).astype("<f4")
    if wrong:
        field[1, 2] = 7.0
    return base64.b64encode(field[::-1].tobytes()).decode()


def test_a_browser_runs_shaders(browser: Path) -> None:
    """With the window, the size and the numbers; and its answer is compared, row by row."""
    (browser / "answer").write_text(levels())
    ended = run("export", *DISC, "--json", folder=browser)
    assert ended.code == 0, ended.err
    report = json.loads(ended.out, parse_constant=refused)
    assert (report["disagreeing"], report["pixels"], report["infinite"]) == (0, 24, 0)
    assert report["relative"] < 1e-6
    assert report["where"] is None
    task, command = json.loads((browser / "told").read_text())
    assert (task["width"], task["height"], task["window"]) == (6, 4, [-3.0, -2.0, 3.0, 2.0])
    assert task["uniforms"] == {"n": 50.0}
    assert "float field(vec2" in task["shader"]
    assert "gl_Position" in task["page"]
    assert "--headless" in command


def test_a_browser_that_differs_is_told(browser: Path) -> None:
    """How many pixels, where, and how large our own level is there; the exit code is 0: it is a report."""
    (browser / "answer").write_text(levels(wrong=True))
    ended = run("export", *DISC, folder=browser)
    assert ended.code == 0
    assert "1 of 24 pixels disagree, as at (-0.5, 0.5)" in ended.err
    report = json.loads(run("export", *DISC, "--json", folder=browser).out)
    assert report["where"] == [-0.5, 0.5]
    assert report["largest_level"] == pytest.approx(25.0)
    assert report["difference"] == pytest.approx(32.0)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("!no such thing", "could not run the shader: no such thing"),
        ("!a &lt; b", "could not run the shader: a < b"),
    ],
)
def test_a_browser_that_fails_is_told(answer: str, message: str, browser: Path) -> None:
    """In its own words, on one line."""
    (browser / "answer").write_text(answer)
    ended = run("export", *DISC, folder=browser)
    assert ended.code == 1
    assert message in ended.err


def test_a_browser_that_says_nothing_is_told(browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that gives no answer, one that never ends, and none."""
    program = browser / "bin" / "chromium"
    program.write_text("#!/bin/sh\necho nothing\n")
    ended = run("export", *DISC, folder=browser)
    assert (ended.code, "it gave no answer" in ended.err) == (1, True)
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr("shapecli.notations.targets.browser.PATIENCE", 0.3)
    ended = run("export", *DISC, folder=browser)
    assert ended.code == 1
    assert "error: the browser did not finish in 0.3 s\n  hint: try a smaller --size" in ended.err
    program.unlink()
    ended = run("export", *DISC, folder=browser)
    assert (ended.code, "install Chromium" in ended.err) == (1, True)


def test_uniforms_are_the_numbers_of_the_figure(browser: Path) -> None:
    """By the names that they have in the shader."""
    (browser / "a.shape").write_text("param r = 0.5\nsharpness 3\ndraw x <= r & y <= 0")
    field = shapecli.parse((browser / "a.shape").read_text()).field(size=(3, 2)).astype("<f4")
    (browser / "answer").write_text(base64.b64encode(field[::-1].tobytes()).decode())
    options = ("--to", "glsl", "--verify", "--json", "-o", "a.glsl", "--size", "3x2", "--set", "r=0.5")
    report = json.loads(run("export", "a.shape", *options, folder=browser).out)
    assert (report["disagreeing"], report["pixels"]) == (0, 6)
    task, _ = json.loads((browser / "told").read_text())
    assert sorted(task["uniforms"].values()) == [0.5, 3.0]
    for name in task["uniforms"]:
        assert re.search(rf"uniform float {name};", task["shader"])
    assert np.isfinite(report["relative"])


@pytest.mark.parametrize("target", ["python", "numpy", "glsl"])
def test_subtracted_negative_numbers_are_added(target: str, tmp_path: Path) -> None:
    """As one would write it; a negative number that is added stays so."""
    text = run("export", "-e", "sin(x - -0.5) + y <= 0-2", "--to", target, folder=tmp_path).out.decode()
    assert re.search(r"x \+ 0\.5\b", text)
    assert "- -" not in text
    assert "+ -" not in text


def test_numbers_without_an_end_have_names_in_data(tmp_path: Path) -> None:
    """JSON has no infinity: ranges that are open, and numbers that are too large."""
    (tmp_path / "a.shape").write_text("param a = 1\nparam b = 1 in 0 .. 9\ndraw x/0 <= a + b")
    ended = run("export", "a.shape", "--to", "json", folder=tmp_path)
    assert ended.code == 0
    data = json.loads(ended.out, parse_constant=refused)
    assert [(one["low"], one["high"]) for one in data["parameters"]] == [("-inf", "inf"), (0.0, 9.0)]
