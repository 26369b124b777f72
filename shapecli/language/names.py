"""Names: what a text defines, what it sees of the texts that it uses, and the library."""

import functools
import math
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from shapecli.base.colours import names as colour_names
from shapecli.base.files import shipped
from shapecli.base.source import (
    BYTES_PER_OPERATION,
    MOST_SHOWN,
    ShapeError,
    Source,
    Span,
    likely_hint,
    raise_all,
)
from shapecli.fields.ops import FUNCTIONS
from shapecli.language import syntax
from shapecli.language.calls import CALLS
from shapecli.language.figure import HEADINGS, WORDS
from shapecli.language.letters import TEXT
from shapecli.language.parse import parse_figure
from shapecli.language.polar import COORDINATES
from shapecli.language.repetition import FOLDS
from shapecli.language.syntax import (
    Apply,
    Draw,
    Expression,
    Let,
    Loop,
    Name,
    Number,
    Param,
    Setting,
    Statement,
)

CONSTANTS: Final = MappingProxyType({"e": math.e, "pi": math.pi, "tau": math.tau})
INPUTS: Final = frozenset({"x", "y", "n"})
MOST_USED: Final = 100  # texts that a figure may use
ELSEWHERE: Final = {  # names of other tools, and what is written here
    "circle": "write disc(a, b, r)",
    **dict.fromkeys(("rect", "rectangle", "square"), "write box(x0, x1, y0, y1)"),
    "line": "write capsule(x0, y0, x1, y1, w), or y = x + 1 for a curve",
    **dict.fromkeys(("translate", "move"), "write shift(R, a, b)"),
    "lerp": "write mix(a, b, t)", "length": "write hypot(x, y), or count(list)", "len": "write count(list)",
    "range": "write 1..9, or 0..1 step 0.1",
    **dict.fromkeys(("rand", "uniform", "randint"), "write random(k, low, high)"),
    **dict.fromkeys(("gauss", "gaussian", "randn"), "write normal(k)"),
    **dict.fromkeys(("perlin", "simplex"), "write noise(x, y), or fbm(x, y, 5)"),
    **dict.fromkeys(("color", "colour"), "write fill COLOUR"),
    **dict.fromkeys(("gradient", "lerpColor"), "write ramp([gold, navy], y)"),
    **dict.fromkeys(("label", "letters", "word", "write"), 'write text("ML", x, y, height)'),
    **dict.fromkeys(("textWidth", "text_width"), 'write textwidth("ML", height)'),
    "px": "lengths of pens are in pixels, and all others in units of the plane: a number alone",
    **dict.fromkeys(("centre", "center", "middle", "left", "right"),
                    f"the align of a text is 0, 0.5 or 1, from its left to its right: write {TEXT}"),
    **dict.fromkeys(("align", "spacing"), f"arguments have places and no names: write {TEXT}"),
    **dict.fromkeys(("difference", "subtract"), "write A \\ B"),
}  # fmt: skip
LONGEST_NAME_SHOWN: Final = 40
BEGUN: Final = re.compile(r"^(?:\w+ )?([A-Za-z]\w*) *(?:\([^()\n]*\))? *=", re.MULTILINE)  # name = or f(t) =
DEFINED: Final = re.compile(  # in the library, where only the lines that go on begin with a space
    r"^([A-Za-z]\w*)[ (].*(?:\n[ \t].*)*", re.MULTILINE
)

Reader = Callable[[str], Source]


@dataclass(frozen=True, eq=False)
class Definition:
    """What a name means, and the text whose other names its body sees.

    Attributes:
        written: what it is, or where it stands in that text if it has not been read.
    """

    written: Let | Param | Span
    home: "Module"

    @functools.cached_property
    def item(self) -> Let | Param:
        """What it is."""
        if not isinstance(self.written, Span):
            return self.written
        source, span = self.home.source, self.written
        text = " " * span.start + source.text[span.start : span.end]  # with all that follows in its place
        (item,), errors = parse_figure(Source(source.name, text))
        raise_all(errors)
        assert isinstance(item, Let | Param)
        return item


@dataclass(frozen=True, eq=False)
class Module:
    """One text.

    Attributes:
        visible: the definitions that its expressions see, by name: its own, and those of what it uses.
    """

    source: Source
    statements: tuple[Statement, ...]
    visible: dict[str, Definition] = field(default_factory=dict)

    def error(self, message: str, span: Span, hint: str | None = None) -> ShapeError:
        return ShapeError(message, span, self.source, hint)


