"""The command `shapecli`: its subcommands, and how every run ends."""

import contextlib
import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Any, Final

import click

import shapecli
from shapecli.base.interrupts import Terminated, signals
from shapecli.base.source import ShapeError, visible, visible_lines
from shapecli.drawing.settings import spelled

DONE, FAULT, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143

GARBAGE: Final = (200_000, 50, 50)  # graphs are large, and what has cycles is small: look for it seldom

HINTS: Final = {
    errno.ENOSPC: "make room, or write to another place with -o",
    errno.EIO: "is there room? write to another place with -o",
    errno.EFBIG: "choose a smaller --size, or write to another place with -o",
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "write to another place with -o"),
}

COMMANDS: Final = (
    "render", "show", "animate", "morph", "gallery", "lesson", "explain", "export", "page", "check", "import",
    "text", "cache",
)  # fmt: skip
MODULES: Final = {"morph": "animate", "import": "import_"}  # of those that are in a file of another name

HELP: Final = """Draw with inequalities.

A figure is a set expression over inequalities, such as ((A & B) | C) & ~D,
and becomes one inequality.  Try

\b
    shapecli render -e 'x^2 + y^2 <= 1' -o disc.png
    shapecli render figure.shape
    shapecli show figure.shape
    shapecli animate figure.shape --sweep n=2..80
    shapecli gallery examples -o pictures
    shapecli check figure.shape
    shapecli explain figure.shape --at 0.5,1
    shapecli export figure.shape --to desmos
    shapecli import desmos.txt -o figure.shape
    shapecli text HELLO
    shapecli page figure.shape
    shapecli lesson circle-to-square

Exit codes: 0 done; 1 the figure or the rendering is at fault; 2 the command
line is; 130 interrupted; 143 terminated.
"""


class Ended(BaseException):
    """An ending that Click would treat in its own way; the cause is what happened."""


class Shapes(click.Group):
    """A group that imports a command when it is asked for, and whose endings are all left to `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"shapecli.commands.{MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as cause:
            raise Ended from cause


@click.group(cls=Shapes, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(shapecli.__version__, prog_name="shapecli")
def shapes() -> None:
    """The group of all commands."""


@signals.listening()
def run(arguments: Sequence[str] | None = None) -> int:
    """One command from start to end; every mistake becomes one message on stderr.

    Returns:
        The exit code.
    """
    gc.set_threshold(*GARBAGE)
    try:
        code: int | None = shapes.main(arguments, prog_name="shapecli", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code or DONE
    except Ended as end:
        if isinstance(end.__cause__, KeyboardInterrupt):
            return _say("interrupted", INTERRUPTED)
        _abandon_stdout()
        return _say("error: whoever read the output went away", FAULT)
    except click.exceptions.NoArgsIsHelpError as problem:
        return _say(problem.format_message(), USAGE)
    except click.ClickException as problem:
        return _say(_usage(problem), USAGE)
    except ShapeError as problem:
        return _say(str(spelled(problem)), USAGE if problem.option else FAULT)
    except OSError as problem:
        _abandon_stdout()
        return _say(f"error: {_reason(problem)}", FAULT)
    except MemoryError:
        return _say("error: not enough memory\n  hint: choose a smaller --size", FAULT)
    except (KeyboardInterrupt, click.Abort):  # before a command began, or after it ended
        return _say("interrupted", INTERRUPTED)
    except Terminated:
        return _say("terminated", TERMINATED)


def _usage(problem: click.ClickException) -> str:
    message = problem.format_message().rstrip(".")
    context = getattr(problem, "ctx", None)
    path = context.command_path if context else "shapecli"
    return f"error: {message[:1].lower()}{message[1:]}\n  hint: see {path} --help"


def _reason(problem: OSError) -> str:
    text = problem.strerror or str(problem)
    hint = HINTS.get(problem.errno or 0)
    text = f"{visible(str(problem.filename))}: {text}" if problem.filename else text
    return f"{text}\n  hint: {hint}" if hint else text


def _say(message: str, code: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        click.echo(visible_lines(message), err=True)
    return code


def _abandon_stdout() -> None:
    """Keep Python from complaining at exit that it cannot flush a closed stdout."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
