"""OFAC's lists: three CSV files, the legacy and the advanced XML say the same about the same entries."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.source import source_of
from ingest.update import Wish, update
from risk_graph.errors import SourceError
from risk_graph.layers.library import load_library
from tests.reference import reference_file
from tests.sources.lists import DAY, FILES, Read, day, read

OFAC = FILES / "ofac"


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "sdn_csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("sdn.csv", "add.csv", "alt.csv"):
            archive.write(OFAC / name, name)
    return path


def company(found: Read, entry_id: str = "SDN-101") -> None:
    """What every form says of the made-up company."""
    entry = found.entry(entry_id)
    assert entry["name"] == "EXAMPLE ALUMINIUM WORKS, CO."
    assert entry["kind"] == "organisation"
    assert entry["programme"] == "IRAN; IRAN-EO13871"
    assert "registration:2600" in entry["identifiers"].split("; ")
    assert "No. 35, Example Ave., Tehran, Iran" in entry["addresses"].split(" | ")
    names = found.names(entry_id)
    assert names["FIRST SMELTER, LTD"] == "former"
    assert names["EXALCO"] == "weak"


def test_the_three_files_in_a_zip(packed: Path) -> None:
    found = read("ofac_sdn", packed, "2026-11-20")
    company(found)
    assert [row["kind"] for row in found.rows] == ["organisation", "person", "vessel", "aircraft"]
    assert found.entry("SDN-101")["countries"] == "IRN PRK"
    assert found.names("SDN-101")["EXAMPLE ALUMINUM COMPANY"] == "alias"
    assert found.names("SDN-101")["OLD EXALCO"] == "weak"
    assert "Linked To: MADE UP HOLDING" in found.entry("SDN-101")["remarks"]
    assert found.entry("SDN-102")["countries"] == "CYP EGY IRN RUS"
    vessel = found.entry("SDN-103")
    assert vessel["identifiers"] == "call_sign:ABCD1; imo:9187629; mmsi:572469210"
    assert vessel["countries"] == "MLT PAN"
    assert found.entry("SDN-104")["identifiers"] == "msn:1023409321"
    assert found.codes == ["bad-country"]
    assert "Region: Crimea" in found.edition.issues[0].message
    assert "Sevastopol, Region: Crimea" in found.entry("SDN-102")["addresses"]


def test_the_numbers_of_a_persons_documents_are_not_kept(packed: Path) -> None:
    person = read("ofac_sdn", packed, "2026-11-20").entry("SDN-102")
    everything = " ".join(str(value) for value in person.values())
    for number in ("1234567", "99887766", "jane@example.com"):
        assert number not in everything
    assert "Passport (Egypt), number not kept" in person["remarks"]
    assert "; Email, not kept" in person["remarks"]
    assert person["identifiers"] == "tax:7700112233"
    assert "DOB 02 Jan 1968" in person["remarks"]


def test_a_companys_national_id_is_its_registration(packed: Path) -> None:
    entry = read("ofac_sdn", packed, "2026").entry("SDN-101")
    assert entry["identifiers"] == "registration:2600; registration:10100000001; tax:4411"


def test_the_primary_file_alone_says_what_is_missing() -> None:
    found = read("ofac_sdn", OFAC / "sdn.csv", "2026-11-20")
    assert len(found.rows) == 4
    assert found.codes == ["missing-file"]
    assert "alt.csv and add.csv" in found.edition.issues[0].message
    assert found.names("SDN-101") == {
        "EXAMPLE ALUMINIUM WORKS, CO.": "primary",
        "EXALCO": "weak",
        "OLD EXALCO": "weak",
    }


def test_quotes_inside_quotes_are_a_name() -> None:
    assert read("ofac_sdn", OFAC / "sdn.csv").entry("SDN-102")["name"] == 'DOE, Jane "the Trader"'


def test_csv_has_no_day_of_its_own() -> None:
    found = read("ofac_sdn", OFAC / "sdn.csv")
    assert found.edition.edition == "2026-11-24"
    assert found.edition.released == DAY
    assert "missing-value" in found.codes
    named = read("ofac_sdn", OFAC / "sdn.csv", "2021").edition
    assert (named.edition, str(named.released)) == ("2021", "2021-01-01")
    assert read("ofac_sdn", OFAC / "sdn.csv", "spring").edition.released is None


def test_a_header_and_no_end_mark_are_fine_too(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    header = b"ent_num,sdn_name,sdn_type,program,title,call_sign,vess_type,tonnage,grt,vess_flag,vess_owner,remarks\n"
    path.write_bytes(header + (OFAC / "sdn.csv").read_bytes().rstrip(b"\x1a"))
    assert len(read("ofac_sdn", path).rows) == 4


def test_another_encoding_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.write_bytes((OFAC / "sdn.csv").read_text().replace("DOE", "DOÉ").encode("cp1252"))
    assert read("ofac_sdn", path).named("DOÉ")


def test_the_legacy_xml() -> None:
    found = read("ofac_sdn", OFAC / "sdn.xml")
    company(found)
    assert (found.edition.edition, str(found.edition.released)) == ("2026-11-20", "2026-11-20")
    assert found.codes == []
    person = found.entry("SDN-102")
    assert person["name"] == "DOE, Jane"
    assert person["countries"] == "CYP EGY MLT RUS"
    assert person["identifiers"] == "tax:7700112233"
    assert "1234567" not in person["remarks"]
    assert "Title: Director" in person["remarks"]
    assert found.entry("SDN-103")["identifiers"] == "call_sign:ABCD1; imo:9187629"
    assert found.entry("SDN-103")["countries"] == "PAN"


def test_the_advanced_xml() -> None:
    found = read("ofac_sdn", OFAC / "sdn_advanced.xml")
    company(found)
    assert found.edition.edition == "2026-11-20"
    assert found.codes == []
    assert day(found.entry("SDN-101")["listed_on"]) == "2020-01-10"
    assert day(found.entry("SDN-103")["listed_on"]) == ""
    person = found.entry("SDN-102")
    assert person["name"] == "DOE, Jane"
    assert person["kind"] == "person"
    assert person["countries"] == "EGY MLT RUS"
    assert "DOB 1968-01-02" in person["remarks"].replace("Birthdate", "DOB")
    assert "Gender Female" in person["remarks"]
    assert "1234567" not in str(person)
    assert found.entry("SDN-103")["kind"] == "vessel"
    assert found.entry("SDN-103")["identifiers"] == "imo:9187629"
    assert "Owned or Controlled By: EXAMPLE ALUMINIUM WORKS, CO." in found.entry("SDN-103")["remarks"]


def test_the_consolidated_list_has_ids_of_its_own() -> None:
    found = read("ofac_consolidated", OFAC / "sdn.xml")
    company(found, "CONS-101")
    assert found.entry("CONS-101")["list"] == "OFAC Consolidated"


Damage = Callable[[bytes], bytes]


def test_a_day_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sdn_advanced.xml"
    path.write_bytes((OFAC / "sdn_advanced.xml").read_bytes().replace(b"<Year>2026<", b"<Year>99999999999<"))
    with pytest.raises(SourceError, match="no <DateOfIssue>"):
        read("ofac_sdn", path)


@pytest.mark.parametrize(
    ("file", "damage", "said"),
    [
        ("sdn.xml", lambda b: b[: len(b) // 2], "cut off or damaged at line"),
        ("sdn.xml", lambda b: b"", "is empty"),
        ("sdn.xml", lambda b: b"<html><body>Maintenance</body></html>", "begins with <html>"),
        ("sdn.xml", lambda b: b.replace(b">3<", b">300<", 1), "has 300 entries and has 3"),
        ("sdn.xml", lambda b: b.replace(b"11/20/2026", b"20.11.2026"), "a day as 11/20/2026"),
        ("sdn.xml", lambda b: b.replace(b"publshInformation", b"publishInformation"), "<publshInformation>"),
        ("sdn_advanced.xml", lambda b: b[: b.index(b"</DistinctParties>")], "cut off or damaged"),
        ("sdn_advanced.xml", lambda b: b.replace(b"AliasTypeValues", b"AliasKinds"), "<AliasTypeValues>"),
        ("sdn.csv", lambda b: b[:-120], "cut off"),
        ("sdn.csv", lambda b: b.replace(b'Trader""",', b'Trader"",'), "cut off or damaged"),
        ("sdn.csv", lambda b: b"\x1a", "is empty"),
        ("sdn.csv", lambda b: b"a,b,c\n1,2,3\n", "12 columns without a header"),
        ("add.csv", lambda b: b, "holds no list"),
        ("sdn.csv", lambda b: b"%PDF-1.4\0\0x", "cannot be read"),
    ],
)
def test_what_is_damaged_is_refused_in_one_line(tmp_path: Path, file: str, damage: Damage, said: str) -> None:
    path = tmp_path / file
    path.write_bytes(damage((OFAC / file).read_bytes()))
    with pytest.raises(SourceError, match=said) as caught:
        read("ofac_sdn", path)
    assert "\n" not in str(caught.value)


