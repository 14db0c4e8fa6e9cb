"""Runs in memory: the published worked example with a recycling loop, with invented answers of the layers."""

from datetime import date

import numpy as np
import pandas as pd

from dashboards.data import Opened
from risk_graph.assess.facts import Facts
from risk_graph.assess.rule import findings
from risk_graph.assess.scorer_file import scorers
from risk_graph.assess.scores import score
from risk_graph.model.chain import Chain, load_chain
from risk_graph.model.graph import build_graph
from risk_graph.model.table import Tables, input_tables, result_tables
from risk_graph.session import Session
from risk_graph.store import Snapshot
from tests.assess.facts import facts_of
from tests.conftest import ORACLES, read_tables

AS_OF = date(2026, 6, 30)
EVIL = "![x](http://evil.example/p.png) <script>alert(1)</script> $x$ :red[y] :material/home: a -> b"


def example_tables() -> Tables:
    """The worked example with coordinates, a certificate of each state, owners, and one name that is an attack."""
    tables = read_tables(ORACLES / "trace_loop" / "inputs")
    sites = tables["facilities"]
    sites["latitude"] = sites["facility_id"].map({"M1": -20.0, "M2": 10.0, "R": 51.0, "S": 51.5})
    sites["longitude"] = sites["facility_id"].map({"M1": 118.0, "M2": -12.0, "R": 7.0, "S": 7.5})
    sites["location_precision"] = sites["facility_id"].map({"M1": "site", "R": "city", "M2": "subdivision"})
    tables["suppliers"].loc[1, "name"] = EVIL
    tables["flows"] = tables["flows"].assign(
        source_file="flows.csv", source_row=range(2, len(tables["flows"]) + 2)
    )
    days = {
        "C1": ("2024-01-01", "2026-12-31"),
        "C2": ("2019-01-01", "2022-01-01"),
        "C3": ("2027-01-01", "2028-01-01"),
    }
    tables["certificates"] = _conform(
        "certificates",
        [
            {"certificate_id": c, "standard": "ASI PS", "holder_id": "S3", "issued_on": a, "expires_on": b}
            for c, (a, b) in days.items()
        ],
    )
    tables["certificate_scope"] = _conform("certificate_scope", [{"certificate_id": "C1", "covers_id": "R"}])
    tables["ownership"] = _conform(
        "ownership",
        [
            {"owner_id": "S1", "owned_id": "S3", "share": 0.6, "valid_from": "2020-01-01"},
            {"owner_id": "S3", "owned_id": "R", "share": 1.0, "valid_from": "2020-01-01", "valid_to": "2021-01-01"},
        ],
    )  # fmt: skip
    return tables


def _conform(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    dates = [c.name for c in input_tables()[name].columns if c.kind == "date" and c.name in frame]
    return input_tables()[name].conform(frame.assign(**{d: pd.to_datetime(frame[d]) for d in dates}))


def session_of(tables: Tables, chain: Chain, truth: dict[str, dict[str, str]] | None = None) -> Session:
    """A run over the tables; `truth[layer][id]` as tests.assess.facts takes it."""
    facts = facts_of(build_graph(tables, chain), truth or {}, {})
    results = {name: table.empty() for name, table in result_tables().items()}
    results |= {
        "signals": facts.signals, "findings": findings(facts), "scores": score(facts, scorers()["places"]),
        "exposures": _exposures(facts), "runs": _run(chain), "issues": _issues(),
    }  # fmt: skip
    return Session(Snapshot("generation1", {**tables, **results}), chain, None)


def _exposures(facts: Facts) -> pd.DataFrame:
    low, value, high = facts.unknown_share.T
    table = {
        "subject_id": facts.subjects.ids, "mass_t": facts.subjects.mass_t, "unknown_low": np.minimum(low, value),
        "unknown": value, "unknown_high": np.maximum(high, value), "modelled": facts.modelled_share, "incomplete": 0,
    }  # fmt: skip
    return result_tables()["exposures"].conform(pd.DataFrame(table))


def _run(chain: Chain) -> pd.DataFrame:
    row = {
        "run_id": "run1", "project": "Example *project*", "chain": chain.id, "chain_toml": chain.text,
        "as_of": pd.Timestamp(AS_OF), "inputs": "{}", "layers": '{"eu_cahra": "2026-06"}', "ruleset": "1",
        "scorer": "places 1", "scorer_toml": scorers()["places"].text, "version": "0",
    }  # fmt: skip
    return result_tables()["runs"].conform(pd.DataFrame([row]))


def _issues() -> pd.DataFrame:
    row = {
        "code": "bad-lei",
        "level": "error",
        "file": "suppliers.csv",
        "row": 3,
        "column": "lei",
        "message": "Wrong.",
    }
    return result_tables()["issues"].conform(pd.DataFrame([row]))


def example() -> Session:
    """One red flag about a place: M2 lies in a listed area."""
    chain = load_chain("chain.toml", ORACLES / "trace_loop")
    return session_of(example_tables(), chain, {"eu_cahra": {"M2": "T", "S2": "T"}})


def opened(session: Session) -> Opened:
    return Opened(session)
