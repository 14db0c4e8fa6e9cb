"""A waterfall picture of a score as SVG: what the overall value is made of, bar by bar, up to the total.

Words, shapes and fills, not colour alone: what is known is filled, what is missing hatched, what is of unknown origin
dotted; each bar has its sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pandas as pd

from risk_graph.assess.explain import Explanation
from risk_graph.assess.scorer import OVERALL

_MOST = 16
"""Contributions with a bar of their own; the rest is one bar a theme and cause."""

_WIDTH, _ROW, _TOP, _LEFT, _SPAN = 1080, 44, 92, 20, 400
_SAID = 108
_FILLS = {"known": "#993404", "missing": "url(#missing)", "unknown": "url(#unknown)", "withheld": "none"}
_WORDS = {
    "known": "known", "missing": "missing, at its worst", "unknown": "unknown origin, at its worst",
    "withheld": "left out: may not be passed on",
}  # fmt: skip
_DEFS = """<defs>
<pattern id="missing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="6" height="6" fill="#ffffff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#595959" stroke-width="3"/></pattern>
<pattern id="unknown" width="7" height="7" patternUnits="userSpaceOnUse">
<rect width="7" height="7" fill="#ffffff"/><circle cx="3.5" cy="3.5" r="1.8" fill="#333333"/></pattern>
</defs>"""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Bar:
    cause: str
    points: float
    title: str
    said: str


def waterfall(told: Explanation, titles: Mapping[str, str], heading: str) -> str:
    """The picture of an explanation, well-formed XML whatever the names hold; `titles` are those of the themes.

    Contributions without points (they may not be passed on) are one bar of what they sum to.
    """
    bars = _bars(told, titles)
    total, left = told.values[OVERALL], told.residual[OVERALL]
    height = _TOP + _ROW * (len(bars) + 2) + 30
    desc = f"Contributions that sum to {total:.1f} of 100: " + "; ".join(
        f"{b.title}, {_WORDS[b.cause]}, {b.points:.1f}" for b in bars
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">',
        f'<title id="title">{_text(heading)}</title><desc id="desc">{_text(desc)}</desc>',
        _DEFS,
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="28" font-size="16" font-weight="600">{_text(_short(heading, 110))}</text>',
        *_legend(),
    ]
    sum_ = 0.0
    for row, bar in enumerate(bars):
        parts += _drawn(bar, row, sum_, sum_ + bar.points)
        sum_ += bar.points
    parts += _drawn(
        _Bar("total", total, "Overall value, 0 to 100", "the bars above sum to it"), len(bars), 0.0, total
    )
    if left < total:
        said = "what certificates in force leave of it, at most"
        parts += _drawn(_Bar("residual", left, "Residual", said), len(bars) + 1, 0.0, left)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bars(told: Explanation, titles: Mapping[str, str]) -> list[_Bar]:
    rows = told.contributions[told.contributions["within"] == OVERALL]
    out = rows["points"].isna()
    shown, rest = rows[~out].head(_MOST), rows[~out].iloc[_MOST:]
    bars = [
        _Bar(
            str(r.cause),
            float(r.points),
            f"{titles.get(r.theme, r.theme)}: {r.node_id if pd.isna(r.name) else r.name}",
            " ".join(
                p for p in (f"{100 * r.share:.1f} % of the metal, {_WORDS[r.cause]}.", str(r.detail)) if p
            ),
        )
        for r in shown.itertuples()
    ]
    for (theme, cause), points in rest.groupby(["theme", "cause"], sort=True)["points"].sum().items():
        bars.append(
            _Bar(cause, float(points), f"{titles.get(theme, theme)}: all smaller ones", _WORDS[cause])
        )
    if out.any():
        left = told.values[OVERALL] - float(rows.loc[~out, "points"].sum())
        bars.append(_Bar("withheld", max(left, 0.0), "Not shown", _WORDS["withheld"]))
    return bars


def _drawn(bar: _Bar, row: int, begin: float, end: float) -> list[str]:
    """One bar with its words; a thin line carries the sum down to the next."""
    y = _TOP + row * _ROW
    x, width = _x(begin), max(_x(end) - _x(begin), 0.8)
    fill = _FILLS.get(bar.cause, "#333333" if bar.cause == "total" else "#ffffff")
    dash = ' stroke-dasharray="4 3"' if bar.cause in ("withheld", "residual") else ""
    right = _LEFT + _SPAN + 14
    return [
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="22" fill="{fill}" stroke="#333333"{dash}/>',
        f'<line x1="{_x(end):.1f}" y1="{y + 22}" x2="{_x(end):.1f}" y2="{y + _ROW}" stroke="#999999"/>',
        f'<text x="{right}" y="{y + 9}" font-weight="600">{bar.points:.1f}  {_text(_short(bar.title, 74))}</text>',
        f'<text x="{right}" y="{y + 25}" fill="#444444" font-size="11">{_text(_short(bar.said, _SAID))}</text>',
    ]


def _legend() -> list[str]:
    parts, x = [], _LEFT
    for cause in ("known", "missing", "unknown"):
        parts.append(f'<rect x="{x}" y="44" width="22" height="14" fill="{_FILLS[cause]}" stroke="#333333"/>')
        parts.append(f'<text x="{x + 28}" y="56">{_WORDS[cause]}</text>')
        x += 40 + 8 * len(_WORDS[cause])
    for tick in (0, 20, 40, 60, 80, 100):
        parts.append(
            f'<text x="{_x(tick):.0f}" y="82" font-size="11" text-anchor="middle" fill="#444444">{tick}</text>'
        )
    return parts


def _x(points: float) -> float:
    return _LEFT + _SPAN * points / 100.0


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _text(words: str) -> str:
    """Words as XML holds them: names may hold anything."""
    return escape(_FORBIDDEN.sub("\ufffd", words))
