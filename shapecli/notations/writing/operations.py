"""The one table of notations: a row for each operation, a column for each language.

What operations mean stands in `fields/ops.py`; how a language writes names and numbers, in its own file.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from shapecli.fields import ops
from shapecli.fields.ops import FUNCTIONS, OPS, Kind
from shapecli.fields.ops import OVER as OVERS

from shapecli.notations.writing.forms import (  # isort: skip
    ATOM, EXCLUSIVE, LOOSE, MEET, OVER, POWER, PREFIX, PRODUCT, RELATION, SUM, Form, Notation, call,
)  # fmt: skip

DEFINITION: Final = re.compile(r"(?:def|float|const) (\w+)")
Cell = str | Form


@dataclass(frozen=True)
class Row:
    r"""How one operation is written.

    A cell is the name of a function; or a text, with {0}, {1}, ... for the arguments; or the text of a
    function, which a program defines before it calls it.  One that is left out is that of the plain text for
    an operator, and for a function its own name: \cosh, Cosh, np.cosh, Math.cosh; in Python the name of its
    rule, which is defined with all that it calls, or of what `math` has if its rule is a lambda.

    Attributes:
        unicode, desmos: left out, they are plain and latex.
        program: for python, numpy, glsl and javascript.
        level, needs: of texts, as a `Form` has them.
        glsl_undefined: GLSL has no NaN: where the result is undefined although no argument is.
    """

    plain: Cell = ""
    unicode: Cell = ""
    latex: Cell = ""
    desmos: Cell = ""
    mathml: Cell = ""
    mathematica: Cell = ""
    program: Cell = ""
    python: Cell = ""
    numpy: Cell = ""
    glsl: Cell = ""
    javascript: Cell = ""
    level: int = ATOM
    needs: tuple[int, ...] = ()
    glsl_undefined: str = ""


def _over(name: str, latex: str, desmos: str, mathml: str, mathematica: str) -> Row:
    """An operation repeated over a range.

    Args:
        name: in the language.
        latex, mathml: its sign, with the index and its ends below and above.
        desmos: the same where Desmos has it; where it is empty, the name is that of a function of lists.
        mathematica: a function of a body and a range, or else of a table.
    """
    many = rf"\{name}\left(\left[{{0}}\operatorname{{for}}{{1}}=\left[{{2}}...{{3}}\right]\right]\right)"
    table = "[{0}, {{1}, {2}, {3}}]"
    return Row(
        f"{name}({{0}} for {{1}} in {{2}} .. {{3}})",
        latex=Form(latex + "{0}", OVER, (OVER,)),
        desmos=Form(desmos + "{0}", OVER, (OVER,)) if desmos else Form(many),
        mathml=Form(
            f"<munderover><mo>{mathml}</mo><mrow>{{1}}<mo>=</mo>{{2}}</mrow><mrow>{{3}}</mrow></munderover>{{0}}",
            OVER, (OVER,),
        ),
        mathematica=f"{mathematica}{table}" if mathematica in ("Sum", "Product")
        else f"{mathematica}[Table{table}]",
    )  # fmt: skip


BOUNDS: Final = "_{{1}={2}}^{{3}}"

ROWS: Final[Mapping[str, Row]] = {
    # Numbers: operators.
    "+": Row("{0} + {1}", desmos="{0}+{1}", mathml="{0}<mo>+</mo>{1}", level=SUM, needs=(SUM, SUM),
             glsl_undefined="abs({0}) > LARGEST && {0} == -{1}"),
    "-": Row("{0} - {1}", "{0} − {1}", desmos="{0}-{1}", mathml="{0}<mo>−</mo>{1}",
             level=SUM, needs=(SUM, OVER), glsl_undefined="abs({0}) > LARGEST && {0} == {1}"),
    "*": Row("{0}*{1}", "{0}·{1}", r"{0}\cdot {1}", mathml="{0}<mo>·</mo>{1}", program="{0} * {1}",
             level=PRODUCT, needs=(PRODUCT, POWER),
             glsl_undefined="({0} == 0.0 && abs({1}) > LARGEST) || ({1} == 0.0 && abs({0}) > LARGEST)"),
    "neg": Row("-{0}", "−{0}", mathml="<mo>−</mo>{0}", level=PREFIX, needs=(POWER,)),
    "square": Row(
        "{0}^2", mathml="<msup>{0}<mn>2</mn></msup>", level=POWER, needs=(ATOM,), numpy="np.square",
        python="def square(a: float) -> float:\n    return a * a\n",
        glsl="float square(float a) { return a * a; }",
        javascript="const square = (a) => a * a;"),
    "/": Row(
        "{0}/{1}", latex=Form(r"\frac{{0}}{{1}}", POWER), level=PRODUCT, needs=(PRODUCT, POWER),
        mathml=Form("<mfrac><mrow>{0}</mrow><mrow>{1}</mrow></mfrac>", POWER), python="quotient",
        numpy='''\
def divide(a, b):
    """a / b; infinite with the sign of a where b is 0, undefined if both are."""
    return np.where(b != 0, a / np.where(b != 0, b, 1.0), np.where(a == 0, np.nan, np.sign(a) * np.inf))
''',
        glsl="float quotient(float a, float b) { return b != 0.0 ? a / b : sign(a) * INFINITE; }",
        glsl_undefined="({0} == 0.0 && {1} == 0.0) || (abs({0}) > LARGEST && abs({1}) > LARGEST)",
        javascript="const quotient = (a, b) => b !== 0 ? a / b : a === 0 ? NaN : Math.sign(a) * Infinity;"),
    "^": Row(
        Form("{0}^{1}", POWER, (ATOM, POWER)), latex="{0}^{{1}}", mathml="<msup>{0}<mrow>{1}</mrow></msup>",
        mathematica=Form("{0}^{1}", POWER, (ATOM, ATOM)), level=POWER, needs=(ATOM,), python="power",
        numpy='''\
def power(a, b):
    """a to the power of b; infinite for 0 to a negative power."""
    return np.where((a == 0) & (b < 0), np.inf, np.where(np.isnan(a), np.nan, np.power(a, b)))
''',
        glsl="""\
