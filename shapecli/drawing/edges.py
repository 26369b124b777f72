"""Edges that layers have in common, along which what is below would show through.

A pixel on such an edge is covered in part by both, and coverage alone does not tell whether by the same part.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from shapecli.fields import ops
from shapecli.fields.graph import Node
from shapecli.fields.ops import Op

if TYPE_CHECKING:
    from shapecli.drawing.drawing import DrawnLayer

RELATIONS: Final = (ops.at_most, ops.less)
COMPARED: Final = 64  # layers that are compared with one another
ROUNDING: Final = 1e-14  # relative to numbers, by which they may be off; less than any picture shows


def hidden(layers: "Sequence[DrawnLayer]") -> "set[DrawnLayer]":
    """Those whose fills lie wholly under that of a later one: by the same region, or A under A | B."""
    latest: dict[tuple[Node, Node | None], int] = {}
    for number, layer in enumerate(layers):
        if layer.opaque:
            latest.update(
                dict.fromkeys(((part, layer.tapes.clip) for part in _around(layer, ops.union)), number)
            )
    found = set()
    for number, layer in enumerate(layers):
        keys = [
            (part, clip) for part in _around(layer, ops.intersection) for clip in {layer.tapes.clip, None}
        ]
        if not layer.extra and any(latest.get(key, number) > number for key in keys):
            found.add(layer)
    return found


def apart(layers: "Sequence[DrawnLayer]") -> "Mapping[DrawnLayer, int]":
    """Those that follow one another and have no point in common, with a number for each such group."""
    found: dict[DrawnLayer, int] = {}
    group: list[tuple[DrawnLayer, list[Node]]] = []
    number = 0
    for layer in layers:
        if layer.extra or layer.stroked:
            group = []
            continue
        parts = [*_factors(layer.tapes.body)]
        joins = 0 < len(group) < COMPARED and layer.tapes.clip is group[0][0].tapes.clip
        if joins and all(_disjoint(parts, others) for _, others in group):
            number += len(group) == 1
            found[layer] = found[group[0][0]] = number
        else:
            group = []
        group.append((layer, parts))
    return found


def _around(layer: "DrawnLayer", op: Op) -> tuple[Node, ...]:
    """The region of a layer, and what it is made of by an operation."""
    region = layer.tapes.body
    return (region, *region.args) if region.op is op and not region.turns else (region,)


def _factors(region: Node) -> Iterator[Node]:
    """Regions that a region lies in."""
    stack = [region]
    while stack:
        node = stack.pop()
        yield node
        if node.op is ops.intersection and not node.turns:
            stack.extend(node.args)


def _disjoint(some: Sequence[Node], others: Sequence[Node]) -> bool:
    """Whether two of these regions are told to have no more than a line in common."""
    return any(_opposite(one, other) for one in some for other in others)


def _opposite(one: Node, other: Node) -> bool:
    if one.op is ops.complement or other.op is ops.complement:
        return one is other.args[0] if other.op is ops.complement else one.args[0] is other
    if one.op not in RELATIONS or other.op not in RELATIONS:
        return False
    (low, high), (lower, higher) = one.args, other.args
    return (low is higher and _no_less(lower, high)) or (high is lower and _no_less(low, higher))


def _no_less(one: Node, other: Node) -> bool:
    """Whether a number is told to be at least another one, but for rounding."""
    if one.constant is None or other.constant is None:
        return one is other
    return one.constant >= other.constant or math.isclose(one.constant, other.constant, rel_tol=ROUNDING)
