"""Samples to how strongly each pixel is drawn, from 0 to 1."""

import numpy as np
from numpy.typing import NDArray

Share = NDArray[np.float32]


def opacity(level: NDArray[np.float64]) -> Share:
    """1 / (1 + u), the soft style: 1/2 on the boundary, a sigmoid of -L across it."""
    small = np.exp(-np.abs(level))
    return (np.where(level > 0, small, 1.0) / (1.0 + small)).astype(np.float32)


def stroke(level: NDArray[np.float64], width: float) -> Share:
    """Coverage by a pen of `width` pixels that follows the boundary.

    The distance to the boundary is taken as |L| / |grad L|, which is exact for a straight edge.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        down, right = (
            np.gradient(level, axis=axis) if level.shape[axis] > 1 else np.zeros_like(level)
            for axis in (0, 1)
        )
        distance = np.abs(level) / np.hypot(down, right)
        share = np.clip(np.minimum(width / 2 + 0.5 - distance, width), 0.0, 1.0)
    result: Share = np.nan_to_num(share, nan=0.0).astype(np.float32)
    return result
