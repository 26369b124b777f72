"""Explanations as pages: one HTML file with all in it, or Markdown with pictures beside it."""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from shapecli.base import templates
from shapecli.base.folder import Folder
from shapecli.base.source import Span
from shapecli.drawing.drawing import Drawing, drawing_of
from shapecli.drawing.picture import save
from shapecli.drawing.settings import Settings
from shapecli.engine.plan import Progress
from shapecli.explain import report
from shapecli.explain.point import Point
from shapecli.explain.report import Explanation, boundary, decision, distance_lines, is_named, number, weight
from shapecli.explain.steps import Derivation, Step
from shapecli.fields.graph import Node
from shapecli.language.figure import Layer, Look
from shapecli.language.syntax import Colour
from shapecli.notations.writing.forms import Notation
from shapecli.notations.writing.latex import LATEX
from shapecli.notations.writing.mathml import MATHML
from shapecli.notations.writing.plain import PLAIN, UNICODE

TEMPLATES: Final = Path(__file__).parent / "templates"
SMALL: Final = 112  # pixels of the longer side
LARGE: Final = 480
MOST_PICTURES: Final = 400
INK: Final = "#2f6690"

Show = Callable[[Step, int], str]  # the address of the picture of a step


def page(path: Path, drawing: Drawing, explanations: Sequence[Explanation], progress: Progress) -> str:
    """The text of one HTML file with everything in it."""

    def show(step: Step, size: int) -> str:
        return f"data:image/png;base64,{base64.b64encode(_picture(drawing, step, size)).decode()}"

    pages = _filled(explanations, _few(show, progress, explanations), MATHML)
    return templates.filled(
        TEMPLATES / "explain.html", title=drawing.figure.title or path.stem, explanations=pages
    )


def markdown(path: Path, drawing: Drawing, explanations: Sequence[Explanation], progress: Progress) -> str:
    """The text of a Markdown file, whose pictures are written into a folder beside it.

    Raises:
        OSError: they cannot be written.
    """
    names = (f"{path.stem}-pictures/{number}.png" for number in count(1))

    def show(step: Step, size: int) -> str:
        name = next(names)
        Folder(path.parent).write(name, _picture(drawing, step, size))
        return quote(name, errors="surrogateescape")

    pages = _filled(explanations, _few(show, progress, explanations), LATEX)
    return templates.filled(TEMPLATES / "explain.md.html", explanations=pages)


def _few(show: Show, progress: Progress, explanations: Sequence[Explanation]) -> Show:
    """Shows each picture, drawn once, and none beyond a limit."""
    drawn: dict[tuple[Step, int], str] = {}
    total = min(MOST_PICTURES, sum(len(explanation.derivation.steps) + 1 for explanation in explanations))

    def shown(step: Step, size: int) -> str:
        if (step, size) not in drawn:
            drawn[step, size] = show(step, size) if len(drawn) < MOST_PICTURES else ""
            progress(min(1.0, len(drawn) / total))
        return drawn[step, size]

    return shown


def _picture(drawing: Drawing, step: Step, size: int) -> bytes:
    """A step on its own, in one colour."""
    look, settings = Look(fill=Colour(Span(0, 0), INK)), drawing.settings
    alone = replace(drawing.figure, layers=(Layer(step.region, look),), background=None)
    plain = Settings(
        size=size,
        window=settings.window,
        sharpness=drawing.sharpness,
        parameters=settings.parameters,
        threads=settings.threads,
        background="white",
    )
    stream = io.BytesIO()
    save(drawing_of(alone, plain), stream, with_source=False)
    return stream.getvalue()


def _filled(explanations: Sequence[Explanation], show: Show, notation: Notation) -> list[dict[str, Any]]:
    """What the templates show of explanations; formulas in a notation."""

    def formula(node: Node | None) -> Any:
        return templates.safe(report.formula(node, notation))

    def described(derivation: Derivation, step: Step) -> dict[str, Any]:
        return {
            "name": step.name,
            "label": templates.safe(notation.name(step.name)),
            "named": is_named(step),
            "picture": show(step, SMALL),
            "set": templates.safe(derivation.text(step, notation)),
            "plain": derivation.text(step, PLAIN),
            "field": formula(step.field),
            "boundary": formula(step.boundary),
            "level": formula(step.level),
            "sign": step.sign,
            "parts": [{"name": part.name, "picture": show(part, SMALL)} for part in step.arguments],
        }

    def filled(explanation: Explanation) -> dict[str, Any]:
        derivation = explanation.derivation
        return {
            "title": explanation.title,
            "sharpness": f"{explanation.sharpness:g}",
            "picture": show(derivation.final, LARGE),
            "expression": templates.safe(derivation.whole(notation)),
            "plain_expression": derivation.whole(UNICODE),
            "sets": [described(derivation, step) for step in derivation.primitives],
            "steps": [described(derivation, step) for step in derivation.operations],
            "inequality": formula(derivation.inequality),
            "texts": {
                name: report.formula(derivation.inequality, kind) or report.TOO_LONG
                for name, kind in (("plain", PLAIN), ("Unicode", UNICODE), ("LaTeX", LATEX))
            },
            "distance": list(distance_lines(derivation.final, explanation.distance)),
            "points": list(map(_point, explanation.points)),
        }

    return [filled(explanation) for explanation in explanations]


def _point(point: Point) -> dict[str, Any]:
    return {
        "place": f"({point.x:g}, {point.y:g})",
        "inside": point.inside,
        "level": number(point.reasons[0].level),
        "decision": decision(point),
        "owner": point.owner.step.name,
        "values": [
            {
                "name": value.step.name,
                "primitive": not value.step.arguments,
                "field": number(value.field),
                "boundary": boundary(value),
                "level": number(value.level),
                "weight": weight(value),
                "share": value.share,
            }
            for value in point.values.values()
        ],
    }
