"""Conflict data from the file to the finding: editions of the CAHRA list at hand, and events near a mine."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from risk_graph.model.gazetteer import subdivision_name, subdivisions
from tests.cli.helpers import no_traceback, risk_graph
from tests.sources.test_ucdp import event, text_of

LISTED = ("AFG", "COD", "SDN", "MMR", "YEM", "SOM", "NGA")


def cahra(folder: Path, title: str, day: str, *more: str) -> Path:
    """A list in the API's form (synthetic): every subdivision of some countries, and some more."""
    codes = [c for c, home in subdivisions().items() if home in LISTED] + list(more)
    answer = []
    for country in sorted({subdivisions()[c] for c in codes}):
        regions = [
            {"name": subdivision_name(c), "code": c, "conflict_affected": True, "high_risk": False}
            for c in codes
            if subdivisions()[c] == country
        ]
        report = {
            "title": f"Report: {title}",
            "updated_at": f"{day}T10:00:00Z",
            "is_country_level": False,
            "included_regions": regions,
        }
        answer.append({"country_code": country, "country_name": country, "reports": [report]})
    path = folder / f"{day}.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    assert risk_graph("init", folder).exit_code == 0
    for file in (folder / "inputs").iterdir():
        file.unlink()
    tables = {
        "suppliers": "supplier_id,name,country\ns,Made Up Mining,PHL\nb,Made Up Buyer,DEU\n",
        "facilities": (
            "facility_id,supplier_id,name,stage,country,subdivision,latitude,longitude\n"
            "mine,s,Mine,bauxite_mine,PHL,PH-12,6.5,124.8\nrefinery,b,Refinery,alumina_refinery,DEU,DE-NI,53.6,9.5\n"
        ),
        "flows": (
            "flow_id,from_id,to_id,material,mass,unit,period_start,period_end\n"
            "f,mine,refinery,bauxite,10,t,2025-07-01,2025-12-31\n"
        ),
    }
    for name, text in tables.items():
        (folder / "inputs" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def update(project: Path, source: str, path: Path, *options: str) -> None:
    result = risk_graph("sources", "update", project, source, "--file", path, *options)
    no_traceback(result)
    assert result.exit_code == 0, result.stderr


def csv_of(*arguments: object) -> pd.DataFrame:
    result = risk_graph(*arguments, "--format", "csv")
    no_traceback(result)
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)


def finding(project: Path) -> str:
    assert risk_graph("run", project, "--as-of", "2026-06-30").exit_code == 0
    found = csv_of("findings", project, "--rule", "OECD-RF-L1")
    return str(found[found["subject_id"] == "refinery"]["truth"].iloc[0])


@pytest.mark.slow
def test_a_delivery_is_judged_by_the_edition_of_its_days(project: Path, tmp_path: Path) -> None:
    """Listed when the metal left, not listed today: with the edition of that day at hand the flag is up."""
    assert finding(project) == "F"
    update(project, "eu_cahra", cahra(tmp_path, "June 2025", "2025-06-20", "PH-12"))
    assert finding(project) == "T"
    explained = json.loads(risk_graph("explain", project, "refinery", "--json").stdout)
    assert "was in force when metal left here (2025-07-01 to 2025-12-31)" in json.dumps(explained)
    query = (
        "MATCH (s:Signal) WHERE s.layer = 'eu_cahra' AND s.subject_id = 'mine' RETURN s.edition AS edition"
    )
    assert "2025-06" in risk_graph("query", project, query).stdout
    query = "MATCH (r:Run) RETURN r.layers AS layers"
    assert "2026-06 (deliveries: 2025-06)" in csv_of("query", project, query)["layers"].iloc[0]


def test_changes_of_the_list(project: Path, tmp_path: Path) -> None:
    update(project, "eu_cahra", cahra(tmp_path, "June 2025", "2025-06-20", "PH-12"))
    update(project, "eu_cahra", cahra(tmp_path, "September 2025", "2025-09-20"))
    found = csv_of(
        "sources", "changes", project, "eu_cahra", "--from", "2025-06", "--to", "2025-09"
    )  # fmt: skip
    assert found[["change", "key"]].to_numpy().tolist() == [["removed", "PHL PH-12 PH-12"]]


@pytest.mark.slow
def test_events_near_a_mine_are_in_the_store(project: Path, tmp_path: Path) -> None:
    near = {"latitude": 6.6, "longitude": 124.8, "country": "Philippines", "country_id": 840}
    events = [event(i, date_start="2026-03-01", date_end="2026-03-01", **near) for i in range(150)]
    path = tmp_path / "GEDEvent_v26_01_26_03.csv"
    path.write_text(text_of(*events), encoding="utf-8", newline="")
    update(project, "ucdp_candidate", path)
    finding(project)
    query = (
        "MATCH (s:Signal) WHERE s.layer = 'ucdp_candidate' AND s.subject_id = 'mine' "
        "RETURN s.low AS low, s.value AS value, s.high AS high, s.distance_km AS km, s.detail AS detail"
    )
    found = csv_of("query", project, query).iloc[0]
    assert (found["low"], found["value"], found["high"]) == (300, 450, 1050)
    assert found["km"] == pytest.approx(11.06, abs=0.01)
    assert "150 events within 50 km in 2026-03-01 to 2026-03-01 with 450 deaths" in found["detail"]
    status = csv_of("sources", "status", project)
    (row,) = status[status["layer"] == "ucdp_candidate"].to_dict("records")
    assert (row["edition"], row["rows"], row["used"]) == ("26.01.26.03", 150, True)


def test_a_list_with_too_few_places_keeps_the_one_at_hand(project: Path) -> None:
    result = risk_graph(
        "sources", "update", project, "eu_cahra", "--file", Path(__file__).parents[1] / "sources/files/eu_cahra/cahras.json"
    )  # fmt: skip
    assert result.exit_code == 4
    assert "at least 150" in " ".join(result.stderr.split())
