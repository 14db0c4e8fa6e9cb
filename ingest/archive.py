"""Files that publishers pack together: counted and measured before anything is unpacked, by one rule for all."""

import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from risk_graph.errors import SourceError

_MOST = 50
_LARGEST_RATIO = 200
"""Times that a file may grow; tables and lists as text grow about ten times."""
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    UnicodeDecodeError,
    RuntimeError,  # a password is needed
    EOFError,
    NotImplementedError,
)


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
) -> Generator[tuple[str, IO[bytes]]]:
    """As `files_in`, each opened instead of read: for members that do not fit into memory. Read within `unpacking`."""
    if not zipfile.is_zipfile(path):
        if path.stat().st_size > largest_mb << 20:
            raise SourceError(f"{path.name} is larger than {largest_mb} MB: it is not read.")
        with path.open("rb") as file:
            yield path.name, file
        return
    with zipfile.ZipFile(path) as archive:
        for member in _checked(path, archive, wanted, largest_mb << 20, most):
            with archive.open(member) as stream:
                yield member.filename, stream


@contextmanager
def one_file(path: Path, ending: str, largest_mb: int) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and stream of the one member with that ending, or of the file itself if it is no archive.

    Raises SourceError, also while it is read: as `files_in`, and if there is none or are several.
    """
    with unpacking(path):
        names = names_in(path, ending)
        if len(names) != 1:
            raise SourceError(f"{path.name} holds {len(names):,} such files; one {ending} is expected.")
        with closing(streams_in(path, lambda n: n == names[0], largest_mb)) as streams:
            yield next(streams)


def names_in(path: Path, ending: str = "") -> list[str]:
    """Names of the members that end so, without what a Mac adds; of the file itself if it is no archive."""
    if not zipfile.is_zipfile(path):
        return [path.name]
    with unpacking(path), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return [n for n in names if n.lower().endswith(ending) and not n.startswith("__MACOSX/")]


def unpack(
    path: Path, into: Path, endings: Sequence[str], room: int, most: int, depth: int = 1
) -> list[Path]:
    """The members with those endings as files below `into`, wherever their names point; those of a folder of the archive
    share one. Archives in it are opened too, down to `depth`. `room` is in bytes, for all of it.

    Raises SourceError as `files_in`.
    """
    found: dict[Path, None] = {}
    with unpacking(path), zipfile.ZipFile(path) as archive:
        members = _checked(path, archive, lambda n: n.lower().endswith((*endings, ".zip")), room, most)
        left = room - sum(m.file_size for m in members)
        folders: dict[str, Path] = {}
        for member in members:
            inside = PurePosixPath(member.filename.replace("\\", "/"))
            folder = folders.setdefault(str(inside.parent), into / f"{path.stem[:40]}-{len(folders)}")
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / inside.name
            with archive.open(member) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
            if not target.name.lower().endswith(".zip"):
                found[target] = None
            elif depth:
                inner = unpack(target, folder, endings, left, most, depth - 1)
                left -= sum(f.stat().st_size for f in inner)
                found |= dict.fromkeys(inner)
                target.unlink()
    return list(found)


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
    """A damaged or locked archive as SourceError; what the disk refuses is not the archive's fault."""
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(path, error) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(path, error) from None  # bz2 says so


def _damaged(path: Path, error: Exception) -> SourceError:
    return SourceError(f"{path.name} cannot be unpacked ({error or type(error).__name__}). Fetch it again.")


def is_workbook(path: Path) -> bool:
    """Whether an archive is a spreadsheet program's workbook and not files packed together."""
    return zipfile.is_zipfile(path) and "[Content_Types].xml" in names_in(path)


def _checked(
    path: Path, archive: zipfile.ZipFile, wanted: Callable[[str], bool], room: int, most: int
) -> list[zipfile.ZipInfo]:
    """The wanted members; SourceError if there are too many of any kind, or they are too large or grow too much."""
    every = archive.infolist()
    members = [m for m in every if wanted(m.filename)]
    size, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(every) > most or size > room or size > _LARGEST_RATIO * max(packed, 1 << 10):
        raise SourceError(
            f"{path.name} holds more than {most} files or {room >> 20} MB, or grows more than {_LARGEST_RATIO} times: it "
            "is not unpacked."
        )
    return members
