"""Exports run and compared with our own field, pixel by pixel."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.source import ShapeError
from shapecli.engine.machine import available_threads
from shapecli.engine.sampling import Field
from shapecli.engine.view import View
from shapecli.notations.targets import Exported

STRIP: Final = 16  # rows that a process does at a time

# Runs a module beside it: reads the numbers of rows, writes their levels.
DRIVER: Final = """\
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from exported import field
xs, ys = np.load(sys.argv[1] + "/xs.npy"), np.load(sys.argv[1] + "/ys.npy")
for line in sys.stdin:
    rows = ys[int(line) : int(line) + STRIP]
    if sys.argv[2] == "arrays":
        levels = field(*np.meshgrid(xs, rows))
    else:
        levels = np.array([[field(x, y) for x in xs.tolist()] for y in rows.tolist()])
    sys.stdout.buffer.write(np.asarray(levels, np.float64).tobytes())
    sys.stdout.buffer.flush()
"""


@dataclass(frozen=True)
class Comparison:
    """How an export compares with our own field.

    Attributes:
        pixels: how many were compared.
        disagreeing: those that one finds inside and the other outside.
        where: x and y of one of these; none if there is none.
        largest_level: the largest |L| of those that disagree, by our own field.
        difference: the largest difference of levels where both are finite.
        relative: the largest difference, of each pixel by 1 + |L|.
        infinite: pixels where one level is infinite and the other is not.
    """

    pixels: int
    disagreeing: int
    where: tuple[float, float] | None
    largest_level: float
    difference: float
    relative: float
    infinite: int


def compare(field: Field, theirs: NDArray[np.float64]) -> Comparison:
    """Our own field, and another of its shape."""
    ours = field.level
    apart = (ours <= 0) != (theirs <= 0)
    row, column = np.unravel_index(int(np.argmax(apart)), apart.shape)
    where = (float(field.view.xs()[column]), float(field.view.ys()[row])) if apart.any() else None
    finite = np.isfinite(ours) & np.isfinite(theirs)
    difference = np.abs(ours[finite] - theirs[finite])
    return Comparison(
        ours.size,
        int(np.count_nonzero(apart)),
        where,
        float(np.abs(ours[apart]).max(initial=0.0)),
        float(difference.max(initial=0.0)),
        float((difference / (1 + np.abs(ours[finite]))).max(initial=0.0)),
        int(np.count_nonzero(np.isfinite(ours) != np.isfinite(theirs))),
    )


def run_python(
    arguments: str, exported: Exported, view: View, progress: Callable[[float], None]
) -> NDArray[np.float64]:
    """The levels of a function of "points", or of "arrays", by processes that know nothing of shapecli."""
    levels = np.empty((view.height, view.width))
    strips = range(0, view.height, STRIP)
    count = min(available_threads(), len(strips))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder, "exported.py").write_text(exported.text, "utf-8")
        np.save(Path(folder, "xs.npy"), view.xs())
        np.save(Path(folder, "ys.npy"), view.ys())
        command = [sys.executable, "-I", "-c", DRIVER.replace("STRIP", str(STRIP)), folder, arguments]
        workers: list[subprocess.Popen[bytes]] = []
        for number in range(count):
            error = stack.enter_context(Path(folder, f"errors{number}").open("w+b"))
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=error)  # noqa: S603
            workers.append(stack.enter_context(worker))
            stack.callback(worker.kill)
            assert worker.stdin
            with worker.stdin as numbers:
                numbers.write("".join(f"{top}\n" for top in strips[number::count]).encode())
        for place, top in enumerate(strips):
            stream, rows = workers[place % count].stdout, levels[top : top + STRIP]
            assert stream
            data = stream.read(rows.nbytes)
            if len(data) < rows.nbytes:
                workers[place % count].wait()
                said = Path(folder, f"errors{place % count}").read_text("utf-8", "replace")
                *_, last = said.strip().split("\n")
                raise ShapeError(f"the exported function failed: {last}")
            rows[:] = np.frombuffer(data, np.float64).reshape(rows.shape)
            progress((place + 1) / len(strips))
    return levels
