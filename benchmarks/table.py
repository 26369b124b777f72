"""Times of shapecli against its peers, as ratios of one run, and against what it set out to reach.

    python -m benchmarks.table [--quick] [--no-peers] [--only puzzle] [--vm MODEL.vm] [--repeat 9]

Medians in milliseconds, after one run that warms up.  "Sampling" writes into memory that an earlier
picture used, as a batch of pictures does; the other rows take fresh memory, or none.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

import shapecli
from benchmarks import models, peers
from shapecli.base.window import WINDOW, Window
from shapecli.drawing.drawing import drawing_of
from shapecli.engine import raster
from shapecli.engine.machine import available_threads, machine
from shapecli.engine.plan import Plan
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.render import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
PUZZLE = EXAMPLES / "puzzle.shape"
UNLIMITED = 1e18
LONG = 1000  # rows
CORES = available_threads()


@dataclass(frozen=True)
class Work:
    """A figure, ready to be drawn at any size."""

    name: str
    program: Program
    window: Window
    arguments: tuple[str, ...] = ()  # of `shapecli render`, if the command line can draw it

    def view(self, size: int) -> View:
        """A picture of which the longer side has so many pixels."""
        longer = max(self.window.width, self.window.height)
        width, height = (
            max(1, round(size * part / longer)) for part in (self.window.width, self.window.height)
        )
        return View(self.window, width, height)


def median(action: Callable[[], object], repeat: int) -> float:
    """Milliseconds of the middle run, after one that warms up; of the only one, if it is one."""
    if repeat > 1:
        action()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def works(vm: Path | None, folder: Path) -> Iterator[Work]:
    """The puzzle, a page of text crisp and soft, a model from elsewhere, the first layer of each example.

    Of examples that draw curves there is none: those are traced, and not rasterised.
    """
    page = folder / "page.shape"
    page.write_text(models.page_of_text(), "utf-8")
    for path in [PUZZLE, *sorted(set(EXAMPLES.glob("*.shape")) - {PUZZLE})]:
        if any(layer.is_curve for layer in shapecli.load(path).layers):
            continue
        yield _work(path.stem, path)
        if path == PUZZLE:
            yield _work("page of text, crisp", page, sharp=True)
            yield _work("page of text, soft", page)
            if vm:
                yield Work(vm.name, models.read_vm(vm), Window(-1, 1, -1, 1))


def _work(name: str, path: Path, *, sharp: bool = False) -> Work:
    window = WINDOW.extent if path == PUZZLE else None  # that of the times in docs/performance.md
    figure, settings = shapecli.load(path), Settings(sharp=sharp, window=window)
    drawing = drawing_of(figure, settings)
    return Work(name, drawing.layers[0].level.covered, drawing.view.window, (str(path), *["--sharp"] * sharp))


# --- one number each --------------------------------------------------------------------------------


def sampling(work: Work, size: int, repeat: int, *, threads: int, factor: int = 1, bits: int = 8) -> float:
    """Coverage into memory that was used before; of what lies outside too, unless a bit is a pixel."""
    view, plan = work.view(size), Plan(factor, bits, threads=threads, limit_work=UNLIMITED)
    used = raster.cover(work.program, view, plan).shades
    return median(lambda: raster.cover(work.program, view, plan, into=used), repeat)


def fresh(work: Work, size: int, repeat: int, *, threads: int) -> float:
    """The same into memory that the system has yet to provide."""
    view, plan = work.view(size), Plan(threads=threads, limit_work=UNLIMITED)
    return median(lambda: raster.cover(work.program, view, plan), repeat)


def encoding(work: Work, size: int, repeat: int, *, threads: int, factor: int) -> float:
    """Coverage and compression, into the bands of a PNG."""
    plan = Plan(factor, 1 if factor == 1 else 8, threads=threads, limit_work=UNLIMITED)
    return median(lambda: [*raster.encode(work.program, work.view(size), plan, [])], repeat)


def _as_usual() -> dict[str, str]:
    """The environment, but with compiled Python files kept, as they are where nobody forbids it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def process(*arguments: str, cache: str | None = None) -> tuple[float, float]:
    """Milliseconds of a whole `shapecli render`, and its peak memory in MB."""
    environment = {**_as_usual(), **({"SHAPECLI_CACHE_DIR": cache} if cache else {})}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "shapecli", "render", "--quiet", *arguments]
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True)
        spent = 1000 * (time.perf_counter() - start)
        told = subprocess.run(
            [sys.executable, "-c", code, *command],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
        )
        return spent, int(told.stdout) / (1024 if sys.platform == "linux" else 2**20)


# --- tables -----------------------------------------------------------------------------------------


