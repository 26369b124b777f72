"""Graphs as straight-line programs: what is used more than once is computed once, under a name."""

from collections import Counter
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from typing import Final

from shapecli.fields import ops
from shapecli.fields.graph import Node, walk
from shapecli.notations.writing.forms import ATOM, Form, Notation, filled, form_of
from shapecli.notations.writing.labels import numbered

LEVELS: Final = (ops.closed_, ops.opened_)
LONGEST_LINE: Final = 88  # characters of an expression, from which on it is split


@dataclass(frozen=True)
class Guards:
    """Flags for what may be undefined, where a language has no NaN to rely on.

    Attributes:
        doubtful: nodes that may be undefined.
        conditions: by operation, where its result is undefined although its arguments are not.
        outside: the level of what is undefined.
    """

    doubtful: Set[Node]
    conditions: Mapping[str, str]
    outside: str


@dataclass(frozen=True)
class Line:
    """`name = text`, a number; or a flag, true or false."""

    name: str
    text: str
    flag: bool = False


@dataclass(frozen=True)
class Listing:
    """Assignments, one after the other.

    Attributes:
        lines: each uses names of those before it.
        results: the expression of each root.
        operations: names of all that are used.
    """

    lines: tuple[Line, ...]
    results: tuple[str, ...]
    operations: frozenset[str]


def straight(
    roots: Collection[Node],
    notation: Notation,
    labels: Mapping[Node, str],
    taken: Collection[str],
    guards: Guards | None = None,
) -> Listing:
    """Nodes as a program.

    Args:
        labels: nodes that get a name of their own.
        taken: names that mean something else.

    Raises:
        ShapeError: the notation refuses an operation.
    """
    nodes = list(walk(*roots))
    uses = Counter(arg for node in nodes for arg in node.args)
    texts, lines, flags = dict[Node, tuple[str, int]](), list[Line](), dict[Node, str]()
    fresh = numbered("t", {*taken, *labels.values()})
    for node in nodes:
        if node.op is None:
            texts[node] = notation.leaf(node)
            continue
        op, args = node.op, [texts[arg] for arg in node.args]
        subtracted = node.args[-1].constant
        if op is ops.sub and subtracted is not None and subtracted < 0.0:  # x + 1 for x - -1: the same
            op, args[1] = ops.add, notation.number(-subtracted)
        text, level = _filled(form_of(op, notation), args, notation)
        if guards and (flag := _flag(node, guards, texts, flags)):
            if node.op in LEVELS:
                text = f"({flag} ? {guards.outside} : {text})"
            else:
                flags[node] = next(fresh)
                lines.append(Line(flags[node], flag, flag=True))
        if node in labels or uses[node] > 1 or len(text) > LONGEST_LINE:
            lines.append(Line(labels.get(node) or next(fresh), text))
            text, level = lines[-1].name, ATOM
        texts[node] = text, level
    operations = frozenset(node.op.name for node in nodes if node.op)
    return Listing(tuple(lines), tuple(texts[root][0] for root in roots), operations)


def _flag(
    node: Node, guards: Guards, texts: Mapping[Node, tuple[str, int]], flags: Mapping[Node, str]
) -> str:
    """Where a node is undefined, as a condition; empty if it never is."""
    if node.op is ops.if_ and (node.args[1] in flags or node.args[2] in flags):
        inside, outside = (flags.get(arg, "false") for arg in node.args[1:])
        return f"{texts[node.args[0]][0]} <= 0.0 ? {inside} : {outside}"
    alternatives = list(dict.fromkeys(flags[arg] for arg in node.args if arg in flags))
    condition = guards.conditions.get(node.op.name) if node.op and node in guards.doubtful else None
    if condition:
        own = filled(condition, [f"({texts[arg][0]})" for arg in node.args])
        alternatives.append(f"({own})" if alternatives else own)
    return " || ".join(alternatives)


def _filled(form: Form, args: list[tuple[str, int]], notation: Notation) -> tuple[str, int]:
    """A form with texts in its places, in brackets where they are too loose."""
    texts = [
        text if level >= form.need(place) else text.join(notation.bracket)
        for place, (text, level) in enumerate(args)
    ]
    return filled(form.text, texts), form.level
