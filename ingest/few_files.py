"""A file, or the few files that a publisher packs into one archive; sizes are checked before anything is unpacked."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from risk_graph.errors import SourceError

_MOST = 50
_LARGEST_RATIO = 200
"""Times that a file may grow; lists as text grow about ten times."""


def files_in(
    path: Path, endings: tuple[str, ...], largest_mb: int, most: int = _MOST
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the members with those endings, or of the file itself if it is no archive.

    Raises SourceError: more than `most` members of any kind, too large, damaged or protected by a password.
    """
    with unpacking(path):
        for name, stream in streams_in(path, lambda n: n.lower().endswith(endings), largest_mb, most):
            yield name, stream.read()


def streams_in(
    path: Path, wanted: Callable[[str], bool], largest_mb: int, most: int = _MOST
) -> Iterator[tuple[str, IO[bytes]]]:
    """As `files_in`, each opened instead of read: for members that do not fit into memory. Read within `unpacking`."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield path.name, file
        return
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if wanted(m.filename)]
        _check(path, archive.infolist(), members, largest_mb, most)
        for member in members:
            with archive.open(member) as stream:
                yield member.filename, stream


@contextmanager
def on_disk(stream: IO[bytes]) -> Iterator[Path]:
    """A member as a file of its own for as long as it is needed.

    Arrow reads ahead in threads of its own: two of them on one member damage what they read, or end the process.
    """
    with tempfile.NamedTemporaryFile(prefix="risk-graph-") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
        file.flush()
        yield Path(file.name)


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """A damaged or locked archive as SourceError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, NotImplementedError) as error:
        raise SourceError(f"{path.name} cannot be unpacked ({error}). Fetch it again.") from None


def is_workbook(path: Path) -> bool:
    """Whether an archive is a spreadsheet program's workbook and not files packed together."""
    if not zipfile.is_zipfile(path):
        return False
    with unpacking(path), zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" in archive.namelist()


def _check(
    path: Path, every: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo], largest_mb: int, most: int
) -> None:
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(every) > most or size > largest_mb << 20 or size > _LARGEST_RATIO * max(packed, 1 << 10):
        raise SourceError(
            f"{path.name} holds more than {most} files or {largest_mb} MB, or grows more than {_LARGEST_RATIO} times: "
            "it is not unpacked."
        )
