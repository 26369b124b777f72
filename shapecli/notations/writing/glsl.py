"""Programs in GLSL ES 3.00, where nothing may depend on NaN: what can be undefined has a flag beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from shapecli.fields.blend import SHARPNESS
from shapecli.fields.graph import Node, enclosed
from shapecli.fields.ops import EXECUTABLE, Interval
from shapecli.notations.writing.forms import BLENDED, SPACED, Notation, call, literals
from shapecli.notations.writing.program import Guards, Program

INFINITE: Final = "INFINITE"
LARGEST: Final = 3.4e38
FAR: Final = 1e6
OWN: Final = frozenset(
    ["abs", "atan", "sinh", "cosh", "exp", "sign", "floor", "min", "max"]
)  # of GLSL itself

# Where an operation is undefined, if its arguments are not.
UNDEFINED: Final = {
    "+": "abs({0}) > LARGEST && {0} == -{1}", "-": "abs({0}) > LARGEST && {0} == {1}",
    "*": "({0} == 0.0 && abs({1}) > LARGEST) || ({1} == 0.0 && abs({0}) > LARGEST)",
    "/": "({0} == 0.0 && {1} == 0.0) || (abs({0}) > LARGEST && abs({1}) > LARGEST)",
    "^": "{0} < 0.0 && fract({1}) != 0.0", "sqrt": "{0} < 0.0", "ln": "{0} < 0.0", "log2": "{0} < 0.0",
    "log10": "{0} < 0.0", "sin": "abs({0}) > LARGEST", "cos": "abs({0}) > LARGEST",
    "tan": "abs({0}) > LARGEST", "asin": "abs({0}) > 1.0", "acos": "abs({0}) > 1.0",
}  # fmt: skip

HELPERS: Final = {
    "square": "float square(float a) { return a * a; }",
    "/": "float quotient(float a, float b) { return b != 0.0 ? a / b : sign(a) * INFINITE; }",
    "^": """\
float power(float a, float b) {
  if (a == 0.0) return b < 0.0 ? INFINITE : b == 0.0 ? 1.0 : 0.0;
  float size = pow(abs(a), b);
  return a < 0.0 && mod(b, 2.0) == 1.0 ? -size : size;
}""",
    "sqrt": "float root(float a) { return sqrt(max(a, 0.0)); }",
    "cbrt": "float cube_root(float a) { return a == 0.0 ? 0.0 : sign(a) * pow(abs(a), 1.0 / 3.0); }",
    "ln": "float ln(float a) { return a > 0.0 ? log(a) : -INFINITE; }",
    "log2": "float logarithm2(float a) { return a > 0.0 ? log2(a) : -INFINITE; }",
    "log10": "float logarithm10(float a) { return a > 0.0 ? log(a) / log(10.0) : -INFINITE; }",
    "sin": "float sine(float a) { return wave(a); }",
    "cos": "float cosine(float a) { return wave(a + 1.5707964); }",
    "tan": "float tangent(float a) { return wave(a) / wave(a + 1.5707964); }",
    "asin": "float arc_sine(float a) { return asin(clamp(a, -1.0, 1.0)); }",
    "acos": "float arc_cosine(float a) { return acos(clamp(a, -1.0, 1.0)); }",
    "atan2": "float angle(float a, float b) { return a == 0.0 && b == 0.0 ? 0.0 : atan(a, b); }",
    "tanh": "float hyperbolic_tangent(float a) { return tanh(clamp(a, -20.0, 20.0)); }",
    "if": "float select(float c, float a, float b) { return c <= 0.0 ? a : b; }",
    "closed": "float closed(float a) { return a == 0.0 ? -1e-37 : a; }",
    "opened": "float opened(float a) { return a == 0.0 ? 1e-37 : a; }",
    "smooth_max": """\
float smooth_max(float a, float b) {
  return max(a, b) + log1p_exp(a == b ? 0.0 : -abs(a - b));
}""",
    "smooth_min": """\
float smooth_min(float a, float b) {
  return min(a, b) - log1p_exp(a == b ? 0.0 : -abs(a - b));
}""",
    "smooth_xor": """\
