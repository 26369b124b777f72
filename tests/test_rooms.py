"""The house: rooms import only from rooms above, and libraries come in through their own doors."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import shapecli

PACKAGE = Path(shapecli.__file__).parent
ROOMS = (
    "base", "fields", "notations.writing", "engine", "language", "painting", "formats", "drawing", "render",
    "notations.reading", "notations.targets", "explain", "live", "gallery", "claims", "lessons", "commands",
)  # fmt: skip
DOORS: dict[str, str | tuple[str, ...]] = {
    "lark": "language/grammar.py",
    "numba": "engine/kernels/",
    "llvmlite": "engine/",
    "PIL": ("base/colours.py", "painting/", "formats/"),
    "contourpy": "painting/contours.py",
    "fpdf": "formats/pdf.py",
    "matplotlib": "formats/axes.py",
    "av": "formats/films.py",
    "jinja2": "base/templates.py",
    "markupsafe": "base/templates.py",
    "cmap": "base/colourmaps.py",
    "markdown_it": "lessons/document.py",
    "mdit_py_plugins": "lessons/document.py",
    "latex2mathml": "lessons/formulas.py",
    "click": "commands/",
}
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def imports(module: str) -> set[str]:
    """Every module that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def room_of(name: str) -> str:
    """The room of a path in the package, or of a dotted name; a wing has rooms of its own."""
    first, *others = name.removeprefix("shapecli.").removesuffix(".py").replace("/", ".").split(".")
    return f"{first}.{others[0]}" if first == "notations" and others else first


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) in ROOMS])
def test_rooms_import_only_from_above(module: str) -> None:
    """The way of the data."""
    here = ROOMS.index(room_of(module))
    for name in imports(module):
        if name.startswith("shapecli.") and room_of(name) in ROOMS:
            assert ROOMS.index(room_of(name)) <= here, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_libraries_have_one_door(module: str) -> None:
    """Only the public API may also name Pillow's image type."""
    for name in imports(module):
        door = DOORS.get(name.split(".")[0])
        names_its_image = module == "render.py" and name.startswith("PIL")
        allowed = door is None or module.startswith(door) or names_its_image
        assert allowed, f"{module} imports {name}"


def test_the_package_alone_imports_nothing_heavy() -> None:
    """`import shapecli` and `shapecli --help` do not wait for Numba."""
    code = (
        "import shapecli.commands.main, sys; print([m for m in ('numba', 'PIL', 'lark') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numba" not in done.stdout
    assert "PIL" not in done.stdout


def test_only_kernels_need_numba() -> None:
    """It takes a fifth of a second to import, in which most pictures are drawn."""
    others = [module for module in MODULES if not module.startswith(DOORS["numba"])]
    names = [f"shapecli.{module}".removesuffix(".py").replace("/", ".") for module in others]
    code = (
        "import importlib, sys; [*map(importlib.import_module, sys.argv[1:])]; print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True)
    assert "shapecli.engine.sampling" in names
    assert done.stdout == "False\n"


def test_the_reference_is_up_to_date() -> None:
    """docs/language.md is what the grammar, the table and the library say."""
    root = PACKAGE.parent
    done = subprocess.run(
        [sys.executable, "docs/make_language.py", "--check"], cwd=root, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_map_names_files_that_are_there() -> None:
    """Each room's row in docs/architecture.md names files of that room, in the order of the rooms."""
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w/.]+)` \|.*$", page, re.MULTILINE)
    rooms = [room_of(row) for row in rows if room_of(row) in ROOMS]
    assert rooms == list(ROOMS)
    for line in page.splitlines():
        if (row := re.match(r"\| `([\w/]+)` \|", line)) and room_of(row[1]) in ROOMS:
            for name in re.findall(r"`([\w/]+\.py)`", line):
                assert list((PACKAGE / row[1]).rglob(name)), f"{row[1]} has no {name}"
