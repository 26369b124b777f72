"""Frames: a figure while numbers change, or one figure becoming another."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shapecli.base.colours import Rgba, encoded, linear
from shapecli.base.source import ShapeError, Span
from shapecli.base.window import Window
from shapecli.drawing.picture import draw
from shapecli.drawing.settings import Settings, background_of, fill_of, inputs_of
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node
from shapecli.language.figure import Figure, Layer, Parameter, Style
from shapecli.language.syntax import Colour

if TYPE_CHECKING:
    from shapecli.formats.arrays import Image

Ease = Callable[[float], float]

EASES: Final[Mapping[str, Ease]] = MappingProxyType(
    {
        "linear": lambda t: t,
        "in": lambda t: t * t,
        "out": lambda t: t * (2 - t),
        "in-out": lambda t: (1 - math.cos(math.pi * t)) / 2,
    }
)
SHARE: Final = "t"  # the parameter of a morph


@dataclass(frozen=True)
class Sweep:
    """A number that changes while a film runs.

    Attributes:
        name: a parameter, or n for the sharpness.
        geometric: whether equal times change it by equal factors, instead of by equal differences.
    """

    name: str
    low: float
    high: float
    geometric: bool = False

    def at(self, share: float) -> float:
        """The value at a share of the way, from 0 to 1; exact at the ends."""
        if share in (0.0, 1.0):
            return self.high if share else self.low
        if self.geometric:
            return self.low * math.exp(math.log(self.high / self.low) * share)
        return self.low + (self.high - self.low) * share


def sweep_frames(
    figure: Figure, settings: Settings, sweeps: Sequence[Sweep], shares: Sequence[float]
) -> "Iterator[Image]":
    """A picture for each share of the way; all with the same range of colours.

    Raises:
        ShapeError: a value is impossible.
    """
    moments = [_at(settings, sweeps, share) for share in shares]
    for moment in (moments[0], moments[-1]):
        inputs_of(figure, moment)  # before any work
    span = _span(figure, moments[len(moments) // 2])
    for moment in moments:
        image = draw(figure, replace(moment, span=span)).image
        assert image is not None
        yield image


def _at(settings: Settings, sweeps: Sequence[Sweep], share: float) -> Settings:
    values = {sweep.name: sweep.at(share) for sweep in sweeps}
    sharpness = values.pop(blend.SHARPNESS, settings.sharpness)
    return replace(settings, sharpness=sharpness, parameters={**settings.parameters, **values})


def _span(figure: Figure, settings: Settings) -> float | None:
    """The range of colours of the style field, chosen from one frame for all."""
    if settings.style != "field" or settings.span is not None:
        return settings.span
    from shapecli.drawing.scene import scene_of
    from shapecli.drawing.settings import checked
    from shapecli.drawing.shades import usual_span

    return usual_span(scene_of(figure, settings, *checked(figure, settings)))


def morph_frames(
    first: Figure, last: Figure, settings: Settings, shares: Sequence[float]
) -> "Iterator[Image]":
    """Pictures of one figure becoming another, layer by layer: linearly in L, so that both ends are exact.

    Raises:
        ShapeError: the figures have different numbers of layers, or curves.
    """
    if settings.window is None:
        settings = replace(settings, window=_around(first.window, last.window))
    between = _Between(first, last, settings)
    for share in shares:
        if share in (0.0, 1.0):
            moment, figure = settings, last if share else first
        else:
            moment = replace(settings, sharpness=1.0, parameters={SHARE: share})
            figure = between.figure(share)
        image = draw(figure, moment).image
        assert image is not None
        yield image


class _Between:
    """Two figures as one with a parameter."""

    def __init__(self, first: Figure, last: Figure, settings: Settings) -> None:
        self._ends = first, last
        self._settings = settings
        graph = Graph()
        share = graph.input(SHARE)
        self._layers: list[tuple[Node, Layer, Layer]] = []
        for one, other in zip_longest(first.layers, last.layers):
            if one is None or other is None or one.is_curve or other.is_curve:
                counts = f"{len(first.layers)} and {len(last.layers)} layers"
                raise ShapeError(
                    "curves cannot become others" if one and other else f"the figures have {counts}",
                    hint="a morph goes from region to region, layer by layer",
                )
            levels = [
                blend.level(graph.knowing(inputs_of(figure, settings)), layer.shape, sharp=settings.sharp)
                for figure, layer in ((first, one), (last, other))
            ]
            rest = graph.apply(ops.sub, graph.number(1.0), share)
            parts = graph.apply(ops.mul, rest, levels[0]), graph.apply(ops.mul, share, levels[1])
            level = graph.apply(ops.add, *parts)
            self._layers.append((graph.apply(ops.at_most, level, graph.number(0.0)), one, other))

    def figure(self, share: float) -> Figure:
        """The figure at a share of the way, but for the value of its parameter."""
        first, last = self._ends
        plain = self._settings
        layers = [
            Layer(
                shape,
                Style(
                    fill=_mixed(fill_of(one, plain), fill_of(other, plain), share),
                    opacity=one.style.opacity + (other.style.opacity - one.style.opacity) * share,
                ),
            )
            for shape, one, other in self._layers
        ]
        background = _mixed(background_of(first, plain), background_of(last, plain), share)
        return replace(
            first,
            layers=tuple(layers),
            parameters=(Parameter(SHARE, share, 0.0, 1.0),),
            background=background,
        )


def _mixed(first: Rgba, last: Rgba, share: float) -> Colour:
    """A colour between two, in linear light."""
    light = [
        encoded(linear(a) + (linear(b) - linear(a)) * share) for a, b in zip(first[:3], last[:3], strict=True)
    ]
    alpha = round(first[3] + (last[3] - first[3]) * share)
    return Colour(Span(0, 0), "#" + bytes((*light, alpha)).hex())


def _around(first: Window, last: Window) -> tuple[float, float, float, float]:
    """The smallest window around two."""
    return (
        min(first.x0, last.x0), max(first.x1, last.x1), min(first.y0, last.y0), max(first.y1, last.y1),
    )  # fmt: skip
