"""The kept kernels: whatever happens to them, the picture is right, and it is said once what was done."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecli
import shapecli.fields
from shapecli.base import cachefolder
from shapecli.engine import loader, machine
from tests.commands.run import COMMAND, Ended, left_behind, run, spawn

PACKAGE = Path(shapecli.__file__).parent
DRAW = ("render", "-e", "x^2 + y^2 <= 1", "--size", "40", "-o", "disc.png")


@pytest.fixture
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The picture that everything below must end in."""
    folder = tmp_path_factory.mktemp("expected")
    assert run(*DRAW, folder=folder).code == 0
    return (folder / "disc.png").read_bytes()


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A process that has no kernels yet; instead of compiling them it takes those of the suite.

    Everything else is as always.  Gives when that happened.
    """
    content = cachefolder.read_sealed(machine.kernels_name())
    assert content is not None
    times: list[float] = []

    def stand_in() -> bytes:
        times.append(time.perf_counter())
        return content

    monkeypatch.setattr(machine, "compile_all", stand_in)
    machine._held.cache_clear()
    yield times
    machine._held.cache_clear()


def draw(folder: Path, cache: Path, patch: pytest.MonkeyPatch) -> Ended:
    """Run the command as if it had just been started, with a cache of its own."""
    patch.setenv(cachefolder.VARIABLE, str(cache))
    machine._held.cache_clear()
    return run(*DRAW, folder=folder)


def kept(tmp_path: Path) -> Path:
    """A folder with what the suite keeps for this machine."""
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    shutil.copy(kernels(cachefolder.folder()), folder)
    return folder


def kernels(folder: Path) -> Path:
    """The file with the machine code."""
    return folder / machine.kernels_name()


def test_a_warm_cache_compiles_nothing(tmp_path: Path) -> None:
    """And imports neither Numba nor LLVM, NumPy or Pillow: that is what makes it quick."""
    assert "compil" not in spawn(*DRAW, folder=tmp_path).err
    code = "import sys; from shapecli.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    words = subprocess.run(
        [COMMAND[0], "-c", code, *DRAW], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stderr.split()
    assert "shapecli.engine.raster" in words
    assert not {"numba", "llvmlite", "numpy", "PIL"} & set(words)


def test_a_missing_cache_is_filled(tmp_path: Path, expected: bytes) -> None:
    """One word when it begins, one when it ends; nothing the next time.  This one truly compiles."""
    folder = tmp_path / "some" / "where"
    first, second = (run(*DRAW, folder=tmp_path, SHAPECLI_CACHE_DIR=str(folder)) for _ in range(2))
    assert first.err.count("compiling") == first.err.count("compiled in") == 1
    assert "compil" not in second.err
    assert (tmp_path / "disc.png").read_bytes() == expected
    assert kernels(folder).stat().st_size > 0


def test_a_damaged_cache_is_made_again(
    tmp_path: Path, expected: bytes, compiled: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is noticed, said once, and right the next time."""
    folder = kept(tmp_path)
    file = kernels(folder)
    content = file.read_bytes()
    file.write_bytes(content[:9000] + bytes(8) + content[9008:])
    ended = draw(tmp_path, folder, monkeypatch)
    assert ended.code == 0
    assert ended.err.count("compiling") == len(compiled) == 1
    assert (tmp_path / "disc.png").read_bytes() == expected
    assert file.read_bytes() == content
    assert "compil" not in draw(tmp_path, folder, monkeypatch).err


@given(content=st.binary(min_size=1), place=st.integers(0, 1000), bit=st.integers(0, 7))
def test_any_damage_is_noticed(content: bytes, place: int, bit: int) -> None:
    """The checksum is of content and name; nothing that fails it is read."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv(cachefolder.VARIABLE, folder)
        cachefolder.write_sealed("kernels-1", content)
        assert cachefolder.read_sealed("kernels-1") == content
        file = Path(folder, "kernels-1")
        whole = file.read_bytes()
        place %= len(whole)
        for damaged in (
            b"",
            whole[:place],
            whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :],
        ):
            file.write_bytes(damaged)
            assert cachefolder.read_sealed("kernels-1") is None
        Path(folder, "kernels-2").write_bytes(whole)
        assert cachefolder.read_sealed("kernels-2") is None


SLOWLY = """
import sys, time
from pathlib import Path
from shapecli.engine import machine

def compile_all():
    time.sleep(1.0)
    return Path(place).read_bytes()

place = sys.argv.pop(1)
machine.compile_all = compile_all
from shapecli.__main__ import main
sys.exit(main())
"""


def test_processes_that_race_for_a_cold_cache(tmp_path: Path, expected: bytes) -> None:
    """Each ends well, and one whole file is left; to compile is to wait for a second and take the suite's."""
    folder = tmp_path / "cold"
    places = [tmp_path / f"{k}" for k in range(3)]
    for place in places:
        place.mkdir()
    content = cachefolder.read_sealed(machine.kernels_name())
    assert content is not None
    (tmp_path / "compiled").write_bytes(content)
    environment = {**os.environ, "SHAPECLI_CACHE_DIR": str(folder)}
    command = [COMMAND[0], "-c", SLOWLY, str(tmp_path / "compiled"), *DRAW]
    racing = [
        subprocess.Popen(command, cwd=place, env=environment, stderr=subprocess.PIPE) for place in places
    ]
    said = 0
    for process, place in zip(racing, places, strict=True):
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0
        assert err.count(b"compiling") <= 1
        said += err.count(b"compiling")
        assert (place / "disc.png").read_bytes() == expected
    assert said >= 1
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["grammar", "kernels"]
    assert "compil" not in run(*DRAW, folder=tmp_path, SHAPECLI_CACHE_DIR=str(folder)).err


