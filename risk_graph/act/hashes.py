"""The chain of hashes of the journal: each entry names the hash of the one before."""

import hashlib
import json
from typing import Any

from risk_graph.errors import TamperedError

FIRST = "0" * 64
"""What the first entry names as the hash before it."""


def hash_of(*fields: object) -> str:
    """SHA-256 of an entry's fields, the hash before it among them."""
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def verify(rows: list[tuple[Any, ...]], head: tuple[int, str]) -> None:
    """TamperedError, naming the first row (number, six fields, previous, hash) that is not as it was written, or if
    `head` (number and hash of the last one, as noted) is another.
    """
    previous = FIRST
    for expected, row in enumerate(rows, start=1):
        if row[0] != expected:
            raise TamperedError(f"entry {expected} was removed or moved.")
        if row[7] != previous:
            raise TamperedError(f"entry {expected} does not follow the one before it.")
        if hash_of(*row[:8]) != row[8]:
            raise TamperedError(f"entry {expected} was changed.")
        previous = row[8]
    if head != (len(rows), previous):
        raise TamperedError(
            f"entries after {len(rows)} were removed, or the note of the last one was changed."
        )
