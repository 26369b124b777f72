"""Write docs/coverage.md: which lesson shows what of the articles and notes that they follow."""

import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shapecli.base.source import Source
from shapecli.lessons.bundled import bundled
from shapecli.lessons.document import read_document

TARGET = Path(__file__).parent / "coverage.md"

PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "S0": (
        "Article, Part II: exponential boundaries",
        """
        a trench has two walls; a boundary has one wall, at 0; a set is an inequality, and u <= 1; u
        goes to 0 inside and grows without end outside; complement: 1/u; intersection: a sum; union:
        parallel resistors; De Morgan; operations can be repeated; the sets of the puzzle piece; its
        square; its union; its one inequality; the power form is another set; the true shape of the
        square of powers; title picture: M, L and Batman; Batman by boundaries; a trench leaves a
        second wall; profiles of trench and boundary; picture: boundary; picture: complement;
        picture: intersection; picture: union; max(1, 2, 3) as a union; the maximum of four lines; a
        union of graphs is a log-sum-exp; log-sum-exp is above the maximum; a larger n is better;
        temperature; its gradient is softmax; log-sum-exp networks; softplus; swish, mish, soft++;
        leaky softplus; log-cosh; its adjustment by ln 2 / n; exponentials are faster than high
        powers; challenge 1; challenge 2; softening other decisions
        """,
    ),
    "P1": (
        "Article, Part I: trenches",
        """
        powers from circle to square, and odd ones; shift and scale; diamond; three sides and an
        arc; negative powers; the Batman inequation; its first term; Minkowski distance; a level set
        of a paraboloid
        """,
    ),
    "S1": (
        "Notes on smoothing",
        """
        maximum by absolute values; maximum as a limit; soft choice of the largest; smoothing by a
        kernel; Newton's method; cross-entropy by log-sum-exp; the multi-label loss; softened
        k-means, and other uses
        """,
    ),
    "S2": (
        "Notes on smooth maxima",
        """
        a soft step; ln(2 + e^kx + e^-kx)/k; ln(e^kx + e^-kx)/k; a product of sums; log-sum-exp for
        all signs; odd roots; the double exponential; the general recipe; softmax is a soft one-hot;
        hinge and cross-entropy; their gradients; softplus from max(x, 0)
        """,
    ),
    "S3": (
        "Activation functions by example",
        """
        above, on and below a line; tanh and the rules of derivatives; the perceptron; a camera in
        2D; a camera in 3D; a step has no slope
        """,
    ),
    "S4": (
        "Networks as approximation",
        """
        Taylor polynomials; inner products; orthogonal polynomials; projection; linear layers;
        squares; squares with residuals; it is no Taylor expansion
        """,
    ),
}

NOTES: Final[Mapping[str, str]] = {
    "S0-10": "golden points and masks are in the tests",
    "S0-16": "crisp areas are in the tests; the article's own expressions are not available",
    "S0-17": "the bat is our own expression",
    "S0-37": "not in a lesson: a time is no claim that stays true; see performance.md",
    "S0-38": "the article's picture is not available: figures of our own",
    "S0-39": "the article's picture is not available: figures of our own",
    "P1-06": "the area is in the tests",
    "P1-07": "told, not shown: the term does nothing in the window of the picture",
    "S1-03": "for the choice of the largest; accuracy and F1 only in words",
    "S1-08": "k-means; the other uses are only named in the note",
    "S2-08": "for two functions",
    "S3-03": "with points of our own, from one start; another one is the exercise",
    "S3-04": "the slopes; the descent to 10^-20 takes too many steps for a page",
    "S3-05": "the slopes; the descent and the linear solution are left out",
    "S4-03": "up to degree 4, 2 and 3",
    "S4-04": "for the exponential up to degree 3; abs(x), the step and softplus need degrees beyond 20",
}


def named(part: str) -> list[tuple[str, str]]:
    """What a part has, with its identifiers."""
    names = " ".join(PARTS[part][1].split()).split("; ")
    return [(f"{part}-{number:02}", name) for number, name in enumerate(names, start=1)]


def shown() -> dict[str, list[str]]:
    """The lessons that cover each, by the options of their fences."""
    found = defaultdict(list)
    for path in bundled():
        document = read_document(Source(path.name, path.read_text("utf-8")))
        for word in sorted({word for fence in document.fences for word in fence.value("covers").split()}):
            found[word].append(path.stem)
    return found


def page() -> str:
    """The whole page."""
    lessons = shown()
    lines = [
        "<!-- Made by `make docs` from the options `covers` of the lessons. -->",
        "# What the lessons cover",
        "",
        'The lessons follow two articles, "From Circle to ML via Batman", and notes on the same things.',
        "This is what they say, and the numbers of [the lessons](../examples/lessons) that show it.",
    ]
    for part, (title, _) in PARTS.items():
        lines += ["", f"## {title}", "", "| | what | lessons | |", "|---|---|---|---|"]
        for key, name in named(part):
            links = ", ".join(f"[{stem[:2]}](../examples/lessons/{stem}.md)" for stem in lessons.get(key, []))
            lines.append(f"| {key} | {name} | {links} | {NOTES.get(key, '')} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text("utf-8") == page() else "docs/coverage.md is out of date: make docs")
    TARGET.write_text(page(), "utf-8")
