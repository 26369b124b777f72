"""How far soft regions are from crisp ones, guaranteed."""

import math
from dataclasses import dataclass

from shapecli.fields import ops
from shapecli.fields.graph import Node, walk
from shapecli.fields.ops import Op


@dataclass(frozen=True)
class Gap:
    """How far the level of a soft region may be from the crisp one: from it - ln low to it + ln high.

    Attributes:
        low, high: whole numbers, 1 or more; or infinite, where nothing is known.
    """

    low: float = 1
    high: float = 1


def _gap(op: Op | None, gaps: list[Gap]) -> Gap:
    if op is ops.complement:
        return Gap(gaps[0].high, gaps[0].low)
    low, high = max(gap.low for gap in gaps), max(gap.high for gap in gaps)
    if op is ops.intersection:
        return Gap(low, high * len(gaps))
    if op is ops.union:
        return Gap(low * len(gaps), high)
    worst = 2 * max(low, high)  # tanh(L/2) = -tanh(a/2) tanh(b/2): off by ln 2 either way
    return Gap(worst, worst)


def gaps(region: Node) -> dict[Node, Gap]:
    """The gap of every region that a region is made of.

    A primitive is exact, unless it asks for another region in an if.
    """
    found: dict[Node, Gap] = {}
    inexact: set[Node] = set()  # those that ask for a region with a gap
    for node in walk(region):
        if node.kind is ops.Kind.REGION and node.op in ops.COMPOSED:
            found[node] = _gap(node.op, [found[arg] for arg in node.args])
        elif any(arg in inexact or found.get(arg, Gap()) != Gap() for arg in node.args):
            inexact.add(node)
            found[node] = Gap(math.inf, math.inf)
        elif node.kind is ops.Kind.REGION:
            found[node] = Gap()
    return {node: gap for node, gap in found.items() if node.kind is ops.Kind.REGION}
