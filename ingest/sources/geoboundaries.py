"""geoBoundaries: first-order divisions of all countries (CGAZ ADM1), or of one (gbOpen ADM1).

Kept, checked and shown; the outlines that ship still place sites (docs/decisions/0027).
"""

from datetime import date
from pathlib import Path

from ingest.divisions import DivisionColumns, division_rows
from ingest.shapes import read_shapes, unpacked
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source

LAYER = "geoboundaries_adm1"
_LARGEST_MB = 2000
_EDITION, _RELEASED = "CGAZ 6.0.0", date(2023, 9, 13)


def read(path: Path, asked: Asked) -> Edition:
    """The zip or GeoJSON as published: shapeGroup is the country's alpha-3, shapeName and shapeID name the division."""
    with unpacked(path, _LARGEST_MB) as files:
        shapes = read_shapes(files)
    columns = DivisionColumns("shapeID" if "shapeID" in shapes.frame else "id", "shapeName", "shapeGroup")
    edition = asked.edition or _EDITION
    rows, issues = division_rows(shapes, columns, SOURCE.title, edition, asked)
    about = {
        "title": "First-order divisions (geoBoundaries)",
        "meaning": "Outlines of first-order divisions; not laid over sites",
        "attribution": "geoBoundaries, William & Mary geoLab",
    }
    released = _RELEASED if edition == _EDITION else None
    return Edition(edition, released, (Draft(LAYER, "boundaries", about, rows),), tuple(issues))


SOURCE = Source(
    id="geoboundaries",
    title="geoBoundaries CGAZ, first-order divisions",
    publisher="William & Mary geoLab",
    licence=Licence("attribution", "CC BY 4.0", verified=False),
    url="https://github.com/wmgeolab/geoBoundaries/raw/main/releaseData/CGAZ/geoBoundariesCGAZ_ADM1.zip",
    file="geoBoundariesCGAZ_ADM1.zip",
    rhythm="about yearly",
    expected={LAYER: Expected(2000, 5000)},
    read=read,
    by_hand="Download CGAZ ADM1 (shapefile, GeoPackage or GeoJSON) from www.geoboundaries.org.",
    largest_mb=_LARGEST_MB,
)
