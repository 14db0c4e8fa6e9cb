"""From input tables and layers to what a run says. Pure: reads no file, stores nothing, prints nothing.

A run, a what-if, a comparison of two runs and a rerun all answer with these two functions: `lay`, then `assess`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from risk_graph.assess.decided import Decisions
from risk_graph.assess.facts import Facts
from risk_graph.assess.priorities import priorities
from risk_graph.assess.records import Records
from risk_graph.assess.regime import Regime
from risk_graph.assess.residual import certified
from risk_graph.assess.rule import findings, rules_table
from risk_graph.assess.scorer import Scorer
from risk_graph.assess.scores import scored
from risk_graph.assess.screening import Screening, screening
from risk_graph.layers.join import History, Joined, join
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import Library
from risk_graph.model.chain import Chain
from risk_graph.model.graph import Period, SupplyGraph, build_graph
from risk_graph.model.issue import Issue
from risk_graph.model.table import Tables, result_tables
from risk_graph.trace.network import Network, prepare

Progress = Callable[[str, float], None]
"""Called with the step in words and the share of it that is done, 0 to 1."""


def _silent(_step: str, _share: float) -> None:
    pass


@dataclass(frozen=True, eq=False)
class Given:
    """Everything that a run's results follow from, as values.

    `tables` are validated input tables; `incomplete` maps an id to the number of rejected rows that name it
    (EVERYTHING: any id). `decisions` are what people decided about names.
    """

    tables: Mapping[str, pd.DataFrame]
    chain: Chain
    library: Library
    as_of: date
    scorer: Scorer
    period: Period | None = None
    incomplete: Mapping[str, int] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=dict)
    regimes: tuple[Regime, ...] | None = None
    """Those that were chosen; None: all that ship."""
    last_report: date | None = None

    @property
    def layers(self) -> dict[str, Layer]:
        """The edition of each layer that counts."""
        return self.library.layers


@dataclass(frozen=True, eq=False)
class Laid:
    """The network of what was given, under the layers; `issues` are those that only show here."""

    given: Given
    network: Network
    joined: Joined
    issues: list[Issue]

    @cached_property
    def screened(self) -> Screening:
        given = self.given
        return screening(given.tables, given.layers, given.as_of, given.decisions)

    @cached_property
    def facts(self) -> Facts:
        given = self.given
        records = Records(given.tables, given.layers, self.screened.matches, given.last_report, given.regimes)
        released = {id_: layer.released for id_, layer in given.layers.items() if layer.is_dated}
        return Facts(
            self.network,
            self.joined.signals,
            given.as_of,
            certified(given.tables),
            released,
            given.tables["corrective_actions"],
            records,
        )


def lay(given: Given, progress: Progress = _silent) -> Laid:
    """Builds the graph and lays the layers over it."""
    progress("Building the graph", 0.0)
    graph = build_graph(given.tables, given.chain, given.period, given.incomplete)
    network = prepare(graph)
    progress("Laying the risk layers over it", 0.0)
    joined = join(
        _places(graph), given.layers, given.as_of, History(given.library.editions, _deliveries(graph))
    )
    return Laid(given, network, joined, [*joined.issues, *_loop_issues(network)])


def answer(laid: Laid, progress: Progress = _silent) -> Tables:
    """What the rules and the scorer say, and how much is unknown: findings, scores, ranks, exposures."""
    progress("Screening the names", 0.0)
    facts = laid.facts
    progress("Applying the rules", 0.0)
    found = findings(facts)
    progress("Scoring", 0.0)
    return {
        "findings": found,
        **scored(laid.facts, laid.given.scorer),
        "exposures": _exposures(laid.facts),
    }


def assess(laid: Laid, progress: Progress = _silent) -> Tables:
    """Every results table but `runs` and `issues`, which say where the input came from."""
    given = laid.given
    answered = answer(laid, progress)
    return {
        **answered,
        "rules": rules_table(laid.facts),
        "priorities": priorities(laid.facts),
        "layers": layers_table(given.layers),
        "signals": laid.joined.signals,
        "incomplete": _incomplete(given.incomplete),
        "trade": _trade(given.layers),
        "matches": laid.screened.matches,
        "screenings": laid.screened.screenings,
    }


def _places(graph: SupplyGraph) -> pd.DataFrame:
    """Everything that has a place: the nodes that are no products, and suppliers that are no nodes."""
    nodes = graph.nodes[graph.nodes["kind"] != "product"]
    rest = graph.suppliers[~graph.suppliers["supplier_id"].isin(nodes["node_id"])]
    others = rest.assign(node_id=rest["supplier_id"], kind="supplier").reindex(columns=nodes.columns)
    frames = [f for f in (nodes, others) if len(f)] or [nodes]
    places = pd.concat([f.astype(nodes.dtypes.to_dict()) for f in frames], ignore_index=True)
    return places.sort_values("node_id", ignore_index=True)


def _deliveries(graph: SupplyGraph) -> pd.DataFrame:
    """The days in the period on which metal left a node: a row a flow."""
    table = graph.table.iloc[graph.flows["row"].to_numpy()]
    first, last = table["period_start"].to_numpy(), table["period_end"].to_numpy()
    if graph.period is not None:
        begin, end = (np.datetime64(day) for day in graph.period)
        first, last = np.maximum(first, begin), np.minimum(last, end)
    return pd.DataFrame({"node_id": table["from_id"].to_numpy(), "first": first, "last": last})


def _loop_issues(network: Network) -> list[Issue]:
    graph = network.graph
    ids = graph.nodes["node_id"]
    issues = []
    for loop in network.closed_loops:
        inside = graph.flows["source"].isin(loop) & graph.flows["target"].isin(loop)
        first = graph.table.iloc[int(graph.flows.loc[inside, "row"].min())]
        names = ", ".join(ids.iloc[loop[:5]]) + (f" and {len(loop) - 5} more" if len(loop) > 5 else "")
        issues.append(
            Issue(
                code="closed-loop",
                level="warning",
                file=first["source_file"],
                sheet=first["source_sheet"] if pd.notna(first["source_sheet"]) else "",
                row=int(first["source_row"]),
                column="from_id",
                message=f"Metal goes round between {names} and none comes in from outside.",
                remedy="Declare the flows that bring metal into the loop; until then its origin is unknown.",
            )
        )
    return issues


def _exposures(facts: Facts) -> pd.DataFrame:
    low, value, high = facts.unknown_share.T
    table = pd.DataFrame(
        {
            "subject_id": facts.subjects.ids,
            "mass_t": facts.subjects.mass_t,
            "unknown_low": np.minimum(low, value),
            "unknown": value,
            "unknown_high": np.maximum(value, high),
            "modelled": facts.modelled_share,
            "incomplete": facts.incomplete_upstream.astype(int),
        }
    )
    return result_tables()["exposures"].conform(table.sort_values("subject_id"))


def _incomplete(counts: Mapping[str, int]) -> pd.DataFrame:
    table = pd.DataFrame({"node_id": list(counts), "count": list(counts.values())})
    return result_tables()["incomplete"].conform(table)


def layers_table(layers: Mapping[str, Layer]) -> pd.DataFrame:
    """The results table `layers`: the editions that were used, with their licences."""
    rows = [
        {
            "layer": layer.id,
            "edition": layer.edition,
            "kind": layer.kind,
            "title": layer.title,
            "publisher": layer.publisher,
            "citation": layer.attribution or layer.source,
            "licence": layer.licence,
            "redistribution": "true" if layer.redistribution else "false",
            "released": pd.Timestamp(layer.released) if layer.is_dated else pd.NaT,
            "retrieved": pd.Timestamp(layer.retrieved),
            "entries": len(layer.values),
            "sha256": layer.sha256,
        }
        for layer in layers.values()
    ]
    return result_tables()["layers"].conform(pd.DataFrame(rows))


def _trade(layers: dict[str, Layer]) -> pd.DataFrame:
    frames = [
        layer.values.assign(layer=layer.id, edition=layer.edition)
        for layer in layers.values()
        if layer.kind == "trade"
    ]
    table = result_tables()["trade"]
    return table.conform(pd.concat(frames, ignore_index=True)) if frames else table.empty()
