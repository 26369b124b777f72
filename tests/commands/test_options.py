"""Every option of every command, run once to a good end, with its effect looked at.

A new option without a case fails the first test; a case that never gives its option, or ends badly, its own.
"""

import json
import math
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from shapecli.base.source import ShapeError
from shapecli.commands.main import COMMANDS, shapes
from shapecli.notations.targets import TARGETS
from shapecli.render import load, parse
from tests.commands.run import COMMAND, Ended, run

FIGURE = """param r = 1 in 0 .. 9; param q = 2
sharpness 12
background ivory
draw hypot(x, y) <= r & abs(x + y/4) <= q/4 + random(1)/50 fill teal stroke gold 4
draw y = x^3 stroke navy 3
"""
OTHER = "sharpness 12\ndraw abs(x) + abs(y) <= 1 fill red\ndraw y = -x\n"
REGION = "".join(FIGURE.splitlines(keepends=True)[:-1])  # without the curve, of which there is no morph
ALONE = "hypot(x, y) <= 1 & x <= y"
WORK = 1e9  # operations that 1 stands for after --limit-work


@dataclass
class Bench:
    """A folder with figures, and the commands that were run in it.

    Attributes:
        ran: the arguments of those that ended well.
    """

    folder: Path
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, *arguments: object, code: int = 0, stdin: bytes = b"") -> Ended:
        texts = tuple(map(str, arguments))
        ended = run(*texts, folder=self.folder, stdin=stdin)
        assert ended.code == code, (texts, ended.err)
        assert "Traceback" not in ended.err
        if not code:
            self.ran.append(texts)
        return ended

    def pixels(self, name: str, frame: int = 0) -> NDArray[np.uint8]:
        """A picture, or a frame of a film: uint8[height, width, 4]."""
        with Image.open(self.folder / name) as image:
            image.seek(frame)
            return np.asarray(image.convert("RGBA"))

    def text(self, name: str) -> str:
        """What is in a file."""
        return (self.folder / name).read_text("utf-8")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Two figures, and a folder with one of them."""
    (tmp_path / "a.shape").write_text(FIGURE)
    (tmp_path / "b.shape").write_text(OTHER)
    (tmp_path / "r.shape").write_text(REGION)
    (tmp_path / "figures" / "deep").mkdir(parents=True)
    (tmp_path / "figures" / "a.shape").write_text(FIGURE)
    (tmp_path / "figures" / "deep" / "b.shape").write_text(OTHER)
    return Bench(tmp_path)


Case = Callable[[Bench], None]
CASES: dict[tuple[str, str], Case] = {}
DONE: dict[Case, list[tuple[str, ...]]] = {}


def case(*names: tuple[str, str]) -> Callable[[Case], Case]:
    """Says which options of which commands a function tries."""

    def kept(function: Case) -> Case:
        CASES.update(dict.fromkeys(names, function))
        return function

    return kept


def options_of(command: str) -> dict[str, click.Option]:
    """By the last of their names, such as --output."""
    found = shapes.get_command(click.Context(shapes), command)
    assert found is not None
    return {one.opts[-1]: one for one in found.params if isinstance(one, click.Option)}


EVERY = [(command, name) for command in COMMANDS for name in options_of(command)]


def test_every_option_has_a_case() -> None:
    """And no case is of an option that is gone."""
    assert set(CASES) == set(EVERY)


@pytest.mark.parametrize(("command", "name"), EVERY, ids=[f"{command}{name}" for command, name in EVERY])
def test_option(command: str, name: str, bench: Bench) -> None:
    """Its effect, in a run that ended well and gave it."""
    option, tried = options_of(command)[name], CASES[command, name]
    if tried not in DONE:  # what tries several options is run for one of them
        tried(bench)
        DONE[tried] = bench.ran
    for spellings in filter(None, (option.opts, option.secondary_opts)):
        assert any(ran[0] == command and not {*spellings}.isdisjoint(ran) for ran in DONE[tried]), spellings


ENDS: dict[str, tuple[int, int | None]] = {  # of whole numbers; some are other ones for one command
    "--threads": (1, 1024), "--aa": (1, 64), "--processes": (1, 1024), "--frames": (2, 10_000),
    "--limit-pixels": (1, None), "--limit-operations": (1, None), "gallery --columns": (1, 100),
    "show --columns": (1, 1000),
}  # fmt: skip


@pytest.mark.parametrize(("command", "name"), EVERY, ids=[f"{command}{name}" for command, name in EVERY])
def test_whole_numbers_have_their_ends(command: str, name: str, bench: Bench) -> None:
    """The last number is taken, the next one is refused before anything is done."""
    kind = options_of(command)[name].type
    low, high = ENDS.get(name, ENDS.get(f"{command} {name}", (None, None)))
    assert isinstance(kind, click.IntRange) is (low is not None)
    for number in (low and low - 1, high and high + 1):
        if number is not None:
            assert str(number) in bench(command, name, number, code=2).err
    for number in (low, high):
        assert number is None or kind.convert(str(number), None, None) == number


POSITIVE = {
    "--seconds", "--fps", "--dpi", "--tolerance", "--span", "--stroke-width", "--limit-work", "--weight"
}  # fmt: skip


@pytest.mark.parametrize(("command", "name"), EVERY, ids=[f"{command}{name}" for command, name in EVERY])
def test_numbers_are_greater_than_their_bound(command: str, name: str, bench: Bench) -> None:
    """The bound itself is refused, the next number is taken; others have none."""
    kind = options_of(command)[name].type
    if name not in POSITIVE:
        assert kind.name != "NUMBER" or kind.convert("-1", None, None) == -1.0
        return
    least = math.ulp(0.0)
    assert kind.convert(repr(least), None, None) == least
    for text in ("0", "-0.0", "-1"):
        assert f"{text!r} is not greater than 0" in bench(command, name, text, code=2).err


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("--size", ("1", "1x1", "9" * 12, f"{'9' * 12}x1"), ("0", "0x1", "1x0", "1" * 13, "1x" + "1" * 13)),
        ("--size", ("a0", "A6 landscape", "1mmx9.5in", ".5 cm"), ("A7", "b4", "0mm", "1mmx2", "99999in")),
        ("--set", ("a=1", " b = -1e3 "), ("a", "a=", "a=1e999")),
        ("--vary", ("n=1..2/2", "n=1..2/9999", "n=1"), ("n=1..2/1", "n=1..2/10000", "n=1..2", "n", "n=")),
        ("--window", ("0,0,0,0", "1,2,3,4"), ("1,2,3", "1,2,3,4,5", "1,2,3,")),
    ],
)  # fmt: skip
def test_texts_of_options_have_their_ends(name: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    """As many digits, values and parts as there may be, and not one more or less."""
    kind = options_of("gallery")[name].type
    for text in good:
        kind.convert(text, None, None)
    for text in bad:
        with pytest.raises(click.BadParameter):
            kind.convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("n=2..8", (2.0, 8.0, True)), ("n=2..8/linear", (2.0, 8.0, False)), ("r=2..8", (2.0, 8.0, False)),
        ("r=0.5..1/geometric", (0.5, 1.0, True)), ("r=-1..0", (-1.0, 0.0, False)), ("r=0..1/geometric", None),
        ("n=0..1", None), ("n=1..0", None), ("n=0..1/linear", (0.0, 1.0, False)), ("n=1..2/", None),
        ("n=1..2/often", None), ("n=1", None), ("=1..2", None), ("n=..2", None),
    ],
)  # fmt: skip
def test_sweeps_are_understood(text: str, found: tuple[float, float, bool] | None) -> None:
    """Both ends, and whether it goes by factors, which 0 cannot be an end of."""
    kind = options_of("animate")["--sweep"].type
    if found is None:
        with pytest.raises(click.BadParameter):
            kind.convert(text, None, None)
        return
    assert kind.convert(text, None, None) == (text[0], *found)


def test_variations_are_even() -> None:
    """From one end to the other, rounded to what one would have typed."""
    kind = options_of("gallery")["--vary"].type
    assert kind.convert("r=0.1..0.5/5", None, None) == ("r", (0.1, 0.2, 0.3, 0.4, 0.5))
    assert kind.convert("r=2..1/2", None, None) == ("r", (2.0, 1.0))
    assert kind.convert("style=fill, soft", None, None) == ("style", ("fill", "soft"))
    assert kind.convert("r=3,1,3", None, None) == ("r", (3.0, 1.0, 3.0))


@pytest.mark.parametrize(
    ("command", "name", "one"), [("gallery", "--vary", "1,2"), ("animate", "--sweep", "1..2")]
)
def test_nothing_varies_twice(command: str, name: str, one: str) -> None:
    """One of the two would be without effect."""
    option = options_of(command)[name]
    context = click.Context(click.Command(command))
    given = [f"seed={one}", f"n={one}"]
    assert len(option.process_value(context, given)) == 2
    with pytest.raises(click.BadParameter, match="n is given twice"):
        option.process_value(context, [*given, "n=5..9/2" if command == "gallery" else "n=5..9"])


# --- how a picture looks: what the command draws is what the API draws with that setting -----------------

Given = tuple[tuple[str, ...], dict[str, Any]]
LOOKS: dict[str, Given] = {
    "--size": (("--size", "48x30"), {"size": (48, 30)}),
    "--margin": (
        ("--size", "2cmx3cm", "--dpi", "50", "--margin", "4mm"),
        {"size": "2cmx3cm", "dpi": 50.0, "margin": "4mm"},
    ),
    "--dpi": (("--size", "2cm", "--dpi", "50"), {"size": "2cm", "dpi": 50.0}),
    "--window": (("--window", "-1,2,-0.5,1"), {"window": (-1.0, 2.0, -0.5, 1.0)}),
    "--stretch": (("--stretch", "--size", "40x90"), {"stretch": True, "size": (40, 90)}),
    "--axes": (("--axes", "--size", "200"), {"axes": True, "size": 200}),
    "--sharpness": (("--sharpness", "3"), {"sharpness": 3.0}),
    "--sharp": (("--sharp",), {"sharp": True}),
    "--seed": (("--seed", "3"), {"seed": 3.0}),
    "--set": (("--set", "r=0.5", "--set", "q=1"), {"parameters": {"r": 0.5, "q": 1.0}}),
    "--style": (("--style", "owners"), {"style": "owners"}),
    "--fill": (("--fill", "red"), {"fill": "red"}),
    "--colours": (("--colours", "viridis", "--style", "field"), {"colours": "viridis", "style": "field"}),
    "--span": (("--span", "9", "--style", "field"), {"span": 9.0, "style": "field"}),
    "--stroke": (("--stroke", "#112233"), {"stroke": "#112233"}),
    "--stroke-width": (("--stroke-width", "7"), {"stroke_width": 7.0}),
    "--background": (("--background", "#30609080"), {"background": "#30609080"}),
    "--aa": (("--aa", "1", "--stroke-width", "0.5"), {"antialiasing": 1, "stroke_width": 0.5}),
}
DRAWING = ("render", "gallery", "animate", "morph", "show")
SMALL = ("--size", "40x40")


def drawn(bench: Bench, command: str, options: tuple[str, ...], figure: str = "a.shape") -> NDArray[np.uint8]:
    """What a command draws of the figure: of a film, the first frame; of a terminal, its pixels."""
    size = () if "--size" in options or command == "show" else SMALL
    if command == "render":
        bench("render", figure, "-o", "out.png", *size, *options)
        return bench.pixels("out.png")
    if command == "gallery":
        bench("gallery", figure, "-o", "out", *size, *options)
        return bench.pixels(f"out/{Path(figure).stem}.png")
    if command == "animate":
        bench("animate", figure, "--sweep", "q=2..3", "--frames", "2", "-o", "out.png", *size, *options)
        return bench.pixels("out.png")
    if command == "morph":
        figure = "r.shape" if figure == "a.shape" else figure
        bench("morph", figure, figure, "--frames", "2", "-o", "out.png", *size, *options)
        return bench.pixels("out.png")
    ended = bench("show", figure, "--columns", "40", "--colour", "24bit", *options)
    return cells(ended.out.decode())


def cells(text: str) -> NDArray[np.uint8]:
    """The pixels that half blocks of 24 bits show: uint8[rows, columns, 4]."""
    rows: list[list[list[int]]] = []
    for line in text.splitlines():
        upper, lower = list[list[int]](), list[list[int]]()
        for colours, blocks in re.findall(r"\x1b\[38;2;([0-9;]+)m(▀+)", line):
            numbers = [int(part) for part in colours.replace("48;2;", "").split(";")]
            upper += [[*numbers[:3], 255]] * len(blocks)
            lower += [[*numbers[3:], 255]] * len(blocks)
        rows += [upper, lower]
    return np.array(rows, np.uint8)


def expected(bench: Bench, settings: dict[str, Any], command: str) -> NDArray[np.uint8]:
    """What the API draws."""
    figure = parse(REGION if command == "morph" else FIGURE)
    usual: dict[str, Any] = {"size": (40, 40)}
    if command == "animate":  # of which q is what changes
        settings = {**settings, "parameters": {**settings.get("parameters", {}), "q": 2.0}}
    image = figure.render(**{**usual, **settings})
    if command == "show" and image.mode == "RGBA":
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    return np.asarray(image.convert("RGBA"))


def looks(command: str, name: str) -> Case:
    """The case of an option that says how a picture looks."""

    def tried(bench: Bench) -> None:
        options, settings = LOOKS[name]
        if command == "animate" and name == "--set":  # q is what changes
            options, settings = ("--set", "r=0.5"), {"parameters": {"r": 0.5}}
        if name == "--sharp":  # which another flag undoes
            undone, usual = drawn(bench, command, ("--sharp", "--no-sharp")), drawn(bench, command, ())
            assert np.array_equal(undone, usual)
        if command == "show":
            show(bench, name, options, settings)
            return
        found = drawn(bench, command, options)
        assert np.array_equal(found, expected(bench, settings, command))
        without = {
            key: value for key, value in settings.items() if key in ("size", "style") and name[2:] != key
        }
        assert not np.array_equal(found, expected(bench, without, command))

    return tried


def show(bench: Bench, name: str, options: tuple[str, ...], settings: dict[str, Any]) -> None:
    """The same in a terminal, which has a size of its own."""
    if name in ("--margin", "--dpi"):  # there is no paper
        settings = {}
    if name in ("--size", "--axes", "--stretch"):
        options, settings = options[:1] if name != "--size" else options, {**settings, "size": (40, 40)}
    if name == "--axes":
        assert "too small for axes" in bench("show", "a.shape", "--columns", "40", "--axes", code=2).err
        bench("show", "a.shape", "--columns", "300", "--axes")
        return
    if name == "--stretch":
        options = (*options, "--window", "-2,2,-1,1")
        settings |= {"window": (-2.0, 2.0, -1.0, 1.0), "size": (40, 20)}
    found = drawn(bench, "show", options)
    assert np.array_equal(
        found, expected(bench, {"size": (found.shape[1], found.shape[0]), **settings}, "show")
    )


for _command in DRAWING:
    for _name in LOOKS:
        if (_command, _name) != ("morph", "--set"):
            CASES[_command, _name] = looks(_command, _name)


@case(("render", "--tolerance"), ("gallery", "--tolerance"))
def paths_are_as_fine_as_is_asked(bench: Bench) -> None:
    """Fewer points where they may be farther away, in files of paths."""
    sizes = []
    for tolerance in ("0.01", "3"):
        bench("render", "a.shape", "-o", "a.svg", "--size", "400", "--tolerance", tolerance)
        bench("gallery", "a.shape", "-o", "out", "--format", "svg", "--size", "400", "--tolerance", tolerance)
        assert bench.text("out/a.svg") == bench.text("a.svg")
        sizes.append(len(bench.text("a.svg")))
    assert sizes[1] < 0.6 * sizes[0]


@case(("animate", "--tolerance"), ("morph", "--tolerance"), ("show", "--tolerance"))
def paths_do_not_matter_to_pixels(bench: Bench) -> None:
    """It is taken, and changes nothing."""
    for command in ("animate", "morph", "show"):
        fine, coarse = (drawn(bench, command, ("--tolerance", text)) for text in ("0.01", "5"))
        assert np.array_equal(fine, coarse)


# --- limits: what is exactly as large passes, and what is one larger does not ----------------------------


def limit_of_pixels(command: str) -> Case:
    """Pixels of a picture; of a film, those of all frames."""

    def tried(bench: Bench) -> None:
        count = {"animate": 2 * 1600, "morph": 2 * 1600}.get(command, 1600)
        drawn(bench, command, ("--limit-pixels", str(count)))
        bench_code = 1 if command in ("gallery", "animate", "morph") else 2
        arguments = bench.ran[-1]
        less = [str(count - 1) if one == str(count) else one for one in arguments]
        ended = bench(*less, code=bench_code)
        assert "pixels" in ended.err
        assert "--limit-pixels" in ended.err

    return tried


def limit_of_work(command: str) -> Case:
    """A picture that takes some work is drawn with that much, in billions, and not with half of it."""

    def tried(bench: Bench) -> None:
        least = least_work("draw hypot(x, y) <= 1 & sin(9*x) <= y", size=(40, 40))
        (bench.folder / "w.shape").write_text("draw hypot(x, y) <= 1 & sin(9*x) <= y")
        if command in ("animate", "morph", "show"):
            drawn_of(bench, command, "w.shape", ("--limit-work", "1"))
        else:
            drawn_of(bench, command, "w.shape", ("--limit-work", repr(least / WORK)))
        few = repr(least / WORK / 2) if command in ("render", "gallery") else "1e-7"
        arguments = bench.ran[-1]
        place = arguments.index("--limit-work") + 1
        extra = ("--redraw",) if command == "gallery" else ()
        ended = bench(*arguments[:place], few, *arguments[place + 1 :], *extra, code=1)
        assert "more than the limit of" in ended.err
        assert "raise --limit-work" in ended.err

    return tried


def least_work(text: str, **settings: Any) -> float:
    """The least power of two of operations with which the API draws a figure."""
    for power in range(60):
        try:
            parse(text).render(limit_work=2.0**power, **settings)
        except ShapeError as problem:
            assert "more than the limit" in problem.message  # noqa: PT017 - what is refused is counted
        else:
            return 2.0**power
    raise AssertionError("never drawn")


def drawn_of(bench: Bench, command: str, figure: str, options: tuple[str, ...]) -> None:
    """A picture of a figure without parameters."""
    if command == "animate":
        bench("animate", figure, "--sweep", "n=2..3", "--frames", "2", "-o", "out.png", *SMALL, *options)
    else:
        drawn(bench, command, options, figure)


def limit_of_operations(*arguments: str, text: str = FIGURE) -> Case:
    """The least limit with which the API reads the figure is the command's too."""

    def tried(bench: Bench) -> None:
        least = least_limit(text)
        given = [str(least) if one == "N" else one for one in (*arguments, "--limit-operations", "N")]
        bench(*given)
        ended = bench(*(str(least - 1) if one == str(least) else one for one in given), code=1)
        assert f"larger than the limit of {least - 1:,}" in ended.err
        assert "raise --limit-operations" in ended.err

    return tried


