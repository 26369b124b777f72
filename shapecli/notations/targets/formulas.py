"""Figures as formulas for other tools: one inequality or equation for each layer."""

from collections.abc import Callable, Iterable
from typing import Final

from shapecli.fields import blend, inequality, ops
from shapecli.fields.graph import Graph, Node, enclosed, walk
from shapecli.notations.targets.wanted import Exported, Wanted, parameters
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.latex import DESMOS, LATEX
from shapecli.notations.writing.mathematica import MATHEMATICA

Inequality = Callable[..., Node]
OVERFLOW: Final = 709.0  # e to more than this is no float64


def _formulas(
    wanted: Wanted, graph: Graph, written: Inequality = inequality.inequality
) -> list[tuple[Node, list[Node]]]:
    """An inequality or equation for each layer, with the inequalities that restrict it."""
    found: list[tuple[Node, list[Node]]] = []
    for layer in wanted.figure.layers:
        if layer.is_curve:
            found.extend(inequality.equations(graph, layer.shape, sharp=wanted.sharp))
        else:
            found.append((written(graph, layer.shape, sharp=wanted.sharp), []))
    return found


def latex(wanted: Wanted) -> Exported:
    """An inequality or equation for each layer; the sharpness is a number in it, parameters are names."""
    graph = Graph({blend.SHARPNESS: wanted.inputs[blend.SHARPNESS]})
    lines = [
        r",\quad ".join(write(node, LATEX) for node in (formula, *cuts))
        for formula, cuts in _formulas(wanted, graph)
    ]
    values = [f"{LATEX.name(name)}={LATEX.number(value)[0]}" for name, value in parameters(wanted).items()]
    return Exported("".join(f"{line}\n" for line in (*lines, *values)), _strictness(wanted))


def desmos(wanted: Wanted) -> Exported:
    """Lines for the expression list of Desmos; the sharpness and parameters are sliders."""
    graph = Graph()
    lines = []
    found = _formulas(wanted, graph, inequality.plain_inequality)
    for formula, cuts in found:
        restrictions = "".join(rf"\left\{{{write(node, DESMOS)}\right\}}" for node in cuts)
        lines.append(write(formula, DESMOS) + restrictions)
    used = {node.leaf for formula, cuts in found for node in walk(formula, *cuts)} | {blend.SHARPNESS}
    sliders = [
        f"{DESMOS.name(name)}={DESMOS.number(value)[0]}"
        for name, value in wanted.inputs.items()
        if name in used
    ]
    return Exported(
        "".join(f"{line}\n" for line in (*lines, *sliders)), (*_strictness(wanted), *_overflow(wanted))
    )


def _overflow(wanted: Wanted) -> tuple[str, ...]:
    """What Desmos, whose numbers are float64, cannot hold of boundary values."""
    if wanted.sharp:
        return ()
    graph, found = Graph(), set[Node]()
    for layer in wanted.figure.layers:
        if layer.shape.op in inequality.EXPONENTIAL:
            continue  # a primitive is written as it is
        for region in (node for node in walk(layer.shape) if node.op in inequality.EXPONENTIAL):
            found.add(blend.level(graph, region, sharp=False))
    bounds = _bounds(found, wanted)
    largest = max((abs(end) for level in found for end in bounds[level][:2]), default=0.0)
    if largest <= OVERFLOW:
        return ()
    far = f"{largest:.3g}" if largest < 1e300 else "any size"
    beyond = "beyond, e^t is infinite or 0, which leaves inside and outside apart, but no shades"
    return (
        f"Desmos holds e^t up to t = {OVERFLOW:g}, and exponents go up to {far} in this window: {beyond}; "
        "--sharp writes max and min instead",
    )


def _strictness(wanted: Wanted) -> tuple[str, ...]:
    kinds = {node.op for layer in wanted.figure.layers for node in walk(layer.shape)}
    if ops.less in kinds:
        return ("points on the boundary count as inside; of f < g they do not",)
    return ()


def mathematica(wanted: Wanted) -> Exported:
    """A plot of the window."""
    graph, window = Graph(), wanted.window
    values = ", ".join(
        f"{MATHEMATICA.name(name)} = {MATHEMATICA.number(value)[0]}" for name, value in wanted.inputs.items()
    )
    ends = [MATHEMATICA.number(end)[0] for end in (window.x0, window.x1, window.y0, window.y1)]
    ranges = f"{{x, {ends[0]}, {ends[1]}}}, {{y, {ends[2]}, {ends[3]}}}"
    ratio = "AspectRatio -> Automatic, PlotPoints -> 80"
    plots = []
    for formula, cuts in _formulas(wanted, graph):
        text = write(formula, MATHEMATICA)
        if formula.op is ops.equal:
            where = " && ".join(write(node, MATHEMATICA) for node in cuts)
            region = f", RegionFunction -> Function[{{x, y}}, {where}]" if where else ""
            plots.append(f"ContourPlot[{text}, {ranges}, {ratio}{region}]")
        else:
            plots.append(f"RegionPlot[{text}, {ranges}, {ratio}]")
    shown = plots[0] if len(plots) == 1 else "Show[\n  " + ",\n  ".join(plots) + "]"
    return Exported(f"With[{{{values}}},\n  {shown}]\n", _strictness(wanted))


def _bounds(roots: Iterable[Node], wanted: Wanted) -> dict[Node, ops.Interval]:
    """Bounds of every node over the window."""
    around = wanted.window
    ranges: dict[str, ops.Interval] = {
        "x": (around.x0, around.x1, False), "y": (around.y0, around.y1, False),
        **{name: (value, value, False) for name, value in wanted.inputs.items()},
    }  # fmt: skip
    return enclosed(list(roots), ranges)
