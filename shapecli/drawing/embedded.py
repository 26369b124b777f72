"""What a picture carries, so that it can be drawn again."""

import json
import math
from collections.abc import Mapping
from io import BufferedReader
from typing import Final

import shapecli
from shapecli.base.paper import RESOLUTION, paper_of
from shapecli.base.source import BYTES_PER_OPERATION, ShapeError, Source, decode
from shapecli.drawing.drawing import Drawing
from shapecli.drawing.settings import ABOUT, Settings, types_of
from shapecli.formats.png import SIGNATURE, read_png
from shapecli.language.figure import Figure
from shapecli.language.resolve import read_expression, read_figure

KEPT: Final = {name: types_of(name) for name, about in ABOUT.items() if about.kept}
EXPRESSION: Final = "expression"  # the kind of a source that has no statements
LONGEST_VALUE: Final = 200  # characters of a setting


def metadata(drawing: Drawing) -> dict[str, str]:
    """Texts by name: the source, what it uses, and every setting."""
    figure, plain = drawing.figure, Settings()
    chosen = {name: getattr(drawing.settings, name) for name in KEPT}
    other = {name: value for name, value in chosen.items() if value != getattr(plain, name)}
    if drawing.paper and drawing.paper.dpi != RESOLUTION:
        other["dpi"] = drawing.paper.dpi
    used = {name: source.text for name, source in figure.used.items()}
    return {
        "version": shapecli.__version__,
        "source": figure.source.text,
        **({"kind": EXPRESSION} if figure.expression else {}),
        **({"paper": drawing.paper.text} if drawing.paper else {}),
        **({"used": json.dumps(used, sort_keys=True)} if used else {}),
        "sharpness": repr(drawing.sharpness),
        "window": json.dumps(drawing.view.window.extent),
        "parameters": json.dumps(drawing.parameters, sort_keys=True),
        "settings": json.dumps(other, sort_keys=True),
    }


def told(figure: Figure) -> dict[str, str]:
    """What a figure says of itself, by the names that other programs know."""
    texts = {"Title": figure.title, "Description": figure.about}
    return {name: text for name, text in texts.items() if text}


def from_picture(name: str, stream: BufferedReader, limit_operations: int) -> tuple[Figure, Settings]:
    """The figure that a picture carries, with the settings that draw the picture again.

    Everything in a picture may come from a stranger, so all of it is bounded and checked.

    Raises:
        ShapeError: it carries none, or a damaged one; or the figure has mistakes.
    """
    from shapecli.formats.svg import read_svg

    limit = BYTES_PER_OPERATION * limit_operations
    nowhere = Source(name, "")
    try:
        texts, size = (read_png if stream.peek(1)[:1] == SIGNATURE[:1] else read_svg)(stream, limit)
    except ValueError as problem:
        raise ShapeError(f"this picture cannot be drawn again: {problem}", source=nowhere) from None
    if "source" not in texts:
        hint = "shapecli puts one into every PNG and SVG, unless --no-metadata is given"
        raise ShapeError("this picture carries no figure", source=nowhere, hint=hint)
    try:
        used = json.loads(texts.get("used", "{}"))
        if not isinstance(used, dict) or not all(isinstance(value, str) for value in used.values()):
            raise ValueError("what it uses")
        settings = _settings(texts, size)
    except (ValueError, KeyError, OverflowError, RecursionError) as problem:
        raise ShapeError(f"the settings in this picture are damaged: {problem}", source=nowhere) from None
    source = decode(name, texts["source"].encode("utf-8", "surrogatepass"))
    if texts.get("kind") == EXPRESSION:
        return read_expression(source, limit_operations), settings

    def reader(path: str) -> Source:
        if path not in used:
            raise FileNotFoundError(path)
        return decode(f"{name}/{path}", used[path].encode("utf-8", "surrogatepass"))

    return read_figure(source, limit_operations, reader), settings


def _settings(texts: Mapping[str, str], size: tuple[int, int]) -> Settings:
    """Raises: ValueError: one is missing, or not what it should be."""
    window = _numbers(json.loads(texts["window"]), 4)
    parameters, other = json.loads(texts["parameters"]), json.loads(texts["settings"])
    if not isinstance(parameters, dict) or not isinstance(other, dict):
        raise ValueError("parameters and settings should have names")
    for key, value in other.items():
        if key not in KEPT:
            raise ValueError(f"{key[:40]} is unknown to this version of shapecli")
        if not isinstance(value, KEPT[key]) or (isinstance(value, str) and len(value) > LONGEST_VALUE):
            raise ValueError(key)
    paper = texts.get("paper", "")
    if paper:
        paper_of(paper)
    return Settings(
        size=paper or size,
        window=(window[0], window[1], window[2], window[3]),
        sharpness=_numbers([json.loads(texts["sharpness"])], 1)[0],
        parameters=dict(zip(parameters, _numbers(list(parameters.values()), len(parameters)), strict=True)),
        **other,
    )


def _numbers(values: object, count: int) -> list[float]:
    """Raises: ValueError: they are not so many finite numbers."""
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"there should be {count} numbers")
    if not all(type(value) in (int, float) and math.isfinite(value) for value in values):
        raise ValueError("a number is missing")
    return [float(value) for value in values]