@pytest.mark.parametrize("obstacle", ["a file in its place", "a folder that may not be written"])
def test_a_cache_that_cannot_be_written(
    tmp_path: Path, expected: bytes, obstacle: str, compiled: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It compiles, says once that nothing is kept, and draws."""
    if obstacle == "a file in its place":
        (tmp_path / "file").write_text("not a folder")
        folder = tmp_path / "file" / "cache"
    else:
        folder = Path("/proc/self/cache")  # where not even the superuser may make files
    ended = draw(tmp_path, folder, monkeypatch)
    assert ended.code == 0
    assert len(compiled) == 1
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
    monkeypatch.setenv(cachefolder.VARIABLE, str(tmp_path / "new" / "cache"))
    cachefolder.write_sealed("kernels-1", b"code")
    assert (tmp_path / "new" / "cache").stat().st_mode & 0o077 == 0


def test_code_from_another_machine_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with other features has another key, and so its own file."""
    before = machine.kernels_name()
    real = machine.processor()
    assert "flags" not in real or "sse" in real
    monkeypatch.setattr(machine, "processor", lambda: f"{real} amx")
    assert machine.kernels_name() != before


def test_another_version_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of Python, Numba or LLVM."""
    before = machine.kernels_name()
    for tool in ("numba", "llvmlite"):
        with monkeypatch.context() as patch:
            version = cachefolder.version_of
            assert b"version" in version(tool)
            patch.setattr(
                machine,
                "version_of",
                lambda name, tool=tool, version=version: version(name) * (1 + (name == tool)),
            )
            assert machine.kernels_name() != before
    with monkeypatch.context() as patch:
        patch.setattr("sys.version", "4.0")
        assert machine.kernels_name() != before
    assert machine.kernels_name() == before


def test_a_changed_table_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change in any file of fields or engine."""
    before = machine.kernels_name()
    fields = tmp_path / "fields"
    shutil.copytree(PACKAGE / "fields", fields)
    monkeypatch.setattr(shapecli.fields, "__file__", str(fields / "__init__.py"))
    assert machine.kernels_name() == before
    with (fields / "rules.py").open("a") as stream:
        stream.write("# changed\n")
    assert machine.kernels_name() != before


def test_kernels_that_cannot_be_compiled_are_one_message(tmp_path: Path) -> None:
    """Not a traceback of the process that compiles."""
    broken = tmp_path / "numba"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('this numba is broken')")
    ended = run(*DRAW, folder=tmp_path, SHAPECLI_CACHE_DIR=str(tmp_path / "cold"), PYTHONPATH=str(tmp_path))
    assert ended.code == 1
    assert "cannot be compiled: ImportError: this numba is broken" in ended.err
    assert "Traceback" not in ended.err


def test_both_loaders_link_the_same(tmp_path: Path) -> None:
    """The one in LLVM, for systems that ours does not know, and ours."""
    import ctypes
    import marshal

    content = cachefolder.read_sealed(machine.kernels_name())
    assert content is not None
    found = {name: loader.Part(name, symbol, code) for name, symbol, code in marshal.loads(content)}  # noqa: S302
    parts = [found[loader.PREFIX + name] for name in machine.ORDER]
    row = (ctypes.c_int32 * 6)(0, 2, 0, 0, 0, 0)
    for link in (loader.load_elf, loader.load_with_llvm):
        library = link(parts)
        registers = (ctypes.c_double * (3 * 256))()
        address, number = ctypes.c_void_p, ctypes.c_int64
        kind = ctypes.CFUNCTYPE(None, address, address, number, address, number)
        scalars = (ctypes.c_double * 1)(2.5)
        kind(library.addresses["shapecli_values"])(
            ctypes.addressof(row), ctypes.addressof(scalars), 1, ctypes.addressof(registers), 240
        )
        assert list(registers[512:]) == [2.5] * 240 + [0.0] * 16


def test_a_system_that_ours_does_not_know_gets_the_other_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where memory may not be made executable, or the processor is another one."""

    def refuse(parts: object) -> loader.Library:
        raise loader.CannotLoadError("memory cannot be made executable")

    monkeypatch.setattr(loader, "load_elf", refuse)
    loaded = machine._load(lambda text: pytest.fail(text))
    assert set(loaded.library.addresses) == {loader.PREFIX + name for name in machine.ORDER}
    assert type(loaded.library._memory[0]).__module__.startswith("llvmlite")


@pytest.mark.parametrize("code", [b"", b"\x7fELF\x02" + bytes(13) + b"\x3e", b"\x7fELF\x02" + b"\xff" * 200])
def test_what_is_no_object_file_is_refused(code: bytes) -> None:
    """Never jumped to."""
    with pytest.raises(loader.CannotLoadError):
        loader.load_elf([loader.Part("shapecli_values", "values", code)])


def test_the_command_shows_fills_and_clears(
    tmp_path: Path, compiled: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`shapecli cache`, and what it says of old and damaged files."""
    folder = kept(tmp_path)
    (folder / "mine.txt").write_text("not ours")
    (folder / f"kernels-{'1' * 32}").write_bytes(kernels(folder).read_bytes())
    monkeypatch.setenv(cachefolder.VARIABLE, str(folder))
    shown = run("cache", folder=tmp_path)
    assert shown.code == 0
    assert b"in use" in shown.out
    assert b"damaged" in shown.out
    assert run("cache", "clear", folder=tmp_path).code == 0
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert b"is empty" in run("cache", folder=tmp_path).out
    assert compiled == []
    assert "compiled in" in run("cache", "fill", folder=tmp_path).err
    assert len(compiled) == 1
    assert cachefolder.state_of(kernels(folder)) == "whole"
