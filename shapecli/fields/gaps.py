"""How far soft regions are from crisp ones, guaranteed."""

import math
from dataclasses import dataclass

from shapecli.fields import ops
from shapecli.fields.graph import Node, regions_of, walk
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
    known: dict[Node, Gap] = {}  # also of numbers: infinite if they ask for a region with a gap
    for node in walk(region):
        inner = [known[arg] for arg in node.args]
        if node.op in ops.COMPOSED:
            known[node] = _gap(node.op, inner)
        else:
            known[node] = Gap() if all(gap == Gap() for gap in inner) else Gap(math.inf, math.inf)
    return {node: known[node] for node in regions_of(region)}
