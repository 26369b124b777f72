"""Defaults and limits that the command line, the Python API and the engine share."""

from typing import Final

SIZE: Final = 1024  # pixels on the longer side
STYLES: Final = ("fill", "soft")
FILL: Final = "black"
BACKGROUND: Final = "white"

ANTIALIASING: Final = 16  # points on a side of a pixel
MOST_ANTIALIASING: Final = 64

LIMIT_PIXELS: Final = 2**25  # of a picture that is held in memory
LIMIT_STREAMED: Final = 2**33  # of one that is written as it is drawn
LAYERS_AT_LIMIT: Final = 4  # layers that a picture of LIMIT_PIXELS may have; smaller ones more
LIMIT_OPERATIONS: Final = 400_000  # tokens of a text; nodes and steps when it is resolved
LIMIT_WORK: Final = 15e9  # additions while a picture is sampled; a few seconds
