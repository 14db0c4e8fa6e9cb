"""The supply graph: an immutable, columnar snapshot with an integer index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from risk_graph.errors import NotFoundError
from risk_graph.model.chain import Chain

if TYPE_CHECKING:
    import networkx as nx

Period = tuple[date, date]
"""First and last day, both included."""

TONNES: Mapping[str, float] = {
    "t": 1.0,
    "kt": 1e3,
    "Mt": 1e6,
    "kg": 1e-3,
    "lb": 0.00045359237,  # international pound, exact (NIST SP 811, B.8)
    "short_ton": 0.90718474,
    "long_ton": 1.0160469088,
}

EVIDENCE = ("verified", "reported", "modelled")
"""Strongest first; a flow's level is its position here."""

EVERYTHING = "*"
"""In the place of an id: a rejected row whose ids could not be read may have named any node."""

_NODE_COLUMNS = [
    "node_id",
    "kind",
    "supplier_id",
    "name",
    "stage",
    "country",
    "subdivision",
    "latitude",
    "longitude",
    "location_precision",
    "source",
    "source_file",
    "source_sheet",
    "source_row",
]


@dataclass(frozen=True, eq=False)
class SupplyGraph:
    """Facilities, products and unspecified supplier sites, and the flows between them in a period.

    `nodes` is sorted by node_id; its row number is the node's index. `kind` is facility, product or
    supplier (a supplier that a flow names as an end: its site is not specified).
    `flows` is sorted by flow_id and holds only flows that carry metal in the period, with `source` and
    `target` as node indices, `low`/`metal`/`high` as t of contained metal, `evidence` as a position in
    EVIDENCE and `row` as the row number in `table`, the flows as declared.
    Arrays run over nodes: `yields` (n, 3) low, nominal, high; `is_origin`; `incomplete`, the number of
    rejected rows that name the node.
    """

    chain: Chain
    period: Period | None
    nodes: pd.DataFrame
    flows: pd.DataFrame
    table: pd.DataFrame
    suppliers: pd.DataFrame
    yields: np.ndarray
    is_origin: np.ndarray
    incomplete: np.ndarray
    incomplete_suppliers: Mapping[str, int]

    @property
    def size(self) -> int:
        return len(self.nodes)

    @cached_property
    def index(self) -> pd.Index:
        """node_id -> row of `nodes`."""
        return pd.Index(self.nodes["node_id"])

    @cached_property
    def inflows(self) -> sparse.csr_array:
        """(n, n), row = receiver, column = deliverer: t of contained metal, parallel flows summed.

        Rows of origins are empty: metal declared to flow into an origin is not followed.
        """
        edges = self.flows[~self.is_origin[self.flows["target"].to_numpy()]]
        ends = (edges["target"].to_numpy(), edges["source"].to_numpy())
        return sparse.coo_array((edges["metal"].to_numpy(), ends), shape=(self.size, self.size)).tocsr()

    def at(self, node_id: str) -> int:
        """Index of a node; NotFoundError if there is none."""
        where = self.index.get_indexer(pd.Index([node_id]))[0]
        if where < 0:
            raise NotFoundError(f"No facility, product or unspecified site has the id {node_id!r}.")
        return int(where)

    def own_nodes(self, supplier_id: str) -> np.ndarray:
        """Indices of a supplier's facilities and of its unspecified site, ascending."""
        own = (self.nodes["supplier_id"] == supplier_id) & (self.nodes["kind"] != "product")
        return np.flatnonzero(own.to_numpy())

    def to_networkx(self, around: np.ndarray | None = None) -> "nx.MultiDiGraph":
        """The nodes at the given indices (all if none are given) and the flows between them, for small parts."""
        import networkx as nx

        keep = np.arange(self.size) if around is None else np.asarray(around)
        graph: nx.MultiDiGraph = nx.MultiDiGraph()
        for record in self.nodes.iloc[keep].to_dict("records"):
            graph.add_node(record["node_id"], **{k: v for k, v in record.items() if k != "node_id"})
        inside = self.flows["source"].isin(keep) & self.flows["target"].isin(keep)
        ids = self.nodes["node_id"]
        for flow in self.flows[inside].itertuples():
            graph.add_edge(
                ids.iat[flow.source],
                ids.iat[flow.target],
                key=self.table["flow_id"].iat[flow.row],
                metal_t=flow.metal,
                evidence=EVIDENCE[flow.evidence],
            )
        return graph


