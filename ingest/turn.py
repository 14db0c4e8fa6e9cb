"""One update of a source at a time, and what the operating system refuses as one sentence.

<sources>/.locks/<source>          held by the one who updates it
<sources>/<source>/.new-*          being written; a leftover of a killed update is swept by the next
<sources>/<source>/.old-<edition>  a damaged edition that gives way; put back if its successor never came
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from risk_graph.errors import BusyError, SourceError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
OLD = ".old-"
NEW = ".new-"


@contextmanager
def storage_errors(root: Path) -> Iterator[None]:
    """Raises SourceError for what the operating system refuses; editions at hand are untouched by then."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise SourceError(
                f"The disk is full: free some space for {root}. Editions at hand stay in use."
            ) from error
        where = error.filename or root
        reason = error.strerror or type(error).__name__
        raise SourceError(f"{where} cannot be used: {reason}. Editions at hand stay in use.") from error


@contextmanager
def turn(root: Path, source_id: str) -> Iterator[None]:
    """The only update of that source for now; BusyError if another one is running. Leftovers of killed ones are gone."""
    with storage_errors(root):
        locks = root / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / source_id, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise BusyError(
                f"{source_id} is busy: another update of it is running. Wait until it has ended."
            ) from None
        try:
            _sweep(root / source_id)
            yield
        finally:
            lock.release()


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"{NEW}*"):
        shutil.rmtree(left)
    for left in folder.glob(f"{OLD}*"):
        place = folder / left.name.removeprefix(OLD)
        if place.exists():
            shutil.rmtree(left)
        else:
            left.rename(place)  # damaged, but not silently absent: a run says so
