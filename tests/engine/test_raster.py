"""The kernels against plain NumPy, and coverage against counting every point."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import shapecli
from shapecli.engine import raster, reference
from shapecli.engine.view import View
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.fields.ops import FUNCTIONS
from shapecli.fields.tape import flatten
from shapecli.language.figure import Window
from shapecli.language.source import ShapeError
from shapecli.render import Settings, Tapes, draw, tapes_of
from tests.oracle.trees import Tree, trees

PUZZLE = "((A & B & C & D) | E | F) & ~G & ~H".replace("A", "x <= 1").replace("B", "x >= -1").replace(
    "C", "y <= 1"
).replace("D", "y >= -1").replace("E", "(x+1)^2 + y^2 <= 0.25").replace("F", "x^2 + (y-1)^2 <= 0.25").replace(
    "G", "((x-1)^2 + y^2 <= 0.25)"
).replace("H", "(x^2 + (y+1)^2 <= 0.25)")  # fmt: skip
WINDOW = Window(-2, 2, -2, 2)
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
    "crumbs": "mod(x, 0.02) < 0.005 & mod(y, 0.02) < 0.005",
}
each_hard = pytest.mark.parametrize("text", HARD.values(), ids=HARD)


def compiled(text: str, *, sharp: bool = False, window: Window = WINDOW) -> Tapes:
    """The tapes of a region."""
    figure = shapecli.parse(f"draw {text}")
    return tapes_of(figure.layers[0], Settings(sharp=sharp), {"n": 50.0}, window)


def agree(found: NDArray[np.float64], expected: NDArray[np.float64], tolerance: float) -> bool:
    """Equal, infinities too, or near."""
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= tolerance * (1 + np.abs(expected))
    return bool(((found == expected) | near).all())


def inputs() -> dict[str, float]:
    """The inputs of figures without parameters."""
    return {"n": 50.0}


@given(trees(), st.booleans(), st.sampled_from([0.1, 1.0, 50.0, 1e5]), st.sampled_from([1e-6, 1.0, 4.0, 1e6]))
def test_kernels_agree_with_numpy(tree: Tree, sharp: bool, n: float, size: float) -> None:
    """The same tape, run by the machine and by plain NumPy, for any sharpness and window."""
    window = Window(-0.3 * size, 0.7 * size, -0.5 * size, 0.5 * size)
    view = View(window, 9, 7)
    figure = shapecli.parse(f"draw {tree.text}")
    tapes = tapes_of(figure.layers[0], Settings(sharp=sharp), {"n": n}, window)
    found = raster.sample(raster.program(tapes.level, {"n": n}), view).level
    (expected,) = reference.sample(tapes.level, {"n": n}, view)
    assert not np.isnan(found).any()
    assert agree(found, expected, 1e-12 * max(1.0, n / 50))


@each_hard
@pytest.mark.parametrize("sharp", [False, True])
def test_hard_figures_agree_with_numpy(text: str, sharp: bool) -> None:
    """Levels and undefined points of every kind of operation."""
    view = View(Window(-2, 2, -2, 2), 101, 77)
    graph = Graph()
    figure = shapecli.parse(f"draw {text}")
    root = blend.level(graph, figure.layers[0].region, sharp=sharp)
    tape = flatten(root, blend.undefined(graph, root))
    found = raster.sample(raster.program(tape, inputs()), view)
    expected, undefined = reference.sample(tape, inputs(), view)
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
            call = f"{name}({', '.join(('x', 'y')[: op.arity])}) <= 0.5"
        tapes = compiled(call, window=view.window)
        found = raster.sample(raster.program(tapes.full, inputs()), view)
        expected, *flags = reference.sample(tapes.full, inputs(), view)
        assert agree(found.level, expected, 1e-11), name
        assert np.array_equal(found.undefined, flags[0] != 0 if flags else np.zeros((64, 64), bool)), name


@each_hard
@pytest.mark.parametrize("factor", [2, 3, 16])
def test_coverage_is_the_count_of_all_points(text: str, factor: int) -> None:
    """Tiles and pixels that intervals settle have the count that evaluating every point gives."""
    view = View(Window(-2, 2, -2, 2), 70, 53)
    tapes = compiled(text)
    level, full = (raster.program(tape, inputs()) for tape in (tapes.level, tapes.full))
    cover = raster.cover(level, full, view, factor)
    fine = raster.sample(level, view.finer(factor)).level <= 0
    counts = fine.reshape(53, factor, 70, factor).sum(axis=(1, 3))
    centres = raster.sample(full, view)
    assert np.array_equal(cover.counts, counts)
    assert np.array_equal(cover.inside, centres.level <= 0)
    assert np.array_equal(cover.undefined, centres.undefined)


@given(
    trees(),
    st.booleans(),
    st.sampled_from([0.1, 5.0, 1e5]),
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
)
@settings(max_examples=60)
def test_coverage_of_random_figures_is_the_count(
    tree: Tree, sharp: bool, n: float, size: tuple[int, int]
) -> None:
    """The same for random regions and picture sizes."""
    view = View(Window(-2, 2, -2, 2), *size)
    figure = shapecli.parse(f"draw {tree.text}")
    tapes = tapes_of(figure.layers[0], Settings(sharp=sharp), {"n": n}, view.window)
    level = raster.program(tapes.level, {"n": n})
    cover = raster.cover(level, raster.program(tapes.full, {"n": n}), view, 4)
    fine = raster.sample(level, view.finer(4)).level <= 0
    assert np.array_equal(cover.counts, fine.reshape(size[1], 4, size[0], 4).sum(axis=(1, 3)))


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
def test_any_number_of_threads_gives_the_same(threads: int) -> None:
    """Levels and counts, bit for bit."""
    view = View(Window(-2, 2, -2, 2), 333, 257)
    tapes = compiled(HARD["cut out"])
    level, full = (raster.program(tape, inputs()) for tape in (tapes.level, tapes.full))
    assert np.array_equal(
        raster.sample(level, view, threads=threads).level, raster.sample(level, view, threads=1).level
    )
    assert np.array_equal(
        raster.cover(level, full, view, 5, threads=threads).counts,
        raster.cover(level, full, view, 5, threads=1).counts,
    )


@pytest.mark.parametrize("n", [1e-3, 1.0, 50.0, 1e6])
@pytest.mark.parametrize("size", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_no_nan_and_no_warning(n: float, size: float) -> None:
    """Pictures of every hard figure, from tiny to huge windows and sharpness."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text in HARD.values():
            figure = shapecli.parse(f"draw {text} stroke red 2")
            window = (-size, size, -size, size)
            drawn = draw(figure, Settings(size=24, window=window, sharpness=n, style="soft"))
            assert drawn.image is not None
            assert np.isfinite(drawn.area)
            assert not np.isnan(figure.field(size=24, window=window, sharpness=n)).any()


