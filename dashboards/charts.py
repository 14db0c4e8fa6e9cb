"""Pictures as ECharts options, made from tables alone: no Streamlit, no code, no text that a browser would run."""

from typing import Any

import pandas as pd

from dashboards.text import isolated, plain, short, tonnes
from dashboards.theme import GREY, TRUTHS, Palette, band

Spec = dict[str, Any]

HATCH = {
    "symbol": "rect",
    "dashArrayX": [1, 0],
    "dashArrayY": [3, 4],
    "rotation": -0.785,
    "color": "#ffffffcc",
}


def rule_bars(counts: pd.DataFrame, colours: Palette) -> Spec:
    """One bar a rule and kind of subject, cut by answer; 100 % is everybody of that kind."""
    counts = counts.iloc[::-1]
    total = counts[["T", "U", "F"]].sum(axis=1)
    first = ~counts["rule"].iloc[::-1].duplicated().iloc[::-1]
    labels = (counts["rule"] + "   ").where(first, "").add(counts["kind"]).tolist()
    series = []
    for letter, (word, colour) in TRUTHS.items():
        share = (100 * counts[letter] / total.where(total > 0, 1)).tolist()
        data = [
            {"value": s, "label": {"show": s >= 2.5, "formatter": f"{int(n):,}"}}
            for s, n in zip(share, counts[letter], strict=True)
        ]
        style: Spec = {"color": colour, "borderColor": colours.ink, "borderWidth": 0.5}
        if letter == "U":
            style["decal"] = HATCH
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
            fill["decal"] = HATCH
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
            style["decal"] = HATCH
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
            "data": [isolated(short(" ".join(label.split()), 52)) for label in rows["label"]],
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


def product_bars(products: pd.DataFrame, colours: Palette) -> Spec:
    """How much of each product leads to an origin over declared flows, only over modelled ones, and not at all;
    100 % is its contained metal.
    """
    rows = products.iloc[::-1]
    parts = [
        ((100 * rows[column]).tolist(), word, style)
        for column, word, style in (
            ("declared", "origin over declared flows", {"color": "#0b5fa5"}),
            ("modelled", "only over modelled flows", {"color": "#9cc4e4", "borderType": "dashed", "borderWidth": 1.2}),
            ("unknown", "unknown origin", {"color": GREY, "decal": HATCH}),
        )
    ]  # fmt: skip
    labels = [
        f"{isolated(short(' '.join(plain(name).split()).partition(' (')[0], 38))}\n{tonnes(mass) if mass > 0 else 'no tonnage declared'}"
        for name, mass in zip(rows["name"], rows["mass_t"], strict=True)
    ]
    text = {"color": colours.ink, "fontSize": 12}
    return {
        "animation": False,
        "legend": {"top": 0, "left": 0, "textStyle": text},
        "tooltip": {"trigger": "axis", "valueFormatter": "%,.1f %%", "confine": True},
        "grid": {"left": 8, "right": 24, "top": 34, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "max": 100, "show": False},
        "yAxis": {"type": "category", "data": labels, "axisLabel": {**text, "lineHeight": 14}, "axisTick": {"show": False}},
        "series": [
            {
                "type": "bar", "name": word, "stack": "all", "barWidth": 16, "data": shares,
                "itemStyle": {"borderColor": colours.ink, "borderWidth": 0.5, **style},
            }
            for shares, word, style in parts
        ],
    }  # fmt: skip
