"""Programs in GLSL ES 3.00, where nothing may depend on NaN: what can be undefined has a flag beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from shapecli.fields.blend import SHARPNESS
from shapecli.fields.graph import Node, enclosed
from shapecli.fields.ops import FUNCTIONS, Interval
from shapecli.notations.writing.forms import literals
from shapecli.notations.writing.operations import ROWS, UNREPORTED, column, names_defined
from shapecli.notations.writing.program import Guards, Listing

INFINITE: Final = "INFINITE"
LARGEST: Final = 3.4e38
FAR: Final = 1e6
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
    "residue": """\
vec4 residue(vec4 v, vec4 prime) { // whole v < 2^22 mod prime; a quotient may be off by one
  v -= prime * floor((v + 0.5) / prime);
  return v - prime * floor((v + 0.5) / prime);
}""",
    "swing": """\
vec4 swing(vec4 turns) { // nearly the sine of turns
  vec4 r = turns - floor(turns + 0.5), w = r * r;
  return r * (1.0 - 4.0 * w) * (6.278 + w * (13.9 * w - 15.96));
}""",
}
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
UNDEFINED: Final = {name: row.glsl_undefined for name, row in ROWS.items() if row.glsl_undefined}


def _number(value: float) -> tuple[str, int]:
    number = literals(INFINITE, "0.0")
    return number(value) if abs(value) <= LARGEST else number(float("inf") if value > 0 else float("-inf"))


GLSL: Final = column(lambda row: row.glsl or row.program, str, UNREPORTED, _number)
TAKEN: Final = frozenset(
    [*_WORDS.split(), *FUNCTIONS, *names_defined(GLSL), *SHARED, "n", "LARGEST", "INFINITE"]
)


def guards(roots: Sequence[Node], parameters: Mapping[str, tuple[float, float]]) -> Guards:
    """Flags for what may be undefined for some point up to FAR away, sharpness or value of a parameter.

    Args:
        parameters: the least and the greatest value of each.
    """
    ranges: dict[str, Interval] = {name: (low, high, False) for name, (low, high) in parameters.items()}
    ranges |= {"x": (-FAR, FAR, False), "y": (-FAR, FAR, False), SHARPNESS: (0.0, FAR, False)}
    intervals = enclosed(roots, ranges)
    return Guards({node for node, interval in intervals.items() if interval[2]}, UNDEFINED, INFINITE)


def body(listing: Listing) -> str:
    """The lines of a function."""
    lines = (f"  {'bool' if line.flag else 'float'} {line.name} = {line.text};\n" for line in listing.lines)
    return "".join(lines)


def helpers(operations: Iterable[str]) -> str:
    """Functions for what GLSL has not, or leaves undefined where this language does not."""
    wanted = GLSL.defined(operations)
    shared = [text for name, text in SHARED.items() if any(name in helper for helper in wanted)]
    constants = [f"const float LARGEST = {LARGEST}, INFINITE = uintBitsToFloat(0x7f800000u);"]
    return "\n".join([*constants, *shared, *wanted])
