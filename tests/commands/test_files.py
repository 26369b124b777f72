"""Files are complete or absent, whatever happens; and only the file that was named is touched."""

import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shapecli.base.window import Window
from shapecli.commands.output import STDOUT, opened
from shapecli.engine.view import View
from tests.commands.run import COMMAND, left_behind, run
from tests.drawn import texts_of as texts_in

OLD = b"an older picture"
EXPRESSION = ("-e", "x^2 + y^2 <= 1", "--size", "40")
SLOW = (
    "-e",
    "sin(1000*x*y) <= sin(x/y)",
    "--size",
    "200000",
    "--limit-pixels",
    "99999999999",
    "--limit-work",
    "100000000",
)

on_linux = pytest.mark.skipif(os.name != "posix", reason="POSIX files and signals")
pytestmark = on_linux


def texts_of(path: Path) -> dict[str, str]:
    """What a picture carries beside its pixels."""
    with Image.open(path) as image:
        return texts_in(image)


def test_the_picture_lands_beside_you_under_the_figures_name(tmp_path: Path) -> None:
    """In the working folder, not in the figure's."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "moon.shape").write_text("draw x^2 + y^2 <= 1")
    ended = run("render", "figures/moon.shape", "--size", "40", folder=tmp_path)
    assert ended.code == 0
    assert "moon.png" in ended.err
    assert left_behind(tmp_path) == {"figures", "moon.png"}
    assert left_behind(tmp_path / "figures") == {"moon.shape"}


def test_stdin_and_stdout(tmp_path: Path) -> None:
    """A figure through a pipe, a picture through another, and words apart from both."""
    ended = run("render", "-", "-o", "-", "--size", "40", folder=tmp_path, stdin=b"draw x <= 0")
    assert ended.code == 0
    assert ended.out.startswith(b"\x89PNG")
    assert "stdout" in ended.err
    assert left_behind(tmp_path) == set()


def test_the_report(tmp_path: Path) -> None:
    """One line of JSON on stdout, with every key that is promised."""
    ended = run("render", *EXPRESSION, "-o", "disc.png", "--json", "--quiet", folder=tmp_path)
    report = json.loads(ended.out)
    assert set(report) == {
        "output", "width", "height", "window", "sharpness", "inside_pixels", "area", "undefined_pixels",
        "shows", "seconds", "threads",
    }  # fmt: skip
    stages = {"load", "parse", "compile", "sample", "paint", "encode", "total"}
    assert set(report["seconds"]) == stages
    assert report["area"] == pytest.approx(np.pi, rel=1e-3)
    assert report["window"] == [-1.18, 1.18, -1.18, 1.18]  # around the disc
    assert report["shows"]
    assert ended.err == ""


@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_levels(ending: str, tmp_path: Path) -> None:
    """float64, row 0 at the top, inside where the level is at most 0."""
    name = f"field.{ending}"
    assert run("render", "-e", "y >= 0", "--size", "8x6", "-n", "3", "-o", name, folder=tmp_path).code == 0
    loaded = np.load(tmp_path / name)
    level = loaded if ending == "npy" else loaded["level"]
    assert level.dtype == np.float64
    assert level.shape == (6, 8)
    assert (level[:3] <= 0).all()
    assert (level[3:] > 0).all()
    if ending == "npz":
        x, y, window = loaded["x"], loaded["y"], loaded["window"]
        assert np.allclose(level, -3 * y[:, None] + 0 * x)
        assert np.allclose(window, [-8 / 3, 8 / 3, -2, 2])
        loaded.close()


def test_the_picture_carries_its_source_unless_told_not_to(tmp_path: Path) -> None:
    """ITXt chunks, no time stamp: the same bytes from any folder, at any time, with any threads."""
    figure = "param r = 0.5 in 0 .. 1\nsharpness 20\ndraw x^2 + y^2 <= r  # π ≤ 4"
    pictures = []
    for folder, threads in (("a", "1"), ("b", "2"), ("b", "4"), ("b", "4")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "f.shape").write_text(figure, "utf-8")
        options = ("--size", "90", "--set", "r=0.7", "--threads", threads)
        assert run("render", "f.shape", *options, folder=tmp_path / folder).code == 0
        pictures.append((tmp_path / folder / "f.png").read_bytes())
    assert len(set(pictures)) == 1
    texts = texts_of(tmp_path / "a" / "f.png")
    assert texts["source"] == figure
    assert json.loads(texts["parameters"]) == {"r": 0.7}
    assert json.loads(texts["window"]) == [-2.0, 2.0, -2.0, 2.0]
    assert float(texts["sharpness"]) == 20.0
    assert texts["version"]
    assert run("render", "f.shape", "--no-metadata", folder=tmp_path / "a").code == 0
    assert texts_of(tmp_path / "a" / "f.png") == {}


def test_permissions_are_what_the_umask_asks_for(tmp_path: Path) -> None:
    """0666 without the umask, for a new file and for one that replaces another."""
    old = os.umask(0o027)
    try:
        for _ in range(2):
            assert run("render", *EXPRESSION, "-o", "disc.png", folder=tmp_path).code == 0
            assert stat.S_IMODE((tmp_path / "disc.png").stat().st_mode) == 0o640
    finally:
        os.umask(old)


@pytest.mark.parametrize(("limit", "early"), [(48, b""), (47, b"half")])
def test_only_large_pictures_reach_stdout_before_they_are_whole(
    limit: int, early: bytes, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """What is held in memory is written at the end or not at all."""
    monkeypatch.setattr("shapecli.commands.output.LIMIT_PIXELS", limit)
    view = View(Window(0.0, 1.0, 0.0, 1.0), 8, 6)
    with suppress(KeyError), opened(STDOUT, view) as stream:
        stream.write(b"half")
        raise KeyError
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == early
    with opened(STDOUT, view) as stream:
        stream.write(b"all")
    assert capfdbinary.readouterr().out == b"all"


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """What it pointed to stays as it was."""
    (tmp_path / "target").write_bytes(OLD)
    for target in ("target", "nowhere"):
        (tmp_path / "disc.png").unlink(missing_ok=True)
        (tmp_path / "disc.png").symlink_to(target)
        assert run("render", *EXPRESSION, "-o", "disc.png", folder=tmp_path).code == 0
        assert not (tmp_path / "disc.png").is_symlink()
    assert (tmp_path / "target").read_bytes() == OLD
    assert left_behind(tmp_path) == {"target", "disc.png"}


def test_devices_are_written_and_not_replaced(tmp_path: Path) -> None:
    """/dev/null stays a device, and a full one is an error."""
    assert run("render", *EXPRESSION, "-o", "/dev/null", "--format", "png", folder=tmp_path).code == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    ended = run("render", *EXPRESSION, "-o", "/dev/full", "--format", "png", folder=tmp_path)
    assert ended.code == 1
    assert "No space left" in ended.err
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    ended = run("render", *EXPRESSION, "-o", "/dev/stdout", "--format", "png", folder=tmp_path)
    assert ended.out.startswith(b"\x89PNG")


def test_a_file_that_cannot_be_written_whole_is_not_written(tmp_path: Path) -> None:
    """A limit on file size stands for a full disk: the old picture stays, nothing is left over."""
    (tmp_path / "disc.png").write_bytes(OLD)

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    command = [*COMMAND, "render", "-e", "sin(40*x*y) <= 0", "-o", "disc.png"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, preexec_fn=little_room, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: disc.png: ")
    assert b"hint: " in done.stderr
    assert left_behind(tmp_path) == {"disc.png"}
    assert (tmp_path / "disc.png").read_bytes() == OLD


def test_a_place_that_nobody_may_write_to(tmp_path: Path) -> None:
    """Not even root can make files in /proc."""
    ended = run("render", *EXPRESSION, "-o", "/proc/disc.png", folder=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith("error: cannot write /proc/disc.png")


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams(redirection: str, tmp_path: Path) -> None:
    """What is not needed may be closed; what is needed is missed with a message."""
    line = " ".join([*COMMAND, "render -e 'x<=1' --size 40 -o disc.png", redirection])
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert left_behind(tmp_path) == {"disc.png"}
    line = " ".join([*COMMAND, "render -e 'x<=1' --size 40 -o - --quiet >&-"])
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b"error: stdout is closed\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unbuffered: str) -> None:
    """One message, no traceback, exit 1; also where Python may write to stdout in part."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    line = " ".join(
        [*COMMAND, "render -e 'sin(40*x*y)<=0' -o - --format npy --quiet | head -c 1; exit ${PIPESTATUS[0]}"]
    )
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b"error: whoever read the output went away\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(number: signal.Signals, code: int, tmp_path: Path) -> None:
    """At once, with the old picture intact and nothing left over."""
    (tmp_path / "figure.png").write_bytes(OLD)
    with subprocess.Popen(
        [*COMMAND, "render", *SLOW],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # also in the background
    ) as process:
        time.sleep(2.0)
        assert process.poll() is None
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert err in (b"interrupted\n", b"terminated\n")
    assert process.returncode == code
    assert left_behind(tmp_path) == {"figure.png"}
    assert (tmp_path / "figure.png").read_bytes() == OLD


@pytest.mark.parametrize("start", [COMMAND, ["shapecli"]], ids=["module", "script"])
def test_modules_in_the_working_folder_are_not_imported(start: list[str], tmp_path: Path) -> None:
    """A numpy.py that lies beside a figure is none of ours."""
    for name in ("numpy", "numba", "click", "lark", "json", "PIL", "platformdirs", "shapecli", "typing"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the working folder')")
    if start == ["shapecli"]:
        start = [str(Path(COMMAND[0]).parent / "shapecli")]
    else:
        (tmp_path / "shapecli.py").unlink()  # python -m shapecli looks here first, which is its meaning
    done = subprocess.run([*start, "render", *EXPRESSION], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figure.png").exists()


def test_two_runs_into_one_file(tmp_path: Path) -> None:
    """Whoever comes last wins; the file is always one of the two."""
    command = [*COMMAND, "render", "--size", "300", "-o", "a.png", "-e"]
    both = [
        subprocess.Popen([*command, text], cwd=tmp_path, stderr=subprocess.DEVNULL) for text in ("x<0", "y<0")
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert texts_of(tmp_path / "a.png")["source"] in ("x<0", "y<0")
    assert left_behind(tmp_path) == {"a.png"}
