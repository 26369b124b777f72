"""Lines for the expression list of Desmos; the sharpness and parameters are sliders."""

from collections.abc import Collection, Iterator
from typing import Final

from shapecli.drawing.drawing import Drawing
from shapecli.fields import blend, inequality
from shapecli.fields.graph import Graph, enclosed, regions_of, walk
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.formulas import formulas, strictness
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.latex import DESMOS

OVERFLOW: Final = 709.0  # e to more than this is no float64


def _write(drawing: Drawing) -> Exported:
    pairs = formulas(drawing, Graph(), DESMOS, inequality.plain_inequality)
    lines = []
    for formula, cuts in pairs:
        restrictions = "".join(rf"\left\{{{write(node, DESMOS)}\right\}}" for node in cuts)
        lines.append(write(formula, DESMOS) + restrictions)
    used = {node.leaf for formula, cuts in pairs for node in walk(formula, *cuts)} | {blend.SHARPNESS}
    sliders = [
        f"{DESMOS.name(name)}={DESMOS.number(value)[0]}"
        for name, value in drawing.inputs.items()
        if name in used
    ]
    text = "".join(f"{line}\n" for line in (*lines, *sliders))
    return Exported(text, (*strictness(drawing), *_stepped(drawing, used), *_overflow(drawing)))


def _stepped(drawing: Drawing, used: Collection[object]) -> Iterator[str]:
    """What is to be set on sliders by hand, since text cannot say it."""
    for each in drawing.figure.parameters:
        if each.step and each.name in used:
            ends = f"from {each.low:g} to {each.high:g}"
            yield f"the slider of {DESMOS.name(each.name)} goes {ends} with a step of {each.step:g}"


def _overflow(drawing: Drawing) -> tuple[str, ...]:
    """What Desmos, whose numbers are float64, cannot hold of boundary values."""
    if drawing.sharp:
        return ()
    graph = Graph()
    levels = [
        blend.level(graph, region, sharp=False)
        for layer in drawing.layers
        if layer.shape.op not in inequality.EXPONENTIAL  # a primitive is written as it is
        for region in regions_of(layer.shape)
        if region.op in inequality.EXPONENTIAL
    ]
    bounds = enclosed(levels, drawing.ranges())
    largest = max((abs(end) for level in levels for end in bounds[level][:2]), default=0.0)
    if largest <= OVERFLOW:
        return ()
    far = f"{largest:.3g}" if largest < 1e300 else "any size"
    beyond = "beyond, e^t is infinite or 0, which leaves inside and outside apart, but no shades"
    return (
        f"Desmos holds e^t up to t = {OVERFLOW:g}, and exponents go up to {far} in this window: {beyond}; "
        "--sharp writes max and min instead",
    )


TARGET = Target(help="lines to paste into its expression list, parameters as sliders", write=_write)
