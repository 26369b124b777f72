"""The parse tables of `grammars/shape.lark`: made by Lark, kept, and used without it; the only door to Lark.

Importing Lark and analysing the grammar takes longer than drawing.  What comes of it is a page of
numbers, which is kept in the cache folder under a hash of all that it depends on.
"""

import functools
import marshal
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from shapecli.base.cachefolder import read_sealed, version_of, write_sealed
from shapecli.base.files import shipped

STARTS: Final = ("line", "drawn", "claim")
END: Final = "$END"  # Lark's name for the end of the text


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens when the last `length` symbols are one.

    Attributes:
        origin: the state that is looked up for what follows.
        action: the method of the builder that makes one thing of them; none where they stay side by side.
        single: a lone symbol stays what it is.
    """

    origin: str
    length: int
    action: str | None
    single: bool


@dataclass(frozen=True)
class Grammar:
    """Everything that a parser needs.

    Attributes:
        terminals: names and patterns of tokens, those to try first first.
        keywords: words that look like another terminal, and the kinds they are.
        ignored: names of tokens that mean nothing.
        states: for each state what follows each symbol: the next state, or -1 - the number of a rule.
        starts: the first state for each start, and the last.
    """

    terminals: tuple[tuple[str, str], ...]
    keywords: dict[str, str]
    ignored: tuple[str, ...]
    rules: tuple[Rule, ...]
    states: tuple[dict[str, int], ...]
    starts: dict[str, tuple[int, int]]

    @functools.cached_property
    def pattern(self) -> "re.Pattern[str]":
        """One expression for all tokens; the name of the group that matched is the kind."""
        return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in self.terminals))

    @functools.cached_property
    def statements(self) -> tuple[str, ...]:
        """The words that a statement may begin with."""
        first = self.states[self.starts["line"][0]]
        return tuple(word for word, kind in self.keywords.items() if kind in first)


@functools.cache
def grammar() -> Grammar:
    """The grammar, from the cache if it is there."""
    text = shipped("grammars/shape.lark").read_text("utf-8")
    inputs = text.encode(), Path(__file__).read_bytes(), version_of("lark", "__init__.py")
    name = f"grammar-{sha256(b''.join(inputs)).hexdigest()[:32]}"
    if (content := read_sealed(name)) is not None:
        with suppress(ValueError, TypeError, EOFError):
            return _from_plain(marshal.loads(content))  # noqa: S302 - our own file
    plain = analyse(text)
    with suppress(OSError):  # it is quickly made again
        write_sealed(name, marshal.dumps(plain))
    return _from_plain(plain)


def _from_plain(plain: Any) -> Grammar:
    terminals, keywords, ignored, rules, states, starts = plain
    return Grammar(terminals, keywords, ignored, tuple(Rule(*rule) for rule in rules), states, starts)


def analyse(text: str) -> tuple[Any, ...]:
    """The parts of a grammar as numbers, strings, tuples and dicts, by Lark.

    Raises:
        lark.GrammarError: the text is no LALR(1) grammar.
    """
    from lark import Lark
    from lark.lexer import PatternStr
    from lark.parsers.lalr_analysis import Shift

    made: Any = Lark(
        text, parser="lalr", lexer="basic", start=[*STARTS], keep_all_tokens=True, maybe_placeholders=False
    )
    table = made.parser.parser._parse_table
    expressions = [item for item in made.terminals if not isinstance(item.pattern, PatternStr)]
    literals = [item for item in made.terminals if isinstance(item.pattern, PatternStr)]
    keywords, symbols = {}, []
    for item in sorted(literals, key=lambda item: -len(item.pattern.value)):
        if any(re.fullmatch(other.pattern.value, item.pattern.value) for other in expressions):
            keywords[str(item.pattern.value)] = str(item.name)
        else:
            symbols.append((str(item.name), re.escape(item.pattern.value)))
    numbers = {rule: number for number, rule in enumerate(made.rules)}
    rules = [
        (
            str(rule.origin.name),
            len(rule.expansion),
            None if rule.origin.name.startswith("_") else str(rule.alias or rule.origin.name),
            bool(rule.options.expand1) and not rule.alias,
        )
        for rule in made.rules
    ]
    states = [
        {
            str(symbol): target if action is Shift else -1 - numbers[target]
            for symbol, (action, target) in row.items()
        }
        for _, row in sorted(table.states.items())
    ]
    starts = {start: (table.start_states[start], table.end_states[start]) for start in STARTS}
    patterns = [(str(item.name), str(item.pattern.value)) for item in expressions]
    ignored = tuple(map(str, made.ignore_tokens))
    return (*patterns, *symbols), keywords, ignored, tuple(rules), tuple(states), starts
