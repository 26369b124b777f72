"""Figures in the tools that people use today, at the same pixel centres.

The puzzle piece is given to them as its boundary value u, which is the cheapest to write, and which
overflows on large windows; any other figure to NumPy and matplotlib, as its level.
"""

import io
import os
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shapecli.engine import reference
from shapecli.engine.raster import Program
from shapecli.engine.view import View

INEQUALITY: Final = (
    "1/(1/(exp(50*(x-1)) + exp(-50*(x+1)) + exp(50*(y-1)) + exp(-50*(y+1)))"
    " + exp(-50*((x+1)**2 + y**2 - 0.25)) + exp(-50*(x**2 + (y-1)**2 - 0.25)))"
    " + exp(-50*((x-1)**2 + y**2 - 0.25)) + exp(-50*(x**2 + (y+1)**2 - 0.25)) <= 1"
)

Array = NDArray[Any]
Peer = Callable[[], object]


def boundary_value(exp: Callable[[Any], Any], x: Any, y: Any) -> Any:
    """The left side of the inequality, for whatever has an exponential function."""
    square = exp(50 * (x - 1)) + exp(-50 * (x + 1)) + exp(50 * (y - 1)) + exp(-50 * (y + 1))
    left, top = (x + 1) ** 2 + y**2 - 0.25, x**2 + (y - 1) ** 2 - 0.25
    right, bottom = (x - 1) ** 2 + y**2 - 0.25, x**2 + (y + 1) ** 2 - 0.25
    joined = 1 / (1 / square + exp(-50 * left) + exp(-50 * top))
    return joined + exp(-50 * right) + exp(-50 * bottom)


def with_numpy(view: View, kind: Any = np.float64) -> Peer:
    """Plain NumPy, one thread."""
    x, y = (part.astype(kind) for part in np.meshgrid(view.xs(), view.ys(), sparse=True))
    return lambda: boundary_value(np.exp, x, y) <= 1


def with_numexpr(view: View, threads: int) -> Peer:
    """Compiled for a virtual machine, float64.

    Raises:
        ImportError: it is not installed.
    """
    import numexpr

    x, y = np.meshgrid(view.xs(), view.ys())

    def run() -> object:
        numexpr.set_num_threads(threads)
        return numexpr.evaluate(INEQUALITY, {"x": x, "y": y})

    return run


def with_jax(view: View, kind: Any = np.float32) -> Peer:
    """Compiled by XLA for the processor; as many threads as the process may have.

    Raises:
        ImportError: it is not installed.
    """
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import jax

    jax.config.update("jax_enable_x64", True)
    x, y = (jax.numpy.asarray(part.astype(kind)) for part in np.meshgrid(view.xs(), view.ys(), sparse=True))
    compiled = jax.jit(lambda x, y: boundary_value(jax.numpy.exp, x, y) <= 1)
    return lambda: compiled(x, y).block_until_ready()


def with_matplotlib(view: View) -> Peer:
    """The usual way to a picture: contourf of the values, saved as PNG in memory.

    Raises:
        ImportError: it is not installed.
    """
    x, y = np.meshgrid(view.xs(), view.ys(), sparse=True)
    return _contourf(view, lambda: boundary_value(np.exp, x, y) - 1)


def figure_with_numpy(program: Program, view: View) -> Peer:
    """Any figure in plain NumPy, operation by operation, one thread."""
    return lambda: _level(program, view) <= 0


def figure_with_matplotlib(program: Program, view: View) -> Peer:
    """The same by contourf, saved as PNG in memory.

    Raises:
        ImportError: it is not installed.
    """
    return _contourf(view, lambda: _level(program, view))


def _level(program: Program, view: View) -> Array:
    level, *_ = reference.sample(program.tape, {}, view)
    return level


def _contourf(view: View, evaluate: Callable[[], Array]) -> Peer:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    def run() -> object:
        figure = pyplot.figure(figsize=(view.width / 100, view.height / 100), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.contourf(view.xs(), view.ys(), np.clip(evaluate(), -1e3, 1e3), levels=[-2e3, 0])
        stream = io.BytesIO()
        figure.savefig(stream, format="png")
        pyplot.close(figure)
        return stream

    return run
