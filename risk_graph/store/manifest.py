"""What the writer of a generation notes of it: its name, its data sets, and its files' sizes and SHA-256 hashes."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST = "generation.json"


@dataclass(frozen=True)
class Manifest:
    """`sizes` are in bytes and `hashes` are hexadecimal, both by file name."""

    id: str
    datasets: tuple[str, ...]
    sizes: dict[str, int]
    hashes: dict[str, str]


def write_manifest(folder: Path, name: str, datasets: tuple[str, ...]) -> None:
    """Notes the files that are in `folder` now."""
    files = sorted(folder.iterdir())
    noted = Manifest(
        name, datasets, {f.name: f.stat().st_size for f in files}, {f.name: _sha256(f) for f in files}
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(noted), ensure_ascii=False, indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """What was noted; ValueError when that cannot be read, or a file is absent or of another size."""
    try:
        noted = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        noted = Manifest(noted.id, tuple(noted.datasets), dict(noted.sizes), dict(noted.hashes))
        same = all((folder / name).stat().st_size == size for name, size in noted.sizes.items())
    except (OSError, TypeError) as error:
        raise ValueError(str(error)) from error
    if not same or not noted.sizes or noted.sizes.keys() != noted.hashes.keys():
        raise ValueError("a file is not as it was written")
    return noted


def is_intact(folder: Path, name: str) -> bool:
    """Is `folder` the generation `name`, every byte as it was written?"""
    try:
        noted = read_manifest(folder)
        return noted.id == name and all(_sha256(folder / f) == h for f, h in noted.hashes.items())
    except (OSError, ValueError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
