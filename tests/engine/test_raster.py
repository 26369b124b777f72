"""The kernels against plain NumPy, and coverage against counting every point."""

import dataclasses
import io
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

import shapecli
from shapecli.base.source import ShapeError
from shapecli.base.window import Window
from shapecli.drawing.picture import draw
from shapecli.engine import raster, reference, sampling
from shapecli.engine.kernels.job import MARK_INSIDE, MARK_UNDEFINED
from shapecli.engine.plan import Plan
from shapecli.engine.program import Program, filled
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.fields.ops import FUNCTIONS
from shapecli.fields.tape import flatten
from shapecli.formats.png import Header, write_bands
from tests.drawn import drawn, measured, program_of
from tests.oracle.coverage import counted, expected, undefined
from tests.oracle.trees import Tree, trees

PUZZLE = "((A & B & C & D) | E | F) & ~G & ~H".replace("A", "x <= 1").replace("B", "x >= -1").replace(
    "C", "y <= 1"
).replace("D", "y >= -1").replace("E", "(x+1)^2 + y^2 <= 0.25").replace("F", "x^2 + (y-1)^2 <= 0.25").replace(
    "G", "((x-1)^2 + y^2 <= 0.25)"
).replace("H", "(x^2 + (y+1)^2 <= 0.25)")  # fmt: skip
WINDOW = Window(-2, 2, -2, 2)
PLAN = Plan(limit_work=1e18)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.shape"))
HARD = {
    "puzzle": PUZZLE,
    "thin line": "abs(y - sin(x)) <= 1e-3",
    "pole": "y < 1/x",
    "tangent": "y < tan(3*x)",
    "partly undefined": "sqrt(x) <= y | ln(y + x) > 0.5 \\ asin(x) < y",
    "waves": "sin(10*x*y) <= 0",
    "spiral": "sin(4*hypot(x, y) - atan2(y, x)) <= 0",
    "cut out": "if(x < 0, 1/x, sqrt(x)) <= y xor cos(x + y) > 0",
    "powers": "x^y <= 1 & abs(x)^2.5 + abs(y)^-0.3 <= 3",
    "steps": "floor(3*x) <= round(2*y) & mod(x, 0.7) > 0.1",
    "bars": "abs(x) <= 0.3 & abs(y) <= 1 | abs(y - 0.7) <= 0.3 & abs(x) <= 1.2 | abs(y + 1) <= 0.25",
    "crumbs": "mod(x, sqrt(2)/60) < sqrt(3)/300 & mod(y, sqrt(2)/60) < sqrt(3)/300",
}
each_hard = pytest.mark.parametrize("text", HARD.values(), ids=HARD)


def compiled(text: str, *, sharp: bool = False, window: Window = WINDOW, n: float = 50.0) -> Program:
    """A region, ready to be drawn."""
    figure = shapecli.parse(f"draw {text}")
    return program_of(figure, window, n, sharp=sharp)


def shades(cover: raster.Cover) -> NDArray[np.uint8]:
    """As uint8[height, width]."""
    return np.frombuffer(cover.shades, np.uint8).reshape(cover.view.height, cover.view.width)


def agree(found: NDArray[np.float64], expected: NDArray[np.float64], tolerance: float) -> bool:
    """Equal, infinities too, or near."""
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= tolerance * (1 + np.abs(expected))
    return bool(((found == expected) | near).all())


def inputs() -> dict[str, float]:
    """The inputs of figures without parameters."""
    return {"n": 50.0}


some_sharpness = st.sampled_from([0.1, 1.0, 50.0, 1e5])
some_size = st.sampled_from([1e-6, 1.0, 4.0, 1e6])


def window_of(size: float) -> Window:
    """A window around the origin that is not centred on it."""
    return Window(-0.3 * size, 0.7 * size, -0.5 * size, 0.5 * size)


def centres(view: View) -> list[NDArray[np.float64]]:
    """X and y of every pixel centre."""
    return list(np.meshgrid(view.xs(), view.ys()))


