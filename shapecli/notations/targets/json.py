"""The figure as data: the graph of every layer, each node once, arguments before what uses them."""

import json
from typing import Any

from shapecli import __version__
from shapecli.drawing.drawing import Drawing
from shapecli.fields.graph import Node, walk
from shapecli.notations.targets import Exported, Target


def _write(drawing: Drawing) -> Exported:
    figure, names, window = drawing.figure, drawing.figure.names, drawing.view.window
    nodes = list(walk(*(layer.shape for layer in figure.layers)))
    places = {node: place for place, node in enumerate(nodes)}

    def entry(node: Node) -> dict[str, Any]:
        if node.op is None:
            found: dict[str, Any] = (
                {"input": node.leaf} if isinstance(node.leaf, str) else {"number": _finite(node.leaf)}
            )
        else:
            found = {"op": node.op.name, "args": [places[arg] for arg in node.args]}
        return found | ({"name": names[node]} if node in names else {})

    report = {
        "format": "shapecli figure 1",
        "version": __version__,
        "title": figure.title,
        "sharpness": drawing.sharpness,
        "window": [window.x0, window.x1, window.y0, window.y1],
        "parameters": [
            {
                "name": one.name,
                "value": drawing.inputs[one.name],
                "low": _finite(one.low),
                "high": _finite(one.high),
            }
            for one in figure.parameters
        ],
        "background": figure.background.text if figure.background else None,
        "layers": [
            {
                "shape": places[layer.shape],
                "kind": layer.shape.kind.value,
                "fill": layer.look.fill.text if layer.look.fill else None,
                "stroke": layer.look.stroke.text if layer.look.stroke else None,
                "stroke_width": layer.look.stroke_width,
                "opacity": layer.look.opacity,
            }
            for layer in figure.layers
        ],
        "nodes": [entry(node) for node in nodes],
    }
    return Exported(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def _finite(value: float | None) -> float | str | None:
    """A number that JSON has, or its name."""
    return value if value is None or abs(value) < float("inf") else str(value)


TARGET = Target(help="the figure as data", write=_write)
