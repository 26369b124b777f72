"""A function of arrays that needs nothing but NumPy."""

from functools import partial

from shapecli.drawing.drawing import Drawing
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.programs import function_of, heading, left_out
from shapecli.notations.targets.python import body_of
from shapecli.notations.targets.verify import run_python
from shapecli.notations.writing import python


def _write(drawing: Drawing) -> Exported:
    program, defaults = function_of(drawing, python.NUMPY, python.TAKEN)
    arguments = ", ".join(f"{name}={value!r}" for name, value in defaults.items())
    helpers = "\n\n".join(python.NUMPY.defined(program.operations))
    text = (
        f'"""{heading(drawing)}"""\n\nimport numpy as np\n\n\n{helpers}\n\n'
        f"def field(x, y, {arguments}):\n"
        '    """L = ln u at points, which are inside where L <= 0; x and y are arrays of one shape."""\n'
        '    with np.errstate(all="ignore"):\n' + body_of(program, "        ")
    )
    return Exported(text, left_out(drawing))


TARGET = Target(
    help="a function of arrays that needs nothing but NumPy", write=_write, run=partial(run_python, "arrays")
)
