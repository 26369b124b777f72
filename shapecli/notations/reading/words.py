"""The words of a line: what its names mean, going through them, and the restrictions at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shapecli.base.source import ShapeError, Source, Span
from shapecli.language.mistakes import short
from shapecli.language.syntax import RELATIONS
from shapecli.notations.reading.functions import SIGNS_NOWHERE
from shapecli.notations.reading.tokens import PAIRS, LatexToken

ENDS_OF_FACTORS: Final = frozenset({"number", "name", ")", "]", "}", "}}", "|>", "|"})
DEEPEST: Final = 100  # expressions inside each other; each takes a few calls of Python


@dataclass(frozen=True, eq=False)
class LineScope:
    """What the names of a line mean.

    Attributes:
        values, functions: definitions of the whole text, and what our language calls them.
        parameters: those of the definition that the line is, likewise.
        polar: whether r may be the distance from the origin in this line.
    """

    values: Mapping[str, str]
    functions: Mapping[str, str]
    parameters: Mapping[str, str]
    polar: bool = True

    def defines(self, name: str) -> bool:
        return name in self.parameters or name in self.values or name in self.functions


class Words:
    """Words that are read from left to right, and what is said where they do not go on as they should."""

    def __init__(self, source: Source, tokens: Sequence[LatexToken]) -> None:
        self.source = source
        self.tokens = list(tokens)
        self.place = 0
        self.depth = 0
        self.bars = [0]  # absolute values that are open, in each bracket

    @property
    def here(self) -> LatexToken:
        return self.tokens[self.place]

    @property
    def before(self) -> LatexToken | None:
        return self.tokens[self.place - 1] if self.place else None

    def take(self) -> LatexToken:
        token = self.here
        self.place += 1
        return token

    def error(self, message: str, span: Span, hint: str | None = None) -> ShapeError:
        return ShapeError(message, span, self.source, hint)

    def finish(self) -> None:
        """Nothing may follow."""
        if self.here.kind != "end":
            raise self.unexpected()

    def unexpected(self) -> ShapeError:
        here = self.here
        if here.kind in SIGNS_NOWHERE:
            message, hint = SIGNS_NOWHERE[here.kind]
            return self.error(message, here.span, hint)
        if here.kind == "end":
            after = f" after {shown(self.before)}" if self.before else ""
            return self.error(f"something is missing{after}", here.span)
        if here.kind in PAIRS.values():
            return self.error("this bracket closes nothing", here.span, "remove it, or open one")
        hints = {
            ",": "write one expression a line", "_": "a subscript is letters or digits, as in a_{1}",
            ":": "write conditions as \\left\\{x>0:1\\right\\}",
        }  # fmt: skip
        return self.error(f"unexpected {shown(here)}", here.span, hints.get(here.kind))

    def close(self, opened: LatexToken) -> LatexToken:
        """The bracket that belongs to one that was opened."""
        if self.here.kind == PAIRS[opened.kind]:
            return self.take()
        if self.here.kind == "end":
            raise self.error("this bracket is never closed", opened.span, "add the missing bracket")
        if self.here.kind in PAIRS.values() and self.here.kind != "|":
            hint = f"{shown(opened)} opened it"
            raise self.error("this is not the bracket that was opened", self.here.span, hint)
        if self.here.kind in RELATIONS:
            hint = "only braces hold conditions: \\left\\{x>0\\right\\}"
            raise self.error(f"unexpected {shown(self.here)} in brackets", self.here.span, hint)
        raise self.unexpected()

    def enter(self) -> None:
        """One expression more is inside the others; whoever calls this takes 1 from the depth again."""
        self.depth += 1
        if self.depth > DEEPEST:
            message = f"more than {DEEPEST} expressions are inside each other here"
            raise self.error(message, self.here.span, "give the inner ones names, in lines of their own")


def shown(token: LatexToken | None) -> str:
    """A word as it stands in a message."""
    text = token.text if token else ""
    return short(f"\\{text}" if token and token.kind == "command" else text)


def split(tokens: Sequence[LatexToken]) -> tuple[Sequence[LatexToken], list[Sequence[LatexToken]]]:
    """A line without the braces at its end that hold conditions, and what is in each of them."""
    partners = _partners(tokens)
    restrictions: list[Sequence[LatexToken]] = []
    end = len(tokens) - 1
    while end and tokens[end - 1].kind in ("}", "}}") and end - 1 in partners:
        start = partners[end - 1]
        parts = _outer_kinds(tokens[start + 1 : end - 1])
        before = tokens[start - 1].kind if start else ""
        conditions = all(RELATIONS & kinds and ":" not in kinds for kinds in parts)
        if before not in ENDS_OF_FACTORS or not conditions:
            break
        restrictions.insert(0, [*tokens[start:end], LatexToken("end", "", tokens[end].span)])
        end = start
    return [*tokens[:end], LatexToken("end", "", tokens[end].span)], restrictions


def _partners(tokens: Sequence[LatexToken]) -> dict[int, int]:
    """The place of the bracket that each closing one belongs to."""
    opened: list[int] = []
    partners: dict[int, int] = {}
    for place, token in enumerate(tokens):
        if token.kind in PAIRS and token.kind != "|":
            opened.append(place)
        elif token.kind in PAIRS.values() and token.kind != "|" and opened:
            start = opened.pop()
            if PAIRS[tokens[start].kind] == token.kind:
                partners[place] = start
    return partners


def _outer_kinds(tokens: Sequence[LatexToken]) -> list[set[str]]:
    """The kinds of words that are in no bracket, for each of the parts that commas make."""
    depth = 0
    parts: list[set[str]] = [set()]
    for token in tokens:
        depth -= token.kind in PAIRS.values() and token.kind != "|"
        if not depth and token.kind == ",":
            parts.append(set())
        elif not depth:
            parts[-1].add(token.kind)
        depth += token.kind in PAIRS and token.kind != "|"
    return parts
