"""Settings are known wherever they must be: to the command line, pictures and galleries."""

from dataclasses import fields

from shapecli.commands.options import OPTIONS, picture_options
from shapecli.drawing.embedded import KEPT
from shapecli.drawing.settings import Settings
from shapecli.gallery import plan

NAMES = {field.name for field in fields(Settings)}
OF_WHO_DRAWS = {"threads", "limit_pixels", "limit_work"}  # and not of the picture
APART = {"size", "window", "sharpness", "parameters"}  # kept by pictures in texts of their own


def test_every_setting_is_kept_by_pictures_or_belongs_to_who_draws() -> None:
    """A new setting that a picture forgot would not draw the same bytes again."""
    assert set(KEPT) | APART | OF_WHO_DRAWS == NAMES


def test_galleries_can_write_every_option() -> None:
    """The exact command of a picture has any option that can be given."""

    @picture_options
    def command() -> None:
        """Nothing."""

    options = {option.name: option.opts for option in getattr(command, "__click_params__", [])}
    assert len(options) == len(OPTIONS)
    assert set(plan.OPTIONS) == NAMES - {"parameters", "threads"}
    for name, flag in plan.OPTIONS.items():
        assert flag in options[name]
