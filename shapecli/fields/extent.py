"""Where the boundary of a figure is: by bounds of intervals on boxes, so that no part of it is missed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappop, heappush
from typing import Final

from shapecli.fields import ops, rules
from shapecli.fields.ops import Interval, Op, bound
from shapecli.fields.tape import INSTRUCTIONS, LOAD, Tape

FAR: Final = float(1 << 20)  # what is looked for is within this of the origin, in both directions
COARSE, FINE = 8, 128  # how many times smaller than what is looked at boxes become, at first and at last
SLAB: Final = 2.0  # boxes are up to so many times as long as wide, along the side that is looked for
SHAVED: Final = 7 / 16, 1 / 8, 1 / 64  # of a box, that is tried to be taken away from a side at once
LOOSE: Final = 1 / 16  # of a box, that an end may be off where there is no more time
LEAST: Final = 1e-12  # what is smaller is a point
ROWS: Final = 100_000  # of tapes, that looking takes in all: some 0.2 s, which few figures need
FEWEST: Final = 100  # boxes, with which it is worth to begin
SHARE: Final = 8  # one side may take this part of what is left
NOWHERE: Final[Interval] = (math.nan, math.nan, True)  # of what is undefined on all of a box
FAR_FROM_0: Final = frozenset(  # these are undefined on a box if they are at its number next to 0
    [*(op for op in ops.EXECUTABLE if op.arity == 1 and op.domain), ops.pow_]
)
SETTLES: Final = (ops.closed_, ops.opened_)  # undefined numbers end in these: such a point is outside

TURNING: Final = replace(ops.atan2, bound=rules.turning_angle_bound)
TURN: Final = (ops.sin, ops.cos)  # what is the same after a whole turn
KEEP_TURNS: Final = (ops.neg, ops.add, ops.sub)  # a whole turn more or less becomes one

Box = tuple[float, float, float, float]  # x0, x1, y0, y1
Step = tuple[Op, int, tuple[int, ...]]  # an operation, the register of its result, those of its arguments
PLANE: Final[Box] = (-FAR, FAR, -FAR, FAR)


@dataclass(frozen=True, eq=False)
class Bounds:
    """A tape that gives one number, as bounds of that number on boxes: `enclosed`, for many of them.

    Attributes:
        inputs: the value of every input but x and y.
    """

    tape: Tape
    inputs: Mapping[str, float]

    @cached_property
    def _code(self) -> tuple[list[Interval], list[Step]]:
        """The registers with the numbers of the tape behind them, and its rows."""
        registers: list[Interval] = [(0.0, 0.0, False)] * self.tape.registers
        steps: list[Step] = []
        for (code, target, *read, _), scalar in self.tape.rows():
            value = self.inputs[scalar] if isinstance(scalar, str) else scalar
            if code == LOAD:  # its register may be used again, so this is done every time
                steps.append((ops.maximum, target, (len(registers), len(registers))))
            else:
                op, place = INSTRUCTIONS[code - LOAD - 1].op, INSTRUCTIONS[code - LOAD - 1].scalar
                arguments = read[: op.arity - (place is not None)]
                if place is not None:
                    arguments.insert(place, len(registers))
                steps.append((op, target, tuple(arguments)))
            registers.append((value, value, value != value))
        return registers, self._turning(registers, steps)

    def _turning(self, registers: list[Interval], steps: list[Step]) -> list[Step]:
        """The same rows, with another rule for angles of which only sines and cosines are asked for."""
        holders: dict[int, int] = {}
        users: list[list[int]] = [[] for _ in steps]
        for row, (_, target, read) in enumerate(steps):
            for place in read:
                if place in holders:
                    users[holders[place]].append(row)
            holders[target] = row
        turn: set[int] = set()  # rows whose result may be a whole turn more or less
        for row in range(len(steps) - 1, -1, -1):
            if users[row] and all(user in turn or steps[user][0] in TURN for user in users[row]):
                op, _, read = steps[row]
                whole = any(place >= self.tape.registers and registers[place][0] % 1 == 0 for place in read)
                if op in KEEP_TURNS or op is ops.atan2 or (op is ops.mul and whole):
                    turn.add(row)
        return [
            (TURNING if op is ops.atan2 and row in turn else op, target, read)
            for row, (op, target, read) in enumerate(steps)
        ]

    @cached_property
    def may_be_nowhere(self) -> bool:
        """Whether the number, or one on the way to it, may be undefined on all of a box."""
        kept, steps = self._code
        return any(low != low for low, _, _ in kept) or any(op in FAR_FROM_0 for op, _, _ in steps)

    def on(self, box: Box) -> tuple[float, float]:
        """Both are NaN if the number is undefined on all of the box."""
        kept, steps = self._code
        registers = kept[:]
        registers[0], registers[1] = (box[0], box[1], False), (box[2], box[3], False)
        rule = _bound if self.may_be_nowhere else bound  # which takes half the time
        for op, target, read in steps:
            registers[target] = rule(op, *[registers[place] for place in read])
        low, high, _ = registers[self.tape.outputs[0]]
        return low, high


def _bound(op: Op, *arguments: Interval) -> Interval:
    """Bounds of an operation, which also know what is undefined on all of a box."""
    if any(low != low for low, _, _ in arguments):
        if op in SETTLES:
            return math.inf, math.inf, False
        if op is not ops.if_:
            return NOWHERE
        (low, high, _), inside, outside = arguments
        chosen = [value for value, may_be in ((inside, low <= 0.0), (outside, high > 0.0)) if may_be]
        defined = [value for value in chosen if value[0] == value[0]]
        return (*defined[0][:2], True) if defined else NOWHERE
    if op is ops.pow_ and arguments[0][0] < 0.0:
        (low, high, _), (power, other, _) = arguments
        if power == other and power % 1.0:  # of negative numbers undefined
            return NOWHERE if high < 0.0 else (*bound(op, (0.0, high, True), arguments[1])[:2], True)
    if op.value and op in FAR_FROM_0 and op is not ops.pow_:
        low, high, _ = arguments[0]
        if math.isnan(op.value(max(low, min(high, 0.0)))):
            return NOWHERE
    return bound(op, *arguments)


@dataclass(frozen=True, eq=False)
class Part:
    """A region, or a curve.

    Attributes:
        number: the level; or what vanishes on the curve.
        cuts: the levels of the regions that a curve is cut by.
        beyond: a level up to which the boundary of a union may lie that this is a part of.
    """

    number: Bounds
    is_curve: bool = False
    cuts: tuple[Bounds, ...] = ()
    beyond: float = 0.0

    def may_show(self, box: Box) -> bool:
        """Whether the curve, or the boundary of the region, may go through a box."""
        low, high = self.number.on(box)
        if not low <= self.beyond or not high >= 0.0 or (high == 0.0 and not self.is_curve):
            return False
        return all(cut.on(box)[0] <= 0.0 for cut in self.cuts)

    @cached_property
    def rows(self) -> int:
        return sum(len(each.tape.scalars) for each in (self.number, *self.cuts))


def extent(parts: Sequence[Part], rows: int = ROWS) -> Box | None:
    """A box around all boundaries and curves; None if nothing can be anywhere within FAR of the origin.

    It is as tight as bounds tell, and PLANE where they do not tell, or not soon enough, that it ends on
    every side.

    Args:
        rows: of tapes, that looking may take in all.
    """
    look = _Look(parts, rows)
    if look.left < FEWEST * look.rows:
        return PLANE
    box, fine = look.shaved(PLANE), COARSE
    if not look.may_show(box):
        return None
    while fine <= FINE and longer(box) > LEAST:
        look.gave_up = False
        ends = look.hull(box, longer(box) / fine)
        if ends and _touches(ends, PLANE):  # closer, before it is said that there is no end
            ends = look.hull(box, longer(box) / FINE)
        if ends is None:
            return None
        if _touches(ends, PLANE):
            return PLANE
        smaller = look.shaved(ends)
        if longer(smaller) > (0.9 if fine == FINE else 0.5) * longer(box):
            fine *= 4
        box = smaller
    return PLANE if look.gave_up else box


def shows(parts: Sequence[Part], box: Box) -> bool:
    """Whether some boundary or curve is in a box, as far as bounds tell."""
    return _Look(parts, ROWS).outermost(box, 0, longer(box) / FINE) is not None


class _Look:
    """Looks for boxes that may show something.

    Attributes:
        rows: of the tapes of all parts.
        left: rows that looking may still take.
        gave_up: whether that took too long somewhere.
    """

    def __init__(self, parts: Sequence[Part], rows: int) -> None:
        self.parts, self.rows = parts, sum(part.rows for part in parts)
        self.left, self.gave_up = rows, False

    def hull(self, box: Box, smallest: float) -> Box | None:
        """The smallest box around all small ones in a box that may show something, if any does."""
        ends = [self.outermost(box, side, smallest) for side in range(4)]
        x0, x1, y0, y1 = ends
        return None if x0 is None or x1 is None or y0 is None or y1 is None else (x0, x1, y0, y1)

    def outermost(self, box: Box, side: int, smallest: float) -> float | None:
        """How far to one side of a box something may show: the end of the outermost small box that may.

        Where that takes too long, it is the end of a larger one.  None if nothing shows.
        """
        across, along = (0, 2) if side < 2 else (2, 0)  # the first ends of the sides that are moved, and kept
        sign = -1.0 if side % 2 else 1.0
        # the outermost first, of those the smallest, then the last; each with the part that may show there
        waiting: list[tuple[float, float, int, Box, Part]] = []
        least, new = self.left - self.left // SHARE, [(box, part) for part in self.parts]
        while True:
            for each, part in new:
                self.left -= part.rows
                if part.may_show(each):
                    size = max(_size(each, across), _size(each, along) / SLAB)
                    heappush(waiting, (sign * each[side], size, self.left, each, part))
            if not waiting:
                return None
            end, size, _, found, its = heappop(waiting)
            if size <= smallest or self.left < least:
                self.gave_up = self.gave_up or size > max(smallest, LOOSE * longer(box))
                return sign * end
            halves = _halves(found, across if _size(found, across) == size else along)
            new = [(half, its) for half in halves]

    def may_show(self, box: Box) -> bool:
        for part in self.parts:
            self.left -= part.rows
            if part.may_show(box):
                return True
        return False

    def shaved(self, box: Box) -> Box:
        """What is left where nothing shows on all of a side; for many figures there is little more to do."""
        for share in SHAVED:
            before = None
            while box != before and longer(box) > LEAST and self.left > 0:
                before = box
                for first in (0, 2):
                    width = _size(box, first) * share
                    low, high = box[first] + width, box[first + 1] - width
                    ends = self.may_show(_with(box, first + 1, low)), self.may_show(_with(box, first, high))
                    box = box if ends[0] else _with(box, first, low)
                    box = box if ends[1] else _with(box, first + 1, high)
        return box


def longer(box: Box) -> float:
    """The longer side of a box."""
    return max(_size(box, 0), _size(box, 2))


def _size(box: Box, first: int) -> float:
    """How long a box is along x for 0, along y for 2."""
    return box[first + 1] - box[first]


def _touches(box: Box, other: Box) -> bool:
    """Whether they have an end in common."""
    return any(end == far for end, far in zip(box, other, strict=True))


def _with(box: Box, side: int, end: float) -> Box:
    x0, x1, y0, y1 = (end if place == side else old for place, old in enumerate(box))
    return x0, x1, y0, y1


def _halves(box: Box, first: int) -> list[Box]:
    x0, x1, y0, y1 = box
    middle = box[first] + _size(box, first) / 2
    if first == 0:
        return [(x0, middle, y0, y1), (middle, x1, y0, y1)]
    return [(x0, x1, y0, middle), (x0, x1, middle, y1)]
