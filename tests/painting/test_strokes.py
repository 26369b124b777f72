"""Pens, each against the distance of every pixel to every piece of a line."""

import numpy as np
import pytest

from shapecli.painting.strokes import stroke


@pytest.mark.parametrize("width", [0.4, 1.0, 3.5, 23.0, 25.0])
@pytest.mark.parametrize("rows", [range(40), range(13, 29)])
def test_a_pen_covers_what_is_near_its_lines(width: float, rows: range) -> None:
    """Also where these leave the picture, turn round, or are points."""
    chance = np.random.default_rng(5)
    lines = [chance.uniform(-30, 80, (4, 2)), chance.uniform(0, 40, (1, 2)).repeat(2, axis=0)]
    lines += [np.array([[7.5, -1e4], [7.5, 1e4]]), np.array([[20.0, 3.0], [20.0, 9.0], [20.0, 3.0]])]
    y, x = np.mgrid[rows.start : rows.stop, 0:50] + 0.5
    away = np.full(x.shape, np.inf)
    for line in lines:
        for begin, way in zip(line[:-1], np.diff(line, axis=0), strict=True):
            along = ((x - begin[0]) * way[0] + (y - begin[1]) * way[1]) / max(way @ way, 1e-9)
            share = np.clip(along, 0, 1)
            rest = np.hypot(x - begin[0] - share * way[0], y - begin[1] - share * way[1])
            away = np.minimum(away, rest)
    expected = 255 * np.clip(np.minimum(width / 2 + 0.5 - away, width), 0, 1)
    found = stroke(lines, width, 50, rows)
    assert np.abs(found - expected).max() < 0.6
    assert found.any()
    assert width > 20 or not found.all()
