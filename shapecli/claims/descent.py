"""Gradient descent: parameters, step by step to where a number is least."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shapecli.claims.numbers import gradient
from shapecli.fields.graph import Node
from shapecli.language.figure import Parameter


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


def descend(
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
            parameter.name: min(
                max(values[parameter.name] - rate * slopes[parameter.name], parameter.low), parameter.high
            )
            for parameter in parameters
        }
    return Descent(tuple(places), tuple(losses))