float power(float a, float b) {
  if (a == 0.0) return b < 0.0 ? INFINITE : b == 0.0 ? 1.0 : 0.0;
  float size = pow(abs(a), b);
  return a < 0.0 && mod(b, 2.0) == 1.0 ? -size : size;
}""",
        glsl_undefined="{0} < 0.0 && fract({1}) != 0.0",
        javascript="""\
const power = (a, b) => Number.isNaN(a) ? NaN : a === 0 && b < 0 ? Infinity : Math.pow(a, b);"""),

    # Numbers: functions.
    "abs": Row(unicode="|{0}|", latex=r"\left|{0}\right|", mathml="<mrow><mo>|</mo>{0}<mo>|</mo></mrow>",
               python="abs"),
    "sqrt": Row(unicode="√({0})", latex=r"\sqrt{{0}}", mathml="<msqrt>{0}</msqrt>",
                glsl="float root(float a) { return sqrt(max(a, 0.0)); }", glsl_undefined="{0} < 0.0"),
    "cbrt": Row(
        latex=r"\sqrt[3]{{0}}", mathml="<mroot><mrow>{0}</mrow><mn>3</mn></mroot>", mathematica="CubeRoot",
        glsl="float cube_root(float a) { return a == 0.0 ? 0.0 : sign(a) * pow(abs(a), 1.0 / 3.0); }"),
    "exp": Row("e^({0})", latex="e^{{0}}", mathml="<msup><mi>e</mi><mrow>{0}</mrow></msup>", level=POWER),
    "ln": Row(mathematica="Log", numpy="np.log",
              glsl="float ln(float a) { return a > 0.0 ? log(a) : -INFINITE; }", glsl_undefined="{0} < 0.0",
              javascript="const ln = (a) => a > 0 ? Math.log(a) : a === 0 ? -Infinity : NaN;"),
    "log2": Row(
        latex=r"\log_2", glsl_undefined="{0} < 0.0",
        glsl="float logarithm2(float a) { return a > 0.0 ? log2(a) : -INFINITE; }",
        javascript="const logarithm2 = (a) => a > 0 ? Math.log2(a) : a === 0 ? -Infinity : NaN;"),
    "log10": Row(
        latex=r"\log_{ 10}", desmos=r"\log", glsl_undefined="{0} < 0.0",
        glsl="float logarithm10(float a) { return a > 0.0 ? log(a) / log(10.0) : -INFINITE; }",
        javascript="const logarithm10 = (a) => a > 0 ? Math.log10(a) : a === 0 ? -Infinity : NaN;"),
    "sin": Row(glsl="float sine(float a) { return wave(a); }", glsl_undefined="abs({0}) > LARGEST"),
    "cos": Row(glsl="float cosine(float a) { return wave(a + 1.5707964); }",
               glsl_undefined="abs({0}) > LARGEST"),
    "tan": Row(glsl="float tangent(float a) { return wave(a) / wave(a + 1.5707964); }",
               glsl_undefined="abs({0}) > LARGEST"),
    "asin": Row(latex=r"\arcsin", mathematica="ArcSin", numpy="np.arcsin", glsl_undefined="abs({0}) > 1.0",
                glsl="float arc_sine(float a) { return asin(clamp(a, -1.0, 1.0)); }"),
    "acos": Row(latex=r"\arccos", mathematica="ArcCos", numpy="np.arccos", glsl_undefined="abs({0}) > 1.0",
                glsl="float arc_cosine(float a) { return acos(clamp(a, -1.0, 1.0)); }"),
    "atan": Row(latex=r"\arctan", mathematica="ArcTan", numpy="np.arctan"),
    "atan2": Row(desmos=r"\arctan", mathematica="ArcTan[{1}, {0}]", numpy="np.arctan2({0} + 0.0, {1} + 0.0)",
                 glsl="float angle(float a, float b) { return a == 0.0 && b == 0.0 ? 0.0 : atan(a, b); }",
                 javascript="const angle = (a, b) => Math.atan2(a + 0, b + 0);"),
    "sinh": Row(),
    "cosh": Row(),
    "tanh": Row(glsl="float hyperbolic_tangent(float a) { return tanh(clamp(a, -20.0, 20.0)); }"),
    "sign": Row(latex=r"\operatorname{sgn}", desmos=r"\operatorname{sign}"),
    "floor": Row(unicode="⌊{0}⌋", latex=r"\left\lfloor {0}\right\rfloor", desmos=r"\operatorname{floor}",
                 mathml="<mrow><mo>⌊</mo>{0}<mo>⌋</mo></mrow>"),
    "min": Row(numpy="np.minimum", javascript="const smaller = (a, b) => a <= b || Number.isNaN(a) ? a : b;"),
    "max": Row(numpy="np.maximum", javascript="const larger = (a, b) => a >= b || Number.isNaN(a) ? a : b;"),
    "if": Row(latex=r"\begin{cases}{1}&{0}\\{2}&\text{else}\end{cases}", desmos=r"\left\{{0}:{1},{2}\right\}",
              numpy="np.where({0} <= 0.0, {1}, {2})",
              glsl="float select(float c, float a, float b) { return c <= 0.0 ? a : b; }",
              javascript="const select = (c, a, b) => c <= 0 ? a : b;"),
    "noise": Row(
        numpy='''\
def noise(a, b, seed):
    """Gradient noise from -1 to 1; directions are hashed by powers modulo two primes."""
    def reachable(v):
        return np.where(np.abs(v) < 2.0**50, v, v - v)

    def residue(v, prime):
        return v - prime * np.floor((v + 0.5) * (1.0 / prime))

    def square(v, prime):
        return residue(v * v, prime)

    def cube(v, prime):
        return residue(square(v, prime) * v, prime)

    def swing(turns):
        r = turns - np.floor(turns + 0.5)
        return r * (1.0 - 4.0 * (r * r)) * (6.278 + r * r * (13.9 * (r * r) - 15.96))

    def ease(f):
        return f * f * f * (f * (6.0 * f - 15.0) + 10.0)

    def height(k, l):
        u = cube(residue(i, 977.0) + q + k, 977.0) + cube(residue(j, 983.0) + q + l, 983.0)
        v = cube(residue(i, 983.0) + p + k, 983.0) + cube(residue(j, 977.0) + p + l, 977.0)
        turns = square(u, 983.0) * (1.0 / 983.0) + square(v, 977.0) * (1.0 / 977.0)
        return swing(turns + 0.25) * (f - k) + swing(turns) * (g - l)

    x, y, s = reachable(a), reachable(b), np.floor(reachable(seed))
    i, j = np.floor(x), np.floor(y)
    p, q = cube(residue(s, 983.0) + 500.0, 983.0), cube(residue(s, 977.0) + 411.0, 977.0)
    f, g = x - i, y - j
    low, high = (height(0.0, l) + ease(f) * (height(1.0, l) - height(0.0, l)) for l in (0.0, 1.0))
    return 1.4137 * (low + ease(g) * (high - low))
''',
        glsl="""\
