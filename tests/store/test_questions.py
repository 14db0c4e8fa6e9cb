"""docs/questions.md: every question runs on both stores and gives the answer that a person finds by hand."""

import re
from pathlib import Path

import pandas as pd
import pytest

from risk_graph.model.table import Tables
from risk_graph.store import GraphStore
from tests.store.conftest import Place

DOCS = Path(__file__).parents[2] / "docs"
QUESTIONS = re.findall(
    r"^## (\d+)\. .*?```cypher\n(.*?)```", (DOCS / "questions.md").read_text(), re.M | re.S
)

ANSWERS = {
    "0": [["Sheet", "2026-06-30", "2024-01-01", "2024-12-31", "2026.1"]],
    "1": [["S-1", "UFLPA-XUAR", "2023-01-01", "F-1 lies in CN-XJ"]],
    "2": [["F-1", "CN-XJ", "uflpa"]],
    "3": [["C-1", "ASI PS", "F-1", "2026-05-01"]],
    "4": [["S-3", "Owner", "F-1", 0.25]],
    "5": [["L-4", "F-3", "P-1", "component", 5.0, "t"]],
    "6": [["F-2", "bauxite", "F-1"], ["F-3", "alumina", "F-2"], ["F-3", "pre_consumer_scrap", "S-2"]],
    "7": [["CHN", 2], ["NOR", 1]],
    "8": [["F-3", "Smelter"]],
    "9": [["P-1", 60.0, 10.0, 50.0], ["F-1", 40.0, 40.0, 0.0]],
    "10": [["S-2", "Scrap Ltd", "L-3", "F-3"]],
}


def tables(names: dict[str, str]) -> Tables:
    """Frames from compact text: a header line, then rows; `-` is a missing value."""
    made = {}
    for name, text in names.items():
        header, *rows = [[cell.strip() for cell in line.split(",")] for line in text.strip().splitlines()]
        frame = pd.DataFrame(rows, columns=header).replace("-", None)
        for column in {"share", "mass", "value", "from_known", "from_missing", "from_unknown"} & set(header):
            frame[column] = frame[column].astype(float)
        made[name] = frame
    return made


def graph() -> tuple[Tables, Tables]:
    inputs = tables(
        {
            "suppliers": """supplier_id,name,country
                S-1,Mine Ltd,CHN
                S-2,Scrap Ltd,NOR
                S-3,Owner,AUS
                S-4,Small owner,AUS""",
            "facilities": """facility_id,supplier_id,name,stage,country,subdivision
                F-1,S-1,Mine,bauxite_mine,CHN,CN-XJ
                F-2,S-1,Refinery,alumina_refinery,CHN,CN-SD
                F-3,S-2,Smelter,smelter,NOR,-
                F-4,S-2,Elsewhere,smelter,NOR,-""",
            "products": "product_id,name,buyer_id\nP-1,Sheet,S-3",
            "flows": """flow_id,from_id,to_id,material,mass,unit,evidence,period_start,period_end
                L-1,F-1,F-2,bauxite,10,t,verified,2024-01-01,2024-12-31
                L-2,F-2,F-3,alumina,7,t,reported,2024-01-01,2024-12-31
                L-3,S-2,F-3,pre_consumer_scrap,2,t,reported,2024-01-01,2024-12-31
                L-4,F-3,P-1,component,5,t,modelled,2024-01-01,2024-12-31
                L-5,F-1,F-2,bauxite,1,t,-,2024-01-01,2024-12-31
                L-6,F-1,F-2,bauxite,1,t,-,2024-01-01,2024-12-31""",
            "certificates": """certificate_id,standard,holder_id,issued_on,expires_on
                C-1,ASI PS,S-1,2023-05-02,2026-05-01
                C-2,ASI PS,S-1,2024-05-02,2027-05-01""",
            "certificate_scope": "certificate_id,covers_id\nC-1,F-1\nC-2,F-2\nC-1,F-4",
            "ownership": "owner_id,owned_id,share\nS-3,F-1,0.25\nS-4,F-1,0.2\nS-4,F-2,0.9",
        }
    )
    results = tables(
        {
            "runs": """run_id,project,as_of,period_start,period_end,ruleset
                R-1,Sheet,2026-06-30,2024-01-01,2024-12-31,2026.1""",
            "findings": """finding_id,rule,subject_id,truth,since,evidence
                UFLPA-XUAR|S-1,UFLPA-XUAR,S-1,T,2023-01-01,F-1 lies in CN-XJ
                UFLPA-XUAR|F-1,UFLPA-XUAR,F-1,T,2023-01-01,F-1 lies in CN-XJ
                UFLPA-XUAR|S-2,UFLPA-XUAR,S-2,U,-,-""",
            "scores": """score_id,subject_id,theme,value,from_known,from_missing,from_unknown
                overall|P-1,P-1,overall,60,10,20,30
                overall|F-1,F-1,overall,40,40,0,0
                place|F-1,F-1,place,90,90,0,0""",
            "signals": """signal_id,subject_id,layer,truth
                uflpa|F-1,F-1,uflpa,T
                uflpa|F-2,F-2,uflpa,F""",
        }
    )
    return inputs, results


@pytest.fixture
def asked(place: Place) -> GraphStore:
    store = place.open()
    store.replace("inputs", *graph())
    return store


def test_the_questions_are_answered(asked: GraphStore) -> None:
    assert [number for number, _ in QUESTIONS] == list(ANSWERS)
    with asked as store:
        answers = {number: store.query(cypher).values.tolist() for number, cypher in QUESTIONS}
    assert answers == ANSWERS