@dataclass(eq=False)
class Texts:
    """The text of a figure with all that it uses, and every mistake in names.

    Attributes:
        own: names that mean something here alone.
        used: the other texts, by their paths relative to the folder of the figure.
    """

    read: Reader | None
    limit: int
    own: frozenset[str] = frozenset()
    errors: list[ShapeError] = field(default_factory=list)
    used: dict[str, Source] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)

    def module(self, source: Source, path: str = "", way: tuple[str, ...] = ()) -> Module:
        """A text with everything that it uses, each read once; mistakes are added to the errors."""
        statements, errors = parse_figure(source, self.limit)
        self.errors.extend(errors)
        begun = frozenset(BEGUN.findall(source.text)) if errors else frozenset[str]()
        return self.joined(source, statements, path, way, begun)

    def joined(
        self,
        source: Source,
        statements: Iterable[Statement],
        path: str = "",
        way: tuple[str, ...] = (),
        begun: frozenset[str] = frozenset(),
    ) -> Module:
        """A text of which the statements are known, with everything that it uses.

        Args:
            begun: names whose definitions may be those that could not be read: they are not missed.
        """
        module = Module(source, tuple(statements))
        for item in module.statements:
            if isinstance(item, Setting) and item.word == "use":
                try:
                    self._use(module, item, path, (*way, path))
                except ShapeError as error:
                    self.errors.append(error)
        self.errors.extend(_mistakes(module, self.own | begun))
        return module

    def _use(self, module: Module, item: Setting, path: str, way: tuple[str, ...]) -> None:
        given = str(item.values[0])
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), given))
        if given.startswith("/") or "\\" in given or target.startswith(".."):
            hint = 'write use "parts/ear.shape", with / between folders'
            raise module.error("a figure uses files in its own folder, and below it", item.span, hint)
        if target in way:
            shown = " -> ".join((*(step for step in way if step), target))
            raise module.error(f"{target} uses itself: {shown}", item.span)
        if target not in self.modules:
            if len(self.used) >= MOST_USED:
                raise module.error(f"more than {MOST_USED} texts are used", item.span)
            self.modules[target] = self.module(self._source(module, item, target), target, way)
        for name, definition in self.modules[target].visible.items():
            known = module.visible.setdefault(name, definition)
            if known is not definition:
                places = f"{known.home.source.name} and in {definition.home.source.name}"
                hint = "give one of them another name"
                raise module.error(f"{name} is defined in {places}", item.span, hint)

    def _source(self, module: Module, item: Setting, target: str) -> Source:
        if self.read is None:
            message, hint = "only a figure in a file can use other files", "copy the definitions into it"
            raise module.error(message, item.span, hint)
        try:
            source = self.used[target] = self.read(target)
        except FileNotFoundError:
            hint = "it is looked for beside the file that uses it"
            raise module.error(f"there is no file {target}", item.span, hint) from None
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise module.error(f"cannot read {target}: {reason}", item.span) from None
        most = BYTES_PER_OPERATION * self.limit
        if sum(len(text.text) for text in self.used.values()) > most:
            message = f"the texts that are used are longer than the limit of {most:,} characters"
            raise module.error(message, item.span, "raise <limit_operations>")
        return source


def is_built_in(name: str) -> bool:
    """Whether a name means something by itself; nothing in the library has such a name."""
    return name in INPUTS or name in CONSTANTS or name in FUNCTIONS


@functools.cache
def library() -> Module:
    """The definitions of `grammars/prelude.shape`, which any figure may use or define anew.

    Each is read when it is needed, since to read all takes milliseconds.
    """
    return read_when_needed("grammars/prelude.shape")


def read_when_needed(path: str) -> Module:
    """A text of definitions that comes with the tool, of which each is read when somebody looks at it."""
    source = Source(path.rpartition("/")[2], shipped(path).read_text("utf-8"))
    module = Module(source, ())
    for match in DEFINED.finditer(source.text):
        module.visible[match[1]] = Definition(Span(*match.span()), module)
    return module


