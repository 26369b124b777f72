"""Syntax to text: figures as a person would write them, with no bracket that is not needed."""

import math
from collections.abc import Iterable, Sequence
from heapq import merge
from typing import Final

from shapecli.base.source import Source
from shapecli.language import syntax
from shapecli.language.figure import HEADINGS, WORDS
from shapecli.language.syntax import INDEX, LIST, RELATIONS, Apply, Expression, Name, Number, Statement
from shapecli.language.tokens import PROPER_NUMBER

from shapecli.notations.writing.forms import (  # isort: skip
    ATOM, EXCLUSIVE, LOOSE, MEET, POWER, PREFIX, PRODUCT, RELATION, SUM, Form, assembled,
)  # fmt: skip

FORMS: Final = {
    "neg": Form("-{0}", PREFIX, (POWER,)), "~": Form("~{0}", PREFIX, (PREFIX,)),
    "^": Form("{0}^{1}", POWER, (ATOM, PREFIX)), "*": Form("{0}*{1}", PRODUCT, (PRODUCT, POWER)),
    "/": Form("{0}/{1}", PRODUCT, (PRODUCT, POWER)), "+": Form("{0} + {1}", SUM, (SUM, PRODUCT)),
    "-": Form("{0} - {1}", SUM, (SUM, PRODUCT)),
    **{sign: Form(f"{{0}} {sign} {{1}}", RELATION, (SUM, SUM)) for sign in RELATIONS},
}  # fmt: skip

Part = str | tuple[Expression, int]


def figure_text(
    statements: Iterable[Statement], source: Source, notes: Iterable[tuple[int, str]] = ()
) -> str:
    """The text of a figure, one statement a line, in their order.

    Args:
        source: what the spans of the statements point into.
        notes: comments, each with the place in the source before which it stands; in order.
    """
    # the statements need not be in order: of two inputs only the heads are compared
    comments = ((place, f"# {text}".rstrip()) for place, text in notes)
    written = ((_place(item), statement_text(item, source)) for item in statements)
    return "".join(f"{line}\n" for _, line in merge(comments, written, key=lambda placed: placed[0]))


def statement_text(item: Statement, source: Source) -> str:
    """One statement of a figure."""
    if isinstance(item, syntax.Let):
        parameters = ", ".join([*(parameter.name for parameter in item.parameters), *[".."] * item.folds])
        head = f"{item.name.name}({parameters})" if parameters else item.name.name
        return f"{head} = {expression_text(item.body, source, _member(item.body, LOOSE))}"
    if isinstance(item, syntax.Param):
        text = f"param {item.name.name} = {expression_text(item.default, source)}"
        if item.low is None or item.high is None:
            return text
        text += f" in {expression_text(item.low, source)} .. {expression_text(item.high, source)}"
        return f"{text} step {expression_text(item.step, source)}" if item.step else text
    if isinstance(item, syntax.Draw):
        styles = " ".join(_style(style, source) for style in item.styles)
        parts = _loops(item.loops, item.bounds)
        loops = "".join(part if isinstance(part, str) else expression_text(part[0], source) for part in parts)
        return f"draw {expression_text(item.body, source)}{'  ' * bool(styles)}{styles}{loops}"
    if isinstance(item, syntax.Clip):
        return f"clip {expression_text(item.body, source)}"
    if item.word in HEADINGS and HEADINGS[item.word].parts:
        return f"{item.word} {', '.join(_part(part, source) for part in item.values)}"
    if item.word in HEADINGS and HEADINGS[item.word].named:
        return f"{item.word} {':'.join(map(_word, item.values))}"
    if item.word in ("size", "margin") and isinstance(item.values[0], str):
        return f"{item.word} {item.values[0]}"
    values = [
        f'"{value}"' if isinstance(value, str) else expression_text(value, source) for value in item.values
    ]
    return f"{item.word} {', '.join(values)}".rstrip()


def _part(part: Expression | str, source: Source) -> str:
    """A name, and what it is, or its ends."""
    assert isinstance(part, syntax.Apply)
    name, *ends = (expression_text(value, source) for value in part.args)
    return f"{name} = {' .. '.join(ends)}"


def expression_text(root: Expression, source: Source, need: int = LOOSE) -> str:
    """An expression of the language; parsed again, it is the same operations on the same numbers.

    Args:
        source: what the spans of numbers point into: they are written with their own digits.
        need: how tightly it must hold together.
    """
    return assembled(root, lambda node: _parts(node, source), need=need)


