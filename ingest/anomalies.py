"""Which records of trade between countries are odd, told from the data alone.

Nothing is changed or left out: an odd record gets a sentence in its column `note`, and an Issue. Three looks:

- unit value: the record's USD a tonne against the exporter's other buyers and other years, by median and median absolute
  deviation of the logarithm, each year set against the median of its product (prices move);
- year on year: a pair of countries whose mass and value part ways from one year to the next;
- exports against production: more exported than produced. Unknown production says unknown, never fine.

Only records that matter are judged: small ones have unit values of any size, and no answer rests on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.model.gazetteer import country_name
from risk_graph.model.issue import Issue

LEAST_SHARE = 0.0005
"""Share of a product's mass or value in a year from which on a record is judged."""
FURTHEST = 5.0
"""Robust standard deviations from the peers' median."""
FACTOR = 3.0
"""Times the peers' median, or its inverse: less is never odd, however alike the peers are."""
PEERS = 4
"""The exporter's own records that are needed; with fewer all exporters' of that product and year are the peers."""
SPREAD = 0.2
"""Least standard deviation of the logarithm: peers are never as alike as rounding makes them."""
APART = 4.0
"""Times that mass and value of a pair change differently from one year to the next."""
OF_PRODUCTION = 1.0
"""Exports may be this many times the production."""

MADE_FROM: Mapping[str, str] = {"260600": "Bauxite", "281820": "Alumina", "760110": "Aluminium"}
"""Product -> commodity of a production layer. Unalloyed unwrought metal is a part of primary aluminium."""

_TO_NORMAL = 1.4826
_KEYS = ["hs6", "year"]


@dataclass(frozen=True, eq=False)
class Judged:
    """The same rows, with what is odd added to `note`, and an issue for each odd record."""

    trade: pd.DataFrame
    issues: tuple[Issue, ...]


def judge(trade: pd.DataFrame, file: str) -> Judged:
    """Unit values and changes from year to year; `trade` has the columns of the trade facts."""
    trade = trade.reset_index(drop=True)
    said: dict[int, list[str]] = {}
    matter = _that_matter(trade)
    for at, sentence in [*_unit_values(matter), *_years(matter)]:
        said.setdefault(at, []).append(sentence)
    issues = [_issue(trade.loc[at], " ".join(sentences), file) for at, sentences in sorted(said.items())]
    small = len(trade) - len(matter)
    message = (
        f"{len(matter):,} records that make {LEAST_SHARE:.2%} of a product's year or more were judged; {small:,} smaller "
        "ones, or without a mass, were not."
    )
    issues.append(
        Issue("odd-trade", "info", file, "", 0, "note", message, "Rest nothing on a small record alone.")
    )
    return Judged(_noted(trade, {at: " ".join(s) for at, s in said.items()}), tuple(issues))


def against_production(trade: pd.DataFrame, production: pd.DataFrame, file: str) -> Judged:
    """Exports of a country and year against what it produced; `production` has the columns of the production facts."""
    trade = trade.reset_index(drop=True)
    table = exports_and_production(trade, production)
    over = table[table["exceeds"].eq("T")]
    notes: dict[int, str] = {}
    issues = []
    for row in over.itertuples():
        made = f"{row.produced_t:,.0f} t" if row.produced_t > 0 else "none"
        sentence = (
            f"{country_name(row.exporter)} exported {row.exported_t:,.0f} t of HS {row.hs6} in {row.year}, and produced "
            f"{made} of {row.commodity.lower()}: goods in transit, stocks, or a wrong record."
        )
        at = trade.index[
            (trade["exporter"] == row.exporter) & (trade["year"] == row.year) & (trade["hs6"] == row.hs6)
        ]
        notes |= dict.fromkeys(at, sentence)
        issues.append(_warning(sentence, file))
    unknown = table[table["exceeds"].eq("U")]
    if len(unknown):
        message = (
            f"Production or a part of the exports is unknown for {len(unknown):,} of {len(table):,} exporters, products and years: "
            "the two could not be compared, which says nothing good."
        )
        remedy = "Fetch a production layer of those years: `risk-graph sources update DIR usgs_production`."
        issues.append(Issue("odd-trade", "info", file, "", 0, "note", message, remedy))
    return Judged(_noted(trade, notes), tuple(issues))


