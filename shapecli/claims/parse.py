"""Lines of a text that are statements, and lines that are claims."""

import itertools
from collections.abc import Collection

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import ShapeError, Source
from shapecli.claims.claims import FIXED
from shapecli.language.grammar import grammar
from shapecli.language.names import library
from shapecli.language.parse import each_line, syntax_of
from shapecli.language.syntax import ClaimLine, Let, Param, Statement
from shapecli.language.tokens import Token


def parse_claims(
    source: Source, limit: int = LIMIT_OPERATIONS, fixed: Collection[str] = (), known: Collection[str] = ()
) -> tuple[list[Statement], list[ClaimLine], list[ShapeError]]:
    """The statements and the claims of a text, and every mistake found in the others.

    A line is a claim if it is no statement; or if it is `name = ...`, and the name has a meaning already; or
    `name(a, b) = ...`, and all names have one, or the first has one that cannot be changed.

    Args:
        fixed: names whose meaning cannot be changed.
        known: other names that have one.
    """
    named = {*fixed, *known}

    def read(line: list[Token]) -> list[Statement | ClaimLine]:
        if not _has_meaning(line, fixed, named):
            try:
                statements: list[Statement] = syntax_of(source, "line", line)
            except ShapeError:
                if line[0] in grammar().statements:  # it begins as one; else it may still be a claim
                    raise
            else:
                named.update(item.name.name for item in statements if isinstance(item, Let | Param))
                return [*statements]
        return [syntax_of(source, "claim", line[:-1])]

    items, errors = each_line(source, limit, read)
    claims = [item for item in items if isinstance(item, ClaimLine)]
    return [item for item in items if not isinstance(item, ClaimLine)], claims, errors


def statements_alone(source: Source) -> Source:
    """A text without its claims, so that figures may use it."""
    text = source.text
    for claim in parse_claims(source, fixed=FIXED, known=library().visible)[1]:
        start, end = text.rfind("\n", 0, claim.span.start) + 1, text.find("\n", claim.span.end)
        end = len(text) if end < 0 else end
        text = text[:start] + " " * (end - start) + text[end:]
    return Source(source.name, text)


def _has_meaning(line: list[Token], fixed: Collection[str], named: Collection[str]) -> bool:
    """Whether the left side of a line `name = ...` or `name(a, b) = ...` means something already."""
    if len(line) < 2 or line[0] not in named:
        return False
    if line[1] != "(" or line[0] in fixed:
        return line[1] in ("=", "(")
    inside = itertools.takewhile(lambda token: token != ")", line[2:])
    return all(token in named for token in inside if token.kind == "NAME")
