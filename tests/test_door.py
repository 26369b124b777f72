"""The door: wherever a link is planted below a folder that is written to, nothing outside of it changes."""

import ast
import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import shapecli
from shapecli.base.folder import Folder, RefusedError
from shapecli.commands.main import run
from shapecli.gallery.worker import answer_to
from tests.commands.run import run as shapecli_run
from tests.test_rooms import MODULES, PACKAGE

FIGURE = "draw x^2 + y^2 <= 1 # $(touch PWNED)"
LESSON = "# A\n\n```shape size=20\ndraw x <= 1\n```\n\n```check\n1 = 1\n```\n"


@dataclass(frozen=True)
class Case:
    """A command that writes into folders, and what lies there before."""

    arguments: tuple[str, ...]
    inputs: dict[str, str]


TOPS = ("out", "site")
CASES = {
    "gallery": Case(
        ("gallery", "figures", "-o", "out", "--size", "12", "--contact-sheet", "sheet.png"),
        {"figures/art/disc.shape": FIGURE},
    ),
    "lesson": Case(("lesson", "a.md"), {"a.md": LESSON}),
    "explain": Case(("explain", "a.shape", "-o", "x.md", "--size", "12"), {"a.shape": FIGURE}),
    "render": Case(("render", "a.shape", "--size", "12"), {"a.shape": FIGURE}),
    "new": Case(("lesson", "new", "ellipses"), {}),
}


def named(case: Case, folder: Path) -> list[str]:
    """Everything that a run writes, by running it: files and folders, but not the one that the user names."""
    for name, text in case.inputs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    before = {*folder.rglob("*")}
    assert run(case.arguments) == 0
    found = [path.relative_to(folder).as_posix() for path in sorted({*folder.rglob("*")} - before)]
    return [name for name in found if name not in TOPS]


def state(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder: what files hold, and None for folders."""
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in paths}


def removed(path: Path) -> None:
    """Remove a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def links_to(path: Path, outside: Path) -> Iterator[tuple[str, Path]]:
    """Targets outside: what is there now, a secret, a folder with a secret, and nothing yet."""
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (outside / "folder").mkdir()
    (outside / "folder" / "secret").write_text("secret")
    if path.is_dir():
        shutil.copytree(path, outside / "same")
    elif path.exists():
        shutil.copy(path, outside / "same")
    for target in ("same", "secret", "folder", "nothing"):
        yield target, outside / target


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[str]]]:
    """What every command leaves behind where nothing is planted, and the names that it wrote."""
    found = {}
    for name, case in CASES.items():
        folder = tmp_path_factory.mktemp(name)
        with contextlib.chdir(folder):
            found[name] = folder, named(case, folder)
    return found


Made = dict[str, tuple[Path, list[str]]]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Galleries are drawn here, and not by processes that take a while to begin; it is the same code."""
    monkeypatch.setattr("shapecli.gallery.run.drawn", lambda jobs, _: enumerate(map(answer_to, jobs)))


@pytest.mark.parametrize("name", CASES)
def test_no_link_is_followed(
    name: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At every name that is written, to a file and to a folder: it is replaced, or refused in one message."""
    clean, written = made[name]
    assert len(written) >= {"gallery": 10, "lesson": 6, "explain": 4}.get(name, 1), written
    for number, place in enumerate(written):
        outside = tmp_path / f"outside{number}"
        for kind, target in links_to(clean / place, outside):
            before = state(outside)
            work = tmp_path / f"{number}{kind}"
            shutil.copytree(clean, work)
            removed(work / place)
            (work / place).symlink_to(target)
            monkeypatch.chdir(work)
            capsys.readouterr()
            code = run(CASES[name].arguments)
            said = capsys.readouterr().err
            about = place, kind, said
            assert state(outside) == before, about
            assert target.exists() == (kind != "nothing"), about
            assert code in (0, 1, 2), about
            assert said.count("error") == (code != 0), about
            assert code or not (work / place).is_symlink(), about
            assert not (work / "PWNED").exists()
            monkeypatch.chdir(tmp_path)
            shutil.rmtree(work)


