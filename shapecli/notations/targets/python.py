"""A function of Python that needs nothing but `math`; its rules are those of the table."""

from functools import partial

from shapecli.drawing.drawing import Drawing
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.programs import function_of, heading, left_out
from shapecli.notations.targets.verify import run_python
from shapecli.notations.writing import python
from shapecli.notations.writing.program import Listing


def _write(drawing: Drawing) -> Exported:
    program, defaults = function_of(drawing, python.MATH, python.TAKEN)
    arguments = ", ".join(f"{name}: float = {value!r}" for name, value in defaults.items())
    text = (
        f'"""{heading(drawing)}"""\n\nimport math\n\n{python.math_helpers(program.operations)}\n\n'
        f"def field(x: float, y: float, {arguments}) -> float:\n"
        '    """L = ln u at a point, which is inside where L <= 0."""\n' + body_of(program, "    ")
    )
    return Exported(text, left_out(drawing))


def body_of(listing: Listing, indent: str) -> str:
    """The lines of a function."""
    lines = [f"{line.name} = {line.text}" for line in listing.lines]
    return "".join(f"{indent}{line}\n" for line in (*lines, f"return {listing.results[0]}"))


TARGET = Target(
    help="a function that needs nothing but math", write=_write, run=partial(run_python, "points")
)
