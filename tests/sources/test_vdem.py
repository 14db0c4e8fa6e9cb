"""V-Dem: the point and its published band."""

import math
from datetime import date
from pathlib import Path

import pytest

from ingest.sources.vdem import INDICES
from risk_graph.errors import SourceError
from tests.reference import reference_file
from tests.sources.country_files import FILES, codes, packed, read, rows_of, said

FILE = FILES / "vdem" / "V-Dem-CY-Core-v16.csv"


@pytest.mark.parametrize("zipped", [False, True])
def test_point_and_band_are_taken_as_published(tmp_path: Path, zipped: bool) -> None:
    path = (
        packed(tmp_path / "vdem.zip", {"x/" + FILE.name: FILE.read_bytes(), "x/codebook.csv": b"a\n1\n"})
        if zipped
        else FILE
    )
    found = read("vdem", path)
    assert found.edition == "16"
    assert [d.id for d in found.drafts] == [layer for layer, *_ in INDICES.values()]
    guinea = rows_of(found, "vdem_forced_labour")["GIN", 2025]
    assert (guinea["low"], guinea["estimate"], guinea["high"]) == (0.44, 0.53, 0.62)
    assert math.isnan(guinea["standard_error"])
    assert rows_of(found, "vdem_civil_society_repression")["GIN", 2025]["estimate"] == -0.702
    assert ("NOR", 2025) not in rows_of(found, "vdem_civil_society_repression")
    assert ("GIN", 1989) not in rows_of(found, "vdem_rule_of_law")


def test_what_is_not_taken_is_said() -> None:
    found = read("vdem", FILE)
    assert "1 rows of years before 1990" in said(found)
    assert "PSG (Gaza) is not taken" in said(found)
    assert "SML is no country that is understood" in said(found)


def test_a_band_that_does_not_hold_its_value_is_absent(tmp_path: Path) -> None:
    path = tmp_path / FILE.name
    path.write_text(FILE.read_text().replace("0.22,0.16,0.29", "0.22,0.36,0.49"))
    found = read("vdem", path)
    assert math.isnan(rows_of(found, "vdem_rule_of_law")["GIN", 2025]["low"])
    assert "does not hold its value 0.22" in said(found)


def test_another_scale_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / FILE.name
    path.write_text(FILE.read_text().replace("0.22,0.16,0.29", "22,16,29"))
    found = read("vdem", path)
    assert ("GIN", 2025) not in rows_of(found, "vdem_rule_of_law")
    assert "bad-number" in codes(found)


def test_a_file_without_the_indices_is_refused() -> None:
    path = reference_file("country/vdem_indices_2010_2024.csv")  # its indices are others
    with pytest.raises(SourceError, match="v2xcl_slave, v2csreprss are expected"):
        read("vdem", path)


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"a,b\n1\n", b"PK\x03\x04broken"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "vdem.csv"
    path.write_bytes(data)
    with pytest.raises(SourceError):
        read("vdem", path)


def test_without_a_version_the_edition_is_the_day(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(FILE.read_text())
    assert read("vdem", path).edition == date(2026, 11, 24).isoformat()
    assert read("vdem", path, "15").edition == "15"


def test_a_file_of_many_blocks_is_read_whole(tmp_path: Path) -> None:
    """The real one has thousands of columns: it is read ahead in blocks, by threads that must not share its stream."""
    filler = ",".join(f"0.{n:04d}" for n in range(1500))
    names = ",".join(f"x{n}" for n in range(1500))
    lines = [f"country_text_id,year,v2x_rule,v2x_rule_codelow,v2x_rule_codehigh,{names}"]
    for year in range(1990, 2026):
        for n, country in enumerate(("GIN", "NOR", "COD", "AUS", "CHN", "IND", "BRA", "DEU") * 4):
            if n < 8:
                lines.append(f"{country},{year},0.5,0.4,0.6,{filler}")
            else:
                lines.append(f"{country},{year - 1000},0.5,0.4,0.6,{filler}")
    path = packed(tmp_path / "V-Dem-CY-Core-v16.zip", {"V-Dem-CY-Core-v16.csv": "\n".join(lines)})
    assert len(rows_of(read("vdem", path), "vdem_rule_of_law")) == 8 * 36
