"""Names for every set of a figure: those of its text, and letters for the others."""

import itertools
import string
from collections.abc import Collection, Iterator, Mapping

from shapecli.fields import ops
from shapecli.fields.graph import Node, regions_of


def labels(shape: Node, names: Mapping[Node, str], taken: Collection[str] = ()) -> dict[Node, str]:
    """A name for every region that a shape is made of but complements, which are written with their sign.

    Args:
        names: those that regions have already.
        taken: names that mean something else.
    """
    regions = list(regions_of(shape))
    labelled = {node: names[node] for node in regions if node in names}
    used = {*taken, *names.values()}
    letters, steps = free_letters("P", used), numbered("S", used)
    for node in regions:
        if node not in labelled and node.op is not ops.complement:
            labelled[node] = next(steps if node.op in ops.COMPOSED else letters)
    return labelled


def free_letters(after: str, taken: Collection[str]) -> Iterator[str]:
    """A, B, C, ..., and when they are used up another letter with numbers; but for names that are taken."""
    letters = (letter for letter in string.ascii_uppercase if letter not in taken)
    return itertools.chain(letters, numbered(after, taken))


def numbered(start: str, taken: Collection[str]) -> Iterator[str]:
    """A1, A2, A3, ..., but for names that are taken."""
    return (name for k in itertools.count(1) if (name := f"{start}{k}") not in taken)


def safe(names: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Names that a language may have taken, with a 0 after those that it has."""
    renamed: dict[str, str] = {}
    used = set(taken)
    for name in names:
        plain = name.replace("__", "_").rstrip("_") or "value"
        plain = f"p_{plain}" if plain.startswith(("gl_", "webgl_")) else plain  # which shaders may not have
        while plain in used:
            plain += "0"
        used.add(plain)
        renamed[name] = plain
    return renamed
