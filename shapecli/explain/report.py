"""Explanations as text for a terminal, and as data."""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from shapecli.explain.distance import Distance
from shapecli.explain.point import Point, SetAtPoint
from shapecli.explain.steps import Derivation, Step
from shapecli.fields.graph import Node
from shapecli.notations.writing.forms import Notation
from shapecli.notations.writing.formula import write_or
from shapecli.notations.writing.latex import LATEX
from shapecli.notations.writing.plain import PLAIN, UNICODE

NOTATIONS: Final = {"plain": PLAIN, "Unicode": UNICODE, "LaTeX": LATEX}  # of the one inequality
TOO_LONG: Final = "too long to be written as one formula"
WIDEST: Final = 120  # columns that a tree is indented by
LARGE: Final = 1e6  # boundary values from which on they are written as powers of e


@dataclass(frozen=True, eq=False)
class Explanation:
    """One layer of a figure.

    Attributes:
        title: of the figure, with the number of the layer if it has more than one.
        distance: in pixels; or why they are not counted.
    """

    title: str
    sharpness: float
    derivation: Derivation
    distance: Distance | str
    points: Sequence[Point] = ()


def lines_of(explanation: Explanation) -> Iterator[str]:
    """An explanation for a terminal, line by line."""
    derivation, final = explanation.derivation, explanation.derivation.final
    yield explanation.title
    yield f"  {derivation.whole(UNICODE)}"
    if derivation.operations:
        yield ""
        yield from tree(final)
    yield ""
    yield "Sets: a point is in one where f ≤ 0.  With the sharpness n, u = e^(n f) is at most 1 there,"
    yield "and L = ln u = n f is at most 0."
    yield from _table(
        [step.name, derivation.text(step, UNICODE), f"f = {formula(step.field, UNICODE)}"]
        for step in derivation.primitives
    )
    if derivation.operations:
        yield ""
        yield "Steps: a complement turns u into 1/u; an intersection adds; a union adds the reciprocals, as"
        yield "parallel resistors do.  LSE(a, b, ...) = ln(e^a + e^b + ...)."
        for step in derivation.operations:
            yield "  " + (f"{step.name} = " if step.is_named else "") + derivation.text(step, UNICODE)
            yield f"      u = {formula(step.boundary, UNICODE)}"
            yield f"      L = {formula(step.level, UNICODE)}"
    yield ""
    yield f"One inequality, with n = {explanation.sharpness:g}"
    for name in ("Unicode", "plain", "LaTeX"):
        yield f"  {name + ':':9} {formula(derivation.inequality, NOTATIONS[name]) or TOO_LONG}"
    yield ""
    yield "How far it is from the crisp figure h, drawn by max and min (--sharp)"
    yield from (f"  {line}" for line in distance_lines(final, explanation.distance))
    for point in explanation.points:
        yield ""
        yield from point_lines(point)


def tree(root: Step) -> Iterator[str]:
    """The tree of set operations; what stands in several places has its own branches only once."""
    seen: set[Step] = set()
    stack: list[tuple[Step, str, str]] = [(root, "  ", "  ")]
    while stack:
        step, here, below = stack.pop()
        known = step in seen and bool(step.arguments)
        yield f"{here}{step.name}" + (f"  {step.sign}" if step.sign else "") + ("  as above" if known else "")
        if step.arguments and len(below) > WIDEST:
            yield f"{below}└─ ..."
        elif step not in seen:
            seen.add(step)
            last = len(step.arguments) - 1
            for place, part in reversed(list(enumerate(step.arguments))):
                turn, rail = ("└─ ", "   ") if place == last else ("├─ ", "│  ")
                stack.append((part, below + turn, below + rail))


def formula(node: Node | None, notation: Notation) -> str:
    """A formula; empty for None, and for one that would be too long to be read."""
    return write_or("", node, notation) if node is not None else ""


def distance_lines(final: Step, distance: Distance | str) -> Iterator[str]:
    """What is guaranteed, and what it means in pixels."""
    if final.gap.low == math.inf:
        yield "nothing is known: a number in it asks for a soft region, with if(...)"
        return
    if final.gap.low == final.gap.high == 1:
        yield "it is the crisp figure: nothing is softened"
        return
    low = f"h − {logarithm(final.gap.low)}" if final.gap.low > 1 else "h"
    high = f"h + {logarithm(final.gap.high)}" if final.gap.high > 1 else "h"
    values = ""
    if isinstance(distance, Distance):
        values = f"; at this n, from h − {distance.low:.4g} to h + {distance.high:.4g}"
    yield f"{low} ≤ L/n ≤ {high} everywhere{values}"
    if isinstance(distance, str):
        yield f"pixels are not counted: {distance}"
    else:
        decided = f"{distance.possible:,} could be decided differently, {distance.different:,} are"
        yield f"at {distance.width} x {distance.height} pixels: {decided}"
        if distance.farthest is not None:
            pixels = f"{distance.farthest} pixel{'' if distance.farthest == 1 else 's'}"
            yield f"none of these is more than {pixels} from the crisp boundary"
        if distance.enough is not None:
            enough = f"{math.ceil(distance.enough):,}"
            yield f"from n = {enough} on, only pixels that touch the crisp boundary could differ"


