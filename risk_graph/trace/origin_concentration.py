"""How concentrated a subject's origins are: the Herfindahl-Hirschman index as an interval, for part of them is unknown."""

from dataclasses import dataclass
from typing import Literal

from risk_graph.trace.concentration import hhi_bounds
from risk_graph.trace.network import Network
from risk_graph.trace.origins import By, trace

Of = Literal["origins", "suppliers", "countries"]

_BY: dict[Of, By] = {"origins": "facility", "suppliers": "supplier", "countries": "country"}


@dataclass(frozen=True)
class OriginConcentration:
    """`low` and `high` bound the index (0..1) of the shares of all of the metal, unknown included, none renormalised.

    Low: what is unknown is spread over ever more origins; high: all of it comes from the largest known one. `known` is
    how many are known, `largest_id` and `largest_share` the largest ("" and 0 if none is), `unknown_share` the rest.
    `incomplete` counts rejected input rows upstream, which neither bound takes into account.
    """

    of: Of
    low: float
    high: float
    known: int
    largest_id: str
    largest_share: float
    unknown_share: float
    incomplete: int


def origin_concentration(network: Network, subject_id: str, of: Of = "origins") -> OriginConcentration:
    """Concentration of the origins of a subject's metal, at nominal values; NotFoundError if nobody has the id."""
    found = trace(network, subject_id, _BY[of])
    is_known = found.rows["kind"] == "origin"
    shares = (
        found.rows[is_known].groupby("origin_id")["share"].sum().sort_values(ascending=False, kind="stable")
    )
    unknown = float(min(found.rows.loc[~is_known, "share"].sum(), 1.0))
    low, high = (float(bound) for bound in hhi_bounds(shares.to_numpy(), unknown))
    return OriginConcentration(
        of=of,
        low=low,
        high=high,
        known=len(shares),
        largest_id=str(shares.index[0]) if len(shares) else "",
        largest_share=float(shares.iloc[0]) if len(shares) else 0.0,
        unknown_share=unknown,
        incomplete=found.incomplete,
    )
