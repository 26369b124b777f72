"""What targets that take programs share: a function of a point that gives its level."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import reduce

from shapecli import __version__
from shapecli.base.source import ShapeError
from shapecli.drawing.drawing import Drawing
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node
from shapecli.notations.writing.forms import Notation
from shapecli.notations.writing.labels import labels, safe
from shapecli.notations.writing.program import Guards, Listing, straight


def function_of(
    drawing: Drawing,
    notation: Notation,
    taken: Collection[str],
    x: str = "x",
    y: str = "y",
    guards: Callable[[Node], Guards] | None = None,
) -> tuple[Listing, dict[str, float]]:
    """The body of a function of a point, and its other arguments with their values, the sharpness first.

    Args:
        taken: names that mean something else.
        x, y: what the coordinates are called.
        guards: of the level, in a language that needs them.

    Raises:
        ShapeError: the figure has curves alone.
    """
    root, named = _root_of(drawing)
    inputs = {"x": x, "y": y, "n": "n"} | safe(drawing.parameters, taken)
    taken = {*taken, *inputs.values()}
    names = safe(named.values(), taken)
    labelled = {node: names[name] for node, name in named.items()}
    spelled = replace(notation, name=inputs.__getitem__)
    listing = straight([root], spelled, labelled, taken, guards(root) if guards else None)
    order = sorted(drawing.inputs.items(), key=lambda item: item[0] != blend.SHARPNESS)
    return listing, {inputs[name]: value for name, value in order}


def _root_of(drawing: Drawing) -> tuple[Node, dict[Node, str]]:
    """The least level of all layers, and the names of levels in it; an error for curves alone."""
    graph, levels, named, used = Graph(), list[Node](), dict[Node, str](), set[str]()
    for layer in drawing.regions:
        by_region = blend.levels(graph, layer.shape, sharp=drawing.sharp)
        levels.append(by_region[layer.shape])
        for region, name in labels(layer.shape, drawing.figure.names, used).items():
            if by_region[region].op and by_region[region] not in named and name not in used:
                named[by_region[region]] = name
                used.add(name)
    if not levels:
        hint = "--to latex and desmos have equations"
        raise ShapeError("a curve has no field", source=drawing.figure.source, hint=hint)
    return reduce(lambda a, b: graph.apply(ops.minimum, a, b), levels), named


def heading(drawing: Drawing) -> str:
    """What the first line of an export says, in a comment or a string of any language."""
    title = drawing.figure.title or ""
    plain = "".join(sign for sign in title if sign not in "\\\"'`*/" and sign.isprintable())
    return f"{' '.join(plain.split())[:80] or 'A figure'}: exported by shapecli {__version__}."


def left_out(drawing: Drawing) -> tuple[str, ...]:
    """A note on curves."""
    return ("curves have no field and are left out",) if len(drawing.regions) < len(drawing.layers) else ()