def test_undefined_points_are_outside_and_inside_the_complement() -> None:
    """Sqrt of a negative number, and 0/0, count as outside; the report knows how many there are."""
    settings = {"size": 10, "window": (-1.0, 1.0, -1.0, 1.0)}
    region, complement = shapecli.parse("draw sqrt(x) >= 0"), shapecli.parse("draw ~(sqrt(x) >= 0)")
    assert (region.field(**settings) <= 0).sum() == 50
    assert (complement.field(**settings) <= 0).sum() == 50
    assert draw(region, Settings(**settings)).undefined_pixels == 50  # type: ignore[arg-type]
    nothing = shapecli.parse("draw (x - x)/(y - y) <= 1")
    assert draw(nothing, Settings(**settings)).undefined_pixels == 100  # type: ignore[arg-type]
    assert draw(nothing, Settings(**settings)).inside_pixels == 0  # type: ignore[arg-type]
    safe = shapecli.parse("draw if(x >= 0, sqrt(x), 0) >= 0")
    assert draw(safe, Settings(**settings)).undefined_pixels == 0  # type: ignore[arg-type]


def test_area_of_a_disc() -> None:
    """Coverage adds up to the area, far better than whole pixels do."""
    area = draw(shapecli.parse("draw x^2 + y^2 <= 1"), Settings(size=200)).area
    assert area == pytest.approx(np.pi, rel=2e-5)


def test_too_much_work_is_refused_while_it_runs() -> None:
    """A picture that is all boundary stops at the limit instead of taking for ever."""
    figure = shapecli.parse("draw sin(1000*x*y) <= 0")
    with pytest.raises(ShapeError, match=r"limit of 0\.1 billion operations"):
        figure.render(size=400, limit_work=1e8)
    with pytest.raises(ShapeError, match=r"limit of 0\.01 billion operations"):
        figure.field(size=600, limit_work=1e7)


def test_an_error_in_a_thread_stops_the_others() -> None:
    """What progress raises comes out, as a Ctrl-C would, and no thread goes on."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    tapes = compiled(PUZZLE)
    with pytest.raises(KeyboardInterrupt):
        raster.sample(
            raster.program(tapes.level, inputs()), View(Window(-2, 2, -2, 2), 500, 500), progress=interrupt
        )
