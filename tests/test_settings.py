"""Settings are known wherever they must be, from one table."""

from dataclasses import fields

import click
import pytest

from shapecli.commands import options
from shapecli.commands.main import COMMANDS, shapes
from shapecli.drawing.embedded import KEPT
from shapecli.drawing.settings import ABOUT, Settings, flags_of

NAMES = {field.name for field in fields(Settings)}
OF_WHO_DRAWS = {"threads", "limit_pixels", "limit_work"}  # and not of the picture
APART = {"size", "window", "sharpness", "parameters"}  # kept by pictures in texts of their own


def test_every_setting_is_kept_by_pictures_or_belongs_to_who_draws() -> None:
    """A new setting that a picture forgot would not draw the same bytes again."""
    assert set(KEPT) | APART | OF_WHO_DRAWS == NAMES == set(ABOUT)


def test_every_setting_is_an_option() -> None:
    """The flags of the table are those of the commands; the shortest stands in the commands of galleries."""

    @options.settings()
    def command() -> None:
        """Nothing."""

    flags = {option.name: option.opts for option in getattr(command, "__click_params__", [])}
    assert set(flags) == NAMES | {"limit_operations"}
    assert all(flags[name] == list(flags_of(name)) for name in NAMES)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("check", "cache", "import")])
def test_no_command_has_a_setting_of_its_own(name: str) -> None:
    """An option that is called like a setting is the setting, with its flags."""
    command = shapes.get_command(click.Context(shapes), name)
    assert command
    options = {option.name: option.opts for option in command.params if option.name in NAMES}
    assert options
    assert all(opts == list(flags_of(str(option))) for option, opts in options.items())


def test_settings_are_documented() -> None:
    """In Python as on the command line."""
    assert all(f"\n    {name}: " in str(Settings.__doc__) for name in NAMES)
