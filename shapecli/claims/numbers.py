"""Numbers of expressions, for arrays of inputs, and their derivatives."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapecli.engine.reference import NOTATION
from shapecli.fields.graph import Node, evaluate, values, walk

Array = NDArray[np.float64]


def evaluated(root: Node, known: Mapping[str, Array]) -> Array:
    """A number, for arrays of inputs."""

    def of_leaf(node: Node) -> Any:
        return known[node.leaf] if isinstance(node.leaf, str) else np.float64(node.leaf or 0.0)

    with np.errstate(all="ignore"):
        number: Array = values([root], of_leaf, lambda op, *args: NOTATION[op.name](*args))[root]
    return number


def gradient(root: Node, inputs: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """A number, and its derivatives by all inputs."""
    numbers = evaluate(walk(root), inputs)
    slopes = dict.fromkeys(numbers, 0.0)
    slopes[root] = 1.0
    for node, number in reversed(numbers.items()):
        if node.op is not None and slopes[node] != 0.0:
            assert node.op.partials is not None
            each = node.op.partials(number, *(numbers[arg] for arg in node.args))
            for arg, slope in zip(node.args, each, strict=True):
                if slope != 0.0:
                    slopes[arg] += slope * slopes[node]
    by_name = {node.leaf: slope for node, slope in slopes.items() if isinstance(node.leaf, str)}
    return numbers[root], {name: by_name.get(name, 0.0) for name in inputs}
