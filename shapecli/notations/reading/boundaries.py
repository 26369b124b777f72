"""Sums and reciprocals of exponentials, as the sets that they say: e^(n f) + e^(n g) <= 1 is f <= 0 & g <= 0.

A boundary value u is e^(n f) of an inequality f <= 0, the sum of the boundary values of an intersection, and
1/u of a complement; so a union is the reciprocal of a sum of reciprocals.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shapecli.language import syntax
from shapecli.language.names import bodies
from shapecli.language.syntax import Apply, Draw, Expression, Let, Name, Number, Param, Setting, Statement
from shapecli.notations.reading.trees import apply, is_number, joined, names_in, number
from shapecli.notations.writing.labels import free_letters

SHARPNESS: Final = "n"
FEW: Final = 3  # inequalities that stand in the line that draws them
DEEPEST: Final = 100  # sums and reciprocals in each other; deeper ones stay as they are
LEAST: Final = 2.0  # a factor of exponents that is taken for a sharpness
FLIPPED: Final = {
    "<=": ">=", ">=": "<=", "&": "|", "|": "&", "union": "intersection", "intersection": "union",
}  # fmt: skip


def with_sets(statements: list[Statement]) -> list[Statement]:
    """A figure in which inequalities of boundary values are sets."""
    names = {name for item in statements for body in bodies(item) for name in names_in(body)}
    names |= {item.name.name for item in statements if isinstance(item, Let | Param)}
    given = any(isinstance(item, Setting) and item.word == "sharpness" for item in statements)
    factor = None if given or SHARPNESS in names else _common_factor(statements)
    reader = _Reader(factor, free_letters("A", names))
    pieces = [piece for item in statements for piece in reader.read(item)]
    if reader.factor is not None and reader.used:
        at = next(item.span for item in statements if isinstance(item, Draw))
        pieces.insert(0, Setting(at, "sharpness", (number(reader.factor, at),)))
    return pieces


@dataclass(eq=False)
class _Reader:
    """What is known while statements are read.

    Attributes:
        factor: the number that stands for the sharpness in exponents; if None, it is called n.
        letters: names for sets.
        used: whether there are sets.
        known: sets that have a name.
    """

    factor: float | None
    letters: Iterator[str]
    used: bool = False
    known: dict[tuple[object, ...], Name] = field(default_factory=dict)

    def read(self, item: Statement) -> Iterator[Statement]:
        """A statement, and before it the sets that it is made of."""
        if not isinstance(item, Draw) or (region := self.region_of(item.body)) is None:
            yield item
            return
        self.used = True
        if sum(1 for _ in _leaves(region, _members)) > FEW:
            lets: list[Statement] = []
            region = self.named(region, lets)
            yield from lets
        yield Draw(item.span, region, item.styles)

    def region_of(self, body: Expression) -> Expression | None:
        """The sets of an inequality U <= 1, if it is one of boundary values: of e^(n f) or abs(f)^n."""
        if not isinstance(body, Apply) or body.op not in ("<=", "<", ">=", ">"):
            return None
        value, bound = body.args if body.op in ("<=", "<") else body.args[::-1]
        if not is_number(bound, 1.0) or _is_deep(value):
            return None
        is_one = any(self.field(leaf) or self.trench(leaf) for leaf in _leaves(value, _parts))
        return self.region(value) if is_one else None

    def region(self, value: Expression) -> Expression:
        """The region of a boundary value."""
        if body := _body(value):
            assert isinstance(value, Apply)
            return replace(value, op="intersection", args=(self.region(body[0]), *value.args[1:]))
        if terms := _terms(value):
            return joined("&", [self.region(term) for term in terms])
        if below := _under_one(value):
            return complement(self.region(below[0]))
        if pair := _two(value):
            return apply("xor", *(self.region(part) for part in pair), at=value.span)
        if (signed := self.field(value)) is not None:
            positive, field = signed
            return _inequality("<=" if positive else ">=", field)
        if (base := self.trench(value)) is not None:
            return apply("trench", base, at=value.span)
        return apply("field", value, at=value.span)

    def field(self, value: Expression) -> tuple[bool, Expression] | None:
        """Whether e^(n f) or e^(-n f), and f; None if it is neither."""
        exponent = _exponent(value)
        positive = True
        while isinstance(exponent, Apply) and exponent.op == "neg":
            positive, exponent = not positive, exponent.args[0]
        if isinstance(exponent, Apply) and exponent.op == "*":
            for factor, other in (exponent.args, exponent.args[::-1]):
                match factor:
                    case Apply(op="neg", args=(inner,)) if self.is_factor(inner):
                        return not positive, other
                    case _ if self.is_factor(factor):
                        return positive, other
        return None

    def trench(self, value: Expression) -> Expression | None:
        """F of abs(f)^n."""
        match value:
            case Apply(op="^", args=(Apply(op="abs", args=(base,)), power)) if self.is_factor(power):
                return base
        return None

    def is_factor(self, node: Expression) -> bool:
        if self.factor is None:
            return isinstance(node, Name) and node.name == SHARPNESS
        return is_number(node, self.factor)

    def named(self, region: Expression, lets: list[Statement]) -> Expression:
        """A region in which every inequality has a name."""
        if isinstance(region, Apply) and (members := _members(region)):
            return replace(region, args=tuple(self.named(member, lets) for member in members))
        key = _key(region)
        if key not in self.known:
            self.known[key] = Name(region.span, next(self.letters))
            lets.append(Let(self.known[key], (), region))
        return self.known[key]


def complement(region: Expression) -> Expression:
    """The other points: De Morgan's laws as far as they go, so that no complement of a complement is left."""
    match region:
        case Apply(op="~", args=(inner,)):
            return inner
        case Apply(op="union" | "intersection") if region.loops:
            args = complement(region.args[0]), *region.args[1:]
            return replace(region, op=FLIPPED[region.op], args=args)
        case Apply(op="&" | "|"):
            return joined(FLIPPED[region.op], [complement(arg) for arg in region.args])
        case Apply(op="<=" | ">="):
            return replace(region, op=FLIPPED[region.op])
    return apply("~", region, at=region.span)


