"""The command in this process and in one of its own: the same, and this one is afterwards as it was."""

import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Final

import pytest

from shapecli.commands import main
from tests.commands.run import HangsError, run, spawn

FIGURE: Final = 'title "Ears"\nparam r = 1 in 0 .. 2\nwindow -2, 2, -2, 1\ndraw hypot(x, y) <= r fill teal\n'
GIVEN: Final = {
    "a.shape": FIGURE.encode(),
    "bad.shape": b"A = foo\ndraw x <= 1.2.3",
    "bytes.shape": b"draw \xff",
    "heart.txt": b"x^{2}+y^{2}\\le1\n",
    "old.png": b"an older picture",
    "lesson.md": b"# A\n\n```shape size=40 live\ndraw x <= 1\n```\n\n```check\n1 <= 2\n```\n",
    "false.md": b"# A\n\n```check\n2 <= 1\n```\n",
}
RUNS: Final = {
    "a picture": ["render", "a.shape", "--size", "64"],
    "its bytes": ["render", "a.shape", "--size", "64", "-o", "-"],
    "a figure from stdin": ["render", "-", "--size", "9", "-o", "-", "--format", "svg"],
    "stdout by its name": ["render", "a.shape", "--size", "9", "-o", "/dev/stdout", "--format", "png"],
    "a mistake": ["render", "bad.shape"],
    "no figure": ["render", "nowhere.shape"],
    "no UTF-8": ["check", "bytes.shape"],
    "several files": ["check", "a.shape", "bad.shape"],
    "no room": ["render", "a.shape", "-o", "/dev/full", "--format", "png"],
    "too much work": ["render", "a.shape", "--limit-work", "0.0000001"],
    "no option": ["render", "a.shape", "--colour", "red"],
    "no command": ["draw"],
    "nothing": [],
    "help": ["--help"],
    "the version": ["--version"],
    "help of a command": ["render", "--help"],
    "axes": ["render", "a.shape", "--axes", "--size", "300", "-q"],
    "paths": ["render", "a.shape", "-o", "a.pdf"],
    "levels": ["render", "a.shape", "-o", "a.npz", "--size", "20"],
    "shades": ["render", "a.shape", "--style", "field", "--size", "20"],
    "show": ["show", "a.shape", "--columns", "20"],
    "a film": ["animate", "a.shape", "--sweep", "r=0.5..1.5", "--frames", "3", "--size", "20"],
    "a soft film": [
        "animate",
        "a.shape",
        "--sweep",
        "r=0.5..1.5",
        "--frames",
        "3",
        "--size",
        "20",
        "-o",
        "b.webp",
    ],
    "a morph": ["morph", "a.shape", "a.shape", "--frames", "3", "--size", "20", "-o", "a.png"],
    "no film": ["animate", "a.shape"],
    "a gallery": ["gallery", "a.shape", "-o", "out", "--size", "20"],
    "a gallery of mistakes": ["gallery", "bad.shape", "-o", "out"],
    "a lesson": ["lesson", "lesson.md"],
    "a false lesson": ["lesson", "false.md"],
    "reasons": ["explain", "a.shape", "--at", "0,1"],
    "pages of reasons": ["explain", "a.shape", "--at", "0,1", "-o", "a.html", "--size", "40"],
    "a formula": ["export", "a.shape", "--to", "latex"],
    "a program, tried": ["export", "a.shape", "--to", "python", "--verify", "-o", "a.py"],
    "a page": ["page", "a.shape"],
    "another notation": ["import", "heart.txt"],
    "a mistake in another notation": ["import", "-e", "y=\\left(x"],
    "letters": ["text", "Hello"],
    "what is kept": ["cache"],
}


def ending(way: object, arguments: list[str], folder: Path) -> tuple[object, ...]:
    """What is seen of a run, but for seconds: code, output, messages, and every file."""
    folder.mkdir()
    for name, data in GIVEN.items():
        (folder / name).write_bytes(data)
    ended = way(*arguments, folder=folder, stdin=FIGURE.encode())  # type: ignore[operator]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return ended.code, ended.out, re.sub(r"\b\d+(\.\d+)? (s|ms)\b", "some time", ended.err), files


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS)
def test_both_ways_are_the_same(arguments: list[str], tmp_path: Path) -> None:
    """Byte for byte, good and bad."""
    here, there = (ending(way, arguments, tmp_path / way.__name__) for way in (run, spawn))
    assert here == there


def test_every_command_is_among_them() -> None:
    """So that what a command needs is imported by it, and not by chance by these tests."""
    assert set(main.COMMANDS) <= {arguments[0] for arguments in RUNS.values() if arguments}


@pytest.mark.parametrize("arguments", [["check", "a.shape"], ["check", "bad.shape"], ["draw"]])
def test_nothing_stays_behind_in_this_process(arguments: list[str], tmp_path: Path) -> None:
    """Handlers of signals, the hook for lost exceptions, streams, descriptors, the folder: all as before."""

    def state() -> list[object]:
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)]
        descriptors = [os.fstat(number) for number in range(3)]
        places = [(found.st_dev, found.st_ino) for found in descriptors]
        open_files = len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0
        streams = [sys.stdin, sys.stdout, sys.stderr]
        return [handlers, sys.unraisablehook, places, open_files, streams, Path.cwd()]

    def mine(_number: int, _frame: object) -> None:
        """Whoever calls the command may listen to signals."""

    for name, data in GIVEN.items():
        (tmp_path / name).write_bytes(data)
    theirs = signal.signal(signal.SIGTERM, mine)
    try:
        before = state()
        run(*arguments, folder=tmp_path)
        assert state() == before
    finally:
        signal.signal(signal.SIGTERM, theirs)


def test_a_signal_ends_a_command_here_as_anywhere(tmp_path: Path) -> None:
    """While it runs it listens, and says how it ended."""
    slow = ["render", "-e", "sin(1000*x*y) <= sin(x/y)", "--size", "200000", "--limit-pixels", "99999999999"]
    before = signal.getsignal(signal.SIGTERM)
    ringing = threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM))
    ringing.start()
    ended = run(*slow, "--limit-work", "100000000", folder=tmp_path)
    ringing.join()
    assert (ended.code, ended.err) == (143, "terminated\n")
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command catches."""
    monkeypatch.setattr("tests.commands.run.PATIENCE", 1)
    slow = ["render", "-e", "sin(1000*x*y) <= sin(x/y)", "--size", "200000", "--limit-pixels", "99999999999"]
    with pytest.raises(HangsError):
        run(*slow, "--limit-work", "100000000", folder=tmp_path)


def test_other_threads_leave_signals_alone() -> None:
    """Only the main thread can listen to them; a command in another one runs all the same."""
    codes: list[int] = []
    asking = threading.Thread(target=lambda: codes.append(main.run(["check", "--help"])))
    before = signal.getsignal(signal.SIGTERM), sys.unraisablehook
    asking.start()
    asking.join()
    assert codes == [0]
    assert (signal.getsignal(signal.SIGTERM), sys.unraisablehook) == before
