"""What the library promises: distances, ways to move a region, and the symmetry of tilings."""

import functools
import itertools
import math
import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import shapecli
from shapecli.base.source import ShapeError
from shapecli.engine import reference
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.fields.tape import Tape, flatten
from shapecli.language.names import library

Array = NDArray[np.float64]
Operation = tuple[float, float, float, float, float, float]  # (x, y) to (a x + b y + c, d x + e y + f)

POINTS = np.random.default_rng(5).uniform(-3, 3, (2, 2000))


def field(text: str, x: Array = POINTS[0], y: Array = POINTS[1], *, sharp: bool = False) -> Array:
    """L/n of what a text draws."""
    (found,) = reference.run(tape_of(text, sharp=sharp), {"n": 50.0}, x, y)
    return found / 50


@functools.cache
def tape_of(text: str, *, sharp: bool = False) -> Tape:
    """The level of the first layer."""
    figure = shapecli.parse(text if "draw" in text else f"draw {text}")
    return flatten(blend.level(Graph(), figure.layers[0].shape, sharp=sharp))


def nearest(line: Array) -> Array:
    """How far the points are from a line of points."""
    differences = POINTS[:, :, None] - line[:, None, :]
    distance: Array = np.hypot(*differences).min(axis=1)
    return distance


WAY = np.linspace(0, 1, 4001)
TURN = np.linspace(0.4, 4.9, 4001)
ROUND = np.array([0.3 + 1.1 * np.cos(TURN), 1.1 * np.sin(TURN) - 0.2])
LINES = [
    ("capsule(-1, 0.5, 1.2, -0.3, 0.2)", np.array([2.2 * WAY - 1, 0.5 - 0.8 * WAY]), 0.2),
    ("capsule(1, 0.5, 1, 0.5, 0.2)", np.array([[1.0], [0.5]]), 0.2),
    ("arc(0.3, -0.2, 1.1, 0.4, 4.9, 0.1)", ROUND, 0.1),
    ("arc(0.3, -0.2, 1.1, 4.9, 0.4, 0.1)", ROUND, 0.1),
    ("arc(0, 0, 1.1, 0, 7, 0.1)", 1.1 * np.array([np.cos(7 * WAY), np.sin(7 * WAY)]), 0.1),
    (
        "polyline([(-1, 0), (1, 1), (1, -2)], 0.3)",
        np.concatenate([[2 * WAY - 1, WAY], [1 + 0 * WAY, 1 - 3 * WAY]], axis=1), 0.3,
    ),
    ("polyline([(0.4, 1)], 0.3)", np.array([[0.4], [1.0]]), 0.3),
]  # fmt: skip


@pytest.mark.parametrize(("call", "line", "width"), LINES, ids=[call for call, _, _ in LINES])
def test_lines_are_distances(call: str, line: Array, width: float) -> None:
    """From their middle lines, less half the width."""
    assert np.allclose(field(call), nearest(line) - width, atol=3e-3)


def test_a_tapered_capsule_is_the_hull_of_two_discs() -> None:
    """The distance from the nearest disc between them, and the larger one if that holds the other."""
    discs = [
        np.hypot(POINTS[0] + 1 - 2 * t, POINTS[1] - t / 2) - (0.5 - 0.4 * t) for t in np.linspace(0, 1, 4001)
    ]
    assert np.allclose(field("tapered(-1, 0, 1, 0.5, 0.5, 0.1)"), np.min(discs, axis=0), atol=1e-3)
    assert np.allclose(field("tapered(0, 0, 0.2, 0, 0.7, 0.1)"), field("disc(0, 0, 0.7)"))
    assert np.allclose(field("tapered(0.2, 0, 0, 0, 0.1, 0.7)"), field("disc(0, 0, 0.7)"))


