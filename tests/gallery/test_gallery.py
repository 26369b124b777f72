"""Galleries: what is drawn, what is kept, and what a run leaves behind however it ends."""

import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shapecli.gallery import worker
from shapecli.gallery.manifest import read_manifest, thumbnail_of
from tests.commands.run import COMMAND, Ended, run

HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """A folder with figures in it and below it, of which one has a mistake and one a hostile title."""
    folder = tmp_path / "figures"
    (folder / "art").mkdir(parents=True)
    (folder / "disc.shape").write_text("param r = 1 in 0 .. 2\ndraw hypot(x, y) <= r")
    (folder / "art" / "bat.shape").write_text('use "ear.part"\ndraw ear(x, y) | ear(-x, y) fill navy')
    (folder / "art" / "ear.part").write_text("ear = abs(x - 1) + abs(y) <= 0.5")
    (folder / "hostile.shape").write_text(f'title "{HOSTILE}"\ndraw x <= 1 # </pre><script>alert(2)</script>')
    (folder / ".hidden.shape").write_text("draw x <= 1")
    return folder


def gallery(folder: Path, *arguments: object) -> Ended:
    """Run the command beside the figures."""
    options = [str(argument) for argument in arguments]
    return run("gallery", folder.name, "-o", "out", "--size", "40", *options, folder=folder.parent)


def report(ended: Ended) -> dict[str, list[str]]:
    """What --json printed."""
    found: dict[str, list[str]] = json.loads(ended.out)
    return found


