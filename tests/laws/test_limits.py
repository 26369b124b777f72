"""Limits: what is exactly as large is done, and what is larger by one is refused, or not whole."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import shapecli
from shapecli.base import defaults
from shapecli.base.paper import length_of
from shapecli.base.source import ShapeError, Source
from shapecli.fields.graph import walk
from shapecli.gallery.worker import draw
from shapecli.lessons.checks import check_html
from shapecli.lessons.descent import descent
from shapecli.lessons.document import read_document
from shapecli.lessons.formulas import mathml
from shapecli.lessons.plots import plot_html
from shapecli.lessons.shapes import shape_html
from shapecli.lessons.workshop import Workshop
from shapecli.live.code import code_of
from shapecli.notations.reading.read import read_foreign
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.plain import PLAIN
from shapecli.painting.routes import lifted, routed
from shapecli.render import parse
from tests.commands.run import Ended, run
from tests.drawn import measured

PACKAGE = Path(shapecli.__file__).parent
CONSTANT = re.compile(
    r"^(?:\w+, )?((?:\w+_)?(?:MOST|LIMIT|LONGEST|LARGEST|DEEPEST)(?:_\w+)?)(?:: Final)? =", re.MULTILINE
)
Work = Callable[[Path], object]


@dataclass(frozen=True)
class Limit:
    """A limit.

    Attributes:
        number: what it is.
        size: of what is tried: a limit of so much allows it, and one less does not.
        work: done in an empty folder.
        refusal: what is said of what is larger, if it is refused.
    """

    number: float
    size: int
    work: Work
    refusal: str = ""


class RefusedError(Exception):
    """What a command said."""


def command(*arguments: str, folder: Path) -> Ended:
    """A command that ends well."""
    ended = run(*arguments, folder=folder)
    if ended.code:
        raise RefusedError(ended.err)
    return ended


def fence(text: str, make: Callable[..., object]) -> Work:
    """Makes the last fence of a lesson."""

    def work(folder: Path) -> object:
        return make(read_document(Source("t.md", f"# T\n\n{text}\n```\n")).fences[-1], Workshop(folder))

    return work


def descends(loss: str) -> Work:
    """Seven steps."""
    text = f"```check descend=loss/7\nparam p = 1\nloss = {loss}"
    return fence(text, lambda one, workshop: descent(one, workshop, 1.0))


def claims(text: str) -> Work:
    """Judges claims."""
    return fence(f"```check\n{text}", check_html)


def lines(words: str) -> Work:
    """Fill a square of a side of 1, from an edge where its field is 0 to one where it is -1."""
    text = f"window 0, 1, 0, 1\ndraw x <= 1  {words}"
    return lambda _: parse(text).render(size=16)


def lesson_with_a_picture(folder: Path) -> object:
    """One of 100 bytes."""
    (folder / "a.png").write_bytes(bytes(100))
    (folder / "t.md").write_text("# T\n\n![a](a.png)\n")
    return command("lesson", "t.md", folder=folder)


def gallery(*options: str) -> Work:
    """Of one figure."""

    def work(folder: Path) -> object:
        (folder / "a.shape").write_text("draw x <= 1")
        return command("gallery", "a.shape", "-o", "out", "--size", "8", *options, folder=folder)

    return work


def film(loop: str) -> Work:
    """Three frames of 8 x 8 pixels."""

    def work(folder: Path) -> object:
        (folder / "a.shape").write_text("draw x <= 1")
        options = ("--sweep", "n=1..2", "--seconds", "0.3", "--fps", "10", "--loop", loop, "--size", "8")
        return command("animate", "a.shape", *options, "-o", "f.gif", folder=folder)

    return work


def uses(folder: Path) -> object:
    """A figure that uses one text, which uses another."""
    (folder / "b.shape").write_text("B = x <= 1")
    (folder / "c.shape").write_text('use "b.shape"\nC = B')
    (folder / "a.shape").write_text('use "c.shape"\ndraw C')
    return command("check", "a.shape", folder=folder)


def picture_with_a_colour(folder: Path) -> object:
    """Whose name has 7 characters."""
    command("render", "-e", "x <= 1", "--size", "8", "--fill", "#ff0000", "-o", "a.png", folder=folder)
    return command("check", "a.png", folder=folder)


def streamed(folder: Path) -> object:
    """A picture of 8 x 6 pixels that is written as it is drawn."""
    return command("render", "-e", "x <= 1", "--size", "8x6", "-o", "a.png", folder=folder)


LAYERS = "draw x <= 1 fill red\ndraw y <= 1 fill blue\ndraw x + y <= 0 fill green"
FILM = "```shape film=n=1..9 frames=3 size=10x12\ndraw x <= 1"
LIMITS: dict[str, list[Limit]] = {
    "drawing.drawing.LIMIT_PIXELS": [
        Limit(2**25, 48, lambda _: parse("draw x <= 1").field(size=(8, 6)), "more than the limit of 47"),
    ],
    "drawing.drawing.LIMIT_STREAMED": [Limit(2**33, 48, streamed, "more than the limit of 47")],
    "drawing.measures.LIMIT_LAYERS": [
        Limit(2**27, 3 * 48, lambda _: measured(parse(LAYERS), size=(8, 6)), "3 layers of 8 x 6 pixels"),
    ],
    "drawing.embedded.LONGEST_VALUE": [Limit(200, 7, picture_with_a_colour, "damaged: fill")],
    "language.names.MOST_USED": [Limit(100, 2, uses, "more than 1 texts are used")],
    "language.repetition.MOST_LOOPS": [
        Limit(8, 2, lambda _: parse("draw x <= sum(i for i, j in 1..2)"), "more than 1 loops"),
    ],
    "claims.calls.DEEPEST": [
        Limit(3, 2, claims("integral(integral(s*t, s, 0, t), t, 0, 2) = 2"), "more than 1 deep"),
    ],
    "claims.calls.MOST_MEASURES": [
        Limit(200, 2, claims("integral(t, t, 0, 2) = integral(2t, t, 0, 2)/2"), "more than 1 areas"),
    ],
    "claims.measure.MOST_POINTS": [
        Limit(200_000, 6, claims("p <= q for p in 1, 2 for q in 3, 4, 5"), "6 points are too many: up to 5"),
    ],
    "claims.measure.MOST_AREAS": [
        Limit(100, 3, claims("area(x <= t) >= 0 for t in 0, 1, 2"), "3 areas are more than the limit of 2"),
        Limit(100, 2, claims("area(x <= 1) >= 0\narea(x <= 2) >= 0"), "2 areas are more than the limit of 1"),
    ],
    "claims.measure.MOST_WORK": [
        Limit(2_000_000_000, 4 + 1, claims("t <= 9 for t in 1, 2, 3, 4"), "points are too many"),
        Limit(2_000_000_000, 5 + 1, claims("t <= 9 for t in 1, 2, 3, 4\n1 = 1"), "1 points are too many"),
        Limit(2_000_000_000, 50 * 2 * 3 + 2, claims("derivative(t^2, t) < 9 for t in 1, 2, 3"), "too many"),
    ],
    "lessons.site.LARGEST_PICTURE": [Limit(2**25, 100, lesson_with_a_picture, "more than 99 bytes")],
    "lessons.document.MOST_FENCES": [
        Limit(200, 2, fence("```check\n1 = 1\n```\n\n```check\n2 = 2", check_html), "up to 1 fences"),
    ],
    "lessons.descent.MOST_STEPS": [
        Limit(20_000, 7, descends("p"), "the number of steps is up to 6"),
    ],
    "lessons.descent.MOST_WORK": [
        Limit(10_000_000, 14, descends("p^2"), "7 steps of 2 operations are too many"),
    ],
    "lessons.plots.LARGEST": [
        Limit(2000, 80, fence("```plot size=80x60\ny = x", plot_html), "50 to 79 pixels"),
        Limit(2000, 80, fence("```plot size=60x80\ny = x", plot_html), "50 to 79 pixels"),
    ],
    "lessons.plots.MOST_CURVES": [
        Limit(8, 3, fence("```plot\ny = x\ny = 2\ny = 3", plot_html), "3 curves are more than"),
        Limit(8, 4, fence("```plot\ny = a*x + b for a, b in 1, 2", plot_html), "more than 3 curves"),
    ],
    "lessons.plots.MOST_OPERATIONS": [
        Limit(5000, 3, fence("```plot\ny = sin(cos(x))", plot_html), "up to 2 operations"),
    ],
    "lessons.formulas.LONGEST": [Limit(2000, 5, lambda _: mathml("x + y"), "up to 4 characters")],
    "lessons.shapes.LARGEST": [
        Limit(2000, 30, fence("```shape size=30x20\ndraw x <= 1", shape_html), "10 to 29 pixels"),
        Limit(2000, 30, fence("```shape size=20x30\ndraw x <= 1", shape_html), "10 to 29 pixels"),
    ],
    "lessons.shapes.MOST_FRAMES": [Limit(200, 3, fence(FILM, shape_html), "frames is from 2 to 2")],
    "lessons.shapes.LIMIT_FILM": [Limit(2**27, 4 * 3 * 120, fence(FILM, shape_html), "too many pixels")],
    "lessons.shapes.MOST_PICTURES": [
        Limit(12, 2, fence("```shape n=1,2 size=10\ndraw x <= 1", shape_html), "2 pictures are more than"),
    ],
    "lessons.checks.MOST_CLAIMS": [Limit(200, 3, claims("1 = 1\n2 = 2\n3 = 3"), "3 claims are more than")],
    "notations.reading.latex.DEEPEST": [
        Limit(100, 3, lambda _: read_foreign(Source("a", r"((x))\le 1"), "desmos"), "more than 2 expr"),
    ],
    "notations.writing.formula.LONGEST": [
        Limit(20_000, 3, lambda _: write(parse("draw sin(x) + y <= 1").layers[0].shape, PLAIN),
              "more than 2 operations"),
    ],
    "live.code.MOST_NODES": [
        Limit(6000, 3, lambda _: code_of(parse("draw x <= 1")), "up to 2 operations"),
    ],
    "live.code.MOST_PRIMITIVES": [
        Limit(256, 2, lambda _: code_of(parse("draw x <= 1 & y <= 1")), "and 1 inequalities"),
    ],
    "live.code.MOST_OF_COLOURS": [
        Limit(12_000, 18, lambda _: code_of(parse("draw x <= 1 fill rgb(x, 0, 0)")), "up to 17 operations"),
    ],
    "commands.gallery.MOST_PICTURES": [
        Limit(100_000, 2, gallery("--vary", "n=1,2"), "2 pictures are more than the limit of 1"),
    ],
    "language.motion.MOST_FRAMES": [Limit(10_000, 3, film("once"), "3 frames are more than 2")],
    "language.motion.MOST_FPS": [Limit(100.0, 10, film("once"), "more than 9 frames a second")],
    "base.paper.LONGEST": [Limit(100_000.0, 30, lambda _: length_of("30mm"), "30mm is no length of paper")],
    "drawing.hatching.LIMIT_LINES": [
        Limit(100_000, 5, lines("hatch 0, 0.25"), "5 lines are more than the limit of 4"),
    ],
    "drawing.hatching.LIMIT_BANDS": [
        Limit(1000, 3, lines("bands 0.3"), "more bands than the limit of 2"),
    ],
    "commands.animate.LIMIT_FILM": [
        Limit(2**27, 3 * 64, film("once"), "3 frames of 8 x 8 are more than 191 pixels"),
        Limit(2**27, 4 * 64, film("bounce"), "4 frames of 8 x 8 are more than 255 pixels"),
    ],
}  # fmt: skip
OPTIONS = {
    "LIMIT_OPERATIONS": 400_000,
    "LIMIT_WORK": 60e9,
    "MOST_ANTIALIASING": 64,
    "MOST_DPI": 10_000,
}  # others test these
DEFAULTS = ("LIMIT_PIXELS", "LIMIT_FILM", "LIMIT_STREAMED", "LIMIT_LAYERS")  # tried where they are used


def message(text: str) -> Work:
    """What is said of a figure with mistakes."""

    def work(_: Path) -> object:
        with pytest.raises(ShapeError) as problem:
            parse(text)
        return str(problem.value)

    return work


def html_of(text: str) -> Work:
    """Of a fence that is a figure."""
    return fence(text, shape_html)


def said_of_a_name(folder: Path) -> object:
    """That is no name for a lesson."""
    return run("lesson", "new", "a/bcd", folder=folder).err


def name_of_letters(folder: Path) -> object:
    """Of a file, where none is given."""
    command("text", "abcd", folder=folder)
    return sorted(path.name for path in folder.iterdir())


def names_in_a_gallery(folder: Path) -> object:
    """Of one picture."""
    gallery("--name", "abcd/{name}_n")(folder)
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "out").rglob("*.png"))


def film_in_a_gallery(folder: Path) -> object:
    """Of three frames, each unlike the others; drawn in this process."""
    (folder / "a.shape").write_text(
        "sweep n = 1 .. 9, fps = 3, seconds = 1, loop = once\ndraw x <= 1 & y <= 1"
    )
    job = {"figure": str(folder / "a.shape"), "folder": str(folder), "output": "a.png"}
    draw({**job, "settings": {"size": 64}, "limit_operations": 100, "films": True, "pages": False})
    with Image.open(folder / "a.webp") as shown:
        return getattr(shown, "n_frames", 1)


def way_between_strokes(_: Path) -> object:
    """Five by lot, of which the last change for the better is found after sixteen comparisons."""
    return lifted(routed([*np.random.default_rng(2).uniform(0, 9, (5, 2, 2))], 0.0))


def way_between_triangles(_: Path) -> object:
    """By lot, of which one is entered at another corner where only two may be tried."""
    corners = [rng.uniform(0, 9, 2) + rng.uniform(0, 5, (3, 2)) for rng in [np.random.default_rng(3)] * 3]
    return lifted(routed([np.concatenate([some, some[:1]]) for some in corners], 0.0))


def contact_sheet(folder: Path) -> object:
    """Of two pictures."""
    gallery("--vary", "n=1,2", "--contact-sheet", "sheet.png")(folder)
    with Image.open(folder / "sheet.png") as sheet:
        return sheet.tobytes()


def pictures_of_an_explanation(folder: Path) -> object:
    """Of three sets, and the figure large."""
    command("explain", "-e", "x <= 1 & y <= 1", "-o", "e.md", "--size", "8", folder=folder)
    return sorted(path.name for path in (folder / "e-pictures").iterdir())


def shown(folder: Path) -> object:
    """In a terminal of 30 columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "30")
        patch.setenv("LINES", "90")
        return command("show", "-e", "x <= y", folder=folder).out