def _inequality(relation: str, inner: Expression) -> Expression:
    """F <= 0; what f subtracts, and a number that it adds, stand on the other side: no value changes."""
    match inner:
        case Apply(op="-", args=sides):
            pass
        case Apply(op="+", args=(first, Number() as last)):
            sides = first, apply("neg", last, at=inner.span)
        case _:
            sides = inner, number(0.0, inner.span)
    return apply(relation, *sides, at=inner.span)


def _terms(value: Expression) -> list[Expression]:
    """The terms of a sum; none if it is no sum."""
    terms: list[Expression] = []
    while isinstance(value, Apply) and value.op == "+":
        value, last = value.args
        terms.append(last)
    return [value, *reversed(terms)] if terms else []


def _body(value: Expression) -> Sequence[Expression]:
    """What a sum over an index is the sum of."""
    return value.args[:1] if isinstance(value, Apply) and value.op == "sum" and value.loops else []


def _under_one(value: Expression) -> Sequence[Expression]:
    """V of 1/v or v^-1."""
    match value:
        case Apply(op="/", args=(Number(value=1.0), below)):
            return [below]
        case Apply(op="^", args=(below, Apply(op="neg", args=(Number(value=1.0),)))):
            return [below]
    return []


def _two(value: Expression) -> Sequence[Expression]:
    """U and v of (1 + u v)/(u + v)."""
    if isinstance(value, Apply) and value.op == "/":
        match [_terms(arg) for arg in value.args]:
            case [[Number(value=1.0), Apply(op="*", args=factors)], [_, _] as below]:
                return below if list(map(_key, factors)) == list(map(_key, below)) else []
    return []


def _parts(value: Expression) -> Sequence[Expression]:
    """The boundary values that a boundary value is made of by a sum or a reciprocal."""
    return _body(value) or _terms(value) or _under_one(value) or _two(value)


def _members(region: Expression) -> Sequence[Expression]:
    """The regions that a region is made of by a set operation."""
    return region.args if isinstance(region, Apply) and region.op in ("&", "|", "~", "xor") else ()


def _leaves(root: Expression, parts: Callable[[Expression], Sequence[Expression]]) -> Iterator[Expression]:
    """What something is made of in the end."""
    stack = [root]
    while stack:
        node = stack.pop()
        inner = parts(node)
        stack.extend(inner)
        if not inner:
            yield node


def _exponent(value: Expression) -> Expression | None:
    match value:
        case Apply(op="exp", args=(exponent,)) | Apply(op="^", args=(Name(name="e"), exponent)):
            return exponent
    return None


def _common_factor(statements: Sequence[Statement]) -> float | None:
    """The number that every exponential of boundary values is multiplied by, if it is the same for all."""
    factors = {
        _factor_of(exponent)
        for item in statements
        if isinstance(item, Draw) and isinstance(item.body, Apply) and len(item.body.args) == 2
        for side in item.body.args
        for leaf in _leaves(side, _parts)
        if (exponent := _exponent(leaf)) is not None
    }
    return factors.pop() if len(factors) == 1 and min(factors) >= LEAST else None


def _factor_of(exponent: Expression) -> float:
    """The number in front of an exponent; 0 if there is none."""
    while isinstance(exponent, Apply) and exponent.op in ("neg", "*"):
        exponent = exponent.args[0]
    return exponent.value if isinstance(exponent, Number) else 0.0


def _key(root: Expression) -> tuple[object, ...]:
    """Equal for expressions that say the same: operations before their arguments."""
    return tuple(
        (node.op, len(node.args)) if isinstance(node, Apply)
        else node.value if isinstance(node, Number)
        else node.name
        for node in syntax.walk(root)
    )  # fmt: skip


def _is_deep(value: Expression) -> bool:
    """Whether sums and reciprocals lie more than DEEPEST deep in each other."""
    layer, depth = [value], 0
    while layer and depth <= DEEPEST:
        layer = [part for node in layer for part in _parts(node)]
        depth += 1
    return bool(layer)
