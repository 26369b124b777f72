"""Documents: what Markdown means, and that nothing else gets into a page."""

import pytest

from shapecli.base.source import ShapeError, Source
from shapecli.lessons.document import inline_html, page_body, read_document, slug


def body(text: str) -> str:
    """The HTML of a text, fences and addresses left as they are."""
    document = read_document(Source("t.md", f"# Title\n\n{text}"))
    fences = {fence: f"<b>{fence.kind}:{fence.text.strip()}</b>" for fence in document.fences}
    return page_body(document, fences, lambda address: address)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <script>alert(1)</script> b", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<div onclick=x>\n*a*\n</div>", "&lt;div onclick=x&gt;"),
        ("a <!-- b --> c", "a  c"),
        ("<!-- a --> <script>b</script>", "&lt;script&gt;b&lt;/script&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](data:text/html,b)", "[a](data:text/html,b)"),
        ('[a](http://b/"onclick=c)', 'href="http://b/%22onclick=c"'),
        ("![a\"b](c.png)", 'alt="a&quot;b"'),
        ("`<b>` and *c*", "<code>&lt;b&gt;</code> and <em>c</em>"),
        ("```sh\n<b>\n```", "<code>&lt;b&gt;\n</code>"),
        ("    <b>", "<code>&lt;b&gt;\n</code>"),
        ("$x < 1$", "<mo>&lt;</mo>"),
        ("$$\nx^2\n$$", '<math display="block">'),
        ("costs $5 or $6", "costs $5 or $6"),
        ("costs 5$ or 3$ more", "costs 5$ or 3$ more"),
        ("::: answer A $x^2$ *b*\nc\n:::", "</msup></mrow></math> <em>b</em></summary>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>2</td>"),
        ("::: answer\nhi\n:::", "<details class=\"answer\"><summary>Answer</summary>\n<p>hi</p>\n</details>"),
        ("::: answer <b>\nhi\n:::", "<summary>&lt;b&gt;</summary>"),
        ("- item\n\n  ```shape\n  draw x <= 1\n  ```", "<b>shape:draw x <= 1</b>"),
        ("~~~plot\ny = x\n~~~", "<b>plot:y = x</b>"),
        ("::: answer\n```check\n1 <= 2\n```\n:::", "<b>check:1 <= 2</b>"),
    ],
)  # fmt: skip
def test_markdown_is_shown_and_html_is_text(text: str, shown: str) -> None:
    """A part of the page."""
    found = body(text)
    assert shown in found
    assert "<script" not in found
    assert "<!--" not in found


def test_titles_summaries_and_anchors() -> None:
    """Words without marks; every heading has its own address."""
    text = "# A `b` $x^2$ *c*\n\nFirst $y \\le 1$\nline.\n\n## One & two\n\n## One & two\n\n## <b>"
    document = read_document(Source("t", text))
    assert document.title == "A b x2 c"
    assert document.summary == "First y≤1 line."
    assert [heading.anchor for heading in document.headings[1:]] == ["one-two", "one-two-2", "b"]
    assert slug("À la Été!") == "à-la-été"


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", "a lesson begins with its title", 1, 1),
        ("text", "a lesson begins with its title", 1, 1),
        ("# A\n\n### B", "a heading of level 3 follows one of level 1", 3, 1),
        ("# A\n\n# B", "a lesson has one title", 3, 1),
        ("# A\n\ntext\nand $x + \\foo$ more", "unknown command \\foo", 4, 6),
        ("# A\n\n$$\n\\frac{1}\n$$", "the formula is incomplete", 4, 1),
        ("# A\n\n```shape colour=red\n```", "shape has no option colour", 3, 10),
        ("# A\n\n```shape n\n```", "n needs a value", 3, 10),
        ("# A\n\n```shape live=1\n```", "live takes no value", 3, 10),
        ("# A\n\n```shape n=1 n=2\n```", "n is given twice", 3, 14),
        ('# A\n\n```shape caption="a\n```', "this is no option", 3, 10),
        ("# A\n\n```check\n1 < 2\n\n## B", "this is never closed", 3, 1),
        ("# A\n\ntext\n\n<!-- b\n\n```check\n2 < 1\n```", "this is never closed", 5, 1),
        ("# A\n\n::: answer\nb\n\n## C", "this is never closed", 3, 1),
        ("# A\n\n$$\nx\n\ntext", "this formula is never closed", 3, 1),
        ("# A\n\n::: hint\nb\n:::", "there is no such block", 3, 1),
        ("# A\n\n```Shape\ndraw x <= 1\n```", "Shape is no fence", 3, 4),
        ("# A\n\n```checks\n1 < 2\n```", "checks is no fence", 3, 4),
        (
            "# A\n\ntext\n\n    ```check\n    2 < 1\n    ```",
            "this fence is indented by four spaces, and would be shown as it is written",
            5,
            5,
        ),
        ("# A\n\n> ```shape\n> draw x\n> ```", "a fence stands on lines of its own", 3, 1),
    ],
)
def test_mistakes_are_shown_where_they_are(text: str, message: str, line: int, column: int) -> None:
    """In the lesson, whatever Markdown made of it."""
    source = Source("t.md", text)
    with pytest.raises(ShapeError) as problem:
        read_document(source)
    assert problem.value.message == message
    assert problem.value.span is not None
    assert source.line_and_column(problem.value.span.start) == (line, column)


def test_captions_are_lines_of_markdown() -> None:
    """With formulas, and no links or HTML."""
    found = inline_html("a $x^2$ `b` *c* <d> [e](http://f) ![g](h)")
    assert "<msup>" in found
    assert "<code>b</code> <em>c</em> &lt;d&gt; <a>e</a>" in found
    with pytest.raises(ValueError, match="unknown command"):
        inline_html("$\\foo$")


def test_fences_keep_their_places() -> None:
    """The text of a fence stands where it stands in the lesson, and nothing else does."""
    text = '# A\n\nhello\n\n- a\n\n  ```check name=b covers="p q"\n  1 <= 2\n  3 <= 4\n  ```\n\nbye'
    (fence,) = read_document(Source("t.md", text)).fences
    assert fence.source.text.split() == ["1", "<=", "2", "3", "<=", "4"]
    assert fence.source.line_and_column(fence.source.text.index("3")) == (9, 3)
    assert (fence.value("name"), fence.value("covers"), fence.value("caption")) == ("b", "p q", "")