def exports_and_production(trade: pd.DataFrame, production: pd.DataFrame) -> pd.DataFrame:
    """exporter, hs6, commodity, year, exported_t, produced_t, exceeds (T, F, U); exporters that matter, of MADE_FROM.

    Unknown: the layer does not name the country in that year (0 is known), or exports without a mass may tip it.
    """
    known = trade[trade["hs6"].isin(list(MADE_FROM))].assign(without=trade["mass_t"].isna())
    groups = known.groupby(["exporter", *_KEYS], as_index=False)
    table = groups.agg(exported_t=("mass_t", "sum"), without=("without", "any"))
    table = table[table["exported_t"] >= LEAST_SHARE * table.groupby(_KEYS)["exported_t"].transform("sum")]
    table["commodity"] = table["hs6"].map(dict(MADE_FROM))
    made = production.groupby(["country", "commodity", "year"], as_index=False)["mass_t"].sum(min_count=1)
    made = made.rename(columns={"country": "exporter", "mass_t": "produced_t"})
    table = table.merge(made, how="left", on=["exporter", "commodity", "year"])
    more = table["exported_t"] > OF_PRODUCTION * table["produced_t"]
    unknown = table["produced_t"].isna() | (~more & table["without"])
    table["exceeds"] = np.where(unknown, "U", np.where(more, "T", "F"))
    columns = ["exporter", "hs6", "commodity", "year", "exported_t", "produced_t", "exceeds"]
    return table[columns].sort_values(columns[:4]).reset_index(drop=True)


def _that_matter(trade: pd.DataFrame) -> pd.DataFrame:
    """Records with mass and value that are large enough, with `log` of USD a tonne and `level`, the same set against the
    median of the product's year.
    """
    groups = trade.groupby(_KEYS)
    large = pd.Series(False, index=trade.index)
    for column in ("mass_t", "value_kusd"):
        large |= trade[column] >= LEAST_SHARE * groups[column].transform("sum")
    out = trade[large & (trade["mass_t"] > 0) & (trade["value_kusd"] > 0)].copy()
    out["log"] = np.log(out["value_kusd"] * 1000 / out["mass_t"])
    out["level"] = out["log"] - out.groupby(_KEYS)["log"].transform("median")
    return out


def _unit_values(matter: pd.DataFrame) -> list[tuple[int, str]]:
    everyone = {key: group["level"] for key, group in matter.groupby(_KEYS)}
    found = []
    for (hs6, exporter), own in matter.groupby(["hs6", "exporter"]):
        for at, row in own.iterrows():
            peers, whose = own["level"].drop(at), f"{country_name(str(exporter))}'s other records"
            if len(peers) < PEERS:
                peers, whose = everyone[str(hs6), row["year"]].drop(at), "all exporters' records of the year"
            if len(peers) >= PEERS and _is_far(row["level"], peers):
                factor = float(np.exp(row["level"] - peers.median()))
                times = f"{factor:.1f} times" if factor > 1 else f"1/{1 / factor:.1f} of"
                sentence = (
                    f"{np.exp(row['log']):,.0f} USD a tonne is {times} what {len(peers)} of {whose} say: its mass or its value "
                    "is unreliable."
                )
                found.append((int(str(at)), sentence))
    return found


def _is_far(level: float, peers: pd.Series) -> bool:
    middle = peers.median()
    spread = max(_TO_NORMAL * (peers - middle).abs().median(), SPREAD)
    return bool(abs(level - middle) >= max(FURTHEST * spread, np.log(FACTOR)))


def _years(matter: pd.DataFrame) -> list[tuple[int, str]]:
    """Pairs whose mass and value part ways: the later record says so, for either of the two may be wrong."""
    pair = ["hs6", "exporter", "importer"]
    before = matter[[*pair, "year", "mass_t", "value_kusd", "level"]].assign(year=matter["year"] + 1)
    both = matter.reset_index(names="at").merge(before, on=[*pair, "year"], suffixes=("", "_before"))
    found = []
    for row in both[(both["level"] - both["level_before"]).abs() >= np.log(APART)].itertuples():
        mass, value = row.mass_t / row.mass_t_before, row.value_kusd / row.value_kusd_before
        sentence = f"From {row.year - 1} its mass changes {mass:.2g} times and its value {value:.2g} times: one of the two years is unreliable."
        found.append((int(row.at), sentence))
    return found


def _noted(trade: pd.DataFrame, notes: Mapping[int, str]) -> pd.DataFrame:
    note = trade["note"].fillna("").astype("str") if "note" in trade else pd.Series("", index=trade.index)
    added = pd.Series(notes, dtype="str").reindex(trade.index).fillna("")
    return trade.assign(note=(note + " " + added).str.strip())


def _issue(row: pd.Series, sentences: str, file: str) -> Issue:
    who = (
        f"{country_name(row['exporter'])} to {country_name(row['importer'])}, HS {row['hs6']}, {row['year']}"
    )
    return _warning(f"{who}: {sentences}", file)


def _warning(message: str, file: str) -> Issue:
    remedy = "Compare with the declarations of both countries before you rest a decision on it; nothing was changed."
    return Issue("odd-trade", "warning", file, "", 0, "note", message, remedy)
