"""A figure as code for a page: levels of its primitives, and of its layers by those, in GLSL and JavaScript.

Primitives can be switched off.  One that is off is what changes nothing where it stands: everything in an
intersection, nothing in a union.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Final

from shapecli.base.source import ShapeError
from shapecli.fields import blend, ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.language.figure import Figure
from shapecli.notations.writing import glsl
from shapecli.notations.writing.backwards import Backwards, backwards
from shapecli.notations.writing.glsl import GLSL
from shapecli.notations.writing.javascript import JAVASCRIPT
from shapecli.notations.writing.program import straight

MOST_NODES: Final = 6000
MOST_OF_COLOURS: Final = 12_000
MOST_PRIMITIVES: Final = 256
OFF: Final = {"p": "1e30", "q": "-1e30"}  # levels of what is off: nothing, and everything
WAYS: Final = {"soft": False, "crisp": True}  # and whether corners are sharp


@dataclass(frozen=True, eq=False)
class Code:
    """Code of a figure.

    Attributes:
        primitives: its primitives, each once, as they are numbered in the code.
        colours: those that vary from place to place, likewise.
        glsl, owners: functions of a shader; those for the style owners apart.
        javascript: an object with the same.
    """

    primitives: Sequence[Node]
    colours: Sequence[Node]
    glsl: str
    owners: str
    javascript: str


def code_of(figure: Figure) -> Code:
    """The code of all layers.

    Raises:
        ShapeError: the figure is too large for a page.
    """
    looks = [layer.look for layer in figure.layers]
    inks = [figure.background, *(look.fill for look in looks), *(look.stroke for look in looks)]
    colours = list(dict.fromkeys(ink for ink in inks if isinstance(ink, Node)))
    nodes = list(walk(*(layer.shape for layer in figure.layers)))
    regions = [layer.shape for layer in figure.layers if not layer.is_curve]
    primitives = list(_primitives(regions))
    if len(nodes) > MOST_NODES or len(primitives) > MOST_PRIMITIVES:
        most = f"{MOST_NODES:,} operations and {MOST_PRIMITIVES} inequalities"
        message = f"a page holds up to {most}: this figure has {len(nodes):,} and {len(primitives)}"
        raise ShapeError(message, source=figure.source, hint="shapecli render draws it")
    if _length_of(colours) > MOST_OF_COLOURS:
        message = f"a page holds up to {MOST_OF_COLOURS:,} operations of colours: this figure has more"
        raise ShapeError(message, source=figure.source, hint="shapecli render draws it")
    values = {parameter.name: f"v{place}" for place, parameter in enumerate(figure.parameters)}
    inputs = {blend.SHARPNESS: "n", **values}
    shader = _shader(figure, primitives, regions, colours, inputs)
    owners = _layers_glsl(regions, primitives, slopes=True)
    script = _script(figure, primitives, regions, colours, inputs)
    return Code(primitives, colours, shader, owners, script)


def _length_of(colours: Sequence[Node]) -> int:
    """How many operations colours are, where choices between two are written out again wherever they are."""
    written: dict[Node, int] = {}
    for node in walk(*colours):
        inner = sum(written[arg] for arg in node.args[1:]) if node.op is ops.chosen else 0
        written[node] = min(1 + inner, MOST_OF_COLOURS)
    return len(written) + sum(written[colour] for colour in colours)


def _primitives(regions: Sequence[Node]) -> Iterator[Node]:
    """Those of layers, each once, in the order of the text; not those that only an if asks for."""
    stack, seen = list(reversed(regions)), set[Node]()
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            if node.op in ops.COMPOSED:
                stack.extend(reversed(node.args))
            else:
                yield node


def by_primitives(root: Node, primitives: Sequence[Node], *, sharp: bool) -> Node:
    """The level of a region by those of its primitives: inputs p0, p1, ... and q0, q1, ...

    Off, a primitive is nothing where it is called p, and everything where it is called q.
    """
    graph, rules = Graph(), blend.SHARP if sharp else blend.SOFT
    places = {node: place for place, node in enumerate(primitives)}
    levels: dict[tuple[Node, bool], Node] = {}
    stack = [(root, True)]
    while stack:
        node, nothing = stack[-1]
        if (node, nothing) in levels:
            stack.pop()
        elif node in places:
            levels[node, nothing] = graph.input(f"{'p' if nothing else 'q'}{places[node]}")
        else:
            assert node.op is not None
            neutral = not nothing if node.op is ops.complement else node.op is not ops.intersection
            missing = [(arg, neutral) for arg in node.args if (arg, neutral) not in levels]
            stack.extend(missing)
            if not missing:
                parts = tuple(levels[arg, neutral] for arg in node.args)
                levels[node, nothing] = rules[node.op](graph, parts)
    return levels[root, True]


def _forwards(program: Backwards, declared: str, on: str) -> str:
    """What a layer is computed with: the levels of its primitives, and what is made of them."""
    given = "".join(
        f"{declared} {name} = {on.format(name[1:])} ? level[{name[1:]}] : {OFF[name[0]]};\n"
        for name in program.inputs
    )
    return given + "".join(f"{declared} {line.name} = {line.text};\n" for line in program.lines)


def _numbers(graph: Graph, colour: Node) -> tuple[list[Node], str]:
    """What a colour is made of, and how: a text with a place for each number, the same in both languages.

    Numbers beyond 2 are no other light than 2; so what is undefined, and only that, is infinite.
    """
    numbers: list[Node] = []
    texts: dict[Node, str] = {}
    stack = [colour]
    while stack:
        node = stack[-1]
        if missing := [arg for arg in node.args[1:] if node.op is ops.chosen and arg not in texts]:
            stack.extend(missing)
            continue
        stack.pop()
        first = len(numbers)
        if node.op is ops.chosen:
            numbers.append(node.args[0])
            texts[node] = f"chosen({{{first}}}, {texts[node.args[1]]}, {texts[node.args[2]]})"
        elif node not in texts:
            least = [graph.apply(ops.minimum, number, graph.number(2.0)) for number in node.args]
            numbers.extend(graph.apply(ops.closed_, number) for number in least)
            texts[node] = f"lit({', '.join(f'{{{first + k}}}' for k in range(len(least)))})"
    return numbers, texts[colour]


def _shader(
    figure: Figure,
    primitives: Sequence[Node],
    regions: Sequence[Node],
    colours: Sequence[Node],
    inputs: Mapping[str, str],
) -> str:
    graph = Graph()
    roots = [blend.level(graph, node, sharp=sharp) for sharp in WAYS.values() for node in primitives]
    notation = replace(GLSL, name={"x": "p.x", "y": "p.y", **inputs}.__getitem__)
    ranges = {parameter.name: (parameter.low, parameter.high) for parameter in figure.parameters}
    program = straight(roots, notation, {}, [*inputs.values(), "p"], glsl.guards(roots, ranges))
    operations = {*program.operations, "smooth_max", "smooth_min", "smooth_xor"}
    shades = []
    for place, colour in enumerate(colours):
        numbers, text = _numbers(graph, blend.level(graph, colour, sharp=figure.sharp))
        made = straight(numbers, notation, {}, [*inputs.values(), "p"], glsl.guards(numbers, ranges))
        operations.update(made.operations)
        text = text.format(*made.results)
        shades.append(f"vec4 shade_{place}(vec2 p) {{\n{glsl.body(made)}  return {text};\n}}\n")
    uniforms = "".join(f"uniform float {name};\n" for name in inputs.values())
    results = "".join(f"  level[{place}] = {text};\n" for place, text in enumerate(_either(program.results)))
    asked = {
        way: "".join(f"    found[{place}] = {way}_{place}();\n" for place in range(len(regions)))
        for way in WAYS
    }
    return (
        f"{uniforms}uniform uint switches[{MOST_PRIMITIVES // 32}];\n"
        f"float level[{max(1, len(primitives))}];\n"
        f"{glsl.helpers(operations)}\n{SHARED_GLSL}\n"
        "bool on(int k) { return ((switches[k >> 5] >> uint(k & 31)) & 1u) == 1u; }\n"
        f"void primitives(vec2 p) {{\n{glsl.body(program)}{results}}}\n"
        f"{_layers_glsl(regions, primitives, slopes=False)}\n{''.join(shades)}"
        "void levels(inout float found[LAYERS]) {\n"
        f"  if (crisp) {{\n{asked['crisp']}  }} else {{\n{asked['soft']}  }}\n}}"
    )


def _layers_glsl(regions: Sequence[Node], primitives: Sequence[Node], *, slopes: bool) -> str:
    """The levels of layers; or the mixtures of the colours of their primitives by their weights."""
    functions = []
    for (place, region), (way, sharp) in product(enumerate(regions), WAYS.items()):
        program = backwards(by_primitives(region, primitives, sharp=sharp), GLSL)
        forwards = _forwards(program, "  float", "on({})")
        if not slopes:
            functions.append(f"float {way}_{place}() {{\n{forwards}  return {program.result};\n}}")
            continue
        starts = "".join(f"  float {name} = {value}.0;\n" for name, value in program.starts.items())
        back = "".join(f"  {name} += {text};\n" for name, text in program.slopes)
        mixed = "".join(
            f"  light += abs({slope}) * colours[{name[1:]}]; total += abs({slope});\n"
            for name, slope in program.inputs.items()
        )
        functions.append(
            f"vec3 {way}_light_{place}() {{\n{forwards}{starts}{back}  vec3 light = vec3(0.0);\n"
            f"  float total = 0.0;\n{mixed}  return light / max(total, 1e-30);\n}}"
        )
    return "\n".join(functions)


def _script(
    figure: Figure,
    primitives: Sequence[Node],
    regions: Sequence[Node],
    colours: Sequence[Node],
    inputs: Mapping[str, str],
) -> str:
    graph, notation = Graph(), replace(JAVASCRIPT, name={"x": "x", "y": "y", **inputs}.__getitem__)
    operations = {"smooth_max", "smooth_min", "smooth_xor", "min", "max"}
    values = ", ".join(list(inputs.values())[1:])
    unpacked = f"    const [{values}] = values;\n" if values else ""
    taken = [*inputs.values(), "x", "y", "values"]

    def listed(texts: Iterable[str]) -> str:
        return f"[{', '.join(texts)}]"

    def function(roots: Sequence[Node], shown: Callable[[Sequence[str]], str]) -> str:
        program = straight(roots, notation, {}, taken)
        operations.update(program.operations)
        lines = "".join(f"    const {line.name} = {line.text};\n" for line in program.lines)
        return f"(x, y, n, values, crisp) => {{\n{unpacked}{lines}    return {shown(program.results)};\n  }}"

    both = [blend.level(graph, node, sharp=sharp) for sharp in WAYS.values() for node in primitives]
    levels = function(both, lambda texts: listed(_either(texts)))
    layers = ",\n".join(
        f"  {{ soft: {_layer_script(region, primitives, sharp=False)},\n"
        f"    crisp: {_layer_script(region, primitives, sharp=True)} }}"
        for region in regions
    )

    def parts(shape: Node, *, sharp: bool) -> str:
        return listed(
            f"{{ field: {function([curve.field], lambda texts: texts[0])}, "
            f"cuts: {function(curve.cuts, listed)} }}"
            for curve in blend.curves(graph, shape, sharp=sharp)
        )

    shades = []
    for colour in colours:
        numbers, text = _numbers(graph, blend.level(graph, colour, sharp=figure.sharp))
        shades.append(function(numbers, partial(_put, text)))

    curves = ",\n".join(
        f"  {{ soft: {parts(layer.shape, sharp=False)}, crisp: {parts(layer.shape, sharp=True)} }}"
        for layer in figure.layers
        if layer.is_curve
    )
    helpers = "\n".join(JAVASCRIPT.defined(operations))
    return (
        f"{helpers}\n{SHARED}\n"
        f"const figure = {{\n  primitives: {levels},\n  layers: [\n{layers}\n  ],\n"
        f"  curves: [\n{curves}\n  ],\n  shades: [{', '.join(shades)}],\n}};"
    )


def _put(text: str, parts: Sequence[str]) -> str:
    return text.format(*parts)


def _either(texts: Sequence[str]) -> list[str]:
    """The levels of primitives, soft ones and then crisp ones; they differ where they ask for a region."""
    half = len(texts) // 2
    return [
        soft if soft == crisp else f"(crisp ? {crisp} : {soft})"
        for soft, crisp in zip(texts[:half], texts[half:], strict=True)
    ]


SHARED: Final = """\
const decay = (t) => t !== t ? 1 : Math.exp(Math.min(t, 0));  // of equal infinite levels, too
const sigmoid = (t) => t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t));
const clipped = (light) => Math.min(1, Math.max(0, light));
const lit = (...light) => light.includes(Infinity) ? [0, 0, 0, 0] : light.map(clipped);
const chosen = (level, inside, outside) => level <= 0 ? inside : outside;"""
SHARED_GLSL: Final = """\
float decay(float t) { return t != t ? 1.0 : exp(min(t, 0.0)); }
float sigmoid(float t) { return 1.0 / (1.0 + exp(-clamp(t, -80.0, 80.0))); }
vec4 lit(float red, float green, float blue, float opacity) {
  vec4 light = vec4(red, green, blue, opacity);
  return any(greaterThan(light, vec4(LARGEST))) ? vec4(0.0) : clamp(light, 0.0, 1.0);
}
vec4 chosen(float level, vec4 inside, vec4 outside) { // with a smooth edge
  float share = level <= 0.0 ? 1.0 : 0.0, width = fwidth(level);
  if (width > 0.0 && width < LARGEST) share = clamp(0.5 - level / width, 0.0, 1.0);
  return mix(outside, inside, share);
}"""


def _layer_script(region: Node, primitives: Sequence[Node], *, sharp: bool) -> str:
    """The level of a layer; its derivatives are added to `weights`, if that is given."""
    program = backwards(by_primitives(region, primitives, sharp=sharp), JAVASCRIPT)
    starts = ", ".join(f"{name} = {value}" for name, value in program.starts.items())
    slopes = (*program.slopes, *((f"weights[{name[1:]}]", slope) for name, slope in program.inputs.items()))
    back = "".join(f"      {name} += {text};\n" for name, text in slopes)
    return (
        f"(level, on, weights) => {{\n{_forwards(program, '    const', 'on[{}]')}"
        f"    if (weights) {{\n      let {starts};\n{back}    }}\n    return {program.result};\n  }}"
    )
