"""A stored run opened for questions."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from risk_graph.act.export import NOTHING, Withheld, with_rules, with_themes, withheld_of
from risk_graph.assess.facts import Facts
from risk_graph.assess.residual import certified
from risk_graph.assess.scorer import Scorer
from risk_graph.assess.scorer_file import parse_scorer
from risk_graph.errors import InputError, NotFoundError, ScorerError
from risk_graph.model.chain import Chain, parse_chain
from risk_graph.model.graph import Period, build_graph
from risk_graph.project import Project
from risk_graph.store import Snapshot, open_store
from risk_graph.trace.network import Network, prepare


@dataclass(frozen=True, eq=False)
class Session:
    """A stored run opened for questions. Everything is read from one generation of the store."""

    snapshot: Snapshot
    chain: Chain
    period: Period | None
    without_modelled: bool = False

    @property
    def run(self) -> pd.Series:
        return self.snapshot.tables["runs"].iloc[0]

    @property
    def as_of(self) -> date:
        day: date = self.run["as_of"].date()
        return day

    @cached_property
    def network(self) -> Network:
        rejected = self.snapshot.tables["incomplete"]
        counts = dict(zip(rejected["node_id"], rejected["count"].tolist(), strict=True))
        return prepare(
            build_graph(self.snapshot.tables, self.chain, self.period, counts, self.without_modelled)
        )

    @cached_property
    def facts(self) -> Facts:
        tables = self.snapshot.tables
        layers = tables["layers"] if "layers" in tables else pd.DataFrame({"layer": [], "released": []})
        released = {
            str(row.layer): row.released.date() for row in layers.dropna(subset="released").itertuples()
        }
        actions = tables.get("corrective_actions", pd.DataFrame())
        return Facts(self.network, tables["signals"], self.as_of, certified(tables), released, actions)

    @cached_property
    def scorer(self) -> Scorer:
        """The scorer that the stored scores are of, as it was then. Raises InputError if this version cannot read it:
        another one's contributions would not sum to them.
        """
        try:
            return parse_scorer(str(self.run["scorer_toml"]), f"scorer {self.run['scorer']}")
        except ScorerError as error:
            raise InputError(
                f"The stored scores are those of the scorer {self.run['scorer']!r}, which this version cannot read: "
                "`risk-graph run DIR` scores anew."
            ) from error

    @cached_property
    def withheld(self) -> Withheld:
        """What of this run may not be passed on; needs the tables layers, findings and runs."""
        found = withheld_of(self.snapshot.tables["layers"])
        if not found.layers:
            return NOTHING
        return with_themes(with_rules(found, self.snapshot.tables["findings"]), self.scorer)


GRAPH_TABLES = ("suppliers", "facilities", "products", "flows", "incomplete", "runs")


def open_session(
    project: Project,
    names: tuple[str, ...] | None = None,
    period: Period | None = None,
    without_modelled: bool = False,
) -> Session:
    """The stored run of a project (only the tables `names`, if given); its own period unless another is given.

    Raises NotFoundError if nothing was loaded yet.
    """
    with open_store(project.store_url, project.folder, write=False) as store:
        snapshot = store.read(names)
    runs = snapshot.tables["runs"]
    if not len(runs):
        raise NotFoundError(f"Nothing was loaded yet: `risk-graph run {project.folder}` loads the project.")
    stored = runs.iloc[0]
    if period is None and pd.notna(stored["period_start"]):
        period = (stored["period_start"].date(), stored["period_end"].date())
    return Session(snapshot, parse_chain(stored["chain_toml"]), period, without_modelled)
