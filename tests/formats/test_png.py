"""PNG files, read by three readers: Pillow, zlib, and a small one of our own."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from shapecli.engine.compression import Band
from shapecli.formats.png import (
    Header,
    adler_combine,
    deflate_rows,
    write_bands,
    write_image,
)
from tests.drawn import texts_of
from tests.engine.test_deflate import bands

Pixels = NDArray[np.uint8]
RED, CLEAR, HALF = (255, 0, 0, 255), (0, 0, 0, 0), (1, 2, 3, 128)
HEADERS = (
    Header(13, 5, depth=1),
    Header(13, 5, depth=1, palette=(CLEAR, RED)),
    Header(13, 5, depth=1, palette=(RED,)),
    Header(13, 5),
    Header(13, 5, palette=tuple((k, 255 - k, k // 2, 255) for k in range(256))),
    Header(13, 5, palette=(CLEAR, HALF, RED, *[(k, k, k, 255) for k in range(253)])),
    Header(13, 5, channels=3),
    Header(13, 5, channels=4),
)


# --- a reader that shares nothing with the writer ---------------------------------------------------


@dataclass
class Read:
    """A PNG: the fields of its header, other chunks by kind, and its pixels as RGBA."""

    width: int
    height: int
    depth: int
    colour: int
    chunks: list[tuple[bytes, bytes]]
    rgba: list[tuple[int, int, int, int]]


def chunks_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, whose sums must be right."""
    assert data[:8] == bytes((137, 80, 78, 71, 13, 10, 26, 10))
    place = 8
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        body = data[place + 4 : place + 8 + length]
        assert struct.unpack_from(">I", data, place + 8 + length) == (zlib.crc32(body),)
        yield body[:4], body[4:]
        place += 12 + length


