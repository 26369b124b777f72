"""The rules behind the table: value, bound, domain and partials that need more than a line.

Each works on plain floats and is compiled into the kernels as it stands.  Names of arguments: a, b,
c are values; al and ah the low and high end of the interval of a; au whether a may be undefined.
"""

import math
from typing import Final

INF: Final = math.inf
NAN: Final = math.nan
EPS: Final = 2.0**-52
TINY: Final = 5e-324  # the smallest positive float64
LN2: Final = math.log(2.0)
LARGEST_EXPONENT: Final = 709.782712893384  # e to anything larger overflows
HALF_PI: Final = math.pi / 2
ALL = 0  # what `choose` gives when no argument decides alone

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


def low_sum(v: float) -> float:
    """The next float below a sum or difference, or lower; exact where it is subnormal: 0 stays 0."""
    return -INF if v != v else v * (1.0 - math.copysign(EPS, v))


def high_sum(v: float) -> float:
    """The next float above a sum or difference, or higher; 0 stays 0."""
    return INF if v != v else v * (1.0 + math.copysign(EPS, v))


def corners(p: float, q: float, r: float, s: float) -> tuple[float, float]:
    """The least and greatest of four values, where 0 * inf and inf / inf count as 0."""
    p = p if p == p else 0.0
    q = q if q == q else 0.0
    r = r if r == r else 0.0
    s = s if s == s else 0.0
    least, most = min(min(p, q), min(r, s)), max(max(p, q), max(r, s))
    return least * (1.0 - math.copysign(EPS, least)) - TINY, most * (1.0 + math.copysign(EPS, most)) + TINY


def holds(low_end: float, high_end: float, v: float) -> bool:
    """Whether the interval contains v."""
    return (low_end <= v) & (v <= high_end)


def bounded(low_end: float, high_end: float) -> bool:
    """Whether the interval contains no infinity."""
    return (low_end > -INF) & (high_end < INF)


# --- arithmetic -------------------------------------------------------------------------------


def add_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return ((al > -INF) | (bh < INF)) & ((ah < INF) | (bl > -INF))


def sub_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    return ((al > -INF) | (bl > -INF)) & ((ah < INF) | (bh < INF))


def product_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    lo, hi = corners(al * bl, al * bh, ah * bl, ah * bh)
    alike = ((al >= 0.0) & (bl >= 0.0)) | ((ah <= 0.0) & (bh <= 0.0))
    opposite = ((al >= 0.0) & (bh <= 0.0)) | ((ah <= 0.0) & (bl >= 0.0))
    return max(lo, 0.0 if alike else -INF), min(hi, 0.0 if opposite else INF)


def mul_domain(al: float, ah: float, bl: float, bh: float) -> bool:
    infinite_a, infinite_b = not bounded(al, ah), not bounded(bl, bh)
    return not ((infinite_b & holds(al, ah, 0.0)) | (infinite_a & holds(bl, bh, 0.0)))


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
    return (not (holds(al, ah, 0.0) & holds(bl, bh, 0.0))) & (bounded(al, ah) | bounded(bl, bh))


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
    return 1 if al > bh else 2 if bl > ah else ALL


def choose_smaller(al: float, ah: float, bl: float, bh: float) -> int:
    return 1 if ah < bl else 2 if bh < al else ALL


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
    rate = 1.0 / period  # one division in place of many
    slack = 1e-9 + 8 * EPS * (abs(al) + abs(ah)) * rate
    return floor((ah - phase) * rate + slack) > floor((al - phase) * rate - slack)


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
        return lower(-math.pi), upper(math.pi)
    p, q, r, s = angle(al, bl), angle(al, bh), angle(ah, bl), angle(ah, bh)
    return lower(min(min(p, q), min(r, s))), upper(max(max(p, q), max(r, s)))


def turning_angle_bound(al: float, ah: float, bl: float, bh: float) -> tuple[float, float]:
    """The same where whole turns make no difference: angles to both sides of the cut are neighbours."""
    if bh < 0.0 and al <= 0.0 <= ah:
        low, high = angle_bound(-ah, -al, -bh, -bl)  # half a turn away
        return lower(low + math.pi), upper(high + upper(math.pi))
    return angle_bound(al, ah, bl, bh)


