"""Expressions to meaning: names, kinds and definitions give way to graphs of operations."""

import functools
import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, TypeVarTuple

from shapecli.base.source import ShapeError, Source, Span, raise_all, too_large
from shapecli.fields import ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.ops import FUNCTIONS, Kind, Op
from shapecli.language.names import CONSTANTS, INPUTS, Definition, Module, Texts, is_built_in, library
from shapecli.language.syntax import Apply, Expression, Let, Name, Number, Param

LONGEST_EXPONENT: Final = 400  # of numbers that are compared with what was written, digit by digit
VARIADIC: Final = (ops.minimum, ops.maximum)

OPERATORS: Final[Mapping[str, Op]] = {
    "+": ops.add, "-": ops.sub, "*": ops.mul, "/": ops.div, "^": ops.pow_, "neg": ops.neg,
    "<=": ops.at_most, "<": ops.less, "=": ops.equal, "~": ops.complement,
    "&": ops.intersection, "|": ops.union, "xor": ops.symmetric_difference,
}  # fmt: skip
REVERSED: Final[Mapping[str, Op]] = {">=": ops.at_most, ">": ops.less}

Step = Generator["Step", Node, Node]
Special = Callable[["Resolver", Apply, "Scope"], Step]
Given = TypeVarTuple("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a name is looked up: a function's parameters first, then what its own text sees."""

    module: Module
    parameters: Mapping[str, Node]

    @property
    def source(self) -> Source:
        return self.module.source

    def definition(self, name: str) -> Definition | None:
        """What a name that is no parameter is defined as, if it is."""
        if name in self.module.visible or is_built_in(name):  # the library takes milliseconds to read
            return self.module.visible.get(name)
        return library().visible.get(name)

    def error(self, message: str, span: Span, hint: str | None = None) -> ShapeError:
        return self.module.error(message, span, hint)


class Resolver:
    """The state of resolving one figure: what is known by name, and the graph so far.

    Attributes:
        special: calls that mean something here alone.
        scope: that of the figure's own text.
    """

    def __init__(self, module: Module, texts: Texts, special: "Mapping[str, Special] | None" = None) -> None:
        self.special = special or {}
        self.module = module
        self.scope = Scope(module, {})
        self.texts = texts
        self.errors = texts.errors
        self.steps = 0
        self.graph = Graph()
        self.calls: dict[tuple[object, ...], Node] = {}
        self.names: dict[Node, str] = {}

    def attempt(self, action: Callable[[*Given], Result], *args: *Given) -> Result | None:
        """The result of `action`, or None and one more error."""
        try:
            return action(*args)
        except ShapeError as error:
            alike = [known for known in self.errors if known.message == error.message]
            # That a figure is over the limit need be told once only.
            if not (alike and self._is_over()) and error.span not in [known.span for known in alike]:
                self.errors.append(error)
            return None

    def raise_errors(self) -> None:
        """Raise what has gone wrong so far, if something has."""
        raise_all(self.errors, last=self.module.source)

    def constant(self, body: Expression, what: str, scope: Scope | None = None) -> float:
        value = self.value(body, scope).constant
        if value is None or math.isnan(value):
            message = f"{what} needs a number that does not depend on x, y, n or parameters"
            raise (scope or self.scope).error(message, body.span)
        return value

    def value(self, body: Expression, scope: Scope | None = None) -> Node:
        """The node of an expression, in the figure's own scope unless another is given."""
        return _run(self.evaluate(body, scope or self.scope))

    def _is_over(self) -> bool:
        return self.steps + len(self.graph) > self.texts.limit

    def _spend(self, steps: int, node: Expression, scope: Scope) -> None:
        self.steps += steps
        if self._is_over():
            raise too_large(self.texts.limit, node.span, scope.source)

    def evaluate(self, node: Expression, scope: Scope) -> Step:
        """The node of an expression; a generator, so that deep expressions need no deep stack."""
        self._spend(1, node, scope)
        if isinstance(node, Number):
            return self.graph.number(node.value, _rounding(node, scope.source))
        if isinstance(node, Name):
            return (yield self._named(node, scope))
        if node.op[0].isalpha() and node.op not in OPERATORS:
            return (yield self._call(node, scope))
        args = yield from self.evaluated(node, scope)
        op = OPERATORS.get(node.op) or REVERSED[node.op]
        if op in (ops.intersection, ops.union) and any(arg.kind is Kind.CURVE for arg in args):
            return self._of_curves(op, node, args, scope)
        for value, body in zip(args, node.args, strict=True):
            self.demand(op.takes[0], value, body, "-" if op is ops.neg else node.op, scope)
        return self.graph.apply(op, *(reversed(args) if node.op in REVERSED else args))

    def evaluated(self, node: Apply, scope: Scope) -> Generator[Step, Node, list[Node]]:
        """The nodes of all arguments."""
        args: list[Node] = []
        for arg in node.args:
            args.append((yield self.evaluate(arg, scope)))
        return args

    def _of_curves(self, op: Op, node: Apply, args: list[Node], scope: Scope) -> Node:
        """A curve cut by regions, or several curves together."""
        curves = [arg for arg in args if arg.kind is Kind.CURVE]
        others = [(arg, body) for arg, body in zip(args, node.args, strict=True) if arg not in curves]
        if op is ops.union:
            for arg, body in others:
                self.demand(Kind.CURVE, arg, body, node.op, scope)
            return self.graph.apply(ops.together, *args)
        if len(curves) > 1:
            hint = "write | for both curves, or cut a curve by a region: (y = x^2) & x >= 0"
            raise scope.error("two curves have only points in common", node.op_span, hint)
        for arg, body in others:
            self.demand(Kind.REGION, arg, body, node.op, scope)
        regions = [arg for arg, _ in others]
        region = self.graph.apply(ops.intersection, *regions) if len(regions) > 1 else regions[0]
        return self.graph.apply(ops.cut, curves[0], region)

    def demand(self, kind: Kind, node: Node, body: Expression, what: str, scope: Scope | None = None) -> None:
        if node.kind is kind:
            return
        hint = (
            "write <= or >= for a region" if node.kind is Kind.CURVE
            else "draw the region and the curve one after the other" if kind is Kind.CURVE
            else "if(region, 1, 0) makes a number of a region" if kind is Kind.NUMBER
            else "put brackets around the inequality: ~(... <= ...)" if what == "~"
            else "write an inequality, such as x^2 + y^2 <= 1"
        )  # fmt: skip
        message = f"{what} needs a {kind.value}, and this is a {node.kind.value}"
        raise (scope or self.scope).error(message, body.span, hint)

    def _named(self, node: Name, scope: Scope) -> Step:
        name = node.name
        if name in scope.parameters:
            return scope.parameters[name]
        if definition := scope.definition(name):
            item = definition.item
            if isinstance(item, Param):
                return self.graph.input(name)
            if item.parameters:
                example = f"{name}({', '.join(parameter.name for parameter in item.parameters)})"
                raise scope.error(f"{name} is a function", node.span, f"call it: {example}")
            return (yield self._defined(item, (), definition.home))
        if name in CONSTANTS:
            value = CONSTANTS[name]  # the nearest float64 below
            return self.graph.number(value, (value, math.nextafter(value, math.inf)))
        if name in INPUTS:
            return self.graph.input(name)
        raise scope.error(f"{name} is a function", node.span, f"call it: {name}(x)")

    def _defined(self, item: Let, args: tuple[Node, ...], home: Module) -> Step:
        """The body of a definition, evaluated once for each list of arguments."""
        key = (item, *map(id, args))
        if key not in self.calls:
            names = (parameter.name for parameter in item.parameters)
            inner = Scope(home, dict(zip(names, args, strict=True)))
            node = self.calls[key] = yield self.evaluate(item.body, inner)
            if not item.parameters and node.kind is Kind.REGION:
                self.names.setdefault(node, item.name.name)
        return self.calls[key]

    def _call(self, node: Apply, scope: Scope) -> Step:
        name = node.op
        definition = scope.definition(name)
        if name in self.special and name not in scope.parameters and definition is None:
            return (yield self.special[name](self, node, scope))
        args = yield from self.evaluated(node, scope)
        if name in scope.parameters:
            return self._moved(scope.parameters[name], node, args, scope)
        if definition is not None and isinstance(item := definition.item, Let):
            if not item.parameters:
                return self._moved((yield self._defined(item, (), definition.home)), node, args, scope)
            wanted = len(item.parameters)
            if not (item.folds and len(args) > wanted):
                self.count(node, wanted, scope)
            try:
                result = yield self._defined(item, tuple(args[:wanted]), definition.home)
                for more in args[wanted:]:
                    result = yield self._defined(item, (result, more), definition.home)
                return result
            except ShapeError as error:
                raise self._called_from(error, node, scope) from None
        if name in FUNCTIONS:
            return self._function(FUNCTIONS[name], node, args, scope)
        raise scope.error(f"{name} is not a function", node.op_span, f"write {name}*(...) for a product")

    def _function(self, op: Op, node: Apply, args: list[Node], scope: Scope) -> Node:
        if op not in VARIADIC or len(args) < 2:
            self.count(node, op.arity, scope)
        takes = op.takes if len(op.takes) == len(args) else op.takes * len(args)
        for kind, arg, body in zip(takes, args, node.args, strict=True):
            self.demand(kind, arg, body, op.name, scope)
        if op in VARIADIC:
            return functools.reduce(lambda a, b: self.graph.apply(op, a, b), args)
        return self.graph.apply(op, *args)

    def _moved(self, target: Node, node: Apply, args: list[Node], scope: Scope) -> Node:
        """R(u, v): R with other coordinates."""
        if len(args) != 2:
            message = f"{node.op} is a {target.kind.value}, and takes two coordinates or nothing"
            product = f"; write {node.op}*(...) for a product" if target.kind is Kind.NUMBER else ""
            raise scope.error(message, node.span, f"{node.op}(x - 1, y) moves it to the right{product}")
        for arg, body in zip(args, node.args, strict=True):
            self.demand(Kind.NUMBER, arg, body, "a coordinate", scope)
        key = ("moved", *map(id, (target, *args)))
        if key not in self.calls:
            self._spend(sum(1 for _ in walk(target)), node, scope)
            self.calls[key] = self.graph.substitute(target, {"x": args[0], "y": args[1]})
        return self.calls[key]

    def count(self, node: Apply, wanted: int, scope: Scope, hint: str | None = None) -> None:
        """Raises: ShapeError: a call has more or fewer arguments."""
        given = len(node.args)
        if given == wanted:
            return
        if node.op == "log":
            hint = (
                "write ln(x), log10(x) or log(x, base): plain log means different things to different people"
            )
        plural, verb = "" if wanted == 1 else "s", "is" if given == 1 else "are"
        message = f"{node.op} takes {wanted} argument{plural}, and {given} {verb} given"
        raise scope.error(message, node.span, hint)

    def _called_from(self, error: ShapeError, node: Apply, scope: Scope) -> ShapeError:
        """An error inside the library, told as one of the call in the user's text."""
        if error.source is scope.source or scope.source is not self.module.source:
            return error
        line = error.source.line_and_column(error.span.start)[0] if error.source and error.span else 0
        hint = f"see {node.op} in {error.source.name if error.source else 'the library'}, line {line}"
        return scope.error(f"in {node.op}: {error.message}", node.span, hint)


def _run(step: Step) -> Node:
    """Drive generators that yield generators and return nodes, without recursion."""
    stack = [step]
    result: Any = None
    error: ShapeError | None = None
    while stack:
        try:
            stack.append(stack[-1].throw(error) if error else stack[-1].send(result))
            result = error = None
        except StopIteration as stop:
            stack.pop()
            result, error = stop.value, None
        except ShapeError as problem:
            stack.pop()
            error = problem
    if error:
        raise error
    node: Node = result
    return node


def _rounding(node: Number, source: Source) -> tuple[float, float] | None:
    """Where the number is that was written, if that is no float64."""
    mantissa, _, exponent = source.text[node.span.start : node.span.end].lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    power = int(exponent or 0) - len(decimals)
    if not (whole + decimals).isdecimal() or not math.isfinite(node.value):
        return None  # a superscript, or malformed and reported
    if abs(power) <= LONGEST_EXPONENT:
        numerator, denominator = node.value.as_integer_ratio()
        if int(whole + decimals) * 10 ** max(power, 0) * denominator == numerator * 10 ** max(-power, 0):
            return None
    return math.nextafter(node.value, -math.inf), math.nextafter(node.value, math.inf)