def least_limit(text: str) -> int:
    """Found by halving."""
    low, high = 0, 10_000
    while high - low > 1:
        middle = (low + high) // 2
        try:
            parse(text, limit_operations=middle)
            high = middle
        except ShapeError:
            low = middle
    return high


for _command in DRAWING:
    CASES[_command, "--limit-pixels"] = limit_of_pixels(_command)
    CASES[_command, "--limit-work"] = limit_of_work(_command)
OPERATIONS: dict[str, tuple[str, ...]] = {
    "render": ("render", "a.shape", "-o", "out.png", *SMALL),
    "gallery": ("gallery", "a.shape", "-o", "out", *SMALL, "--redraw"),
    "animate": ("animate", "a.shape", "--sweep", "q=1..2", "--frames", "2", "-o", "out.gif", *SMALL),
    "show": ("show", "a.shape", "--columns", "20"),
    "explain": ("explain", "a.shape", "--size", "40"),
    "export": ("export", "a.shape", "--to", "json", "-o", "out.json"),
    "page": ("page", "a.shape", "-o", "out.html"),
    "check": ("check", "a.shape"),
}
for _command, _arguments in OPERATIONS.items():
    CASES[_command, "--limit-operations"] = limit_of_operations(*_arguments)
CASES["morph", "--limit-operations"] = limit_of_operations(
    "morph", "r.shape", "r.shape", "--frames", "2", "-o", "out.gif", *SMALL, text=REGION
)


