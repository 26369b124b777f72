"""Colour maps by name: those of the library `cmap`, which has the maps of many others."""

import logging
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from cmap import Catalog, Colormap

from shapecli.base.source import ShapeError, likely_hint

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIELD: Final = "vik"  # diverging, legible to the colour-blind, by F. Crameri
FEW: Final = "tol:bright"  # a list of FEW_COLOURS that differ clearly, by P. Tol, and a grey
FEW_COLOURS: Final = 6
MANY: Final = "tab20"  # 20, in pairs


def colour_map(name: str, count: int) -> "NDArray[np.uint8]":
    """Colours from one end of a map to the other: uint8[count, 3].

    Raises:
        ShapeError: there is no such map.
    """
    colours = np.asarray(_map(name)(np.linspace(0.0, 1.0, count)))[..., :3]
    return np.rint(colours * 255).astype(np.uint8)


def colour_list(name: str, count: int) -> "NDArray[np.uint8]":
    """Colours that differ: uint8[count, 3]; those of a list from its start and again, of a map all over it.

    Raises:
        ShapeError: there is no such map.
    """
    colours = _map(name)
    if colours.category == "qualitative":
        stops = len(colours.color_stops)
        return colour_map(name, stops)[np.arange(count) % stops]
    return colour_map(name, max(2, count))[:count]


def knows(name: str) -> bool:
    """Whether there is such a map."""
    with suppress(ShapeError):
        return bool(_map(name))
    return False


@cache
def _map(name: str) -> Colormap:
    logging.getLogger("cmap").setLevel(logging.ERROR)  # it warns of names that several libraries have
    try:
        return Colormap(name)
    except (ValueError, TypeError, KeyError):
        names = {key.rpartition(":")[2] for key in Catalog().unique_keys()}
        hint = likely_hint(name.lower(), sorted(names), "such as vik, RdBu, viridis or tol:bright")
        raise ShapeError(f"unknown colour map {name}", option="colours", hint=hint) from None
