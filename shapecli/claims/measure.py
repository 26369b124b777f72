"""Claims to verdicts: every number is computed, for every value of the loops."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, Final

import numpy as np

from shapecli.base.source import ShapeError
from shapecli.claims.claims import AREA, DERIVATIVE, INTEGRAL, Claim, Claims, Loop, Measure, inputs_in
from shapecli.claims.numbers import Array, evaluated, gradient
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.measures import measure as measure_picture
from shapecli.drawing.settings import Settings
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.language.figure import Figure, Layer, Look, Parameter

ROUNDING: Final = 1e-12  # relative to 1 + the numbers: what two equal ones may differ by
POINTS: Final = {1: 1001, 2: 101, 3: 31}  # of each range, by how many ranges there are
FEW_POINTS: Final = 11  # of each of more ranges
GOLDEN: Final = (math.sqrt(5) - 1) / 2
MOST_POINTS: Final = 200_000
MOST_WORK: Final = 2_000_000_000  # operations on numbers, of all claims of a text
SLOW: Final = 50  # how much longer an operation takes that is done for one point at a time
MOST_AREAS: Final = 100  # of all claims of a text
AREA_SIZE: Final = 4096  # pixels on the longer side
PANELS, NODES = 200, 10  # of integrals, by the rule of Gauss and Legendre
SETTLED: Final = 1e-6  # relative: what an integral may change by with half the panels
CHUNK: Final = (1 << 19) // (PANELS * NODES)  # integrals that are computed at a time
STEP: Final = 1e-3  # of difference quotients


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


class Laboratory:
    """Where numbers of one text are measured; it counts what that costs."""

    def __init__(self, claims: Claims, limit_work: float) -> None:
        self.claims = claims
        self.limit_work = limit_work
        self._work = 0
        self._areas = 0

    def number(self, node: Node, known: Mapping[str, Array], claim: Claim) -> Array:
        """A number, for arrays of inputs, with what must be measured for it.

        Raises:
            ShapeError: it would take too long, or cannot be measured.
        """
        leaves = inputs_in(node)
        ways = {AREA: self._areas_of, DERIVATIVE: self._derivatives, INTEGRAL: self._integrals}
        measured = {
            name: ways[measure.kind](measure, known, claim)
            for name, measure in claim.measures.items()
            if name in leaves
        }
        self._spend(node, _size({name: known[name] for name in known if name in leaves}), claim)
        return evaluated(node, {**known, **measured})

    def _spend(self, node: Node, points: int, claim: Claim, factor: int = 1) -> None:
        size = sum(1 for _ in walk(node))
        self._work += points * size * factor
        if self._work > MOST_WORK:
            message = f"{points:,} points are too many for this claim, which has {size:,} operations"
            raise self.error(message, claim, "claim it for fewer values")

    def error(self, message: str, claim: Claim, hint: str | None = None) -> ShapeError:
        return ShapeError(message, claim.span, self.claims.source, hint)

    def _areas_of(self, measure: Measure, known: Mapping[str, Array], claim: Claim) -> Array:
        used = {*inputs_in(measure.body), "n"}
        if used & set(claim.measures):
            hint = "write the number in its place"
            raise self.error("an area cannot depend on what is measured", claim, hint)
        inputs = {name: known[name] for name in known if name in used - {"x", "y"}}
        self._areas += _size(inputs)
        if self._areas > MOST_AREAS:
            message = f"{self._areas:,} areas are more than the limit of {MOST_AREAS}"
            raise self.error(message, claim, "claim it for fewer values")
        return _one_by_one(inputs, lambda given: self._area(measure.body, given))

    def _area(self, region: Node, inputs: dict[str, float]) -> float:
        sharpness = inputs.pop("n")
        parameters, window = tuple(map(Parameter, inputs, inputs.values())), self.claims.window
        layers = (Layer(region, Look()),)
        figure = Figure(self.claims.source, layers, parameters=parameters, window=window)
        settings = Settings(size=AREA_SIZE, sharpness=sharpness, limit_work=self.limit_work / MOST_AREAS)
        return measure_picture(drawing_of(figure, settings)).area

    def _integrals(self, measure: Measure, known: Mapping[str, Array], claim: Claim) -> Array:
        ends = [self.number(end, known, claim) for end in measure.ends]
        used = self._used(measure.body, claim) - {measure.variable}
        names = [name for name in known if name in used]
        arrays = np.broadcast_arrays(*ends, *(known[name] for name in names))
        shape = arrays[0].shape
        low, high, *others = (array.reshape(-1) for array in arrays)
        count = len(low)
        self._spend(measure.body, count * PANELS * NODES, claim)
        total, coarse = np.empty((2, count))
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            fixed = {name: array[part, None] for name, array in zip(names, others, strict=True)}
            for target, panels in ((total, PANELS), (coarse, PANELS // 2)):
                places, weights = _rule(panels)
                width = (high - low)[part, None]
                inputs = {**fixed, measure.variable: low[part, None] + width * places}
                values = self.number(measure.body, inputs, claim)
                target[part] = (values * np.ones_like(places) * weights * width).sum(axis=-1)
        with np.errstate(invalid="ignore"):
            settled = ~(np.abs(total - coarse) > SETTLED * (1.0 + np.abs(total)))
        if not settled.all():
            worst = int(np.argmin(settled))
            by_more = f"{coarse[worst]:.6g} and {total[worst]:.6g} by more points"
            hint = "take other ends, or split it where the number jumps or is infinite"
            raise self.error(f"an integral does not settle: {by_more}", claim, hint)
        return total.reshape(shape)

    def _derivatives(self, measure: Measure, known: Mapping[str, Array], claim: Claim) -> Array:
        """By the chain rule, backwards over the table's partials; by differences of what is measured."""
        leaves = inputs_in(measure.body)
        inner = leaves & set(claim.measures)
        if not inner:
            inputs = {name: known[name] for name in known if name in leaves | {measure.variable}}
            self._spend(measure.body, _size(inputs), claim, SLOW)
            return _one_by_one(inputs, lambda given: gradient(measure.body, given)[1][measure.variable])
        if any(claim.measures[name].kind == AREA for name in inner):
            raise self.error("an area is not measured so well that it has a derivative", claim)
        middle = known[measure.variable]
        step = STEP * (1.0 + np.abs(middle))
        at = [
            self.number(measure.body, {**known, measure.variable: middle + k * step}, claim)
            for k in (-2, -1, 1, 2)
        ]
        return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * step)  # of fourth order

    def _used(self, node: Node, claim: Claim) -> set[str]:
        """The inputs that a number depends on, also by what is measured for it."""
        inputs = inputs_in(node)
        for name in inputs & set(claim.measures):
            measure = claim.measures[name]
            inputs = inputs | {measure.variable}
            inputs = inputs.union(*(self._used(part, claim) for part in (measure.body, *measure.ends)))
        return inputs


