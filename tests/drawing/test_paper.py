"""The paper that pictures are on: its true size, in every format, whatever the resolution."""

import io
import itertools
import json
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.base.paper import length_of, paper_of
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing, drawing_of
from shapecli.drawing.picture import save
from shapecli.drawing.settings import Settings
from shapecli.drawing.vector import save_pdf, save_svg
from tests.commands.run import run

TENTH: float = 0.1  # of a millimetre
DPI: float = 150  # at which half a pixel is less
PAPERS = {
    "A4": (210, 297), "a4 landscape": (297, 210), "A6-landscape": (148, 105), "letter": (215.9, 279.4),
    "120mmx80mm": (120, 80), "8inx10in": (203.2, 254), "10cm": (100, 50),
}  # fmt: skip
TEXT = "window -2, 2, -1, 1\nbackground teal\ndraw disc(0, 0, 0.8) fill gold stroke navy 1mm hatch 1, 0.3"


def drawn(paper: str, text: str = TEXT, **settings: object) -> Drawing:
    """A figure on paper."""
    return drawing_of(shapecli.parse(text), Settings(size=paper, **settings), streamed=True)  # type: ignore[arg-type]


def written(drawing: Drawing, write: object) -> bytes:
    """A file of it."""
    stream = io.BytesIO()
    write(drawing, stream, with_source=False)  # type: ignore[operator]
    return stream.getvalue()


@pytest.mark.parametrize("paper", PAPERS)
def test_files_have_the_size_of_the_paper(paper: str) -> None:
    """Measured from the files, to a tenth of a millimetre."""
    drawing = drawn(paper, margin="5mm", dpi=DPI)
    svg = re.search(
        rb'width="([\d.]+)mm" height="([\d.]+)mm" viewBox="(\S+) (\S+) (\S+) (\S+)"',
        written(drawing, save_svg),
    )
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", written(drawing, save_pdf))
    png = written(drawing, save)
    pixels = struct.unpack(">II", png[16:24])
    right, down, unit = struct.unpack(">IIB", png[png.index(b"pHYs") + 4 :][:9])
    assert svg
    assert box
    assert unit == 1
    found = [
        tuple(map(float, svg.groups()[:2])),
        tuple(float(part) / 72 * 25.4 for part in box.groups()),
        (pixels[0] / right * 1000, pixels[1] / down * 1000),
        tuple(float(part) / DPI * 25.4 for part in svg.groups()[4:]),
    ]
    for sides in found:
        assert sides == pytest.approx(PAPERS[paper], abs=TENTH)


