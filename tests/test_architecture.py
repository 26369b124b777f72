"""docs/architecture.md is true: its worked example is what the code does."""

from pathlib import Path

import shapecli
from shapecli.base.window import Window
from shapecli.fields import ops
from shapecli.fields.ops import Interval, Op, bound
from shapecli.fields.tape import INSTRUCTIONS, LOAD, X, Y, run
from tests.drawn import drawn

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
FIGURE = "draw x^2 + y^2 <= 1 & x >= 0"
POINT = (0.6, 0.6)
MARGIN = 13.0  # nats
TILE = Window(0.75, 1.0, 0.5, 0.75)


def worked_example() -> str:
    """Each row of the tape: what it does, its value at a point, and its bounds over a tile."""
    tape = drawn(shapecli.parse(FIGURE)).layers[0].level.tapes.alone
    names = {X: "x", Y: "y"}
    texts = []
    for (code, target, *registers, _), scalar in tape.rows():
        assert code != LOAD
        form = INSTRUCTIONS[code - LOAD - 1]
        arguments = [
            names.get(place, f"r{place}") for place in registers[: form.op.arity - (form.scalar is not None)]
        ]
        if form.scalar is not None:
            arguments.insert(form.scalar, f"{scalar:g}")
        texts.append(f"r{target} = {form.op.name} {', '.join(arguments)}")
    values: list[float] = []
    bounds: list[Interval] = []

    def valued(op: Op, arguments: list[float]) -> float:
        assert op.value
        values.append(op.value(*arguments))
        return values[-1]

    def bounded(op: Op, arguments: list[Interval]) -> Interval:
        bounds.append(bound(op, *arguments))
        return bounds[-1]

    run(tape, *POINT, float, valued)
    run(
        tape, (TILE.x0, TILE.x1, False), (TILE.y0, TILE.y1, False),
        lambda scalar: (float(scalar), float(scalar), False), bounded,
    )  # fmt: skip
    lines = [
        f"{text:<24}{value:>10.4g}    {low:.4g} .. {high:.4g}"
        for text, value, (low, high, _) in zip(texts, values, bounds, strict=True)
    ]
    return "\n".join(lines)


def test_the_worked_example_is_what_the_code_does() -> None:
    """Rows of a tape, their values, and their bounds."""
    assert worked_example() in PAGE.read_text("utf-8"), worked_example()


def test_the_rows_that_decide_on_the_tile_are_told() -> None:
    """The half plane is so far behind there that log-sum-exp of both is the level of the disc alone."""
    tape = drawn(shapecli.parse("draw x^2 + y^2 <= 1")).layers[0].level.tapes.alone
    assert ops.lse.choose
    assert ops.lse.choose(-9.375, 28.125, -50.0, -37.5, MARGIN) == 1
    assert ops.lse.choose(-9.375, 28.125, -50.0, -9.4, MARGIN) == 0
    assert f"{len(tape.scalars)} rows are left" in PAGE.read_text("utf-8")