@given(trees(), st.booleans(), some_sharpness, some_size)
def test_kernels_agree_with_numpy(tree: Tree, sharp: bool, n: float, size: float) -> None:
    """The same tape, run by the machine and by plain NumPy, for any sharpness and window."""
    view = View(window_of(size), 9, 7)
    program = compiled(tree.text, sharp=sharp, window=view.window, n=n)
    found = sampling.sample(program, view, PLAN).level
    expected, *_ = reference.run(program.tape, {"n": n}, *centres(view))
    assert not np.isnan(found).any()
    assert agree(found, expected, 1e-12 * max(1.0, n / 50))


@each_hard
@pytest.mark.parametrize("sharp", [False, True])
def test_hard_figures_agree_with_numpy(text: str, sharp: bool) -> None:
    """Levels and undefined points of every kind of operation."""
    view = View(Window(-2, 2, -2, 2), 101, 77)
    graph = Graph()
    figure = shapecli.parse(f"draw {text}")
    root = blend.level(graph, figure.layers[0].shape, sharp=sharp)
    tape = flatten(root, blend.undefined(graph, root))
    found = sampling.sample(filled(tape, inputs()), view, PLAN)
    expected, undefined = reference.run(tape, inputs(), *centres(view))
    assert np.array_equal(found.undefined, undefined != 0)
    assert agree(found.level, expected, 1e-10)


def test_every_function_of_the_language_agrees_with_numpy() -> None:
    """One primitive for each function, over positive and negative arguments."""
    view = View(Window(-3.1, 3.3, -2.9, 3.2), 64, 64)
    for name, op in FUNCTIONS.items():
        if name in ("trench", "field"):
            call = f"{name}(x)"
        elif name == "if":
            call = "if(x < y, x, y) <= 0.5"
        else:
            call = f"{name}({', '.join(('x', 'y', 'x + y')[: op.arity])}) <= 0.5"
        program = compiled(call, window=view.window)
        found = sampling.sample(program, view, PLAN)
        expected, *flags = reference.run(program.tape, inputs(), *centres(view))
        assert agree(found.level, expected, 1e-11), name
        assert np.array_equal(found.undefined, flags[0] != 0 if flags else np.zeros((64, 64), bool)), name


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
@pytest.mark.parametrize("far", [2.0**30 - 8, 1e12, 1e200])
def test_angles_beyond_the_reach_of_polynomials(name: str, far: float) -> None:
    """Large angles, alone and beside small ones, are those of the C library; strips do not matter."""
    view = View(Window(-1, 1, -1, 1), 16, 32)
    program = compiled(f"{name}(if(y > 0.4, x, {far!r} (x + 2))) <= 0.5", window=view.window)
    found = sampling.sample(program, view, PLAN).level
    expected, *_ = reference.run(program.tape, inputs(), *centres(view))
    assert agree(found, expected, 1e-11)
    assert differing(program, view) == 0


def differing(program: Program, view: View, *, threads: int = 1) -> int:
    """Pixels that pruning decides otherwise than evaluating every pixel does; counts and marks must agree."""
    found = raster.cover(program, view, Plan(marks=True, threads=threads, limit_work=1e18))
    dense = sampling.sample(program, view, PLAN)
    inside = dense.level <= 0
    marks = np.frombuffer(found.marks or b"", np.uint8).reshape(inside.shape)
    assert found.totals.inside == np.count_nonzero(inside)
    assert found.totals.undefined == np.count_nonzero(dense.undefined)
    assert found.totals.covered == found.totals.inside << 20
    assert np.array_equal(marks, inside * MARK_INSIDE + dense.undefined * MARK_UNDEFINED)
    assert set(np.unique(shades(found))) <= {0, 255}
    return int(np.count_nonzero((shades(found) == 255) != inside))


@each_hard
@pytest.mark.parametrize("sharp", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (7, 63), (64, 65), (127, 128), (1000, 3), (3, 1000), (500, 400)])
def test_pruned_is_dense(text: str, sharp: bool, size: tuple[int, int]) -> None:
    """Zero differing pixels, for odd sizes and every kind of operation."""
    assert differing(compiled(text, sharp=sharp), View(WINDOW, *size)) == 0