def threads_of(command: str) -> Case:
    """They change nothing; the report of render says how many there were."""

    def tried(bench: Bench) -> None:
        one, three = (drawn(bench, command, ("--threads", count)) for count in ("1", "3"))
        assert np.array_equal(one, three)
        for count in (1, 3) if command == "render" else ():
            ended = bench("render", "a.shape", "-o", "a.png", *SMALL, "--threads", count, "--json")
            assert json.loads(ended.out)["threads"] == count

    return tried


CASES.update({(command, "--threads"): threads_of(command) for command in DRAWING})


@case(("explain", "--threads"), ("export", "--threads"))
def threads_of_texts_change_nothing(bench: Bench) -> None:
    """Not a letter."""
    for arguments in (("explain", "a.shape", *SMALL), ("export", "a.shape", "--to", "numpy")):
        assert bench(*arguments, "--threads", "1").out == bench(*arguments, "--threads", "3").out


@case(("explain", "--limit-pixels"), ("export", "--limit-pixels"))
def pixels_of_explanations_and_exports(bench: Bench) -> None:
    """Those that are counted, or compared."""
    for arguments in (
        ("explain", "a.shape"),
        ("export", "a.shape", "--to", "numpy", "-o", "a.py", "--verify"),
    ):
        bench(*arguments, *SMALL, "--limit-pixels", "1600")
        assert "--limit-pixels" in bench(*arguments, *SMALL, "--limit-pixels", "1599", code=2).err


