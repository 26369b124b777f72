"""The one table of operations: what each means on numbers, on intervals and to the chain rule.

Plain Python throughout.  A rule can be read, tested and used to fold constants without Numba; the
engine compiles these same functions into its kernels, so the two cannot disagree.

Conventions
    Numbers are extended reals: 1/0 is infinite, with the sign of the numerator; zero has no sign.
    NaN means *undefined* (0/0, sqrt(-1)).  It travels through numbers and stops at a primitive,
    which an undefined point is outside of.
    `bound` encloses every defined value over a box, rounded outwards.  `domain` says whether the
    operation is defined on the whole box.  An operation with `partial=True` sees which of its
    arguments may be undefined, and answers for its own result: its `bound` takes and gives triples
    (low, high, undefined).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

INF: Final = math.inf
NAN: Final = math.nan
EPS: Final = 2.0**-52
TINY: Final = 5e-324  # the smallest positive float64
LN2: Final = math.log(2.0)
LARGEST_EXPONENT: Final = 709.782712893384  # e to anything larger overflows
HALF_PI: Final = math.pi / 2
FADED: Final = 40.0  # ln(1 + e^-40) < 5e-18: beyond this gap a smooth maximum is the maximum

LEFT, RIGHT, BOTH = 1, 2, 3


class Kind(Enum):
    """What an expression is: a number, or a set of points."""

    NUMBER = "number"
    REGION = "region"


@dataclass(frozen=True, eq=False)
class Op:
    """One operation.

    Attributes:
        name: its name in the language if `function`, else an internal name or an operator.
        arity: the number of arguments; 0 for any number of two or more.
        summary: one line for the language reference.
        value: floats to a float; never raises, NaN where undefined.
        bound: (low, high) of each argument, flattened, to (low, high); see the module.
        domain: the same arguments to True where every point of the box is defined.
        partials: (result, *arguments) to one derivative per argument.
        choose: bounds of two arguments to LEFT, RIGHT or BOTH: which of them alone decides.
        cost: time relative to an addition, for the limit on work.
    """

    name: str
    arity: int
    summary: str = ""
    value: Callable[..., float] | None = None
    bound: Callable[..., Any] | None = None
    domain: Callable[..., bool] | None = None
    partials: Callable[..., tuple[float, ...]] | None = None
    choose: Callable[[float, float, float, float], int] | None = None
    takes: tuple[Kind, ...] = (Kind.NUMBER,)
    gives: Kind = Kind.NUMBER
    function: bool = False
    commutes: bool = False
    partial: bool = False
    cost: int = 1

    def __repr__(self) -> str:
        return self.name


# --- rounding outwards ------------------------------------------------------------------------


def low(v: float) -> float:
    """The next float below, or lower; the least there is for NaN."""
    return -INF if v != v else v * (1.0 - math.copysign(EPS, v)) - TINY


def high(v: float) -> float:
    """The next float above, or higher; the greatest there is for NaN."""
    return INF if v != v else v * (1.0 + math.copysign(EPS, v)) + TINY


def lower(v: float) -> float:
    """A bound below the true value of a function computed to within 4 ulp."""
    return -INF if v != v else v * (1.0 - math.copysign(8 * EPS, v)) - TINY


def upper(v: float) -> float:
    """A bound above the true value of a function computed to within 4 ulp."""
    return INF if v != v else v * (1.0 + math.copysign(8 * EPS, v)) + TINY


def corners(p: float, q: float, r: float, s: float) -> tuple[float, float]:
    """The least and greatest of four values, where 0 * inf and inf / inf count as 0."""
    p = p if p == p else 0.0
    q = q if q == q else 0.0
    r = r if r == r else 0.0
    s = s if s == s else 0.0
    return low(min(min(p, q), min(r, s))), high(max(max(p, q), max(r, s)))


def holds(low_end: float, high_end: float, v: float) -> bool:
    """Whether the interval contains v."""
    return low_end <= v <= high_end


def bounded(low_end: float, high_end: float) -> bool:
    """Whether the interval contains no infinity."""
    return -INF < low_end and high_end < INF


# --- arithmetic -------------------------------------------------------------------------------


def add_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return (al > -INF or bh < INF) and (ah < INF or bl > -INF)


def sub_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return (al > -INF or bl > -INF) and (ah < INF or bh < INF)


def mul_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return (bounded(bl, bh) or not holds(al, ah, 0.0)) and (bounded(al, ah) or not holds(bl, bh, 0.0))


def quotient(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    return math.copysign(INF, a) if a > 0.0 or a < 0.0 else NAN


def quotient_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    if bl > 0.0 or bh < 0.0:
        return corners(al / bl, al / bh, ah / bl, ah / bh)
    if bl == 0.0 and bh > 0.0 and al > 0.0:
        return low(al / bh), INF
    if bl == 0.0 and bh > 0.0 and ah < 0.0:
        return -INF, high(ah / bh)
    return -INF, INF


def quotient_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return not (holds(al, ah, 0.0) and holds(bl, bh, 0.0)) and (bounded(al, ah) or bounded(bl, bh))


def square_bound(al: float, ah: float) -> tuple[float, float]:
    near, far = min(abs(al), abs(ah)), max(abs(al), abs(ah))
    return 0.0 if holds(al, ah, 0.0) else max(0.0, low(near * near)), high(far * far)


def absolute_bound(al: float, ah: float) -> tuple[float, float]:
    return 0.0 if holds(al, ah, 0.0) else min(abs(al), abs(ah)), max(abs(al), abs(ah))


def square_root(a: float) -> float:
    return math.sqrt(a) if a >= 0.0 else NAN


def square_root_bound(al: float, ah: float) -> tuple[float, float]:
    return max(0.0, low(math.sqrt(max(al, 0.0)))), high(math.sqrt(max(ah, 0.0)))


def cube_root(a: float) -> float:
    if a == 0.0 or not abs(a) < INF:
        return a
    root = math.copysign(math.pow(abs(a), 1.0 / 3.0), a)
    return root - (root - a / (root * root)) / 3.0  # one Newton step: perfect cubes come out exact


def sign(a: float) -> float:
    return 1.0 if a > 0.0 else -1.0 if a < 0.0 else a


def floor(a: float) -> float:
    return float(math.floor(a)) if abs(a) < 2.0**52 else a


def larger(a: float, b: float) -> float:
    return a if a >= b or a != a else b


def smaller(a: float, b: float) -> float:
    return a if a <= b or a != a else b


def choose_larger(al: float, ah: float, bl: float, bh: float) -> int:
    return LEFT if al > bh else RIGHT if bl > ah else BOTH


def choose_smaller(al: float, ah: float, bl: float, bh: float) -> int:
    return LEFT if ah < bl else RIGHT if bh < al else BOTH


# --- powers, exponentials, logarithms -----------------------------------------------------------


def exponential(a: float) -> float:
    return math.exp(a) if a <= LARGEST_EXPONENT else INF if a > 0.0 else a


def logarithm(a: float) -> float:
    return math.log(a) if a > 0.0 else -INF if a == 0.0 else NAN


def logarithm2(a: float) -> float:
    return math.log2(a) if a > 0.0 else -INF if a == 0.0 else NAN


def logarithm10(a: float) -> float:
    return math.log10(a) if a > 0.0 else -INF if a == 0.0 else NAN


def logarithm_domain(al: float, ah: float) -> bool:
    return al >= 0.0


def power(a: float, b: float) -> float:
    """a^b; a negative base needs a whole exponent; 0 to a negative power is +inf."""
    whole = b % 1.0 == 0.0
    if a != a or b != b or (a < 0.0 and not whole):
        return NAN
    if a == 0.0:
        return INF if b < 0.0 else 1.0 if b == 0.0 else 0.0
    size = abs(a)
    scale = b * math.log(size) if size != 1.0 else 0.0
    if scale > 700.0:  # C gives inf where Python raises: square the root, which both agree on
        half = math.pow(size, 0.5 * b) if scale < 1400.0 else INF
        result = half * half
    else:
        result = math.pow(size, b)
    return -result if a < 0.0 and b % 2.0 == 1.0 else result


def power_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    if al >= 0.0:  # ln(a^b) = b ln a is bilinear in b and ln a: the extremes are at the corners
        p, q, r, s = power(al, bl), power(al, bh), power(ah, bl), power(ah, bh)
        lo, hi = min(min(p, q), min(r, s)), max(max(p, q), max(r, s))
        if al == 0.0 and bl <= 0.0 <= bh:
            lo, hi = 0.0, INF
        return max(0.0, power_margin(lo, -1.0)), power_margin(hi, 1.0)
    if bl == bh and bl % 1.0 == 0.0:
        p, q = power(al, bl), power(ah, bl)
        if bl < 0.0 and ah >= 0.0:
            return (0.0, INF) if bl % 2.0 == 0.0 else (-INF, INF)
        lo, hi = min(p, q), max(p, q)
        if bl % 2.0 == 0.0:
            return 0.0 if ah >= 0.0 else max(0.0, power_margin(lo, -1.0)), power_margin(hi, 1.0)
        return power_margin(lo, -1.0), power_margin(hi, 1.0)
    return -INF, INF


def power_margin(v: float, side: float) -> float:
    """Widen a computed power: `half * half` of a large one doubles the error of C's pow."""
    if v != v:
        return side * INF
    return v * (1.0 + side * math.copysign(16 * EPS, v)) + side * TINY


