"""The sheet of map markers as a PNG: a column a band, a row a theme and placing (solid: known; hollow: estimated)."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from dashboards.theme import BANDS, CELL, FLAG_COLOUR, FLAG_CORNERS, PLACINGS, Band, corners, palette
from risk_graph.assess.scorer import NOT_ASSESSED

_FINE = 4
"""Drawn this many times larger and then reduced, so that edges are smooth."""


@cache
def marker_png() -> bytes:
    sheet = Image.new("RGBA", ((len(BANDS) + 1) * CELL, 4 * CELL))
    for dark in (False, True):
        sheet.paste(_flag(dark), (len(BANDS) * CELL, 2 * dark * CELL))
    for x, band in enumerate(BANDS):
        for y, (dark, placing) in enumerate((d, p) for d in (False, True) for p in PLACINGS):
            sheet.paste(_marker(band, dark, placing), (x * CELL, y * CELL))
    out = BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _marker(band: Band, dark: bool, placing: str) -> Image.Image:
    """A disc of the outline's colour, on it a smaller one of the band's; where estimated, a ring."""
    size = CELL * _FINE
    colour = band.dark if dark else band.light
    ink, ground = palette(dark).ink, palette(dark).background
    image = Image.new("RGBA", (size, size))
    image.paste(ink, mask=_mask(band, 1.0))
    image.paste(_fill(band, colour, ground, size), mask=_mask(band, 0.86))
    if placing == "estimated":
        image.paste(ink, mask=_mask(band, 0.55))
        image.paste(ground, mask=_mask(band, 0.42))
    return image.resize((CELL, CELL), Image.Resampling.LANCZOS)


def _flag(dark: bool) -> Image.Image:
    size = CELL * _FINE
    image = Image.new("RGBA", (size, size))
    corners_ = [(x * _FINE, y * _FINE) for x, y in FLAG_CORNERS]
    pen = ImageDraw.Draw(image)
    pen.polygon(corners_, fill=FLAG_COLOUR)
    pen.line([*corners_, corners_[0]], fill=palette(dark).ink, width=2 * _FINE, joint="curve")
    return image.resize((CELL, CELL), Image.Resampling.LANCZOS)


def _fill(band: Band, colour: str, ground: str, size: int) -> Image.Image:
    plain = Image.new("RGBA", (size, size), colour)
    if band.id == NOT_ASSESSED:
        pen = ImageDraw.Draw(plain)
        for at in range(-size, size, 9 * _FINE):
            pen.line([(at, size), (at + size, 0)], fill=ground, width=3 * _FINE)
    return plain


def _mask(band: Band, scale: float) -> Image.Image:
    size = CELL * _FINE
    mask = Image.new("L", (size, size))
    pen = ImageDraw.Draw(mask)
    middle = size / 2
    points = corners(band.shape)
    if points:
        pen.polygon([(middle + scale * x * _FINE, middle + scale * y * _FINE) for x, y in points], fill=255)
    else:
        radius = 17 * scale * _FINE
        pen.ellipse([middle - radius, middle - radius, middle + radius, middle + radius], fill=255)
    return mask