@each_hard
@pytest.mark.parametrize("n", [0.1, 5.0, 1e5])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_pruned_is_dense_at_any_scale(text: str, n: float, size: float) -> None:
    """The same for windows from tiny to huge, and sharpness from blunt to hard."""
    view = View(window_of(size), 130, 111)
    assert differing(compiled(text, window=view.window, n=n), view, threads=3) == 0


@given(
    trees(),
    st.booleans(),
    some_sharpness,
    some_size,
    st.sampled_from([1, 7, 63, 64, 65, 127]),
    st.integers(1, 300),
    st.integers(1, 4),
)
@settings(max_examples=200)
def test_random_figures_pruned_are_dense(
    tree: Tree, sharp: bool, n: float, size: float, width: int, height: int, threads: int
) -> None:
    """The same for random figures of all operations."""
    view = View(window_of(size), width, height)
    program = compiled(tree.text, sharp=sharp, window=view.window, n=n)
    assert differing(program, view, threads=threads) == 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("sharp", [False, True])
def test_examples_pruned_are_dense(path: Path, sharp: bool) -> None:
    """The same for every region of every example."""
    figure = shapecli.load(path)
    drawing = drawn(figure, size=777, sharp=sharp)
    for layer in drawing.regions:
        assert differing(layer.level.covered, drawing.view, threads=2) == 0