def build_graph(
    tables: Mapping[str, pd.DataFrame],
    chain: Chain,
    period: Period | None = None,
    incomplete: Mapping[str, int] | None = None,
    without_modelled: bool = False,
) -> SupplyGraph:
    """The graph of validated tables (ids resolve, stages and materials belong to the chain).

    A flow counts by the share of its days that lie in `period` (docs/trace.md, 2); with
    `without_modelled`, modelled flows are left out as if they had not been declared.
    The key EVERYTHING in `incomplete` stands for every node.
    """
    incomplete = incomplete or {}
    suppliers = tables["suppliers"].sort_values("supplier_id", ignore_index=True)
    table = tables["flows"].sort_values("flow_id", ignore_index=True)
    nodes = _nodes(tables, suppliers, table)
    index = pd.Index(nodes["node_id"])
    count = index.map(incomplete).to_numpy(dtype=float, na_value=0).astype(np.int64) + incomplete.get(
        EVERYTHING, 0
    )
    unit_yield = (1.0, 1.0, 1.0)
    by_stage = {id_: stage.yield_ for id_, stage in chain.stages.items()}
    stages = nodes["stage"].to_list()
    origins = {id_ for id_, stage in chain.stages.items() if stage.is_origin}
    return SupplyGraph(
        chain=chain,
        period=period,
        nodes=nodes,
        flows=_flows(table, index, chain, period, without_modelled),
        table=table,
        suppliers=suppliers,
        yields=np.array([by_stage.get(s, unit_yield) for s in stages], dtype=float).reshape(-1, 3),
        is_origin=nodes["stage"].isin(origins).to_numpy(dtype=bool),
        incomplete=count,
        incomplete_suppliers={s: c for s, c in incomplete.items() if s in set(suppliers["supplier_id"])},
    )


def _nodes(tables: Mapping[str, pd.DataFrame], suppliers: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    facilities = tables["facilities"].rename(columns={"facility_id": "node_id"}).assign(kind="facility")
    products = tables["products"].rename(columns={"product_id": "node_id"}).assign(kind="product")
    ends = pd.Index(pd.concat([flows["from_id"], flows["to_id"]]).unique())
    named = suppliers[suppliers["supplier_id"].isin(ends)]
    sites = named.assign(node_id=named["supplier_id"], kind="supplier")
    frames = [f.reindex(columns=_NODE_COLUMNS) for f in (facilities, products, sites)]
    frames = [f for f in frames if len(f)] or frames[:1]
    nodes = pd.concat(frames, ignore_index=True).sort_values("node_id", ignore_index=True)
    numbers = {"latitude": "float64", "longitude": "float64", "source_row": "int64"}
    return nodes.astype({c: numbers.get(c, "str") for c in _NODE_COLUMNS})


def _flows(
    table: pd.DataFrame, index: pd.Index, chain: Chain, period: Period | None, without_modelled: bool
) -> pd.DataFrame:
    content = np.array([m.content for m in chain.materials.values()], dtype=float).reshape(-1, 3)
    material = pd.Index(list(chain.materials)).get_indexer(pd.Index(table["material"]))
    levels = pd.Index(EVIDENCE).get_indexer(pd.Index(table["evidence"].fillna("reported")))
    mass_t = table["mass"].to_numpy() * table["unit"].map(TONNES).to_numpy(dtype=float)
    mass_t = mass_t * _days_in(table, period)
    metal = mass_t[:, None] * content[material] if len(table) else np.empty((0, 3))
    flows = pd.DataFrame(
        {
            "row": np.arange(len(table)),
            "source": index.get_indexer(pd.Index(table["from_id"])),
            "target": index.get_indexer(pd.Index(table["to_id"])),
            "low": metal[:, 0],
            "metal": metal[:, 1],
            "high": metal[:, 2],
            "evidence": levels,
        }
    )
    counts = flows["metal"] > 0
    if without_modelled:
        counts &= flows["evidence"] != EVIDENCE.index("modelled")
    return flows[counts].reset_index(drop=True)


def _days_in(table: pd.DataFrame, period: Period | None) -> np.ndarray:
    """Share of each flow's days that lie in the period; both include their last day."""
    if period is None:
        return np.ones(len(table))
    day = np.timedelta64(1, "D")
    start = table["period_start"].to_numpy(dtype="datetime64[D]")
    end = table["period_end"].to_numpy(dtype="datetime64[D]")
    first, last = (np.datetime64(d, "D") for d in period)
    inside = (np.minimum(end, last) - np.maximum(start, first) + day) / day
    return np.asarray(np.clip(inside, 0, None) / ((end - start + day) / day))
