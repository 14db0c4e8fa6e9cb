"""Withhold release orders and findings: the page by country, and the data set as CSV."""

from pathlib import Path

import pytest

from risk_graph.errors import SourceError
from tests.sources.lists import FILES, day, read

CBP = FILES / "cbp_wro"


def test_the_page() -> None:
    found = read("cbp_wro", CBP / "page.html", "2026-11-20")
    assert [(r["name"], r["countries"], r["kind"]) for r in found.rows] == [
        ("Example Silicon Industry Co. Ltd.", "CHN", "other"),
        ("Made Up Garment Co., Ltd.", "CHN", "other"),
        ("Second Made Up Trade Co., Ltd.", "CHN", "other"),
        ("Iron Factory", "CHN", "other"),
        ("Made Up No. 61", "", "vessel"),
        ("Example Aluminio S.R.L.", "DOM", "other"),
    ]
    entry = found.entry("CBP-example-aluminio-s-r-l.2024-12-04")
    assert day(entry["listed_on"]) == "2024-12-04"
    assert entry["remarks"] == "Merchandise: Aluminum extrusions; Status: Active"
    assert found.codes == []


def test_aliases_and_an_order_that_is_over() -> None:
    found = read("cbp_wro", CBP / "page.html", "2026-11-20")
    (entry,) = found.named("Iron Factory")
    assert found.names(entry["entry_id"]) == {
        "Iron Factory": "primary",
        "Iron Fittings Company": "alias",
        "No. 2 Prison": "alias",
    }
    assert day(entry["delisted_on"]) == "2026-11-20"
    assert "the day is not published" in entry["remarks"]
    assert all(
        day(r["delisted_on"]) == "" for r in found.rows if r is not entry and r["name"] != "Iron Factory"
    )


def test_the_csv() -> None:
    found = read("cbp_wro", CBP / "data.csv", "2026-11-20")
    group = [r for r in found.rows if r["countries"] == "MYS"]
    assert [r["name"] for r in group] == ["First Holdings Sdn Bhd", "Second (M) Sdn Bhd", "Third (M) Sdn Bhd"]
    assert all(found.names(r["entry_id"])["First Group"] == "alias" for r in group)
    assert {r["programme"] for r in found.rows} == {"WRO", "Finding"}
    assert "Industry: Manufacturing" in group[0]["remarks"]


def test_the_page_and_the_csv_give_an_order_the_same_id() -> None:
    page, csv = (
        read("cbp_wro", CBP / name, "2026").rows[0]["entry_id"] for name in ("page.html", "data.csv")
    )
    assert page == csv == "CBP-example-silicon-industry-co-ltd.2021-06-24"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<strong>Entities</strong>", "<strong>Who</strong>", "has the header Withhold Release Orders"),
        ("<table>", "<div>", "it has no table"),
        ("Status<", "State<", "has the header"),
    ],
)
def test_a_page_that_was_laid_out_anew_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "page.html"
    path.write_text((CBP / "page.html").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        read("cbp_wro", path)


def test_a_row_with_other_cells_and_an_odd_day_are_said(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    text = (CBP / "page.html").read_text(encoding="utf-8")
    text = text.replace("<td>12/04/2024</td>", "<td>soon</td>").replace("<td>2</td>", "<td>2</td><td>x</td>")
    path.write_text(text, encoding="utf-8")
    found = read("cbp_wro", path, "2026")
    assert sorted(found.codes) == ["bad-date", "unreadable-file"]
    assert "Made Up Garment" in next(i.message for i in found.edition.issues if i.code == "unreadable-file")
    assert found.entry("CBP-example-aluminio-s-r-l.undated")


def test_a_dashboard_without_the_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body><h1>Dashboard</h1><iframe src='x'></iframe></body></html>")
    with pytest.raises(SourceError, match=r"'entities' or 'entity'.*expected in CBP's list"):
        read("cbp_wro", path)
