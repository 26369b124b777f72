"""Defaults and limits that the command line, the Python API and the engine share."""

from typing import Final

SIZE: Final = 1024  # pixels on the longer side
STYLES: Final = ("fill", "soft", "field", "outline", "owners")  # the first is the usual one
FILM_SIZE: Final = 512  # the same of a film
FILM_FORMATS: Final = ("gif", "png", "webp", "mp4")
WIDEST_STROKE: Final = 1000.0  # pixels
TOLERANCE: Final = 0.05  # of paths, in pixels
FILL: Final = "black"
BACKGROUND: Final = "white"

ANTIALIASING: Final = 16  # points on a side of a pixel
MOST_ANTIALIASING: Final = 64
MOST_DPI: Final = 10_000

LIMIT_PIXELS: Final = 2**25  # of a picture that is held in memory
LIMIT_FILM: Final = 2**27  # of all frames of a film, which are held in memory
LIMIT_STREAMED: Final = 2**33  # of one that is written as it is drawn
LIMIT_LAYERS: Final = 2**27  # pixels of all layers together that are held in memory
LIMIT_OPERATIONS: Final = 400_000  # tokens of a text; nodes and steps when it is resolved
LIMIT_WORK: Final = 60e9  # additions while a picture is sampled; some ten seconds
