"""A file, or the few files that a publisher packs into one archive; sizes are checked before anything is unpacked."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from risk_graph.errors import SourceError

_MOST = 50
_LARGEST_RATIO = 200
"""Times that a file may grow; lists as text grow about ten times."""


def files_in(path: Path, endings: tuple[str, ...], largest_mb: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the members with those endings, or of the file itself if it is no archive.

    Raises SourceError: too many, too large, damaged or protected by a password.
    """
    if not zipfile.is_zipfile(path):
        yield path.name, path.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(endings)]
            _check(path, archive.infolist(), members, largest_mb)
            for member in members:
                yield member.filename, archive.read(member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, NotImplementedError) as error:
        raise SourceError(f"{path.name} cannot be unpacked ({error}). Fetch it again.") from None


def _check(path: Path, every: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo], largest_mb: int) -> None:
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(every) > _MOST or size > largest_mb << 20 or size > _LARGEST_RATIO * max(packed, 1 << 10):
        raise SourceError(
            f"{path.name} holds more than {_MOST} files or {largest_mb} MB, or grows more than {_LARGEST_RATIO} times: "
            "it is not unpacked."
        )
