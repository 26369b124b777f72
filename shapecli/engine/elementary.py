"""Elementary functions that LLVM can vectorise: no branches, no calls, no tables.

The kernels use these in place of `math.exp` and of `rules.log1p_exp`, which blending evaluates for
every pair of sets; all other functions come from the C library through Numba.  Each is within 3 ulp
of the true value (a test measures it).  Polynomials are Chebyshev interpolants of our own.
"""

import dis
import math
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, Final

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from shapecli.fields import rules

# Functions that only kernels call: without the wrappers for Python they compile in half the time.
INNER: Final[dict[str, Any]] = {
    "error_model": "numpy",
    "forceinline": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

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


@njit(**INNER)
def exp_fraction(r: float) -> float:
    """e^r for |r| <= ln(2)/2."""
    p = 2.0914679376583935e-09
    p = fused(p, r, 2.510520637395701e-08)
    p = fused(p, r, 2.7557273661348637e-07)
    p = fused(p, r, 2.7557255425746435e-06)
    p = fused(p, r, 2.4801587325533363e-05)
    p = fused(p, r, 0.00019841269874800493)
    p = fused(p, r, 0.0013888888888883752)
    p = fused(p, r, 0.008333333333326141)
    p = fused(p, r, 0.04166666666666667)
    p = fused(p, r, 0.1666666666666667)
    p = fused(p, r, 0.5)
    result: float = fused(p * r, r, r) + 1.0
    return result


@njit(**INNER)
def exp_parts(x: float) -> tuple[float, float]:
    """E^x as m * 2^k: m, and a float whose low bits hold k."""
    shifted = x * LOG2_E + MAGIC
    whole = shifted - MAGIC
    return exp_fraction((x - whole * LN2_HIGH) - whole * LN2_LOW), shifted


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
    p = 0.08082022805971766
    p = fused(p, z, 0.04400369243072337)
    p = fused(p, z, 0.06000536404795356)
    p = fused(p, z, 0.06657072104827468)
    p = fused(p, z, 0.07692785032479312)
    p = fused(p, z, 0.09090894718066429)
    p = fused(p, z, 0.11111111358713932)
    p = fused(p, z, 0.1428571428355438)
    p = fused(p, z, 0.20000000000007292)
    p = fused(p, z, 0.3333333333333333)
    result: float = 2.0 * (s + s * z * p)
    return result


MATH = ModuleType("math_for_kernels", "The module `math`, with our own functions where they are faster.")
MATH.__dict__.update({name: getattr(math, name) for name in dir(math) if not name.startswith("_")})
MATH.__dict__["exp"] = exp

_REPLACED: dict[Callable[..., Any], Any] = {rules.log1p_exp: log1p_exp}


def compiled(rule: Callable[..., Any], done: dict[Callable[..., Any], Any]) -> Any:
    """A rule of the table for use in kernels, with whatever it calls.

    Args:
        rule: a plain function of `fields/rules.py`, or a lambda of the table.
        done: what was compiled before, so that helpers are compiled once; added to.
    """
    if rule in _REPLACED:
        return _REPLACED[rule]
    if rule not in done:
        assert isinstance(rule, FunctionType)
        scope: dict[str, Any] = {"__name__": __name__}
        for name in _globals_of(rule) & rule.__globals__.keys():
            value = rule.__globals__[name]
            scope[name] = (
                MATH if value is math else compiled(value, done) if isinstance(value, FunctionType) else value
            )
        done[rule] = njit(**INNER)(FunctionType(rule.__code__, scope, rule.__name__))
    return done[rule]


def _globals_of(function: FunctionType) -> set[str]:
    """The global names that a function reads; `co_names` would add those of attributes."""
    return {step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"}
