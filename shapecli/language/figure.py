"""What a text means: a figure of layers, each a region of the plane."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shapecli.base.defaults import BACKGROUND
from shapecli.base.source import Source
from shapecli.base.window import WINDOW, Window
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.syntax import Colour

SHARPNESS: Final = 50.0
SLACK: Final = 1e-9  # of a step, by which a value may be off it


@dataclass(frozen=True)
class Look:
    """How a layer is drawn; without a fill or a stroke it is filled with the default colour.

    Attributes:
        fill, stroke: one colour, or the node of one that varies from place to place.
    """

    fill: Colour | Node | None = None
    stroke: Colour | Node | None = None
    stroke_width: float = 2.0
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Layer:
    """A region or a curve, and how it is drawn."""

    shape: Node
    look: Look

    @property
    def is_curve(self) -> bool:
        return self.shape.kind is Kind.CURVE


@dataclass(frozen=True)
class Parameter:
    """A number that may be changed without a new figure; low and high are infinite if not given.

    Attributes:
        step: between the values that it may have, from low on; 0 if it may have all.
    """

    name: str
    default: float
    low: float = -math.inf
    high: float = math.inf
    step: float = 0.0

    @property
    def has_steps(self) -> bool:
        """Whether they are a finite number of steps."""
        return 0.0 < self.step < math.inf and math.isfinite((self.high - self.low) / self.step)

    @property
    def steps(self) -> int:
        """How many there are between the first value and the last."""
        return math.floor((self.high - self.low) / self.step + SLACK)

    def allows(self, number: float) -> bool:
        """Whether a number in the range is one of its values, but for rounding."""
        if not self.step:
            return True
        place = (number - self.low) / self.step
        return abs(place - round(place)) <= max(SLACK, 2 * math.ulp(place)) and round(place) <= self.steps

    def beside(self, number: float) -> tuple[float, ...]:
        """The one or two values next to a number in a range with steps."""
        below = min(self.steps, math.floor((number - self.low) / self.step))
        return tuple(map(self._value, range(below, min(self.steps, below + 1) + 1)))

    def nearest(self, number: float) -> float:
        """The value next to a number; one out of the range, or of no steps, stays as it is."""
        if not self.step or not self.low <= number <= self.high:
            return number
        return min(self.beside(number), key=lambda value: abs(value - number))

    def between(self, number: float) -> str:
        """What is said of a number that is not allowed."""
        return f"the nearest are {' and '.join(f'{value:.12g}' for value in self.beside(number))}"

    def _value(self, place: int) -> float:
        """As one would type it: 0.3, where 0.1 three times is 0.30000000000000004."""
        exact = self.low + place * self.step
        typed = float(f"{exact:.12g}")
        return typed if abs(typed - exact) <= SLACK * self.step else exact


@dataclass(frozen=True, eq=False)
class Figure:
    """Layers, later ones on top, and the settings that the text gives.

    Attributes:
        expression: whether the text is one expression, and not statements.
        names: regions that the text gives a name, without those of parameters, with that name.
        used: the other texts that its definitions come from, by their paths relative to its own folder.
    """

    source: Source
    layers: tuple[Layer, ...]
    title: str | None = None
    parameters: tuple[Parameter, ...] = ()
    sharpness: float = SHARPNESS
    window: Window = WINDOW
    background: Colour | Node | None = None
    seed: float = 0.0
    expression: bool = False
    names: Mapping[Node, str] = field(default_factory=dict)
    used: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """A statement that sets the attribute of a figure that has its name, at most once.

    Attributes:
        example: how it is written.
        summary: what the reference says of it.
        value: the attribute from what follows the word, which are numbers, colours or texts; raises a
            ValueError that says what is wrong with them.
        subject: what messages call its numbers.
        hint: what to do where they are wrong.
    """

    example: str
    summary: str
    value: Callable[..., Any] = lambda given: given
    subject: str = ""
    hint: str | None = None


def _sharpness(number: float) -> float:
    if not 0.0 < number < math.inf:
        raise ValueError("the sharpness is a finite number greater than 0")
    return number


def _window(*ends: float) -> Window:
    window = Window(*ends)
    if problem := window.problem():
        raise ValueError(problem)
    return window


HEADINGS: Final[Mapping[str, Heading]] = {
    "sharpness": Heading(
        "sharpness 50", f"the default of n; {SHARPNESS:g} if not given", _sharpness, "the sharpness"),
    "window": Heading(
        "window x0, x1, y0, y1",
        f"the part of the plane to draw; {', '.join(f'{end:g}' for end in WINDOW.extent)} if not given; "
        "an expression on the command line has one that shows it",
        _window, "a window", "write window x0, x1, y0, y1"),
    "title": Heading('title "..."', "what pages and pictures call the figure"),
    "seed": Heading("seed 7", "what chance depends on; 0 if not given", subject="a seed"),
    "background": Heading("background COLOUR", f"what is behind the layers; {BACKGROUND} if not given"),
}  # fmt: skip