@pytest.mark.parametrize(("start", "end"), [(0.2, 1.0), (-1.0, 1.9), (0.5, 5.0), (3.0, 3.1)])
def test_sectors(start: float, end: float) -> None:
    """Inside by angle and distance, and a distance outside."""
    x, y = POINTS
    found = field(f"sector(0.1, 0.2, 1.5, {start}, {end})")
    angle = (np.arctan2(y - 0.2, x - 0.1) - start) % math.tau
    assert np.array_equal(found <= 0, (angle <= end - start) & (np.hypot(x - 0.1, y - 0.2) <= 1.5))
    turn = np.linspace(start, end, 4001)
    edge = 1.5 * np.concatenate(
        [[np.cos(turn), np.sin(turn)], *([WAY * math.cos(t), WAY * math.sin(t)] for t in (start, end))],
        axis=1,
    )
    assert np.allclose(abs(found), nearest(edge + np.array([[0.1], [0.2]])), atol=3e-3)
    assert np.allclose(field(f"sector(0, 0, 1, {start}, {start + math.tau})"), field("disc(0, 0, 1)"))


@pytest.mark.parametrize("k", [3, 5, 8])
def test_stars_are_polygons(k: int) -> None:
    """Their corners are at two distances by turns, the first one up."""
    corners = [
        f"({r * math.sin(math.pi * j / k)}, {r * math.cos(math.pi * j / k)})"
        for j in range(2 * k) for r in [0.7 if j % 2 else 1.9]
    ]  # fmt: skip
    star = field(f"star({k}, 1.9, 0.7)", sharp=True)
    other = field(f"polygon([{', '.join(corners)}])", sharp=True)
    assert np.array_equal(star[abs(star) > 1e-9] <= 0, other[abs(star) > 1e-9] <= 0)


def test_regular_polygons_are_those_of_their_corners() -> None:
    """Two numbers, or a list."""
    r = 1 / math.cos(math.pi / 5)
    corners = ", ".join(
        f"({r}*cos({t}), {r}*sin({t}))" for t in (math.pi * (2 * j + 1) / 5 for j in range(5))
    )
    two, one = field("polygon(5, 1)", sharp=True), field(f"polygon([{corners}])", sharp=True)
    assert np.allclose(two, one, atol=1e-9)
    assert np.array_equal(field("polygon(5, 1)"), field("regular(5, 1)"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("polygon([(0, 0), (1, 0)])", "a polygon has three corners or more, not all on one line"),
        ("polygon([(0, 0), (1, 1), (1, 0), (0, 1)])", "the edges of a polygon meet in its corners only"),
        ("polygon([0, 1, 2])", "the corners of a polygon are pairs of numbers"),
        ("polygon([(0, 0), (x, 1), (1, 0)])", "the corners of a polygon are pairs of numbers"),
        ("polygon(1)", "polygon needs a list, and this is a number"),
        ("wallpaper(x <= 0, p2mm)", "in wallpaper: there is no element 27 in a list of 17"),
        ("level(3) <= x", "level needs a region, and this is a number"),
    ],
)
def test_mistakes(call: str, message: str) -> None:
    """One clear error each."""
    with pytest.raises(ShapeError) as caught:
        shapecli.parse(f"draw {call}")
    assert caught.value.message.startswith(message)


def test_other_figures_against_their_formulas() -> None:
    """What is inside, written out in another way."""
    x, y = POINTS
    angle, far = np.arctan2(x, y), np.hypot(x, y)
    inside = {
        "hexagon(0.3, 0.1, 1)": np.max([(x - 0.3) * math.cos(t) + (y - 0.1) * math.sin(t)
                                        for t in np.arange(6) * math.pi / 3], axis=0) <= 1,
        "superellipse(0.1, 0.2, 2, 1, 4)": ((x - 0.1) / 2) ** 4 + (y - 0.2) ** 4 <= 1,
        "rose(3, 2)": far <= 2 * np.cos(3 * angle),
        "leaf(2, 0.8)": np.hypot(x - 1, abs(y) + 1.05) <= 1.45,
        "heart(1)": (abs(x) + abs(y) <= 1) | ((abs(x) - 0.5) ** 2 + (y - 0.5) ** 2 <= 0.5),
        "spiral(0.3, 0.2)": np.min([abs(far - 0.3 * (np.arctan2(y, x) + math.tau * k))
                                    for k in range(-1, 4)], axis=0) <= 0.2,
    }  # fmt: skip
    for call, expected in inside.items():
        assert np.array_equal(field(call) <= 0, expected), call


