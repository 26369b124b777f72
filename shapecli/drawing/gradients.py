"""Colours that vary along a line or away from a point, as gradients: stops, between which sRGB is straight.

What a colour depends on is read off its graph: numbers are followed as polynomials up to degree 2, and an
operation on anything else depends on what its arguments do.  What was found is then tried at points.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.base.colours import Rgba
from shapecli.drawing.shades import colours_at
from shapecli.drawing.tapes import Shade
from shapecli.fields import ops
from shapecli.fields.graph import Node, values
from shapecli.fields.ops import Op
from shapecli.formats.svg import Gradient

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right and bottom, in pixels
Polynomial = NDArray[np.float64]  # coefficients of 1, u, v, uu, uv and vv
Stops = tuple[tuple[float, Rgba], ...]
# What a number depends on.  (): nothing; (a, b): a u + b v; (u, v, p, q, r): how far it is from the point
# (u, v), the square of which is p du^2 + 2 q du dv + r dv^2.  None: anything else.
Axis = tuple[float, ...]

SAME: Final = 1e-9  # relative, what two coefficients may differ by
ALIKE: Final = 1e-6  # the same of what is computed of them
TERMS: Final = {pair: place for place, pair in enumerate(combinations_with_replacement(range(3), 2))}
POINTS: Final = 1025  # that a colour is sampled at, at least
MOST_POINTS: Final = 1 << 13
HALVINGS: Final = 14  # of the way between two of them, where it bends or jumps
BENT: Final = 0.1  # levels of 8 bits by which it bends there
CLOSE: Final = 0.75  # levels between a gradient and its colour, the rounding of stops included
TRIED: Final = 2000  # points at which the two are compared
WRONG: Final = 1.0  # levels that they may differ by
MOST_STOPS: Final = 256
DIGITS: Final = 6  # of the places of stops, from 0 to 1


@dataclass(frozen=True)
class _Form:
    """What is known of a number: the polynomial that it is, if it is one, and what it depends on."""

    axis: Axis | None
    polynomial: Polynomial | None = None


@dataclass(frozen=True, eq=False)
class _Way:
    """The way along which a colour changes, in a box in which u and v are from -1 to 1.

    Attributes:
        place: how far points are along it, from 0 to 1 in the box.
        point: a point at that place.
        gradient: with these stops, in pixels: the middle of the box is there, and u and v are scaled.
    """

    place: Callable[[Array, Array], Array]
    point: Callable[[Array], tuple[Array, Array]]
    gradient: Callable[[Array, Array, Stops], Gradient]


def paint_of(shade: Shade, box: Box) -> Gradient | Rgba | None:
    """A colour that varies as a gradient, or as the one colour that it is in a box; None if it is neither."""
    if shade.colour.op is not ops.light:
        return None  # the regions that decide between colours have smooth edges
    view, (left, top, right, bottom) = shade.drawing.view, box
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    scale = np.array([max((right - left) / 2, ALIKE), -max((bottom - top) / 2, ALIKE)])
    x, dx = view.window.x0 + middle[0] * view.dx, scale[0] * view.dx
    y, dy = view.window.y1 - middle[1] * view.dy, -scale[1] * view.dy

    def colour_at(u: Array, v: Array) -> Array:
        return colours_at(shade, x + dx * u, y + dy * v)

    leaves = {"x": np.array([x, dx, 0, 0, 0, 0]), "y": np.array([y, 0, dy, 0, 0, 0])}
    axis = _axis_of(shade, leaves)
    if axis is None:
        return None
    way = _round(axis) if len(axis) > 2 else _straight(axis or (1.0, 0.0))
    stops = _stops(lambda t: colour_at(*way.point(t)))
    if stops is None or not _holds(stops, way, colour_at):
        return None
    return way.gradient(middle, scale, stops) if len({colour for _, colour in stops}) > 1 else stops[0][1]


def _straight(axis: Axis) -> _Way:
    along, reach = np.array(axis), abs(axis[0]) + abs(axis[1])
    signs = np.sign(along)

    def gradient(middle: Array, scale: Array, stops: Stops) -> Gradient:
        slope = along / scale  # by pixels
        way = 2 * reach * slope / (slope @ slope)
        return Gradient(stops, (*way.tolist(), 0.0, 0.0, *(middle - way / 2).tolist()), radial=False)

    return _Way(
        lambda u, v: ((axis[0] * u + axis[1] * v) / reach + 1) / 2,
        lambda t: (signs[0] * (2 * t - 1), signs[1] * (2 * t - 1)),
        gradient,
    )


def _round(axis: Axis) -> _Way:
    centre, form = np.array(axis[:2]), np.array([axis[2:4], axis[3:5]])
    ways = np.array([(u, v) for u in (-1, 1) for v in (-1, 1)]) - centre
    squares = ((ways @ form) * ways).sum(axis=1)
    furthest, radius = ways[squares.argmax()], math.sqrt(squares.max())

    def place(u: Array, v: Array) -> Array:
        du, dv = u - centre[0], v - centre[1]
        distance: Array = np.sqrt(axis[2] * du * du + 2 * axis[3] * du * dv + axis[4] * dv * dv)
        return distance / radius

    def gradient(middle: Array, scale: Array, stops: Stops) -> Gradient:
        # the ellipse of the last stop is what the root of this matrix makes of the unit circle
        sizes, turn = np.linalg.eigh(scale[:, None] * np.linalg.inv(form / radius**2) * scale)
        matrix = (turn * np.sqrt(sizes)) @ turn.T
        start = middle + scale * centre
        return Gradient(stops, (*matrix.ravel().tolist(), *start.tolist()), radial=True)

    return _Way(place, lambda t: (centre[0] + t * furthest[0], centre[1] + t * furthest[1]), gradient)


def _stops(colour_at: Callable[[Array], Array]) -> Stops | None:
    """A colour by places from 0 to 1 as stops between which it is straight; None if that takes too many.

    Args:
        colour_at: numbers of sRGB and opacities from 0 to 255: float64[places, 4].
    """
    places = np.linspace(0.0, 1.0, POINTS)
    colours = colour_at(places)
    bent = np.ones(POINTS - 1, np.bool_)
    for _ in range(HALVINGS):
        at = np.flatnonzero(bent)
        if len(places) + len(at) > MOST_POINTS:
            return None
        middles = (places[at] + places[at + 1]) / 2
        found = colour_at(middles)
        bends = _difference(found, (colours[at] + colours[at + 1]) / 2) > BENT
        places, colours = np.insert(places, at + 1, middles), np.insert(colours, at + 1, found, axis=0)
        halved = np.insert(np.zeros_like(bent), at, bends)
        halved[at + np.arange(1, len(at) + 1)] = bends
        bent = halved
        if not bent.any():
            break
    rounded = np.rint(colours)
    kept = {0, len(places) - 1}
    stack = [(0, len(places) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        share = (places[first + 1 : last] - places[first]) / (places[last] - places[first])
        straight = rounded[first] + share[:, None] * (rounded[last] - rounded[first])
        off = _difference(colours[first + 1 : last], straight)
        furthest = int(off.argmax())
        if off[furthest] > CLOSE:
            kept.add(first + 1 + furthest)
            stack += [(first, first + 1 + furthest), (first + 1 + furthest, last)]
        if len(kept) > MOST_STOPS:
            return None
    stops = ((float(places[k]), map(int, rounded[k])) for k in sorted(kept))
    return tuple((round(place, DIGITS), (r, g, b, opacity)) for place, (r, g, b, opacity) in stops)


def _difference(colour: Array, other: Array) -> Array:
    """How many levels two colours differ by; what is hardly seen counts less."""
    seen = colour[:, 3] / 255
    light: Array = np.abs(colour[:, :3] - other[:, :3]).max(axis=1) * seen
    return np.maximum(light, np.abs(colour[:, 3] - other[:, 3]))


def _holds(stops: Stops, way: _Way, colour_at: Callable[[Array, Array], Array]) -> bool:
    """Whether a gradient has the colour that it stands for, everywhere in the box as far as can be seen."""
    u, v = np.random.default_rng(0).uniform(-1, 1, (2, TRIED))
    place, offsets = way.place(u, v), [offset for offset, _ in stops]
    channels = zip(*(colour for _, colour in stops), strict=True)
    found = np.stack([np.interp(place, offsets, channel) for channel in channels], axis=1)
    return bool((_difference(colour_at(u, v), found) <= WRONG).all())


def _axis_of(shade: Shade, leaves: Mapping[str, Polynomial]) -> Axis | None:
    """What the numbers of a colour depend on.

    Args:
        leaves: x and y by u and v.
    """
    inputs = shade.drawing.inputs

    def leaf(node: Node) -> _Form:
        number = inputs.get(node.leaf, 0.0) if isinstance(node.leaf, str) else node.leaf or 0.0
        polynomial = leaves.get(str(node.leaf), np.array([number, 0, 0, 0, 0, 0]))
        return _Form(_axis(polynomial), polynomial)

    numbers = list(shade.places)
    forms = values(numbers, leaf, _applied, lambda *_: _Form(None))  # long sums are not looked into
    return _joined([forms[number] for number in numbers])


def _applied(op: Op, *forms: _Form) -> _Form:
    polynomials = [form.polynomial for form in forms if form.polynomial is not None]
    if len(polynomials) == len(forms) and (rule := RULES.get(op)):
        made = rule(*polynomials)
        if made is not None and np.isfinite(made).all():
            return _Form(_axis(made), made)
    return _Form(_joined(forms))


def _joined(forms: Sequence[_Form]) -> Axis | None:
    """What several numbers together depend on."""
    nothing: Axis | None = ()
    return reduce(_either, (form.axis for form in forms), nothing)


def _either(one: Axis | None, other: Axis | None) -> Axis | None:
    if one is None or other is None:
        return None
    if not one or not other:
        return one or other
    same = len(one) == len(other) and np.allclose(one, other, ALIKE, ALIKE)
    return one if same else None


def _axis(polynomial: Polynomial) -> Axis | None:
    """What a polynomial depends on."""
    constant, *slope, uu, uv, vv = polynomial.tolist()
    size = max(map(abs, (*slope, uu, uv, vv)))
    if size <= SAME * SAME * abs(constant) or not size:
        return ()
    sizes, turn = np.linalg.eigh(np.array([[uu, uv / 2], [uv / 2, vv]]) / size)
    small, large = sorted(map(float, sizes), key=abs)
    linear = np.array(slope) / size
    if abs(large) <= SAME:
        return _direction(linear)
    if abs(small) <= SAME * abs(large):
        along = turn[:, np.abs(sizes).argmax()]
        return _direction(along) if abs(linear[0] * along[1] - linear[1] * along[0]) <= SAME else None
    if small * large < 0:
        return None
    form = (turn * sizes) @ turn.T
    centre = np.linalg.solve(form, linear) / -2
    form /= np.trace(form)
    return (*centre.tolist(), *form[0].tolist(), float(form[1, 1]))


def _direction(along: Array) -> Axis:
    """A direction and its opposite are one."""
    a, b = (along / np.hypot(*along)).tolist()
    return (a, b) if a > SAME or (b > 0 and a > -SAME) else (-a, -b)


def _product(one: Polynomial, other: Polynomial) -> Polynomial | None:
    """None if it has a higher degree than 2."""
    made: Polynomial = one[0] * other
    if not one[1:].any():
        return made
    if not other[1:].any():
        return _product(other, one)
    if one[3:].any() or other[3:].any():
        return None
    made = np.zeros(6)
    for i, j in product(range(3), repeat=2):
        made[TERMS[min(i, j), max(i, j)]] += one[i] * other[j]
    return made


def _quotient(one: Polynomial, other: Polynomial) -> Polynomial | None:
    made: Polynomial = one / (other[0] or math.nan)
    return None if other[1:].any() else made


RULES: Final[Mapping[Op, Callable[..., Polynomial | None]]] = {
    ops.add: lambda a, b: a + b,
    ops.sub: lambda a, b: a - b,
    ops.neg: lambda a: -a,
    ops.mul: _product,
    ops.square: lambda a: _product(a, a),
    ops.div: _quotient,
}
