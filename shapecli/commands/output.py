"""Where commands write: files that are complete or absent, and stdout."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from shapecli.base.defaults import LIMIT_PIXELS
from shapecli.base.files import check_writable, written_whole
from shapecli.base.source import visible
from shapecli.commands.inputs import STDIN

if TYPE_CHECKING:
    from shapecli.engine.view import View

STDOUT: Final = "-"


def check_target(
    target: str, figure: str | None, force: bool, as_json: bool = False, *, is_text: bool = False
) -> None:
    """Refuse before any work what cannot be written; only text may go to a terminal."""
    if target == STDOUT and as_json:
        raise click.UsageError("the picture and the report cannot both go to stdout: give -o FILE")
    if sys.stdout is None and (target == STDOUT or as_json):
        raise OSError("stdout is closed")
    if target == STDOUT:
        if sys.stdout.isatty() and not is_text:
            raise click.UsageError("stdout is a terminal: send the picture to a file or a pipe")
        return
    path, name = Path(target), visible(target)
    try:
        if path.is_dir():
            raise click.UsageError(f"{name} is a folder: give the name of a file in it")
        if figure and _is_figure(path, figure):
            raise click.UsageError(f"the output {name} is the figure itself: give another name with -o")
        if not force and os.path.lexists(path):
            raise click.UsageError(f"{name} exists: give another name, or --force")
        if not path.parent.is_dir():
            folder = visible(str(path.parent))
            raise click.UsageError(
                f"{folder} is a file, not a folder" if path.parent.exists()
                else f"there is no folder {folder}: make it with mkdir -p, or give another name"
            )  # fmt: skip
        check_writable(path)
    except OSError as problem:
        raise click.UsageError(f"cannot write {name}: {problem.strerror}") from None
    except ValueError:
        raise click.UsageError(f"{name} is not a file name") from None


def folder_of(output: str) -> Path:
    """The folder to write into, there or not; a file is refused."""
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{visible(output)} is a file, not a folder")
    return folder


def _is_figure(path: Path, figure: str) -> bool:
    """Whether a path leads to the file that the figure is read from."""
    try:
        read = os.fstat(sys.stdin.fileno()) if figure == STDIN else Path(figure).stat()
        return stat.S_ISREG(read.st_mode) and os.path.samestat(read, path.stat())
    except (OSError, ValueError, AttributeError):  # one is missing, or stdin is closed or no file
        return False


@contextmanager
def opened(target: str, view: "View | None" = None) -> Iterator[BinaryIO]:
    """A stream to the target; what goes wrong with it has the target's name.

    Nothing reaches stdout before all is drawn, unless the picture is too large to be held in memory.

    Raises:
        OSError: with the name of the target.
    """
    try:
        if target != STDOUT:
            with written_whole(Path(target)) as stream:
                yield stream
        elif view is not None and view.width * view.height > LIMIT_PIXELS:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        else:
            held = BytesIO()
            yield held
            left = held.getbuffer()
            while left:  # Python's stdout may be unbuffered, and then it writes what it can
                left = left[sys.stdout.buffer.write(left) :]
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:  # NumPy's own has no number
        what = problem.strerror or "it could not be written whole"
        name = "stdout" if target == STDOUT else target
        raise OSError(problem.errno or errno.EIO, what, name) from None


def shown(target: str) -> str:
    """What a target is called."""
    return "stdout" if target == STDOUT else visible(target)


def need(module: str, what: str, extra: str) -> None:
    """Raises: click.UsageError: a library is not installed."""
    if find_spec(module) is None:
        raise click.UsageError(f"{what} needs more than is installed: pip install 'shapecli[{extra}]'")
