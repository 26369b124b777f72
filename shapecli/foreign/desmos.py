"""Desmos."""

from shapecli.defaults import LIMIT_OPERATIONS
from shapecli.foreign.trees import Notes
from shapecli.language.source import Source
from shapecli.language.syntax import Statement


def read_desmos(source: Source, limit: int = LIMIT_OPERATIONS) -> tuple[list[Statement], Notes]:
    """Later."""
    raise NotImplementedError
