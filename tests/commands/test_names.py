"""Names and titles are text, whatever is in them: on pages, in Markdown, in messages and on sheets."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from shapecli.base.source import visible
from shapecli.base.templates import markdown
from shapecli.commands.main import run

ESCAPE, TURN = "\x1b[31m", "\u202e"
NAMES = (
    f"red{ESCAPE}",
    f"turn{TURN}txt",
    "new\nline",
    "back`tick`",
    "[a](b)",
    "<img src=x onerror=alert(1)>".replace("/", ""),
)
TITLES = (
    "[a](http://x)", "![a](b)", "<img onerror=alert(1)>", "`code` ``", "**a** __b__ _c_ *d*", "a ## #",
    "\\[a\\]", "&amp; &#91;", "$x$ $$", "<http://x.org>", "https://x.org www.x.org a@x.org", "~~gone~~ ~x~",
    "| a | b |",
    "# a", "- a", "1. a", "> a", "a \\", "<!-- a", "</h1>", "[a]: http://x", "a_b 2_3",
)  # fmt: skip
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_plain(text: str) -> bool:
    """Whether there is nothing in a text that a terminal or a reader obeys."""
    return not UNSEEN.search(text)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_text_in_markdown(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the heading, and where the picture says what it shows; so says another reader of Markdown."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.shape").write_text(f'title "{title}"\ndraw x <= 1')
    assert run(("explain", "a.shape", "-o", "a.md", "--size", "12", "-q")) == 0
    text = (tmp_path / "a.md").read_text("utf-8")
    tokens = MarkdownIt("commonmark").parse(text)
    heading = next(tokens[k + 1] for k, token in enumerate(tokens) if token.type == "heading_open")
    assert {child.type for child in heading.children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in heading.children or ()) == title
    picture = next(child for token in tokens for child in token.children or () if child.type == "image")
    assert picture.attrs["src"] == "a-pictures/1.png"
    assert "".join(child.content for child in picture.children or ()) == title
    assert {child.type for child in picture.children or ()} <= {"text", "text_special"}
    assert not re.search(r"://|www\.|[^\s]@[^\s]", text), "which some readers make links of"


@given(title=st.text("ab_*[]()<>!`#~$|\\&;:/.@w1-+=^ '\"", min_size=1).map(str.strip).filter(bool))
def test_any_title_is_text_in_markdown_and_in_html(title: str) -> None:
    """What Markdown makes of it is what HTML makes of it: the title."""
    assert html.unescape(str(markdown(title))) == title
    shown = MarkdownIt("commonmark").render(f"# {markdown(title)}")
    assert html.unescape(shown.removeprefix("<h1>").removesuffix("</h1>\n")) == title
    assert "<" not in shown.removeprefix("<h1>").removesuffix("</h1>\n")


@pytest.mark.parametrize(
    "title", ["Batman", "Puzzle piece, one inequality", "x^5 + y^5", "a_b + 2.5 - (c/d)!", "Größe = ½"]
)
def test_a_harmless_title_stays_as_it_is(title: str) -> None:
    """Nobody reads more than must be."""
    assert str(markdown(title)) == title


def test_a_gallery_shows_names_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On both pages, in what is said, and on the sheet; data stays data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "figures").mkdir()
    for name in NAMES:
        (tmp_path / "figures" / f"{name}.shape").write_text("draw x <= 1")
    (tmp_path / "figures" / f"bad{ESCAPE}\n.shape").write_text("draw x <= sni(y)")
    out = f"out{ESCAPE}{TURN}\n"
    given = ("gallery", "figures", "-o", out, "--size", "9", "--contact-sheet", "sheet.png", "--json")
    assert run((*given, "--title", f"{ESCAPE}\n\n[a](http://x)")) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["output"] == out
    assert is_plain(said.err)
    assert said.err.count("error") == 1
    for page in ("index.html", "README.md"):
        text = (tmp_path / out / page).read_text("utf-8")
        assert is_plain(text)
        assert "<img src=x" not in text
        for name in NAMES:
            assert visible(name).replace("\n", "") in html.unescape(text).replace("\n", "") or "\n" in name
    readme = (tmp_path / out / "README.md").read_text("utf-8")
    block, *_ = MarkdownIt("commonmark").parse(readme)
    assert block.type == "html_block"
    assert not [
        token for token in MarkdownIt("commonmark").parse(readme) if token.type not in ("html_block",)
    ]
    assert "[" not in readme
    assert "`" not in readme
    lines = (tmp_path / out / "manifest.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["title"] for line in lines} == set(NAMES)
    with Image.open(tmp_path / "sheet.png") as sheet:
        sheet.load()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["html", "md", "txt"])
def test_an_explanation_shows_its_name(
    name: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A figure without a title is called as its file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.shape").write_text("draw x <= 1")
    assert run(("explain", f"{name}.shape", "-o", f"{name}.{form}", "--size", "9", "-q")) == 0
    text = (tmp_path / f"{name}.{form}").read_text("utf-8")
    assert is_plain(text)
    assert visible(name) in (text if form == "txt" else html.unescape(text))
    if form != "txt":
        assert "<img src=x" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "{}.shape"), ("render", "{}.shape"), ("explain", "{}.shape"), ("page", "{}.shape"),
        ("export", "{}.shape", "--to", "desmos"), ("gallery", "{}.shape", "-o", "{}"), ("lesson", "{}.md"),
        ("gallery", "{}", "-o", "out"), ("gallery", "right.shape", "-o", "{}.shape"), ("lesson", "new", "{}"),
        ("lesson", "right.md", "-o", "taken{}"), ("gallery", "right.shape", "-o", "taken{}"),
        ("import", "{}.shape"), ("animate", "{}.shape", "--sweep", "n=1..2"), ("show", "{}.shape"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("name", [f"a{ESCAPE}b", f"a{TURN}b", "a\nb"], ids=["escape", "turn", "newline"])
def test_messages_show_names(
    arguments: tuple[str, ...], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Of files with mistakes, or that are in the way; no name makes a line of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.shape").write_text("draw x <= sni(y)")
    (tmp_path / f"{name}.md").write_text("# A\n\n```check\n1 = 2\n```\n")
    (tmp_path / "right.shape").write_text("draw x <= 1")
    (tmp_path / "right.md").write_text("# A\n")
    (tmp_path / f"taken{name}").mkdir()
    (tmp_path / f"taken{name}" / "index.html").write_text("mine")
    code = run([argument.format(name) for argument in arguments])
    said = capsys.readouterr()
    assert code in (1, 2)
    assert is_plain(said.err + said.out)
    assert "error" in said.err
    assert not [line for line in said.err.split("\n") if line.startswith("b")], said.err


def test_what_a_figure_is_about_is_told_wherever_its_title_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As text, in pictures, paths and pages."""
    monkeypatch.chdir(tmp_path)
    about = "It is <b>a disc</b> & *more*."
    (tmp_path / "a.shape").write_text(f'title "T"\nabout "{about}"\ndraw x^2 + y^2 <= 1')
    for command, *rest in (
        ("render", "-o", "a.png", "--size", "9"), ("render", "-o", "a.svg", "--size", "9"),
        ("render", "-o", "a.pdf", "--size", "9"), ("page", "-o", "a.html"), ("explain", "-o", "b.html"),
        ("explain", "-o", "b.md"), ("export", "--to", "json", "-o", "a.json"),
    ):  # fmt: skip
        assert run((command, "a.shape", "-q", *rest)) == 0
    with Image.open("a.png") as picture:
        assert isinstance(picture, PngImageFile)
        assert (picture.text["Title"], picture.text["Description"]) == ("T", about)
    escaped = html.escape(about, quote=False)
    assert f"<desc>{escaped}</desc>" in Path("a.svg").read_text()
    assert f"/Subject ({about})".encode() in Path("a.pdf").read_bytes()
    assert all(f">{escaped}</p>" in Path(name).read_text() for name in ("a.html", "b.html"))
    assert f"\n{markdown(about)}\n" in Path("b.md").read_text()
    assert json.loads(Path("a.json").read_text())["about"] == about


def test_a_site_shows_titles_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given for its list, too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("# <b>[A](#b-a)\n\n```shape size=12\ndraw x <= 1\n```\n")
    assert run(("lesson", "a.md", "--title", f"<i>{ESCAPE}{TURN}\udcff", "-q")) == 0
    for page in ("a.html", "index.html"):
        text = (tmp_path / "site" / page).read_text("utf-8")
        assert is_plain(text)
        assert "<i>" not in text
        assert "<b>" not in text
    assert "&lt;i&gt;\\u{001B}[31m\\u{202E}\\u{DCFF}" in (tmp_path / "site" / "index.html").read_text("utf-8")