def power_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return al >= 0.0 or (bl == bh and bl % 1.0 == 0.0)


# --- trigonometry -------------------------------------------------------------------------------


def sine(a: float) -> float:
    return math.sin(a) if abs(a) < INF else NAN


def cosine(a: float) -> float:
    return math.cos(a) if abs(a) < INF else NAN


def tangent(a: float) -> float:
    return math.tan(a) if abs(a) < INF else NAN


def reaches(al: float, ah: float, phase: float, period: float) -> bool:
    """Whether phase + k period lies in the interval, for some whole k; True when in doubt."""
    slack = 1e-9 + 4 * EPS * (abs(al) + abs(ah)) / period
    return floor((ah - phase) / period + slack) > floor((al - phase) / period - slack)


def wave_bound(al: float, ah: float, p: float, q: float, peak: float) -> tuple[float, float]:
    """Bounds of a cosine that has its maximum at `peak` and takes the values p and q at the ends."""
    if not (ah - al < 2 * math.pi and max(abs(al), abs(ah)) < 1e9):
        return -1.0, 1.0
    lo = -1.0 if reaches(al, ah, peak + math.pi, 2 * math.pi) else max(-1.0, lower(min(p, q)))
    hi = 1.0 if reaches(al, ah, peak, 2 * math.pi) else min(1.0, upper(max(p, q)))
    return lo, hi


