"""Red-flag circumstances: what is declared meets a record of national trade that is odd."""

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import positions
from risk_graph.assess.rule import Rule
from risk_graph.model.gazetteer import country_name
from risk_graph.model.truth import Truth

_KEY = ["exporter", "importer", "year", "hs6"]


def evaluate(facts: Facts) -> Answers:
    """True of a facility: a declared delivery to it from another country falls on a record of national trade that our
    checks call odd. Unknown: one of them falls on no record. False: all of them fall on records that no check called
    odd. A facility none of whose deliveries is of a material and year that the trade at hand covers is not asked, and
    that is said once.
    """
    trade = _trade(facts)
    if trade is None:
        return Answers.of_project(Truth.UNKNOWN, "", "National trade: no layer of trade is at hand.")
    crossing = _crossing(facts)
    covered = crossing["year"].isin(trade["year"].unique()) & crossing["hs6"].isin(trade["hs6"].unique())
    touched = crossing["node_id"].isin(
        crossing.loc[covered, "node_id"]
    )  # of whom something can be told at all
    asked = crossing[touched].merge(trade, on=_KEY, how="left")
    odd = asked["note"].fillna("") != ""
    asked = asked.assign(
        truth=np.where(odd, Truth.TRUE, np.where(asked["note"].isna(), Truth.UNKNOWN, Truth.FALSE))
    )
    worst = asked.sort_values(["truth", *_KEY], ascending=[False, *[True] * 4]).drop_duplicates("node_id")
    worst = worst[positions(facts, worst["node_id"]) >= 0].sort_values("node_id")
    answers = Answers.said(
        positions(facts, worst["node_id"]),
        worst["truth"].tolist(),
        [_said(row) for row in worst.itertuples()],
        [_missing(row) for row in worst.itertuples()],
    )
    rest = int(crossing.loc[~covered, "flow_id"].nunique())
    if not rest and len(worst):
        return answers
    codes = ", ".join(sorted(trade["hs6"].unique()))
    missing = (
        f"{rest:,} deliveries across a border fall on no trade at hand (HS {codes}, {trade['year'].min()} to {trade['year'].max()})."
        if rest
        else "No delivery across a border is declared to a facility."
    )
    return answers.and_project(Truth.UNKNOWN, "", missing)


def _trade(facts: Facts) -> pd.DataFrame | None:
    """Every record of the layers of trade; of two for one key the odd one."""
    layers = [layer for layer in facts.records.layers.values() if layer.kind == "trade"]
    frames = [layer.values for layer in layers if facts.layer(layer.id) is not None]
    if not frames:
        return None
    every = pd.concat(frames, ignore_index=True).assign(hs6=lambda t: t["hs6"].astype("str"))
    every = every.assign(note=every["note"].fillna("")).sort_values([*_KEY, "note"])
    return every.drop_duplicates(_KEY, keep="last")[[*_KEY, "note"]]


def _crossing(facts: Facts) -> pd.DataFrame:
    """flow_id, node_id and the key of trade: a row a code and year of each delivery from one country to another."""
    graph = facts.network.graph
    table = graph.table.iloc[graph.flows["row"].to_numpy()]
    country = graph.nodes["country"].to_numpy(dtype=object)
    source, target = graph.flows["source"].to_numpy(), graph.flows["target"].to_numpy()
    codes = {id_: [c[:6] for c in m.hs] for id_, m in graph.chain.materials.items()}
    flows = pd.DataFrame(
        {
            "flow_id": table["flow_id"].to_numpy(dtype=object),
            "node_id": graph.nodes["node_id"].to_numpy(dtype=object)[target],
            "exporter": country[source],
            "importer": country[target],
            "hs6": [codes.get(m, []) for m in table["material"]],
            "first": table["period_start"].dt.year.to_numpy(),
            "last": table["period_end"].dt.year.to_numpy(),
        }
    )
    known = flows["exporter"].notna() & flows["importer"].notna()
    flows = flows[known & (flows["exporter"] != flows["importer"])]
    years = [list(range(int(a), int(b) + 1)) for a, b in zip(flows["first"], flows["last"], strict=True)]
    out = flows.assign(year=years).explode("hs6").explode("year").dropna(subset=["hs6", "year"])
    return out.astype({"year": "int64", "hs6": "str"})[["flow_id", "node_id", *_KEY]]


def _said(row: object) -> str:
    exporter, importer, year, hs6, note, truth = (getattr(row, c) for c in (*_KEY, "note", "truth"))
    if truth == Truth.FALSE:
        return "No record of national trade that its deliveries fall on is odd."
    if truth == Truth.UNKNOWN:
        return ""
    ways = f"{country_name(exporter)} to {country_name(importer)}, HS {hs6}, {year}"
    return f"Delivery {row.flow_id} falls on a record of national trade that is odd ({ways}): {note}"  # type: ignore[attr-defined]  # a row of itertuples


def _missing(row: object) -> str:
    exporter, importer, year, hs6, truth = (getattr(row, c) for c in (*_KEY, "truth"))
    if truth != Truth.UNKNOWN:
        return ""
    return f"No trade of HS {hs6} from {country_name(exporter)} to {country_name(importer)} is recorded in {year}."


RULE = Rule(
    id="OECD-RF-C",
    version="1",
    title="Delivery on an odd record of trade",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), red-flag circumstances",
    verified=False,
    clears="An explanation of the record, or papers of the delivery that bear it out.",
    evaluate=evaluate,
)
