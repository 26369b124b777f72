"""Numbers of expressions, for arrays of inputs, and their derivatives."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecli.engine.reference import NOTATION
from shapecli.fields.graph import Node, walk

Array = NDArray[np.float64]


def evaluated(root: Node, known: Mapping[str, Array]) -> Array:
    """A number, for arrays of inputs."""
    values: dict[Node, Any] = {}
    with np.errstate(all="ignore"):
        for node in walk(root):
            if node.op is None:
                leaf = node.leaf
                values[node] = known[leaf] if isinstance(leaf, str) else np.float64(leaf or 0.0)
            else:
                values[node] = NOTATION[node.op.name](*(values[arg] for arg in node.args))
    result: Array = values[root]
    return result


def gradient(root: Node, inputs: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """A number, and its derivatives by all inputs."""
    values: dict[Node, float] = {}
    order = [*walk(root)]
    for node in order:
        if node.op is None:
            values[node] = inputs[node.leaf] if isinstance(node.leaf, str) else node.leaf or 0.0
        else:
            assert node.op.value is not None
            values[node] = node.op.value(*(values[arg] for arg in node.args))
    slopes = dict.fromkeys(order, 0.0)
    slopes[root] = 1.0
    for node in reversed(order):
        if node.op is not None and slopes[node] != 0.0:
            assert node.op.partials is not None
            each = node.op.partials(values[node], *(values[arg] for arg in node.args))
            for arg, slope in zip(node.args, each, strict=True):
                if slope != 0.0:
                    slopes[arg] += slope * slopes[node]
    by_name = {node.leaf: slope for node, slope in slopes.items() if isinstance(node.leaf, str)}
    return values[root], {name: by_name.get(name, 0.0) for name in inputs}
