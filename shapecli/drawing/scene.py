"""A figure with all that is needed to sample it, and what is known of a strip of its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapecli.drawing.layers import program_of, program_of_level
from shapecli.drawing.settings import Settings
from shapecli.engine.program import Program
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node
from shapecli.language.figure import Figure, Layer
from shapecli.painting.paint import Paint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Scene:
    """A figure with all that is needed to sample it.

    Attributes:
        programs: of every region that is covered: layers, and what curves are cut by.
    """

    figure: Figure
    settings: Settings
    view: View
    inputs: Mapping[str, float]
    programs: Mapping[Layer | Node, Program]

    def layers(self) -> list[Layer]:
        """Those that are regions."""
        return [layer for layer in self.figure.layers if not layer.is_curve]


@dataclass(frozen=True, eq=False)
class Strip:
    """Some rows of a scene, with coverage by each of its programs: uint8[rows, width]."""

    rows: range
    shares: "Mapping[Layer | Node, NDArray[np.uint8]]"


Brush = Callable[[Strip], Paint]


def scene_of(figure: Figure, settings: Settings, view: View, inputs: Mapping[str, float]) -> Scene:
    """A figure ready to be drawn."""
    programs: dict[Layer | Node, Program] = {}
    for layer in figure.layers:
        if layer.is_curve:
            graph = Graph(inputs)
            for curve in blend.curves(graph, layer.shape, sharp=settings.sharp):
                for node, level in curve.regions:
                    programs[node] = program_of_level(graph, level, inputs, view.window)
        else:
            programs[layer] = program_of(layer, settings, inputs, view.window)
    return Scene(figure, settings, view, inputs, programs)