def test_levels_are_numbers_of_the_figure() -> None:
    """L, soft or crisp as the figure is; and a set that is grown by its field."""
    for sharp in (False, True):
        assert np.allclose(
            field("level(x <= y & y <= 1)/n <= 0", sharp=sharp), field("x <= y & y <= 1", sharp=sharp)
        )
    assert np.allclose(field("offset(disc(0, 0, 1), 0.3)"), field("disc(0, 0, 1.3)"))
    assert np.allclose(field("offset(capsule(0, 0, 1, 1, 0.4), -0.1)"), field("capsule(0, 0, 1, 1, 0.3)"))
    assert np.allclose(field("outline(disc(0, 0, 1), 0.1)"), field("arc(0, 0, 1, 0, tau, 0.1)"))
    assert np.allclose(field("offset(shift(disc(0, 0, 1), 1, 0), 0.3)"), field("disc(1, 0, 1.3)"))


def test_owners_and_weights() -> None:
    """The first of the deepest regions, and the softmax of -L; however large the levels are."""
    parts = ["disc(0.3, 0, 0.8)", "disc(-1, 0.5, 0.6)", "y <= -1", "disc(0.3, 0, 0.8)"]
    levels = np.array([50 * field(part) for part in parts])
    listed = f"[{', '.join(parts)}]"
    assert np.array_equal(field(f"owner({listed}) <= 0"), levels.argmin(axis=0) + 1)
    shares = np.exp(levels.min(axis=0) - levels)
    shares /= shares.sum(axis=0)
    for k, share in enumerate(shares, start=1):
        assert np.allclose(field(f"weight({listed}, {k}) <= 0"), share)
    assert np.array_equal(field("owner([x <= 1]) <= 0"), np.ones(2000))


MOVED = [
    ("invert(invert(A))", "A", "A = disc(1, 0.3, 0.8)"),
    ("invert(x >= 1)", "disc(0.5, 0, 0.5)", ""),
    ("swirl(swirl(A, 1.7), -1.7)", "A", "A = box(0.1, 2, -0.3, 0.4)"),
    ("swirl(A, 2)", "A", "A = disc(0, 0, 1.3)"),
    ("bend(y >= 0.5, 0.5)", "disc(0, 2, 1.5)", ""),
    ("polar(y <= 1 + cos(x))", "hypot(x, y) <= 1 + x/hypot(x, y)", ""),
    ("kaleidoscope(A, 5)", "kaleidoscope(A, 5)(x, -y)", "A = disc(1, 0.5, 0.4)"),
    ("kaleidoscope(A, 5)", "rotate(kaleidoscope(A, 5), tau/5)", "A = disc(1, 0.5, 0.4)"),
    (
        "kaleidoscope(A, 5) & y >= 0 & y <= x*tan(pi/5)",
        "A & y >= 0 & y <= x*tan(pi/5)",
        "A = disc(1, 0.5, 0.4)",
    ),
    ("rosette(A, 3)", "rotate(rosette(A, 3), tau/3)", "A = disc(1, 0.5, 0.4)"),
]


@pytest.mark.parametrize(("one", "other", "definition"), MOVED)
def test_ways_to_move_a_region(one: str, other: str, definition: str) -> None:
    """What undoes itself, and what is known besides: the same points are inside."""
    first, second = (field(f"{definition}\ndraw {text}") for text in (one, other))
    clear = abs(first) > 1e-9
    assert np.array_equal(first[clear] <= 0, second[clear] <= 0)


def test_points_of_grids() -> None:
    """Their number, and that none is nearer than it should be."""
    for text, count, apart in (("hexagonal(3, 0.5)", 37, 0.5), ("phyllotaxis(60, 0.5)", 60, 0.4)):
        figure = shapecli.parse(f"draw disc(a, b, 0.1) for (a, b) in {text}")
        assert len(figure.layers) == count
        closest = f"min(hypot(p[1] - q[1], p[2] - q[2]) for p in {text}, q in {text} if p[1] < q[1])"
        assert field(f"{closest} <= {apart - 1e-9}")[0] >= 0


