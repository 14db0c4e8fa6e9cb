"""Natural Earth: states and provinces, 1:10 million. Kept, checked and shown (docs/decisions/0027)."""

from pathlib import Path

from ingest.divisions import DivisionColumns, division_rows
from ingest.shapes import read_shapes, unpacked
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from risk_graph.errors import SourceError

LAYER = "natural_earth_admin1"
_LARGEST_MB = 500


def read(path: Path, asked: Asked) -> Edition:
    """The zip as published; its VERSION.txt says the edition."""
    with unpacked(path, _LARGEST_MB, ("version.txt",)) as files:
        shapes = read_shapes(files)
        said = next(
            (
                f.read_text("utf-8", "replace").strip()
                for f in files
                if f.name.lower().endswith("version.txt")
            ),
            "",
        )
    edition = asked.edition or said.splitlines()[0].strip()[:20] if said or asked.edition else ""
    if not edition:
        raise SourceError(f"{SOURCE.title}: VERSION.txt is expected beside the shapefile, or --edition.")
    columns = DivisionColumns("adm1_code", "name", "adm0_a3", "iso_3166_2")
    rows, issues = division_rows(shapes, columns, SOURCE.title, edition, asked)
    about = {
        "title": "States and provinces (Natural Earth)",
        "meaning": "Outlines of first-order divisions; not laid over sites",
    }
    return Edition(edition, None, (Draft(LAYER, "boundaries", about, rows),), tuple(issues))


SOURCE = Source(
    id="natural_earth",
    title="Natural Earth, states and provinces 1:10m",
    publisher="Natural Earth",
    licence=Licence("open", "public domain", verified=False),
    url="https://naciscdn.org/naturalearth/10m/cultural/ne_10m_admin_1_states_provinces.zip",
    file="ne_10m_admin_1_states_provinces.zip",
    rhythm="now and then",
    expected={LAYER: Expected(4000, 6000)},
    read=read,
    by_hand="Download Admin 1 – States, Provinces (10m cultural) from www.naturalearthdata.com.",
    largest_mb=_LARGEST_MB,
)
