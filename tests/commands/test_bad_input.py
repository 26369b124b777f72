"""Every mistake ends in one message that points at the place, and leaves nothing behind."""

from pathlib import Path

import pytest

from shapecli.commands.main import run as run_here
from tests.commands.run import left_behind, run

DRAW = "\ndraw x <= 1"
OLD = b"an older picture"

MISTAKES = {  # text, line, column, part of the message, part of the hint
    "empty file": ("", 1, 1, "draws nothing", "draw x^2"),
    "only comments": ("# nothing\n\n", 1, 10, "draws nothing", ""),
    "nothing drawn": ("A = x <= 1", 1, 11, "draws nothing", "draw A"),
    "missing operand": ("draw x <= ", 1, 10, "something is missing after <=", ""),
    "missing operand between": ("draw x <= & y <= 1", 1, 11, "an operand is missing between <= and &", ""),
    "unclosed bracket": ("draw (x <= 1 & (y <= 2)", 1, 6, "never closed", ")"),
    "unclosed in an earlier line": ("A = (x <= 1\ndraw A", 1, 5, "never closed", ")"),
    "extra bracket": ("draw (x <= 1))", 1, 14, "closes nothing", "remove"),
    "unknown name": ("draw foo <= 1", 1, 6, "unknown name foo", ""),
    "unknown function": ("draw sni(x) <= 1", 1, 6, "unknown function sni", "did you mean sin?"),
    "product of names": ("draw xy <= 1", 1, 6, "unknown name xy", "x*y"),
    "too many arguments": ("draw sin(x, y) <= 1", 1, 6, "sin takes 1 argument, and 2 are given", ""),
    "too few arguments": ("draw disc(1, 2)", 1, 6, "disc takes 3 arguments, and 2 are given", ""),
    "plain log": ("draw log(x) <= 1", 1, 6, "log takes 2 arguments", "ln(x)"),
    "function not called": ("draw disc", 1, 6, "disc is a function", "disc(a, b, r)"),
    "number is no function": ("draw x(2) <= 1", 1, 6, "x is not a function", "x*(...)"),
    "number for a region": ("draw x & y <= 1", 1, 6, "& needs a region, and this is a number", "inequality"),
    "drawing a number": ("draw x + 1", 1, 6, "draw needs a region", "inequality"),
    "region for a number": ("draw sin(x <= 1) <= 1", 1, 10, "sin needs a number", "if(region"),
    "complement of a number": ("draw ~x <= 1", 1, 7, "~ needs a region", "brackets"),
    "duplicate": ("A = x <= 1\nA = y <= 1\ndraw A", 2, 1, "defined twice, first in line 1", "another name"),
    "cycle": ("A = B\nB = C\nC = A\ndraw A", 3, 5, "A -> B -> C -> A", ""),
    "itself": ("A = A & x <= 1\ndraw A", 1, 5, "A -> A", ""),
    "functions in a circle": ("f(t) = g(t)\ng(t) = f(t)\ndraw f(1) <= 1", 2, 8, "f -> g -> f", ""),
    "defining x": ("x = 3" + DRAW, 1, 1, "x is a coordinate", "draw x = ..."),
    "defining y": ("y(t) = t" + DRAW, 1, 1, "y is a coordinate", ""),
    "defining sin": ("sin = 3" + DRAW, 1, 1, "sin is built in", ""),
    "defining pi": ("pi = 3" + DRAW, 1, 1, "pi is built in", ""),
    "defining n": ("n = 20" + DRAW, 1, 1, "n is the sharpness", "sharpness 50"),
    "=<": ("draw x =< 1", 1, 8, "unexpected =<", "write <="),
    "&&": ("draw x <= 1 && y <= 1", 1, 13, "unexpected &&", "write &"),
    "cyrillic": ("draw х <= 1", 1, 6, "U+0445", "did you mean x?"),
    "full width": ("draw x ＜ 1", 1, 8, "U+FF1C", "did you mean <?"),
    "control character": ("draw x\x07 <= 1", 1, 7, "\\u{0007}", "remove"),
    "direction override": ("draw x <= 1 # \u202e", 1, 15, "\\u{202E}", "remove"),
    "zero-width space": ("draw x\u200b <= 1", 1, 7, "\\u{200B}", "remove"),
    "NUL": ("draw x\0 <= 1", 1, 7, "\\u{0000}", "remove"),
    "1.2.3": ("draw x <= 1.2.3", 1, 11, "malformed number 1.2.3", ""),
    "1e": ("draw x <= 1e", 1, 11, "malformed number 1e", "1*e"),
    "1_000": ("draw x <= 1_000", 1, 11, "malformed number 1_000", "1000"),
    "1e999": ("draw x <= 1e999", 1, 11, "too large", ""),
    "nan": ("draw x <= nan", 1, 11, "unknown name nan", "finite"),
    "inf": ("draw x <= inf", 1, 11, "unknown name inf", "finite"),
    "a name of another tool": (
        "draw circle(0, 0, 1)",
        1,
        6,
        "unknown function circle",
        "write disc(a, b, r)",
    ),
    "a letter": ("draw disc(k, 0, 1)", 1, 11, "unknown name k", "for k in 1..9"),
    "a function alone": ("seed random", 1, 6, "unknown name random", "write random(...)"),
    "an argument too few": ("draw disc(1, 2)", 1, 6, "disc takes 3 arguments", "write disc(a, b, r)"),
    "arguments the wrong way round": ("draw rotate(2, x <= 1)", 1, 6, "in rotate", "it is rotate(R, angle)"),
    "noise of one": ("draw noise(x) <= 0", 1, 6, "noise takes 3 arguments", "write noise(x, y)"),
    "a list is drawn": ("draw [x <= 1]", 1, 6, "this is a list", "for R in list"),
    "a loop before a word": ("draw x <= k for k in 1..3 fill gold", 1, 27, "unexpected fill", "comes last"),
    "a loop before draw": ("for k in 1..3: draw x <= k", 1, 1, "unexpected for", "comes last"),
    "a loop over nothing": ("draw x <= k for k in 1...3", 1, 27, "draws nothing", "no loop"),
    "a word before the region": ("draw fill gold x <= 1", 1, 6, "unexpected fill", "the region comes first"),
    "a word after clip": ("clip x <= 1 fill gold" + DRAW, 1, 13, "unexpected fill", "stands alone"),
    "a comma before a word": ("draw x <= 1, fill gold", 1, 14, "unexpected fill", "no comma"),
    "a comma after a colour": ("draw x <= 1 fill gold, 0.5", 1, 22, "unexpected ,", "opacity P"),
    "a comma after a pen": ("draw x <= 1 stroke gold, 2", 1, 24, "unexpected ,", "without a comma"),
    "a condition of a layer": ("draw x <= 1 if y > 0", 1, 13, "unexpected if", "write &"),
    "a colour alone after glow": ("draw x <= 1 glow gold", 1, 18, "glow needs a number", "glow W, COLOUR"),
    "a map as a colour": ("draw x <= 1 fill plasma", 1, 18, "unknown colour plasma", "plasma(y)"),
    "a name in quotes": ('draw wallpaper(x <= 1, "p6")', 1, 24, "unknown colour p6", "without quotes"),
    "single quotes": ("draw x <= 1 fill 'gold'", 1, 18, "an operand is missing", "double quotes"),
    "a size of two numbers": ("size 800 600" + DRAW, 1, 10, "unexpected 600", "size 800x600"),
    "a window without commas": ("window -2 2 -2 2" + DRAW, 1, 11, "unexpected 2", "commas"),
    "a large letter": ("Draw x <= 1", 1, 6, "unexpected Draw", "write draw"),
    "def": ("def f(k) = k <= x\ndraw f(1)", 1, 5, "unexpected def", "f(k) = ..."),
    "a comment of C": ("draw x <= 1 // one", 1, 13, "unexpected //", "#"),
    "a union at the end of a line": ("A = x <= 1 |\ny <= 1", 1, 13, "something is missing", "indented"),
    "a union at the start of a line": ("draw x <= 1\n| y <= 1", 2, 1, "absolute value", "indented"),
    "two numbers": ("draw 2 3 <= x", 1, 8, "an operator is missing", "2*3"),
    "sharpness 0": ("sharpness 0" + DRAW, 1, 11, "greater than 0", ""),
    "sharpness negative": ("sharpness -3" + DRAW, 1, 11, "greater than 0", ""),
    "sharpness twice": ("sharpness 3\nsharpness 4" + DRAW, 2, 1, "set twice", ""),
    "sharpness varies": ("sharpness x" + DRAW, 1, 11, "does not depend on x", ""),
    "window empty": ("window 1, 1, 0, 1" + DRAW, 1, 8, "the window is empty", ""),
    "window reversed": ("window 2, 1, 0, 1" + DRAW, 1, 8, "reversed", ""),
    "window not finite": ("window 0, 9^9^9, 0, 1" + DRAW, 1, 8, "finite", ""),
    "window of three": ("window 0, 1, 0" + DRAW, 1, 15, "something is missing", ""),
    "colour": ("draw x <= 1 fill rde", 1, 18, "unknown colour rde", "did you mean red?"),
    "unquoted colour": ("draw x <= 1 fill #ff0000", 1, 17, "a colour is missing", '"#ff0000"'),
    "opacity": ("draw x <= 1 opacity 2", 1, 13, "from 0 to 1", ""),
    "fill twice": ("draw x <= 1 fill red fill blue", 1, 22, "fill is given twice", ""),
    "parameter outside": ("param r = 3 in 0 .. 1\ndraw x <= r", 1, 11, "outside its range", ""),
    "curve filled": ("draw y = x^2 fill red", 1, 14, "no inside for fill", "stroke COLOUR"),
    "curve as a region": ("draw ~(y = x)", 1, 8, "~ needs a region, and this is a curve", "write <= or >="),
    "curve and curve": ("draw (y = x) & (y = 1)", 1, 14, "only points in common", "write |"),
    "curve or region": (
        "draw (y = x) | (y <= 1)",
        1,
        17,
        "| needs a curve, and this is a region",
        "one after",
    ),
    "curve named y": ("y = x^2" + DRAW, 1, 1, "cannot be defined", "draw y = ..."),
    "use nothing": ('use "other.shape"' + DRAW, 1, 1, "there is no file other.shape", "beside the file"),
    "use outside": ('use "../a.shape"' + DRAW, 1, 1, "its own folder", "parts/ear.shape"),
    "use from the root": ('use "/etc/passwd"' + DRAW, 1, 1, "its own folder", ""),
    "use itself": ('use "figure.shape"' + DRAW, 1, 1, "figure.shape uses itself", ""),
    "bare expression": ("x^2 + y^2 <= 1", 1, 2, "neither a definition nor drawn", "put draw"),
    "bare name": ("A = x <= 1\nA", 2, 2, "neither a definition nor drawn", "put draw"),
    "unclosed text": ('title "bat' + DRAW, 1, 7, "never closed", ""),
    "bar alone": ("draw |x <= 1", 1, 6, "never closed", "|x|"),
    "bar in brackets": ("draw (1 + |x) <= 1", 1, 11, "never closed", "|x|"),
    "||": ("draw x <= 1 || y <= 1", 1, 13, "unexpected ||", "write |"),
    "bars and numbers": ("draw |x| 3 <= 1", 1, 10, "an operator is missing between | and 3", "write *"),
    "union of numbers in bars": ("draw |(x | y)| <= 1", 1, 8, "| needs a region", ""),
    "<>": ("draw x <> 1", 1, 8, "unexpected <>", "write !="),
    "inverse": ("draw sin^-1(x) <= 1", 1, 6, "a negative power", "asin(x)"),
    "negative power": ("draw cos^-2 x <= 1", 1, 6, "a negative power", "1/cos(x)^k"),
    "function and a sign": ("draw sin -x <= 1", 1, 6, "sin is a function", "sin(x)"),
    "no then": ("draw if x < 1 y else 2", 1, 9, "missing its then", "write if c then a else b"),
    "nothing after then": ("draw if x < 1 then", 1, 19, "missing after then", ""),
    "nothing before else": ("draw if x < 1 then else y < 1", 1, 20, "between then and else", ""),
    "only a value in braces": ("draw {x < 1}", 1, 12, "unexpected }", "{condition: value"),
    "braces never closed": ("draw {x < 1: y < 1", 1, 6, "never closed", "}"),
    "a restriction": ("draw y = x^2 {x > 0}", 1, 14, "unexpected {", "(y = x^2) & x > 0"),
    "comma and a number": ("draw x, y > 0", 1, 6, "& needs a region", ""),
    "comma in a definition": ("A = x < 1, y < 1", 1, 10, "unexpected ,", "write &"),
    ":=": ("A := x < 1" + DRAW, 1, 3, "unexpected :=", "write ="),
    "moved by one": ("f(t) = x <= t\ndraw f(1)(x, y, 2)", 2, 6, "takes two coordinates", "f(1)(x - 1, y)"),
    "no letters": ('draw text("", 0, 0, 1)', 1, 11, "no letters", 'text("ML"'),
    "unknown letters": ('draw text("a☃b∂", 0, 0, 1)', 1, 11, "no glyph for ☃, ∂", "A to Z"),
    "a mark upon nothing": ('draw text("\u0301a", 0, 0, 1)', 1, 11, "no glyph for U+0301", "A to Z"),
    "too many marks": ('draw text("a' + 50000 * "\u0327\u0301" + '", 0, 0, 1)', 1, 11, "no glyph for U+", ""),
    "a text of nothing": ("draw text()", 1, 6, "0 arguments are given", "x, y, height"),
    "letters without quotes": ("draw text(3, 0, 0, 1)", 1, 11, "letters in quotes", 'text("ML"'),
    "a list of no letters": ('draw text(["a", 3], 0, 0, 1)', 1, 11, "letters in quotes", "lines"),
    "letters of no height": ('draw text("a", 0, 0, 0)', 1, 22, "height of letters is above 0", ""),
    "letters of height nan": ('draw text("a", 0, 0, 0/0)', 1, 22, "finite numbers", ""),
    "heavy letters": ('draw text("a", 0, 0, 1, 0, 0.6)', 1, 28, "at most 0.5", "0.125"),
    "letters nowhere": ('draw text("a")', 1, 6, "1 arguments are given", "x, y, height"),
    "a string that is no colour": ('draw disc("ML", 0, 1)', 1, 11, "unknown colour ML", ""),
    "a text in single quotes": ("draw text('ML', 0, 0, 1)", 1, 11, "an operand is missing", '"ML"'),
    "an accent in single quotes": ("draw text('Zoë', 0, 0, 1)", 1, 14, "unexpected character", '"Zoë"'),
    "a title without quotes": ("title A disc" + DRAW, 1, 7, "title needs a text", 'title "A disc"'),
    "a stop without quotes": ("about It's 5%." + DRAW, 1, 13, "unexpected character", 'about "It\'s 5%."'),
    "a complement and a stop": ("draw A' | B' . C", 1, 14, "unexpected character .", ""),
    "a look without a region": ("draw x <= 1\nbands 0.1, red", 2, 7, "unexpected bands", "draw R bands"),
    "bands without commas": ("draw x <= 1 bands 0.1 crimson", 1, 23, "a comma is missing", "bands SPACING,"),
    "bands without a second comma": ("draw x <= 1 bands 0.1, red 2", 1, 28, "a comma is missing", "bands"),
    "a named argument": ('draw text("A", 0, 0, 1, weight=0.1)', 1, 25, "no names", "align, weight, spacing)"),
    "a named align": ('draw text("A", 0, 0, 1, align=0.5)', 1, 25, "unknown name align", "height, align"),
    "a word for align": ('draw text("A", 0, 0, 1, centre)', 1, 25, "unknown name centre", "0, 0.5 or 1"),
    "millimetres of the plane": (
        "draw x <= 1 hatch 45°, 1mm, navy, 0.3mm",
        1,
        25,
        "units of the plane",
        "hatch ANGLE, SPACING",
    ),
    "centimetres of the plane": ("draw x <= 1 glow 2cm, gold", 1, 19, "units of the plane", "glow W"),
    "a margin of pixels": ("size 800\nmargin 10mm" + DRAW, 2, 1, "in pixels has no margin", "size A4"),
    "in a library function": ("draw ring(0, 0, x <= 1, 2)", 1, 6, "in ring", "prelude.shape, line"),
}


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_in_figures(
    text: str, line: int, column: int, message: str, hint: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Exit 1, one message with the place and a caret under it, no picture, the older one untouched."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "figure.shape").write_text(text, "utf-8")
    (tmp_path / "figure.png").write_bytes(OLD)
    for command in ("check", "render"):
        assert run_here([command, "figure.shape"]) == 1
        out, err = capfd.readouterr()
        first, shown, caret, *_ = err.splitlines()
        assert first.startswith(f"figure.shape:{line}:{column}: error: ")
        assert message in first
        assert hint in err
        assert set(caret.strip("| ")) == {"^"}
        if len(shown) == len(text.split("\n")[line - 1]) + 4 and shown.isascii():
            assert caret.index("^") == 4 + column - 1
        assert out == ""
        assert err.isprintable() or set(err) - {"\n"} == {c for c in err if c.isprintable()}
    assert left_behind(tmp_path) == {"figure.shape", "figure.png"}
    assert (tmp_path / "figure.png").read_bytes() == OLD


def test_every_mistake_is_reported(tmp_path: Path) -> None:
    """One run of check shows them all, in the order of the text, for every file."""
    (tmp_path / "a.shape").write_text("A = foo\nB = 1 +\nC = sin(1, 2) <= 1\ndraw x <= 1.2.3\n")
    (tmp_path / "b.shape").write_text("draw x <= 1\n")
    (tmp_path / "c.shape").write_text("draw bar\n")
    ended = run("check", "a.shape", "b.shape", "c.shape", folder=tmp_path)
    places = [line.split(": error")[0] for line in ended.err.splitlines() if ": error" in line]
    assert places == ["a.shape:1:5", "a.shape:2:8", "a.shape:4:11", "c.shape:1:6"]
    assert "b.shape: right" in ended.err
    assert ended.code == 1


def test_what_could_not_be_read_is_not_missed(tmp_path: Path) -> None:
    """A name is no mistake where the mistake is in its definition."""
    (tmp_path / "figure.shape").write_text("a = x <= 1 |\ndef f(k) = k <= x\ndraw a & f(1) & g(2)")
    err = run("check", "figure.shape", folder=tmp_path).err
    assert [line for line in err.splitlines() if "unknown" in line] == [
        "figure.shape:3:17: error: unknown function g"
    ]


def test_not_utf8(tmp_path: Path) -> None:
    """The line and column of the first bad byte."""
    (tmp_path / "figure.shape").write_bytes(b"A = x <= 1\r\ndraw \xff\xfe <= 1")
    ended = run("render", "figure.shape", folder=tmp_path)
    assert ended.code == 1
    assert ended.err.startswith("figure.shape:2:6: error: this is not UTF-8 text (byte 0xFF)")
    assert left_behind(tmp_path) == {"figure.shape"}


def test_byte_order_mark_and_line_endings_do_not_matter(tmp_path: Path) -> None:
    """BOM, CRLF and LF give the same bytes, source inside included."""
    text = "A = x <= 1\ndraw A  # half a plane\n"
    pictures = []
    for name, data in {
        "lf": text.encode(),
        "crlf": text.replace("\n", "\r\n").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
    }.items():
        (tmp_path / f"{name}.shape").write_bytes(data)
        assert run("render", f"{name}.shape", "--size", "20", folder=tmp_path).code == 0
        pictures.append((tmp_path / f"{name}.png").read_bytes())
    assert pictures[0] == pictures[1] == pictures[2]


OPTIONS = {  # arguments, exit code, part of the message
    "size 0": (["--size", "0"], 2, "is not a size"),
    "size 0 high": (["--size", "10x0"], 2, "is not a size"),
    "size negative": (["--size=-5"], 2, "is not a size"),
    "size of letters": (["--size", "big"], 2, "is not a size"),
    "size huge": (["--size", "1000000000x1000000000"], 2, "more than the limit of 8,589,934,592 pixels"),
    "size over the limit": (["--size", "100", "--limit-pixels", "9999"], 2, "limit of 9,999 pixels"),
    "window empty": (["--window", "1,1,0,1"], 2, "the window is empty"),
    "window reversed": (["--window", "2,1,0,1"], 2, "reversed"),
    "window not finite": (["--window", "0,inf,0,1"], 2, "not a finite number"),
    "window of nan": (["--window", "0,nan,0,1"], 2, "not a finite number"),
    "window overflows": (["--window", "-1e308,1e308,0,1"], 2, "finite"),
    "window of three": (["--window", "0,1,0"], 2, "has 3 numbers"),
    "window too fine": (["--window", "1,1.000000000000001,0,1e-15"], 1, "finer than float64"),
    "sharpness 0": (["-n", "0"], 2, "greater than 0"),
    "sharpness negative": (["-n", "-1"], 2, "greater than 0"),
    "sharpness nan": (["-n", "nan"], 2, "not a finite number"),
    "sharpness huge": (["-n", "1e999"], 2, "too large"),
    "unknown style": (["--style", "neon"], 2, "neon"),
    "unknown option": (["--colour", "red"], 2, "no such option"),
    "aa 0": (["--aa", "0"], 2, "0 is not in the range"),
    "aa huge": (["--aa", "65"], 2, "65 is not in the range"),
    "threads 0": (["--threads", "0"], 2, "0 is not in the range"),
    "colour": (["--fill", "rde"], 2, "did you mean red?"),
    "background": (["--background", "#12"], 2, "unknown colour"),
    "no parameter": (["--set", "r=1"], 2, "no parameter r"),
    "no value": (["--set", "p"], 2, "name=value"),
    "not a value": (["--set", "p=big"], 2, "not a finite number"),
    "out of range": (["--set", "p=1000"], 2, "outside the range"),
    "no ending": (["-o", "picture"], 2, "has no ending"),
    "unknown ending": (["-o", "picture.bmp"], 2, "picture.bmp is unknown"),
    "folder as output": (["-o", "folder.png"], 2, "is a folder"),
    "no such folder": (["-o", "missing/picture.png"], 2, "there is no folder missing"),
    "output is the input": (["-o", "figure.shape", "--format", "png"], 2, "is the figure itself"),
    "exists": (["-o", "old.png", "--no-force"], 2, "old.png exists"),
    "two figures": (["-e", "x <= 1"], 2, "not both"),
    "picture and report": (["-o", "-", "--json"], 2, "both go to stdout"),
    "too much work": (["--limit-work", "0.0001"], 1, "limit of 0.0001 billion operations"),
    "too large": (["--limit-operations", "3"], 1, "limit of 3 operations"),
}


@pytest.mark.parametrize(("arguments", "code", "message"), OPTIONS.values(), ids=OPTIONS)
def test_mistakes_in_options(
    arguments: list[str], code: int, message: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The right exit code, one message that says what is wrong, nothing written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "old.png").write_bytes(OLD)
    figure = "param p = 2 in 1 .. 9\ndraw abs(x)^p + y^2 <= 1"
    (tmp_path / "figure.shape").write_text(figure)
    before = left_behind(tmp_path)
    assert run_here(["render", "figure.shape", *arguments]) == code
    out, err = capfd.readouterr()
    assert "error: " in err
    assert message in err
    assert out == ""
    assert left_behind(tmp_path) == before
    assert (tmp_path / "figure.shape").read_text() == figure
    assert (tmp_path / "old.png").read_bytes() == OLD


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a FIGURE"),
        (["nowhere.shape"], "no figure nowhere.shape"),
        (["."], "is a folder"),
        (["a\0b"], ""),
    ],
)
def test_missing_figures(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The command line is at fault."""
    monkeypatch.chdir(tmp_path)
    assert run_here(["render", *arguments]) == 2
    assert message in capfd.readouterr().err
    assert left_behind(tmp_path) == set()


@pytest.mark.parametrize("expression", ["", " ", "#", "=", "x", "x <= 1; y", "draw x <= 1", "x\ud800 <= 1"])
def test_bad_expressions(
    expression: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An expression has no file, so the place is in -e."""
    monkeypatch.chdir(tmp_path)
    assert run_here(["render", "-e", expression]) == 1
    assert capfd.readouterr().err.startswith("-e:1:")
    assert left_behind(tmp_path) == set()


def test_messages_survive_a_terminal_without_unicode(tmp_path: Path) -> None:
    """An encoding that cannot show a letter is no reason to fail in another way."""
    (tmp_path / "figure.shape").write_text("draw х ∩ y <= 1", "utf-8")
    ended = run("check", "figure.shape", folder=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ended.code == 1
    assert "figure.shape:1:6: error:" in ended.err
    assert "Traceback" not in ended.err


def test_expressions_are_not_python(tmp_path: Path) -> None:
    """Nothing of Python is reachable from a figure."""
    for text in ("__import__('os')", "x.__class__ <= 1", "open(x) <= 1", "lambda: x", "eval(x) <= 1"):
        ended = run("render", "-e", text, folder=tmp_path)
        assert ended.code == 1
        assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("command", "example"),
    [
        ([], "    shapecli render -e 'x^2 + y^2 <= 1' -o disc.png\n"),
        (["render"], "  shapecli render -e '(x-1)^2 + y^2 <= 1' -o disc.png\n"),
        (["check"], "  shapecli check examples/*.shape\n"),
    ],
)
def test_help_teaches(command: list[str], example: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Every command has an example that can be copied, on a line of its own."""
    assert run_here([*command, "--help"]) == 0
    assert example in capfd.readouterr().out
