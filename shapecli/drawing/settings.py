"""Every setting, once: its default, what it may be, how the command line calls it, and who keeps it.

Options of commands, what pictures keep, commands of galleries, fences and documents follow from it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, get_args

from shapecli.base.paper import PEN, RESOLUTION
from shapecli.base.source import NAMED, ShapeError
from shapecli.drawing.styles import about_styles

from shapecli.base.defaults import (  # isort: skip
    ANTIALIASING, FILM_SIZE, LIMIT_PIXELS, LIMIT_STREAMED, LIMIT_WORK, MOST_ANTIALIASING, MOST_DPI, SIZE,
    STYLES, TOLERANCE, WIDEST_STROKE,
)  # fmt: skip

POSITIVE: Final = "a finite number greater than 0"


@dataclass(frozen=True)
class About:
    """What is known of a setting beside its type and its default.

    Attributes:
        help: as the command line shows it, or a function that gives that, where it takes time.
        flags: of its option, the usual one first; --its-name if there are none.
        metavar: what stands for its value in the help.
        choices: all values that it may have.
        low, high: a whole number is from one to the other.
        above, most: a number is greater than the one, and at most the other.
        impossible: what is said of other numbers; nothing, if only the command line minds.
        unit: the command line counts in these.
        kept: whether a picture that is drawn again keeps it among its settings.
        fence: what lessons call it.
    """

    help: str | Callable[[], str]
    flags: tuple[str, ...] = ()
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    above: float | None = None
    most: float = math.inf
    impossible: str = ""
    unit: float = 1.0
    kept: bool = True
    fence: str = ""

    def allows(self, number: float) -> bool:
        """Whether a number is in the range."""
        if self.above is not None:
            return self.above < number <= self.most and math.isfinite(number)
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


def _setting(default: Any, help: str | Callable[[], str], *flags: str, **about: Any) -> Any:  # noqa: A002
    return field(default=default, metadata={"about": About(help, flags, **about)})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a figure is drawn; what is None comes from the figure."""

    # fmt: off
    size: int | tuple[int, int] | str | None = _setting(
        None,
        "Pixels: 800x600, or 800 for the longer side; or paper: A4, 'A3 landscape', 120mmx80mm, 10cm.  "
        f"[default: the figure's, or {SIZE}; {FILM_SIZE} for films]",
        kept=False, fence="size")
    margin: str | None = _setting(
        None, "Of paper, around the window: 10mm, 1cm or 0.4in.  [default: the figure's, or 0]",
        metavar="LENGTH")
    dpi: float | None = _setting(
        None, f"Pixels to an inch of paper, of which a pen of 1 is 1/{PEN:g}.  [default: {RESOLUTION:g}]",
        metavar="N", above=0.0, most=MOST_DPI,
        impossible=f"there are up to {MOST_DPI:,} pixels to an inch, and more than 0")
    window: tuple[float, float, float, float] | None = _setting(
        None, "The part of the plane to draw.  [default: the figure's, or around an expression]", kept=False)
    stretch: bool = _setting(False, "Fill the picture with exactly the window, instead of widening it.")
    axes: bool = _setting(False, "Draw axes, ticks and a grid around it; needs matplotlib.", fence="axes")
    sharpness: float | None = _setting(
        None, "How sharp corners are.  [default: the figure's, or 50]", "-n", "--sharpness",
        kept=False, fence="n")
    sharp: bool | None = _setting(
        None, "Draw the crisp figure, sharpness without end, or the soft one.  [default: the figure's]",
        fence="sharp")
    seed: float | None = _setting(None, "What chance depends on.  [default: the figure's]", fence="seed")
    parameters: Mapping[str, float] = field(
        default_factory=dict,
        metadata={"about": About("Change a parameter; repeatable.", ("--set",), kept=False)})
    style: str | None = _setting(None, about_styles, choices=STYLES, fence="style")
    fill: str | None = _setting(
        None, "Instead of the fill colours of the figure.  [default: black]", metavar="COLOUR")
    tolerance: float = _setting(
        TOLERANCE, "How far paths of an .svg may be from the boundary.", metavar="PIXELS",
        above=0.0, impossible=POSITIVE)
    colours: str | None = _setting(
        None,
        "The colour map of the styles field and owners, such as RdBu, viridis or tol:bright.  "
        "[default: the figure's, or the style's]",
        metavar="NAME")
    span: float | None = _setting(
        None, "The L/n that has the last colour of the style field.  [default: chosen from the field]",
        above=0.0, impossible=POSITIVE)
    stroke: str | None = _setting(None, "Instead of the stroke colours of the figure.", metavar="COLOUR")
    stroke_width: float | None = _setting(
        None, "Instead of the stroke widths of the figure.  [default: 2]", metavar="PIXELS",
        above=0.0, most=WIDEST_STROKE,
        impossible=f"a stroke is up to {WIDEST_STROKE} pixels wide, and more than 0")
    background: str | None = _setting(
        None, "A CSS colour, or transparent.  [default: the figure's, or white; white with --style field or "
        "owners, unless the figure asks for it itself]", metavar="COLOUR")
    antialiasing: int = _setting(
        ANTIALIASING,
        "Count up to N x N points in pixels where the boundary is not straight, N in steps of 4; "
        "1 decides by the centre.",
        "--aa", metavar="N", low=1, high=MOST_ANTIALIASING,
        impossible=f"1 to {MOST_ANTIALIASING} points on a side of a pixel")
    threads: int | None = _setting(
        None, "The picture is the same for any number.  [default: all cores]", low=1, high=1024, kept=False)
    limit_pixels: int | None = _setting(
        None, f"Refuse larger pictures.  [default: {LIMIT_STREAMED}; {LIMIT_PIXELS} for levels and films]",
        metavar="N", low=1, kept=False)
    limit_work: float = _setting(
        LIMIT_WORK, "Stop after N billion operations.", metavar="N", above=0.0, unit=1e9, kept=False)
    # fmt: on