def state(folder: Path) -> dict[str, str]:
    """Every file of a gallery by its hash."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_figure_is_drawn(figures: Path) -> None:
    """Folders are kept, each picture is what its command draws, and both pages name all."""
    ended = gallery(figures)
    assert ended.code == 0, ended.err
    out = figures.parent / "out"
    assert set(read_manifest(out)) == {"disc.png", "hostile.png", "art/bat.png"}
    for name, entry in read_manifest(out).items():
        assert entry.command[-1] == Path(entry.name).name  # beside the figures, where no folder need be
        again = run(*entry.command[:-1], figures.parent / "again.png", folder=figures.parent)
        assert again.code == 0
        assert (figures.parent / "again.png").read_bytes() == (out / name).read_bytes()
        assert shlex.join(("shapecli", *entry.command)) in (out / "index.html").read_text()
        with Image.open(out / thumbnail_of(name)) as small:
            assert small.size == entry.thumbnail
    for page in ("index.html", "README.md"):
        text = (out / page).read_text()
        assert HOSTILE not in text
        assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in text
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)
    assert not [path for path in out.rglob("*") if path.suffix == ".tmp"]


def test_a_second_run_draws_what_changed_is_missing_or_damaged(figures: Path) -> None:
    """And nothing else; the result is that of a run from nothing."""
    vary = ["--vary", "n=4,16", "--json", "-q"]
    out = figures.parent / "out"
    assert len(report(gallery(figures, *vary))["drawn"]) == 6
    before = state(out)
    assert report(gallery(figures, *vary))["drawn"] == []
    assert state(out) == before

    (out / "disc-n4.png").unlink()
    (out / "thumbnails" / "disc-n16.webp").unlink()
    damaged = (out / "hostile-n4.png").read_bytes()
    (out / "hostile-n4.png").write_bytes(damaged[:-20] + bytes(20))
    assert report(gallery(figures, *vary))["drawn"] == ["disc-n16.png", "disc-n4.png", "hostile-n4.png"]
    assert state(out) == before

    (figures / "disc.shape").write_text("draw hypot(x, y) <= 1.5")
    assert report(gallery(figures, *vary))["drawn"] == ["disc-n16.png", "disc-n4.png"]
    (figures / "art" / "ear.part").write_text("ear = abs(x - 1) + abs(y) <= 0.7")
    assert report(gallery(figures, *vary))["drawn"] == ["art/bat-n16.png", "art/bat-n4.png"]
    assert len(report(gallery(figures, *vary, "--fill", "red"))["drawn"]) == 6
    assert len(report(gallery(figures, *vary, "--redraw"))["drawn"]) == 6


def test_a_bad_figure_does_not_stop_the_rest(figures: Path) -> None:
    """Its mistake is told with its place, the exit code is 1, and its last good picture stays."""
    assert gallery(figures).code == 0
    (figures / "disc.shape").write_text("draw sni(x) <= 1")
    (figures / "new.shape").write_text("draw x <= ")
    (figures / "large.shape").write_text("draw " + " + ".join(["sin(x)"] * 300_000) + " <= 1")
    ended = gallery(figures, "--json")
    assert ended.code == 1
    assert set(report(ended)["problems"]) == {"disc.png", "new.png", "large.png"}
    assert "disc.shape:1:6: error: unknown function sni" in ended.err
    assert "larger than the limit" in ended.err
    assert "Traceback" not in ended.err
    assert "disc.png" in (figures.parent / "out" / "index.html").read_text()


SERIES = {
    "disc.shape": "draw hypot(x, y) <= 1",
    "art/set-algebra/wide.shape": "window -8, 8, -2, 2\nseed 5\ndraw hypot(x, y) <= 1 soft 0.1",
    "art/loops/turn.shape": "param t = 0.4 in 0 .. 1\nsweep t = 0 .. 1, seconds = 0.5, fps = 10, "
    "loop = closed\nwindow -1, 1, -2, 2\ndraw rotate(star(3, 1, 0.4), tau*t/3)",
    "art/loops/lot.shape": f'about "{HOSTILE}"\ndraw disc(random(1), 0, 1)',
    "art/loops/broken.shape": "draw sni(x) <= 1",
}


def linked(page: str) -> set[str]:
    """The files that a page leads to, or shows."""
    found = re.findall(r'(?:src|href|data-href|data-film|data-live)="([^"#]+)"', page)
    return {name for name in found if not name.startswith("data:")}


def test_series_films_pages_and_what_failed(tmp_path: Path) -> None:
    """Each folder has its heading, each picture its shape, and no page leads to what is not there."""
    for name, text in SERIES.items():
        (tmp_path / "figures" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "figures" / name).write_text(text)
    out = tmp_path / "out"
    out.mkdir()
    (out / "disc.html").write_text("mine")
    ended = gallery(tmp_path / "figures", "--pages", "--json")
    assert ended.code == 1
    assert set(report(ended)["problems"]) == {"disc.png", "art/loops/broken.png"}
    assert "disc.html was not made by shapecli" in ended.err
    assert (out / "disc.html").read_text() == "mine"
    (out / "disc.html").unlink()
    ended = gallery(tmp_path / "figures", "--pages", "--json")
    assert (ended.code, report(ended)["drawn"]) == (1, ["disc.png"])

    entries = read_manifest(out)
    assert {name for name, entry in entries.items() if entry.moves} == {"art/loops/turn.png"}
    assert {name for name, entry in entries.items() if not entry.live} == {"art/set-algebra/wide.png"}
    seeds = {name: entry.seed for name, entry in entries.items() if entry.seed is not None}
    assert seeds == {"art/set-algebra/wide.png": 5.0, "art/loops/lot.png": 0.0}
    assert [entries[f"art/{name}.png"].thumbnail for name in ("set-algebra/wide", "loops/turn")] == [
        (40, 10), (20, 40),
    ]  # fmt: skip
    with Image.open(out / "art/loops/turn.webp") as film:
        assert getattr(film, "n_frames", 1) == 5
        assert film.size == (20, 40)
        with Image.open(out / "art/loops/turn.png") as picture:
            still = np.asarray(picture.convert("L"), float)
        away = []
        for number in range(5):
            film.seek(number)
            away.append(np.abs(np.asarray(film.convert("L"), float) - still).mean())
        assert away[0] < min(away[1:]) / 4  # it begins as the picture is
    for page, heading in (("index.html", r"<h2 id=[^>]*>(.*?)</h2>"), ("README.md", "<h2>(.*?)</h2>")):
        text = (out / page).read_text()
        assert [*filter(None, re.findall(heading, text))] == ["Loops", "Set algebra", "More", "Not drawn"]
        assert (
            text.index(">Loops</h2>") < text.index(">turn<") < text.index(">More</h2>") < text.index(">disc<")
        )
        assert "art/loops/turn.webp" in linked(text)
        assert HOSTILE not in text
        assert all((out / name).is_file() for name in linked(text))
        problem = text.partition("Not drawn")[2]
        assert "art/loops/broken.png" in problem
        assert "unknown function sni" in problem
        assert "disc" not in problem

    before = state(out)
    assert report(gallery(tmp_path / "figures", "--pages", "--json"))["drawn"] == []
    assert state(out) == before
    (out / "art/loops/turn.webp").unlink()
    assert report(gallery(tmp_path / "figures", "--pages", "--json"))["drawn"] == ["art/loops/turn.png"]
    assert state(out) == before
    found = report(gallery(tmp_path / "figures", "--pages", "--no-films", "--json"))
    assert (found["drawn"], len(found["kept"])) == (["art/loops/turn.png"], 3)
    assert "art/loops/turn.webp" not in linked((out / "index.html").read_text())


def test_a_film_that_cannot_be_drawn_leaves_the_picture_as_it_was(figures: Path) -> None:
    """With its thumbnail: the entry of the earlier one is shown until the figure is mended."""
    (figures / "film.shape").write_text('title "Earlier"\ndraw x <= 1')
    out = figures.parent / "out"
    assert gallery(figures).code == 0
    pages = (".html", ".md", ".jsonl")
    before = {name: text for name, text in state(out).items() if not name.endswith(pages)}
    # the height is above 0 for the seed 0, and not for all of the film
    (figures / "film.shape").write_text(
        'sweep seed = 0 .. 9\ndraw text("A", 0, 0, random(1) - 0.2) & x <= random(2)'
    )
    ended = gallery(figures)
    assert ended.code == 1
    assert "the height of letters is above 0" in ended.err
    assert {name: text for name, text in state(out).items() if name in before or "film" in name} == before
    assert read_manifest(out)["film.png"].title == "Earlier"
    assert "Earlier" in (out / "index.html").read_text()


@pytest.mark.parametrize("moment", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_cut_short_goes_on(figures: Path, moment: float, number: signal.Signals) -> None:
    """Nothing is half written, nothing that was done is done again, and nothing is left running."""
    command = [*COMMAND, "gallery", figures.name, "-o", "out", "--size", "300", "--vary", "n=1..100/100"]
    process = subprocess.Popen(
        [*command, "-q", "--processes", "2"], cwd=figures.parent, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    out = figures.parent / "out"
    started = time.monotonic()
    while len(list(out.glob("*.png"))) < 200 * moment and time.monotonic() < started + 60:
        time.sleep(0.005)
    process.send_signal(number)
    process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else -9)
    time.sleep(0.3)  # a worker may finish its picture
    assert not list(out.rglob("*.tmp"))
    done = len(read_manifest(out))
    assert 0 < done < 300
    for path in out.rglob("*.png"):
        with Image.open(path) as picture:
            picture.load()
    found = report(run(*command[3:], "--json", "-q", folder=figures.parent))
    assert len(found["kept"]) == done
    assert len(found["drawn"]) == 300 - done
    assert len(read_manifest(out)) == 300


def test_two_runs_into_one_folder(figures: Path) -> None:
    """The second waits for the first, and then finds everything done."""
    command = [
        *COMMAND,
        "gallery",
        figures.name,
        "-o",
        "out",
        "--size",
        "100",
        "--vary",
        "n=1..50/50",
        "--json",
    ]
    both = [
        subprocess.Popen(command, cwd=figures.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    found = [json.loads(process.communicate()[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(len(one["drawn"]) for one in found) == [0, 150]
    assert len(read_manifest(figures.parent / "out")) == 150


def test_figures_of_other_runs_stay(figures: Path) -> None:
    """As long as they exist; but what a figure no longer varies goes from the pages."""
    disc, hostile = figures / "disc.shape", figures / "hostile.shape"
    for figure, vary in ((disc, ["--vary", "n=3,4"]), (hostile, []), (disc, ["--vary", "n=3"])):
        assert run("gallery", figure, "-o", "out", "--size", "9", *vary, folder=figures.parent).code == 0
    assert set(read_manifest(figures.parent / "out")) == {"disc-n3.png", "hostile.png"}
    disc.unlink()
    assert run("gallery", hostile, "-o", "out", "--size", "9", folder=figures.parent).code == 0
    assert set(read_manifest(figures.parent / "out")) == {"hostile.png"}


def test_leftovers_of_killed_processes_are_removed(figures: Path) -> None:
    """Old ones: a fresh one may be somebody's who is writing."""
    out = figures.parent / "out"
    (out / "art").mkdir(parents=True)
    old, fresh = out / "art" / ".shapecli-0123.tmp", out / ".shapecli-4567.tmp"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    assert gallery(figures).code == 0
    assert fresh.exists()
    assert not old.exists()


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("../{name}", "leads out"), ("/tmp/{name}", "leads out"), ("a/../../{name}", "leads out"),  # noqa: S108
        ("{nme}", "{nme} is unknown"), ("same", "two pictures would be same.png"), ("", ""),
        ("index.html", ""), ("thumbnails/{name}", "for itself"), ("{name.__class__}", "is unknown"),
    ],
)  # fmt: skip
def test_names_stay_in_the_gallery(template: str, message: str, figures: Path) -> None:
    """Or the command is at fault, before anything is drawn."""
    ended = gallery(figures, "--name", template)
    if not message:
        assert ended.code == (0 if not template else 2)
        return
    assert ended.code == 2
    assert message in ended.err
    assert not (figures.parent / "out").exists()


