"""Machine code from object files to functions that can be called, without Numba.

Two loaders.  On Linux with an x86-64 processor, a small one of our own, which takes a millisecond: it
reads the one kind of file that Numba's compiler makes there.  Elsewhere, or where the system does not
allow memory to become executable that way, the one in llvmlite's binding layer.
"""

import ctypes
import mmap
import struct
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

# of the ELF format, and its supplement for x86-64
SECTION: Final = struct.Struct("<IIQQQQIIQQ")
SYMBOL: Final = struct.Struct("<IBBHQQ")
RELOCATION: Final = struct.Struct("<QQq")
SYMBOLS, RELOCATIONS, NO_BITS, ALLOCATED, COMMON = 2, 4, 8, 2, 0xFFF2
ABSOLUTE_64, RELATIVE_32, CALL_32, RELATIVE_64 = 1, 2, 4, 24
READ, EXECUTE = 1, 4

PREFIX: Final = "shapecli_"  # of the names by which parts call each other

STUB: Final = b"\x31\xc0\xc3"  # return 0: for what only error paths call, and kernels raise no errors
RUNTIME: Final = ("Py", "_Py", "NRT_", "numba_")


class CannotLoadError(OSError):
    """This loader does not know this kind of file, or the system does not let it work."""


@dataclass(frozen=True)
class Part:
    """An object file, the symbol in it that is to be called, and the name that other parts call it by."""

    name: str
    symbol: str
    code: bytes


@dataclass(frozen=True, eq=False)
class Library:
    """Loaded parts; the memory lives as long as this does.

    Attributes:
        addresses: of the entry of each part, by its name.
    """

    addresses: Mapping[str, int]
    _memory: list[Any] = field(default_factory=list)


def load(parts: Sequence[Part]) -> Library:
    """Link parts, each of which may call those before it.

    Raises:
        CannotLoadError: the system does not let this process make machine code executable.
    """
    if sys.platform == "linux" and parts and parts[0].code[:5] == b"\x7fELF\x02" and parts[0].code[18] == 62:
        with suppress(OSError):
            return load_elf(parts)
    return load_with_llvm(parts)


def load_elf(parts: Sequence[Part]) -> Library:
    """Link ELF object files for x86-64 as Numba's compiler makes them.

    Raises:
        CannotLoadError: a file has something that those do not, or memory cannot be made executable.
        OSError: there is no memory.
    """
    library = ctypes.CDLL(None)
    addresses: dict[str, int] = {}
    kept = []
    for part in parts:
        try:
            memory, addresses[part.name] = _link(part, addresses, library)
        except (struct.error, IndexError, ValueError, OverflowError) as problem:
            raise CannotLoadError(str(problem)) from None
        kept.append(memory)
    return Library(addresses, kept)


def _link(part: Part, known: Mapping[str, int], library: ctypes.CDLL) -> tuple[Any, int]:
    """Lay out the sections of one file, and fill in where everything is; the memory and the entry."""
    code = part.code
    start, count = struct.unpack_from("<Q12xH", code, 40)
    sections = [SECTION.unpack_from(code, start + SECTION.size * k) for k in range(count)]
    (table,) = (section for section in sections if section[1] == SYMBOLS)
    names = sections[table[6]]
    size, offsets = 64, {}  # the stub comes first
    for number, (_, _, flags, _, _, length, _, _, alignment, _) in enumerate(sections):
        if flags & ALLOCATED and length:
            offsets[number] = size = -(-size // max(1, alignment)) * max(1, alignment)
            size += length
    symbols = [SYMBOL.unpack_from(code, table[4] + at) for at in range(0, table[5], SYMBOL.size)]
    commons = {}
    for number, symbol in enumerate(symbols):
        if symbol[3] == COMMON:
            commons[number] = size = -(-size // 16) * 16
            size += symbol[5]
    memory = mmap.mmap(-1, size)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    memory[: len(STUB)] = STUB
    for number, offset in offsets.items():
        _, kind, _, _, place, length, *_ = sections[number]
        if kind != NO_BITS:
            memory[offset : offset + length] = code[place : place + length]

    def name_of(number: int) -> str:
        begin = names[4] + symbols[number][0]
        return code[begin : code.index(b"\0", begin)].decode()

    def address_of(number: int) -> int:
        section, value = symbols[number][3:5]
        if number in commons:
            return base + commons[number]
        if section:
            if section not in offsets:
                raise CannotLoadError("a symbol in a section that is not loaded")
            return int(base + offsets[section] + value)
        name = name_of(number)
        if name in known:
            return known[name]
        if name.startswith(RUNTIME):
            return base
        try:
            found = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        except AttributeError:
            raise CannotLoadError(f"there is no {name}") from None
        return found or base

    resolved: dict[int, int] = {}
    for _, kind, _, _, place, length, _, target, _, _ in sections:
        if kind != RELOCATIONS or target not in offsets:
            continue
        for at in range(place, place + length, RELOCATION.size):
            where, info, addend = RELOCATION.unpack_from(code, at)
            number = info >> 32
            if number not in resolved:
                resolved[number] = address_of(number)
            _relocate(memory, base, offsets[target] + where, info & 0xFFFFFFFF, resolved[number] + addend)
    if library.mprotect(ctypes.c_void_p(base), ctypes.c_size_t(size), READ | EXECUTE):
        raise CannotLoadError("memory cannot be made executable")
    for number, symbol in enumerate(symbols):
        if symbol[3] and name_of(number) == part.symbol:
            return memory, address_of(number)
    raise CannotLoadError(f"there is no {part.symbol}")


def _relocate(memory: mmap.mmap, base: int, place: int, kind: int, value: int) -> None:
    """Fill in one address, or the distance to it."""
    if kind == ABSOLUTE_64:
        struct.pack_into("<Q", memory, place, value & 0xFFFFFFFFFFFFFFFF)
    elif kind == RELATIVE_64:
        struct.pack_into("<q", memory, place, value - (base + place))
    elif kind in (RELATIVE_32, CALL_32):
        struct.pack_into("<i", memory, place, value - (base + place))
    else:
        raise CannotLoadError(f"a relocation of kind {kind}")


def load_with_llvm(parts: Sequence[Part]) -> Library:
    """Link object files of any system with the just-in-time linker of LLVM."""
    import re

    from llvmlite import binding

    # names that look like those of Python's and Numba's runtime
    runtime = re.compile(rf"(?<![A-Za-z0-9_.])_?((?:{'|'.join(RUNTIME)})[A-Za-z0-9_]+)\0".encode())
    for name in ("initialize_native_target", "initialize_native_asmprinter"):
        getattr(binding, name)()
    engine = binding.create_mcjit_compiler(
        binding.parse_assembly(""), binding.Target.from_default_triple().create_target_machine()
    )
    addresses: dict[str, int] = {}
    for part in parts:
        file = binding.ObjectFileRef.from_data(part.code)
        for name in map(bytes.decode, runtime.findall(part.code)):
            if name not in addresses and not binding.address_of_symbol(name):
                binding.add_symbol(name, do_nothing())
        engine.add_object_file(file)
        engine.finalize_object()
        addresses[part.name] = engine.get_function_address(part.symbol)
        binding.add_symbol(part.name, addresses[part.name])
    return Library(addresses, [engine])


@cache
def _nothing() -> Any:
    return ctypes.CFUNCTYPE(ctypes.c_void_p)(lambda: None)


def do_nothing() -> int:
    """The address of a function that does nothing."""
    return ctypes.cast(_nothing(), ctypes.c_void_p).value or 0
