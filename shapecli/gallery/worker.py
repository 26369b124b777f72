"""A process that draws one picture after the other, as it is told on stdin, and tells on stdout how it went.

It ends when stdin does, so it never outlives a run, however that ends.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from shapecli.base.folder import Folder
from shapecli.base.source import ShapeError, visible
from shapecli.drawing.drawing import Drawing, drawing_of
from shapecli.drawing.picture import draw as draw_image
from shapecli.drawing.picture import save
from shapecli.drawing.settings import Settings, spelled
from shapecli.formats.webp import image_from, write_webp, write_webp_film
from shapecli.gallery.manifest import file_of, files_of, hash_beside, thumbnail_of
from shapecli.language.figure import Figure
from shapecli.render import open_figure

THUMBNAIL: Final = 640  # pixels on the longer side: twice what pages show
FILM: Final = 480  # likewise
MOST_FRAMES: Final = 60  # that are drawn of a film
MOST_BYTES: Final = 2**20  # of a film, and of a live page


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
    """One picture, its thumbnail, its film and its live page; gives what the manifest needs.

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
    folder, name = Folder(Path(job["folder"])), job["output"]
    is_vector = name.endswith(".svg")
    drawing = drawing_of(figure, settings, streamed=not is_vector)
    # the film before the picture, which stays as it was if a frame cannot be drawn
    if moves := bool(job["films"] and figure.sweep):
        with folder.written_whole(file_of(name, "webp")) as stream:
            _write_film(figure, _smaller(drawing, settings, FILM), stream)
    with folder.written_whole(name) as stream:
        if is_vector:
            from shapecli.drawing.vector import save_svg

            shows = save_svg(drawing, stream)
        else:
            shows = save(drawing, stream).shows
    thumbnail = drawing_of(figure, _smaller(drawing, settings, THUMBNAIL))
    if not is_vector and thumbnail.size == drawing.size:
        small = image_from(folder.read(name))
    else:
        small, _ = draw_image(thumbnail)
    with folder.written_whole(thumbnail_of(name)) as stream:
        write_webp(stream, small)
    live = bool(job["pages"]) and _write_page(drawing, folder, file_of(name, "html"))
    has_seed = figure.by_chance or figure.seed or settings.seed is not None
    return {
        "title": figure.title or Path(job["figure"]).stem,
        "about": figure.about or "",
        "seed": drawing.figure.seed if has_seed else None,
        "source": figure.source.text,
        "size": list(drawing.size),
        "thumbnail": list(thumbnail.size),
        "moves": moves,
        "live": live,
        "shows": shows,
        "used": used,
        "hashes": {each: folder.hash_of(each) for each in files_of(name, moves=moves, live=live)},
    }


def _smaller(drawing: Drawing, settings: Settings, longest: int) -> Settings:
    """Those of a picture of the same shape whose longer side is not longer than that."""
    share = min(1.0, longest / max(drawing.size))
    if paper := drawing.paper:
        return replace(settings, size=paper.text, dpi=paper.dpi * share)
    width, height = (max(1, round(side * share)) for side in drawing.size)
    return replace(settings, size=(width, height))


def _write_film(figure: Figure, settings: Settings, stream: BinaryIO) -> None:
    """Draw the film of a figure that says what moves, of few frames."""
    from shapecli.drawing.film import sweep_frames

    assert figure.sweep
    film = figure.sweep.timed().within(MOST_FRAMES)
    shares = film.shares()
    if film.loop == "closed":  # it may begin anywhere: with the frame that is most like the picture
        known = {each.name: each.default for each in figure.parameters} | {**settings.parameters}
        first = film.sweeps[0]
        here = known.get(first.name, first.low)
        begin = min(range(len(shares)), key=lambda k: abs(first.at(shares[k]) - here))
        shares = shares[begin:] + shares[:begin]
    frames = film.shown(sweep_frames(figure, settings, film.sweeps, shares))
    write_webp_film(stream, [*frames], fps=film.fps, forever=film.loop != "once", most=MOST_BYTES)


def _write_page(drawing: Drawing, folder: Folder, name: str) -> bool:
    """Write the live page of a drawing, if there can be one.

    Raises:
        ShapeError: a page is there that is not ours.
        OSError: it cannot be written.
    """
    from shapecli.live.page import page_of

    try:
        page = page_of(drawing, visible(Path(drawing.figure.source.name).stem)).encode("utf-8", "replace")
    except ShapeError:  # which says what a page cannot have
        return False
    if len(page) > MOST_BYTES:
        return False
    folder.check_ours(name)
    folder.write(name, page)
    return True


if __name__ == "__main__":
    main()
