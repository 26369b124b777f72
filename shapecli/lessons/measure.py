"""Claims to verdicts: every number is computed, for every value of the loops."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shapecli.drawing.picture import measure as measured
from shapecli.drawing.settings import Settings
from shapecli.engine.reference import NOTATION
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.language.claims import AREA, DERIVATIVE, Claim, Claims, Loop, Measure
from shapecli.language.figure import Figure, Layer, Parameter, Style
from shapecli.language.source import ShapeError

ROUNDING: Final = 1e-12  # relative to 1 + the numbers: what two equal ones may differ by
POINTS: Final = {1: 1001, 2: 101, 3: 31}  # of each range, by how many ranges there are
MOST_POINTS: Final = 200_000
MOST_WORK: Final = 200_000_000  # operations on numbers
MOST_AREAS: Final = 100
AREA_SIZE: Final = 4096  # pixels on the longer side
PANELS, NODES = 200, 10  # of integrals, by the rule of Gauss and Legendre

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Verdict:
    """Whether a claim is true, and by how much.

    Attributes:
        points: how many combinations of values were tried.
        loops: the values that were tried, by names.
        margin: the least amount by which it is true, negative if it is false; NaN where there is nothing to
            compare, or a number is undefined.
        place: the number of the combination with this margin, along each loop.
        numbers: of the operands, for each combination.
    """

    claim: Claim
    holds: bool
    points: int
    loops: Mapping[str, Array]
    margin: float
    place: tuple[int, ...]
    numbers: tuple[Array, ...]

    def at(self, place: tuple[int, ...]) -> dict[str, float]:
        """The values of the loops for one combination."""
        return {name: float(values[k]) for (name, values), k in zip(self.loops.items(), place, strict=True)}


def verdicts(claims: Claims, limit_work: float, parameters: Mapping[str, float]) -> list[Verdict]:
    """What is true, and what is not.

    Args:
        limit_work: while an area is measured.
        parameters: values, instead of their defaults.

    Raises:
        ShapeError: it would take too long.
    """
    defaults = {one.name: one.default for one in claims.parameters}
    inputs = {"n": claims.sharpness, **defaults, **parameters}
    return [_verdict(claim, claims, inputs, limit_work) for claim in claims.claims]


def _verdict(claim: Claim, claims: Claims, inputs: Mapping[str, float], limit_work: float) -> Verdict:
    ranges = sum(loop.is_range for loop in claim.loops)
    loops = {loop.name: _values(loop, ranges) for loop in claim.loops}
    shape = tuple(map(len, loops.values()))
    points = math.prod(shape)
    size = sum(1 for _ in walk(claim.truth, *(one.body for one in claim.measures.values())))
    if points > MOST_POINTS or points * size > MOST_WORK:
        message = f"{points:,} points are too many for this claim, which has {size:,} operations"
        raise ShapeError(message, claim.span, claims.source, "claim it for fewer values")
    known: dict[str, Array] = {name: np.float64(value) for name, value in inputs.items()}  # type: ignore[misc]
    for axis, (name, values) in enumerate(loops.items()):
        known[name] = values.reshape([-1 if k == axis else 1 for k in range(len(shape))])
    graph = Graph()
    for name, measure in claim.measures.items():
        known[name] = _measured(measure, known, [*loops], claim, claims, limit_work)

    def number(node: Node) -> Array:
        return np.broadcast_to(evaluated(blend.numbers(graph, node), known), shape)

    holds, margins = _truth(claim, number)
    holds, margins = np.broadcast_to(holds, shape), np.broadcast_to(margins, shape)
    worst = np.where(holds, margins, np.where(np.isnan(margins), -np.inf, np.minimum(margins, 0.0)))
    place = np.unravel_index(int(np.argmin(np.where(holds & np.isnan(worst), np.inf, worst))), shape or (1,))
    return Verdict(
        claim,
        bool(holds.all()),
        points,
        loops,
        float(margins[tuple(place)] if shape else margins),
        tuple(map(int, place)) if shape else (),
        tuple(number(node) for _, node in claim.operands),
    )


def _values(loop: Loop, ranges: int) -> Array:
    if not loop.is_range:
        return np.array(loop.values)
    return np.linspace(*loop.values, POINTS.get(ranges, 11))  # type: ignore[no-any-return, call-overload]


def _truth(claim: Claim, number: Any) -> tuple[Any, Any]:
    """Whether a claim is true, and its margin, for each combination."""
    if claim.truth.op is ops.equal:
        left, right = map(number, claim.truth.args)
        allowed = number(claim.within) if claim.within else _rounding(left, right)
        with np.errstate(invalid="ignore"):
            apart = np.where(left == right, 0.0, np.abs(left - right))
        return apart <= allowed, allowed - apart
    holds: dict[Node, Any] = {}
    margins: dict[Node, Any] = {}
    nothing = np.float64(np.nan)
    for node in walk(claim.truth):
        if node.kind is not ops.Kind.REGION:
            continue
        if node.op in (ops.at_most, ops.less):
            left, right = map(number, node.args)
            with np.errstate(invalid="ignore"):
                at_most = (left <= right) | (left - right < _rounding(left, right))
                holds[node] = at_most if node.op is ops.at_most else left < right
                margins[node] = np.where(left == right, 0.0, right - left)
        elif node.op in ops.COMPOSED:
            holds[node] = _LOGIC[node.op](*(holds[arg] for arg in node.args))
            both = node.op is ops.intersection
            margins[node] = reduce(np.minimum, (margins[arg] for arg in node.args)) if both else nothing
        else:  # a trench, or a boundary value
            value = np.abs(number(node.args[0]))
            holds[node], margins[node] = value <= 1.0, 1.0 - value
    return holds[claim.truth], margins[claim.truth]


_LOGIC: Final[Mapping[Any, Any]] = {
    ops.complement: np.logical_not,
    ops.intersection: lambda *args: reduce(np.logical_and, args),
    ops.union: lambda *args: reduce(np.logical_or, args),
    ops.symmetric_difference: np.logical_xor,
}


def _rounding(left: Array, right: Array) -> Any:
    """How far apart numbers may be that are equal but for rounding."""
    return ROUNDING * (1.0 + np.maximum(np.abs(left), np.abs(right)))


def evaluated(root: Node, known: Mapping[str, Array]) -> Array:
    """A number, for arrays of inputs."""
    found: dict[Node, Any] = {}
    with np.errstate(all="ignore"):
        for node in walk(root):
            if node.op is None:
                leaf = node.leaf
                found[node] = known[leaf] if isinstance(leaf, str) else np.float64(leaf or 0.0)
            else:
                found[node] = NOTATION[node.op.name](*(found[arg] for arg in node.args))
    result: Array = found[root]
    return result


# --- what no formula gives ------------------------------------------------------------------------


def _measured(
    measure: Measure, known: Mapping[str, Array], loops: list[str], claim: Claim, claims: Claims, limit: float
) -> Array:
    """The numbers, for each combination of those loops that they depend on."""
    used = {node.leaf for node in walk(measure.body, *measure.ends) if isinstance(node.leaf, str)}
    if measure.kind == DERIVATIVE:
        return _derivatives(measure, known)
    if measure.kind != AREA:
        return _integrals(measure, known)
    if used & set(claim.measures):
        message, hint = "an area cannot depend on what is measured", "write the number in its place"
        raise ShapeError(message, claim.span, claims.source, hint)
    names = [name for name in (*loops, "n") if name in used or name == "n"]
    arrays = np.broadcast_arrays(*(known[name] for name in names))
    if arrays[0].size > MOST_AREAS:
        message = f"{arrays[0].size:,} areas are more than the limit of {MOST_AREAS}"
        raise ShapeError(message, claim.span, claims.source, "claim it for fewer values")
    found = np.empty(arrays[0].shape)
    for place in np.ndindex(found.shape):
        given = {name: float(array[place]) for name, array in zip(names, arrays, strict=True)}
        fixed = {one.name: float(known[one.name]) for one in claims.parameters}
        found[place] = _area(measure.body, claims, {**fixed, **given}, limit / found.size)
    return found


def _area(region: Node, claims: Claims, inputs: dict[str, float], limit: float) -> float:
    sharpness = inputs.pop("n")
    figure = Figure(
        claims.source,
        (Layer(region, Style()),),
        parameters=tuple(Parameter(name, value) for name, value in inputs.items()),
        window=claims.window,
    )
    settings = Settings(size=AREA_SIZE, sharpness=sharpness, limit_work=limit)
    return measured(figure, settings).area


def _integrals(measure: Measure, known: Mapping[str, Array]) -> Array:
    low, high = (np.asarray(evaluated(end, known))[..., None] for end in measure.ends)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    places = ((np.arange(PANELS)[:, None] + (nodes + 1.0) / 2.0) / PANELS).ravel()
    expanded = {name: np.asarray(value)[..., None] for name, value in known.items()}
    values = evaluated(measure.body, {**expanded, measure.variable: low + (high - low) * places})
    each = np.tile(weights / 2.0 / PANELS, PANELS)
    total: Array = (values * np.ones_like(places) * each).sum(-1)  # times ones: a constant has one value
    return total * (high - low)[..., 0]


def _derivatives(measure: Measure, known: Mapping[str, Array]) -> Array:
    """By the chain rule, backwards over the table's own partial derivatives."""
    used = {node.leaf for node in walk(measure.body) if isinstance(node.leaf, str)}
    names = [*used | {measure.variable}]
    arrays = np.broadcast_arrays(*(known[name] for name in names))
    found = np.empty(arrays[0].shape)
    for place in np.ndindex(found.shape):
        given = {name: float(array[place]) for name, array in zip(names, arrays, strict=True)}
        found[place] = gradient(measure.body, given)[1][measure.variable]
    return found


def gradient(root: Node, inputs: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """A number, and its derivatives by all inputs."""
    values: dict[Node, float] = {}
    order = [*walk(root)]
    for node in order:
        if node.op is None:
            values[node] = inputs[node.leaf] if isinstance(node.leaf, str) else node.leaf or 0.0
        else:
            assert node.op.value is not None
            values[node] = node.op.value(*(values[arg] for arg in node.args))
    slopes = dict.fromkeys(order, 0.0)
    slopes[root] = 1.0
    for node in reversed(order):
        if node.op is not None and slopes[node] != 0.0:
            assert node.op.partials is not None
            each = node.op.partials(values[node], *(values[arg] for arg in node.args))
            for arg, slope in zip(node.args, each, strict=True):
                if slope != 0.0:
                    slopes[arg] += slope * slopes[node]
    by_name = {node.leaf: slope for node, slope in slopes.items() if isinstance(node.leaf, str)}
    return values[root], {name: by_name.get(name, 0.0) for name in inputs}
