"""Where the pixels are: the one place that knows the convention."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapecli.base.window import Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class View:
    """A picture of `width` x `height` pixels of a window; row 0 is the top.

    The centre of pixel (column i, row j) is x0 + (i + 1/2) dx, y1 - (j + 1/2) dy.
    """

    window: Window
    width: int
    height: int

    @property
    def dx(self) -> float:
        """The width of a pixel."""
        return self.window.width / self.width

    @property
    def dy(self) -> float:
        """The height of a pixel."""
        return self.window.height / self.height

    @property
    def pixel_area(self) -> float:
        return self.dx * self.dy

    def xs(self) -> "NDArray[np.float64]":
        """The x of the centre of each column, float64[width]."""
        import numpy as np

        return self.window.x0 + (np.arange(self.width, dtype=np.float64) + 0.5) * self.dx

    def ys(self) -> "NDArray[np.float64]":
        """The y of the centre of each row, float64[height]; it falls from the top down."""
        import numpy as np

        return self.window.y1 - (np.arange(self.height, dtype=np.float64) + 0.5) * self.dy
