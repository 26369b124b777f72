"""A drawing as one text for another tool. A target is a file of this room, and a name here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shapecli.drawing.drawing import Drawing
    from shapecli.engine.view import View

TARGETS: Final = ("latex", "desmos", "glsl", "python", "numpy", "mathematica", "json")


@dataclass(frozen=True)
class Exported:
    """The text, and what one should know about it.

    Attributes:
        uniforms: of a shader, by name.
    """

    text: str
    notes: tuple[str, ...] = ()
    uniforms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A tool that takes texts.

    Attributes:
        help: what it gets, as a part of a sentence.
        write: the text; it raises a ShapeError if the tool cannot hold the figure.
        run: the levels that a text gives at pixel centres, float64[height, width]; None if nothing can.
            It is told whom to tell the share that is done, and raises a ShapeError if the text cannot be run.
    """

    help: str
    write: "Callable[[Drawing], Exported]"
    run: "Callable[[Exported, View, Callable[[float], None]], NDArray[np.float64]] | None" = None


@cache
def target_of(name: str) -> Target:
    """The target of that name, one of TARGETS."""
    target: Target = import_module(f"{__name__}.{name}").TARGET
    return target


def about_targets() -> str:
    """A sentence on each."""
    return " ".join(f"{name}: {target_of(name).help}." for name in TARGETS)
