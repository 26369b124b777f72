"""Where the pixels are: the one place that knows the convention."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapecli.language.figure import Window


@dataclass(frozen=True)
class View:
    """A picture of `width` x `height` pixels of a window; row 0 is the top."""

    window: Window
    width: int
    height: int

    def xs(self) -> NDArray[np.float64]:
        """The x of the centre of each column, float64[width]."""
        return self.window.x0 + (np.arange(self.width, dtype=np.float64) + 0.5) * (
            self.window.width / self.width
        )

    def ys(self) -> NDArray[np.float64]:
        """The y of the centre of each row, float64[height]; it falls from the top down."""
        return self.window.y1 - (np.arange(self.height, dtype=np.float64) + 0.5) * (
            self.window.height / self.height
        )

    def finer(self, factor: int) -> "View":
        """The same window with every pixel cut into factor x factor."""
        return View(self.window, self.width * factor, self.height * factor)

    @property
    def pixel_area(self) -> float:
        return (self.window.width / self.width) * (self.window.height / self.height)

    def resolved(self) -> bool:
        """Whether float64 can tell neighbouring centres apart."""
        columns, rows = self.xs(), self.ys()
        return bool((np.diff(columns) > 0).all() and (np.diff(rows) < 0).all())


def _halves(count: int) -> NDArray[np.float64]:
    """1/2, 3/2, ... in units of a pixel."""
    return np.arange(count, dtype=np.float64) + 0.5
