"""`shapecli explain`: how the one inequality of a figure comes about, and why a point is inside."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from shapecli.base.source import visible
from shapecli.commands.inputs import STDIN, Numbers, changed, read_expression, read_figure
from shapecli.commands.options import some_options
from shapecli.commands.output import STDOUT, check_target, opened, progress_bar, speaker

if TYPE_CHECKING:
    from shapecli.explain.report import Explanation
    from shapecli.render import Figure, Settings

FORMATS: Final = ("txt", "html", "md", "json")


@click.command()
@click.argument("figure", required=False)
@click.option("-e", "--expression", metavar="EXPR", help="Explain this instead of a figure file.")
@click.option(
    "--at", "places", type=Numbers("x,y", 2), multiple=True, help="Also explain this point; repeatable."
)
@click.option("-o", "--output", metavar="FILE", help="A .html or .md with pictures, a .txt or .json.")
@some_options(
    "size", "window", "sharpness", "parameters", "threads", "limit_operations", "limit_pixels", "limit_work"
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as data on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def explain(
    figure: str | None,
    expression: str | None,
    places: tuple[tuple[float, float], ...],
    output: str | None,
    parameters: tuple[tuple[str, float], ...],
    limit_operations: int,
    limit_work: float,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
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
    if (figure is None) == (expression is None):
        raise click.UsageError("give a FIGURE file, or an expression with -e")
    form = _form(output)
    if output and output != STDOUT:
        check_target(output, figure, True, as_json)
    given = (
        read_expression(expression, limit_operations) if expression is not None
        else read_figure(figure or STDIN, limit_operations)
    )  # fmt: skip
    chosen = changed(given.settings, parameters, limit_work=limit_work * 1e9, **settings)
    from shapecli.explain.build import explanations
    from shapecli.explain.report import data_of, lines_of

    say = speaker(quiet)
    name = visible(Path(figure).stem if figure and figure != STDIN else "figure")
    with progress_bar(quiet, "explaining") as progress:
        found = explanations(given.figure, chosen, name, places, notice=say, progress=progress)
        if output and output != STDOUT:
            text = _text(form, Path(output), given.figure, chosen, found, progress)
            with opened(output) as stream:
                stream.write(f"{text}\n".encode("utf-8", "replace"))
    if output and output != STDOUT:
        say(f"wrote {visible(output)}")
    if as_json:
        click.echo(json.dumps(list(map(data_of, found)), ensure_ascii=False))
    elif not output or output == STDOUT:
        for place, explanation in enumerate(found):
            click.echo("\n" * bool(place) + "\n".join(lines_of(explanation)))


def _text(
    form: str,
    path: Path,
    figure: "Figure",
    settings: "Settings",
    found: "list[Explanation]",
    progress: Callable[[float], None],
) -> str:
    """What a file holds."""
    from shapecli.explain.pages import markdown, page
    from shapecli.explain.report import data_of, lines_of

    if form in ("html", "md"):
        settled = replace(settings, sharpness=found[0].sharpness)
        return (page if form == "html" else markdown)(path, figure, settled, found, progress)
    if form == "json":
        return json.dumps(list(map(data_of, found)), indent=1, ensure_ascii=False)
    return "\n\n".join("\n".join(lines_of(explanation)) for explanation in found)


def _form(output: str | None) -> str:
    if output in (None, STDOUT):
        return "txt"
    ending = Path(output or "").suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        known = ", ".join(f".{form}" for form in FORMATS)
        raise click.UsageError(f"the ending of {visible(output or '')} is unknown: use one of {known}")
    return ending
