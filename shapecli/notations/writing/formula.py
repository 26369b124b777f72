"""Graphs as formulas: one line of text, with as few brackets as its notation needs."""

import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from shapecli.base.source import ShapeError
from shapecli.fields import ops
from shapecli.fields.graph import Node
from shapecli.fields.ops import Op
from shapecli.notations.writing.forms import ATOM, POWER, PREFIX, PRODUCT, Form, Notation, assembled, form_of

LONGEST: Final = 20_000  # operations of a formula, counted as often as they are written
NO_LABELS: Final[Mapping[Node, str]] = {}
VARIADIC: Final = (ops.minimum, ops.maximum)
REVERSED: Final = {ops.at_most: ">=", ops.less: ">"}


def write(root: Node, notation: Notation, labels: Mapping[Node, str] = NO_LABELS) -> str:
    """A node as a formula: a number, a region or a curve.

    Args:
        labels: what is written in place of nodes.

    Raises:
        ShapeError: the notation refuses an operation, or the formula would be too long to be of use.
    """
    operations = itertools.count(1)

    def pieces(node: Node) -> tuple[int, list[str | tuple[Node, int]]]:
        if node in labels:
            return ATOM, [notation.name(labels[node])]
        if node.op is None:
            text, level = notation.leaf(node)
            return level, [text]
        if next(operations) > LONGEST:
            message = f"as one formula the figure would have more than {LONGEST:,} operations"
            raise ShapeError(message, hint="--to python, glsl or json write what is used twice only once")
        form, args = _form(node, notation)
        return form.level, form.pieces(args)

    return assembled(root, pieces, notation.bracket)


def write_or(instead: str, root: Node, notation: Notation, labels: Mapping[Node, str] = NO_LABELS) -> str:
    """A node as a formula, or another text where `write` refuses it."""
    try:
        return write(root, notation, labels)
    except ShapeError:
        return instead


def _form(node: Node, notation: Notation) -> tuple[Form, tuple[Node, ...]]:
    """The form of a node and what it is of, as one would write it by hand: x + 1 for x - -1, x^6."""
    op, args = node.op, node.args
    assert op is not None
    base, exponent = whole_power(node)
    if exponent > 1:
        base = _split(base)[1] if exponent % 2 == 0 else base
        if notation.superscript:
            return Form(f"{{0}}{notation.superscript(exponent)}", POWER, (ATOM,)), (base,)
        return form_of(ops.pow_, notation), (base, _number(exponent))
    if op in (ops.neg, ops.mul, ops.div):
        negative, core = _split(node)
        if negative:
            product = core.op in (ops.mul, ops.div) and whole_power(core)[1] == 1
            level, need = (PRODUCT, PRODUCT) if product else (PREFIX, POWER)
            return Form(form_of(ops.neg, notation).text, level, (need,)), (core,)
        op, args = core.op or op, core.args or args
    elif op in (ops.add, ops.sub):
        negative, core = _split(args[1])
        if negative:
            op, args = ops.sub if op is ops.add else ops.add, (args[0], core)
    elif op in VARIADIC or not op.arity:
        args = tuple(_chain(op, node)) if op.arity else args
        return _long(form_of(op, notation), len(args)), args
    elif op in REVERSED and args[0].constant is not None and args[1].constant is None:
        return notation.forms[REVERSED[op]], (args[1], args[0])
    if op is ops.div and args[0].constant == 1.0 and notation.reciprocal:
        return notation.reciprocal, args[1:]
    if op is ops.mul and args[0].constant is None and args[1].constant is not None:
        args = (args[1], args[0])  # numbers come first
    if op is ops.mul and notation.juxtaposed and args[0].constant is not None and _may_follow(args[1]):
        return notation.juxtaposed, args
    return form_of(op, notation), args


def _chain(op: Op, node: Node) -> Iterator[Node]:
    """The arguments of max(max(a, b), c), side by side."""
    stack = [node]
    while stack:
        part = stack.pop()
        if part.op is op:
            stack.extend(reversed(part.args))
        else:
            yield part


@cache
def _long(form: Form, count: int) -> Form:
    """The form of two arguments, for more."""
    between = form.text[form.text.index("{0}") + 3 : form.text.index("{1}")]
    many = between.join(f"{{{k}}}" for k in range(count))
    return Form(form.text.replace(f"{{0}}{between}{{1}}", many), form.level, form.needs[:1] * count)


def whole_power(node: Node) -> tuple[Node, int]:
    """B and k of b^k, of squares and products that a graph makes of whole powers; else itself and 1."""
    doublings: list[Node | None] = []  # None for a square, else the factor
    while True:
        if node.op is ops.square:
            doublings.append(None)
            node = node.args[0]
        elif node.op is ops.mul and (factor := _factor(*node.args) or _factor(*reversed(node.args))):
            doublings.append(factor)
            node = node.args[0] if node.args[1] is factor else node.args[1]
        else:
            break
    exponent = 1
    for doubling in reversed(doublings):
        exponent = 2 * exponent if doubling is None else exponent + 1
    return node, exponent


def _factor(base: Node, other: Node) -> Node | None:
    """`base`, if `other` is a power of it."""
    while other.op is ops.square:
        other = other.args[0]
        if other is base:
            return base
        if other.op is ops.mul and base in other.args:
            other = other.args[0] if other.args[1] is base else other.args[1]
    return None


def _split(node: Node) -> tuple[bool, Node]:
    """Whether a node is written with a minus in front, and what follows that; the value is the same."""
    if node.op is ops.neg:
        negative, core = _split(node.args[0])
        return not negative, core
    value = node.constant
    if value is not None:
        return value < 0.0, _number(abs(value)) if value < 0.0 else node
    if node.op in (ops.mul, ops.div) and whole_power(node)[1] == 1:
        parts = (_split(arg) if arg.op in (None, ops.neg) else (False, arg) for arg in node.args)
        signs, cores = zip(*parts, strict=True)
        return signs[0] != signs[1], Node(node.op, cores) if any(signs) else node
    return False, node


def _number(value: float) -> Node:
    return Node(None, (), float(value))


def _may_follow(node: Node) -> bool:
    """Whether 2 before it is a product with nothing in between: a name, a bracket, a power."""
    base, exponent = whole_power(node)
    base = _split(base)[1] if exponent % 2 == 0 else base
    in_brackets = base.op in (ops.add, ops.sub) or (exponent == 1 and node.op is ops.neg)
    return in_brackets or isinstance(base.leaf, str)
