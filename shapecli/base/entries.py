"""What folders of pages have: entries of manifests, which nobody vouches for, and what a run did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from os.path import relpath
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_origin

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Order:
    """What a run is asked for.

    Attributes:
        title: of the pages.
        again: whether to make also what is as it should be.
        say: called with a sentence now and then.
        progress: called with the share that is done.
    """

    title: str
    again: bool
    limit_operations: int
    say: Callable[[str], None]
    progress: Callable[[float], None]


@dataclass(frozen=True)
class Outcome(Generic[Kind]):
    """What a run did.

    Attributes:
        made, kept: names of pictures, or of lessons.
        problems: what went wrong, by the names of pictures or the paths of lessons.
        entries: of all that is in the folder now.
    """

    made: tuple[str, ...]
    kept: tuple[str, ...]
    problems: Mapping[str, str]
    entries: tuple[Kind, ...]


def path_from(folder: Path, path: Path) -> str:
    """The path of a file from a folder, with / between the parts."""
    return Path(relpath(path, folder.resolve())).as_posix()


def entry_of(kind: type[Kind], item: Any) -> Kind:
    """A dataclass from what was written of it; lists become tuples.

    Raises:
        ValueError, TypeError: the item is something else.
    """
    entry = kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in item.items()})
    for attribute in fields(entry):  # type: ignore[arg-type]
        if not _fits(getattr(entry, attribute.name), attribute.type):
            raise ValueError(f"{attribute.name} is something else")
    return entry


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of the type that an annotation names, and a text one that files can be named by."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        kinds = parts[:1] * len(value) if parts[-1] is ... else parts
        return isinstance(value, (tuple, list)) and len(value) == len(kinds) and all(map(_fits, value, kinds))
    if origin is Mapping:
        return isinstance(value, dict) and all(_fits(part, parts[1]) for part in value.values())
    if kind is str:
        return isinstance(value, str) and b"\0" not in value.encode("utf-8", "surrogateescape")
    return kind is Any or isinstance(value, kind)
