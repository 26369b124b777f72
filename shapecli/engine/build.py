"""Kernels to object files, with Numba: done once for a machine."""

import marshal
import os
import sys
from typing import Any, Final

from llvmlite import binding
from numba import cfunc, types

from shapecli.engine import deflate, sweep, vm
from shapecli.engine.loader import PREFIX, Part, do_nothing
from shapecli.engine.memory import Bytes, Codes, Floats, Integers, Octets

_INTEGER: Final = types.int64
SIGNATURES: Final = {
    "values": types.void(Codes, Floats, _INTEGER, Floats),
    "bounds": types.void(Codes, Floats, Floats, _INTEGER, Floats, Floats, Bytes, Bytes, types.float64),
    "sweep": _INTEGER(Integers, Floats, _INTEGER),
    "sample": types.void(Integers, Floats, Floats, Bytes, _INTEGER, _INTEGER),
    "deflate": _INTEGER(Octets, *[_INTEGER] * 4, Octets, _INTEGER, Integers, Octets),
}


def compile_part(name: str) -> Part:
    """The machine code of one kernel, that calls those before it in SIGNATURES by name."""
    for other in SIGNATURES:  # Numba's own linker wants to know where they are; nothing is called here
        binding.add_symbol(PREFIX + other, do_nothing())
    compiled = cfunc(SIGNATURES[name], nopython=True, error_model="numpy")(_function(name))
    return Part(PREFIX + name, compiled._wrapper_name, compiled._library._get_compiled_object())


def _function(name: str) -> Any:
    if name == "values":
        return vm.values_function()
    if name == "bounds":
        return vm.bounds_function()
    return {"sweep": sweep.sweep.py_func, "sample": sweep.sample.py_func, "deflate": deflate.deflate}[name]


def main() -> None:
    """Compile the parts that the arguments name, and write them to stdout for `machine.py`."""
    parts = [compile_part(name) for name in sys.argv[1:]]
    with os.fdopen(sys.stdout.fileno(), "wb") as stream:
        stream.write(marshal.dumps([(part.name, part.symbol, part.code) for part in parts]))
