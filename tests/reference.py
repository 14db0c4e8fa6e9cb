"""The folder of real public files, where a developer has it beside the repository; nothing of it is in here."""

from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"


def reference_file(name: str) -> Path:
    """A real file; the test is skipped, with its reason, where it is absent."""
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip(f"the real file {name} is not at hand")
    return path
