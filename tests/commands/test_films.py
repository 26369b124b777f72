"""`animate` and `morph`: exact ends, one palette, the time that was asked for."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from shapecli.render import load
from tests.commands.run import Ended, run

FIGURE = "param p = 2 in 1 .. 100\nwindow -1.25, 1.25, -1.25, 1.25\ndraw abs(x)^p + abs(y)^p <= 1 fill teal\n"
LAYERED = (
    "background ivory\ndraw hypot(x, y) <= 1 & x >= 0 fill tomato opacity 0.6 stroke navy 3\ndraw y = x^2\n"
)


def film(path: Path) -> tuple[list[NDArray[np.uint8]], list[float]]:
    """Every frame, and how long it is shown in milliseconds."""
    with Image.open(path) as image:
        frames, times = [], []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            frames.append(np.asarray(image.convert("RGB")))
            times.append(float(image.info.get("duration", 0)))
        return frames, times


def animate(folder: Path, *arguments: str, figure: str = FIGURE) -> Ended:
    """Run the command on a figure."""
    (folder / "a.shape").write_text(figure)
    return run("animate", "a.shape", "--size", "64", *arguments, folder=folder)


@pytest.mark.parametrize("form", ["gif", "png", "webp"])
def test_a_sweep_goes_from_end_to_end(form: str, tmp_path: Path) -> None:
    """The first and the last frame are the pictures of the two ends, and it bounces between them."""
    ended = animate(tmp_path, "--sweep", "p=1..60/geometric", "--frames", "9", "-o", f"a.{form}")
    assert ended.code == 0, ended.err
    frames, times = film(tmp_path / f"a.{form}")
    assert len(frames) == 16
    figure = load(tmp_path / "a.shape")
    for number, p in ((0, 1.0), (8, 60.0)):
        picture = figure.render(size=64, parameters={"p": p})
        assert picture is not None
        assert np.abs(np.asarray(picture).astype(int) - frames[number]).max() <= (12 if form == "gif" else 0)
    for k in range(1, 8):
        assert (frames[8 + k] == frames[8 - k]).all()
    if form != "webp":  # of which Pillow tells no times
        assert sum(times) == pytest.approx(16 * 40)


@pytest.mark.parametrize("figure", [FIGURE, LAYERED], ids=["plain", "layers"])
@pytest.mark.parametrize("style", ["fill", "field", "owners", "soft"])
def test_what_does_not_move_does_not_flicker(figure: str, style: str, tmp_path: Path) -> None:
    """Of a film in which nothing moves but a corner, all frames of a GIF have the same colours elsewhere."""
    assert animate(
        tmp_path, "--sweep", "n=40..80", "--frames", "5", "--style", style, "-o", "a.gif", figure=figure
    ).code == 0  # fmt: skip
    frames, _ = film(tmp_path / "a.gif")
    assert (frames[0][0, 0] == frames[-1][0, 0]).all()
    assert len({frame[2, 2].tobytes() for frame in frames}) == 1


def test_transparent_films(tmp_path: Path) -> None:
    """Holes stay holes: nothing of an earlier frame shows through them."""
    options = ["--sweep", "p=1..60", "--frames", "4", "--background", "transparent", "--loop", "once"]
    assert animate(tmp_path, *options, "-o", "a.gif").code == 0
    with Image.open(tmp_path / "a.gif") as image:
        image.seek(getattr(image, "n_frames", 1) - 1)
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
        assert alpha[0, 0] == 0
        assert alpha[32, 32] == 255
        assert "loop" not in image.info


def test_times_add_up(tmp_path: Path) -> None:
    """A GIF has hundredths of seconds: 30 frames a second are 30 a second on the whole."""
    options = ["--sweep", "p=1..60", "--seconds", "2", "--fps", "30", "--loop", "restart"]
    assert animate(tmp_path, *options, "-o", "a.gif").code == 0
    frames, times = film(tmp_path / "a.gif")
    assert sum(times) == pytest.approx(2000, abs=10)
    assert 30 < len(frames) <= 60  # equal ones are one


def test_an_apng_is_a_figure(tmp_path: Path) -> None:
    """It carries the source like any other PNG."""
    assert animate(tmp_path, "--sweep", "p=1..60", "--frames", "3", "-o", "a.png").code == 0
    ended = run("render", "a.png", "--size", "32", "-o", "still.png", folder=tmp_path)
    assert ended.code == 0, ended.err


def test_the_figure_says_what_moves(tmp_path: Path) -> None:
    """No frame is doubled where the loop is closed; what the command line says goes before."""
    text = "param a = 0 in 0 .. 90\nsweep a = 0 .. 90, seconds = 1, fps = 6, loop = closed\n"
    text += "draw rotate(box(-1, 1, -1, 1), a*pi/180) fill teal\n"
    assert animate(tmp_path, "-o", "a.png", figure=text).code == 0
    frames, times = film(tmp_path / "a.png")
    assert len(frames) == 6
    assert sum(times) == pytest.approx(1000)
    figure = load(tmp_path / "a.shape")
    for number in (0, 4):
        wanted = figure.render(size=64, parameters={"a": 15.0 * number})
        assert np.array_equal(frames[number], np.asarray(wanted))
    assert animate(tmp_path, "--sweep", "a=3..9", "--frames", "4", "-o", "b.png", figure=text).code == 0
    assert len(film(tmp_path / "b.png")[0]) == 6
    assert animate(tmp_path, "--loop", "once", "--fps", "3", "-o", "c.png", figure=text).code == 0
    assert len(film(tmp_path / "c.png")[0]) == 3


def test_a_morph_is_exact_at_both_ends(tmp_path: Path) -> None:
    """And between them it is a mixture: of two half planes, the half plane between."""
    (tmp_path / "a.shape").write_text("sharpness 20\nwindow -1, 1, -1, 1\ndraw x <= -0.5 fill red")
    (tmp_path / "b.shape").write_text(
        "sharpness 20\nwindow -1, 1, -1, 1\nbackground navy\ndraw x <= 0.5 fill gold"
    )
    options = ["--size", "64", "--frames", "3", "--ease", "linear", "--loop", "once", "-o", "film.png"]
    ended = run("morph", "a.shape", "b.shape", *options, folder=tmp_path)
    assert ended.code == 0, ended.err
    frames, _ = film(tmp_path / "film.png")
    for number, name in ((0, "a"), (2, "b")):
        picture = load(tmp_path / f"{name}.shape").render(size=64)
        assert picture is not None
        assert (np.asarray(picture) == frames[number]).all()
    middle = frames[1][10]
    assert (middle[:31] == middle[0]).all()
    assert (middle[33:] == middle[-1]).all()
    assert (middle[0] != middle[-1]).any()


def test_morphs_that_cannot_be(tmp_path: Path) -> None:
    """Layers go in pairs, and curves have no inside."""
    (tmp_path / "one.shape").write_text("draw x <= 1")
    (tmp_path / "two.shape").write_text("draw x <= 1\ndraw y <= 1")
    (tmp_path / "curve.shape").write_text("draw y = x")
    for other, message in (("two", "1 and 2 layers"), ("curve", "curves cannot")):
        ended = run("morph", "one.shape", f"{other}.shape", "-o", "a.gif", folder=tmp_path)
        assert ended.code == 1
        assert message in ended.err
        assert not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sweep", "q=1..2"], "--sweep: the figure has no parameter q"),
        (["--sweep", "p=1..200"], "--sweep: p = 200 is outside the range"),
        (["--sweep", "p"], "is no sweep"),
        (["--sweep", "n=0..5"], "factors need"),
        (["--sweep", "n=1..x"], "not a finite"),
        (["--sweep", "p=1..2", "--size", "9000", "--frames", "100"], "more than"),
        (["--sweep", "p=1..2", "--fps", "1000"], "100 frames a second"), ([], "--sweep"),
        (["--sweep", "n=2..2", "--fps", "0.01", "--frames", "9"], "655 seconds of a GIF"),
        (["--sweep", "p=1..2", "--fps", "0.009"], "less than 0.01 frames a second"),
        (["--sweep", "p=1..2", "-o", "a.avi"], "unknown"),
        (["--sweep", "p=1..2", "--frames", "1"], "--frames"),
    ],
)  # fmt: skip
def test_mistakes_in_films(options: list[str], message: str, tmp_path: Path) -> None:
    """One message, and no file."""
    ended = animate(tmp_path, *options)
    assert ended.code in (1, 2)
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert {path.name for path in tmp_path.iterdir()} == {"a.shape"}
