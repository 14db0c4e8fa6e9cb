"""A folder of files that belong together as one file: an archive with the same bytes for the same files."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from risk_graph.errors import SourceError

_MOST_FILES = 50
_DAY = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip can hold: when the files were copied is no part of what they say."""


def packed(folder: Path, target: Path, largest_mb: int) -> Path:
    """`target` with the files of the folder (not of folders in it), by name, not compressed.

    Raises SourceError if there is none, or they are too many or too large.
    """
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    if not files:
        raise SourceError(f"The folder {folder} holds no file.")
    return pack(files, target, largest_mb, f"The folder {folder}")


def pack(files: Sequence[Path], target: Path, largest_mb: int, what: str) -> Path:
    """`target` with those files, by name, not compressed; the same files give the same bytes.

    Raises SourceError, naming `what`, if they are too many or too large.
    """
    if len(files) > _MOST_FILES or sum(p.stat().st_size for p in files) > largest_mb << 20:
        raise SourceError(
            f"{what} holds more than {_MOST_FILES} files or {largest_mb} MB: give the files of this source alone."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            info = zipfile.ZipInfo(file.name, _DAY)
            with file.open("rb") as source, archive.open(info, "w", force_zip64=True) as out:
                shutil.copyfileobj(source, out)
    return target
