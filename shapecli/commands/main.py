"""The command `shapecli`: its subcommands, and how every run ends."""

import _thread
import contextlib
import errno
import gc
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import FrameType
from typing import Any, Final

import click

import shapecli
from shapecli.language.source import ShapeError, visible

DONE, FAULT, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143

GARBAGE: Final = (200_000, 50, 50)  # graphs are large and have no cycles: look for some seldom

HINTS: Final = {
    errno.ENOSPC: "make room, or write to another place with -o",
    errno.EIO: "is there room? write to another place with -o",
    errno.EFBIG: "choose a smaller --size, or write to another place with -o",
    errno.EACCES: "write to another place with -o",
    errno.EPERM: "write to another place with -o",
    errno.EROFS: "write to another place with -o",
}

COMMANDS: Final = {
    "render": "shapecli.commands.render",
    "show": "shapecli.commands.show",
    "animate": "shapecli.commands.animate",
    "morph": "shapecli.commands.animate",
    "gallery": "shapecli.commands.gallery",
    "explain": "shapecli.commands.explain",
    "export": "shapecli.commands.export",
    "page": "shapecli.commands.page",
    "check": "shapecli.commands.check",
    "import": "shapecli.commands.import_",
    "cache": "shapecli.commands.cache",
}

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
    shapecli page figure.shape

Exit codes: 0 done; 1 the figure or the rendering is at fault; 2 the command
line is; 130 interrupted; 143 terminated.
"""


class Terminated(BaseException):
    """SIGTERM, as an exception, so that half-written files are removed."""


class Signals:
    """SIGINT and SIGTERM as exceptions: once, however often they come while all is being tidied up."""

    PAUSE: Final = 1.0  # seconds in which a further signal says nothing new

    def __init__(self) -> None:
        self._raised = -math.inf

    def listen(self) -> None:
        with contextlib.suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGTERM, self._receive)
            if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as it is in the background
                signal.signal(signal.SIGINT, self._receive)
            sys.unraisablehook = self._again

    def ignore(self) -> None:
        """From here on the end is near, and nothing may make it untidy."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._raised > self.PAUSE:
            self._raised = now
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    def _again(self, lost: "sys.UnraisableHookArgs") -> None:
        """What arrived where exceptions are dropped, as in a callback of LLVM's, comes again."""
        if not issubclass(lost.exc_type, KeyboardInterrupt | Terminated):
            if time.monotonic() - self._raised > self.PAUSE:  # else it is a consequence
                sys.__unraisablehook__(lost)
            return
        self._raised = -math.inf
        number = signal.SIGINT if issubclass(lost.exc_type, KeyboardInterrupt) else signal.SIGTERM
        again = threading.Timer(0.05, _thread.interrupt_main, (number,))
        again.daemon = True
        again.start()


signals = Signals()


class Ended(BaseException):
    """An ending that Click would treat in its own way; the cause is what happened."""


class Shapes(click.Group):
    """A group that imports a command when it is asked for, and whose endings are all left to `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name])
        found: click.Command = getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as cause:
            raise Ended from cause


@click.group(cls=Shapes, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(shapecli.__version__, prog_name="shapecli")
def shapes() -> None:
    """The group of all commands."""


def run(arguments: Sequence[str] | None = None) -> int:
    """One command from start to end; every mistake becomes one message on stderr.

    Returns:
        The exit code.
    """
    signals.listen()
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
        return _say(str(problem), USAGE if problem.option else FAULT)
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
        click.echo("\n".join(map(visible, message.split("\n"))), err=True)
    return code


def _abandon_stdout() -> None:
    """Keep Python from complaining at exit that it cannot flush a closed stdout."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
