"""Files that are complete or absent, wherever the user says."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from shapecli.base.folder import Folder


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes the file `path` at the end, or, after any error, nothing.

    A link is replaced, never followed.  Devices and pipes have no older content to protect and are written
    directly.

    Raises:
        OSError: the folder is missing, not writable or full.
    """
    if is_stream(path):
        with path.open("wb") as stream:
            yield stream
        return
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    with Folder(path.parent).written_whole(path.name) as stream:
        yield stream


def check_writable(path: Path) -> None:
    """Try to make a file where `path` will be, and leave none.

    Raises:
        OSError: that would fail.
    """
    if not is_stream(path):
        with Folder(path.parent).written_whole(path.name, keep=False):
            pass


def is_stream(path: Path) -> bool:
    """Whether a path is a device, a pipe or a socket, or one of the links in /dev; no other link is."""
    folder = os.path.realpath(path.parent)
    if folder == "/dev" or folder == os.path.realpath("/proc/self/fd"):
        return path.exists()
    with suppress(OSError):
        mode = path.lstat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
    return False


def shipped(path: str) -> Path:
    """A file or a folder that comes with the tool: a wheel has it in the package, a checkout beside it."""
    package = Path(__file__).parents[1]
    return package / path if (package / path).exists() else package.parent / path
