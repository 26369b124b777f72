"""How far the soft figure is from the crisp one: guaranteed in levels, and counted in pixels."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.drawing.drawing import DrawnLayer, drawing_of
from shapecli.drawing.picture import levels
from shapecli.explain.steps import Derivation

FARTHEST: Final = 256  # pixels that are looked for around the boundary


@dataclass(frozen=True)
class Distance:
    """The soft figure beside the crisp one, h: h - low <= L/n <= h + high everywhere.

    Attributes:
        low, high: in units of the field.
        width, height: of the picture, in pixels.
        possible: pixels whose centre may be decided differently: -high < h <= low there.
        different: those that are.
        farthest: how many pixels a possible one may be from one on the other side of the crisp boundary,
            counted as a king moves; None if it is more than FARTHEST, or nothing is known.
        enough: the sharpness from which on no pixel can be decided differently but those that touch the
            crisp boundary; None if no sharpness is known to do.
    """

    low: float
    high: float
    width: int
    height: int
    possible: int
    different: int
    farthest: int | None
    enough: float | None


def distance(layer: DrawnLayer, derivation: Derivation) -> Distance:
    """Soft and crisp levels of a layer, at the pixel centres of a picture.

    Raises:
        ShapeError: the picture is larger than the limits.
    """
    alone, settings = replace(layer.drawing.figure, layers=(layer.layer,)), layer.drawing.settings
    soft, _ = levels(drawing_of(alone, replace(settings, sharp=False)))
    crisp, _ = levels(drawing_of(alone, replace(settings, sharp=True)))
    sharpness = layer.drawing.sharpness
    gap = derivation.final.gap
    low, high = math.log(gap.low), math.log(gap.high)
    inside = crisp.level <= 0.0
    band = (crisp.level > -high) & (crisp.level <= low)
    alike = ~(_grown(inside) & _grown(~inside))  # pixels with none on the other side among their neighbours
    undecided = np.abs(crisp.level[alike])
    needed = np.where(inside[alike], high, low)
    with np.errstate(all="ignore"):
        factors = np.where(needed == 0.0, 0.0, needed / undecided)
    most = float(factors.max(initial=0.0))
    is_known, view = gap.low < math.inf, crisp.view
    possible = int(np.count_nonzero(band)) if is_known else crisp.level.size
    different = int(np.count_nonzero(inside != (soft.level <= 0.0)))
    far = _farthest(band, inside) if is_known else None
    enough = most * sharpness if most < math.inf else None
    low, high = low / sharpness, high / sharpness
    return Distance(low, high, view.width, view.height, possible, different, far, enough)


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A set of pixels with all their neighbours."""
    padded = np.pad(mask, 1)
    tall = padded[:-2] | padded[1:-1] | padded[2:]
    return tall[:, :-2] | tall[:, 1:-1] | tall[:, 2:]


def _farthest(band: NDArray[np.bool_], inside: NDArray[np.bool_]) -> int | None:
    """How far pixels of a band may be from the other side."""
    if not band.any():
        return 0
    near_inside, near_outside = inside, ~inside
    for steps in range(1, FARTHEST + 1):
        near_inside, near_outside = _grown(near_inside), _grown(near_outside)
        if not (band & ~(near_inside & near_outside)).any():
            return steps
    return None
