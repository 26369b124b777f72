"""Sites, by the command: what is built, kept, removed and refused; and the lessons of the tool."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shapecli.base.source import Source
from shapecli.lessons.bundled import bundled, short
from shapecli.lessons.document import read_document
from shapecli.lessons.fences import OPTIONS
from shapecli.lessons.workshop import TEMPLATES
from tests.commands.run import COMMAND, Ended, left_behind, run

ROOT = Path(__file__).parents[2]
LESSON = "# {0}\n\nAbout {0}.\n\n```shape size=40\ndraw x <= {0}\n```\n\n```check\n{0} = {0}\n```\n"


def lesson(folder: Path, *arguments: str | Path) -> Ended:
    """The command in a folder."""
    return run("lesson", *arguments, folder=folder)


def reported(ended: Ended) -> Any:
    """Its report."""
    return json.loads(ended.out)


def test_every_lesson_is_built_and_every_claim_is_true(everything: tuple[Path, Any]) -> None:
    """Nineteen of them; a claim that fails would have stopped it."""
    _, report = everything
    assert len(report["built"]) == len(report["lessons"]) == 19
    assert all(len(one["claims"]) >= 1 for one in report["lessons"])
    assert sum(len(one["claims"]) for one in report["lessons"]) >= 200


def test_each_has_something_to_move_and_an_exercise(everything: tuple[Path, Any]) -> None:
    """A live figure or a slider; at the end an exercise, with an answer that asks the tool."""
    site, report = everything
    for one in report["lessons"]:
        page = (site / one["page"]).read_text("utf-8")
        assert "<iframe" in page or 'type="range"' in page, one["page"]
        exercise = page[page.index('<h2 id="exercise">') :]
        answer = exercise[exercise.index('<details class="answer">') :]
        assert "shapecli" in answer or "claim" in answer, one["page"]


def test_links_lead_somewhere(everything: tuple[Path, Any]) -> None:
    """To pages, files and places in pages, which all exist."""
    site, _ = everything
    pages = list(site.glob("*.html"))
    ids = {path.name: set(re.findall(r' id="([^"]+)"', path.read_text("utf-8"))) for path in pages}
    for path in pages:
        for link in re.findall(r'(?:href|src)="([^"]+)"', path.read_text("utf-8")):
            name, _, anchor = link.partition("#")
            if link.startswith(("data:", "https:")):
                continue
            assert not name or (site / name).is_file(), (path.name, link)
            assert not anchor or anchor in ids[name or path.name], (path.name, link)


def test_nothing_is_left_over(everything: tuple[Path, Any]) -> None:
    """Every file of the site is shown by a page."""
    site, _ = everything
    pages = "".join(path.read_text("utf-8") for path in site.glob("*.html"))
    names = left_behind(site / "files")
    shown = set(re.findall(r"files/([0-9a-f]+\.[a-z]+)", pages))
    assert names == shown


def test_coverage_is_up_to_date() -> None:
    """docs/coverage.md is what the lessons say; what they do not cover has a reason."""
    done = subprocess.run([sys.executable, "docs/make_coverage.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0
    rows = [line.split("|")[1:-1] for line in (ROOT / "docs/coverage.md").read_text("utf-8").split("\n")]
    listed = [row for row in rows if len(row) == 4 and re.fullmatch(r" [SP]\d-\d\d ", row[0])]
    assert len(listed) == 83
    assert all(row[2].strip() or row[3].strip() for row in listed)


def test_every_option_is_documented() -> None:
    """In the page for those who write lessons."""
    text = (ROOT / "docs/lessons.md").read_text("utf-8")
    for names in OPTIONS.values():
        for name in names:
            assert re.search(rf"`{name}[=`]", text), name


def test_only_what_has_changed_is_built_again(tmp_path: Path) -> None:
    """A lesson that changed; one whose file is damaged or gone; both neighbours of a new title."""
    for name in "123":
        (tmp_path / f"{name}.md").write_text(LESSON.format(name))
    assert reported(lesson(tmp_path, ".", "--json"))["built"] == ["1", "2", "3"]
    assert reported(lesson(tmp_path, ".", "--json"))["kept"] == ["1", "2", "3"]
    (tmp_path / "1.md").write_text(LESSON.format(1).replace("About 1", "Still about 1"))
    assert reported(lesson(tmp_path, ".", "--json"))["built"] == ["1"]
    (tmp_path / "2.md").write_text(LESSON.format(2).replace("# 2", "# Two"))
    assert reported(lesson(tmp_path, ".", "--json"))["built"] == ["1", "2", "3"]
    page = tmp_path / "site" / "2.html"
    whole = page.read_bytes()
    page.write_bytes(whole[: len(whole) // 2])
    assert reported(lesson(tmp_path, ".", "--json"))["built"] == ["2"]
    assert page.read_bytes() == whole
    for path in (tmp_path / "site" / "files").iterdir():
        path.unlink()
    assert reported(lesson(tmp_path, ".", "--json"))["built"] == ["1", "2", "3"]
    (tmp_path / "site" / "lessons.json").write_text("{")
    assert reported(lesson(tmp_path, ".", "--json"))["built"] == ["1", "2", "3"]
    assert reported(lesson(tmp_path, ".", "--json", "--rebuild"))["built"] == ["1", "2", "3"]


def test_files_that_no_page_shows_are_removed(tmp_path: Path) -> None:
    """But nothing that the tool did not make."""
    (tmp_path / "a.md").write_text(LESSON.format(1))
    assert lesson(tmp_path, "a.md").code == 0
    files = tmp_path / "site" / "files"
    (before,) = left_behind(files)
    (files / "mine.png").write_text("mine")
    (tmp_path / "a.md").write_text(LESSON.format(2))
    assert lesson(tmp_path, "a.md").code == 0
    assert before not in left_behind(files)
    assert "mine.png" in left_behind(files)


def test_a_false_claim_fails_and_the_page_stays(tmp_path: Path) -> None:
    """The message has file, line, caret and numbers; the other lessons are built."""
    (tmp_path / "a.md").write_text(LESSON.format(1))
    (tmp_path / "b.md").write_text(LESSON.format(2))
    assert lesson(tmp_path, ".").code == 0
    page = (tmp_path / "site" / "a.html").read_bytes()
    (tmp_path / "a.md").write_text(LESSON.format(1) + "\n```check\nlse(1, 1) <= 1\n```\n")
    (tmp_path / "b.md").write_text(LESSON.format(3))
    ended = lesson(tmp_path, ".")
    assert ended.code == 1
    assert "a.md:14:1: error: this is false\n  | lse(1, 1) <= 1\n  | ^^^^" in ended.err
    assert "hint: lse(1, 1) is 1.013862944" in ended.err
    assert "1 built, 0 as they were, 1 with mistakes" in ended.err
    assert (tmp_path / "site" / "a.html").read_bytes() == page


HOSTILE = "# <script>alert(1)</script> {{ 7 * 7 }} \"'&\n\n<img src=x onerror=alert(2)> $\\text{<script>}$\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a lesson begins with its title"),
        ("# A\n\n[b](b.md)", "there is no lesson b.md"),
        ("# A\n\n[b](#c)", "there is no section c"),
        ("# A\n\n[b](c.pdf)", "c.pdf is neither a lesson nor on the web"),
        ("# A\n\n![b](c.png)", "there is no picture c.png"),
        ("# A\n\n![b](../a.md)", "the picture is not in the folder of the lesson"),
        ("# A\n\n![b](a.md)", "this is no picture"),
        ("# A\n\n![b](https://c/d.png)", "a picture from the web"),
        ('# A\n\n```shape\nuse "../x.shape"\ndraw A\n```', "a figure uses files in its own folder"),
        ("# A\n\n```shape\ndraw x <= \n```", "something is missing after <="),
        ("# A\n\n```shape size=9999\ndraw x <= 1\n```", "a size is 10 to 2000 pixels"),
        ("# A\n\n```shape style=fill\ndraw sin(1e9*x*y) <= cos(1e9*y)\n```", "work"),
        ("# A\n\n```check\n1 <= 2 for p, q, r, s, t, u in 0 .. 1\n```", "points are too many"),
        ("# A\n\n" + "```shape size=9\ndraw x <= 1\n```\n" * 201, "a lesson has up to 200 fences"),
        ("# A\n\n```check\n" + "1 = 1\n" * 201 + "```", "201 claims are more than the limit of 200"),
        ("# A\n\n```shape film=n=1..9\ndraw sin(1e9*x*y) <= cos(1e9*y)\n```", "work"),
        (f"# A\n\n```shape\ndraw {'(' * 5000}x <= 1{')' * 5000}\n```", None),
        (f"# A\n\n```check\n{'-' * 5000}1 = 1\n```", None),
        ("# A\n\n" + "> " * 3000 + "a", None),
        ("# A\n\n" + "[" * 3000, None),
        ("# A\n\n" + "*a_" * 3000, None),
    ],
)
def test_bad_lessons_end_in_a_message(text: str, message: str | None, tmp_path: Path) -> None:
    """Never in a traceback, and not in a page."""
    (tmp_path / "lesson").mkdir()
    (tmp_path / "a.md").write_text("# Out of reach")
    (tmp_path / "lesson" / "a.md").write_text(text)
    ended = lesson(tmp_path / "lesson", "a.md", "--limit-work", "0.05")
    assert "Traceback" not in ended.err
    assert ended.code == (1 if message else 0), ended.err
    assert (message or "") in ended.err
    assert (tmp_path / "lesson" / "site" / "a.html").exists() == (message is None)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    """In the title, the page, the list and the neighbours' links."""
    (tmp_path / "a.md").write_text(HOSTILE)
    (tmp_path / "b.md").write_text(LESSON.format(1))
    assert lesson(tmp_path, ".", "--title", "<b>{{ 1 }}").code == 0
    for name in ("a.html", "b.html", "index.html"):
        page = (tmp_path / "site" / name).read_text("utf-8")
        assert page.count("<script>") <= 1
        assert "<img src=x" not in page
        assert "{{ 7 * 7 }}" in page
    assert "&lt;b&gt;{{ 1 }}" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_pictures_beside_a_lesson_are_copied(tmp_path: Path) -> None:
    """And when they change, the lesson is built again."""
    assert run("render", "-e", "x <= 1", "-o", "p q.png", "--size", "9", folder=tmp_path).code == 0
    (tmp_path / "a.md").write_text("# A\n\n![half a plane](p%20q.png)")
    assert lesson(tmp_path, "a.md").code == 0
    page = (tmp_path / "site" / "a.html").read_text("utf-8")
    (name,) = re.findall(r'<img src="(files/[0-9a-f]+\.png)" alt="half a plane">', page)
    assert (tmp_path / "site" / name).read_bytes() == (tmp_path / "p q.png").read_bytes()
    assert reported(lesson(tmp_path, "a.md", "--json"))["kept"] == ["a"]
    assert run("render", "-e", "y <= 1", "-o", "p q.png", "--size", "9", folder=tmp_path).code == 0
    assert reported(lesson(tmp_path, "a.md", "--json"))["built"] == ["a"]


