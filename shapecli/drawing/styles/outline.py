"""The boundaries of regions alone."""

from shapecli.drawing.styles import Style

STYLE = Style(help="the boundary alone", outlines=True, paths=True)