def within(found: NDArray[np.uint8], low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
    """Whether every shade is at most one off."""
    return bool(((255 * low - 1 - 1e-6 <= found) & (found <= 255 * high + 1 + 1e-6)).all())


@each_hard
@pytest.mark.parametrize("factor", [3, 16])
@pytest.mark.parametrize("n", [5.0, 50.0, None])
@pytest.mark.parametrize("size", [(64, 128), (80, 80)])
def test_coverage_is_that_of_its_rule(text: str, factor: int, n: float | None, size: tuple[int, int]) -> None:
    """Pruned coverage is within 1/255 of the rule evaluated at every point, soft or crisp."""
    view = View(WINDOW, *size)
    program = compiled(text, n=n or 50.0, sharp=n is None)
    found = raster.cover(program, view, Plan(factor))
    low, high = expected(program, view, factor)
    assert within(shades(found), low, high)
    assert found.totals.inside == np.count_nonzero(shades(found) >= 128)
    assert found.totals.undefined == np.count_nonzero(undefined(program, view))
    slack = 0.01 * view.width
    assert low.sum() - slack <= found.totals.covered / 2**20 <= high.sum() + slack


@given(
    trees(),
    st.booleans(),
    st.sampled_from([0.1, 5.0, 1e5]),
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
)
@settings(max_examples=60)
def test_coverage_of_random_figures_is_that_of_its_rule(
    tree: Tree, sharp: bool, n: float, size: tuple[int, int]
) -> None:
    """The same for random regions and picture sizes."""
    view = View(WINDOW, *size)
    program = compiled(tree.text, sharp=sharp, n=n)
    found = shades(raster.cover(program, view, Plan(4)))
    assert within(found, *expected(program, view, 4))


def crowd(count: int) -> str:
    """Many rings, of which each crosses some: a long tape that stays long in places."""
    random = np.random.default_rng(7)
    rings = (
        f"abs((x - {a:.3f})^2 + (y - {b:.3f})^2 - {r:.3f}) <= 0.02"
        for a, b, r in random.uniform([-2, -2, 0.01], [2, 2, 0.5], (count, 3))
    )
    return " | ".join(rings)


@pytest.mark.parametrize("n", [2.0, 50.0, None])
@pytest.mark.parametrize("factor", [1, 16])
def test_long_tapes_are_cut_down_rightly(n: float | None, factor: int) -> None:
    """By centres every pixel, by coverage within 1/255, where parts of leaves have tapes of their own."""
    view = View(WINDOW, 70, 90)
    program = compiled(crowd(60), n=n or 50.0, sharp=n is None)
    assert program.rows > 400
    if factor == 1:
        assert differing(program, view) == 0
    else:
        assert within(shades(raster.cover(program, view, Plan(factor))), *expected(program, view, factor))


@given(trees(), st.booleans(), st.sampled_from([0.1, 50.0]), st.sampled_from([1, 16]))
@settings(max_examples=40)
def test_where_nothing_is_undefined_nothing_changes_by_not_looking(
    tree: Tree, sharp: bool, n: float, factor: int
) -> None:
    """The same bytes whether or not bounds ask."""
    program, view = compiled(tree.text, sharp=sharp, n=n), View(WINDOW, 61, 47)
    assert program.defined  # polynomials are, everywhere
    looking = dataclasses.replace(program, defined=False)
    found = [raster.cover(each, view, Plan(factor)) for each in (program, looking)]
    assert bytes(found[0].shades) == bytes(found[1].shades)
    assert found[0].totals == found[1].totals


@pytest.mark.parametrize(
    "text", ["x/x <= 1", "sqrt(x) <= 1", "ln(x + 5) <= 1", "if(x < 9, x, sqrt(-x)) <= 1"]
)
def test_what_may_be_undefined_near_the_picture_is_looked_at(text: str) -> None:
    """Even if it is beside the window, or on a branch that is never taken."""
    assert not compiled(text).defined


@pytest.mark.parametrize("slope", ["1e-290", "1e-305", "1e-312", "1e-320"])
def test_the_flattest_levels_are_covered_like_others(slope: str) -> None:
    """Even if their slope has no reciprocal; counting them is within 1/32."""
    view = View(WINDOW, 50, 40)
    flat, plain = (
        shades(raster.cover(compiled(f"{factor}*(x + 0.3*y - 0.01) <= 0", n=1.0), view, Plan(16)))
        for factor in (slope, "1")
    )
    assert np.abs(flat.astype(int) - plain).max() <= 255 / 32 + 1


SMOOTH = ("puzzle", "thin line", "waves", "spiral", "cut out")


@pytest.mark.parametrize("name", SMOOTH)
def test_coverage_is_near_to_counting_points(name: str) -> None:
    """The error that docs/antialiasing.md states, against 16 x 16 points in every pixel."""
    view = View(WINDOW, 200, 200)
    program = compiled(HARD[name])
    error = shades(raster.cover(program, view, Plan(16))) / 255 - counted(program, view, 16)
    assert np.abs(error).max() <= 0.06
    assert np.sqrt((error**2).mean()) <= 0.004


def test_bars_finer_than_a_pixel_are_seen() -> None:
    """Two boundaries in most pixels, at all distances from corners."""
    view, program = View(WINDOW, 200, 200), compiled("mod(x, 0.013) < 0.004")
    error = shades(raster.cover(program, view, Plan(16))) / 255 - counted(program, view, 64)
    assert np.abs(error).max() <= 1 / 8
    assert abs(error.mean()) <= 0.005


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
@pytest.mark.parametrize("factor", [1, 5])
def test_any_number_of_threads_gives_the_same(threads: int, factor: int) -> None:
    """Levels, shades and totals, bit for bit."""
    view = View(WINDOW, 333, 1257)
    program = compiled(HARD["cut out"])
    alone, shared = (raster.cover(program, view, Plan(factor, threads=count)) for count in (1, threads))
    assert bytes(alone.shades) == bytes(shared.shades)
    assert alone.totals == shared.totals
    one, many = (sampling.sample(program, view, Plan(threads=count)).level for count in (1, threads))
    assert np.array_equal(one, many)


@each_hard
@pytest.mark.parametrize("size", [(1, 1), (9, 300), (500, 16), (257, 257)])
def test_one_bit_pictures_are_the_same(text: str, size: tuple[int, int]) -> None:
    """As with a byte a pixel; drawn over other pictures too."""
    view, program = View(WINDOW, *size), compiled(text)
    plain = raster.cover(program, view, PLAN)
    bits = raster.cover(program, view, Plan(bits=1))
    packed = np.frombuffer(bits.shades, np.uint8).reshape(view.height, -1)
    assert np.array_equal(np.unpackbits(packed, axis=1, count=view.width) * 255, shades(plain))
    used = bytearray(b"\xff" * len(bits.shades))
    assert raster.cover(program, view, Plan(bits=1), into=used).shades == bits.shades
    used = bytearray(b"\x55" * len(plain.shades))
    assert raster.cover(program, view, PLAN, into=used).shades == plain.shades


@pytest.mark.parametrize(("factor", "bits"), [(1, 1), (1, 8), (16, 8)])
@pytest.mark.parametrize("threads", [1, 4])
def test_bands_are_the_picture(factor: int, bits: int, threads: int) -> None:
    """What is written as it is drawn has the same pixels, rows with their filters undone by Pillow."""
    view, program = View(WINDOW, 333, 1257), compiled(HARD["puzzle"])
    plan = Plan(factor, bits, threads=threads)
    totals: list[raster.Totals] = []
    stream = io.BytesIO()
    write_bands(stream, Header(333, 1257, bits), {}, raster.encode(program, view, plan, totals))
    cover = raster.cover(program, view, plan)
    assert sum(totals, raster.Totals()) == cover.totals
    rows = np.array(Image.open(stream).convert("L"))
    if bits == 1:
        packed = np.frombuffer(cover.shades, np.uint8).reshape(view.height, -1)
        assert np.array_equal(rows, 255 * np.unpackbits(packed, axis=1, count=view.width))
    else:
        assert np.array_equal(rows, shades(cover))


@pytest.mark.parametrize("n", [1e-3, 1.0, 50.0, 1e6])
@pytest.mark.parametrize("size", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_no_nan_and_no_warning(n: float, size: float) -> None:
    """Pictures of every hard figure, from tiny to huge windows and sharpness."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text in HARD.values():
            figure = shapecli.parse(f"draw {text} stroke red 2")
            window = (-size, size, -size, size)
            _, measures = draw(drawn(figure, size=24, window=window, sharpness=n, style="soft"))
            assert np.isfinite(measures.area)
            assert not np.isnan(figure.field(size=24, window=window, sharpness=n)).any()


def test_undefined_points_are_outside_and_inside_the_complement() -> None:
    """Sqrt of a negative number, and 0/0, count as outside; the report knows how many there are."""
    settings = {"size": 10, "window": (-1.0, 1.0, -1.0, 1.0)}
    region, complement = shapecli.parse("draw sqrt(x) >= 0"), shapecli.parse("draw ~(sqrt(x) >= 0)")
    assert (region.field(**settings) <= 0).sum() == 50
    assert (complement.field(**settings) <= 0).sum() == 50
    assert measured(region, **settings).undefined_pixels == 50
    nothing = shapecli.parse("draw (x - x)/(y - y) <= 1")
    assert measured(nothing, **settings).undefined_pixels == 100
    assert measured(nothing, **settings).inside_pixels == 0
    safe = shapecli.parse("draw if(x >= 0, sqrt(x), 0) >= 0")
    assert measured(safe, **settings).undefined_pixels == 0


def test_area_of_a_disc() -> None:
    """Coverage adds up to the area, far better than whole pixels do."""
    area = measured(shapecli.parse("draw x^2 + y^2 <= 1"), size=200).area
    assert area == pytest.approx(np.pi, rel=2e-5)


def test_too_much_work_is_refused_while_it_runs() -> None:
    """A picture that is all boundary stops at the limit instead of taking for ever."""
    figure = shapecli.parse("draw sin(1000*x*y) <= 0")
    with pytest.raises(ShapeError, match=r"limit of 0\.1 billion operations"):
        figure.render(size=400, limit_work=1e8)
    with pytest.raises(ShapeError, match=r"limit of 0\.01 billion operations"):
        figure.field(size=600, limit_work=1e7)


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_on_the_way_stops_all_threads(threads: int) -> None:
    """What progress raises comes out, as a Ctrl-C would, and no thread goes on."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    program, view = compiled("sin(1000*x*y) <= 0"), View(WINDOW, 900, 900)
    before = threading.active_count()
    for kernel in (sampling.sample, raster.cover):
        with pytest.raises(KeyboardInterrupt):
            kernel(program, view, Plan(threads=threads), progress=interrupt)
    assert threading.active_count() == before
