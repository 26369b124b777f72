"""Text to tokens, and tokens to lines."""

import math
import re
from collections.abc import Iterator
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, too_large
from shapecli.language.grammar import grammar

PROPER_NUMBER: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
FIRST: Final = frozenset(  # kinds of words that a line begins with, and that are names elsewhere
    {"SEED", "ABOUT", "SHARP", "STYLE", "COLOURS", "SIZE", "MARGIN", "SWEEP"}
)
SOFT: Final = FIRST | {  # those, and the other kinds of words that are names where no such word can stand
    "STEP", "CLIP", "WIDTH", "SOFT", "GLOW", "SHADOW", "HATCH", "CROSSHATCH", "BANDS", "BLEND",
}  # fmt: skip
SUPERSCRIPTS: Final = ("²", "³")
CLOSING: Final = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
BRACKETS: Final = {"LPAR": ")", "LSQB": "]", "LBRACE": "}"}


class Token(str):
    """A word of a text, with its kind and where it stands."""

    __slots__ = ("end", "kind", "start")

    kind: str
    start: int
    end: int

    @staticmethod
    def make(kind: str, text: str, start: int, end: int) -> "Token":
        """A token of a kind; `text` may be another one than stands there."""
        token = Token(text)
        token.kind, token.start, token.end = kind, start, end
        return token

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def lines_of(
    source: Source, limit: int, *, indented: bool = False
) -> tuple[list[list[Token]], list[ShapeError]]:
    """The tokens of each statement with the separator that ends it, and the mistakes in them.

    There are no lines if it is not known where they end.

    Args:
        indented: whether lines that are indented go on with the statement above them.
    """
    errors: list[ShapeError] = []
    lines: list[list[Token]] = [[]]
    try:
        tokens = tokens_of(source, limit, errors)
        for token in _gone_on(tokens, source.text) if indented else tokens:
            if token.kind in FIRST and lines[-1]:
                token.kind = "NAME"
            lines[-1].append(token)
            if token.kind == "SEPARATOR":
                lines.append([])
    except ShapeError as error:
        return [], [*errors, error]
    if lines[-1]:
        end = len(source.text)
        lines[-1].append(Token.make("SEPARATOR", "\n", end, end))
    return [line for line in lines if len(line) > 1], errors


def tokens_of(source: Source, limit: int, errors: list[ShapeError]) -> Iterator[Token]:
    """Tokens with brackets matched, and line ends inside brackets dropped.

    Malformed numbers are added to `errors`.

    Raises:
        ShapeError: a bracket has no partner, a character no meaning, or there are more than `limit` tokens.
    """
    opened: list[Token] = []
    for count, token in enumerate(words_of(source)):
        if count >= limit:
            raise too_large(limit, token.span, source)
        if token.kind in BRACKETS:
            opened.append(token)
        elif token.kind in CLOSING:
            if not opened or opened[-1].kind != CLOSING[token.kind]:
                hint = f"close {opened[-1]} first" if opened else "remove it, or open one"
                raise ShapeError("this bracket closes nothing", token.span, source, hint)
            opened.pop()
        elif token.kind == "SEPARATOR" and opened:
            if token == ";" or _starts_statement(source.text, token.end):
                break
            continue
        elif token.kind == "NUMBER" and not (PROPER_NUMBER.fullmatch(token) and math.isfinite(float(token))):
            from shapecli.language.mistakes import malformed_number

            errors.append(malformed_number(token, source))
        yield token
    if opened:
        raise ShapeError(
            "this bracket is never closed",
            opened[-1].span,
            source,
            f"add the missing {BRACKETS[opened[-1].kind]}",
        )


def _gone_on(tokens: Iterator[Token], text: str) -> Iterator[Token]:
    """Tokens without the line ends before lines that go on: that are indented more than their statement.

    What begins as statements do is one, however it is indented; but `clip` below `draw` is of that layer.
    """
    ended: list[Token] = []  # line ends that are none if the statement goes on
    first, indent = "", 0  # the word that the statement begins with, and how far its line is indented
    for token in tokens:
        if token == "\n":
            ended.append(token)
            continue
        if ended or not first:
            column = token.start - text.rfind("\n", 0, token.start) - 1
            clips_layer = first == "draw" and token == "clip"
            goes_on = first and column > indent and (clips_layer or not _starts_statement(text, token.start))
            if not goes_on:
                yield from ended
                first, indent = token, column
            ended = []
        elif first == ";":
            first = token
        if token == ";":
            first = ";"
        yield token
    yield from ended


def words_of(source: Source) -> Iterator[Token]:
    """The tokens of a text, as they stand there.

    Raises:
        ShapeError: a character has no meaning.
    """
    tables = grammar()
    match, ignored, keywords = tables.pattern.match, tables.ignored, tables.keywords
    text, position = source.text, 0
    while position < len(text):
        matched = match(text, position)
        if matched is None or not matched.lastgroup:
            from shapecli.language.mistakes import unexpected_character

            raise unexpected_character(source, position)
        kind, word, start = matched.lastgroup, matched[0], position
        position = matched.end()
        if kind not in ignored:
            yield Token.make(keywords.get(word, kind), word, start, position)


def _starts_statement(text: str, offset: int) -> bool:
    """Whether what begins at `offset`, in a line of its own, can only be a new statement."""
    words = "|".join(grammar().statements)
    defined = r"[A-Za-z]\w*[ \t]*(?:\([\w \t,.]*\)[ \t]*)?=(?!=)"
    return bool(re.compile(rf"[ \t]*(?:(?:{words})\b|{defined})").match(text, offset))
