"""Draw again whenever a file changes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from shapecli.language.source import ShapeError, visible

PAUSE: Final = 0.1  # seconds between looks at the files

State = tuple[int, int, int]


def watch(figure: str, draw: Callable[[], Sequence[str]], say: Callable[[str], None]) -> None:
    """Draw a figure now and after every change of its files, until interrupted.

    A mistake is told, and the last good picture stays.

    Args:
        draw: draws once, and gives the paths of other files that the picture depends on, from the figure.
    """
    paths = [Path(figure)]
    while True:
        before = {path: _state(path) for path in paths}  # what changes while it is drawn is drawn again
        try:
            paths = [Path(figure), *(Path(figure).parent / name for name in draw())]
            say(f"watching {visible(figure)}: Ctrl-C ends")
        except ShapeError as problem:
            say(f"{problem}\nthe picture is still the last good one; waiting for {visible(figure)} to change")
        except (OSError, click.UsageError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            say(f"error: {reason}; waiting for {visible(figure)} to change")
        before |= {path: _state(path) for path in paths if path not in before}
        while all(_state(path) == before[path] for path in paths):
            time.sleep(PAUSE)


def _state(path: Path) -> State | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns, about.st_size