def bodies(item: Statement) -> list[Expression]:
    """Every expression of a statement, but for names that stand alone for a colour."""
    if isinstance(item, Setting):
        if item.word in HEADINGS and HEADINGS[item.word].named:
            return []
        named = item.word == "background" and isinstance(item.values[0], Name)
        return [] if named else [value for value in item.values if not isinstance(value, str)]
    if isinstance(item, Param):
        return [part for part in (item.default, item.low, item.high, item.step) if part]
    if isinstance(item, Draw):
        # a name alone may be that of a colour, or of a blend
        values = (value for style in item.styles for value in style.values if not isinstance(value, Name))
        return [item.body, *values, *item.bounds]
    return [item.body]


def _mistakes(module: Module, special: frozenset[str]) -> list[ShapeError]:
    """Fill in what a text defines itself, and look at every name in it, also where it is never called.

    Args:
        special: names that mean something here alone.
    """
    errors: list[ShapeError] = []
    settings: set[str] = set()
    for item in module.statements:
        if isinstance(item, Setting) and item.word != "use":
            if item.word in settings:
                errors.append(module.error(f"{item.word} is set twice", item.span, "keep one of them"))
            settings.add(item.word)
        elif isinstance(item, Let | Param):
            errors.extend(_define(module, item))
    needs: dict[str, dict[str, Name | Apply]] = {}
    for item in module.statements:
        own = {parameter.name for parameter in item.parameters} if isinstance(item, Let) else set()
        if isinstance(item, Draw):
            own = set(loop_names(module, item.loops, own, errors))
        used = names_used(module, bodies(item), {*own, *special, *variables(bodies(item), special)}, errors)
        if isinstance(item, Let | Param):
            needs.setdefault(item.name.name, {}).update(used)
    errors.extend(_cycles(module, needs))
    return errors


def _define(module: Module, item: Let | Param) -> Iterator[ShapeError]:
    name = item.name.name
    if is_built_in(name):
        what = "a coordinate" if name in "xy" else "the sharpness" if name == "n" else "built in"
        hint = (
            "write sharpness 50 to set it" if name == "n"
            else f"write draw {name} = ... for a curve, or choose another name" if name in "xy"
            else f"choose another name, such as {name}1"
        )  # fmt: skip
        yield module.error(f"{name} is {what} and cannot be defined", item.name.span, hint)
    elif name in module.visible:
        known = module.visible[name]
        line, _ = known.home.source.line_and_column(known.item.name.span.start)
        where = "" if known.home is module else f" of {known.home.source.name}"
        message = f"{name} is defined twice, first in line {line}{where}"
        yield module.error(message, item.name.span, "give one of them another name")
    else:
        module.visible[name] = Definition(item, module)
    if isinstance(item, Let) and item.folds and len(item.parameters) != 2:
        hint = f"write {name}(a, b, ..) = ..."
        yield module.error(f"{name} needs two parameters before ..", item.name.span, hint)
    parameters: set[str] = set()
    for parameter in item.parameters if isinstance(item, Let) else ():
        if parameter.name in parameters or parameter.name in INPUTS:
            taken = "is a parameter twice" if parameter.name in parameters else "cannot be a parameter"
            yield module.error(f"{parameter.name} {taken}", parameter.span)
        parameters.add(parameter.name)


def names_used(
    module: Module, expressions: Iterable[Expression], own: Collection[str], errors: list[ShapeError]
) -> dict[str, Name | Apply]:
    """The definitions that expressions need, and where they first do; unknown names are added to the errors.

    Args:
        own: names that they have besides.
    """
    used: dict[str, Name | Apply] = {}
    seen = set[int]()
    stack = [(body, own) for body in reversed([*expressions])]
    while stack:
        node, own = stack.pop()
        if id(node) in seen or isinstance(node, Number):
            continue
        seen.add(id(node))
        name = node.name if isinstance(node, Name) else node.op
        if isinstance(node, Apply):
            inner = {*own, *loop_names(module, node.loops, own, errors)} if node.loops else own
            stack.extend((arg, inner) for arg in reversed(node.args))
        if not name[:1].isalpha() or name in ("neg", "xor") or name in own:
            continue
        if name in module.visible:
            used.setdefault(name, node)
        elif not (is_built_in(name) or name in library().visible or _is_special(node, name)):
            errors.append(_unknown(module, node, name, own, len(errors)))
    return used


