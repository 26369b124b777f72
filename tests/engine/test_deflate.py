"""Bands of rows, compressed by the kernel and decompressed by zlib."""

import ctypes
import itertools
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numba import cfunc, njit, types
from numpy.typing import NDArray

from shapecli.engine.compression import SLACK, Band, bound, code_lengths, table_for
from shapecli.engine.kernels.deflate import END, LONGEST, deflate

Rows = NDArray[np.uint8]
WIDTHS = (1, 7, 8, 63, 64, 65, 66, 127, 128, 129, 257, 258, 259, 260, 261, 262, 516, 517, 518, 1000)
GUARD = 0xA5


@cache
def kernel() -> Any:
    """The kernel as the product uses it: raw pointers, no interpreter."""
    octets, word = types.CPointer(types.uint8), types.int64
    signature = word(octets, word, word, word, word, octets, word, types.CPointer(word), octets)
    options = {"boundscheck": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    inner = njit(error_model="numpy", **options)(deflate)

    @cfunc(signature, error_model="numpy")
    def entry(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any, i: Any) -> Any:
        return inner(a, b, c, d, e, f, g, h, i)

    (code,) = inner.inspect_llvm().values()
    calls = [line for line in code.splitlines() if line.startswith("declare")]
    assert all(" @llvm." in line for line in calls), calls  # the code must run without Numba
    return entry.ctypes, entry


def band(pixels: Rows, up: bool = False, final: bool = True, same: Sequence[int] | None = None) -> Band:
    """One band from uint8[rows, row bytes], whose rows may be parts of longer ones."""
    rows, width = pixels.shape
    table = np.frombuffer(table_for(width, up), np.int64)
    out = np.full(bound(width, rows, up) + 64, GUARD, np.uint8)
    hint = np.zeros(rows, np.uint8) if same is None else np.array(same, np.uint8)
    octets = ctypes.POINTER(ctypes.c_uint8)

    def pointer(array: NDArray[Any], kind: Any = octets) -> Any:
        return ctypes.cast(array.ctypes.data, kind)

    result = kernel()[0](
        pointer(pixels), width, pixels.strides[0], rows, up, pointer(hint), final,
        pointer(table, ctypes.POINTER(ctypes.c_int64)), pointer(out),
    )  # fmt: skip
    size, adler = divmod(result, 1 << 32)
    assert (out[-64:] == GUARD).all()
    assert size <= len(out) - 64
    return Band(out[:size].tobytes(), adler, rows * (width + 1))


def bands(pixels: Rows, heights: Sequence[int], up: bool = False) -> list[Band]:
    """All bands of a picture; the last one has the rows that are left."""
    tops = [0, *np.cumsum(heights).tolist(), len(pixels)]
    parts = [pixels[top:end] for top, end in itertools.pairwise(tops) if top < end]
    return [band(part, up, final=k == len(parts) - 1) for k, part in enumerate(parts)]


def unfiltered(text: bytes, width: int) -> tuple[Rows, list[int]]:
    """The rows that filtered ones stand for, and the filters: None and Up only."""
    lines = np.frombuffer(text, np.uint8).reshape(-1, width + 1)
    rows = np.zeros((len(lines) + 1, width), np.uint8)
    for k, line in enumerate(lines):
        assert line[0] in (0, 2)
        rows[k + 1] = line[1:] + (rows[k] if line[0] else 0)
    return rows[1:], lines[:, 0].tolist()


def check(pixels: Rows, up: bool = False, same: Sequence[int] | None = None) -> tuple[Band, list[int]]:
    """A band that zlib decompresses to the right rows."""
    found = band(pixels, up, same=same)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    text = stream.decompress(found.data)
    assert stream.eof
    assert stream.unused_data == b""
    assert zlib.adler32(text) == found.adler
    assert len(text) == found.length
    rows, filters = unfiltered(text, pixels.shape[1])
    np.testing.assert_array_equal(rows, pixels)
    return found, filters


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_any_width(width: int, up: bool) -> None:
    """Noise, little noise, steps, constants; rows that repeat, and rows that nearly do."""
    random = np.random.default_rng(width)
    noise = random.integers(0, 256, (5, width), dtype=np.uint8)
    check(noise, up)
    check(random.integers(0, 2, (5, width), dtype=np.uint8), up)
    check(np.sort(noise, axis=1), up)
    check(np.repeat(noise, 3, axis=0), up)
    for value in (0, 1, 77, 255):
        plain = np.full((5, width), value, np.uint8)
        check(plain, up)
        for place in {0, width // 2, width - 1}:
            dotted = plain.copy()
            dotted[2, place] ^= 1
            check(dotted, up)


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 600)), elements=st.integers(0, 3)),
    st.booleans(),
)
@example(np.zeros((1, 1), np.uint8), True)
def test_any_rows(pixels: Rows, up: bool) -> None:
    """Whatever hypothesis thinks of, with many runs in it."""
    check(pixels, up)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=12), st.booleans(), st.integers(0, 255))
def test_runs_of_any_length(lengths: list[int], up: bool, value: int) -> None:
    """Runs up to several times the longest match, of two values by turns, in the second row too."""
    values = np.resize(np.array([value, value ^ 255], np.uint8), len(lengths))
    row = np.repeat(values, lengths)
    check(np.stack([row, row[::-1], row[::-1]]), up)


