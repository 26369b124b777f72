"""Formulas in LaTeX, and in the LaTeX of Desmos's expression lines."""

from dataclasses import replace
from typing import Final

from shapecli.notations.writing.forms import (
    ATOM,
    INFIX,
    LEVELS,
    LOOSE,
    MEET,
    POWER,
    PREFIX,
    PRODUCT,
    RELATION,
    SETS,
    SUM,
    Form,
    Notation,
    numbers,
)

GREEK: Final = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)
COMMANDS: Final = {
    "exp": "exp", "ln": "ln", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos",
    "atan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
}  # fmt: skip


def _call(name: str, arity: int = 1) -> Form:
    return Form(rf"{name}\left({', '.join(f'{{{k}}}' for k in range(arity))}\right)")


def name(text: str) -> str:
    """A name: in upright letters if it has several, what follows _ or its digits as a subscript."""
    head, _, tail = text.partition("_")
    if not tail:
        head = text.rstrip("0123456789_") or text
        tail = text[len(head) :].strip("_")
    word = rf"\{head}" if head in GREEK else _upright(head)
    return f"{word}_{{{_upright(tail)}}}" if tail else word


def _upright(text: str) -> str:
    plain = text.replace("_", r"\_")
    return plain if len(text) == 1 or text.isdecimal() else rf"\mathrm{{{plain}}}"


def desmos_name(text: str) -> str:
    """A name for Desmos, where it is one letter, with a subscript if it needs to be told apart."""
    head, _, tail = text.partition("_")
    if not tail:
        head = text.rstrip("0123456789_") or text
        tail = text[len(head) :].strip("_")
    if head in GREEK or len(head) == 1:
        word = rf"\{head}" if head in GREEK else head
        return f"{word}_{{{tail.replace('_', '')}}}" if tail else word
    return f"p_{{{text.replace('_', '')}}}"


_common = {
    **INFIX,
    "*": Form(r"{0}\cdot {1}", PRODUCT, (PRODUCT, POWER)),
    "/": Form(r"\frac{{0}}{{1}}", POWER),
    "square": Form("{0}^2", POWER, (ATOM,)),
    "^": Form("{0}^{{1}}", POWER, (ATOM,)),
    "exp": Form("e^{{0}}", POWER),
    "sqrt": Form(r"\sqrt{{0}}"),
    "cbrt": Form(r"\sqrt[3]{{0}}"),
    "abs": Form(r"\left|{0}\right|"),
    **{op: _call(rf"\{command}") for op, command in COMMANDS.items() if op != "exp"},
    "log2": _call(r"\log_2"),
    "log10": _call(r"\log_{ 10}"),
    "min": _call(r"\min", 2),
    "max": _call(r"\max", 2),
    **{name: SETS[name] for name in ("<", ">", "=")},
    "<=": Form(r"{0}\le {1}", RELATION, (SUM, SUM)),
    ">=": Form(r"{0}\ge {1}", RELATION, (SUM, SUM)),
}

LATEX: Final = Notation(
    forms={
        **_common,
        "atan2": _call(r"\operatorname{atan2}", 2),
        "sign": _call(r"\operatorname{sgn}"),
        "floor": Form(r"\left\lfloor {0}\right\rfloor"),
        "if": Form(r"\begin{cases}{1}&{0}\\{2}&\text{else}\end{cases}"),
        "~": Form("{0}'", POWER, (ATOM,)),
        "&": Form(r"{0}\cap {1}", MEET, (PREFIX, PREFIX)),
        "|": Form(r"{0}\cup {1}", LOOSE, (PREFIX, PREFIX)),
        "xor": Form(r"{0}\mathbin{\triangle}{1}", LOOSE, (PREFIX, PREFIX)),
        "cut": Form(r"{0}\cap {1}", MEET, (PREFIX, PREFIX)),
        "together": Form(r"{0}\cup {1}", LOOSE, (PREFIX, PREFIX)),
        "LSE": _call(r"\operatorname{LSE}", 2),
        "trench": _call(r"\operatorname{trench}"),
        "field": _call(r"\operatorname{field}"),
    },
    number=numbers(r"{0}\cdot 10^{{{1}}}", r"\infty", r"\pi "),
    refused=LEVELS,
    name=name,
    bracket=(r"\left(", r"\right)"),
    reciprocal=Form("{0}^{-1}", POWER, (ATOM,)),
    juxtaposed=Form("{0}{1}", PRODUCT, (PRODUCT, POWER)),
)

# Without sets, which Desmos has not; and with every product and function as its expression lines have them.
DESMOS: Final = replace(
    LATEX,
    forms={
        **_common,
        "+": Form("{0}+{1}", SUM, (SUM, SUM)),
        "-": Form("{0}-{1}", SUM, (SUM, PRODUCT)),
        "<=": Form(r"{0}\le{1}", RELATION, (SUM, SUM)),
        "<": Form("{0}<{1}", RELATION, (SUM, SUM)),
        "=": Form("{0}={1}", RELATION, (SUM, SUM)),
        "log10": _call(r"\log"),
        "atan2": _call(r"\arctan", 2),
        "sign": _call(r"\operatorname{sign}"),
        "floor": _call(r"\operatorname{floor}"),
        "if": Form(r"\left\{{0}:{1},{2}\right\}"),
    },
    refused={
        **LEVELS,
        **dict.fromkeys(
            ("~", "&", "|", "xor", "cut", "together", "trench", "field"),
            "Desmos has no sets: their boundary values are written instead",
        ),
    },
    number=numbers(r"{0}\cdot10^{{{1}}}", r"\infty", ""),
    name=desmos_name,
    reciprocal=None,
)
