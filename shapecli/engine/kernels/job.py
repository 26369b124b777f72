"""What a kernel is told, and tells: the places of everything in the int64[JOB] and float64[VIEW] of a job.

Kernels see raw memory only, so that their machine code runs without Numba; this is their contract.
"""

from typing import Final

LANES: Final = 16  # boxes that are bounded at once
POINTS: Final = 256  # the most points that are evaluated at once
BLOCK: Final = 16  # their number is a multiple of this
SIDE: Final = 16  # of a leaf, in points
CELLS: Final = 4  # a pixel that is not easily covered is cut into CELLS x CELLS
PARTS: Final = 4  # a pixel that a proof leaves open is cut into PARTS x PARTS
# Coverage looks no further than this to the sides of a tile, in pixels: a boundary along a side, where
# round numbers often put it, need not open both tiles.
INSET: Final = 1 / 1024
UNIT_BITS: Final = 20
UNIT: Final = 1 << UNIT_BITS  # of coverage that is added up
NEVER, ALWAYS = -1, -2  # in place of the register that tells whether a point is undefined
MARK_INSIDE, MARK_UNDEFINED = 1, 2  # what the marks of a pixel are the sum of

(
    # the tape: addresses of code, scalars and their upper ends; rows; result registers (flag may be NEVER);
    # whether anything can be undefined
    CODE, SCALARS, UPPERS, ROWS, LEVEL, FLAG, FLAGGED,
    # the picture in pixels, and the band of it that this job draws: rows TOP .. BOTTOM
    WIDTH, TOP, BOTTOM,
    # the points on a side of a pixel where they are counted, a multiple of CELLS; 1: centres only
    FACTOR,
    # addresses of the first pixel of the band: shades, BITS to a pixel (1, first in the highest bit, or 8),
    # STRIDE bytes to a row; marks, uint8 (0: none wanted).  AFRESH: what was there is to be overwritten
    SHADES, BITS, STRIDE, AFRESH, MARKS,
    # 1: nothing is drawn, but bounds on whole pixels are kept: in SHADES the least and in MARKS the greatest
    # number of sixteenths of each pixel that are inside (0: not wanted)
    CERTIFY,
    # addresses of the workspace, and how many rows its value registers suffice for
    LOWS, HIGHS, FLAGS, PICKS, LIVE, ROW_LIVE, RENAMED, VALUES, PIXELS, ARENAS, FRAMES, MOST_ROWS,
    # the largest tiles of the band to draw, up to END_TILE; where a sweep that ran out of budget goes on: the
    # next of them, the depth of the stack
    END_TILE, NEXT_TILE, STACK,
    # results: pixels that are inside, that are undefined; coverage in UNITs to
    # a pixel; of proofs: pixels inside, outside, and sixteenths of pixels that are inside at least and at
    # most; rows of tape times points, as a measure of work
    INSIDE, UNDEFINED, AREA, CERTAIN_INSIDE, CERTAIN_OUTSIDE, LOWEST, HIGHEST, WORK,
    JOB,
) = range(41)  # fmt: skip

# the centre of pixel (i, j) is X0 + (i + 1/2) DX, Y1 - (j + 1/2) DY; the points that are counted are
# FINE_DX, FINE_DY apart.  SLACK_X, SLACK_Y: the most by which rounding moves any of them.  REACH: how far
# beyond pixels boxes go, in pixels: -INSET, or -1/2 if only centres matter.  MARGIN, in nats: an argument
# of log-sum-exp that is so far behind is dropped, which changes a level by at most LOSS
X0, DX, Y1, DY, FINE_DX, FINE_DY, SLACK_X, SLACK_Y, REACH, MARGIN, LOSS, VIEW = range(12)

# a frame of the stack: the tape its tiles were bounded with, their size, whether they were; those that
# are in the picture, and of these, those still to be drawn
(
    F_CODE, F_SCALARS, F_UPPERS, F_ROWS, F_LEVEL, F_FLAG, F_LOSSES, F_SIZE, F_BOUNDED, F_LANES, F_OPEN,
    F_HEAD,
) = range(12)  # fmt: skip
# for each lane of a frame: the tile's corner, and the tape that suffices there
L_X, L_Y, L_CODE, L_SCALARS, L_UPPERS, L_ROWS, L_LEVEL, L_FLAG, L_LOSSES, LANE_FIELDS = range(10)

FRAME: Final = F_HEAD + LANES * LANE_FIELDS  # integers of a frame
DEPTH: Final = 3  # frames: for tiles of 256, 64 and 16 pixels; one more is for parts of leaves
