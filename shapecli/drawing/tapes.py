"""What a drawing is computed with: numbers, layers and colours as straight-line code and as programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from shapecli.engine.program import Program, filled
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, defined, enclosed
from shapecli.fields.tape import Tape, flatten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shapecli.drawing.drawing import Drawing
    from shapecli.painting.contours import Array, Evaluate

WHOLE: Final = 1.0 - 1e-9  # an opacity of 1, but for rounding


@dataclass(frozen=True, eq=False)
class ScalarField:
    """A number at every point, as programs: the level of a region, or what vanishes on a curve."""

    drawing: "Drawing"
    tapes: "FieldTapes"

    @cached_property
    def covered(self) -> Program:
        """The number, and whether it is undefined, if that can be in the window."""
        inputs, flag = self.drawing.inputs, self.tapes.flag
        # coverage looks up to two pixels beyond, which is two windows if the picture has but one pixel
        if defined(self.tapes.root, self.drawing.ranges(beyond=2)):
            return filled(self.tapes.alone, inputs, defined=True)
        _, most, _ = enclosed([flag], self.drawing.ranges())[flag]
        return filled(self.tapes.flagged if most > 0.0 else self.tapes.alone, inputs)

    @cached_property
    def alone(self) -> Program:
        """The number; nobody asks where it is undefined."""
        return filled(self.tapes.alone, self.drawing.inputs)

    @cached_property
    def unshared(self) -> Program:
        """The number, by a tape that reuses no register."""
        return filled(self.tapes.unshared, self.drawing.inputs)

    @property
    def anywhere(self) -> "Evaluate":
        """The number at any points."""
        from shapecli.engine.reference import run

        tape, inputs = self.tapes.alone, self.drawing.inputs
        return lambda x, y: run(tape, inputs, x, y)[0]

    @property
    def anywhere_fast(self) -> "Evaluate":
        """The same by the kernels, which may differ in the last bits."""
        from shapecli.engine.sampling import at_points

        return partial(at_points, self.alone)


@dataclass(frozen=True, eq=False)
class Shade:
    """A colour that varies from place to place.

    Attributes:
        colour: its node, in which the level of a region stands for it.
    """

    drawing: "Drawing"
    graph: Graph
    colour: Node

    @cached_property
    def parts(self) -> list[Node]:
        """Every `light` and every choice between two colours, after these: first those for outside."""
        found: dict[Node, None] = {}
        stack = [(self.colour, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                found[node] = None
            elif node not in found:
                stack.append((node, True))
                stack.extend((arg, False) for arg in node.args[1:] if node.op is ops.chosen)
        return [*found]

    @property
    def solid(self) -> bool:
        """Whether nothing is seen through it where it is defined."""
        shares = [node.args[3] for node in self.parts if node.op is ops.light]
        bounds = enclosed(shares, self.drawing.ranges())
        return all(bounds[share][0] >= WHOLE for share in shares)

    @property
    def opaque(self) -> bool:
        """Whether nothing is seen through it anywhere; where a colour is undefined it is transparent."""
        return self.solid and all(defined(number, self.drawing.ranges()) for number in self.places)

    def undefined(self, x: "Array", y: "Array") -> "NDArray[np.bool_]":
        """Where the colour is undefined, at any points."""
        import numpy as np

        from shapecli.engine.reference import run

        numbers = run(self.program.tape, self.drawing.inputs, x, y) if self.places else []
        found: dict[Node, NDArray[np.bool_]] = {}
        for node in self.parts:
            if node.op is ops.chosen:
                level, inside, outside = node.args
                found[node] = np.where(self.levels[level].anywhere(x, y) <= 0, found[inside], found[outside])
            else:
                varied = [numbers[self.places[number]] for number in node.args if number in self.places]
                found[node] = np.logical_or.reduce([np.zeros(x.shape, np.bool_), *map(np.isnan, varied)])
        return found[self.colour]

    @cached_property
    def places(self) -> dict[Node, int]:
        """The numbers that vary, and which outputs of the program they are."""
        lights = [node for node in self.parts if node.op is ops.light]
        numbers = dict.fromkeys(number for node in lights for number in node.args if number.constant is None)
        return {number: place for place, number in enumerate(numbers)}

    @cached_property
    def program(self) -> Program:
        """These numbers."""
        return filled(flatten(*self.places), self.drawing.inputs)

    @cached_property
    def levels(self) -> "dict[Node, ScalarField]":
        """The regions that decide between colours, by their levels."""
        choices = [node.args[0] for node in self.parts if node.op is ops.chosen]
        return {level: ScalarField(self.drawing, FieldTapes(self.graph, level)) for level in choices}

    @property
    def covered(self) -> "list[Program]":
        """The programs of these regions."""
        return [level.covered for level in self.levels.values()]


@dataclass(frozen=True)
class LayerTapes:
    """The tapes of a layer, made once for all drawings that differ in inputs that are not known.

    Attributes:
        known: inputs whose values are settled.
        graph: that of all layers.
        of_root: the tapes of a node of it, which layers share.
        of: the tapes of a region, likewise.
    """

    shape: Node
    body: Node
    clip: Node | None
    known: Mapping[str, float]
    sharp: bool
    graph: Graph = field(compare=False, repr=False)
    of_root: "Callable[[Node], FieldTapes]" = field(compare=False, repr=False)
    of: "Callable[[Node], FieldTapes]" = field(compare=False, repr=False)

    @cached_property
    def curves(self) -> "tuple[tuple[FieldTapes, float, tuple[FieldTapes, ...]], ...]":
        """For each curve a number, what it is on the curve, and the regions that the curve is cut by."""

        def height(field: Node) -> tuple[Node, float]:
            """A number without what is taken from it: f and c of f - c, so that contours have one f."""
            constant = field.args[1].constant if field.op is ops.sub else None
            return (field, 0.0) if constant is None else (field.args[0], constant)

        return tuple(
            (self.of_root(field), at, tuple(map(self.of_root, curve.cuts)))
            for curve in blend.curves(self.graph, self.body, sharp=self.sharp)
            for field, at in (height(curve.field),)
        )


@dataclass(frozen=True, eq=False)
class FieldTapes:
    """A scalar field as straight-line code, which asks for the inputs that its graph does not know."""

    graph: Graph
    root: Node

    @cached_property
    def alone(self) -> Tape:
        return flatten(self.root)

    @cached_property
    def flag(self) -> Node:
        """1 where it is undefined, else 0."""
        return blend.undefined(self.graph, self.root)

    @cached_property
    def flagged(self) -> Tape:
        """With whether it is undefined as a second output."""
        return flatten(self.root, self.flag)

    @cached_property
    def unshared(self) -> Tape:
        """With a register for every row."""
        return flatten(self.root, reuse=False)
