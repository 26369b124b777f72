"""The cache is machine code: what others have a say in is not used, and it is said once what to do."""

import contextlib
import logging
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from shapecli.base import cachefolder
from shapecli.base.folder import Folder, RefusedError
from shapecli.commands.main import run as command
from shapecli.engine import machine
from shapecli.language import grammar
from tests.commands.run import spawn

NAME = "kernels-1"


def linked(path: Path) -> None:
    """Move something away and leave a link to it."""
    away = path.with_name("away")
    path.rename(away)
    path.symlink_to(away)


def of_another(path: Path) -> None:
    """Make everything the property of somebody who is not us; without the right to, make us another."""
    os.chown(path, 4242, -1)


SAYS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a link": (linked, "it is a link", "remove"),
    "a group's": (
        lambda path: path.chmod(path.stat().st_mode | stat.S_IWGRP),
        "others may write",
        "chmod go-w",
    ),
    "everybody's": (
        lambda path: path.chmod(path.stat().st_mode | stat.S_IWOTH),
        "others may write",
        "chmod go-w",
    ),
    "another user's": (of_another, "it belongs to another user", "remove"),
}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the suite keeps for this machine, and nothing told yet."""
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    shutil.copyfile(cachefolder.folder() / machine.kernels_name(), folder / machine.kernels_name())
    (folder / machine.kernels_name()).chmod(0o600)
    monkeypatch.setenv(cachefolder.VARIABLE, str(folder))
    cachefolder._tell.cache_clear()
    grammar.grammar.__wrapped__()  # which keeps the tables, if that has not been done
    return folder


def spoil(kept: Path, case: str, whole: bool, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Spoil the folder, or every file in it; gives what was spoilt."""
    paths = [kept] if whole else [path for path in kept.iterdir() if path.name.startswith(cachefolder.KINDS)]
    for path in paths:
        if case == "another user's" and os.geteuid() != 0:
            monkeypatch.setattr(os, "geteuid", lambda: 4242)
        else:
            SAYS[case][0](path)
    return paths


@pytest.mark.parametrize("whole", [True, False], ids=["folder", "files"])
@pytest.mark.parametrize("case", SAYS)
def test_what_others_have_a_say_in_is_not_used(
    case: str, whole: bool, kept: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Kernels and tables are made and not kept; nothing there is changed; it is said once for each place."""
    content = cachefolder.read_sealed(machine.kernels_name())
    terminals = grammar.grammar.__wrapped__().terminals
    assert content
    assert not caplog.records
    spoilt = spoil(kept, case, whole, monkeypatch)
    files = {path.resolve(): path.read_bytes() for path in kept.parent.rglob("*") if path.is_file()}
    compiled: list[None] = []

    def compile_all() -> bytes:
        compiled.append(None)
        return content

    monkeypatch.setattr(machine, "compile_all", compile_all)
    notices: list[str] = []
    for _ in range(2):
        assert machine._load(notices.append).library.addresses
        assert grammar.grammar.__wrapped__().terminals == terminals
    assert len(compiled) == 2
    assert not [text for text in notices if "kept" in text]
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * len(spoilt)
    _, why, remedy = SAYS[case]
    for text in caplog.messages:
        assert why in text
        assert any(f"{remedy} {path}, or set SHAPECLI_CACHE_DIR" in text for path in spoilt)
    assert {path.resolve(): path.read_bytes() for path in kept.parent.rglob("*") if path.is_file()} == files
    assert [path.is_symlink() for path in spoilt] == [case == "a link"] * len(spoilt)


@pytest.mark.parametrize("whole", [True, False], ids=["folder", "files"])
@pytest.mark.parametrize("case", SAYS)
def test_the_command_shows_it(
    case: str, whole: bool, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`shapecli cache`, with the reason for a folder; and clear touches nothing in one that is refused."""
    count = len(spoil(kept, case, whole, monkeypatch))
    _, why, _ = SAYS[case]
    names = {path.name for path in kept.iterdir()}
    assert command(("cache",)) == 0
    shown = capsys.readouterr().out
    assert shown.count("bytes, refused") == (2 if whole else count)
    assert (why in shown) == whole
    assert command(("cache", "--json")) == 0
    assert ('"refused": "' in capsys.readouterr().out.replace('"state": "refused"', "")) == whole
    code = command(("cache", "clear"))
    said = capsys.readouterr()
    if whole:
        assert (code, why in said.err) == (1, True)
        assert {path.name for path in kept.iterdir()} == names
    else:
        assert code == 0
        assert "is empty" in said.out
        assert ("away" in {path.name for path in kept.iterdir()}) == (case == "a link")


def test_a_person_reads_it_once(tmp_path: Path, kept: Path) -> None:
    """On stderr, also with --quiet; and does what it says, and it is gone."""
    kept.chmod(0o770)
    (tmp_path / "a.shape").write_text("draw x <= 1")
    ended = spawn("check", "a.shape", "-q", folder=tmp_path)
    remedy = f"chmod go-w {kept}"
    assert ended.code == 0
    assert ended.err.startswith("the cache is not used: others may write to it: ")
    assert ended.err.endswith(f": {remedy}, or set SHAPECLI_CACHE_DIR to a folder of your own\n")
    assert ended.err.count("\n") == 1
    kept.chmod(0o750)
    assert spawn("check", "a.shape", "-q", folder=tmp_path).err == ""


def test_the_owner_is_this_user_or_root() -> None:
    """Who fills the cache of a container; nobody else."""
    door = Folder(Path("cache"), private=True)
    for owner, trusted in ((os.geteuid(), True), (0, True), (os.geteuid() + 1, False)):
        found = os.stat_result((stat.S_IFREG | 0o644, 0, 0, 1, owner, 0, 0, 0, 0, 0))
        with contextlib.nullcontext() if trusted else pytest.raises(RefusedError, match="another user"):
            door._check(found, Path("cache/kernels"))


@pytest.mark.parametrize("mask", [0o002, 0o022, 0o077])
def test_a_folder_that_we_made_is_used(mask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by those whose new files others may write to."""
    monkeypatch.setenv(cachefolder.VARIABLE, str(tmp_path / "new" / "cache"))
    old = os.umask(mask)
    try:
        cachefolder.write_sealed(NAME, b"code")
    finally:
        os.umask(old)
    assert cachefolder.read_sealed(NAME) == b"code"
    assert cachefolder.refusal() == ""
    assert stat.S_IMODE((tmp_path / "new" / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "cache" / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("place", ["cache", f"cache/{NAME}"])
@pytest.mark.parametrize("kind", ["a pipe", "a dangling link", "something else"])
def test_odd_things_are_refused(
    kind: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In place of the folder or of a file, and not waited for."""
    monkeypatch.setenv(cachefolder.VARIABLE, str(tmp_path / "cache"))
    cachefolder._tell.cache_clear()
    path = tmp_path / place
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a dangling link":
        path.symlink_to(tmp_path / "nowhere")
    elif place == "cache":
        path.write_text("a file")
    else:
        path.mkdir()
    assert cachefolder.read_sealed(NAME) is None
    assert "the cache is not used" in caplog.text
    with pytest.raises(RefusedError):
        cachefolder.write_sealed(NAME, b"code")
    assert not (tmp_path / "nowhere").exists()
