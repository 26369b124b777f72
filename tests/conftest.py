"""Settings of the whole suite."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from shapecli.base.cachefolder import VARIABLE
from shapecli.engine.machine import machine

settings.register_profile(
    "project", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")

LONG = (
    "tests/live/test_page.py",
    "tests/lessons/test_browser.py",
    "tests/lessons/test_site.py",
    "tests/commands/test_cache.py",
    "tests/commands/test_run.py",
    "tests/commands/test_large_input.py",
    "tests/engine/test_certify.py",
    "tests/drawing/test_vector.py",
    "tests/laws/test_table.py",
    "tests/engine/test_raster.py",
)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the kernels once for all workers and the processes they start, never into the user's cache."""
    if hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return  # a worker has the environment of the process that started it
    folder = tempfile.TemporaryDirectory()
    session.config.add_cleanup(folder.cleanup)
    os.environ.setdefault(VARIABLE, folder.name)
    machine()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: the workers take files in this order, and so end together."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONG)))


@pytest.fixture
def examples() -> Path:
    """The folder of example figures."""
    return Path(__file__).parent.parent / "examples"
