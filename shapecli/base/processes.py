"""Processes of our own that work beside this one."""

import subprocess
import sys


def started(module: str, *arguments: str, stdin: int, stderr: int) -> "subprocess.Popen[bytes]":
    """A process that runs `main` of a module; in a session of its own, so that a Ctrl-C is ours to handle.

    Args:
        stdin, stderr: subprocess.PIPE or subprocess.DEVNULL; stdout is a pipe.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(  # noqa: S603 - our own code
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
    )
