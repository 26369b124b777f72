"""What comes with extras: axes, PDF and MP4; and what is said where they are not installed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.commands.run import run

FIGURE = 'title "Arc & <b>"\nwindow -2, 2, -1, 1\ndraw y <= x^2 fill teal\n'


def test_axes_are_drawn_around_the_picture(tmp_path: Path) -> None:
    """The size is that of all together; inside it is the picture, but for the grid; and it is a figure."""
    (tmp_path / "a.shape").write_text(FIGURE)
    ended = run("render", "a.shape", "--axes", "--size", "600x400", folder=tmp_path)
    assert ended.code == 0, ended.err
    with Image.open(tmp_path / "a.png") as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    assert pixels.shape == (400, 600, 3)
    teal = (np.abs(pixels - (0, 128, 128)).max(axis=2) < 60).mean()
    assert 0.2 < teal < 0.8
    assert (pixels[[0, -1]] == 255).all()
    assert run("render", "a.png", "-o", "b.png", folder=tmp_path).code == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    small = run("render", "a.shape", "--axes", "--size", "40", folder=tmp_path)
    assert small.code == 2
    assert "too small for axes" in small.err


def test_a_pdf_has_paths(tmp_path: Path) -> None:
    """One page of the size of the picture, the same bytes every time."""
    (tmp_path / "a.shape").write_text(FIGURE)
    for name in ("a.pdf", "b.pdf"):
        assert run("render", "a.shape", "--size", "300", "-o", name, folder=tmp_path).code == 0
    data = (tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 300.00 150.00]" in data
    assert data == (tmp_path / "b.pdf").read_bytes()


def test_a_video_has_all_frames(tmp_path: Path) -> None:
    """H.264, of an even size, of the length that was asked for."""
    import av

    (tmp_path / "a.shape").write_text("param r = 1\ndraw hypot(x, y) <= r fill teal")
    options = ["--sweep", "r=0.5..1.5", "--size", "101", "--seconds", "1", "--fps", "20", "--loop", "once"]
    ended = run("animate", "a.shape", *options, "-o", "a.mp4", folder=tmp_path)
    assert ended.code == 0, ended.err
    with av.open(str(tmp_path / "a.mp4")) as film:
        frames = list(film.decode(video=0))
        assert film.streams.video[0].codec_context.name == "h264"
    assert len(frames) == 20
    assert (frames[0].width, frames[0].height) == (100, 100)


@pytest.mark.parametrize(
    ("module", "arguments", "extra"),
    [
        ("matplotlib", ["render", "a.shape", "--axes"], "axes"),
        ("fpdf", ["render", "a.shape", "-o", "a.pdf"], "pdf"),
        ("av", ["animate", "a.shape", "--sweep", "n=2..3", "-o", "a.mp4"], "video"),
    ],
)
def test_what_is_not_installed_is_named(
    module: str, arguments: list[str], extra: str, tmp_path: Path
) -> None:
    """With the command that installs it, and no file is left."""
    (tmp_path / "a.shape").write_text(FIGURE)
    code = (
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name, *rest: None if name == {module!r} else find(name, *rest)\n"
        f"from shapecli.commands.main import run\nsys.exit(run({arguments!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"pip install 'shapecli[{extra}]'" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"a.shape"}
