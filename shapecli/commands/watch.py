"""Draw again whenever a file changes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from shapecli.base.source import ShapeError, visible
from shapecli.drawing.settings import spelled

PAUSE: Final = 0.1  # seconds between looks at the files


def watch(files: Sequence[Path], draw: Callable[[], Sequence[str]], say: Callable[[str], None]) -> None:
    """Draw now and after every change of some files, until interrupted.

    A mistake is told, and what was good last stays.

    Args:
        files: the first is what is drawn.
        draw: draws once, and gives the paths of other files that it depends on, from the first one.
    """
    paths = [*files]
    shown = visible(str(files[0])) if len(files) == 1 else f"{len(files)} files"
    while True:
        before = {path: _state(path) for path in paths}  # what changes while it is drawn is drawn again
        try:
            paths = [*files, *(files[0].parent / name for name in draw())]
            say(f"watching {shown}: Ctrl-C ends")
        except click.exceptions.Exit:  # what was wrong has been told
            say(f"watching {shown}: Ctrl-C ends")
        except ShapeError as problem:
            say(f"{spelled(problem)}\nthe picture is still the last good one; waiting for {shown} to change")
        except (OSError, click.UsageError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            say(f"error: {reason}; waiting for {shown} to change")
        before |= {path: _state(path) for path in paths if path not in before}
        while all(_state(path) == before[path] for path in paths):
            time.sleep(PAUSE)


def _state(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns, about.st_size
