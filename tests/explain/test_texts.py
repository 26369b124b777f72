"""Explanations word for word: small figures whose every line is known, and what is not known."""

import json
import math
from pathlib import Path

import pytest

import shapecli
from tests.commands.run import run

NAMED = "A = x <= 1\ninner = ~A\nr2 = y <= 0\ndraw inner & r2\n"
NAMED_TEXT = """a
  A′ ∩ r2

  S1  ∩
  ├─ inner  ′
  │  └─ A
  └─ r2

Sets: a point is in one where f ≤ 0.  With the sharpness n, u = e^(n f) is at most 1 there,
and L = ln u = n f is at most 0.
  A    x ≤ 1   f = x − 1
  r2   y ≤ 0   f = y

Steps: a complement turns u into 1/u; an intersection adds; a union adds the reciprocals, as
parallel resistors do.  LSE(a, b, ...) = ln(e^a + e^b + ...).
  inner = A′
      u = u_A⁻¹
      L = −L_A
  S1 = inner ∩ r2
      u = u_inner + u_r2
      L = LSE(L_inner, L_r2)

One inequality, with n = 50
  Unicode:  e^(−50(x − 1)) + e^(50y) ≤ 1
  plain:    e^(-50*(x - 1)) + e^(50*y) <= 1
  LaTeX:    e^{-50\\left(x - 1\\right)} + e^{50y}\\le 1

How far it is from the crisp figure h, drawn by max and min (--sharp)
  h ≤ L/n ≤ h + ln 2/n everywhere; at this n, from h − 0 to h + 0.01386
  at 20 x 20 pixels: 0 could be decided differently, 0 are
  none of these is more than 0 pixels from the crisp boundary
  from n = 3 on, only pixels that touch the crisp boundary could differ

At (0, 0): outside, L = 50
  set   f    u       L     weight    share
  A     −1   e^−50   −50   −1.0000   100.0%
  r2    0    1       0     +0.0000   0.0%
  step    L/n   u      L    weight    share
  inner   1     e^50   50   +1.0000   100.0%
  S1      1     e^50   50   +1.0000   100.0%
  A owns the point, with 100.0% of all shares
  outside: S1 leaves it out, as inner leaves it out, as A holds it
"""
NOTHING_KNOWN = """How far it is from the crisp figure h, drawn by max and min (--sharp)
  nothing is known: a number in it asks for a soft region, with if(...)
"""
TWICE = "A = x <= 0\nB = y <= 0\ndraw (A & B) | (A & ~B) | (A & B)\n"


def explained(text: str, folder: Path, *options: str) -> str:
    """What the command says."""
    (folder / "a.shape").write_text(text)
    ended = run("explain", "a.shape", "--size", "20", *options, folder=folder)
    assert ended.code == 0
    return ended.out.decode()


def test_a_whole_explanation(tmp_path: Path) -> None:
    """A complement that has a name keeps it; so does a name that ends in a digit."""
    assert explained(NAMED, tmp_path, "--at", "0,0") == NAMED_TEXT


def test_complements_without_a_name_have_a_sign(tmp_path: Path) -> None:
    """And no name of their own."""
    text = explained("A = x <= 1\ndraw ~A & y <= 0", tmp_path)
    assert "  A′\n      u = u_A⁻¹\n      L = −L_A\n" in text
    assert "~A =" not in text
    assert "  S1 = A′ ∩ B\n      u = u_A⁻¹ + u_B\n      L = LSE(−L_A, L_B)\n" in text


def test_where_nothing_is_known_nothing_more_is_said(tmp_path: Path) -> None:
    """No bounds that are infinite, and no pixels."""
    assert explained("draw if(x <= 0 & y <= 0, x, 1) <= 0", tmp_path).endswith(NOTHING_KNOWN)
    assert explained("draw x <= 0", tmp_path).endswith("  it is the crisp figure: nothing is softened\n")


def test_what_stands_twice_has_its_branches_once(tmp_path: Path) -> None:
    """And is told from what comes for the first time."""
    text = explained(TWICE, tmp_path)
    assert text.count("as above") == 1
    lines = text.split("\n\n")[1].split("\n")
    assert [line.split("─ ")[-1].strip() for line in lines][-3:] != ["A", "B", "A"]


@pytest.mark.parametrize("count", [1, 2, 7, 255, 256, 257])
def test_the_farthest_pixel_is_counted(count: int, tmp_path: Path) -> None:
    """Two half planes with one boundary reach ln 2 / n beyond it: so many pixels, up to 256."""
    width, window = 1200, 12.0
    reach = (count + 0.2) * window / width  # from the boundary, which is between two pixels
    (tmp_path / "a.shape").write_text(
        f"sharpness {math.log(2) / reach!r}\nA = x <= 0\nB = 1*x + y - y <= 0\ndraw A | B"
    )
    options = ("--size", f"{width}x2", "--window", "-6,6,-0.01,0.01", "--json")
    ended = run("explain", "a.shape", *options, folder=tmp_path)
    assert ended.code == 0
    (report,) = json.loads(ended.out)
    found = report["distance"]
    assert (found["width"], found["height"]) == (width, 2)
    assert found["low"] == pytest.approx(reach)
    assert found["possible"] == found["different"] == 2 * count
    assert found["farthest"] == (count if count <= 256 else None)
    assert found["enough"] == pytest.approx(math.log(2) / (1.5 * window / width))


def test_pages_show_the_level_of_the_figure(tmp_path: Path) -> None:
    """Of a figure of one set and of several, inside and outside, with the owner."""
    for text in ("draw x^2 + y^2 <= 2", NAMED, "A = x <= 1; B = y <= 1\ndraw A & B | ~A & ~B"):
        (tmp_path / "a.shape").write_text(text)
        figure = shapecli.parse(text)
        for x, y in ((0.25, 0.5), (1.5, -1.25)):
            tiny = (x - 1e-9, x + 1e-9, y - 1e-9, y + 1e-9)
            level = float(figure.field(size=(1, 1), window=tiny)[0, 0])
            at = ("--at", f"{x},{y}", "--size", "20")
            assert run("explain", "a.shape", *at, "-o", "a.md", folder=tmp_path).code == 0
            page = (tmp_path / "a.md").read_text().replace("−", "-")
            said = page.partition(f"## At ({x:g}, {y:g})\n\n")[2].split(": ")[0]
            inside, _, number = said.partition(", L = ")
            assert inside == ("Inside" if level <= 0 else "Outside")
            assert float(number) == pytest.approx(level, rel=1e-4)


def test_pictures_of_steps_carry_no_figure(tmp_path: Path) -> None:
    """Hundreds of them would repeat it, and none is the figure that it would say."""
    (tmp_path / "a.shape").write_text(NAMED)
    assert run("explain", "a.shape", "-o", "a.md", "--size", "20", folder=tmp_path).code == 0
    pictures = sorted((tmp_path / "a-pictures").iterdir())
    assert pictures
    for path in pictures:
        assert run("check", path, folder=tmp_path).err.count("this picture carries no figure") == 1
