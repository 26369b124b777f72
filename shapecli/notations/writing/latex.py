"""Formulas in LaTeX, and in the LaTeX of Desmos's expression lines."""

from dataclasses import replace
from functools import partial
from typing import Final

from shapecli.notations.writing.forms import ATOM, POWER, PRODUCT, Form, call, numbers, subscript
from shapecli.notations.writing.operations import HASHED, LEVELS, SETS, column

GREEK: Final = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
COMMANDS: Final = ("cos", "cosh", "ln", "max", "min", "sin", "sinh", "tan", "tanh")
BRACKET: Final = (r"\left(", r"\right)")
CALL: Final = partial(call, opening=BRACKET[0], closing=BRACKET[1])


def _command(word: str) -> str:
    return rf"\{word}" if word in COMMANDS else rf"\operatorname{{{word}}}"


def name(text: str) -> str:
    """A name: in upright letters if it has several, what follows _ or its digits as a subscript."""
    head, tail = subscript(text)
    word = rf"\{head}" if head in GREEK else _upright(head)
    return f"{word}_{{{_upright(tail)}}}" if tail else word


def _upright(text: str) -> str:
    plain = text.replace("_", r"\_")
    return plain if len(text) == 1 or text.isdecimal() else rf"\mathrm{{{plain}}}"


def desmos_name(text: str) -> str:
    """A name for Desmos, where it is one letter, with a subscript if it needs to be told apart."""
    head, tail = subscript(text)
    if head in GREEK or len(head) == 1:
        word = rf"\{head}" if head in GREEK else head
        return f"{word}_{{{tail.replace('_', '')}}}" if tail else word
    return f"p_{{{text.replace('_', '')}}}"


LATEX: Final = replace(
    column(
        lambda row: row.latex, _command, LEVELS, numbers(r"{0}\cdot 10^{{{1}}}", r"\infty ", r"\pi "), CALL
    ),
    name=name,
    bracket=BRACKET,
    reciprocal=Form("{0}^{-1}", POWER, (ATOM,)),
    juxtaposed=Form("{0}{1}", PRODUCT, (PRODUCT, POWER)),
)
DESMOS: Final = replace(
    column(
        lambda row: row.desmos or row.latex,
        _command,
        {
            **LEVELS,
            **HASHED,
            **dict.fromkeys(SETS, "Desmos has no sets: their boundary values are written instead"),
        },
        numbers(r"{0}\cdot10^{{{1}}}", r"\infty "),
        CALL,
    ),
    name=desmos_name,
    bracket=BRACKET,
    juxtaposed=LATEX.juxtaposed,
)
