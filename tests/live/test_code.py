"""The code in a page, read by a small reader of its own: levels, switches and weights, without a browser."""

import base64
import hashlib
import json
import math
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapecli
from tests.commands.run import run

FIGURES = {
    "one": "draw x^2 + y^2 <= 1",
    "bites": "A = x <= 1\nB = y >= -1\nC = hypot(x - 1, y) <= 0.5\ndraw A & B & ~C | x < -1",
    "xor": "draw x <= 0.3 xor y <= x xor x^2 <= y",
    "layers": "param r = 0.7\ndraw hypot(x, y) <= r\ndraw y = x\ndraw ~(x <= r & y <= 0.2) fill red",
    "shared": "A = sin(x) <= y\nB = x <= 0.25\ndraw A & B | ~A & ~B",
    "with if": "draw if(x <= 0 & y <= 0, x + 1, 0.5 - y) <= 0.25 | y >= 1",
    "trench": "draw trench(x - y) & sqrt(x + 2) <= 1.5 | x/y <= 0.2",
}  # fmt: skip
every_figure = pytest.mark.parametrize("text", FIGURES.values(), ids=FIGURES)
N = 3.0


def quotient(a: float, b: float) -> float:
    """0/0 is undefined, and nothing else is."""
    return a / b if b else math.nan if a == 0 else math.copysign(math.inf, a)


def log_of_sum(a: float, b: float) -> float:
    """Ln(e^a + e^b)."""
    return float(np.logaddexp(a, b))


def smooth_xor(a: float, b: float) -> float:
    """By its definition."""
    return log_of_sum(0.0, a + b) - log_of_sum(a, b)


KNOWN: dict[str, Any] = {
    "square": lambda a: a * a, "quotient": quotient, "smaller": min, "larger": max,
    "closed": lambda a: math.inf if math.isnan(a) else a, "smooth_max": log_of_sum,
    "opened": lambda a: math.inf if math.isnan(a) else a,
    "smooth_min": lambda a, b: -log_of_sum(-a, -b), "smooth_xor": smooth_xor,
    "decay": lambda t: math.exp(min(t, 0.0)), "sigmoid": lambda t: 1 / (1 + math.exp(-t)),
    "Math_hypot": math.hypot, "Math_abs": abs, "Math_sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "Math_sin": math.sin, "Math_log": lambda a: math.log(a) if a > 0 else -math.inf, "Math_max": max,
    "Math_min": min, "Math_exp": math.exp, "Infinity": math.inf, "NaN": math.nan, "true": True,
    "false": False, "Number_isNaN": math.isnan, "ln": lambda a: math.log(a) if a > 0 else -math.inf,
    "select": lambda test, a, b: a if test <= 0 else b,
}  # fmt: skip


def python_of(text: str) -> str:
    """An expression of JavaScript without functions in it."""
    depth, question, colon = 0, -1, -1
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and sign == "?" and question < 0:
            question, nested = place, 0
        elif depth == 0 and question >= 0 and colon < 0 and sign in "?:":
            nested += 1 if sign == "?" else -1
            colon = place if nested < 0 else -1
    if question >= 0:
        test, yes, no = text[:question], text[question + 1 : colon], text[colon + 1 :]
        return f"(({python_of(yes)}) if ({python_of(test)}) else ({python_of(no)}))"
    if opened := re.search(r"[(\[]", text):
        start, depth = opened.start(), 0
        for end in range(start, len(text)):
            depth += (text[end] in "([") - (text[end] in ")]")
            if depth == 0:
                break
        inside = ", ".join(python_of(part) for part in arguments(text[start + 1 : end]))
        return f"{simple(text[:start])}{text[start]}{inside}{text[end]}{python_of(text[end + 1 :])}"
    return simple(text)


def simple(text: str) -> str:
    """Operators and names."""
    for old, new in (("!==", "!="), ("===", "=="), ("&&", " and "), ("||", " or "), ("Math.", "Math_")):
        text = text.replace(old, new)
    return text.replace("Number.", "Number_")


