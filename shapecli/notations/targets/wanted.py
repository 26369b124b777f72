"""What an export is asked for, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapecli.base.window import Window
from shapecli.fields import blend
from shapecli.language.figure import Figure


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        inputs: the value of every parameter, and of the sharpness.
        sharp: the crisp figure, by max and min.
    """

    figure: Figure
    window: Window
    inputs: Mapping[str, float]
    sharp: bool = False


@dataclass(frozen=True)
class Exported:
    """The text, and what one should know about it.

    Attributes:
        uniforms: of a shader, by name.
    """

    text: str
    notes: tuple[str, ...] = ()
    uniforms: Mapping[str, float] = field(default_factory=dict)


def one_line(text: str | None) -> str:
    """A title that can stand in a comment or a string of any language."""
    plain = "".join(sign for sign in text or "" if sign not in "\\\"'`*/" and sign.isprintable())
    return " ".join(plain.split())[:80] or "A figure"


def parameters(wanted: Wanted) -> dict[str, float]:
    """The inputs but the sharpness."""
    return {name: value for name, value in wanted.inputs.items() if name != blend.SHARPNESS}
