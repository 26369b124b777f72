"""Figures as the engine and the painters take them, and what pictures carry."""

from typing import Any

from PIL import Image

from shapecli.base.window import Window
from shapecli.drawing.drawing import Drawing, drawing_of
from shapecli.drawing.measures import Measures, measure
from shapecli.drawing.settings import Settings
from shapecli.engine.program import Program
from shapecli.formats.png import PREFIX
from shapecli.language.figure import Figure


def drawn(figure: Figure, **settings: Any) -> Drawing:
    """A figure with some settings."""
    return drawing_of(figure, Settings(**settings))


def program_of(figure: Figure, window: Window, n: float, *, sharp: bool = False) -> Program:
    """The first layer in exactly a window."""
    settings = Settings(window=window.extent, stretch=True, sharpness=n, sharp=sharp)
    return drawing_of(figure, settings).layers[0].level.covered


def measured(figure: Figure, **settings: Any) -> Measures:
    """What is found out about the picture of a figure."""
    return measure(drawn(figure, **settings))


def texts_of(image: Image.Image) -> dict[str, str]:
    """What we put into a PNG beside its pixels."""
    texts: dict[str, str] = getattr(image, "text", {})
    return {key.removeprefix(PREFIX): str(text) for key, text in texts.items() if key.startswith(PREFIX)}
