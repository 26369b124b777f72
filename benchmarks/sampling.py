"""Times of the puzzle piece against plain NumPy and numexpr, as ratios of one run.

    python benchmarks/sampling.py [--size 1024] [--threads 4] [--repeat 9]

All three evaluate the same inequality at the same pixel centres in float64.  NumPy and numexpr get
the boundary-value form u, which is the cheapest way to write it and cannot be drawn on large windows;
shapecli evaluates L = ln u, which can.  Times are medians in milliseconds.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numexpr
import numpy as np
from numpy.typing import NDArray

import shapecli
from shapecli.engine import raster
from shapecli.engine.view import View
from shapecli.render import Settings, inputs_of, tapes_of

FIGURE = Path(__file__).parent.parent / "examples" / "puzzle.shape"
INEQUALITY = (
    "1/(1/(exp(50*(x-1)) + exp(-50*(x+1)) + exp(50*(y-1)) + exp(-50*(y+1)))"
    " + exp(-50*((x+1)**2 + y**2 - 0.25)) + exp(-50*(x**2 + (y-1)**2 - 0.25)))"
    " + exp(-50*((x-1)**2 + y**2 - 0.25)) + exp(-50*(x**2 + (y+1)**2 - 0.25)) <= 1"
)

Array = NDArray[np.float64]


def with_numpy(x: Array, y: Array) -> NDArray[np.bool_]:
    """The inequality as a person writes it with NumPy."""
    exp = np.exp
    square = exp(50 * (x - 1)) + exp(-50 * (x + 1)) + exp(50 * (y - 1)) + exp(-50 * (y + 1))
    left, top = (x + 1) ** 2 + y**2 - 0.25, x**2 + (y - 1) ** 2 - 0.25
    right, bottom = (x - 1) ** 2 + y**2 - 0.25, x**2 + (y + 1) ** 2 - 0.25
    joined = 1 / (1 / square + exp(-50 * left) + exp(-50 * top))
    result: NDArray[np.bool_] = joined + exp(-50 * right) + exp(-50 * bottom) <= 1
    return result


def median(action: Callable[[], object], repeat: int) -> float:
    """Milliseconds of the middle run, after one that warms up."""
    action()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def process(*arguments: str, cache: str | None = None) -> float:
    """Milliseconds of a whole `shapecli render` process."""
    environment = {**os.environ, **({"SHAPECLI_CACHE_DIR": cache} if cache else {})}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "shapecli", "render", str(FIGURE), "--quiet", *arguments]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True)
        return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=raster.available_threads())
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()

    figure, settings = shapecli.load(FIGURE), Settings(size=options.size)
    view = View(figure.window, options.size, options.size)
    inputs = inputs_of(figure, settings)
    level = raster.program(tapes_of(figure.layers[0], settings, inputs, view.window).level, inputs)
    raster.prepare()
    x, y = np.meshgrid(view.xs(), view.ys())
    inside = with_numpy(x, y)
    assert np.array_equal(inside, numexpr.evaluate(INEQUALITY, {"x": x, "y": y}))
    assert np.array_equal(inside, raster.sample(level, view).level <= 0)

    print(f"{platform.processor() or platform.machine()}, {raster.available_threads()} cores, ", end="")
    print(f"Python {platform.python_version()}, {options.size} x {options.size}\n")
    print(f"{'sampling':28}{'ms':>9}{'against NumPy':>15}{'numexpr':>9}")
    numpy_time = median(lambda: with_numpy(x, y), options.repeat)
    for threads in sorted({1, options.threads}):
        numexpr.set_num_threads(threads)
        peer = median(lambda: numexpr.evaluate(INEQUALITY, {"x": x, "y": y}), options.repeat)
        ours = median(lambda t=threads: raster.sample(level, view, threads=t), options.repeat)  # type: ignore[misc]
        cover = median(lambda t=threads: raster.cover(level, level, view, 16, threads=t), options.repeat)  # type: ignore[misc]
        rows = [("NumPy", numpy_time)] if threads == 1 else []
        rows += [("numexpr", peer), ("shapecli, levels", ours), ("shapecli, coverage 16 x 16", cover)]
        for name, spent in rows:
            print(
                f"{name:28}{spent:9.2f}{numpy_time / spent:14.1f}x{peer / spent:8.1f}x   {threads} thread(s)"
            )
    size = ("--size", str(options.size))
    print(f"\n{'the whole command':28}{'ms':>9}")
    print(f"{'warm':28}{statistics.median(process(*size) for _ in range(5)):9.0f}")
    with tempfile.TemporaryDirectory() as cache:
        print(f"{'the very first':28}{process(*size, cache=cache):9.0f}")


if __name__ == "__main__":
    main()
