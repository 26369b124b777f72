"""A picture is the program that draws it; and what comes with a picture is not trusted."""

import json
import struct
import zlib
from pathlib import Path

import pytest

from shapecli.formats.png import PREFIX, SIGNATURE
from tests.commands.run import run

FIGURE = """param r = 0.5 in 0.1 .. 2
window -2, 1, -1, 1
draw hypot(x, y) <= r fill teal
draw y = x stroke red
"""
KINDS = {
    "plain": [], "layers": ["--fill", "red"], "size": ["--size", "300x200"], "soft": ["--style", "soft"],
    "parameter": ["--set", "r=1.25", "-n", "7.1"], "crisp": ["--sharp", "--aa", "1"],
    "stretched": ["--stretch", "--size", "90x90"],
    "window": ["--window", "-0.3,0.9,0,0.7"],
    "outline": ["--style", "outline", "--stroke", "#12345678", "--stroke-width", "3.5"],
    "field": ["--style", "field", "--colours", "RdBu", "--span", "2"],
    "clear": ["--background", "transparent"],
}  # fmt: skip


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_draws_itself_again(options: list[str], ending: str, tmp_path: Path) -> None:
    """Byte for byte, from a file and from a pipe."""
    if ending == "svg" and "field" in options:
        options = ["--size", "64"]
    (tmp_path / "a.shape").write_text(FIGURE)
    size = [] if "--size" in options else ["--size", "120"]
    first, again, piped = (tmp_path / f"{name}.{ending}" for name in ("first", "again", "piped"))
    assert run("render", "a.shape", *options, *size, "-o", first, folder=tmp_path).code == 0
    assert run("render", first, "-o", again, folder=tmp_path).code == 0
    assert again.read_bytes() == first.read_bytes()
    assert run("render", "-", "-o", piped, folder=tmp_path, stdin=first.read_bytes()).code == 0
    assert piped.read_bytes() == first.read_bytes()


def test_the_command_line_comes_before_the_picture(tmp_path: Path) -> None:
    """What is given is changed, and nothing else; expressions and files that are used come along."""
    (tmp_path / "parts.shape").write_text("ear = hypot(x, y) <= r\nparam r = 0.5 in 0 .. 3\n")
    (tmp_path / "a.shape").write_text('use "parts.shape"\ndraw ear fill red\n')
    options = ["--set", "r=1", "-n", "9", "--background", "navy", "--size", "64"]
    assert run("render", "a.shape", *options, folder=tmp_path).code == 0
    (tmp_path / "parts.shape").unlink()
    ended = run("render", "a.png", "--size", "128", "-o", "b.png", "--json", folder=tmp_path)
    report = json.loads(ended.out)
    assert (report["width"], report["sharpness"]) == (128, 9.0)
    assert report["area"] == pytest.approx(3.14159, abs=0.01)
    assert run("render", "b.png", "--set", "r=2", "-o", "c.png", "--json", folder=tmp_path).code == 0
    assert run("render", "-e", "y = x^2", "-o", "d.png", "--size", "50", folder=tmp_path).code == 0
    assert run("render", "d.png", "-o", "e.png", folder=tmp_path).code == 0
    assert (tmp_path / "d.png").read_bytes() == (tmp_path / "e.png").read_bytes()
    assert run("check", "c.png", folder=tmp_path).code == 0


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(**texts: str | bytes) -> bytes:
    """A PNG without pixels that carries texts."""
    usual = {
        "source": "draw x <= 1", "sharpness": "50.0", "window": "[-1, 1, -1, 1]", "parameters": "{}",
        "settings": "{}",
    }  # fmt: skip
    parts = [SIGNATURE, chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 10, 8, 2, 0, 0, 0))]
    for key, text in {**usual, **texts}.items():
        packed = isinstance(text, bytes)
        value = text if isinstance(text, bytes) else text.encode()
        parts.append(chunk(b"iTXt", f"{PREFIX}{key}".encode() + bytes((0, packed, 0, 0, 0)) + value))
    return b"".join((*parts, chunk(b"IDAT", b""), chunk(b"IEND", b"")))