float noise(float a, float b, float seed) {
  float s = abs(seed) < 4194304.0 ? floor(seed) : 0.0;
  vec2 at = vec2(abs(a) < 4194304.0 ? a : 0.0, abs(b) < 4194304.0 ? b : 0.0);
  vec2 cell = floor(at), f = at - cell, u = f * f * f * (f * (6.0 * f - 15.0) + 10.0);
  const vec4 primes = vec4(983.0, 983.0, 977.0, 977.0);
  vec4 k = residue(vec4(s), primes) + vec4(500.0, 500.0, 411.0, 411.0), next = vec4(0.0, 1.0, 0.0, 1.0);
  k = residue(residue(k * k, primes) * k, primes);
  vec4 i = residue(vec4(cell.x), primes) + k + next, j = residue(vec4(cell.y), primes) + k.zwxy + next;
  i = residue(residue(i * i, primes) * i, primes);
  j = residue(residue(j * j, primes) * j, primes);
  vec4 p = i.zwzw + j.xxyy, q = i.xyxy + j.zzww;
  vec4 turns = residue(p * p, primes.xxxx) / 983.0 + residue(q * q, primes.zzzz) / 977.0;
  vec4 n = swing(turns + 0.25) * (f.xxxx - next) + swing(turns) * (f.yyyy - next.xxyy);
  vec2 lines = mix(n.xz, n.yw, u.x);
  return 1.4137 * mix(lines.x, lines.y, u.y);
}""",
        glsl_undefined="abs({0}) > LARGEST || abs({1}) > LARGEST || abs({2}) > LARGEST",
        javascript="""\
