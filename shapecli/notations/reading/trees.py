"""Making syntax, and making it anew with other parts."""

import itertools
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from shapecli.base.source import Source, Span, too_large
from shapecli.language.names import INPUTS
from shapecli.language.syntax import Apply, Expression, Name, Number, rebuilt, walk

Notes = list[tuple[int, str]]  # comments, each with the place before which it stands

PARAMETERS: Final = ("t", "u", "v", "w", "p", "q")


def number(value: float, at: Span) -> Number:
    """A number that nobody wrote: its place is empty, so that no digits are looked for there."""
    return Number(Span(at.start, at.start), value)


def is_number(node: Expression, value: float) -> bool:
    """Whether an expression is this literal."""
    return isinstance(node, Number) and node.value == value


def apply(op: str, *args: Expression, at: Span) -> Apply:
    """An operation, or a call, that stands for what is at a place of the source."""
    return Apply(at, op, args, at)


def joined(op: str, parts: Sequence[Expression]) -> Expression:
    """An operation on parts that stand side by side; one alone is what it is."""
    return parts[0] if len(parts) == 1 else apply(op, *parts, at=parts[0].span.to(parts[-1].span))


def undefined(at: Span) -> Apply:
    """The number that is none."""
    return apply("/", number(0.0, at), number(0.0, at), at=at)


def check_size(root: Expression, source: Source, limit: int) -> None:
    """Raises: ShapeError: too large when it is written out, where what is shared stands more than once."""
    sizes: dict[int, int] = {}
    stack: list[tuple[Expression, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        args = node.args if isinstance(node, Apply) else ()
        if ready:
            sizes[id(node)] = 1 + sum(sizes[id(arg)] for arg in args)
        elif id(node) not in sizes:
            stack.append((node, True))
            stack.extend((arg, False) for arg in args)
    if sizes[id(root)] > limit:
        raise too_large(limit, root.span, source)


def renamed(root: Expression, names: Mapping[str, str]) -> Expression:
    """An expression with other names."""

    def rule(node: Expression) -> Expression:
        if isinstance(node, Name) and node.name in names:
            return replace(node, name=names[node.name])
        if isinstance(node, Apply) and node.op in names:
            return replace(node, op=names[node.op])
        return node

    return rebuilt(root, rule) if names else root


def placed(root: Expression, at: Span, given: Mapping[str, Expression] = MappingProxyType({})) -> Expression:
    """An expression from another text, told as one at a place of this one, with what some names stand for."""

    def rule(node: Expression) -> Expression:
        if isinstance(node, Number):
            return number(node.value, at)
        if isinstance(node, Name):
            return given.get(node.name) or Name(at, node.name)
        return Apply(at, node.op, node.args, at)

    return rebuilt(root, rule)


def names_in(root: Expression) -> set[str]:
    """Every name in an expression, of functions too."""
    names = set[str]()
    for node in walk(root):
        if isinstance(node, Apply):
            names |= {node.op, *(name.name for loop in node.loops for name in loop.names())}
        elif isinstance(node, Name):
            names.add(node.name)
    return names


def fresh_names(names: tuple[str, ...], taken: Set[str]) -> dict[str, str]:
    """Other names for parameters that have those of coordinates or of the sharpness."""
    candidates = itertools.chain(PARAMETERS, (f"t{k}" for k in itertools.count(1)))
    free = (name for name in candidates if name not in taken and name not in names)
    return {name: next(free) for name in names if name in INPUTS}
