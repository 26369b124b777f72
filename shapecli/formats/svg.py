"""Paths to SVG files, and the texts that such a file carries.

The format is that of SVG 1.1, second edition (https://www.w3.org/TR/SVG11/).
"""

import base64
import html
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from shapecli.base.colours import Rgba
from shapecli.base.paper import LENGTH

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMESPACE: Final = "urn:shapecli"
INKSCAPE: Final = "http://www.inkscape.org/namespaces/inkscape"
CHUNK: Final = 1 << 16  # bytes
ROUND: Final = 1e-6  # relative, from which on an ellipse is no circle


@dataclass(frozen=True)
class Gradient:
    """A colour that varies along a line, or away from a point.

    Attributes:
        stops: places from 0 to 1 and colours, between which numbers of sRGB are straight.
        matrix: a, b, c, d, e and f, as SVG has them: (e, f) is where it starts, in pixels from the top left
            corner, and (a, b) the way to where it ends; or, if it is radial, the ellipse of its last stop is
            what the matrix makes of the unit circle.
    """

    stops: tuple[tuple[float, Rgba], ...]
    matrix: tuple[float, ...]
    radial: bool


@dataclass(frozen=True, eq=False)
class Shape:
    """Lines with one look.

    Attributes:
        lines: float64[points, 2] each, in pixels from the top left corner; closed if the last point is
            the first.
        fill: whether they are filled, even-odd; else each is a stroke.
        width: of the stroke, in pixels.
        blend: how it mixes with what is below.
    """

    lines: "Sequence[NDArray[np.float64]]"
    colour: Rgba | Gradient
    fill: bool
    opacity: float = 1.0
    width: float = 0.0
    blend: str = "normal"


@dataclass(frozen=True, eq=False)
class Pen:
    """Lines that one pen draws, one after the other; those of a `Shape` have the same attributes."""

    label: str
    colour: Rgba
    width: float
    lines: "Sequence[NDArray[np.float64]]"


@dataclass(frozen=True, eq=False)
class Inlay:
    """A picture among paths.

    Attributes:
        png: the file.
        box: left, top, width and height, in pixels.
        within: the lines inside of which it is seen, or along which; None: everywhere.
    """

    png: bytes
    box: tuple[int, int, int, int]
    within: Shape | None = None
    opacity: float = 1.0
    blend: str = "normal"


@dataclass(frozen=True)
class Sheet:
    """Paper around a drawing.

    Attributes:
        width, height: in millimetres.
        box: left, top, width and height of it, in pixels of the drawing.
    """

    width: float
    height: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """What a file has around its lines.

    Attributes:
        width, height: in pixels.
        texts: kept in the file for `read_svg`.
        tolerance: of places, in pixels; numbers have as many decimals as it takes.
        sheet: the paper that it is on; one pixel is one unit where there is none.
    """

    width: int
    height: int
    texts: Mapping[str, str]
    title: str | None
    about: str | None
    tolerance: float
    sheet: Sheet | None

    @property
    def decimals(self) -> int:
        """How many a number needs, so that places are right to a tenth of the tolerance."""
        return max(0, math.ceil(-math.log10(self.tolerance))) + 1


def write_svg(
    stream: BinaryIO,
    frame: Frame,
    shapes: Iterable[Shape | Inlay],
    grounds: Iterable[Rgba | Gradient | Inlay],
) -> None:
    """Write a drawing, the first shapes at the bottom.

    Args:
        grounds: what is below all shapes and everywhere, likewise.
    """
    whole = paper = f'width="{frame.width}" height="{frame.height}"'
    if frame.sheet:
        left, top, wide, high = (f"{number:.9g}" for number in frame.sheet.box)
        paper = f'x="{left}" y="{top}" width="{wide}" height="{high}"'
    decimals, parts = frame.decimals, [_head(frame)]
    names: dict[Gradient, str] = {}
    for ground in grounds:
        if isinstance(ground, Inlay):
            parts.append(_picture(ground, "", decimals))
        elif isinstance(ground, Gradient) or ground[3]:
            defined, paint = _paint("fill", ground, names)
            where = whole if isinstance(ground, Gradient) else paper
            parts.append(f"{defined}<rect {where}{paint}/>\n")
    for number, shape in enumerate(shapes):
        if isinstance(shape, Inlay):
            parts.append(_picture(shape, f"w{number}", decimals))
        else:
            parts.append(_element(shape, names, decimals))
    parts.append("</svg>\n")
    stream.write("".join(parts).encode())


def write_pens(stream: BinaryIO, frame: Frame, pens: Sequence[Pen]) -> None:
    """Write lines in layers as Inkscape has them."""
    parts = [_head(frame, f' xmlns:inkscape="{INKSCAPE}"')]
    for number, pen in enumerate(pens, start=1):
        label = f'id="pen{number}" inkscape:groupmode="layer" inkscape:label="{pen.label}"'
        stroke = f'stroke="#{bytes(pen.colour[:3]).hex()}" fill="none" stroke-width="{pen.width:g}"'
        paths = "".join(f'<path d="{path_data(line, frame.decimals)}"/>\n' for line in pen.lines)
        parts.append(f'<g {label} {stroke} stroke-linecap="round" stroke-linejoin="round">\n{paths}</g>\n')
    parts.append("</svg>\n")
    stream.write("".join(parts).encode())


