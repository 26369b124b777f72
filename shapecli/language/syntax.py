"""What a text says, before it is known what it means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from shapecli.base.source import Span

LIST: Final = "[]"  # the operator that makes a list of its arguments
INDEX: Final = "[ ]"  # and the one that takes a list and a number
MOVED: Final = "()"  # and the one that takes what a call gives, and its coordinates
PART: Final = "="  # and that of a part of a sweep: a name, and what it is, or from where to where it goes
RELATIONS: Final = frozenset({"<=", ">=", "<", ">", "="})


@dataclass(frozen=True, eq=False, slots=True)
class Number:
    """A literal."""

    span: Span
    value: float


@dataclass(frozen=True, eq=False, slots=True)
class Name:
    """A name where a value is meant, or a colour in its quotes."""

    span: Span
    name: str


Target = Name | tuple["Target", ...]  # what a loop gives values to; lists are taken apart


@dataclass(frozen=True, eq=False, slots=True)
class Loop:
    """`for target in list`, `for target in low .. high` or `for target in low .. high step by`.

    Attributes:
        size: how many expressions follow `in`: 1, 2 or 3.
    """

    target: Target
    size: int

    def names(self) -> Iterator[Name]:
        """The names that get values."""
        stack = [self.target]
        while stack:
            target = stack.pop()
            if isinstance(target, Name):
                yield target
            else:
                stack.extend(reversed(target))


@dataclass(frozen=True, eq=False, slots=True)
class Apply:
    """An operator, or a call of a name; operators have their ASCII spelling, calls a name, lists [].

    Attributes:
        loops: of `op(body for ...)`, with `op` of the body for all values: the arguments are the body, what
            follows `in` in each loop, and the condition after `if` where there is one.
    """

    span: Span
    op: str
    args: tuple["Expression", ...]
    op_span: Span
    loops: tuple[Loop, ...] = ()


@dataclass(frozen=True, slots=True)
class Colour:
    """A CSS colour name, or `#rrggbb`, as it was written."""

    span: Span
    text: str


Expression = Number | Name | Apply


@dataclass(frozen=True, eq=False, slots=True)
class Style:
    """A word that says how a layer is drawn, with what follows it."""

    span: Span
    word: str
    values: tuple[Expression, ...]


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
    """`draw body fill colour stroke colour width opacity share for ...`.

    Attributes:
        loops, bounds: as an `Apply` has them, without the body.
    """

    span: Span
    body: Expression
    styles: tuple[Style, ...]
    loops: tuple[Loop, ...] = ()
    bounds: tuple[Expression, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """A heading such as `title`, or `use`, with what follows the word."""

    span: Span
    word: str
    values: tuple[Expression | str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Clip:
    """`clip body`, for the layers that follow."""

    span: Span
    body: Expression


Statement = Let | Param | Draw | Setting | Clip


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


def is_chain(args: tuple[Expression, ...]) -> bool:
    """Whether the parts of an intersection are the links of `a <= b < c`."""
    links = [arg for arg in args if isinstance(arg, Apply) and arg.op in RELATIONS]
    return len(links) == len(args) and all(left.args[1] is right.args[0] for left, right in pairwise(links))


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
