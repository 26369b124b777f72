"""Elementary functions that LLVM can vectorise: no branches, no calls, no tables.

The kernels use these in place of rules of the table, which call the C library.  Each is within 3 ulp of
the true value (a test measures it).  Polynomials are Chebyshev interpolants of our own.
"""

import dis
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any, Final

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from shapecli.fields import rules

# Functions that only kernels call: without the wrappers for Python they compile in half the time.
FUNCTION: Final = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
INNER: Final = {**FUNCTION, "forceinline": True}

MAGIC = 1.5 * 2.0**52  # adding it leaves the nearest whole number in the low bits
LOG2_E = 1.4426950408889634
LN2_HIGH = 0.6931471803691238  # ln 2 in two parts, the first with trailing zero bits
LN2_LOW = 1.9082149292705877e-10
BIAS = 1023


@intrinsic
def as_float(_context: Any, _bits: Any) -> Any:
    """The float64 that has these bits."""
    return types.float64(types.int64), lambda _, builder, __, args: builder.bitcast(args[0], ir.DoubleType())


@intrinsic
def as_bits(_context: Any, _value: Any) -> Any:
    """The bits of a float64."""
    return types.int64(types.float64), lambda _, builder, __, args: builder.bitcast(args[0], ir.IntType(64))


@intrinsic
def fused(_context: Any, _a: Any, _b: Any, _c: Any) -> Any:
    """A * b + c, rounded once; the same on every processor."""
    double = ir.DoubleType()

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        kind = ir.FunctionType(double, [double] * 3)
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.fma.f64"), args)

    return types.float64(types.float64, types.float64, types.float64), generate


@intrinsic
def floor(_context: Any, _value: Any) -> Any:
    """The largest whole number that is not larger."""
    double = ir.DoubleType()

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        kind = ir.FunctionType(double, [double])
        down = cgutils.get_or_insert_function(builder.module, kind, "llvm.floor.f64")
        return builder.fadd(builder.call(down, args), double(0.0))  # -0.0 becomes 0.0, as in the rule

    return types.float64(types.float64), generate


def polynomial(*coefficients: float) -> Any:
    """Horner's rule, highest power first, as a function for kernels."""
    lines = [f"p = {coefficients[0]!r}", *(f"p = fused(p, z, {c!r})" for c in coefficients[1:]), "return p"]
    scope: dict[str, Any] = {"__name__": __name__, "fused": fused}
    exec("def horner(z):\n    " + "\n    ".join(lines), scope)  # noqa: S102 - made of numbers only
    return njit(**INNER)(scope["horner"])


_exp_series = polynomial(  # (e^r - 1 - r) / r up to |r| = ln(2)/2
    2.0914679376583935e-09, 2.510520637395701e-08, 2.7557273661348637e-07, 2.7557255425746435e-06,
    2.4801587325533363e-05, 0.00019841269874800493, 0.0013888888888883752, 0.008333333333326141,
    0.04166666666666667, 0.1666666666666667, 0.5,
)  # fmt: skip
_artanh_series = polynomial(  # (artanh s - s) / s^3 up to s = 1/3
    0.08082022805971766, 0.04400369243072337, 0.06000536404795356, 0.06657072104827468, 0.07692785032479312,
    0.09090894718066429, 0.11111111358713932, 0.1428571428355438, 0.20000000000007292, 0.3333333333333333,
)  # fmt: skip


@njit(**INNER)
def exp_parts(x: float) -> tuple[float, float]:
    """E^x as m * 2^k: m, and a float whose low bits hold k."""
    shifted = x * LOG2_E + MAGIC
    whole = shifted - MAGIC
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    return fused(_exp_series(r) * r, r, r) + 1.0, shifted


@njit(**INNER)
def exp(x: float) -> float:
    """e^x, right at infinities, NaN and subnormal results."""
    clipped = min(max(x, -746.0), 710.0)
    mantissa, shifted = exp_parts(clipped)
    power = (as_bits(shifted) << 12) >> 12  # the low 52 bits, with their sign
    half = power >> 1  # two factors, because 2^1024 and 2^-1074 have no exponent of their own
    result: float = mantissa * as_float((half + BIAS) << 52) * as_float((power - half + BIAS) << 52)
    return result if x == x else x


