"""Lessons as documents: Markdown by markdown-it, with fences and formulas in it; the only door to it.

Whatever the text says, the page gets nothing but what Markdown means by it: HTML is shown as text, addresses
that are programs are no links, and comments are left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from shapecli.base.source import ShapeError, Source, Span, raise_all
from shapecli.lessons.fences import Fence, fence_of
from shapecli.lessons.formulas import mathml

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

COMMENTS: Final = re.compile(r"(\s*<!--.*?-->\s*)+", re.DOTALL)
MATHS: Final = ("math_inline", "math_inline_double", "math_block", "math_block_label")
MOST_FENCES: Final = 200
ANSWER: Final = "answer"
FOLDED: Final = "Answer"  # what an answer is called that has no name


@dataclass(frozen=True, eq=False)
class Heading:
    """A heading, and its name in addresses."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, eq=False)
class Document:
    """A lesson that was read.

    Attributes:
        title: the first heading.
        summary: the first paragraph, without its marks.
        fences: in the order of the text.
        links, pictures: addresses, with where they are.
    """

    source: Source
    title: str
    summary: str
    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    links: tuple[tuple[str, Span], ...]
    pictures: tuple[tuple[str, Span], ...]
    tokens: "Sequence[Token]"


def read_document(source: Source) -> Document:
    """The document that a text is.

    Raises:
        ShapeError: with the first mistake in fences, formulas or headings; the others are in its `also`.
    """
    tokens = _parser().parse(source.text)
    errors: list[ShapeError] = []
    fences: list[Fence] = []
    for token in tokens:
        try:
            _check_closings(source, token)
            if token.type == "fence" and token.map:
                fence = fence_of(source, token.info, token.map[0], _last(source, token))
                if fence is not None:
                    if len(fences) == MOST_FENCES:
                        raise fence.error(f"a lesson has up to {MOST_FENCES} fences", hint="make two of it")
                    fences.append(fence)
                    token.meta["fence"] = fence
            for math in (token, *(token.children or [])):
                if math.type in MATHS:
                    math.meta["mathml"] = _formula(source, token, math)
        except ShapeError as error:
            errors.append(error)
    headings = list(_headings(source, tokens, errors))
    if not headings or headings[0].level != 1:
        message = "a lesson begins with its title"
        errors.append(ShapeError(message, Span(0, 1), source, "write # Title in the first line"))
    raise_all(errors)
    paragraphs = (b for a, b in pairwise(tokens) if a.type == "paragraph_open" and a.level == 0)
    title, summary = headings[0].text, next(map(_plain, paragraphs), "")
    links = tuple(_addresses(source, tokens, "link_open", "href"))
    pictures = tuple(_addresses(source, tokens, "image", "src"))
    return Document(source, title, summary, tuple(headings), tuple(fences), links, pictures, tokens)


def page_body(document: Document, fences: Mapping[Fence, str], address: Callable[[str], str | None]) -> str:
    """The document as HTML.

    Args:
        fences: what each of them is.
        address: of what a link or a picture leads to; none if there is nothing.
    """
    env = {"fences": fences, "address": address}
    return str(_parser().renderer.render(document.tokens, _parser().options, env))


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    # HTML is recognised so that comments can be left out; the rest of it is shown as text
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.use(
        dollarmath_plugin, double_inline=True, allow_digits=False, allow_space=False, allow_labels=False
    )
    parser.use(container_plugin, ANSWER)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, _applied(rule))
    return parser


def _last(source: Source, token: "Token") -> int:
    """The line that ends a fence; one beyond the text if it is never closed.  An error in a quotation."""
    assert token.map
    first, after = token.map
    lines = source.text.split("\n")[first:after]
    content = [line.strip() for line in token.content.split("\n")]
    if len(lines) == 1 or not re.fullmatch(r"[\s>]*(`{3,}|~{3,})\s*", lines[-1]):
        raise _never_closed(source, first, f"end it with {token.markup} on a line of its own")
    inside = lines[1:-1]
    if [line.strip() for line in inside] != content[: len(inside)]:
        start = source.text.index("\n".join(lines))
        raise ShapeError("a fence stands on lines of its own", Span(start, start + 1), source, "remove the >")
    return after - 1


def _never_closed(source: Source, line: int, hint: str) -> ShapeError:
    """An error at a line, from 0."""
    return ShapeError("this is never closed", _span_of(source, line), source, hint)


def _span_of(source: Source, line: int) -> Span:
    """Where a line, from 0, stands without the spaces around it."""
    text = source.line(line + 1)
    start = source.offset(line + 1) + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def _check_closings(source: Source, token: "Token") -> None:
    """Raises: ShapeError: what follows would be folded away, shown as it is written, or not checked."""
    lines = source.text.split("\n")
    if token.type == f"container_{ANSWER}_open" and token.map:
        first, last = token.map
        if last >= len(lines) or not lines[last].strip().startswith(":::"):
            raise _never_closed(source, first, "end it with ::: on a line of its own")
    elif token.type == "html_block" and token.map and "<!--" in token.content.rpartition("-->")[2]:
        raise _never_closed(source, token.map[0], "end the comment with -->")
    elif token.type == "code_block" and token.map and re.search(r"(```|~~~)\s*[a-z]", token.content):
        message = "this fence is indented by four spaces, and would be shown as it is written"
        place = _span_of(source, token.map[0])
        raise ShapeError(message, place, source, "begin it where the text begins")
    elif token.type == "inline":
        for text in (child.content for child in token.children or [] if child.type == "text"):
            if text.startswith(":::"):
                hint = f"write ::: {ANSWER} and, after it, :::"
                raise ShapeError("there is no such block", _find(source, token, text), source, hint)
            if "$$" in text:
                raise ShapeError("this formula is never closed", _find(source, token, "$$"), source, "add $$")


