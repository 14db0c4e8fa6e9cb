"""Real public files and published results whose terms do not let them stand in here, where a developer has them beside
the repository."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"
REFERENCE = SHARED / "reference"


def reference_file(name: str) -> Path:
    """A real file; the test is skipped, with its reason, where it is absent."""
    return _at_hand(REFERENCE / name)


def published_file(name: str) -> Path:
    """A published result; the test is skipped as well where it is absent."""
    return _at_hand(SHARED / "oracles" / name)


def _at_hand(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(f"the real file {path.relative_to(SHARED)} is not at hand")
    return path