def verdicts(claims: Claims, limit_work: float, parameters: Mapping[str, float]) -> list[Verdict]:
    """What is true, and what is not.

    Args:
        limit_work: while areas are measured.
        parameters: values, instead of their defaults.

    Raises:
        ShapeError: it would take too long.
    """
    laboratory = Laboratory(claims, limit_work)
    defaults = {parameter.name: parameter.default for parameter in claims.parameters}
    given = {"n": claims.sharpness, **defaults, **parameters}
    inputs = {name: np.array(value) for name, value in given.items()}
    return [_verdict(claim, laboratory, inputs) for claim in claims.claims]


def _verdict(claim: Claim, laboratory: Laboratory, inputs: Mapping[str, Array]) -> Verdict:
    """Whether a claim is true, by the values of all inputs but those of loops."""
    ranges = sum(loop.is_range for loop in claim.loops)
    loops = {loop.name: _values(loop, ranges) for loop in claim.loops}
    shape = tuple(map(len, loops.values()))
    points = math.prod(shape)
    if points > MOST_POINTS:
        message = f"{points:,} points are too many: up to {MOST_POINTS:,}"
        raise laboratory.error(message, claim, "claim it for fewer values")
    known = {**inputs, **dict(zip(loops, np.ix_(*loops.values()), strict=True))}
    graph = Graph()

    @cache
    def number(node: Node) -> Array:
        values = laboratory.number(blend.level(graph, node, sharp=False), known, claim)
        return np.broadcast_to(values, shape)

    holds, margins, slack = _truth(claim, number)
    holds, margins = np.broadcast_to(holds, shape), np.broadcast_to(margins, shape)
    score = np.where(holds, slack, np.where(np.isnan(slack), -np.inf, np.minimum(slack, 0.0)))
    score = np.broadcast_to(np.where(holds & np.isnan(score), np.inf, score), shape)
    place = tuple(map(int, np.unravel_index(int(np.argmin(score)), shape))) if shape else ()
    numbers = tuple(number(node) for _, node in claim.operands)
    return Verdict(claim, bool(holds.all()), points, loops, float(margins[place]), place, numbers)


