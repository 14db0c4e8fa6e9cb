"""UCDP GED and Candidate: the CSV with its 49 columns (synthetic), zipped, damaged, and the real samples."""

import csv
import gzip
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ingest.editions import keep
from ingest.source import Asked, Edition, source_of
from ingest.ucdp import edition_in, gleditsch_ward
from risk_graph.errors import SourceError
from risk_graph.layers.layer import load_layer
from risk_graph.model.gazetteer import understand_country
from tests.reference import reference_file

_HEADER = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id "
    "dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources "
    "source_article source_office source_date source_headline source_original where_prec where_coordinates "
    "where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity "
    "date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob"
)
NAMES = _HEADER.split()


def event(id_: int, **other: Any) -> dict[str, Any]:
    """A made-up event with every column of the real file."""
    known = {
        "id": id_,
        "type_of_violence": 1,
        "side_a": "Government of Made Up",
        "side_b": "Made Up Front",
        "source_article": 'Agency, "A headline, with commas"',
        "source_headline": "two\nlines",
        "where_prec": 1,
        "adm_1": "Tombouctou region",
        "latitude": 16.77,
        "longitude": -3.0,
        "country": "Mali",
        "country_id": 432,
        "date_prec": 1,
        "date_start": "2024-03-02 00:00:00.000",
        "date_end": "2024-03-03 00:00:00.000",
        "best": 3,
        "high": 7,
        "low": 2,
    }
    return {**dict.fromkeys(NAMES, ""), **known, **other}


def text_of(*events: dict[str, Any], names: list[str] | None = None) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, names or NAMES, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(events)
    return out.getvalue()


def read(path: Path, edition: str = "", source: str = "ucdp_ged") -> Edition:
    return source_of(source).read(path, Asked(date(2026, 11, 24), edition))


def written(tmp_path: Path, *events: dict[str, Any], name: str = "GEDEvent_v26_1.csv") -> Path:
    path = tmp_path / name
    path.write_text(text_of(*events), encoding="utf-8", newline="")
    return path


def test_an_event(tmp_path: Path) -> None:
    found = read(written(tmp_path, event(7), event(8, type_of_violence=3, where_prec=6, country_id=775)))
    rows = found.drafts[0].rows
    assert found.edition == "26.1"
    assert found.issues == ()
    one = rows.iloc[0]
    assert (one["event_id"], one["violence"], one["country"], one["parties"]) == (
        "7",
        "state_based",
        "MLI",
        "Government of Made Up - Made Up Front",
    )
    assert (one["low"], one["best"], one["high"], one["where_prec"]) == (2, 3, 7, 1)
    assert (one["date_start"], one["date_end"]) == (pd.Timestamp("2024-03-02"), pd.Timestamp("2024-03-03"))
    assert one["source"] == "UCDP GED 26.1, event 7"
    assert rows.iloc[1][["violence", "country"]].tolist() == ["one_sided", "MMR"]


def test_a_zip_is_read_without_unpacking_it(tmp_path: Path) -> None:
    path = tmp_path / "ged261-csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v26_1.csv", text_of(event(1)))
        archive.writestr("readme.txt", "x")
    found = read(path)
    assert (found.edition, len(found.drafts[0].rows)) == ("26.1", 1)


def test_what_is_fetched_and_kept_can_be_loaded(tmp_path: Path) -> None:
    path = written(tmp_path, event(1), event(2))
    held = keep(tmp_path / "sources", source_of("ucdp_ged"), read(path), path, "file", date(2026, 11, 24))
    layer = load_layer(held.folder / "ucdp_ged")
    assert (layer.kind, layer.radius_km, layer.years_back, len(layer.values)) == ("events", 50.0, 5, 2)
    assert layer.redistribution


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("GEDEvent_v26_1.csv", "26.1"),
        ("GEDEvent_v26_0_9.csv", "26.0.9"),
        ("folder/GEDEvent_v26_01_26_03.csv", "26.01.26.03"),
        ("ged261-csv.zip", "26.1"),
        ("events.csv", ""),
        ("candidate.csv", ""),
    ],
)
def test_the_edition_of_a_file(name: str, edition: str) -> None:
    assert edition_in(name) == edition


def test_a_candidate_release_keeps_its_own_layer(tmp_path: Path) -> None:
    found = read(written(tmp_path, event(1), name="GEDEvent_v26_0_9.csv"), source="ucdp_candidate")
    assert (found.edition, found.drafts[0].id) == ("26.0.9", "ucdp_candidate")
    with pytest.raises(SourceError, match="say it with --edition"):
        read(written(tmp_path, event(1), name="candidate.csv"), source="ucdp_candidate")
    assert read(tmp_path / "candidate.csv", "26.0.9", "ucdp_candidate").edition == "26.0.9"


BAD = {
    "bad-number": [{"best": ""}, {"best": -1}, {"low": "x"}, {"type_of_violence": 4}, {"where_prec": 8}],
    "bad-latitude": [{"latitude": 91}, {"latitude": ""}],
    "bad-longitude": [{"longitude": "inf"}],
    "bad-date": [{"date_start": "03/02/2024"}, {"date_end": ""}],
    "period-reversed": [{"date_end": "2024-03-01"}],
}


