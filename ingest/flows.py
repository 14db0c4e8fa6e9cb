"""Flows: what moves must be something, between two places, as the chain allows it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ingest.report import Place
from ingest.rows import Rows
from risk_graph.model.chain import PRODUCT, Chain

_ANY = ""
"""Stands for the stage of a supplier whose site is not known."""


def check_masses(rows: Rows) -> None:
    mass, coc = (rows.frame[c].to_numpy(dtype=float) for c in ("mass", "coc_mass"))
    rows.issue("zero-mass", "mass", mass == 0)
    rows.issue("coc-exceeds-mass", "coc_mass", coc > mass)
    rows.drop("coc_mass", coc > mass)


def weaken_evidence(rows: Rows) -> None:
    """A level that nobody understands counts as the weakest, not as the one of an empty cell."""
    not_understood = rows.has_failed("evidence")
    rows.frame["evidence"] = rows.frame["evidence"].mask(not_understood, "modelled").astype("str")


def say_conversions(rows: Rows) -> None:
    """One info for each file and unit other than t."""
    others = rows.frame[~rows.rejected & (rows.frame["unit"] != "t").to_numpy()]
    for (file, sheet, unit), found in others.groupby(["source_file", "source_sheet", "unit"]):
        place = Place(file, sheet, int(found["source_row"].iloc[0]), "unit")
        rows.report.add("converted-unit", place, value=unit, what=f"{len(found)} masses")


def check_ends(rows: Rows, first: str, second: str) -> None:
    same = (rows.frame[first] == rows.frame[second]).to_numpy(dtype=bool)
    rows.issue("self-flow", second, same)
    rows.reject(same)


def check_chain(rows: Rows, others: Mapping[str, Rows], chain: Chain) -> None:
    """Rejects flows that the chain does not know; says which flows go into an origin."""
    stages = _stages(others)
    source = rows.frame["from_id"].map(stages)
    target = rows.frame["to_id"].map(stages)
    resolved = (source.notna() & target.notna()).to_numpy() & ~rows.has_failed("material")
    origins = [id_ for id_, stage in chain.stages.items() if stage.is_origin]
    into_origin = target.isin(origins).to_numpy() & resolved
    rows.issue("origin-with-inflow", "to_id", into_origin, lambda i: {"stage": target.iat[i]})
    allowed = pd.MultiIndex.from_tuples(sorted(_with_any(chain)))
    found = pd.MultiIndex.from_arrays([source, target, rows.frame["material"]])
    against = ~np.asarray(found.isin(allowed)) & resolved & ~into_origin
    rows.issue("against-chain", "material", against, lambda i: _ends(source.iat[i], target.iat[i]))
    rows.reject(against)


def _ends(source: str, target: str) -> dict[str, object]:
    names = {PRODUCT: "a product", _ANY: "an unspecified site"}
    return {"source": names.get(source, source), "target": names.get(target, target)}


def _stages(others: Mapping[str, Rows]) -> dict[str, str]:
    """Loaded id -> stage, product, or any."""
    suppliers = others["suppliers"].good()["supplier_id"]
    facilities = others["facilities"].good()
    products = others["products"].good()["product_id"]
    return {
        **dict.fromkeys(suppliers, _ANY),
        **dict(zip(facilities["facility_id"], facilities["stage"], strict=True)),
        **dict.fromkeys(products, PRODUCT),
    }


def _with_any(chain: Chain) -> set[tuple[str, str, str]]:
    """What is allowed, also where the stage of an end is not known."""
    out: set[tuple[str, str, str]] = set()
    for source, target, material in chain.allowed:
        out |= {(source, target, material), (_ANY, target, material)}
        if target != PRODUCT:
            out |= {(source, _ANY, material), (_ANY, _ANY, material)}
    return out


def check_operation(rows: Rows, facilities: Rows) -> None:
    """Warns of flows outside the time in which a site works."""
    sites = facilities.good().set_index("facility_id")
    for column in ("from_id", "to_id"):
        ends = rows.frame[column].where(~rows.rejected)
        closed, opened = ends.map(sites["closed_on"]), ends.map(sites["opened_on"])
        late = (rows.frame["period_start"] > closed).to_numpy()
        early = (rows.frame["period_end"] < opened).to_numpy()
        _say_operation(rows, column, late, "closed on", closed)
        _say_operation(rows, column, early, "opened on", opened)


def _say_operation(rows: Rows, column: str, mask: np.ndarray, what: str, days: pd.Series) -> None:
    def words(position: int) -> dict[str, object]:
        period = f"{rows.text(position, 'period_start')} to {rows.text(position, 'period_end')}"
        return {"what": f"{what} {days.iat[position]:%Y-%m-%d}; the flow is from {period}"}

    rows.issue("closed-before-flow", column, mask, words)
