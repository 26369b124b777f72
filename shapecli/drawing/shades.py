"""Colours that vary from place to place: amounts of light at every pixel."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shapecli.drawing.drawing import Drawing
from shapecli.drawing.tapes import Shade
from shapecli.engine import reference, sampling
from shapecli.engine.program import Program
from shapecli.fields import ops
from shapecli.fields.graph import Node

Light = NDArray[np.float32]
Box = tuple[slice, slice]  # some rows of a strip, and some columns
WHOLE: Final = np.float32(255)


def light_at(
    drawing: Drawing,
    shade: Shade,
    rows: range,
    share: NDArray[np.uint8],
    shares: Mapping[Program, NDArray[np.uint8]],
    box: Box,
) -> Light:
    """Red, green and blue light and the opacity in a box of a strip: float32[rows, columns, 4].

    Light is from 0 to 1; where the colour is undefined, it is transparent.  Where a region decides between
    two colours, its coverage mixes them, so that its edge is as smooth as that of a layer.

    Args:
        rows: those of the strip.
        share: the coverage by the layer, 0 outside of the box.
        shares: that by the regions which the colour asks for.
    """
    down, across = box
    lines = rows[down]
    planes = sampling.numbers(shade.program, drawing.view, drawing.plan(), share[down], rows=lines)[:, across]

    def of_light(node: Node) -> Light:
        light = np.empty((*share[box].shape, 4), np.float32)
        for channel, number in enumerate(node.args):
            known = number.constant
            light[..., channel] = planes[..., shade.places[number]] if known is None else known
        return light

    found: dict[Node, Light] = {}
    uses = Counter(arg for node in shade.parts if node.op is ops.chosen for arg in node.args[1:])

    def taken(node: Node) -> Light:
        uses[node] -= 1
        return found[node] if uses[node] else found.pop(node)

    for node in shade.parts:
        if node.op is ops.light:
            found[node] = of_light(node)
            continue
        level, *colours = node.args
        part = shares[shade.levels[level].covered][box].astype(np.float32)[..., None] / WHOLE
        inside, outside = map(taken, colours)
        found[node] = outside + part * (inside - outside)
    light = found[shade.colour]
    undefined = np.isnan(light).any(axis=2)
    np.clip(light, 0.0, 1.0, out=light)
    light[undefined] = 0.0
    return light


def colours_at(shade: Shade, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers of sRGB, not rounded, and opacities, from 0 to 255: float64[points, 4].

    Args:
        shade: one `light`, between which and others no region decides.
    """
    found = reference.run(shade.program.tape, shade.drawing.inputs, x, y) if shade.places else []
    light = np.empty((len(x), 4))
    for channel, number in enumerate(shade.colour.args):
        known = number.constant
        light[:, channel] = found[shade.places[number]] if known is None else known
    light[np.isnan(light).any(axis=1)] = 0.0
    light = np.clip(light, 0.0, 1.0)
    return np.concatenate([numbers_of(light[:, :3]), 255 * light[:, 3:]], axis=1)


def numbers_of(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amounts of light from 0 to 1 as numbers of sRGB, not rounded."""
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