@njit(**INNER)
def log1p_exp(t: float) -> float:
    """ln(1 + e^t) for t <= 0, by ln(1 + u) = 2 artanh(u / (2 + u))."""
    clipped = max(t, -230.0)
    mantissa, shifted = exp_parts(clipped)
    u = mantissa * as_float((as_bits(shifted) << 52) + (BIAS << 52))
    s = u / (2.0 + u)
    z = s * s
    return 2.0 * (s + s * z * _artanh_series(z))


# --- logarithms -----------------------------------------------------------------------------------

ROOT_HALF_BITS = 0x3FE6A09E667F3BCD  # of sqrt(1/2): mantissas are taken from there to sqrt(2)
MANTISSA = 1 << 52
_log_series = polynomial(
    0.1308803485097477, 0.1326863836926161, 0.15386244737621896, 0.18181795547521132,
    0.22222222392581045, 0.28571428570799784, 0.40000000000000885, 0.6666666666666666,
)  # fmt: skip
_log_series_rest = polynomial(
    0.1172432710360938, 0.11706126459840273, 0.1333480879902099, 0.15384594887002487,
    0.18181818336099903, 0.22222222221652765, 0.2857142857142937, 0.4,
)  # fmt: skip
TWO_THIRDS_LOW = 3.700743415417188e-17


@njit(**INNER)
def split(x: float) -> tuple[float, float]:
    """Positive x as (1 + f) * 2^k, with 1 + f from sqrt(1/2) to sqrt(2): f and k."""
    small = x < 2.2250738585072014e-308
    scaled = x * 1.8014398509481984e16 if small else x  # subnormal numbers times 2^54
    bits = as_bits(scaled) - ROOT_HALF_BITS
    exponent = bits >> 52
    k = as_float(exponent + as_bits(MAGIC)) - MAGIC  # as_bits(MAGIC) + exponent is MAGIC + exponent
    mantissa = as_float((bits & (MANTISSA - 1)) + ROOT_HALF_BITS)
    return mantissa - 1.0, k - 54.0 if small else k


@njit(**INNER)
def log_mantissa(f: float) -> float:
    """ln(1 + f), by 2 artanh(f / (2 + f)) written as f minus a small correction."""
    s = f / (2.0 + f)
    z = s * s
    half = 0.5 * f * f
    return f - (half - s * (half + z * _log_series(z)))


@njit(**INNER)
def at_ends(x: float, result: float) -> float:
    """A logarithm that is right at 0, infinity, NaN and below 0."""
    inner = result if x < math.inf else x
    return inner if x > 0.0 else -math.inf if x == 0.0 else math.nan


@njit(**INNER)
def log(x: float) -> float:
    """Natural logarithm: -inf at 0, NaN below."""
    f, k = split(x)
    return at_ends(x, fused(k, LN2_HIGH, fused(k, LN2_LOW, log_mantissa(f))))


@njit(**INNER)
def log2(x: float) -> float:
    """Logarithm to base 2; exact for powers of 2."""
    f, k = split(x)
    natural = log_mantissa(f)
    return at_ends(x, k + fused(natural, LOG2_E, natural * 2.0355273740931033e-17))


@njit(**INNER)
def log10(x: float) -> float:
    """Logarithm to base 10."""
    f, k = split(x)
    natural = log_mantissa(f)
    small = fused(natural, 1.098319650216765e-17, k * -2.8037281277851704e-18)
    return at_ends(x, fused(k, 0.3010299956639812, fused(natural, 0.4342944819032518, small)))


# --- powers -----------------------------------------------------------------------------------------


@njit(**INNER)
def accurate_log(x: float) -> tuple[float, float]:
    """The logarithm of x for 0 < x < inf as the sum of two numbers, to some 2^-65 of itself."""
    f, k = split(x)
    bottom = 2.0 + f
    bottom_low = f - (bottom - 2.0)
    s = f / bottom
    s_low = (fused(-s, bottom, f) - s * bottom_low) / bottom
    z = s * s
    z_low = fused(s, s, -z) + 2.0 * s * s_low
    rest = z * _log_series_rest(z)
    p = 0.6666666666666666 + rest
    p_low = (0.6666666666666666 - p) + rest + TWO_THIRDS_LOW
    t = z * p
    t_low = fused(z, p, -t) + (z * p_low + z_low * p)
    w = 2.0 + t
    w_low = ((2.0 - w) + t) + t_low
    m = s * w
    m_low = fused(s, w, -m) + (s * w_low + s_low * w)
    big = k * LN2_HIGH
    total = big + m
    back = total - big
    low = (big - (total - back)) + (m - back) + fused(k, LN2_LOW, m_low)
    high = total + low
    return high, low - (high - total)


