"""The door as a folder: who may do what with new files, what is old, and what is ours."""

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shapecli.base.folder import ABANDONED, LOCK, LOOKED_AT, MARKS, PREFIX, SUFFIX, Folder, RefusedError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX modes")


@pytest.fixture(params=[0o000, 0o022, 0o027, 0o077])
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What new files shall not have, for a while."""
    old = os.umask(request.param)
    yield request.param
    os.umask(old)


def mode(path: Path) -> int:
    """Who may do what."""
    return stat.S_IMODE(path.stat().st_mode)


def append(folder: Folder, name: str) -> None:
    """A line to a file."""
    with folder.appended(name) as stream:
        stream.write(b"x")


def write(folder: Folder, name: str) -> None:
    """A file, whole."""
    folder.write(name, b"x")


@pytest.mark.parametrize("make", [append, write])
def test_new_ones_are_what_the_umask_asks_for(
    make: Callable[[Folder, str], None], mask: int, tmp_path: Path
) -> None:
    """0777 for folders and 0666 for files, without the mask: nothing more and nothing less."""
    folder = Folder(tmp_path / "far" / "above" / "own")
    folder.make()
    os.chmod(folder.path, 0o755)  # noqa: PTH101, S103 - however much the mask forbids
    make(folder, "deep/deeper/file")
    assert mode(tmp_path / "far") == mode(tmp_path / "far" / "above") == 0o777 & ~mask
    assert mode(folder.path / "deep") == mode(folder.path / "deep" / "deeper") == 0o777 & ~mask
    assert mode(folder.path / "deep" / "deeper" / "file") == 0o666 & ~mask


def test_a_folder_is_what_the_umask_asks_for(mask: int, tmp_path: Path) -> None:
    """But a private one is nobody else's; a folder that is there stays as it is."""
    for private, wanted in ((False, 0o777), (True, 0o700)):
        folder = Folder(tmp_path / f"own {private}", private)
        folder.make()
        assert mode(folder.path) == wanted & ~mask
        folder.path.chmod(0o711)
        folder.make()
        assert mode(folder.path) == 0o711


def test_private_files_are_nobody_elses(mask: int, tmp_path: Path) -> None:
    """Whatever the umask would allow."""
    folder = Folder(tmp_path / "own", private=True)
    folder.make()
    folder.write("file", b"x")
    assert mode(folder.path / "file") == 0o600 & ~mask
    assert folder.read("file") == b"x"


@pytest.mark.parametrize(("bits", "fits"), [(0o755, True), (0o775, False), (0o757, False), (0o500, True)])
def test_private_ones_have_no_other_writers(bits: int, fits: bool, tmp_path: Path) -> None:
    """Neither the folder nor a file in it; to others that is all the same."""
    for inner in (False, True):
        private, usual = (Folder(tmp_path / f"own {inner}", private) for private in (True, False))
        private.make()
        private.write("file", b"x")
        (private.path / "file" if inner else private.path).chmod(bits)
        assert usual.read("file") == b"x"
        if fits:
            assert private.read("file") == b"x"
        else:
            with pytest.raises(RefusedError, match="others may write to it"):
                private.read("file")


def test_private_ones_are_ours_or_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What belongs to somebody else is refused."""
    folder = Folder(tmp_path / "own", private=True)
    folder.make()
    folder.write("file", b"x")
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner == 0:
        assert folder.read("file") == b"x"
    else:
        with pytest.raises(RefusedError, match="another user"):
            folder.read("file")
    assert Folder(folder.path).read("file") == b"x"


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    """Neither a file nor a folder on the way."""
    folder = Folder(tmp_path)
    for name in ("file", "deep/file"):
        with pytest.raises(FileNotFoundError):
            folder.read(name)
        with pytest.raises(FileNotFoundError):
            folder.remove(name)
        assert not folder.has(name)
        assert not folder.is_ours(name)
        assert folder.hash_of(name) == ""
        folder.check_ours(name)
    assert not [*tmp_path.iterdir()]


def test_what_is_written_is_whole_or_not_there(tmp_path: Path) -> None:
    """Also where it is only tried; an older file stays."""
    folder = Folder(tmp_path)
    with folder.written_whole("tried", keep=False) as stream:
        stream.write(b"x")
    with suppress(KeyError), folder.written_whole("broken") as stream:
        stream.write(b"half")
        raise KeyError
    folder.write("old", b"old")
    with suppress(KeyError), folder.written_whole("old") as stream:
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(PREFIX)]
        raise KeyError
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old": b"old"}


def test_files_are_read_as_far_as_is_asked(tmp_path: Path) -> None:
    """And added to at their end."""
    folder = Folder(tmp_path)
    for part in (b"one", b"two"):
        with folder.appended("file") as stream:
            stream.write(part)
    assert (folder.read("file"), folder.read("file", 4)) == (b"onetwo", b"onet")
    assert [folder.has(name) for name in ("file", "other", ".")] == [True, False, False]
    assert not Folder(tmp_path.parent).has(tmp_path.name)
    assert (len(folder.hash_of("file")), folder.hash_of("other")) == (64, "")
    os.link(tmp_path / "file", tmp_path / "twin")
    with pytest.raises(RefusedError, match="another name"), folder.appended("file"):
        pass
    assert folder.read("twin") == b"onetwo"


@pytest.mark.parametrize("name", ["", "..", "../a", "a/../b", "a//b", "/a", "a/", ".", "a/./b"])
def test_what_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    """Before anything is made."""
    folder = Folder(tmp_path / "own")
    folder.make()
    for refused in (append, write):
        with pytest.raises(RefusedError, match="no name in a folder"):
            refused(folder, name)
    assert not [*folder.path.iterdir()]
    assert not folder.has(name)


def test_only_what_is_old_is_removed(tmp_path: Path) -> None:
    """If that is asked for; else whatever is there."""
    folder = Folder(tmp_path)
    for age, older, gone in ((50, 100.0, False), (150, 100.0, True), (0, -1.0, True), (-50, 0.0, False)):
        folder.write("file", b"x")
        os.utime(tmp_path / "file", (time.time() - age,) * 2)
        folder.remove("file", older)
        assert folder.has("file") is not gone
    folder.remove("file")
    with pytest.raises(FileNotFoundError):
        folder.remove("file")


def test_leftovers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    """Half written files that are older than an hour, also in folders below; names are ours at both ends."""
    folder = Folder(tmp_path)
    ours = f"{PREFIX}0{SUFFIX}"
    others = (f"{PREFIX}0", f"a{SUFFIX}", "page.html")
    ages = {ours: 1, f"deep/{ours}": 1, f"{PREFIX}1{SUFFIX}": -60, **dict.fromkeys(others, 1)}
    for name, more in ages.items():
        folder.write(name, b"x")
        os.utime(tmp_path / name, (time.time() - ABANDONED - more,) * 2)
    with folder.building((), lambda _: None):
        pass
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {LOCK, f"{PREFIX}1{SUFFIX}", *others}


@pytest.mark.parametrize("mark", MARKS)
def test_a_page_is_ours_by_its_mark(mark: bytes, tmp_path: Path) -> None:
    """Near its beginning, whole."""
    folder = Folder(tmp_path)
    for before, found in ((0, True), (LOOKED_AT - len(mark), True), (LOOKED_AT - len(mark) + 1, False)):
        folder.write("page.html", b" " * before + mark)
        assert folder.is_ours("page.html") is found
    assert not folder.is_ours("none.html")
    (tmp_path / "link.html").symlink_to("page.html")
    folder.write("page.html", mark)
    assert not folder.is_ours("link.html")
