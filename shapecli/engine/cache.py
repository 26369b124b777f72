"""Machine code that Numba made once, kept on disk.

Numba's own cache does not notice that an operation changed in another file, and trusts whatever it
finds.  Here the name of a file is a hash of everything that goes into the code, its content carries
a checksum, and a file is complete or absent.
"""

import hashlib
import os
import pickle
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite
import numba
import platformdirs
from numba.core.caching import CompileResultCacheImpl, _Cache
from numba.core.serialize import dumps

from shapecli import fields
from shapecli.files import written_whole

Notice = Callable[[str], None]
DIGEST = hashlib.sha256
VARIABLE = "SHAPECLI_CACHE_DIR"


def folder() -> Path:
    """Where compiled kernels are kept: $SHAPECLI_CACHE_DIR, or the user's cache folder.

    Raises:
        OSError: the user has no home, and the working folder must not stand in for it.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    usual = platformdirs.user_cache_path("shapecli", appauthor=False)
    if not usual.is_absolute():
        raise OSError("there is no home folder")
    return usual


def make_folder() -> None:
    """Make the cache folder, for this user alone: what lies there is run.

    Raises:
        OSError: that is not possible.
    """
    folder().parent.mkdir(parents=True, exist_ok=True)
    folder().mkdir(mode=0o700, exist_ok=True)


def fingerprint(target: tuple[str, ...]) -> str:
    """A hash of the table, the kernels, the versions and the processor."""
    digest = DIGEST()
    for package in (Path(fields.__file__).parent, Path(__file__).parent):
        for path in sorted(package.glob("*.py")):
            digest.update(path.read_bytes())
    versions = (numba.__version__, llvmlite.__version__, sys.version, platform.platform())
    digest.update(repr((versions, target)).encode())
    return digest.hexdigest()


class Announcer:
    """Says once that kernels are compiled and how long it took, and once that they cannot be kept."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._started: float | None = None
        self._complained = False

    def compiling(self) -> None:
        if self._started is None:
            self._started = time.perf_counter()
            self._notice("compiling for this machine, which is done once and takes a quarter of a minute ...")

    def unkept(self, problem: OSError) -> None:
        if not self._complained:
            self._complained = True
            reason = problem.strerror or str(problem)
            place = ""
            with suppress(OSError):
                place = f" in {folder()}"
            self._notice(f"what was compiled cannot be kept{place} ({reason}): set {VARIABLE}")

    def finished(self) -> None:
        if self._started is not None:
            self._notice(f"compiled in {time.perf_counter() - self._started:.1f} s")


class KernelCache(_Cache):
    """The cache of one kernel, in the form that a Numba dispatcher asks for."""

    def __init__(self, name: str, announcer: Announcer) -> None:
        self._name = name
        self._announcer = announcer

    @property
    def cache_path(self) -> str:
        return str(folder())

    def _path(self, signature: Any, codegen: Any) -> Path:
        key = fingerprint((*codegen.magic_tuple(), str(signature)))
        return folder() / f"{self._name}-{key[:32]}.kernel"

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The kernel from disk; None if it is not there, or not what was written."""
        target_context.refresh()
        try:
            path = self._path(sig, target_context.codegen())
            content = path.read_bytes()
        except OSError:
            self._announcer.compiling()
            return None
        size = DIGEST().digest_size
        if _seal(path, content[size:]) == content[:size]:
            return CompileResultCacheImpl.rebuild(None, target_context, pickle.loads(content[size:]))  # noqa: S301 - our own file
        self._announcer.compiling()
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a kernel; if that is not possible, say so and go on without."""
        payload = dumps(data._reduce())
        try:
            make_folder()
            path = self._path(sig, data.codegen)
            with written_whole(path) as stream:
                stream.write(_seal(path, payload) + payload)
        except OSError as problem:
            self._announcer.unkept(problem)

    def enable(self) -> None: ...

    def disable(self) -> None: ...

    def flush(self) -> None: ...


def _seal(path: Path, payload: bytes) -> bytes:
    """A checksum of a kernel and its name: under another name it is damaged too."""
    return DIGEST(path.name.encode() + payload).digest()
