"""The figure as data: the graph of every layer, each node once, arguments before what uses them."""

import json
from typing import Any

from shapecli import __version__
from shapecli.drawing.drawing import Drawing
from shapecli.fields.graph import Node, walk
from shapecli.language.figure import Halo
from shapecli.language.syntax import Colour
from shapecli.notations.targets import Exported, Target


def _write(drawing: Drawing) -> Exported:
    figure, names = drawing.figure, drawing.figure.names
    looks = [layer.look for layer in figure.layers]
    halos = [halo.colour for look in looks for halo in (look.glow, look.shadow) if halo]
    lined = [lines.colour for look in looks for lines in look.lines]
    inks = [*(ink for look in looks for ink in (look.fill, look.stroke)), *halos, *lined]
    varying = [ink for ink in (figure.background, *inks) if isinstance(ink, Node)]
    nodes = list(walk(*(layer.shape for layer in figure.layers), *varying))
    places = {node: place for place, node in enumerate(nodes)}

    def colour_of(ink: Colour | Node | None) -> str | int | None:
        """A colour as it is written, or the place of the node of one that varies."""
        return ink.text if isinstance(ink, Colour) else places[ink] if ink else None

    def data_of(halo: Halo | None) -> dict[str, Any] | None:
        return {**vars(halo), "colour": colour_of(halo.colour)} if halo else None

    def entry(node: Node) -> dict[str, Any]:
        name = {"name": names[node]} if node in names else {}
        if node.op:
            return {"op": node.op.name, "args": [places[arg] for arg in node.args], **name}
        leaf = {"input": node.leaf} if isinstance(node.leaf, str) else {"number": _finite(node.leaf)}
        return {**leaf, **name}

    report = {
        "format": "shapecli figure 1", "version": __version__, "title": figure.title,
        "about": figure.about,
        "sharpness": drawing.sharpness, "window": drawing.view.window.extent,
        "parameters": [
            {"name": parameter.name, "value": drawing.inputs[parameter.name],
             "low": _finite(parameter.low), "high": _finite(parameter.high),
             "step": parameter.step or None}
            for parameter in figure.parameters
        ],
        "background": colour_of(figure.background),
        "layers": [
            {"shape": places[layer.shape], "kind": layer.shape.kind.value,
             "fill": colour_of(layer.look.fill),
             "stroke": colour_of(layer.look.stroke),
             "stroke_width": layer.look.stroke_width, "opacity": layer.look.opacity,
             "soft": layer.look.soft, "glow": data_of(layer.look.glow), "shadow": data_of(layer.look.shadow),
             "lines": [
                 {"spacing": lines.spacing, "angles": lines.angles, "colour": colour_of(lines.colour),
                  "width": lines.width}
                 for lines in layer.look.lines
             ],
             "blend": layer.look.blend}
            for layer in figure.layers
        ],
        "nodes": [entry(node) for node in nodes],
    }  # fmt: skip
    return Exported(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def _finite(value: float | None) -> float | str | None:
    """A number that JSON has, or its name."""
    return value if value is None or abs(value) < float("inf") else str(value)


TARGET = Target(help="the figure as data", write=_write)
