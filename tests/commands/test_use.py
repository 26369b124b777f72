"""`use`: definitions of other files, and none from outside of the folder."""

import os
from pathlib import Path

import pytest

from shapecli.base.source import ShapeError, Source
from shapecli.render import Figure, parse
from tests.commands.run import run


def write(folder: Path, **files: str) -> None:
    """Figures by their names, __ for folders."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.shape"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_definitions_of_other_files(tmp_path: Path) -> None:
    """As if they stood here; their other names are theirs, and what they draw is not drawn."""
    write(
        tmp_path,
        bat='use "parts/ear.shape"\nuse "parts/head.shape"\nsize = 3\n'
        "draw ear(x - 1, y) | ear(-x - 1, y) | head fill navy",
        parts__ear='use "common.shape"\near = disc(0, 1, small)\nsize(k) = k\n'
        "draw x <= 9 fill red\nsharpness 3",
        parts__head='use "common.shape"\nparam r = 1 in 0 .. 2\nhead = disc(0, 0, r*small*2)',
        parts__common="small = 0.4",
        flat="draw disc(1, 1, 0.4) | disc(-1, 1, 0.4) | disc(0, 0, 0.8) fill navy",
    )
    ended = run("render", "bat.shape", "--size", "99", folder=tmp_path)
    assert ended.code == 1
    assert "size is defined twice, first in line 3 of parts/ear.shape" in ended.err
    (tmp_path / "bat.shape").write_text((tmp_path / "bat.shape").read_text().replace("size = 3\n", ""))
    for name in ("bat", "flat"):
        assert run("render", f"{name}.shape", "--size", "99", "--no-metadata", folder=tmp_path).code == 0
    assert (tmp_path / "bat.png").read_bytes() == (tmp_path / "flat.png").read_bytes()
    assert run("render", "bat.shape", "--set", "r=0.5", folder=tmp_path).code == 0
    assert run("check", tmp_path / "bat.shape", folder=tmp_path.parent).code == 0


def test_mistakes_are_where_they_are(tmp_path: Path) -> None:
    """In the used file with its own line, or at the call that makes them."""
    write(tmp_path, a='use "b.shape"\ndraw ear(x <= 1)', b="\near(t) = x + t <= 1\nbad = sni(x)")
    err = run("check", "a.shape", folder=tmp_path).err
    assert "b.shape:3:7: error: unknown function sni" in err
    write(tmp_path, b="\near(t) = x + t <= 1\n")
    err = run("check", "a.shape", folder=tmp_path).err
    assert "a.shape:2:6: error: in ear: + needs a number" in err
    assert "it is ear(t), of b.shape, line 2" in err


def test_nothing_from_outside(tmp_path: Path) -> None:
    """Neither by .., nor by a link, nor from a device; and a pipe has no folder."""
    inner = tmp_path / "inner"
    write(tmp_path, hidden="A = x <= 1", inner__a='use "../hidden.shape"\ndraw A')
    write(
        tmp_path,
        inner__b='use "link.shape"\ndraw A',
        inner__c='use "pipe"\ndraw A',
        inner__d='use "."\ndraw A',
    )
    (inner / "link.shape").symlink_to(tmp_path / "hidden.shape")
    os.mkfifo(inner / "pipe")
    for name, message in (
        ("a", "its own folder"),
        ("b", "leads out of the folder"),
        ("c", "no file pipe"),
        ("d", "no file"),
    ):
        ended = run("check", f"{name}.shape", folder=inner)
        assert ended.code == 1, ended
        assert message in ended.err
    ended = run("render", "-", "-o", "x.png", folder=inner, stdin=b'use "link.shape"\ndraw A')
    assert "only a figure in a file" in ended.err


@pytest.mark.parametrize("length", [1, 2, 5])
def test_circles_are_told(length: int, tmp_path: Path) -> None:
    """With the way round."""
    for k in range(length):
        write(tmp_path, **{f"f{k}": f'use "f{(k + 1) % length}.shape"\nA{k} = x <= {k}\ndraw A{k}'})
    ended = run("check", "f0.shape", folder=tmp_path)
    assert ended.code == 1
    assert "f0.shape uses itself" in ended.err


def test_many_files_are_too_many(tmp_path: Path) -> None:
    """A chain of 200 is refused, and not by the depth of the stack."""
    for k in range(200):
        write(tmp_path, **{f"f{k}": f'use "f{k + 1}.shape"\ndraw x <= {k}'})
    write(tmp_path, f200="draw x <= 1")
    ended = run("check", "f0.shape", folder=tmp_path)
    assert ended.code == 1
    assert "more than 100 texts" in ended.err


@pytest.mark.parametrize("more", [0, 1])
def test_used_texts_are_together_as_long_as_one_may_be(more: int) -> None:
    """16 characters for each operation, and not one more."""
    texts = {"a.shape": "A = x <= 1".ljust(320), "b.shape": "B = y <= 1".ljust(320 + more)}
    text = 'use "a.shape"; use "b.shape"\ndraw A & B'

    def figure() -> Figure:
        return parse(text, limit_operations=40, reader=lambda name: Source(name, texts[name]))

    if not more:
        assert set(figure().used) == set(texts)
        return
    with pytest.raises(ShapeError, match="longer than the limit of 640 characters"):
        figure()