def svg(folder: Path) -> object:
    """Of 20 x 10 pixels."""
    command("render", "-e", "x*x + y*y <= 1", "--size", "20x10", "-o", "a.svg", folder=folder)
    return (folder / "a.svg").read_text()


def gradient(folder: Path) -> object:
    """From black to red, linear in light; else it is a picture."""
    text = "window 0, 1, 0, 1\ndraw x <= 1 fill rgb(x, 0, 0)"
    (folder / "a.shape").write_text(text)
    command("render", "a.shape", "--size", "8", "-o", "a.svg", folder=folder)
    return "<linearGradient" in (folder / "a.svg").read_text()


def powers(_: Path) -> object:
    """How x^5 is computed."""
    return [node.op for node in walk(parse("draw x^5 <= 1").layers[0].shape)]


def program(folder: Path) -> object:
    """In Python, where one expression has 30 characters."""
    return command("export", "-e", "(x + y)/3 <= y", "--to", "python", folder=folder).out


def written_number(_: Path) -> object:
    """Whether 0.25 is known to be what was written."""
    return [node.between for node in walk(parse("draw x <= 0.25").layers[0].shape)]


VM = "_0 var-x\n_1 var-y\n_2 mul _0 _1\n_3 add _2 _0\n_4 sub _3 _1"
DEEP = "e^(n*x) + 1/(1/e^(n*x) + 1/e^(n*y)) <= 1"
BEYOND: dict[str, Limit] = {  # what is larger than these is shortened, left out, or done in another way
    "base.source.LONGEST_LINE": Limit(160, 16, message("draw sni(x) <= 1")),
    "base.source.MOST_SHOWN": Limit(100, 3, message("draw A\ndraw B\ndraw C")),
    "commands.lesson.LONGEST_SHOWN": Limit(40, 5, said_of_a_name),
    "commands.text.LONGEST_NAME": Limit(40, 4, name_of_letters),
    "commands.show.MOST_COLUMNS": Limit(1000, 30, shown),
    "drawing.gradients.MOST_POINTS": Limit(1 << 13, 2049, gradient),
    "drawing.gradients.MOST_STOPS": Limit(256, 2, gradient),
    "drawing.traces.MOST_POINTS": Limit(1 << 22, 4 * 200, svg),
    "explain.pages.MOST_PICTURES": Limit(400, 4, pictures_of_an_explanation),
    "fields.graph.LONGEST_CHAIN": Limit(64, 5, powers),
    "gallery.pages.MOST": Limit(2000, 2, contact_sheet),
    "gallery.worker.MOST_FRAMES": Limit(60, 3, film_in_a_gallery),
    "gallery.plan.LONGEST_NAME": Limit(150, 4, names_in_a_gallery),
    "language.expressions.LONGEST_EXPONENT": Limit(400, 2, written_number),
    "language.letters.MOST_SHOWN": Limit(10, 2, message('draw text("☃☂", 0, 0, 1)')),
    "language.mistakes.LONGEST_QUOTED": Limit(60, 6, message("title A disc")),
    "language.names.LONGEST_NAME_SHOWN": Limit(40, 6, message("draw nobody <= 1")),
    "lessons.checks.MOST_ROWS": Limit(6, 2, claims("p <= 7 for p in 1, 2")),
    "lessons.shapes.MOST_IN_ROW": Limit(5, 2, html_of("```shape n=1,2\ndraw x <= 1")),
    "lessons.shapes.LONGEST_ALT": Limit(300, 9, html_of("```shape size=10\ndraw x + y <= 1")),
    "painting.routes.LIMIT_WORK": Limit(600_000, 16, way_between_strokes),
    "painting.routes.MOST_STARTS": Limit(32, 3, way_between_triangles),
    "notations.reading.boundaries.DEEPEST": Limit(100, 4, lambda _: read_foreign(Source("a", DEEP), "plain")),
    "notations.reading.vm.LONGEST": Limit(90, 22, lambda _: read_foreign(Source("a", VM), "vm")),
    "notations.writing.program.LONGEST_LINE": Limit(88, 30, program),
}
OTHERS = {  # inner ones, which the tests of what they are for know
    "drawing.styles.field.LARGEST_SPAN", "engine.kernels.deflate.LONGEST", "engine.workers.MOST_ROWS",
    "fields.rules.LARGEST_EXPONENT", "formats.films.MOST_COLOURS", "gallery.worker.MOST_BYTES",
    "notations.writing.glsl.LARGEST",
}  # fmt: skip
NUMBERS = [(place, limit) for place, limits in LIMITS.items() for limit in limits]