@case(("explain", "--limit-work"), ("export", "--limit-work"), ("page", "--limit-work"))
def work_of_explanations_exports_and_pages(bench: Bench) -> None:
    """A billionth of a billion is one operation, and one billion is enough."""
    text = bench("explain", "a.shape", *SMALL, "--limit-work", "1").out.decode()
    assert "could be decided differently" in text
    assert "pixels are not counted" not in text
    text = bench("explain", "a.shape", *SMALL, "--limit-work", "1e-9").out.decode()
    assert "pixels are not counted: this picture takes more than the limit of 1e-09 billion" in text
    verified = ("export", "a.shape", "--to", "numpy", "-o", "a.py", "--verify", *SMALL, "--limit-work")
    for arguments in (verified, ("page", "a.shape", "--limit-work")):
        bench(*arguments, "1")
        assert "the limit of 1e-09 billion" in bench(*arguments, "1e-9", code=1).err


@case(("import", "--limit-operations"), ("lesson", "--limit-operations"))
def operations_of_texts(bench: Bench) -> None:
    """What fits is read, and one less is refused."""
    bench("import", "-e", "x+y<1", "-o", "x.shape", "--limit-operations", "100")
    (bench.folder / "t.md").write_text("# T\n\n```shape size=20\ndraw x + y <= 1\n```\n")
    for arguments in (("import", "-e", "x+y<1", "-o", "x.shape"), ("lesson", "t.md", "--rebuild")):
        codes = [
            run(*arguments, "--limit-operations", str(limit), folder=bench.folder).code
            for limit in range(1, 40)
        ]
        least = codes.index(0) + 1
        assert codes == [1] * (least - 1) + [0] * (40 - least)
        assert 1 < least < 30
        bench(*arguments, "--limit-operations", least)


# --- where it is read from, and where it goes --------------------------------------------------------------


@case(*((command, "--expression") for command in ("render", "show", "explain", "export", "page", "import")))
def expressions_are_figures(bench: Bench) -> None:
    """The same as a file that holds it, in the window of files."""
    there = "--window=-2,2,-2,2"
    (bench.folder / "alone.shape").write_text(f"draw {ALONE}")
    for command, options in (
        ("render", ("--size", "30", "--format", "npy", "-o", "-")),
        ("show", ("--columns", "20")),
        ("explain", ("--size", "30", "--json")),
        ("export", ("--to", "python")),
    ):
        one, other = bench(command, "-e", ALONE, there, *options), bench(command, "alone.shape", *options)
        assert one.out.replace(b'"figure"', b'"alone"') == other.out
    bench("page", "-e", ALONE, there, "-o", "one.html")
    bench("page", "alone.shape", "-o", "other.html")
    assert data_of(bench, "one.html") == data_of(bench, "other.html")
    assert bench("import", "-e", "x<1", "-o", "-").out == b"draw x < 1\n"
    for ran in list(bench.ran):  # -e is short for it
        bench.ran.append(tuple("--expression" if part == "-e" else part for part in ran))


def data_of(bench: Bench, name: str) -> Any:
    """What a page is told."""
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', bench.text(name), re.DOTALL
    )
    assert found
    return json.loads(found[1])


WRITERS: dict[str, tuple[str, ...]] = {
    "render": ("render", "a.shape", *SMALL),
    "animate": ("animate", "a.shape", "--sweep", "q=2..3", "--frames", "2", *SMALL),
    "morph": ("morph", "r.shape", "r.shape", "--frames", "2", *SMALL),
    "export": ("export", "a.shape", "--to", "json"),
    "page": ("page", "a.shape"),
    "import": ("import", "text.txt"),
    "text": ("text", "HI"),
}
ENDINGS = {
    "render": "png",
    "animate": "gif",
    "morph": "gif",
    "export": "json",
    "page": "html",
    "import": "shape",
    "text": "shape",
}


@case(*((command, "--output") for command in WRITERS), *((command, "--force") for command in WRITERS))
def files_are_written_where_they_should(bench: Bench) -> None:
    """Under the name that is given, or to stdout; not over another with --no-force."""
    (bench.folder / "text.txt").write_text("x<1")
    for command, arguments in WRITERS.items():
        name = f"given.{ENDINGS[command]}"
        bench(*arguments, "--output", name)
        written = (bench.folder / name).read_bytes()
        form = ("--format", ENDINGS[command]) if command in ("render", "animate", "morph") else ()
        assert bench(*arguments, "-o", "-", *form).out == written
        (bench.folder / name).write_bytes(b"older")
        assert f"{name} exists" in bench(*arguments, "-o", name, "--no-force", code=2).err
        assert (bench.folder / name).read_bytes() == b"older"
        bench(*arguments, "-o", name, "--force")
        assert (bench.folder / name).read_bytes() == written
        (bench.folder / name).unlink()
        bench(*arguments, "-o", name, "--no-force")
        assert (bench.folder / name).read_bytes() == written


@case(*((command, "--quiet") for command in (*WRITERS, "gallery", "lesson", "explain", "check")))
def quiet_is_quiet(bench: Bench) -> None:
    """Not a word on stderr, where there is one without it."""
    (bench.folder / "text.txt").write_text("x<1")
    (bench.folder / "t.md").write_text("# T\n\nWords.\n")
    rest: dict[str, tuple[str, ...]] = {
        "gallery": ("gallery", "figures", "-o", "out", *SMALL),
        "lesson": ("lesson", "t.md"),
        "explain": ("explain", "a.shape", *SMALL, "-o", "a.txt"),
        "check": ("check", "a.shape"),
    }
    for command, arguments in {**WRITERS, **rest}.items():
        target = ("-o", "out.json") if command == "export" else ()
        assert bench(*arguments, *target).err
        for flag in ("-q", "--quiet"):
            ended = bench(*arguments, *target, flag)
            assert (ended.out, ended.err) == (b"", "")


