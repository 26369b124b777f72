"""`make quick` is a walk through every room, of tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNTOUCHED = {
    "live",
    "oracle",
}  # a browser takes long; and second opinions have no tests


def test_the_first_group_touches_every_room() -> None:
    """A room that is added has a place in it, and a test that is renamed is renamed there."""
    text = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    found = re.search(r"^QUICK := \$\(addprefix tests/,(.*)\)$", text, re.MULTILINE)
    assert found is not None
    chosen = [part.partition("::") for part in found[1].split()]
    for place, _, name in chosen:
        path = ROOT / "tests" / place
        assert path.exists(), place
        assert not name or f"\ndef {name}(" in path.read_text("utf-8"), name
    rooms = {path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/*.py")}
    assert {Path(place).parts[0] for place, _, _ in chosen} == rooms - UNTOUCHED
