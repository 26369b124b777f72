"""Every example is a test: it is drawn by the command, and looks like what it claims.

`python -m tests.golden.test_examples` writes the golden masks anew.
"""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import shapecli
from tests.drawn import measured, texts_of

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
FIGURES = sorted(path.stem for path in EXAMPLES.glob("*.shape"))
GOLDEN = ("puzzle", "batman", "batman-knight", "m", "l", "star", "yin-yang")
USUAL = (-2.0, 2.0, -2.0, 2.0)

Mask = NDArray[np.bool_]


def figure(name: str) -> shapecli.Figure:
    """An example, without what lies behind its last region where that shows how it is made."""
    whole = shapecli.load(EXAMPLES / f"{name}.shape")
    regions = tuple(layer for layer in whole.layers if not layer.is_curve)
    return replace(whole, layers=regions[-1:]) if name.startswith(("part1", "puzzle")) else whole


def mask(name: str, size: int, **settings: object) -> Mask:
    """Which pixel centres of an example are inside."""
    return figure(name).field(size=size, antialiasing=1, **settings) <= 0


def area(name: str, **settings: Any) -> float:
    """The area of an example by coverage."""
    return measured(figure(name), size=1024, **settings).area


@pytest.mark.parametrize("name", FIGURES)
def test_every_example_is_drawn_by_the_command(name: str, tmp_path: Path) -> None:
    """Exit 0, a picture that is neither empty nor full, and its own source inside it."""
    target = tmp_path / "picture.png"
    path = EXAMPLES / f"{name}.shape"
    command = [sys.executable, "-m", "shapecli", "render", str(path), "--size", "64", "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    image = Image.open(target)
    assert image.size[0] == 64 or image.size[1] == 64
    assert np.ptp(np.asarray(image.convert("L"))) > 0
    assert texts_of(image)["source"] == path.read_text("utf-8")


@pytest.mark.parametrize("name", GOLDEN)
def test_masks_are_golden(name: str) -> None:
    """Small pictures as text, which a person can read."""
    assert as_text(mask(name, 40)) == (HERE / f"{name}.txt").read_text("utf-8")


def as_text(inside: Mask) -> str:
    """# inside and . outside, a line for every row."""
    return "".join("".join("#" if pixel else "." for pixel in row) + "\n" for row in inside)


@pytest.mark.parametrize("size", [256, 512, 1024])
def test_the_set_form_and_the_long_inequality_are_one_figure(size: int) -> None:
    """The same pixels, and the area that the theory of corners gives."""
    assert np.array_equal(mask("puzzle", size), mask("puzzle-inequality", size))
    assert area("puzzle") == pytest.approx(4 - 2 * math.pi**2 / (3 * 50**2), abs=1e-4)


@pytest.mark.parametrize(("size", "more"), [(256, 0), (512, 0), (1024, 16), (2048, 52)])
def test_the_power_form_contains_the_set_form(size: int, more: int) -> None:
    """u_pow < u_exp everywhere: not the same set, but larger by so many pixels."""
    exponential, power = (mask(f"puzzle-{form}", size, window=USUAL) for form in ("inequality", "power"))
    assert not (exponential & ~power).any()
    assert int((power & ~exponential).sum()) == more


def test_the_crisp_puzzle_tiles_the_plane() -> None:
    """Moved by (2i, 2j), every point is covered once; the crisp area is 4."""
    inside = mask("puzzle", 512, sharp=True, window=USUAL).astype(int)
    half = 256
    covered = inside[:half, :half] + inside[half:, :half] + inside[:half, half:] + inside[half:, half:]
    assert (covered == 1).all()


@pytest.mark.parametrize(
    ("name", "expected", "settings"),
    [
        ("part1-rectangle", 4 / 6 * math.gamma(1.1) ** 2 / math.gamma(1.2), {}),
        ("part1-diamond", math.gamma(1.1) ** 2 / math.gamma(1.2), {}),
        ("part1-arc", 2.0799164, {}),
        ("circle-to-square", math.pi, {"parameters": {"p": 2.0}}),
        ("circle-to-square", 4 * math.gamma(1.25) ** 2 / math.gamma(1.5), {"parameters": {"p": 4.0}}),
        ("circle-to-square", 2.0, {"parameters": {"p": 1.0}}),
        ("heart", 8 + 2 * math.pi, {"sharp": True}),
        ("batman-trenches", 4.15376, {"window": (-4.0, 4.0, -3.0, 2.0)}),
        ("m", 25 - 3.6 - 5.7, {"sharp": True}),
        ("l", 3.2 * 5 - 2.1 * 3.9, {"sharp": True}),
    ],
)
def test_areas(name: str, expected: float, settings: dict[str, Any]) -> None:
    """Areas that are known in closed form, or by exact quadrature."""
    assert area(name, **settings) == pytest.approx(expected, rel=3e-4)


def test_the_bat_of_the_article() -> None:
    """The area with the terms that Part I has, of which the example's comment tells."""
    terms = {
        "f5": "y + 0.6",
        "f6": "(3(x + 0.45))^14 - y + 1",
        "f8": "e^(3(y - 0.1) - 258.18 abs((1.9x + 0.1)(1.9x - 0.1))^1.6)",
    }
    lines = (EXAMPLES / "batman-trenches.shape").read_text("utf-8").splitlines()
    text = "\n".join(f"{line[:2]} = {terms[line[:2]]}" if line[:2] in terms else line for line in lines)
    window = (-4.0, 4.0, -3.0, 2.0)
    assert measured(shapecli.parse(text), size=1024, window=window).area == pytest.approx(4.15005, rel=3e-4)


def test_an_odd_power_follows_the_line() -> None:
    """x^5 + y^5 <= 1: at x = 0.7 the boundary is at y = 0.96387; far out it is the line y = -x."""
    window = (0.699, 0.701, 0.9, 1.0)
    column = figure("part1-power").field(size=(1, 4000), window=window, stretch=True)[:, 0]
    boundary = 1.0 - (int((column > 0).sum()) / 4000) * 0.1
    assert boundary == pytest.approx(0.96387, abs=1e-4)


@pytest.mark.parametrize(
    "name", ["batman", "batman-knight", "batman-trenches", "m", "heart", "star", "rings"]
)
def test_symmetric_figures(name: str) -> None:
    """Left is right."""
    level = figure(name).field(size=300)
    assert np.allclose(level, level[:, ::-1], rtol=1e-9, atol=1e-7)


def test_the_bat_is_the_classic_bat() -> None:
    """Intersection over union with the classic Batman curve, drawn here without shapecli."""
    level = figure("batman").field(size=(1520, 760), window=(-7.6, 7.6, -3.8, 3.8))
    x = np.arange(1520, dtype=np.float64) * 0.01 - 7.595
    y = (3.795 - np.arange(760, dtype=np.float64) * 0.01)[:, None]
    ours, classic = level <= 0, classic_batman(x, y)
    assert (ours & classic).sum() / (ours | classic).sum() >= 0.99


def classic_batman(x: NDArray[np.float64], y: NDArray[np.float64]) -> Mask:
    """The region between the upper and the lower half of the Batman curve."""
    a = np.abs(x)
    ellipse = 3 * np.sqrt(np.clip(1 - (x / 7) ** 2, 0, None))
    arc = np.sqrt(np.clip(4 - (a - 1) ** 2, 0, None))
    shoulder = 6 * math.sqrt(10) / 7 + 1.5 - 0.5 * a - 6 * math.sqrt(10) / 14 * arc
    head = np.select([a <= 0.5, a <= 0.75], [2.25, 3 * a + 0.75], 9 - 8 * a)
    top = np.select([a <= 1, a <= 3], [head, shoulder], ellipse)
    scallops = np.sqrt(np.clip(1 - (np.abs(a - 2) - 1) ** 2, 0, None))
    bottom = np.where(a <= 4, a / 2 - (3 * math.sqrt(33) - 7) / 112 * a**2 - 3 + scallops, -ellipse)
    result: Mask = (a <= 7) & (y <= top) & (y >= bottom)
    return result


def test_the_jigsaw_is_endless_and_fills_half_the_plane() -> None:
    """Moved by 2 it is its own complement: L(x + 2, y) = -L(x, y)."""
    jigsaw = figure("endless-jigsaw")
    here = jigsaw.field(size=200, window=(0.0, 4.0, 0.0, 4.0))
    there = jigsaw.field(size=200, window=(2.0, 6.0, 0.0, 4.0))
    assert np.abs(here + there).max() < 1e-6
    far = jigsaw.field(size=200, window=(400.0, 404.0, -4.0, 0.0))
    assert np.abs(here - far).max() < 1e-6
    assert int((here <= 0).sum()) == 200 * 200 // 2


def test_the_stars_are_endless() -> None:
    """They repeat every 2 pi in both directions."""
    stars, turn = figure("endless-stars"), 2 * math.pi
    here = stars.field(size=100, window=(-3.0, 3.0, -3.0, 3.0))
    there = stars.field(size=100, window=(-3.0 + 5 * turn, 3.0 + 5 * turn, -3.0 - turn, 3.0 - turn))
    assert np.abs(here - there).max() < 1e-9


@pytest.mark.parametrize("name", ["endless-jigsaw", "endless-stars"])
def test_the_second_challenge_uses_no_modulus(name: str) -> None:
    """Neither abs nor mod, in any spelling."""
    text = "".join(
        line.split("#")[0] for line in (EXAMPLES / f"{name}.shape").read_text("utf-8").splitlines()
    )
    assert not any(word in text for word in ("abs", "mod", "floor", "repeat", "turns", "sqrt", "max", "min"))


def bless() -> None:
    """Write the golden masks anew, to be looked at before they are committed."""
    for name in GOLDEN:
        (HERE / f"{name}.txt").write_text(as_text(mask(name, 40)), "utf-8")


if __name__ == "__main__":
    bless()