def test_names_have_nothing_strange(tmp_path: Path) -> None:
    """Whatever files are called; and two that differ by case are two files to us, one to other systems."""
    folder = tmp_path / "figures"
    folder.mkdir()
    for name in ("a b", "-o x", "é", "semi;colon", "quote'\"", "$(id)", "new\nline"):
        (folder / f"{name}.shape").write_text("draw x <= 1")
    assert gallery(folder).code == 0
    names = set(read_manifest(tmp_path / "out"))
    assert names == {
        "a_b.png", "o_x.png", "é.png", "semi_colon.png", "quote__.png", "__id_.png", "new_line.png",
    }  # fmt: skip
    (folder / "A_B.shape").write_text("draw x <= 1")
    assert "two pictures would be" in gallery(folder).err


def test_variations_are_grids(figures: Path) -> None:
    """Every combination, with values in the names and on the sheet; styles too."""
    out = figures.parent / "out"
    ended = run(
        "gallery", figures / "disc.shape", "-o", "out", "--size", "20", "--vary", "r=0.1..0.5/5",
        "--vary", "style=fill,field", "--contact-sheet", "sheet.png", folder=figures.parent,
    )  # fmt: skip
    assert ended.code == 0, ended.err
    values = ("0.1", "0.2", "0.3", "0.4", "0.5")
    assert set(read_manifest(out)) == {f"disc-r{v}-{s}.png" for v in values for s in ("fill", "field")}
    with Image.open(figures.parent / "sheet.png") as sheet:
        assert sheet.width > 1000
    missing = run("gallery", figures, "-o", "out", "--vary", "q=1,2", folder=figures.parent)
    assert missing.code == 1
    assert "the figure has no parameter q" in missing.err
    for wrong in ("n", "n=", "n=1..2", "n=1..2/1", "style=oil", "n=a"):
        assert run("gallery", figures, "-o", "out", "--vary", wrong, folder=figures.parent).code == 2


