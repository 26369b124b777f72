"""Styles that colour every pixel: the field itself, and who decides where."""

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from shapecli.base.source import ShapeError
from shapecli.drawing import traces
from shapecli.drawing.scene import Brush, Scene, Strip
from shapecli.drawing.settings import plan_of
from shapecli.engine import raster, sampling
from shapecli.engine.raster import Program
from shapecli.engine.view import View
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph
from shapecli.fields.tape import FORMS, LOAD, flatten
from shapecli.language.figure import Layer
from shapecli.painting.colourmaps import FEW, FEW_COLOURS, FIELD, MANY, colour_list, colour_map
from shapecli.painting.paint import LINEAR, Paint, encoded
from shapecli.painting.strokes import stroke

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shapecli.painting.paint import Pixels

SHADES: Final = 256
STEPS: Final = 4  # iso-lines on either side of 0, or up to twice as many
SAMPLES: Final = 64  # points on a side that the range of colours is chosen from
USUAL: Final = 0.9  # of them are within that range
LARGEST_SPAN: Final = 1e300
BLACK: Final = (0, 0, 0, 255)
FAINT: Final = 0.3  # what is outside, in the style owners
ROUGH: Final = 0.1  # pixels by which lines other than the boundary are simplified
ISOLINE, ZERO_LINE = (1.0, 0.35), (2.0, 1.0)  # width in pixels, opacity


def levels_of(scene: Scene, programs: Sequence[Program]) -> "Callable[[Strip], NDArray[np.float64]]":
    """The least level of some programs, strip by strip.

    Raises:
        ShapeError: those of all strips take more work than the limit.
    """
    view, plan = scene.view, plan_of(scene.settings)
    if view.width * view.height * sum(program.tape.cost for program in programs) > plan.limit_work:
        raise raster.too_much_work(plan.limit_work)

    def levels(strip: Strip) -> "NDArray[np.float64]":
        found = [sampling.sample(one, view, plan, rows=strip.rows).level for one in programs]
        least: NDArray[np.float64] = np.minimum.reduce(found)
        return least

    return levels


def field_brushes(scene: Scene) -> list[Brush]:
    """L / n in the colours of a diverging map, with lines at round values.

    Raises:
        ShapeError: the figure has curves alone, or there is no such map.
    """
    programs = [scene.programs[layer] for layer in scene.layers()]
    if not programs:
        raise ShapeError("a curve has no field", source=scene.figure.source, hint="write <= for a region")
    levels, sharpness = levels_of(scene, programs), scene.inputs[blend.SHARPNESS]
    top = scene.settings.span or usual_span(scene)
    step = round_down(top / STEPS)
    table = _colours(scene, lambda: colour_map(scene.settings.colours or FIELD, SHADES))

    def shades(strip: Strip) -> Paint:
        with np.errstate(over="ignore"):  # infinite is as far as can be
            share = levels(strip) * ((SHADES - 1) / (2 * top * sharpness)) + (SHADES - 1) / 2
        numbers = np.clip(np.nan_to_num(share), 0, SHADES - 1).astype(np.uint8)
        return Paint(np.full(numbers.shape, 255, np.uint8), table[numbers])

    found: list[Brush] = [shades]
    grid, evaluate = traces.grid_of_least(programs, scene.inputs, scene.view, scene.settings, margin=3)
    last = math.floor(top / step)
    for number in sorted(range(-last, last + 1), key=lambda k: k == 0):
        exact = (evaluate, traces.SMOOTH) if number == 0 else (None, ROUGH)
        lines = traces.at_level(grid, exact[0], number * step * sharpness, scene.view, exact[1])
        found.append(_line(scene, lines, *(ISOLINE if number else ZERO_LINE)))
    return found


def _line(scene: Scene, lines: "list[NDArray[np.float64]]", width: float, opacity: float) -> Brush:
    columns = scene.view.width
    return lambda strip: Paint(stroke(lines, width, columns, strip.rows), BLACK, opacity)


def usual_span(scene: Scene) -> float:
    """A round number that most |L / n| of a figure are well below."""
    view, plan = View(scene.view.window, SAMPLES, SAMPLES), plan_of(scene.settings)
    found = [sampling.sample(scene.programs[layer], view, plan).level for layer in scene.layers()]
    size = np.abs(np.minimum.reduce(found) / scene.inputs[blend.SHARPNESS])
    finite = size[np.isfinite(size)]
    usual = float(np.quantile(finite, USUAL)) if finite.size else 0.0
    return round_down(2 * usual) if 0.0 < usual < LARGEST_SPAN else 1.0


def round_down(number: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** math.floor(math.log10(number))
    return power * next(factor for factor in (5, 2, 1) if factor * power <= number * (1 + 1e-9))


def owners_brushes(scene: Scene) -> Iterator[Brush]:
    """Every point in the colour of the primitive that decides there, mixed by the weights of all.

    Points outside of the first layer are painted too, faintly.

    Raises:
        ShapeError: there is no such colour map, or it takes more work than the limit.
    """
    layers = scene.layers()
    roots = [blend.level(Graph(scene.inputs), layer.shape, sharp=scene.settings.sharp) for layer in layers]
    programs = [raster.program(flatten(root, reuse=False), scene.inputs) for root in roots]
    primitives = [list(_primitives(program)) for program in programs]
    total = sum(map(len, primitives))
    colours = iter(LINEAR[_colours(scene, lambda: palette_of(scene.settings.colours, total))])
    for layer, program, rows in zip(layers, programs, primitives, strict=True):
        light = np.full((program.rows, 3), -1.0)
        for row in rows:
            light[row] = next(colours)
        yield _owners(scene, layer, program, array("d", light.ravel().tolist()), faint=layer is layers[0])


def palette_of(name: str | None, total: int) -> "Pixels":
    """Colours of primitives: uint8[total, 3].

    Raises:
        ValueError: there is no such map; with a hint as its only argument.
    """
    return colour_list(name or (FEW if total <= FEW_COLOURS else MANY), total)


def _primitives(program: Program) -> Iterator[int]:
    """The rows of a tape that are levels of inequalities."""
    for row, (code, _) in enumerate(program.tape.rows()):
        if code[0] != LOAD and FORMS[code[0] - LOAD - 1].op in (ops.closed_, ops.opened_):
            yield row


def _owners(scene: Scene, layer: Layer, program: Program, colours: "array[float]", *, faint: bool) -> Brush:
    view, plan = scene.view, plan_of(scene.settings)
    if 3 * view.width * view.height * program.tape.cost > plan.limit_work:
        raise raster.too_much_work(plan.limit_work)

    def brush(strip: Strip) -> Paint:
        found = sampling.owners(program, view, plan, colours, rows=strip.rows)
        share = strip.shares[layer].astype(np.float32) / np.float32(255)
        if faint:
            share = np.float32(FAINT) + np.float32(1 - FAINT) * share
        return Paint(share, encoded(found.light.astype(np.float32)), layer.style.opacity)

    return brush


def _colours(scene: Scene, choose: "Callable[[], Pixels]") -> "Pixels":
    try:
        return choose()
    except ValueError as problem:
        name = scene.settings.colours
        raise ShapeError(f"unknown colour map {name}", option="--colours", hint=str(problem)) from None