# --- tilings ---------------------------------------------------------------------------------------------

# A second opinion: general positions of the International Tables for Crystallography, volume A; of the
# groups on hexagons, generators, as matrices and translations.
TABLES = {
    "p1": "x,y", "p2": "x,y;-x,-y", "pm": "x,y;-x,y", "pg": "x,y;-x,y+h", "cm": "x,y;-x,y;x+h,y+h;-x+h,y+h",
    "pmm": "x,y;-x,-y;-x,y;x,-y", "pmg": "x,y;-x,-y;-x+h,y;x+h,-y", "pgg": "x,y;-x,-y;-x+h,y+h;x+h,-y+h",
    "cmm": "x,y;-x,-y;-x,y;x,-y;x+h,y+h;-x+h,-y+h;-x+h,y+h;x+h,-y+h", "p4": "x,y;-x,-y;-y,x;y,-x",
    "p4m": "x,y;-x,-y;-y,x;y,-x;-x,y;x,-y;y,x;-y,-x",
    "p4g": "x,y;-x,-y;-y,x;y,-x;-x+h,y+h;x+h,-y+h;y+h,x+h;-y+h,-x+h",
    "p111": "x,y", "p11g": "x,y;x+h,-y", "p1m1": "x,y;-x,y", "p211": "x,y;-x,-y",
    "p2mg": "x,y;-x,-y;-x+h,y;x+h,-y", "p11m": "x,y;x,-y", "p2mm": "x,y;-x,-y;-x,y;x,-y",
}  # fmt: skip
FRIEZES = [name for name in TABLES if len(name) == 4]
HEXAGONS = {"p3": (3, None), "p3m1": (3, math.pi / 2), "p31m": (3, 0.0), "p6": (6, None), "p6m": (6, 0.0)}
MOTIF = "A = rotate(leaf(0.3, 0.1), 0.4)(x - 0.06, y - 0.09) | disc(0.3, 0.1, 0.05)"


def of_tables(name: str) -> list[Operation]:
    """The operations of one cell of a table."""
    numbers = {"x": (1, 0, 0), "-x": (-1, 0, 0), "y": (0, 1, 0), "-y": (0, -1, 0), "h": (0, 0, 0.5)}
    found: list[Operation] = []
    for row in TABLES[name].split(";"):
        sides = [np.sum([numbers[part] for part in side.split("+")], axis=0) for side in row.split(",")]
        a, b, c, d, e, f = map(float, np.concatenate(sides))
        found.append((a, b, c, d, e, f))
    return found


def turned(angle: float, mirror: float | None = None) -> Operation:
    """A turn, or the mirror at a line through 0."""
    c, s = math.cos(angle), math.sin(angle)
    return (c, -s, 0, s, c, 0) if mirror is None else (c, s, 0, s, -c, 0)


def on_hexagons(name: str) -> list[Operation]:
    """The operations around 0 of a group on hexagons."""
    count, mirror = HEXAGONS[name]
    turns = [turned(math.tau * k / count) for k in range(count)]
    mirrors = (
        [] if mirror is None else [turned(2 * mirror + math.tau * k / count, mirror) for k in range(count)]
    )
    return turns + mirrors


def candidates(name: str) -> list[Operation]:
    """Every operation that a pattern of this lattice might have."""
    if name in HEXAGONS:
        linear = [turned(math.tau * k / 6, mirror) for k in range(6) for mirror in (None, 0.0)]
        sixths = [(i + j / 2, j * math.sqrt(0.75)) for i in range(6) for j in range(6)]
        return [(a, b, u / 6, d, e, v / 6) for a, b, _, d, e, _ in linear for u, v in sixths]
    linear = [turned(math.tau * k / 4, mirror) for k in range(4) for mirror in (None, 0.0)]
    if name in FRIEZES:
        return [(a, b, u / 4, d, e, 0) for a, b, _, d, e, _ in linear for u in range(4) if abs(a) > 0.5]
    return [(a, b, u / 4, d, e, v / 4) for a, b, _, d, e, _ in linear for u in range(4) for v in range(4)]


