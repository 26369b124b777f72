"""What a text says, before it is known what it means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from shapecli.base.source import Span

RELATIONS: Final = frozenset({"<=", ">=", "<", ">", "="})


@dataclass(frozen=True, eq=False, slots=True)
class Number:
    """A literal."""

    span: Span
    value: float


@dataclass(frozen=True, eq=False, slots=True)
class Name:
    """A name where a value is meant."""

    span: Span
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Apply:
    """An operator, or a call of a name; operators have their ASCII spelling, calls a name."""

    span: Span
    op: str
    args: tuple["Expression", ...]
    op_span: Span


Expression = Number | Name | Apply


@dataclass(frozen=True, slots=True)
class Colour:
    """A CSS colour name, or a quoted `#rrggbb`."""

    span: Span
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Let:
    """`name = body` or `name(parameters) = body`.

    Attributes:
        folds: whether it is `name(a, b, ..) = body`, which takes more: the result with the next one.
    """

    name: Name
    parameters: tuple[Name, ...]
    body: Expression
    folds: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Param:
    """`param name = default in low .. high step step`."""

    name: Name
    default: Expression
    low: Expression | None
    high: Expression | None
    step: Expression | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Draw:
    """`draw body fill colour stroke colour width opacity share`, each style at most once."""

    span: Span
    body: Expression
    styles: tuple[tuple[str, Span, Colour | None, float | None], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """A heading such as `title`, or `use`, with what follows the word."""

    span: Span
    word: str
    values: tuple[Expression | Colour | str, ...]


Statement = Let | Param | Draw | Setting


@dataclass(frozen=True, eq=False, slots=True)
class For:
    """`for name in values`, or `for name in low .. high`; of several names, one for each."""

    name: Name
    values: tuple[Expression, ...]
    is_range: bool


@dataclass(frozen=True, eq=False, slots=True)
class ClaimLine:
    """`body within tolerance for name in values ...`: a line that says what is true."""

    span: Span
    body: Expression
    within: Expression | None
    loops: tuple[For, ...]


def walk(root: Expression, *, once: bool = False) -> Iterator[Expression]:
    """Every part of an expression, in the order of the text.

    Args:
        once: whether what links of a chain share comes once, and not as often as it is written.
    """
    stack, seen = [root], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        if once:
            seen.add(id(node))
        yield node
        if isinstance(node, Apply):
            stack.extend(reversed(node.args))


def rebuilt(
    root: Expression,
    rule: Callable[[Expression], Expression],
    enters: Callable[[Apply], bool] = lambda part: True,
) -> Expression:
    """An expression with `rule` applied to every part, inner parts first; what is shared stays shared.

    Args:
        enters: whether the arguments of an operation are parts.
    """
    done: dict[int, Expression] = {}
    stack = [root]
    while stack:
        part = stack[-1]
        args = part.args if isinstance(part, Apply) and enters(part) else ()
        if missing := [arg for arg in args if id(arg) not in done]:
            stack.extend(missing)
            continue
        stack.pop()
        if id(part) not in done:
            new = part
            if isinstance(part, Apply) and any(done[id(arg)] is not arg for arg in args):
                new = replace(part, args=tuple(done[id(arg)] for arg in args))
            done[id(part)] = rule(new)
    return done[id(root)]
