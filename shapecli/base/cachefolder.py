"""The folder where things that took time to make are kept, and files there that notice damage.

The name of a file has a hash of everything that its content depends on; the content carries a
checksum; a file is complete or absent.  So whatever is missing, old or spoilt is simply made again.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from shapecli.base.files import written_whole

VARIABLE = "SHAPECLI_CACHE_DIR"
KINDS = ("kernels-", "grammar-", ".shapecli-")  # what names begin with


def folder() -> Path:
    """$SHAPECLI_CACHE_DIR, or the user's cache folder.

    Raises:
        OSError: the user has no home, and the working folder must not stand in for it.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    import platformdirs

    usual = platformdirs.user_cache_path("shapecli", appauthor=False)
    if not usual.is_absolute():
        raise OSError("there is no home folder")
    return usual


def make_folder() -> None:
    """Make the cache folder, for this user alone: what lies there is run.

    Raises:
        OSError: that is not possible.
    """
    folder().parent.mkdir(parents=True, exist_ok=True)
    folder().mkdir(mode=0o700, exist_ok=True)


def read_sealed(name: str) -> bytes | None:
    """What was kept under a name; None if it is missing, not readable, or not what was written."""
    try:
        content = (folder() / name).read_bytes()
    except OSError:
        return None
    size = sha256().digest_size
    return content[size:] if _seal(name, content[size:]) == content[:size] else None


def write_sealed(name: str, content: bytes) -> None:
    """Keep something under a name.

    Raises:
        OSError: that is not possible.
    """
    make_folder()
    with written_whole(folder() / name) as stream:
        stream.write(_seal(name, content) + content)


def _seal(name: str, content: bytes) -> bytes:
    """A checksum of a file and its name: under another name it is damaged too."""
    return sha256(name.encode() + b"\0" + content).digest()


def version_of(package: str, file: str = "_version.py") -> bytes:
    """What tells versions of a package apart, the content of a file of it, without importing it."""
    from importlib.util import find_spec

    found = find_spec(package)
    with suppress(OSError):
        return Path(found.origin or "").with_name(file).read_bytes() if found else b""
    return b""


def kept_files() -> list[Path]:
    """What is in the folder and was put there by us, whole or half written, sorted by name.

    Raises:
        OSError: the folder cannot be read.
    """
    try:
        found = sorted(folder().iterdir())
    except FileNotFoundError:
        return []
    return [path for path in found if path.name.startswith(KINDS)]


def is_whole(path: Path) -> bool:
    """Whether a kept file is what was written."""
    return read_sealed(path.name) is not None
