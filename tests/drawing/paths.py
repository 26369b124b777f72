"""What the tests of paths have in common."""

import re

import numpy as np
from numpy.typing import NDArray


def points_in(data: str) -> NDArray[np.float64]:
    """The points of the data of a path, in pixels; the last is the first if it is closed."""
    ways = np.array(re.findall(r"-?[\d.]+", data), np.float64).reshape(-1, 2)
    points = np.cumsum(ways, axis=0)
    return np.concatenate([points, points[:1]]) if data.endswith("z") else points