@njit(**INNER)
def power(a: float, b: float) -> float:
    """a^b by the rule of the table."""
    size = abs(a)
    finite = (size > 0.0) & (size < math.inf)
    high, low = accurate_log(size if finite else 2.0)
    high = high if size > 0.0 else -math.inf
    high = high if size < math.inf else math.inf
    y = b * high
    y_low = fused(b, high, -y) + b * low if finite & (abs(y) < 800.0) else 0.0
    above = y - rules.LARGEST_EXPONENT if y > rules.LARGEST_EXPONENT else 0.0
    e = exp(min(y, rules.LARGEST_EXPONENT))  # y itself may be rounded up to where e^y overflows
    result = e + e * (above + y_low)
    half = 0.5 * b
    whole = (floor(b) == b) & (abs(b) < math.inf)
    odd = whole & (floor(half) != half)
    result = 1.0 if (b == 0.0) | (size == 1.0) else result
    result = -result if odd & (a < 0.0) else result
    wrong = (a != a) | (b != b) | ((a < 0.0) & (not whole))
    return math.nan if wrong else result


@njit(**INNER)
def cube_root(a: float) -> float:
    """The cube root, of negative numbers too; perfect cubes come out exact."""
    size = abs(a)
    root = exp(log(size) * (1.0 / 3.0))
    root -= (root - size / (root * root)) * (1.0 / 3.0)  # one step of Newton's squares an error of 1e-13
    return math.copysign(root, a) if (size > 0.0) & (size < math.inf) else a


# --- trigonometry -------------------------------------------------------------------------------------

REACH = 2.0**30  # angles up to this one are reduced to within a quarter turn without loss
TWO_OVER_PI = 0.6366197723675814
ONE_OVER_PI = 0.5 * TWO_OVER_PI
HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)  # in three parts
PI = (2.0 * HALF_PI[0], 2.0 * HALF_PI[1], 2.0 * HALF_PI[2])
_less_than_sine = polynomial(  # (r - sin r) / r^3 up to a quarter turn
    -2.7314446665270123e-15, 7.643970288741763e-13, -1.605897731221174e-10, 2.505210761699229e-08,
    -2.7557319219163205e-06, 0.00019841269841254974, -0.008333333333333316, 0.16666666666666666,
)  # fmt: skip
_less_than_sine_series = polynomial(  # the same up to an eighth of a turn
    7.586576588170975e-13, -1.6058529572267874e-10, 2.5052106219521895e-08, -2.755731921930192e-06,
    0.00019841269841265017, -0.008333333333333331, 0.16666666666666666,
)  # fmt: skip
_cosine_series = polynomial(
    4.74580488976062e-14, -1.1470459749675605e-11, 2.087675578389404e-09, -2.7557319221382114e-07,
    2.4801587301584618e-05, -0.0013888888888888887, 0.041666666666666664,
)  # fmt: skip


@njit(**INNER)
def reduced(x: float, count: float, unit: tuple[float, float, float]) -> tuple[float, float]:
    """X less `count` units that are given in three parts, as the difference of two numbers.

    For |x| <= REACH: x and k pi/2 are multiples of 2^-53 there, so that the first step is exact.
    """
    t = fused(-count, unit[0], x)
    product = count * unit[1]
    r = t - product
    back = r - t
    lost = (product + back) - (t - (r - back))
    return r, fused(count, unit[2], lost + fused(count, unit[1], -product))


@njit(**INNER)
def turned(x: float) -> tuple[float, float, int]:
    """Sine and cosine of x less a whole number of quarter turns, and that number."""
    shifted = fused(x, TWO_OVER_PI, MAGIC)
    r, over = reduced(x, shifted - MAGIC, HALF_PI)
    z = r * r
    near_one = 1.0 - 0.5 * z
    sine = r - fused(r * z, _less_than_sine_series(z), over * near_one)  # in this form -0.0 stays -0.0
    cosine = near_one + (((1.0 - near_one) - 0.5 * z) + fused(z * z, _cosine_series(z), r * over))
    return sine, cosine, as_bits(shifted)


