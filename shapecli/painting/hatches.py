"""Straight lines, and the pieces of lines along which a number is at most 0."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.window import Window
from shapecli.painting.contours import Array, Evaluate, roots

ROUNDING: Final = 1e-15  # of cosines and sines
CHUNK: Final = 1 << 18  # points that are looked at together


def direction(angle: float) -> tuple[float, float]:
    """How far right and up one unit of the way is; an angle of pi/2, which is rounded, is upright."""
    right, up = (0.0 if abs(part) < ROUNDING else part for part in (math.cos(angle), math.sin(angle)))
    return right, up


def numbers_of(angle: float, spacing: float, window: Window) -> range:
    """The straight lines at an angle that meet a window: number k is k spacings from the origin."""
    right, up = direction(angle)
    ends = [right * y - up * x for x in (window.x0, window.x1) for y in (window.y0, window.y1)]
    return range(math.ceil(min(ends) / spacing), math.floor(max(ends) / spacing) + 1)


def straight(angle: float, spacing: float, window: Window) -> Array:
    """The straight lines at an angle through a window, and some beside it: float64[lines, 2, 2]."""
    right, up = direction(angle)
    along, across = np.array([right, up]), np.array([-up, right])
    off = np.array(numbers_of(angle, spacing, window), np.float64) * spacing
    feet = off[:, None] * across
    low, high = np.array([window.x0, window.y0]), np.array([window.x1, window.y1])
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - feet) / along, (high - feet) / along
    # a line along an axis is inside of the window's other sides, or outside, all the way
    begin = np.nan_to_num(np.minimum(first, second), nan=-np.inf).max(axis=1)
    end = np.nan_to_num(np.maximum(first, second), nan=np.inf).min(axis=1)
    meets = begin < end
    places = np.stack([begin, end], axis=1)[meets]
    lines: Array = feet[meets, None] + places[..., None] * along
    return lines


def within(sides: Array, evaluate: Evaluate, step: float) -> Array:
    """The pieces of straight lines along which a number is at most 0: float64[pieces, 2, 2], in order.

    Args:
        sides: float64[lines, 2, 2], where each begins and ends.
        step: how far apart places are that are looked at; what is narrower may be missed.
    """
    pieces = [piece for some in _together(sides, step) for piece in _within(*some, evaluate)]
    return np.concatenate(pieces) if pieces else np.empty((0, 2, 2))


def points_of(sides: Array, step: float) -> NDArray[np.intp]:
    """How many steps there are along each line: whole ones, that are at most so long."""
    way = sides[:, 1] - sides[:, 0]
    counts: NDArray[np.intp] = np.maximum(1, np.ceil(np.hypot(way[:, 0], way[:, 1]) / step)).astype(np.intp)
    return counts


def _together(sides: Array, step: float) -> Iterator[tuple[Array, NDArray[np.intp]]]:
    """Lines and their steps, as many together as memory shall hold."""
    counts = points_of(sides, step)
    groups = np.cumsum(counts + 1) // CHUNK
    for places in np.split(np.arange(len(sides)), np.flatnonzero(np.diff(groups)) + 1):
        yield sides[places], counts[places]


def _within(sides: Array, counts: NDArray[np.intp], evaluate: Evaluate) -> Iterator[Array]:
    if not len(sides):
        return
    ends = np.cumsum(counts + 1)
    which = np.repeat(np.arange(len(sides)), counts + 1)
    share = (np.arange(ends[-1]) - (ends - counts - 1)[which]) / counts[which]
    x, y = (
        sides[which, 0, axis] + share * (sides[which, 1, axis] - sides[which, 0, axis]) for axis in (0, 1)
    )
    values = evaluate(x, y)
    inside = values <= 0
    # runs of places inside begin where a line does, or behind a place outside
    first, last = np.zeros(len(x), np.bool_), np.zeros(len(x), np.bool_)
    first[ends - counts - 1] = last[ends - 1] = True
    begins = np.flatnonzero(inside & (first | ~np.roll(inside, 1)))
    stops = np.flatnonzero(inside & (last | ~np.roll(inside, -1)))
    found = np.stack([np.stack([x[places], y[places]], axis=1) for places in (begins, stops)], axis=1)
    for side, places, whole, beyond in ((0, begins, first, -1), (1, stops, last, 1)):
        cut = np.flatnonzero(~whole[places])
        one, other = places[cut], places[cut] + beyond
        near, far = (x[one], y[one], values[one]), (x[other], y[other], values[other])
        if len(cut):
            found[cut, side, 0], found[cut, side, 1], _ = roots(near, far, evaluate)
    yield found
