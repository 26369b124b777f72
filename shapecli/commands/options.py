"""The options that every command which draws has: how a picture looks, and its limits."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from shapecli.base.defaults import (
    ANTIALIASING,
    LIMIT_OPERATIONS,
    LIMIT_PIXELS,
    LIMIT_STREAMED,
    LIMIT_WORK,
    MOST_ANTIALIASING,
    SIZE,
    STYLES,
    TOLERANCE,
)
from shapecli.commands.inputs import Assignment, Number, Numbers, Size

OPTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "size": click.option(
        "--size",
        type=Size(),
        default=SIZE,
        show_default=True,
        help="Pixels: 800x600, or 800 for the longer side.",
    ),
    "window": click.option("--window", type=Numbers("x0,x1,y0,y1", 4), help="The part of the plane to draw."),
    "stretch": click.option(
        "--stretch", is_flag=True, help="Fill the picture with exactly the window, instead of widening it."
    ),
    "axes": click.option(
        "--axes", is_flag=True, help="Draw axes, ticks and a grid around it; needs matplotlib."
    ),
    "sharpness": click.option(
        "-n", "--sharpness", type=Number(), help="How sharp corners are.  [default: the figure's, or 50]"
    ),
    "sharp": click.option("--sharp", is_flag=True, help="Draw the crisp figure: sharpness without end."),
    "parameters": click.option(
        "--set", "parameters", type=Assignment(), multiple=True, help="Change a parameter; repeatable."
    ),
    "style": click.option(
        "--style",
        type=click.Choice(STYLES),
        default=STYLES[0],
        show_default=True,
        help="Filled; with the opacity 1/(1 + u); the field L/n in colours; the boundary alone; or every "
        "point in the colour of the inequality that decides there.",
    ),
    "fill": click.option(
        "--fill", metavar="COLOUR", help="Instead of the fill colours of the figure.  [default: black]"
    ),
    "tolerance": click.option(
        "--tolerance",
        type=Number(above=0.0),
        metavar="PIXELS",
        default=TOLERANCE,
        show_default=True,
        help="How far paths of an .svg may be from the boundary.",
    ),
    "colours": click.option(
        "--colours",
        metavar="NAME",
        help="The colour map of the styles field and owners, such as RdBu, viridis or tol:bright.",
    ),
    "span": click.option(
        "--span",
        type=Number(above=0.0),
        help="The L/n that has the last colour of the style field.  [default: chosen from the field]",
    ),
    "stroke": click.option("--stroke", metavar="COLOUR", help="Instead of the stroke colours of the figure."),
    "stroke_width": click.option(
        "--stroke-width",
        type=Number(above=0.0),
        metavar="PIXELS",
        help="Instead of the stroke widths of the figure.  [default: 2]",
    ),
    "background": click.option(
        "--background",
        metavar="COLOUR",
        help="A CSS colour, or transparent.  [default: the figure's, or white]",
    ),
    "antialiasing": click.option(
        "--aa",
        "antialiasing",
        type=click.IntRange(1, MOST_ANTIALIASING),
        default=ANTIALIASING,
        show_default=True,
        metavar="N",
        help="Count up to N x N points in pixels where the boundary is not straight, N in steps of 4; "
        "1 decides by the centre.",
    ),
    "threads": click.option(
        "--threads",
        type=click.IntRange(1, 1024),
        help="The picture is the same for any number.  [default: all cores]",
    ),
    "limit_pixels": click.option(
        "--limit-pixels",
        type=click.IntRange(1),
        metavar="N",
        help=f"Refuse larger pictures.  [default: {LIMIT_STREAMED}; {LIMIT_PIXELS} for levels and films]",
    ),
    "limit_operations": click.option(
        "--limit-operations",
        type=click.IntRange(1),
        default=LIMIT_OPERATIONS,
        show_default=True,
        metavar="N",
        help="Refuse larger figures.",
    ),
    "limit_work": click.option(
        "--limit-work",
        type=Number(above=0.0),
        default=LIMIT_WORK / 1e9,
        show_default=True,
        metavar="N",
        help="Stop after N billion operations.",
    ),
}


def picture_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with all of these options; `inputs.changed` understands them."""
    return some_options(*OPTIONS)(command)


def some_options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that gives a command those of these options that it has a use for."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = OPTIONS[name](command)
        return command

    return decorated
