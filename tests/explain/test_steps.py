"""What is told of every step is true: the formulas give the numbers, and bounds are reached."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from shapecli.explain.build import explanations
from shapecli.explain.distance import distance
from shapecli.explain.report import data_of, lines_of
from shapecli.explain.steps import derive
from shapecli.render import parse
from tests.drawn import drawn

N = 2.0
SETS = "A = x <= 1; B = x^2 + y^2 < 2; C = x + y <= 0.5\ninner = ~A\n"
PRIMITIVES: Mapping[str, Callable[[float, float], float]] = {
    "A": lambda x, _: x - 1,
    "B": lambda x, y: x * x + y * y - 2,
    "C": lambda x, y: x + y - 0.5,
}
FIGURES = {
    "intersection": "A & B", "of three": "A & B & C", "union": "A | B | C", "complement": "~(A & B)",
    "named": "inner & C", "either": "A xor B", "either, in another": "(A xor ~B) xor (B & C)",
    "of complements": "~A xor ~(B | C) | ~C & ~B", "one in several": "(A & B) xor A | ~(A & C)",
    "one alone": "C",
}  # fmt: skip
every_figure = pytest.mark.parametrize("text", FIGURES.values(), ids=FIGURES)
PLACES = [(0.3, 0.4), (0.9, -0.5), (-0.7, 1.3), (1.6, 0.1)]
MEANINGS: Mapping[str, Callable[..., float]] = {  # of boundary values
    "~": lambda u: 1 / u,
    "&": lambda *u: sum(u),
    "|": lambda *u: 1 / sum(1 / one for one in u),
    "xor": lambda u, v: (1 + u * v) / (u + v),
}
CRISP: Mapping[str, Callable[..., bool]] = {
    "~": lambda a: not a,
    "&": lambda *a: all(a),
    "|": lambda *a: any(a),
    "xor": lambda a, b: a != b,
}


def explained(text: str, *places: tuple[float, float]) -> dict[str, Any]:
    """A figure's explanation as data."""
    figure = parse(f"sharpness {N}\n{SETS}draw {text}")
    (explanation,) = explanations(drawn(figure, size=4), "f", places)
    return data_of(explanation)


def value(formula: str, **known: float) -> Any:
    """A formula of the plain notation, as Python has it."""
    functions = {"e": math.e, "LSE": lambda *levels: math.log(sum(map(math.exp, levels)))}
    return eval(formula.replace("^", "**"), {**functions, "max": max, "min": min, **known})  # noqa: S307


@every_figure
def test_formulas_of_steps_give_the_numbers(text: str) -> None:
    """F of a primitive, and u and L by those of the arguments: each the number told, and the right one."""
    report = explained(text, *PLACES)
    for point in report["points"]:
        x, y = point["x"], point["y"]
        known = {"x": x, "y": y, "n": N}
        right: dict[str, float] = {}
        for step in report["steps"]:
            name, told = step["name"], point["values"][step["name"]]
            if not step["arguments"]:
                f = PRIMITIVES[name](x, y)
                assert value(step["f"], **known) == pytest.approx(f)
                right[name] = math.exp(N * f)
            else:
                assert step["f"] is None
                right[name] = MEANINGS[step["operation"]](*(right[one] for one in step["arguments"]))
            level = math.log(right[name])
            assert (value(step["u"], **known), told["u"]) == pytest.approx((right[name],) * 2)
            assert (value(step["L"], **known), told["L"]) == pytest.approx((level,) * 2)
            assert told["f"] == pytest.approx(level / N)
            known |= {f"u_{name}": right[name], f"L_{name}": level}
        last = right[report["steps"][-1]["name"]]
        left, limit = report["inequality"]["plain"].split(" <= ")
        assert (value(left, **known), float(limit)) == pytest.approx((last, 1))
        assert point["inside"] is (last <= 1)


@every_figure
def test_the_crisp_inequality_is_the_set(text: str) -> None:
    """By max and min, where each primitive is by its own inequality."""
    report = explained(text)
    left, limit = report["crisp"].split(" <= ")
    for x, y in np.random.default_rng(3).uniform(-2, 2, (100, 2)).tolist():
        sets: dict[str, bool] = {}
        for step in report["steps"]:
            arguments = [sets[name] for name in step["arguments"]]
            sets[step["name"]] = (
                CRISP[step["operation"]](*arguments) if arguments else PRIMITIVES[step["name"]](x, y) <= 0
            )
        assert (value(left, x=x, y=y) <= float(limit)) is sets[report["steps"][-1]["name"]]


@pytest.mark.parametrize(
    ("text", "place", "low", "high"),
    [
        ("x <= 0 & y <= 0", (0, 0), 0, 2), ("x <= 0 & y <= 0 & x <= y", (0, 0), 0, 3),
        ("x <= 0 | y <= 0 | x <= y", (0, 0), 3, 0), ("~(x <= 0 | y <= 0 | x <= y)", (0, 0), 0, 3),
        ("x <= 0 xor y <= 0", (40, 40), 2, 2), ("x <= 0 xor y <= 0", (40, -40), 2, 2),
    ],
)  # fmt: skip
def test_bounds_are_no_larger_than_they_must(
    text: str, place: tuple[float, float], low: int, high: int
) -> None:
    """There is a point where the soft level is as far from the crisp one as they say."""
    report = explained(text, place)
    last = report["steps"][-1]
    bounds = [math.log(number or 1) for number in (low, high)]
    assert [last["low"], last["high"]] == pytest.approx(bounds)
    soft = report["points"][0]["values"][last["name"]]["L"]
    crisp = N * value(re.sub(r" <= 0$", "", report["crisp"]), x=place[0], y=place[1])
    assert soft - crisp == pytest.approx(bounds[1] if soft > crisp else -bounds[0])
    assert soft != crisp


