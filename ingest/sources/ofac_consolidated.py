"""OFAC, the lists besides the SDN list in one (sectoral, menu-based, Chinese military-industrial companies ...)."""

from pathlib import Path

from ingest.ofac import LARGEST_MB, OfacList, read_ofac
from ingest.source import Asked, Edition, Expected, Licence, Source

LAYER = "ofac_consolidated"
LIST = OfacList(
    layer=LAYER,
    name="OFAC Consolidated",
    prefix="CONS",
    blocks=False,
    about={
        "title": "OFAC consolidated list (non-SDN)",
        "meaning": "Persons and organisations under United States sanctions short of blocking; the programme says which",
        "notes": "Numbers of persons' documents are not kept.",
    },
)


def read(path: Path, asked: Asked) -> Edition:
    """An edition from consolidated.xml, cons_advanced.xml, cons_prim.csv, or a zip of the three CSV files."""
    return read_ofac(path, asked, LIST)


SOURCE = Source(
    id="ofac_consolidated",
    title="OFAC consolidated list (non-SDN)",
    publisher="US Department of the Treasury, Office of Foreign Assets Control",
    licence=Licence("open", "work of the United States government, public domain", verified=False),
    url="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONSOLIDATED.XML",
    file="consolidated.xml",
    rhythm="several times a year",
    expected={LAYER: Expected(200, 4_000)},
    read=read,
    by_hand=(
        "Download CONSOLIDATED.XML (or CONS_PRIM.CSV, CONS_ADD.CSV and CONS_ALT.CSV into one folder) from "
        "sanctionslist.ofac.treas.gov."
    ),
    largest_mb=LARGEST_MB,
)
