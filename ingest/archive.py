"""One table out of an archive, as a stream: checked before it is unpacked, never whole in memory."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from risk_graph.errors import SourceError

_MOST = 50
_LARGEST_RATIO = 200
"""Times that a file may grow; tables as text grow about ten times."""


@contextmanager
def one_file(path: Path, ending: str, largest_mb: int) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and bytes of the one member with that ending, or of the file itself if it is no archive.

    Raises SourceError, also while it is read: none or several such members, too many, too large, growing too much,
    damaged or protected by a password.
    """
    if not zipfile.is_zipfile(path):
        if path.stat().st_size > largest_mb << 20:
            raise SourceError(f"{path.name} is larger than {largest_mb} MB: it is not read.")
        with path.open("rb") as file:
            yield path.name, file
        return
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(path, archive.infolist(), ending, largest_mb)
            with archive.open(member) as file:
                yield member.filename, file
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, NotImplementedError) as error:
        raise SourceError(f"{path.name} cannot be unpacked ({error}). Fetch it again.") from None


def _member(path: Path, every: list[zipfile.ZipInfo], ending: str, largest_mb: int) -> zipfile.ZipInfo:
    found = [
        m for m in every if m.filename.lower().endswith(ending) and not m.filename.startswith("__MACOSX/")
    ]
    if len(every) > _MOST or len(found) != 1:
        raise SourceError(
            f"{path.name} holds {len(every):,} files, {len(found):,} of them {ending}: one {ending} is expected."
        )
    size, packed = found[0].file_size, found[0].compress_size
    if size > largest_mb << 20 or size > _LARGEST_RATIO * max(packed, 1 << 10):
        raise SourceError(
            f"{path.name} holds more than {largest_mb} MB or grows more than {_LARGEST_RATIO} times: it is not unpacked."
        )
    return found[0]
