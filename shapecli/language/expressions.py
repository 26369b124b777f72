"""Expressions to meaning: names, kinds and definitions give way to graphs of operations."""

import functools
import itertools
import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, TypeVarTuple

from shapecli.base.colours import names as colour_names
from shapecli.base.colours import rgba
from shapecli.base.source import ShapeError, Source, Span, raise_all, too_large
from shapecli.fields import colour, ops
from shapecli.fields.graph import Graph, Node, walk
from shapecli.fields.ops import FUNCTIONS, Kind, Op
from shapecli.language.calls import CALLS, Arguments, coloured_by_map
from shapecli.language.letters import TEXT
from shapecli.language.names import (
    CONSTANTS,
    INPUTS,
    Definition,
    Module,
    Texts,
    colour_meant,
    is_built_in,
    is_colour_map,
    library,
)
from shapecli.language.polar import ANGLE, COORDINATES, every_turn, untwisted
from shapecli.language.repetition import (
    FOLDS,
    MANY,
    Template,
    Varies,
    guarded,
    is_folded,
    kept,
    neutral,
    nowhere,
    over,
    replayed,
    truth,
    turns,
    with_own_indices,
)
from shapecli.language.syntax import (
    INDEX,
    LIST,
    MOVED,
    RELATIONS,
    Apply,
    Expression,
    Let,
    Name,
    Number,
    Param,
    is_chain,
)

LONGEST_EXPONENT: Final = 400  # of numbers that are compared with what was written, digit by digit
GROWTH: Final = 4  # nodes of a distance for one of its region
INDEXED: Final = {Kind.REGION: ops.branch, Kind.COLOUR: ops.chosen, Kind.NUMBER: ops.if_}

OPERATORS: Final[Mapping[str, Op]] = {
    "+": ops.add, "-": ops.sub, "*": ops.mul, "/": ops.div, "^": ops.pow_, "neg": ops.neg,
    "<=": ops.at_most, "<": ops.less, "=": ops.equal, "~": ops.complement,
    "&": ops.intersection, "|": ops.union, "xor": ops.symmetric_difference,
}  # fmt: skip
ARITHMETIC: Final = (ops.add, ops.sub, ops.mul, ops.div)
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

    def knowing(self, names: Mapping[str, Node]) -> "Scope":
        """A scope in which other names mean something, too."""
        return Scope(self.module, {**self.parameters, **names})

    def error(self, message: str, span: Span, hint: str | None = None) -> ShapeError:
        return self.module.error(message, span, hint)


