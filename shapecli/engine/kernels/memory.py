"""Raw memory in kernels: pointers, and masks of SIMD lanes.

Kernels are kept as machine code and run without Numba, so they get plain addresses: no arrays, no
reference counts, no exceptions.  All memory is the caller's.
"""

import ctypes
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from shapecli.engine.kernels.job import FRAME, LANES, Frame, Job, Tile, Viewport

Floats = types.CPointer(types.float64)
Singles = types.CPointer(types.float32)
Integers = types.CPointer(types.int64)
Codes = types.CPointer(types.int32)
Bytes = types.CPointer(types.int8)
Octets = types.CPointer(types.uint8)
Masks = types.CPointer(types.uint16)

_INTEGER = types.int64


def _record(kind: type[ctypes.Structure]) -> Any:
    """A structure as Numba knows it; a kernel holds its address, and reads and writes its fields."""
    kinds = {ctypes.c_int64: _INTEGER, ctypes.c_double: types.float64}
    return types.Record.make_c_struct([(name, kinds[field]) for name, field, *_ in kind._fields_])


JobRecord, ViewportRecord, TileRecord, FrameRecord = map(_record, (Job, Viewport, Tile, Frame))

# How parts of the kernels that are compiled apart are called.
VALUES = types.void(Codes, Floats, _INTEGER, Floats, _INTEGER)
BOUNDS = types.void(
    Codes, Floats, Floats, _INTEGER, Floats, Floats, Bytes, Bytes, types.float64, _INTEGER, _INTEGER
)
SLOPES = types.void(Codes, Floats, _INTEGER, Floats, Floats, _INTEGER)
PICTURE = (JobRecord, ViewportRecord)
DRAW_LEAF = types.void(*PICTURE, TileRecord)
DEFLATE = _INTEGER(Octets, *[_INTEGER] * 4, Octets, _INTEGER, Integers, Octets)


@intrinsic
def at(_context: Any, pointer: Any, offset: Any) -> Any:
    """The pointer to the element `offset` places on."""
    return pointer(pointer, types.int64), lambda _, builder, __, args: builder.gep(args[0], [args[1]])


def _pointer_to(kind: Any) -> Any:
    @intrinsic
    def pointer(_context: Any, address: Any) -> Any:
        return kind(types.int64), lambda context, builder, _, args: builder.inttoptr(
            args[0], context.get_value_type(kind)
        )

    return pointer


floats, integers, codes, octets, masks = map(_pointer_to, (Floats, Integers, Codes, Bytes, Masks))


@intrinsic
def frame_at(_context: Any, _frames: Any, _depth: Any) -> Any:
    """The frame of a depth, from the address of the first one."""

    def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
        place = builder.add(args[0], builder.mul(args[1], args[1].type(FRAME)))
        return builder.inttoptr(place, context.get_value_type(FrameRecord))

    return FrameRecord(_INTEGER, _INTEGER), generate


@intrinsic
def tile_of(_context: Any, _frame: Any, _lane: Any) -> Any:
    """The tile of a lane of a frame."""

    def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
        tiles = builder.gep(args[0], [args[1].type(1)])
        return builder.gep(builder.bitcast(tiles, context.get_value_type(TileRecord)), [args[1]])

    return TileRecord(FrameRecord, _INTEGER), generate


@intrinsic
def either(_context: Any, _condition: Any, one: Any, _other: Any) -> Any:
    """The first of two records if a condition holds, else the second; neither is copied."""
    return one(types.boolean, one, one), lambda _, builder, __, args: builder.select(*args)


_SCOPES = ("read", "first", "second", "third")


def _apart(builder: Any, access: Any, scope: str) -> None:
    """Promise that what is read and each of the results are different memory."""
    module = builder.module
    domain = module.add_metadata([ir.MetaDataString(module, "a row of a tape")])
    scopes = {
        name: module.add_metadata([ir.MetaDataString(module, f"{name} of a row"), domain]) for name in _SCOPES
    }
    access.set_metadata("alias.scope", module.add_metadata([scopes[scope]]))
    access.set_metadata("noalias", module.add_metadata([scopes[name] for name in _SCOPES if name != scope]))


