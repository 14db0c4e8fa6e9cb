"""OFAC, Specially Designated Nationals and Blocked Persons (SDN)."""

from pathlib import Path

from ingest.ofac import LARGEST_MB, OfacList, read_ofac
from ingest.source import Asked, Edition, Expected, Licence, Source

LAYER = "ofac_sdn"
LIST = OfacList(
    layer=LAYER,
    name="OFAC SDN",
    prefix="SDN",
    blocks=True,
    about={
        "title": "OFAC Specially Designated Nationals",
        "meaning": "Persons, organisations, vessels and aircraft whose property is blocked under United States law",
        "notes": (
            "What an entry owns to 50 percent or more is blocked too without being listed. Numbers of persons' "
            "documents are not kept."
        ),
    },
)


def read(path: Path, asked: Asked) -> Edition:
    """An edition from sdn.xml, sdn_advanced.xml, sdn.csv, or a zip of sdn.csv, add.csv and alt.csv."""
    return read_ofac(path, asked, LIST)


SOURCE = Source(
    id="ofac_sdn",
    title="OFAC SDN list",
    publisher="US Department of the Treasury, Office of Foreign Assets Control",
    licence=Licence("open", "work of the United States government, public domain", verified=False),
    url="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.XML",
    file="sdn.xml",
    rhythm="several times a week",
    expected={LAYER: Expected(5_000, 40_000)},
    read=read,
    by_hand="Download SDN.XML (or SDN.CSV, ADD.CSV and ALT.CSV into one folder) from sanctionslist.ofac.treas.gov.",
    largest_mb=LARGEST_MB,
)
