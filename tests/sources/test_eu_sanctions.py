"""The EU's consolidated list: XML 1.1 and CSV say the same."""

from pathlib import Path

import pytest

from risk_graph.errors import SourceError
from tests.sources.lists import FILES, day, read

EU = FILES / "eu_sanctions"


@pytest.mark.parametrize("file", ["full.xml", "full.csv"])
def test_both_forms_say_the_same(file: str) -> None:
    found = read("eu_sanctions", EU / file)
    assert (found.edition.edition, str(found.edition.released)) == ("2026-11-20", "2026-11-20")
    person, company = found.entry("EU.9001.1"), found.entry("EU.9002.2")
    assert (person["kind"], company["kind"]) == ("person", "organisation")
    assert (person["programme"], company["programme"]) == ("UKR", "IRN")
    assert (person["countries"], company["countries"]) == ("EGY RUS", "IRN")
    assert day(person["listed_on"]) == "2022-04-08"
    assert day(company["listed_on"]) == "", "the day of the last amendment is not the day of listing"
    assert found.names("EU.9001.1")["Джейн Доу"] == "alias"
    assert company["name"] == "Example Aluminium Works"
    assert company["identifiers"] == "registration:2600"
    assert company["addresses"] == "No. 35, Example Ave., Tehran, IRAN (ISLAMIC REPUBLIC OF)"
    for said in ("DOB 1968-01-02", "POB Dzerzhinsk", "Function: Director", "owner of Made Up Metals"):
        assert said in person["remarks"].split("; ")
    assert "AD001095" not in str(person)
    assert "National passport (EGYPT), number not kept" in person["remarks"]
    assert "UN QDe.999" in company["remarks"]
    assert found.codes == []


def test_weak_names_of_the_xml() -> None:
    found = read("eu_sanctions", EU / "full.xml")
    assert found.names("EU.9001.1")["JD"] == "weak"
    assert "since 2019" in found.entry("EU.9002.2")["remarks"]
    assert found.names("EU.9002.2") == {"Example Aluminium Works": "primary", "Exalco": "weak"}
    assert found.entry("EU.9001.1")["identifiers"] == "tax:7700112233"


def test_an_entity_with_weak_names_alone_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "full.xml"
    text = (EU / "full.xml").read_text(encoding="utf-8").replace('strong="true"', 'strong="false"')
    path.write_text(text, encoding="utf-8")
    found = read("eu_sanctions", path)
    assert found.entry("EU.9002.2")["name"] == "Exalco"
    assert found.names("EU.9001.1") == {"Jane Doe": "primary", "Джейн Доу": "weak", "JD": "weak"}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("full.xml", "<export", "<exports", "cut off or damaged|begins with <exports>"),
        ("full.xml", "2026-11-20T16:47:04.449+01:00", "", "a day as 2026-08-05 was expected"),
        ("full.xml", "</export>", "", "cut off or damaged"),
        ("full.csv", "NameAlias_WholeName", "Name", "lacks the columns NameAlias_WholeName"),
        ("full.csv", ";", ",", "lacks the columns"),
        ("full.csv", "Registration Number", '"Registration Number', "cut off"),
    ],
)
def test_another_layout_is_refused(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    path = tmp_path / file
    text = (EU / file).read_bytes().decode().replace(old, new)
    path.write_bytes(text.encode())
    with pytest.raises(SourceError, match=said) as caught:
        read("eu_sanctions", path)
    assert "\n" not in str(caught.value)


def test_a_table_that_ends_in_a_torn_row_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "full.csv"
    path.write_bytes((EU / "full.csv").read_bytes()[:-20])
    with pytest.raises(SourceError, match="it was cut off"):
        read("eu_sanctions", path)


def test_a_list_without_an_entry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "full.csv"
    path.write_bytes((EU / "full.csv").read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(SourceError, match="has a header and no row"):
        read("eu_sanctions", path)
    path = tmp_path / "full.xml"
    path.write_text('<export generationDate="2026-11-20T00:00:00"/>')
    with pytest.raises(SourceError, match="holds no entry"):
        read("eu_sanctions", path)


def test_a_column_without_a_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "full.csv"
    path.write_bytes((EU / "full.csv").read_bytes().replace(b"Address_Region", b"Address_", 1))
    assert len(read("eu_sanctions", path).rows) == 2
