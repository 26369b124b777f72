"""Running the command as a person does: in this process where that is enough, else in one of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Final, Never, TextIO

import pytest

from shapecli.base.source import ShapeError
from shapecli.commands import main
from shapecli.commands.request import Request

COMMAND = [sys.executable, "-m", "shapecli"]
PATIENCE: Final = 120  # seconds until a command counts as hanging


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: bytes
    err: str


class HangsError(BaseException):
    """The command takes too long; nothing in it may catch that."""


def run(*arguments: str | Path, folder: Path, stdin: bytes = b"", **environment: str) -> Ended:
    """Run the command in a folder, from its entry point to its exit code.

    That is enough for messages, files and codes.  An environment of its own is read by a process that
    starts, so it asks for one; `spawn` does, for all that is about processes.

    Raises:
        HangsError: it does not end.
    """
    if environment:
        return spawn(*arguments, folder=folder, stdin=stdin, **environment)
    with _standing_in(folder), _piped(stdin) as (out, err), _streams():
        code = main.run([*map(str, arguments)])
    return Ended(code, bytes(out), err.decode("utf-8", "replace"))


def spawn(*arguments: str | Path, folder: Path, stdin: bytes = b"", **environment: str) -> Ended:
    """Start the command in a folder as a process of its own and wait for it."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def asked(*arguments: str | Path, folder: Path) -> Request:
    """What a command that draws one figure is asked for; it reads none."""
    requests: list[Request] = []

    def read(request: Request) -> Never:
        requests.append(request)
        raise ShapeError("read no further")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Request, "read", read)
        ended = run(*arguments, folder=folder)
    assert "read no further" in ended.err
    (request,) = requests
    return request


def left_behind(folder: Path) -> set[str]:
    """Names of everything in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    """Another working folder and an alarm for a while."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise HangsError

    before = Path.cwd()
    alarmed = hasattr(signal, "SIGALRM")  # not on Windows
    handler = signal.signal(signal.SIGALRM, ring) if alarmed else None
    os.chdir(folder)
    if alarmed:
        signal.alarm(PATIENCE)
    try:
        yield
    finally:
        if alarmed:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, handler)
        os.chdir(before)


@contextmanager
def _piped(stdin: bytes) -> Iterator[tuple[bytearray, bytearray]]:
    """Pipes in the place of descriptors 0 to 2, and what has gone through 1 and 2 once they are closed."""
    found = bytearray(), bytearray()
    kept = [os.dup(number) for number in range(3)]
    ends = [os.pipe() for _ in range(3)]

    def feed() -> None:
        with suppress(BrokenPipeError), os.fdopen(ends[0][1], "wb", 0) as stream:
            stream.write(stdin)  # which not every command reads

    def drain(number: int) -> None:
        with os.fdopen(ends[number][0], "rb") as stream:
            found[number - 1].extend(stream.read())

    threads = [Thread(target=feed), Thread(target=drain, args=(1,)), Thread(target=drain, args=(2,))]
    for number, inner in enumerate((ends[0][0], ends[1][1], ends[2][1])):
        os.dup2(inner, number)
        os.close(inner)
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        for number, descriptor in enumerate(kept):
            os.dup2(descriptor, number)
            os.close(descriptor)
        for thread in threads:
            thread.join()


@contextmanager
def _streams() -> Iterator[None]:
    """Python's three streams on the descriptors that are there now, as Python makes them when it starts."""
    before = sys.stdin, sys.stdout, sys.stderr

    def like(first: TextIO | None, number: int, mode: str) -> TextIOWrapper:
        assert isinstance(first, TextIOWrapper)
        stream = os.fdopen(number, mode, closefd=False)
        return TextIOWrapper(stream, first.encoding, first.errors, line_buffering=number == 2)

    sys.stdin, sys.stdout, sys.stderr = (
        like(sys.__stdin__, 0, "rb"), like(sys.__stdout__, 1, "wb"), like(sys.__stderr__, 2, "wb"),
    )  # fmt: skip
    try:
        yield
    finally:
        sys.stdout.flush()  # as Python does at exit
        sys.stderr.flush()
        sys.stdin, sys.stdout, sys.stderr = before
