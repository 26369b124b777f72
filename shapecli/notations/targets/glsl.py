"""A function of GLSL ES 3.00, `float field(vec2 p)`; the sharpness and parameters are uniforms."""

from dataclasses import replace

from shapecli.drawing.drawing import Drawing
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.browser import run_shader
from shapecli.notations.targets.programs import (
    heading,
    left_out,
    root_of,
    safe_inputs,
    safe_labels,
    sharpness_first,
)
from shapecli.notations.writing import glsl
from shapecli.notations.writing.program import straight


def _write(drawing: Drawing) -> Exported:
    root, named = root_of(drawing)
    inputs = safe_inputs(drawing, glsl.TAKEN, "p.x", "p.y")
    taken = {*glsl.TAKEN, *inputs.values()}
    notation = replace(glsl.GLSL, name=inputs.__getitem__)
    guards = glsl.guards([root], {one.name: (one.low, one.high) for one in drawing.figure.parameters})
    program = straight([root], notation, safe_labels(named, taken), taken, guards)
    values = sharpness_first(drawing, inputs)
    uniforms = "".join(f"uniform float {name}; // {value:g}\n" for name, value in values.items())
    text = (
        f"// {heading(drawing)}\n"
        "// For a shader that begins with #version 300 es and precision highp float.\n"
        f"{uniforms}{glsl.helpers(program.operations)}\n\n"
        "// L = ln u at a point, which is inside where L <= 0.\n"
        f"float field(vec2 p) {{\n{glsl.body(program)}  return {program.results[0]};\n}}\n"
    )
    return Exported(text, left_out(drawing), values)


TARGET = Target(
    help="a function for GLSL ES 3.00",
    write=_write,
    run=lambda exported, view, _: run_shader(exported.text, exported.uniforms, view),
)
