"""The order in which a pen draws lines, so that its way from each to the next is short.

Greedy at first: the nearest end that is left (Rosenkrantz, Stearns and Lewis, 1977).  Then a part of the
order is turned round (2-opt, Croes 1958), or some lines are moved elsewhere (Or 1976), while that makes the
way shorter and work is left.  Nothing is drawn by lot, and no clock decides.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Place = tuple[float, float]

LIMIT_WORK: Final = 600_000  # pairs of ends that are compared to make the way shorter: two seconds
MOST_STARTS: Final = 32  # places that a closed line may start at
RUN: Final = 3  # lines that are moved together
LEAST: Final = 1e-9  # of the whole way, that a change is worth
FARTHEST: Final = 6  # cells, in which others are looked for
TURNED: Final = 200  # lines that are turned round in the time of one comparison
CROWDED: Final = 64  # ends in a cell, from which on they are looked at together
SEEN: Final = 2000  # of these, that are looked at in the time of one comparison
ROUNDING: Final = 1.0 + 1e-12  # of distances, so that those which are looked at together are enough
PER_CELL: Final = 2  # ends, in the grid in which the nearest is looked for


def routed(lines: Sequence[Array], touching: float) -> list[Array]:
    """The same lines in another order and direction, closed ones from another start, joined where they touch.

    Args:
        lines: float64[points, 2] each, closed if the last point is the first.
        touching: how far ends that touch may be apart.
    """
    joined = _joined([line for line in lines if len(line) > 1], touching)
    if not joined:
        return []
    return _entered(_entered(_shortened(_greedy(joined))))


def lifted(lines: Sequence[Array]) -> float:
    """How long the way is from each line to the next."""
    return math.fsum(math.dist(line[-1], after[0]) for line, after in pairwise(lines))


def drawn(lines: Sequence[Array]) -> float:
    """How long lines are."""
    return math.fsum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)


def _is_closed(line: Array) -> bool:
    return bool((line[0] == line[-1]).all())


def _joined(lines: Sequence[Array], touching: float) -> list[Array]:
    """Lines with those joined whose ends touch, each end with the first that is left near it."""
    cell = max(touching, 1e-9)
    ends: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)  # (line, 0 or -1) by place
    for number, line in enumerate(lines):
        if not _is_closed(line):
            for side in (0, -1):
                ends[_cell_of(line[side], cell)].append((number, side))
    left = dict.fromkeys(range(len(lines)))

    def beside(place: Array) -> tuple[int, int] | None:
        column, row = _cell_of(place, cell)
        for across in (column, column - 1, column + 1):
            for down in (row, row - 1, row + 1):
                for number, side in ends.get((across, down), ()):
                    if number in left and math.dist(lines[number][side], place) <= touching:
                        return number, side
        return None

    found: list[Array] = []
    for first in range(len(lines)):
        if first not in left:
            continue
        del left[first]
        parts = [lines[first]]
        if _is_closed(lines[first]):
            found.append(lines[first])
            continue
        for end in (-1, 0):  # on from its end, then on from its start
            while (near := beside(parts[end][end])) is not None:
                number, side = near
                del left[number]
                part = lines[number] if (side == 0) == (end == -1) else lines[number][::-1]
                parts.insert(len(parts) if end else 0, part)
        line = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
        if len(parts) > 1 and len(line) > 2 and math.dist(line[0], line[-1]) <= touching:
            line = np.concatenate([line[:-1], line[:1]])
        found.append(line)
    return found


def _cell_of(place: Array, cell: float) -> tuple[int, int]:
    return math.floor(place[0] / cell), math.floor(place[1] / cell)


def _greedy(lines: Sequence[Array]) -> list[Array]:
    """From the line that begins furthest up and left always to the nearest end that is left."""
    starts = [_starts_of(line) for line in lines]
    places = np.concatenate([line[start] for line, start in zip(lines, starts, strict=True)])
    owners = np.repeat(np.arange(len(lines)), [len(start) for start in starts])
    which = np.concatenate(starts)
    place = places[np.argmin(places.sum(axis=1))]
    left = np.ones(len(lines), np.bool_)
    near = _Near(places, owners, left)
    found: list[Array] = []
    for _ in range(len(lines)):
        end = near.nearest(place)
        line, start = lines[owners[end]], which[end]
        left[owners[end]] = False
        near.count -= len(starts[owners[end]])
        if _is_closed(line):
            line = np.concatenate([line[start:-1], line[: start + 1]])
        elif start:
            line = line[::-1]
        found.append(line)
        place = line[-1]
    return found


def _starts_of(line: Array) -> NDArray[np.intp]:
    """The points that a line may start at."""
    if not _is_closed(line):
        return np.array([0, len(line) - 1])
    return np.unique(np.linspace(0, len(line) - 2, min(len(line) - 1, MOST_STARTS)).astype(np.intp))


class _Near:
    """Ends of lines in the cells of a grid, which is made anew when half of them are gone.

    Attributes:
        count: how many are left.
    """

    def __init__(self, places: Array, owners: NDArray[np.intp], left: NDArray[np.bool_]) -> None:
        self.places, self.owners, self.left = places, owners, left
        self.count = len(places)
        self._fill()

    def _fill(self) -> None:
        here = np.flatnonzero(self.left[self.owners])
        places = self.places[here]
        low, high = places.min(axis=0), places.max(axis=0)
        area = max(float(np.prod(np.maximum(high - low, float((high - low).max()) * 1e-3))), 1e-12)
        self.cell = math.sqrt(area * PER_CELL / len(here))
        self.low, self.filled = low, len(here)
        cells = np.floor((places - low) / self.cell).astype(np.intp)
        self.most = int(cells.max()) + 1
        self.cells: dict[tuple[int, int], list[tuple[int, float, float]]] = defaultdict(list)
        for cell, number, (x, y) in zip(
            map(tuple, cells.tolist()), here.tolist(), places.tolist(), strict=True
        ):
            self.cells[cell].append((number, x, y))
        self.crowds = _crowds({cell: [end[0] for end in held] for cell, held in self.cells.items()})

    def nearest(self, place: Array) -> int:
        """The number of the nearest end that is left, the first of several."""
        if self.count <= self.filled // 2:
            self._fill()
        x, y = place.tolist()
        column, row = (math.floor(part) for part in ((place - self.low) / self.cell).tolist())
        best, distance = -1, math.inf
        # rings of cells around that of the place, until no further one can have a nearer end
        away = max(0, -column, -row, column - self.most, row - self.most)
        while best < 0 or (away - 1) * self.cell <= distance:
            for cell in _ring(column, row, away):
                held = self.cells.get(cell)
                if not held:
                    continue
                if (numbers := self.crowds.get(cell)) is not None:
                    held = self._nearest_of(numbers, x, y)
                for number, px, py in held:
                    if self.left[self.owners[number]]:
                        new = math.hypot(px - x, py - y)
                        if new < distance or (new == distance and number < best):
                            best, distance = number, new
            away += 1
        return best

    def _nearest_of(self, numbers: NDArray[np.intp], x: float, y: float) -> list[tuple[int, float, float]]:
        """The nearest of many ends, or some that may be."""
        numbers = numbers[self.left[self.owners[numbers]]]
        distances = np.hypot(*(self.places[numbers] - (x, y)).T)
        some = numbers[distances <= distances.min(initial=math.inf) * ROUNDING]
        return [(number, *self.places[number].tolist()) for number in some.tolist()]


def _crowds(cells: Mapping[tuple[int, int], Sequence[int]]) -> dict[tuple[int, int], NDArray[np.intp]]:
    """The cells with many numbers, and these."""
    return {cell: np.array(numbers) for cell, numbers in cells.items() if len(numbers) > CROWDED}


def _ring(column: int, row: int, away: int) -> Iterator[tuple[int, int]]:
    if not away:
        yield column, row
        return
    for across in range(column - away, column + away + 1):
        yield across, row - away
        yield across, row + away
    for down in range(row - away + 1, row + away):
        yield column - away, down
        yield column + away, down


def _shortened(lines: list[Array]) -> list[Array]:
    """The same lines in an order with a shorter way."""
    route = _Route(lines)
    if len(lines) > 2:
        route.shorten()
    return [
        lines[number][::-1] if turned else lines[number]
        for number, turned in zip(route.order.tolist(), route.turned.tolist(), strict=True)
    ]


def _entered(lines: Sequence[Array]) -> list[Array]:
    """Closed lines with the start that is nearest to where the pen comes from and goes to."""
    found = list(lines)
    for at, line in enumerate(found):
        if not _is_closed(line):
            continue
        beside = [found[at - 1][-1]] if at else []
        beside += [found[at + 1][0]] if at + 1 < len(found) else []
        away = sum((np.hypot(*(line[:-1] - place).T) for place in beside), np.zeros(len(line) - 1))
        start = int(np.argmin(away))
        found[at] = np.concatenate([line[start:-1], line[: start + 1]])
    return found


class _Route:
    """An order of lines that is made better.

    Attributes:
        order: the numbers of the lines; place: where each is in it; turned: whether it is drawn backwards.
        ends: where each begins and ends as it is given.
        begin, end: where the pen comes down for the line at each place of the order, and where it is lifted.
        work: pairs of ends that were compared so far, and a share of what was turned round.
    """

    def __init__(self, lines: Sequence[Array]) -> None:
        self.count = len(lines)
        self.order, self.place = np.arange(self.count), np.arange(self.count)
        self.turned = np.zeros(self.count, np.int8)
        self.ends = [(tuple(line[0].tolist()), tuple(line[-1].tolist())) for line in lines]
        self.begin, self.end = ([pair[side] for pair in self.ends] for side in (0, 1))
        self.work = 0
        places = np.array(self.ends).reshape(-1, 2)
        size = np.maximum(np.ptp(places, axis=0), 1e-9)
        self.cell = math.sqrt(float(np.prod(np.maximum(size, size.max() / 1000))) * PER_CELL / len(places))
        self.cells: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for number, pair in enumerate(self.ends):
            for side, (x, y) in enumerate(pair):
                self.cells[math.floor(x / self.cell), math.floor(y / self.cell)].append((number, side))
        self.places = places
        crowded = {cell: [2 * end[0] + end[1] for end in held] for cell, held in self.cells.items()}
        self.crowds = _crowds(crowded)
        self.least = LEAST * math.fsum(map(self.gap, range(self.count - 1)))

    def gap(self, at: int) -> float:
        """From a line to the next; before the first and behind the last there is nothing to go."""
        return math.dist(self.end[at], self.begin[at + 1]) if 0 <= at < self.count - 1 else 0.0

    def shorten(self) -> None:
        """Look at the widest gaps first, and again at those around each change."""
        gaps = [self.gap(at) for at in range(self.count - 1)]
        waiting = deque(self.order[np.argsort(-np.array(gaps), kind="stable")].tolist())
        queued = set(waiting)
        while waiting and self.work < LIMIT_WORK:
            number = waiting.popleft()
            queued.discard(number)
            for at in self._better(int(self.place[number])):
                for near in range(max(0, at - 1), min(self.count, at + 2)):
                    if (other := int(self.order[near])) not in queued:
                        queued.add(other)
                        waiting.append(other)

    def _better(self, at: int) -> tuple[int, ...]:
        """Make the gap behind a line smaller by the best change; gives the places around what has changed."""
        if not 0 <= at < self.count - 1:
            return ()
        width = self.gap(at)
        best, change = self.least, (0, 0, 0, False)
        for first, near in ((True, self.end[at]), (False, self.begin[at + 1])):
            for number, side in self._around(near, width):
                other = int(self.place[number])
                is_begin = side == self.turned[other]
                for gain, found in self._changes(at, width, other, is_begin=is_begin, first=first):
                    self.work += 1
                    if gain > best:
                        best, change = gain, found
        if best <= self.least:
            return ()
        start, size, goal, turns = change
        if not size:
            self._reverse(start + 1, goal)
            return start, goal
        return self._move(start, size, goal, turns=turns)

    def _changes(
        self, at: int, width: float, other: int, *, is_begin: bool, first: bool
    ) -> Iterator[tuple[float, tuple[int, int, int, bool]]]:
        """What may be done where an end of another line is near one side of a gap, and how much that saves.

        Args:
            is_begin: whether that end is where the other line begins.
            first: whether it is near where the gap begins.
        """
        end, begin = self.end[at], self.begin[at + 1]
        if is_begin != first:  # two ends that come together: what lies between is turned round
            gap = other if first else other - 1
            low, high = min(at, gap), max(at, gap)
            if low != high:
                new = math.dist(self.end[low], self.end[high]) if low >= 0 else 0.0
                new += math.dist(self.begin[low + 1], self.begin[high + 1]) if high < self.count - 1 else 0.0
                yield width + self.gap(gap) - new, (low, 0, high, False)
        for size in range(1, RUN + 1):  # some lines come into the gap, of which the other is the one nearest
            start = other if is_begin else other - size + 1
            stop = start + size
            if start < 0 or stop > self.count or start <= at < stop or start <= at + 1 < stop:
                continue
            saved = self.gap(start - 1) + self.gap(stop - 1)
            if start > 0 and stop < self.count:
                saved -= math.dist(self.end[start - 1], self.begin[stop])
            turns = is_begin != first
            here, there = self.begin[start], self.end[stop - 1]
            here, there = (there, here) if turns else (here, there)
            yield saved + width - math.dist(end, here) - math.dist(there, begin), (start, size, at, turns)

    def _around(self, place: Place, far: float) -> Iterator[tuple[int, int]]:
        """The ends that are nearer than so far, as lines and sides."""
        reach = min(far, FARTHEST * self.cell)
        x, y = place
        low, high = (math.floor((x + way) / self.cell) for way in (-reach, reach))
        rows = range(math.floor((y - reach) / self.cell), math.floor((y + reach) / self.cell) + 1)
        for column in range(low, high + 1):
            for row in rows:
                held = self.cells.get((column, row), ())
                if (numbers := self.crowds.get((column, row))) is not None:
                    self.work += len(numbers) // SEEN
                    some = np.hypot(*(self.places[numbers] - place).T) <= reach * ROUNDING
                    held = [held[k] for k in np.flatnonzero(some).tolist()]
                for number, side in held:
                    if math.dist(self.ends[number][side], place) < reach:
                        yield number, side

    def _reverse(self, first: int, last: int) -> None:
        part = slice(first, last + 1)
        self.order[part] = self.order[part][::-1].copy()
        self.turned[part] = 1 - self.turned[part][::-1]
        self.begin[part], self.end[part] = self.end[part][::-1], self.begin[part][::-1]
        self.place[self.order[part]] = np.arange(first, last + 1)
        self.work += (last + 1 - first) // TURNED

    def _move(self, start: int, size: int, at: int, *, turns: bool) -> tuple[int, ...]:
        """Put some lines behind the one at a place."""
        if turns:
            self._reverse(start, start + size - 1)
        low, high = (at + 1, start + size) if at < start else (start, at + 1)
        shift = size if at < start else -size
        part = np.roll(np.arange(low, high), shift)
        for held in (self.begin, self.end):
            held[low:high] = (
                [*held[high - shift : high], *held[low : high - shift]]
                if shift > 0
                else [*held[low - shift : high], *held[low : low - shift]]
            )
        self.order[low:high], self.turned[low:high] = self.order[part], self.turned[part]
        self.place[self.order[low:high]] = np.arange(low, high)
        self.work += (high - low) // TURNED
        return low, high - 1, low + size, high - 1 - size
