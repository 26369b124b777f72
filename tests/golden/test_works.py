"""Works of the gallery: each has a name, an idea, few lines, and a picture."""

import re
from pathlib import Path

import pytest

import shapecli

FOLDER = Path(__file__).parents[2] / "examples"
ALL = [*sorted(FOLDER.glob("*.shape")), *sorted(FOLDER.glob("art/*/*.shape"))]
LINES = 60


def test_names_and_titles_are_given_once() -> None:
    """Pages and people tell works apart by them."""
    assert len({path.stem for path in ALL}) == len(ALL)
    titles = [re.findall(r'^title "(.+)"$', path.read_text("utf-8"), re.MULTILINE) for path in ALL]
    assert len({title for (title,) in titles}) == len(titles)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_work_says_its_idea_and_is_drawn(path: Path) -> None:
    """In one sentence and few lines; the picture has a subject: no colour is nearly all of it."""
    assert path.read_text("utf-8").count("\n") < LINES
    figure = shapecli.load(path)
    assert figure.about
    assert figure.about.endswith((".", "?", "!"))
    colours = figure.render(size=48, threads=1).convert("RGB").getcolors(48 * 48)
    assert colours
    assert max(count for count, _ in colours) < 0.97 * sum(count for count, _ in colours)
