"""Flows: what moves must be something, between two places, as the chain allows it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ingest.arrays import positions
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
        rows.report.add("converted-unit", place, value=unit, what=_masses(len(found)))


def _masses(count: int) -> str:
    return "1 mass" if count == 1 else f"{count:,} masses"


def check_ends(rows: Rows, first: str, second: str) -> None:
    same = (rows.frame[first] == rows.frame[second]).to_numpy(dtype=bool)
    rows.issue("self-flow", second, same)
    rows.reject(same)


def check_chain(rows: Rows, others: Mapping[str, Rows], chain: Chain) -> None:
    """Rejects flows that the chain does not know; says which flows go into an origin."""
    kinds = [*chain.stages, PRODUCT, _ANY]
    ids, kind_of = _kinds(others, kinds)
    source, target = (kind_of[positions(rows.frame[column], ids)] for column in ("from_id", "to_id"))
    material = positions(rows.frame["material"], chain.materials)
    # Said already: a product that delivers, a flow from a site to itself.
    misplaced = rows.has_failed("from_id") | rows.has_failed("to_id")
    misplaced |= (rows.frame["from_id"] == rows.frame["to_id"]).to_numpy(dtype=bool)
    resolved = (source >= 0) & (target >= 0) & (material >= 0) & ~misplaced
    is_origin = np.array([id_ in chain.stages and chain.stages[id_].is_origin for id_ in kinds])
    into_origin = resolved & is_origin[target]
    rows.issue("origin-with-inflow", "to_id", into_origin, lambda i: {"stage": kinds[target[i]]})
    against = resolved & ~into_origin & ~_allowed(chain, kinds)[source, target, material]
    rows.issue("against-chain", "material", against, lambda i: _ends(kinds[source[i]], kinds[target[i]]))
    rows.reject(against)


def _ends(source: str, target: str) -> dict[str, object]:
    names = {PRODUCT: "a product", _ANY: "an unspecified site"}
    return {"source": names.get(source, source), "target": names.get(target, target)}


def _kinds(others: Mapping[str, Rows], kinds: list[str]) -> tuple[pd.Series, np.ndarray]:
    """Loaded ids, and the position in `kinds` of what each is; a last -1 for ids that are not loaded."""
    facilities = others["facilities"].good()
    suppliers = others["suppliers"].good()["supplier_id"]
    products = others["products"].good()["product_id"]
    stages = positions(facilities["stage"], kinds)
    numbers = [
        stages,
        np.full(len(suppliers), kinds.index(_ANY)),
        np.full(len(products), kinds.index(PRODUCT)),
        np.array([-1]),
    ]
    ids = pd.concat([facilities["facility_id"], suppliers, products], ignore_index=True)
    return ids, np.concatenate(numbers)


def _allowed(chain: Chain, kinds: list[str]) -> np.ndarray:
    """(from, to, material) that are allowed; an unspecified site may be of any stage."""
    materials = list(chain.materials)
    allowed = np.zeros((len(kinds), len(kinds), len(materials)), dtype=bool)
    for source, target, material in chain.allowed:
        at = (kinds.index(source), kinds.index(target), materials.index(material))
        allowed[at] = True
    product, any_ = kinds.index(PRODUCT), kinds.index(_ANY)
    allowed[any_] |= allowed.any(axis=0)
    to_stages = np.delete(allowed, [product, any_], axis=1)
    allowed[:, any_] |= to_stages.any(axis=1)
    return allowed


def check_operation(rows: Rows, facilities: Rows) -> None:
    """Warns of flows outside the time in which a site works."""
    sites = facilities.good()
    never = np.array([np.datetime64("NaT")], dtype="datetime64[ms]")
    for column in ("from_id", "to_id"):
        at = positions(rows.frame[column].where(~rows.rejected), sites["facility_id"])
        closed, opened = (
            np.append(sites[c].to_numpy(dtype="datetime64[ms]"), never)[at]
            for c in ("closed_on", "opened_on")
        )
        late = rows.frame["period_start"].to_numpy(dtype="datetime64[ms]") > closed
        early = rows.frame["period_end"].to_numpy(dtype="datetime64[ms]") < opened
        _say_operation(rows, column, late, "closed on", closed)
        _say_operation(rows, column, early, "opened on", opened)


def _say_operation(rows: Rows, column: str, mask: np.ndarray, what: str, days: np.ndarray) -> None:
    def words(position: int) -> dict[str, object]:
        period = f"{rows.text(position, 'period_start')} to {rows.text(position, 'period_end')}"
        return {
            "what": f"{what} {np.datetime_as_string(days[position], unit='D')}; the flow is from {period}"
        }

    rows.issue("closed-before-flow", column, mask, words)