@pytest.mark.parametrize(
    ("place", "limit"), NUMBERS, ids=[f"{place}-{limit.size}" for place, limit in NUMBERS]
)
def test_a_limit_is_what_just_fits(
    place: str, limit: Limit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of exactly its size it is done; with one less it is refused, and told by how much."""
    module, _, name = place.rpartition(".")
    assert getattr(importlib.import_module(f"shapecli.{module}"), name) == limit.number
    for size, fits in ((limit.size, True), (limit.size - 1, False)):
        monkeypatch.setattr(f"shapecli.{place}", size)
        folder = tmp_path / str(size)
        folder.mkdir()
        if fits:
            limit.work(folder)
            continue
        with pytest.raises((ShapeError, ValueError, RefusedError)) as problem:
            limit.work(folder)
        assert limit.refusal in str(problem.value)


@pytest.mark.parametrize("place", BEYOND)
def test_what_just_fits_is_whole(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a larger limit, and not as with one less."""
    limit = BEYOND[place]
    module, _, name = place.rpartition(".")
    assert getattr(importlib.import_module(f"shapecli.{module}"), name) == limit.number
    found = []
    for size in (limit.size + 1, limit.size, limit.size - 1):
        monkeypatch.setattr(f"shapecli.{place}", size)
        folder = tmp_path / str(size)
        folder.mkdir()
        found.append(limit.work(folder))
    assert found[0] == found[1]
    assert found[1] != found[2]


def test_every_limit_is_tried() -> None:
    """What is called so in the package is here; those of options have their own tests."""
    found = {
        ".".join((*file.relative_to(PACKAGE).with_suffix("").parts, name))
        for file in PACKAGE.rglob("*.py")
        for name in CONSTANT.findall(file.read_text("utf-8"))
    }
    here = {place for place in (*LIMITS, *BEYOND, *OTHERS) if place.rpartition(".")[2] not in DEFAULTS}
    assert found == here | {f"base.defaults.{name}" for name in (*DEFAULTS, *OPTIONS)}
    assert {name: getattr(defaults, name) for name in OPTIONS} == OPTIONS
