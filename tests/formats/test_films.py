"""Films: every frame is the picture of its moment, whatever was before it."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.formats.webp import write_webp_film
from tests.commands.run import run

DISC = "param a = 0 in -1 .. 1\nwindow -2, 2, -1, 1\ndraw hypot(x - a, y) <= 0.5 fill teal\n"


def frames(path: Path) -> list[NDArray[np.uint8]]:
    """Of a film, as a viewer shows them: uint8[height, width, 4] each."""
    found = []
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            found.append(np.asarray(image.convert("RGBA")).copy())
    return found


@pytest.mark.parametrize("background", ["transparent", "#30609080", "white"])
@pytest.mark.parametrize("form", ["gif", "png", "webp"])
def test_what_moves_leaves_nothing_behind(form: str, background: str, tmp_path: Path) -> None:
    """A disc that goes from left to right is nowhere but where it is."""
    (tmp_path / "a.shape").write_text(DISC)
    options = ("--sweep", "a=-1..1", "--size", "60x30", "--frames", "5", "--loop", "once", "--ease", "linear")
    ended = run(
        "animate", "a.shape", *options, "--background", background, "-o", f"a.{form}", folder=tmp_path
    )
    assert ended.code == 0, ended.err
    shown = frames(tmp_path / f"a.{form}")
    assert len(shown) == 5
    figure = shapecli.parse(DISC)
    for number, frame in enumerate(shown):
        moment = {"a": number / 2 - 1}
        image = figure.render(size=(60, 30), parameters=moment, background=background).convert("RGBA")
        expected = np.asarray(image)
        if form != "gif":
            assert np.array_equal(frame, expected)
            continue
        clear, solid = expected[..., 3] < 100, expected[..., 3] > 200
        assert (frame[..., 3][clear] == 0).all()
        assert (frame[..., 3][solid] == 255).all()
        assert np.abs(frame[solid][:, :3].astype(int) - expected[solid][:, :3]).max() <= 12


def test_a_film_says_how_long_it_is(tmp_path: Path) -> None:
    """Of each form that has times, in hundredths of a second; and what the command says is true."""
    (tmp_path / "a.shape").write_text(DISC)
    options = ("--sweep", "a=-1..1", "--size", "60x30", "--frames", "4", "--fps", "8")
    for form in ("gif", "png"):
        ended = run("animate", "a.shape", *options, "-o", f"a.{form}", folder=tmp_path)
        assert ended.code == 0
        assert ended.err.startswith(f"wrote a.{form}: 6 frames of 60 x 30 pixels, ")
        stream = io.BytesIO((tmp_path / f"a.{form}").read_bytes())
        with Image.open(stream) as image:
            times = []
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                times.append(image.info["duration"])
        assert len(times) == 6
        assert sum(times) == pytest.approx(750, abs=10)
        assert max(times) - min(times) <= 10


def test_small_films_lose_quality_until_they_are_small_enough() -> None:
    """Down to a last one, which is taken as it comes; all frames are there, each as long as it should."""
    lot = np.random.default_rng(1)
    noise = [Image.fromarray(lot.integers(0, 255, (64, 64, 3), np.uint8)) for _ in range(3)]
    sizes = []
    for most in (10**9, 9_000, 1):
        stream = io.BytesIO()
        write_webp_film(stream, noise, fps=30, forever=True, most=most)
        sizes.append(stream.tell())
        with Image.open(stream) as film:
            times = []
            for number in range(getattr(film, "n_frames", 1)):
                film.seek(number)
                film.load()
                times.append(film.info["timestamp"] + film.info["duration"])
        assert times == [33, 67, 100]
    assert sizes[0] > 9_000 >= sizes[1] >= sizes[2] > 1
