"""The steps in order: read, build, lay layers over, trace, assess, save. Prints nothing."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from ingest.load import load
from ingest.options import parse_options
from ingest.read import Progress, silent
from ingest.validate import Loaded
from risk_graph import __version__
from risk_graph.act.entries import decisions_of
from risk_graph.act.journal import Journal
from risk_graph.act.noted import issue as lost_journal
from risk_graph.act.noted import missing, noted, state_with
from risk_graph.act.show import count
from risk_graph.assess.facts import Facts
from risk_graph.assess.residual import certified
from risk_graph.assess.rule import findings, ruleset
from risk_graph.assess.scorer import Scorer
from risk_graph.assess.scorer_file import check_layers
from risk_graph.assess.scores import scored
from risk_graph.assess.screening import screening
from risk_graph.errors import RefusedError
from risk_graph.layers.entity.second_opinion import label
from risk_graph.layers.join import History, Joined, join
from risk_graph.layers.layer import Layer
from risk_graph.layers.library import load_library
from risk_graph.model.chain import Chain
from risk_graph.model.graph import EVERYTHING, Period, SupplyGraph, build_graph
from risk_graph.model.issue import Issue, issues_frame
from risk_graph.model.table import Tables, result_tables
from risk_graph.project import Project
from risk_graph.store import open_store
from risk_graph.trace.network import Network, prepare

DATASET = "inputs"


@dataclass(frozen=True, eq=False)
class Checked:
    """Input that was read, built and laid under the layers, and everything that is wrong with it."""

    loaded: Loaded
    chain: Chain
    network: Network
    layers: dict[str, Layer]
    joined: Joined
    issues: list[Issue]
    incomplete: dict[str, int]
    """Id -> rejected rows that name it; EVERYTHING if a row's ids could not be read."""

    @property
    def signals(self) -> pd.DataFrame:
        return self.joined.signals


@dataclass(frozen=True, eq=False)
class Result:
    """What a run found; `run_id` is the hash of everything the results stand on."""

    run_id: str
    generation: str
    checked: Checked
    results: Tables


def check(
    project: Project, as_of: date, period: Period | None = None, progress: Progress = silent
) -> Checked:
    """Reads the project's input and finds every problem, loading nothing."""
    chain = project.chain()
    loaded = load(
        project.inputs, chain, parse_options(project.settings.input), _as_one("Reading the input", progress)
    )
    progress("Building the graph", 0.0)
    incomplete = {id_ or EVERYTHING: count for id_, count in sorted(loaded.incomplete.items())}
    graph = build_graph(loaded.tables, chain, period or project.period(), incomplete)
    network = prepare(graph)
    progress("Laying the risk layers over it", 0.0)
    library = load_library(project.sources, as_of, project.settings.layers)
    joined = join(_places(graph), library.layers, as_of, History(library.editions, _deliveries(graph)))
    issues = [*loaded.issues, *joined.issues, *_loop_issues(network)]
    return Checked(loaded, chain, network, library.layers, joined, issues, incomplete)


def run(
    project: Project,
    as_of: date,
    period: Period | None = None,
    strict: bool = False,
    progress: Progress = silent,
) -> Result:
    """Reads, assesses and stores; what was stored before stays if anything fails.

    Raises RefusedError if nothing could be loaded, a file is wrong as a whole, or `strict` and any error;
    TamperedError or JournalError if what people decided cannot be relied on, or read.
    """
    scorer = project.scorer()
    decided = Journal(project.journal_url, project.folder).entries()
    checked = check(project, as_of, period, progress)
    refuse(checked, strict)
    lost = missing(decided, noted(project.store_url, project.folder))
    if lost:
        checked = replace(checked, issues=[*checked.issues, lost_journal(decided, lost)])
    check_layers(scorer, checked.layers)
    progress("Applying the rules", 0.0)
    facts = facts_of(checked, as_of)
    found = findings(facts)
    progress("Scoring", 0.0)
    scores = scored(facts, scorer)
    progress("Screening the names", 0.0)
    screened = screening(checked.loaded.tables, checked.layers, as_of, decisions_of(decided))
    described = _run_table(project, checked, facts, scorer, state_with(decided, lost))
    results = {
        "runs": described,
        "layers": _layers(checked.layers),
        "signals": checked.signals,
        "findings": found,
        **scores,
        "exposures": _exposures(facts),
        "issues": result_tables()["issues"].conform(issues_frame(checked.issues)),
        "incomplete": _incomplete(checked.incomplete),
        "trade": _trade(checked.layers),
        "matches": screened.matches,
        "screenings": screened.screenings,
    }
    progress("Saving the graph", 0.0)
    with open_store(project.store_url, project.folder, write=True) as store:
        generation = store.replace(
            DATASET, dict(checked.loaded.tables), results, lambda _: progress("Saving the graph", 0.0)
        )
    progress("Done", 1.0)
    return Result(str(described["run_id"].iat[0]), generation, checked, results)


