"""The colours between two, for pictures that have nothing else."""

from shapecli.base.colours import Rgba, encoded, linear


def mixtures(background: Rgba, paint: Rgba, count: int) -> tuple[Rgba, ...]:
    """`count` colours from the background to the paint over it, in equal steps of coverage.

    The `over` of Porter and Duff, on premultiplied amounts of light.
    """
    colours = []
    for step in range(count):
        alpha = paint[3] / 255 * step / (count - 1)
        kept = background[3] / 255 * (1 - alpha)
        total = alpha + kept
        channels = [
            encoded((alpha * linear(over) + kept * linear(under)) / total) if total else 0
            for over, under in zip(paint[:3], background[:3], strict=True)
        ]
        colours.append((channels[0], channels[1], channels[2], round(255 * total)))
    return tuple(colours)