def _values(loop: Loop, ranges: int) -> Array:
    """Those of a list; of a range both ends, even steps between them, and as many places off the steps."""
    if not loop.is_range:
        return np.array(loop.values)
    low, high = loop.values
    count = POINTS.get(ranges, FEW_POINTS)
    even = np.linspace(low, high, count // 2 + 1)
    odd = low + (high - low) * ((np.arange(1, count - count // 2) * GOLDEN) % 1.0)
    return np.sort(np.concatenate((even, odd)))


def _truth(claim: Claim, number: Any) -> tuple[Any, Any, Any]:
    """Whether a claim is true, its margin, and what tells the tightest one, for each combination."""
    if claim.truth.op is ops.equal:
        left, right = map(number, claim.truth.args)
        allowed = number(claim.within) if claim.within else _rounding(left, right)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            apart = np.where(left == right, 0.0, np.abs(left - right))
            return apart <= allowed, allowed - apart, 1.0 - apart / allowed
    holds: dict[Node, Any] = {}
    margins: dict[Node, Any] = {}
    for node in walk(claim.truth):
        if node.kind is not ops.Kind.REGION:
            continue
        if node.op in (ops.at_most, ops.less):
            left, right = map(number, node.args)
            with np.errstate(invalid="ignore", over="ignore"):
                at_most = (left <= right) | (left - right < _rounding(left, right))
                holds[node] = at_most if node.op is ops.at_most else left < right
                margins[node] = np.where(left == right, 0.0, right - left)
        elif node.op in ops.COMPOSED:
            holds[node] = _LOGIC[node.op](*(holds[arg] for arg in node.args))
            both = node.op is ops.intersection
            margins[node] = reduce(np.minimum, (margins[arg] for arg in node.args)) if both else math.nan
        else:  # a trench, or a boundary value
            value = np.abs(number(node.args[0]))
            holds[node], margins[node] = value <= 1.0, 1.0 - value
    return holds[claim.truth], margins[claim.truth], margins[claim.truth]


_LOGIC: Final[Mapping[Any, Any]] = {
    ops.complement: np.logical_not,
    ops.intersection: lambda *args: reduce(np.logical_and, args),
    ops.union: lambda *args: reduce(np.logical_or, args),
    ops.symmetric_difference: np.logical_xor,
}


def _rounding(left: Array, right: Array) -> Any:
    return ROUNDING * (1.0 + np.maximum(np.abs(left), np.abs(right)))


def _one_by_one(inputs: Mapping[str, Array], number: Callable[[dict[str, float]], float]) -> Array:
    """A number of each combination of inputs, for which there is no arithmetic of arrays."""
    arrays = np.broadcast_arrays(*inputs.values())
    numbers = np.empty(arrays[0].shape)
    for place in np.ndindex(numbers.shape):
        numbers[place] = number(
            {name: float(array[place]) for name, array in zip(inputs, arrays, strict=True)}
        )
    return numbers


def _size(inputs: Mapping[str, Array]) -> int:
    """How many combinations of inputs there are."""
    return math.prod(np.broadcast_shapes(*map(np.shape, inputs.values())))


def _rule(panels: int) -> tuple[Array, Array]:
    """Places from 0 to 1 and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    places = ((np.arange(panels)[:, None] + (nodes + 1.0) / 2.0) / panels).ravel()
    return places, np.tile(weights / 2.0 / panels, panels)
