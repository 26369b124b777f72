"""A plot of the window for Mathematica."""

from shapecli.drawing.drawing import Drawing
from shapecli.fields import ops
from shapecli.fields.graph import Graph
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.formulas import formulas, strictness
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.mathematica import MATHEMATICA


def _write(drawing: Drawing) -> Exported:
    graph = Graph()
    values = ", ".join(
        f"{MATHEMATICA.name(name)} = {MATHEMATICA.number(value)[0]}" for name, value in drawing.inputs.items()
    )
    ends = [MATHEMATICA.number(end)[0] for end in drawing.view.window.extent]
    ranges = f"{{x, {ends[0]}, {ends[1]}}}, {{y, {ends[2]}, {ends[3]}}}"
    ratio = "AspectRatio -> Automatic, PlotPoints -> 80"
    plots = []
    for formula, cuts in formulas(drawing, graph, MATHEMATICA):
        text = write(formula, MATHEMATICA)
        if formula.op is ops.equal:
            where = " && ".join(write(node, MATHEMATICA) for node in cuts)
            region = f", RegionFunction -> Function[{{x, y}}, {where}]" if where else ""
            plots.append(f"ContourPlot[{text}, {ranges}, {ratio}{region}]")
        else:
            plots.append(f"RegionPlot[{text}, {ranges}, {ratio}]")
    shown = plots[0] if len(plots) == 1 else "Show[\n  " + ",\n  ".join(plots) + "]"
    return Exported(f"With[{{{values}}},\n  {shown}]\n", strictness(drawing))


TARGET = Target(help="a plot", write=_write)
