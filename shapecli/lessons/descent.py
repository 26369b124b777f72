"""The option descend: the parameters of a fence, step by step to where a number is least."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shapecli.base.source import ShapeError
from shapecli.claims.numbers import gradient
from shapecli.claims.read import read_number
from shapecli.fields.graph import Node, walk
from shapecli.language.figure import Parameter
from shapecli.lessons.fences import CHECK, Fence
from shapecli.lessons.workshop import Workshop

STEPS, RATE = 200, 0.1
MOST_STEPS: Final = 20_000
MOST_WORK: Final = 10_000_000  # operations on numbers


@dataclass(frozen=True, eq=False)
class Descent:
    """Where the parameters were, from the start to the last step, with the number there."""

    places: tuple[Mapping[str, float], ...]
    losses: tuple[float, ...]

    @property
    def last(self) -> Mapping[str, float]:
        return self.places[-1]

    def moments(self, count: int) -> Iterator[tuple[int, float, Mapping[str, float]]]:
        """So many steps of it with their numbers; most of them early, where most happens."""
        steps = len(self.places) - 1
        for number in sorted({round(steps * (k / (count - 1)) ** 2) for k in range(count)}):
            yield number, self.losses[number], self.places[number]


def descent(fence: Fence, workshop: Workshop, sharpness: float) -> Descent:
    """The way that an option such as descend=loss/200 asks for, with a rate.

    Raises:
        ShapeError: there is no such number, it has no parameters, or it would take too long.
    """
    name, _, count = fence.value("descend").partition("/")
    if count and not (count.isdecimal() and 0 < int(count) <= MOST_STEPS):
        raise fence.error(f"the number of steps is up to {MOST_STEPS:,}", "descend", "write descend=loss/200")
    steps = int(count) if count else STEPS
    rate = fence.number("rate", RATE, 1e-9, 1e9)
    place = fence.options["descend"].span
    limit, is_check = workshop.limit_operations, fence.kind == CHECK
    try:
        node, parameters = read_number(fence.source, name, limit, workshop.read, place, claims=is_check)
    except ShapeError as error:
        raise (fence.error(error.message, "descend", error.hint) if error.span == place else error) from None
    if not parameters:
        raise fence.error("there is nothing to change", "descend", "write param k = 0 for a number to change")
    size = sum(1 for _ in walk(node))
    if size * steps > MOST_WORK:
        raise fence.error(f"{steps:,} steps of {size:,} operations are too many", "descend")
    way = _descend(node, parameters, sharpness, steps, rate)
    if not math.isfinite(way.losses[-1]):
        step = len(way.losses) - 1
        raise fence.error(f"{name} is not finite after {step} steps", "descend", "try a smaller rate")
    return way


def _descend(
    node: Node, parameters: Sequence[Parameter], sharpness: float, steps: int, rate: float
) -> Descent:
    """The way of parameters from their defaults against the slopes of a number, within their ranges.

    It ends early where the number is not finite.
    """
    values = {parameter.name: parameter.default for parameter in parameters}
    places, losses = [], []
    for _ in range(steps + 1):
        loss, slopes = gradient(node, {**values, "n": sharpness})
        places.append(values)
        losses.append(loss)
        if not math.isfinite(loss):
            break
        values = {
            each.name: min(max(values[each.name] - rate * slopes[each.name], each.low), each.high)
            for each in parameters
        }
    return Descent(tuple(places), tuple(losses))