const noise = (a, b, seed) => {
  const reachable = (v) => Math.abs(v) < 2 ** 50 ? v : v - v;
  const residue = (v, prime) => v - prime * Math.floor((v + 0.5) * (1 / prime));
  const square = (v, prime) => residue(v * v, prime);
  const cube = (v, prime) => residue(square(v, prime) * v, prime);
  const swing = (turns) => {
    const r = turns - Math.floor(turns + 0.5), w = r * r;
    return r * (1 - 4 * w) * (6.278 + w * (13.9 * w - 15.96));
  };
  const ease = (f) => f * f * f * (f * (6 * f - 15) + 10);
  const x = reachable(a), y = reachable(b), s = Math.floor(reachable(seed));
  const i = Math.floor(x), j = Math.floor(y), f = x - i, g = y - j;
  const p = cube(residue(s, 983) + 500, 983), q = cube(residue(s, 977) + 411, 977);
  const height = (k, l) => {
    const u = cube(residue(i, 977) + q + k, 977) + cube(residue(j, 983) + q + l, 983);
    const v = cube(residue(i, 983) + p + k, 983) + cube(residue(j, 977) + p + l, 977);
    const turns = square(u, 983) * (1 / 983) + square(v, 977) * (1 / 977);
    return swing(turns + 0.25) * (f - k) + swing(turns) * (g - l);
  };
  const line = (l) => height(0, l) + ease(f) * (height(1, l) - height(0, l));
  return 1.4137 * (line(0) + ease(g) * (line(1) - line(0)));
};"""),

    # Levels.
    "closed": Row(
        numpy='''\
def closed(a):
    """The level of f <= g: the boundary is inside, and what is undefined outside."""
    return np.where(np.isnan(a), np.inf, np.where(a == 0, -5e-324, a))
''',
        glsl="float closed(float a) { return a == 0.0 ? -1e-37 : a; }",
        javascript="const closed = (a) => Number.isNaN(a) ? Infinity : a === 0 ? -5e-324 : a;"),
    "opened": Row(
        numpy='''\
def opened(a):
    """The level of f < g: the boundary is outside, and so is what is undefined."""
    return np.where(np.isnan(a), np.inf, np.where(a == 0, 5e-324, a))
''',
        glsl="float opened(float a) { return a == 0.0 ? 1e-37 : a; }",
        javascript="const opened = (a) => Number.isNaN(a) ? Infinity : a === 0 ? 5e-324 : a;"),
    "undefined": Row(numpy="np.isnan({0}) + 0.0", level=SUM),
    "smooth_max": Row(
        numpy="np.logaddexp",
        glsl="""\
