"""Figures, plots and checks of lessons: what is drawn is what the tool draws elsewhere."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from shapecli.base.source import ShapeError, Source
from shapecli.drawing.picture import save
from shapecli.lessons.checks import Checked, check_html, number
from shapecli.lessons.descent import descent
from shapecli.lessons.document import read_document
from shapecli.lessons.fences import Fence
from shapecli.lessons.plots import plot_html
from shapecli.lessons.shapes import shape_html
from shapecli.lessons.workshop import Workshop, named
from shapecli.render import open_figure, parse
from tests.drawn import drawn

DISC = "param r = 1 in 0.5 .. 2\nA = hypot(x, y) <= r\ndraw A & y <= 0.5 fill teal"


def fence_of(text: str) -> tuple[Fence, dict[str, Source]]:
    """The last fence of a lesson, and those that have a name."""
    document = read_document(Source("t.md", f"# T\n\n{text}"))
    return document.fences[-1], named(document.fences)


@pytest.fixture
def built(tmp_path: Path) -> Callable[[str], str]:
    """Builds the last fence of a text in a folder."""

    def build(text: str) -> str:
        fence, shared = fence_of(text)
        return shape_html(fence, Workshop(tmp_path, shared=shared))

    return build


def files_in(html: str, folder: Path) -> list[Path]:
    """The pictures that a part of a page shows."""
    return [folder / name for name in re.findall(r'(?:src|href)="(files/[0-9a-f]+\.png)"', html)]


def pixels(path: Path) -> NDArray[np.uint8]:
    """RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def rendered(text: str, **settings: object) -> NDArray[np.uint8]:
    """What `shapecli render` draws."""
    stream = io.BytesIO()
    save(drawn(parse(text), **settings), stream)
    return np.asarray(Image.open(stream).convert("RGB"))


def test_pictures_are_those_of_the_renderer(built: Callable[[str], str], tmp_path: Path) -> None:
    """Side by side, with twice the pixels where colours are few; each is its own program."""
    html = built(f"```shape size=150 n=3,30 style=fill,field\n{DISC}\n```")
    paths = files_in(html, tmp_path)
    wanted = [(style, n) for style in ("fill", "field") for n in (3.0, 30.0)]
    for path, (style, n) in zip(paths, wanted, strict=True):
        size = 300 if style == "fill" else 150
        assert (pixels(path) == rendered(DISC, size=size, style=style, sharpness=n)).all()
        figure, settings = open_figure(path)
        assert figure.source.text.strip() == DISC
        assert (settings.style, settings.sharpness) == (style, n)
    assert re.findall(r'class="label">([^<]*)<', html) == [f"{style}, n = {n:g}" for style, n in wanted]
    assert html.count('width="150" height="150"') == 4


def test_one_picture_needs_no_label(built: Callable[[str], str]) -> None:
    """What it has is in the text of the lesson; of several, what they have in common is not told."""
    assert "label" not in built(f"```shape size=50 n=3 style=field\n{DISC}\n```")
    html = built(f"```shape size=50 n=3 style=fill,soft\n{DISC}\n```")
    assert re.findall(r'class="label">([^<]*)<', html) == ["fill", "soft"]


def test_a_film_is_a_strip_of_pictures(built: Callable[[str], str], tmp_path: Path) -> None:
    """The first and the last are those at the ends; the slider knows all places."""
    html = built(f"```shape size=80 film=r=0.5..2 frames=4 axes\n{DISC}\n```")
    (strip,) = files_in(html, tmp_path)
    assert pixels(strip).shape == (4 * 80, 80, 3)
    for place, r in ((0, 0.5), (1, 1.0), (3, 2.0)):
        frame = pixels(strip)[80 * place : 80 * (place + 1)]
        assert (frame == rendered(DISC, size=80, parameters={"r": r})).all()
    assert "r = 0.5&#34;, &#34;r = 1&#34;" in html
    assert 'max="3"' in html


