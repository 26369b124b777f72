"""The kept tables against Lark itself: the same words, the same syntax, the same place of a mistake."""

import functools
import marshal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Transformer, UnexpectedCharacters, UnexpectedInput

from shapecli.base import cachefolder
from shapecli.base.files import shipped
from shapecli.base.source import ShapeError, Source
from shapecli.language import grammar as module
from shapecli.language import mistakes, parse
from shapecli.language.build import Builder, actions
from shapecli.language.grammar import STARTS, analyse, grammar
from shapecli.language.meant import as_meant
from shapecli.language.tokens import SOFT, Token, lines_of, words_of

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.shape"))
WORDS = (
    "x y A 1 2.5 1e3 .5 draw param in .. fill stroke opacity sharpness window title background use "
    "for within if ( ) [ ] { } : , = <= >= < > != ≠ + - * / ^ ~ & | \\ xor not and or ' ² ³ ° √ π θ ≤ ∩ ∪ "
    "\"t\" ; \n"
).replace(" ", "\0").split("\0")  # fmt: skip
MEANT = (
    "|",
    "(",
    ")",
    "x",
    "2",
    "sin",
    "sin^2",
    "if",
    "then",
    "else",
    "deg",
    "step",
    "seed",
    "f(0)(x, y)",
    "theta",
)


class Delegate(Transformer[Any, Any]):
    """Lark's own reductions, with the methods of the parser's builder."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(Builder(), name)

    def claim(self, children: list[Any]) -> Any:
        """A loop may be several, which our parser puts side by side."""
        return Builder().claim(flattened(children))

    def loops(self, children: list[Any]) -> Any:
        """A clause may be several, likewise."""
        return Builder().loops(flattened(children))


def flattened(children: list[Any]) -> list[Any]:
    """Lists in a list taken apart."""
    return [one for child in children for one in (child if isinstance(child, list) else [child])]


@functools.cache
def lark() -> Lark:
    """The parser that Lark makes."""
    return Lark(
        shipped("grammars/shape.lark").read_text("utf-8"), parser="lalr", lexer="basic",
        start=[*STARTS], keep_all_tokens=True, maybe_placeholders=False,
        transformer=Delegate(),
    )  # fmt: skip


class Word(Token):
    """A token of ours that Lark's parser takes too."""

    __slots__ = ()

    @property
    def type(self) -> str:
        """What Lark calls the kind."""
        return self.kind

    @staticmethod
    def of(token: Token) -> "Word":
        """The same token."""
        word = Word(token)
        word.kind, word.start, word.end = token.kind, token.start, token.end
        return word


def by_lark(start: str, tokens: list[Token]) -> tuple[str, int]:
    """The syntax, or the number of the token that Lark stops at."""
    interactive = lark().parse_interactive(start=start)
    position = 0
    try:
        for position, token in enumerate(tokens):  # noqa: B007 - read after the loop
            word = Word.of(token)
            if word.kind in SOFT and word.kind not in interactive.choices():  # type: ignore[no-untyped-call]
                word.kind = "NAME"
            interactive.feed_token(word)  # type: ignore[arg-type]
        position = len(tokens)
        return repr(interactive.feed_eof()), -1  # type: ignore[no-untyped-call]
    except UnexpectedInput:
        return "", position


def by_tables(start: str, tokens: list[Token], monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """The same by the kept tables."""
    stopped = []

    def note(source: Source, tokens: list[Token], position: int, *_: object) -> ShapeError:
        stopped.append(position)
        return ShapeError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr(mistakes, "syntax_error", note)
        try:
            return repr(parse.syntax_of(Source("test", ""), start, tokens)), -1
        except ShapeError:
            return "", stopped[0]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(STARTS))
def test_any_words_are_parsed_as_by_lark(words: list[str], start: str) -> None:
    """Syntax, or where it goes wrong."""
    with pytest.MonkeyPatch.context() as patch:
        tokens = list(words_of(Source("test", " ".join(words))))
        assert by_tables(start, tokens, patch) == by_lark(start, tokens)


@given(st.lists(st.sampled_from((*WORDS, *MEANT, *MEANT)), max_size=18))
def test_any_line_is_read_or_is_one_mistake(words: list[str]) -> None:
    """With all that is told by what is around it, with spaces and without."""
    source = Source("test", "draw " + " ".join(words).replace("\n", ""))
    for _ in range(2):
        lines, _ = lines_of(source, 10**6)
        for line in lines:
            with suppress(ShapeError):
                parse.syntax_of(source, "line", as_meant(line, source))
        source = Source("test", source.text.replace(" ", ""))


@pytest.mark.parametrize("path", [*EXAMPLES, shipped("grammars/prelude.shape")], ids=lambda path: path.stem)
def test_files_are_parsed_as_by_lark(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement of every example."""
    source = Source(path.name, path.read_text("utf-8"))
    lines, errors = lines_of(source, 10**6)
    assert lines
    assert not errors
    for written in lines:
        line = as_meant(written, source)
        assert by_tables("line", line, monkeypatch) == by_lark("line", line)
        assert by_lark("line", line)[1] == -1


@given(st.text("xyAn012.e+-*/^<>=~&|\\()',;\n\"# ²π≤drawinpm_", max_size=30))
def test_any_text_has_the_words_that_lark_finds(text: str) -> None:
    """Kinds, texts and places, or the place of the first character that begins none."""
    try:
        expected: Any = [(t.type, str(t), t.start_pos, t.end_pos) for t in lark().lex(text)]
    except UnexpectedCharacters as problem:
        expected = problem.pos_in_stream
    try:
        found: Any = [(t.kind, str(t), t.start, t.end) for t in words_of(Source("test", text))]
    except ShapeError as problem:
        found = problem.span.start if problem.span else None
    assert found == expected


@pytest.mark.parametrize("content", [None, b"", b"\x00", marshal.dumps((1, 2)), marshal.dumps("grammar")])
def test_a_spoilt_grammar_is_made_again(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, damaged, or whole and nonsense."""
    monkeypatch.setenv(cachefolder.VARIABLE, str(tmp_path))
    grammar.cache_clear()
    grammar()
    (file,) = tmp_path.glob("grammar-*")
    if content is None:
        file.write_bytes(b"damaged")
    else:
        cachefolder.write_sealed(file.name, content)
    for folder in (str(tmp_path), "/proc/self/cache"):
        monkeypatch.setenv(cachefolder.VARIABLE, folder)
        grammar.cache_clear()
        actions.cache_clear()
        assert repr(parse.parse_expression(Source("test", "x^2 + y <= 1"))).count("Apply") == 3
    monkeypatch.undo()
    grammar.cache_clear()
    actions.cache_clear()


def test_what_is_kept_is_what_lark_makes() -> None:
    """Nothing is lost on the way."""
    plain = analyse(shipped("grammars/shape.lark").read_text("utf-8"))
    assert module._from_plain(marshal.loads(marshal.dumps(plain))) == module._from_plain(plain)  # noqa: S302
