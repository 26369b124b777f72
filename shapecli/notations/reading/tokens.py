"""Words of Desmos' LaTeX: numbers, names with their subscripts, commands, brackets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, visible
from shapecli.notations.writing import latex

GREEK_LETTERS: Final[Mapping[str, str]] = {
    **dict(zip("αβγδεζηθικλμνξπρστυφχψω", latex.GREEK, strict=True)),
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
GREEK: Final = (*GREEK_LETTERS.values(), "varepsilon", "vartheta", "varphi", "Upsilon")
SIGNS: Final[Mapping[str, str]] = {
    "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "≤": "<=", "<=": "<=", "\\lt": "<",
    "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "≥": ">=", ">=": ">=", "\\gt": ">",
    "\\cdot": "*", "\\times": "*", "\\ast": "*", "·": "*", "×": "*", "∗": "*", "\\div": "/", "÷": "/",
    "−": "-", "\\{": "{{", "\\}": "}}", "\\lbrace": "{{", "\\rbrace": "}}", "\\colon": ":", "\\%": "%",
    "\\lvert": "<|", "\\rvert": "|>", "\\vert": "|",
}  # fmt: skip
PAIRS: Final[Mapping[str, str]] = {
    "(": ")", "[": "]", "{": "}", "{{": "}}", "<|": "|>", "|": "|", "\\begin": "\\end",
}  # fmt: skip
NAME: Final = rf"(?:[A-Za-z]|[{''.join(GREEK_LETTERS)}]|\\(?:{'|'.join(GREEK)})(?![A-Za-z]))"
WORD: Final = re.compile(
    rf"""
    (?P<space> [ \t\r\n]+ | \\[ ,:;!] | \\(?:space|quad|qquad)(?![A-Za-z]) | ~ )
  | (?P<number> [0-9]+(?:\.(?!\.)[0-9]*)? | \.[0-9]+ )
  | (?P<fence> \\(?:left|right)(?![A-Za-z])[ ]*
      (?:\\[{{}}]|\\[lr]?vert(?![A-Za-z])|\\[lr]brace(?![A-Za-z])|[()\[\]|]) )
  | (?P<environment> \\(?:begin|end)[ ]*\{{[ ]*[A-Za-z]*\*?[ ]*\}} )
  | (?P<row> \\\\(?:[ ]*\[[ ]*-?[0-9.]+[ ]*[a-z]{{2}}[ ]*\])? )
  | (?P<text> \\(?:text|textrm|mathrm|mbox)[ ]*\{{[^{{}}\\]*\}} )
  | (?P<name> {NAME}(?:[ ]*_[ ]*(?:\{{[ ]*[A-Za-z0-9]+[ ]*\}}|[A-Za-z0-9]))? )
  | (?P<command> \\operatorname[ ]*\{{[ ]*[A-Za-z]+[ ]*\}} | \\[A-Za-z]+ | \\[{{}}%] )
  | (?P<sign> <= | >= | \.\.\.? | [²³] | [-+*/=<>≤≥−·×÷∗^_,:!'%|&(){{}}\[\]] )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class LatexToken:
    r"""A word, its kind and its place.

    Attributes:
        kind: "number", "name", "command", "text", "end", or for signs the sign itself: brackets of sets are
            {{ and }}, those of absolute values <| and |> where the text says on which side they are, those of
            environments \begin and \end; rows of one end with \\.
        text: a number's digits; a name as our language spells it; a command without the backslash; what
            stands in \text; an environment without spaces.
    """

    kind: str
    text: str
    span: Span


def tokens_of(source: Source, start: int, end: int) -> Iterator[LatexToken]:
    """The words of one line, and a last one of kind "end".

    Raises:
        ShapeError: a character has no meaning.
    """
    position = start
    while position < end:
        match = WORD.match(source.text, position, end)
        if match is None or match.lastgroup is None:
            raise _unexpected(source, position)
        kind, word, span = match.lastgroup, match[0], Span(position, match.end())
        position = match.end()
        if kind != "space":
            yield _token(kind, word, span)
    yield LatexToken("end", "", Span(end, end + 1))


def _token(kind: str, word: str, span: Span) -> LatexToken:
    if kind == "name":
        return LatexToken("name", _name(word), span)
    if kind == "fence":
        opens, bracket = word.startswith("\\left"), re.sub(r"^\\(?:left|right)[ ]*", "", word)
        bracket = SIGNS.get(bracket, bracket)
        bracket = ("<|" if opens else "|>") if "|" in bracket else bracket
        return LatexToken(bracket, word, span)
    if kind == "environment":
        return LatexToken(re.split(r"[ {]", word)[0], word.replace(" ", ""), span)
    if kind == "row":
        return LatexToken("\\\\", "\\\\", span)
    if kind == "text":
        return LatexToken("text", " ".join(word[:-1].partition("{")[2].split()), span)
    if word in SIGNS:
        return LatexToken(SIGNS[word], word, span)
    if kind == "command":
        inner = re.fullmatch(r"\\operatorname[ ]*\{[ ]*([A-Za-z]+)[ ]*\}", word)
        return LatexToken("command", inner[1] if inner else word[1:], span)
    return LatexToken(word if kind == "sign" else kind, word, span)


def _name(word: str) -> str:
    """A name with its subscript, as in our language: a_1, r_max, theta_0."""
    letter, _, below = (part.strip("{} \\") for part in word.partition("_"))
    letter = GREEK_LETTERS.get(letter, letter)
    return f"{letter}_{below}" if below else letter


def _unexpected(source: Source, offset: int) -> ShapeError:
    character = source.text[offset]
    span = Span(offset, offset + 1)
    hints = {
        "$": "copy what is between the dollar signs", "#": "a note begins with a quotation mark",
        '"': "a note has a line of its own", "\\": "a command is such as \\sin", "√": "write \\sqrt{x}",
        ";": "write one expression a line",
    }  # fmt: skip
    return ShapeError(f"unexpected character {visible(character)}", span, source, hints.get(character))