def _parts(node: Expression, source: Source) -> tuple[int, list[Part]]:
    """How tightly an expression holds together, and what it is made of: text, and parts."""
    if isinstance(node, Number):
        own = source.text[node.span.start : node.span.end]  # the digits that somebody wrote
        is_own = PROPER_NUMBER.fullmatch(own) and float(own) == node.value
        text = own if is_own else _shortest(node.value)
        return PRODUCT if "/" in text else PREFIX if text.startswith("-") else ATOM, [text]
    if isinstance(node, Name):
        return ATOM, [node.name]
    op, args = node.op, node.args
    if op == INDEX:
        return ATOM, [(args[0], ATOM), "[", (args[1], LOOSE), "]"]
    if node.loops or op == LIST:
        listed = _joined(", ", [(arg, LOOSE) for arg in args])
        inner = [(args[0], LOOSE), *_loops(node.loops, args[1:])] if node.loops else listed
        return ATOM, ["[", *inner, "]"] if op == LIST else [op, "(", *inner, ")"]
    if op in ("+", "-") and _begins_with_minus(args[1]):
        return SUM, [(args[0], SUM), f" {op} ", (args[1], ATOM)]
    if op in FORMS:
        return FORMS[op].level, FORMS[op].pieces(args)
    if op == "&":
        return _meet(args)
    if op == syntax.MOVED:
        return ATOM, [(args[0], ATOM), "(", *_joined(", ", [(arg, LOOSE) for arg in args[1:]]), ")"]
    if op == "xor":
        first, second = args
        return EXCLUSIVE, [(first, _member(first, EXCLUSIVE)), " xor ", (second, _member(second, MEET))]
    if op == "|":
        return LOOSE, _joined(" | ", [(arg, _member(arg, EXCLUSIVE)) for arg in args])
    return ATOM, [op, "(", *_joined(", ", [(arg, LOOSE) for arg in args]), ")"]


def _loops(loops: Sequence[syntax.Loop], bounds: Sequence[Expression]) -> list[Part]:
    """Loops as they follow a body, in the order in which `bounds` has what follows each `in`."""
    parts: list[Part] = []
    place = 0
    for loop in loops:
        ends = bounds[place : place + loop.size]
        place += loop.size
        parts.extend((", " if parts else " for ", _target(loop.target), " in "))
        for end, before in zip(ends, ("", " .. ", " step "), strict=False):
            parts.extend((before, (end, LOOSE)))
    return [*parts, " if ", (bounds[place], LOOSE)] if place < len(bounds) else parts


def _target(target: syntax.Target) -> str:
    return target.name if isinstance(target, Name) else f"({', '.join(map(_target, target))})"


def _joined(between: str, parts: Sequence[Part]) -> list[Part]:
    return [piece for part in parts for piece in (between, part)][1:]


def _meet(args: tuple[Expression, ...]) -> tuple[int, list[Part]]:
    """An intersection: a chain of relations such as -1 <= x <= 1, or parts with & and \\ between."""  # noqa: D301
    links = [arg for arg in args if isinstance(arg, Apply)]
    if syntax.is_chain(args):
        chain: list[Part] = [(links[0].args[0], SUM)]
        for link in links:
            chain.extend((f" {link.op} ", (link.args[1], SUM)))
        return RELATION, chain
    parts: list[Part] = [(args[0], _member(args[0], RELATION))]
    for arg in args[1:]:
        if isinstance(arg, Apply) and arg.op == "~":
            parts.extend((" \\ ", (arg.args[0], _member(arg.args[0], RELATION))))
        else:
            parts.extend((" & ", (arg, _member(arg, RELATION))))
    return MEET, parts


def _member(node: Expression, level: int) -> int:
    """What a part of a set operation or a definition needs: a curve has brackets, since = says two things."""
    return ATOM if isinstance(node, Apply) and node.op == "=" else level


def _begins_with_minus(node: Expression) -> bool:
    """Whether the text of a term would begin with a sign, so that it stands in brackets after another one."""
    while isinstance(node, Apply) and node.op in ("*", "/"):
        node = node.args[0]
    return node.op == "neg" if isinstance(node, Apply) else isinstance(node, Number) and node.value < 0.0


def _shortest(value: float) -> str:
    """The fewest digits that give a number exactly."""
    if not math.isfinite(value):
        return "0/0" if math.isnan(value) else "1/0" if value > 0.0 else "-1/0"
    return repr(value).removesuffix(".0")


def _word(value: Expression | str) -> str:
    return value.name if isinstance(value, Name) else str(value)


def _style(style: syntax.Style, source: Source) -> str:
    between = ", " if "," in WORDS[style.word].example else " "
    return f"{style.word} {between.join(expression_text(value, source) for value in style.values)}"


def _place(item: Statement) -> int:
    return item.name.span.start if isinstance(item, syntax.Let | syntax.Param) else item.span.start