def unfilter(text: bytes, row_bytes: int, step: int) -> list[bytes]:
    """Rows without their filters, with the words of the specification, 9.2."""
    rows, above = [], bytes(row_bytes)
    for start in range(0, len(text), row_bytes + 1):
        kind, row = text[start], bytearray(text[start + 1 : start + 1 + row_bytes])
        for x in range(row_bytes):
            a = row[x - step] if x >= step else 0
            b = above[x]
            c = above[x - step] if x >= step else 0
            paeth = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            row[x] = (row[x] + (0, a, b, (a + b) // 2, paeth)[kind]) % 256
        above = bytes(row)
        rows.append(above)
    return rows


def read(data: bytes) -> Read:
    """Any PNG with 1 or 8 bits a sample that is not interlaced."""
    (kind, first), *chunks = chunks_of(data)
    width, height, depth, colour, *zeros = struct.unpack(">IIBBBBB", first)
    assert kind == b"IHDR"
    assert zeros == [0, 0, 0]
    assert chunks[-1] == (b"IEND", b"")
    kinds = [kind for kind, _ in chunks]
    assert kinds.index(b"IDAT") + kinds.count(b"IDAT") == len(kinds) - 1  # one after the other, then the end
    once = dict(chunks)
    channels = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    row_bytes = (width * channels * depth + 7) // 8
    stream = zlib.decompressobj()
    text = stream.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    assert stream.eof  # the sum at the end is right
    assert stream.unused_data == b""
    assert len(text) == height * (row_bytes + 1)
    palette, alphas = once.get(b"PLTE", b""), once.get(b"tRNS", b"")
    assert (colour == 3) == bool(palette)

    def pixel(row: bytes, x: int) -> tuple[int, int, int, int]:
        sample = row[x // 8] >> (7 - x % 8) & 1 if depth == 1 else row[x * channels]
        if colour == 3:
            r, g, b = palette[3 * sample : 3 * sample + 3]
            return r, g, b, alphas[sample] if sample < len(alphas) else 255
        if colour == 0:
            level = sample * 255 if depth == 1 else sample
            return level, level, level, 255
        r, g, b, a = (*row[x * channels : (x + 1) * channels], 255)[:4]
        return r, g, b, a

    rows = unfilter(text, row_bytes, max(1, channels * depth // 8))
    rgba = [pixel(row, x) for row in rows for x in range(width)]
    return Read(width, height, depth, colour, chunks, rgba)


# --- helpers ----------------------------------------------------------------------------------------


def rows_for(header: Header, seed: int = 0) -> Pixels:
    """Random rows, with numbers that are in the palette and zeros in the bits after the last pixel."""
    random = np.random.default_rng(seed)
    shape = (header.height, header.width * header.channels)
    samples = random.integers(0, len(header.palette) or 1 << header.depth, shape, dtype=np.uint8)
    samples[2:4] = samples[1]
    return np.packbits(samples, axis=1) if header.depth == 1 else samples


def file_of(header: Header, found: list[Band], metadata: dict[str, str] | None = None) -> bytes:
    """The PNG of some bands."""
    stream = io.BytesIO()
    write_bands(stream, header, metadata or {}, found)
    return stream.getvalue()


def image_file(image: Image.Image, metadata: dict[str, str] | None = None) -> bytes:
    """The PNG of an image."""
    stream = io.BytesIO()
    write_image(stream, image, metadata or {})
    return stream.getvalue()


def agree(data: bytes, width: int, height: int) -> Read:
    """What our reader finds, which is what Pillow finds."""
    found = read(data)
    image = Image.open(io.BytesIO(data))
    assert (found.width, found.height) == image.size == (width, height)
    assert (
        np.array(found.rgba).reshape(height, width, 4).tolist() == np.asarray(image.convert("RGBA")).tolist()
    )
    return found


def colours_of(header: Header, rows: Pixels) -> list[tuple[int, ...]]:
    """The RGBA of rows without filters, by NumPy."""
    if header.depth == 1:
        rows = np.unpackbits(rows, axis=1)[:, : header.width]
    if header.palette:
        return [header.palette[number] for number in rows.reshape(-1)]
    if header.channels == 1:
        return [
            (level, level, level, 255)
            for level in (rows.reshape(-1) * (255 if header.depth == 1 else 1)).tolist()
        ]
    return [(*pixel, 255)[:4] for pixel in rows.reshape(-1, header.channels).tolist()]


# --- the container ----------------------------------------------------------------------------------


@pytest.mark.parametrize("header", HEADERS, ids=lambda h: f"{h.depth}x{h.channels}, {len(h.palette)} colours")
@pytest.mark.parametrize("heights", [[], [1], [2, 2], [1, 1, 1, 1]])
def test_every_form_from_the_kernel_and_from_zlib(header: Header, heights: list[int]) -> None:
    """Both ways to compress, in any number of bands, give the same picture."""
    rows = rows_for(header, len(heights))
    parts = np.split(rows, np.cumsum(heights)) if heights else [rows]
    for found in (
        bands(rows, heights, up=header.depth == 1),
        bands(rows, heights, up=header.channels != 1),
        list(deflate_rows(header, parts)),
    ):
        picture = agree(file_of(header, found), header.width, header.height)
        assert picture.rgba == colours_of(header, rows)
        assert (picture.depth, picture.colour) == (header.depth, header.colour_type)


def test_transparency_is_written_only_if_needed() -> None:
    """TRNS ends at the last colour that is not opaque."""
    for palette, alphas in (((RED, RED), None), ((CLEAR, RED), b"\x00"), ((RED, HALF, RED), b"\xff\x80")):
        header = Header(1, 1, palette=palette)
        found = read(file_of(header, bands(np.zeros((1, 1), np.uint8), [])))
        assert dict(found.chunks).get(b"tRNS") == alphas


@pytest.mark.parametrize(
    "values",
    [
        {"width": 0},
        {"height": 1 << 31},
        {"depth": 4},
        {"depth": 1, "channels": 3},
        {"channels": 2},
        {"palette": (RED,) * 257},
        {"depth": 1, "palette": (RED,) * 3},
        {"channels": 4, "palette": (RED,)},
    ],
)
def test_impossible_headers(values: dict[str, Any]) -> None:
    """Refused when made."""
    with pytest.raises(ValueError, match=r"a PNG has|8 bits|more colours"):
        Header(**{"width": 3, "height": 2} | values)


def test_missing_rows() -> None:
    """Fewer or more rows than the picture has are an error."""
    rows = np.zeros((3, 4), np.uint8)
    for height in (2, 4):
        with pytest.raises(ValueError, match="15 bytes for"):
            file_of(Header(4, height), bands(rows, [1]))


@given(st.binary(max_size=300), st.binary(max_size=300))
@example(b"", b"")
@example(b"\xff" * 300, b"\xff" * 300)
def test_adler_combine(first: bytes, second: bytes) -> None:
    """The sum of both texts, for any two."""
    for a in (first, first * 7001):
        joined = adler_combine(zlib.adler32(a), zlib.adler32(second), len(second))
        assert joined == zlib.adler32(a + second)


def test_large_bands() -> None:
    """A picture of several bands with a real shape in it."""
    y, x = np.mgrid[-1:1:300j, -1:1:1000j]
    disc = np.rint(np.clip((0.8 - np.hypot(x, y)) * 150 + 0.5, 0, 1) * 255).astype(np.uint8)
    data = file_of(Header(1000, 300), bands(disc, [64, 64, 64, 64]))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), disc)
    assert len(data) < 6000
    packed = np.packbits(disc > 127, axis=1)
    data = file_of(Header(1000, 300, depth=1), bands(packed, [100, 100], up=True))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), disc > 127)
    assert len(data) < 3000


# --- metadata ---------------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.sampled_from(["source", "title", "x.y"]), st.text(st.characters(exclude_categories=["Cs"]))
    )
)
@example({"source": "draw x ≤ π\n" * 500, "title": "ü"})
@example({"source": "a" * 1024, "title": "a" * 1025, "x.y": ""})
def test_metadata(texts: dict[str, str]) -> None:
    """Read again by Pillow; long ones are compressed; nothing but them depends on them."""
    data = image_file(Image.new("RGB", (2, 2)), texts)
    assert texts_of(Image.open(io.BytesIO(data))) == texts
    chunks = list(chunks_of(data))
    assert [body.partition(b"\0")[0].decode() for kind, body in chunks if kind == b"iTXt"] == [
        f"shapecli:{key}" for key in texts
    ]
    assert [body.partition(b"\0")[2][0] for kind, body in chunks if kind == b"iTXt"] == [
        len(text) > 1024 for text in texts.values()
    ]
    plain = list(chunks_of(image_file(Image.new("RGB", (2, 2)))))
    assert [chunk for chunk in chunks if chunk[0] != b"iTXt"] == plain
    assert data == image_file(Image.new("RGB", (2, 2)), texts)