def test_fences_use_others_by_name(built: Callable[[str], str], tmp_path: Path) -> None:
    """Definitions of them, and of no file."""
    html = built(f'```shape name=one\n{DISC}\n```\n\n```shape size=50\nuse "one"\ndraw A\n```')
    assert (pixels(files_in(html, tmp_path)[0]) == rendered("draw hypot(x, y) <= 1", size=100)).all()
    (tmp_path / "secret.shape").write_text("A = x <= 1")
    for name in ("secret.shape", "../secret.shape", "/etc/passwd", "two"):
        with pytest.raises(
            ShapeError, match=r"no fence of this lesson has that name|in its own folder"
        ) as problem:
            built(f'```shape\nuse "{name}"\ndraw A\n```')
        assert problem.value.source is not None
        assert problem.value.source.name == "t.md"
    with pytest.raises(ShapeError, match="two fences are called one"):
        built(f"```shape name=one\n{DISC}\n```\n\n```shape name=one\n{DISC}\n```")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("size=0", "a size is 10 to 2000 pixels"),
        ("size=3000", "a size is 10 to 2000 pixels"),
        ("size=1x2x3", "a size is 10 to 2000 pixels"),
        ("n=0", "n is from 1e-06 to 1e\\+09"),
        ("n=a", "a is not a number"),
        ("n=1,,2", "nothing is not a number"),
        ("n=nan", "n is from"),
        ("n=1,2,3,4,5,6,7 style=fill,soft", "14 pictures are more than the limit of 12"),
        ("style=neon", "there is no style neon"),
        ("film=q=1..2", "the figure has no parameter q"),
        ("film=r", "this is no film"),
        ("film=r=1..9", "r = 9 is outside the range of r"),
        ("film=n=-1..9", "the sharpness is a finite number greater than 0"),
        ("film=n=2..-5", "the sharpness is a finite number greater than 0"),
        ("film=n=1..9 frames=100000", "frames is from 2 to 200"),
        ("film=n=1..9 frames=200 size=1000", "the film has too many pixels"),
        ("descend=loss", "there is no number loss"),
        ("descend=A", "A is a region, and no number"),
        ("descend=x0", "x0 depends on x, which has no value"),
        ("descend=up/0", "the number of steps is up to"),
        ("descend=up/10 rate=1e300", "rate is from"),
    ],
)
def test_impossible_options_are_refused(built: Callable[[str], str], options: str, message: str) -> None:
    """In the line where they are."""
    with pytest.raises(ShapeError, match=message):
        built(f"```shape {options}\n{DISC}\nup = r^2\nx0 = x\n```")


def test_fences_of_claims_have_definitions_too(built: Callable[[str], str], tmp_path: Path) -> None:
    """Their claims and curves are left out; and a figure that descends may define the library anew."""
    check = "```check name=k\nr = 1\nf(t) = 2t\nf(2) = 4\nr = 1\n```"
    html = built(f'{check}\n\n```shape size=50\nuse "k"\ndraw x <= f(r)\n```')
    assert (pixels(files_in(html, tmp_path)[0]) == rendered("draw x <= 2", size=100)).all()
    figure = "param p = 1\ndisc(a) = hypot(x - a, y) <= 1\nloss = p^2\ndraw disc(p)"
    assert "step 3" in built(f"```shape descend=loss/3\n{figure}\n```")


def test_descent_goes_down(tmp_path: Path) -> None:
    """Of a parabola by the exact steps; parameters stay in their ranges."""
    text = "param p = 3\nparam q = 1 in 0.5 .. 2\nloss = p^2 + q\ndraw x <= p"
    fence, _ = fence_of(f"```shape descend=loss/3 rate=0.25\n{text}\n```")
    way = descent(fence, Workshop(tmp_path), 50.0)
    assert [place["p"] for place in way.places] == [3.0, 1.5, 0.75, 0.375]
    assert [place["q"] for place in way.places] == [1.0, 0.75, 0.5, 0.5]
    assert way.losses[0] == 10.0
    assert [step for step, _, _ in way.moments(2)] == [0, 3]
    fence, _ = fence_of(f"```shape descend=loss/300 rate=10\n{text}\n```")
    with pytest.raises(ShapeError, match="loss is not finite after"):
        descent(fence, Workshop(tmp_path), 50.0)


# --- plots ----------------------------------------------------------------------------------------


