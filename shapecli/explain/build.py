"""Figures to explanations, layer by layer."""

from collections.abc import Callable, Sequence

from shapecli.base.source import ShapeError
from shapecli.drawing.picture import prepare
from shapecli.drawing.settings import Settings, inputs_of
from shapecli.engine.machine import silent
from shapecli.explain.distance import Distance, distance
from shapecli.explain.point import at
from shapecli.explain.report import Explanation
from shapecli.explain.steps import Derivation, derive
from shapecli.fields import blend
from shapecli.language.figure import Figure, Layer


def explanations(
    figure: Figure,
    settings: Settings,
    name: str,
    places: Sequence[tuple[float, float]] = (),
    *,
    notice: Callable[[str], None] = silent,
    progress: Callable[[float], None] = silent,
) -> list[Explanation]:
    """An explanation of every layer that is a region.

    Args:
        name: of the figure, if it has no title.
        places: points to explain.

    Raises:
        ShapeError: the figure has curves alone, is too large to be explained, or a setting is impossible.
    """
    inputs = inputs_of(figure, settings)
    layers = [layer for layer in figure.layers if not layer.is_curve]
    if not layers:
        message, hint = "a curve is explained by its equation alone", "write <= for a region"
        raise ShapeError(message, source=figure.source, hint=hint)
    prepare(notice)
    found = []
    for place, layer in enumerate(layers):
        derivation = derive(figure, layer, inputs[blend.SHARPNESS])
        title = figure.title or name
        found.append(
            Explanation(
                title if len(layers) == 1 else f"{title}: layer {place + 1} of {len(layers)}",
                inputs[blend.SHARPNESS],
                derivation,
                _distance(figure, layer, derivation, settings),
                [at(derivation, x, y, inputs) for x, y in places],
            )
        )
        progress((place + 1) / len(layers))
    return found


def _distance(figure: Figure, layer: Layer, derivation: Derivation, settings: Settings) -> Distance | str:
    """How far the layer is from the crisp one; or why that takes too long, which need not stop the rest."""
    try:
        return distance(figure, layer, derivation, settings)
    except ShapeError as problem:
        if problem.option:
            raise
        return f"{problem.message}; {problem.hint}"
