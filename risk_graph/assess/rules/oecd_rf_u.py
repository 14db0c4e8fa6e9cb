"""Origin that cannot be determined is treated as a red flag."""

import numpy as np

from risk_graph.assess.facts import Answers, Facts
from risk_graph.assess.rule import Rule
from risk_graph.assess.ways import ways_to
from risk_graph.model.truth import Truth

THRESHOLD = 0.0
"""Unknown share above which the flag is raised."""


def evaluate(facts: Facts, threshold: float = THRESHOLD) -> Answers:
    """True: the nominal unknown share exceeds the threshold, or a node upstream is incomplete; else false."""
    share = facts.unknown_share
    true = (share[:, 1] > threshold) | facts.incomplete_upstream
    way = ways_to(facts, facts.network.unknown[:, 1] > 0)
    ids = np.append(facts.network.graph.nodes["node_id"].to_numpy(dtype=object), "")
    said = [
        _sentence(*row)
        for row in zip(share, ids[way.witness], way.text, facts.incomplete_upstream, true, strict=True)
    ]
    return Answers(
        truth=np.where(true, Truth.TRUE, Truth.FALSE).astype(np.int8),
        evidence=np.array(said, dtype=object),
        missing=np.array(
            [_asked(*row) for row in zip(true, facts.idle_sentences, strict=True)], dtype=object
        ),
        witness=np.where(true, ids[way.witness], ""),
        hops=np.where(true, way.hops, -1),
        since=np.full(len(share), np.datetime64("NaT", "D")),
    )


def _asked(true: bool, idle: str) -> str:
    cold = "Declared inputs of the nodes where the trail goes cold." if true else ""
    return f"{cold} {idle}".strip()


def _sentence(share: np.ndarray, cold: str, way: str, incomplete: bool, true: bool) -> str:
    if not true:
        return "Every declared tonne leads to a declared origin."
    low, value, high = (f"{100 * s:.1f}" for s in share)
    bounds = "" if low == high else f" (between {low} % and {high} %)"
    text = f"{value} % of the metal has no declared origin{bounds}."
    if cold:
        text += f" The trail goes cold first at {cold}. Way: {way}."
    if incomplete:
        text += " A row that names a node upstream was rejected."
    return text


RULE = Rule(
    id="OECD-RF-U",
    version="1",
    title="Origin cannot be determined",
    source="OECD Due Diligence Guidance for Responsible Supply Chains of Minerals (2016): what cannot be "
    "determined is treated as a red flag",
    verified=False,
    clears="The inputs of every node where the trail goes cold, declared with their origin.",
    evaluate=evaluate,
)