def loop_names(
    module: Module, loops: Iterable[Loop], own: Collection[str], errors: list[ShapeError]
) -> Iterator[str]:
    """The names that loops give values to; those that would hide something are added to the errors."""
    known = set(own)
    for name in (name for loop in loops for name in loop.names()):
        what = (
            "a coordinate" if name.name in ("x", "y") else "the sharpness" if name.name == "n"
            else "built in" if is_built_in(name.name) or name.name in FOLDS
            else "defined already" if name.name in module.visible
            else "a parameter or in a loop already" if name.name in known else None
        )  # fmt: skip
        if what:
            hint = "choose another name for the loop"
            errors.append(module.error(f"{name.name} is {what}", name.span, hint))
        known.add(name.name)
        yield name.name


def _is_special(node: Name | Apply, name: str) -> bool:
    """Whether a name that nothing defines means something: a call of many, a coordinate, or a colour."""
    if isinstance(node, Name):
        return name in COORDINATES or name in colour_names()
    return name in FOLDS or name in CALLS or is_colour_map(name)


def is_colour_map(name: str) -> bool:
    """Whether a function that nothing defines is a colour map."""
    from shapecli.base.colourmaps import knows  # which takes time

    return knows(name)


def colour_meant(written: str, own: Collection[str]) -> str | None:
    """What is said of a name or a text that is no colour, if it is something else."""
    text = written.strip('"')
    if is_colour_map(text):
        return f"{text} is a colour map: write {text}(y), where y may be any number from 0 to 1"
    if text != written and (text in own or text in library().visible):
        return f"write {text} without quotes"
    return None


def variables(expressions: Iterable[Expression], special: Collection[str]) -> Iterator[str]:
    """The variables of special calls, which are their second arguments."""
    for node in (part for body in expressions if special for part in syntax.walk(body, once=True)):
        if isinstance(node, Apply) and node.op in special:
            yield from (arg.name for arg in node.args[1:2] if isinstance(arg, Name))


def _unknown(module: Module, node: Name | Apply, name: str, own: Iterable[str], before: int) -> ShapeError:
    what, span = ("function", node.op_span) if isinstance(node, Apply) else ("name", node.span)
    if name in ("inf", "nan", "infinity", "NaN"):
        return module.error(f"unknown name {name}", span, "numbers here are finite")
    if before > MOST_SHOWN:  # it will not be read, and looking for likely names takes time
        return module.error(f"unknown name {name[:LONGEST_NAME_SHOWN]}", span)
    if elsewhere := ELSEWHERE.get(name):
        return module.error(f"unknown {what} {name}", span, elsewhere)
    if isinstance(node, Name) and (name in FOLDS or name in CALLS):
        return module.error(f"unknown name {name}", span, f"{name} is a function: write {name}(...)")
    if len(name) == 1 and isinstance(node, Name):
        return module.error(f"unknown name {name}", span, f"define it: {name} = 2, or for {name} in 1..9")
    known = [
        *own,
        *module.visible,
        *FUNCTIONS,
        *CONSTANTS,
        *INPUTS,
        *FOLDS,
        *CALLS,
        *WORDS,
        *library().visible,
    ]
    if all(letter in known for letter in name) and 1 < len(name) < 5:
        hint: str | None = f"write {'*'.join(name)} for a product"
    else:
        hint = likely_hint(name[:LONGEST_NAME_SHOWN], known, least=0.5)
    return module.error(f"unknown {what} {name[:LONGEST_NAME_SHOWN]}", span, hint)


def _cycles(module: Module, needs: Mapping[str, Mapping[str, Name | Apply]]) -> Iterator[ShapeError]:
    """The first definition that needs itself, with the way round."""
    finished: set[str] = set()
    for start in needs:
        path: dict[str, None] = {}  # a set that keeps its order
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                del path[name]
                finished.add(name)
            elif name in path:
                way = [*path, name]
                cycle = way[way.index(name) :]
                node = needs[cycle[-2]][name]
                span = node.op_span if isinstance(node, Apply) else node.span
                shown = cycle if len(cycle) <= 12 else [*cycle[:6], "...", *cycle[-5:]]
                message = f"{name} is defined by itself: {' -> '.join(shown)}"
                yield module.error(message, span, "a definition cannot need itself")
                return
            elif name not in finished:
                path[name] = None
                stack.append((name, True))
                stack.extend((other, False) for other in needs.get(name, ()))
