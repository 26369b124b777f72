"""Where commands write: files that are complete or absent, stdout, and words and bars on stderr."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click

from shapecli.base.defaults import LIMIT_PIXELS
from shapecli.base.files import check_writable, written_whole
from shapecli.base.source import visible
from shapecli.commands.inputs import STDIN

if TYPE_CHECKING:
    from shapecli.engine.view import View

STDOUT: Final = "-"
UNNAMED: Final = "figure"
PATIENCE: Final = 2.0  # seconds before a progress bar appears


def target_of(
    figure: str | None, output: str | None, form: str | None, formats: Sequence[str]
) -> tuple[str, str]:
    """Where to write, and in which of some formats; the first is the usual one."""
    if output is None:
        stem = Path(figure).stem if figure and figure != STDIN else UNNAMED
        return f"{stem}.{form or formats[0]}", form or formats[0]
    if not output:
        raise click.UsageError("the name of the output is empty")
    if form is None:
        ending = Path(output).suffix.lower().removeprefix(".")
        if ending in formats:
            return output, ending
        if output == STDOUT:
            return output, formats[0]
        known = ", ".join(f".{ending}" for ending in formats)
        name = visible(output)
        if Path(output).is_dir():
            raise click.UsageError(f"{name} is a folder: give the name of a file in it")
        what = f"the ending of {name} is unknown" if ending else f"{name} has no ending"
        raise click.UsageError(f"{what}: use one of {known}, or --format")
    return output, form


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


@contextmanager
def progress_bar(quiet: bool, label: str = "drawing") -> Any:
    """A bar on a terminal, for work that takes a while."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    began = time.perf_counter()
    bar: Any = click.progressbar(length=1000, label=label, file=sys.stderr)
    appeared = False
    with ExitStack() as stack:

        def advance(share: float) -> None:
            nonlocal appeared
            if not appeared and time.perf_counter() - began > PATIENCE:
                appeared = True
                stack.enter_context(bar)
            if appeared:
                bar.update(round(1000 * share) - bar.pos)

        yield advance
