"""The kept kernels: missing, damaged, unwritable or raced for, the picture is right."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import shapecli
import shapecli.fields
from shapecli.engine import cache
from tests.commands.run import COMMAND, left_behind, run

PACKAGE = Path(shapecli.__file__).parent
DRAW = ("render", "-e", "x^2 + y^2 <= 1", "--size", "40", "-o", "disc.png")


@pytest.fixture
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The picture that everything below must end in."""
    folder = tmp_path_factory.mktemp("expected")
    assert run(*DRAW, folder=folder).code == 0
    return (folder / "disc.png").read_bytes()


def kept(tmp_path: Path) -> Path:
    """A copy of the cache that the suite filled."""
    return Path(shutil.copytree(os.environ["SHAPECLI_CACHE_DIR"], tmp_path / "cache"))


def test_a_warm_cache_compiles_nothing(tmp_path: Path) -> None:
    """And says nothing about compiling."""
    assert "compil" not in run(*DRAW, folder=tmp_path).err


def test_damaged_files_are_made_again_by_processes_that_race(tmp_path: Path, expected: bytes) -> None:
    """Truncated and altered kernels are noticed by their checksum; all racing processes end well."""
    folder = kept(tmp_path)
    first, second = sorted(folder.glob("*.kernel"))
    content = second.read_bytes()
    second.write_bytes(content[:-100] + bytes(100))
    first.write_bytes(b"")
    places = [tmp_path / f"{k}" for k in range(3)]
    for place in places:
        place.mkdir()
    environment = {**os.environ, "SHAPECLI_CACHE_DIR": str(folder)}
    racing = [
        subprocess.Popen([*COMMAND, *DRAW], cwd=place, env=environment, stderr=subprocess.PIPE)
        for place in places
    ]
    for process, place in zip(racing, places, strict=True):
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0
        assert err.count(b"compiling") <= 1
        assert (place / "disc.png").read_bytes() == expected
    assert {path.name for path in folder.iterdir()} == {first.name, second.name}
    again = run(*DRAW, folder=tmp_path, SHAPECLI_CACHE_DIR=str(folder))
    assert "compil" not in again.err


def test_a_cache_that_cannot_be_made(tmp_path: Path, expected: bytes) -> None:
    """It compiles, says once that nothing is kept, and draws."""
    (tmp_path / "file").write_text("not a folder")
    ended = run(*DRAW, folder=tmp_path, SHAPECLI_CACHE_DIR=str(tmp_path / "file" / "cache"))
    assert ended.code == 0
    assert ended.err.count("cannot be kept") == 1
    assert (tmp_path / "disc.png").read_bytes() == expected


def test_a_missing_home_is_no_trouble(tmp_path: Path, expected: bytes) -> None:
    """The cache can be named, and then nobody needs a home."""
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    environment["HOME"] = str(tmp_path / "nowhere")
    done = subprocess.run([*COMMAND, *DRAW], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert left_behind(tmp_path) == {"disc.png"}
    assert (tmp_path / "disc.png").read_bytes() == expected


def test_the_cache_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else may put machine code there."""
    monkeypatch.setenv("SHAPECLI_CACHE_DIR", str(tmp_path / "new" / "cache"))
    cache.make_folder()
    assert (tmp_path / "new" / "cache").stat().st_mode & 0o077 == 0


def test_the_key_covers_the_table_the_kernels_and_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change in any file of fields or engine, or another processor, is another key."""
    before = cache.fingerprint(("x86", "this"))
    assert cache.fingerprint(("x86", "other")) != before
    fields = tmp_path / "fields"
    shutil.copytree(PACKAGE / "fields", fields)
    monkeypatch.setattr(shapecli.fields, "__file__", str(fields / "__init__.py"))
    assert cache.fingerprint(("x86", "this")) == before
    with (fields / "rules.py").open("a") as stream:
        stream.write("# changed\n")
    assert cache.fingerprint(("x86", "this")) != before
