"""Coverage as the engine defines it, in plain NumPy from levels at every point: nothing is pruned."""

import numpy as np
from numpy.typing import NDArray

from shapecli.engine.raster import Plan, Program, sample
from shapecli.engine.view import View
from shapecli.language.figure import Window

BEND, CLEAR = 1 / 24, 4.0
Levels = NDArray[np.float64]


def counted(program: Program, view: View, factor: int) -> Levels:
    """The share of factor x factor points of every pixel that are inside."""
    fine = View(view.window, view.width * factor, view.height * factor)
    inside = sample(program, fine, Plan(limit_work=1e18)).level <= 0
    shares: Levels = inside.reshape(view.height, factor, view.width, factor).mean(axis=(1, 3))
    return shares


def expected(program: Program, view: View, factor: int) -> Levels:
    """Coverage by the rule of docs/antialiasing.md, from 0 to 1 for every pixel."""
    window, plan = view.window, Plan(limit_work=1e18)
    around = Window(
        window.x0 - view.dx / 2, window.x1 + view.dx / 2, window.y0 - view.dy / 2, window.y1 + view.dy / 2
    )
    m = sample(program, view, plan).level
    corners = sample(program, View(around, view.width + 1, view.height + 1), plan).level
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:]
    with np.errstate(all="ignore"):
        least, most = np.minimum.reduce([m, a, b, c, d]), np.maximum.reduce([m, a, b, c, d])
        bend = np.maximum(abs(m - 0.5 * (a + d)), abs(m - 0.5 * (b + c)))
        distance = np.maximum(least, -most)
        outside = (least == np.inf) | ((distance > CLEAR * bend) & (least > 0))
        inside = (most == -np.inf) | ((distance > CLEAR * bend) & (most <= 0))
        straight = (bend <= BEND * (most - least)) & (most - least < np.inf)
        mean = (2 * m + (a + b + c + d) / 4) / 3
        part = half_plane(mean, (b - a + d - c) / 2, (c - a + d - b) / 2)
    return np.where(
        outside, 0.0, np.where(inside, 1.0, np.where(straight, part, counted(program, view, factor)))
    )


def half_plane(mean: Levels, across: Levels, down: Levels) -> Levels:
    """The part of a unit square where mean + across u + down v <= 0, for u and v from -1/2 to 1/2.

    The integral of a clipped line, from the antiderivative of max(t, 0)^2 / 2 at the four corners.
    """
    steep, flat = np.maximum(abs(across), abs(down)), np.minimum(abs(across), abs(down))
    steep, flat = steep / steep, np.maximum(flat / steep, 1e-9)
    offset = -mean / np.maximum(abs(across), abs(down))
    total = np.zeros_like(mean)
    for u in (-0.5, 0.5):
        for v in (-0.5, 0.5):
            total += np.sign(u * v) * np.maximum(offset + u * steep + v * flat, 0.0) ** 2 / 2
    return total / (steep * flat)
