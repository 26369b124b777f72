"""`show` in terminals of all kinds, and `render --watch`."""

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from shapecli.formats.terminal import characters, half_blocks
from tests.commands.run import COMMAND, run


def in_a_terminal(
    *arguments: str, folder: Path, columns: int = 40, lines: int = 12, **environment: str
) -> str:
    """What the command prints on a terminal of some size."""
    ours, theirs = pty.openpty()
    usual = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
    about = {
        **usual,
        "COLUMNS": str(columns),
        "LINES": str(lines),
        "PYTHONIOENCODING": "utf-8",
        **environment,
    }
    process = subprocess.Popen([*COMMAND, *arguments], cwd=folder, stdout=theirs, stderr=theirs, env=about)
    os.close(theirs)
    found = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        found += part
    os.close(ours)
    assert process.wait() == 0, found
    return found.decode().replace("\r\n", "\n")


FIGURE = ("-e", "hypot(x, y) <= 1", "--window", "-1.1,1.1,-1.1,1.1", "--fill", "#ff0000")


def test_colours_follow_the_terminal(tmp_path: Path) -> None:
    """24 bits, 256 colours, or plain characters: by COLORTERM, TERM and NO_COLOR."""
    full = in_a_terminal("show", *FIGURE, folder=tmp_path, TERM="xterm-256color", COLORTERM="truecolor")
    assert "\x1b[38;2;255;0;0;48;2;255;0;0m▀" in full
    some = in_a_terminal("show", *FIGURE, folder=tmp_path, TERM="xterm-256color")
    assert "\x1b[38;5;196;48;5;196m▀" in some
    assert "38;2" not in some
    for term, refused in (("dumb", ""), ("xterm", ""), ("xterm-256color", "1")):
        plain = in_a_terminal("show", *FIGURE, folder=tmp_path, TERM=term, NO_COLOR=refused)
        assert "\x1b" not in plain
        assert "@" in plain


def test_pictures_fit_the_terminal(tmp_path: Path) -> None:
    """A disc is as wide as it is high, within the columns and lines that there are."""
    for columns, lines in ((40, 12), (12, 40), (200, 5), (1, 1)):
        shown = in_a_terminal("show", *FIGURE, folder=tmp_path, TERM="dumb", columns=columns, lines=lines)
        rows = shown.rstrip("\n").split("\n")
        assert len(rows) <= max(1, lines - 1)
        assert max(map(len, rows)) <= columns
    middle = in_a_terminal("show", *FIGURE, folder=tmp_path, TERM="dumb").split("\n")
    assert max(map(len, middle)) == pytest.approx(2 * 11, abs=2)


def test_a_pipe_gets_plain_characters(tmp_path: Path) -> None:
    """Unless colours are asked for."""
    plain = run("show", *FIGURE, "--columns", "30", folder=tmp_path)
    assert plain.code == 0
    assert b"\x1b" not in plain.out
    assert b"\x1b[38;2;" in run("show", *FIGURE, "--columns", "30", "--colour", "24bit", folder=tmp_path).out
    assert run("show", folder=tmp_path).code == 2


def test_half_blocks_show_every_pixel() -> None:
    """Upper and lower colours, row by row, each pixel once."""
    pixels = np.random.default_rng(1).integers(0, 256, (6, 9, 3)).astype(np.uint8)
    found = []
    for line in half_blocks(pixels, 1 << 24):
        cells = re.findall(r"\x1b\[38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+)m▀", line)
        numbers = np.array(cells, int).reshape(-1, 2, 3)
        found += [numbers[:, 0], numbers[:, 1]]
    assert (np.array(found) == pixels).all()


def test_256_colours_are_those_of_xterm() -> None:
    """Every colour of the table is its own nearest: a cube of six levels a side, then 24 greys."""
    levels = (0, 95, 135, 175, 215, 255)
    cube = [(red, green, blue) for red in levels for green in levels for blue in levels]
    table = [*cube, *((8 + 10 * k,) * 3 for k in range(24))]
    pixels = np.array([table, table], np.uint8)
    (line,) = half_blocks(pixels, 256)
    shown = [table[int(code) - 16] for code in re.findall(r"38;5;(\d+);", line)]
    assert shown == table


def test_characters_are_denser_where_there_is_more() -> None:
    """White is nothing, black is everything, and half is between."""
    row = np.array([[[255] * 3, [188] * 3, [0] * 3]], np.uint8)
    (line,) = characters(np.concatenate([row, row]))
    shades = " .:-=+*#%@"
    assert line[0] == " "
    assert line[2] == "@"
    assert 3 <= shades.index(line[1]) <= 6


def wait_for(condition: object, seconds: float = 20.0) -> None:
    """Until a function gives true."""
    started = time.monotonic()
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < started + seconds
        time.sleep(0.02)


def test_watch_draws_on_every_save(tmp_path: Path) -> None:
    """Also of a file that is used; a mistake is told and keeps the last good picture; Ctrl-C ends it."""
    figure, used, picture = tmp_path / "a.shape", tmp_path / "b.shape", tmp_path / "a.png"
    figure.write_text('use "b.shape"\ndraw A')
    used.write_text("A = x <= 1")
    log = tmp_path / "log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [*COMMAND, "render", "a.shape", "--watch", "--size", "40"], cwd=tmp_path, stderr=words,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
    try:
        wait_for(lambda: log.read_text().count("watching") == 1)
        first = picture.read_bytes()
        used.write_text("A = x <= 0.5")
        wait_for(lambda: log.read_text().count("watching") == 2)
        second = picture.read_bytes()
        assert second != first
        figure.write_text("draw sni(x) <= 1")
        wait_for(lambda: "the last good one" in log.read_text())
        assert "unknown function sni" in log.read_text()
        assert picture.read_bytes() == second
        figure.unlink()
        wait_for(lambda: "there is no figure" in log.read_text())
        figure.write_text("draw x <= 1")
        wait_for(lambda: log.read_text().count("watching") == 3)
        assert picture.read_bytes() != second
    finally:
        process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert "Traceback" not in log.read_text()


def test_what_cannot_be_watched(tmp_path: Path) -> None:
    """Stdin and expressions do not change, and stdout takes one picture."""
    (tmp_path / "a.shape").write_text("draw x <= 1")
    for arguments in (["-"], ["-e", "x <= 1"], ["a.shape", "-o", "-"]):
        ended = run("render", *arguments, "--watch", folder=tmp_path)
        assert ended.code == 2
        assert "--watch needs" in ended.err
