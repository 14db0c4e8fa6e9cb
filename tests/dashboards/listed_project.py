"""A small project with lists, owners and matches of several outcomes: names are made up."""

from pathlib import Path

from risk_graph.pipeline import run as run_project
from risk_graph.project import open_project
from tests.cli.test_screen import write_list
from tests.dashboards.runs import AS_OF, EVIL
from tests.entity.lists import entry

SUPPLIERS = (
    "supplier_id,name,country\n"
    "S-1,Example Steelworks,RUS\n"
    "S-2,Innocent Smelting,DEU\n"
    "S-3,Example Steelworks Brasil Ltda,BRA\n"
    "S-4,Quietholding,CYP\n"
    f'S-5,"{EVIL}",DEU\n'
    "S-6,---,DEU\n"
)
FACILITIES = (
    "facility_id,supplier_id,name,stage,country\n"
    "F-1,S-1,Works one,smelter,RUS\n"
    "F-2,S-2,Works two,smelter,DEU\n"
)
OWNERSHIP = "owner_id,owned_id,share,valid_from,valid_to\nS-4,S-2,0.6,2020-01-01,\nS-1,S-4,0.5,2020-01-01,\n"
LISTED = entry(
    "E-1", "Example Steelworks LLC", countries="RUS", programme="TEST-1", listed_on="2022-03-01",
    names=("Primer Stal", ("Example Works", "weak")),
)  # fmt: skip
GONE = entry("E-2", "Quietholding Ltd", countries="CYP", listed_on="2015-01-01", delisted_on="2020-01-01")
ATTACK = entry("E-3", EVIL, programme=EVIL)
KEY, PAIR = "ofac_sdn|E-1|S-3", ("S-3", "ofac_sdn", "E-1")


def make_project(folder: Path, with_lists: bool = True) -> Path:
    (folder / "inputs").mkdir(parents=True)
    (folder / "risk-graph.toml").write_text(f"[run]\nas_of = {AS_OF}\n")
    for name, text in (("suppliers", SUPPLIERS), ("facilities", FACILITIES), ("ownership", OWNERSHIP)):
        (folder / "inputs" / f"{name}.csv").write_text(text)
    if with_lists:
        write_list(folder, LISTED, GONE, ATTACK)
    load(folder)
    return folder


def load(folder: Path) -> None:
    run_project(open_project(folder, {}), AS_OF)
