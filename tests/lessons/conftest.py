"""All lessons of the tool, built once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.run import run


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The site, built from nothing, and the report."""
    folder = tmp_path_factory.mktemp("lessons")
    ended = run("lesson", "--all", "--json", folder=folder)
    assert ended.code == 0, ended.err
    return folder / "site", json.loads(ended.out)
