"""What is wrong where tokens or syntax stop, and what to write instead; imported when something is."""

import difflib
import unicodedata
from collections.abc import Collection
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, visible
from shapecli.language.grammar import grammar
from shapecli.language.tokens import PROPER_NUMBER, Token

HABITS: Final = {
    "=<": "write <=", "=>": "write >=", "==": "write =", "!=": "write ~(... = ...)",
    "<>": "write ~(... = ...)",
    "&&": "write &", "||": "write |", "**": "write ^", ":=": "write =", "<<": "write <", ">>": "write >",
    "!": "write ~ for the complement", "{": "write ( and )", "}": "write ( and )", "[": "write ( and )",
    "]": "write ( and )", "%": "write mod(a, b)",
}  # fmt: skip
LOOK_ALIKES: Final = dict(
    zip("АВЕКМНОРСТХаеорсухіјѕԁԛԝαοχν", "ABEKMHOPCTXaeopcyxijsdqwaoxv", strict=True),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
)
OPERANDS: Final = frozenset({"NUMBER", "NAME", "RPAR", "QUOTE", "STRING"})


def malformed_number(token: Token, source: Source) -> ShapeError:
    """A number that is none, or not finite."""
    if PROPER_NUMBER.fullmatch(token):
        return ShapeError("this number is too large for float64", token.span, source)
    hint = None
    if token[-1] in "eE":
        hint = f"write {token[:-1]}*e for a multiple of e, or digits after the {token[-1]}"
    elif "_" in token:
        hint = f"write {token.replace('_', '')}"
    return ShapeError(f"malformed number {token}", token.span, source, hint)


def unexpected_character(source: Source, offset: int) -> ShapeError:
    """A character that begins no token."""
    character = source.text[offset]
    span = Span(offset, offset + 1)
    habit = next((key for key in (source.text[offset : offset + 2], character) if key in HABITS), None)
    if character == '"':
        return ShapeError("this text is never closed", span, source, 'end it with " on the same line')
    if habit:
        return ShapeError(f"unexpected {habit}", Span(offset, offset + len(habit)), source, HABITS[habit])
    plain = LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    if plain.isascii() and plain != character:
        name = unicodedata.name(character, "?").lower()
        return ShapeError(
            f"unexpected character {visible(character)} (U+{ord(character):04X}, {name})",
            span,
            source,
            f"it looks like {plain} but is another letter; did you mean {plain}?",
        )
    return ShapeError(f"unexpected character {visible(character)}", span, source)


def syntax_error(
    source: Source, tokens: list[Token], position: int, start: str, expected: Collection[str]
) -> ShapeError:
    """What is wrong where the parser stopped.

    Args:
        tokens: those of the line or expression, of which the one at `position` fits in nowhere.
        start: what they should be.
        expected: the symbols of the grammar that might have followed.
    """
    here = tokens[position] if position < len(tokens) and tokens[position].kind != "SEPARATOR" else None
    before = tokens[position - 1] if position else None
    if here is None:
        return _ended_early(source, tokens[:position], start, expected)
    span = here.span
    if before is not None:
        pair = source.text[before.span.start : span.end]
        if pair in HABITS:
            return ShapeError(
                f"unexpected {pair}", Span(span.start - len(before), span.end), source, HABITS[pair]
            )
    if before is None or position == 0:
        return ShapeError(f"unexpected {here}", span, source, "a line begins with a name or with draw")
    if before.kind in OPERANDS and (here.kind in OPERANDS or here.kind == "LPAR"):
        return ShapeError(
            f"an operator is missing between {_shown(before)} and {_shown(here)}",
            span,
            source,
            f"write {before}*{here} for a product" if before.kind != "STRING" else None,
        )
    if (
        start == "line"
        and before.kind in OPERANDS
        and tokens[0].kind == "NAME"
        and not any(t.kind == "EQUAL" for t in tokens[:position])
    ):
        return ShapeError(
            f"this is neither a definition nor drawn: unexpected {_shown(here)}",
            span,
            source,
            "put draw in front of it, or give it a name: A = ...",
        )
    if before.kind in OPERANDS:
        if start == "claim" and here in (",", "in"):
            example = "write one for after the other: for x in 0 .. 1 for y in 0 .. 2"
            return ShapeError(f"unexpected {_shown(here)}", span, source, example)
        close = difflib.get_close_matches(here, ("fill", "stroke", "opacity", "in", *grammar().statements), 1)
        return ShapeError(
            f"unexpected {_shown(here)}", span, source, f"did you mean {close[0]}?" if close else None
        )
    hint = "write abs(...) for an absolute value" if here == "|" else None
    return ShapeError(
        f"an operand is missing between {_shown(before)} and {_shown(here)}", span, source, hint
    )


def _ended_early(source: Source, tokens: list[Token], start: str, expected: Collection[str]) -> ShapeError:
    """What is missing at the end of a statement."""
    last = tokens[-1] if tokens else None
    if last is None:
        return ShapeError(
            "there is nothing here", Span(0, 1), source, "write an inequality such as x^2 + y^2 <= 1"
        )
    span = Span(last.span.end, last.span.end + 1)
    rest = source.text[span.start :].split("\n", 1)[0].lstrip()
    if "colour" in expected:
        hint = f'quote it: "{rest.split()[0]}"' if rest.startswith("#") else "a CSS name, or a quoted #rrggbb"
        return ShapeError(f"a colour is missing after {last}", span, source, hint)
    if start == "line" and last.kind in OPERANDS and tokens[0].kind in OPERANDS:
        return ShapeError(
            "this is neither a definition nor drawn",
            span,
            source,
            "put draw in front of it, or give it a name: A = ...",
        )
    return ShapeError(f"something is missing after {_shown(last)}", span, source)


def _shown(token: Token) -> str:
    return visible(token if len(token) <= 24 else token[:20] + "...")
