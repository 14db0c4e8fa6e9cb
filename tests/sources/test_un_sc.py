"""The consolidated list of the UN Security Council."""

from pathlib import Path

import pytest

from risk_graph.errors import SourceError
from tests.reference import reference_file
from tests.sources.lists import FILES, day, read

GOOD = FILES / "un_sc" / "consolidated.xml"


def test_a_person() -> None:
    found = read("un_sc", GOOD)
    assert (found.edition.edition, str(found.edition.released)) == ("2026-11-20", "2026-11-20")
    person = found.entry("UN-CDi.901")
    assert (person["name"], person["kind"], person["programme"]) == ("JANE DOE", "person", "DRC")
    assert person["countries"] == "COD RWA UGA"
    assert day(person["listed_on"]) == "2012-12-31"
    assert person["addresses"] == "Goma, former Soviet Union (as of 2016)"
    assert found.names("UN-CDi.901") == {
        "JANE DOE": "primary",
        "جين دو": "alias",
        "JANE ROE": "alias",
        "JD": "weak",
    }
    for said in (
        "Designation: Trader",
        "DOB circa 1971",
        "POB Kigali, Rwanda",
        "Made up.",
        "Alias JD: born 1972",
    ):
        assert said in person["remarks"].split("; ")
    assert person["remarks"].endswith("Last updated 2020-08-19")
    assert "former Soviet Union" in found.edition.issues[0].message
    assert found.codes == ["bad-country"]


def test_the_number_of_a_passport_is_not_kept() -> None:
    person = read("un_sc", GOOD).entry("UN-CDi.901")
    assert "C0000123" not in str(person)
    assert "Passport (Uganda), number not kept" in person["remarks"]
    assert person["identifiers"] == ""


def test_an_organisation_with_two_names_in_one_field_that_was_delisted() -> None:
    found = read("un_sc", GOOD)
    entry = found.entry("UN-CDe.902")
    assert entry["kind"] == "organisation"
    assert (day(entry["listed_on"]), day(entry["delisted_on"])) == ("2007-03-29", "2026-01-15")
    names = found.names("UN-CDe.902")
    assert names["OLD GOLD HOUSE"] == "former"
    assert names["SECOND NAME TRADING"] == "alias"
    assert names["MUGH"] == "alias"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-11-20T00:00:09.554Z", "yesterday", "a day as 2026-02-27 was expected"),
        ("dateGenerated", "generated", "dateGenerated of <CONSOLIDATED_LIST> is ''"),
        ("CONSOLIDATED_LIST", "LIST", "begins with <LIST>"),
        ("</ENTITIES>", "", "cut off or damaged"),
    ],
)
def test_another_layout_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "consolidated.xml"
    path.write_text(GOOD.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        read("un_sc", path)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2012-12-31", "31.12.2012", "bad-date"),
        ("<FIRST_NAME>JANE</FIRST_NAME><SECOND_NAME>DOE</SECOND_NAME>", "", "missing-value"),
        ("CDe.902", "CDi.901", "duplicate-id"),
    ],
)
def test_an_odd_entry_is_said_and_the_others_stay(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = tmp_path / "consolidated.xml"
    path.write_text(GOOD.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = read("un_sc", path)
    assert code in found.codes
    assert len(found.rows) == (1 if code == "missing-value" else 2)


def test_the_real_list_of_2026() -> None:
    found = read("un_sc", reference_file("sanctions/un_sc_consolidated_2026-02-27.xml"))
    assert found.edition.edition == "2026-02-27"
    kinds = [row["kind"] for row in found.rows]
    assert (kinds.count("person"), kinds.count("organisation")) == (730, 273)
    names = found.edition.drafts[0].names
    assert names is not None
    assert (names["kind"] == "weak").sum() == 615
    assert all(day(row["listed_on"]) for row in found.rows)
    assert found.entry("UN-CDe.001")["name"] == "ADF"
    assert found.names("UN-CDe.001")["NALU"] == "former"
