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


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the kernels once for all workers and the processes they start, never into the user's cache."""
    if hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return  # a worker has the environment of the process that started it
    folder = tempfile.TemporaryDirectory()
    session.config.add_cleanup(folder.cleanup)
    os.environ.setdefault(VARIABLE, folder.name)
    machine()


@pytest.fixture
def examples() -> Path:
    """The folder of example figures."""
    return Path(__file__).parent.parent / "examples"