def arguments(text: str) -> list[str]:
    """What stands between commas that are in no brackets."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [*found, text[start:]] if text.strip() else []


ASSIGNED = re.compile(r"(?:const )?(?:return|(\[?[\w\[\], ]+?\]?) (\+?=)) (.*)")
LAYER = r"{}: \(level, on, weights\) => \{{\n(.*?return [^\n]*)"


def function(body: str, *names: str) -> Callable[..., Any]:
    """A function of straight-line statements."""
    lines = []
    for line in body.split("\n"):
        line = line.strip().rstrip(";")
        if line.startswith(("if (weights)", "}")) or not line:
            continue
        for part in arguments(line.removeprefix("let ")) if line.startswith("let ") else [line]:
            target, sign, value = ASSIGNED.fullmatch(part.strip()).groups()  # type: ignore[union-attr]
            lines.append(f"{target or 'found'} {sign or '='} {python_of(value)}")
    code = compile("\n".join(lines), "page", "exec")

    def call(*values: Any) -> Any:
        space = {**KNOWN, **dict(zip(names, values, strict=True))}
        exec(code, {"__builtins__": {}}, space)  # noqa: S102 - our own code
        return space["found"]

    return call


class Page:
    """The code of a page of a figure, and what it is told."""

    def __init__(self, folder: Path, text: str, *options: str) -> None:
        (folder / "a.shape").write_text(text)
        ended = run("page", "a.shape", "-n", str(N), "-o", "a.html", *options, folder=folder)
        assert ended.code == 0, ended.err
        self.html = (folder / "a.html").read_text("utf-8")
        self.told = json.loads(re.search(r'id="data">(.*?)</script>', self.html, re.DOTALL)[1])  # type: ignore[index]
        script = self.html.partition("const figure = {")[2].partition("\n};")[0]
        given = ("x", "y", "n", "values", "crisp")
        self.primitives = function(script.partition("=> {\n")[2].partition("\n  },")[0], *given)
        of_layers = script.partition("layers: [")[2].partition("curves: [")[0]
        self.layers = {
            kind: [
                function(body, "level", "on", "weights")
                for body in re.findall(LAYER.format(kind), of_layers, re.DOTALL)
            ]
            for kind in ("soft", "crisp")
        }

    def levels(self, x: float, y: float, *, crisp: bool = False) -> list[float]:
        """Of the primitives."""
        values = [one["value"] for one in self.told["parameters"]]
        found: list[float] = self.primitives(x, y, N, values, crisp)
        return found


POINTS = [(0.25, 0.5), (-1.25, 0.1), (1.1, -0.4), (0.0, 0.0), (-0.3, -0.7), (0.9, 1.3)]


def level_at(figure: shapecli.Figure, x: float, y: float, **settings: Any) -> float:
    """Of a figure."""
    tiny = (x - 1e-9, x + 1e-9, y - 1e-9, y + 1e-9)
    return float(figure.field(size=(1, 1), window=tiny, sharpness=N, **settings)[0, 0])


@every_figure
@pytest.mark.parametrize("crisp", [False, True])
def test_layers_have_the_level_of_the_figure(text: str, crisp: bool, tmp_path: Path) -> None:
    """Of all layers together, the least; by the primitives, and by these alone."""
    page, figure = Page(tmp_path, text), shapecli.parse(text)
    kind = "crisp" if crisp else "soft"
    assert len(page.layers[kind]) == len([layer for layer in figure.layers if not layer.is_curve])
    for x, y in POINTS:
        levels = page.levels(x, y, crisp=crisp)
        on = [True] * len(levels)
        assert len(levels) == len(page.told["primitives"])
        found = min(layer(levels, on, [0.0] * len(levels)) for layer in page.layers[kind])
        assert found == pytest.approx(level_at(figure, x, y, sharp=crisp), rel=1e-6, abs=1e-6)


@every_figure
def test_weights_are_derivatives(text: str, tmp_path: Path) -> None:
    """Of the level of a layer by that of each primitive, soft ones; crisp ones are of those that decide."""
    page = Page(tmp_path, text)
    for x, y in POINTS[:3]:
        levels = page.levels(x, y)
        on = [True] * len(levels)
        for layer, crisp in zip(page.layers["soft"], page.layers["crisp"], strict=True):
            weights, decided = [0.0] * len(levels), [0.0] * len(levels)
            layer(levels, on, weights)
            crisp(levels, on, decided)
            assert sum(map(abs, decided)) == pytest.approx(1.0)
            for place in range(len(levels)):
                ends = []
                for step in (1e-5, -1e-5):
                    moved = [level + step * (place == k) for k, level in enumerate(levels)]
                    ends.append(layer(moved, on, [0.0] * len(levels)))
                assert weights[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-5)


def test_what_is_off_changes_nothing(tmp_path: Path) -> None:
    """Everything in an intersection, nothing in a union; in a complement, the other way round."""
    text = "A = x <= 0.3; B = y <= 0.2; C = x + y >= 0.5; D = hypot(x, y) <= 0.4\ndraw (A & B | C) & ~D"
    page = Page(tmp_path, text)
    names = [one["name"] for one in page.told["primitives"]]
    assert names == ["A", "B", "C", "D"]
    without = {"A": "(B | C) & ~D", "B": "(A | C) & ~D", "C": "(A & B) & ~D", "D": "A & B | C"}
    for name, rest in without.items():
        other = shapecli.parse(text.partition("draw")[0] + f"draw {rest}")
        for x, y in POINTS:
            levels = page.levels(x, y)
            on = [one != name for one in names]
            found = page.layers["soft"][0](levels, on, [0.0] * 4)
            assert found == pytest.approx(level_at(other, x, y), rel=1e-6, abs=1e-6)


@every_figure
def test_the_page_is_one_file_that_asks_nobody(text: str, tmp_path: Path) -> None:
    """Its policy allows the one script and the one style that are in it, and nothing else."""
    page = Page(tmp_path, f'title "</script><b>&amp;"\n{text}')
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page.html)[1])  # type: ignore[index]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert set(parts) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page.html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert parts[directive] == f"'sha256-{digest}'"
    assert not re.search(r'(?:src|href)="(?!#)', page.html)
    assert page.html.count("&lt;/script&gt;&lt;b&gt;&amp;amp;") >= 2
    (source,) = re.findall("<pre[^>]*>(.*?)</pre>", page.html, re.DOTALL)
    assert unescape(source).endswith(text)
    assert f"uniform float {'v0' if 'param' in text else 'n'};" in page.told["glsl"]


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        ("param a = 3", (0.0, 6.0)),
        ("param a = -0.25", (-1.0, 0.0)),
        ("param a = -3", (-6.0, 0.0)),
        ("param a = 0", (0.0, 1.0)),
        ("param a = 2 in 1 .. 5", (1.0, 5.0)),
    ],
)
def test_sliders_have_ends(statement: str, ends: tuple[float, float], tmp_path: Path) -> None:
    """Those of the figure; else from nothing to twice the value, and never less than one."""
    slider = Page(tmp_path, f"{statement}\ndraw x <= a").told["parameters"][0]
    assert (slider["low"], slider["high"]) == ends
