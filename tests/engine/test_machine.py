"""What machine code depends on is in the key under which it is kept, and nothing else is."""

import shutil
from pathlib import Path

import pytest

import shapecli.fields
from shapecli.engine import kernels, machine
from tests.test_rooms import MODULES, PACKAGE, imports

FOLDERS = ("fields/", "engine/kernels/")
# What it says of machine code is by what names parts are found: where these change, nothing kept is found.
NAMES = "engine/loader.py"


def needed(module: str) -> set[str]:
    """A module and all of the package that it imports, whatever they import too."""
    found, waiting = set[str](), [module]
    while waiting:
        here = waiting.pop()
        if here in MODULES and here not in found:
            found.add(here)
            waiting += [
                name.removeprefix("shapecli.").replace(".", "/") + ending
                for name in imports(here)
                if name.startswith("shapecli.")
                for ending in (".py", "/__init__.py")
            ]
    return found


def test_all_that_kernels_are_made_of_is_in_their_key() -> None:
    """And the key is of files that a change of the engine's Python leaves alone."""
    made_of = needed("engine/kernels/build.py")
    assert {"fields/rules.py", "fields/ops.py", "fields/tape.py", "engine/kernels/job.py"} <= made_of
    assert [name for name in made_of if not name.startswith(FOLDERS)] == [NAMES]


def test_every_file_of_kernels_is_compiled_or_describes_what_is() -> None:
    """What the engine merely calls stands beside their folder."""
    there = {name for name in MODULES if name.startswith("engine/kernels/")}
    assert there <= needed("engine/kernels/build.py")


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_key_is_of_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Any change of one changes it; a copy elsewhere does not."""
    package = shapecli.fields if folder == FOLDERS[0] else kernels
    before = machine.kernels_name()
    copy = tmp_path / "copy"
    shutil.copytree(PACKAGE / folder, copy)
    monkeypatch.setattr(package, "__file__", str(copy / "__init__.py"))
    assert machine.kernels_name() == before
    for path in sorted(copy.glob("*.py")):
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert machine.kernels_name() != before, path.name
        path.write_bytes(content)
    assert machine.kernels_name() == before
