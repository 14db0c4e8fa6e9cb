"""What the chain declares to come from a country in a year, against what the country is said to have produced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Facts
from risk_graph.layers.layer import Layer
from risk_graph.model.gazetteer import country_name
from risk_graph.model.graph import TONNES, SupplyGraph
from risk_graph.model.truth import Truth

_DAY = np.timedelta64(1, "D")


def production_layer(facts: Facts, ids: Sequence[str]) -> Layer | None:
    """The first of the layers that is at hand."""
    return next((layer for layer in map(facts.layer, ids) if layer is not None), None)


@dataclass(frozen=True, eq=False)
class Supply:
    """Over nodes: what the comparison says of an origin (false for everything else), and a sentence."""

    truth: np.ndarray
    detail: np.ndarray


def against_production(
    facts: Facts,
    layer: Layer,
    factor: float,
    commodities: Mapping[str, Sequence[str]],
    recycled: Sequence[str],
) -> Supply:
    """True: a country's origins are declared to deliver more of a material in a year than `factor` times its
    production. Unknown: the production, or the commodity that a material is, is unknown. Mass is t of material.

    Every declared delivery counts, whatever period is traced; a longer one by its days in each year.
    """
    graph = facts.network.graph
    sold = declared_by_year(graph)
    sold = sold[~sold["material"].isin(list(recycled))]
    claims = sold.groupby(["country", "material", "year"], as_index=False)["mass_t"].sum()
    made = _produced(layer, commodities)
    claims = claims.merge(made, on=["country", "material", "year"], how="left")
    over = claims["mass_t"] > factor * claims["produced_t"]
    claims["truth"] = np.where(
        claims["produced_t"].isna(), Truth.UNKNOWN, np.where(over, Truth.TRUE, Truth.FALSE)
    )
    claims["said"] = [_sentence(row, layer, commodities) for row in claims.itertuples()]
    worst = sold.merge(claims, on=["country", "material", "year"], suffixes=("", "_in_all"))
    worst = worst.sort_values(["truth", "year", "material"], ascending=[False, True, True])
    worst = worst.drop_duplicates("node")
    truth = np.zeros(graph.size, dtype=np.int8)
    detail = np.full(graph.size, "", dtype=object)
    at = worst["node"].to_numpy(dtype=np.int64)
    truth[at], detail[at] = worst["truth"].to_numpy(), worst["said"].to_numpy(dtype=object)
    return Supply(truth, detail)


def declared_by_year(graph: SupplyGraph) -> pd.DataFrame:
    """node, country, material, year, mass_t (of material): what origins are declared to deliver in each year."""
    table = graph.table
    source = graph.index.get_indexer(pd.Index(table["from_id"]))
    keep = np.flatnonzero((source >= 0) & graph.is_origin[source])
    table, source = table.iloc[keep], source[keep]
    mass = table["mass"].to_numpy(dtype=float) * table["unit"].map(TONNES).to_numpy(dtype=float)
    first = table["period_start"].to_numpy(dtype="datetime64[D]")
    last = table["period_end"].to_numpy(dtype="datetime64[D]")
    years = range(first.min().astype(object).year, last.max().astype(object).year + 1) if len(table) else ()
    parts = []
    for year in years:
        begin, end = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-12-31")
        days = np.clip((np.minimum(last, end) - np.maximum(first, begin) + _DAY) / _DAY, 0, None)
        inside = np.flatnonzero(days > 0)
        share = days[inside] / ((last - first + _DAY) / _DAY)[inside]
        parts.append(
            pd.DataFrame(
                {
                    "node": source[inside],
                    "country": graph.nodes["country"].to_numpy(dtype=object)[source[inside]],
                    "material": table["material"].to_numpy(dtype=object)[inside],
                    "year": year,
                    "mass_t": mass[inside] * share,
                }
            )
        )
    columns = ["node", "country", "material", "year", "mass_t"]
    every = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return every[every["mass_t"].astype(float) > 0].reset_index(drop=True)


def _produced(layer: Layer, commodities: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """country, material, year, produced_t of the layer's rows; of two rows of one the larger counts."""
    values = layer.values
    frames = [
        values.loc[values["commodity"].isin(list(names)), ["country", "year", "mass_t"]].assign(
            material=material
        )
        for material, names in commodities.items()
    ]
    columns = ["country", "year", "mass_t", "material"]
    every = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    most = every.groupby(["country", "material", "year"], as_index=False)["mass_t"].max()
    return most.rename(columns={"mass_t": "produced_t"})


def _sentence(row: object, layer: Layer, commodities: Mapping[str, Sequence[str]]) -> str:
    country, material, year, mass, produced, truth = (
        getattr(row, name) for name in ("country", "material", "year", "mass_t", "produced_t", "truth")
    )
    declared = f"{mass:,.0f} t of {material} from {country_name(str(country))} in {year} are declared"
    if truth == Truth.UNKNOWN:
        why = (
            f"{layer.title} has no production of it"
            if material in commodities
            else "no commodity is named for it"
        )
        return f"{declared}; {why}."
    return f"{declared}; {produced:,.0f} t were produced ({layer.title}, edition {layer.edition})."