def facts_of(checked: Checked, as_of: date) -> Facts:
    """What rules and scorers look at."""
    released = {id_: layer.released for id_, layer in checked.layers.items()}
    tables = checked.loaded.tables
    return Facts(
        checked.network, checked.signals, as_of, certified(tables), released, tables["corrective_actions"]
    )


def _as_one(step: str, progress: Progress) -> Progress:
    """Progress of the parts of a step as progress of the step."""
    return lambda _, done: progress(step, done)


def refuse(checked: Checked, strict: bool) -> None:
    """Raises RefusedError if the input must not be loaded as it is."""
    errors = [i for i in checked.issues if i.level == "error"]
    if checked.loaded.refused:
        # What is wrong with a whole file is why; empty tables are only warned about.
        first = min(errors or checked.issues, key=lambda issue: issue.row > 0, default=None)
        why = f"{first.file}: {first.message} {first.remedy}" if first else "No row was found in inputs/."
        raise RefusedError(
            f"Nothing was loaded: {why} What was loaded before stays. `risk-graph validate DIR` lists every problem."
        )
    if strict and errors:
        raise RefusedError(
            f"The input has {count(len(errors), 'error')} and --strict refuses it. What was loaded before stays. "
            "`risk-graph validate DIR` lists every problem."
        )


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


def _incomplete(counts: dict[str, int]) -> pd.DataFrame:
    table = pd.DataFrame({"node_id": list(counts), "count": list(counts.values())})
    return result_tables()["incomplete"].conform(table)


def _layers(layers: dict[str, Layer]) -> pd.DataFrame:
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


def _editions(checked: Checked) -> dict[str, str]:
    """Layer -> the edition that counts, and those of the days of deliveries that were looked up too."""
    also = {layer: f" (deliveries: {', '.join(names)})" for layer, names in checked.joined.also.items()}
    return {name: layer.edition + also.get(name, "") for name, layer in checked.layers.items()}


def _run_table(
    project: Project, checked: Checked, facts: Facts, scorer: Scorer, journal: str
) -> pd.DataFrame:
    period = checked.network.graph.period
    row = {
        "project": project.settings.project.name,
        "chain": checked.chain.id,
        "chain_toml": checked.chain.text,
        "as_of": facts.as_of.isoformat(),
        "period_start": period[0].isoformat() if period else None,
        "period_end": period[1].isoformat() if period else None,
        "inputs": json.dumps(checked.loaded.digests, sort_keys=True),
        "layers": json.dumps(_editions(checked), sort_keys=True),
        "ruleset": ruleset(),
        "scorer": scorer.label,
        "scorer_toml": scorer.text,
        "journal": journal,
        "version": __version__,
    }
    # How the files were read belongs to the run's identity too: another decimal sign is another result.
    read_by = {"input": project.settings.input} if project.settings.input else {}
    # So does what an edition says: two fetches of one edition may differ.
    said = {"layers_sha256": {id_: layer.sha256 for id_, layer in checked.layers.items()}}
    # And another program's opinion, where it is installed: its words stand beside possible matches.
    opinion = {"second_opinion": label()} if label() else {}
    digest = hashlib.sha256(
        json.dumps({**row, **read_by, **said, **opinion}, sort_keys=True).encode()
    ).hexdigest()[:16]
    frame = pd.DataFrame([{"run_id": digest, **row}])
    for column in ("as_of", "period_start", "period_end"):
        frame[column] = pd.to_datetime(frame[column])
    return result_tables()["runs"].conform(frame)
