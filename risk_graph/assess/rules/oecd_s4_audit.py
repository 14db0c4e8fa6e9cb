"""Step 4: choke points of the chain without a valid audit in scope."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.flagged import positions
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth

_NO_EFFECT = ("suspended", "withdrawn", "expired", "cancelled", "revoked", "terminated")


def evaluate(facts: Facts, stages: Sequence[str] = (), standards: Sequence[str] = ()) -> Answers:
    """True of a facility of the stages: no certificate of the standards that covers the facility itself, holds on the
    day and was not taken away is on record. Unknown: one does, but is provisional. False: one does in full. Where none has any, one row says so.
    """
    nodes = facts.network.graph.nodes
    chokes = nodes.loc[(nodes["kind"] == "facility") & nodes["stage"].isin(list(stages)), "node_id"]
    if not len(chokes):
        named = ", ".join(stages) or "(none is named)"
        return Answers.of_project(Truth.UNKNOWN, "", f"No facility of the stages {named} is declared.")
    held = {id_: c for id_, c in _covering(facts, standards).items() if id_ in set(chokes)}
    full, partial = ({f for f in held if held[f][1] is is_full} for is_full in (True, False))
    truth = [Truth.FALSE if c in full else Truth.UNKNOWN if c in partial else Truth.TRUE for c in chokes]
    none = (
        f"No valid audit ({', '.join(standards)}) in scope is on record; that is no proof that there is none."
    )
    evidence = [held[c][0] if c in held else none for c in chokes]
    missing = [
        "Whether the provisional certificate became a full one." if c in partial else "" for c in chokes
    ]
    each = Answers.said(positions(facts, chokes), truth, evidence, missing)
    covered = sum(t == Truth.FALSE for t in truth)
    whole = max(truth)
    if not full | partial:
        return Answers.of_project(
            Truth.TRUE, f"None of {len(chokes)} choke points ({', '.join(stages)}): {none}", ""
        )
    said = f"{covered} of {len(chokes)} choke points ({', '.join(stages)}) have a valid audit in scope on record."
    return each.and_project(whole, said, "" if covered == len(chokes) else "Audits of the others.")


def _covering(facts: Facts, standards: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Facility -> the certificate in words and whether it is a full one; a full one is preferred."""
    table, day = facts.records.table("certificates"), pd.Timestamp(facts.as_of)
    valid = (table["issued_on"] <= day) & (table["expires_on"] >= day)
    status = table["status"].fillna("").str.lower()
    table = table[valid & ~status.isin(_NO_EFFECT) & table["standard"].isin(list(standards))]
    scope = facts.records.table("certificate_scope")
    rows = table.merge(scope[["certificate_id", "covers_id"]], on="certificate_id")
    full = rows["level"].fillna("").str.lower() != "provisional"
    rows = rows.assign(full=np.asarray(full, dtype=bool)).sort_values(["full", "certificate_id"])
    return {
        row.covers_id: (
            f"{row.standard} certificate {row.certificate_id} covers it, {'full' if row.full else 'provisional'}, until "
            f"{row.expires_on:%Y-%m-%d}.",
            bool(row.full),
        )
        for row in rows.itertuples()
    }


RULE = Rule(
    id="OECD-S4-AUDIT",
    version="1",
    title="Choke point without a valid audit on record",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016), Step 4: audits at identified "
    "points of the chain",
    verified=False,
    clears="A certificate of an independent audit that covers the facility and holds on the day.",
    evaluate=evaluate,
)
