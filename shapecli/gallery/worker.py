"""A process that draws one picture after the other, as it is told on stdin, and tells on stdout how it went.

It ends when stdin does, so it never outlives a run, however that ends.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from shapecli.base.folder import Folder
from shapecli.base.source import ShapeError, visible
from shapecli.drawing.drawing import drawing_of
from shapecli.drawing.picture import save
from shapecli.drawing.settings import spelled
from shapecli.gallery.manifest import hash_beside, thumbnail_of
from shapecli.render import open_figure

THUMBNAIL: Final = 256  # pixels on the longer side


def main() -> None:
    """Draw until there is nothing more to draw, or SIGTERM comes: then files that are half written go."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else prints is no answer
    for line in sys.stdin.buffer:
        try:
            answers.write(json.dumps(answer_to(json.loads(line))).encode() + b"\n")
            answers.flush()
        except BrokenPipeError:
            return


def answer_to(job: dict[str, Any]) -> dict[str, Any]:
    """What `draw` gives, or the problem that there was."""
    try:
        return draw(job)
    except ShapeError as problem:
        return {"problem": str(spelled(problem))}
    except OSError as problem:
        place = visible(str(problem.filename or ""))
        return {"problem": f"error: {place}: {problem.strerror or problem}"}
    except (MemoryError, RecursionError):
        return {"problem": "error: not enough memory"}


def draw(job: dict[str, Any]) -> dict[str, Any]:
    """One picture and its thumbnail; gives what the manifest needs.

    Raises:
        ShapeError: the figure or a setting is at fault.
        OSError: a file cannot be read or written.
    """
    figure, own = open_figure(job["figure"], limit_operations=job["limit_operations"])
    # before anything is drawn: what changes meanwhile is drawn again by the next run
    used = {path: hash_beside(Path(job["figure"]), path) for path in figure.used}
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in job["settings"].items()
    }
    parameters = {**own.parameters, **given.pop("parameters", {})}
    settings = replace(own, **given, parameters=parameters, threads=1)
    folder = Folder(Path(job["folder"]))
    names = job["output"], thumbnail_of(job["output"])
    is_vector = names[0].endswith(".svg")
    drawing = drawing_of(figure, settings, streamed=not is_vector)
    with folder.written_whole(names[0]) as stream:
        if is_vector:
            from shapecli.drawing.vector import save_svg

            shows = save_svg(drawing, stream)
        else:
            shows = save(drawing, stream).shows
    view = drawing.view
    share = min(1.0, THUMBNAIL / max(view.width, view.height))
    fitting = max(1, round(view.width * share)), max(1, round(view.height * share))
    with folder.written_whole(names[1]) as stream:
        save(drawing_of(figure, replace(settings, size=fitting), streamed=True), stream, with_source=False)
    return {
        "title": figure.title or Path(job["figure"]).stem,
        "source": figure.source.text,
        "size": [view.width, view.height],
        "thumbnail": list(fitting),
        "shows": shows,
        "used": used,
        "hashes": [folder.hash_of(name) for name in names],
    }


if __name__ == "__main__":
    main()
