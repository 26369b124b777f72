"""`.vm` models against plain functions of x and y, and their mistakes."""

import math
import random
from collections.abc import Callable

import numpy as np
import pytest

from shapecli.base.source import ShapeError, Source
from shapecli.notations.reading.read import read_foreign
from shapecli.notations.reading.vm import LONGEST
from tests.notations.reading.expressions import Field
from tests.notations.reading.levels import POINTS, field, parsed

HEAD = "_0 var-x\n_1 var-y\n_2 const -0.75\n_3 const 2\n"


def imported(text: str) -> str:
    """The text of our language for a model."""
    return read_foreign(Source("model.vm", text))


def away_from_zero(value: float) -> float:
    """The nearest whole number, halves away from 0."""
    return math.copysign(math.floor(abs(value) + 0.5), value)


MODELS: list[tuple[str, Field]] = [
    ("_4 add _0 _1\n_5 sub _4 _2\n_6 mul _5 _0\n_7 div _6 _3", lambda x, y: (x + y + 0.75) * x / 2),
    ("_4 square _0\n_5 square _1\n_6 add _4 _5\n_7 sqrt _6\n_8 add _7 _2",
     lambda x, y: math.hypot(x, y) - 0.75),
    ("_4 neg _0\n_5 max _4 _1\n_6 min _5 _0\n_7 abs _6", lambda x, y: abs(min(max(-x, y), x))),
    ("_4 max _0 _1\n_5 max _4 _2\n_6 max _3 _5", lambda x, y: max(2, x, y, -0.75)),
    ("_4 recip _0\n_5 exp _1\n_6 add _4 _5", lambda x, y: 1 / x + math.exp(y)),
    ("_4 abs _0\n_5 ln _4\n_6 sin _5\n_7 cos _1\n_8 tan _7\n_9 sub _6 _8",
     lambda x, y: math.sin(math.log(abs(x))) - math.tan(math.cos(y))),
    ("_4 sin _0\n_5 asin _4\n_6 acos _4\n_7 atan _1\n_8 sub _5 _6\n_9 add _8 _7",
     lambda x, y: math.asin(math.sin(x)) - math.acos(math.sin(x)) + math.atan(y)),
    ("_4 atan2 _1 _0", lambda x, y: math.atan2(y, x)),
    ("_4 floor _0\n_5 ceil _1\n_6 sub _4 _5", lambda x, y: math.floor(x) - math.ceil(y)),
    ("_4 mul _0 _3\n_5 round _4", lambda x, y: away_from_zero(2 * x)),
    ("_4 mod _0 _3", lambda x, y: x % 2),
    ("_4 mod _0 _2", lambda x, y: x % 0.75),
    ("_4 mod _0 _1", lambda x, y: x % abs(y)),
    ("_4 compare _0 _1", lambda x, y: math.copysign(1, x - y)),
    ("_4 floor _0\n_5 not _4", lambda x, y: float(0 <= x < 1)),
    ("_4 floor _0\n_5 and _4 _1", lambda x, y: 0.0 if 0 <= x < 1 else y),
    ("_4 floor _0\n_5 or _4 _1", lambda x, y: y if 0 <= x < 1 else math.floor(x)),
    ("_4 add _0 _0\n_5 mul _4 _4\n_6 sub _5 _4", lambda x, y: 4 * x * x - 2 * x),
    ("_4 const +1e-3\n_5 const .5\n_6 add _4 _5\n_7 add _6 _0", lambda x, y: 0.501 + x),
    ("_4 const 7\n_5 mul _4 _1\n_6 sub _0 _1", lambda x, y: x - y),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MODELS, ids=[text.split("\n")[-1] for text, _ in MODELS])
def test_what_it_means(text: str, expected: Field) -> None:
    """Inside where the last value is at most 0; the level is n times that value."""
    wanted = [expected(float(x), float(y)) for x, y in POINTS.T]
    np.testing.assert_allclose(field(parsed(imported(HEAD + text))), wanted, rtol=1e-9, atol=1e-9)


