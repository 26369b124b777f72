"""Names for every set of a figure: those of its text, and letters for the others."""

import string
from collections.abc import Collection, Iterator, Mapping

from shapecli.fields import ops
from shapecli.fields.graph import Node, walk
from shapecli.fields.ops import Kind


def labels(shape: Node, names: Mapping[Node, str], taken: Collection[str] = ()) -> dict[Node, str]:
    """A name for every region that a shape is made of but complements, which are written with their sign.

    Args:
        names: those that regions have already.
        taken: names that mean something else.
    """
    regions = [node for node in walk(shape) if node.kind is Kind.REGION]
    found = {node: names[node] for node in regions if node in names}
    used = {*taken, *names.values()}
    letters, steps = _letters(used), _numbered("S", used)
    for node in regions:
        if node in found or node.op is ops.complement:
            continue
        found[node] = next(steps if node.op in ops.COMPOSED else letters)
    return found


def _letters(taken: Collection[str]) -> Iterator[str]:
    yield from (letter for letter in string.ascii_uppercase if letter not in taken)
    yield from _numbered("P", taken)


def _numbered(letter: str, taken: Collection[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if (name := f"{letter}{number}") not in taken:
            yield name


def safe(names: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Names that a language may have taken, with a 0 after those that it has."""
    found: dict[str, str] = {}
    used = set(taken)
    for name in names:
        plain = name.replace("__", "_").rstrip("_") or "value"
        plain = f"p_{plain}" if plain.startswith(("gl_", "webgl_")) else plain  # which shaders may not have
        while plain in used:
            plain += "0"
        used.add(plain)
        found[name] = plain
    return found
