"""Kernels to object files, with Numba: done once for a machine."""

import gc
import marshal
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from llvmlite import binding
from numba import _dynfunc, cfunc, types
from numba.core.cpu import CPUContext

from shapecli.engine.kernels import deflate, leaf, owners, sweep, vm
from shapecli.engine.kernels.memory import BOUNDS, DRAW_LEAF, SLOPES, VALUES, Bytes, Floats, Integers, Octets
from shapecli.engine.loader import PREFIX, Part, do_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INTEGER: Final = types.int64
SIGNATURES: Final = {
    "values": VALUES,
    "rare_bounds": BOUNDS,
    "bounds": BOUNDS,
    "draw_leaf": DRAW_LEAF,
    "sweep": _INTEGER(Integers, Floats, _INTEGER),
    "sample": types.void(Integers, Floats, Floats, Bytes, _INTEGER, _INTEGER),
    "slopes": SLOPES,
    "owners": types.void(Integers, Floats, Floats, Floats, Floats, Floats, _INTEGER, _INTEGER),
    "deflate": _INTEGER(Octets, *[_INTEGER] * 4, Octets, _INTEGER, Integers, Octets),
}


def compile_part(name: str) -> Part:
    """The machine code of one kernel, that calls those before it in SIGNATURES by name."""
    for other in SIGNATURES:  # Numba's own linker wants to know where they are; nothing is called here
        binding.add_symbol(PREFIX + other, do_nothing())
    with _only_the_whole():
        compiled = cfunc(SIGNATURES[name], nopython=True, error_model="numpy")(_function(name))
    return Part(PREFIX + name, compiled._wrapper_name, compiled._library._get_compiled_object())


@contextmanager
def _only_the_whole() -> "Iterator[None]":
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


def _function(name: str) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        "values": vm.values_function,
        "bounds": vm.bounds_function,
        "rare_bounds": vm.rare_bounds_function,
        "draw_leaf": lambda: leaf.draw_leaf.py_func,
        "sweep": lambda: sweep.sweep.py_func,
        "sample": lambda: sweep.sample.py_func,
        "slopes": vm.slopes_function,
        "owners": lambda: owners.owners.py_func,
        "deflate": lambda: deflate.deflate,
    }
    return makers[name]()


def main() -> None:
    """Compile the parts that the arguments name, and write them to stdout for `machine.py`."""
    gc.disable()  # a tenth of the time; the process is short-lived
    parts = [compile_part(name) for name in sys.argv[1:]]
    with os.fdopen(sys.stdout.fileno(), "wb") as stream:
        stream.write(marshal.dumps([(part.name, part.symbol, part.code) for part in parts]))
