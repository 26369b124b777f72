"""Paths to SVG files, and the texts that such a file carries.

The format is that of SVG 1.1, second edition (https://www.w3.org/TR/SVG11/).
"""

import html
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from shapecli.base.colours import Rgba

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMESPACE: Final = "urn:shapecli"
CHUNK: Final = 1 << 16  # bytes


@dataclass(frozen=True, eq=False)
class Shape:
    """Lines with one look.

    Attributes:
        lines: float64[points, 2] each, in pixels from the top left corner; closed if the last point is
            the first.
        fill: whether they are filled, even-odd; else each is a stroke.
        width: of the stroke, in pixels.
    """

    lines: "Sequence[NDArray[np.float64]]"
    colour: Rgba
    fill: bool
    opacity: float = 1.0
    width: float = 0.0


def write_svg(
    stream: BinaryIO,
    shapes: Sequence[Shape],
    size: tuple[int, int],
    background: Rgba,
    texts: Mapping[str, str],
    *,
    title: str | None = None,
    tolerance: float = 0.05,
) -> None:
    """Write a drawing, the first shapes at the bottom.

    Args:
        texts: kept in the file for `read_svg`.
        tolerance: of places, in pixels; numbers have as many decimals as it takes.
    """
    width, height = size
    decimals = max(0, math.ceil(-math.log10(tolerance))) + 1
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n'
    ]
    if title:
        parts.append(f"<title>{html.escape(title, quote=False)}</title>\n")
    if texts:
        kept = html.escape(json.dumps(texts, ensure_ascii=False), quote=False)
        parts.append(f'<metadata><texts xmlns="{NAMESPACE}">{kept}</texts></metadata>\n')
    if background[3]:
        parts.append(f'<rect width="{width}" height="{height}"{_paint("fill", background)}/>\n')
    parts.extend(_element(shape, decimals) for shape in shapes if shape.lines)
    parts.append("</svg>\n")
    stream.write("".join(parts).encode())


def _element(shape: Shape, decimals: int) -> str:
    if shape.fill:
        data = "".join(path_data(line, decimals) for line in shape.lines)
        return f'<path{_paint("fill", shape.colour, shape.opacity)} fill-rule="evenodd" d="{data}"/>\n'
    paths = "".join(f'<path d="{path_data(line, decimals)}"/>\n' for line in shape.lines)
    paint = _paint("stroke", shape.colour, shape.opacity, "opacity")  # of all together, where they cross
    return (
        f'<g fill="none"{paint} stroke-width="{shape.width:g}" '
        f'stroke-linecap="round" stroke-linejoin="round">\n{paths}</g>\n'
    )


def _paint(what: str, colour: Rgba, opacity: float = 1.0, fading: str = "fill-opacity") -> str:
    share = opacity * colour[3] / 255
    faint = f' {fading}="{share:.4g}"' if share < 1 else ""
    return f' {what}="#{bytes(colour[:3]).hex()}"{faint}'


def path_data(line: "NDArray[np.float64]", decimals: int) -> str:
    """The d of a path: the first point, and the ways to the others."""
    places = (line * 10**decimals).round().astype("int64")
    steps = places.copy()
    steps[1:] -= places[:-1]
    closed = len(line) > 1 and bool((places[0] == places[-1]).all())
    first, *others = steps[: -1 if closed else None].tolist()
    kept = [first, *((x, y) for x, y in others if x or y)]
    start, *ways = [f"{_decimal(x, decimals)} {_decimal(y, decimals)}" for x, y in kept]
    return f"M{start}" + ("l" + " ".join(ways) if ways else "") + ("z" if closed else "")


def _decimal(number: int, decimals: int) -> str:
    """Number / 10^decimals, exactly and without needless digits."""
    digits = f"{abs(number):0{decimals + 1}d}"
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{'.' if rest else ''}{rest}"


def read_svg(stream: BinaryIO, limit: int) -> tuple[dict[str, str], tuple[int, int]]:
    """The texts of a file of `write_svg`, and the size of the picture.

    Raises:
        ValueError: it is no such file, or longer than `limit` bytes up to the end of the texts.
    """
    from xml.parsers import expat

    pieces: list[str] = []
    size: list[int] = []
    state = {"inside": False, "done": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        if not size:
            if name != "svg":
                raise ValueError("it is no SVG file")
            sides = [attributes.get(side, "") for side in ("width", "height")]
            if not all(side.isascii() and side.isdecimal() and len(side) < 10 for side in sides):
                raise ValueError("it has no size in pixels")
            size.extend(map(int, sides))
        state["inside"] = name == "texts" and attributes.get("xmlns") == NAMESPACE

    def end(name: str) -> None:
        state["done"] = state["done"] or name == "metadata"
        state["inside"] = False

    def text(data: str) -> None:
        if state["inside"]:
            pieces.append(data)

    def refuse(*_: Any) -> None:
        raise ValueError("it has a document type, which shapecli never writes")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, refuse
    texts: Any = {}
    try:
        while limit > 0 and not state["done"] and (chunk := stream.read(min(CHUNK, limit))):
            parser.Parse(chunk)
            limit -= len(chunk)
        if pieces:
            texts = json.loads("".join(pieces))
    except (expat.ExpatError, RecursionError, IndexError) as problem:
        raise ValueError(f"it is no SVG file: {problem}") from None
    if not isinstance(texts, dict) or not all(isinstance(value, str) for value in texts.values()):
        raise ValueError("its texts are damaged")
    return texts, (size[0], size[1])
