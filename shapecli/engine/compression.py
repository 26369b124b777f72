"""What the kernel that compresses pictures is told: Huffman codes that suit them, and room for the result."""

import heapq
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from shapecli.engine.kernels.deflate import BITS, END, HEADER, LONGEST

SLACK: Final = 8  # bytes are stored eight at a time, so that the last store may reach over the end

# RFC 1951, 3.2.5: symbol 257 + k stands for runs of _FIRST[k] and more, told apart by _EXTRA[k] bits.
_EXTRA: Final = (*[0] * 8, *[k // 4 for k in range(4, 24)], 0)
_FIRST: Final = (*(3 + sum(1 << e for e in _EXTRA[:k]) for k in range(28)), LONGEST)
_ORDER: Final = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)  # RFC 1951, 3.2.7


class Band(NamedTuple):
    """Some rows of a picture, filtered and compressed.

    Attributes:
        data: a piece of a raw deflate stream (RFC 1951); the bands of a picture make the whole.
        adler: Adler-32 (RFC 1950) of the filtered rows.
        length: of the filtered rows, in bytes: rows * (bytes of a row + 1).
    """

    data: bytes | memoryview
    adler: int
    length: int


def bound(width: int, rows: int, up: bool) -> int:
    """The bytes that `deflate` may write for rows of `width` bytes, whatever is in them."""
    table = table_for(width, up)
    each = max(entry & 63 for entry in table[:END])  # a match is shorter than the literals in its place
    filters = max(table[0] & 63, table[2] & 63)
    bits = (table[HEADER + 1] & 63) + rows * (filters + width * each) + (table[END] & 63) + 3
    return table[HEADER] + (bits + 7) // 8 + 4 + SLACK


def code_lengths(weights: Sequence[float]) -> list[int]:
    """How many bits Huffman's code gives each symbol, 0 to those of weight 0."""
    heap = [(weight, symbol) for symbol, weight in enumerate(weights) if weight]
    heapq.heapify(heap)
    parents = [0] * (len(weights) + len(heap) - 1)
    for node in range(len(weights), len(parents)):
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        parents[first[1]] = parents[second[1]] = node
        heapq.heappush(heap, (first[0] + second[0], node))
    depths = [0] * len(parents)
    for node in range(len(parents) - 2, -1, -1):
        depths[node] = depths[parents[node]] + 1
    return [depth if weight else 0 for depth, weight in zip(depths, weights, strict=False)]


def code_entries(lengths: Sequence[int]) -> list[int]:
    """The entries of the symbols with these code lengths (RFC 1951, 3.2.2), first bit lowest."""
    entries = [0] * len(lengths)
    code = 0
    for bits in range(1, max(lengths) + 1):
        code <<= 1
        for symbol, length in enumerate(lengths):
            if length == bits:
                entries[symbol] = int(f"{code:0{bits}b}"[::-1], 2) << BITS | bits
                code += 1
    return entries


def make_table(weights: Sequence[float]) -> "array[int]":
    """What the kernel needs of the Huffman code for symbols of these weights, float[286].

    The entries of 256 literals, of the end of a block and of runs of 1 to 258 (those of 1 and 2 are
    empty), then the header of a block.  There is one distance, 1, and its code is the bit 0.
    """
    lengths = code_lengths(weights)
    entries = code_entries(lengths)
    runs = [0] * (LONGEST + 1)
    for first, extra, entry in zip(_FIRST, _EXTRA, entries[END + 1 :], strict=True):
        bits = entry & 63
        for more in range(min(1 << extra, LONGEST + 1 - first)):
            runs[first + more] = (entry >> BITS | more << bits) << BITS | (bits + extra + 1)

    sent = [*lengths, 1]  # the last is for the distance
    counts = [sent.count(length) for length in range(len(_ORDER))]
    lengths_of_lengths = code_lengths([count and count + 6 for count in counts])  # none above 7 then
    assert max(lengths) <= 15
    assert max(lengths_of_lengths) <= 7
    coded = code_entries(lengths_of_lengths)
    # RFC 1951, 3.2.7: not final, dynamic; 286 literals and runs, 1 distance, all 19 lengths of lengths
    fields = [(0, 1), (2, 2), (286 - 257, 5), (1 - 1, 5), (19 - 4, 4)]
    fields += [(lengths_of_lengths[length], 3) for length in _ORDER]
    fields += [(coded[length] >> BITS, coded[length] & 63) for length in sent]
    header, total = 0, 0
    for value, bits in fields:
        header |= value << total
        total += bits
    whole, left = divmod(total, 8)
    *octets, tail = header.to_bytes(whole + 1, "little")
    return array("q", [*entries[: END + 1], *runs[1:], whole, tail << BITS | left, *octets])


@lru_cache(maxsize=8)
def table_for(width: int, up: bool) -> "array[int]":
    """The table for rows of `width` bytes; long runs are more frequent in longer ones.

    The weights follow what was counted in pictures of the examples: with `up`, of 1 bit a pixel;
    without, of 8 bits a pixel, where the numbers nearest to 0 and 255 are those of plain colours.
    """
    if up:
        weights = [1 + 20 / (1 + min(value, 256 - value)) for value in range(256)]
        for k in range(8):  # where an edge moves by a pixel, one bit changes
            weights[1 << k] += 100
            weights[256 - (1 << k)] += 100
        weights[0], weights[2] = 2400, 1000  # what starts a run, and a row
    else:
        weights = [10 + 100 / (1 + min(value, 255 - value)) for value in range(256)]
        weights[0], weights[255], weights[2] = 1500, 1000, 300
    return make_table([*weights, 1, *[10 + 5 * k for k in range(28)], 20 + 1.5 * width])