def test_a_torn_row_in_the_middle_loses_only_itself(tmp_path: Path) -> None:
    lines = (OFAC / "sdn.csv").read_bytes().split(b"\r\n")
    lines[1] = b"102,TORN ROW"
    path = tmp_path / "sdn.csv"
    path.write_bytes(b"\r\n".join(lines))
    found = read("ofac_sdn", path, "2026")
    assert [row["entry_id"] for row in found.rows] == ["SDN-101", "SDN-103", "SDN-104"]
    (issue,) = [i for i in found.edition.issues if i.level == "error"]
    assert issue.row == 2
    assert "102, TORN ROW" in issue.message


def test_companions_of_another_day_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    shutil.copytree(OFAC, folder, ignore=shutil.ignore_patterns("*.xml"))
    (folder / "alt.csv").write_bytes(b"999,1,aka,NOBODY,-0- \r\n" + (OFAC / "alt.csv").read_bytes())
    path = tmp_path / "csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    found = read("ofac_sdn", path, "2026")
    assert "unknown-reference" in found.codes
    assert found.names("SDN-101")["FIRST SMELTER, LTD"] == "former"


def test_two_lists_in_one_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(OFAC / "sdn.csv", "sdn.csv")
        archive.write(OFAC / "sdn.csv", "cons_prim.csv")
    with pytest.raises(SourceError, match="one list was expected"):
        read("ofac_sdn", path)


