"""Tapes with their inputs filled in, ready for the kernels."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from shapecli.fields.tape import Tape


@dataclass(frozen=True, eq=False)
class Program:
    """A tape with its inputs filled in, ready for the kernels.

    Attributes:
        scalars, uppers: float64[rows], between which the scalar of each row lies; the same unless proven
            bounds are wanted.
        defined: that nothing is undefined in the picture or near it, so that bounds need not look.
    """

    tape: Tape
    scalars: "array[float]"
    uppers: "array[float]"
    defined: bool = False

    @property
    def rows(self) -> int:
        return len(self.scalars)

    @property
    def mean_cost(self) -> float:
        """Additions to a row."""
        return self.tape.cost / max(1, self.rows)


def filled(tape: Tape, inputs: Mapping[str, float], *, defined: bool = False) -> Program:
    """A tape with its inputs other than x and y filled in."""
    scalars = array("d", [inputs[scalar] if isinstance(scalar, str) else scalar for scalar in tape.scalars])
    return Program(tape, scalars, scalars, defined)


def proof(program: Program) -> Program:
    """The same for proofs: a scalar that stands for 0.1 or pi is between two numbers."""
    lowers, uppers = program.scalars[:], program.scalars[:]
    for row, (lower, upper) in program.tape.spreads.items():
        lowers[row], uppers[row] = lower, upper
    return Program(program.tape, lowers, uppers)
