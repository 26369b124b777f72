"""Running the command as a person does."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-m", "shapecli"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: bytes
    err: str


def run(*arguments: str | Path, folder: Path, stdin: bytes = b"", **environment: str) -> Ended:
    """Start the command in a folder and wait for it."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def left_behind(folder: Path) -> set[str]:
    """Names of everything in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}
