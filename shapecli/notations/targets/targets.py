"""A figure as one text for another tool."""

from collections.abc import Callable, Mapping
from typing import Final

from shapecli.notations.targets import data, formulas, programs
from shapecli.notations.targets.wanted import Exported, Wanted

__all__ = ["TARGETS", "Exported", "Wanted", "export"]

TARGETS: Final[Mapping[str, Callable[[Wanted], Exported]]] = {
    "latex": formulas.latex,
    "desmos": formulas.desmos,
    "glsl": programs.shader,
    "python": programs.with_math,
    "numpy": programs.with_numpy,
    "mathematica": formulas.mathematica,
    "json": data.as_json,
}


def export(target: str, wanted: Wanted) -> Exported:
    """A figure for a tool.

    Args:
        target: one of TARGETS.

    Raises:
        ShapeError: the tool cannot hold the figure.
    """
    return TARGETS[target](wanted)