def hyperbolic_sine(a: float) -> float:
    return math.sinh(a) if abs(a) < 710.0 else math.copysign(INF, a) if a == a else a


def hyperbolic_cosine(a: float) -> float:
    return math.cosh(a) if abs(a) < 710.0 else INF if a == a else a


def hyperbolic_cosine_bound(al: float, ah: float) -> tuple[float, float]:
    near, far = absolute_bound(al, ah)
    return max(1.0, lower(hyperbolic_cosine(near))), upper(hyperbolic_cosine(far))


# --- noise ----------------------------------------------------------------------------------------

PRIME_P: Final = 983.0  # a period of P * Q cells, products below 2^22, and as many cubes as numbers
PRIME_Q: Final = 977.0
REACH: Final = 2.0**50  # cells up to here are told apart; what lies beyond counts as 0
NOISE_SCALE: Final = 1.4137  # a sum of four gradients is at most sqrt(1/2) of their length: at most 1
NOISE_SLOPE: Final = 2.93  # |dn/dx| and |dn/dy| are never more
NOISE_BEND: Final = 11.7  # nor the second derivatives, the pure ones
NOISE_TWIST: Final = 7.6  # and the mixed one
NOISE_ERROR: Final = 128 * EPS  # of two computed values; most is lost in turns, whose slope is 2 pi


def reachable(v: float) -> float:
    """The number, or 0 if it is too large to have a place in a cell; an infinity becomes NaN."""
    return v if abs(v) < REACH else v - v


def residue(v: float, prime: float) -> float:
    """The whole number v modulo a prime.

    Exact for |v| < 2^51, and for |v| < 2^22 in float32: the half keeps the quotient farther from whole
    numbers than its rounding reaches.
    """
    return v - prime * floor((v + 0.5) * (1.0 / prime))


def square_residue(v: float, prime: float) -> float:
    return residue(v * v, prime)


def cube_residue(v: float, prime: float) -> float:
    return residue(square_residue(v, prime) * v, prime)


def lattice(i: float, p: float, q: float) -> tuple[float, float, float, float]:
    """What lines i and i + 1 of the lattice add to the hash, by P and then by Q, moved by p and q."""
    u, v = residue(i, PRIME_P) + p, residue(i, PRIME_Q) + q
    return (
        cube_residue(u, PRIME_P), cube_residue(u + 1.0, PRIME_P),
        cube_residue(v, PRIME_Q), cube_residue(v + 1.0, PRIME_Q),
    )  # fmt: skip


def gradient(p: float, q: float) -> tuple[float, float]:
    """A direction from two sums of `lattice`."""
    turns = square_residue(p, PRIME_P) * (1.0 / PRIME_P) + square_residue(q, PRIME_Q) * (1.0 / PRIME_Q)
    return swing(turns + 0.25), swing(turns)


def swing(turns: float) -> float:
    """A sine of turns, to within 4e-4; vectors of it and its cosine have lengths of 1 to within 4e-4."""
    r = turns - floor(turns + 0.5)
    w = r * r
    return r * (1.0 - 4.0 * w) * (6.278 + w * (13.9 * w - 15.96))


def ease(f: float) -> float:
    """6 f^5 - 15 f^4 + 10 f^3: from 0 to 1, with first and second derivatives of 0 at both."""
    return f * f * f * (f * (6.0 * f - 15.0) + 10.0)


def ease_slope(f: float) -> float:
    return 30.0 * f * f * (f - 1.0) * (f - 1.0)


def between(a: float, b: float, share: float) -> float:
    return a + share * (b - a)


