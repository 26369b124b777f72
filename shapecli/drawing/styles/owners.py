"""Every point in the colour of the primitive that decides there, mixed by the weights of all."""

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from shapecli.drawing.styles import Style

if TYPE_CHECKING:
    from shapecli.drawing.drawing import Drawing, DrawnLayer
    from shapecli.drawing.strips import Brush, Strip
    from shapecli.engine.program import Program
    from shapecli.painting.paint import Paint, Pixels

FAINT: Final = 0.3  # what is outside


def _ground(drawing: "Drawing") -> "Iterator[Brush]":
    """Points outside of the first layer are painted too, faintly."""
    import numpy as np

    from shapecli.painting.paint import LINEAR

    programs = [layer.level.unshared for layer in drawing.regions]
    primitives = [list(_primitives(program)) for program in programs]
    colours = iter(LINEAR[colours_of(drawing, sum(map(len, primitives)))])
    for layer, program, rows in zip(drawing.regions, programs, primitives, strict=True):
        light = np.full((program.rows, 3), -1.0)
        for row in rows:
            light[row] = next(colours)
        lights = array("d", light.ravel().tolist())
        yield _mixture(layer, program, lights, faint=layer is drawing.regions[0])


def colours_of(drawing: "Drawing", total: int) -> "Pixels":
    """Colours of so many primitives: uint8[total, 3].

    Raises:
        ShapeError: there is no such map.
    """
    from shapecli.base.colourmaps import FEW, FEW_COLOURS, MANY, colour_list

    usual = FEW if total <= FEW_COLOURS else MANY
    return colour_list(drawing.colours or usual, total)


def _primitives(program: "Program") -> Iterator[int]:
    """The rows of a tape that are levels of inequalities."""
    from shapecli.fields import ops
    from shapecli.fields.tape import INSTRUCTIONS, LOAD

    for row, (code, _) in enumerate(program.tape.rows()):
        if code[0] != LOAD and INSTRUCTIONS[code[0] - LOAD - 1].op in (ops.closed_, ops.opened_):
            yield row


def _mixture(layer: "DrawnLayer", program: "Program", lights: "array[float]", *, faint: bool) -> "Brush":
    import numpy as np

    from shapecli.engine import sampling
    from shapecli.painting.paint import Paint, encoded

    drawing, covered = layer.drawing, layer.level.covered
    drawing.check_work(3 * program.tape.cost)

    def brush(strip: "Strip") -> "Paint":
        light = sampling.owners(program, drawing.view, drawing.plan(), lights, rows=strip.rows)
        share = strip.shares[covered].astype(np.float32) / np.float32(255)
        if faint:
            share = np.float32(FAINT) + np.float32(1 - FAINT) * share
        return Paint(share, encoded(light.astype(np.float32)), layer.opacity)

    return brush


STYLE = Style(
    help="every point in the colour of the inequality that decides there",
    ground=_ground, outlines=True, inked=True, on_pages=True, own_ground=True,
)  # fmt: skip
