"""ND-GAIN: vulnerability and readiness, without bounds."""

import math
from pathlib import Path

import pytest

from risk_graph.errors import SourceError
from tests.reference import reference_file
from tests.sources.country_files import FILES, packed, read, rows_of, said

FOLDER = FILES / "nd_gain"


def archive(tmp_path: Path) -> Path:
    """As the publisher packs it: the two overall scores among hundreds of other files."""
    other = {f"resources/indicators/id_{n}/raw.csv": b"ISO3,Name,2023\nGIN,Guinea,9\n" for n in range(120)}
    scores = {
        f"resources/{w}/{w}.csv": (FOLDER / f"{w}.csv").read_bytes() for w in ("vulnerability", "readiness")
    }
    return packed(
        tmp_path / "ndgain_countryindex_2026.zip",
        {**other, **scores, "resources/vulnerability/food.csv": b"x\n"},
    )


def test_the_two_overall_scores_are_found(tmp_path: Path) -> None:
    found = read("nd_gain", archive(tmp_path))
    assert found.edition == "2026"
    assert [d.id for d in found.drafts] == ["nd_gain_vulnerability", "nd_gain_readiness"]
    assert [d.about["direction"] for d in found.drafts] == ["higher is worse", "higher is better"]
    guinea = rows_of(found, "nd_gain_vulnerability")["GIN", 2023]
    assert guinea["estimate"] == 0.52
    assert math.isnan(guinea["low"])
    assert math.isnan(guinea["standard_error"])
    assert not any(country == "LIE" for country, _ in rows_of(found, "nd_gain_readiness"))
    assert "XYZ is no country that is understood" in said(found)


def test_another_layout_and_another_archive_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "vulnerability.csv"
    path.write_text("ISO3,Name,Score\nGIN,Guinea,0.5\n")
    with pytest.raises(SourceError, match="years as columns"):
        read("nd_gain", path)
    with pytest.raises(SourceError, match=r"vulnerability.csv and readiness.csv"):
        read("nd_gain", packed(tmp_path / "other.zip", {"a.csv": b"x\n1\n"}))


def test_the_gain_index_on_its_own_scale_is_not_taken_for_a_share(tmp_path: Path) -> None:
    path = tmp_path / "vulnerability.csv"
    path.write_text("ISO3,Name,2023\nGIN,Guinea,51.2\n")
    with pytest.raises(SourceError, match="no value of nd_gain_vulnerability"):
        read("nd_gain", path)


def test_the_real_file() -> None:
    found = read("nd_gain", reference_file("country/ndgain_vulnerability.csv"), "2026")
    rows = rows_of(found, "nd_gain_vulnerability")
    assert len(rows) == 5423
    assert rows["AFG", 1995]["estimate"] == 0.612511069387945
