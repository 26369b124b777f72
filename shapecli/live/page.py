"""A figure as a page that draws itself: one file, which needs nothing and asks nobody."""

import base64
import hashlib
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shapecli.base import templates
from shapecli.base.defaults import PAGE_STYLES
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing.scene import scene_of
from shapecli.drawing.settings import (
    Settings,
    background_of,
    checked,
    fill_of,
    stroke_of,
    width_of,
)
from shapecli.drawing.shades import STEPS, palette_of, round_down, usual_span
from shapecli.fields import blend, inequality
from shapecli.fields.graph import Graph, Node
from shapecli.language.figure import Figure, Parameter
from shapecli.live.code import Code, code_of
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.labels import labels
from shapecli.notations.writing.mathml import MATHML
from shapecli.notations.writing.plain import UNICODE
from shapecli.painting.colourmaps import FIELD, colour_map

if TYPE_CHECKING:
    from shapecli.painting.paint import Pixels

TEMPLATES: Final = Path(__file__).parent / "templates"
SHADES: Final = 256
REACH: Final = 10.0  # how far the slider of the sharpness goes, as a factor


def page_of(figure: Figure, settings: Settings, name: str) -> str:
    """The page of a figure, as HTML.

    Args:
        name: of the figure, if it has no title.

    Raises:
        ShapeError: the figure is too large, or a setting is impossible.
    """
    _, inputs = checked(figure, settings)
    code = code_of(figure)
    window = Window(*settings.window) if settings.window else figure.window  # the page widens it itself
    data = {
        "window": [window.x0, window.x1, window.y0, window.y1],
        "n": inputs[blend.SHARPNESS],
        "crisp": settings.sharp,
        "style": settings.style if settings.style in PAGE_STYLES else PAGE_STYLES[0],
        "styles": PAGE_STYLES,
        "parameters": [_slider(one, inputs[one.name]) for one in figure.parameters],
        "background": background_of(figure, settings),
        "layers": _layers(figure, settings),
        "primitives": _primitives(figure, code, settings),
        "field": _field(figure, settings),
        "glsl": code.glsl,
        "owners": code.owners,
    }
    script = (TEMPLATES / "page.js").read_text("utf-8").replace("/* FIGURE */", code.javascript)
    style = (TEMPLATES / "page.css").read_text("utf-8")
    allowed = f"script-src {_hash(script)}; style-src {_hash(style)}"
    return templates.filled(
        TEMPLATES / "page.html",
        title=figure.title or name,
        policy=f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'",
        style=templates.safe(style),
        script=templates.safe(script),
        data=templates.safe(json.dumps(data).replace("<", "\\u003c").replace("&", "\\u0026")),
        formulas=_formulas(figure, inputs),
        source=figure.source.text,
    )


def _hash(text: str) -> str:
    """What a content security policy calls a script or a style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _slider(one: Parameter, value: float) -> dict[str, Any]:
    """A parameter with the ends of its slider, which are chosen if it has none."""
    far = max(1.0, 2 * abs(value))
    low = one.low if math.isfinite(one.low) else min(-far if value < 0 else 0.0, one.high - far)
    high = one.high if math.isfinite(one.high) else max(far if value > 0 else 0.0, low + far)
    return {"name": one.name, "value": value, "low": low, "high": high}


def _layers(figure: Figure, settings: Settings) -> list[dict[str, Any]]:
    found = []
    region = curve = 0
    for layer in figure.layers:
        filled = bool(layer.style.fill or not layer.style.stroke)
        found.append(
            {
                "curve": layer.is_curve,
                "place": curve if layer.is_curve else region,
                "fill": fill_of(layer, settings) if filled and not layer.is_curve else None,
                "stroke": stroke_of(layer, settings) if layer.style.stroke or layer.is_curve else None,
                "width": width_of(layer, settings),
                "opacity": layer.style.opacity,
            }
        )
        curve, region = curve + layer.is_curve, region + (not layer.is_curve)
    return found


def _primitives(figure: Figure, code: Code, settings: Settings) -> list[dict[str, Any]]:
    """What the list of inequalities shows."""
    names: dict[Node, str] = {}
    for layer in figure.layers:
        if not layer.is_curve:
            names |= labels(layer.shape, {**figure.names, **names}, set(names.values()))
    colours = _chosen(settings, lambda name: palette_of(name, max(1, len(code.primitives))))
    return [
        {"name": names[node], "text": _short(node), "colour": [round(float(part)) for part in colour]}
        for node, colour in zip(code.primitives, colours, strict=False)
    ]


def _chosen(settings: Settings, choose: "Callable[[str | None], Pixels]") -> "Pixels":
    """Colours of the map that is asked for.

    Raises:
        ShapeError: there is no such map.
    """
    try:
        return choose(settings.colours)
    except ValueError as problem:
        message = f"unknown colour map {settings.colours}"
        raise ShapeError(message, option="--colours", hint=str(problem)) from None


def _short(node: Node) -> str:
    try:
        text = write(node, UNICODE)
    except ShapeError:
        return ""
    return text if len(text) <= 200 else f"{text[:197]}..."


def _field(figure: Figure, settings: Settings) -> dict[str, Any] | None:
    """The colours of the style field; none if there are curves alone."""
    if all(layer.is_curve for layer in figure.layers):
        return None
    view, inputs = checked(figure, settings)
    span = settings.span or usual_span(scene_of(figure, settings, view, inputs))
    table = _chosen(settings, lambda name: colour_map(name or FIELD, SHADES))
    return {
        "span": span,
        "step": round_down(span / STEPS),
        "colours": [list(map(int, row[:3])) for row in table],
    }


def _formulas(figure: Figure, inputs: Mapping[str, float]) -> list[Any]:
    """The one inequality of every layer, as it is with the sharpness as a number."""
    graph = Graph({blend.SHARPNESS: inputs[blend.SHARPNESS]})
    found: list[Any] = []
    for layer in figure.layers:
        try:
            if layer.is_curve:
                nodes = [formula for formula, _ in inequality.equations(graph, layer.shape, sharp=False)]
            else:
                nodes = [inequality.inequality(graph, layer.shape, sharp=False)]
            found.extend(templates.safe(write(node, MATHML)) for node in nodes)
        except ShapeError:
            continue  # too long to be read
    return found
