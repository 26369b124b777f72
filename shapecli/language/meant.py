"""Tokens as people mean them: bars, products and functions without a sign, `if c then a else b`.

One pass over a line.  It makes explicit what the grammar has one form of: `sin 2x` becomes `sin(2*x)`, and a
bar is told to be the beginning or the end of an absolute value, or a union.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from shapecli.base.paper import MEANT
from shapecli.base.source import ShapeError, Source, Span
from shapecli.fields.ops import FUNCTIONS
from shapecli.language.tokens import BRACKETS, CLOSING, SOFT, SUPERSCRIPTS, Token

ONE_ARGUMENT: Final = frozenset(name for name, op in FUNCTIONS.items() if op.arity == 1)
OPERANDS: Final = frozenset({"NUMBER", "NAME", "STRING", "IF", "XOR"})  # or what a call begins with
FACTORS: Final = frozenset({"NUMBER", "RPAR", "RSQB", "RBRACE", "BAR_END", "DEGREE"})
POSTFIX: Final = frozenset({"'", "°", *SUPERSCRIPTS})
# What ends every expression but those in brackets, and what stands between two parts.
ENDS: Final = frozenset({",", ":", "..", "\n", ";", "for", "in", "within", "fill", "stroke", "opacity"})
ARITHMETIC: Final = frozenset("+-−*·×/÷^√°") | set(SUPERSCRIPTS)
SEPARATES: Final = frozenset("<>=≤≥≠⊻△\\∖&∩∧∪∨") | {"<=", ">=", "!=", "xor", "and", "or"}
COLOURED: Final = frozenset({"fill", "stroke", "background"})  # before the colour tan
ALONE: Final = "write |x| with a bar on either side; in it, unions stand in brackets, and 2*|x| has its *"
SIDES: Final = re.compile("([0-9]+)[xX×]([0-9]+)")  # of a picture
INVERSES: Final = {"ln": "exp", "exp": "ln", **{name: f"a{name}" for name in ("sin", "cos", "tan")}}


class _Frame(NamedTuple):
    """What is open: a bracket, an absolute value, the argument of a function, or a condition.

    Attributes:
        kind: "(", "|", "f", "if" before `then`, "then" or "else".
        token: what opened it.
        after: what follows when it closes, such as the power of sin^2(x).
        is_call: whether it is the bracket of a call.
    """

    kind: str
    token: Token
    after: tuple[Token, ...] = ()
    is_call: bool = False


def as_meant(tokens: list[Token], source: Source) -> list[Token]:
    """The tokens of a line, with all that was left out and told by what is around it.

    Raises:
        ShapeError: an absolute value is never closed, or a function is raised to a negative power.
    """
    return _Line(_sized(_on_paper(tokens, source)), source).read()


def _on_paper(tokens: list[Token], source: Source) -> list[Token]:
    """The headings `size A4 landscape` and `margin 10mm` with one token for what follows the word."""
    if len(tokens) < 3 or tokens[0].kind not in ("SIZE", "MARGIN") or "=" in tokens:
        return tokens
    start, end = tokens[1].start, tokens[-2].end
    text = source.text[start:end]
    if tokens[0].kind == "SIZE" and not MEANT.fullmatch(text):
        return tokens
    return [tokens[0], Token.make("PAPER", text, start, end), tokens[-1]]


def _sized(tokens: list[Token]) -> list[Token]:
    """The heading `size 800x600` as `size 800, 600`: elsewhere 800x600 is a product."""
    if not tokens or tokens[0].kind != "SIZE" or not (sides := SIDES.fullmatch("".join(tokens[1:-1]))):
        return tokens
    width, end = tokens[1], tokens[-2].end
    start = end - len(sides[2])
    comma, height = Token.make("COMMA", ",", width.end, start), Token.make("NUMBER", sides[2], start, end)
    return [tokens[0], width, comma, height, tokens[-1]]


class _Line:
    """The state of the pass.

    Attributes:
        complete: whether an operand has ended, so that an operator is due.
        ended_call: whether the last token closed the bracket of a call.
    """

    def __init__(self, tokens: list[Token], source: Source) -> None:
        self.tokens = tokens
        self.source = source
        self.partners = _partners(tokens)
        self.with_comma = _with_comma(tokens)
        self.conditions = _conditions(tokens, self.with_comma)
        self.place = 0
        self.out: list[Token] = []
        self.frames: list[_Frame] = []
        self.complete = False
        self.ended_call = False

    def read(self) -> list[Token]:
        """The whole line."""
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            ended_call, self.ended_call = self.ended_call, False
            if token.kind in CLOSING:
                self._close_all()
                self._close_bracket(token)
            elif self.complete:
                self._after_operand(token, ended_call)
            else:
                self._operand(token)
            self.place += 1
        self._close_all()
        return self.out

    def _operand(self, token: Token) -> None:
        """A token where an operand is due."""
        if token == "|":
            self.frames.append(_Frame("|", token))
            self._emit(token, "BAR")
        elif self._continues_condition(token):
            pass
        elif token.kind in BRACKETS:
            self.frames.append(_Frame("(", token))
            self._emit(token)
        elif token in ONE_ARGUMENT and token.kind == "NAME" and self._last() not in COLOURED:
            self._function(token)
        elif self.place in self.conditions:
            self._emit(token)
            self._insert("LPAR", "(")
            self.frames.append(_Frame("if", token))
        elif _ends(token, complete=False):
            self._close_virtual(lambda frame: True)
            self._emit(token)
        else:
            is_name = token.kind in SOFT and not self._is_statement()
            self._emit(token)
            self.complete = is_name or token.kind in OPERANDS

    def _after_operand(self, token: Token, ended_call: bool) -> None:
        """A token where an operator is due."""
        if token == "|":
            self._bar(token)
        elif self._continues_condition(token):
            pass
        elif token == "deg" and token.kind == "NAME":
            self._emit(token, "DEGREE", complete=True)
        elif token in POSTFIX:
            self._emit(token, complete=True)
        elif token in ("[", "{"):
            self.frames.append(_Frame("(", token))
            self._emit(token)
        elif token == "(":
            before = self.out[-1].kind
            moves = ended_call and self.place in self.with_comma
            if not moves and self._ends_factor():
                self._insert("STAR", "*")
            self.frames.append(_Frame("(", token, is_call=moves or before in SOFT | {"NAME", "IF", "XOR"}))
            self._emit(token)
        elif token.kind == "NAME" or token == "√":
            if token in ONE_ARGUMENT:
                self._close_arguments()
            if self._ends_factor() or self.out[-1].kind == token.kind == "NAME":
                self._insert("STAR", "*")
            self.complete = False
            self._operand(token)
        elif token.kind in OPERANDS and token not in ("if", "xor"):
            self._operand(token)  # two operands side by side, which is told when it is parsed
        else:
            if _ends(token, complete=True):
                self._close_virtual(lambda frame: True)
            elif token != "^":
                self._close_arguments()
            self._emit(token)

    def _function(self, token: Token) -> None:
        """A function of one argument, with what it is raised to, and the brackets that may be left out."""
        place = self.place + 1
        following = self._at(place)
        power: tuple[Token, ...] = ()
        if following in SUPERSCRIPTS:
            power = (self.tokens[place],)
        elif following == "^" and self._kind(place + 1) in ("NUMBER", "NAME"):
            power = tuple(self.tokens[place : place + 2])
        elif following == "^" and self._at(place + 1) in ("-", "−"):
            raise self._negative_power(token, place)
        place += len(power)
        is_called = self._at(place) == "("
        begins = is_called or self._at(place) in ("|", "√", "{") or self._kind(place) in ("NUMBER", "NAME")
        if not begins or self._at(place) in ("then", "else", "deg"):
            self._emit(token, complete=True)
            return
        if power:
            self._insert("LPAR", "(")
            power = (*power, Token.make("RPAR", ")", power[-1].end, power[-1].end))
        self._emit(token)
        if is_called:
            self.frames.append(_Frame("(", self.tokens[place], power, is_call=True))
            self._emit(self.tokens[place])
            self.place = place
        else:
            self._insert("LPAR", "(")
            self.frames.append(_Frame("f", token, power))
            self.place = place - 1

    def _negative_power(self, token: Token, place: int) -> ShapeError:
        last = self.tokens[min(place + 2, len(self.tokens) - 1)]
        is_inverse = last == "1" and token in INVERSES
        reciprocal = f"1/{token}(x){'' if last == '1' else '^k'}"
        hint = f"{INVERSES[token]}(x), or {reciprocal} if that is meant" if is_inverse else reciprocal
        message = "a negative power of a function means different things to different people"
        return ShapeError(message, token.span.to(last.span), self.source, f"write {hint}")

    def _bar(self, token: Token) -> None:
        """A bar after an operand: the end of an absolute value, a union, or a factor that begins."""
        written = next((frame.kind for frame in reversed(self.frames) if frame.kind in ("(", "|")), None)
        if written == "|":
            self._close_virtual(lambda frame: True)
            self.frames.pop()
            self._emit(token, "BAR_END", complete=True)
        elif self._must_be_factor():
            self._insert("STAR", "*")
            self.frames.append(_Frame("|", token))
            self._emit(token, "BAR")
        else:
            self._close_arguments()
            self._emit(token)

    def _must_be_factor(self) -> bool:
        """Whether the bar here begins an absolute value: no space on one of its sides, and no union.

        It and the next one cannot be unions if a number is between them, or no operand follows.
        """
        bar = self.tokens[self.place]
        if self._is_spaced(bar):
            return False
        touches = self.out[-1].kind == "BAR_END" and self.out[-1].end == bar.start
        depth, complete, is_number, place = 1, False, False, self.place + 1
        while place < len(self.tokens):
            token = self.tokens[place]
            if token.kind in CLOSING or token in SEPARATES or _ends(token, complete=complete):
                return False
            is_number |= _makes_number(token)
            if token.kind in BRACKETS:
                place, complete = self.partners[place], True
            elif token == "|":
                depth += -1 if complete else 1
                if depth == 0:
                    return touches or is_number or not self._begins_operand(place + 1, token.end)
                is_number = True
            else:
                complete = token.kind in OPERANDS | SOFT or token in POSTFIX
            place += 1
        return False

    def _begins_operand(self, place: int, end: int) -> bool:
        """Whether an operand may begin at a place; a bar that touches the one before it begins a factor."""
        token = self._at(place)
        if token == "|" and self.tokens[place].start == end:
            return False
        if token in ("|", "-", "−"):
            return not self._is_spaced(self.tokens[place])
        if token in ("then", "else"):
            return False
        return self._kind(place) in OPERANDS | set(BRACKETS) or token in ("~", "¬", "not", "√")

    def _is_spaced(self, token: Token) -> bool:
        """Whether there is space before and after a sign, as between two operands."""
        around = self.source.text[token.start - 1 : token.start], self.source.text[token.end : token.end + 1]
        return all(map(str.isspace, around))

    def _continues_condition(self, token: Token) -> bool:
        """Take a `then` or `else` where it belongs to a condition; they are commas of the call of `if`."""
        if token.kind != "NAME" or token not in ("then", "else"):
            return False
        wanted = "if" if token == "then" else "then"
        open_now = [frame.kind for frame in self.frames]
        while open_now and open_now[-1] in ("f", "else", "then") and open_now[-1] != wanted:
            open_now.pop()
        if not open_now or open_now[-1] != wanted:
            return False
        self._close_virtual(lambda frame: len(self.frames) > len(open_now))
        self.frames.append(_Frame(str(token), self.frames.pop().token))
        self._emit(token, "COMMA")
        return True

    def _close_arguments(self) -> None:
        self._close_virtual(lambda frame: frame.kind == "f")

    def _close_virtual(self, which: Callable[[_Frame], bool]) -> None:
        """End arguments and conditions, as far as nothing that somebody wrote is open."""
        while self.frames and self.frames[-1].kind not in ("(", "|") and which(self.frames[-1]):
            frame = self.frames.pop()
            self._insert("RPAR", ")")
            self.out.extend(frame.after)

    def _close_all(self) -> None:
        """End what a bracket or the end of a line ends.

        Raises:
            ShapeError: an absolute value is open.
        """
        self._close_virtual(lambda frame: True)
        if self.frames and self.frames[-1].kind == "|":
            bar = self.frames[-1].token
            before = self.source.text[bar.start - 1 : bar.end] if bar.start else ""
            if before == "||" and not any(token.kind == "BAR_END" for token in self.out):
                span = Span(bar.start - 1, bar.end)
                raise ShapeError("unexpected ||", span, self.source, "write |")
            message = "an absolute value begins here, and is never closed"
            line = self.source.text[: bar.start].rpartition("\n")[2].strip()
            begins = bar.start and not line and self.source.text[bar.end : bar.end + 1].isspace()
            hint = "a union that goes on from the line above is indented" if begins else ALONE
            raise ShapeError(message, bar.span, self.source, hint)

    def _close_bracket(self, token: Token) -> None:
        frame = self.frames.pop()
        self._emit(token, complete=True)
        self.ended_call = frame.is_call and not frame.after
        self.out.extend(frame.after)

    def _ends_factor(self) -> bool:
        """Whether what follows the last token without a sign is multiplied with it."""
        last = self.out[-1]
        return last.kind in FACTORS or last in SUPERSCRIPTS

    def _is_statement(self) -> bool:
        """Whether the word here is the first of a statement."""
        return self.place == 0 and self._at(1) not in ("=", "(")

    def _emit(self, token: Token, kind: str | None = None, *, complete: bool = False) -> None:
        if kind:
            token = Token.make(kind, str(token), token.start, token.end)
        self.out.append(token)
        self.complete = complete

    def _insert(self, kind: str, text: str) -> None:
        """A token that nobody wrote: what opens stands before the next one, what closes after the last."""
        closes = kind == "RPAR"
        at = self.out[-1].end if closes else self.tokens[self.place].start
        self.out.append(Token.make(kind, text, at, at))

    def _last(self) -> str:
        return self.out[-1] if self.out else ""

    def _at(self, place: int) -> str:
        return self.tokens[place] if place < len(self.tokens) else ""

    def _kind(self, place: int) -> str:
        return self.tokens[place].kind if place < len(self.tokens) else ""


def _ends(token: Token, *, complete: bool) -> bool:
    """Whether a token ends every expression but those in brackets.

    Args:
        complete: whether an operand has ended; else `if` begins one, and soft words are names.
    """
    return token in ENDS or (complete and (token == "if" or token.kind in SOFT))


def _makes_number(token: Token) -> bool:
    """Whether what a token is part of, outside of brackets, is a number."""
    if token.kind == "NAME":
        return token in ("x", "y", "deg") or token in FUNCTIONS
    return token.kind == "NUMBER" or token in ARITHMETIC


def _partners(tokens: list[Token]) -> dict[int, int]:
    """Where each bracket closes."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in BRACKETS:
            opened.append(place)
        elif token.kind in CLOSING:
            partners[opened.pop()] = place
    return partners


def _with_comma(tokens: list[Token]) -> set[int]:
    """Which brackets hold a comma that is in no other."""
    found: set[int] = set()
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in BRACKETS:
            opened.append(place)
        elif token.kind in CLOSING:
            opened.pop()
        elif token == "," and opened:
            found.add(opened[-1])
    return found


def _conditions(tokens: list[Token], with_comma: set[int]) -> set[int]:
    """Which `if` has a `then` in the same brackets; `if(c, a, b)` has none."""
    found: set[int] = set()
    waiting: list[list[int]] = [[]]  # for each bracket that is open
    for place, token in enumerate(tokens):
        if token.kind in BRACKETS:
            waiting.append([])
        elif token.kind in CLOSING:
            waiting.pop()
        elif token == "if" and not (place + 1 in with_comma and tokens[place + 1] == "("):
            waiting[-1].append(place)
        elif token == "then" and waiting[-1]:
            found.add(waiting[-1].pop())
        elif _ends(token, complete=False):
            waiting[-1].clear()
    return found
