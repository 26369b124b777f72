"""Pages from templates: everything that comes from a figure is escaped, and nothing in it is invisible."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shapecli.base.source import visible, visible_lines

if TYPE_CHECKING:
    from jinja2 import Environment

# What Markdown reads in its own way, beside what HTML does: marks, but _ inside of a word; # at the end of a
# title; and what makes a link of an address.
MARKDOWN: Final = re.compile(r"[\\`*\[\]~$|@]|(?<![^\W_])_|_(?![^\W_])|#(?=#*$)|:(?=//)|(?<=www)\.")


def filled(template: Path, **values: Any) -> str:
    """The text of a template, with values in it."""
    return _environment(template.parent).get_template(template.name).render(**values)


@cache
def _environment(folder: Path) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["markdown"] = markdown
    return environment


def _shown(value: Any) -> Any:
    """What a page shows of a value that is no markup."""
    return visible_lines(value) if type(value) is str else value


def markdown(text: str) -> Any:
    """A line of text that is text in Markdown, and in HTML inside of it."""
    from markupsafe import escape

    return safe(MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", str(escape(visible(text)))))


def policy(*rules: str) -> str:
    """What a page may do: only what these rules of a content security policy say."""
    return "; ".join(("default-src 'none'", *rules, "base-uri 'none'", "form-action 'none'"))


def fingerprint(text: str) -> str:
    """What a content security policy calls a script or a style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def safe(markup: str) -> Any:
    """Markup that is put into a page as it is."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704 - of our own making, with escaped names
