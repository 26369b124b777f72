"""Options that several commands have: all settings, by their table, and what else is the same everywhere."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

import click

from shapecli.base.defaults import LIMIT_OPERATIONS
from shapecli.commands.inputs import ASSIGNMENT, SIZE, number, numbers
from shapecli.drawing.settings import ABOUT, Settings, flags_of, types_of, undone_by

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

TYPES: Final = {"size": SIZE, "window": numbers("x0,x1,y0,y1"), "parameters": ASSIGNMENT}


def together(*decorators: Decorator) -> Decorator:
    """Several decorators as one, the first on the outside."""

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorated


class LateHelp(click.Option):
    """An option whose help is put together when it is asked for."""

    def __init__(self, *arguments: Any, about: Callable[[], str], **others: Any) -> None:
        super().__init__(*arguments, **others)
        self.about = about

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = self.about()
        return super().get_help_record(ctx)


def _of_setting(name: str, default: Any) -> Decorator:
    about, kinds = ABOUT[name], types_of(name)
    options: dict[str, Any] = {"metavar": about.metavar}
    options |= {"help": about.help} if isinstance(about.help, str) else {"about": about.help, "cls": LateHelp}
    if kinds == (bool,):
        options |= {"is_flag": True, "default": default}
    elif name == "parameters":
        options["multiple"] = True
    elif default is not None:
        options |= {"default": default / about.unit if about.unit != 1 else default, "show_default": True}
    if name in TYPES:
        options["type"] = TYPES[name]
    elif about.choices:
        options["type"] = click.Choice(about.choices)
    elif float in kinds:
        options["type"] = number(about.above)
    elif int in kinds:
        options["type"] = click.IntRange(about.low, about.high)
    flags = flags_of(name)
    if undo := undone_by(name):
        flags = (*flags[:-1], f"{flags[-1]}/{undo}")
    return click.option(*flags, name, **options)


def usual(flag: str, default: Any, help: str, **others: Any) -> Decorator:  # noqa: A002
    """An option whose help shows what is usual."""
    return click.option(flag, default=default, show_default=True, help=help, **others)


limit_operations: Final = usual(
    "--limit-operations", LIMIT_OPERATIONS, "Refuse larger figures.", type=click.IntRange(1), metavar="N"
)


def settings(*names: str) -> Decorator:
    """A decorator that gives a command some settings, all if none is named, and the limit on figures."""
    shown = [
        _of_setting(item.name, item.default) for item in fields(Settings) if item.name in (names or ABOUT)
    ]
    shown.insert(-1 if not names or "limit_work" in names else len(shown), limit_operations)
    return together(*shown)


def figure(help: str) -> Decorator:  # noqa: A002
    """FIGURE, or -e with an expression."""
    return together(
        click.argument("figure", required=False),
        click.option("-e", "--expression", metavar="EXPR", help=help),
    )


def output(help: str, metavar: str = "FILE", **others: Any) -> Decorator:  # noqa: A002
    """-o with a file, or a folder."""
    return click.option("-o", "--output", metavar=metavar, help=help, **others)


def overwriting(metavar: str) -> Decorator:
    """--force and --no-force."""
    words = f"Overwrite an existing {metavar}, the default, or refuse to."
    return click.option("--force/--no-force", default=True, help=words)


force: Final = overwriting("FILE")


def report(help: str) -> Decorator:  # noqa: A002
    """--json, for what other programs read."""
    return click.option("--json", "as_json", is_flag=True, help=help)


def quiet(help: str = "Say nothing unless something is wrong.") -> Decorator:  # noqa: A002
    """-q."""
    return click.option("-q", "--quiet", is_flag=True, help=help)
