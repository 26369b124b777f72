"""`shapecli page`: a figure as a page that draws itself."""

import click

from shapecli.base.source import visible
from shapecli.commands import options
from shapecli.commands.request import Request, requested
from shapecli.drawing.styles import styles_that

PAGE_STYLES = styles_that(lambda style: style.on_pages)


@click.command()
@options.figure("Show this instead of a figure file.")
@options.output("Where to write; - is stdout.  [default: the figure's name with .html]")
@options.settings(
    "window", "sharpness", "sharp", "parameters", "fill", "stroke", "stroke_width", "background", "colours",
    "span", "limit_work",
)  # fmt: skip
@options.usual("--style", PAGE_STYLES[0], "To begin with.", type=click.Choice(PAGE_STYLES))
@options.force
@options.quiet()
@requested
def page(request: Request) -> None:
    """Write a FIGURE as one HTML file that draws it in the reader's browser.

    \b
    shapecli page examples/puzzle.shape
    shapecli page examples/gear.shape -o gear.html --style soft
    shapecli page -e 'x^2 + y^2 <= 1' -o disc.html

    The page pans and zooms, has sliders for the sharpness and every parameter, switches every inequality on
    and off, and shows the values under the pointer. It works from the disk, without a network.
    """  # noqa: D301 - Click keeps lines after a real \b
    target, _ = request.target(("html", "htm"))
    from shapecli.engine.machine import machine
    from shapecli.live.page import page_of

    drawing = request.drawing()
    machine(request.say)
    text = page_of(drawing, visible(request.name))
    request.write(target, text, f": {len(text) / 1000:.0f} kB")
