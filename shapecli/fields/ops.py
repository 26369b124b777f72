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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from shapecli.fields.rules import (  # isort: skip
    LN2, absolute_bound, add_domain, angle, angle_bound, arc_cosine, arc_domain, arc_sine, bounded,
    choose_branch, choose_dominant_max, choose_dominant_min, choose_larger, choose_smaller, clamp, closed,
    closed_bound, cosine, cosine_bound, cube_root, exponential, floor, high_sum, hyperbolic_cosine,
    hyperbolic_cosine_bound, hyperbolic_sine, larger, larger_partials, logarithm, logarithm2, logarithm10,
    logarithm_domain, low_sum, lower, mul_domain, noise, noise_bound, noise_domain, noise_partials, opened,
    opened_bound, power, power_bound, power_domain, product_bound, quotient, quotient_bound, quotient_domain,
    select, select_bound, sign, sine, sine_bound, smaller, smooth_max, smooth_max_bound, smooth_max_partials,
    smooth_min, smooth_min_bound, smooth_min_partials, smooth_xor, smooth_xor_bound, smooth_xor_partials,
    square_bound, square_root, square_root_bound, sub_domain, tangent, tangent_bound, undefined_bound, upper,
)  # fmt: skip


class Kind(Enum):
    """What an expression is: a number, a set of points, a line for a pen, a colour, or a list."""

    NUMBER = "number"
    REGION = "region"
    CURVE = "curve"
    COLOUR = "colour"
    LIST = "list"


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
        choose: bounds of the arguments to which of them alone decides, counted from 1, or 0 if more do.
        fades: the one that decides is the result but for at most e^-margin; `choose` takes the margin last.
        nonexpansive: no change of the arguments by at most d changes the result by more than d.
        scalars: worth a form of its own in which one argument is a constant.
        cost: time relative to an addition, for the limit on work.
    """

    name: str
    arity: int
    summary: str = ""
    value: Callable[..., float] | None = None
    bound: Callable[..., Any] | None = None
    domain: Callable[..., bool] | None = None
    partials: Callable[..., tuple[float, ...]] | None = None
    choose: Callable[..., int] | None = None
    takes: tuple[Kind, ...] = (Kind.NUMBER,)
    gives: Kind = Kind.NUMBER
    function: bool = False
    commutes: bool = False
    partial: bool = False
    fades: bool = False
    nonexpansive: bool = False
    scalars: bool = False
    cost: int = 1

    def __repr__(self) -> str:
        return self.name


# --- the table ------------------------------------------------------------------------------------

NUMBER, REGION, CURVE, COLOUR, LIST = Kind

add = Op(
    "+", 2, "sum", commutes=True, scalars=True,
    value=lambda a, b: a + b, bound=lambda al, ah, bl, bh: (low_sum(al + bl), high_sum(ah + bh)),
    domain=add_domain, partials=lambda out, a, b: (1.0, 1.0),
)  # fmt: skip
sub = Op(
    "-", 2, "difference", scalars=True,
    value=lambda a, b: a - b, bound=lambda al, ah, bl, bh: (low_sum(al - bh), high_sum(ah - bl)),
    domain=sub_domain, partials=lambda out, a, b: (1.0, -1.0),
)  # fmt: skip
mul = Op(
    "*", 2, "product", commutes=True, scalars=True,
    value=lambda a, b: a * b, bound=product_bound, domain=mul_domain, partials=lambda out, a, b: (b, a),
)  # fmt: skip
div = Op(
    "/", 2, "quotient; 0/0 is undefined, and a/0 is infinite with the sign of a",
    value=quotient, bound=quotient_bound, domain=quotient_domain,
    partials=lambda out, a, b: (quotient(1.0, b), quotient(-out, b)), scalars=True, cost=2,
)  # fmt: skip
neg = Op(
    "neg", 1, "the negative",
    value=lambda a: -a, bound=lambda al, ah: (-ah, -al), partials=lambda out, a: (-1.0,), nonexpansive=True,
)  # fmt: skip
square = Op(
    "square", 1, "a * a", value=lambda a: a * a, bound=square_bound, partials=lambda out, a: (2.0 * a,),
)  # fmt: skip
pow_ = Op(
    "^", 2, "power; a negative number to a power that is not whole is undefined",
    value=power, bound=power_bound, domain=power_domain,
    partials=lambda out, a, b: (b * power(a, b - 1.0), out * logarithm(a)), cost=64,
)  # fmt: skip
absolute = Op(
    "abs", 1, "absolute value", function=True,
    value=lambda a: abs(a), bound=absolute_bound, partials=lambda out, a: (sign(a),), nonexpansive=True,
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
    value=exponential, bound=lambda al, ah: (max(0.0, lower(exponential(al))), upper(exponential(ah))),
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
    partials=lambda out, a, b: larger_partials(b, a), nonexpansive=True,
)  # fmt: skip
maximum = Op(
    "max", 2, "the largest of two or more numbers", function=True, commutes=True,
    value=larger, bound=lambda al, ah, bl, bh: (max(al, bl), max(ah, bh)), choose=choose_larger,
    partials=lambda out, a, b: larger_partials(a, b), nonexpansive=True,
)  # fmt: skip
if_ = Op(
    "if", 3, "if(region, a, b): a inside the region, b outside", function=True, partial=True,
    takes=(REGION, NUMBER, NUMBER), value=select, bound=select_bound, choose=choose_branch,
    partials=lambda out, c, a, b: (0.0, 1.0, 0.0) if c <= 0.0 else (0.0, 0.0, 1.0),
)  # fmt: skip

noise_ = Op(
    "noise", 3, "noise(x, y, seed): smooth noise from -1 to 1 in cells of side 1, another for each seed",
    function=True, value=noise, bound=noise_bound, domain=noise_domain, partials=noise_partials, cost=32,
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
    fades=True, nonexpansive=True, cost=16,
)  # fmt: skip
lse_min = Op(
    "smooth_min", 2, "-LSE(-a, -b) of two levels", commutes=True,
    value=smooth_min, bound=smooth_min_bound, choose=choose_dominant_min, partials=smooth_min_partials,
    fades=True, nonexpansive=True, cost=16,
)  # fmt: skip
lse_xor = Op(
    "smooth_xor", 2, "LSE(0, a + b) - LSE(a, b) of two levels", commutes=True,
    value=smooth_xor, bound=smooth_xor_bound, partials=smooth_xor_partials, nonexpansive=True, cost=32,
)  # fmt: skip

# Regions, and numbers of regions: no rules of their own; `blend` rewrites them into levels.
at_most = Op("<=", 2, "the points where a <= b", gives=REGION)
less = Op("<", 2, "the points where a < b", gives=REGION)
complement = Op("~", 1, "the points outside", takes=(REGION,), gives=REGION)
intersection = Op("&", 0, "the points in every region", takes=(REGION,), gives=REGION)
union = Op("|", 0, "the points in any region", takes=(REGION,), gives=REGION)
symmetric_difference = Op("xor", 2, "the points in one region only", takes=(REGION,), gives=REGION)
trench = Op("trench", 1, "the region whose boundary value is abs(f)^n: |f| <= 1", gives=REGION, function=True)
boundary_value = Op(
    "field", 1, "the region whose boundary value is u >= 0: u <= 1", gives=REGION, function=True
)
branch = Op(
    "branch", 3, "one region inside of another region, a third outside", takes=(REGION,), gives=REGION
)
level_ = Op("level", 1, "the level of a region, as a number", takes=(REGION,))
distance_ = Op(
    "distance", 3, "how far a place is from the boundary of a region", takes=(REGION, NUMBER, NUMBER)
)

# Repeated for every whole number from one to another, as formulas write it: a body, its index, and the ends.
sum_over = Op("sum over", 4, "a sum")
product_over = Op("product over", 4, "a product")
min_over = Op("min over", 4, "the smallest")
max_over = Op("max over", 4, "the largest")
union_over = Op("union over", 4, "a union", takes=(REGION, NUMBER, NUMBER, NUMBER), gives=REGION)
intersection_over = Op(
    "intersection over", 4, "an intersection", takes=(REGION, NUMBER, NUMBER, NUMBER), gives=REGION
)
xor_over = Op("xor over", 4, "a symmetric difference", takes=(REGION, NUMBER, NUMBER, NUMBER), gives=REGION)

COMPOSED: Final = (complement, intersection, union, symmetric_difference)  # regions made of regions

# Curves: `blend` takes them apart into numbers that vanish on them, and regions that cut them.
equal = Op("=", 2, "the curve where a = b", gives=CURVE)
cut = Op("cut", 2, "the part of a curve in a region", takes=(CURVE, REGION), gives=CURVE)
together = Op("together", 0, "several curves", takes=(CURVE,), gives=CURVE)

# Colours: amounts of red, green and blue light and the opacity, from 0 to 1; pixels are painted with them.
light = Op("light", 4, gives=COLOUR)
chosen = Op(
    "chosen", 3, "a colour inside of a region, another outside", takes=(REGION, COLOUR, COLOUR), gives=COLOUR
)
listed = Op("[]", 0, "a list of anything", takes=(), gives=LIST)

OPS: Final[Mapping[str, Op]] = {op.name: op for op in list(globals().values()) if isinstance(op, Op)}
OVER: Final[Mapping[Op, Op]] = {
    add: sum_over, mul: product_over, minimum: min_over, maximum: max_over, union: union_over,
    intersection: intersection_over, symmetric_difference: xor_over,
}  # fmt: skip
ONE_OF: Final[Mapping[Op, Op]] = {over: op for op, over in OVER.items()}
EXECUTABLE: Final = tuple(op for op in OPS.values() if op.value)
FUNCTIONS: Final[Mapping[str, Op]] = {op.name: op for op in OPS.values() if op.function}

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
