"""Galleries: variants are numbered from 1, times are true, and a run whose helpers end is over too."""

import json
import re
import time
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import pytest
from PIL import Image

from shapecli.gallery import pool
from shapecli.gallery.manifest import PictureEntry
from shapecli.gallery.pages import write_pages
from tests.commands.run import run


def test_variants_are_numbered_from_one(tmp_path: Path) -> None:
    """Of each figure, in the order of the values."""
    (tmp_path / "a.shape").write_text("draw x <= 1")
    (tmp_path / "b.shape").write_text("draw y <= 1")
    options = (
        "--size",
        "8",
        "--vary",
        "n=5,7",
        "--vary",
        "style=fill,soft",
        "--name",
        "{number}{name}-{n}-{style}",
    )
    ended = run("gallery", "a.shape", "b.shape", "-o", "out", *options, "--json", folder=tmp_path)
    assert ended.code == 0
    variants = ["5-fill", "5-soft", "7-fill", "7-soft"]
    wanted = {f"{k}{name}-{variant}.png" for name in "ab" for k, variant in enumerate(variants, 1)}
    assert set(json.loads(ended.out)["drawn"]) == wanted


def test_the_time_is_that_of_the_run(tmp_path: Path) -> None:
    """In the report and in what is said."""
    (tmp_path / "a.shape").write_text("draw x <= 1")
    began = time.monotonic()
    ended = run("gallery", "a.shape", "-o", "out", "--size", "8", "--json", folder=tmp_path)
    longest = time.monotonic() - began
    assert ended.code == 0
    assert 0 <= json.loads(ended.out)["seconds"] <= longest
    said = re.fullmatch(r"1 drawn, 0 as they were, ([0-9.]+) s: out/index.html\n", ended.err)
    assert said is not None
    assert 0 <= float(said[1]) <= longest + 0.05


def test_when_nobody_works_any_more_the_run_is_over() -> None:
    """Instead of waiting for an answer that never comes; an answer that is there is taken."""
    ended = Thread(target=lambda: None)
    ended.start()
    ended.join()
    found: list[object] = []

    def ask(answers: "SimpleQueue[Any]") -> None:
        try:
            found.append(pool._next(answers, [ended]))
        except OSError as problem:
            found.append(str(problem))

    cases: list[tuple[list[Any], Any]] = [([], "the processes that draw have ended"), ([(3, {})], (3, {}))]
    for answers, expected in cases:
        queue: SimpleQueue[Any] = SimpleQueue()
        for answer in answers:
            queue.put(answer)
        asking = Thread(target=ask, args=(queue,), daemon=True)
        asking.start()
        asking.join(20)
        assert found.pop() == expected


@pytest.mark.parametrize("count", [1, 2, 5])
def test_processes_that_die_are_told(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each picture has its problem, and the run ends with 1."""
    monkeypatch.setattr("sys.executable", "/bin/false")
    (tmp_path / "a.shape").write_text("draw x <= 1")
    options = ("--size", "8", "--vary", f"n=1..9/{max(2, count)}", "--json", "-q")
    ended = run("gallery", "a.shape", "-o", "out", *options, folder=tmp_path)
    assert ended.code == 1
    assert len(json.loads(ended.out)["problems"]) == max(2, count)
    assert ended.err.count("the process that drew it ended") == max(2, count)


def test_a_process_that_dies_takes_one_picture_along(tmp_path: Path) -> None:
    """What comes after it is drawn by another process."""
    (tmp_path / "a.shape").write_text("draw x <= 1")
    job = {"figure": str(tmp_path / "a.shape"), "folder": str(tmp_path), "settings": {"size": 8}}
    more = {"limit_operations": 100, "films": False, "pages": False}
    jobs = [{}, *({**job, **more, "output": f"{k}.png"} for k in range(3))]  # {} is no job, and ends it
    assert [number for number, answer in pool.drawn(jobs, 1) if "problem" in answer] == [0]


@pytest.mark.parametrize("count", [1, 4, 5, 9])
def test_the_readme_has_every_picture_once(count: int, tmp_path: Path) -> None:
    """In rows of three, in their order, each with a way to its figure."""
    entries = [
        PictureEntry(
            f"a{k}.png", f"../a{k}.shape", "", f"A{k}", ("render",), "draw x <= 1", (8, 8), (8, 8), {}
        )
        for k in range(count)
    ]
    write_pages(tmp_path, entries, "T")
    text = (tmp_path / "README.md").read_text()
    rows = [re.findall(r'href="([^"]*)"><img src="([^"]*)"', row) for row in text.split("<tr>")[1:]]
    assert [len(row) for row in rows] == [3] * (count // 3) + [count % 3] * (count % 3 > 0)
    assert [pair for row in rows for pair in row] == [
        (f"../a{k}.shape", f"thumbnails/a{k}.webp") for k in range(count)
    ]
    assert (tmp_path / "index.html").read_text().count("<img") >= count


def test_a_sheet_of_nothing_is_a_sheet(tmp_path: Path) -> None:
    """Where no figure could be drawn, the mistakes are told all the same."""
    (tmp_path / "a.shape").write_text("draw foo")
    ended = run("gallery", "a.shape", "-o", "out", "--contact-sheet", "s.png", folder=tmp_path)
    assert ended.code == 1
    assert "unknown name foo" in ended.err
    with Image.open(tmp_path / "s.png") as sheet:
        assert min(sheet.size) > 0
