"""What a text means: a figure of layers, each a region of the plane."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from shapecli.base.source import Source
from shapecli.base.window import WINDOW, Window
from shapecli.fields.graph import Node
from shapecli.fields.ops import Kind
from shapecli.language.syntax import Colour

SHARPNESS = 50.0


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
