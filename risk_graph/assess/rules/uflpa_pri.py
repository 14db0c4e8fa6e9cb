"""Priority sectors of the UFLPA strategy: do the chain's goods or their inputs belong to one on the day?"""

from collections.abc import Mapping, Sequence
from typing import Any

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.rule import Rule
from risk_graph.model.truth import Truth


def evaluate(
    facts: Facts,
    sectors: Sequence[Mapping[str, Any]] = (),
    inputs: Mapping[str, Sequence[str]] | None = None,
) -> Answers:
    """Of the project: true if the HS code of a material of its flows, or of an input of a stage of its sites, belongs
    to a sector (`hs` prefixes) that counts `from` the day or before. Unknown without a code of every material.
    """
    graph = facts.network.graph
    used = sorted(set(graph.table["material"]))
    stages = sorted(set(graph.nodes["stage"].dropna()) & set(inputs or {}))
    goods = [(graph.chain.materials[m].title, c) for m in used for c in graph.chain.materials[m].hs]
    goods += [(f"an input of {graph.chain.stages[s].title}", c) for s in stages for c in (inputs or {})[s]]
    hits = [_hit(sector, goods) for sector in sectors if sector["from"] <= facts.as_of]
    hits = [hit for hit in hits if hit]
    blank = [graph.chain.materials[m].title for m in used if not graph.chain.materials[m].hs]
    if hits:
        said = "; ".join(hits)
        missing = (
            "Papers that customs may ask for: every step from the raw material, with its makers and places."
        )
        return Answers.of_project(Truth.TRUE, f"Priority sector: {said}.", missing)
    if blank or not used:
        what = f"HS codes of {', '.join(blank)}." if blank else "Flows: none is declared."
        return Answers.of_project(Truth.UNKNOWN, "", what)
    return Answers.of_project(
        Truth.FALSE, "No material, and no input that is named here, belongs to a priority sector."
    )


def _hit(sector: Mapping[str, Any], goods: Sequence[tuple[str, str]]) -> str:
    """The sector and the goods that belong to it; empty if none does."""
    found = [f"{what} (HS {code})" for what, code in goods if code.startswith(tuple(sector["hs"]))]
    return f"{sector['name']}, since {sector['from']}: {', '.join(found)}" if found else ""


RULE = Rule(
    id="UFLPA-PRI",
    version="1",
    title="Goods of a priority sector",
    source="Strategy to prevent the importation of goods made with forced labour in the People's Republic of China, "
    "updates of 2024 and 2025; the HS codes of the sectors are our own reading",
    verified=False,
    clears="Nothing: the sector is examined first. Papers for every step make an examination short.",
    evaluate=evaluate,
)