@njit(**INNER)
def sine_within(x: float, halves: float) -> float:
    """Sine of x less `halves` half turns, which is at most a quarter turn; never beyond 1."""
    r, over = reduced(x, halves, PI)
    z = r * r
    sine = r - fused(r * z, _less_than_sine(z), over * (1.0 - 0.5 * z))
    return 1.0 if sine > 1.0 else -1.0 if sine < -1.0 else sine


@njit(**INNER)
def sin(x: float) -> float:
    """Sine, for |x| <= REACH."""
    shifted = fused(x, ONE_OVER_PI, MAGIC)
    sine = sine_within(x, shifted - MAGIC)
    return -sine if as_bits(shifted) & 1 else sine


@njit(**INNER)
def cos(x: float) -> float:
    """Cosine, for |x| <= REACH."""
    shifted = fused(x, ONE_OVER_PI, -0.5) + MAGIC
    sine = sine_within(x, (shifted - MAGIC) + 0.5)
    return sine if as_bits(shifted) & 1 else -sine


@njit(**INNER)
def tan(x: float) -> float:
    """Tangent, for |x| <= REACH."""
    sine, cosine, quarter = turned(x)
    return -cosine / sine if quarter & 1 else sine / cosine


_arc_series = polynomial(
    0.016271944751537433, -0.034558092551328114, 0.04551108126321486, -0.0523034787301517,
    0.05878914544400483, -0.06666423628069243, 0.07692296304974469, -0.09090908751076636,
    0.11111111105106705, -0.14285714285659326, 0.199999999999998, -0.3333333333333333,
)  # fmt: skip
TAN_EIGHTH = 0.41421356237309503  # tan(pi / 8)
QUARTER_PI = (0.7853981633974483, 3.061616997868383e-17)


@njit(**INNER)
def right_angle(up: float, over: float) -> float:
    """The angle of the point (over, up), neither below 0 nor both 0 nor both infinite; NaN if either is."""
    a, b = min(up, over), max(up, over)
    far = a > TAN_EIGHTH * b
    u = (a - b if far else a) / (a + b if far else b)
    z = u * u
    angle = fused(u * z, _arc_series(z), QUARTER_PI[1] if far else 0.0) + u
    angle = angle + QUARTER_PI[0] if far else angle
    angle = HALF_PI[0] - (angle - HALF_PI[1]) if up > over else angle
    return angle if (up == up) & (over == over) else math.nan


@njit(**INNER)
def atan2(y: float, x: float) -> float:
    """The angle of the point (x, y), 0 at the origin; zeros have no sign."""
    up, over = abs(y), abs(x)
    largest = max(up, over)
    scale = 0.25 if largest > 1e300 else 2.0**200 if largest < 1e-200 else 1.0
    both = (up == math.inf) & (over == math.inf)
    up = 1.0 if both else up * scale
    over = 1.0 if both | (up + over == 0.0) else over * scale  # the origin counts as to the right
    angle = right_angle(up, over)
    angle = 2.0 * HALF_PI[0] - (angle - 2.0 * HALF_PI[1]) if x < 0.0 else angle
    return -angle if y < 0.0 else angle


@njit(**INNER)
def atan(x: float) -> float:
    """Inverse tangent."""
    return math.copysign(right_angle(abs(x), 1.0), x)


@njit(**INNER)
def asin(x: float) -> float:
    """Inverse sine; NaN outside -1 .. 1."""
    return math.copysign(right_angle(abs(x), math.sqrt((1.0 - x) * (1.0 + x))), x)


@njit(**INNER)
def acos(x: float) -> float:
    """Inverse cosine; NaN outside -1 .. 1."""
    angle = right_angle(math.sqrt((1.0 - x) * (1.0 + x)), abs(x))
    return 2.0 * HALF_PI[0] - (angle - 2.0 * HALF_PI[1]) if x < 0.0 else angle


# --- hyperbolic functions -----------------------------------------------------------------------------

HALF_E = 1.3591409142295225
_sinh_series = polynomial(
    2.8445264169895616e-15, 7.646625361656656e-13, 1.6059048396350562e-10, 2.505210836405804e-08,
    2.755731922404034e-06, 0.00019841269841269773, 0.008333333333333333, 0.16666666666666666,
)  # fmt: skip