@pytest.mark.parametrize(("code", "change"), [(c, change) for c, every in BAD.items() for change in every])
def test_an_event_that_cannot_be_is_an_issue_and_the_rest_stays(
    tmp_path: Path, code: str, change: dict[str, Any]
) -> None:
    found = read(written(tmp_path, event(1), event(2, **change), event(3)))
    assert found.drafts[0].rows["event_id"].tolist() == ["1", "3"]
    (issue,) = found.issues
    assert (issue.code, issue.row, issue.level) == (code, 3, "error")


def test_an_event_that_stands_twice_counts_once(tmp_path: Path) -> None:
    found = read(written(tmp_path, event(1, best=3), event(1, best=4)))
    assert found.drafts[0].rows["best"].tolist() == [3]
    assert [i.code for i in found.issues] == ["duplicate-id"]


def test_bounds_that_do_not_hold_the_best_estimate_are_widened(tmp_path: Path) -> None:
    found = read(written(tmp_path, event(1, best=9), event(2, best=1)))
    assert found.drafts[0].rows[["low", "best", "high"]].to_numpy().tolist() == [[2, 9, 9], [1, 1, 7]]
    assert [(i.code, i.level) for i in found.issues] == [("bad-number", "info")]


def test_a_country_that_was_not_checked_is_said_where_it_is_read_and_shown(tmp_path: Path) -> None:
    found = read(written(tmp_path, event(1, country_id=40, country="Cuba"), event(2)))
    (said,) = [i for i in found.issues if "not checked" in i.message]
    assert "The country of 1 events (CUB)" in said.message
    assert said.level == "info"
    assert "(verified = false)" in found.drafts[0].about["notes"]


@pytest.mark.parametrize(
    ("asked", "edition"), [("26_01_26_03", "26.01.26.03"), ("261", "26.1"), ("26.0.9", "26.0.9")]
)
def test_a_download_and_a_file_of_one_release_are_one_edition(
    tmp_path: Path, asked: str, edition: str
) -> None:
    """A download is called as the source calls it, and its name says no release."""
    assert read(written(tmp_path, event(1), name="candidate.csv"), asked).edition == edition


def test_a_state_that_is_no_country_of_today(tmp_path: Path) -> None:
    path = written(tmp_path, event(1, country_id=345, country="Serbia (Yugoslavia)"), event(2, country_id=""))
    found = read(path)
    assert found.drafts[0].rows["country"].tolist() == ["", ""]
    assert [(i.code, i.level) for i in found.issues] == [("bad-country", "info")] * 2


def test_many_bad_rows_are_not_named_one_by_one(tmp_path: Path) -> None:
    found = read(written(tmp_path, event(0), *(event(i, best="") for i in range(1, 101))))
    assert len(found.issues) == 21
    assert "80 more events" in found.issues[-1].message


def test_a_torn_row_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, event(1), event(2))
    path.write_text(path.read_text() + "3,torn\n")
    found = read(path)
    assert len(found.drafts[0].rows) == 2
    assert [i.code for i in found.issues] == ["unreadable-file"]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "GEDEvent_v26_1.csv"
    path.write_text(text_of(event(1), names=[n for n in NAMES if n != "where_prec"]), newline="")
    with pytest.raises(SourceError, match="no column where_prec; expected is the CSV of UCDP GED"):
        read(path)


@pytest.mark.parametrize(
    "content", [b"", b"<html>\n<body>not found</body></html>", b"\xff\xfe\x00id,\xff\n1"]
)
def test_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "GEDEvent_v26_1.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="expected is the CSV of UCDP GED"):
        read(path)


def test_an_archive_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "ged261-csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v26_1.csv", b"0" * (8 << 20))
    with pytest.raises(SourceError, match="it is not unpacked"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, text_of(event(1)))
    with pytest.raises(SourceError, match=r"one \.csv is expected"):
        read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v26_1.csv", text_of(*map(event, range(500))))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="cannot be unpacked"):
        read(path)


def test_the_real_sample(tmp_path: Path) -> None:
    found = read(reference_file("conflict/ucdp_ged_sample1000_global_1989_2022.csv"), "23.1")
    rows = found.drafts[0].rows
    assert len(rows) == 1000
    assert {(i.code, i.level) for i in found.issues} == {("bad-number", "info"), ("bad-country", "info")}
    assert set(rows["where_prec"]) == set(range(1, 8))
    assert (rows["low"] <= rows["best"]).all()


def test_the_real_events_of_mexico(tmp_path: Path) -> None:
    path = tmp_path / "mexico.csv"
    path.write_bytes(
        gzip.decompress(reference_file("conflict/ucdp_ged_mexico_1989_2023.csv.gz").read_bytes())
    )
    rows = read(path, "24.1").drafts[0].rows
    assert len(rows) == 18_957
    assert set(rows["country"]) == {"MEX"}


def test_the_numbers_of_states_are_those_of_the_real_files() -> None:
    """Number and name of a state, as UCDP prints both, against the table."""
    raw = pd.read_csv(reference_file("conflict/ucdp_ged_country_year_2019_2023.csv"))
    sample = pd.read_csv(reference_file("conflict/ucdp_ged_sample1000_global_1989_2022.csv"))
    pairs = pd.concat([f[["country", "country_id"]] for f in (raw, sample)]).drop_duplicates()
    checked = 0
    for name, number in pairs.itertuples(index=False):
        plain = name.split(" (")[0].replace("Kingdom of ", "")
        known = understand_country(plain)
        if known is not None and int(number) != 345:
            assert gleditsch_ward()[int(number)] == known, name
            checked += 1
    assert checked > 70
