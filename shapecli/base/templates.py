"""Pages from templates: everything that comes from a figure is escaped."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def filled(template: Path, **values: Any) -> str:
    """The text of a template, with values in it."""
    return _environment(template.parent).get_template(template.name).render(**values)


@cache
def _environment(folder: Path) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def safe(markup: str) -> Any:
    """Markup that is put into a page as it is."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704 - of our own making, with escaped names
