"""shapecli: draw with inequalities.

>>> import shapecli
>>> figure = shapecli.parse("draw x^2 + y^2 <= 1 fill tomato")
>>> figure.render(size=300).save("disc.png")
>>> figure.field(size=300).shape
(300, 300)
"""

TYPE_CHECKING = False  # not imported: with `python -m`, a typing.py of the working folder would be found
if TYPE_CHECKING:
    from shapecli.base.source import ShapeError
    from shapecli.render import Figure, Settings, load, parse

__version__ = "0.1.0"
__all__ = ["Figure", "Settings", "ShapeError", "__version__", "load", "parse"]


def __getattr__(name: str) -> object:
    """Import what is asked for only then: the command line must start at once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from importlib import import_module

    module = "shapecli.base.source" if name == "ShapeError" else "shapecli.render"
    return getattr(import_module(module), name)