class Resolver:
    """The state of resolving one figure: what is known by name, and the graph so far.

    Attributes:
        special: calls that mean something here alone.
        scope: that of the figure's own text.
        ranges: of the parameters.
        seed: what chance depends on.
        by_chance: whether anything does.
        is_polar: whether theta has been named.
        sizes: how many nodes the distances of regions become.
        links: relations that are parts of chains, which have the same turn of theta.
        keeps_loops: whether loops stay operations over ranges where they can, for formulas.
        counter: numbers for their indices.
        templates: of lists that loops have made.
        whole: parameters that are whole numbers.
    """

    def __init__(
        self,
        module: Module,
        texts: Texts,
        special: "Mapping[str, Special] | None" = None,
        *,
        keeps_loops: bool = False,
    ) -> None:
        self.special = special or {}
        self.module = module
        self.scope = Scope(module, {})
        self.texts = texts
        self.errors = texts.errors
        self.steps = 0
        self.graph = Graph()
        self.calls: dict[tuple[object, ...], Node] = {}
        self.names: dict[Node, str] = {}
        self.ranges: dict[str, ops.Interval] = {}
        self.seed = 0.0
        self.by_chance = False
        self.is_polar = False
        self.sizes: dict[Node, int] = {}
        self.links: set[Expression] = set()
        self.keeps_loops = keeps_loops
        self.counter = itertools.count(1)
        self.templates: dict[Node, Template] = {}
        self.whole: set[str] = set()

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

    def constant(
        self, body: Expression, what: str, scope: Scope | None = None, hint: str | None = None
    ) -> float:
        node = self.value(body, scope)
        if node in self.graph.varying:
            raise Varies
        value = node.constant
        if value is None or math.isnan(value):
            message = f"{what} needs a number that does not depend on x, y, n or parameters"
            raise (scope or self.scope).error(message, body.span, hint)
        return value

    def value(self, body: Expression, scope: Scope | None = None) -> Node:
        """The node of an expression, in the figure's own scope unless another is given."""
        node = self.result(self.evaluate(body, scope or self.scope))
        return untwisted(self.graph, node) if self.is_polar else node

    def result(self, step: "Generator[Step, Node, Result]") -> Result:
        """What steps come to."""
        return _run(step)

    def is_colour(self, name: Name, scope: Scope) -> bool:
        """Whether a name is defined, as a colour."""
        return scope.definition(name.name) is not None and self.value(name, scope).kind is Kind.COLOUR

    def _is_over(self) -> bool:
        return self.steps + len(self.graph) > self.texts.limit

    def spend(self, steps: int, node: Expression, scope: Scope, *, refund: bool = False) -> None:
        """Count steps that are taken.

        Args:
            refund: whether they are counted again when they are.

        Raises:
            ShapeError: there are more than the limit.
        """
        self.steps += steps
        if self._is_over():
            raise too_large(self.texts.limit, node.span, scope.source)
        self.steps -= steps * refund

    def size(self, root: Node) -> int:
        """How many nodes a node is made of, distances counting as what they become."""
        return sum(
            len(node.turns.rows) * self.size(node.turns.body)
            if node.turns
            else self.size_of_distance(node.args[0])
            if node.op is ops.distance_
            else 1
            for node in walk(root, inner=False, folded=True)
        )

    def size_of_distance(self, region: Node) -> int:
        """How many nodes the distance of a region becomes."""
        if region not in self.sizes:
            self.sizes[region] = GROWTH * self.size(region)
        return self.sizes[region]

    def evaluate(self, node: Expression, scope: Scope) -> Step:
        """The node of an expression; a generator, so that deep expressions need no deep stack."""
        self.spend(1, node, scope)
        if isinstance(node, Number):
            return self.graph.number(node.value, _rounding(node, scope.source))
        if isinstance(node, Name):
            return (yield self._named(node, scope))
        if node.loops:
            return (yield self._repeated(node, scope))
        if node.op[0].isalpha() and node.op not in OPERATORS:
            return (yield self._call(node, scope))
        if node.op == "&" and is_chain(node.args):
            self.links.update(node.args)
        if node.op == INDEX:
            return (yield self._indexed(node, scope))
        args = yield from self.evaluated(node, scope)
        if node.op == MOVED:
            return self._moved(args[0], node, args[1:], scope)
        if node.op == LIST:
            return self.graph.apply(ops.listed, *args)
        op = OPERATORS.get(node.op) or REVERSED[node.op]
        result = self._operated(op, node, args, node.args, scope)
        is_whole = node.args[0] in self.links if node.op == "&" else node not in self.links
        return self._turned(result, node, scope) if self.is_polar and is_whole else result

    def _turned(self, shape: Node, node: Apply, scope: Scope) -> Node:
        """A relation, or a chain of them, with every turn of theta."""
        if node.op not in RELATIONS and node.op != "&":
            return shape
        if shape in self.graph.varying:  # how many turns there are depends on the numbers
            raise Varies
        self.spend(self.size(shape), node, scope)
        return every_turn(self.graph, shape)

    def _operated(
        self, op: Op, node: Apply, args: list[Node], bodies: Sequence[Expression], scope: Scope
    ) -> Node:
        """An operator on what its bodies are."""
        if op in (ops.intersection, ops.union) and any(arg.kind is Kind.CURVE for arg in args):
            return self._of_curves(op, node, args, bodies, scope)
        if op in ARITHMETIC and any(arg.kind is Kind.COLOUR for arg in args):
            return self._of_colours(op, node, args, bodies, scope)
        for value, body in zip(args, bodies, strict=True):
            self.demand(op.takes[0], value, body, "-" if op is ops.neg else node.op, scope)
        return self.graph.apply(op, *(reversed(args) if node.op in REVERSED else args))

    def _repeated(self, node: Apply, scope: Scope) -> Step:
        """`op(body for ...)`, written out."""
        body, *bounds = node.args
        is_known = node.op == LIST or scope.definition(node.op) is None
        fold = FOLDS.get(node.op) if is_known else None
        template = (yield from kept(self, node, scope)) if self.keeps_loops else None
        if template and fold and (whole := over(self, fold, template)):
            return whole
        other = neutral(self.graph, fold) if fold else None
        items: list[Node] = []
        found = yield from turns(self, node.loops, bounds, scope)
        if len(found) >= MANY and not any(turn.guards for turn in found):
            alike = replayed(self, node.loops, fold, body, found)
            if alike and is_folded(alike):
                return self.graph.folded(alike)
            items = [*alike.written()] if alike else []
        for turn in () if items else found:
            item = yield self.evaluate(body, turn.scope)
            if turn.guards and (other is None or other.kind is not item.kind):
                hint = "only union, intersection, xor, sum and product can leave something out there"
                raise scope.error(
                    "how often this loop turns depends on parameters or places", node.span, hint
                )
            items.append(guarded(self.graph, item, other, turn.guards) if other else item)
        if node.op == LIST:
            made = self.graph.apply(ops.listed, *items)
            if template:
                self.templates[made] = template
            return made
        return (yield self._joined(node, items, [body] * len(items), scope))

    def _joined(self, node: Apply, items: list[Node], bodies: Sequence[Expression], scope: Scope) -> Step:
        """What a call of many makes of any number of things."""
        definition = scope.definition(node.op)
        if definition is not None:
            given = definition.item
            if not (isinstance(given, Let) and given.folds) or not items:
                known = ", ".join(FOLDS)
                hint = f"write one of {known}, or a function such as lse that takes any number of arguments"
                raise scope.error(
                    f"{node.op} does not take {'nothing' if not items else 'a loop'}", node.span, hint
                )
            result = items[0]
            for more in items[1:]:
                result = yield self._defined(given, (result, more), definition.home)
            return result
        fold = FOLDS.get(node.op)
        if fold is None:
            hint = f"write one of {', '.join(FOLDS)}"
            raise scope.error(f"{node.op} takes no loop", node.op_span, hint)
        if not items:
            if (nothing := neutral(self.graph, fold)) is None:
                raise scope.error(f"there is nothing that this could be the {node.op} of", node.span)
            return nothing
        if len(items) == 1:
            if items[0].kind is not Kind.CURVE or fold.op is not ops.union:
                self.demand(fold.kind, items[0], bodies[0], node.op, scope)
            return items[0]
        if fold.op in (ops.union, ops.intersection):
            return self._operated(fold.op, node, items, bodies, scope)
        for item, body in zip(items, bodies, strict=True):
            self.demand(fold.kind, item, body, node.op, scope)
        return functools.reduce(lambda a, b: self.graph.apply(fold.op, a, b), items)

    def _indexed(self, node: Apply, scope: Scope) -> Step:
        """An element of a list; of one that is written out, no other element is looked at."""
        of, place = node.args
        at = yield self.evaluate(place, scope)
        is_written = isinstance(of, Apply) and of.op == LIST and not of.loops
        if isinstance(of, Apply) and is_written and at not in self.graph.varying:
            number = at.constant or 0.0
            if number in range(1, len(of.args) + 1):
                return (yield self.evaluate(of.args[int(number) - 1], scope))
        return self._element((yield self.evaluate(of, scope)), at, node, scope)

    def _element(self, of: Node, at: Node, node: Apply, scope: Scope) -> Node:
        """An element of a list, counted from 1; one of numbers, regions or colours by a place that varies."""
        self.demand(Kind.LIST, of, node.args[0], "[ ]", scope)
        self.demand(Kind.NUMBER, at, node.args[1], "[ ]", scope)
        count = len(of.args)
        if at in self.graph.varying:
            raise Varies
        if at.constant is not None:
            if at.constant in range(1, count + 1):
                return of.args[int(at.constant) - 1]
            message = f"there is no element {at.constant:g} in a list of {count}"
            raise scope.error(message, node.op_span, "elements are counted from 1")
        kinds = {element.kind for element in of.args}
        if len(kinds) != 1 or not (op := INDEXED.get(of.args[0].kind)):
            raise scope.error("which element this is must be known before anything is drawn", node.op_span)
        result = of.args[-1]
        for k in range(count - 1, 0, -1):
            before = self.graph.apply(ops.less, at, self.graph.number(k + 0.5))
            result = self.graph.apply(op, before, of.args[k - 1], result)
        return result

    def coloured(self, node: Name, scope: Scope) -> Node:
        """A colour by its name or notation."""
        text = node.name.strip('"')
        try:
            return colour.of_rgba(self.graph, rgba(text))
        except ValueError as problem:
            hint = colour_meant(node.name, self.module.visible) or str(problem)
            raise scope.error(f"unknown colour {text}", node.span, hint) from None

    def _of_colours(
        self, op: Op, node: Apply, args: list[Node], bodies: Sequence[Expression], scope: Scope
    ) -> Node:
        """The light of two colours together, or that of one, stronger or fainter."""
        if not self.graph.varying.isdisjoint(args):
            raise Varies
        numbers = [arg for arg in args if arg.kind is Kind.NUMBER]
        is_sum = op in (ops.add, ops.sub)
        for arg, body in zip(args, bodies, strict=True):
            if arg.kind is not Kind.COLOUR and (is_sum or arg.kind is not Kind.NUMBER):
                self.demand(Kind.COLOUR, arg, body, node.op, scope)
        if op is ops.div and args[0] in numbers:
            self.demand(Kind.NUMBER, args[1], bodies[1], node.op, scope)
        return colour.combined(self.graph, op, *args)

    def evaluated(
        self, node: Apply, scope: Scope, *, quoted: bool = False
    ) -> Generator[Step, Node, list[Node]]:
        """The nodes of all arguments.

        Args:
            quoted: whether the first one is text, and becomes an empty list.
        """
        args = [self.graph.apply(ops.listed) for _ in node.args[:quoted]]
        for arg in node.args[quoted:]:
            args.append((yield self.evaluate(arg, scope)))
        return args

    def _of_curves(
        self, op: Op, node: Apply, args: list[Node], bodies: Sequence[Expression], scope: Scope
    ) -> Node:
        """A curve cut by regions, or several curves together."""
        curves = [arg for arg in args if arg.kind is Kind.CURVE]
        others = [(arg, body) for arg, body in zip(args, bodies, strict=True) if arg not in curves]
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
            else 'write a colour such as gold or "#e4572e"' if kind is Kind.COLOUR
            else "write a list such as [1, 2, 4]" if kind is Kind.LIST
            else "put brackets around the inequality: ~(... <= ...)" if what == "~"
            else "write draw R ... for R in list, or union(list)" if node.kind is Kind.LIST and what == "draw"
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
                raise scope.error(f"{name} is a function", node.span, f"call it: {_written(item)}")
            return (yield self._defined(item, (), definition.home))
        if name in CONSTANTS:
            value = CONSTANTS[name]  # the nearest float64 below
            return self.graph.number(value, (value, math.nextafter(value, math.inf)))
        if name in INPUTS:
            return self.graph.input(name)
        if name in COORDINATES:
            self.is_polar |= name == "theta"
            return COORDINATES[name](self.graph)
        if name in colour_names() or name[0] == '"':
            return self.coloured(node, scope)
        if name in FUNCTIONS or name in FOLDS:
            raise scope.error(f"{name} is a function", node.span, f"call it: {name}(x)")
        raise scope.error(f"{name} means nothing here", node.span, "a loop gives it a value in its own body")

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
        is_own = name in scope.parameters or definition is not None
        quoted = not is_own and name in CALLS and CALLS[name].quotes
        for arg in node.args if quoted else ():
            if isinstance(arg, Apply) and arg.op == "=" and isinstance(arg.args[0], Name):
                message = f"arguments have places and no names: unexpected {arg.args[0].name} ="
                raise scope.error(message, arg.span, f"write {TEXT}")
        args = yield from self.evaluated(node, scope, quoted=quoted)
        if name in scope.parameters:
            return self._moved(scope.parameters[name], node, args, scope)
        if definition is not None and isinstance(item := definition.item, Let):
            if not item.parameters:
                return self._moved((yield self._defined(item, (), definition.home)), node, args, scope)
            wanted = len(item.parameters)
            if not (item.folds and len(args) > wanted):
                text, first = definition.home.source.text, item.parameters[0]
                own = text[first.span.start : first.span.end] == first.name  # and no other notation
                self.count(node, wanted, scope, f"write {_written(item)}" if own else None)
            try:
                result = yield self._defined(item, tuple(args[:wanted]), definition.home)
                for more in args[wanted:]:
                    result = yield self._defined(item, (result, more), definition.home)
                return result
            except ShapeError as error:
                raise self._called_from(error, node, item, scope) from None
        if name in FOLDS:
            if len(args) == 1 and args[0].kind is Kind.LIST:
                args = [*args[0].args]
                return (yield self._joined(node, args, [node.args[0]] * len(args), scope))
            return (yield self._joined(node, args, node.args, scope))
        if name in CALLS:
            if not self.graph.varying.isdisjoint(args):
                raise Varies
            return CALLS[name](self, node, args, scope)
        if name in FUNCTIONS:
            op = FUNCTIONS[name]
            if op is ops.noise_ and len(args) == 2:  # with the seed of the figure
                self.by_chance = True
                node, args = replace(node, args=(*node.args, node)), [*args, self.graph.number(self.seed)]
            return self._function(op, node, args, scope)
        if name not in CONSTANTS and name not in INPUTS and is_colour_map(name):
            self.count(node, 1, scope)
            return coloured_by_map(name, Arguments(self, node, args, scope), 0)
        raise scope.error(f"{name} is not a function", node.op_span, f"write {name}*(...) for a product")

    def _function(self, op: Op, node: Apply, args: list[Node], scope: Scope) -> Node:
        if op is ops.if_ and len(args) == 2:
            args = [*args, self._nothing(args[1].kind)]
        else:
            self.count(node, op.arity, scope)
        if op is ops.if_:
            holds = truth(self.graph, args[0])
            if holds is not None and args[1].kind is args[2].kind:
                return args[1 if holds else 2]
            op = INDEXED.get(args[1].kind, op)
        takes = op.takes if len(op.takes) == len(args) else op.takes * len(args)
        for kind, arg, body in zip(takes, args, (*node.args, node.args[-1]), strict=False):
            self.demand(kind, arg, body, node.op, scope)
        return self.graph.apply(op, *args)

    def _nothing(self, kind: Kind) -> Node:
        """What there is where no condition holds: no point, no colour, no number."""
        if kind is Kind.REGION:
            return nowhere(self.graph)
        if kind is Kind.COLOUR:
            return colour.of_rgba(self.graph, (0, 0, 0, 0))
        return self.graph.number(math.nan)

    def _moved(self, target: Node, node: Apply, args: list[Node], scope: Scope) -> Node:
        """R(u, v): R with other coordinates."""
        written = scope.source.text[node.op_span.start : node.op_span.end]
        name = written if node.op == MOVED else node.op
        if len(args) != 2:
            message = f"{name} is a {target.kind.value}, and takes two coordinates or nothing"
            product = f"; write {name}*(...) for a product" if target.kind is Kind.NUMBER else ""
            raise scope.error(message, node.span, f"{name}(x - 1, y) moves it to the right{product}")
        for arg, body in zip(args, node.args[-2:], strict=True):
            self.demand(Kind.NUMBER, arg, body, "a coordinate", scope)
        key = ("moved", *map(id, (target, *args)))
        if key not in self.calls:
            self.spend(self.size(target), node, scope)
            angle = self.graph.apply(ops.atan2, args[1], args[0])
            places = {"x": args[0], "y": args[1], ANGLE: angle}
            whole = with_own_indices(self, target) if self.keeps_loops else target
            self.calls[key] = self.graph.substitute(whole, places)
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
        if node.op == "noise":
            hint = "write noise(x, y), or noise(x, y, 1), noise(x, y, 2) for others"
        plural, verb = "" if wanted == 1 else "s", "is" if given == 1 else "are"
        message = f"{node.op} takes {wanted} argument{plural}, and {given} {verb} given"
        raise scope.error(message, node.span, hint)

    def _called_from(self, error: ShapeError, node: Apply, item: Let, scope: Scope) -> ShapeError:
        """An error inside the library, told as one of the call in the user's text."""
        if error.source is scope.source or scope.source is not self.module.source:
            return error
        line = error.source.line_and_column(error.span.start)[0] if error.source and error.span else 0
        where = f"{error.source.name if error.source else 'the library'}, line {line}"
        hint = f"it is {_written(item)}, of {where}"
        return scope.error(f"in {node.op}: {error.message}", node.span, hint)


def _written(item: Let) -> str:
    """How a function is called."""
    return f"{item.name.name}({', '.join(parameter.name for parameter in item.parameters)})"


def _run(step: "Generator[Step, Node, Result]") -> Result:
    """Drive generators that yield generators and return nodes, without recursion."""
    stack: list[Any] = [step]
    result: Any = None
    error: ShapeError | Varies | None = None
    while stack:
        try:
            stack.append(stack[-1].throw(error) if error else stack[-1].send(result))
            result = error = None
        except StopIteration as stop:
            stack.pop()
            result, error = stop.value, None
        except (ShapeError, Varies) as problem:
            stack.pop()
            error = problem
    if error:
        raise error
    returned: Result = result
    return returned


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
