"""Frames: a figure while numbers change, or one figure becoming another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from shapecli.base.colours import Rgba, encoded, linear
from shapecli.base.source import ShapeError, Span
from shapecli.drawing.drawing import Drawing, drawing_of
from shapecli.drawing.picture import draw
from shapecli.drawing.settings import Settings
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node
from shapecli.language.figure import Figure, Layer, Look, Parameter
from shapecli.language.motion import SEED, Sweep
from shapecli.language.syntax import Colour

if TYPE_CHECKING:
    from shapecli.formats.arrays import Image

SHARE: Final = "t"  # the parameter of a morph


def sweep_frames(
    figure: Figure, settings: Settings, sweeps: Sequence[Sweep], shares: Sequence[float]
) -> "Iterator[Image]":
    """A picture for each share of the way; all by the same tapes, and with the same range of colours.

    Raises:
        ShapeError: a value is impossible.
    """
    moments = []
    for share in shares:
        values = {sweep.name: sweep.value(figure, share) for sweep in sweeps}
        sharpness, seed = values.pop(blend.SHARPNESS, settings.sharpness), values.pop(SEED, settings.seed)
        parameters = {**settings.parameters, **values}
        moments.append(replace(settings, sharpness=sharpness, seed=seed, parameters=parameters))
    try:
        drawing = drawing_of(figure, moments[0], moving={sweep.name for sweep in sweeps} - {SEED})
        moments = [replace(moment, window=drawing.window.extent) for moment in moments]  # that of the start
        drawing.moved(moments[-1])  # before any work
    except ShapeError as problem:
        swept = problem.option == "parameters"  # what is set beside them was refused before
        raise (replace(problem, option="sweep") if swept else problem) from None
    middle = drawing.moved(moments[len(moments) // 2])
    span = middle.style.span(middle) if middle.style.span else settings.span
    for number, moment in enumerate(moments):
        if not number or moment != moments[number - 1]:  # seeds and steps stay as they are for a while
            drawing = drawing.moved(replace(moment, span=span))  # of the one before, which may have its seed
            picture = draw(drawing)[0]
        yield picture


def morph_frames(
    first: Figure, last: Figure, settings: Settings, shares: Sequence[float]
) -> "Iterator[Image]":
    """Pictures of one figure becoming another, layer by layer: linearly in L, so that both ends are exact.

    Raises:
        ShapeError: the figures have different numbers of layers, or curves.
    """
    if settings.window is None:
        one, other = (
            drawing_of(figure, settings).window for figure in (first, last)
        )  # the smallest around both
        x, y = (min(one.x0, other.x0), max(one.x1, other.x1)), (min(one.y0, other.y0), max(one.y1, other.y1))
        settings = replace(settings, window=(*x, *y))
    ends = drawing_of(first, settings), drawing_of(last, settings)
    shapes = _shapes_between(*ends)
    between: Drawing | None = None
    for share in shares:
        if share in (0.0, 1.0):
            yield draw(ends[1] if share else ends[0])[0]
            continue
        figure = _figure_between(*ends, shapes, share)
        moment = replace(settings, sharpness=1.0, parameters={SHARE: share})
        between = between or drawing_of(figure, moment, moving=(SHARE,))
        yield draw(between.moved(moment, figure))[0]


def _shapes_between(first: Drawing, last: Drawing) -> list[Node]:
    """For each layer of two figures a region that is one or the other by the value of a parameter."""
    for drawing in (first, last):
        words = [layer.extra for layer in drawing.layers if layer.extra]
        if drawing.ground or words:
            what = words[0] if words else "background that varies"
            raise ShapeError(f"a morph has no {what}", source=drawing.figure.source)
    graph = Graph()
    share = graph.input(SHARE)
    rest = graph.apply(ops.sub, graph.number(1.0), share)
    shapes: list[Node] = []
    for before, after in zip_longest(first.layers, last.layers):
        if before is None or after is None or before.is_curve or after.is_curve:
            counts = f"{len(first.layers)} and {len(last.layers)} layers"
            raise ShapeError(
                "curves cannot become others" if before and after else f"the figures have {counts}",
                hint="a morph goes from region to region, layer by layer",
            )
        here, there = (
            blend.level(graph.knowing(layer.drawing.inputs), layer.shape, sharp=layer.drawing.sharp)
            for layer in (before, after)
        )
        level = graph.apply(ops.add, graph.apply(ops.mul, rest, here), graph.apply(ops.mul, share, there))
        shapes.append(graph.apply(ops.at_most, level, graph.number(0.0)))
    return shapes


def _figure_between(first: Drawing, last: Drawing, shapes: Sequence[Node], share: float) -> Figure:
    looks = [
        Look(fill=_mixed(a.fill, b.fill, share), opacity=a.opacity + (b.opacity - a.opacity) * share)
        for a, b in zip(first.layers, last.layers, strict=True)
    ]
    return replace(
        first.figure,
        layers=tuple(Layer(shape, look) for shape, look in zip(shapes, looks, strict=True)),
        parameters=(Parameter(SHARE, share, 0.0, 1.0),),
        background=_mixed(first.background, last.background, share),
    )


def _mixed(first: Rgba, last: Rgba, share: float) -> Colour:
    """A colour between two, in linear light."""
    light = [
        encoded(linear(a) + (linear(b) - linear(a)) * share) for a, b in zip(first[:3], last[:3], strict=True)
    ]
    alpha = round(first[3] + (last[3] - first[3]) * share)
    return Colour(Span(0, 0), "#" + bytes((*light, alpha)).hex())
