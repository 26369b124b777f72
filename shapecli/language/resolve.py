"""Syntax to meaning: names, kinds and definitions give way to graphs of operations."""

import functools
import math
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from shapecli.defaults import LIMIT_OPERATIONS
from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.ops import FUNCTIONS, Kind, Op
from shapecli.language import syntax
from shapecli.language.figure import SHARPNESS, WINDOW, Figure, Layer, Parameter, Style, Window
from shapecli.language.grammar import grammar_file
from shapecli.language.parse import parse_expression, parse_figure
from shapecli.language.source import MOST_SHOWN, ShapeError, Source, Span
from shapecli.language.syntax import (
    Apply,
    Draw,
    Expression,
    Let,
    Name,
    Number,
    Param,
    Setting,
    Statement,
)

LONGEST_EXPONENT: Final = 400  # of numbers that are compared with what was written, digit by digit
CONSTANTS: Final = MappingProxyType({"e": math.e, "pi": math.pi, "tau": math.tau})
INPUTS: Final = frozenset({"x", "y", "n"})
VARIADIC: Final = (ops.minimum, ops.maximum)
LONGEST_NAME_SHOWN: Final = 40

OPERATORS: Final[Mapping[str, Op]] = MappingProxyType(
    {
        "+": ops.add, "-": ops.sub, "*": ops.mul, "/": ops.div, "^": ops.pow_, "neg": ops.neg,
        "<=": ops.at_most, "<": ops.less, "~": ops.complement, "&": ops.intersection, "|": ops.union,
        "xor": ops.symmetric_difference,
    }
)  # fmt: skip
REVERSED: Final[Mapping[str, Op]] = MappingProxyType({">=": ops.at_most, ">": ops.less})
SHOWN: Final = MappingProxyType({"neg": "-"})

