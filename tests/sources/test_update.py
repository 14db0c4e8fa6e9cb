"""Editions side by side: a good one is never replaced by a bad one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ingest import editions
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from ingest.update import Updated, Wish, update
from risk_graph.errors import LayerError, SourceError
from risk_graph.layers.library import load_library
from tests.sources.server import Site, serving

ABOUT = {"title": "Example (synthetic)", "meaning": "A made-up number", "direction": "higher is worse"}
COUNTRIES = ("DEU", "FRA", "GIN", "MLI")


def read(path: Path, asked: Asked) -> Edition:
    """A file of the form `edition,country,country...`."""
    edition, *countries = path.read_text().strip().split(",")
    rows = pd.DataFrame({"country": countries, "year": 2024, "estimate": 1.0, "edition": edition})
    rows = rows.assign(retrieved=pd.Timestamp(asked.retrieved), source="made up")
    about = {**ABOUT, "scale": [0.0, 10.0], "min": 0.0, "max": 10.0}
    return Edition(edition, date(int(edition), 1, 1), (Draft("example", "country_value", about, rows),))


SOURCE = Source(
    id="example",
    title="Example index",
    publisher="Nobody (synthetic)",
    licence=Licence("non_commercial", "CC BY-NC 4.0", verified=False),
    url="http://127.0.0.1:1/{edition}",
    file="example.csv",
    rhythm="yearly",
    expected={"example": Expected(2, 3)},
    read=read,
    by_hand="Download example.csv from nowhere.",
)


def bring(root: Path, text: str, day: date = date(2026, 11, 1), **wish: str) -> Updated:
    file = root.parent / "given.csv"
    file.write_text(text)
    return update(SOURCE, root, Wish(file=file, **wish), day, {}, lambda _s, _d: None)


def chosen(root: Path, as_of: date = date(2026, 11, 1), **pins: str) -> str:
    return load_library(root, as_of, pins).layers["example"].edition


def test_editions_stand_side_by_side_and_the_newest_of_the_day_counts(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    assert bring(root, "2025,DEU,FRA").is_new
    assert [h.edition for h in editions.held(root)] == ["2024", "2025"]
    assert chosen(root) == "2025"
    assert chosen(root, date(2024, 6, 1)) == "2024"
    assert chosen(root, example="2024") == "2024"
    layer = load_library(root, date(2026, 1, 1)).layers["example"]
    assert list(layer.values["country"]) == ["DEU", "FRA"]
    assert not layer.redistribution
    with pytest.raises(LayerError, match="At hand: 2024, 2025"):
        chosen(root, example="2023")
    with pytest.raises(LayerError, match="names nothing_like_it"):
        chosen(root, nothing_like_it="1")


def test_of_two_editions_of_one_day_the_later_retrieved_counts(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    first, second = (replace(SOURCE, read=_named(name)) for name in ("HS92 a", "HS92, older"))
    for source, day in ((second, 1), (first, 2)):
        file = tmp_path / "given.csv"
        file.write_text("2024,DEU,FRA")
        update(source, root, Wish(file=file), date(2026, 11, day), {}, lambda _s, _d: None)
    assert chosen(root) == "HS92 a"


def _named(name: str) -> Callable[[Path, Asked], Edition]:
    def reader(path: Path, asked: Asked) -> Edition:
        found = read(path, asked)
        drafts = tuple(replace(d, rows=d.rows.assign(edition=name)) for d in found.drafts)
        return replace(found, edition=name, drafts=drafts)

    return reader


def test_the_same_file_again_is_not_new(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    again = bring(root, "2024,DEU,FRA", date(2026, 11, 2))
    assert not again.is_new
    assert len(editions.held(root)) == 1


def test_too_few_rows_never_replace_an_edition(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    with pytest.raises(SourceError, match="at least 2"):
        bring(root, "2025,DEU")
    assert chosen(root) == "2024"
    assert [p.name for p in (root / "example").iterdir()] == ["2024"]


def test_too_many_rows_warn(tmp_path: Path) -> None:
    found = bring(tmp_path / "sources", "2024," + ",".join(COUNTRIES))
    assert [i.code for i in found.issues] == ["too-many-rows"]


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    held = bring(root, "2024,DEU,FRA").held
    assert held.whole()
    (held.folder / "raw" / held.file).write_text("2024,DEU,GIN")
    assert not editions.held(root)[0].whole()


def test_a_checksum_is_held(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="another checksum"):
        bring(tmp_path / "sources", "2024,DEU,FRA", sha256="0" * 64)
    assert not editions.held(tmp_path / "sources")


def test_a_download_is_kept_with_its_address(tmp_path: Path) -> None:
    with serving(Site(b"2025,DEU,FRA")) as site:
        source = replace(SOURCE, url=site.url)
        found = update(source, tmp_path, Wish(), date(2026, 11, 1), {}, lambda _s, _d: None)
    assert found.held.origin == site.url
    assert (found.held.folder / "raw" / "example.csv").read_bytes() == b"2025,DEU,FRA"


def test_without_network_it_says_what_to_do(tmp_path: Path) -> None:
    with serving(Site(b"")) as site:
        url = site.url
    with pytest.raises(SourceError) as caught:
        update(replace(SOURCE, url=url), tmp_path, Wish(), date(2026, 11, 1), {}, lambda _s, _d: None)
    text = str(caught.value)
    assert "Download example.csv from nowhere." in text
    assert "risk-graph sources update DIR example --file FILE" in text
    assert "\n" not in text


def test_a_token_comes_from_the_environment_alone(tmp_path: Path) -> None:
    source = replace(SOURCE, secret="EXAMPLE_TOKEN", token_header="x-token")
    with pytest.raises(SourceError, match="EXAMPLE_TOKEN"):
        update(source, tmp_path, Wish(), date(2026, 11, 1), {}, lambda _s, _d: None)


@pytest.mark.parametrize("name", ["v26.1", "2026-06 (June)", "../../etc", "...", "六月"])
def test_any_name_of_an_edition_makes_a_folder(name: str) -> None:
    folder = editions.folder_name(name)
    assert folder
    assert "/" not in folder
    assert not folder.startswith(".")
