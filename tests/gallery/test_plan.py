"""What is planned: figures that are meant, and for every picture a command that asks for its settings."""

from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from shapecli.base.source import ShapeError
from shapecli.gallery.plan import (
    FigureFile,
    PlannedPicture,
    Variation,
    alike,
    command_of,
    figures_in,
    pictures_of,
)
from tests.commands.run import asked

FILES = (
    "a.shape", "b.txt", ".c.shape", "deep/d.shape", "deep/.e.shape", "deep/er/f.shape", ".hidden/g.shape",
    "deep/.hidden/h.shape", "i.shape.bak", ".j/.k.shape", "parts/l.shape", "deep/parts/er/m.shape",
    "deep/er/parts.shape",
)  # fmt: skip
SETTINGS: list[dict[str, Any]] = [
    {}, {"size": 40}, {"size": (40, 30)}, {"window": (-1.0, 2.5, 0.1, 1.5)}, {"limit_work": 3e9},
    {"limit_work": 2.5e8}, {"sharp": True}, {"sharp": False}, {"stretch": True, "axes": False},
    {"sharpness": 0.1}, {"style": "soft", "sharpness": 7.0}, {"parameters": {"r": 0.1, "q": 2.0}},
    {"fill": "red", "span": 0.3}, {"background": "#30609080", "antialiasing": 1},
    {"limit_pixels": 99, "stroke_width": 2.5},
]  # fmt: skip
A = FigureFile(Path("a.shape"), PurePosixPath())
B = FigureFile(Path("deep/b.shape"), PurePosixPath("deep"))


def test_figures_are_found_unless_they_are_hidden_or_parts(tmp_path: Path) -> None:
    """In a folder and below it, by their names; what is given itself is taken whatever it is called."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "z.shape").mkdir()
    found = list(figures_in([tmp_path]))
    assert [(one.path.relative_to(tmp_path).as_posix(), str(one.folder)) for one in found] == [
        ("a.shape", "."), ("deep/d.shape", "deep"), ("deep/er/f.shape", "deep/er"),
        ("deep/er/parts.shape", "deep/er"),
    ]  # fmt: skip
    for name in (".c.shape", "b.txt", "parts/l.shape"):
        assert list(figures_in([tmp_path / name])) == [FigureFile(tmp_path / name, PurePosixPath())]
    parts = tmp_path / "parts"
    assert list(figures_in([parts])) == [FigureFile(parts / "l.shape", PurePosixPath("."))]


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_command_asks_for_just_the_settings(settings: dict[str, Any], tmp_path: Path) -> None:
    """And for the figure, and the picture."""
    request = asked(*command_of(PlannedPicture(A, "a.png", settings)), folder=tmp_path)
    left_out = {"stretch", "axes"}  # unless they are wanted
    assert request.settings == {
        name: value for name, value in settings.items() if value is not False or name not in left_out
    }
    assert (request.figure, request.output) == ("a.shape", "a.png")


def test_what_varies_comes_before_what_is_given() -> None:
    """Every combination, numbered for each figure; other parameters stay."""
    variations = [("n", (2.0, 0.25)), ("r", (1.0,)), ("style", ("fill", "soft"))]
    settings = {"sharpness": 9.0, "size": 8, "parameters": {"r": 5.0, "q": 6.0}}
    found = pictures_of([A, B], settings, variations, None, "svg")
    endings = [f"-n{n}-r1-{style}.svg" for n in ("2", "0.25") for style in ("fill", "soft")]
    assert [picture.name for picture in found] == [name + end for name in ("a", "deep/b") for end in endings]
    for picture, n, style in zip(found, (2.0, 2.0, 0.25, 0.25) * 2, ("fill", "soft") * 4, strict=True):
        assert picture.settings == {
            "sharpness": n, "size": 8, "style": style, "parameters": {"r": 1.0, "q": 6.0},
        }  # fmt: skip
    named = pictures_of([A, B], settings, variations, "{name}/{number}", "png")
    assert [picture.name for picture in named] == [f"{name}/{k}.png" for name in "ab" for k in (1, 2, 3, 4)]
    assert settings["parameters"] == {"r": 5.0, "q": 6.0}


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{name}", "a"), ("x/./{name}", "x/a"), ("/{name}", None), ("x/../{name}", None), ("{folder}", None),
        ("thumbnails/{name}", None), ("THUMBNAILS", None), ("x/thumbnails", "x/thumbnails"), ("-{name}", "a"),
        (".{name}", "a"), ("a b{name}", "a_ba"), ("{n}", None), ("...", "_"), ("é,+=@-.", "é,+=@-."),
    ],
)  # fmt: skip
def test_names_are_paths_in_the_gallery(template: str, name: str | None) -> None:
    """Plain ones; what leads out, is nothing or is needed otherwise is refused."""
    if name is None:
        with pytest.raises(ShapeError):
            pictures_of([A], {}, [], template, "png")
    else:
        assert [picture.name for picture in pictures_of([A], {}, [], template, "png")] == [f"{name}.png"]


def test_no_live_page_is_the_index() -> None:
    """Whose picture may be called so."""
    index = FigureFile(Path("index.shape"), PurePosixPath())
    assert [picture.name for picture in pictures_of([index], {}, [], None, "png")] == ["index.png"]
    with pytest.raises(ShapeError, match=r"needs index\.html for itself"):
        pictures_of([index], {}, [], None, "png", pages=True)


def test_no_two_pictures_have_one_name() -> None:
    """Also where a system takes large letters for small ones."""
    other = FigureFile(Path("A.shape"), PurePosixPath())
    with pytest.raises(ShapeError, match=r"two pictures would be A\.png: of a\.shape and of A\.shape"):
        pictures_of([A, other], {}, [], None, "png")
    with pytest.raises(ShapeError, match="two pictures would be"):
        pictures_of([A], {}, [("n", (1.0, 2.0))], "{name}", "png")


def test_what_changes_nothing_is_found() -> None:
    """For each figure: whatever else varies, pictures that differ in it alone look the same."""
    variations: list[Variation] = [("n", (2.0, 8.0)), ("r", (1.0, 2.0, 3.0)), ("style", ("fill", "fill"))]
    pictures = pictures_of([A, B], {"size": 8}, variations[:2], None, "png")
    prints = {each.name: each.name.replace("-n2-", "-n8-") for each in pictures if each.figure is A}
    prints |= {each.name: each.name[:9] + each.name[-4:] for each in pictures if each.figure is B}
    assert list(alike(pictures, variations, prints)) == [("n", A), ("r", B)]
    assert not list(
        alike(pictures, variations, {**prints, "a-n8-r3.png": "other", "deep/b-n8-r3.png": "other"})
    )
    assert not list(alike(pictures, variations, {}))