@pytest.mark.parametrize("up", [False, True])
def test_the_worst_case_fits(up: bool) -> None:
    """Rows of the values with the longest codes; `band` looks for bytes over the end."""
    for width in (1, 2, 3, 4, 64, 1000, 5000):
        table = table_for(width, up)
        bits = [table[value] & 63 for value in range(END)]
        cost = [table[END + run] & 63 for run in range(LONGEST + 1)]
        assert all(cost[run] <= run * max(bits) for run in range(3, LONGEST + 1))
        worst = [value for value in range(END) if bits[value] == max(bits)]
        pixels = np.resize(np.array(worst[:2], np.uint8), (3, width))
        pixels[1] = np.roll(pixels[1], 1)
        if up:
            pixels = np.cumsum(pixels, axis=0, dtype=np.uint8)
        for rows in (1, 3):
            found, _ = check(pixels[:rows], up)
            assert 0 <= bound(width, rows, up) - SLACK - len(found.data) <= rows


def test_equal_rows_are_cheap() -> None:
    """A few bytes each, whether found or told; and what is told is believed."""
    row = np.random.default_rng(1).integers(0, 256, 1024, dtype=np.uint8)
    once, _ = check(row[None])
    many, filters = check(np.tile(row, (101, 1)))
    assert len(many.data) - len(once.data) < 100 * 8
    assert filters == [0, *[2] * 100]
    told, _ = check(np.tile(row, (101, 1)), same=[1] * 101)
    assert told == many
    other = np.tile(row, (2, 1))
    other[1, 5] ^= 1
    assert band(other, same=[0, 1]) == band(np.tile(row, (2, 1)))


def test_filters() -> None:
    """The row above helps always, or where it is equal (or differs by a constant); never at the top."""
    pixels = np.array([[3, 5], [3, 5], [3, 6], [4, 7], [0, 0]], np.uint8)
    assert check(pixels)[1] == [0, 2, 0, 2, 0]
    assert check(pixels, up=True)[1] == [0, 2, 2, 2, 2]


@given(st.lists(st.integers(1, 9), max_size=6), st.booleans(), st.integers(0, 2**32 - 1))
def test_bands_join(heights: list[int], up: bool, seed: int) -> None:
    """Bands one after the other are one stream; only the last one ends it."""
    pixels = np.random.default_rng(seed).integers(0, 2, (sum(heights) + 3, 40), dtype=np.uint8)
    found = bands(pixels, heights, up)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    texts = []
    for piece in found:
        assert not stream.eof
        texts.append(stream.decompress(piece.data))  # a whole band comes out at once: it is flushed
        assert zlib.adler32(texts[-1]) == piece.adler
    assert stream.eof
    np.testing.assert_array_equal(unfiltered(b"".join(texts), 40)[0], pixels)


def test_rows_in_a_larger_picture() -> None:
    """A stride longer than the row, and nothing outside is looked at."""
    large = np.random.default_rng(2).integers(0, 256, (20, 300), dtype=np.uint8)
    large[5:7] = large[4]
    part = large[3:9, 100:230]
    outside = np.invert(large)
    outside[3:9, 100:230] = part
    found, filters = check(part)
    assert filters == [0, 0, 2, 2, 0, 0]
    assert found == band(part.copy()) == band(outside[3:9, 100:230])


def test_sums_of_long_rows() -> None:
    """Adler-32 where its halves grow most."""
    check(np.full((2, 1_000_003), 255, np.uint8))


@given(st.lists(st.integers(1, 50), min_size=2, max_size=300))
def test_code_lengths(weights: list[int]) -> None:
    """A complete code (Kraft) that is no longer than one of equal lengths, and shorter for more weight."""
    lengths = code_lengths(weights)
    assert sum(2.0**-length for length in lengths) == 1.0
    equal = (len(weights) - 1).bit_length()
    assert sum(w * n for w, n in zip(weights, lengths, strict=True)) <= equal * sum(weights)
    by_weight = sorted(zip(weights, lengths, strict=True))
    assert all(a[1] >= b[1] for a, b in itertools.pairwise(by_weight) if a[0] < b[0])
    assert code_lengths([3, 0, 1, 0, 1]) == [1, 0, 2, 0, 2]


@given(st.integers(1, 1 << 27), st.booleans())
def test_every_table_is_a_code(width: int, up: bool) -> None:
    """Zlib accepts the header and the end of the block; no entry is too long for the kernel's word."""
    table = table_for(width, up)
    assert max(entry & 63 for entry in table[: END + LONGEST + 1]) <= 21
    check(np.zeros((1, min(width, 3)), np.uint8), up)
    whole, tail = table[END + LONGEST + 1 : END + LONGEST + 3]
    bits = (tail & 63) + (table[END] & 63)
    rest = (tail >> 6) | (table[END] >> 6) << (tail & 63)
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    end = (rest | 1 << bits).to_bytes(8, "little")[: (bits + 3 + 7) // 8]  # a final stored block
    stream.decompress(bytes(table.tolist()[END + LONGEST + 3 :]) + end + b"\0\0\xff\xff")
    assert len(table) == END + LONGEST + 3 + whole
    assert stream.eof
