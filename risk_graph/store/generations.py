"""Folders that are written once: how a writer makes one current and how readers hold it.

<graph>/lock                      held by the one writer
<graph>/CURRENT                   name of the current generation, swapped atomically
<graph>/generations/<id>/         a generation; `held` in it is share-locked by whoever reads
<graph>/generations/.new-*        being written; a leftover of a killed load is swept by the next
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from risk_graph.errors import DamagedError, NotFoundError, StoreError
from risk_graph.store.manifest import Manifest, is_intact, read_manifest, write_manifest

HELD = "held"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ATTEMPTS = 100


@contextmanager
def storage_errors(root: Path) -> Iterator[None]:
    """What the operating system refuses becomes one sentence; the former graph is untouched by then."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL or "No space left" in str(error):
            raise StoreError(
                f"the disk is full: free some space for {root}; the former graph stays"
            ) from error
        reason = error.strerror or str(error)
        raise StoreError(f"the graph folder {root} cannot be used: {reason}") from error


class Generations:
    """The generations under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / "generations"

    @contextmanager
    def writing(self, wait: float) -> Iterator[None]:
        """The one writer's turn; leftovers of killed loads are gone."""
        with storage_errors(self.root):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "lock", timeout=wait)
            try:
                lock.acquire()
            except Timeout:
                raise StoreError(f"the graph {self.root} is busy: another load is running") from None
        try:
            with storage_errors(self.root):
                for leftover in self._folder.glob(".*"):
                    shutil.rmtree(leftover)
            yield
        finally:
            lock.release()

    @contextmanager
    def reading(self) -> Iterator[Path]:
        """The current generation's folder, which nobody removes meanwhile."""
        with storage_errors(self.root):
            folder, held = self._hold()
        try:
            yield folder
        finally:
            os.close(held)

    def _hold(self) -> tuple[Path, int]:
        """The current folder and the open, share-locked `held` in it."""
        for _ in range(_ATTEMPTS):
            folder = self._folder / self.current()
            try:
                held = os.open(folder / HELD, os.O_RDONLY)
            except PermissionError:
                raise
            except OSError:
                if self.current() != folder.name:
                    continue  # another generation became current meanwhile
                raise self.damaged() from None
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
                if (folder / HELD).exists():
                    return folder, held
            except BlockingIOError:
                pass  # it is being removed: look again what is current
            os.close(held)
        raise self.damaged()

    def current(self) -> str:
        """Name of the current generation."""
        try:
            name = (self.root / "CURRENT").read_text().strip()
        except FileNotFoundError:
            if next(self._published(), None) is not None:
                raise self.damaged() from None
            raise NotFoundError(f"nothing was loaded into {self.root} yet: run `risk-graph run`") from None
        except PermissionError:
            raise
        except NotADirectoryError:
            raise StoreError(f"the store {self.root} is a file: name a folder for the graph") from None
        except (OSError, UnicodeDecodeError):
            raise self.damaged() from None
        if not name.isalnum():
            raise self.damaged()
        return name

    def _published(self) -> Iterator[Path]:
        return (folder for folder in self._folder.glob("*") if not folder.name.startswith("."))

    def damaged(self) -> DamagedError:
        return DamagedError(
            f"the graph {self.root} is damaged or of another version; it is derived from the inputs: "
            "`risk-graph run` builds it again"
        )

    def manifest(self, folder: Path) -> Manifest:
        """What the generation's writer noted; DamagedError when a file is absent or of another size."""
        try:
            return read_manifest(folder)
        except ValueError:
            raise self.damaged() from None

    def noted_datasets(self) -> set[str]:
        """Names of the data sets that any generation here holds, as far as that can still be read."""
        found: set[str] = set()
        for folder in self._published():
            try:
                found.update(read_manifest(folder).datasets)
            except ValueError:
                continue
        return found

    def has(self, name: str) -> bool:
        """Is there a generation of that name, every byte as it was written?"""
        return is_intact(self._folder / name, name) and (self._folder / name / HELD).exists()

    @contextmanager
    def new(self) -> Iterator[Path]:
        """A folder to write a generation into; it is gone afterwards unless it was published."""
        with storage_errors(self.root):
            folder = Path(tempfile.mkdtemp(prefix=".new-", dir=self._folder))
        try:
            with storage_errors(self.root):
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, name: str, datasets: tuple[str, ...]) -> None:
        """Seal what was written and give it its name; it is not current yet."""
        write_manifest(folder, name, datasets)
        (folder / HELD).touch()
        for path in (*folder.iterdir(), folder):
            _sync(path)
        target = self._folder / name
        if target.exists():  # damaged, or it would have been used again
            target.rename(self._folder / f".broken-{folder.name[1:]}")
        folder.chmod(0o755)
        folder.rename(target)
        _sync(self._folder)

    def make_current(self, name: str) -> None:
        """Readers that come from now on meet this generation; others keep theirs until they are done."""
        with storage_errors(self.root):
            try:
                former = self.current()
            except (NotFoundError, StoreError):
                former = ""
            if former != name:
                pointer = self.root / ".CURRENT"
                pointer.write_text(name + "\n")
                _sync(pointer)
                pointer.replace(self.root / "CURRENT")
                _sync(self.root)
            self._retire({name, former})

    def _retire(self, kept: set[str]) -> None:
        """Remove generations that nobody holds; one predecessor stays for readers that are about to open it."""
        others = [folder for folder in self._published() if folder.name not in kept]
        if len(kept - {""}) == 1:
            others = sorted(others, key=lambda f: f.stat().st_mtime)[:-1]
        for folder in others:
            _remove_if_free(folder)


def _remove_if_free(folder: Path) -> None:
    try:
        held = os.open(folder / HELD, os.O_RDONLY)
    except FileNotFoundError:
        shutil.rmtree(folder)
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        retired = folder.rename(folder.with_name(f".retired-{folder.name}"))
        shutil.rmtree(retired)
    except BlockingIOError:
        return  # a reader has it; a later load removes it
    finally:
        os.close(held)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