def is_known(operation: Operation, known: list[Operation], name: str) -> bool:
    """Whether it is one of some, but for a translation of the lattice."""
    for other in known:
        a, b, c, d, e, f = np.subtract(operation, other)
        along = f / math.sqrt(0.75) if name in HEXAGONS else f
        across = c - along / 2 if name in HEXAGONS else c
        is_whole = all(abs(part - round(part)) < 1e-6 for part in (across, along))
        if is_whole and max(map(abs, (a, b, d, e))) < 1e-6 and (name not in FRIEZES or abs(f) < 1e-6):
            return True
    return False


@pytest.mark.parametrize("name", [*TABLES, *HEXAGONS])
def test_patterns_have_the_symmetries_of_their_group_and_no_others(name: str) -> None:
    """The operations of the group change nothing; every other one of its lattice does."""
    call = f"{'frieze' if name in FRIEZES else 'wallpaper'}(A, {name})"
    x, y = POINTS * [[1], [0.2 if name in FRIEZES else 1]]
    known = on_hexagons(name) if name in HEXAGONS else of_tables(name)
    found = field(f"{MOTIF}\ndraw {call}", x, y, sharp=True)
    assert 0.01 < np.mean(found <= 0) < 0.9
    kept = 0
    for operation in candidates(name):
        a, b, c, d, e, f = operation
        other = field(f"{MOTIF}\ndraw {call}", a * x + b * y + c, d * x + e * y + f, sharp=True)
        same = np.mean((other <= 0) == (found <= 0))
        assert same == 1 if is_known(operation, known, name) else same < 0.999, operation
        kept += same == 1
    assert kept == len(known)


def test_what_fits_into_the_cell_is_not_cut() -> None:
    """One copy of a motif of p1 is the motif, and so is that of p3 in its hexagon."""
    x, y = POINTS / 9
    assert np.allclose(field(f"{MOTIF}\ndraw wallpaper(A, p1)", x, y), field(f"{MOTIF}\ndraw A", x, y))
    assert np.allclose(
        field(f"{MOTIF}\ndraw wallpaper(A, p3)", x, y), field(f"{MOTIF}\ndraw rosette(A, 3)", x, y)
    )


def test_groups_have_names_in_loops() -> None:
    """They are numbers, of which a list is made; only what is asked for is computed."""
    loop = shapecli.parse(f"{MOTIF}\ndraw wallpaper(A, g) for g in [p1, p4g]")
    for layer, name in zip(loop.layers, ("p1", "p4g"), strict=True):
        alone = tape_of(f"{MOTIF}\ndraw wallpaper(A, {name})", sharp=True)
        assert flatten(blend.level(Graph(), layer.shape, sharp=True)).code == alone.code


def test_every_definition_has_its_picture_or_is_a_number() -> None:
    """And every picture its definition."""
    docs = Path(__file__).parent.parent.parent / "docs"
    shown = set(runpy.run_path(str(docs / "make_pictures.py"))["calls"]())
    assert {path.stem for path in (docs / "pictures" / "library").iterdir()} == shown
    assert shown <= {*library().visible, "polygon"}
    groups = {"wallpaper", "frieze"}  # which are shown with each of their names
    for name, definition in library().visible.items():
        if name in shown or name in groups:
            continue
        parameters = getattr(definition.item, "parameters", ())
        given = {"start": "(0, 1)", "end": "(1, 3)", "regions": "[x <= 1, y <= 2]"}
        arguments = ", ".join(given.get(parameter.name, "2") for parameter in parameters)
        field(f"draw {name}{f'({arguments})' if parameters else ''} <= x")


def test_all_friezes_and_groups_are_there() -> None:
    """17 and 7."""
    assert len(FRIEZES) == 7
    assert len({*TABLES, *HEXAGONS} - {*FRIEZES}) == 17
    assert len(set(itertools.chain(TABLES, HEXAGONS))) == 24
