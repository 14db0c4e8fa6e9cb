"""A folder of files as one file."""

from pathlib import Path

import pytest

from ingest.folder import packed
from risk_graph.errors import SourceError


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("b.csv", "a.csv", ".hidden"):
        (folder / name).write_text(name)
    first = packed(folder, tmp_path / "one.zip", 1).read_bytes()
    (folder / "a.csv").touch()
    assert packed(folder, tmp_path / "two.zip", 1).read_bytes() == first
    assert b".hidden" not in first


def test_an_empty_or_a_large_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    with pytest.raises(SourceError, match="holds no file"):
        packed(folder, tmp_path / "x.zip", 1)
    (folder / "a.csv").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(SourceError, match="50 files or 1 MB"):
        packed(folder, tmp_path / "x.zip", 1)
