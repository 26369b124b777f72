"""What a command is asked for, with the options that all commands have in one value."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.base.source import decode, visible, visible_lines
from shapecli.commands.inputs import STDIN, read_figure
from shapecli.commands.output import STDOUT, check_target, opened
from shapecli.drawing.settings import ABOUT, Settings

if TYPE_CHECKING:
    from shapecli.base.entries import Order, Outcome
    from shapecli.commands.inputs import Input
    from shapecli.drawing.drawing import Drawing

UNNAMED: Final = "figure"
PATIENCE: Final = 2.0  # seconds before a progress bar appears


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes:
        figure, expression: what is drawn: a file, - for stdin; or a text.
        settings: those that the command line gives; all others are left to the figure.
        started: when the command began, as `time.perf_counter` has it.
    """

    figure: str | None = None
    expression: str | None = None
    output: str | None = None
    force: bool = True
    as_json: bool = False
    quiet: bool = False
    limit_operations: int = LIMIT_OPERATIONS
    settings: Mapping[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    @property
    def name(self) -> str:
        """Of the figure's file, without its ending."""
        return Path(self.figure).stem if self.figure and self.figure != STDIN else UNNAMED

    def again(self) -> "Request":
        """As if it were asked for now."""
        return replace(self, started=time.perf_counter())

    @property
    def seconds(self) -> float:
        """How long the command has been running."""
        return time.perf_counter() - self.started

    def say(self, text: str) -> None:
        """Tell something on stderr, unless nothing is to be told."""
        if not self.quiet:
            with suppress(OSError):  # nobody may be listening
                click.echo(visible_lines(text), err=True)

    def say_unseen(self, drawing: "Drawing") -> None:
        """Tell that there is nothing to see in a picture, and where there is something."""
        if self.quiet:
            return
        from shapecli.drawing.framing import elsewhere
        from shapecli.fields.extent import FAR

        here, other = drawing.view.window, elsewhere(drawing)
        text = f"nothing of the figure is inside the window {', '.join(f'{end:.12g}' for end in here.extent)}"
        if other is None:
            text += f", and nothing is within {FAR:,.0f} of the origin"
        elif other != here:
            text += f"\n  hint: write --window {','.join(f'{end:.12g}' for end in other.extent)}"
        self.say(f"note: {text}")

    @contextmanager
    def progress(self, label: str = "drawing") -> Iterator[Callable[[float], None]]:
        """A bar on a terminal, for work that takes a while."""
        if self.quiet or sys.stderr is None or not sys.stderr.isatty():
            yield lambda _: None
            return
        began = time.perf_counter()
        bar: Any = click.progressbar(length=1000, label=label, file=sys.stderr)
        appeared = False
        with ExitStack() as stack:

            def advance(share: float) -> None:
                nonlocal appeared
                if not appeared and time.perf_counter() - began > PATIENCE:
                    appeared = True
                    stack.enter_context(bar)
                if appeared:
                    bar.update(round(1000 * share) - bar.pos)

            yield advance

    def target(
        self, formats: Sequence[str], form: str | None = None, *, is_text: bool = False
    ) -> tuple[str, str]:
        """Where to write, and in which of some formats; refused before any work if it cannot be written.

        Args:
            formats: the first is the usual one.
            form: what is asked for instead of what the ending says.
            is_text: it may go to a terminal.
        """
        target, form = self._target(formats, form)
        check_target(target, self.figure, self.force, self.as_json, is_text=is_text)
        return target, form

    def _target(self, formats: Sequence[str], form: str | None) -> tuple[str, str]:
        output = self.output
        if output is None:
            form = form or formats[0]
            return f"{self.name}.{form}", form
        if not output:
            raise click.UsageError("the name of the output is empty")
        ending = Path(output).suffix.lower().removeprefix(".")
        if form or ending in formats:
            return output, form or ending
        if output == STDOUT:
            return output, formats[0]
        known, name = ", ".join(f".{ending}" for ending in formats), visible(output)
        if Path(output).is_dir():
            raise click.UsageError(f"{name} is a folder: give the name of a file in it")
        what = f"the ending of {name} is unknown" if ending else f"{name} has no ending"
        raise click.UsageError(f"{what}: use one of {known}, or --format")

    def write(self, target: str, text: str, more: str = "") -> None:
        """Write a text, and tell where it is, with more about it, unless it went to stdout."""
        with opened(target) as stream:
            stream.write(text.encode("utf-8", "replace"))
        if target != STDOUT:
            self.say(f"wrote {visible(target)}{more}")

    def read(self) -> "Input":
        """The figure, and the settings that it was drawn with if it is a picture.

        Raises:
            ShapeError: it has a mistake.
        """
        if self.expression is None:
            return read_figure(self.figure or STDIN, self.limit_operations)
        from shapecli.language.resolve import read_expression

        source = decode("-e", self.expression.encode("utf-8", "surrogatepass"))
        return read_expression(source, self.limit_operations), Settings()

    def applied(self, settings: Settings) -> Settings:
        """Settings with those that the command line gives in their place."""
        parameters = {**settings.parameters, **self.settings.get("parameters", {})}
        return replace(settings, **{**self.settings, "parameters": parameters})

    def drawing(self) -> "Drawing":
        """The figure resolved; see `drawing_of`."""
        from shapecli.drawing.drawing import drawing_of

        figure, settings = self.read()
        return drawing_of(figure, self.applied(settings))

    def order(self, title: str, again: bool, progress: Callable[[float], None]) -> "Order":
        """What is asked for where the command makes a folder of pages."""
        from shapecli.base.entries import Order

        return Order(title, again, self.limit_operations, self.say, progress)

    def tell(
        self, outcome: "Outcome[Any]", done: str, failed: str, output: str, about: str = "", **more: Any
    ) -> None:
        """Say what a run did with a folder of pages, and report it if that is asked for.

        Args:
            done, failed: what is said of those that were made, and of those with problems.
            about: what else is said.
            more: what else is reported.

        Raises:
            click.exceptions.Exit: there were problems, which are told before.
        """
        import shlex

        seconds, problems = self.seconds, outcome.problems
        if self.as_json:
            made = {done: outcome.made, "kept": outcome.kept, "problems": problems}
            click.echo(json.dumps({"output": output, **made, **more, "seconds": round(seconds, 3)}))
        bad = f", {len(problems)} {failed}" if problems else ""
        self.say(
            f"{len(outcome.made)} {done}, {len(outcome.kept)} as they were{bad}{about}, {seconds:.1f} s: "
            f"{visible(shlex.quote(str(Path(output) / 'index.html')))}"
        )
        if problems:
            raise click.exceptions.Exit(1)


def requested(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with what all commands have as one Request, and its own options beside it."""
    shared = {item.name for item in fields(Request)}

    @wraps(command)
    def asked(**options: Any) -> Any:
        if "expression" in options and (options["figure"] is None) == (options["expression"] is None):
            both = ", not both" if options["figure"] else ""
            raise click.UsageError(f"give a FIGURE file, or an expression with -e{both}")
        settings = {name: options.pop(name) for name in ABOUT if name in options}
        mine = {name: options.pop(name) for name in shared if name in options}
        source_of = click.get_current_context().get_parameter_source
        given = {  # what the command line gives, in its own units
            name: value * ABOUT[name].unit if ABOUT[name].unit != 1 else value
            for name, value in settings.items()
            if value is not None and source_of(name) is not ParameterSource.DEFAULT
        }
        if "parameters" in given:
            given["parameters"] = dict(given["parameters"])
        return command(Request(**mine, settings=given), **options)

    return asked
