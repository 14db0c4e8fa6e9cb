"""What the tests of lists share: reading a file, and one entry of it as plain values."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingest.source import Asked, Edition, source_of
from risk_graph.model.table import fact_tables

FILES = Path(__file__).parent / "files"
DAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Read:
    """One layer of an edition."""

    edition: Edition

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.edition.drafts[0].rows.to_dict("records")

    def entry(self, entry_id: str) -> dict[str, Any]:
        return next(row for row in self.rows if row["entry_id"] == entry_id)

    def names(self, entry_id: str) -> dict[str, str]:
        """Name -> kind of an entry."""
        frame = self.edition.drafts[0].names
        assert frame is not None
        own = frame[frame["entry_id"] == entry_id]
        assert own["name"].is_unique
        return dict(zip(own["name"], own["kind"], strict=True))

    def named(self, part: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if part.casefold() in row["name"].casefold()]

    @property
    def codes(self) -> list[str]:
        return [issue.code for issue in self.edition.issues]


def read(source_id: str, path: Path, edition: str = "") -> Read:
    """Reads a file as the source does, and holds what every edition of a list holds."""
    found = source_of(source_id).read(path, Asked(DAY, edition))
    (draft,) = found.drafts
    assert draft.id in source_of(source_id).expected
    assert draft.names is not None
    choices = fact_tables()["entities"].column("kind").choices
    assert set(draft.rows["kind"]) <= set(choices)
    assert draft.rows["entry_id"].is_unique
    assert set(draft.names["entry_id"]) == set(draft.rows["entry_id"])
    primary = draft.names[draft.names["kind"] == "primary"]
    assert list(primary["name"]) == list(draft.rows["name"])
    assert set(draft.rows["edition"]) == {found.edition}
    return Read(found)


def day(value: Any) -> str:
    """A day of a row as text; nothing if it has none."""
    return "" if value != value or value is None else str(value)[:10]