GOOD = picture()
HOSTILE = {
    "nothing embedded": (SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b""), "carries no figure"),
    "cut short": (GOOD[:60], "is damaged"),
    "cut between chunks": (GOOD[:33], "ends too early"),
    "damaged": (GOOD.replace(b"draw x <= 1", b"draw y <= 1"), "is damaged"),
    "a bomb": (picture(source=zlib.compress(b"x" * 80_000_000)), "longer than the limit"),
    "a huge chunk": (SIGNATURE + struct.pack(">I4s", 2**31 - 1, b"iTXt"), "a chunk of more than"),
    "not compressed": (picture(source=b"plain"), "damaged"),
    "a window of words": (picture(window='["a", 1, 2, 3]'), "a number is missing"),
    "a window of three": (picture(window="[1, 2, 3]"), "4 numbers"),
    "an endless window": (picture(window="[1e999, 2, 3, 4]"), "a number is missing"),
    "deep": (picture(settings="[" * 100_000), "settings in this picture are damaged"),
    "an unknown setting": (picture(settings='{"threads": 1000}'), "threads is unknown"),
    "a wrong setting": (picture(settings='{"sharp": "yes"}'), "damaged: sharp"),
    "a long setting": (picture(settings=json.dumps({"fill": "r" * 300})), "damaged: fill"),
    "an unknown style": (picture(settings='{"style": "oil"}'), "no style oil"),
    "an unknown colour": (picture(settings='{"fill": "rde"}'), "unknown colour rde"),
    "no window": (picture(window=""), "settings in this picture are damaged"),
    "a number of 400 digits": (picture(window=f"[{'9' * 400}, 2, 3, 4]"), "settings in this picture are"),
    "settings in a list": (picture(settings="[1]"), "should have names"),
    "no tolerance": (picture(settings='{"tolerance": 0}'), "greater than 0"),
    "an endless span": (picture(settings='{"span": Infinity}'), "greater than 0"),
    "parameters in a list": (picture(parameters="[1]"), "parameters"),
    "an unknown parameter": (picture(parameters='{"q": 1}'), "no parameter q"),
    "a mistake in the source": (picture(source="draw sni(x) <= 1"), "unknown function sni"),
    "a hidden character": (picture(source="draw x <= 1 # \u202e"), "invisible character"),
    "a file of the disk": (picture(source='use "/etc/passwd"\ndraw x <= 1'), "its own folder"),
    "a file beside it": (picture(source='use "a.shape"\ndraw x <= 1'), "there is no file a.shape"),
    "texts in a list": (picture(used="[1]"), "damaged"),
    "an svg with entities": (
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg width="9" height="9">&a;</svg>',
        "document type",
    ),
    "an svg of somebody": (b'<svg width="9" height="9"/>', "carries no figure"),
    "an svg without a size": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no size"),
    "an html": (b"<?xml version='1.0'?><html/>", "no SVG"),
    "an svg cut short": (
        b'<svg width="9" height="9"><metadata><texts xmlns="urn:shapecli">{', "cannot be drawn again",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_pictures(data: bytes, message: str, tmp_path: Path) -> None:
    """One message, no traceback, nothing drawn, and little memory."""
    (tmp_path / "a.shape").write_text("draw x <= 1")
    (tmp_path / "in.png").write_bytes(data)
    ended = run("render", "in.png", "-o", "out.png", folder=tmp_path)
    assert ended.code in (1, 2)
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out.png").exists()


def test_the_good_one_is_good(tmp_path: Path) -> None:
    """Else the hostile ones would prove nothing."""
    (tmp_path / "in.png").write_bytes(GOOD)
    assert run("render", "in.png", "-o", "out.png", folder=tmp_path).code == 0