@case(("render", "--format"), ("animate", "--format"), ("morph", "--format"), ("gallery", "--format"))
def formats_are_what_is_written(bench: Bench) -> None:
    """Whatever the ending says."""
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "npy": b"\x93NUMPY", "npz": b"PK"}
    for form, start in starts.items():
        bench("render", "a.shape", *SMALL, "--format", form, "-o", "out.data")
        assert (bench.folder / "out.data").read_bytes().startswith(start)
    films = {"gif": b"GIF89a", "png": b"\x89PNG", "webp": b"RIFF", "mp4": b"\0\0\0"}
    for form, start in films.items():
        for command in ("animate", "morph"):
            bench(*WRITERS[command], "--format", form, "-o", "out.data")
            assert (bench.folder / "out.data").read_bytes().startswith(start)
    for form in ("png", "svg"):
        bench("gallery", "a.shape", "-o", "out", *SMALL, "--format", form)
        assert (bench.folder / f"out/a.{form}").read_bytes().startswith(starts[form])


# --- one command each -------------------------------------------------------------------------------------


@case(("render", "--metadata"))
def pictures_carry_their_source_or_not(bench: Bench) -> None:
    """In a PNG and in an SVG; the pixels are the same."""
    for name in ("a.png", "a.svg"):
        for flag, carried in (("--metadata", True), ("--no-metadata", False)):
            bench("render", "a.shape", *SMALL, flag, "-o", name)
            data = (bench.folder / name).read_bytes()
            assert (b"draw y = x^3" in data) is carried
            assert run("check", name, folder=bench.folder).code == (0 if carried else 1)


TWO_DISCS = 4 * math.pi / 3 + math.sqrt(3) / 2  # of radius 1, each through the middle of the other


@case(("render", "--pens"))
def pens_are_layers(bench: Bench) -> None:
    """Of lines alone, of which something is told."""
    ended = bench("render", "a.shape", "-o", "a.svg", *SMALL, "--pens")
    found = re.findall('inkscape:label="([^"]*)"', bench.text("a.svg"))
    assert found == ["1 gold 1.06mm", "2 navy 0.794mm"]
    assert all(f"pen {label}: " in ended.err for label in found)


@case(("render", "--certify"), ("render", "--json"))
def reports_of_render(bench: Bench) -> None:
    """Numbers that say what was drawn; with --certify they are within what is proven."""
    layers = {
        "one": ("draw hypot(x, y) <= 1", math.pi),
        "two": ("draw hypot(x, y) <= 1\ndraw hypot(x - 1, y) <= 1\ndraw y = x", TWO_DISCS),
        "all": ("draw x <= 9", 16.0), "none": ("draw x >= 9", 0.0),
    }  # fmt: skip
    for name, (text, area) in layers.items():
        (bench.folder / f"{name}.shape").write_text(text)
        options = (f"{name}.shape", "-o", f"{name}.png", "--size", "64", "--json")
        plain = json.loads(bench("render", *options).out, parse_constant=refused)
        report = json.loads(bench("render", *options, "--certify").out, parse_constant=refused)
        new = {"certain_inside", "certain_outside", "undecided", "certain_area"}
        assert set(report) - set(plain) == new
        assert set(report["seconds"]) - set(plain["seconds"]) == {"certify"}
        assert all(plain[key] == report[key] for key in set(plain) - {"seconds"})
        assert (report["output"], report["width"], report["height"]) == (f"{name}.png", 64, 64)
        assert report["window"] == [-2.0, 2.0, -2.0, 2.0]
        assert (report["sharpness"], report["undefined_pixels"]) == (50.0, 0)
        inside, outside, undecided = (
            report[key] for key in ("certain_inside", "certain_outside", "undecided")
        )
        assert inside + outside + undecided == 64 * 64
        assert min(inside, outside, undecided) >= 0
        assert inside <= report["inside_pixels"] <= inside + undecided
        low, high = report["certain_area"]
        assert low <= area <= high
        assert report["area"] == pytest.approx(area, abs=0.02)
        assert low - 1e-3 <= report["area"] <= high + 1e-3
        if name in ("all", "none"):
            assert undecided == 0
            assert low == pytest.approx(area)
            assert high == pytest.approx(area)
        assert (
            sum(report["seconds"].values()) - report["seconds"]["total"] <= report["seconds"]["total"] * 1.01
        )
    ended = bench("render", "a.shape", "-o", "a.png", "--certify", code=2)
    assert "add --json" in ended.err


def refused(name: str) -> float:
    """JSON has no such number."""
    raise AssertionError(name)


@case(("render", "--watch"), ("lesson", "--watch"))
def watching_draws_and_ends(bench: Bench) -> None:
    """At once; and an interrupt ends it."""
    (bench.folder / "t.md").write_text("# T\n\nWords.\n")
    for arguments, name in (
        (("render", "a.shape", *SMALL, "--watch"), "a.png"),
        (("lesson", "t.md", "--watch"), "site/index.html"),
    ):
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=bench.folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.default_int_handler
            ),  # also in the background
        )
        assert process.stderr is not None
        lines = iter(process.stderr.readline, b"")
        assert any(line.startswith(b"watching") for line in lines)
        assert (bench.folder / name).exists()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        process.stderr.close()
        bench.ran.append(arguments)


@case(("show", "--columns"), ("show", "--colour"))
def terminals_get_what_is_asked_for(bench: Bench) -> None:
    """So many columns, and colours of each kind."""
    for columns in (1, 30, 77):
        ended = bench("show", "a.shape", "--columns", columns, "--colour", "24bit")
        assert cells(ended.out.decode()).shape[1] == columns
    for colour, has, has_not in (
        ("24bit", "38;2;", "38;5;"), ("256", "38;5;", "38;2;"), ("none", "@", "\x1b"), ("auto", "@", "\x1b"),
    ):  # fmt: skip
        text = bench("show", "a.shape", "--columns", "30", "--colour", colour).out.decode()
        assert has in text
        assert has_not not in text
    assert "--columns" in bench("show", "a.shape", "--columns", "1001", code=2).err
    bench("show", "a.shape", "--columns", "1000")


def frames_of(bench: Bench, name: str) -> list[NDArray[np.uint8]]:
    """Every frame of a film."""
    with Image.open(bench.folder / name) as image:
        count = getattr(image, "n_frames", 1)
    return [bench.pixels(name, number) for number in range(count)]


def milliseconds(bench: Bench, name: str) -> float:
    """How long a film is."""
    with Image.open(bench.folder / name) as image:
        total = 0.0
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            total += image.info["duration"]
        return total


FILMS = {
    "animate": ("animate", "b.shape", "--sweep", "n=1..9", "--size", "24x24", "-o", "f.png"),
    "morph": ("morph", "r.shape", "r.shape", "--size", "24x24", "-o", "f.png"),
}


