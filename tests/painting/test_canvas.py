"""Layers that are painted little by little."""

import numpy as np
import pytest

from shapecli.painting.paint import BLOCK, Canvas, Paint, painted

WIDTH, HEIGHT = 300, BLOCK // 300 + 40  # more than one block


@pytest.mark.parametrize("background", [(250, 240, 230, 255), (0, 0, 0, 0)])
@pytest.mark.parametrize("share", [0.002, 0.3, 0.9])
def test_a_canvas_is_the_picture_of_all_layers_at_once(
    background: tuple[int, int, int, int], share: float
) -> None:
    """Whether they reach few pixels or most, and whatever they are clipped by and how they blend."""
    chance = np.random.default_rng(11)
    shape = HEIGHT, WIDTH
    clip = chance.integers(0, 256, shape, np.uint8)

    def covered() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return np.where(chance.random(shape) < share, chance.integers(1, 256, shape, np.uint8), 0).astype(
            np.uint8
        )

    paints = [
        Paint(covered(), (200, 30, 60, 180), 0.7),
        Paint(
            covered().astype(np.float32) / np.float32(255), chance.random((*shape, 3), np.float32), clip=clip
        ),
        Paint(covered(), (10, 90, 220, 255), blend="screen", clip=clip),
        Paint(covered(), chance.integers(0, 256, (*shape, 3), np.uint8), 0.4, blend="multiply"),
        Paint(covered(), (0, 160, 90, 255), apart=5),
        Paint(covered(), (240, 200, 0, 255), apart=5),
    ]
    canvas = Canvas(background, WIDTH, HEIGHT)
    for paint in paints:
        canvas.paint([paint])
    assert (canvas.pixels(7) == painted(paints, background, WIDTH, HEIGHT, top=7)).all()


def test_paints_that_are_apart_have_no_more_than_all_of_a_pixel() -> None:
    """Where four meet in a pixel their shares, each rounded, may be more than 255 together."""
    shares = [np.full((1, 1), share, np.uint8) for share in (64, 64, 64, 64, 170)]
    paints = [Paint(share, (0, 0, 200, 255), apart=1) for share in shares]
    assert painted(paints, (0, 0, 0, 0), 1, 1).tolist() == [[[0, 0, 200, 255]]]
    canvas = Canvas((0, 0, 0, 0), 1, 1)
    for paint in paints:
        canvas.paint([paint])
    assert canvas.pixels(0).tolist() == [[[0, 0, 200, 255]]]
    assert painted(paints, (255, 255, 255, 255), 1, 1).tolist() == [[[0, 0, 200]]]
