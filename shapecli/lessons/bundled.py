"""The lessons that come with the tool, and how they and others are found by name."""

import re
from pathlib import Path

from shapecli.base.files import shipped
from shapecli.base.source import likely_hint


def bundled() -> list[Path]:
    """The files of the lessons that come with the tool, in their order."""
    return sorted(shipped("examples/lessons").glob("*.md"))


def short(path: Path) -> str:
    """The name of a lesson without its number: circle-to-square of 02-circle-to-square.md."""
    return re.sub(r"^[0-9]+-", "", path.stem)


def find_lessons(name: str) -> list[Path]:
    """The lessons that are meant: those in a folder, a file, or those of the tool with a name or a number.

    Raises:
        LookupError: there is none, with those that might be meant.
    """
    path = Path(name)
    if path.is_dir():
        if inside := sorted(file for file in path.glob("*.md") if file.is_file()):
            return inside
        raise LookupError(f"there is no *.md in {name}")
    if path.exists() or path.suffix == ".md":
        return [path]
    known = bundled()
    names = {short(file): file for file in known} | {file.stem: file for file in known}
    numbers = {str(int(file.stem.split("-")[0])): file for file in known}
    if lesson := names.get(name) or numbers.get(name.lstrip("0")):
        return [lesson]
    hint = likely_hint(name, names)
    raise LookupError(f"there is no file and no lesson {name}" + (f"; {hint}" if hint else ""))