@case(*((command, f"--{name}") for command in FILMS for name in ("frames", "seconds", "fps", "loop", "ease")))
def films_last_as_long_as_they_should(bench: Bench) -> None:
    """In frames, and in seconds; and what is in them is where it should be in time."""
    (bench.folder / "left.shape").write_text("sharpness 5\nwindow -2, 2, -1, 1\ndraw x <= -1")
    (bench.folder / "right.shape").write_text("sharpness 5\nwindow -2, 2, -1, 1\ndraw x <= 1")
    (bench.folder / "moving.shape").write_text("param a = 0\nwindow -2, 2, -1, 1\ndraw x <= a")
    moving = {
        "animate": (
            "animate",
            "moving.shape",
            "--sweep",
            "a=-1..1",
            "--size",
            "400x2",
            "--stretch",
            "-o",
            "f.png",
        ),
        "morph": ("morph", "left.shape", "right.shape", "--size", "400x2", "--stretch", "-o", "f.png"),
    }
    for arguments in moving.values():
        for loop, count, order in (
            ("once", 5, [0, 1, 2, 3, 4]), ("restart", 5, [0, 1, 2, 3, 4]),
            ("bounce", 8, [0, 1, 2, 3, 4, 3, 2, 1]),
        ):  # fmt: skip
            for ease, shares in EASED.items():
                bench(*arguments, "--frames", "5", "--loop", loop, "--ease", ease, "--fps", "10")
                frames = frames_of(bench, "f.png")
                assert len(frames) == count
                edges = [(frame[0, :, :3] < 128).all(axis=-1).sum() / 100 - 2 for frame in frames]
                assert edges == pytest.approx([2 * shares[k] - 1 for k in order], abs=0.011)
                assert milliseconds(bench, "f.png") == pytest.approx(100 * count)
        bench(*arguments, "--seconds", "0.5", "--fps", "20", "--loop", "once")
        assert len(frames_of(bench, "f.png")) == 10
        assert milliseconds(bench, "f.png") == pytest.approx(500)
        bench(*arguments, "--seconds", "0.1", "--fps", "100", "--loop", "once")
        assert "100 frames a second" in bench(*arguments, "--fps", "100.001", code=2).err
        bench(*arguments, "--frames", "2", "--loop", "once")
        assert "--frames" in bench(*arguments, "--frames", "1", code=2).err
        for loop, forever in (("once", 1), ("restart", 0)):
            bench(*arguments, "--frames", "2", "--loop", loop)
            with Image.open(bench.folder / "f.png") as image:
                assert image.info["loop"] == forever


EASED = {
    "linear": [0, 0.25, 0.5, 0.75, 1],
    "in": [0, 0.0625, 0.25, 0.5625, 1],
    "out": [0, 0.4375, 0.75, 0.9375, 1],
    "in-out": [0, 0.14645, 0.5, 0.85355, 1],
}


@case(("animate", "--sweep"))
def sweeps_go_from_end_to_end(bench: Bench) -> None:
    """Several at once; n by factors unless told otherwise."""
    figure = load(bench.folder / "a.shape")
    for text, middle in (
        ("n=4..16", {"n": 8.0}), ("n=4..16/linear", {"n": 10.0}), ("r=0.25..1", {"r": 0.625}),
        ("r=0.25..1/geometric", {"r": 0.5}),
    ):  # fmt: skip
        bench(
            "animate", "a.shape", "--sweep", text, "--sweep", "q=1..3", *SMALL, "--frames", "3", "-o", "f.png"
        )
        wanted = figure.render(
            size=(40, 40), sharpness=middle.get("n"), parameters={"r": middle.get("r", 1.0), "q": 2.0}
        )
        assert (
            np.abs(frames_of(bench, "f.png")[1] - np.asarray(wanted.convert("RGBA")).astype(int)).max() <= 1
        )


@case(("gallery", "--films"), ("gallery", "--pages"))
def galleries_have_films_and_pages(bench: Bench) -> None:
    """Films unless they are not wanted, pages if they are."""
    (bench.folder / "m.shape").write_text("sweep n = 2 .. 9, seconds = 0.1\ndraw x <= y & x <= 0")
    for options, found in (
        (("--films",), {"webp"}), (("--no-films", "--pages"), {"html"}), (("--pages",), {"webp", "html"}),
    ):  # fmt: skip
        out = "-".join(options)[2:]
        bench("gallery", "m.shape", "-o", out, *SMALL, *options)
        assert {form for form in ("webp", "html") if (bench.folder / out / f"m.{form}").exists()} == found


@case(("gallery", "--vary"), ("gallery", "--name"), ("gallery", "--output"), ("gallery", "--redraw"))
def galleries_have_the_names_that_are_given(bench: Bench) -> None:
    """And draw again what is asked for; {number} counts the variants of a figure from 1."""
    vary = (
        "gallery",
        "figures",
        "--output",
        "out",
        *SMALL,
        "--vary",
        "n=2,7.5",
        "--vary",
        "style=fill,soft",
        "--json",
    )
    drawn_ = json.loads(bench(*vary).out)
    assert drawn_["output"] == "out"
    assert sorted(drawn_["drawn"]) == sorted(
        f"{name}-n{n}-{style}.png"
        for name in ("a", "deep/b")
        for n in ("2", "7.5")
        for style in ("fill", "soft")
    )
    wanted = parse(OTHER).render(size=(40, 40), sharpness=7.5, style="soft").convert("RGBA")
    assert np.array_equal(bench.pixels("out/deep/b-n7.5-soft.png"), np.asarray(wanted))
    again = json.loads(bench(*vary).out)
    assert (again["drawn"], len(again["kept"])) == ([], 8)
    assert len(json.loads(bench(*vary, "--redraw").out)["drawn"]) == 8
    named = ("gallery", "figures", "-o", "named", *SMALL, "--vary", "n=2,3,9", "--json", "--name")
    report = json.loads(bench(*named, "{folder}_{name}.{number}.{n}").out)
    assert {re.sub(r"[^0-9]+", " ", name).strip() for name in report["drawn"]} == {"1 2", "2 3", "3 9"}
    assert len(report["drawn"]) == 6


@case(*(("gallery", f"--{name}") for name in ("title", "contact-sheet", "columns", "processes", "json")))
def galleries_have_pages_and_a_sheet(bench: Bench) -> None:
    """With the title, as many columns as are asked for, and the same pictures for any number of processes."""
    sizes = {}
    for columns in (1, 2, None):
        given = ("--columns", columns) if columns else ()
        report = json.loads(
            bench(
                "gallery", "figures", "-o", "out", *SMALL, "--title", "Our <best>", "--json", "--redraw",
                "--contact-sheet", "sheet.png", *given, "--processes", columns or 3, "--vary", "n=3,5,9",
            ).out
        )  # fmt: skip
        assert len(report["drawn"]) == 6
        assert report["seconds"] > 0
        assert report["problems"] == {}
        sizes[columns] = bench.pixels("sheet.png").shape[:2]
        assert "Our &lt;best&gt;" in bench.text("out/index.html")
        wanted = parse(FIGURE).render(size=(40, 40), sharpness=5.0).convert("RGBA")
        assert np.array_equal(bench.pixels("out/a-n5.png"), np.asarray(wanted))
    assert (
        sizes[2][1] - sizes[1][1] == sizes[None][1] - sizes[2][1] == 272
    )  # six cells: 3 across by themselves
    assert sizes[1][0] - sizes[2][0] == 3 * (sizes[2][0] - sizes[None][0])
    bench("gallery", "figures", "-o", "other", *SMALL)
    assert "<title>other</title>" in bench.text("other/index.html")


