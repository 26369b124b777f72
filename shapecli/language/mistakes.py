"""What is wrong where tokens or syntax stop, and what to write instead; imported when something is."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, likely_hint, visible
from shapecli.language.figure import WORDS
from shapecli.language.grammar import grammar
from shapecli.language.tokens import PROPER_NUMBER, Token

HABITS: Final = {
    "=<": "write <=", "=>": "write >=", "==": "write =", ":=": "write =", "<<": "write <", ">>": "write >",
    "&&": "write &", "||": "write |", "**": "write ^", "%": "write mod(a, b), or 0.5 for 50%",
    "!": "write ~ for the complement", "<>": "write !=",
    "//": "write # for a comment", "⁻¹": "write 1/x, or asin(x) for the inverse of sin",
}  # fmt: skip
LOOK_ALIKES: Final = dict(
    zip("АВЕКМНОРСТХаеорсухіјѕԁԛԝαοχν", "ABEKMHOPCTXaeopcyxijsdqwaoxv", strict=True),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
)
BOTH: Final = "write & for both"
LISTED: Final = {
    "fill": "write fill COLOUR opacity P", "stroke": "write stroke COLOUR WIDTH, without a comma",
}  # fmt: skip
COLOURED: Final = frozenset({"FILL", "STROKE", "BACKGROUND"})  # words before colours
STARTS: Final = "a line begins with a name or with draw; one that is indented goes on with the one above"
GOES_ON: Final = "what goes on in the next line is indented there"
LOOP: Final = "a loop comes last: draw R fill gold for k in 1..9"
FIRSTS: Final = {  # what other languages begin statements with
    **dict.fromkeys(("def", "let", "var", "const", "function"), "write A = ..., or f(k) = ..."),
    "import": 'write use "other.shape" for the definitions of another file',
}  # fmt: skip
LONGEST_QUOTED: Final = 60
NEITHER: Final = "put draw in front of it, or give it a name: A = ..."
UNQUOTED: Final = re.compile(  # a text after its word, or one in single quotes where an operand is due
    r"""(?:^|;)[ \t]*(?P<word>title|about|use)[ \t]+(?P<rest>[^"=(;#\s][^;#]*)"""
    r"""|(?:[(,\[]|\b(?:fill|stroke|background))[ \t]*'(?P<text>[^'"]*)'"""
)
OPERATORS: Final = frozenset("+-−*·×/÷^")  # of numbers
OPERANDS: Final = frozenset({"NUMBER", "NAME", "RPAR", "QUOTE", "STRING", "BAR_END", "DEGREE"})


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
    if hint := _quoted(source, offset):
        return ShapeError(f"unexpected character {visible(character)}", span, source, hint)
    habit = next((key for key in (source.text[offset : offset + 2], character) if key in HABITS), None)
    if character == '"':
        return ShapeError("this text is never closed", span, source, 'end it with " on the same line')
    if habit:
        return ShapeError(f"unexpected {habit}", Span(offset, offset + len(habit)), source, HABITS[habit])
    plain = LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    message, hint = f"unexpected character {visible(character)}", None
    if plain.isascii() and plain != character:
        message += f" (U+{ord(character):04X}, {unicodedata.name(character, '?').lower()})"
        hint = f"it looks like {plain} but is another letter; did you mean {plain}?"
    return ShapeError(message, span, source, hint)


def syntax_error(
    source: Source, tokens: list[Token], position: int, start: str, expected: Collection[str]
) -> ShapeError:
    """What is wrong where the parser stopped.

    Args:
        tokens: those of the line or expression, of which the one at `position` fits in nowhere.
        start: what they should be.
        expected: the symbols of the grammar that might have followed.
    """
    tokens, position = _written(tokens, position)
    here = tokens[position] if position < len(tokens) and tokens[position].kind != "SEPARATOR" else None
    if here is None:
        span, (message, hint) = _ended_early(source, tokens[:position], start, expected)
    elif position == 0:
        span = here.span
        message, hint = f"unexpected {here}", LOOP if here == "for" else STARTS
    else:
        before, after = tokens[position - 1], tokens[min(position + 1, len(tokens) - 1)]
        pairs = before.span.to(here.span), here.span.to(after.span)
        span = next((pair for pair in pairs if source.text[pair.start : pair.end] in HABITS), here.span)
        habit = source.text[span.start : span.end]
        if habit in HABITS:
            message, hint = f"unexpected {habit}", HABITS[habit]
        else:
            message, hint = _unexpected(here, before, tokens[:position], start)
            hint = _quoted(source, here.start) or hint
    return ShapeError(message, span, source, hint)


def _quoted(source: Source, offset: int) -> str | None:
    """How to write the text that a place is in, if only its double quotes are missing."""
    begin = source.text.rfind("\n", 0, offset) + 1
    end = source.text.find("\n", begin)
    for found in UNQUOTED.finditer(source.text[begin : end if end >= 0 else None]):
        kind = "rest" if found["word"] else "text"
        if found.start(kind) - 1 <= offset - begin < found.end():
            text = visible(found[kind].replace('"', "").strip(" \t\r'"))
            shown = text if len(text) <= LONGEST_QUOTED else "..."
            return f'write it in double quotes: {found["word"] or ""} "{shown}"'.replace(":  ", ": ")
    return None


def _written(tokens: list[Token], position: int) -> tuple[list[Token], int]:
    """Those tokens that somebody wrote, and which of them is the first from a position on."""
    before = [token for token in tokens[:position] if token.end > token.start]
    after = [token for token in tokens[position:] if token.end > token.start]
    return before + after, len(before)


def _unexpected(here: Token, before: Token, tokens: list[Token], start: str) -> tuple[str, str | None]:
    """What is said of a token that cannot follow the one before it."""
    shown = short(here)
    if start == "line" and (hint := _of_a_layer(here, before, tokens)):
        return f"unexpected {shown}", hint
    if start == "line" and len(tokens) == 1 and before in WORDS and before.kind not in OPERANDS:
        hint = f"it follows a region, in its line or indented below it: draw R {WORDS[before].example}"
        return f"unexpected {before}", hint
    if before.kind not in OPERANDS:
        if before in ("title", "about", "use"):
            return f"{before} needs a text in double quotes: unexpected {shown}", None
        if before == "if":
            return f"a condition is missing its then: unexpected {shown}", "write if c then a else b"
        is_bar = here.kind in ("BAR_END", "VBAR")
        hint = "write A | B for a union, and 2*|x| for an absolute value" if is_bar else None
        return f"an operand is missing between {short(before)} and {shown}", hint
    if here == "step" and tokens[0] == "param" and ".." not in tokens:
        return "a step needs a range", "write param k = 18 in 6 .. 60 step 1"
    if len(tokens) == 1 and start == "line" and before in FIRSTS:
        return f"unexpected {before}", FIRSTS[before]
    if len(tokens) == 1 and start == "line" and before.lower() in {*grammar().statements} - {before}:
        return f"unexpected {before}", f"write {before.lower()}"
    if here.kind in OPERANDS and tokens[0] in ("size", "window"):
        hint = "write size 800x600" if tokens[0] == "size" else "write window x0, x1, y0, y1, with its commas"
        return f"unexpected {shown}", hint
    word = next((token for token in reversed(tokens) if token in WORDS), None)
    if word and here.kind in OPERANDS and "," in WORDS[word].example and tokens[0] == "draw":
        return f"a comma is missing before {shown}", f"write {WORDS[word].example}"
    if here.kind in OPERANDS or here.kind == "LPAR":
        shows = before.kind in ("NUMBER", "NAME")
        hint = f"write {before}*{here} for a product" if shows else "write * between them for a product"
        if before.kind == here.kind == "NUMBER":
            hint = f"write {before}, {here} for two numbers, and {before}*{here} for a product"
        hint = None if before.kind == "STRING" else hint
        return f"an operator is missing between {short(before)} and {shown}", hint
    if here == "{":
        return f"unexpected {shown}", "write & for a condition: (y = x^2) & x > 0"
    if here == "}":
        return f"unexpected {shown}", "write {condition: value, condition: value, value}"
    if here == "," and start != "claim":
        return f"unexpected {shown}", LISTED.get(word or "", f"write {WORDS[word].example}" if word else BOTH)
    if start == "line" and tokens[0].kind == "NAME" and not any(token.kind == "EQUAL" for token in tokens):
        return f"this is neither a definition nor drawn: unexpected {shown}", NEITHER
    if start == "claim" and here in (",", "in"):
        return f"unexpected {shown}", "write one for after the other: for x in 0 .. 1 for y in 0 .. 2"
    if here in OPERATORS and before.kind in ("NUMBER", "NAME") and "stroke" in tokens:
        return f"unexpected {shown}", "write stroke COLOUR width W, where W is no plain number"
    words = *WORDS, "in", "step", *grammar().statements
    return f"unexpected {shown}", None if here in words else likely_hint(here, words)


def _of_a_layer(here: Token, before: Token, tokens: list[Token]) -> str | None:
    """What is said of the words of a layer where they are in another order."""
    if here == "if" and tokens[0] == "draw" and before.kind in OPERANDS:
        return "write & for a condition: draw R & x > 0"
    if here not in WORDS or tokens[0] not in ("draw", "clip"):
        return None
    if tokens[0] == "clip":
        return f"a clip stands alone, and {here} after a draw that follows it"
    if "for" in tokens:
        return LOOP
    if before == "draw":
        return f"the region comes first: draw R {WORDS[here].example}"
    return f"no comma stands before {here}" if before == "," else None


def _ended_early(
    source: Source, tokens: list[Token], start: str, expected: Collection[str]
) -> tuple[Span, tuple[str, str | None]]:
    """Where a statement ends too early, and what is said of it."""
    if not tokens:
        return Span(0, 1), ("there is nothing here", "write an inequality such as x^2 + y^2 <= 1")
    last = tokens[-1]
    span = Span(last.end, last.end + 1)
    rest = source.text[span.start :].split("\n", 1)[0].lstrip()
    if last.kind in COLOURED:
        hint = f'quote it: "{rest.split()[0]}"' if rest.startswith("#") else "a CSS name, or a quoted #rrggbb"
        return span, (f"a colour is missing after {last}", hint)
    if start == "line" and last.kind in OPERANDS and tokens[0].kind in OPERANDS:
        return span, ("this is neither a definition nor drawn", NEITHER)
    goes_on = start == "line" and source.text[span.start :].strip()
    return span, (f"something is missing after {short(last)}", GOES_ON if goes_on else None)


def short(word: str) -> str:
    """A word as it stands in a message."""
    return visible(word if len(word) <= 24 else word[:20] + "...")