def test_pictures_are_figures_here_too(figures: Path) -> None:
    """A PNG keeps its settings but for those that are given; an SVG can be asked for."""
    assert (
        run("render", figures / "disc.shape", "--fill", "red", "--size", "30", folder=figures.parent).code
        == 0
    )
    ended = run("gallery", "disc.png", "-o", "out", "--format", "svg", "-n", "3", folder=figures.parent)
    assert ended.code == 0, ended.err
    text = (figures.parent / "out" / "disc.svg").read_text()
    assert 'width="30"' in text
    assert "#ff0000" in text


def test_a_damaged_manifest_costs_only_time(figures: Path) -> None:
    """Lines that are no entries are left out."""
    assert gallery(figures).code == 0
    manifest = figures.parent / "out" / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines()
    manifest.write_bytes(b"\n".join([b"\xff{", b"[]", b'{"name": 1}', b"null", *lines[1:], lines[0][:50]]))
    found = report(gallery(figures, "--json"))
    assert (len(found["drawn"]), len(found["kept"])) == (1, 2)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_process_is_left(figures: Path) -> None:
    """After a run there is none of ours."""
    assert gallery(figures).code == 0
    mine = str(figures.parent)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and entry.name != str(os.getpid()):
            try:
                running = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
                folder = os.readlink(entry / "cwd")  # noqa: PTH115
            except OSError:
                continue
            assert not (folder.startswith(mine) and "gallery" in running)


@pytest.mark.parametrize(("most", "live"), [(100, False), (2**20, True)])
def test_a_page_that_is_too_large_is_left_out(
    most: int, live: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the picture leads to none."""
    monkeypatch.setattr(worker, "MOST_BYTES", most)
    (tmp_path / "a.shape").write_text("draw x <= 1")
    job = {
        "figure": str(tmp_path / "a.shape"),
        "folder": str(tmp_path),
        "output": "a.png",
        "settings": {"size": 8},
    }
    told = worker.draw({**job, "limit_operations": 100, "films": True, "pages": True})
    assert told["live"] is live
    assert (tmp_path / "a.html").exists() is live
