"""Kernels to object files, with Numba: done once for a machine."""

import gc
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from llvmlite import binding
from numba import _dynfunc, cfunc, types
from numba.core.cpu import CPUContext

from shapecli.engine.kernels import centres, deflate, distances, leaf, pens, sweep, vm
from shapecli.engine.loader import PREFIX, Part, do_nothing

from shapecli.engine.kernels.memory import (  # isort: skip
    BOUNDS, DEFLATE, DRAW_LEAF, PICTURE, SLOPES, VALUES, Bytes, Codes, Floats, Octets, Singles,
)  # fmt: skip

_INTEGER: Final = types.int64
_PIXELS: Final = (_INTEGER, _INTEGER)  # from which on, and up to which

# Each kernel with its signature, and with what makes it; each calls those before it.
KERNELS: Final[dict[str, tuple[Any, Callable[[], Any]]]] = {
    "values": (VALUES, vm.values_function),
    "rare_bounds": (BOUNDS, lambda: vm.bounds_function(rare=True)),
    "bounds": (BOUNDS, lambda: vm.bounds_function(rare=False)),
    "draw_leaf": (DRAW_LEAF, lambda: leaf.draw_leaf.py_func),
    "sweep": (_INTEGER(*PICTURE, _INTEGER), lambda: sweep.sweep.py_func),
    "sample": (types.void(*PICTURE, Floats, Bytes, *_PIXELS), lambda: centres.sample.py_func),
    "numbers": (
        types.void(*PICTURE, Octets, Singles, *_PIXELS, Codes, _INTEGER),
        lambda: centres.numbers.py_func,
    ),
    "slopes": (SLOPES, vm.slopes_function),
    "owners": (types.void(*PICTURE, Floats, Floats, *_PIXELS, Floats), lambda: centres.owners.py_func),
    "distances": (
        types.void(Floats, Singles, _INTEGER, _INTEGER, types.float64, types.float64),
        lambda: distances.distances.py_func,
    ),
    "pens": (
        types.void(Floats, _INTEGER, types.float64, Singles, _INTEGER, _INTEGER),
        lambda: pens.pens.py_func,
    ),
    "deflate": (DEFLATE, lambda: deflate.deflate),
}


def compile_part(name: str) -> Part:
    """The machine code of one kernel, that calls those before it in KERNELS by name."""
    for other in KERNELS:  # Numba's own linker wants to know where they are; nothing is called here
        binding.add_symbol(PREFIX + other, do_nothing())
    signature, make = KERNELS[name]
    with _only_the_whole():
        compiled = cfunc(signature, nopython=True, error_model="numpy")(make())
    return Part(PREFIX + name, compiled._wrapper_name, compiled._library._get_compiled_object())


@contextmanager
def _only_the_whole() -> Iterator[None]:
    """Keep Numba from optimising and compiling every helper for itself, before it does so for their caller.

    A third of the time of compiling; it reaches into what Numba does not promise to keep, so that Numba is
    left alone where it is made otherwise.
    """
    usual = CPUContext.get_executable

    def without_code(context: Any, library: Any, description: Any, environment: Any) -> Any:
        known = ("_optimize_final_module", "_finalize_final_module", "_finalize_dynamic_globals")
        if not all(hasattr(library, name) for name in known):
            return usual(context, library, description, environment)

        def finish() -> None:
            library._finalize_dynamic_globals()
            library._finalized = True

        library._optimize_final_module, library._finalize_final_module = lambda: None, finish
        module, name = description.lookup_module(), description.qualname
        return _dynfunc.make_function(module, name, name, do_nothing(), environment, (library,))

    CPUContext.get_executable = without_code
    try:
        yield
    finally:
        CPUContext.get_executable = usual


def main() -> None:
    """Compile the parts that the arguments name, and write them to stdout for `machine.py`."""
    gc.disable()  # a tenth of the time; the process is short-lived
    parts = [compile_part(name) for name in sys.argv[1:]]
    with os.fdopen(sys.stdout.fileno(), "wb") as stream:
        stream.write(marshal.dumps([(part.name, part.symbol, part.code) for part in parts]))
