"""What a figure is at points, by plain NumPy."""

import numpy as np
from numpy.typing import NDArray

import shapecli
from shapecli.engine import reference
from shapecli.fields import blend
from shapecli.fields.graph import Graph, Node
from shapecli.fields.tape import flatten
from shapecli.language.figure import Figure

Array = NDArray[np.float64]

POINTS = np.random.default_rng(7).uniform(-3.0, 3.0, (2, 60))


def parsed(text: str) -> Figure:
    """The figure of a text of the language."""
    return shapecli.parse(text)


def values(figure: Figure, *nodes: Node, points: Array = POINTS) -> list[Array]:
    """Nodes without regions at points."""
    inputs = {"n": figure.sharpness, **{given.name: given.default for given in figure.parameters}}
    return reference.run(flatten(*nodes), inputs, points[0].copy(), points[1].copy())


def field(figure: Figure, layer: int = -1, points: Array = POINTS) -> Array:
    """What a curve f = g or a region f <= g compares: f - g, which is the level of a region by n."""
    shape = figure.layers[layer].shape
    if figure.layers[layer].is_curve:
        (curve,) = blend.curves(Graph(), shape, sharp=False)
        return values(figure, curve.field, points=points)[0]
    return values(figure, blend.level(Graph(), shape, sharp=False), points=points)[0] / figure.sharpness


def inside(figure: Figure, layer: int = -1, points: Array = POINTS) -> NDArray[np.bool_]:
    """Whether points are in a region without soft corners, or in what a curve is cut by."""
    shape = figure.layers[layer].shape
    if figure.layers[layer].is_curve:
        (curve,) = blend.curves(Graph(), shape, sharp=False)
        found = values(figure, *curve.cuts, points=points)
        outside: NDArray[np.float64] = np.max(found, axis=0)
        return outside <= 0.0
    return values(figure, blend.level(Graph(), shape, sharp=True), points=points)[0] <= 0.0


def levels(figure: Figure) -> list[Array]:
    """Everything that a figure is made of, at points."""
    found: list[Array] = []
    for layer in figure.layers:
        if layer.is_curve:
            for curve in blend.curves(Graph(), layer.shape, sharp=False):
                found.extend(values(figure, curve.field, *curve.cuts))
        else:
            found.extend(values(figure, blend.level(Graph(), layer.shape, sharp=False)))
    return found