Definitions = Mapping[str, Let | Param]
Step = Generator["Step", Node, Node]


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a name is looked up: a function's parameters first, then its own text's definitions."""

    source: Source
    definitions: Definitions
    parameters: Mapping[str, Node]


def read_figure(source: Source, limit: int = LIMIT_OPERATIONS) -> Figure:
    """The figure that a text describes.

    Args:
        limit: the largest size, in tokens, nodes and steps of resolving.

    Raises:
        ShapeError: with the first mistake; the others are in its `also`.
    """
    statements, errors = parse_figure(source, limit)
    return _Resolver(source, statements, errors, limit).figure()


def read_expression(source: Source, limit: int = LIMIT_OPERATIONS) -> Figure:
    """The figure whose only layer is one expression.

    Raises:
        ShapeError: the expression is not a region, or has a mistake.
    """
    body = parse_expression(source, limit)
    return _Resolver(source, [Draw(body.span, body, ())], [], limit).figure()


@functools.cache
def library() -> tuple[Source, Definitions]:
    """The definitions of `grammars/prelude.shape`, which any figure may use or define anew."""
    source = Source("prelude.shape", grammar_file("prelude.shape").read_text("utf-8"))
    statements, errors = parse_figure(source)
    if errors:
        raise errors[0]
    return source, MappingProxyType({item.name.name: item for item in statements if isinstance(item, Let)})


def _rounding(node: Number, source: Source) -> tuple[float, float] | None:
    """Where the number is that was written, if that is no float64."""
    mantissa, _, exponent = source.text[node.span.start : node.span.end].lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    power = int(exponent or 0) - len(decimals)
    if not (whole + decimals).isdecimal() or not math.isfinite(node.value):
        return None  # a superscript, or malformed and reported
    if abs(power) <= LONGEST_EXPONENT:
        found, over = node.value.as_integer_ratio()
        if int(whole + decimals) * 10 ** max(power, 0) * over == found * 10 ** max(-power, 0):
            return None
    return math.nextafter(node.value, -math.inf), math.nextafter(node.value, math.inf)


class _Resolver:
    """The state of resolving one figure: what is known by name, and the graph so far."""

    def __init__(
        self, source: Source, statements: list[Statement], errors: list[ShapeError], limit: int
    ) -> None:
        self.source = source
        self.statements = statements
        self.errors = errors
        self.limit = limit
        self.steps = 0
        self.graph = Graph()
        self.library = library()
        self.definitions: dict[str, Let | Param] = {}
        self.calls: dict[tuple[object, ...], Node] = {}

    # --- the figure ---

    def figure(self) -> Figure:
        self._collect()
        self._check_names()
        self._raise_errors()
        parameters = tuple(self._parameter(item) for item in self.statements if isinstance(item, Param))
        for item in self.statements:
            if isinstance(item, Let) and not item.parameters:
                self._attempt(lambda item=item: self._value(item.body))  # type: ignore[misc]
        layers = tuple(
            layer
            for item in self.statements
            if isinstance(item, Draw) and (layer := self._attempt(lambda item=item: self._layer(item)))  # type: ignore[misc]
        )
        settings = {item.word: item for item in self.statements if isinstance(item, Setting)}
        title = settings["title"].values[0] if "title" in settings else None
        background = settings["background"].values[0] if "background" in settings else None
        sharpness = self._attempt(lambda: self._sharpness(settings.get("sharpness"))) or SHARPNESS
        window = self._attempt(lambda: self._window(settings.get("window"))) or WINDOW
        self._raise_errors()
        if not layers:
            raise self._nothing_drawn()
        return Figure(
            self.source,
            layers,
            title=title if isinstance(title, str) else None,
            parameters=parameters,
            sharpness=sharpness,
            window=window,
            background=background if isinstance(background, syntax.Colour) else None,
        )

    def _attempt(self, action: Callable[[], Any]) -> Any:
        """The result of `action`, or None and one more error."""
        try:
            return action()
        except ShapeError as error:
            over_the_limit = self.steps + len(self.graph) > self.limit  # which need be told once only
            if not any(
                known.message == error.message and (known.span == error.span or over_the_limit)
                for known in self.errors
            ):
                self.errors.append(error)
            return None

    def _raise_errors(self) -> None:
        if self.errors:
            first, *others = sorted(self.errors, key=lambda error: error.span.start if error.span else 0)
            first.also = tuple(others)
            raise first

    def _nothing_drawn(self) -> ShapeError:
        names = [item.name.name for item in self.statements if isinstance(item, Let) and not item.parameters]
        end = len(self.source.text.rstrip())
        hint = f"add a line such as: draw {names[-1] if names else 'x^2 + y^2 <= 1'}"
        return ShapeError("the figure draws nothing", Span(end, end + 1), self.source, hint)

    def _layer(self, item: Draw) -> Layer:
        region = self._value(item.body)
        self._demand(Kind.REGION, region, item.body, "draw")
        given: dict[str, Any] = {}
        for word, span, colour, number in item.styles:
            if word in given:
                raise self._error(f"{word} is given twice", span, "keep one of them")
            if word == "opacity" and not 0.0 <= (number or 0.0) <= 1.0:
                raise self._error("an opacity is a number from 0 to 1", span)
            given[word] = number if word == "opacity" else colour
            if word == "stroke" and number is not None:
                if not 0.0 < number <= 1000.0:
                    raise self._error("a stroke is up to 1000 pixels wide, and more than 0", span)
                given["stroke_width"] = number
        return Layer(region, Style(**given))

    def _parameter(self, item: Param) -> Parameter:
        numbers = [
            self._attempt(lambda part=part: self._constant(part, "a parameter"))  # type: ignore[misc]
            for part in (item.default, item.low, item.high)
            if part is not None
        ]
        if None in numbers:
            return Parameter(item.name.name, 0.0)
        parameter = Parameter(item.name.name, *numbers)
        if not parameter.low <= parameter.default <= parameter.high:
            self.errors.append(
                self._error(f"the default of {parameter.name} is outside its range", item.default.span)
            )
        return parameter

    def _sharpness(self, item: Setting | None) -> float | None:
        if item is None:
            return None
        body = _expressions(item)[0]
        value = self._constant(body, "the sharpness")
        if not 0.0 < value < math.inf:
            raise self._error("the sharpness is a finite number greater than 0", body.span)
        return value

    def _window(self, item: Setting | None) -> Window | None:
        if item is None:
            return None
        bodies = _expressions(item)
        window = Window(*(self._constant(body, "a window") for body in bodies))
        if problem := window.problem():
            raise self._error(problem, bodies[0].span.to(bodies[-1].span), "write window x0, x1, y0, y1")
        return window

    # --- names ---

    def _collect(self) -> None:
        """Definitions by name; duplicates and names that are taken are errors."""
        settings: set[str] = set()
        for item in self.statements:
            if isinstance(item, Setting):
                if item.word == "use":
                    self.errors.append(
                        self._error("use does not work yet", item.span, "copy the definitions")
                    )
                elif item.word in settings:
                    self.errors.append(
                        self._error(f"{item.word} is set twice", item.span, "keep one of them")
                    )
                settings.add(item.word)
            elif isinstance(item, Let | Param):
                self._define(item)

    def _define(self, item: Let | Param) -> None:
        name = item.name.name
        if name in INPUTS or name in CONSTANTS or name in FUNCTIONS:
            what = "a coordinate" if name in "xy" else "the sharpness" if name == "n" else "built in"
            hint = "write sharpness 50 to set it" if name == "n" else f"choose another name, such as {name}1"
            self.errors.append(self._error(f"{name} is {what} and cannot be defined", item.name.span, hint))
        elif name in self.definitions:
            line, _ = self.source.line_and_column(self.definitions[name].name.span.start)
            message = f"{name} is defined twice, first in line {line}"
            self.errors.append(self._error(message, item.name.span, "give one of them another name"))
        else:
            self.definitions[name] = item
        parameters: set[str] = set()
        for parameter in item.parameters if isinstance(item, Let) else ():
            if parameter.name in parameters or parameter.name in INPUTS:
                taken = "is a parameter twice" if parameter.name in parameters else "cannot be a parameter"
                self.errors.append(self._error(f"{parameter.name} {taken}", parameter.span))
            parameters.add(parameter.name)

    def _check_names(self) -> None:
        """Every name is known, also in functions that are never called, and no definition needs itself."""
        needs: dict[str, dict[str, Name | Apply]] = {}
        for item in self.statements:
            bodies = _bodies(item)
            own = {parameter.name for parameter in item.parameters} if isinstance(item, Let) else set()
            used = needs.setdefault(item.name.name, {}) if isinstance(item, Let | Param) else {}
            for node in (part for body in bodies for part in syntax.walk(body)):
                name = node.name if isinstance(node, Name) else node.op if isinstance(node, Apply) else ""
                if (
                    not name[:1].isalpha()
                    or name in ("neg", "xor")
                    or name in own
                    or isinstance(node, Number)
                ):
                    continue
                if name in self.definitions:
                    used.setdefault(name, node)
                elif not self._known(name):
                    self.errors.append(self._unknown(node, name, own))
        self._check_cycles(needs)

    def _known(self, name: str) -> bool:
        return name in INPUTS or name in CONSTANTS or name in FUNCTIONS or name in self.library[1]

    def _unknown(self, node: Name | Apply, name: str, own: Iterable[str]) -> ShapeError:
        span = node.op_span if isinstance(node, Apply) else node.span
        if name in ("inf", "nan", "infinity", "NaN"):
            return self._error(f"unknown name {name}", span, "numbers here are finite")
        if len(self.errors) > MOST_SHOWN:  # it will not be read, and looking for likely names takes time
            return self._error(f"unknown name {name[:LONGEST_NAME_SHOWN]}", span)
        known = [*own, *self.definitions, *FUNCTIONS, *CONSTANTS, *INPUTS, *self.library[1]]
        import difflib

        close = difflib.get_close_matches(name[:LONGEST_NAME_SHOWN], known, 1, 0.5)
        product = name if all(letter in known for letter in name) and 1 < len(name) < 5 else ""
        hint = f"write {'*'.join(product)} for a product" if product else None
        hint = f"did you mean {close[0]}?" if close and not product else hint
        what = "function" if isinstance(node, Apply) else "name"
        return self._error(f"unknown {what} {name[:LONGEST_NAME_SHOWN]}", span, hint)

    def _check_cycles(self, needs: Mapping[str, Mapping[str, Name | Apply]]) -> None:
        """Report each definition that needs itself, with the way round."""
        finished: set[str] = set()
        for start in needs:
            path: list[str] = []
            on_path: set[str] = set()
            stack: list[tuple[str, bool]] = [(start, False)]
            while stack:
                name, leaving = stack.pop()
                if leaving:
                    on_path.discard(path.pop())
                    finished.add(name)
                elif name in on_path:
                    cycle = [*path[path.index(name) :], name]
                    node = needs[cycle[-2]][name]
                    span = node.op_span if isinstance(node, Apply) else node.span
                    shown = cycle if len(cycle) <= 12 else [*cycle[:6], "...", *cycle[-5:]]
                    message = f"{name} is defined by itself: {' -> '.join(shown)}"
                    self.errors.append(self._error(message, span, "a definition cannot need itself"))
                    return
                elif name not in finished:
                    path.append(name)
                    on_path.add(name)
                    stack.append((name, True))
                    stack.extend((other, False) for other in needs.get(name, ()))

    # --- expressions ---

    def _error(
        self, message: str, span: Span, hint: str | None = None, source: Source | None = None
    ) -> ShapeError:
        return ShapeError(message, span, source or self.source, hint)

    def _constant(self, body: Expression, what: str) -> float:
        value = self._value(body).constant
        if value is None or math.isnan(value):
            raise self._error(
                f"{what} needs a number that does not depend on x, y, n or parameters", body.span
            )
        return value

    def _value(self, body: Expression) -> Node:
        """The node of an expression in the figure's own scope."""
        return _run(self._evaluate(body, Scope(self.source, self.definitions, {})))

    def _spend(self, steps: int, node: Expression, scope: Scope) -> None:
        self.steps += steps
        if self.steps + len(self.graph) > self.limit:
            message = f"the figure is larger than the limit of {self.limit:,} operations"
            raise self._error(message, node.span, "raise --limit-operations", scope.source)

    def _evaluate(self, node: Expression, scope: Scope) -> Step:
        """The node of an expression; a generator, so that deep expressions need no deep stack."""
        self._spend(1, node, scope)
        if isinstance(node, Number):
            return self.graph.number(node.value, _rounding(node, scope.source))
        if isinstance(node, Name):
            return (yield self._named(node, scope))
        if node.op == "=":
            raise self._error(
                "curves are not drawn yet", node.op_span,
                "write <= or >= for a region, or abs(f - g) <= 0.01 for a thin one", scope.source,
            )  # fmt: skip
        if node.op[0].isalpha() and node.op not in OPERATORS:
            return (yield self._call(node, scope))
        args: list[Node] = []
        for arg in node.args:
            args.append((yield self._evaluate(arg, scope)))
        op = OPERATORS.get(node.op) or REVERSED[node.op]
        for value, body in zip(args, node.args, strict=True):
            self._demand(op.takes[0], value, body, SHOWN.get(node.op, node.op), scope.source)
        return self.graph.apply(op, *(reversed(args) if node.op in REVERSED else args))

    def _demand(
        self, kind: Kind, node: Node, body: Expression, what: str, source: Source | None = None
    ) -> None:
        if node.kind is kind:
            return
        hint = (
            "write an inequality, such as x^2 + y^2 <= 1" if kind is Kind.REGION
            else "put the inequality in brackets" if what == "~"
            else "if(region, 1, 0) makes a number of a region"
        )  # fmt: skip
        if what == "~" and kind is Kind.REGION:
            hint = "put brackets around the inequality: ~(... <= ...)"
        raise self._error(
            f"{what} needs a {kind.value}, and this is a {node.kind.value}", body.span, hint, source
        )

    def _named(self, node: Name, scope: Scope) -> Step:
        name = node.name
        if name in scope.parameters:
            return scope.parameters[name]
        definition, inner = self._definition(name, scope)
        if isinstance(definition, Param):
            return self.graph.input(name)
        if definition is not None:
            if definition.parameters:
                example = f"{name}({', '.join(parameter.name for parameter in definition.parameters)})"
                raise self._error(f"{name} is a function", node.span, f"call it: {example}", scope.source)
            return (yield self._defined(definition, (), inner))
        if name in CONSTANTS:
            value = CONSTANTS[name]  # the nearest float64 below
            return self.graph.number(value, (value, math.nextafter(value, math.inf)))
        if name in INPUTS:
            return self.graph.input(name)
        raise self._error(f"{name} is a function", node.span, f"call it: {name}(x)", scope.source)

    def _definition(self, name: str, scope: Scope) -> tuple[Let | Param | None, Scope]:
        """What a name is defined as, if it is, and the scope that its body sees."""
        if name in scope.definitions:
            return scope.definitions[name], scope
        source, definitions = self.library
        return definitions.get(name), Scope(source, definitions, {})

    def _defined(self, definition: Let, args: tuple[Node, ...], scope: Scope) -> Step:
        """The body of a definition, evaluated once for each list of arguments."""
        key = (definition, *map(id, args))
        if key not in self.calls:
            names = (parameter.name for parameter in definition.parameters)
            inner = Scope(scope.source, scope.definitions, dict(zip(names, args, strict=True)))
            self.calls[key] = yield self._evaluate(definition.body, inner)
        return self.calls[key]

    def _call(self, node: Apply, scope: Scope) -> Step:
        name = node.op
        args: list[Node] = []
        for arg in node.args:
            args.append((yield self._evaluate(arg, scope)))
        if name in scope.parameters:
            return self._moved(scope.parameters[name], node, args, scope)
        definition, inner = self._definition(name, scope)
        if isinstance(definition, Let) and definition.parameters:
            self._count(node, len(args), len(definition.parameters), scope)
            try:
                return (yield self._defined(definition, tuple(args), inner))
            except ShapeError as error:
                raise self._called_from(error, node, scope) from None
        if isinstance(definition, Let):
            return self._moved((yield self._defined(definition, (), inner)), node, args, scope)
        if name in FUNCTIONS:
            return self._function(FUNCTIONS[name], node, args, scope)
        raise self._error(
            f"{name} is not a function", node.op_span, f"write {name}*(...) for a product", scope.source
        )

    def _function(self, op: Op, node: Apply, args: list[Node], scope: Scope) -> Node:
        if op in VARIADIC and len(args) >= 2:
            takes: tuple[Kind, ...] = op.takes * len(args)
        else:
            self._count(node, len(args), op.arity, scope)
            takes = op.takes if len(op.takes) == op.arity else op.takes * op.arity
        for kind, arg, body in zip(takes, args, node.args, strict=True):
            self._demand(kind, arg, body, op.name, scope.source)
        return functools.reduce(lambda a, b: self.graph.apply(op, a, b), args) if op in VARIADIC else (
            self.graph.apply(op, *args)
        )  # fmt: skip

    def _moved(self, target: Node, node: Apply, args: list[Node], scope: Scope) -> Node:
        """R(u, v): R with other coordinates."""
        if len(args) != 2:
            message = f"{node.op} is a {target.kind.value}, and takes two coordinates or nothing"
            hint = f"{node.op}(x - 1, y) moves it to the right" + (
                f"; write {node.op}*(...) for a product" if target.kind is Kind.NUMBER else ""
            )
            raise self._error(message, node.span, hint, scope.source)
        for arg, body in zip(args, node.args, strict=True):
            self._demand(Kind.NUMBER, arg, body, "a coordinate", scope.source)
        key = ("moved", *map(id, (target, *args)))
        if key not in self.calls:
            self._spend(sum(1 for _ in walk(target)), node, scope)
            self.calls[key] = self.graph.substitute(target, {"x": args[0], "y": args[1]})
        return self.calls[key]

    def _count(self, node: Apply, given: int, wanted: int, scope: Scope) -> None:
        if given == wanted:
            return
        hint = None
        if node.op == "log":
            hint = (
                "write ln(x), log10(x) or log(x, base): plain log means different things to different people"
            )
        plural = "" if wanted == 1 else "s"
        message = (
            f"{node.op} takes {wanted} argument{plural}, and {given} {'is' if given == 1 else 'are'} given"
        )
        raise self._error(message, node.span, hint, scope.source)

    def _called_from(self, error: ShapeError, node: Apply, scope: Scope) -> ShapeError:
        """An error inside the library, told as one of the call in the user's text."""
        if error.source is scope.source or scope.source is not self.source:
            return error
        line = error.source.line_and_column(error.span.start)[0] if error.source and error.span else 0
        hint = f"see {node.op} in {error.source.name if error.source else 'the library'}, line {line}"
        return self._error(f"in {node.op}: {error.message}", node.span, hint)


def _bodies(item: Statement) -> list[Expression]:
    """Every expression of a statement."""
    if isinstance(item, Setting):
        return _expressions(item)
    if isinstance(item, Param):
        return [part for part in (item.default, item.low, item.high) if part]
    return [item.body]


def _expressions(item: Setting) -> list[Expression]:
    return [value for value in item.values if isinstance(value, Number | Name | Apply)]


def _run(step: Step) -> Node:
    """Drive generators that yield generators and return nodes, without recursion."""
    stack = [step]
    result: Any = None
    error: ShapeError | None = None
    while stack:
        try:
            if error:
                problem, error = error, None
                stack.append(stack[-1].throw(problem))
            else:
                stack.append(stack[-1].send(result))
            result = None
        except StopIteration as stop:
            stack.pop()
            result = stop.value
        except ShapeError as problem:
            stack.pop()
            error = problem
    if error:
        raise error
    node: Node = result
    return node