def sine_bound(al: float, ah: float) -> tuple[float, float]:
    return wave_bound(al, ah, sine(al), sine(ah), HALF_PI)


def cosine_bound(al: float, ah: float) -> tuple[float, float]:
    return wave_bound(al, ah, cosine(al), cosine(ah), 0.0)


def tangent_bound(al: float, ah: float) -> tuple[float, float]:
    if not (ah - al < math.pi and max(abs(al), abs(ah)) < 1e9) or reaches(al, ah, HALF_PI, math.pi):
        return -INF, INF
    return lower(math.tan(al)), upper(math.tan(ah))


def arc_domain(al: float, ah: float) -> bool:
    return -1.0 <= al and ah <= 1.0


def arc_sine(a: float) -> float:
    return math.asin(a) if -1.0 <= a <= 1.0 else NAN


def arc_cosine(a: float) -> float:
    return math.acos(a) if -1.0 <= a <= 1.0 else NAN


def clamp(a: float) -> float:
    return min(1.0, max(-1.0, a))


def angle(a: float, b: float) -> float:
    return math.atan2(a + 0.0, b + 0.0)  # + 0.0: zero has no sign


def angle_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    if bl <= 0.0 and al <= 0.0 <= ah:  # touches the cut, where the angle jumps
        return upper(-math.pi), upper(math.pi)
    p, q, r, s = angle(al, bl), angle(al, bh), angle(ah, bl), angle(ah, bh)
    return lower(min(min(p, q), min(r, s))), upper(max(max(p, q), max(r, s)))


def hyperbolic_sine(a: float) -> float:
    return math.sinh(a) if abs(a) < 710.0 else math.copysign(INF, a) if a == a else a


def hyperbolic_cosine(a: float) -> float:
    return math.cosh(a) if abs(a) < 710.0 else INF if a == a else a