LESSON = "# Circles\n\nWords.\n\n```check\narea(x^2 + y^2 <= 1) = pi within 1e-3\n1 < 2\n```\n"


@case(("lesson", "--output"), ("lesson", "--title"), ("lesson", "--rebuild"), ("lesson", "--json"))
def lessons_become_a_site(bench: Bench) -> None:
    """Built once, again where that is asked for, with a report of every claim."""
    (bench.folder / "t.md").write_text(LESSON)
    arguments = ("lesson", "t.md", "--output", "pages", "--title", "Ours & more", "--json")
    report = json.loads(bench(*arguments).out, parse_constant=refused)
    assert (report["output"], report["built"], report["kept"], report["problems"]) == ("pages", ["t"], [], {})
    (lesson,) = report["lessons"]
    assert lesson["title"] == "Circles"
    assert [claim["line"] for claim in lesson["claims"]] == [6, 7]
    assert "Ours &amp; more" in bench.text("pages/index.html")
    assert "Circles" in bench.text("pages/index.html")
    again = json.loads(bench(*arguments).out)
    assert (again["built"], again["kept"]) == ([], ["t"])
    assert json.loads(bench(*arguments, "--rebuild").out)["built"] == ["t"]


@case(("lesson", "--limit-work"))
def claims_take_as_much_work_as_they_may(bench: Bench) -> None:
    """In billions."""
    (bench.folder / "t.md").write_text(LESSON)
    bench("lesson", "t.md", "--limit-work", "1")
    ended = bench("lesson", "t.md", "--rebuild", "--limit-work", "1e-6", code=1)
    assert "more than the limit of" in ended.err


@case(("lesson", "--list"), ("lesson", "--all"))
def lessons_that_come_with_the_tool(bench: Bench) -> None:
    """Are listed by number, name and title; all of them are what is built."""
    from shapecli.lessons import bundled

    listed = bench("lesson", "--list").out.decode().splitlines()
    assert [line.split()[:2] for line in listed[:2]] == [["01", "half-planes"], ["02", "circle-to-square"]]
    assert len(listed) == len(bundled.bundled())
    (bench.folder / "01-one.md").write_text("# One\n")
    (bench.folder / "02-two.md").write_text("# Two\n")
    with pytest.MonkeyPatch.context() as patch:  # the real ones take a minute
        patch.setattr(bundled, "bundled", lambda: [bench.folder / "01-one.md", bench.folder / "02-two.md"])
        report = json.loads(bench("lesson", "--all", "--json").out)
    assert report["built"] == ["01-one", "02-two"]


@case(("explain", "--at"), ("explain", "--output"), ("explain", "--json"), ("explain", "--size"))
def explanations_of_points(bench: Bench) -> None:
    """The same numbers as text, as data, and on both kinds of pages; those of the field itself."""
    places = [(0.25, 0.5), (1.5, -1.0)]
    at = [part for x, y in places for part in ("--at", f"{x},{y}")]
    (report,) = json.loads(
        bench("explain", "b.shape", *at, "--json", "--size", "32").out, parse_constant=refused
    )
    for (x, y), point in zip(places, report["points"], strict=True):
        level = float(parse(OTHER).field(size=(1, 1), window=(x - 1e-9, x + 1e-9, y - 1e-9, y + 1e-9))[0, 0])
        assert (point["x"], point["y"], point["inside"]) == (x, y, level <= 0)
        assert point["values"][point["because"][0]]["L"] == pytest.approx(level, abs=1e-6)
    for name in ("b.html", "b.md", "b.txt", "b.json"):
        bench("explain", "b.shape", *at, "--output", name, "--size", "32")
    assert json.loads(bench.text("b.json"), parse_constant=refused) == [report]
    assert (
        bench.text("b.txt").rstrip() == bench("explain", "b.shape", *at, "--size", "32").out.decode().rstrip()
    )
    for name in ("b.html", "b.md"):
        text = re.sub(r"</t[dh]>\s*<t[dh][^>]*>", " | ", bench.text(name)).replace("−", "-")
        levels = [float(number) for number in re.findall(r"L = ([-0-9.e]+)", text.replace("<i>L</i>", "L"))]
        assert levels == pytest.approx(
            [point["values"][point["because"][0]]["L"] for point in report["points"]], rel=1e-3
        )
        rows = re.findall(r"A \| (\S+) \| (\S+) \| (\S+) \| (\S+) \| ([0-9.]+)%", text)
        for point, row in zip(report["points"], rows, strict=True):
            value = point["values"]["A"]
            assert [float(part) for part in (row[0], row[2], row[3])] == pytest.approx(
                [value["f"], value["L"], value["weight"]], rel=1e-3
            )
            assert float(row[4]) == pytest.approx(100 * value["share"], abs=0.05)
    for size, pixels in (("32", "32 x 32"), ("64x16", "64 x 16")):
        assert f"at {pixels} pixels" in bench("explain", "a.shape", "--size", size).out.decode()


@case(("explain", "--window"), ("explain", "--sharpness"), ("explain", "--set"))
def explanations_of_what_is_asked(bench: Bench) -> None:
    """The window that pixels are counted in, the sharpness, and parameters."""
    (report,) = json.loads(bench("explain", "a.shape", "--sharpness", "3", "--json", "--size", "32").out)
    assert report["sharpness"] == 3.0
    assert "e^(3*(" in report["inequality"]["plain"]
    far = bench("explain", "a.shape", "--window", "100,101,0,1", "--size", "32").out.decode()
    assert "at 32 x 32 pixels: 0 could be decided differently, 0 are" in far
    for r, inside in (("0.25", False), ("1", True)):
        options = ("--set", f"r={r}", "--at", "0,0.5", "--json", "--size", "32")
        (report,) = json.loads(bench("explain", "a.shape", *options).out)
        assert report["points"][0]["inside"] is inside


@case(("export", "--to"), ("export", "--verify"), ("export", "--json"), ("export", "--size"))
def exports_are_run_and_agree(bench: Bench) -> None:
    """Whatever can be run here without a browser; the exit code is 0, and the report says so."""
    for target in ("python", "numpy"):
        for output in (("-o", "out.py"), ()):
            options = ("--to", target, "--verify", *output, "--size", "30x20")
            report = json.loads(bench("export", "b.shape", *options, "--json").out, parse_constant=refused)
            assert (report["to"], report["output"]) == (target, output[1] if output else "-")
            assert (report["disagreeing"], report["pixels"], report["infinite"]) == (0, 600, 0)
            assert 0 <= report["relative"] <= 1e-12
            assert report["where"] is None
            said = bench("export", "b.shape", *options).err
            assert "0 of 600 pixels disagree; levels differ by at most" in said
    for target in TARGETS:
        first = bench("export", "b.shape", "--to", target).out.decode()
        assert first
        assert (target == "json") == first.startswith("{")


