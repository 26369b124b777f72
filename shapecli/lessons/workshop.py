"""What fences are built with: limits, the texts that they share, and a place for files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from shapecli.base import templates
from shapecli.base.defaults import LIMIT_OPERATIONS, LIMIT_WORK
from shapecli.base.folder import Folder
from shapecli.base.source import ShapeError, Source
from shapecli.claims.parse import statements_alone
from shapecli.drawing.settings import ABOUT
from shapecli.lessons.document import inline_html
from shapecli.lessons.fences import SHAPE, Fence

TEMPLATES: Final = Path(__file__).parent / "templates"
FOLDER: Final = "files"  # of the pictures and the live figures of a site
DIGITS: Final = 20  # of a hash, of which their names are made


@dataclass(frozen=True, eq=False)
class Workshop:
    """Where the fences of one lesson are built.

    Attributes:
        root: the folder of the site.
        shared: the sources of fences that have a name, by it.
        made: hashes of the files that were made, by their paths in the site.
    """

    root: Path
    limit_operations: int = LIMIT_OPERATIONS
    limit_work: float = LIMIT_WORK
    shared: Mapping[str, Source] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> Source:
        """The text of another fence, and nothing else."""
        if name not in self.shared:
            raise ValueError("no fence of this lesson has that name")
        return self.shared[name]

    def file(self, about: str, ending: str, make: Callable[[], bytes]) -> str:
        """The address of a file, which is made if it is not there yet.

        Args:
            about: everything that it depends on.
        """
        name = f"{FOLDER}/{sha256(about.encode()).hexdigest()[:DIGITS]}.{ending}"
        if name not in self.made:
            content = make()
            Folder(self.root).write(name, content)
            self.made[name] = sha256(content).hexdigest()
        return name


def named(fences: Sequence[Fence]) -> dict[str, Source]:
    """The fences that have a name.

    Raises:
        ShapeError: two have the same.
    """
    sources: dict[str, Source] = {}
    for fence in fences:
        if fence.has("name"):
            name = fence.value("name")
            if name in sources:
                raise fence.error(f"two fences are called {name}", "name", "give one of them another name")
            if "/" in name or name.startswith("."):
                raise fence.error("a name is a word", "name")
            sources[name] = fence.source if fence.kind == SHAPE else statements_alone(fence.source)
    return sources


def figure_html(fence: Fence, template: str, **values: Any) -> str:
    """What is made of a fence, with its caption and how it is written.

    Raises:
        ShapeError: a formula in the caption cannot be read.
    """
    try:
        caption = templates.safe(inline_html(fence.value("caption")))
    except ValueError as problem:
        raise fence.error(str(problem), "caption") from None
    shared = {"caption": caption, "source": fence.text.strip("\n")}
    flags = {"opened": fence.has("code"), "beside": fence.has("beside")}
    return templates.filled(TEMPLATES / template, **shared, **flags, **values)


def located(error: ShapeError, fence: Fence) -> ShapeError:
    """An error that has no place, at the first line of a fence."""
    if error.span is not None and error.source is not None:
        return error
    option = ABOUT[error.option].fence if error.option and error.option in ABOUT else error.option
    hint = error.hint and error.hint.replace("<size> or <antialiasing>", "size")  # which a fence has
    return fence.error(error.message, option, hint)