def test_sheets_are_halves_of_one_another() -> None:
    """A0 is a square metre (ISO 216), and each is the half of the one before, but for whole millimetres."""
    sides = [paper_of(f"A{k}") for k in range(7)]
    assert sides[0][0] * sides[0][1] == pytest.approx(1e6, rel=1e-3)
    for (width, height), (less, lesser) in itertools.pairwise(sides):
        assert (lesser, less) == (width, height // 2)
    assert length_of("0") == length_of("0mm") == length_of("0.0 in") == 0
    assert length_of("1in") == length_of("25.4 mm") == length_of("2.54cm")


def test_the_window_is_inside_of_the_margin() -> None:
    """Which has the colour of the background, in pictures and paths."""
    drawing = drawn("100mmx80mm", "draw all fill gold\nbackground teal", margin="10mm", dpi=127)
    pixels = np.asarray(Image.open(io.BytesIO(written(drawing, save))).convert("RGB"))
    assert pixels.shape == (400, 500, 3)
    inside = np.zeros((400, 500), np.bool_)
    inside[50:350, 50:450] = True
    assert (pixels[inside] == (255, 215, 0)).all()
    assert (pixels[~inside] == (0, 128, 128)).all()
    assert drawing.view.window.extent == pytest.approx((-8 / 3, 8 / 3, -2, 2))
    svg = written(drawing, save_svg).decode()
    assert 'viewBox="-50 -50 500 400"' in svg
    assert '<rect x="-50" y="-50" width="500" height="400" fill="#008080"/>' in svg


def test_large_paper_is_drawn_in_strips_with_the_same_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few may be held."""

    def pixels() -> NDArray[np.uint8]:
        png = written(drawn("A6", margin="7mm", dpi=60), save)
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))

    whole = pixels()
    assert whole.shape == (350, 248, 3)
    monkeypatch.setattr("shapecli.drawing.drawing.LIMIT_PIXELS", 10_000)
    held: list[object] = []
    monkeypatch.setattr("shapecli.drawing.picture.draw", lambda *_, **__: held.append(1))
    assert np.array_equal(whole, pixels())
    assert not held


def test_a_pen_is_as_wide_at_every_resolution() -> None:
    """In millimetres: a stroke of 1mm, and a hatch of a 96th of an inch."""
    for dpi in (75, 150, 600):
        svg = written(drawn("A6", dpi=dpi), save_svg).decode()
        widths = [float(width) / dpi * 25.4 for width in re.findall(r'stroke-width="([^"]*)"', svg)]
        assert widths == pytest.approx([25.4 / 96, 1], rel=1e-4)


def test_pictures_on_paper_are_drawn_again(tmp_path: Path) -> None:
    """To the same bytes, from what they carry."""
    (tmp_path / "a.shape").write_text(f"size A6 landscape\nmargin 5mm\n{TEXT}")
    for form in ("png", "svg"):
        run("render", "a.shape", "--dpi", "80", "-o", f"a.{form}", folder=tmp_path)
        ended = run("render", f"a.{form}", "--json", "-o", f"b.{form}", folder=tmp_path)
        report = json.loads(ended.out)
        assert (report["width"], report["height"]) == (466, 331)
        assert report["paper"] == {"width": 148, "height": 105, "margin": 5, "dpi": 80}
        assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()


def test_pixels_of_paper_are_those_of_its_longer_side(tmp_path: Path) -> None:
    """A preview of the whole sheet; a width and a height are none of paper."""
    (tmp_path / "a.shape").write_text(f"size A6 landscape\nmargin 10mm\n{TEXT}")
    figure = shapecli.load(tmp_path / "a.shape")
    small, exact = (drawing_of(figure, Settings(size=size)) for size in (333, "A6 landscape"))
    assert small.paper
    assert small.size == (333, 236)
    assert small.layers[0].width / 333 == pytest.approx(exact.layers[0].width / 148 * 25.4 / 300)
    assert drawing_of(figure, Settings(size=(333, 236))).paper is None
    run("render", "a.shape", "--size", "333", "-o", "a.png", folder=tmp_path)
    run("render", "a.png", "-o", "b.png", folder=tmp_path)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"margin": "60mm"}, "leaves nothing"), ({"margin": "5"}, "no length"), ({"dpi": 0.0}, "to an inch"),
     ({"dpi": -1.0}, "to an inch"), ({"dpi": 1e6}, "to an inch"), ({"dpi": float("nan")}, "to an inch"),
     ({"size": "A7"}, "no size of paper"), ({"size": 100, "dpi": 5.0}, "in pixels has no dpi"),
     ({"margin": "1mm", "size": (9, 9)}, "in pixels has no margin"), ({"size": "9e9mm"}, "up to 100 m"),
     ({"size": "90m"}, "no size of paper"), ({"size": "A0", "dpi": 9999.0}, "more than the limit")],
)  # fmt: skip
def test_paper_that_is_refused(settings: dict[str, object], message: str) -> None:
    """With the option that is at fault."""
    with pytest.raises(ShapeError, match=message) as caught:
        drawing_of(shapecli.parse("draw x <= 0"), Settings(**{"size": "A6", **settings}))  # type: ignore[arg-type]
    assert caught.value.option


@pytest.mark.parametrize(
    ("heading", "message"),
    [("margin 5", "no length"), ("margin x", "no length"), ("size A9 landscape", "no size of paper"),
     ("size 10mmx", "unknown name mmx"), ("size 0mm", "no length of paper")],
)  # fmt: skip
def test_headings_that_are_refused(heading: str, message: str) -> None:
    """With their place; names may be called like headings."""
    with pytest.raises(ShapeError, match=message) as caught:
        shapecli.parse(f"{heading}\ndraw x <= 0")
    assert caught.value.span
    assert shapecli.parse("margin = 0.2\nsize = 3\ndraw x <= margin*size").size is None