@case(*(("export", name) for name in ("--window", "--sharpness", "--sharp", "--set")))
def exports_are_of_what_is_asked(bench: Bench) -> None:
    """The data of the export says so."""

    def exported(*options: str) -> Any:
        return json.loads(bench("export", "a.shape", "--to", "json", *options).out, parse_constant=refused)

    usual = exported()
    assert usual["window"] == [-2.0, 2.0, -2.0, 2.0]
    assert (usual["sharpness"], [one["value"] for one in usual["parameters"]]) == (12.0, [1.0, 2.0])
    assert [(one["low"], one["high"]) for one in usual["parameters"]] == [(0.0, 9.0), ("-inf", "inf")]
    assert exported("--window", "-1,1,-3,-1")["window"] == [-1.0, 1.0, -3.0, -1.0]
    assert exported("--sharpness", "7")["sharpness"] == 7.0
    assert [one["value"] for one in exported("--set", "q=5")["parameters"]] == [1.0, 5.0]
    soft, crisp = (bench("export", "a.shape", "--to", "latex", *flag).out for flag in ((), ("--sharp",)))
    assert bench("export", "a.shape", "--to", "latex", "--sharp", "--no-sharp").out == soft
    assert b"e^{" in soft
    assert b"e^{" not in crisp
    assert rb"\max" in crisp


PAGED = ("fill", "soft", "field", "owners")  # the styles of pages
PAGES = {
    "--window": (("--window", "-1,2,0,1"), ("window", [-1.0, 2.0, 0.0, 1.0])),
    "--sharpness": (("--sharpness", "3"), ("n", 3.0)),
    "--sharp": (("--sharp",), ("crisp", True)),
    "--style": (("--style", "field"), ("style", "field")),
    "--background": (
        ("--background", "#102030"),
        ("backgrounds", {style: [16, 32, 48, 255] for style in PAGED}),
    ),
}


@case(
    *(
        ("page", name)
        for name in (*PAGES, "--set", "--fill", "--stroke", "--stroke-width", "--colours", "--span")
    )
)
def pages_are_of_what_is_asked(bench: Bench) -> None:
    """Each changes what it is about in what the page is told, and nothing else."""

    def told(*options: str) -> dict[str, Any]:
        bench("page", "a.shape", "-o", "a.html", *options)
        found: dict[str, Any] = data_of(bench, "a.html")
        return found

    usual = told()
    assert (usual["n"], usual["crisp"], usual["style"]) == (12.0, False, "fill")
    for options, (key, value) in PAGES.values():
        found = told(*options)
        assert found[key] == value != usual[key]
        kept = {key, "field"} if key in ("window", "n") else {key}
        assert all(found[other] == usual[other] for other in set(usual) - kept)
    assert told("--sharp", "--no-sharp") == usual
    found = told("--set", "r=0.5")
    assert [one["value"] for one in found["parameters"]] == [0.5, 2.0]
    assert [(one["low"], one["high"]) for one in found["parameters"]] == [(0.0, 9.0), (0.0, 4.0)]
    colours = [(one["fill"], one["stroke"], one["width"]) for one in usual["layers"]]
    teal, gold, navy = ([0, 128, 128, 255], [255, 215, 0, 255], [0, 0, 128, 255])
    assert colours == [(teal, gold, 4.0), (None, navy, 3.0)]
    red = [255, 0, 0, 255]
    assert [one["fill"] for one in told("--fill", "red")["layers"]] == [red, None]
    assert [one["stroke"] for one in told("--stroke", "red")["layers"]] == [red, red]
    assert [one["width"] for one in told("--stroke-width", "9")["layers"]] == [9.0, 9.0]
    found = told("--span", "8")
    assert (found["field"]["span"], found["field"]["step"]) == (8.0, 2.0)
    found = told("--colours", "viridis")
    assert found["field"]["colours"] != usual["field"]["colours"]
    assert len(found["field"]["colours"]) == 256
    assert found["field"]["colours"][0] == [68, 1, 84]


@case(("import", "--from"))
def notations_are_those_that_are_told(bench: Bench) -> None:
    """A text that could be two is what --from says."""
    for notation, text in (("desmos", "draw x*y <= 1\n"), ("plain", "draw xy <= 1\n")):
        ended = run("import", "-e", "xy<=1", "--from", notation, "-o", "-", folder=bench.folder)
        assert (ended.code, ended.out.decode()) == ((0, text) if notation == "desmos" else (1, ""))
    bench("import", "-e", "xy<=1", "--from", "desmos", "-o", "x.shape")
    bench("import", "-e", "_0 var-x\n_1 const 1\n_2 sub _0 _1", "--from", "vm", "-o", "y.shape")
    assert bench.text("y.shape") == "draw x - 1 <= 0\n"


@case(("text", "--fill"), ("text", "--weight"), ("text", "--limit-operations"))
def letters_as_they_are_told(bench: Bench) -> None:
    """In the figure, which is drawn in that colour; of broader strokes there is more of it."""
    bench("text", "HI", "--fill", "teal", "-o", "thin.shape")
    bench("text", "HI", "--weight", "0.2", "-o", "broad.shape")
    assert bench.text("thin.shape").splitlines()[-1] == 'draw text("HI", 0, 0, 1)  fill "teal"'
    for name in ("thin", "broad"):
        bench("render", f"{name}.shape", *SMALL)
    thin, broad = bench.pixels("thin.png"), bench.pixels("broad.png")
    assert (thin == (0, 128, 128, 255)).all(axis=2).any()
    assert (thin[..., 0] < 128).mean() < (broad[..., 0] < 128).mean()
    assert "limit of 50 operations" in bench("text", "HI", "--limit-operations", "50", code=1).err
    bench("text", "HI", "--limit-operations", "5000")


@case(("cache", "--json"))
def the_cache_as_data(bench: Bench) -> None:
    """Nothing but the data, and the same as the text says."""
    bench("render", "b.shape", *SMALL)
    found = json.loads(bench("cache", "--json").out, parse_constant=refused)
    assert set(found) == {"folder", "files"}
    assert any(file["name"].startswith("kernels-") and file["state"] == "in use" for file in found["files"])
    shown = bench("cache").out.decode().splitlines()
    assert shown[0] == found["folder"]
    assert shown[1:] == [
        f"  {file['name']}  {file['bytes']:,} bytes, {file['state']}" for file in found["files"]
    ]


@case(("morph", "--set"))
def a_morph_has_no_parameters(bench: Bench) -> None:
    """Two figures may have the same names for different numbers."""
    assert "no --set" in bench("morph", "r.shape", "r.shape", "--set", "r=1", code=2).err
    bench.ran.append(("morph", "--set"))