def hyperbolic_cosine_bound(al: float, ah: float) -> tuple[float, float]:
    near, far = absolute_bound(al, ah)
    return max(1.0, lower(hyperbolic_cosine(near))), upper(hyperbolic_cosine(far))


# --- choices --------------------------------------------------------------------------------------


def select(c: float, a: float, b: float) -> float:
    return a if c <= 0.0 else b


def select_bound(
    cl: float, ch: float, cu: bool, al: float, ah: float, au: bool, bl: float, bh: float, bu: bool
) -> tuple[float, float, bool]:
    if ch <= 0.0:
        return al, ah, au
    if cl > 0.0:
        return bl, bh, bu
    return min(al, bl), max(ah, bh), au or bu


# --- sets: the levels L = ln u of regions -----------------------------------------------------


def closed(a: float) -> float:
    """The level of f <= g.  Exactly 0 becomes the negative nearest to it: the boundary is inside."""
    return INF if a != a else -TINY if a == 0.0 else a


def opened(a: float) -> float:
    """The level of f < g.  Exactly 0 becomes the positive nearest to it: the boundary is outside."""
    return INF if a != a else TINY if a == 0.0 else a


def closed_bound(al: float, ah: float, au: bool) -> tuple[float, float, bool]:
    return closed(al), INF if au else closed(ah), False


def opened_bound(al: float, ah: float, au: bool) -> tuple[float, float, bool]:
    return opened(al), INF if au else opened(ah), False


def undefined_bound(al: float, ah: float, au: bool) -> tuple[float, float, bool]:
    return 0.0, 1.0 if au else 0.0, False


def log1p_exp(t: float) -> float:
    """ln(1 + e^t) for t <= 0."""
    return math.log1p(math.exp(t))


def smooth_max(a: float, b: float) -> float:
    """Log-sum-exp of two levels: the intersection.  Never overflows; inf and -inf are levels too."""
    gap = 0.0 if a == b else abs(a - b)
    return max(a, b) + log1p_exp(-gap)


def smooth_min(a: float, b: float) -> float:
    """-LSE(-a, -b): the union."""
    gap = 0.0 if a == b else abs(a - b)
    return min(a, b) - log1p_exp(-gap)


def smooth_xor(a: float, b: float) -> float:
    """LSE(0, a + b) - LSE(a, b), arranged so that infinite levels are no trouble."""
    gap = 0.0 if a == b else abs(a - b)
    total = 0.0 if a == -b else abs(a + b)
    size = min(abs(a), abs(b))
    return (-size if (a < 0.0) != (b < 0.0) else size) + (log1p_exp(-total) - log1p_exp(-gap))


def below_level(v: float) -> float:
    """A bound below a smooth maximum: its error is that of a sum, so relative to 1 + |v|."""
    return v - 4 * EPS * (1.0 + abs(v)) if v > -INF else v


def above_level(v: float) -> float:
    """A bound above a smooth maximum."""
    return v + 4 * EPS * (1.0 + abs(v)) if v < INF else v


def smooth_max_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    return below_level(smooth_max(al, bl)), above_level(smooth_max(ah, bh))


def smooth_min_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    return below_level(smooth_min(al, bl)), above_level(smooth_min(ah, bh))


def smooth_xor_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    # tanh(L/2) = tanh(a/2) tanh(b/2) is bilinear, so the extremes are at the corners.
    p, q, r, s = smooth_xor(al, bl), smooth_xor(al, bh), smooth_xor(ah, bl), smooth_xor(ah, bh)
    return below_level(min(min(p, q), min(r, s))), above_level(max(max(p, q), max(r, s)))


def weight(part: float, whole: float) -> float:
    """e^(part - whole), the softmax weight of one argument, where inf - inf is 0."""
    return 1.0 if part == whole else math.exp(min(0.0, part - whole))


def smooth_max_partials(out: float, a: float, b: float) -> tuple[float, float]:
    return weight(a, out), weight(b, out)


def smooth_min_partials(out: float, a: float, b: float) -> tuple[float, float]:
    return weight(out, a), weight(out, b)


def smooth_xor_partials(out: float, a: float, b: float) -> tuple[float, float]:
    # d/da [LSE(0, a+b) - LSE(a, b)] = sigmoid(a+b) - sigmoid(a-b), and the same with a and b swapped
    total, gap = sigmoid(a + b), sigmoid(a - b)
    return total - gap, total - (1.0 - gap)


