"""All lessons of the tool, built once."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.commands.run import run


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The site, built from nothing by the worker that needs it first, and the report."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    folder = (
        tmp_path_factory.mktemp("lessons") if alone else tmp_path_factory.getbasetemp().parent / "lessons"
    )
    folder.mkdir(exist_ok=True)
    report = folder / "report.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not report.exists():
            ended = run("lesson", "--all", "--json", folder=folder)
            assert ended.code == 0, ended.err
            report.write_bytes(ended.out)
    return folder / "site", json.loads(report.read_bytes())