@intrinsic
def read(_context: Any, pointer: Any, place: Any) -> Any:
    """An element of an argument of a row, which is none of its results."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        loaded = builder.load(builder.gep(args[0], [args[1]]))
        _apart(builder, loaded, "read")
        return loaded

    return pointer.dtype(pointer, types.int64), generate


def _writer(scope: str) -> Any:
    @intrinsic
    def write(_context: Any, pointer: Any, place: Any, value: Any) -> Any:
        def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
            _apart(builder, builder.store(args[2], builder.gep(args[0], [args[1]])), scope)

        return types.void(pointer, types.int64, pointer.dtype), generate

    return write


write_first, write_second, write_third = (_writer(scope) for scope in _SCOPES[1:])


def _compared(builder: Any, args: Any, align: int, compare: Any, sign: str) -> Any:
    """A mask of those of the LANES values at a pointer that compare well with another."""
    pointer, value = args
    kind, word = ir.VectorType(value.type, LANES), ir.IntType(32)
    loaded = builder.load(builder.bitcast(pointer, kind.as_pointer()))
    loaded.align = align
    one = builder.insert_element(kind(ir.Undefined), value, word(0))
    in_all_lanes = builder.shuffle_vector(one, one, ir.VectorType(word, LANES)([0] * LANES))
    found = compare(sign, loaded, in_all_lanes)
    return builder.zext(builder.bitcast(found, ir.IntType(LANES)), ir.IntType(64))


@intrinsic
def lanes_with(_context: Any, _pointer: Any, _value: Any) -> Any:
    """A mask of those of the 16 bytes at a pointer that equal a value."""
    return types.int64(Bytes, types.int8), lambda _, builder, __, args: _compared(
        builder, args, 1, builder.icmp_signed, "=="
    )


@intrinsic
def lanes_at_most(_context: Any, _pointer: Any, _most: Any) -> Any:
    """A mask of those of the 16 numbers at a pointer that are at most another."""
    return types.int64(Floats, types.float64), lambda _, builder, __, args: _compared(
        builder, args, 8, builder.fcmp_ordered, "<="
    )


@intrinsic
def spread(_context: Any, _pointer: Any, _mask: Any) -> Any:
    """Store 16 bytes: 255 for each bit of a mask that is set, 0 for the others, lowest first."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        bits = builder.bitcast(builder.trunc(args[1], ir.IntType(LANES)), ir.VectorType(ir.IntType(1), LANES))
        kind = ir.VectorType(ir.IntType(8), LANES)
        stored = builder.store(builder.sext(bits, kind), builder.bitcast(args[0], kind.as_pointer()))
        stored.align = 1

    return types.void(Bytes, types.int64), generate


@intrinsic
def reversed_bits(_context: Any, _mask: Any) -> Any:
    """The 16 bits of a mask in the other order."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        half = ir.IntType(LANES)
        kind = ir.FunctionType(half, [half])
        reverse = cgutils.get_or_insert_function(builder.module, kind, "llvm.bitreverse.i16")
        return builder.zext(builder.call(reverse, [builder.trunc(args[0], half)]), ir.IntType(64))

    return types.int64(types.int64), generate


@intrinsic
def lowest(_context: Any, _mask: Any) -> Any:
    """The place of the lowest bit that is set; the mask is not 0."""
    return types.int64(types.int64), lambda _, builder, __, args: builder.cttz(args[0], ir.IntType(1)(1))


@intrinsic
def bits_set(_context: Any, _mask: Any) -> Any:
    """How many bits of a mask are set."""
    return types.int64(types.int64), lambda _, builder, __, args: builder.ctpop(args[0])


@intrinsic
def fill(_context: Any, _pointer: Any, _value: Any, _count: Any) -> Any:
    """Set `count` bytes."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        byte = ir.IntType(8)
        kind = ir.FunctionType(ir.VoidType(), [byte.as_pointer(), byte, ir.IntType(64), ir.IntType(1)])
        memset = cgutils.get_or_insert_function(builder.module, kind, "llvm.memset.p0.i64")
        return builder.call(memset, [*args, ir.IntType(1)(0)])

    return types.void(Bytes, types.int8, types.int64), generate
