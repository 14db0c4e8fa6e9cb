"""What changed between two editions."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ingest.changes import COLUMNS, KEYS, changes, entity_changes
from risk_graph.model.table import fact_tables
from tests.reference import reference_file
from tests.sources.lists import FILES, read


def frame(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "name", "value", "edition"])


def test_added_removed_and_changed() -> None:
    old = frame(("1", "A", 1.0, "x"), ("2", "B", 2.0, "x"), ("3", "C", None, "x"))
    new = frame(("3", "C", None, "y"), ("1", "A", 1.5, "y"), ("4", "D", 4.0, "y"))
    found = changes(old, new, ["id"])
    assert list(found.columns) == list(COLUMNS)
    assert found.values.tolist() == [
        ["changed", "1", "A", "value", "1.0", "1.5"],
        ["removed", "2", "B", "", "", ""],
        ["added", "4", "D", "", "", ""],
    ]


def test_the_edition_is_no_change() -> None:
    assert changes(frame(("1", "A", 1.0, "x")), frame(("1", "A", 1.0, "y")), ["id"]).empty


def test_rows_with_one_key_are_told_apart_by_their_order() -> None:
    old = frame(("1", "A", 1.0, "x"), ("1", "B", 2.0, "x"))
    new = frame(("1", "A", 1.0, "x"), ("1", "B", 3.0, "x"), ("1", "C", 4.0, "x"))
    assert changes(old, new, ["id"])[["change", "key"]].values.tolist() == [
        ["changed", "1 #2"],
        ["added", "1 #3"],
    ]


def test_empty_editions_are_fine() -> None:
    empty, one = frame(), frame(("1", "A", 1.0, "x"))
    assert changes(empty, empty, ["id"]).empty
    assert list(changes(empty, one, ["id"])["change"]) == ["added"]
    assert list(changes(one, empty, ["id"])["change"]) == ["removed"]


ROWS = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.text(max_size=3), st.none() | st.integers(0, 2))
)


@given(ROWS, ROWS)
def test_what_is_said_leads_from_the_old_to_the_new(old: dict, new: dict) -> None:
    def table(rows: dict) -> pd.DataFrame:
        return frame(*((key, name, value, "") for key, (name, value) in rows.items())).astype(
            {"value": float}
        )

    found = changes(table(old), table(new), ["id"])
    assert set(found.loc[found["change"] == "added", "key"]) == set(new) - set(old)
    assert set(found.loc[found["change"] == "removed", "key"]) == set(old) - set(new)
    changed = found[found["change"] == "changed"]
    assert set(changed["key"]) == {k for k in set(old) & set(new) if old[k] != new[k]}
    back = changes(table(new), table(old), ["id"])
    assert len(back) == len(found)


def test_every_kind_of_layer_has_a_key_of_its_own_columns() -> None:
    assert set(KEYS) == set(fact_tables()) - {"names"}
    for kind, key in KEYS.items():
        assert set(key) <= set(fact_tables()[kind].names)


def test_names_that_an_entry_gained_or_lost() -> None:
    draft = read("ofac_sdn", FILES / "ofac" / "sdn.xml").edition.drafts[0]
    assert draft.names is not None
    fewer = draft.names[draft.names["name"] != "EXALCO"]
    found = entity_changes(draft.rows, draft.names, draft.rows, fewer)
    assert found.values.tolist() == [
        ["changed", "SDN-101", "EXAMPLE ALUMINIUM WORKS, CO.", "names", "EXALCO (weak)", ""]
    ]


def test_a_day_of_delisting_that_moves_with_the_edition_is_no_change() -> None:
    path = FILES / "cbp_wro" / "page.html"
    older, newer = (read("cbp_wro", path, e).edition.drafts[0] for e in ("2025-01-01", "2026-01-01"))
    assert older.names is not None
    assert newer.names is not None
    assert entity_changes(older.rows, older.names, newer.rows, newer.names).empty


def test_ofacs_forms_agree_about_names() -> None:
    """The legacy XML and the advanced one of a day: nothing is added or removed."""
    legacy, advanced = (
        read("ofac_sdn", FILES / "ofac" / name).edition.drafts[0] for name in ("sdn.xml", "sdn_advanced.xml")
    )
    assert set(changes(legacy.rows, advanced.rows, KEYS["entities"])["change"]) == {"changed"}


def test_a_real_list_against_itself_without_one_entry() -> None:
    draft = read("un_sc", reference_file("sanctions/un_sc_consolidated_2026-02-27.xml")).edition.drafts[0]
    assert draft.names is not None
    less = draft.rows[draft.rows["entry_id"] != "UN-CDe.001"]
    found = entity_changes(draft.rows, draft.names, less, draft.names)
    assert found.values.tolist() == [["removed", "UN-CDe.001", "ADF", "", "", ""]]