def test_a_link_to_a_lesson_that_is_not_built_is_none(tmp_path: Path) -> None:
    """Until it is in the site."""
    (tmp_path / "a.md").write_text("# A\n\n[other](b.md) and [web](https://example.org/)")
    (tmp_path / "b.md").write_text("# B\n\n[back](a.md#a)")
    assert lesson(tmp_path, "a.md").code == 0
    page = (tmp_path / "site" / "a.html").read_text("utf-8")
    assert "<a>other</a>" in page
    assert '<a href="https://example.org/">web</a>' in page
    assert lesson(tmp_path, "b.md").code == 0
    assert lesson(tmp_path, "a.md").code == 0
    assert '<a href="b.html">other</a>' in (tmp_path / "site" / "a.html").read_text("utf-8")
    assert '<a href="a.html#a">back</a>' in (tmp_path / "site" / "b.html").read_text("utf-8")


def test_the_lessons_of_the_tool_are_found_by_name(tmp_path: Path) -> None:
    """With and without the number, and by it; a near miss is told."""
    listed = lesson(tmp_path, "--list").out.decode()
    assert listed.count("\n") == 19
    assert "02  circle-to-square    From circle to square" in listed
    for name in ("half-planes", "01-half-planes", "1", "01"):
        assert reported(lesson(tmp_path, name, "--json", "-o", name))["built"] == ["01-half-planes"]
    ended = lesson(tmp_path, "half-plane")
    assert ended.code == 2
    assert "did you mean half-planes?" in ended.err
    assert [short(path) for path in bundled()[:2]] == ["half-planes", "circle-to-square"]


