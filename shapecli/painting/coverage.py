"""Samples to how strongly each pixel is drawn, from 0 to 1."""

import numpy as np
from numpy.typing import NDArray

Share = NDArray[np.float32]


def opacity(level: NDArray[np.float64]) -> Share:
    """1 / (1 + u), the soft style: 1/2 on the boundary, a sigmoid of -L across it."""
    small = np.exp(-np.abs(level))
    return (np.where(level > 0, small, 1.0) / (1.0 + small)).astype(np.float32)