def sigmoid(t: float) -> float:
    small = math.exp(-abs(t))
    return 1.0 / (1.0 + small) if t >= 0.0 else small / (1.0 + small)


def choose_dominant_max(al: float, ah: float, bl: float, bh: float) -> int:
    return choose_larger(al - FADED, ah, bl - FADED, bh)


def choose_dominant_min(al: float, ah: float, bl: float, bh: float) -> int:
    return choose_smaller(al, ah + FADED, bl, bh + FADED)


# --- the table ------------------------------------------------------------------------------------

NUMBER, REGION = Kind.NUMBER, Kind.REGION

add = Op(
    "+", 2, "sum", commutes=True,
    value=lambda a, b: a + b,
    bound=lambda al, ah, bl, bh: (low(al + bl), high(ah + bh)),
    domain=add_domain,
    partials=lambda out, a, b: (1.0, 1.0),
)  # fmt: skip
sub = Op(
    "-", 2, "difference",
    value=lambda a, b: a - b,
    bound=lambda al, ah, bl, bh: (low(al - bh), high(ah - bl)),
    domain=sub_domain,
    partials=lambda out, a, b: (1.0, -1.0),
)  # fmt: skip
mul = Op(
    "*", 2, "product", commutes=True,
    value=lambda a, b: a * b,
    bound=lambda al, ah, bl, bh: corners(al * bl, al * bh, ah * bl, ah * bh),
    domain=mul_domain,
    partials=lambda out, a, b: (b, a),
)  # fmt: skip
div = Op(
    "/", 2, "quotient; 0/0 is undefined, and a/0 is infinite with the sign of a",
    value=quotient, bound=quotient_bound, domain=quotient_domain,
    partials=lambda out, a, b: (quotient(1.0, b), quotient(-out, b)),
    cost=2,
)  # fmt: skip
neg = Op(
    "neg", 1, "the negative",
    value=lambda a: -a, bound=lambda al, ah: (-ah, -al), partials=lambda out, a: (-1.0,),
)  # fmt: skip
square = Op(
    "square", 1, "a * a",
    value=lambda a: a * a, bound=square_bound, partials=lambda out, a: (2.0 * a,),
)  # fmt: skip
pow_ = Op(
    "^", 2, "power; a negative number to a power that is not whole is undefined",
    value=power, bound=power_bound, domain=power_domain,
    partials=lambda out, a, b: (b * power(a, b - 1.0), out * logarithm(a)),
    cost=64,
)  # fmt: skip
absolute = Op(
    "abs", 1, "absolute value", function=True,
    value=lambda a: abs(a), bound=absolute_bound, partials=lambda out, a: (sign(a),),
)  # fmt: skip
sqrt = Op(
    "sqrt", 1, "square root; undefined below 0", function=True,
    value=square_root, bound=square_root_bound, domain=lambda al, ah: al >= 0.0,
    partials=lambda out, a: (quotient(0.5, out),), cost=3,
)  # fmt: skip
cbrt = Op(
    "cbrt", 1, "cube root, of negative numbers too", function=True,
    value=cube_root, bound=lambda al, ah: (lower(cube_root(al)), upper(cube_root(ah))),
    partials=lambda out, a: (quotient(1.0, 3.0 * out * out),), cost=64,
)  # fmt: skip
exp = Op(
    "exp", 1, "e to the power of the argument", function=True,
    value=exponential,
    bound=lambda al, ah: (max(0.0, lower(exponential(al))), upper(exponential(ah))),
    partials=lambda out, a: (out,), cost=8,
)  # fmt: skip
ln = Op(
    "ln", 1, "natural logarithm; -inf at 0, undefined below", function=True,
    value=logarithm, domain=logarithm_domain,
    bound=lambda al, ah: (lower(logarithm(max(al, 0.0))), upper(logarithm(max(ah, 0.0)))),
    partials=lambda out, a: (quotient(1.0, a),), cost=32,
)  # fmt: skip
log2 = Op(
    "log2", 1, "logarithm to base 2", function=True,
    value=logarithm2, domain=logarithm_domain,
    bound=lambda al, ah: (lower(logarithm2(max(al, 0.0))), upper(logarithm2(max(ah, 0.0)))),
    partials=lambda out, a: (quotient(1.0, a * LN2),), cost=32,
)  # fmt: skip
log10 = Op(
    "log10", 1, "logarithm to base 10", function=True,
    value=logarithm10, domain=logarithm_domain,
    bound=lambda al, ah: (lower(logarithm10(max(al, 0.0))), upper(logarithm10(max(ah, 0.0)))),
    partials=lambda out, a: (quotient(1.0, a * math.log(10.0)),), cost=32,
)  # fmt: skip
sin = Op(
    "sin", 1, "sine of an angle in radians", function=True,
    value=sine, bound=sine_bound, domain=bounded, partials=lambda out, a: (cosine(a),), cost=48,
)  # fmt: skip
cos = Op(
    "cos", 1, "cosine of an angle in radians", function=True,
    value=cosine, bound=cosine_bound, domain=bounded, partials=lambda out, a: (-sine(a),), cost=48,
)  # fmt: skip
tan = Op(
    "tan", 1, "tangent of an angle in radians", function=True,
    value=tangent, bound=tangent_bound, domain=bounded, partials=lambda out, a: (1.0 + out * out,), cost=64,
)  # fmt: skip
asin = Op(
    "asin", 1, "inverse sine; undefined outside -1 .. 1", function=True,
    value=arc_sine, domain=arc_domain,
    bound=lambda al, ah: (lower(math.asin(clamp(al))), upper(math.asin(clamp(ah)))),
    partials=lambda out, a: (quotient(1.0, square_root(1.0 - a * a)),), cost=48,
)  # fmt: skip
acos = Op(
    "acos", 1, "inverse cosine; undefined outside -1 .. 1", function=True,
    value=arc_cosine, domain=arc_domain,
    bound=lambda al, ah: (lower(math.acos(clamp(ah))), upper(math.acos(clamp(al)))),
    partials=lambda out, a: (quotient(-1.0, square_root(1.0 - a * a)),), cost=48,
)  # fmt: skip
atan = Op(
    "atan", 1, "inverse tangent", function=True,
    value=lambda a: math.atan(a), bound=lambda al, ah: (lower(math.atan(al)), upper(math.atan(ah))),
    partials=lambda out, a: (1.0 / (1.0 + a * a),), cost=48,
)  # fmt: skip
atan2 = Op(
    "atan2", 2, "atan2(y, x): the angle of the point (x, y), from -pi to pi; 0 at the origin", function=True,
    value=angle, bound=angle_bound,
    partials=lambda out, a, b: (quotient(b, a * a + b * b), quotient(-a, a * a + b * b)), cost=64,
)  # fmt: skip
sinh = Op(
    "sinh", 1, "hyperbolic sine", function=True,
    value=hyperbolic_sine, bound=lambda al, ah: (lower(hyperbolic_sine(al)), upper(hyperbolic_sine(ah))),
    partials=lambda out, a: (hyperbolic_cosine(a),), cost=48,
)  # fmt: skip
cosh = Op(
    "cosh", 1, "hyperbolic cosine", function=True,
    value=hyperbolic_cosine, bound=hyperbolic_cosine_bound,
    partials=lambda out, a: (hyperbolic_sine(a),), cost=48,
)  # fmt: skip
tanh = Op(
    "tanh", 1, "hyperbolic tangent", function=True,
    value=lambda a: math.tanh(a),
    bound=lambda al, ah: (max(-1.0, lower(math.tanh(al))), min(1.0, upper(math.tanh(ah)))),
    partials=lambda out, a: (1.0 - out * out,), cost=48,
)  # fmt: skip
sign_ = Op(
    "sign", 1, "-1, 0 or 1", function=True,
    value=sign, bound=lambda al, ah: (sign(al), sign(ah)), partials=lambda out, a: (0.0,),
)  # fmt: skip
floor_ = Op(
    "floor", 1, "the largest whole number that is not larger", function=True,
    value=floor, bound=lambda al, ah: (floor(al), floor(ah)), partials=lambda out, a: (0.0,), cost=2,
)  # fmt: skip
minimum = Op(
    "min", 2, "the smallest of two or more numbers", function=True, commutes=True,
    value=smaller, bound=lambda al, ah, bl, bh: (min(al, bl), min(ah, bh)), choose=choose_smaller,
    partials=lambda out, a, b: (1.0, 0.0) if a <= b else (0.0, 1.0),
)  # fmt: skip
maximum = Op(
    "max", 2, "the largest of two or more numbers", function=True, commutes=True,
    value=larger, bound=lambda al, ah, bl, bh: (max(al, bl), max(ah, bh)), choose=choose_larger,
    partials=lambda out, a, b: (1.0, 0.0) if a >= b else (0.0, 1.0),
)  # fmt: skip
if_ = Op(
    "if", 3, "if(region, a, b): a inside the region, b outside", function=True, partial=True,
    takes=(REGION, NUMBER, NUMBER), value=select, bound=select_bound,
    partials=lambda out, c, a, b: (0.0, 1.0, 0.0) if c <= 0.0 else (0.0, 0.0, 1.0),
)  # fmt: skip

