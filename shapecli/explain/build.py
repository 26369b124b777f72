"""Figures to explanations, layer by layer."""

from collections.abc import Callable, Sequence

from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.settings import spelled
from shapecli.engine.machine import machine, silent
from shapecli.explain.distance import Distance, distance
from shapecli.explain.point import at
from shapecli.explain.report import Explanation
from shapecli.explain.steps import Derivation, derive


def explanations(
    drawing: Drawing,
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
        ShapeError: the figure has curves alone, or is too large to be explained.
    """
    if not drawing.regions:
        message, hint = "a curve is explained by its equation alone", "write <= for a region"
        raise ShapeError(message, source=drawing.figure.source, hint=hint)
    machine(notice)
    title, total = drawing.figure.title or name, len(drawing.regions)
    explained = []
    for number, layer in enumerate(drawing.regions, start=1):
        derivation = derive(layer)
        heading = title if total == 1 else f"{title}: layer {number} of {total}"
        apart = _distance(layer, derivation)
        points = [at(derivation, x, y, drawing.inputs) for x, y in places]
        explained.append(Explanation(heading, drawing.sharpness, derivation, apart, points))
        progress(number / total)
    return explained


def _distance(layer: DrawnLayer, derivation: Derivation) -> Distance | str:
    """How far the layer is from the crisp one; or why that takes too long, which need not stop the rest."""
    try:
        return distance(layer, derivation)
    except ShapeError as problem:
        if problem.option:
            raise
        return f"{problem.message}; {spelled(problem).hint}"
