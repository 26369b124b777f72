"""What a text means: a figure of layers, each a region of the plane."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.source import Source
from shapecli.language.syntax import Colour

SHARPNESS = 50.0


@dataclass(frozen=True)
class Window:
    """A rectangle of the plane, x0 < x1 and y0 < y1."""

    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def problem(self) -> str | None:
        """What is wrong with it, or None."""
        if not all(map(math.isfinite, (self.x0, self.x1, self.y0, self.y1, self.width, self.height))):
            return "a window needs finite numbers"
        if self.x0 == self.x1 or self.y0 == self.y1:
            return "the window is empty"
        if self.x0 > self.x1 or self.y0 > self.y1:
            return "the window is reversed: the smaller number comes first"
        return None

    def widened(self, width: int, height: int) -> "Window":
        """The smallest window around this one, with the same centre, in the shape width : height."""
        ratio = width / height
        if math.isclose(self.width, self.height * ratio, rel_tol=1e-12):
            return self
        if self.width < self.height * ratio:
            margin = (self.height * ratio - self.width) / 2
            return Window(self.x0 - margin, self.x1 + margin, self.y0, self.y1)
        margin = (self.width / ratio - self.height) / 2
        return Window(self.x0, self.x1, self.y0 - margin, self.y1 + margin)


WINDOW = Window(-2.0, 2.0, -2.0, 2.0)


@dataclass(frozen=True)
class Style:
    """How a layer is drawn; without a fill or a stroke it is filled with the default colour."""

    fill: Colour | None = None
    stroke: Colour | None = None
    stroke_width: float = 2.0
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Layer:
    """A region or a curve, and how it is drawn."""

    shape: Node
    style: Style

    @property
    def is_curve(self) -> bool:
        return self.shape.kind is Kind.CURVE


@dataclass(frozen=True)
class Parameter:
    """A number that may be changed without a new figure; low and high are infinite if not given."""

    name: str
    default: float
    low: float = -math.inf
    high: float = math.inf


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
    background: Colour | None = None
    expression: bool = False
    names: Mapping[Node, str] = field(default_factory=dict)
    used: Mapping[str, Source] = field(default_factory=dict)
