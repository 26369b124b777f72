"""Deep or large figures are drawn right or refused cleanly; no recursion limit is hit."""

import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.commands.run import left_behind, spawn

MANY = 100_000
HALF = "drawn: x <= 1"  # what a figure means that is drawn
MOST_MEMORY = 2 << 20  # KiB


def doubled(step: str) -> str:
    """Sixty definitions, each made of the one before by `step`."""
    lines = [f"A{k + 1} = {step.replace('A', f'A{k}')}" for k in range(60)]
    return "\n".join(["A0 = x <= 1", *lines, "draw A60"])


def discs(write: Callable[[float, float], str]) -> str:
    """A hundred rows of a hundred discs."""
    return "draw " + " | ".join(write(i / 25 - 2, j / 25 - 2) for i in range(100) for j in range(100))


FIGURES = {  # text, what becomes of it
    "brackets": ("draw " + "(" * MANY + "x <= 1" + ")" * MANY, HALF),
    "complements": ("draw " + "~" * MANY + "(x <= 1)", HALF),
    "minuses": ("draw " + "-" * MANY + "x <= 1", HALF),
    "sum": (f"draw {'+'.join(['x'] * MANY)} <= {MANY}", HALF),
    "doubling": (doubled("A & A"), "drawn"),
    "halving": (doubled("A | A"), "drawn"),
    "growing": (doubled("A(x + 1, y) | A(x - 1, y)"), "larger than the limit"),
    "discs": (discs(lambda a, b: f"(x - {a})^2 + (y - {b})^2 <= 0.0001".replace("- -", "+ ")), "drawn"),
    "called discs": (discs(lambda a, b: f"disc({a}, {b}, 0.01)"), "billion operations"),
    "tower of numbers": ("draw x <= 9^9^9", "drawn: everything"),
    "huge power": ("draw x^1000000000 <= 1", "drawn"),
    "tower of x": (f"draw {'^'.join(['x'] * 50_000)} <= 1", "billion operations"),
    "chain of definitions": (
        "A0 = x <= 1\n" + "".join(f"A{k + 1} = ~A{k}\n" for k in range(20_000)) + "draw A20000", HALF,
    ),
    "chain of calls": (
        "f0(t) = t\n" + "".join(f"f{k + 1}(t) = f{k}(t)\n" for k in range(10_000)) + "draw f10000(x) <= 1",
        HALF,
    ),
    "chain of relations": ("draw " + " <= ".join(["x"] * 20_000), "drawn"),
    "too many tokens": ("draw " + "+".join(["2*x"] * MANY) + "+x <= 1", "larger than the limit"),
    "too many bytes": ("#" + "." * 10_000_000 + "\ndraw x <= 1", "larger than the limit of 6,400,000 bytes"),
    "one long name": ("draw " + "x" * 1_000_000 + " <= 1", "unknown name xxx"),
    "a million open brackets": ("draw " + "(" * 1_000_000, "the limit of 400,000"),
    "many unknown names": ("\n".join(f"A{k} = nothing{k}" for k in range(20_000)), "more mistakes"),
    "many layers": ("draw x <= 1\n" * 5_000, "5000 layers of 256 x 256 pixels"),
    "long cycle": ("\n".join(f"A{k} = A{(k + 1) % 20_000}" for k in range(20_000)), "is defined by itself"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "fate"), FIGURES.values(), ids=FIGURES)
def test_large_figures(text: str, fate: str, tmp_path: Path) -> None:
    """Exit 0 and the right pixels, or exit 1 and one message; in at most 2 GiB of memory."""
    (tmp_path / "figure.shape").write_text(text)
    ended = spawn(
        "render", "figure.shape", "-o", "level.npy", "--size", "256", "--limit-work", "15", folder=tmp_path
    )
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MOST_MEMORY
    if not fate.startswith("drawn"):
        assert ended.code == 1
        assert ended.err.count("error: ") == (100 if fate == "more mistakes" else 1)
        assert fate in ended.err
        assert left_behind(tmp_path) == {"figure.shape"}
        return
    assert ended.code == 0, ended.err
    inside = np.load(tmp_path / "level.npy") <= 0
    x = (np.arange(256) + 0.5) / 64 - 2
    if fate == HALF:
        assert np.array_equal(inside, np.broadcast_to(x <= 1, inside.shape))
    elif fate == "drawn: everything":
        assert inside.all()
