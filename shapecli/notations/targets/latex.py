"""Formulas for a paper, one for each layer; the sharpness is a number in them, parameters are names."""

from shapecli.drawing.drawing import Drawing
from shapecli.fields import blend
from shapecli.fields.graph import Graph
from shapecli.notations.targets import Exported, Target
from shapecli.notations.targets.formulas import formulas, strictness
from shapecli.notations.writing.formula import write
from shapecli.notations.writing.latex import LATEX


def _write(drawing: Drawing) -> Exported:
    graph = Graph({blend.SHARPNESS: drawing.sharpness})
    lines = [
        r",\quad ".join(write(node, LATEX) for node in (formula, *cuts))
        for formula, cuts in formulas(drawing, graph, LATEX)
    ]
    values = [f"{LATEX.name(name)}={LATEX.number(value)[0]}" for name, value in drawing.parameters.items()]
    return Exported("".join(f"{line}\n" for line in (*lines, *values)), strictness(drawing))


TARGET = Target(help="one inequality for a paper", write=_write)
