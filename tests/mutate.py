"""Whether the tests would notice: one small change to a room at a time, and the tests that should fail.

    python -m tests.mutate drawing --count 15 --seed 7

Neither mutmut nor cosmic-ray takes a sample of one room or runs that room's own tests first, and mutmut
rewrites functions as Numba cannot compile them; hence this short one.  Messages, types and pure speed are
left alone.  A survivor may still be a change that nobody could see, which a reader of the list decides.
"""

import argparse
import ast
import copy
import difflib
import importlib.util
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.test_rooms import ROOMS, room_of

ROOT = Path(__file__).parent.parent
SPARE = 60.0  # seconds that tests may take beside twice what they usually take
LAST = ("laws", "golden", "commands")  # tests of everything, after those of the rooms
SWAPS: dict[type[ast.AST], Any] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNSEEN = {"strict", "help", "hint", "metavar", "frozen", "slots", "maxsize"}  # keywords that no picture shows
SPEED = {
    "BLOCK", "BOX_COST", "CHUNK", "COSTLY", "FEW_LAYERS", "FIRST_SLICE", "HUGE", "LONG", "LONG_TAPE",
    "MOST_ROWS", "MUCH", "PATIENCE", "PAUSE", "PIECE", "SLACK", "SLICE", "SPARE", "STRIP", "TILE", "WIDE",
    "WORTHWHILE",
}  # fmt: skip
COMPILED = ("shapecli/fields", "shapecli/engine")  # where a change is one of machine code


@dataclass(frozen=True)
class Mutation:
    """A file with one small change.

    Attributes:
        file: within the repository.
        changed: the whole text.
    """

    file: Path
    line: int
    text: str
    changed: str

    @property
    def diff(self) -> str:
        """What is other."""
        old, new = (text.splitlines() for text in (self.text, self.changed))
        lines = list(difflib.unified_diff(old, new, lineterm="", n=0))[3:]
        return "\n".join(f"    {line}" for line in lines)

    @property
    def is_code(self) -> bool:
        """Whether it can be written so: a text within a text may not be."""
        try:
            ast.parse(self.changed)
        except SyntaxError:
            return False
        return True


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node in which a change could be seen."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        if isinstance(node, ast.Call) and name == "keywords":
            value = [word for word in value if word.arg not in UNSEEN]
        yield from (
            item for item in (value if isinstance(value, list) else [value]) if isinstance(item, ast.AST)
        )


