"""Drawings: what is kept when they move is what a new one would have."""

from typing import Any

import numpy as np
import pytest

from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.picture import draw, levels
from shapecli.drawing.settings import Settings
from shapecli.render import parse

TEXT = """
param r = 1 in 0 .. 3; param q = 2 in 1 .. 9
A = abs(x)^q + abs(y)^q <= r^q
draw A & ~(ln(r - 1) <= x) fill teal stroke gold 2
draw y = sin(q x) stroke navy
"""
MOVES: list[dict[str, Any]] = [
    {"parameters": {"r": 0.5}},
    {"parameters": {"r": 2.5, "q": 7.0}},  # q is not said to move
    {"parameters": {"r": 2.0}, "sharpness": 3.0},
    {"parameters": {"r": 2.0}, "sharp": True},
    {"parameters": {"r": 2.0}, "window": (-0.5, 2.0, -3.0, 0.0)},
    {"parameters": {"r": 2.0}, "style": "owners", "fill": "red", "background": "transparent"},
]


@pytest.mark.parametrize("moving", [["r"], ["r", "n"], ["r", "q", "n"]], ids="-".join)
@pytest.mark.parametrize("other", MOVES, ids=str)
def test_moved_drawings_are_like_new_ones(other: dict[str, Any], moving: list[str]) -> None:
    """Pixels are the same, and levels but for their last bits; whatever was said to move, and back again."""
    first = Settings(size=40, parameters={"r": 1.5})
    drawing = drawing_of(parse(TEXT), first, moving=moving)
    settings = Settings(**{"size": 40, **other})
    moved, new = drawing.moved(settings), drawing_of(parse(TEXT), settings)
    assert draw(moved)[0].tobytes() == draw(new)[0].tobytes()
    np.testing.assert_allclose(levels(moved)[0].level, levels(new)[0].level, rtol=1e-9, atol=1e-9)
    again = moved.moved(first)
    assert draw(again)[0].tobytes() == draw(drawing)[0].tobytes()


def test_tapes_are_kept_while_only_what_may_move_does() -> None:
    """They are the same objects; other values of other inputs, or a crisp figure, have tapes of their own."""
    figure = parse(TEXT)
    drawing = drawing_of(figure, Settings(size=9), moving=["r"])
    assert drawing.moved(Settings(size=9, parameters={"r": 2.0})).tapes is drawing.tapes
    assert drawing.moved(Settings(size=9, parameters={"q": 3.0})).tapes is not drawing.tapes
    assert drawing.moved(Settings(size=9, sharp=True)).tapes is not drawing.tapes
