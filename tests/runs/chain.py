"""A small aluminium chain with two ways to the smelter, and edits of it as somebody would make them in the files."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from risk_graph.act.archive import Archive
from risk_graph.runs.measures import KEYS, measures
from tests.cli.helpers import no_traceback, risk_graph

DAY = "2026-06-30"
TABLES = {
    "suppliers": """supplier_id,name,country
S1,Alumina Ltd,AUS
S2,Bauxite SA,GIN
S3,Smelter AG,DEU
S4,Other Ltd,BRA
S5,Buyer Inc,USA
""",
    "facilities": """facility_id,supplier_id,name,stage,country,subdivision
M1,S1,Mine one,bauxite_mine,AUS,AU-WA
R1,S1,Refinery one,alumina_refinery,AUS,AU-WA
M2,S2,Mine two,bauxite_mine,GIN,
R2,S2,Refinery two,alumina_refinery,GIN,
R4,S4,Refinery four,alumina_refinery,BRA,BR-PA
M4,S4,Mine four,bauxite_mine,BRA,BR-PA
SM,S3,Smelter,smelter,DEU,DE-NW
SX,S4,Other smelter,smelter,CHN,CN-XJ
""",
    "products": "product_id,name,buyer_id\nP1,Sheet,S5\nP2,Foil,S5\n",
    "flows": """flow_id,from_id,to_id,material,mass,unit,period_start,period_end
L1,M1,R1,bauxite,4000,t,2025-01-01,2025-12-31
L2,M2,R2,bauxite,900,t,2025-01-01,2025-12-31
L3,M4,R4,bauxite,2000,t,2025-01-01,2025-12-31
L4,R1,SM,alumina,1000,t,2025-01-01,2025-12-31
L5,R2,SM,alumina,500,t,2025-01-01,2025-12-31
L6,R4,SX,alumina,600,t,2025-01-01,2025-12-31
L7,SM,P1,cast_aluminium,700,t,2025-01-01,2025-12-31
L8,SX,P1,cast_aluminium,100,t,2025-01-01,2025-12-31
L9,SX,P2,cast_aluminium,200,t,2025-01-01,2025-12-31
""",
    "certificates": """certificate_id,standard,version,level,status,holder_id,issued_on,expires_on
C1,ASI PS,V3,full,valid,S3,2024-01-01,2027-01-01
""",
    "certificate_scope": "certificate_id,covers_id\nC1,SM\n",
}


def write_chain(folder: Path, settings: str = "") -> Path:
    (folder / "inputs").mkdir(parents=True)
    (folder / "risk-graph.toml").write_text(f'[project]\nname = "Small"\n[run]\nas_of = {DAY}\n{settings}')
    for name, text in TABLES.items():
        (folder / "inputs" / f"{name}.csv").write_text(text)
    return folder


def edit(folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = folder / "inputs" / f"{name}.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def run(folder: Path, *options: str) -> str:
    """Runs the command line; the id of the run that is kept."""
    done = risk_graph("run", folder, *options)
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    return Archive(folder / "runs").find("latest")


def kept(folder: Path, run_id: str) -> pd.DataFrame:
    """The measures of a run that is kept."""
    archive = Archive(folder / "runs")
    return measures({name: archive.table(run_id, name) for name in ("scores", "findings", "exposures")})


def rows_of(*arguments: object) -> pd.DataFrame:
    """The CSV on stdout of a command, indexed as measures are."""
    done = risk_graph(*arguments, "--format", "csv")
    no_traceback(done)
    assert done.exit_code == 0, done.stderr
    table = pd.read_csv(io.StringIO(done.stdout), keep_default_na=False, na_values={c: [""] for c in NUMBERS})
    return table.set_index(KEYS).sort_index()


NUMBERS = (
    "before_low", "before", "before_high", "after_low", "after", "after_high", "difference_low", "difference",
    "difference_high", "data", "topology", "layers", "method", "day", "program",
)  # fmt: skip
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "RISK_GRAPH_STORE"}
