"""Entries of manifests from JSON that nobody vouches for."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_args, get_origin

Kind = TypeVar("Kind")


def entry_of(kind: type[Kind], item: Any) -> Kind:
    """A dataclass from what was written of it; lists become tuples.

    Raises:
        ValueError, TypeError: the item is something else.
    """
    entry = kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in item.items()})
    for one in fields(entry):  # type: ignore[arg-type]
        if not _fits(getattr(entry, one.name), one.type):
            raise ValueError(f"{one.name} is something else")
    return entry


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of the type that an annotation names, and a text one that files can be named by."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        kinds = parts[:1] * len(value) if parts[-1] is ... else parts
        return isinstance(value, (tuple, list)) and len(value) == len(kinds) and all(map(_fits, value, kinds))
    if origin is Mapping:
        return isinstance(value, dict) and all(_fits(one, parts[1]) for one in value.values())
    if kind is str:
        return isinstance(value, str) and b"\0" not in value.encode("utf-8", "surrogateescape")
    return kind is Any or isinstance(value, kind)
