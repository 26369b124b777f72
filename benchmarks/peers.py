"""Figures in the tools that people use today, at the same pixel centres.

The puzzle piece is given to them as its boundary value u, which is the cheapest to write, and which
overflows on large windows; every figure is given to them as its level, operation by operation.
"""

import io
import os
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shapecli.engine import reference
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.fields import tape as tapes
from shapecli.fields.ops import Op
from shapecli.fields.rules import TINY
from shapecli.fields.tape import Scalar

INEQUALITY: Final = (
    "1/(1/(exp(50*(x-1)) + exp(-50*(x+1)) + exp(50*(y-1)) + exp(-50*(y+1)))"
    " + exp(-50*((x+1)**2 + y**2 - 0.25)) + exp(-50*(x**2 + (y-1)**2 - 0.25)))"
    " + exp(-50*((x-1)**2 + y**2 - 0.25)) + exp(-50*(x**2 + (y+1)**2 - 0.25)) <= 1"
)

# What each operation of a tape is in numexpr.
NUMEXPR: Final = {
    "+": "a + b", "-": "a - b", "*": "a * b", "/": "a / b", "neg": "-a", "square": "a * a", "^": "a ** b",
    "abs": "abs(a)", "sqrt": "sqrt(a)", "cbrt": "where(a < 0, -1, 1) * abs(a) ** (1 / 3)", "exp": "exp(a)",
    "ln": "log(a)", "log2": "log(a) / 0.6931471805599453", "log10": "log10(a)", "sin": "sin(a)",
    "cos": "cos(a)", "tan": "tan(a)", "asin": "arcsin(a)", "acos": "arccos(a)", "atan": "arctan(a)",
    "atan2": "arctan2(a, b)", "sinh": "sinh(a)", "cosh": "cosh(a)", "tanh": "tanh(a)",
    "sign": "where(a < 0, -1, where(a > 0, 1, 0))", "floor": "floor(a)", "min": "where(a < b, a, b)",
    "max": "where(a > b, a, b)", "if": "where(a <= 0, b, c)",
    "closed": "where(a == a, where(a == 0, -tiny, a), inf)",
    "opened": "where(a == a, where(a == 0, tiny, a), inf)", "undefined": "where(a == a, 0, 1)",
    "smooth_max": "where(a > b, a, b) + log1p(exp(-abs(a - b)))",
    "smooth_min": "where(a < b, a, b) - log1p(exp(-abs(a - b)))",
    "smooth_xor": "where((a < 0) != (b < 0), -1, 1) * where(abs(a) < abs(b), abs(a), abs(b))"
    " + log1p(exp(-abs(a + b))) - log1p(exp(-abs(a - b)))",
}  # fmt: skip

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


def discs_with_scipy(view: View) -> Peer:
    """The 10,000 discs of `models.DISCS`: which pixels are near a centre, by a k-d tree of these.

    Raises:
        ImportError: it is not installed.
    """
    from scipy.spatial import cKDTree

    pixels = np.stack(np.meshgrid(view.xs(), view.ys()), axis=-1).reshape(-1, 2)

    def run() -> object:
        turn = np.arange(1.0, 10_001.0)
        radius = 0.01 * np.sqrt(turn)
        tree = cKDTree(np.stack((radius * np.cos(2.4 * turn), radius * np.sin(2.4 * turn)), axis=-1))
        return tree.query(pixels)[0] <= 0.004

    return run


def figure_with_numpy(program: Program, view: View) -> Peer:
    """Any figure in plain NumPy, operation by operation, one thread."""
    return lambda: _level(program, view) <= 0


def figure_with_numexpr(program: Program, view: View, threads: int) -> Peer:
    """The same by numexpr, which has no names for parts of an expression.

    Raises:
        ImportError: it is not installed.
    """
    import numexpr

    x, y = np.meshgrid(view.xs(), view.ys())

    def constant(scalar: Scalar) -> Any:
        return np.float64(scalar)

    def apply(op: Op, arguments: list[Any]) -> Any:
        named = dict(zip("abc", arguments, strict=False))
        return numexpr.evaluate(NUMEXPR[op.name], {**named, "inf": np.inf, "tiny": TINY})

    def run() -> object:
        numexpr.set_num_threads(threads)
        return tapes.run(program.tape, x, y, constant, apply)[0] <= 0

    return run


def figure_with_jax(program: Program, view: View) -> Peer:
    """The same compiled by XLA, in float64; as many threads as the process may have.

    Raises:
        ImportError: it is not installed.
    """
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import jax

    jax.config.update("jax_enable_x64", True)
    x, y = (jax.numpy.asarray(part) for part in np.meshgrid(view.xs(), view.ys()))
    names = reference.notation(jax.numpy)

    def level(x: Any, y: Any) -> Any:
        return tapes.run(
            program.tape, x, y, lambda scalar: scalar, lambda op, arguments: names[op.name](*arguments)
        )[0]

    compiled = jax.jit(lambda x, y: level(x, y) <= 0)
    return lambda: compiled(x, y).block_until_ready()


def figure_with_matplotlib(program: Program, view: View) -> Peer:
    """The same by contourf, saved as PNG in memory.

    Raises:
        ImportError: it is not installed.
    """
    return _contourf(view, lambda: _level(program, view))


def _level(program: Program, view: View) -> Array:
    level, *_ = reference.run(program.tape, {}, *np.meshgrid(view.xs(), view.ys()))
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