# Levels of regions: what `blend` makes of the set operations.
closed_ = Op(
    "closed", 1, "the level of f <= g", partial=True,
    value=closed, bound=closed_bound, partials=lambda out, a: (1.0,),
)  # fmt: skip
opened_ = Op(
    "opened", 1, "the level of f < g", partial=True,
    value=opened, bound=opened_bound, partials=lambda out, a: (1.0,),
)  # fmt: skip
undefined = Op(
    "undefined", 1, "1 where the argument is undefined, else 0", partial=True,
    value=lambda a: 1.0 if a != a else 0.0, bound=undefined_bound, partials=lambda out, a: (0.0,),
)  # fmt: skip
lse = Op(
    "smooth_max", 2, "log-sum-exp of two levels", commutes=True,
    value=smooth_max, bound=smooth_max_bound, choose=choose_dominant_max, partials=smooth_max_partials,
    cost=16,
)  # fmt: skip
lse_min = Op(
    "smooth_min", 2, "-LSE(-a, -b) of two levels", commutes=True,
    value=smooth_min, bound=smooth_min_bound, choose=choose_dominant_min, partials=smooth_min_partials,
    cost=16,
)  # fmt: skip
lse_xor = Op(
    "smooth_xor", 2, "LSE(0, a + b) - LSE(a, b) of two levels", commutes=True,
    value=smooth_xor, bound=smooth_xor_bound, partials=smooth_xor_partials,
    cost=32,
)  # fmt: skip

