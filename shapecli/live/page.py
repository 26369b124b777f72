"""A figure as a page that draws itself: one file, which needs nothing and asks nobody."""

import json
import math
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from shapecli.base import templates
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing, DrawnLayer
from shapecli.drawing.styles import field, owners, styles_that
from shapecli.fields import blend, inequality, ops
from shapecli.fields.graph import Graph, Node
from shapecli.language.figure import Parameter
from shapecli.language.syntax import Colour
from shapecli.live.code import Code, code_of
from shapecli.notations.targets.formulas import shapes
from shapecli.notations.writing.formula import write, write_or
from shapecli.notations.writing.labels import labels
from shapecli.notations.writing.mathml import MATHML
from shapecli.notations.writing.plain import UNICODE

TEMPLATES: Final = Path(__file__).parent / "templates"


def page_of(drawing: Drawing, name: str) -> str:
    """The page of a figure, as HTML.

    Args:
        name: of the figure, if it has no title.

    Raises:
        ShapeError: the figure is too large, or there is no such colour map.
    """
    figure = drawing.figure
    for layer in drawing.layers:
        if word := layer.extra:
            hint = f"leave {word} out, or let shapecli render draw it"
            raise ShapeError(f"a page that draws itself has no {word}", source=figure.source, hint=hint)
    code, styles = code_of(figure), styles_that(lambda style: style.on_pages)
    data = {
        "window": drawing.window.extent,  # the page widens it itself
        "n": drawing.sharpness,
        "crisp": drawing.sharp,
        "style": drawing.style_name if drawing.style.on_pages else styles[0],
        "styles": styles,
        "parameters": [_slider(parameter, drawing.inputs[parameter.name]) for parameter in figure.parameters],
        "backgrounds": {name: _background(drawing, code, name) for name in styles},
        "layers": _layers(drawing, code),
        "primitives": _primitives(drawing, code),
        "field": _field(drawing),
        "glsl": code.glsl,
        "owners": code.owners,
    }
    script = (TEMPLATES / "page.js").read_text("utf-8").replace("/* FIGURE */", code.javascript)
    style = (TEMPLATES / "page.css").read_text("utf-8")
    rules = f"script-src {templates.fingerprint(script)}", f"style-src {templates.fingerprint(style)}"
    return templates.filled(
        TEMPLATES / "page.html",
        title=figure.title or name,
        about=figure.about,
        policy=templates.policy(*rules),
        style=templates.safe(style),
        script=templates.safe(script),
        data=templates.safe(json.dumps(data).replace("<", "\\u003c").replace("&", "\\u0026")),
        formulas=_formulas(drawing),
        source=figure.source.text,
    )


def _background(drawing: Drawing, code: Code, style: str) -> Any:
    """What lies under all layers in a style."""
    styled = replace(drawing, settings=replace(drawing.settings, style=style))
    return _ink(code, styled.figure.background) if styled.ground else styled.background


def _slider(parameter: Parameter, value: float) -> dict[str, Any]:
    """A parameter with the ends of its slider, which are chosen if it has none."""
    far = max(1.0, 2 * abs(value))
    low, high = parameter.low, parameter.high
    low = low if math.isfinite(low) else min(-far if value < 0 else 0.0, high - far)
    high = high if math.isfinite(high) else max(far if value > 0 else 0.0, low + far)
    if parameter.step:  # the last value, which the end of the range need not be
        high = parameter.beside(parameter.high)[-1]
    return {"name": parameter.name, "value": value, "low": low, "high": high, "step": parameter.step}


def _ink(code: Code, colour: Colour | Node | None) -> dict[str, int]:
    """The place of a colour that varies."""
    return {"shade": next(place for place, node in enumerate(code.colours) if node is colour)}


def _layers(drawing: Drawing, code: Code) -> list[dict[str, Any]]:
    places = {True: count(), False: count()}  # of curves, and of regions
    return [
        {
            "curve": layer.is_curve,
            "place": next(places[layer.is_curve]),
            "fill": _fill(layer, code) if layer.filled else None,
            "stroke": _stroke(layer, code) if layer.look.stroke or layer.is_curve else None,
            "width": layer.width,
            "opacity": layer.opacity,
        }
        for layer in drawing.layers
    ]


def _fill(layer: DrawnLayer, code: Code) -> Any:
    return _ink(code, layer.look.fill) if layer.fill_shade else layer.fill


def _stroke(layer: DrawnLayer, code: Code) -> Any:
    return _ink(code, layer.look.stroke or layer.look.fill) if layer.stroke_shade else layer.stroke


def _primitives(drawing: Drawing, code: Code) -> list[dict[str, Any]]:
    """What the list of inequalities shows."""
    names: dict[Node, str] = {}
    for layer in drawing.regions:
        names |= labels(layer.shape, {**drawing.figure.names, **names}, set(names.values()))
    colours = owners.colours_of(drawing, max(1, len(code.primitives)))
    return [
        {"name": names[node], "text": _short(node), "colour": [round(float(part)) for part in colour]}
        for node, colour in zip(code.primitives, colours, strict=False)
    ]


def _short(node: Node) -> str:
    text = write_or("", node, UNICODE)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _field(drawing: Drawing) -> dict[str, Any] | None:
    """The colours of the style field; none if there are curves alone."""
    if not drawing.regions:
        return None
    span = field.span_of(drawing)
    colours = [list(map(int, row[:3])) for row in field.shades_of(drawing)]
    return {"span": span, "step": field.step_of(span), "colours": colours}


def _formulas(drawing: Drawing) -> list[Any]:
    """The one inequality of every layer, as it is with the sharpness as a number."""
    graph = Graph({blend.SHARPNESS: drawing.sharpness})
    formulas: list[Any] = []
    for shape in shapes(drawing, graph, MATHML):
        try:
            if shape.kind is ops.Kind.CURVE:
                nodes = [formula for formula, _ in inequality.equations(graph, shape, sharp=False)]
            else:
                nodes = [inequality.inequality(graph, shape, sharp=False)]
            formulas.extend(templates.safe(write(node, MATHML)) for node in nodes)
        except ShapeError:
            continue  # too long to be read
    return formulas
