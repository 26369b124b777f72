"""The door: all that is written, moved or removed in a folder goes through here.

What the user names is followed, wherever it leads.  Below it no link is, and nothing is touched but plain
files and folders: every step from the folder down is taken by its descriptor, so that nobody can turn the
way meanwhile.
"""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Literal

from shapecli.base.source import ShapeError, visible

PREFIX, SUFFIX = ".shapecli-", ".tmp"  # of files that are being written
ABANDONED: Final = 3600.0  # seconds after which nobody writes them any more
LOCK: Final = ".lock"
MARKS: Final = (b'<meta name="generator" content="shapecli">', b"<!-- made by shapecli ")  # of pages of ours
LOOKED_AT: Final = 4096  # bytes of a page

ROOT: Final = 0  # who has a say in everything anyhow

BY_DESCRIPTOR: Final = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")  # not on Windows
NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
DIRECTORY: Final = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_PATH", 0)  # it need not be readable
PLAIN: Final = NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # no pipe keeps us waiting
NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN
APPENDED: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | PLAIN


class RefusedError(OSError):
    """What is there is no plain file or folder, or not for us to use."""


@dataclass(frozen=True)
class Folder:
    """A folder, as the user names it; names in it have / between folders.

    Attributes:
        private: whether nobody but this user and root may have a say in it and in the files that are read.
    """

    path: Path
    private: bool = False

    def make(self) -> None:
        """Make the folder, and those above it, if nothing is there.

        Raises:
            OSError: that is not possible.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            self.path.mkdir(0o700 if self.private else 0o777)

    @contextmanager
    def written_whole(self, name: str, *, keep: bool = True) -> Iterator[BinaryIO]:
        """A stream whose content becomes a file at the end, or, after any error, nothing.

        It is written beside the file and renamed, so an older file stays as it was until then; a link is
        replaced.  Folders on the way are made.  The permissions are those that the umask asks for.

        Args:
            keep: whether the file is meant; otherwise it is only tried whether it could be.

        Raises:
            OSError: it cannot be written whole, or is refused.
        """
        with self._place(name, make=True) as (last, at):
            with suppress(FileNotFoundError):
                status = os.stat(last, dir_fd=at, follow_symlinks=False)
                if self.private or not stat.S_ISLNK(status.st_mode):
                    self._check(status, self.path / name)
            beside = str(Path(last).with_name(f"{PREFIX}{os.urandom(8).hex()}{SUFFIX}"))
            try:
                new = os.open(beside, NEW, 0o600 if self.private else 0o666, dir_fd=at)
                with os.fdopen(new, "wb") as stream:
                    yield stream
                if keep:
                    os.replace(beside, last, src_dir_fd=at, dst_dir_fd=at)
            except OSError as problem:
                if problem.filename in (None, beside):  # a full disk does not say whose it is
                    problem.filename = str(self.path / name)
                raise
            finally:
                with suppress(OSError):
                    os.unlink(beside, dir_fd=at)

    def write(self, name: str, content: bytes) -> None:
        """A file, whole; see `written_whole`."""
        with self.written_whole(name) as stream:
            stream.write(content)

    @contextmanager
    def appended(self, name: str) -> Iterator[BinaryIO]:
        """A stream to the end of a file, which is made if it is missing.

        Raises:
            OSError: it cannot be written, is refused, or is also somewhere else under another name.
        """
        with self._opened(name, APPENDED, "ab") as stream:
            if os.fstat(stream.fileno()).st_nlink > 1:
                raise _refused("it has another name elsewhere (a hard link)", self.path / name)
            yield stream

    def read(self, name: str, most: int = -1) -> bytes:
        """A plain file, or the first bytes of it.

        Raises:
            OSError: there is none, or it is refused.
        """
        with self._opened(name, os.O_RDONLY | PLAIN, "rb") as stream:
            return stream.read(most)

    def hash_of(self, name: str) -> str:
        """Of a plain file; empty if it cannot be read."""
        with suppress(OSError):
            return sha256(self.read(name)).hexdigest()
        return ""

    def has(self, name: str) -> bool:
        """Whether there is a plain file."""
        with suppress(OSError), self._place(name) as (last, at):
            return stat.S_ISREG(os.stat(last, dir_fd=at, follow_symlinks=False).st_mode)
        return False

    def remove(self, name: str, older: float = -1.0) -> None:
        """Remove a file or a link; with `older`, only if it is so many seconds old.

        Raises:
            OSError: that is not possible.
        """
        with self._place(name) as (last, at):
            written = os.stat(last, dir_fd=at, follow_symlinks=False).st_mtime
            if older < 0 or time.time() - written > older:
                os.unlink(last, dir_fd=at)

    def is_ours(self, name: str) -> bool:
        """Whether there is a page that this tool has made."""
        with suppress(FileNotFoundError, RefusedError):
            start = self.read(name, LOOKED_AT)
            return any(mark in start for mark in MARKS)
        return False

    def check_ours(self, name: str) -> None:
        """Raises: ShapeError: there is something that a page would replace, and it is not ours."""
        if os.path.lexists(self.path / name) and not self.is_ours(name):
            message = f"{visible(str(self.path / name))} was not made by shapecli"
            hint = "choose another folder, or move the file away"
            raise ShapeError(message, option="output", hint=hint)

    @contextmanager
    def building(self, pages: Sequence[str], say: Callable[[str], None]) -> Iterator[None]:
        """Keep other runs out while pages are brought up to date; what killed ones left goes first.

        Args:
            say: called if another run is writing, which is waited for.

        Raises:
            ShapeError: a page would replace one that is not ours.
            OSError: the folder cannot be written.
        """
        for page in pages:
            self.check_ours(page)
        self.make()
        with self.appended(LOCK) as stream:
            _lock(stream, lambda: say(f"another run is writing {self.path}: waiting for it ..."))
            self._remove_leftovers()
            yield

    def _remove_leftovers(self) -> None:
        """Remove files half written by processes that were killed; not fresh ones."""
        for folder, _, names in os.walk(self.path):  # which follows no links
            inner = Path(folder).relative_to(self.path)
            for name in names:
                if name.startswith(PREFIX) and name.endswith(SUFFIX):
                    with suppress(OSError):
                        self.remove((inner / name).as_posix(), older=ABANDONED)

    @contextmanager
    def _opened(self, name: str, flags: int, mode: Literal["rb", "ab"]) -> Iterator[BinaryIO]:
        """A plain file; looked at before, lest a device does something when it is opened, and after."""
        with self._place(name, make=bool(flags & os.O_CREAT)) as (last, at):
            with suppress(FileNotFoundError):
                self._check(os.stat(last, dir_fd=at, follow_symlinks=False), self.path / name)
            with os.fdopen(os.open(last, flags, 0o666, dir_fd=at), mode) as stream:
                self._check(os.fstat(stream.fileno()), self.path / name)
                yield stream

    @contextmanager
    def _place(self, name: str, *, make: bool = False) -> Iterator[tuple[str, int | None]]:
        """The last part of a name, and the descriptor of the folder it is in; or its path, and None."""
        *folders, last = name.split("/")
        if any(part in ("", "..") or Path(part).name != part for part in (*folders, last)):
            raise _refused("this is no name in a folder", self.path / name)
        here, at = self.path, None
        with ExitStack() as opened, self._named(name):
            for part in ("", *folders):
                here = here / part
                step = part if part and BY_DESCRIPTOR else here
                if part and make:
                    with suppress(FileExistsError):
                        os.mkdir(step, dir_fd=at)
                strict = bool(part) or self.private
                if strict:
                    self._check(os.stat(step, dir_fd=at, follow_symlinks=False), here, stat.S_IFDIR)
                if BY_DESCRIPTOR:
                    at = os.open(step, DIRECTORY | (NO_LINK if strict else 0), dir_fd=at)
                    opened.callback(os.close, at)
                    if self.private:
                        self._check(os.fstat(at), here, stat.S_IFDIR)
            yield (last if BY_DESCRIPTOR else str(here / last)), at

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        """Errors of the system know the last part of a name alone: give them all of it."""
        try:
            yield
        except OSError as problem:
            if problem.filename in name.split("/"):
                problem.filename = str(self.path / name)
            raise

    def _check(self, status: os.stat_result, path: Path, kind: int = stat.S_IFREG) -> None:
        """Raises: RefusedError: it is of another kind, or others have a say in it though it is private."""
        if stat.S_IFMT(status.st_mode) != kind:
            other = "not a plain file" if kind == stat.S_IFREG else "not a folder"
            what = "a link, which is not followed" if stat.S_ISLNK(status.st_mode) else other
            raise _refused(f"it is {what}", path)
        if self.private and hasattr(os, "geteuid"):
            if status.st_uid not in (os.geteuid(), ROOT):
                raise _refused("it belongs to another user", path)
            if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise _refused("others may write to it", path, errno.EACCES)


def _refused(why: str, path: Path, number: int = errno.EPERM) -> RefusedError:
    return RefusedError(number, why, str(path))


def _lock(stream: BinaryIO, waiting: Callable[[], None]) -> None:
    """Keep other processes out until a file is closed, however this one ends."""
    try:
        import fcntl
    except ImportError:  # no such locks here: files are still replaced whole
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        waiting()
        fcntl.flock(stream, fcntl.LOCK_EX)
