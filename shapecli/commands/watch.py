"""Draw again whenever a file changes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from shapecli.language.source import ShapeError, visible

PAUSE: Final = 0.1  # seconds between looks at the files

State = tuple[tuple[int, int, int] | None, ...]


def watch(figure: str, draw: Callable[[], Sequence[str]], say: Callable[[str], None]) -> None:
    """Draw a figure now and after every change of its files, until interrupted.

    A mistake is told, and the last good picture stays.

    Args:
        draw: draws once, and gives the paths of other files that the picture depends on, from the figure.
    """
    used: Sequence[str] = ()
    while True:
        before = _state(figure, used)
        try:
            used = draw()
            say(f"watching {visible(figure)}: Ctrl-C ends")
        except ShapeError as problem:
            say(f"{problem}\nthe picture is still the last good one; waiting for {visible(figure)} to change")
        except (OSError, click.UsageError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            say(f"error: {reason}; waiting for {visible(figure)} to change")
        while _state(figure, used) == before:
            time.sleep(PAUSE)


def _state(figure: str, used: Sequence[str]) -> State:
    """What changes when a file is written or replaced; None where there is none."""
    paths = [Path(figure), *(Path(figure).parent / name for name in used)]
    found: list[tuple[int, int, int] | None] = []
    for path in paths:
        try:
            about = path.stat()
            found.append((about.st_ino, about.st_mtime_ns, about.st_size))
        except OSError:
            found.append(None)
    return tuple(found)