float smooth_max(float a, float b) {
  return max(a, b) + log1p_exp(a == b ? 0.0 : -abs(a - b));
}""",
        javascript="""\
const smooth_max = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(a === b ? 0 : -Math.abs(a - b)));"""),
    "smooth_min": Row(
        numpy='''\
def smooth_min(a, b):
    """-LSE(-a, -b)."""
    return -np.logaddexp(-a, -b)
''',
        glsl="""\
float smooth_min(float a, float b) {
  return min(a, b) - log1p_exp(a == b ? 0.0 : -abs(a - b));
}""",
        javascript="""\
const smooth_min = (a, b) => Math.min(a, b) - Math.log1p(Math.exp(a === b ? 0 : -Math.abs(a - b)));"""),
    "smooth_xor": Row(
        numpy='''\
def smooth_xor(a, b):
    """LSE(0, a + b) - LSE(a, b)."""
    size = np.minimum(np.abs(a), np.abs(b))
    both, gap = np.where(a == -b, 0.0, np.abs(a + b)), np.where(a == b, 0.0, np.abs(a - b))
    return np.where((a < 0) != (b < 0), -size, size) + np.log1p(np.exp(-both)) - np.log1p(np.exp(-gap))
''',
        glsl="""\
float smooth_xor(float a, float b) {
  float size = min(abs(a), abs(b));
  float both = a == -b ? 0.0 : -abs(a + b), gap = a == b ? 0.0 : -abs(a - b);
  return ((a < 0.0) != (b < 0.0) ? -size : size) + log1p_exp(both) - log1p_exp(gap);
}""",
        javascript="""\