def logarithm(number: float) -> str:
    """Ln k / n as text; the number itself where k is long."""
    return f"ln {number}/n" if number < LARGE else f"{math.log(number):.5g}/n"


def point_lines(point: Point) -> Iterator[str]:
    """The values at a point, and why it is inside or outside."""
    where = "inside" if point.inside else "outside"
    yield f"At ({point.x:g}, {point.y:g}): {where}, L = {number(point.reasons[0].level)}"
    columns = ["u", "L", "weight", "share"]
    primitives = [_row(value) for value in point.values.values() if not value.step.arguments]
    operations = [_row(value) for value in point.values.values() if value.step.arguments]
    yield from _table([["set", "f", *columns], *primitives])
    if operations:
        yield from _table([["step", "L/n", *columns], *operations])
    share = f"{point.owner.share:.1%}"
    yield f"  {point.owner.step.name} owns the point, with {share} of all shares"
    yield f"  {where}: {decision(point)}"


def _row(value: SetAtPoint) -> list[str]:
    values = number(value.field), boundary(value), number(value.level)
    return [value.step.name, *values, weight(value), f"{value.share:.1%}"]


def weight(value: SetAtPoint) -> str:
    """A weight, with its sign."""
    return f"{value.weight:+.4f}".replace("-", "−")


def boundary(value: SetAtPoint) -> str:
    """U, as a power of e where that is large or small."""
    if math.isinf(value.level):
        return "∞" if value.level > 0 else "0"
    small = abs(value.level) < math.log(LARGE)
    return number(value.boundary) if small else f"e^{value.level:.4g}".replace("-", "−")


def number(value: float) -> str:
    """A number with five digits; the level of a boundary, which is never 0, as 0."""
    value = 0.0 if abs(value) < sys.float_info.min else value
    return f"{value:.5g}".replace("inf", "∞").replace("-", "−")


def decision(point: Point) -> str:
    """The way from the figure to the primitive that decides, in words."""
    ways = [f"{value.step.name} {'holds it' if value.inside else 'leaves it out'}" for value in point.reasons]
    return ", as ".join(ways)


def _table(cells: Iterable[Sequence[str]]) -> Iterator[str]:
    rows = list(cells)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        yield "  " + "   ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def data_of(explanation: Explanation) -> dict[str, Any]:
    """An explanation as data."""
    derivation, distance = explanation.derivation, explanation.distance
    inequality = {name: formula(derivation.inequality, notation) for name, notation in NOTATIONS.items()}
    return {
        "title": explanation.title,
        "sharpness": explanation.sharpness,
        "expression": derivation.whole(PLAIN),
        "steps": [
            {
                "name": step.name,
                "operation": step.region.op.name if step.region.op else None,
                "arguments": [argument.name for argument in step.arguments],
                "set": derivation.text(step, PLAIN),
                "f": formula(step.field, PLAIN) or None,
                "u": formula(step.boundary, PLAIN) or None,
                "L": formula(step.level, PLAIN) or None,
                "low": finite(math.log(step.gap.low)),
                "high": finite(math.log(step.gap.high)),
            }
            for step in derivation.steps
        ],
        "inequality": {name.lower(): text or None for name, text in inequality.items()},
        "crisp": formula(derivation.crisp, PLAIN) or None,
        "distance": asdict(distance) if isinstance(distance, Distance) else None,
        "points": [
            {
                "x": point.x, "y": point.y, "inside": point.inside, "owner": point.owner.step.name,
                "because": [value.step.name for value in point.reasons],
                "values": {
                    value.step.name: {
                        "f": finite(value.field), "u": finite(value.boundary), "L": finite(value.level),
                        "weight": value.weight, "share": value.share,
                    }
                    for value in point.values.values()
                },
            }
            for point in explanation.points
        ],
    }  # fmt: skip


def finite(value: float) -> float | None:
    """A number that JSON has; None for one that is infinite."""
    return value if math.isfinite(value) else None
