"""Rows of a picture to a piece of a deflate stream, at the speed of memory.

RFC 1951 is the format, and the PNG specification (ISO/IEC 15948, 9.2) has the filters.  Pictures of
figures are large constant areas with a thin boundary, so runs of one value are the only matches
that are looked for, and a Huffman code that suits such pictures is made once, not from each picture:
see `engine/compression.py`.
"""

from typing import Any

END = 256  # the symbol that ends a block; in the table, run n has the entry END + n
LONGEST = 258  # the longest run that one symbol can stand for
HEADER = END + LONGEST + 1  # the table has here: header bytes, an entry for the bits after them, the bytes
BITS = 6  # an entry is code << BITS | number of bits
BLOCK = 64  # bytes that are compared at once: enough that LLVM makes vector instructions of it


def deflate(
    pixels: Any, width: int, stride: int, rows: int, up: int, same: Any, final: int, table: Any, out: Any
) -> int:
    """Filter and compress a band of rows; a kernel, for arrays or pointers, that allocates nothing.

    The bands of a picture, one after the other, are one deflate stream.  A row has the filter Up, or
    None if it is the first of its band, as the row above may not exist yet.  Without `up`, only
    rows that equal the row above have Up, which makes pictures of one byte a pixel smaller.

    Args:
        pixels: uint8, row r from `r * stride` on.
        width: of a row, in bytes; below 2**27.
        stride: from row to row, in bytes.
        rows: how many, at least 1.
        up: 1 for pixels of 1 bit (and of several bytes), 0 for pixels of one byte.
        same: uint8[rows], not 0 where a row is known to equal the row above: it is not searched then.
        final: 1 in the last band of a picture, else 0.
        table: `table_for(width, up)`, int64.
        out: uint8[bound(width, rows, up)], for the result.

    Returns:
        size << 32 | sum: the bytes written, and the Adler-32 (RFC 1950) of the filtered rows.
    """
    size: int = table[HEADER]
    for k in range(size):
        out[k] = table[HEADER + 2 + k]
    bits = table[HEADER + 1] & 63  # how many wait in `held`, the first one lowest
    held = table[HEADER + 1] >> BITS
    low, high = 1, 0  # the two halves of Adler-32
    for row in range(rows):
        start = row * stride
        keep = 255 if row else 0  # what the filter takes of the row above: all of it with Up, 0 with None
        back = stride if row else 0
        x = 0
        while x < width:
            # The run of equal residuals from x to y.
            value = (256 + pixels[start + x] - (pixels[start + x - back] & keep)) & 255
            y = x + 1
            if keep and same[row]:
                y = width
            while y + BLOCK <= width:
                differ = 0
                for k in range(start + y, start + y + BLOCK):
                    differ |= (256 + pixels[k] - (pixels[k - back] & keep) - value) & 255
                if differ:
                    break
                y += BLOCK
            while y < width and (256 + pixels[start + y] - (pixels[start + y - back] & keep)) & 255 == value:
                y += 1
            if x == 0:
                if keep and y < width and not up:
                    keep = 0
                    continue
                entry = table[keep & 2]
                held |= (entry >> BITS) << bits
                bits += entry & 63
                low += keep & 2
                high += low
            count = y - x
            x = y
            high += count * low + value * (count * (count + 1) >> 1)
            low += count * value
            # A literal, then matches, or literals again for the last one or two.
            step, entry = 1, table[value]
            while count > 0:
                held |= (entry >> BITS) << bits
                bits += entry & 63
                if bits > 23:
                    for k in range(8):
                        out[size + k] = (held >> (8 * k)) & 255
                    size += bits >> 3
                    held >>= bits & 56
                    bits &= 7
                count -= step
                step = min(count, LONGEST)
                if step > 2:
                    entry = table[END + step]
                else:
                    step, entry = 1, table[value]
        low %= 65521
        high %= 65521
    # The end of the block, then an empty stored block, which ends on a whole byte (RFC 1951, 3.2.4).
    held |= (table[END] >> BITS | final << (table[END] & 63)) << bits
    bits += (table[END] & 63) + 3
    while bits > 0:
        out[size] = held & 255
        held >>= 8
        bits -= 8
        size += 1
    for k in range(4):
        out[size + k] = 255 * (k // 2)
    return (size + 4) << 32 | high << 16 | low
