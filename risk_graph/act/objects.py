"""Files kept under the hash of their content: written once, whole or not at all, shared by whoever names the hash."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from risk_graph.errors import ArchiveError, ChangedError

NEW = ".new-"
_BLOCK = 1 << 22


class Objects:
    """The files under one folder, each named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: Path, sha256: str, link: bool = False) -> None:
        """Keeps the content of a file. With `link` it stays one file on the disk where that can be: only for files that
        are never written again. Raises ChangedError if its content is not the one that was read.
        """
        if self._is_kept(sha256):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if link and _digest(source) == sha256 and _linked(source, self._folder / sha256):
            return
        with source.open("rb") as file:
            found = self._write(iter(lambda: file.read(_BLOCK), b""), sha256)
        if found != sha256:
            raise ChangedError(f"{source.name} changed while the run read it")

    def put_bytes(self, content: bytes) -> str:
        """Keeps a content; its hash."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._is_kept(sha256):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(iter([content]), sha256)
        return sha256

    def path(self, sha256: str, what: str) -> Path:
        """The file of a content. Raises ArchiveError if `what` is absent or not as it was written."""
        path = self._folder / sha256
        try:
            damage = "" if _digest(path) == sha256 else "is not as it was written"
        except FileNotFoundError:
            damage = "is missing"
        except OSError as error:
            damage = f"cannot be read ({error.strerror or error})"
        if damage:
            raise ArchiveError(
                f"{what} {damage} in the archive ({path}). Put the file back from a copy of the project; without it the "
                "run cannot be computed again."
            )
        return path

    def sweep(self, needed: set[str]) -> int:
        """Removes what nobody needs and what a killed writer left; bytes that were freed."""
        freed = 0
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in needed:
                freed += path.stat().st_size if path.stat().st_nlink == 1 else 0
                path.unlink()
        return freed

    def _is_kept(self, sha256: str) -> bool:
        try:
            return _digest(self._folder / sha256) == sha256
        except OSError:
            return False

    def _write(self, blocks: Iterator[bytes], sha256: str) -> str:
        """Writes a file beside and gives it its name if the content is the expected one; the hash found."""
        new, found = self._folder / f"{NEW}{uuid.uuid4().hex}", hashlib.sha256()
        try:
            with new.open("xb") as file:
                for block in blocks:
                    found.update(block)
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            if found.hexdigest() == sha256:
                new.replace(self._folder / sha256)
        finally:
            new.unlink(missing_ok=True)
        return found.hexdigest()


def _linked(source: Path, target: Path) -> bool:
    try:
        target.unlink(missing_ok=True)
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        return False
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
