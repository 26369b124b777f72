"""What the benchmarks draw is right; how long it takes is no matter of tests."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import shapecli
from benchmarks import models, table
from shapecli.base.cachefolder import folder
from shapecli.base.window import Window
from shapecli.engine.plan import Plan
from shapecli.engine.raster import cover
from shapecli.engine.sampling import sample
from shapecli.engine.view import View
from tests.drawn import drawn

ROOT = Path(__file__).parent.parent
RING = """
# a ring, and a bar across
_x var-x
_y var-y
_a square _x
_b square _y
_c add _a _b
_r sqrt _c
_o const 0.8
_i const 0.5
_p sub _r _o
_q sub _i _r
_s max _p _q
_w const 0.1
_n neg _w
_t sub _x _w
_u sub _n _x
_v max _t _u
_m min _s _v
"""


@pytest.mark.parametrize("sharp", [True, False])
def test_the_page_of_text_is_large_and_pruned_rightly(sharp: bool) -> None:
    """Thousands of operations; the same pixels as evaluating all of them everywhere."""
    figure = shapecli.parse(models.page_of_text())
    program = drawn(figure, sharp=sharp, stretch=True).layers[0].level.covered
    assert 6000 <= program.rows <= 9000
    view, plan = View(figure.window, 320, 480), Plan(limit_work=1e18)
    inside = sample(program, view, plan).level <= 0
    assert np.array_equal(np.frombuffer(cover(program, view, plan).shades, np.uint8) > 0, inside.ravel())
    assert 0.02 < inside.mean() < 0.4


def test_vm_models_mean_what_numpy_says(tmp_path: Path) -> None:
    """Inside where the last clause is below 0."""
    path = tmp_path / "ring.vm"
    path.write_text(RING)
    view = View(Window(-1, 1, -1, 1), 101, 99)
    found = np.frombuffer(cover(models.read_vm(path), view, Plan()).shades, np.uint8) > 0
    x, y = np.meshgrid(view.xs(), view.ys())
    radius = np.sqrt(x * x + y * y)
    ring, bar = np.maximum(radius - 0.8, 0.5 - radius), np.maximum(x - 0.1, -0.1 - x)
    assert np.array_equal(found, (np.minimum(ring, bar) < 0).ravel())


@pytest.mark.parametrize("line", ["_z", "_z add _x", "_z fold _x _y", "_z add _x _unknown", "_z const one"])
def test_malformed_vm_models_are_refused(tmp_path: Path, line: str) -> None:
    """With the number of the line."""
    path = tmp_path / "bad.vm"
    path.write_text(f"_x var-x\n_y var-y\n{line}\n")
    with pytest.raises(ValueError, match=r"bad\.vm:3: malformed clause"):
        models.read_vm(path)


def test_the_table_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The smallest run, without peers, from start to end; a first run takes kernels from the suite."""
    measured = table.process

    def process(*arguments: str, cache: str | None = None) -> tuple[float, float]:
        if cache:
            shutil.copytree(folder(), cache, dirs_exist_ok=True)
        return measured(*arguments, cache=cache)

    monkeypatch.setattr(table, "process", process)
    monkeypatch.setattr(sys, "argv", ["table", "--quick", "--no-peers", "--only", "puzzle"])
    table.main()
    out = capsys.readouterr().out
    assert "| puzzle | 45 | 1024 |" in out
    assert "| the very first run | 10 s | 3 s |" in out
    command = [sys.executable, "-m", "benchmarks.table", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--no-peers" in done.stdout