def _head(frame: Frame, spaces: str = "") -> str:
    """What a file begins with."""
    sides = f'width="{frame.width}" height="{frame.height}" viewBox="0 0 {frame.width} {frame.height}"'
    if sheet := frame.sheet:
        box = " ".join(f"{number:.9g}" for number in sheet.box)
        sides = f'width="{sheet.width:.9g}mm" height="{sheet.height:.9g}mm" viewBox="{box}"'
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"{spaces} {sides}>\n'
    )
    if frame.title:
        head += f"<title>{html.escape(frame.title, quote=False)}</title>\n"
    if frame.about:
        head += f"<desc>{html.escape(frame.about, quote=False)}</desc>\n"
    if frame.texts:
        kept = html.escape(json.dumps(frame.texts, ensure_ascii=False), quote=False)
        head += f'<metadata><texts xmlns="{NAMESPACE}">{kept}</texts></metadata>\n'
    return head


def _element(shape: Shape, names: dict[Gradient, str], decimals: int) -> str:
    blend = _blend(shape.blend)
    if shape.fill:
        defined, paint = _paint("fill", shape.colour, names, shape.opacity)
        return f'{defined}<path{paint}{blend} fill-rule="evenodd" d="{_data(shape, decimals)}"/>\n'
    # the opacity is of all lines together, where they cross
    defined, paint = _paint("stroke", shape.colour, names, shape.opacity, "opacity")
    if isinstance(shape.colour, Gradient):  # so is that of stops, if they are one path
        return f'{defined}<path{paint}{blend}{_pen(shape)} d="{_data(shape, decimals)}"/>\n'
    return _strokes(shape, f"{paint}{blend}", decimals)


def _strokes(shape: Shape, paint: str, decimals: int) -> str:
    paths = "".join(f'<path d="{path_data(line, decimals)}"/>\n' for line in shape.lines)
    return f"<g{paint}{_pen(shape)}>\n{paths}</g>\n"


def _pen(shape: Shape) -> str:
    return f' fill="none" stroke-width="{shape.width:g}" stroke-linecap="round" stroke-linejoin="round"'


def _data(shape: Shape, decimals: int) -> str:
    return "".join(path_data(line, decimals) for line in shape.lines)


def _picture(inlay: Inlay, name: str, decimals: int) -> str:
    left, top, width, height = inlay.box
    place = f'x="{left}" y="{top}" width="{width}" height="{height}"'
    defined = seen = ""
    if inlay.within and inlay.within.fill:
        data = _data(inlay.within, decimals)
        defined = f'<defs><clipPath id="{name}"><path clip-rule="evenodd" d="{data}"/></clipPath></defs>\n'
        seen = f' clip-path="url(#{name})"'
    elif inlay.within:
        strokes = _strokes(inlay.within, ' stroke="#fff"', decimals)
        defined = f'<defs><mask id="{name}" maskUnits="userSpaceOnUse" {place}>{strokes}</mask></defs>\n'
        seen = f' mask="url(#{name})"'
    faint = f' opacity="{inlay.opacity:.4g}"' if inlay.opacity < 1 else ""
    data = base64.b64encode(inlay.png).decode()
    return (
        f'{defined}<image {place} preserveAspectRatio="none"{seen}{faint}{_blend(inlay.blend)} '
        f'href="data:image/png;base64,{data}"/>\n'
    )


def _blend(blend: str) -> str:
    return "" if blend == "normal" else f' style="mix-blend-mode:{blend}"'


def _paint(
    what: str,
    colour: Rgba | Gradient,
    names: dict[Gradient, str],
    opacity: float = 1.0,
    fading: str = "fill-opacity",
) -> tuple[str, str]:
    """What has to be defined, and the attributes of an element of that colour."""
    defined, text, share = "", "", opacity
    if isinstance(colour, Gradient):
        if colour not in names:
            names[colour] = f"g{len(names)}"
            defined = _gradient(colour, names[colour])
        text = f"url(#{names[colour]})"
    else:
        text, share = f"#{bytes(colour[:3]).hex()}", opacity * colour[3] / 255
    faint = f' {fading}="{share:.4g}"' if share < 1 else ""
    return defined, f' {what}="{text}"{faint}'


def _gradient(gradient: Gradient, name: str) -> str:
    a, b, c, d, e, f = gradient.matrix
    if not gradient.radial:
        kind, where = "linear", f'x1="{e:.7g}" y1="{f:.7g}" x2="{e + a:.7g}" y2="{f + b:.7g}"'
    elif math.isclose(a, d, rel_tol=ROUND) and max(abs(b), abs(c)) <= ROUND * a:
        kind, where = "radial", f'cx="{e:.7g}" cy="{f:.7g}" r="{a:.7g}"'
    else:
        turned = " ".join(f"{number:.7g}" for number in gradient.matrix)
        kind, where = "radial", f'cx="0" cy="0" r="1" gradientTransform="matrix({turned})"'
    stops = "".join(f'<stop offset="{offset:.6g}"{_stop(colour)}/>\n' for offset, colour in gradient.stops)
    about = f'id="{name}" gradientUnits="userSpaceOnUse" {where}'
    return f"<defs><{kind}Gradient {about}>\n{stops}</{kind}Gradient></defs>\n"


def _stop(colour: Rgba) -> str:
    faint = f' stop-opacity="{colour[3] / 255:.4g}"' if colour[3] < 255 else ""
    return f' stop-color="#{bytes(colour[:3]).hex()}"{faint}'


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


@lru_cache(maxsize=1 << 14)  # ways between points are short
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
            if all(re.fullmatch(LENGTH, side) for side in sides):
                sides = ["1", "1"]  # what it carries tells the paper
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
