"""```plot: curves y = f(x) over an interval, families of them, and a number to move."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, Final

import numpy as np

from shapecli.base.source import ShapeError
from shapecli.claims.claims import Claim, Claims, Loop, inputs_in
from shapecli.claims.numbers import Array, evaluated
from shapecli.claims.read import read_claims
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.lessons.charts import Chart
from shapecli.lessons.fences import Fence
from shapecli.lessons.workshop import Workshop, figure_html

SIZE: Final = (520, 300)
BESIDE: Final = (255, 200)
SKETCH: Final = (120, 120)  # of the small one in the list of lessons
LARGEST: Final = 2000
SAMPLES: Final = 801
FRAMES: Final = 25  # of a number that moves
MOST_CURVES: Final = 8
MOST_OPERATIONS: Final = 5000  # of one curve
HALVINGS: Final = 30
STEEP: Final = 6.0  # pixels between samples, from which on it may be a jump
FAR: Final = 2.0  # heights beyond the frame to which a curve is followed
TOLERANCE: Final = 0.1  # pixels


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve of a plot.

    Attributes:
        text: what the legend calls it.
        values: of what its loops change.
    """

    text: str
    node: Node
    values: Mapping[str, float]
    sweep: Loop | None


def plot_html(fence: Fence, workshop: Workshop) -> tuple[str, list[str]]:
    """The fence as HTML, and the paths of its curves in a frame of SKETCH.

    Raises:
        ShapeError: a line is no curve, or it would be too much.
    """
    if not fence.text.strip():
        raise fence.error("the fence is empty", hint="write a curve, such as y = sin(x)")
    claims = read_claims(fence.source, workshop.limit_operations, workshop.read, free=("x", "y"))
    curves = [curve for claim in claims.claims for curve in _curves(claim, claims, fence)]
    if len(curves) > MOST_CURVES:
        raise fence.error(f"{len(curves)} curves are more than the limit of {MOST_CURVES}")
    sweeps = {(curve.sweep.name, curve.sweep.values): curve.sweep for curve in curves if curve.sweep}
    if len(sweeps) > 1:
        raise fence.error("two numbers cannot move at the same time", hint="give all curves the same range")
    chart, small = Chart(claims.window, *_size(fence)), Chart(claims.window, *SKETCH)
    moved = next(iter(sweeps.values()), None)
    values = _values(moved) if moved else []
    inputs = {"n": claims.sharpness, **{parameter.name: parameter.default for parameter in claims.parameters}}
    drawn, sketches = [], []
    for number, curve in enumerate(curves):
        ways = [{curve.sweep.name: value} for value in values] if curve.sweep else [dict[str, float]()]
        moments = [{**inputs, **curve.values, **way} for way in ways]
        paths = [_path(curve.node, moment, chart) for moment in moments]
        sketches.append(_path(curve.node, moments[len(moments) // 2], small))
        frames = json.dumps(paths) if curve.sweep else ""
        drawn.append({"text": curve.text, "path": paths[len(paths) // 2], "frames": frames, "number": number})
    texts = "; ".join(curve.text for curve in curves)
    alt = fence.value("alt") or f"Curves over x from {claims.window.x0:g} to {claims.window.x1:g}: {texts}"
    labels = [f"{moved.name} = {value:.3g}" for value in values] if moved else []
    mover = {"labels": labels, "start": len(values) // 2} if moved else None
    return figure_html(fence, "plot.html", chart=chart, curves=drawn, moved=mover, alt=alt), sketches


def _curves(claim: Claim, claims: Claims, fence: Fence) -> Iterator[Curve]:
    """The curves of a line: one for each combination of values, but for those of a range, which move."""
    sides = claim.truth.args if claim.truth.op is ops.equal else ()
    is_y = bool(sides) and sides[0].leaf == "y"
    number = blend.numbers(Graph(), sides[1]) if is_y else None
    leaves = inputs_in(number) if number else set()
    if any(name in leaves for name in claim.measures):
        message = "a plot draws formulas, and this is measured"
        raise ShapeError(message, claim.span, claims.source, "write the derivative or the integral out")
    if number is None or "y" in leaves or claim.within:
        hint = "such as: y = softplus(x) for n in 1, 4, 16"
        raise ShapeError("a plot draws y = f(x)", claim.span, claims.source, hint)
    if sum(1 for _ in walk(number)) > MOST_OPERATIONS:
        raise fence.error(f"a curve has up to {MOST_OPERATIONS:,} operations")
    if any(loop.name in ("x", "y") for loop in claim.loops):
        raise ShapeError("x is what a plot goes along", claim.span, claims.source, "give window the range")
    text = claim.operands[1][0]
    ranges = [loop for loop in claim.loops if loop.is_range]
    if len(ranges) > 1:
        raise fence.error("two numbers cannot move at the same time")
    lists = [loop for loop in claim.loops if not loop.is_range]
    if math.prod(len(loop.values) for loop in lists) > MOST_CURVES:
        raise fence.error(f"more than {MOST_CURVES} curves")
    for values in product(*(loop.values for loop in lists)):
        given = {loop.name: value for loop, value in zip(lists, values, strict=True)}
        shown = ", ".join(f"{name} = {value:g}" for name, value in given.items())
        yield Curve(f"{text}, {shown}" if shown else text, number, given, ranges[0] if ranges else None)


def _values(loop: Loop) -> list[float]:
    """Where a number stops on its way: by factors for a sharpness, else by steps."""
    low, high = loop.values
    spaced = np.geomspace if loop.name == "n" and low > 0 else np.linspace
    return [float(value) for value in spaced(low, high, FRAMES)]


def _size(fence: Fence) -> tuple[int, int]:
    if not fence.has("size"):
        return BESIDE if fence.has("beside") else SIZE
    parts = fence.value("size").split("x")
    if len(parts) != 2 or not all(part.isdecimal() and 50 <= int(part) <= LARGEST for part in parts):
        raise fence.error(f"a plot is 50 to {LARGEST} pixels wide and high", "size", "write size=520x300")
    return int(parts[0]), int(parts[1])


def _path(node: Node, inputs: Mapping[str, float], chart: Chart) -> str:
    """A curve as the path of an SVG, in pixels from the top left."""
    known: dict[str, Any] = {name: np.float64(value) for name, value in inputs.items()}

    def at(x: Any) -> Any:
        return np.broadcast_to(evaluated(node, {**known, "x": np.asarray(x, dtype=float)}), np.shape(x))

    xs = np.linspace(chart.window.x0, chart.window.x1, SAMPLES)
    left = np.linspace(0.0, chart.width, SAMPLES)
    with np.errstate(all="ignore"):
        values = at(xs)
        tops = np.array(chart.top(values))
        kept = np.isfinite(tops)
        steep = np.abs(np.diff(tops)) > STEEP
    breaks = _jumps(at, xs, values, steep & kept[:-1] & kept[1:]) | ~kept[1:] | ~kept[:-1]
    inside = np.clip(tops, -FAR * chart.height, (1 + FAR) * chart.height)
    pieces = np.split(np.column_stack((left, inside)), np.flatnonzero(breaks) + 1)
    return "".join(_written([(float(x), float(y)) for x, y in piece]) for piece in pieces if len(piece) > 1)


def _jumps(at: Any, xs: Array, values: Array, candidates: Any) -> Any:
    """Between which samples the curve goes from one value to another in no time."""
    places = np.flatnonzero(candidates)
    low, high, first, last = xs[places], xs[places + 1], values[places], values[places + 1]
    gap = np.abs(last - first)
    with np.errstate(all="ignore"):
        for _ in range(HALVINGS if len(places) else 0):
            middle = (low + high) / 2
            value = at(middle)
            left = ~(np.abs(value - first) < np.abs(value - last))  # the larger step
            low, first = np.where(left, low, middle), np.where(left, first, value)
            high, last = np.where(left, middle, high), np.where(left, value, last)
        jumps = np.zeros(len(xs) - 1, dtype=bool)
        jumps[places] = ~(np.abs(last - first) <= gap / 2)
    return jumps


def _written(points: list[tuple[float, float]]) -> str:
    """Points as text, without those that are within the tolerance of a line between others."""
    kept = [points[0]]
    low, high = -math.inf, math.inf  # slopes from the last one kept that pass all others on the way
    for before, (x, y) in pairwise(points):
        a, b = kept[-1]
        if not low <= (y - b) / (x - a) <= high:
            kept.append(before)
            (a, b), low, high = before, -math.inf, math.inf
        low, high = max(low, (y - TOLERANCE - b) / (x - a)), min(high, (y + TOLERANCE - b) / (x - a))
    kept.append(points[-1])
    return "M" + "L".join(f"{x:.1f},{y:.2f}" for x, y in kept)
