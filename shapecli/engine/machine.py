"""The kernels as functions to call: from the cache if it has them, else compiled and kept there.

On a warm run neither Numba nor LLVM is imported.  When kernels have to be compiled, processes of
their own do it, side by side.
"""

import ctypes
import marshal
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from mmap import mmap
from pathlib import Path
from typing import Any, Final

from shapecli import fields
from shapecli.base.cachefolder import VARIABLE, folder, read_sealed, version_of, write_sealed
from shapecli.base.folder import RefusedError
from shapecli.engine import kernels
from shapecli.engine.loader import PREFIX, Library, Part, load

Notice = Callable[[str], None]

# What is compiled by each process, on a machine with two processors and on others; a process takes half a
# second to start, and what two kernels have in common is done once if they share one.
TASKS: Final = {
    2: (
        ("values", "rare_bounds", "bounds"),
        ("draw_leaf", "sweep", "sample", "numbers", "slopes", "owners", "distances", "pens", "deflate"),
    ),
    4: (
        ("draw_leaf",), ("bounds",), ("values", "sample", "numbers", "slopes", "owners"),
        ("rare_bounds", "sweep", "distances", "pens", "deflate"),
    ),
}  # fmt: skip
ORDER: Final = (*TASKS[2][0], *TASKS[2][1])  # each calls those before it

_INTEGER, _ADDRESS, _NUMBER = ctypes.c_int64, ctypes.c_void_p, ctypes.c_double


@dataclass(frozen=True, eq=False)
class Machine:
    """The kernels; each lets other threads run.  Arguments are addresses and integers: see kernels/build.py.

    Attributes:
        spare: memory that pictures worked in, kept for the next: new memory costs more than drawing.
    """

    library: Library
    values: Any
    sweep: Any
    sample: Any
    numbers: Any
    owners: Any
    distances: Any
    pens: Any
    deflate: Any
    spare: list[bytearray | mmap] = field(default_factory=list)


def silent(_: object) -> None:
    """Says nothing."""


def machine(notice: Notice = silent) -> Machine:
    """The kernels of this machine: loaded, or compiled if that has not been done yet.

    Args:
        notice: called with a sentence when compiling starts and ends, and if nothing can be kept.
    """
    held = _held()
    if not held:
        held.append(_load(notice))
    return held[0]


@cache
def _held() -> list[Machine]:
    """The machine of this process, once there is one."""
    return []


def _load(notice: Notice) -> Machine:
    name = kernels_name()
    content = read_sealed(name)
    if content is not None:
        with suppress(ValueError, TypeError, EOFError, KeyError):
            return _linked(content)
    notice("compiling for this machine, which is done once and takes some seconds ...")
    began = time.perf_counter()
    content = compile_all()
    try:
        write_sealed(name, content)
    except RefusedError:
        pass  # which was told when it was not read
    except OSError as problem:
        place = ""
        with suppress(OSError):
            place = f" in {folder()}"
        notice(f"what was compiled cannot be kept{place} ({problem.strerror or problem}): set {VARIABLE}")
    notice(f"compiled in {time.perf_counter() - began:.1f} s")
    return _linked(content)


def _linked(content: bytes) -> Machine:
    parts = {name: Part(name, symbol, code) for name, symbol, code in marshal.loads(content)}  # noqa: S302 - our own file
    library = load([parts[PREFIX + name] for name in ORDER])

    def function(name: str, result: Any, *arguments: Any) -> Any:
        return ctypes.CFUNCTYPE(result, *arguments)(library.addresses[PREFIX + name])

    return Machine(
        library,
        function("values", None, _ADDRESS, _ADDRESS, _INTEGER, _ADDRESS, _INTEGER),
        function("sweep", _INTEGER, _ADDRESS, _ADDRESS, _INTEGER),
        function("sample", None, *[_ADDRESS] * 4, _INTEGER, _INTEGER),
        function("numbers", None, *[_ADDRESS] * 4, _INTEGER, _INTEGER, _ADDRESS, _INTEGER),
        function("owners", None, *[_ADDRESS] * 4, _INTEGER, _INTEGER, _ADDRESS),
        function("distances", None, _ADDRESS, _ADDRESS, _INTEGER, _INTEGER, _NUMBER, _NUMBER),
        function("pens", None, _ADDRESS, _INTEGER, _NUMBER, _ADDRESS, _INTEGER, _INTEGER),
        function("deflate", _INTEGER, _ADDRESS, *[_INTEGER] * 4, _ADDRESS, _INTEGER, _ADDRESS, _ADDRESS),
    )


def available_threads() -> int:
    """The cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def compile_all() -> bytes:
    """Every kernel, as `_linked` takes them; a few processes share the work.

    Raises:
        OSError: a process that compiles could not be started, or failed.
    """
    import subprocess  # these cost time that a warm run has not
    from concurrent.futures import ThreadPoolExecutor

    from shapecli.base.processes import started

    running: list[subprocess.Popen[bytes]] = []

    def compiled(names: Sequence[str]) -> list[tuple[str, str, bytes]]:
        process = started(
            "shapecli.engine.kernels.build", *names, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        running.append(process)
        content, complaint = process.communicate()
        if process.returncode:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise OSError(f"the kernels cannot be compiled: {last}")
        found: list[tuple[str, str, bytes]] = marshal.loads(content)  # noqa: S302 - from our own process
        return found

    tasks = TASKS[4 if available_threads() > 2 else 2]
    pool = ThreadPoolExecutor(available_threads())
    try:
        return marshal.dumps([part for parts in pool.map(compiled, tasks) for part in parts])
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.kill()
        pool.shutdown()


def kernels_name() -> str:
    """The name of their file: a hash of the table, the kernels, the versions of the tools, the processor."""
    digest = sha256(f"{sys.version}\0{sys.platform}\0{processor()}".encode())
    for package in (Path(fields.__file__).parent, Path(kernels.__file__).parent):
        for path in sorted(package.glob("*.py")):
            digest.update(path.read_bytes())
    for tool in ("numba", "llvmlite"):
        digest.update(version_of(tool))
    return f"kernels-{digest.hexdigest()[:32]}"


def processor() -> str:
    """The kind of processor, with its features as far as the system tells them."""
    name = f"{os.uname().machine}" if hasattr(os, "uname") else os.environ.get("PROCESSOR_IDENTIFIER", "")
    with suppress(OSError), Path("/proc/cpuinfo").open("rb") as stream:
        about = stream.read(8192).split(b"\n\n")[0]  # the first core's
        kept = (b"model name", b"cpu family", b"model\t", b"flags", b"Features", b"CPU part")
        lines = [line for line in about.split(b"\n") if line.startswith(kept)]
        return name + b"\n".join(lines).decode(errors="replace")
    import platform

    return name + platform.processor()
