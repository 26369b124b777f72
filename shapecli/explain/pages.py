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
from shapecli.base.defaults import STYLES
from shapecli.base.folder import Folder
from shapecli.base.source import Span
from shapecli.drawing.drawing import Drawing, drawing_of
from shapecli.drawing.picture import save
from shapecli.drawing.settings import Settings
from shapecli.engine.plan import Progress
from shapecli.explain import report
from shapecli.explain.report import Explanation
from shapecli.explain.steps import Step
from shapecli.language.figure import Layer, Look
from shapecli.language.syntax import Colour
from shapecli.notations.writing.latex import LATEX
from shapecli.notations.writing.mathml import MATHML

TEMPLATES: Final = Path(__file__).parent / "templates"
SMALL: Final = 112  # pixels of the longer side
LARGE: Final = 480
MOST_PICTURES: Final = 400
INK: Final = "#2f6690"


def page(path: Path, drawing: Drawing, explanations: Sequence[Explanation], progress: Progress) -> str:
    """The text of one HTML file with everything in it."""

    def show(step: Step, size: int) -> str:
        return f"data:image/png;base64,{base64.b64encode(_picture(drawing, step, size)).decode()}"

    title, about = drawing.figure.title or path.stem, drawing.figure.about
    return _filled("explain.html", explanations, show, progress, notation=MATHML, title=title, about=about)


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

    return _filled(
        "explain.md.html", explanations, show, progress, notation=LATEX, about=drawing.figure.about
    )


def _filled(
    template: str,
    explanations: Sequence[Explanation],
    show: Callable[[Step, int], str],
    progress: Progress,
    **values: Any,
) -> str:
    """The text of a page; each picture is drawn once, and none beyond a limit.

    Args:
        show: draws a step so large, and gives its address.
        values: what else the template asks for.
    """
    drawn: dict[tuple[Step, int], str] = {}
    total = min(MOST_PICTURES, sum(len(explanation.derivation.steps) + 1 for explanation in explanations))

    def shown(step: Step, size: int = SMALL) -> str:
        if (step, size) not in drawn:
            drawn[step, size] = show(step, size) if len(drawn) < MOST_PICTURES else ""
            progress(min(1.0, len(drawn) / total))
        return drawn[step, size]

    return templates.filled(
        TEMPLATES / template, explanations=explanations, report=report, show=shown, large=LARGE, **values
    )


def _picture(drawing: Drawing, step: Step, size: int) -> bytes:
    """A step on its own, in one colour."""
    look, own = Look(fill=Colour(Span(0, 0), INK)), drawing.settings
    alone = replace(drawing.figure, layers=(Layer(step.region, look),), background=None)
    plain = Settings(
        size=size, window=drawing.window.extent, sharpness=drawing.sharpness, parameters=own.parameters,
        threads=own.threads, background="white", style=STYLES[0], sharp=False,
    )  # fmt: skip
    stream = io.BytesIO()
    save(drawing_of(alone, plain), stream, with_source=False)
    return stream.getvalue()