const smooth_xor = (a, b) => {
  const size = Math.min(Math.abs(a), Math.abs(b));
  const both = a === -b ? 0 : -Math.abs(a + b), gap = a === b ? 0 : -Math.abs(a - b);
  return ((a < 0) !== (b < 0) ? -size : size) + Math.log1p(Math.exp(both)) - Math.log1p(Math.exp(gap));
};"""),

    # Regions and curves; >= and > are <= and < the other way round, and LSE is a level in formulas.
    "<=": Row("{0} <= {1}", "{0} ≤ {1}", r"{0}\le {1}", mathml="{0}<mo>≤</mo>{1}",
              level=RELATION, needs=(SUM, SUM)),
    ">=": Row("{0} >= {1}", "{0} ≥ {1}", r"{0}\ge {1}", mathml="{0}<mo>≥</mo>{1}",
              level=RELATION, needs=(SUM, SUM)),
    "<": Row("{0} < {1}", desmos="{0}<{1}", mathml="{0}<mo>&lt;</mo>{1}", level=RELATION, needs=(SUM, SUM)),
    ">": Row("{0} > {1}", mathml="{0}<mo>&gt;</mo>{1}", level=RELATION, needs=(SUM, SUM)),
    "=": Row("{0} = {1}", desmos="{0}={1}", mathml="{0}<mo>=</mo>{1}", mathematica="{0} == {1}",
             level=RELATION, needs=(SUM, SUM)),
    "~": Row(Form("~{0}", PREFIX, (PREFIX,)), "{0}′", "{0}'", mathml="<msup>{0}<mo>′</mo></msup>",
             level=POWER, needs=(ATOM,)),
    "&": Row("{0} & {1}", "{0} ∩ {1}", r"{0}\cap {1}", mathml="{0}<mo>∩</mo>{1}",
             level=MEET, needs=(PREFIX, PREFIX)),
    "|": Row("{0} | {1}", "{0} ∪ {1}", r"{0}\cup {1}", mathml="{0}<mo>∪</mo>{1}",
             level=LOOSE, needs=(PREFIX, PREFIX)),
    "xor": Row("{0} xor {1}", "{0} △ {1}", r"{0}\mathbin{\triangle}{1}", mathml="{0}<mo>△</mo>{1}",
               level=EXCLUSIVE, needs=(PREFIX, PREFIX)),
    "branch": Row(
        "if({0}, {1}, {2})", latex=r"\begin{cases}{1}&{0}\\{2}&\text{else}\end{cases}",
        desmos=r"\left\{{0}:{1},{2}\right\}", mathematica="If[{0}, {1}, {2}]",
        mathml="<mrow><mi>if</mi><mo>(</mo>{0}<mo>,</mo>{1}<mo>,</mo>{2}<mo>)</mo></mrow>"),
    "cut": Row("{0} & {1}", latex=r"{0}\cap {1}", mathml="{0}<mo>∩</mo>{1}",
               level=MEET, needs=(PREFIX, PREFIX)),
    "together": Row("{0} | {1}", latex=r"{0}\cup {1}", mathml="{0}<mo>∪</mo>{1}",
                    level=LOOSE, needs=(PREFIX, PREFIX)),
    "trench": Row(),
    "field": Row(),
    "sum over": _over("sum", rf"\sum{BOUNDS}", rf"\sum{BOUNDS}", "∑", "Sum"),
    "product over": _over("product", rf"\prod{BOUNDS}", rf"\prod{BOUNDS}", "∏", "Product"),
    "min over": _over("min", r"\min_{{2}\le {1}\le {3}}", "", "min", "Min"),
    "max over": _over("max", r"\max_{{2}\le {1}\le {3}}", "", "max", "Max"),
    "union over": _over("union", rf"\bigcup{BOUNDS}", rf"\bigcup{BOUNDS}", "⋃", "Or"),
    "intersection over": _over("intersection", rf"\bigcap{BOUNDS}", rf"\bigcap{BOUNDS}", "⋂", "And"),
    "xor over": _over("xor", rf"\bigtriangleup{BOUNDS}", rf"\bigtriangleup{BOUNDS}", "△", "Xor"),
    "LSE": Row("LSE({0}, {1})", latex=r"\operatorname{LSE}\left({0}, {1}\right)",
               mathml="<mrow><mi>LSE</mi><mo>&#x2061;</mo><mo>(</mo>{0}<mo>,</mo>{1}<mo>)</mo></mrow>"),
}  # fmt: skip

PAINTED: Final = (ops.light.name, ops.chosen.name, ops.listed.name)  # colours and lists: no language has them

# What some languages have nothing for, and why.
LEVELS: Final = {
    **dict.fromkeys(
        (
            "level",
            "distance",
            *(name for name, row in ROWS.items() if not row.plain and name not in FUNCTIONS),
        ),
        "levels stand between sets and numbers: sets and boundary values are written instead",
    ),
    **dict.fromkeys(PAINTED, "pixels are painted with it"),
}
OVER_NUMBERS: Final = tuple(over.name for over in OVERS.values() if over.gives is Kind.NUMBER)
SETS: Final = tuple(
    name
    for name, row in ROWS.items()
    if name in OPS and row.level != RELATION and not (OPS[name].value or name in OVER_NUMBERS)
)
BLENDED: Final = {name: "a program has its level instead" for name, op in OPS.items() if not op.value}
HASHED: Final = {"noise": "it is a program and no formula; --to python, numpy or glsl write it"}
UNREPORTED: Final = {**BLENDED, "undefined": "a program gives levels, and no report"}


def column(
    cell: Callable[[Row], Cell],
    usual: Callable[[str], str],
    refused: Mapping[str, str],
    number: Callable[[float], tuple[str, int]],
    call: Callable[[str, int], Form] = call,
) -> Notation:
    """What the table has for one language.

    Args:
        cell: of a row.
        usual: what a function is called, by its name; empty if there is none.
        refused: operations that it does not write, with the reason.
        number: as a `Notation` has it.
        call: a call of a function, by its name, with a number of arguments.
    """
    forms, definitions = dict[str, Form](), dict[str, str]()
    for name, row in ROWS.items():
        operator = row.plain and name not in FUNCTIONS
        written = cell(row) or (row.plain if operator else usual(name))
        if name in refused or not written:
            continue
        if isinstance(written, Form):
            forms[name] = written
        elif "{0}" in written:
            forms[name] = Form(written, row.level, row.needs)
        else:
            if definition := DEFINITION.match(written):
                definitions[name] = written
            forms[name] = call(definition[1] if definition else written, OPS[name].arity)
    return Notation(forms, number, refused, definitions)


def names_defined(notation: Notation) -> list[str]:
    """The names of all functions that programs in a language may define."""
    return [match[1] for text in notation.definitions.values() if (match := DEFINITION.match(text))]
