"""How other languages write operations: one form for each, or the reason why there is none."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from shapecli.base.source import ShapeError
from shapecli.fields.graph import Node
from shapecli.fields.ops import Op

Part = TypeVar("Part")

PLACE: Final = re.compile(r"\{(\d+)\}")  # of an argument in the text of a form

# How tightly an expression holds together; brackets go around one that is looser than its place needs.
# What follows a sign such as the sum over k ends where a term does, so that it is looser than a product.
LOOSE, EXCLUSIVE, MEET, RELATION, SUM, OVER, PRODUCT, PREFIX, POWER, ATOM = range(10)


@dataclass(frozen=True)
class Form:
    """An operation as text, with {0}, {1}, ... for its arguments.

    Attributes:
        level: how tightly it holds together.
        needs: how tightly each argument must; LOOSE for those that are not listed.
    """

    text: str
    level: int = ATOM
    needs: tuple[int, ...] = ()

    def need(self, place: int) -> int:
        """How tightly one argument must hold together."""
        return self.needs[place] if place < len(self.needs) else LOOSE

    def pieces(self, args: Sequence[Part]) -> list[str | tuple[Part, int]]:
        """The text around the arguments, and these, each with how tightly it must hold together."""
        return [
            (args[int(piece)], self.need(int(piece))) if is_place % 2 else piece
            for is_place, piece in enumerate(PLACE.split(self.text))
        ]


def call(name: str, arity: int, opening: str = "(", closing: str = ")") -> Form:
    """A function call: name(a, b)."""
    return Form(f"{name}{opening}{', '.join(f'{{{k}}}' for k in range(arity))}{closing}")


@dataclass(frozen=True, eq=False)
class Notation:
    """What a language has for each operation.

    Attributes:
        forms: by the names of operations.
        number: a number as text, and how tightly that holds together.
        refused: names of operations that it has nothing for, with the reason.
        definitions: texts of functions, by the names of operations whose forms call them.
        name: an input, or a set, as text.
        bracket: around what must hold together.
        reciprocal: how 1/u is written where it is no plain quotient.
        juxtaposed: a number times what begins with no digit.
        superscript: the exponent of a whole power as text, where that has signs of its own.
    """

    forms: Mapping[str, Form]
    number: Callable[[float], tuple[str, int]]
    refused: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    name: Callable[[str], str] = str
    bracket: tuple[str, str] = ("(", ")")
    reciprocal: Form | None = None
    juxtaposed: Form | None = None
    superscript: Callable[[int], str] | None = None

    def leaf(self, node: Node) -> tuple[str, int]:
        """A leaf as text, and how tightly that holds together."""
        return (self.name(node.leaf), ATOM) if isinstance(node.leaf, str) else self.number(node.leaf or 0.0)

    def defined(self, operations: Iterable[str]) -> list[str]:
        """The functions that a program with some operations must define: what the language has not."""
        wanted = set(operations)
        return [text for name, text in self.definitions.items() if name in wanted]


def form_of(op: Op, notation: Notation) -> Form:
    """The form of an operation.

    Raises:
        ShapeError: the notation has none.
    """
    form = notation.forms.get(op.name)
    if form is None:
        reason = notation.refused.get(op.name, "it has no form in the table of notations")
        raise ShapeError(f"{op.name} cannot be written here: {reason}")
    return form


def filled(text: str, args: Sequence[str]) -> str:
    """A text with arguments in its places."""
    return PLACE.sub(lambda place: args[int(place[1])], text)


def assembled(
    root: Part,
    pieces: Callable[[Part], tuple[int, Sequence[str | tuple[Part, int]]]],
    bracket: tuple[str, str] = ("(", ")"),
    need: int = LOOSE,
) -> str:
    """The text of an expression of any depth, with brackets around what is looser than its place needs.

    Args:
        pieces: how tightly an expression holds together, and its texts and parts; see `Form.pieces`.
        need: how tightly the root must hold together.
    """
    written: list[str] = []
    stack: list[str | tuple[Part, int]] = [(root, need)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            written.append(piece)
            continue
        level, inner = pieces(piece[0])
        stack.extend(reversed(inner if level >= piece[1] else [bracket[0], *inner, bracket[1]]))
    return "".join(written)


def subscript(name: str) -> tuple[str, str]:
    """A name without what follows _ or its digits, and that."""
    head, _, tail = name.partition("_")
    if not tail:
        head = name.rstrip("0123456789_") or name
        tail = name[len(head) :].strip("_")
    return head, tail


@cache
def _of_pi(value: float) -> tuple[int, int] | None:
    """K and m, small, if a float64 is what k * pi / m gives."""
    for over in range(1, 13):
        times = round(value * over / math.pi)
        if 1 <= times <= 12 and times * math.pi / over == value:
            return times, over
    return None


def literals(infinity: str, undefined: str) -> Callable[[float], tuple[str, int]]:
    """How programs write floats: always with a point or an exponent."""

    def number(value: float) -> tuple[str, int]:
        text = undefined if math.isnan(value) else infinity if math.isinf(value) else repr(abs(value))
        return (f"-{text}", PREFIX) if value < 0 else (text, ATOM)

    return number


def numbers(times_ten: str, infinity: str, pi: str = "") -> Callable[[float], tuple[str, int]]:
    """How numbers are written.

    Args:
        times_ten: the mantissa {0} times ten to the {1}.
        infinity: as text.
        pi: as text, if simple multiples of it are written as such.
    """

    def number(value: float) -> tuple[str, int]:
        if math.isnan(value):
            raise ShapeError("a number in the figure is undefined, such as 0/0: it has no digits")
        if math.isinf(value):
            text, level = infinity, ATOM
        elif pi and (share := _of_pi(abs(value))):
            times, over = share
            text = f"{times if times > 1 else ''}{pi}{f'/{over}' if over > 1 else ''}"
            level = ATOM if times == over == 1 else PRODUCT
        else:
            digits, _, exponent = repr(abs(value)).partition("e")
            text, level = digits.removesuffix(".0"), ATOM
            if exponent:
                text, level = times_ten.format(text, int(exponent)), PRODUCT
        return (f"-{text}", min(level, PREFIX)) if value < 0 else (text, level)

    return number