@pytest.mark.parametrize("name", CASES)
def test_the_folder_that_is_named_may_be_a_link(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own, wherever it leads; and a run through it is a run."""
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to("far")
    monkeypatch.chdir(tmp_path / "near")
    (tmp_path / "far" / "real").mkdir()
    for top in TOPS:
        (tmp_path / "far" / top).symlink_to("real")
    assert named(CASES[name], tmp_path / "far")
    before = state(tmp_path / "far")
    assert run(CASES[name].arguments) == (2 if name == "new" else 0)
    assert state(tmp_path / "far") == before
    assert all((tmp_path / "far" / top).is_symlink() for top in TOPS)


ODD: dict[str, Callable[[Path, Path], None]] = {
    "a pipe": lambda path, _: os.mkfifo(path),
    "a folder": lambda path, _: path.mkdir(),
    "another name of a file": lambda path, other: path.hardlink_to(other),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("gallery", "out/.lock"), ("gallery", "out/manifest.jsonl"), ("gallery", "out/index.html"),
        ("gallery", "out/art/disc.png"), ("lesson", "site/.lock"), ("lesson", "site/lessons.json"),
        ("lesson", "site/a.html"), ("explain", "x-pictures/1.png"),
    ],
)  # fmt: skip
def test_what_is_no_plain_file_is_refused(
    name: str, place: str, odd: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """And never waited for; a file with another name is not added to, and may be replaced."""
    other = tmp_path / "other"
    other.write_text("mine")
    shutil.copytree(made[name][0], tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    path = tmp_path / "work" / place
    path.unlink()
    ODD[odd](path, other)
    capsys.readouterr()
    code = run(CASES[name].arguments)
    said = capsys.readouterr().err
    assert other.read_text() == "mine"
    assert said.count("error") == (code != 0)
    assert code in (0, 1, 2)
    replaced = odd == "another name of a file" and not place.endswith((".lock", ".jsonl", ".html"))
    assert (code == 0) == replaced, said


def test_a_manifest_that_lies_removes_nothing(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site's list may name files outside, of others, or through links: they all stay."""
    shutil.copytree(made["lesson"][0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    site = Folder(tmp_path / "site")
    (tmp_path / "outside").mkdir()
    ours = '<meta name="generator" content="shapecli">'
    names = ("../outside/a.html", "mine.html", "files/cafe.png", "../outside/aa.png", "linked/aa.png")
    for name in names[:4]:
        (site.path / name).write_text("mine")
    (site.path / "linked").symlink_to(tmp_path / "outside")
    (site.path / "files" / f"{'a' * 20}.png").symlink_to(tmp_path / "outside" / "aa.png")
    (site.path / "gone.html").write_text(ours)  # of which the list speaks the truth
    (site.path / "link.html").symlink_to(tmp_path / "outside" / "a.html")
    text = (site.path / "lessons.json").read_text()
    for name in (*names, f"files/{'a' * 20}.png", "gone.html", "link.html", "index.html"):
        content = site.hash_of(name) or Folder(tmp_path / "outside").hash_of("aa.png")
        lie = text.replace('"page": "a.html"', f'"page": "{name}"').replace('"a.md"', '"../gone.md"')
        lie = lie.replace('"files": {', f'"files": {{"{name}": "{content}", ')
        lie = lie.replace('"lesson": "../a.md"', '"lesson": "../gone.md"')
        before = state(tmp_path / "outside")
        (site.path / "lessons.json").write_text(lie)
        assert run(("lesson", "a.md", "-q")) == 0
        assert state(tmp_path / "outside") == before
        assert os.path.lexists(site.path / name) == (name != "gone.html"), name
        assert site.is_ours("index.html")


@pytest.mark.parametrize(
    "damage",
    [
        {"name": 5}, {"name": "../../out"}, {"name": "/etc/passwd"}, {"name": "//host/x.png"},
        {"name": "a\0b"}, {"name": "\ud800"}, {"title": None}, {"title": "\ud800\n\n[a](b)"}, {"size": []},
        {"thumbnail": "xy"}, {"used": {"/dev/zero": "0"}}, {"used": []}, {"hashes": [1, 2]},
        {"hashes": {"../x": "0"}}, {"moves": True}, {"live": True}, {"seed": "7"}, {"about": 1},
        {"figure": "\0"}, {"figure": "//host/x"}, {"source": {}}, {"command": "x"}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_of_a_gallery_is_not_believed(
    damage: dict[str, object], made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it says, the gallery is right in the end."""
    shutil.copytree(made["gallery"][0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    manifest = tmp_path / "out" / "manifest.jsonl"
    index = (tmp_path / "out" / "index.html").read_bytes()
    entry = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**entry, **damage}))
    assert run((*CASES["gallery"].arguments, "-q")) == 0
    assert json.loads(manifest.read_text())["hashes"] == entry["hashes"]
    if "title" not in damage:
        assert (tmp_path / "out" / "index.html").read_bytes() == index


def test_pages_of_others_are_not_replaced(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a gallery or by a site; what a gallery made it may make again."""
    for name, top, pages in (
        ("gallery", "out", ("index.html", "README.md")),
        ("lesson", "site", ("index.html",)),
    ):
        work = tmp_path / name
        shutil.copytree(made[name][0], work)
        monkeypatch.chdir(work)
        assert run(CASES[name].arguments) == 0
        for page in pages:
            (work / top / page).write_text("mine")
            assert run(CASES[name].arguments) == 2
            assert (work / top / page).read_text() == "mine"
            (work / top / page).unlink()


def test_names_that_leave_a_folder_are_refused(tmp_path: Path) -> None:
    """Before anything is looked at."""
    door = Folder(tmp_path / "in")
    door.make()
    (tmp_path / "secret").write_text("secret")
    for name in (
        "../secret",
        "/secret",
        str(tmp_path / "secret"),
        "a/../../secret",
        "",
        ".",
        "..",
        "a//b",
        "./a",
    ):
        for act in (door.read, door.remove, lambda name: door.write(name, b"")):
            with pytest.raises(RefusedError, match="no name in a folder"):
                act(name)
        assert not door.has(name)
        assert door.hash_of(name) == ""
    assert (tmp_path / "secret").read_text() == "secret"


def test_a_system_without_descriptors_looks_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same names are refused; only whoever turns the way meanwhile is not noticed."""
    monkeypatch.setattr("shapecli.base.folder.BY_DESCRIPTOR", False)
    door = Folder(tmp_path / "in")
    door.make()
    door.write("a/b", b"content")
    assert door.read("a/b") == b"content"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b").write_text("secret")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "b").symlink_to(tmp_path / "out" / "b")
    for name in ("link/b", "b"):
        with pytest.raises(RefusedError):
            door.read(name)
    with pytest.raises(RefusedError):
        door.remove("link/b")
    with pytest.raises(RefusedError):
        door.write("link/b", b"")
    door.write("b", b"ours")
    assert (tmp_path / "out" / "b").read_text() == "secret"
    assert door.read("b") == b"ours"


# --- the door is the only one -------------------------------------------------------------------------

OF_OS = {
    "open", "replace", "rename", "renames", "unlink", "remove", "rmdir", "removedirs", "mkdir", "makedirs",
    "symlink", "link", "truncate", "chmod", "chown", "mkfifo", "mknod", "utime",
}  # fmt: skip
OF_PATHS = {
    "write_text", "write_bytes", "mkdir", "unlink", "rmdir", "rename", "symlink_to", "hardlink_to", "touch",
    "chmod", "lchmod",
}  # fmt: skip
OF_SHUTIL = {"rmtree", "copy", "copy2", "copyfile", "copytree", "move", "make_archive", "unpack_archive"}
READING = {"r", "rb", "rt"}
ELSEWHERE = {
    "base/folder.py": {"os.open", "os.unlink", "os.mkdir", "os.replace", ".mkdir", "fdopen"},
    "base/files.py": {".open"},  # of devices and pipes, which the user names
    "commands/main.py": {"os.open"},  # of the null device
    "engine/kernels/build.py": {"fdopen"},  # of stdout
    "gallery/worker.py": {"fdopen"},  # of stdout
    "formats/films.py": {".open"},  # of a stream
    "notations/targets/verify.py": {".write_text", ".open"},  # in a temporary folder
    "notations/targets/browser.py": {".write_text"},  # in a temporary folder
}


def writes(call: ast.Call) -> str:
    """What a call may change in the file system, by its name; empty for none."""
    function = call.func
    constants = [
        one.value for one in (*call.args, *(k.value for k in call.keywords)) if isinstance(one, ast.Constant)
    ]
    if isinstance(function, ast.Name):
        return "open" if function.id == "open" and not READING & {*constants[:1]} else ""
    if not isinstance(function, ast.Attribute):
        return ""
    name, owner = function.attr, function.value.id if isinstance(function.value, ast.Name) else ""
    if owner in ("os", "shutil", "tempfile"):
        found = {"os": OF_OS, "shutil": OF_SHUTIL, "tempfile": {"mkstemp", "mkdtemp", "NamedTemporaryFile"}}
        return f"{owner}.{name}" if name in found[owner] else "fdopen" if name == "fdopen" else ""
    if name == "open":
        modes = [one for one in constants if isinstance(one, str)]
        reads = bool(modes) and set(modes) <= READING
        return "" if reads or owner == "Image" or not (call.args or call.keywords) else ".open"
    if name == "replace":  # of a path: that of a text takes two
        return ".replace" if len(call.args) == 1 and not call.keywords else ""
    return f".{name}" if name in OF_PATHS else ""


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_written_but_through_the_door(module: str) -> None:
    """Nowhere else in the package is a file opened for writing, moved or removed, or a folder made."""
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("os", "shutil", "tempfile")
        for alias in node.names
    }
    assert not imported & (OF_OS | OF_SHUTIL), "call them by their modules, so that they are found"
    found = {writes(node) for node in ast.walk(tree) if isinstance(node, ast.Call)} - {""}
    assert found == ELSEWHERE.get(module, set())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("open(p, 'w')", "open"), ("open(p)", "open"), ("open(p, 'rb')", ""), ("p.open('ab')", ".open"),
        ("p.open()", ""), ("p.open('rb')", ""), ("p.open(mode)", ".open"), ("p.replace(q)", ".replace"),
        ("t.replace('a', 'b')", ""),
        ("os.rename(a, b)", "os.rename"), ("p.touch()", ".touch"), ("shutil.rmtree(p)", "shutil.rmtree"),
        ("(a / b).write_bytes(c)", ".write_bytes"), ("p.read_bytes()", ""), ("os.stat(p)", ""),
    ],
)  # fmt: skip
def test_the_reader_of_code_would_notice(code: str, name: str) -> None:
    """Each way to write, and none of those to read."""
    (call,) = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    assert writes(call) == name


def test_the_package_is_what_is_read() -> None:
    """Every module of it."""
    assert Path(shapecli.__file__).parent == PACKAGE
    assert set(ELSEWHERE) <= set(MODULES)


@pytest.mark.parametrize("lesson", ["../l.md", "../other.md", "../gone.md"])
def test_what_a_manifest_says_makes_no_page_ours(lesson: str, tmp_path: Path) -> None:
    """A page of somebody else stays, whichever lesson a manifest says that it is of."""
    for name in ("l.md", "other.md"):
        (tmp_path / name).write_text("# Hello\n\nWords.\n")
    folder = tmp_path / "g"
    folder.mkdir()
    (folder / "l.html").write_text("MINE")
    entry = {"page": "l.html", "lesson": lesson, "key": "k", "title": "t", "summary": "t", "files": {}}
    (folder / "lessons.json").write_text(json.dumps({"lessons": [entry]}))
    for more in ((), ("--rebuild",)):
        ended = shapecli_run("lesson", "l.md", "-o", "g", *more, folder=tmp_path)
        assert ended.code == 1
        assert ended.err.count("error") == 1
        assert (folder / "l.html").read_text() == "MINE"


@pytest.mark.parametrize(
    ("arguments", "manifest", "page"),
    [
        (("lesson", "l.md", "-o", "g"), "lessons.json", "l.html"),
        (("gallery", "a.shape", "-o", "g", "--size", "9"), "manifest.jsonl", "a.png"),
    ],
    ids=["lesson", "gallery"],
)
def test_a_manifest_without_end_is_as_good_as_none(
    arguments: tuple[str, ...], manifest: str, page: str, tmp_path: Path
) -> None:
    """Lists in lists: all is made, and the manifest is a new one."""
    (tmp_path / "l.md").write_text("# Hello\n\nWords.\n")
    (tmp_path / "a.shape").write_text("draw x <= 1")
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / manifest).write_text("[" * 100_000 + "]" * 100_000)
    ended = shapecli_run(*arguments, folder=tmp_path)
    assert ended.code == 0, ended.err
    assert page in (tmp_path / "g" / manifest).read_text()
    assert (tmp_path / "g" / page).exists()


def test_errors_of_the_system_name_the_whole_path(tmp_path: Path) -> None:
    """And not what is last in it."""
    with pytest.raises(OSError, match="missing") as caught:
        Folder(tmp_path).read("missing/file.txt")
    assert caught.value.filename == str(tmp_path / "missing" / "file.txt")
