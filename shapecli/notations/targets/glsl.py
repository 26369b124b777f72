"""A function of GLSL ES 3.00, `float field(vec2 p)`; the sharpness and parameters are uniforms."""

from shapecli.drawing.drawing import Drawing
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.browser import run_shader
from shapecli.notations.targets.programs import function_of, heading, left_out
from shapecli.notations.writing import glsl


def _write(drawing: Drawing) -> Exported:
    ranges = {parameter.name: (parameter.low, parameter.high) for parameter in drawing.figure.parameters}
    program, values = function_of(
        drawing, glsl.GLSL, glsl.TAKEN, "p.x", "p.y", lambda root: glsl.guards([root], ranges)
    )
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
