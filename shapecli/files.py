"""Files that are complete or absent."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


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
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}.tmp")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def is_stream(path: Path) -> bool:
    """Whether a path leads to a device, a pipe or a socket, or is one of the names in /dev."""
    if path.absolute().parent.as_posix() in ("/dev", "/dev/fd", "/proc/self/fd"):
        return path.exists()
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