def curves(text: str) -> list[list[NDArray[np.float64]]]:
    """The pieces of every curve of a plot, in units of the plane."""
    fence, shared = fence_of(f"```plot size=400x200\nwindow -4, 4, -2, 2\n{text}\n```")
    html, _ = plot_html(fence, Workshop(Path(), shared=shared))
    found = []
    for path in re.findall(r'<path class="curve c\d" d="([^"]*)"', html):
        pieces = [
            np.array([pair.split(",") for pair in piece.split("L")], float) for piece in path.split("M")[1:]
        ]
        found.append([np.column_stack((p[:, 0] / 50 - 4, 2 - p[:, 1] / 50)) for p in pieces])
    return found


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("y = sin(3x)", lambda x: np.sin(3 * x)),
        ("y = softplus(x) for n in 4", lambda x: np.log1p(np.exp(4 * x)) / 4),
        ("y = x^3/20 for n in 1 .. 3", lambda x: x**3 / 20),
        ("f(t) = abs(t) - 1\ny = f(x)", lambda x: np.abs(x) - 1),
    ],
)
def test_curves_are_graphs(text: str, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> None:
    """To less than a fifth of a pixel between the points that are kept, from one side to the other."""
    ((piece,),) = curves(text)
    assert piece[0, 0] == pytest.approx(-4)
    assert piece[-1, 0] == pytest.approx(4)
    x = np.linspace(-4, 4, 999)
    assert np.abs(np.interp(x, piece[:, 0], piece[:, 1]) - function(x)).max() < 0.2 / 50


def test_curves_break_where_they_jump() -> None:
    """At steps, poles, and where they are undefined; not where they are steep."""
    (steps,) = curves("y = floor(x)")
    assert [tuple(step[0]) for step in steps] == [(float(k), float(k)) for k in range(-4, 4)]
    (poles,) = curves("y = 1/x")
    assert len(poles) == 2
    (half,) = curves("y = sqrt(x)")
    assert half[0][0, 0] == pytest.approx(0, abs=0.02)
    (steep,) = curves("y = tanh(1000x)")
    assert len(steep) == 1


@pytest.mark.parametrize("at", [-3.21, -0.5003, 0.013, 1.7, 3.4999])
@pytest.mark.parametrize(("low", "high"), [(-1.5, 1.4), (0.5, 1.9), (1.8, -0.4), (-1.9, -0.3), (0.2, -1.7)])
def test_a_jump_is_where_it_is(at: float, low: float, high: float) -> None:
    """Up or down, on either side of 0: the curve ends within a sample of it, and goes on at the other end."""
    (pieces,) = curves(f"y = if(x <= {at}, {low}, {high})")
    left, right = pieces
    assert (left[:, 1] == pytest.approx(low), right[:, 1] == pytest.approx(high)) == (True, True)
    assert 0 <= at - left[-1, 0] < 0.02
    assert 0 <= right[0, 0] - at < 0.02
    (steep,) = curves(f"y = {low} + {high - low}*sigmoid(2000(x - {at}))")
    assert len(steep) == 1


def test_families_and_moving_numbers() -> None:
    """A list gives several curves; a range gives one, with a slider."""
    fence, _ = fence_of(
        "```plot\ny = a*x for a in 1, 2, 3\ny = x^2 for n in 1 .. 9\ny = n*x for n in 1 .. 9\n```"
    )
    html, _ = plot_html(fence, Workshop(Path()))
    assert re.findall(r"<code>([^<]*)</code></li>", html) == [
        "a*x, a = 1",
        "a*x, a = 2",
        "a*x, a = 3",
        "x^2",
        "n*x",
    ]
    assert html.count("data-frames") == 2
    assert "n = 3</output>" in html  # the middle, by factors
    assert 'max="24"' in html


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y = x*y", "a plot draws y = f"),
        ("y <= x", "a plot draws y = f"),
        ("1 = x", "a plot draws y = f"),
        ("y = x within 3", "a plot draws y = f"),
        ("y = area(x <= 1)", "a plot draws formulas, and this is measured"),
        ("y = a*x for a in 1, 2, 3, 4, 5, 6, 7, 8, 9", "more than 8 curves"),
        ("y = a*x + b for a, b in 1 .. 2", "two numbers cannot move"),
        ("y = a*x for a in 1 .. 2\ny = x^a for a in 1 .. 3", "two numbers cannot move"),
        ("y = x for x in 1", "x is what a plot goes along"),
        ("y = q", "unknown name q"),
        ("f(t) = t", "nothing is claimed"),
    ],
)
def test_what_is_no_plot_is_refused(text: str, message: str) -> None:
    """With a reason."""
    fence, _ = fence_of(f"```plot\n{text}\n```")
    with pytest.raises(ShapeError, match=message):
        plot_html(fence, Workshop(Path()))


# --- checks ---------------------------------------------------------------------------------------


def checked(text: str) -> tuple[str, list[Checked]]:
    """A check, built."""
    fence, shared = fence_of(text)
    return check_html(fence, Workshop(Path(), shared=shared))


def test_a_check_shows_its_numbers() -> None:
    """Few of them in a table, many by the tightest; and what is defined."""
    html, found = checked(
        "```check\nf(t) = 2t\nf(k) <= 7 for k in 1, 2, 3\nf(t) >= 0 for t in 0 .. 1\nf(1) = 2\n```"
    )
    assert "<code>f(t) = 2t</code>" in html
    assert re.findall(r"<td>([^<]*)</td>", html) == ["1", "2", "2", "4", "3", "6"]
    assert "1,001 points; closest at t = 0: 0; margin 0" in html
    assert [(one.line, one.margin, one.place, one.points) for one in found[:2]] == [
        (5, 1.0, "k = 3", 3), (6, 0.0, "t = 0", 1001),
    ]  # fmt: skip


def test_false_claims_say_where_and_by_what() -> None:
    """All of them, with the numbers that were compared."""
    with pytest.raises(ShapeError) as problem:
        checked("text\n\n```check\n2 < 3\nlse(1, 2, 3) <= 3 for n in 1, 100\n1 > 2\n```")
    error = problem.value
    assert error.message == "this is false for n = 1"
    assert error.hint == "lse(1, 2, 3) is 3.407605964"
    assert error.source is not None
    assert error.span is not None
    assert error.source.line_and_column(error.span.start) == (7, 1)
    assert [other.message for other in error.also] == ["this is false"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-1.5, "−1.5"), (1e-320, "0"), (1.25e-7, "1.25·10⁻⁷"), (float("inf"), "∞"),
        (float("-inf"), "−∞"), (float("nan"), "undefined"), (5000.0, "5000"), (123456.78901, "1.23·10⁵"),
    ],
)  # fmt: skip
def test_numbers_for_people(value: float, text: str) -> None:
    """With signs as they are printed."""
    assert number(value) == text
