"""Pictures as ECharts options, made from tables alone: no Streamlit, no code, no text that a browser would run."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboards.answers.steps import Steps
from dashboards.text import percent, plain, short, tonnes
from dashboards.theme import GREY, STAGES, TRUTHS, Palette, band

Spec = dict[str, Any]

_HATCH = {
    "symbol": "rect",
    "dashArrayX": [1, 0],
    "dashArrayY": [3, 4],
    "rotation": -0.785,
    "color": "#ffffffcc",
}
_TOUCH = 22
_LABEL = 26


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
    nodes = [
        {
            "id": row.id,
            "name": short(plain(row.name), 34),
            "value": row.share * factor,
            "itemStyle": _node_style(row.kind, by_stage.get(row.stage, colours.subject), colours),
        }
        for row in found.nodes.rename(columns={"name": "name"}).itertuples(index=False)
    ]
    links = [
        _link(row, level, factor, colours)
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
                "right": 190,
                "top": 8,
                "bottom": 8,
                "nodeWidth": 16,
                "nodeGap": 11,
                "nodeAlign": "right",
                "draggable": False,
                "selectedMode": "single",
                "emphasis": {"focus": "trajectory"},
                "lineStyle": {"opacity": 0.75, "curveness": 0.5},
                "label": {"color": colours.ink, "fontSize": 12, "width": 180, "overflow": "truncate"},
            }
        ],
    }


def sankey_height(found: Steps) -> int:
    """Tall enough that no two names of the fullest column overlap."""
    depth = _depths(found.links)
    fullest = max(pd.Series(list(depth.values())).value_counts(), default=1) if depth else 1
    return int(min(max(300, fullest * _LABEL + 40), 2600))


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
        return {**style, "color": GREY, "decal": _HATCH}
    return style if kind != "product" else {**style, "color": colours.subject}


def _link(row: Any, level: str, factor: float, colours: Palette) -> Spec:
    unknown = row.source == "UNKNOWN"
    colour = colours.unknown if unknown else colours.declared if level == "declared" else colours.modelled
    return {
        "source": row.source,
        "target": row.target,
        "value": getattr(row, level) * factor,
        "lineStyle": {"color": colour, "opacity": 0.55 if unknown or level == "modelled" else 0.6},
    }


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
            "mass_t": long["share"] * found.subject.mass_t,
            "evidence": long["evidence"].where(long["source"] != "UNKNOWN", "unknown"),
        }
    )


def rule_bars(counts: pd.DataFrame, colours: Palette) -> Spec:
    """One bar a rule and kind of subject, cut by answer; 100 % is everybody of that kind."""
    counts = counts.iloc[::-1]
    total = counts[["T", "U", "F"]].sum(axis=1)
    labels = (counts["kind"] + " · " + counts["rule"]).tolist()
    series = []
    for letter, (word, colour) in TRUTHS.items():
        share = (100 * counts[letter] / total.where(total > 0, 1)).tolist()
        data = [
            {"value": s, "label": {"show": s >= 4, "formatter": f"{int(n):,}"}}
            for s, n in zip(share, counts[letter], strict=True)
        ]
        style: Spec = {"color": colour, "borderColor": colours.ink, "borderWidth": 0.5}
        if letter == "U":
            style["decal"] = _HATCH
        ink = "#ffffff" if letter == "T" else "#111827"
        label = {"color": ink, "fontWeight": "bold", "fontSize": 12}
        if letter == "U":
            label |= {"backgroundColor": "#ffffffdd", "padding": [1, 4], "borderRadius": 3}
        series.append(
            {
                "type": "bar",
                "name": word,
                "stack": "all",
                "barWidth": 17,
                "data": data,
                "itemStyle": style,
                "label": label,
            }
        )
    return {
        "animation": False,
        "legend": {"top": 0, "left": 0, "textStyle": {"color": colours.ink}},
        "tooltip": {"trigger": "axis", "valueFormatter": "%,.0f %%", "confine": True},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "max": 100, "show": False},
        "yAxis": {
            "type": "category",
            "data": labels,
            "axisTick": {"show": False},
            "axisLabel": {"color": colours.ink, "fontSize": 12},
        },
        "series": series,
    }


def score_intervals(scores: pd.DataFrame, dark: bool, colours: Palette) -> Spec:
    """From the lowest to the highest possible score of each theme, with the value marked; 0 to 100."""
    rows = list(scores.iloc[::-1].itertuples())
    spans, gaps, marks = [], [], []
    for row in rows:
        style = band(row.band)
        fill: Spec = {
            "color": style.dark if dark else style.light,
            "borderColor": colours.ink,
            "borderWidth": 1,
        }
        if style.shape == "▨":
            fill["decal"] = _HATCH
        gaps.append(row.low)
        spans.append({"value": max(row.high - row.low, 0.6), "itemStyle": fill})
        marks.append(row.value)
    axis = {"color": colours.ink, "fontSize": 12}
    return {
        "animation": False,
        "grid": {"left": 8, "right": 20, "top": 6, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "max": 100, "interval": 20, "axisLabel": axis,
                  "splitLine": {"lineStyle": {"color": colours.border}}},
        "yAxis": {"type": "category", "data": [r.title for r in rows], "axisLabel": axis,
                  "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": colours.ink}}},
        "series": [
            {"type": "bar", "stack": "i", "data": gaps, "itemStyle": {"color": "transparent"}, "silent": True},
            {"type": "bar", "stack": "i", "data": spans, "barWidth": 14},
            {"type": "scatter", "data": marks, "symbol": "rect", "symbolSize": [4, 24], "z": 5,
             "itemStyle": {"color": colours.ink, "borderColor": colours.background, "borderWidth": 1}},
        ],
    }  # fmt: skip


CAUSES = {
    "known": ("known facts", "#0b5fa5"),
    "missing": ("place or indicator missing", "#9cc4e4"),
    "unknown": ("unknown origin", GREY),
}


def contribution_bars(table: pd.DataFrame, most: int, colours: Palette) -> Spec:
    """Points of the overall value, largest first, the smaller ones together; the bars sum to the value."""
    rows = shown_contributions(table, most).iloc[::-1]
    series = []
    for cause, (word, colour) in CAUSES.items():
        style: Spec = {"color": colour, "borderColor": colours.ink, "borderWidth": 0.5}
        if cause == "unknown":
            style["decal"] = _HATCH
        points = [p if c == cause else "-" for p, c in zip(rows["points"], rows["cause"], strict=True)]
        label = {"show": True, "position": "right", "formatter": "{c}", "color": colours.ink}
        data = [
            {"value": v, "label": {**label, "formatter": f"{v:.1f}"} if v != "-" else {"show": False}}
            for v in points
        ]
        series.append(
            {"type": "bar", "name": word, "stack": "p", "barWidth": 16, "data": data, "itemStyle": style}
        )
    text = {"color": colours.ink, "fontSize": 12}
    return {
        "animation": False,
        "legend": {"top": 0, "left": 0, "textStyle": text},
        "grid": {"left": 8, "right": 50, "top": 34, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "value",
            "min": 0,
            "axisLabel": text,
            "splitLine": {"lineStyle": {"color": colours.border}},
        },
        "yAxis": {
            "type": "category",
            "data": [short(label, 52) for label in rows["label"]],
            "axisLabel": text,
            "axisTick": {"show": False},
        },
        "series": series,
    }


def shown_contributions(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Columns label, cause, points; what is past `most` is summed by cause. No point is lost."""
    table = table[table["points"] > 0]
    named = table["theme_title"].fillna("") + " · " + table["place"].map(plain)
    rows = pd.DataFrame({"label": named, "cause": table["cause"], "points": table["points"]})
    rest = (
        rows.iloc[most:]
        .groupby("cause", as_index=False)
        .agg(points=("points", "sum"), size=("label", "size"))
    )
    rest = rest.assign(label=rest["size"].map("{:,} smaller ones".format))
    frames = [f for f in (rows.iloc[:most], rest[rows.columns]) if len(f)]
    return pd.concat(frames, ignore_index=True) if frames else rows


def in_words(found: Steps) -> str:
    """What the Sankey shows, for people who do not see it."""
    unknown = found.nodes.loc[found.nodes["kind"] == "unknown", "share"].sum()
    origins = int((found.nodes["kind"] == "origin").sum())
    amount = f"{tonnes(found.subject.mass_t)} of contained metal, " if found.subject.mass_t else ""
    return (
        f"Flow chart of {found.subject.name}: {amount}{origins} origins, {len(found.nodes)} places in all, "
        f"{percent(float(unknown))} of unknown origin. The table below has the same numbers."
    )