ABOUT: Final[Mapping[str, About]] = {setting.name: setting.metadata["about"] for setting in fields(Settings)}


def types_of(name: str) -> tuple[type, ...]:
    """The types of the values of a setting, but for None; a whole number is also a number."""
    kind = next(setting.type for setting in fields(Settings) if setting.name == name)
    kinds = tuple(each for each in get_args(kind) or (kind,) if each is not type(None))
    return (*kinds, int) if float in kinds else kinds


def in_pixels(settings: Settings, size: int | tuple[int, int]) -> Settings:
    """The same for a picture of another size, on no paper."""
    return replace(settings, size=size, margin=None, dpi=None)


def check(settings: Settings) -> None:
    """Refuse what no figure can be drawn with; the window and the inputs are checked with their figure.

    Raises:
        ShapeError: a number is out of its range, or a style unknown.
    """
    for name, about in ABOUT.items():
        value = getattr(settings, name)
        if about.choices and value is not None and value not in about.choices:
            raise ShapeError(f"there is no {name} {value}", hint=f"there is {', '.join(about.choices)}")
        if about.impossible and value is not None and not about.allows(value):
            raise ShapeError(about.impossible, option=name)


def flags_of(name: str) -> tuple[str, ...]:
    """How the command line calls a setting, or another option; the shortest first."""
    own = ABOUT[name].flags if name in ABOUT else ("-o",) if name == "output" else ()
    return own or (f"--{name.replace('_', '-')}",)


def undone_by(name: str) -> str | None:
    """The flag that says no to a setting which a figure may ask for by a word; none where there is none."""
    asked = types_of(name) == (bool,) and getattr(Settings, name) is None
    return f"--no-{name.replace('_', '-')}" if asked else None


def spelled(error: ShapeError) -> ShapeError:
    """A mistake that names options as the command line does."""
    return replace(
        error,
        option=error.option and flags_of(error.option)[-1],
        hint=error.hint and NAMED.sub(lambda name: flags_of(name[1])[-1], error.hint),
        also=tuple(map(spelled, error.also)),
    )


def _documented(name: str, about: About) -> str:
    text = about.help if isinstance(about.help, str) else f"one of {', '.join(about.choices)}."
    return f"    {name}: {text}"


Settings.__doc__ = "\n".join([f"{Settings.__doc__}\n\nAttributes:", *map(_documented, ABOUT, ABOUT.values())])
