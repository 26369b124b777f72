"""`shapecli explain`: how the one inequality of a figure comes about, and why a point is inside."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from shapecli.base.source import visible
from shapecli.commands import options
from shapecli.commands.inputs import numbers
from shapecli.commands.output import STDOUT
from shapecli.commands.request import Request, requested

if TYPE_CHECKING:
    from shapecli.drawing.drawing import Drawing
    from shapecli.explain.report import Explanation

FORMATS: Final = ("txt", "html", "md", "json")


@click.command()
@options.figure("Explain this instead of a figure file.")
@click.option(
    "--at", "places", type=numbers("x,y"), multiple=True, help="Also explain this point; repeatable."
)
@options.output("A .html or .md with pictures, a .txt or .json.")
@options.settings("size", "window", "sharpness", "parameters", "threads", "limit_pixels", "limit_work")
@options.report("Print everything as data on stdout.")
@options.quiet()
@requested
def explain(request: Request, places: tuple[tuple[float, float], ...]) -> None:
    """Show how the one inequality of a FIGURE comes about, step by step.

    \b
    shapecli explain examples/puzzle.shape
    shapecli explain examples/puzzle.shape --at 0.9,0.2
    shapecli explain examples/puzzle.shape -o puzzle.html
    shapecli explain -e '(x <= 1 | y <= 1) & x >= -1' --at 0,0 --json

    The sets of the figure and their inequalities; what every step does to the boundary values u and to the
    levels L = ln u; the final inequality in plain text, Unicode and LaTeX; and how far the figure can be
    from the crisp one. For a point, every value on the way, the softmax weights of the inequalities, which
    one owns the point, and which steps decide.
    """  # noqa: D301 - Click keeps lines after a real \b
    output = None if request.output == STDOUT else request.output
    form = _form(output)
    if output:
        request.target(FORMATS, form)
    drawing = request.drawing()
    from shapecli.explain.build import explanations
    from shapecli.explain.report import data_of

    with request.progress("explaining") as progress:
        name = visible(request.name)
        explained = explanations(drawing, name, places, notice=request.say, progress=progress)
        is_shown = output or not request.as_json
        text = _text(form, Path(output or ""), drawing, explained, progress) if is_shown else ""
    if output:
        request.write(output, f"{text}\n")
    if request.as_json:
        click.echo(json.dumps(list(map(data_of, explained)), ensure_ascii=False))
    elif not output:
        click.echo(text)


def _text(
    form: str,
    path: Path,
    drawing: "Drawing",
    explained: "Sequence[Explanation]",
    progress: Callable[[float], None],
) -> str:
    from shapecli.explain.pages import markdown, page
    from shapecli.explain.report import data_of, lines_of

    if form in ("html", "md"):
        return (page if form == "html" else markdown)(path, drawing, explained, progress)
    if form == "json":
        return json.dumps(list(map(data_of, explained)), indent=1, ensure_ascii=False)
    return "\n\n".join("\n".join(lines_of(explanation)) for explanation in explained)


def _form(output: str | None) -> str:
    if output is None:
        return "txt"
    ending = Path(output).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        known = ", ".join(f".{form}" for form in FORMATS)
        raise click.UsageError(f"the ending of {visible(output)} is unknown: use one of {known}")
    return ending
