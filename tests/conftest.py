"""Settings of the whole suite."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _kernels() -> Iterator[None]:
    """Compile the kernels once for the suite and every process it starts, never into the user's cache."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("SHAPECLI_CACHE_DIR", folder)
        from shapecli.engine.machine import machine

        machine()
        yield


@pytest.fixture
def examples() -> Path:
    """The folder of example figures."""
    return Path(__file__).parent.parent / "examples"