def inline_html(text: str) -> str:
    """A line of Markdown, such as a caption: words, code and formulas.

    Raises:
        ValueError: a formula in it cannot be read.
    """
    (token,) = _parser().parseInline(text)
    for child in token.children or []:
        if child.type in MATHS:
            child.meta["mathml"] = mathml(child.content)
    env = {"fences": {}, "address": lambda address: None}
    return str(_parser().renderer.render([token], _parser().options, env))


def _formula(source: Source, token: "Token", math: "Token") -> str:
    """The MathML of a formula, if it can be read."""
    try:
        markup = mathml(math.content, display=math.type != "math_inline")
    except ValueError as problem:
        place = _find(source, token, math.content.strip() or "$")
        raise ShapeError(str(problem), place, source, "write LaTeX, such as $e^{n f}$") from None
    return f'<div class="wide" tabindex="0">{markup}</div>' if math.type == "math_block" else markup


def _find(source: Source, token: "Token", text: str) -> Span:
    """Where a text stands in the lines of a token."""
    first, after = token.map or (0, len(source.text))
    start = source.offset(first + 1)
    place = source.text.find(text, start, source.offset(after + 1))
    return Span(place, place + len(text)) if place >= 0 else Span(start, start + 1)


def _headings(source: Source, tokens: "Sequence[Token]", errors: list[ShapeError]) -> Iterator[Heading]:
    """Every heading; their order is that of an outline, which readers of screens need."""
    used: set[str] = set()
    before = 0
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        level, text = int(opening.tag[1]), _plain(inline)
        place = _find(source, opening, "#" * level)
        if level > before + 1 and before:
            message = f"a heading of level {level} follows one of level {before}"
            errors.append(ShapeError(message, place, source, f"write {'#' * (before + 1)} in front of it"))
        if level == 1 and before:
            errors.append(ShapeError("a lesson has one title", place, source, "write ## for a section"))
        before = level
        name, number = slug(text), 1
        anchor = name
        while anchor in used:
            number += 1
            anchor = f"{name}-{number}"
        used.add(anchor)
        opening.attrSet("id", anchor)
        yield Heading(level, text, anchor)


def slug(text: str) -> str:
    """A text as a name in addresses."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "section"


def _plain(inline: "Token") -> str:
    """The words of a line, without its marks."""
    return "".join(map(_words, inline.children or [])).strip()


def _words(token: "Token") -> str:
    if token.type in MATHS:
        return unescape(re.sub(r"<[^>]*>", "", token.meta["mathml"]))
    if token.type in ("text", "code_inline", "html_inline"):
        return "" if token.type == "html_inline" and COMMENTS.fullmatch(token.content) else token.content
    return " " if token.type == "softbreak" else ""


def _addresses(
    source: Source, tokens: "Sequence[Token]", kind: str, attribute: str
) -> Iterator[tuple[str, Span]]:
    for token in tokens:
        for child in token.children or []:
            if child.type == kind:
                address = str(child.attrs[attribute])
                yield address, _find(source, token, address)


Rule = Callable[["Token", Mapping[str, Any]], str]  # of a token and what `page_body` is told


def _applied(rule: Rule) -> Callable[..., str]:
    return lambda renderer, tokens, index, options, env: rule(tokens[index], env)


def _fence_rule(token: "Token", env: Mapping[str, Any]) -> str:
    fence = token.meta.get("fence")
    return _code_rule(token, env) if fence is None else str(env["fences"].get(fence, ""))


def _code_rule(token: "Token", env: Mapping[str, Any]) -> str:
    return f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>\n'


def _html_rule(token: "Token", env: Mapping[str, Any]) -> str:
    if COMMENTS.fullmatch(token.content):
        return ""
    text = escape(token.content)
    return f"<p>{text}</p>\n" if token.type == "html_block" else text


def _link_rule(token: "Token", env: Mapping[str, Any]) -> str:
    target = env["address"](str(token.attrs["href"]))
    return "<a>" if target is None else f'<a href="{escape(target)}">'


def _image_rule(token: "Token", env: Mapping[str, Any]) -> str:
    target = env["address"](str(token.attrs["src"])) or ""
    return f'<img src="{escape(target)}" alt="{escape(_plain(token))}">'


def _answer_rule(token: "Token", env: Mapping[str, Any]) -> str:
    name = token.info.strip().removeprefix(ANSWER).strip() or FOLDED
    try:
        shown = inline_html(name)
    except ValueError:
        shown = escape(name)
    return f'<details class="answer"><summary>{shown}</summary>\n'


_RULES: Final[Mapping[str, Rule]] = {
    "table_open": lambda token, env: '<div class="wide" tabindex="0"><table>\n',
    "table_close": lambda token, env: "</table></div>\n",
    "fence": _fence_rule,
    "code_block": _code_rule,
    "html_block": _html_rule,
    "html_inline": _html_rule,
    "link_open": _link_rule,
    "image": _image_rule,
    f"container_{ANSWER}_open": _answer_rule,
    f"container_{ANSWER}_close": lambda token, env: "</details>\n",
    **dict.fromkeys(MATHS, lambda token, env: str(token.meta["mathml"])),
}