float smooth_xor(float a, float b) {
  float size = min(abs(a), abs(b));
  float both = a == -b ? 0.0 : -abs(a + b), gap = a == b ? 0.0 : -abs(a - b);
  return ((a < 0.0) != (b < 0.0) ? -size : size) + log1p_exp(both) - log1p_exp(gap);
}""",
}
SHARED: Final = {
    "wave": """\
float wave(float a) { // the sine: GLSL's own may be off by 2e-4
  float k = floor(a * 0.31830987 + 0.5);
  float r = (a - k * 3.140625) - k * 9.6765359e-4, s = r * r;
  float v = r + r * s * (-1.6666667e-1 + s * (8.3333333e-3 + s * (-1.9841270e-4
    + s * (2.7557319e-6 + s * -2.5052108e-8))));
  return mod(k, 2.0) == 1.0 ? -v : v;
}""",
    "log1p_exp": """\
float log1p_exp(float t) { // ln(1 + e^t) for t <= 0; the series, which is never more, where 1 + e^t rounds
  float e = exp(t);
  return max(log(1.0 + e), e - 0.5 * e * e);
}""",
}
NAMES: Final = {
    "sin": "sine", "cos": "cosine", "tan": "tangent",
    "/": "quotient", "^": "power", "sqrt": "root", "cbrt": "cube_root", "log2": "logarithm2",
    "log10": "logarithm10", "asin": "arc_sine", "acos": "arc_cosine", "atan2": "angle",
    "tanh": "hyperbolic_tangent", "if": "select",
}  # fmt: skip
_WORDS: Final = """
    attribute const uniform varying layout centroid flat smooth break continue do for while switch case
    default if else in out inout float int void bool true false invariant discard return lowp mediump highp
    precision sampler2D struct common partition active asm class union enum typedef template this resource
    goto inline noinline volatile public static extern external interface long short double half fixed
    unsigned superp input output filter using namespace uint main p field radians degrees pow exp log sqrt
    abs sign floor ceil fract mod min max clamp mix step length distance dot cross normalize any all not
    round trunc texture x y
    vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4 mat2 mat3 mat4 sampler3D samplerCube
    isampler2D usampler2D isinf isnan log2 exp2 inversesqrt dFdx dFdy fwidth acosh asinh atanh
"""  # of the language, and of its library
TAKEN: Final = frozenset(
    [*_WORDS.split(), *HELPERS, *SHARED, *NAMES.values(), *OWN, "n", "LARGEST", "INFINITE"]
)


def _number(value: float) -> tuple[str, int]:
    number = literals(INFINITE, "0.0")
    return number(value) if abs(value) <= LARGEST else number(float("inf") if value > 0 else float("-inf"))


GLSL: Final = Notation(
    forms={
        **{
            op.name: call(NAMES.get(op.name, op.name), op.arity)
            for op in EXECUTABLE
            if op.name != "undefined"
        },
        **{name: form for name, form in SPACED.items() if name != "/"},
    },
    number=_number,
    refused=BLENDED,
)


def guards(roots: Sequence[Node], parameters: Mapping[str, tuple[float, float]]) -> Guards:
    """Flags for what may be undefined for some point up to FAR away, sharpness or value of a parameter.

    Args:
        parameters: the least and the greatest value of each.
    """
    ranges: dict[str, Interval] = {name: (low, high, False) for name, (low, high) in parameters.items()}
    ranges |= {"x": (-FAR, FAR, False), "y": (-FAR, FAR, False), SHARPNESS: (0.0, FAR, False)}
    found = enclosed(roots, ranges)
    return Guards({node for node, interval in found.items() if interval[2]}, UNDEFINED, INFINITE)


def body(program: Program) -> str:
    """The lines of a function."""
    return "".join(
        f"  {'bool' if line.flag else 'float'} {line.name} = {line.text};\n" for line in program.lines
    )


def helpers(operations: Iterable[str]) -> str:
    """Functions for what GLSL has not, or leaves undefined where this language does not."""
    wanted = [HELPERS[name] for name in HELPERS if name in set(operations)]
    shared = [text for name, text in SHARED.items() if any(name in helper for helper in wanted)]
    constants = [f"const float LARGEST = {LARGEST}, INFINITE = uintBitsToFloat(0x7f800000u);"]
    return "\n".join([*constants, *shared, *wanted])
