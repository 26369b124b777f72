"""Expressions in Desmos' LaTeX to syntax, by precedence."""

import difflib
import math
import re
from collections.abc import Sequence

from shapecli.base.source import Source, visible
from shapecli.language.names import CONSTANTS, INPUTS
from shapecli.language.syntax import RELATIONS, Apply, Expression, Name, Number
from shapecli.notations.reading.conditions import Item, chosen, either, is_relation
from shapecli.notations.reading.functions import INVERTIBLE, NAMES, NOWHERE, SIGNS_NOWHERE, called
from shapecli.notations.reading.powers import power, root
from shapecli.notations.reading.tokens import LatexToken, split_number
from shapecli.notations.reading.trees import apply, is_number, number, undefined
from shapecli.notations.reading.words import LineScope, Words, shown


class Parser(Words):
    """Reads expressions from left to right; each method takes what it is named after.

    Every method raises a ShapeError where the words do not go on as they should.
    """

    def __init__(self, source: Source, tokens: Sequence[LatexToken], scope: LineScope) -> None:
        super().__init__(source, tokens)
        self.scope = scope

    # --- relations, sums and products ---

    def relation(self) -> Expression:
        """A number, or numbers with relations between them."""
        left = self.total()
        links: list[Expression] = []
        while self.here.kind in RELATIONS:
            sign = self.take()
            right = self.total()
            links.append(Apply(left.span.to(right.span), sign.kind, (left, right), sign.span))
            left = right
        if len(links) > 1:
            return Apply(links[0].span.to(links[-1].span), "&", tuple(links), links[0].span)
        return links[0] if links else left

    def total(self) -> Expression:
        """A sum of products."""
        self.enter()
        result: Expression | None = None
        sign: LatexToken | None = None
        while True:
            product = self.factor()
            while True:
                if self.here.kind in ("*", "/"):
                    product = self.operation(product, self.take(), self.factor())
                elif self.here.kind in ("{", "{{"):
                    product = self.restricted(product)
                elif self.begins_factor():
                    product = self.operation(product, LatexToken("*", "", self.here.span), self.factor())
                else:
                    break
            result = self.operation(result, sign, product) if result and sign else product
            if self.here.kind not in ("+", "-"):
                self.depth -= 1
                return result
            sign = self.take()

    def operation(self, left: Expression, sign: LatexToken, right: Expression) -> Apply:
        return Apply(left.span.to(right.span), sign.kind, (left, right), sign.span)

    def begins_factor(self) -> bool:
        """Whether a product goes on without a sign."""
        here, before = self.here, self.before
        if here.kind == "number" and before and before.kind in ("number", "name"):
            hint = f"write {before.text}\\cdot {here.text} for a product"
            raise self.error(
                f"an operator is missing between {shown(before)} and {shown(here)}", here.span, hint
            )
        return here.kind in ("number", "name", "command", "(", "[", "<|") or (
            here.kind == "|" and not self.bars[-1]
        )

    def factor(self) -> Expression:
        """Something with its exponent, and signs in front."""
        signs: list[LatexToken] = []
        while self.here.kind in ("+", "-"):
            signs.append(self.take())
        result = self.atom()
        if self.here.kind in ("²", "³"):
            sign = self.take()
            result = power(result, number(2.0 if sign.kind == "²" else 3.0, sign.span), sign.span)
        elif self.here.kind == "^":
            sign = self.take()
            result = power(result, self.exponent(), sign.span)
        if self.here.kind in ("^", "²", "³"):
            raise self.error("a second exponent", self.here.span, "put brackets around what is raised first")
        if self.here.kind in SIGNS_NOWHERE:
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
                first, self.tokens[self.place] = split_number(self.here)
                return Number(first.span, float(first.text))
        elif self.here.kind != "name" and not (self.here.kind == "command" and self.here.text == "frac"):
            raise self.unexpected()
        self.enter()
        result = self.atom(single=True)
        self.depth -= 1
        return result

    # --- what a product is made of ---

    def atom(self, *, single: bool = False) -> Expression:
        """A number, a name, a bracket, or a command with what it is given."""
        here = self.here
        if here.kind == "number":
            self.take()
            return self.mixed(here, single)
        if here.kind == "name":
            self.take()
            is_call = self.here.kind == "(" and not single and here.text not in self.scope.parameters
            if is_call and here.text in self.scope.functions:
                args = self.arguments()
                span = here.span.to(self.tokens[self.place - 1].span)
                return Apply(span, self.scope.functions[here.text], args, here.span)
            return self.named(here)
        if here.kind == "command":
            return self.command()
        if here.kind in ("(", "["):
            return self.group()
        if here.kind in ("{", "{{"):
            return self.braces()
        if here.kind in ("<|", "|"):
            return self.absolute()
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
        if not (whole.text.isdecimal() and ahead[2].text.isdecimal() and ahead[5].text.isdecimal()):
            return literal
        part = self.command()
        return apply("+", literal, part, at=whole.span.to(part.span))

    def named(self, token: LatexToken) -> Expression:
        scope, name, span = self.scope, token.text, token.span
        for known in (scope.parameters, scope.values, scope.functions):
            if name in known:
                return Name(span, known[name])
        if name in INPUTS or name in CONSTANTS:
            return Name(span, name)
        if name == "theta":
            return apply("atan2", Name(span, "y"), Name(span, "x"), at=span)
        if name == "r" and scope.polar:
            return apply("hypot", Name(span, "x"), Name(span, "y"), at=span)
        if self.here.kind in SIGNS_NOWHERE:
            raise self.unexpected()
        letters = re.match(r"[A-Za-z]*", self.source.text[span.start :])
        word = next((word for word in sorted(NAMES, key=len) if letters and letters[0].startswith(word)), "")
        hint = (
            f"write \\{word} for the function"
            if word
            else f"add a line such as {visible(self.source.text[span.start : span.end])}=1"
        )
        raise self.error(f"{name} is not defined", span, hint)

    def group(self) -> Expression:
        """A number in brackets, or in the braces of LaTeX."""
        opened = self.take()
        self.bars.append(0)
        inner = self.total()
        if self.here.kind in (",", "..", "..."):
            what = "a point" if opened.kind == "(" else "a list"
            hint = (
                "write an equation or an inequality"
                if what == "a point"
                else "write one line for each of its members"
            )
            raise self.error(f"{what} has no meaning here", opened.span, hint)
        self.close(opened)
        self.bars.pop()
        return inner

    def absolute(self) -> Expression:
        opened = self.take()
        if opened.kind == "|":
            self.bars[-1] += 1
            inner = self.total()
            self.bars[-1] -= 1
        else:
            self.bars.append(0)
            inner = self.total()
            self.bars.pop()
        closed = self.close(opened)
        return apply("abs", inner, at=opened.span.to(closed.span))

    def command(self) -> Expression:
        token = self.take()
        name = token.text
        if name in ("frac", "dfrac", "tfrac"):
            self.no_derivative(token)
            top = self.argument()
            bottom = self.argument()
            return Apply(token.span.to(self.tokens[self.place - 1].span), "/", (top, bottom), token.span)
        if name == "sqrt":
            degree = self.group() if self.here.kind == "[" else number(2.0, token.span)
            inside = self.group() if self.here.kind == "(" else self.argument()
            return root(inside, degree, token.span.to(self.tokens[self.place - 1].span))
        if name in NAMES:
            return self.function(token)
        if name in NOWHERE:
            message, hint = NOWHERE[name]
            raise self.error(message, token.span, hint)
        close = difflib.get_close_matches(name, (*NAMES, "frac", "sqrt", "left", "right", "cdot", "theta"), 1)
        guess = f"did you mean \\{close[0]}?" if close else None
        raise self.error(f"unknown command {shown(token)}", token.span, guess)

    def no_derivative(self, token: LatexToken) -> None:
        words = [word.text for word in self.tokens[self.place : self.place + 6]]
        if words[:5] == ["{", "d", "}", "{", "d"] and not self.scope.defines("d"):
            message, hint = SIGNS_NOWHERE["'"]
            raise self.error(message, token.span, hint)

    def function(self, token: LatexToken) -> Expression:
        """A function of Desmos: its base or exponent if it has one, and its arguments."""
        name = token.text
        base: Expression | None = None
        exponent: Expression | None = None
        if name == "log" and self.here.kind == "_":
            self.take()
            base = self.argument()
        if self.here.kind == "^":
            sign = self.take()
            exponent = self.exponent()
            if isinstance(exponent, Apply) and exponent.op == "neg" and is_number(exponent.args[0], 1.0):
                if name not in INVERTIBLE:
                    hint = f"write \\frac{{1}}{{\\{name} x}}, or the inverse by its own name"
                    raise self.error(f"the inverse of {name} is unclear", sign.span.to(exponent.span), hint)
                name, exponent = f"arc{name}", None
        args = self.arguments()
        span = token.span.to(self.tokens[self.place - 1].span)
        if base is None or is_number(base, 10.0):
            result = called(name, args, span)
        elif is_number(base, 2.0):
            result = Apply(span, "log2", args, token.span)
        else:
            result = Apply(span, "log", (*args, base), token.span)
        return Apply(span, "^", (result, exponent), token.span) if exponent else result

    def arguments(self) -> tuple[Expression, ...]:
        """What a function is given: in brackets, or the product that follows it."""
        if self.here.kind in ("(", "["):
            opened = self.take()
            self.bars.append(0)
            args = [self.total()]
            while self.here.kind == ",":
                self.take()
                args.append(self.total())
            self.close(opened)
            self.bars.pop()
            return tuple(args)
        if self.here.kind in ("{", "<|", "|"):
            return (self.group() if self.here.kind == "{" else self.absolute(),)
        self.enter()
        product = self.factor()
        while self.begins_factor() and not (self.here.kind == "command" and self.here.text in NAMES):
            product = self.operation(product, LatexToken("*", "", self.here.span), self.factor())
        self.depth -= 1
        return (product,)

    # --- braces ---

    def items(self) -> list[Item]:
        """What braces hold: conditions with values, conditions alone, or a number."""
        opened = self.take()
        self.bars.append(0)
        items: list[Item] = []
        while True:
            part = self.relation()
            value: Expression | None = None
            if self.here.kind == ":":
                if not is_relation(part):
                    raise self.error("this is no condition", part.span, "write an inequality, such as x>0")
                self.take()
                value = self.total()
            items.append((part, value))
            if self.here.kind != ",":
                break
            if not is_relation(part):
                raise self.error("this is no condition", part.span, "write an inequality, such as x>0")
            self.take()
        self.close(opened)
        self.bars.pop()
        return items

    def braces(self) -> Expression:
        """The value of what stands in braces: that of the first condition that is met."""
        opened = self.here
        items = self.items()
        return chosen(items, opened.span.to(self.tokens[self.place - 1].span))

    def restricted(self, body: Expression) -> Expression:
        """A product with braces behind it: conditions under which it is defined, or one more factor."""
        opened = self.here
        items = self.items()
        span = opened.span.to(self.tokens[self.place - 1].span)
        if all(is_relation(condition) and value is None for condition, value in items):
            region = either([condition for condition, _ in items])
            return apply("if", region, body, undefined(span), at=body.span.to(span))
        return Apply(body.span.to(span), "*", (body, chosen(items, span)), opened.span)