def noise_and_slopes(a: float, b: float, seed: float) -> tuple[float, float, float]:
    """Gradient noise at (a, b), and its derivatives by a and b.

    A gradient of unit length stands at every whole point; each corner of a cell gives the height of its
    plane, and quintic ease mixes the four: Ken Perlin's "Improving Noise" of 2002, with gradients in all
    directions.  The direction is hashed: cubes modulo two primes for the lines, squares of sums of those for
    the points where they cross.  Only the last steps round, so that every machine finds the same direction.
    """
    x, y, s = reachable(a), reachable(b), floor(reachable(seed))
    i, j = floor(x), floor(y)
    p = cube_residue(residue(s, PRIME_P) + 500.0, PRIME_P)
    q = cube_residue(residue(s, PRIME_Q) + 411.0, PRIME_Q)
    left_p, right_p, left_q, right_q = lattice(i, p, q)
    low_p, high_p, low_q, high_q = lattice(j, q, p)
    g00, h00 = gradient(left_q + low_p, left_p + low_q)
    g10, h10 = gradient(right_q + low_p, right_p + low_q)
    g01, h01 = gradient(left_q + high_p, left_p + high_q)
    g11, h11 = gradient(right_q + high_p, right_p + high_q)
    f, g = x - i, y - j
    n00, n10 = g00 * f + h00 * g, g10 * (f - 1.0) + h10 * g
    n01, n11 = g01 * f + h01 * (g - 1.0), g11 * (f - 1.0) + h11 * (g - 1.0)
    u, v = ease(f), ease(g)
    low_n, high_n = between(n00, n10, u), between(n01, n11, u)
    mean_g = between(between(g00, g10, u), between(g01, g11, u), v)
    mean_h = between(between(h00, h10, u), between(h01, h11, u), v)
    return (
        NOISE_SCALE * between(low_n, high_n, v),
        NOISE_SCALE * (mean_g + ease_slope(f) * between(n10 - n00, n11 - n01, v)),
        NOISE_SCALE * (mean_h + ease_slope(g) * (high_n - low_n)),
    )


def noise(a: float, b: float, seed: float) -> float:
    return noise_and_slopes(a, b, seed)[0]


def noise_partials(out: float, a: float, b: float, seed: float) -> tuple[float, float, float]:
    _, by_a, by_b = noise_and_slopes(a, b, seed)
    return by_a, by_b, 0.0


def noise_domain(al: float, ah: float, bl: float, bh: float, cl: float, ch: float) -> bool:
    return bounded(al, ah) & bounded(bl, bh) & bounded(cl, ch)


def noise_bound(al: float, ah: float, bl: float, bh: float, cl: float, ch: float) -> tuple[float, float]:
    """From the middle on, by the slopes there and by how much they can change; or by how steep it can be.

    That is right across cells, too, because the second derivatives are continuous.  With weights w and
    offsets r of the corners, a derivative is a sum of products of gradients and vectors such as
    w_x r + w e_x, and at most the sum of their lengths.  That is, by a grid of 1/8000 and a Lipschitz
    constant, below 2.0704 for the slope, 8.22 for w_xx r + 2 w_x e_x and 5.35 for w_xy r + w_x e_y + w_y e_x.
    Times the scale and the longest gradient, together 1.4142, these are the constants above.
    """
    x, y = 0.5 * (al + ah), 0.5 * (bl + bh)
    p, q = high(max(ah - x, x - al)), high(max(bh - y, y - bl))
    value, by_a, by_b = noise_and_slopes(x, y, cl)
    straight = abs(by_a) * p + abs(by_b) * q
    bent = straight + 0.5 * NOISE_BEND * (p * p + q * q) + NOISE_TWIST * p * q
    most = high(min(bent, NOISE_SLOPE * (p + q))) + NOISE_ERROR
    reached = max(max(abs(al), abs(ah)), max(abs(bl), abs(bh))) < REACH
    known = reached & bounded(cl, ch) & (floor(cl) == floor(ch))
    return max(-1.0, value - most) if known else -1.0, min(1.0, value + most) if known else 1.0


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


def choose_branch(cl: float, ch: float, al: float, ah: float, bl: float, bh: float) -> int:
    return 2 if ch <= 0.0 else 3 if cl > 0.0 else ALL


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
    return v - 4 * EPS * (1.0 + abs(v)) if abs(v) < INF else v


def above_level(v: float) -> float:
    """A bound above a smooth maximum."""
    return v + 4 * EPS * (1.0 + abs(v)) if abs(v) < INF else v


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


def larger_partials(a: float, b: float) -> tuple[float, float]:
    """Of max; half each where they are equal, which is right for max(a, b) plus anything of |a - b|."""
    return (0.5, 0.5) if a == b else (1.0, 0.0) if a > b else (0.0, 1.0)


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


def choose_dominant_max(al: float, ah: float, bl: float, bh: float, margin: float) -> int:
    return choose_larger(al - margin, ah, bl - margin, bh)


def choose_dominant_min(al: float, ah: float, bl: float, bh: float, margin: float) -> int:
    return choose_smaller(al, ah + margin, bl, bh + margin)