# --- images in memory -------------------------------------------------------------------------------

IMAGES = {
    "black and white": ([(0, 0, 0, 255), (255, 255, 255, 255)], 1, 0),
    "white": ([(255, 255, 255, 255)], 1, 0),
    "two greys": ([(3, 3, 3, 255), (255, 255, 255, 255)], 1, 3),
    "two colours": ([RED, (0, 0, 255, 255)], 1, 3),
    "two, one clear": ([RED, CLEAR], 1, 3),
    "clear": ([CLEAR], 1, 3),
    "clear in two colours": ([CLEAR, (255, 255, 255, 0)], 1, 3),
    "greys": ([(k, k, k, 255) for k in range(0, 256, 5)], 8, 0),
    "all greys": ([(k, k, k, 255) for k in range(256)], 8, 0),
    "greys, one clear": ([(k, k, k, 255) for k in range(9)] + [CLEAR], 8, 3),
    "256 colours": ([(k, 0, 9, 255 - k % 3) for k in range(256)], 8, 3),
    "257 colours": ([(k % 256, k // 256, 9, 255) for k in range(257)], 8, 2),
    "257 with alpha": ([(k % 256, k // 256, 9, 255 - k // 256) for k in range(257)], 8, 6),
}


@pytest.mark.parametrize("name", IMAGES)
def test_the_smallest_form(name: str) -> None:
    """By what is in the image, exactly."""
    colours, depth, kind = IMAGES[name]
    order = np.random.default_rng(4).permutation(np.resize(np.arange(len(colours)), 17 * 31))
    pixels = np.array(colours, np.uint8)[order].reshape(17, 31, 4)
    data = image_file(Image.fromarray(pixels))
    found = agree(data, 31, 17)
    assert (found.depth, found.colour) == (depth, kind)
    assert found.rgba == list(map(tuple, pixels.reshape(-1, 4).tolist()))
    if (pixels[..., 3] == 255).all():
        assert image_file(Image.fromarray(pixels[..., :3].copy())) == data


@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 12), st.integers(1, 12), st.sampled_from([3, 4])),
        elements=st.sampled_from([0, 1, 128, 255]),
    )
)
def test_any_image(pixels: Pixels) -> None:
    """Whatever the form, the colours stay."""
    height, width, channels = pixels.shape
    found = agree(image_file(Image.fromarray(pixels)), width, height)
    assert found.rgba == [(*pixel, 255)[:4] for pixel in pixels.reshape(-1, channels).tolist()]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_images_of_several_blocks(channels: int) -> None:
    """Filtered in blocks of a megabyte; the filter goes on from one to the next."""
    shape = (1500, 1000, channels)
    pixels = (
        np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8) & (np.arange(1000) < 40)[:, None]
    )
    image = Image.fromarray(pixels if channels > 1 else pixels[..., 0])
    data = image_file(image)
    expected = np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")), expected)


def test_importing_is_cheap() -> None:
    """Neither the container nor the kernel's module waits for a library."""
    code = (
        "import shapecli.formats.png, shapecli.engine.kernels.deflate, sys;"
        "print([name for name in ('numpy', 'numba', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
