"""A stored run opened for questions."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from risk_graph.act.export import NOTHING, Withheld, with_rules, with_themes, withheld_of
from risk_graph.assess.facts import Facts
from risk_graph.assess.scorer import Scorer, scorers
from risk_graph.errors import InputError, NotFoundError
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
        return Facts(self.network, self.snapshot.tables["signals"], self.as_of)

    @property
    def scorer(self) -> Scorer:
        """The scorer that the stored scores are of. Raises InputError if there is none of its version any more: another
        one's contributions would not sum to them.
        """
        label = str(self.run["scorer"])
        found = next((s for s in scorers().values() if s.label == label), None)
        if found is None:
            there = ", ".join(s.label for s in scorers().values())
            raise InputError(
                f"The stored scores are those of the scorer {label!r}, which is not installed ({there} is): "
                "`risk-graph run DIR` scores anew."
            )
        return found

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