def test_a_new_lesson_can_be_built_as_it_is(tmp_path: Path) -> None:
    """The template is a lesson with everything in it; it never replaces a file."""
    assert lesson(tmp_path, "new", "my-ellipses").code == 0
    text = (tmp_path / "my-ellipses.md").read_text("utf-8")
    assert text.startswith("# My ellipses\n")
    report = reported(lesson(tmp_path, "my-ellipses.md", "--json"))
    assert report["problems"] == {}
    assert len(report["lessons"][0]["claims"]) >= 1
    assert "<!--" not in (tmp_path / "site" / "my-ellipses.html").read_text("utf-8")
    for names, message in (
        (["my-ellipses"], "exists"), (["../a"], "is no name"), (["index"], "is no name"),
        (["7"], "is no name"),
        (["a.txt"], "is no name"), ([""], "is no name"), ([], "one name"),
        (["a", "b"], "one name"),
    ):  # fmt: skip
        ended = lesson(tmp_path, "new", *names)
        assert (ended.code, message in ended.err) == (2, True), ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a lesson"),
        (["missing.md"], "No such file"),
        (["empty"], "there is no *.md in empty"),
        (["a.md", "-o", "a.md"], "is a file, not a folder"),
        (["a.md", "b/a.md"], "would be one page"),
        (["index.md"], "needs the name index"),
        (["binary.md"], "this is not UTF-8 text"),
    ],
)
def test_what_cannot_be_built_is_told(arguments: list[str], message: str, tmp_path: Path) -> None:
    """In one message."""
    for name in ("empty", "b"):
        (tmp_path / name).mkdir()
    for name in ("a.md", "b/a.md", "index.md"):
        (tmp_path / name).write_text(LESSON.format(1))
    (tmp_path / "binary.md").write_bytes(b"\xff\x00\xfe")
    ended = lesson(tmp_path, *arguments)
    assert ended.code in (1, 2)
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_files_of_others_stay(tmp_path: Path) -> None:
    """Pages that are not ours, and those of a lesson of the same name in another folder."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.md").write_text(LESSON.format(1))
    (tmp_path / "mine").mkdir()
    for name in ("index.html", "one.html"):
        (tmp_path / "mine" / name).write_text("<p>mine")
        ended = lesson(tmp_path, "a/one.md", "-o", "mine")
        assert ended.code in (1, 2)
        assert f"mine/{name} was not made by shapecli" in ended.err
        assert (tmp_path / "mine" / name).read_text() == "<p>mine"
        (tmp_path / "mine" / name).unlink()
    assert lesson(tmp_path, "a/one.md").code == 0
    ended = lesson(tmp_path, "b/one.md")
    assert ended.code == 1
    assert "site/one.html is the page of site/../a/one.md" in ended.err
    (tmp_path / "a" / "one.md").unlink()
    assert lesson(tmp_path, "b/one.md").code == 0


def test_pages_of_lessons_that_are_gone_go(tmp_path: Path) -> None:
    """With their pictures, and from the list."""
    for name in "12":
        (tmp_path / f"{name}.md").write_text(LESSON.format(name))
    assert lesson(tmp_path, ".").code == 0
    (tmp_path / "2.md").unlink()
    assert lesson(tmp_path, ".").code == 0
    assert {"1.html", "index.html"} == {
        name for name in left_behind(tmp_path / "site") if name.endswith(".html")
    }
    assert len(left_behind(tmp_path / "site" / "files")) == 1
    assert "2.html" not in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_a_pipe_is_no_lesson(tmp_path: Path) -> None:
    """Nobody waits for it."""
    os.mkfifo(tmp_path / "a.md")
    ended = lesson(tmp_path, "a.md")
    assert (ended.code, "it is not a file" in ended.err) == (1, True)


def test_two_runs_at_once(tmp_path: Path) -> None:
    """Both end well, and what is there is whole."""
    for name in "123456":
        (tmp_path / f"{name}.md").write_text(LESSON.format(name))
    command = [*COMMAND, "lesson", ".", "--rebuild"]
    runs = [subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) for _ in range(3)]
    assert [one.wait(120) for one in runs] == [0, 0, 0]
    for one in runs:
        assert one.stderr is not None
        one.stderr.close()
    assert len(reported(lesson(tmp_path, ".", "--json"))["kept"]) == 6


def test_watching_builds_again(tmp_path: Path) -> None:
    """After every change, also from a mistake, until it is interrupted."""
    (tmp_path / "a.md").write_text(LESSON.format(1))
    watching = subprocess.Popen(
        [*COMMAND, "lesson", "a.md", "--watch"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert watching.stderr is not None
    seen: list[str] = []

    def wait_for(text: str) -> None:
        deadline = time.monotonic() + 60
        while not any(text in line for line in seen):
            assert time.monotonic() < deadline, seen
            assert watching.stderr is not None
            seen.append(watching.stderr.readline())
        seen.clear()

    wait_for("watching a.md")
    (tmp_path / "a.md").write_text("# A\n\n```check\n1 = 2\n```")
    wait_for("this is false")
    wait_for("watching a.md")
    (tmp_path / "a.md").write_text("# A\n\n```check\n1 = 1\n```")
    wait_for("1 built")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(60) == 130
    watching.stderr.close()


def test_the_report_has_every_claim_and_what_is_covered(everything: tuple[Path, Any]) -> None:
    """With the line, the margin and where it is tightest."""
    _, report = everything
    covered = Counter(word for one in report["lessons"] for word in one["covers"])
    assert covered["S0-13"] == 1
    claims = [claim for one in report["lessons"] for claim in one["claims"]]
    assert all(set(claim) == {"text", "line", "margin", "place", "points"} for claim in claims)
    by_name = {path.stem: path.read_text("utf-8").split("\n") for path in bundled()}
    for one in report["lessons"]:
        lines = by_name[one["page"].removesuffix(".html")]
        assert all(claim["text"] in lines[claim["line"] - 1] for claim in one["claims"])


def test_templates_hold_no_address() -> None:
    """A page asks nobody."""
    for path in TEMPLATES.iterdir():
        assert not re.search(r"https?:", path.read_text("utf-8")), path.name


@pytest.mark.parametrize("path", bundled(), ids=lambda path: path.stem)
def test_answers_can_be_tried(path: Path, tmp_path: Path, examples: Path) -> None:
    """Commands in a lesson run, and lessons inside of it are true."""
    (tmp_path / "examples").symlink_to(examples)
    (tmp_path / "T.shape").write_text("T = box(0, 4, 4, 5) | box(1.5, 2.5, 0, 5)\ndraw T")  # of lesson 7
    for token in read_document(Source(path.name, path.read_text("utf-8"))).tokens:
        if token.type != "fence" or token.info not in ("sh", "md"):
            continue
        if token.info == "md":
            (tmp_path / "answer.md").write_text(token.content)
            ended = lesson(tmp_path, "answer.md")
            assert ended.code == 0, ended.err
            continue
        for line in token.content.splitlines():
            command, *arguments = shlex.split(line)
            assert command == "shapecli"
            if "--watch" not in arguments:
                ended = run(*arguments, folder=tmp_path)
                assert ended.code == 0, (line, ended.err)