def test_shares_of_either_are_those_of_both_ways_to_be_in_one() -> None:
    """A xor B is (A & ~B) | (~A & B), where each stands twice."""
    for x, y in PLACES:
        one, other = (explained(text, (x, y)) for text in ("A xor B", "(A & ~B) | (~A & B)"))
        for name in "AB":
            shares = [report["points"][0]["values"][name]["share"] for report in (one, other)]
            assert shares[0] == pytest.approx(shares[1])
            weights = [abs(report["points"][0]["values"][name]["weight"]) for report in (one, other)]
            assert weights[0] <= shares[0]
            assert weights[1] <= shares[1]


def kings(mask: NDArray[np.bool_], row: int, column: int) -> float:
    """How many moves a king needs to a pixel of a set."""
    rows, columns = np.nonzero(mask)
    moves = np.maximum(np.abs(rows - row), np.abs(columns - column))
    return min(moves.tolist(), default=math.inf)


@pytest.mark.parametrize(
    "text", ["A & B", "x <= 0.1 | y <= 0.3 | C", "x <= 0.1 xor y <= 0.3", "A & x >= 0.9", "~(A & B)"]
)
@pytest.mark.parametrize("sharpness", [1.0, 4.0, 30.0])
def test_pixels_are_counted_one_by_one(text: str, sharpness: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that could be decided differently, those that are, how far they are, and what n would do."""
    figure = parse(f"{SETS}draw {text}")
    layer = drawn(figure, size=(20, 14), sharpness=sharpness).layers[0]
    derivation = derive(layer)
    found = distance(layer, derivation)
    soft, crisp = (figure.field(size=(20, 14), sharpness=sharpness, sharp=sharp) for sharp in (False, True))
    low, high = math.log(derivation.final.gap.low), math.log(derivation.final.gap.high)
    assert (found.low, found.high) == (low / sharpness, high / sharpness)
    assert (found.width, found.height) == (20, 14)
    inside = crisp <= 0
    band = (-high < crisp) & (crisp <= low)
    assert (found.possible, found.different) == (band.sum(), (inside != (soft <= 0)).sum())
    away = [max(kings(inside, *place), kings(~inside, *place)) for place in np.argwhere(band).tolist()]
    farthest = max(away, default=0)
    assert found.farthest == farthest
    if farthest > 1:
        for most, told in ((farthest, farthest), (farthest - 1, None)):
            monkeypatch.setattr("shapecli.explain.distance.FARTHEST", int(most))
            assert distance(layer, derivation).farthest == told
    needed = [
        (high if inside[place] else low) / abs(crisp[place])
        for place in np.ndindex(inside.shape)
        if kings(inside != inside[place], *place) > 1
    ]
    assert found.enough == pytest.approx(sharpness * max(needed, default=0))


@every_figure
@pytest.mark.parametrize("place", PLACES)
def test_the_text_tells_the_same_numbers(text: str, place: tuple[float, float]) -> None:
    """As the data: at a point, and of how far the figure is from the crisp one."""
    figure = parse(f"sharpness {N}\n{SETS}draw {text}")
    (explanation,) = explanations(drawn(figure, size=4), "f", [place])
    lines, report = [line.replace("−", "-") for line in lines_of(explanation)], data_of(explanation)
    (point,), last = report["points"], report["steps"][-1]
    where, level = "inside" if point["inside"] else "outside", point["values"][last["name"]]["L"]
    start = lines.index(f"At ({place[0]:g}, {place[1]:g}): {where}, L = {level:.5g}")
    rows = [line.split() for line in lines[start + 1 :] if line.endswith("%")]
    assert {row[0].replace("′", "") for row in rows} >= {name for name in point["values"] if name[0] != "~"}
    assert len(rows) == len(point["values"])
    for name, *numbers, share in rows:
        value = point["values"].get(name)
        if value:
            told, wanted = list(map(float, numbers)), [value[key] for key in ("f", "u", "L", "weight")]
            assert told[:3] == pytest.approx(wanted[:3], rel=1e-4)
            assert told[3] == pytest.approx(wanted[3], abs=6e-5)
            assert float(share.rstrip("%")) == pytest.approx(100 * value["share"], abs=0.051)
    low, high = (round(math.exp(last[end])) for end in ("low", "high"))
    left, right = (f"h {sign} ln {of}/n" if of > 1 else "h" for sign, of in (("-", low), ("+", high)))
    if low == high == 1:
        assert "  it is the crisp figure: nothing is softened" in lines
    else:
        values = f"from h - {math.log(low) / N:.4g} to h + {math.log(high) / N:.4g}"
        assert f"  {left} ≤ L/n ≤ {right} everywhere; at this n, {values}" in lines
