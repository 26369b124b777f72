"""Figures as programs for other tools: a function of a point that gives its level."""

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from shapecli import __version__
from shapecli.base.source import ShapeError
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node
from shapecli.notations.targets.wanted import Exported, Wanted, one_line, parameters
from shapecli.notations.writing import glsl, python
from shapecli.notations.writing.forms import Notation
from shapecli.notations.writing.labels import labels, safe
from shapecli.notations.writing.program import Program, straight


def _roots(wanted: Wanted, graph: Graph) -> tuple[Node, dict[Node, str]]:
    """The least level of all layers, and the names of levels in it."""
    found: list[Node] = []
    named: dict[Node, str] = {}
    used: set[str] = set()
    for layer in wanted.figure.layers:
        if layer.is_curve:
            continue
        levels = blend.levels(graph, layer.shape, sharp=wanted.sharp)
        found.append(levels[layer.shape])
        for region, name in labels(layer.shape, wanted.figure.names, used).items():
            if levels[region].op and levels[region] not in named and name not in used:
                named[levels[region]] = name
                used.add(name)
    if not found:
        raise ShapeError(
            "a curve has no field", source=wanted.figure.source, hint="--to latex and desmos have equations"
        )
    return reduce(lambda a, b: graph.apply(ops.minimum, a, b), found), named


def _left_out(wanted: Wanted) -> tuple[str, ...]:
    return (
        ("curves have no field and are left out",)
        if any(layer.is_curve for layer in wanted.figure.layers)
        else ()
    )


def with_math(wanted: Wanted) -> Exported:
    """A function of Python that needs nothing but `math`; its rules are those of the table.

    Raises:
        ShapeError: the figure has curves alone.
    """
    program, defaults = _python(wanted, python.MATH)
    arguments = ", ".join(f"{name}: float = {value!r}" for name, value in defaults.items())
    text = (
        f"{_title(wanted)}import math\n\n{python.math_helpers(program.operations)}\n\n"
        f"def field(x: float, y: float, {arguments}) -> float:\n"
        '    """L = ln u at a point, which is inside where L <= 0."""\n' + _body(program, "    ")
    )
    return Exported(text, _left_out(wanted))


def with_numpy(wanted: Wanted) -> Exported:
    """A function of arrays that needs nothing but NumPy.

    Raises:
        ShapeError: the figure has curves alone.
    """
    program, defaults = _python(wanted, python.NUMPY)
    arguments = ", ".join(f"{name}={value!r}" for name, value in defaults.items())
    text = (
        f"{_title(wanted)}import numpy as np\n\n\n{python.numpy_helpers(program.operations)}\n\n"
        f"def field(x, y, {arguments}):\n"
        '    """L = ln u at points, which are inside where L <= 0; x and y are arrays of one shape."""\n'
        '    with np.errstate(all="ignore"):\n' + _body(program, "        ")
    )
    return Exported(text, _left_out(wanted))


def _python(wanted: Wanted, notation: Notation) -> tuple[Program, dict[str, float]]:
    """The body of a function, and its arguments but x and y with their values."""
    root, named = _roots(wanted, Graph())
    inputs = {"x": "x", "y": "y", "n": "n"} | safe(list(parameters(wanted)), python.TAKEN)
    taken = {*python.TAKEN, *inputs.values()}
    program = straight([root], replace(notation, name=inputs.__getitem__), _safe_labels(named, taken), taken)
    order = sorted(wanted.inputs.items(), key=lambda item: item[0] != blend.SHARPNESS)
    return program, {inputs[name]: value for name, value in order}


def _title(wanted: Wanted) -> str:
    return f'"""{one_line(wanted.figure.title)}: exported by shapecli {__version__}."""\n\n'


def _body(program: Program, indent: str) -> str:
    lines = [f"{line.name} = {line.text}" for line in program.lines]
    return "".join(f"{indent}{line}\n" for line in (*lines, f"return {program.results[0]}"))


def _safe_labels(named: Mapping[Node, str], taken: set[str]) -> dict[Node, str]:
    names = safe(list(named.values()), taken)
    return {node: names[name] for node, name in named.items()}


def shader(wanted: Wanted) -> Exported:
    """A function of GLSL ES 3.00, `float field(vec2 p)`; the sharpness and parameters are uniforms.

    Raises:
        ShapeError: the figure has curves alone.
    """
    root, named = _roots(wanted, Graph())
    inputs = {"x": "p.x", "y": "p.y", "n": "n"} | safe(list(parameters(wanted)), glsl.TAKEN)
    taken = {*glsl.TAKEN, *inputs.values()}
    notation = replace(glsl.GLSL, name=inputs.__getitem__)
    guards = glsl.guards([root], {one.name: (one.low, one.high) for one in wanted.figure.parameters})
    program = straight([root], notation, _safe_labels(named, taken), taken, guards)
    uniforms = "".join(
        f"uniform float {inputs[name]}; // {value:g}\n"
        for name, value in sorted(wanted.inputs.items(), key=lambda item: item[0] != "n")
    )
    text = (
        f"// {one_line(wanted.figure.title)}: exported by shapecli {__version__}.\n"
        "// For a shader that begins with #version 300 es and precision highp float.\n"
        f"{uniforms}{glsl.helpers(program.operations)}\n\n"
        "// L = ln u at a point, which is inside where L <= 0.\n"
        f"float field(vec2 p) {{\n{glsl.body(program)}  return {program.results[0]};\n}}\n"
    )
    return Exported(text, _left_out(wanted), {inputs[name]: value for name, value in wanted.inputs.items()})
