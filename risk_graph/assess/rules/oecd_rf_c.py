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
    covered = _is_covered(crossing, trade)
    touched = crossing["node_id"].isin(
        crossing.loc[covered, "node_id"]
    )  # of whom something can be told at all
    asked = _by_year(crossing[touched]).merge(trade, on=_KEY, how="left")
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
    rest = int((~covered).sum())
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
    """flow_id, node_id, exporter, importer, codes and first and last year of each delivery from one country to another."""
    graph = facts.network.graph
    country = graph.nodes["country"]
    known = country.notna().to_numpy()
    place = pd.factorize(country)[0]
    source, target = graph.flows["source"].to_numpy(), graph.flows["target"].to_numpy()
    keep = np.flatnonzero(known[source] & known[target] & (place[source] != place[target]))
    source, target = source[keep], target[keep]
    table = graph.table.iloc[graph.flows["row"].to_numpy()[keep]]
    return pd.DataFrame(
        {
            "flow_id": table["flow_id"].to_numpy(),
            "node_id": graph.nodes["node_id"].array[target],
            "exporter": country.array[source],
            "importer": country.array[target],
            "codes": table["material"]
            .map({m.id: tuple(c[:6] for c in m.hs) for m in graph.chain.materials.values()})
            .to_numpy(),
            "first": table["period_start"].dt.year.to_numpy(),
            "last": table["period_end"].dt.year.to_numpy(),
        }
    )


def _is_covered(crossing: pd.DataFrame, trade: pd.DataFrame) -> np.ndarray:
    """Whether the trade at hand has a code and a year of the delivery at all."""
    held = set(trade["hs6"])
    has_code = crossing["codes"].map(lambda codes: not held.isdisjoint(codes)).to_numpy(dtype=bool)
    in_time = (crossing["first"] <= trade["year"].max()) & (crossing["last"] >= trade["year"].min())
    return np.asarray(has_code & in_time.to_numpy())


def _by_year(crossing: pd.DataFrame) -> pd.DataFrame:
    """flow_id, node_id and the key of trade: a row a code and year of each delivery."""
    years = [
        list(range(int(a), int(b) + 1)) for a, b in zip(crossing["first"], crossing["last"], strict=True)
    ]
    out = crossing.assign(year=years, hs6=crossing["codes"]).explode("hs6").explode("year")
    out = out.dropna(subset=["hs6", "year"]).astype({"year": "int64", "hs6": "str"})
    return out[["flow_id", "node_id", *_KEY]]


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
