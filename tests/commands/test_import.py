"""`shapecli import` as a person uses it."""

from pathlib import Path

from tests.commands.run import left_behind, run


def test_a_file_becomes_a_figure(tmp_path: Path) -> None:
    """Beside where one is, with the file's name, and it can be drawn."""
    (tmp_path / "heart.txt").write_text("x^{2}+\\left(y-\\sqrt[3]{x^{2}}\\right)^{2}\\le1\n")
    ended = run("import", "heart.txt", folder=tmp_path)
    assert (ended.code, ended.out) == (0, b"")
    assert "wrote heart.shape" in ended.err
    assert (tmp_path / "heart.shape").read_text() == "draw x^2 + (y - cbrt(x^2))^2 <= 1\n"
    assert run("check", "heart.shape", folder=tmp_path).code == 0
    again = run("import", "heart.txt", "--no-force", folder=tmp_path)
    assert again.code == 2
    assert "heart.shape exists" in again.err


def test_text_on_the_command_line_to_stdout(tmp_path: Path) -> None:
    """Nothing is said, and nothing is left."""
    ended = run("import", "-e", "y\\le\\sin x", "-o", "-", folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (0, b"draw y <= sin(x)\n", "")
    assert left_behind(tmp_path) == set()


def test_stdin(tmp_path: Path) -> None:
    """Of any notation, recognised or told."""
    model = b"_0 var-x\n_1 const 1\n_2 sub _0 _1\n"
    assert run("import", "-", "-o", "-", folder=tmp_path, stdin=model).out == b"draw x - 1 <= 0\n"
    ended = run("import", "-", "--from", "desmos", "-q", folder=tmp_path, stdin=b"xy<1")
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "figure.shape").read_text() == "draw x*y < 1\n"
    assert run("import", "-", "--from", "plain", folder=tmp_path, stdin=b"xy<1").code == 1


def test_mistakes_leave_nothing(tmp_path: Path) -> None:
    """One message each, with the place in the user's own text."""
    (tmp_path / "bad.txt").write_text("y\\le1\ny=\\left(x+1\ny=\\left(1,2\\right)\n")
    ended = run("import", "bad.txt", folder=tmp_path)
    assert ended.code == 1
    assert ended.err.splitlines() == [
        "bad.txt:2:3: error: this bracket is never closed",
        "  | y=\\left(x+1",
        "  |   ^^^^^^",
        "  hint: add the missing bracket",
        "bad.txt:3:3: error: a point has no meaning here",
        "  | y=\\left(1,2\\right)",
        "  |   ^^^^^^",
        "  hint: write an equation or an inequality",
    ]
    assert left_behind(tmp_path) == {"bad.txt"}
    (tmp_path / "bytes.txt").write_bytes(b"y=\xff")
    ended = run("import", "bytes.txt", folder=tmp_path)
    assert ended.code == 1
    assert "bytes.txt:1:3: error: this is not UTF-8 text" in ended.err


def test_what_the_command_line_may_not_say(tmp_path: Path) -> None:
    """Exit code 2."""
    (tmp_path / "a.shape").write_text("x <= 1")
    for arguments, message in (
        (["nowhere.txt"], "there is no figure nowhere.txt"),
        ([], "give a FILE"),
        (["a.shape", "-e", "x"], "not both"),
        (["a.shape"], "is the figure itself"),
        (["a.shape", "-o", "no/b.shape"], "there is no folder"),
        (["a.shape", "--from", "word"], "word"),
    ):
        ended = run("import", *arguments, folder=tmp_path)
        assert ended.code == 2, arguments
        assert message in ended.err
    assert left_behind(tmp_path) == {"a.shape"}


def test_the_limit(tmp_path: Path) -> None:
    """As for figures."""
    ended = run("import", "-e", "+".join(["x"] * 500) + "\\le1", "--limit-operations", "300", folder=tmp_path)
    assert ended.code == 1
    assert "larger than the limit of 300 operations" in ended.err
    assert "--limit-operations" in ended.err


def test_help_names_it(tmp_path: Path) -> None:
    """The command has a name that is a word of Python."""
    assert "import" in run("--help", folder=tmp_path).out.decode()
    assert "shapecli import heart.txt" in run("import", "--help", folder=tmp_path).out.decode()
