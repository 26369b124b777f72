"""Expressions in Desmos' LaTeX to syntax, by precedence."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from shapecli.base.source import ShapeError, Source, Span, likely_hint, visible
from shapecli.language.mistakes import short
from shapecli.language.names import CONSTANTS, INPUTS, is_built_in
from shapecli.language.polar import COORDINATES
from shapecli.language.syntax import RELATIONS, Apply, Expression, Loop, Name, Number
from shapecli.notations.reading.conditions import CLOSING, OPENING, Item, chosen, either, is_relation
from shapecli.notations.reading.functions import INVERTIBLE, NAMES, NOWHERE, called, nowhere, power, root
from shapecli.notations.reading.tokens import PAIRS, LatexToken
from shapecli.notations.reading.trees import apply, is_number, number, undefined

SERIES: Final = {"sum": "sum", "prod": "product"}  # with an index below and its last value above
NUMBERED: Final = ("min", "max")  # with an index between its ends below
LISTED: Final = {"min": "min", "max": "max", "total": "sum"}  # of a list that is made of an index
DOTS: Final = ("..", "...")
ENVIRONMENTS: Final = ("cases", "dcases", "cases*", "dcases*")  # with a value and its condition in a row
BEFORE_CONDITIONS: Final = ("if", "for", "when", "where", "else if")
LAST: Final = ("else", "otherwise", "elsewhere")  # what stands for a condition in the last row
DEEPEST: Final = 100  # expressions inside each other; each takes a few calls of Python


@dataclass(frozen=True, eq=False)
class LineScope:
    """What the names of a line mean.

    Attributes:
        names: those that are defined, and what our language calls them.
        functions: those that may be called, likewise.
        polar: whether r may be the distance from the origin in this line.
    """

    names: Mapping[str, str]
    functions: Mapping[str, str]
    polar: bool = True


@dataclass(eq=False)
class Parser:
    """Reads expressions from left to right; each method takes what it is named after.

    Every method raises a ShapeError where the words do not go on as they should.

    Attributes:
        bars: absolute values that are open, in each bracket.
        in_range: whether dots may follow, which are between the ends of a range.
    """

    source: Source
    tokens: list[LatexToken]
    scope: LineScope
    place: int = 0
    depth: int = 0
    bars: list[int] = field(default_factory=lambda: [0])
    in_range: bool = False

    # --- words and brackets ---

    @property
    def here(self) -> LatexToken:
        return self.tokens[self.place]

    @property
    def before(self) -> LatexToken | None:
        return self.tokens[self.place - 1] if self.place else None

    def take(self) -> LatexToken:
        token = self.here
        self.place += 1
        return token

    def taken(self, *kinds: str) -> LatexToken | None:
        """The next word, if it is of one of these kinds."""
        return self.take() if self.here.kind in kinds else None

    def since(self, start: Span) -> Span:
        """From a place to the last word that was taken."""
        return start.to(self.tokens[self.place - 1].span)

    def finish(self) -> None:
        """Nothing may follow."""
        if self.here.kind != "end":
            raise self.unexpected()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One expression more is inside the others."""
        self.depth += 1
        if self.depth > DEEPEST:
            message = f"more than {DEEPEST} expressions are inside each other here"
            raise self.error(message, self.here.span, "give the inner ones names, in lines of their own")
        yield
        self.depth -= 1

    @contextmanager
    def bracket(self) -> Iterator[LatexToken]:
        """Between a bracket and the one that closes it."""
        opened = self.take()
        self.bars.append(0)
        yield opened
        self.close(opened)
        self.bars.pop()

    def unexpected(self) -> ShapeError:
        here = self.here
        if here.kind in NOWHERE:
            return nowhere(here.kind, here.span, self.source)
        if here.kind == "end":
            after = f" after {shown(self.before)}" if self.before else ""
            return self.error(f"something is missing{after}", here.span)
        if here.kind in PAIRS.values():
            return self.error("this bracket closes nothing", here.span, "remove it, or open one")
        hints = {
            ",": "write one expression a line", "_": "a subscript is letters or digits, as in a_{1}",
            ":": "write conditions as \\left\\{x>0:1\\right\\}", "\\\\": "write one expression a line",
            "&": "write \\left\\{x>0\\right\\} behind what it restricts",
            "text": "words stand only before conditions, in \\begin{cases}",
        }  # fmt: skip
        return self.error(f"unexpected {shown(here)}", here.span, hints.get(here.kind))

    def close(self, opened: LatexToken) -> None:
        """The bracket that belongs to one that was opened."""
        if self.here.kind == "\\end" and self.here.text != opened.text.replace("begin", "end"):
            raise self.error(
                "this is not the bracket that was opened", self.here.span, f"{shown(opened)} opened it"
            )
        if self.taken(PAIRS[opened.kind]):
            return
        if self.here.kind == "end" and opened.kind == "\\begin":
            hint = f"add {opened.text.replace('begin', 'end')}"
            raise self.error("this environment never ends", opened.span, hint)
        if self.here.kind == "end":
            raise self.error("this bracket is never closed", opened.span, "add the missing bracket")
        if self.here.kind in PAIRS.values() and self.here.kind != "|":
            hint = f"{shown(opened)} opened it"
            raise self.error("this is not the bracket that was opened", self.here.span, hint)
        if self.here.kind in RELATIONS:
            hint = "only braces hold conditions: \\left\\{x>0\\right\\}"
            raise self.error(f"unexpected {shown(self.here)} in brackets", self.here.span, hint)
        raise self.unexpected()

    def error(self, message: str, span: Span, hint: str | None = None) -> ShapeError:
        return ShapeError(message, span, self.source, hint)

    # --- relations, sums and products ---

    def relation(self) -> Expression:
        """A number, or numbers with relations between them."""
        left = self.total()
        links: list[Expression] = []
        while sign := self.taken(*RELATIONS):
            right = self.total()
            links.append(self.operation(left, sign, right))
            left = right
        if len(links) > 1:
            return Apply(links[0].span.to(links[-1].span), "&", tuple(links), links[0].span)
        return links[0] if links else left

    def total(self) -> Expression:
        """A sum of products."""
        with self.deeper():
            result = self.product()
            while sign := self.taken("+", "-"):
                result = self.operation(result, sign, self.product())
        return result

    def product(self) -> Expression:
        """Factors, with signs between them or not, and restrictions."""
        product = self.factor()
        while True:
            if sign := self.taken("*", "/"):
                product = self.operation(product, sign, self.factor())
            elif self.here.kind in ("{", "{{"):
                product = self.restricted(product)
            elif self.begins_factor():
                product = self.implied(product)
            else:
                return product

    def operation(self, left: Expression, sign: LatexToken, right: Expression) -> Apply:
        return Apply(left.span.to(right.span), sign.kind, (left, right), sign.span)

    def implied(self, left: Expression) -> Apply:
        """A product that is written without a sign."""
        return self.operation(left, LatexToken("*", "", self.here.span), self.factor())

    def begins_factor(self) -> bool:
        """Whether a product goes on without a sign."""
        here, before = self.here, self.before
        if here.kind == "number" and before and before.kind in ("number", "name"):
            hint = f"write {before.text}\\cdot {here.text} for a product"
            message = f"an operator is missing between {shown(before)} and {shown(here)}"
            raise self.error(message, here.span, hint)
        opens_bar = here.kind == "|" and not self.bars[-1]
        is_command = here.kind == "command" and here.text != "for"
        return opens_bar or is_command or here.kind in ("number", "name", "(", "[", "<|", "\\begin")

    def factor(self) -> Expression:
        """Something with its exponent, and signs in front."""
        signs: list[LatexToken] = []
        while sign := self.taken("+", "-"):
            signs.append(sign)
        result = self.atom()
        if sign := self.taken("²", "³"):
            result = power(result, number(2.0 if sign.kind == "²" else 3.0, sign.span), sign.span)
        elif sign := self.taken("^"):
            result = power(result, self.exponent(), sign.span)
        if self.here.kind in ("^", "²", "³"):
            raise self.error("a second exponent", self.here.span, "put brackets around what is raised first")
        if self.here.kind in NOWHERE and not (self.in_range and self.here.kind in DOTS):
            raise self.unexpected()
        for sign in reversed(signs):
            if sign.kind == "-":
                result = Apply(sign.span.to(result.span), "neg", (result,), sign.span)
        return result

    def exponent(self) -> Expression:
        """What stands after ^: braces, brackets, or one character."""
        if self.here.kind == "-" and self.tokens[self.place + 1].kind != "-":
            sign = self.take()
            inner = self.exponent()
            return Apply(sign.span.to(inner.span), "neg", (inner,), sign.span)
        if self.here.kind == "number" and len(self.here.text) > 1:
            hint = f"write ^{{{self.here.text}}}"
            raise self.error("only the first digit is in the exponent", self.here.span, hint)
        return self.group() if self.here.kind == "(" else self.argument()

    def argument(self) -> Expression:
        """What a command of LaTeX is given: braces, or one character."""
        if self.here.kind == "{":
            return self.group()
        if self.here.kind == "number":
            if "." in self.here.text:
                hint = f"write {{{self.here.text}}}"
                raise self.error("only one digit is taken here without braces", self.here.span, hint)
            if len(self.here.text) > 1:
                digits, (start, end) = self.here.text, (self.here.span.start, self.here.span.end)
                self.tokens[self.place] = LatexToken("number", digits[1:], Span(start + 1, end))
                return Number(Span(start, start + 1), float(digits[0]))
        elif self.here.kind != "name" and not (self.here.kind == "command" and self.here.text == "frac"):
            raise self.unexpected()
        with self.deeper():
            return self.atom(single=True)

    # --- what a product is made of ---

    def atom(self, *, single: bool = False) -> Expression:
        """A number, a name, a bracket, or a command with what it is given."""
        if whole := self.taken("number"):
            return self.mixed(whole, single)
        if name := self.taken("name"):
            if self.here.kind == "(" and not single and name.text in self.scope.functions:
                args = self.arguments()
                return Apply(self.since(name.span), self.scope.functions[name.text], args, name.span)
            return self.named(name)
        if self.here.kind == "command":
            return self.command()
        if self.here.kind in ("(", "["):
            return self.group()
        if self.here.kind in ("{", "{{"):
            opened = self.here
            return chosen(self.items(), self.since(opened.span))
        if self.here.kind in ("<|", "|"):
            return self.absolute()
        if self.here.kind == "\\begin":
            opened = self.here
            return chosen(self.rows(), self.since(opened.span))
        raise self.unexpected()

    def mixed(self, whole: LatexToken, single: bool) -> Expression:
        """A number; 2 and a half if a fraction of whole numbers is written right behind it."""
        value = float(whole.text)
        if not math.isfinite(value):
            raise self.error("this number is too large for float64", whole.span)
        literal = Number(whole.span, value)
        ahead = self.tokens[self.place : self.place + 7]
        kinds = [token.kind for token in ahead]
        if kinds != ["command", "{", "number", "}", "{", "number", "}"] or ahead[0].text != "frac" or single:
            return literal
        if not all(token.text.isdecimal() for token in (whole, ahead[2], ahead[5])):
            return literal
        part = self.command()
        return apply("+", literal, part, at=whole.span.to(part.span))

    def named(self, token: LatexToken) -> Expression:
        scope, name, span = self.scope, token.text, token.span
        if name in scope.names:
            return Name(span, scope.names[name])
        if name in INPUTS or name in CONSTANTS:
            return Name(span, name)
        if name == "theta":
            return apply("atan2", Name(span, "y"), Name(span, "x"), at=span)
        if name == "r" and scope.polar:
            return apply("hypot", Name(span, "x"), Name(span, "y"), at=span)
        if self.here.kind in NOWHERE:
            raise self.unexpected()
        letters = re.match(r"[A-Za-z]*", self.source.text[span.start :])
        word = next((word for word in sorted(NAMES, key=len) if letters and letters[0].startswith(word)), "")
        written = visible(self.source.text[span.start : span.end])
        hint = f"write \\{word} for the function" if word else f"add a line such as {written}=1"
        raise self.error(f"{name} is not defined", span, hint)

    def group(self) -> Expression:
        """A number in brackets, or in the braces of LaTeX."""
        with self.bracket() as opened:
            inner = self.total()
            if self.here.kind in (",", *DOTS):
                if opened.kind != "(":
                    raise nowhere("..", opened.span, self.source)
                hint = "write an equation or an inequality"
                raise self.error("a point has no meaning here", opened.span, hint)
        return inner

    def absolute(self) -> Expression:
        opened = self.here
        if self.taken("|"):
            self.bars[-1] += 1
            inner = self.total()
            self.bars[-1] -= 1
            self.close(opened)
        else:
            with self.bracket():
                inner = self.total()
        return apply("abs", inner, at=self.since(opened.span))

    def command(self) -> Expression:
        token = self.take()
        name = token.text
        if name in ("frac", "dfrac", "tfrac"):
            words = [word.text for word in self.tokens[self.place : self.place + 5]]
            if words == ["{", "d", "}", "{", "d"] and "d" not in self.scope.names:
                raise nowhere("'", token.span, self.source)
            parts = self.argument(), self.argument()
            return Apply(self.since(token.span), "/", parts, token.span)
        if name == "sqrt":
            degree = self.group() if self.here.kind == "[" else number(2.0, token.span)
            inside = self.group() if self.here.kind == "(" else self.argument()
            return root(inside, degree, self.since(token.span))
        if name in SERIES or (name in NUMBERED and self.here.kind == "_"):
            return self.series(token)
        if name in LISTED and self.opens_comprehension():
            return self.comprehension(token)
        if name in NAMES:
            return self.function(token)
        if name in NOWHERE:
            raise nowhere(name, token.span, self.source)
        hint = likely_hint(name, (*NAMES, "frac", "sqrt", "left", "right", "cdot", "theta"), mark="\\")
        raise self.error(f"unknown command {shown(token)}", token.span, hint)

    def function(self, token: LatexToken) -> Expression:
        """A function of Desmos: its base or exponent if it has one, and its arguments."""
        name = token.text
        base = self.argument() if name == "log" and self.taken("_") else None
        exponent: Expression | None = None
        if sign := self.taken("^"):
            exponent = self.exponent()
            if isinstance(exponent, Apply) and exponent.op == "neg" and is_number(exponent.args[0], 1.0):
                if name not in INVERTIBLE:
                    hint = f"write \\frac{{1}}{{\\{name} x}}, or the inverse by its own name"
                    raise self.error(f"the inverse of {name} is unclear", sign.span.to(exponent.span), hint)
                name, exponent = f"arc{name}", None
        args = self.arguments()
        span = self.since(token.span)
        if base is None or is_number(base, 10.0):
            result = called(name, args, span)
        elif is_number(base, 2.0):
            result = Apply(span, "log2", args, token.span)
        else:
            result = Apply(span, "log", (*args, base), token.span)
        return Apply(span, "^", (result, exponent), token.span) if exponent else result

    # --- indices ---

    def series(self, token: LatexToken) -> Expression:
        r"""What follows \sum_{k=1}^{9} or \min_{1\le k\le 9} as far as a product goes, for every k."""
        if not self.taken("_") or self.here.kind != "{":
            raise nowhere(token.text, token.span, self.source)
        with self.bracket():
            if token.text in SERIES:
                index = self.index("=")
                low = self.total()
            else:
                low = self.total()
                if not self.taken("<="):
                    raise self.unexpected()
                index = self.index("<=")
                high = self.total()
        if token.text in SERIES:
            if not self.taken("^"):
                raise self.unexpected()
            high = self.argument()
        with self.knowing(index) as name, self.deeper():
            body = self.factor()
            while self.here.kind in ("*", "/") or self.begins_factor():
                sign = self.taken("*", "/")
                body = self.operation(body, sign, self.factor()) if sign else self.implied(body)
        return self.repeated(token, body, Loop(name, 2), (low, high))

    def opens_comprehension(self) -> bool:
        """Whether brackets follow that hold a list made of an index, and nothing else."""
        kinds = [token.kind for token in self.tokens[self.place : self.place + 2]]
        return kinds == ["(", "["] and self.place_of_for() is not None

    def place_of_for(self) -> int | None:
        """Where the `for` of the list is that is opened next."""
        depth = 0
        for place in range(self.place + 1, len(self.tokens)):
            token = self.tokens[place]
            depth += (token.kind in OPENING) - (token.kind in CLOSING)
            if depth <= 0:
                break
            if depth == 1 and token.kind == "command" and token.text == "for":
                return place
        return None

    def comprehension(self, token: LatexToken) -> Expression:
        """The smallest, the largest or the sum of a list that is made of an index: [body for k = [1...9]]."""
        behind = self.place_of_for()
        assert behind is not None
        index = self.tokens[behind + 1]
        if index.kind != "name":
            hint = r"write \operatorname{for}k=\left[1...9\right]"
            raise self.error("an index is missing", index.span, hint)
        with self.bracket(), self.bracket():
            with self.knowing(index) as name:
                body = self.total()
            if self.place != behind:
                raise self.unexpected()
            self.place += 1
            self.index("=")
            with self.bracket():
                self.in_range = True
                low = self.total()
                self.in_range = False
                if not self.taken(*DOTS):
                    raise self.unexpected()
                high = self.total()
        return self.repeated(token, body, Loop(name, 2), (low, high))

    def index(self, sign: str) -> LatexToken:
        """The name of an index, and the sign behind it."""
        if self.here.kind != "name":
            raise self.unexpected()
        index = self.take()
        if not self.taken(sign):
            raise self.unexpected()
        return index

    @contextmanager
    def knowing(self, index: LatexToken) -> Iterator[Name]:
        """While an index means something; it is called something else where its name does already."""
        outer = self.scope
        taken = {*outer.names, *outer.names.values(), *INPUTS, *COORDINATES}
        names = (index.text, *"kjim", *(f"k_{count}" for count in range(1, len(taken) + 2)))
        free = next(name for name in names if name not in taken and not is_built_in(name))
        functions = {name: ours for name, ours in outer.functions.items() if name != index.text}
        self.scope = replace(outer, names={**outer.names, index.text: free}, functions=functions)
        yield Name(index.span, free)
        self.scope = outer

    def repeated(
        self, token: LatexToken, body: Expression, loop: Loop, ends: tuple[Expression, Expression]
    ) -> Apply:
        """A call with a loop in it."""
        op = {**SERIES, **LISTED}[token.text]
        return Apply(self.since(token.span), op, (body, *ends), token.span, (loop,))

    def arguments(self) -> tuple[Expression, ...]:
        """What a function is given: in brackets, or the product that follows it."""
        if self.here.kind in ("(", "["):
            with self.bracket():
                args = [self.total()]
                while self.taken(","):
                    args.append(self.total())
            return tuple(args)
        if self.here.kind in ("{", "<|", "|"):
            return (self.group() if self.here.kind == "{" else self.absolute(),)
        with self.deeper():
            product = self.factor()
            while self.begins_factor() and not (self.here.kind == "command" and self.here.text in NAMES):
                product = self.implied(product)
        return (product,)

    # --- braces ---

    def items(self) -> list[Item]:
        """What braces hold: conditions with values, conditions alone, or a number at the end."""
        items: list[Item] = []
        with self.bracket():
            while not items or self.taken(","):
                part, value = self.relation(), None
                if self.here.kind in (":", ",") and not is_relation(part):
                    raise self.error("this is no condition", part.span, "write an inequality, such as x>0")
                if self.taken(":"):
                    value = self.total()
                items.append((part, value))
        return items

    def rows(self) -> list[Item]:
        r"""What \begin{cases} holds: rows of a value and its condition, the last one perhaps with `else`."""
        if not any(self.here.text == f"\\begin{{{name}}}" for name in ENVIRONMENTS):
            hint = nowhere("begin", self.here.span, self.source).hint
            raise self.error(f"unknown environment {shown(self.here)}", self.here.span, hint)
        items: list[Item] = []
        with self.bracket():
            is_last = False
            while not items or (self.taken("\\\\") and self.here.kind != "\\end"):
                if is_last:
                    message = "a row behind the one for all else"
                    raise self.error(message, self.here.span, "put it in front, or remove it")
                value = self.total()
                self.taken(",")
                if self.here.kind in ("\\\\", "\\end"):
                    message, hint = "this row has no condition", r"write & x>0 behind it, or & \text{else}"
                    raise self.error(message, value.span, hint)
                if not self.taken("&"):
                    raise self.unexpected()
                condition = self.condition()
                self.taken(",")
                is_last = condition is None
                items.append((condition or value, value if condition else None))
        return items

    def condition(self) -> Expression | None:
        """The condition of a row; none where the row is for all else."""
        if words := self.taken("text"):
            said = words.text.lower().rstrip(".,;:")
            if said in LAST:
                return None
            if said not in BEFORE_CONDITIONS:
                hint = r"write \text{if} and an inequality, or \text{else}"
                raise self.error("these words are no condition", words.span, hint)
        part = self.relation()
        if not is_relation(part):
            raise self.error("this is no condition", part.span, "write an inequality, such as x>0")
        return part

    def restricted(self, body: Expression) -> Expression:
        """A product with braces behind it: conditions under which it is defined, or one more factor."""
        opened = self.here
        items = self.items()
        span = self.since(opened.span)
        if all(is_relation(condition) and value is None for condition, value in items):
            region = either([condition for condition, _ in items])
            return apply("if", region, body, undefined(span), at=body.span.to(span))
        return Apply(body.span.to(span), "*", (body, chosen(items, span)), opened.span)


def shown(token: LatexToken) -> str:
    """A word as it stands in a message."""
    return short(f"\\{token.text}" if token.kind == "command" else token.text)
