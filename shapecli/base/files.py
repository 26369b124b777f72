"""Files that are complete or absent."""

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

PREFIX, SUFFIX = ".shapecli-", ".tmp"  # of files that are being written
ABANDONED: Final = 3600.0  # seconds after which nobody writes them any more


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes the file `path` at the end, or, after any error, nothing.

    It is written beside the file and renamed, so an older file stays as it was until then; a link
    is replaced, never followed.  Devices and pipes have no older content to protect and are written
    directly.  The new file has the permissions that the umask asks for.

    Raises:
        OSError: the folder is missing, not writable or full.
    """
    if is_stream(path):
        with path.open("wb") as stream:
            yield stream
        return
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    beside = _beside(path)
    try:
        with beside.open("xb") as stream:
            yield stream
        os.replace(beside, path)
    except BaseException as problem:
        with suppress(OSError):
            beside.unlink()
        if isinstance(problem, OSError) and problem.filename is None:
            problem.filename = str(path)  # a full disk does not say whose it is
        raise


def remove_leftovers(folder: Path) -> None:
    """Remove files half written by processes that were killed, in a folder and below; not fresh ones."""
    for path in folder.rglob(f"{PREFIX}*{SUFFIX}"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink()


@contextmanager
def locked(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Keep other processes that lock the same path out; the system lets them in when this one ends, however.

    Args:
        waiting: called once if another has it.

    Raises:
        OSError: the file cannot be made.
    """
    try:
        import fcntl
    except ImportError:  # no such locks here: files are still replaced whole
        yield
        return
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            waiting()
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def check_writable(path: Path) -> None:
    """Try to make a file where `path` will be, and leave none.

    Raises:
        OSError: that would fail.
    """
    if is_stream(path):
        return
    with suppress(FileNotFoundError):
        path.lstat()  # finds a name that is too long
    beside = _beside(path)
    beside.open("xb").close()
    beside.unlink()


def _beside(path: Path) -> Path:
    """A name in the same folder that nobody else has."""
    return path.with_name(f"{PREFIX}{os.urandom(8).hex()}{SUFFIX}")


def is_stream(path: Path) -> bool:
    """Whether a path is a device, a pipe or a socket, or one of the links in /dev; no other link is."""
    folder = os.path.realpath(path.parent)
    if folder == "/dev" or folder == os.path.realpath("/proc/self/fd"):
        return path.exists()
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
