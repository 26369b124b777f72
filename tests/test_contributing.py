"""CONTRIBUTING.md is true: each thing that it adds works, and costs at most two files of the package."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shapecli.base.cachefolder import VARIABLE

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EDIT = re.compile(
    r"^In `(?P<file>[^`]+)`, (?:(?P<new>a new file):|before `(?P<mark>[^`]+)`:|"
    r"`(?P<old>[^`]+)` becomes `(?P<now>[^`]+)`\.)(?:\n\n```\w*\n(?P<text>.*?)```)?",
    re.MULTILINE | re.DOTALL,
)


def edits(section: str) -> Iterator[re.Match[str]]:
    """What a section of the page does to files."""
    _, _, rest = PAGE.partition(f"\n## {section}\n")
    yield from EDIT.finditer(rest.partition("\n## ")[0])


def added(section: str, folder: Path) -> set[str]:
    """Do it in a copy; gives the files."""
    for part in ("shapecli", "grammars", "examples"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    touched = set()
    for edit in edits(section):
        path = folder / edit["file"]
        touched.add(edit["file"])
        if edit["new"]:
            path.write_text(edit["text"], "utf-8")
            continue
        text, old = path.read_text("utf-8"), edit["mark"] or edit["old"]
        assert text.count(old) == 1, f"{edit['file']} has {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, edit["now"] or f"{edit['text']}{old}"), "utf-8")
    return touched


def printed(folder: Path, *arguments: str) -> bytes:
    """What Python prints with the changed package."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def output(folder: Path, *arguments: str) -> bytes:
    """What the changed command prints."""
    return printed(folder, "-m", "shapecli", *arguments)


def test_an_operation_costs_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is parsed, evaluated, compiled, explained and exported."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))  # new kernels take the place of all others
    assert len(added("An operation", tmp_path)) == 2
    figure = ("-e", "asinh(x) <= y")
    for target, word in (("latex", rb"\operatorname{arsinh}"), ("python", b"math.asinh(x)"),
                         ("numpy", b"np.arcsinh(x)"), ("glsl", b"asinh(p.x)")):  # fmt: skip
        assert word in output(tmp_path, "export", *figure, "--to", target)
    report = output(
        tmp_path, "export", *figure, "--to", "numpy", "-o", "a.py", "--verify", "--size", "64", "--json"
    )
    assert b'"disagreeing": 0' in report
    assert b"asinh(x)" in output(tmp_path, "explain", *figure)


def test_a_heading_costs_two_files(tmp_path: Path) -> None:
    """It is parsed, sets its attribute at most once, and ends a bracket that was forgotten."""
    assert len(added("A heading statement", tmp_path)) == 2
    code = """
import shapecli
print(shapecli.parse('author "A. Nonymous"; draw x <= 1').author)
for text in ('author "A"; author "B"; draw x <= 1', 'draw (x <= 1\\nauthor "A"'):
    try:
        shapecli.parse(text)
    except shapecli.ShapeError as error:
        print(error.message, error.hint)
"""
    assert printed(tmp_path, "-c", code).split(b"\n") == [
        b"A. Nonymous",
        b"author is set twice keep one of them",
        b"this bracket is never closed add the missing )",
        b"",
    ]


def test_a_style_costs_two_files(tmp_path: Path) -> None:
    """It is an option, it has help, and it paints."""
    assert len(added("A style", tmp_path)) == 2
    assert b"hardly to be seen" in output(tmp_path, "render", "--help")
    output(tmp_path, "render", "-e", "x <= 9", "--style", "ghost", "--size", "8", "-o", "ghost.png")
    grey = np.asarray(Image.open(tmp_path / "ghost.png").convert("L"))
    assert 200 < grey[4, 4] < 255


def test_a_target_costs_two_files(tmp_path: Path) -> None:
    """It is an option, it has help, and it writes."""
    assert len(added("A target", tmp_path)) == 2
    assert b"summary: how many layers there are." in b" ".join(output(tmp_path, "export", "--help").split())
    assert output(tmp_path, "export", "-e", "x <= 9", "--to", "summary") == b"1 layers\n"


def test_an_option_costs_two_files(tmp_path: Path) -> None:
    """Commands, pictures that are drawn again, and the commands of galleries know it."""
    assert len(added("An option of pictures", tmp_path)) == 2
    assert b"--dimmed" in output(tmp_path, "gallery", "--help")
    output(tmp_path, "render", "-e", "x <= 9", "--dimmed", "0.5", "--size", "8", "-o", "one.png")
    output(tmp_path, "render", "one.png", "-o", "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    (tmp_path / "a.shape").write_text("draw x <= 9")
    output(tmp_path, "gallery", "a.shape", "-o", "out", "--dimmed", "0.5", "--size", "8")
    assert b"--dimmed 0.5" in (tmp_path / "out" / "index.html").read_bytes()


@pytest.mark.parametrize("edit", list(EDIT.finditer(PAGE)), ids=lambda edit: edit["file"])
def test_the_page_names_files_that_are_there(edit: re.Match[str]) -> None:
    """But for those that it adds."""
    assert (ROOT / edit["file"]).exists() != bool(edit["new"])