def machine_description() -> str:
    """What the numbers depend on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    tools = ", ".join(f"{tool} {version(tool)}" for tool in ("numba", "numpy"))
    return f"{model}, {CORES} cores; Python {platform.python_version()}, {tools}"


def row(*cells: object) -> None:
    """One line of a Markdown table."""
    print("| " + " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells) + " |")


def header(*cells: str) -> None:
    """The first two lines of a Markdown table."""
    print()
    row(*cells)
    row(*["---"] * len(cells))


def table_of_works(chosen: list[Work], sizes: list[int], repeat: int) -> None:
    """Every figure at every size."""
    header("figure", "rows", "size", "sampling, 1 thread", f"{CORES} threads", "1 bit a pixel, 1 thread",
           "antialiased, 1 thread", f"to PNG, {CORES} threads", "growth, 1 bit, 1 thread",
           "whole process, warm", "peak memory, MB")  # fmt: skip
    for work in chosen:
        base = 0.0
        for size in sizes:
            print(f"  {work.name} at {size} ...", file=sys.stderr)
            often = repeat if size <= 4096 else max(2, repeat // 3)
            one_bit = sampling(work, size, often, threads=1, bits=1)
            base = base or one_bit
            row(
                work.name, work.program.rows, size,
                sampling(work, size, often, threads=1), sampling(work, size, often, threads=CORES), one_bit,
                sampling(work, size, often, threads=1, factor=16),
                encoding(work, size, often, threads=CORES, factor=16), f"{one_bit / base:.1f}x",
                *_process_of(work, size),
            )  # fmt: skip


def _process_of(work: Work, size: int) -> tuple[float | str, float | str]:
    """Milliseconds and MB of a whole process, if it can draw that: of layers it limits the size."""
    try:
        return process(*work.arguments, "--size", str(size)) if work.arguments else ("-", "-")
    except subprocess.CalledProcessError:
        return "-", "-"


def table_of_peers(work: Work, sizes: list[int], repeat: int) -> dict[str, float]:
    """The puzzle in other tools; times at the first size by name."""
    header("the puzzle in", *(f"{size}" for size in sizes), "ours is faster by")
    makers: dict[str, Callable[[View], peers.Peer]] = {
        "NumPy float64": peers.with_numpy,
        "NumPy float32": lambda view: peers.with_numpy(view, np.float32),
        "numexpr, 1 thread": lambda view: peers.with_numexpr(view, 1),
        f"numexpr, {CORES} threads": lambda view: peers.with_numexpr(view, CORES),
        f"JAX float64, {CORES} threads": lambda view: peers.with_jax(view, np.float64),
        f"JAX float32, {CORES} threads": peers.with_jax,
        "matplotlib contourf to PNG": peers.with_matplotlib,
    }
    ours = sampling(work, sizes[0], repeat, threads=1)
    found = {"ours": ours}
    for name, make in makers.items():
        print(f"  {name} ...", file=sys.stderr)
        cells: list[object] = []
        for size in sizes:
            try:
                peer = make(work.view(size)) if size <= 4096 else None
            except ImportError:
                peer = None
            cells.append(median(peer, min(repeat, 5)) if peer else "-")
        if isinstance(cells[0], float):
            found[name] = cells[0]
        row(name, *cells, f"{found[name] / ours:.0f}x" if name in found else "-")
    return found


def table_of_figures(chosen: list[Work], repeat: int) -> None:
    """Every figure at 1024 in other tools; long tapes once, and not where compiling them takes minutes."""
    threads = f"{CORES} threads"
    header("figure at 1024", "rows", "NumPy", f"numexpr, {threads}", f"JAX float64, {threads}",
           "ours, 1 thread", "faster by", "contourf to PNG", "ours, 1 thread", "faster by")  # fmt: skip
    for work in chosen:
        print(f"  {work.name} in other tools ...", file=sys.stderr)
        program, view, long = work.program, work.view(1024), work.program.rows > LONG
        often = 1 if long else min(repeat, 3)
        ours = sampling(work, 1024, repeat, threads=1)
        drawn = encoding(work, 1024, repeat, threads=1, factor=16)
        spent = [_time_of(partial(peers.figure_with_numpy, program, view), often)]
        spent += [None, None] if long else [
            _time_of(partial(peers.figure_with_numexpr, program, view, CORES), often),
            _time_of(partial(peers.figure_with_jax, program, view), often),
        ]  # fmt: skip
        plotted = _time_of(partial(peers.figure_with_matplotlib, program, view), often)
        row(work.name, program.rows, *(each or "-" for each in spent), ours, _faster(spent, ours),
            plotted or "-", drawn, _faster([plotted], drawn))  # fmt: skip


def _faster(theirs: list[float | None], ours: float) -> str:
    return ", ".join(f"{spent / ours:.0f}x" if spent else "-" for spent in theirs)


def _time_of(make: Callable[[], peers.Peer], repeat: int) -> float | None:
    """Milliseconds that a peer takes; None if it is not installed."""
    try:
        return median(make(), repeat)
    except ImportError:
        return None


def jax_on_one_thread(size: int, repeat: int) -> float | None:
    """JAX in a process that may use one core only."""
    code = (
        "import os; os.sched_setaffinity(0, [sorted(os.sched_getaffinity(0))[0]])\n"
        "from benchmarks import peers, table\n"
        "from shapecli.engine.view import View\nfrom shapecli.language.figure import Window\n"
        f"print(table.median(peers.with_jax(View(Window(-2, 2, -2, 2), {size}, {size})), {repeat}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return float(done.stdout) if done.returncode == 0 else None


def table_of_aims(chosen: list[Work], found: dict[str, float], repeat: int, largest: int) -> None:
    """What was to be reached, and what was."""
    header("", "must", "aim", "measured")
    puzzle = chosen[0]
    pairs = [
        [sampling(puzzle, 1024, repeat, threads=1, factor=factor) for factor in (1, 16)] for _ in range(5)
    ]
    one, soft = (statistics.median(column) for column in zip(*pairs, strict=True))
    row("puzzle, sampling 1024, 1 thread", "0.5 ms", "0.15 ms", f"{one:.3f} ms")
    if "numexpr, 1 thread" in found:
        row("... against numexpr, 1 thread", "30x", "", f"{found['numexpr, 1 thread'] / one:.0f}x")
    alone = jax_on_one_thread(1024, repeat) if found else None
    if alone:
        row("... against JAX float32, 1 thread", "3x", "", f"{alone / one:.1f}x")
    row(
        "puzzle, antialiased, 1024, 1 thread",
        "1.2 ms",
        "0.4 ms",
        f"{soft:.3f} ms ({statistics.median(b / a for a, b in pairs):.2f} x aliased)",
    )
    bits = [sampling(puzzle, size, repeat, threads=1, bits=1) for size in (1024, largest)]
    row(f"growth 1024 to {largest}, 1 bit a pixel, 1 thread", "60x", "24x", f"{bits[1] / bits[0]:.1f}x")
    row(f"puzzle {largest}, a byte a pixel, {CORES} threads, used memory", "40 ms", "13 ms",
        f"{sampling(puzzle, largest, repeat, threads=CORES):.1f} ms")  # fmt: skip
    row("... fresh memory", "", "", f"{fresh(puzzle, largest, repeat, threads=CORES):.1f} ms")
    for work in chosen:
        if work.name.endswith(".vm"):
            times = [sampling(work, 1024, repeat, threads=threads) for threads in (1, CORES)]
            row(
                f"{work.name} 1024, 1 / {CORES} threads",
                "12 / 5 ms",
                "5 / 2 ms",
                f"{times[0]:.1f} / {times[1]:.1f} ms",
            )
    others = {
        work.name: sampling(work, 1024, repeat, threads=1) for work in chosen if work.name != puzzle.name
    }
    slow = {
        name: spent
        for name, spent in others.items()
        if spent > 2.0 and not name.endswith((".vm", "crisp", "soft"))
    }
    told = ", ".join(f"{name} {spent:.1f}" for name, spent in slow.items()) or "none"
    row("every other example, sampling 1024, 1 thread", "2 ms", "0.5 ms", f"above 2 ms: {told}")
    warm = [process(str(PUZZLE))[0] for _ in range(7)]
    row(
        "`render puzzle` 1024, whole process, warm",
        "0.25 s",
        "0.05 s",
        f"{statistics.median(warm) / 1000:.3f} s",
    )
    large = [process(str(PUZZLE), "--size", str(largest)) for _ in range(3)]
    row(f"`render puzzle --size {largest}`, whole process", "0.6 s", "0.1 s",
        f"{statistics.median(spent for spent, _ in large) / 1000:.3f} s, {large[0][1]:.0f} MB")  # fmt: skip
    often = min(repeat, 3)
    read_and_drawn = median(lambda: shapecli.parse(models.DISCS).render(size=1024), often)
    row("10,000 discs in a union, read and drawn, 1024", "1 s", "", f"{read_and_drawn / 1000:.2f} s")
    tree = _time_of(partial(peers.discs_with_scipy, _square_of_discs()), often)
    row("... against SciPy, centres in a k-d tree", "", "", _faster([tree], read_and_drawn))
    with tempfile.TemporaryDirectory() as cache:
        row("the very first run", "10 s", "3 s", f"{process(str(PUZZLE), cache=cache)[0] / 1000:.1f} s")


def _square_of_discs() -> View:
    return drawing_of(shapecli.parse(models.DISCS), Settings(size=1024)).view


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="1024 only, few runs")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--only", help="the figure of this name alone, beside the puzzle")
    parser.add_argument("--vm", type=Path, help="a model in the .vm format, on -1 .. 1")
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    machine(lambda text: print(text, file=sys.stderr))
    with tempfile.TemporaryDirectory() as folder:
        _measure(options, list(works(options.vm, Path(folder))))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this process, peers included: {peak:.0f} MB")


def _measure(options: argparse.Namespace, works: list[Work]) -> None:
    chosen = [work for work in works if options.only in (None, work.name) or work.name == "puzzle"]
    sizes = [1024] if options.quick else [1024, 4096, 16384]
    repeat = 2 if options.quick else options.repeat
    print(machine_description())
    found = {} if options.no_peers else table_of_peers(chosen[0], sizes, repeat)
    if not options.no_peers:
        table_of_figures(chosen, repeat)
    table_of_works(chosen, sizes, repeat)
    table_of_aims(chosen, found, repeat, sizes[-1])


if __name__ == "__main__":
    main()