def skipped(node: ast.AST) -> bool:
    """Messages, types, and constants of pure speed."""
    if isinstance(node, (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.FunctionDef):
        return node.name == "__repr__"
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = target.id if isinstance(target, ast.Name) else ""
        return name in SPEED or (name[:1].isupper() and not name.isupper())  # the latter is a type
    return False


def others(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node."""
    match node:
        case ast.Compare(left, operators, right):
            for place, operator in enumerate(operators):
                swapped = SWAPS[type(operator)]()
                yield ast.Compare(left, [*operators[:place], swapped, *operators[place + 1 :]], right)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(SWAPS[type(operator)](), values)
        case ast.BinOp(left, operator, right) if type(operator) in SWAPS:
            yield ast.BinOp(left, SWAPS[type(operator)](), right)
        case ast.AugAssign(target, operator, value) if type(operator) in SWAPS:
            yield ast.AugAssign(target, SWAPS[type(operator)](), value)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as number):
            yield from (ast.Constant(number + step) for step in (1, -1) if number + step != number)
        case ast.Subscript(value, ast.Constant(0 | 1 as place), context):
            yield ast.Subscript(value, ast.Constant(1 - place), context)
        case ast.Name(name, ast.Load() as context) if name in NAMES:
            yield ast.Name(NAMES[name], context)
        case ast.Return(ast.expr() as value):
            yield ast.Expr(value)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)
        case _:
            return


def mutations(file: Path) -> Iterator[Callable[[], Mutation]]:
    """Every small change of a file of the repository."""
    text = (ROOT / file).read_text("utf-8")
    lines = text.encode().splitlines(keepends=True)

    def changed(place: ast.expr | ast.stmt, old: ast.AST, new: ast.AST) -> Mutation:
        assert place.end_lineno is not None
        assert place.end_col_offset is not None
        start = sum(map(len, lines[: place.lineno - 1])) + place.col_offset
        end = sum(map(len, lines[: place.end_lineno - 1])) + place.end_col_offset
        code = ast.unparse(copy.deepcopy(place, {id(old): new}))
        code = code if isinstance(place, ast.stmt) else f"({code})"
        whole = b"".join(lines)
        return Mutation(file, place.lineno, text, (whole[:start] + code.encode() + whole[end:]).decode())

    waiting: list[tuple[ast.AST, ast.expr | None]] = [(ast.parse(text), None)]
    while waiting:
        node, within = waiting.pop()
        if skipped(node):
            continue
        within = within or (node if isinstance(node, ast.JoinedStr) else None)  # whose insides have no places
        waiting.extend((part, within) for part in parts(node))
        if isinstance(node, (ast.expr, ast.stmt)):
            yield from (partial(changed, within or node, node, other) for other in others(node))
        tests = [node.test] if isinstance(node, (ast.If, ast.While)) else getattr(node, "ifs", [])
        yield from (partial(changed, within or test, test, ast.UnaryOp(ast.Not(), test)) for test in tests)


def chosen(room: str, count: int, seed: int) -> Iterator[Mutation]:
    """A sample of a room, such as drawing or engine.kernels, or of one file of it."""
    place = ROOT / "shapecli" / room.replace(".", "/")
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    every = [change for file in files for change in mutations(file.relative_to(ROOT))]
    random.Random(seed).shuffle(every)  # noqa: S311 - which lines, no secret
    return itertools.islice((change for change in (one() for one in every) if change.is_code), count)


def tests_of(room: str) -> list[str]:
    """Tests of a room, then those of the rooms that import it, then those of everything."""
    home = room_of(room)
    users = [name for name in ROOMS if any(f"shapecli.{home}" in text for text in texts_of(name))]
    rooms = [name for name in dict.fromkeys((home, *users)) if name not in LAST]
    folders = [f"tests/{name.replace('.', '/')}" for name in (*rooms, *LAST)]
    return [folder for folder in folders if (ROOT / folder).is_dir()]


def texts_of(room: str) -> Iterator[str]:
    """The files of a room."""
    place = ROOT / "shapecli" / room.replace(".", "/")
    files = place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]
    return (file.read_text("utf-8") for file in files)


@dataclass(frozen=True)
class Copy:
    """A copy of the repository in a folder of its own."""

    folder: Path

    @property
    def repository(self) -> Path:
        """Where the files are."""
        return self.folder / "repository"

    @property
    def kernels(self) -> Path:
        """What is compiled of them without a change."""
        return self.folder / "kernels"

    def fill(self) -> None:
        """As it is now, with what is not yet committed."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (self.repository / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self.repository / name)
        self.kernels.mkdir(mode=0o700)
        check = f"import os, shapecli; assert shapecli.__file__.startswith({str(self.repository)!r})"
        fill = "from shapecli.engine.machine import machine; machine()"
        keep = f"os.environ['SHAPECLI_CACHE_DIR'] = {str(self.kernels)!r}"
        assert self.run("-c", f"{check}; {keep}; {fill}") == 0, "the copy is not what is imported"

    def run(self, *arguments: str, patience: float | None = None, cold: bool = False) -> int | None:
        """The exit code of a Python in the copy; None if it takes too long.

        Args:
            patience: seconds.
            cold: without what was compiled before.
        """
        with tempfile.TemporaryDirectory(dir=self.folder) as own:
            if not cold:
                shutil.copytree(self.kernels, f"{own}/kernels", dirs_exist_ok=True)
            paths = {
                "PYTHONPATH": str(self.repository),
                "SHAPECLI_CACHE_DIR": f"{own}/kernels",
                "TMPDIR": own,
            }
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=self.repository, env={**os.environ, **paths},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
            try:
                return process.wait(patience)
            except subprocess.TimeoutExpired:
                return None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # and what it started
                process.wait()

    def test(
        self, tests: list[str], change: Mutation | None = None, patience: float | None = None
    ) -> int | None:
        """How tests end; the first that fails ends them."""
        cold = change is not None and str(change.file).startswith(COMPILED)
        if change:
            self.put(change.file, change.changed)
        options = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n0")
        ended = self.run(*options, *tests, patience=patience, cold=cold)
        if change:
            self.put(change.file, change.text)
        return ended

    def put(self, file: Path, text: str) -> None:
        """Another text in a file, of which no older bytecode is left to be taken for it."""
        (self.repository / file).write_text(text, "utf-8")
        Path(importlib.util.cache_from_source(str(self.repository / file))).unlink(missing_ok=True)


def main() -> None:
    """Try a sample, and tell what nobody noticed."""
    parser = argparse.ArgumentParser(prog="mutate", description=__doc__)
    parser.add_argument("room", help="drawing, engine.kernels, commands.export ...")
    parser.add_argument("--count", type=int, default=15)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    tests, say = tests_of(options.room), sys.stdout.write
    say(f"{options.room}, seed {options.seed}, against {' '.join(tests)}\n")
    with tempfile.TemporaryDirectory() as folder:
        repository = Copy(Path(folder).resolve())
        repository.fill()
        began = time.monotonic()
        if repository.test(tests):
            sys.exit("tests fail without any change")
        patience = 2 * (time.monotonic() - began) + SPARE
        found = tried = 0
        for change in chosen(options.room, options.count, options.seed):
            ended = repository.test(tests, change, patience)
            tried, found = tried + 1, found + (ended != 0)
            how = {0: f"SURVIVED\n{change.diff}", None: "found: endless"}.get(ended, "found")
            say(f"{tried:3} {change.file}:{change.line} {how}\n")
            sys.stdout.flush()
    say(f"{found} of {tried} found, {found / max(1, tried):.0%}\n")


if __name__ == "__main__":
    main()