def test_the_xml_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "sdn_xml.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(OFAC / "sdn.xml", "SDN.XML")
    company(read("ofac_sdn", path))


def test_a_zip_that_grows_too_much_or_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sdn.csv", b"0" * (50 << 20))
    with pytest.raises(SourceError, match="is not unpacked"):
        read("ofac_sdn", path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(OFAC / "sdn.csv", "sdn.csv")
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="cannot be unpacked"):
        read("ofac_sdn", path)
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(SourceError):
        read("ofac_sdn", path)


def test_long_remarks_go_on_in_the_file_of_comments(tmp_path: Path) -> None:
    long = "DOB 1960; " + "x" * (1000 - len("DOB 1960; a.k.a. 'TORN N")) + "; a.k.a. 'TORN N"
    long = long[:1000].ljust(1000, "x")
    row = f'7,LONG ENTRY,-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"{long}"\r\n'
    path = tmp_path / "sdn.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sdn.csv", row)
    assert "cut off at 1,000 characters" in read("ofac_sdn", path, "2026").edition.issues[0].message
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("sdn_comments.csv", "7,\"; a.k.a. 'AT THE END'\"\r\n")
    assert read("ofac_sdn", path, "2026").names("SDN-7")["AT THE END"] == "weak"


def test_a_folder_is_taken_as_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "sdn_csv"
    folder.mkdir()
    for name in ("sdn", "add", "alt"):
        rows = (OFAC / f"{name}.csv").read_bytes().rstrip(b"\x1a")
        more = b"".join(
            b"%d,NUMBER %d,-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n" % (n, n)
            for n in range(1000, 6000)
        )
        (folder / f"{name}.csv").write_bytes(rows + (more if name == "sdn" else b"") + b"\x1a")
    root = tmp_path / "sources"
    for expected in (True, False):  # the same files again are the same edition
        wish = Wish(file=folder, edition="2026-11-20")
        found = update(source_of("ofac_sdn"), root, wish, DAY, {}, lambda _s, _d: None)
        assert found.is_new is expected
    layer = load_library(root, DAY).layers["ofac_sdn"]
    assert len(layer.values) == 5004
    assert "FIRST SMELTER, LTD" in set(layer.names["name"])
    assert not list((root / "ofac_sdn" / ".fetch").iterdir())


@pytest.mark.slow
def test_the_real_list_of_2021(tmp_path: Path) -> None:
    path = tmp_path / "sdn.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("sdn", "add", "alt"):
            archive.write(reference_file(f"sanctions/ofac_{name}_2021.csv"), f"{name}.csv")
    found = read("ofac_sdn", path, "2021")
    names = found.edition.drafts[0].names
    assert names is not None
    assert len(found.rows) == 8976
    assert (names["kind"] == "former").sum() == 369
    assert [i for i in found.edition.issues if i.level == "error"] == []
    south = found.entry("SDN-25883")
    assert south["name"] == "SOUTH ALUMINUM COMPANY"
    assert "IRAN-EO13871" in south["programme"].split("; ")
    assert found.names("SDN-25883")["SALCO"] == "weak"
    for part in (
        "ALMAHDI ALUMINUM",
        "IRAN ALUMINUM COMPANY",
        "KAVEH KHOZESTAN ALUMINUM",
        "HENAN JIAYUAN ALUM",
    ):
        assert len(found.named(part)) == 1, part
    assert found.named("HENAN JIAYUAN")[0]["programme"] == "NPWMD; IFSR"
    assert found.named("DERIPASKA")[0]["countries"] == "CYP GBR RUS"
    ids = {row["entry_id"] for row in found.rows}
    assert not {"SDN-24228", "SDN-24226"} & ids  # RUSAL and EN+, delisted
    assert not any("RUSAL" in row["name"].split() for row in found.rows)


@pytest.mark.slow
def test_no_document_number_of_a_person_is_left_in_the_real_list() -> None:
    found = read("ofac_sdn", reference_file("sanctions/ofac_sdn_2021.csv"), "2021")
    people = [row for row in found.rows if row["kind"] == "person"]
    assert len(people) == 4620
    with_numbers = [
        row for row in people for part in row["remarks"].split("; ")
        if part.startswith(("Passport ", "National ID No. ", "Cedula No. ", "SSN ")) and "not kept" not in part
    ]  # fmt: skip
    assert with_numbers == []


def test_the_real_consolidated_list_of_2025() -> None:
    found = read("ofac_consolidated", reference_file("sanctions/ofac_cons_prim_2025.csv"), "2025-12-19")
    assert len(found.rows) == 442
    assert found.entry("CONS-9639")["programme"] == "NS-PLC"
    assert "missing-file" in found.codes
