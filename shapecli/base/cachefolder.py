"""The folder where things that took time to make are kept, and files there that notice damage.

The name of a file has a hash of everything that its content depends on; the content carries a
checksum; a file is complete or absent.  So whatever is missing, old or spoilt is simply made again.  A
checksum keeps nobody out: a folder or a file that is a link, another user's, or that others may write to is
not used at all, and not mended either, as ssh does with keys.
"""

import errno
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from shapecli.base.folder import Folder, RefusedError
from shapecli.base.source import visible

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


def refusal() -> str:
    """Why the folder is not used; empty if it is, or is not there yet."""
    found = _found(KINDS[0])  # which is nobody's name
    return _explained(found) if isinstance(found, RefusedError) else ""


def read_sealed(name: str) -> bytes | None:
    """What was kept under a name; None if it is missing, not readable, refused, or not what was written."""
    found = _found(name)
    if isinstance(found, RefusedError):
        _tell(_explained(found))
        return None
    return found


def write_sealed(name: str, content: bytes) -> None:
    """Keep something under a name, in a folder for this user alone: what lies there is run.

    Raises:
        OSError: that is not possible.
    """
    _door().make()
    _door().write(name, _seal(name, content) + content)


def _door() -> Folder:
    return Folder(folder(), private=True)


def _explained(problem: RefusedError) -> str:
    import shlex

    path = visible(shlex.quote(str(problem.filename)))
    remedy = f"chmod go-w {path}" if problem.errno == errno.EACCES else f"remove {path}"
    return f"the cache is not used: {problem.strerror}: {remedy}, or set {VARIABLE} to a folder of your own"


@cache
def _tell(text: str) -> None:
    """Say something on stderr, or wherever a program logs to, once."""
    import logging

    logging.getLogger("shapecli").warning("%s", text)


def _found(name: str) -> bytes | RefusedError | None:
    """What was kept under a name, or why it is refused; None if it is missing, not readable, or damaged."""
    try:
        content = _door().read(name)
    except RefusedError as problem:
        return problem
    except OSError:
        return None
    size = sha256().digest_size
    return content[size:] if _seal(name, content[size:]) == content[:size] else None


def _seal(name: str, content: bytes) -> bytes:
    """A checksum of a file and its name: under another name it is damaged too."""
    return sha256(name.encode() + b"\0" + content).digest()


def version_of(package: str, file: str = "_version.py") -> bytes:
    """What tells versions of a package apart, the content of a file of it, without importing it."""
    from importlib.util import find_spec

    spec = find_spec(package)
    with suppress(OSError):
        return Path(spec.origin or "").with_name(file).read_bytes() if spec else b""
    return b""


def kept_files() -> list[Path]:
    """What is in the folder and was put there by us, whole or half written, sorted by name.

    Raises:
        OSError: the folder cannot be read.
    """
    with suppress(FileNotFoundError):
        return sorted(path for path in folder().iterdir() if path.name.startswith(KINDS))
    return []


def remove_kept() -> None:
    """Remove all of that.

    Raises:
        OSError: that is not possible, or the folder is refused.
    """
    for path in kept_files():
        with suppress(FileNotFoundError):
            _door().remove(path.name)


def state_of(path: Path) -> str:
    """Of a kept file: "whole", "damaged", or "refused"."""
    found = _found(path.name)
    return "refused" if isinstance(found, RefusedError) else "damaged" if found is None else "whole"
