"""Input tables of a few suppliers, facilities and owners."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from risk_graph.model.table import Tables, input_tables


def tables(
    suppliers: list[tuple[str, str, str]],
    facilities: Sequence[tuple[str, str, str, str]] = (),
    owners: Sequence[tuple[Any, ...]] = (),
) -> Tables:
    """suppliers: id, name, country; facilities: id, supplier, name, country; owners: owner, owned, share[, from, to]."""
    frames = {
        "suppliers": pd.DataFrame(suppliers, columns=["supplier_id", "name", "country"]),
        "facilities": pd.DataFrame(
            list(facilities), columns=["facility_id", "supplier_id", "name", "country"]
        ),
        "ownership": pd.DataFrame(
            [(*row, None, None)[:5] for row in owners],
            columns=["owner_id", "owned_id", "share", "valid_from", "valid_to"],
        ).astype({"valid_from": "datetime64[ns]", "valid_to": "datetime64[ns]", "share": "float64"}),
    }
    return {n: t.conform(frames[n]) if n in frames else t.empty() for n, t in input_tables().items()}


DAY = date(2026, 6, 30)
