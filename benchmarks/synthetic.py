"""A seeded, synthetic aluminium chain of any size: heavy-tailed masses, recycling loops, gaps. No real company."""

from pathlib import Path

import numpy as np
import pandas as pd

# Stage, share of the facilities, possible deliveries (to stage, material, weight).
STAGES = {
    "bauxite_mine": (0.10, [("alumina_refinery", "bauxite", 1.0)]),
    "scrap_collector": (0.10, [("remelter", "post_consumer_scrap", 1.0)]),
    "alumina_refinery": (0.10, [("smelter", "alumina", 1.0)]),
    "smelter": (0.10, [("casthouse", "molten_aluminium", 1.0)]),
    "remelter": (0.10, [("casthouse", "cast_aluminium", 0.3), ("semi_fabricator", "cast_aluminium", 0.7)]),
    "casthouse": (0.10, [("semi_fabricator", "cast_aluminium", 1.0)]),
    "semi_fabricator": (
        0.20,
        [
            ("component_maker", "semi_product", 0.7),
            ("semi_fabricator", "semi_product", 0.1),
            ("remelter", "pre_consumer_scrap", 0.2),
        ],
    ),
    "component_maker": (
        0.20,
        [("component_maker", "component", 0.6), ("remelter", "pre_consumer_scrap", 0.4)],
    ),
}
COUNTRIES = {
    "AUS": ["AU-WA", "AU-QLD"],
    "GIN": [None, "GN-B"],
    "BRA": ["BR-PA"],
    "CHN": ["CN-SD", "CN-XJ", "CN-HA", None],
    "IND": ["IN-OD", "IN-CG", None],
    "DEU": ["DE-NW", "DE-BY"],
    "CAN": ["CA-QC"],
    "ARE": [None],
}
_PARETO = 1.16
_DECLARED = 0.93  # part of a site's deliveries that anybody declared: the rest is a gap


def synthetic_tables(facilities: int, flows_each: int = 5, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Input tables of `facilities` sites with `flows_each` flows a site, and one product a hundred sites."""
    rng = np.random.default_rng(seed)
    suppliers = max(facilities // 4, 1)
    countries = np.array(list(COUNTRIES))
    site = _facilities(facilities, suppliers, countries, rng)
    products = max(facilities // 100, 1)
    return {
        "suppliers": pd.DataFrame(
            {
                "supplier_id": [f"S{i:07d}" for i in range(suppliers)],
                "name": [f"Supplier {i} (synthetic)" for i in range(suppliers)],
                "country": rng.choice(countries, suppliers),
                "source": "synthetic",
            }
        ),
        "facilities": site,
        "products": pd.DataFrame(
            {
                "product_id": [f"P{i:06d}" for i in range(products)],
                "name": [f"Product {i} (synthetic)" for i in range(products)],
                "buyer_id": [f"S{i:07d}" for i in rng.integers(0, suppliers, products)],
                "source": "synthetic",
            }
        ),
        "flows": _flows(site, products, int(facilities * flows_each / _DECLARED), rng),
    }


def _facilities(count: int, suppliers: int, countries: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    names = list(STAGES)
    shares = np.array([share for share, _ in STAGES.values()])
    stage = rng.choice(names, count, p=shares / shares.sum())
    country = rng.choice(countries, count)
    subdivision = [
        COUNTRIES[c][k % len(COUNTRIES[c])] for c, k in zip(country, rng.integers(0, 12, count), strict=True)
    ]
    return pd.DataFrame(
        {
            "facility_id": [f"F{i:07d}" for i in rng.permutation(count)],
            "supplier_id": [f"S{i:07d}" for i in rng.integers(0, suppliers, count)],
            "name": "Site (synthetic)",
            "stage": stage,
            "country": country,
            "subdivision": subdivision,
            "source": "synthetic",
        }
    )


def _flows(site: pd.DataFrame, products: int, count: int, rng: np.random.Generator) -> pd.DataFrame:
    pools = {stage: np.flatnonzero(site["stage"] == stage) for stage in STAGES}
    pull = {stage: rng.pareto(_PARETO, len(pool)) + 0.1 for stage, pool in pools.items()}
    pull = {stage: np.minimum(p, np.sqrt(len(site))) for stage, p in pull.items()}
    ids = site["facility_id"].to_numpy()
    frames = []
    for stage, (_, ways) in STAGES.items():
        total = int(count * len(pools[stage]) / len(site))
        for to_stage, material, weight in ways:
            n = int(total * weight)
            if not n or not len(pools[to_stage]):
                continue
            source = rng.choice(pools[stage], n)
            target = rng.choice(pools[to_stage], n, p=pull[to_stage] / pull[to_stage].sum())
            frames.append(pd.DataFrame({"from_id": ids[source], "to_id": ids[target], "material": material}))
    makers = rng.choice(pools["component_maker"], products * 3)
    bought = pd.DataFrame(
        {
            "from_id": ids[makers],
            "to_id": [f"P{i % products:06d}" for i in range(products * 3)],
            "material": "component",
        }
    )
    flows = pd.concat([*frames, bought], ignore_index=True)
    flows = flows[(flows["from_id"] != flows["to_id"]) & (rng.random(len(flows)) < _DECLARED)].reset_index(
        drop=True
    )
    n = len(flows)
    return flows.assign(
        flow_id=[f"L{i:08d}" for i in range(n)],
        mass=np.round(rng.lognormal(6, 1.5, n) + 0.01, 3),
        unit="t",
        period_start="2025-01-01",
        period_end="2025-12-31",
        evidence=rng.choice(["verified", "reported", "modelled"], n, p=[0.3, 0.6, 0.1]),
        source="synthetic",
    )


def write_project(folder: Path, facilities: int, seed: int = 1) -> None:
    """A project of synthetic Parquet tables."""
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    (folder / "risk-graph.toml").write_text(
        f'[project]\nname = "Synthetic chain of {facilities} facilities"\nchain = "aluminium"\n'
        "[run]\nas_of = 2026-06-30\n"
    )
    for name, table in synthetic_tables(facilities, seed=seed).items():
        table.to_parquet(inputs / f"{name}.parquet", index=False)
