"""What is to be drawn: figures, their variants, and the names of the pictures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

from shapecli.base.source import ShapeError, visible
from shapecli.drawing.settings import ABOUT, flags_of, undone_by
from shapecli.fields.blend import SHARPNESS

LONGEST_NAME: Final = 150  # characters of a part of a path
RESERVED: Final = frozenset({"index.html", "readme.md", "manifest.jsonl", "thumbnails"})
ENDINGS: Final = (".shape",)  # of the figures that are looked for in folders
PARTS: Final = "parts"  # folders whose files are there for others to use, and no figures
SETTINGS: Final = {
    SHARPNESS: "sharpness",
    "style": "style",
    "seed": "seed",
}  # what varies and is no parameter

# a parameter, n or style, and the values that it takes, one after the other
Variation: TypeAlias = tuple[str, Sequence[float | str]]


@dataclass(frozen=True)
class FigureFile:
    """A figure that was given, or found in a folder that was given.

    Attributes:
        folder: of the figure, relative to the one that was given.
    """

    path: Path
    folder: PurePosixPath


@dataclass(frozen=True)
class PlannedPicture:
    """One picture that a gallery should have.

    Attributes:
        name: its path in the gallery, with / between folders.
        settings: attributes of `Settings` that are not the figure's own.
    """

    figure: FigureFile
    name: str
    settings: Mapping[str, Any]


def figures_in(paths: Sequence[Path]) -> Iterator[FigureFile]:
    """Files as they are given, and those in folders and below them but for `parts`, by their names."""
    for path in paths:
        if not path.is_dir():
            yield FigureFile(path, PurePosixPath())
            continue
        for file in sorted(path.rglob("*")):
            inner = file.relative_to(path)
            left_out = PARTS in inner.parts[:-1] or any(part.startswith(".") for part in inner.parts)
            if file.suffix in ENDINGS and file.is_file() and not left_out:
                yield FigureFile(file, PurePosixPath(inner.parent.as_posix()))


def pictures_of(
    figures: Sequence[FigureFile],
    settings: Mapping[str, Any],
    variations: Sequence[Variation],
    template: str | None,
    form: str,
    *,
    pages: bool = False,
) -> list[PlannedPicture]:
    """Every figure with every combination of values.

    Args:
        template: of names, such as "{folder}/{name}-{n}"; what varies is added if it is None.
        pages: whether they have live pages, whose names end in .html.

    Raises:
        ShapeError: a name leads out of the gallery, or two pictures would have one.
    """
    added = "".join(f"-{'' if name == 'style' else name}{{{name}}}" for name, _ in variations)
    template = template or "{folder}/{name}" + added
    pictures: list[PlannedPicture] = []
    owners: dict[str, FigureFile] = {}
    for figure in figures:
        for number, combination in enumerate(product(*(values for _, values in variations)), start=1):
            values = dict(zip((name for name, _ in variations), combination, strict=True))
            fields = {
                "name": figure.path.stem, "folder": str(figure.folder), "number": str(number),
                **{name: value if isinstance(value, str) else f"{value:g}" for name, value in values.items()},
            }  # fmt: skip
            stem = _filled(template, fields)
            if pages:
                _check_name(f"{stem}.html")
            name = f"{stem}.{form}"
            if known := owners.get(name.casefold()):
                first, second = visible(str(known.path)), visible(str(figure.path))
                message = f"two pictures would be {visible(name)}: of {first} and of {second}"
                hint = "tell them apart with {folder}, {number} or the name of what varies"
                raise ShapeError(message, option="name", hint=hint)
            owners[name.casefold()] = figure
            pictures.append(PlannedPicture(figure, name, _varied(settings, values)))
    return pictures


def _varied(settings: Mapping[str, Any], values: Mapping[str, float | str]) -> dict[str, Any]:
    varied = {**settings, **{SETTINGS[name]: value for name, value in values.items() if name in SETTINGS}}
    if parameters := {name: value for name, value in values.items() if name not in SETTINGS}:
        varied["parameters"] = {**settings.get("parameters", {}), **parameters}
    return varied


def alike(
    pictures: Sequence[PlannedPicture], variations: Sequence[Variation], prints: Mapping[str, str]
) -> Iterator[tuple[str, FigureFile]]:
    """What varies and changes nothing that is seen, with the figure.

    Args:
        prints: what is the same of pictures that look the same, by their names.
    """
    for name, values in variations:
        if len({*values}) < 2:
            continue
        seen: dict[FigureFile, dict[str, set[str]]] = {}  # by all else that varies
        for picture in pictures:
            settings = _varied(picture.settings, {name: values[0]})
            groups = seen.setdefault(picture.figure, {})
            groups.setdefault(repr(settings), set()).add(prints.get(picture.name, picture.name))
        yield from (
            (name, figure)
            for figure, groups in seen.items()
            if all(len(group) == 1 for group in groups.values())
        )


def command_of(picture: PlannedPicture) -> tuple[str, ...]:
    """The arguments of `shapecli` that make a picture."""
    arguments = ["render", str(picture.figure.path)]
    for name, value in picture.settings.items():
        flag = flags_of(name)[0]
        if name == "parameters":
            arguments.extend(part for key, number in value.items() for part in (flag, f"{key}={number!r}"))
        elif value is True:
            arguments.append(flag)
        elif value is not False:
            arguments.extend((flag, _written(name, value)))
        elif undo := undone_by(name):
            arguments.append(undo)
    return (*arguments, "-o", PurePosixPath(picture.name).name)


def _written(name: str, value: Any) -> str:
    """The value of an option as one types it."""
    if isinstance(value, tuple):
        return ("x" if name == "size" else ",").join(map(repr, value))
    if ABOUT[name].unit != 1:
        return repr(value / ABOUT[name].unit)
    return value if isinstance(value, str) else repr(value)


def _filled(template: str, fields: Mapping[str, str]) -> str:
    """A template with values, as a path; an error if it leaves the gallery, or has unknown fields."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in fields:
            known = ", ".join(f"{{{name}}}" for name in fields)
            raise ShapeError(f"{{{visible(match[1])}}} is unknown", option="name", hint=f"there is {known}")
        return fields[match[1]]

    filled = re.sub(r"\{([^{}]*)\}", value, template)
    parts = [_plain(part) for part in filled.split("/") if part not in ("", ".")]
    if ".." in filled.split("/") or filled.startswith("/") or not parts:
        hint = 'write a path in the gallery, such as "{name}"'
        raise ShapeError(f"{visible(filled)} leads out of the gallery", option="name", hint=hint)
    _check_name(parts[0])
    return "/".join(parts)


def _check_name(name: str) -> None:
    if name.casefold() in RESERVED:
        raise ShapeError(f"the gallery needs {visible(name)} for itself", option="name")


def _plain(part: str) -> str:
    """A part of a path with nothing that any system, page or shell reads in its own way."""
    return (re.sub(r"[^\w.,+=@-]", "_", part).lstrip(".-") or "_")[:LONGEST_NAME]
