"""```check: claims, and the numbers that were measured for them."""

import math
import re
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from shapecli.base import templates
from shapecli.base.source import ShapeError, raise_all
from shapecli.claims.claims import AREA
from shapecli.claims.measure import Verdict, verdicts
from shapecli.claims.numbers import Array
from shapecli.claims.read import read_claims
from shapecli.fields import ops
from shapecli.lessons.charts import with_powers
from shapecli.lessons.descent import descent
from shapecli.lessons.fences import Fence
from shapecli.lessons.workshop import TEMPLATES, Workshop

MOST_CLAIMS: Final = 200  # of one fence
MOST_ROWS: Final = 6  # combinations that are shown one by one
SMALLEST: Final = 1e-300  # below it a number is 0 for people


@dataclass(frozen=True)
class Checked:
    """A claim that is true.

    Attributes:
        margin: the least amount by which it is; NaN where nothing is compared.
        place: where that is, as a text.
        points: how many combinations of values were tried.
    """

    text: str
    line: int
    margin: float
    place: str
    points: int


def check_html(fence: Fence, workshop: Workshop) -> tuple[str, list[Checked]]:
    """The fence as HTML, and what is true.

    Raises:
        ShapeError: a claim is false, with the numbers; or it has mistakes.
    """
    if not fence.text.strip():
        raise fence.error("the fence is empty", hint="write a claim, such as 1 + 1 = 2")
    claims = read_claims(fence.source, workshop.limit_operations, workshop.read)
    if len(claims.claims) > MOST_CLAIMS:
        raise fence.error(f"{len(claims.claims)} claims are more than the limit of {MOST_CLAIMS}")
    values = dict(descent(fence, workshop, claims.sharpness).last) if fence.has("descend") else {}
    judged = verdicts(claims, workshop.limit_work, values)
    raise_all(_false(verdict, fence) for verdict in judged if not verdict.holds)
    shown = [_shown(verdict, fence) for verdict in judged]
    html = templates.filled(TEMPLATES / "check.html", given=_given(fence, judged), claims=shown)
    return html, [_checked(verdict, fence) for verdict in judged]


def _given(fence: Fence, judged: list[Verdict]) -> str:
    """The lines that are no claims."""
    first, _ = fence.source.line_and_column(fence.source.text.index(fence.text))
    claimed: set[int] = set()
    for verdict in judged:
        span = verdict.claim.span
        start, end = (fence.source.line_and_column(place)[0] for place in (span.start, span.end))
        claimed.update(range(start, end + 1))
    lines = enumerate(fence.text.split("\n"), first)
    return "\n".join(line for number, line in lines if number not in claimed and line.strip())


def _text(verdict: Verdict, fence: Fence) -> str:
    start = fence.source.text.rfind("\n", 0, verdict.claim.span.start) + 1
    end = fence.source.text.find("\n", verdict.claim.span.end)
    return fence.source.text[start : end if end >= 0 else None].split("#")[0].strip()


def _checked(verdict: Verdict, fence: Fence) -> Checked:
    line, _ = fence.source.line_and_column(verdict.claim.span.start)
    return Checked(_text(verdict, fence), line, verdict.margin, _place(verdict), verdict.points)


def _place(verdict: Verdict) -> str:
    return ", ".join(f"{name} = {number(value)}" for name, value in verdict.at(verdict.place).items())


def _false(verdict: Verdict, fence: Fence) -> ShapeError:
    """What is false, and the numbers there."""
    place = _place(verdict)
    numbers = [
        f"{text} is {number(float(values[verdict.place]), exact=True)}" for text, values in _operands(verdict)
    ]
    where = f" for {place}" if place else ""
    if any(measure.kind == AREA for measure in verdict.claim.measures.values()):
        numbers.append("areas are those within the window of the fence")
    hint = "; ".join(numbers) or None
    return ShapeError(f"this is false{where}", verdict.claim.span, fence.source, hint)


def _shown(verdict: Verdict, fence: Fence) -> dict[str, Any]:
    operands = _operands(verdict)
    every = product(*(range(len(values)) for values in verdict.loops.values()))
    places = list(every) if verdict.points <= MOST_ROWS else [verdict.place]
    rows = [
        {
            "place": [number(value) for value in verdict.at(place).values()],
            "numbers": [number(float(values[place]), exact=True) for _, values in operands],
        }
        for place in places
    ]
    body = re.split(r"\s+(?=within |for )", _text(verdict, fence))[0]
    return {
        "body": body,
        "ending": _text(verdict, fence).removeprefix(body).strip(),
        "where": "farthest apart at" if verdict.claim.truth.op is ops.equal else "closest at",
        "place": _place(verdict),
        "loops": list(verdict.loops),
        "operands": [text for text, _ in operands],
        "rows": rows,
        "points": f"{verdict.points:,}",
        "few": 1 < verdict.points <= MOST_ROWS,
        "one": verdict.points == 1,
        "margin": _margin(verdict),
    }


def _operands(verdict: Verdict) -> list[tuple[str, Array]]:
    """What is compared and no mere number: its text, and its values."""
    texts = (text for text, _ in verdict.claim.operands)
    pairs = zip(texts, verdict.numbers, strict=True)
    return [(text, values) for text, values in pairs if any(letter.isalpha() for letter in text)]


def _margin(verdict: Verdict) -> str:
    if math.isnan(verdict.margin):
        return ""
    if verdict.claim.truth.op is not ops.equal:
        return f"margin {number(max(0.0, verdict.margin))}"
    left, right = (float(values[verdict.place]) for values in verdict.numbers)
    return f"apart by {number(0.0 if left == right else abs(left - right))}"


def number(value: float, *, exact: bool = False) -> str:
    """A number for people; with as many digits as are of use if it is to be compared."""
    if abs(value) < SMALLEST:
        return "0"
    text = f"{value:.10g}" if exact else f"{value:.6g}" if value == round(value, 3) else f"{value:.3g}"
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    return with_powers(text)
