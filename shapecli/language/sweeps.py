"""The heading `sweep`: from its parts to what moves in a film."""

import math

from shapecli.base.source import likely_hint
from shapecli.fields.blend import SHARPNESS
from shapecli.language.expressions import Resolver
from shapecli.language.names import is_built_in
from shapecli.language.syntax import Apply, Expression, Name, Setting

from shapecli.language.motion import (  # isort: skip
    CHOICES, PACES, SEED, TIMED, Motion, Sweep, by_factors, motion_of, timing_problem,
)  # fmt: skip


def motion(item: Setting, resolver: Resolver) -> Motion:
    """The film of a figure, as its heading has it.

    Raises:
        ShapeError: a part means nothing, or cannot be.
        ValueError: nothing moves.
    """
    sweeps: dict[str, Sweep] = {}
    timing: dict[str, float | str] = {}
    for part in item.values:
        assert isinstance(part, Apply)
        found = _swept(part, resolver)
        name = found.name if isinstance(found, Sweep) else found[0]
        if name in sweeps or name in timing:
            raise resolver.scope.error(f"{name} is given twice", part.span, "keep one of them")
        if isinstance(found, Sweep):
            sweeps[name] = found
        else:
            timing[name] = found[1]
    return motion_of([*sweeps.values()], timing)


def _swept(part: Apply, resolver: Resolver) -> Sweep | tuple[str, float | str]:
    """A part of a sweep: what moves, or how."""
    name, *ends = part.args
    assert isinstance(name, Name)
    if after := _without_comma(ends[-1]):
        missing = f"write a comma between: sweep {name.name} = ..., {after.name} = ..."
        raise resolver.scope.error(f"a comma is missing before {after.name}", after.span, missing)
    if len(ends) == 1:
        if name.name not in TIMED:
            known = f"there is {', '.join(TIMED)}; what moves has two ends: {name.name} = 0 .. 1"
            message = f"a sweep has no {name.name}"
            raise resolver.scope.error(message, name.span, likely_hint(name.name, TIMED, known))
        (end,) = ends
        word = end.name.strip('"') if isinstance(end, Name) and name.name in CHOICES else None
        value = resolver.constant(end, name.name) if word is None else word
        if problem := timing_problem(name.name, value):
            hint = likely_hint(str(value), CHOICES.get(name.name, ()))
            raise resolver.scope.error(problem, end.span, hint)
        return name.name, value
    low, high = ends
    told = None
    if isinstance(high, Apply) and high.op == "/" and isinstance(pace := high.args[1], Name):
        if pace.name in PACES:
            high, told = high.args[0], pace.name
        elif not is_built_in(pace.name) and not resolver.scope.definition(pace.name):
            hint = likely_hint(pace.name, PACES, f"write /{' or /'.join(PACES)}, or nothing")
            raise resolver.scope.error(f"a sweep is not {pace.name}", pace.span, hint)
    lowest, highest = resolver.constant(low, name.name), resolver.constant(high, name.name)
    if name.name not in (SHARPNESS, SEED):
        if name.name not in resolver.ranges:
            hint = f"write param {name.name} = {lowest:g} in {lowest:g} .. {highest:g}"
            message = f"the figure has no parameter {name.name}"
            raise resolver.scope.error(message, name.span, likely_hint(name.name, resolver.ranges, hint))
        first, last, _ = resolver.ranges[name.name]
        if not first <= min(lowest, highest) <= max(lowest, highest) <= last:
            hint = f"it goes from {first:g} to {last:g}"
            message = f"the sweep leaves the range of {name.name}"
            raise resolver.scope.error(message, low.span.to(high.span), hint)
    is_geometric = by_factors(name.name, told)
    above = 0.0 if is_geometric or name.name == SHARPNESS else -math.inf
    if not above < min(lowest, highest) <= max(lowest, highest) < math.inf:
        hint = "both ends are finite, and greater than 0 for n and for equal factors"
        raise resolver.scope.error("the sweep has no such end", low.span.to(high.span), hint)
    return Sweep(name.name, lowest, highest, is_geometric)


def _without_comma(end: Expression) -> Name | None:
    """The name of the next part of a sweep, if an end has run on into it."""
    first = end.args[0] if isinstance(end, Apply) and end.op == "&" else end
    if not (isinstance(first, Apply) and first.op == "="):
        return None
    last = first.args[0]
    while isinstance(last, Apply) and last.op in ("*", "/", "+", "-"):
        last = last.args[-1]
    return last if isinstance(last, Name) else None