# Regions: no rules of their own; `blend` rewrites them into levels.
at_most = Op("<=", 2, "the points where a <= b", gives=REGION)
less = Op("<", 2, "the points where a < b", gives=REGION)
complement = Op("~", 1, "the points outside", takes=(REGION,), gives=REGION)
intersection = Op("&", 0, "the points in every region", takes=(REGION,), gives=REGION)
union = Op("|", 0, "the points in any region", takes=(REGION,), gives=REGION)
symmetric_difference = Op("xor", 2, "the points in one region only", takes=(REGION,), gives=REGION)
trench = Op("trench", 1, "the region whose boundary value is abs(f)^n: |f| <= 1", gives=REGION, function=True)
boundary_value = Op("field", 1, "the region whose boundary value is u >= 0: u <= 1", gives=REGION, function=True)

OPS: Final = MappingProxyType({op.name: op for op in list(globals().values()) if isinstance(op, Op)})
EXECUTABLE: Final = tuple(op for op in OPS.values() if op.value)
FUNCTIONS: Final = MappingProxyType({op.name: op for op in OPS.values() if op.function})

Interval = tuple[float, float, bool]


def bound(op: Op, *arguments: Interval) -> Interval:
    """Bounds of one operation over (low, high, undefined) arguments: the rule the kernels follow.

    Raises:
        TypeError: the operation is one of regions and has no bound.
    """
    if op.bound is None:
        raise TypeError(f"{op} has no bound")
    if op.partial:
        result: Interval = op.bound(*(part for argument in arguments for part in argument))
        return result
    ends = [end for argument in arguments for end in argument[:2]]
    undefined_here = any(argument[2] for argument in arguments)
    return (*op.bound(*ends), undefined_here or not (op.domain is None or op.domain(*ends)))
