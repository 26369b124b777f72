"""What a kernel is told, and tells: the records that it shares with the engine.

Kernels see raw memory only, so that their machine code runs without Numba; this is their contract.
"""

from ctypes import Structure, c_double, c_int64, sizeof
from typing import Any, Final

LANES: Final = 16  # boxes that are bounded at once
POINTS: Final = 256  # the most points that are evaluated at once
BLOCK: Final = 16  # their number is a multiple of this
SIDE: Final = 16  # of a leaf, in points
CELLS: Final = 4  # a pixel that is not easily covered is cut into CELLS x CELLS
PARTS: Final = 4  # a pixel that a proof leaves open is cut into PARTS x PARTS
# Coverage looks no further than this to the sides of a tile, in pixels: a boundary along a side, where
# round numbers often put it, need not open both tiles.
INSET: Final = 1 / 1024
AROUND: Final = 2  # points beyond a picture, on each side, whose levels tell how far its pixels are from 0
UNIT_BITS: Final = 20
UNIT: Final = 1 << UNIT_BITS  # of coverage that is added up
NEVER, ALWAYS = -1, -2  # in place of the register that tells whether a point is undefined
MARK_INSIDE, MARK_UNDEFINED = 1, 2  # what the marks of a pixel are the sum of
DEPTH: Final = 3  # frames: for tiles of 256, 64 and 16 pixels; one more is for parts of leaves


def _fields(kind: Any, *names: str) -> list[tuple[str, Any]]:
    return [(name, kind) for name in names]


# A tape: addresses of code, scalars and their upper ends; rows; result registers (flag may be NEVER or
# ALWAYS); how many arguments that fade were dropped from it.
_TAPE: Final = ("code", "scalars", "uppers", "rows", "level", "flag", "losses")


class Job(Structure):
    """A picture that is drawn, and the memory to draw it in."""

    __slots__ = ()
    _fields_ = _fields(
        c_int64,
        # the whole tape, and whether anything can be undefined
        *_TAPE, "flagged",
        # the picture in pixels, and the band of it that this job draws: rows top .. bottom
        "width", "top", "bottom",
        # the points on a side of a pixel where they are counted, a multiple of CELLS; 1: centres only
        "factor",
        # addresses of the first pixel of the band: shades, `bits` to a pixel (1, first in the highest bit, or
        # 8), `stride` bytes to a row; marks, uint8 (0: none wanted).  afresh: what was there is overwritten
        "shades", "bits", "stride", "afresh", "marks",
        # 1: nothing is drawn, but bounds on whole pixels are kept: addresses of the least and the greatest
        # number of sixteenths of each pixel that are inside (0: not wanted)
        "certify", "least", "most",
        # addresses of the workspace, and how many rows its value registers suffice for
        "lows", "highs", "flags", "picks", "live", "row_live", "renamed", "values", "pixels", "arenas",
        "frames", "most_rows",
        # the largest tiles of the band to draw, up to end_tile; where a sweep that ran out of budget goes on:
        # the next of them, the depth of the stack
        "end_tile", "next_tile", "stack",
        # results: pixels that are inside, that are undefined; coverage in UNITs to a pixel; of proofs: pixels
        # inside, outside, and sixteenths of pixels that are inside at least and at most; rows of tape times
        # points, as a measure of work
        "inside", "undefined", "area", "certain_inside", "certain_outside", "lowest", "highest", "work",
    )  # fmt: skip


class Viewport(Structure):
    """Where the points are, and how far bounds look.

    The centre of pixel (i, j) is x0 + (i + 1/2) dx, y1 - (j + 1/2) dy; the points that are counted are
    fine_dx, fine_dy apart.  slack_x, slack_y: the most by which rounding moves any of them.  reach: how far
    beyond pixels boxes go, in pixels: -INSET, or -1/2 if only centres matter.  margin, in nats: an argument
    of log-sum-exp that is so far behind is dropped, which changes a level by at most loss.
    """

    __slots__ = ()
    _fields_ = _fields(
        c_double, "x0", "dx", "y1", "dy", "fine_dx", "fine_dy", "slack_x", "slack_y", "reach", "margin",
        "loss",
    )  # fmt: skip


class Tile(Structure):
    """A tile of a frame: its corner, and the tape that suffices there."""

    __slots__ = ()
    _fields_ = _fields(c_int64, *_TAPE, "x", "y")


class Frame(Structure):
    """A frame of the stack; LANES tiles follow it.

    The tape its tiles were bounded with, their size, whether they were; those that are in the picture, and
    of these, those still to be drawn.
    """

    __slots__ = ()
    _fields_ = _fields(c_int64, *_TAPE, "size", "bounded", "lanes", "open")


FRAME: Final = sizeof(Frame) + LANES * sizeof(Tile)  # bytes
