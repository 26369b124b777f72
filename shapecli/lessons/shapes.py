"""```shape: figures as pictures, side by side, as films, and live."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from shapecli.base.defaults import LIMIT_FILM, STYLES
from shapecli.base.source import ShapeError, Source
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.picture import draw, is_plain, save
from shapecli.drawing.settings import Settings
from shapecli.engine.view import View
from shapecli.fields.blend import SHARPNESS
from shapecli.formats.png import write_image
from shapecli.language.figure import Figure
from shapecli.language.motion import Sweep
from shapecli.lessons.charts import Chart
from shapecli.lessons.descent import Descent, descent
from shapecli.lessons.fences import SETTINGS, Fence
from shapecli.lessons.workshop import Workshop, figure_html
from shapecli.live.page import page_of
from shapecli.notations.writing.formula import write_or
from shapecli.notations.writing.plain import UNICODE
from shapecli.render import parse

SIZE, BESIDE = 400, 300  # pixels of the longer side: alone, and beside another
ROW, GAP = 660, 16  # pixels that a row of pictures has, and between two of them
MOST_IN_ROW: Final = 5
SMALLEST, LARGEST = 10, 2000
OWN: Final = ("size", "style", "sharpness", "axes")  # settings that fences read in their own way
FINE: Final = 2  # how many pixels of a file are one of the page, where there are few colours
FRAMES: Final = 24
MOST_FRAMES: Final = 200
MOST_PICTURES: Final = 12  # of one fence
LONGEST_ALT: Final = 300


def shape_html(fence: Fence, workshop: Workshop) -> str:
    """The fence as HTML.

    Raises:
        ShapeError: the figure has mistakes, or is beyond the limits.
    """
    _check_together(fence)
    figure = _figure_of(fence, workshop)
    way = descent(fence, workshop, figure.sharpness) if fence.has("descend") else None
    if way:
        parameters = tuple(replace(each, default=way.last[each.name]) for each in figure.parameters)
        figure = replace(figure, parameters=parameters)
    variants = _variants(fence)
    alt = fence.value("alt") or _described(figure)
    used = [source.text for source in figure.used.values()]
    about = json.dumps([fence.text, {name: fence.value(name) for name in sorted(fence.options)}, used])

    def shown(what: str, make: Callable[[], bytes], view: View, alt: str) -> dict[str, Any]:
        chart = Chart(view.window, view.width, view.height) if fence.has("axes") else None
        address = workshop.file(what, "png", make)
        return {"address": address, "width": view.width, "height": view.height, "alt": alt, "chart": chart}

    pictures = []
    for style, sharpness in variants:
        label = _label(style, sharpness, variants)
        view, make = _picture(figure, _settings(fence, workshop, len(variants), style, sharpness))
        described = f"{alt}; {label}" if label else alt
        pictures.append({**shown(f"picture {about} {label}", make, view, described), "label": label})
    alone, film, live = _settings(fence, workshop, 1, *variants[0]), None, None
    if fence.has("film") or way:
        view, make, labels = _film(fence, figure, alone, way)
        film = {**shown(f"film {about}", make, view, alt), "labels": labels}
    if fence.has("live"):
        drawing, title = drawing_of(figure, alone), figure.title or alt
        live = workshop.file(f"live {about}", "html", lambda: page_of(drawing, title).encode())
    pictures = [] if film else pictures
    return figure_html(fence, "shape.html", pictures=pictures, film=film, live=live, alt=alt)


def _check_together(fence: Fence) -> None:
    """Raises: ShapeError: options that mean nothing together."""
    if not fence.text.strip():
        raise fence.error("the fence is empty", hint="write a figure, such as draw x^2 + y^2 <= 1")
    moves = [name for name in ("film", "descend", "live") if fence.has(name)]
    if len(moves) > 1:
        raise fence.error(f"{moves[0]} and {moves[1]} are two figures", moves[1], "make two fences of it")
    for name, need in (("frames", ("film", "descend")), ("rate", ("descend",))):
        if fence.has(name) and not any(fence.has(other) for other in need):
            raise fence.error(f"{name} is for {' and '.join(need)}", name)
    for name in ("n", "style"):
        if moves and "," in fence.value(name):
            raise fence.error(f"one {name} is enough for {moves[0]}", name, "make two fences of it")


def _figure_of(fence: Fence, workshop: Workshop) -> Figure:
    """The figure of a fence, which carries the text of the fence alone."""
    figure = parse(fence.source, limit_operations=workshop.limit_operations, reader=workshop.read)
    used = {name: Source(name, source.text.lstrip()) for name, source in figure.used.items()}
    return replace(figure, source=Source("figure.shape", fence.text), used=used)


def _variants(fence: Fence) -> list[tuple[str, float | None]]:
    """Every style with every sharpness; an error if there is no such style, or too many pictures."""
    styles = fence.value("style", STYLES[0]).split(",")
    for style in styles:
        if style not in STYLES:
            raise fence.error(f"there is no style {style}", "style", f"there is {', '.join(STYLES)}")
    numbers: list[float | None] = [*fence.numbers("n", 1e-6, 1e9)] if fence.has("n") else [None]
    variants = [(style, sharpness) for style in styles for sharpness in numbers]
    if len(variants) > MOST_PICTURES:
        raise fence.error(f"{len(variants)} pictures are more than the limit of {MOST_PICTURES}")
    return variants


def _label(style: str, sharpness: float | None, variants: list[tuple[str, float | None]]) -> str:
    """What differs from the other pictures."""
    styles, numbers = {style for style, _ in variants}, {number for _, number in variants}
    words = [style] if len(styles) > 1 else []
    if len(numbers) > 1 and sharpness is not None:
        words.append(f"n = {sharpness:g}")
    return ", ".join(words)


def _settings(fence: Fence, workshop: Workshop, count: int, style: str, sharpness: float | None) -> Settings:
    across = min(count, MOST_IN_ROW)
    usual = min(BESIDE if fence.has("beside") else SIZE, (ROW - GAP * (across - 1)) // across)
    size, limit = _size(fence, usual), workshop.limit_work
    words = [word for word, name in SETTINGS.items() if fence.has(word) and name not in OWN]
    given = {SETTINGS[word]: fence.setting(word) for word in words}
    return Settings(size=size, style=style, sharpness=sharpness, limit_work=limit, **given)


def _size(fence: Fence, usual: int) -> int | tuple[int, int]:
    parts = fence.value("size", str(usual)).split("x")
    if not all(part.isdecimal() and SMALLEST <= int(part) <= LARGEST for part in parts) or len(parts) > 2:
        message = f"a size is {SMALLEST} to {LARGEST} pixels"
        raise fence.error(message, "size", "write size=400 or size=600x300")
    return int(parts[0]) if len(parts) == 1 else (int(parts[0]), int(parts[1]))


def _picture(figure: Figure, settings: Settings) -> tuple[View, Callable[[], bytes]]:
    """A picture, which is finer than the page where that costs little."""
    drawing = drawing_of(figure, settings)
    view, lines_alone = drawing.view, drawing.style.paths and drawing.style.outlines
    scale = FINE if is_plain(drawing) or lines_alone else 1
    fine = replace(settings, size=(view.width * scale, view.height * scale))

    def make() -> bytes:
        stream = io.BytesIO()
        save(drawing_of(figure, fine), stream)
        return stream.getvalue()

    return view, make


def _described(figure: Figure) -> str:
    """What a picture shows, if the lesson does not say: the title, or the sets."""
    if figure.title:
        return figure.title
    names = {node: name for node, name in figure.names.items() if node is not figure.layers[0].shape}
    text = write_or("a figure", figure.layers[0].shape, UNICODE, names)
    return text if len(text) <= LONGEST_ALT else f"{text[:LONGEST_ALT]}..."


def _film(
    fence: Fence, figure: Figure, settings: Settings, way: Descent | None
) -> tuple[View, Callable[[], bytes], list[str]]:
    """Pictures one below the other in a file, and what is said of each; an error if it is too much."""
    count = int(fence.number("frames", FRAMES, 2, MOST_FRAMES))
    settings = replace(settings, limit_work=settings.limit_work / count)
    if way:
        moving = [parameter.name for parameter in figure.parameters]
        moments = [
            (replace(settings, parameters=values), f"step {step}, loss {loss:.3g}")
            for step, loss, values in way.moments(count)
        ]
    else:
        sweep = _sweep(fence, figure)
        moving = [sweep.name]
        moments = []
        for value in (sweep.value(figure, k / (count - 1)) for k in range(count)):
            changed = {"sharpness": value} if sweep.name == SHARPNESS else {"parameters": {sweep.name: value}}
            moments.append((replace(settings, **changed), f"{sweep.name} = {value:.3g}"))
    drawing = drawing_of(figure, settings, moving=moving)
    view = drawing.view
    if view.width * view.height * count > LIMIT_FILM // 4:
        raise fence.error("the film has too many pixels", "frames", "ask for fewer frames, or a smaller size")
    if not way:
        try:
            for end in (0, -1):
                drawing.moved(moments[end][0])
        except ShapeError as error:
            raise fence.error(error.message, "film", error.hint) from None

    def make() -> bytes:
        import numpy as np

        from shapecli.formats.arrays import image_of

        frames = [np.asarray(draw(drawing.moved(moment))[0]) for moment, _ in moments]
        stream = io.BytesIO()
        write_image(stream, image_of(np.concatenate(frames)), {})
        return stream.getvalue()

    return view, make, [label for _, label in moments]


def _sweep(fence: Fence, figure: Figure) -> Sweep:
    """Raises: ShapeError: it is none."""
    name, _, ends = fence.value("film").partition("=")
    hint = "write film=n=2..60, or the name of a param for n"
    try:
        low, high = map(float, ends.split(".."))
    except ValueError:
        raise fence.error("this is no film", "film", hint) from None
    if name != SHARPNESS and name not in {parameter.name for parameter in figure.parameters}:
        raise fence.error(f"the figure has no parameter {name}", "film", hint)
    return Sweep(name, low, high, geometric=name == SHARPNESS and min(low, high) > 0)
