"""Figures of thousands of operations: a page of text of our own, and models in the `.vm` format."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shapecli.engine.program import Program, filled
from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node
from shapecli.fields.ops import Op
from shapecli.fields.tape import flatten

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE: Final = """\
A SET IS AN INEQUALITY,
AND SO IS EVERY PICTURE.
ADD WHAT LIES OUTSIDE,
AND WHAT IS LEFT IS BOTH.
TAKE A CIRCLE, PULL IT
UNTIL IT IS A SQUARE.
PUT TWO OF THEM TOGETHER,
CUT A BAY INTO THE SIDE,
AND HERE IS A PUZZLE.
NOBODY DREW THE EDGE,
IT IS WHERE ONE NUMBER
IS EQUAL TO ANOTHER.
MAKE THE NUMBER SMALLER
AND CORNERS MELT LIKE WAX.
MAKE IT LARGE, AND THEY
ARE AS SHARP AS A KNIFE.
WHO OWNS A POINT, ASKS
THE GRADIENT, AND ANSWERS
WITH A LITTLE OF EACH.
"""
# Strokes x y x y on a grid of 3 x 5 points, (0, 0) at the bottom left.
DISCS: Final = """\
sharp
window -1.05, 1.05, -1.05, 1.05
draw union(disc(0.01*sqrt(k)*cos(2.4*k), 0.01*sqrt(k)*sin(2.4*k), 0.004) for k in 1..10000)
"""

STROKES: Final = {
    "A": "0004 0424 2420 0222", "B": "0004 0424 0222 0020 2024", "C": "2404 0400 0020",
    "D": "0004 0413 1311 1100", "E": "2404 0400 0020 0212", "F": "2404 0400 0212",
    "G": "2404 0400 0020 2022 2212", "H": "0004 2420 0222", "I": "1014", "J": "2420 2000 0001",
    "K": "0004 0224 0220", "L": "0400 0020", "M": "0004 0412 1224 2420", "N": "0004 0420 2024",
    "O": "0004 0424 2420 2000", "P": "0004 0424 2422 2202", "Q": "0004 0424 2420 2000 1120",
    "R": "0004 0424 2422 2202 0220", "S": "2404 0402 0222 2220 2000", "T": "0424 1410",
    "U": "0400 0020 2024", "V": "0410 1024", "W": "0400 0012 1220 2024", "X": "0024 0420",
    "Y": "0412 2412 1210", "Z": "0424 2400 0020", ",": "0001", " ": "", ".": "",
}  # fmt: skip
PEN: Final = 0.3  # half the width of a stroke
PITCH, LEADING = 3.2, 7.0  # from letter to letter, from line to line


def page_of_text(text: str = PAGE) -> str:
    """A page as a figure of our language: every stroke is four half planes, every full stop a disc."""
    lines = text.splitlines()
    width, height = PITCH * max(map(len, lines)), LEADING * len(lines)
    parts = []
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            left, bottom = PITCH * column + 0.5, height - LEADING * (row + 1) + 1.5
            if letter == ".":
                parts.append(f"(x - {left:.1f})^2 + (y - {bottom:.1f})^2 <= {PEN * PEN * 2:.3f}")
            for stroke in STROKES[letter].split():
                x0, y0, x1, y1 = map(int, stroke)
                parts.append(_bar(left + x0, bottom + y0, left + x1, bottom + y1))
    shape = " |\n     ".join(parts)
    return f"window 0, {width:g}, 0, {height:g}\nsharpness 40\ndraw ({shape})\n"


def _bar(x0: float, y0: float, x1: float, y1: float) -> str:
    """A stroke from one point to another, with square ends."""
    length = math.hypot(x1 - x0, y1 - y0)
    a, b = (x1 - x0) / length, (y1 - y0) / length
    along, across = a * x0 + b * y0, b * x0 - a * y0
    first, second = _linear(a, b), _linear(b, -a)
    return (
        f"({first} >= {along - PEN:.4f} & {first} <= {along + length + PEN:.4f}"
        f" & {second} >= {across - PEN:.4f} & {second} <= {across + PEN:.4f})"
    )


def _linear(a: float, b: float) -> str:
    """A x + b y, without the part that is nothing."""
    parts = [f"{factor:.6g}*{name}" for factor, name in ((a, "x"), (b, "y")) if abs(factor) > 1e-12]
    return " + ".join(parts)


# --- .vm ----------------------------------------------------------------------------------------------

CLAUSES: Final[dict[str, Op]] = {
    "add": ops.add, "sub": ops.sub, "mul": ops.mul, "div": ops.div, "min": ops.minimum, "max": ops.maximum,
    "neg": ops.neg, "square": ops.square, "sqrt": ops.sqrt, "abs": ops.absolute, "exp": ops.exp, "ln": ops.ln,
    "sin": ops.sin, "cos": ops.cos,
}  # fmt: skip


def read_vm(path: Path) -> Program:
    """A model of one clause a line, `name operation arguments`; inside where the last value is below 0.

    Raises:
        ValueError: a line is malformed; the message has its number.
    """
    graph = Graph()
    values: dict[str, Node] = {}
    last: Node | None = None
    leaves: dict[str, Callable[[], Node]] = {
        "var-x": lambda: graph.input("x"), "var-y": lambda: graph.input("y"),
        "var-z": lambda: graph.number(0.0),
    }  # fmt: skip
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            name, operation, *arguments = words
            if operation == "const":
                (text,) = arguments
                last = graph.number(float(text))
            elif operation in leaves and not arguments:
                last = leaves[operation]()
            else:
                op = CLAUSES[operation]
                if len(arguments) != op.arity:
                    raise ValueError(f"{operation} takes {op.arity} arguments")
                last = graph.apply(op, *(values[argument] for argument in arguments))
            values[name] = last
        except (KeyError, ValueError) as problem:
            raise ValueError(f"{path.name}:{number}: malformed clause {line.strip()!r}: {problem}") from None
    if last is None:
        raise ValueError(f"{path.name}: there are no clauses")
    return filled(flatten(graph.apply(ops.opened_, last)), {})
