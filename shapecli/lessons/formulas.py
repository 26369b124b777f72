"""LaTeX to MathML, by latex2mathml; only what is known to be harmless comes through."""

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PRIMES: Final = frozenset("′″‴")
LONGEST: Final = 2000  # characters of a formula
REASONS: Final = {
    "NoAvailableTokens": "the formula ends too early",
    "MissingEnd": "\\end is missing",
    "ExtraLeftOrMissingRight": "\\left and \\right do not match",
    "MissingSuperScriptOrSubscript": "something is missing after ^ or _",
    "DoubleSubscripts": "two subscripts stand side by side",
    "DoubleSuperscripts": "two superscripts stand side by side",
    "DenominatorNotFound": "the denominator is missing",
    "Recursion": "the formula is nested too deeply",
}
TAGS: Final = {
    "math": None, "mrow": None, "mi": 0, "mn": 0, "mo": 0, "mtext": 0, "mspace": 0, "msqrt": None,
    "mfrac": 2, "msup": 2, "msub": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3,
    "mtable": None, "mtr": None, "mtd": None, "mstyle": None, "mpadded": None,
    "mphantom": None, "menclose": None,
}  # fmt: skip
ATTRIBUTES: Final = frozenset({
    "accent", "columnalign", "display", "displaystyle", "fence", "form", "largeop", "linethickness",
    "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "scriptlevel", "separator", "stretchy",
    "width",
})  # fmt: skip


def mathml(latex: str, *, display: bool = False) -> str:
    """The MathML of a formula.

    Raises:
        ValueError: it is none, with the reason.
    """
    from latex2mathml.converter import convert_to_element

    if len(latex) > LONGEST:
        raise ValueError(f"a formula has up to {LONGEST:,} characters")
    if not latex.strip():
        raise ValueError("the formula is empty")
    if re.sub(r"\\[{}]", "", latex).count("{") != re.sub(r"\\[{}]", "", latex).count("}"):
        raise ValueError("{ and } do not match")
    latex = re.sub(r"\\(begin|end)\{aligned\}", r"\\\1{align}", latex)  # the same, and known
    try:
        markup = _written(convert_to_element(latex, display="block" if display else "inline"))
    except ValueError:
        raise
    except (Exception, RecursionError) as problem:  # its parser ends in many ways
        about = type(problem).__name__.removesuffix("Error")
        raise ValueError(REASONS.get(about, "the formula cannot be read")) from None
    if re.search(r"(?<!\\)&", latex) and "<mtable" not in markup:
        raise ValueError("& stands outside a table")
    return markup


def _written(node: "Element") -> str:
    """An element as text; ValueError if it is not allowed, or incomplete."""
    if node.tag not in TAGS:
        raise ValueError(f"a formula cannot have {node.tag}")
    text = unescape(node.text or "")
    if re.search(r"\\[A-Za-z]", text) and node.tag != "mtext":
        raise ValueError(f"unknown command {text}")
    children = [_written(child) for child in node]
    primes = unescape(node[1].text or "") if node.tag == "msup" and len(node) == 2 else ""
    if primes and set(primes) <= PRIMES:
        return f"<mrow>{children[0]}<mo>{primes}</mo></mrow>"  # fonts have them raised
    if TAGS[node.tag] is not None and len(children) != TAGS[node.tag]:
        raise ValueError("the formula is incomplete")
    kept = {name: value for name, value in node.attrib.items() if name in ATTRIBUTES}
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    return f"<{node.tag}{attributes}>{escape(text)}{''.join(children)}</{node.tag}>"
