"""How many boundaries a picture of a region has, by counting what hangs together."""

import numpy as np
from numpy.typing import NDArray


def boundaries(inside: NDArray[np.bool_]) -> int:
    """One outline for each connected part of a region, and one for each hole; bool[height, width].

    Pixels of the region hang together along sides, those outside also at corners; what is outside and
    touches the edge of the picture is no hole.
    """
    padded = np.pad(~inside, 1, constant_values=True)
    return _parts(inside, reach=0) + _parts(padded, reach=1) - 1


def _parts(mask: NDArray[np.bool_], reach: int) -> int:
    """Connected parts, from runs in rows: two in neighbouring rows are joined if they overlap, or nearly."""
    parents: list[int] = []

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    above: list[tuple[int, int, int]] = []
    for row in mask:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
        here = []
        for begin, end in edges.reshape(-1, 2).tolist():
            number = len(parents)
            parents.append(number)
            for first, last, other in above:
                if first < end + reach and begin < last + reach:
                    parents[root(other)] = root(number)
            here.append((begin, end, number))
        above = here
    return sum(parent == number for number, parent in enumerate(parents))
