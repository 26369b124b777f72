"""A function of Python that needs nothing but `math`; its rules are those of the table."""

from dataclasses import replace

from shapecli.drawing.drawing import Drawing
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.programs import (
    heading,
    left_out,
    root_of,
    safe_inputs,
    safe_labels,
    sharpness_first,
)
from shapecli.notations.targets.verify import by_points
from shapecli.notations.writing import python
from shapecli.notations.writing.forms import Notation
from shapecli.notations.writing.program import Listing, straight


def _write(drawing: Drawing) -> Exported:
    program, defaults = function_of(drawing, python.MATH)
    arguments = ", ".join(f"{name}: float = {value!r}" for name, value in defaults.items())
    text = (
        f'"""{heading(drawing)}"""\n\nimport math\n\n{python.math_helpers(program.operations)}\n\n'
        f"def field(x: float, y: float, {arguments}) -> float:\n"
        '    """L = ln u at a point, which is inside where L <= 0."""\n' + body_of(program, "    ")
    )
    return Exported(text, left_out(drawing))


def function_of(drawing: Drawing, notation: Notation) -> tuple[Listing, dict[str, float]]:
    """The body of a function, and its arguments but x and y with their values.

    Raises:
        ShapeError: the figure has curves alone.
    """
    root, named = root_of(drawing)
    inputs = safe_inputs(drawing, python.TAKEN)
    taken = {*python.TAKEN, *inputs.values()}
    program = straight([root], replace(notation, name=inputs.__getitem__), safe_labels(named, taken), taken)
    return program, sharpness_first(drawing, inputs)


def body_of(listing: Listing, indent: str) -> str:
    """The lines of a function."""
    lines = [f"{line.name} = {line.text}" for line in listing.lines]
    return "".join(f"{indent}{line}\n" for line in (*lines, f"return {listing.results[0]}"))


TARGET = Target(help="a function that needs nothing but math", write=_write, run=by_points)