@njit(**INNER)
def half_exp(size: float) -> float:
    """Half of e^size; infinite from 710 on, where the rule has it so."""
    return math.inf if size >= 710.0 else exp(size - 1.0) * HALF_E  # e^size alone would overflow too early


@njit(**INNER)
def small_sinh(x: float) -> float:
    """Hyperbolic sine for |x| <= 1."""
    z = x * x
    return fused(x * z, _sinh_series(z), x)


@njit(**INNER)
def sinh(x: float) -> float:
    """Hyperbolic sine."""
    size = abs(x)
    half = half_exp(size)
    return small_sinh(x) if size < 1.0 else math.copysign(half - 0.25 / half, x)


@njit(**INNER)
def cosh(x: float) -> float:
    """Hyperbolic cosine."""
    half = half_exp(abs(x))
    return half + 0.25 / half


@njit(**INNER)
def tanh(x: float) -> float:
    """Hyperbolic tangent."""
    size = abs(x)
    sine = small_sinh(x)
    large = math.copysign(1.0 - 2.0 / (exp(2.0 * size) + 1.0), x)
    return sine / math.sqrt(1.0 + sine * sine) if size < 1.0 else large


# --- in place of the rules ------------------------------------------------------------------------------

# For bounds, of which there are few: what is used most; the C library's functions are smaller.  Angles
# beyond REACH are not looked up there.
FAST_IN_BOUNDS: Final[Mapping[Callable[..., Any], Any]] = {
    rules.log1p_exp: log1p_exp, rules.floor: floor, rules.exponential: exp, rules.logarithm: log,
    rules.sine: sin, rules.cosine: cos, rules.angle: atan2,
}  # fmt: skip

# For values, of which there are many: everything here.
_FAST: Final[Mapping[Callable[..., Any], Any]] = {
    **FAST_IN_BOUNDS, rules.power: power, rules.cube_root: cube_root,
    rules.logarithm2: log2, rules.logarithm10: log10, rules.tangent: tan,
    rules.arc_sine: asin, rules.arc_cosine: acos, rules.hyperbolic_sine: sinh, rules.hyperbolic_cosine: cosh,
}  # fmt: skip

# Rules whose replacement is right for arguments up to a reach; beyond, the rule itself is.
GUARDED: Final = dict.fromkeys((rules.sine, rules.cosine, rules.tangent), REACH)


@dataclass(frozen=True)
class Compiler:
    """Rules of the table for use in kernels.

    Attributes:
        replaced: what takes the place of a rule.
        mathematics: what takes the place of functions of the module `math`.
        done: what was compiled before, so that helpers are compiled once.
    """

    replaced: Mapping[Callable[..., Any], Any]
    mathematics: Mapping[str, Any]
    done: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @cached_property
    def _math(self) -> ModuleType:
        """The module `math`, with our own functions where they vectorise."""
        module = ModuleType("math_for_kernels")
        module.__dict__.update({**vars(math), **vars(module), **self.mathematics})
        return module

    def compiled(self, rule: Callable[..., Any]) -> Any:
        """A plain function of `fields/rules.py`, or a lambda of the table, with whatever it calls."""
        return self.replaced[rule] if rule in self.replaced else self.as_it_stands(rule)

    def as_it_stands(self, rule: Callable[..., Any]) -> Any:
        """The rule itself, even if something could take its place."""
        if rule not in self.done:
            assert isinstance(rule, FunctionType)
            scope: dict[str, Any] = {"__name__": __name__}
            # `co_names` would add the names of attributes
            read = {step.argval for step in dis.get_instructions(rule) if step.opname == "LOAD_GLOBAL"}
            for name in read & rule.__globals__.keys():
                value = rule.__globals__[name]
                scope[name] = (
                    self._math if value is math
                    else self.compiled(value) if isinstance(value, FunctionType)
                    else value
                )  # fmt: skip
            self.done[rule] = njit(**INNER)(FunctionType(rule.__code__, scope, rule.__name__))
        return self.done[rule]


FOR_VALUES: Final = Compiler(_FAST, {"exp": exp, "atan": atan, "tanh": tanh})  # in the form that vectorises
FOR_BOUNDS: Final = Compiler(FAST_IN_BOUNDS, {"exp": exp})  # in the form that is small
