"""Bands as word, shape and colour together; colours of both themes. No data and no Streamlit here."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

from risk_graph.assess.rule import WORDS
from risk_graph.assess.scorer import NOT_ASSESSED

RAMP = ("#fee391", "#fe9929", "#d95f0e", "#993404", "#4a1a02")
GREY = "#8c96a3"


@dataclass(frozen=True)
class Band:
    """A word for a score, never shown without its shape and colour."""

    id: str
    shape: str
    light: str
    dark: str

    @property
    def title(self) -> str:
        return f"{self.shape} {self.id}"


@dataclass(frozen=True)
class Palette:
    """Colours of one theme; `ink` outlines every mark."""

    background: str
    ink: str
    quiet: str
    land: str
    border: str
    declared: str
    modelled: str
    unknown: str
    subject: str


BANDS = tuple(
    Band(word, shape, light, dark)
    for word, shape, light, dark in zip(
        ("low", "moderate", "elevated", "high", "very high", NOT_ASSESSED),
        ("●", "■", "▲", "◆", "★", "▨"),
        (*RAMP, GREY),
        (*reversed(RAMP), GREY),
        strict=True,
    )
)

LIGHT = Palette(
    "#ffffff", "#374151", "#4b5563", "#e8ebef", "#c3cad3", "#0b5fa5", "#9cc4e4", "#8c96a3", "#1f2937"
)
DARK = Palette(
    "#0e1117", "#f1f5f9", "#b6c0cc", "#232b36", "#465160", "#58a6e8", "#2b5d88", "#8c96a3", "#f1f5f9"
)

STAGES = ("#d55e00", "#009e73", "#f0e442", "#cc79a7", "#44aa99", "#6a51a3", "#a6761d", "#882255")
"""For stages of a chain, away from the blues of flows and the grey of what is unknown; marks are outlined."""

TRUTHS = {
    "T": (f"⚑ {WORDS['T']}", "#993404"),
    "U": (f"? {WORDS['U']}", GREY),
    "F": (WORDS["F"], "#d7e3ee"),
}


def palette(dark: bool) -> Palette:
    return DARK if dark else LIGHT


def band(word: str) -> Band:
    """The band of that word; a word nobody knows is not assessed."""
    return next((b for b in BANDS if b.id == word), BANDS[-1])


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def rgb(colour: str, alpha: int = 255) -> list[int]:
    return [*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), alpha]


def _luminance(colour: str) -> float:
    parts = [c / 255 for c in rgb(colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


CELL = 48
"""Side of one marker in the sheet of markers, in pixels."""

PLACINGS = ("known", "estimated")

FLAG = "flag"
FLAG_CORNERS = ((14.0, 44.0), (14.0, 4.0), (42.0, 14.0), (18.0, 25.0), (18.0, 44.0))
"""A pennant on a pole, in one cell."""
FLAG_COLOUR = "#d32f2f"


def marker_places(dark: bool) -> dict[str, dict[str, int]]:
    """Where each marker, called `word|placing`, lies in the sheet, and the flag beside them."""
    flag = {"x": len(BANDS) * CELL, "y": 2 * dark * CELL, "width": CELL, "height": CELL}
    return {FLAG: flag} | {
        f"{b.id}|{placing}": {
            "x": x * CELL,
            "y": (2 * dark + y) * CELL,
            "width": CELL,
            "height": CELL,
        }
        for x, b in enumerate(BANDS)
        for y, placing in enumerate(PLACINGS)
    }


def band_entries(words: dict[str, int], estimated: int, flagged: int, dark: bool) -> list[tuple[str, str]]:
    """Legend of a map: `words` counts the places of each band, `estimated` those whose place is no exact one,
    `flagged` those with a red flag about a place.
    """
    entries = [(f"{b.id} ({words[b.id]:,})", _marker(b, dark, "known")) for b in BANDS if words.get(b.id)]
    if estimated:
        entries.append((f"hollow: place estimated ({estimated:,})", _marker(BANDS[0], dark, "estimated")))
    if flagged:
        points = " ".join(f"{x},{y}" for x, y in FLAG_CORNERS)
        style = f'fill="{FLAG_COLOUR}" stroke="{palette(dark).ink}" stroke-width="2"'
        entries.append((f"red flag about a place ({flagged:,})", f'<polygon points="{points}" {style}/>'))
    return entries


def word_entries(
    labels: dict[str, str], words: dict[str, int], estimated: int, dark: bool
) -> list[tuple[str, str]]:
    """Legend of a layer's map: what each marker stands for, of those that are on it, with their count."""
    entries = [
        (f"{labels[b.id]} ({words[b.id]:,})", _marker(b, dark, "known"))
        for b in BANDS
        if words.get(b.id) and b.id in labels
    ]
    if estimated:
        entries.append((f"hollow: place estimated ({estimated:,})", _marker(BANDS[0], dark, "estimated")))
    return entries