def test_it_reads_well() -> None:
    """Values used once are where they are used, others have names; what is not needed is gone."""
    text = (
        "# Two discs\n0x10 var-x\n0x11 var-y\n0x12 square 0x10\n0x13 square 0x11\n0x14 add 0x12 0x13\n"
        "0x15 sqrt 0x14\n0x16 const 0.50\n0x17 sub 0x15 0x16\n0x18 const 1\n0x19 sub 0x15 0x18\n"
        "0x1a neg 0x17\n0x1b exp 0x11\n0x1c max 0x19 0x1a\n0x1d max 0x1c 0x10\n"
    )
    assert imported(text).splitlines() == [
        "# Two discs",
        "v1 = sqrt(x^2 + y^2)",
        "draw max(v1 - 1, -(v1 - 0.50), x) <= 0",
    ]


OPERATIONS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "min": min, "max": max,
    "neg": lambda a: -a, "abs": abs, "sin": math.sin, "square": lambda a: a * a,
}  # fmt: skip


def test_a_large_model() -> None:
    """Eight thousand lines stay lines that can be read, within the usual limits, with the same values."""
    chance = random.Random(5)  # noqa: S311 - no secret
    x, y = 0.7, -1.3
    values = [x, y, 0.25]
    lines = ["_0 var-x", "_1 var-y", "_2 const 0.25"]
    for number in range(3, 8003):
        op = chance.choice(list(OPERATIONS))
        count = 1 if op in ("neg", "abs", "sin", "square") else 2
        places = [number - 1, *(chance.randrange(number) for _ in range(count - 1))]
        value = OPERATIONS[op](*(values[place] for place in places))
        if abs(value) > 100.0:
            op, places, value = "sin", [number - 1], math.sin(values[number - 1])
        values.append(value)
        lines.append(f"_{number:x} {op} {' '.join(f'_{place:x}' for place in places)}")
    text = imported("\n".join(lines))
    assert max(map(len, text.splitlines())) < LONGEST + 30
    found = field(parsed(text), points=np.array([[x], [y]]))
    assert found[0] == pytest.approx(values[-1], rel=1e-9)
    assert 500 < len(text.splitlines()) < 8000


def test_a_deep_model() -> None:
    """Each value in the next, and nothing on the stack of Python."""
    lines = ["_0 var-x", *(f"_{number + 1} sin _{number}" for number in range(5000))]
    assert len(imported("\n".join(lines)).splitlines()) > 100


MISTAKES = {  # text, line, column, part of the message, part of the hint
    "third axis": ("_0 var-z", 1, 4, "var-z has no meaning here", "const 0"),
    "unknown operation": ("_0 var-x\n_1 sqr _0", 2, 4, "unknown operation sqr", "did you mean sqrt?"),
    "no operation": ("_0", 1, 3, "an operation is missing after _0", ""),
    "too few": ("_0 var-x\n_1 add _0", 2, 4, "add takes 2 arguments, and 1 is given", ""),
    "too many": ("_0 var-x\n_1 neg _0 _0", 2, 4, "neg takes 1 argument, and 2 are given", ""),
    "argument of a leaf": ("_0 var-x 1", 1, 4, "var-x takes no arguments, and 1 is given", ""),
    "unknown value": ("_0 var-x\n_1 add _0 _7", 2, 11, "there is no value _7 so far", "before it"),
    "itself": ("_0 neg _0", 1, 8, "there is no value _0 so far", "lines before it"),
    "twice": ("_0 var-x\n_0 var-y", 2, 1, "_0 is given twice", "another name"),
    "no number": ("_0 const one", 1, 10, "one is not a finite number", ""),
    "infinite": ("_0 const inf", 1, 10, "inf is not a finite number", ""),
    "too large": ("_0 const 1e999", 1, 10, "too large for float64", ""),
    "nothing": ("# only a note\n", 1, 1, "there is nothing here", "_2 add _0 _1"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_point_at_the_model(name: str) -> None:
    """Message, place and hint."""
    text, line, column, message, hint = MISTAKES[name]
    with pytest.raises(ShapeError) as caught:
        imported(text)
    error = caught.value
    assert error.source is not None
    assert error.span is not None
    assert error.source.line_and_column(error.span.start) == (line, column)
    assert message in error.message
    assert hint in error.hint if hint and error.hint else error.hint is None and not hint


def test_the_limit() -> None:
    """Of lines."""
    lines = ["_0 var-x", *(f"_{number + 1} sin _{number}" for number in range(50))]
    with pytest.raises(ShapeError, match="larger than the limit of 20 operations"):
        read_foreign(Source("model.vm", "\n".join(lines)), limit=20)
