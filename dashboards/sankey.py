"""The flow chart from origins to a subject, as an ECharts option made from its steps alone. No Streamlit here."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards.answers.steps import SITES, Steps
from dashboards.charts import HATCH, Spec
from dashboards.text import isolated, percent, plain, short, tonnes
from dashboards.theme import GREY, STAGES, Palette
from risk_graph.trace.origins import UNKNOWN

_GAP = 17
"""Pixels between two nodes of a column: enough that their names never overlap."""

_NAME = 34


def stage_colours(stages: Sequence[str]) -> dict[str, str]:
    """A colour for each stage, by its place in the chain."""
    return {stage: STAGES[i % len(STAGES)] for i, stage in enumerate(stages)}


def sankey(found: Steps, stages: Sequence[str], colours: Palette) -> Spec:
    """The steps from origins (left) to the subject (right), in t of contained metal, or in % where no tonnage is.

    A node's index in the series is its row in `found.nodes`; a link's index counts declared and modelled apart.
    """
    mass = found.subject.mass_t
    factor = mass if mass else 100.0
    by_stage = stage_colours(stages)
    names = labels(found)
    nodes = [
        {
            "name": names[row.id],
            "value": row.share * factor,
            "itemStyle": _node_style(row.kind, by_stage.get(row.stage, colours.subject), colours),
        }
        for row in found.nodes.itertuples(index=False)
    ]
    links = [
        _link(row, names, level, factor, colours)
        for row in found.links.itertuples()
        for level in ("declared", "modelled")
    ]
    return {
        "tooltip": {"trigger": "item", "valueFormatter": "%,.1f t" if mass else "%,.1f %%", "confine": True},
        "animation": False,
        "series": [
            {
                "type": "sankey",
                "data": nodes,
                "links": [link for link in links if link["value"] > 0],
                "left": 4,
                "right": 250,
                "top": 8,
                "bottom": 8,
                "nodeWidth": 16,
                "nodeGap": _GAP,
                "nodeAlign": "right",
                "draggable": False,
                "selectedMode": "single",
                "emphasis": {"focus": "trajectory"},
                "lineStyle": {"opacity": 0.75, "curveness": 0.5},
                "labelLayout": {"hideOverlap": True},
                "label": {
                    "color": colours.subject,
                    "fontSize": 12,
                    "width": 245,
                    "overflow": "truncate",
                    "textBorderColor": colours.background + "a0",
                    "textBorderWidth": 2,
                },
            }
        ],
    }


def labels(found: Steps) -> dict[str, str]:
    """Id -> name and amount, told apart by a number where two would read the same."""
    mass = found.subject.mass_t
    seen: dict[str, int] = {}
    out = {}
    for row in found.nodes.itertuples():
        amount = tonnes(row.share * mass) if mass else percent(row.share)
        text = f"{isolated(short(_first_words(plain(row.name)), _NAME))} · {amount}"
        seen[text] = seen.get(text, 0) + 1
        out[row.id] = text if seen[text] == 1 else f"{text} ({seen[text]})"
    return out


def _first_words(name: str) -> str:
    """A long name without what it says in brackets, on one line."""
    name = " ".join(name.split())
    return name if len(name) <= _NAME else name.partition(" (")[0]


def sankey_height(found: Steps) -> int:
    """Tall enough that the fullest column has its gaps and some room for the flows."""
    depth = _depths(found.links)
    fullest = int(pd.Series(list(depth.values())).value_counts().max()) if depth else 1
    return min(260 + fullest * (_GAP + 3), 3000)


def _depths(links: pd.DataFrame) -> dict[str, int]:
    """Steps between each node and the end, the longest way: the column that it is drawn in."""
    after: dict[str, list[str]] = {}
    for source, target in zip(links["source"], links["target"], strict=True):
        after.setdefault(source, []).append(target)
    depth: dict[str, int] = {}

    def of(node: str) -> int:
        if node not in depth:
            depth[node] = 1 + max((of(n) for n in after.get(node, [])), default=-1)
        return depth[node]

    for node in {*links["source"], *links["target"]}:
        of(node)
    return depth


def _node_style(kind: str, colour: str, colours: Palette) -> Spec:
    style: Spec = {"color": colour, "borderColor": colours.ink, "borderWidth": 1}
    if kind == "unknown":
        return {**style, "color": GREY, "decal": HATCH}
    return style if kind != "product" else {**style, "color": colours.subject}


def _link(row: Any, names: dict[str, str], level: str, factor: float, colours: Palette) -> Spec:
    unknown = row.source == UNKNOWN
    declared = colours.border if is_own_end(row.target) else colours.declared
    colour = colours.unknown if unknown else declared if level == "declared" else colours.modelled
    style: Spec = {"color": colour, "opacity": 0.55 if unknown or level == "modelled" else 0.6}
    if level == "modelled":
        style |= {"borderColor": colours.ink, "borderWidth": 1.2, "borderType": [6, 4]}
    return {
        "source": names[row.source],
        "target": names[row.target],
        "value": getattr(row, level) * factor,
        "lineStyle": style,
    }


def is_own_end(target: str) -> bool:
    """Whether a step only gathers a supplier's own sites: no metal moves there."""
    return str(target).startswith(SITES)


def links_table(found: Steps) -> pd.DataFrame:
    """The numbers of the Sankey: from, to, share, mass_t, evidence."""
    names = dict(zip(found.nodes["id"], found.nodes["name"], strict=True))
    long = found.links.melt(["source", "target"], ["declared", "modelled"], "evidence", "share")
    long = long[long["share"] > 0].sort_values("share", ascending=False, ignore_index=True)
    return pd.DataFrame(
        {
            "from": long["source"].map(names),
            "to": long["target"].map(names),
            "share": long["share"],
            "mass_t": long["share"] * (found.subject.mass_t or float("nan")),
            "evidence": long["evidence"]
            .mask(long["source"] == UNKNOWN, "unknown")
            .mask(long["target"].map(is_own_end), "its own site"),
        }
    )


def in_words(found: Steps) -> str:
    """What the Sankey shows, for people who do not see it."""
    unknown = found.nodes.loc[found.nodes["kind"] == "unknown", "share"].sum()
    origins = int((found.nodes["kind"] == "origin").sum())
    amount = f"{tonnes(found.subject.mass_t)} of contained metal, " if found.subject.mass_t else ""
    return (
        f"Flow chart of {found.subject.name}: {amount}{origins} origins, {len(found.nodes)} places in all, "
        f"{percent(float(unknown))} of unknown origin. The table below has the same numbers."
    )