def box_entry(label: str, colour: str, dark: bool, dashed: bool = False) -> tuple[str, str]:
    """A coloured box with its label, its edge dashed if asked; the colour UNKNOWN is hatched."""
    fill = "url(#hatch)" if colour == GREY else colour
    edge = ' stroke-dasharray="7 4"' if dashed else ""
    style = f'fill="{fill}" stroke="{palette(dark).ink}" stroke-width="{3 if dashed else 2}"{edge}'
    return label, f'<rect x="6" y="6" width="36" height="36" {style}/>'


_LETTER = 8.6
"""Pixels that a letter of a legend takes at most, on average: the browser chooses the font."""


def legend(entries: list[tuple[str, str]], dark: bool, most: int = 1000) -> str:
    """Markers (SVG) with their labels, in lines of `most` pixels, as one SVG."""
    x, y, width, parts = 0, 0, 1, []
    for label, marker in entries:
        size = 44 + round(_LETTER * len(label))
        if x and x + size > most:
            x, y = 0, y + 28
        parts.append(
            f'<g transform="translate({x},{y}) scale(0.5)">{marker}</g>'
            f'<text x="{x + 27}" y="{y + 17}" fill="{palette(dark).ink}">{escape(label)}</text>'
        )
        x += size
        width = max(width, x)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 26}" viewBox="0 0 {width} {y + 26}" '
        f'font-family="sans-serif" font-size="14">{_HATCH}{"".join(parts)}</svg>'
    )


_HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
    f'<rect width="7" height="7" fill="#ffffff"/><rect width="4" height="7" fill="{GREY}"/></pattern></defs>'
)


def _marker(b: Band, dark: bool, placing: str) -> str:
    outline = palette(dark).ink
    fill = "url(#hatch)" if b.id == NOT_ASSESSED else b.dark if dark else b.light
    hole = f'<circle cx="24" cy="24" r="7.5" fill="{palette(dark).background}" stroke="{outline}" stroke-width="2.5"/>'
    return _shape(b.shape, f'fill="{fill}" stroke="{outline}" stroke-width="2.5"') + (
        hole if placing == "estimated" else ""
    )


def _shape(shape: str, style: str) -> str:
    points = " ".join(f"{24 + x:.1f},{24 + y:.1f}" for x, y in corners(shape))
    if not points:
        return f'<circle cx="24" cy="24" r="15" {style}/>'
    return f'<polygon points="{points}" stroke-linejoin="round" {style}/>'


def corners(shape: str) -> list[tuple[float, float]]:
    """Corners of a shape around its middle; none for a disc."""
    if shape in "●▨":
        return []
    star = shape == "★"
    number = {"■": 4, "▲": 3, "◆": 4, "★": 10}[shape]
    turn = math.pi / 4 if shape == "■" else 0.0
    points = []
    for k in range(number):
        radius = 9.0 if star and k % 2 else 20.0
        angle = turn - math.pi / 2 + 2 * math.pi * k / number
        points.append((radius * math.cos(angle), radius * math.sin(angle)))
    return points
