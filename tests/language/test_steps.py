"""Parameters with steps: which values they may have, wherever those are given."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecli.base.source import ShapeError, Source
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.film import sweep_frames
from shapecli.drawing.settings import Settings
from shapecli.language.figure import Parameter
from shapecli.language.motion import Sweep
from shapecli.language.parse import parse_figure
from shapecli.language.write import figure_text
from shapecli.notations.targets import target_of
from shapecli.render import parse
from tests.commands.run import run
from tests.drawn import drawn

TEETH = "param teeth = 18 in 6 .. 60 step 1\ndraw x <= teeth/60"


@given(
    st.integers(-50, 50),
    st.integers(1, 400),
    st.integers(1, 99),
    st.sampled_from((1.0, 10.0, 1000.0)),
    st.data(),
)
def test_values_are_low_and_any_number_of_steps(
    low: int, count: int, step: int, unit: float, data: st.DataObject
) -> None:
    """As they are typed, and whatever rounding makes of 0.1; what is between them is next to one of them."""
    parameter = Parameter("a", low / unit, low / unit, (low + count) / unit, step / unit)
    place = data.draw(st.integers(0, count // step))
    value, computed = (low + place * step) / unit, low / unit + place * (step / unit)
    assert parameter.allows(value)
    assert parameter.allows(computed)
    assert parameter.nearest(min(computed, parameter.high)) == value
    off = value + data.draw(st.floats(0.01, 0.99)) * step / unit
    assume(off <= parameter.high)
    assert not parameter.allows(off)
    beside = parameter.beside(off)
    assert beside[0] == value
    assert len(beside) == 1 + (place < count // step)
    assert parameter.nearest(off) in beside


MISTAKES = [
    (
        "param t = 18.5 in 6 .. 60 step 1",
        "the default of t is between its steps",
        "18.5",
        "the nearest are 18 and 19",
    ),
    ("param t = 9 in 0 .. 10 step 4", "the default of t is between its steps", "9", "the nearest are 8"),
    ("param t = 18 in 6 .. 60 step 0", "a step is a finite number greater than 0", "0", None),
    ("param t = 18 in 6 .. 60 step -1", "a step is a finite number greater than 0", "-1", None),
    ("param t = 18 in 6 .. 60 step 1/0", "a step is a finite number greater than 0", "1/0", None),
    ("param t = 18 in 6 .. 1/0 step 1", "a step is a finite number greater than 0", "1", None),
    ("param t = 1 in 0 .. 1e300 step 1e-300", "a step is a finite number", "1e-300", None),
    ("param t = 18 in 6 .. 60 step x", "a parameter needs a number", "x", None),
    ("param t = 18 in 6 .. 60 step q", "unknown name q", "q", None),
    ("param t = 99 in 6 .. 60 step 1", "the default of t is outside its range", "99", None),
    ("param t = 18 step 1", "a step needs a range", "step", "write param k = 18 in 6 .. 60 step 1"),
    ("param t = 18 in 6 .. 60 step", "something is missing after step", None, None),
    ("param t = 18 in 6 .. 60 step 1 step 2", "unexpected step", "step", None),
]


@pytest.mark.parametrize(("text", "message", "place", "hint"), MISTAKES)
def test_mistakes_have_a_place(text: str, message: str, place: str | None, hint: str | None) -> None:
    """And a hint, where there is one."""
    with pytest.raises(ShapeError) as problem:
        parse(f"{text}\ndraw x <= 1")
    error = problem.value
    assert error.message.startswith(message)
    if place:
        assert error.span
        assert text.rindex(place) == error.span.start
    assert (error.hint or "") == (hint or error.hint or "")


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("step = 3; param t = 2 in 0 .. step", Parameter("t", 2.0, 0.0, 3.0)),
        ("step = 3; param t = 2 in 0 .. 2*step", Parameter("t", 2.0, 0.0, 6.0)),
        ("step = 3; param t = 3 in 0 .. step step step", Parameter("t", 3.0, 0.0, 3.0, 3.0)),
        ("step = 3; param t = step", Parameter("t", 3.0)),
        ("step(a) = 2a; param t = 2 in step(0) .. step(4) step (1/2)", Parameter("t", 2.0, 0.0, 8.0, 0.5)),
        ("param step = 2 in 0 .. 3² step 1", Parameter("step", 2.0, 0.0, 9.0, 1.0)),
        ("param t = 2 in 0 .. (4) step 2 # step", Parameter("t", 2.0, 0.0, 4.0, 2.0)),
    ],
)
def test_step_is_a_name_too(text: str, parameter: Parameter) -> None:
    """Everywhere but behind a range; what is written of a text says the same."""
    text = f"{text}\nf(step, a) = step + a\ndraw f(1, 2 x) <= 3 & y <= 1"
    assert parse(text).parameters == (parameter,)
    source = Source("test", text)
    statements, _ = parse_figure(source)
    written = figure_text(statements, source)
    assert parse(written).parameters == (parameter,)
    again = Source("again", written)
    assert figure_text(parse_figure(again)[0], again) == written


def test_other_values_are_refused(tmp_path: Path) -> None:
    """By --set, of any command, and from Python; exit code 2, as for what is outside of the range."""
    (tmp_path / "a.shape").write_text(TEETH)
    for command in ("render", "page", "explain"):
        ended = run(command, "a.shape", "--set", "teeth=17.5", folder=tmp_path)
        assert ended.code == 2
        assert ended.err == (
            "error: --set: teeth = 17.5 is between the steps of teeth\n  hint: the nearest are 17 and 18\n"
        )
    assert (
        run("render", "a.shape", "--set", "teeth=60", "--size", "9", "-o", "a.png", folder=tmp_path).code == 0
    )
    with pytest.raises(ShapeError, match="between the steps"):
        drawing_of(parse(TEETH), Settings(parameters={"teeth": 59.999}))


def test_a_sweep_goes_from_step_to_step() -> None:
    """Its frames are those of the values next to it; an end outside of the range is refused as ever."""
    figure, sweep = parse("param t = 0 in 0 .. 10 step 4\ndraw x <= t/5 - 1"), Sweep("t", 0.0, 10.0)
    shares = [0.0, 0.1, 0.3, 0.5, 0.7, 1.0]
    assert [sweep.value(figure, share) for share in shares] == [0.0, 0.0, 4.0, 4.0, 8.0, 8.0]
    frames = [np.asarray(frame) for frame in sweep_frames(figure, Settings(size=30), [sweep], shares)]
    assert [(a == b).all() for a, b in pairwise(frames)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    with pytest.raises(ShapeError, match="outside the range"):
        list(sweep_frames(figure, Settings(size=30), [Sweep("t", 0.0, 11.0)], [0.0, 1.0]))


def test_galleries_refuse_what_is_between(tmp_path: Path) -> None:
    """Each picture on its own."""
    (tmp_path / "a.shape").write_text(TEETH)
    ended = run("gallery", "a.shape", "-o", "out", "--vary", "teeth=6..8/5", "--size", "9", folder=tmp_path)
    assert (ended.code, ended.err.count("between the steps of teeth")) == (1, 2)
    assert {path.name for path in (tmp_path / "out").glob("a-*.png")} == {
        f"a-teeth{k}.png" for k in (6, 7, 8)
    }


def test_exports_say_the_step(tmp_path: Path) -> None:
    """As data; and as a note where text cannot say it."""
    drawing = drawn(parse(TEETH + "\nparam r = 1 in 0 .. 2"))
    (stepped, other) = json.loads(target_of("json").write(drawing).text)["parameters"]
    assert (stepped["step"], other["step"]) == (1.0, None)
    (note,) = target_of("desmos").write(drawing).notes
    assert note == "the slider of p_{teeth} goes from 6 to 60 with a step of 1"
    (tmp_path / "a.shape").write_text("param k = 1 in 0 .. 10 step 4\ndraw x <= k")
    assert "step" in run("check", "a.shape", folder=tmp_path).err  # 1 is none of 0, 4, 8
