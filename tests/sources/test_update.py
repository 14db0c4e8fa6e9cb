"""Editions side by side: a good one is never replaced by a bad one."""

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from ingest import editions
from ingest.source import Asked, Edition, Source, source_of
from ingest.update import Updated, Wish, update
from risk_graph.errors import BusyError, LayerError, SourceError
from risk_graph.layers.layer import load_layer
from risk_graph.layers.library import load_library
from tests.sources.made_up import COUNTRIES, SOURCE, read
from tests.sources.server import Site, serving


def bring(
    root: Path, text: str, day: date = date(2026, 11, 1), source: Source = SOURCE, **wish: str
) -> Updated:
    file = root.parent / "given.csv"
    file.write_text(text)
    return update(source, root, Wish(file=file, **wish), day, {}, lambda _s, _d: None, load_layer)


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
    assert editions.held(root)[0].state() == "changed"
    assert chosen(root) == "2024"  # the rows that a run reads are as they were


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


def test_the_same_name_with_other_bytes_is_kept_beside_and_counts(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA", date(2026, 10, 1))
    again = bring(root, "2024,DEU,GIN")
    assert again.is_new
    assert [i.code for i in again.issues] == ["edition-published-again"]
    assert [h.edition for h in editions.held(root)] == ["2024", "2024+2"]
    layer = load_library(root, date(2026, 11, 1)).layers["example"]
    assert layer.edition == "2024+2"
    assert set(layer.values["edition"]) == {"2024+2"}
    assert chosen(root, example="2024") == "2024"
    for text, name in (("2024,DEU,FRA", "2024"), ("2024,DEU,GIN", "2024+2")):
        found = bring(root, text, date(2026, 12, 1))
        assert (found.held.edition, found.is_new) == (name, False)
    for n in range(3, 12):
        bring(root, f"2024,DEU,GIN={n / 10}")
    assert chosen(root, date(2026, 12, 1)) == "2024+11"


def test_a_number_that_was_removed_is_given_again_and_none_that_is_at_hand(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    for value in ("1", "2", "3"):
        bring(root, f"2025,DEU,FRA={value}")
    shutil.rmtree(root / "example" / "2025+2")
    third = next(h for h in editions.held(root) if h.edition == "2025+3")
    assert bring(root, "2025,DEU,FRA=4").held.edition == "2025+2"
    assert {h.edition: h.content for h in editions.held(root)}["2025+3"] == third.content
    assert len(editions.held(root)) == 3


def test_the_same_content_in_another_wrapping_is_no_other_edition(tmp_path: Path) -> None:
    """Pages differ with every visit in what is no part of the list."""
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    assert not bring(root, "2024,DEU,FRA\n\n").is_new
    assert len(editions.held(root)) == 1


DAMAGE: dict[str, Callable[[Path], object]] = {
    "half removed": lambda e: shutil.rmtree(e / "example"),
    "a file removed": lambda e: (e / "example" / "values.csv").unlink(),
    "no description": lambda e: (e / "edition.json").unlink(),
    "cut off": lambda e: (e / "edition.json").write_text('{"source": "exa'),
    "another kind of JSON": lambda e: (e / "edition.json").write_text("[]"),
    "a value changed": lambda e: (e / "example" / "values.csv").write_text(
        (e / "example" / "values.csv").read_text().replace("7.25", "1.25")
    ),
    "a file more": lambda e: (e / "example" / "names.parquet").write_bytes(b""),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_edition_is_said_and_never_silently_left_out(tmp_path: Path, name: str) -> None:
    """Left out, the older edition would count without a word."""
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    newest = bring(root, "2025,DEU,FRA").held
    DAMAGE[name](newest.folder)
    with pytest.raises(LayerError, match=r"2025 is damaged .*risk-graph sources update DIR example"):
        chosen(root)
    bring(root, "2025,DEU,FRA", date(2026, 12, 1))  # the remedy works
    assert chosen(root) == "2025"
    assert all(h.whole() for h in editions.held(root))
    assert sorted(p.name for p in (root / "example").iterdir()) == ["2024", "2025"]


def killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "where", ["ingest.editions._write", "ingest.editions._swap", "ingest.expectations.check"]
)
def test_an_interrupted_update_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    with monkeypatch.context() as patch:
        patch.setattr(where, killed)
        with pytest.raises(KeyboardInterrupt):
            bring(root, "2025,DEU,FRA")
    assert chosen(root) == "2024"
    assert bring(root, "2025,DEU,FRA").is_new


def test_what_a_killed_update_left_is_swept_and_never_read(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    place = bring(root, "2024,DEU,FRA").held.folder
    shutil.copytree(place, place.with_name(".new-abc"))
    assert [h.edition for h in editions.held(root)] == ["2024"]
    assert chosen(root) == "2024"
    place.rename(place.with_name(".old-2024"))  # killed between the two steps of a repair
    bring(root, "2025,DEU,FRA")
    assert sorted(p.name for p in place.parent.iterdir()) == ["2024", "2025"]


def test_two_updates_at_once(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    with FileLock(root / ".locks" / "example"), pytest.raises(BusyError, match="example is busy") as caught:
        bring(root, "2025,DEU,FRA")
    assert caught.value.exit_code == 3
    assert bring(root, "2025,DEU,FRA").is_new


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")

    def full(*_: object) -> None:
        raise OSError(code, "no", "file")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(SourceError, match="Editions at hand stay in use"):
            bring(root, "2025,DEU,FRA")
    assert [p.name for p in (root / "example").iterdir()] == ["2024"]


def test_what_a_run_would_refuse_is_not_kept(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    bring(root, "2024,DEU,FRA")
    with pytest.raises(
        SourceError, match=r"edition 2025: example values\.csv row 3: 70\.0 lies outside"
    ) as caught:
        bring(root, "2025,DEU,FRA=70")
    assert ".new-" not in str(caught.value)
    assert chosen(root) == "2024"


def renamed(name: str) -> Source:
    def reader(path: Path, asked: Asked) -> Edition:
        found = read(path, asked)
        drafts = tuple(replace(d, rows=d.rows.assign(edition=name)) for d in found.drafts)
        return replace(found, edition=name, drafts=drafts)

    return replace(SOURCE, read=reader)


@pytest.mark.parametrize("name", ["", " ", "20\n25", "20\x0025", "9" * 200])
def test_what_is_no_name_of_an_edition_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="is no name for an edition"):
        bring(tmp_path / "sources", "2025,DEU,FRA", source=renamed(name))


def test_a_name_that_is_no_text_is_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no name for an edition"):
        bring(tmp_path / "sources", "2025,DEU,FRA", edition="\udcff")


@pytest.mark.parametrize("name", ['2025 "final"', "2025\\6", "../../2025", "六月", "2025 = x # y"])
def test_any_other_text_is_a_name(tmp_path: Path, name: str) -> None:
    root = tmp_path / "sources"
    held = bring(root, "2025,DEU,FRA", source=renamed(name)).held
    assert held.folder.parent == root / "example"
    assert chosen(root) == name


def test_names_that_look_alike_have_folders_of_their_own() -> None:
    names = ["v26/1", "v26-1", "v26 1", "v26.1", "v26.1.", "x" * 90, "x" * 91]
    assert len({editions.folder_name(n) for n in names}) == len(names)


def test_text_that_is_no_unicode_is_refused(tmp_path: Path) -> None:
    def reader(path: Path, asked: Asked) -> Edition:
        found = read(path, asked)
        drafts = tuple(replace(d, about={**d.about, "notes": "\udcff"}) for d in found.drafts)
        return replace(found, drafts=drafts)

    with pytest.raises(SourceError, match="no Unicode"):
        bring(tmp_path / "sources", "2025,DEU,FRA", source=replace(SOURCE, read=reader))


def test_an_edition_of_tomorrow_counts_today(tmp_path: Path) -> None:
    """The publisher's clock is east of ours; what is at hand has appeared."""
    root = tmp_path / "sources"
    bring(root, "2025,DEU,FRA")
    found = bring(root, "2026,DEU,FRA", date(2025, 12, 31))
    assert found.issues == []
    assert found.held.released == "2025-12-31"
    assert chosen(root, date(2025, 12, 31)) == "2026"
    assert [i.code for i in bring(root, "2031,DEU,FRA").issues] == ["bad-date"]


def test_another_edition_than_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="this is edition 2025, not 2024"):
        bring(tmp_path / "sources", "2025,DEU,FRA", edition="2024")


def test_an_older_edition_is_not_asked_of_an_address_that_has_the_newest_alone(tmp_path: Path) -> None:
    with serving(Site(b"2025,DEU,FRA")) as site:
        source, wish = replace(SOURCE, url=site.url), Wish(edition="2024")
        with pytest.raises(SourceError, match="newest edition alone"):
            update(source, tmp_path, wish, date(2026, 11, 1), {}, lambda _s, _d: None)
    assert site.asked == []


@pytest.mark.parametrize("token", ["se\ncret", "sécret", "se\x00cret"])
def test_what_is_no_token_is_not_sent_nor_shown(tmp_path: Path, token: str) -> None:
    source = replace(SOURCE, secret="EXAMPLE_TOKEN", token_header="x-token")
    with pytest.raises(SourceError, match="EXAMPLE_TOKEN") as caught:
        update(source, tmp_path, Wish(), date(2026, 11, 1), {"EXAMPLE_TOKEN": token}, lambda _s, _d: None)
    assert "cret" not in str(caught.value).replace("secret", "")


def test_a_token_is_in_no_file(tmp_path: Path) -> None:
    with serving(Site(b"2025,DEU,FRA")) as site:
        source = replace(SOURCE, url=site.url, secret="EXAMPLE_TOKEN", token_header="x-token")
        tokens = {"EXAMPLE_TOKEN": " open-sesame\n"}
        update(source, tmp_path, Wish(), date(2026, 11, 1), tokens, lambda _s, _d: None)
    assert site.headers[0]["x-token"] == "open-sesame"
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"open-sesame" in p.read_bytes()]


def test_a_token_of_the_address_is_in_no_file(tmp_path: Path) -> None:
    with serving(Site(b"2025,DEU,FRA")) as site:
        source = replace(SOURCE, url=site.url, secret="EXAMPLE_TOKEN", token_parameter="token")
        tokens = {"EXAMPLE_TOKEN": " open-sesame\n"}
        found = update(source, tmp_path, Wish(), date(2026, 11, 1), tokens, lambda _s, _d: None)
    assert site.paths[0].endswith("?token=open-sesame")
    assert found.held.origin == site.url
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"open-sesame" in p.read_bytes()]


def test_the_list_of_the_eu_asks_for_its_token(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"needs an access token in EU_FSF_TOKEN.*--file FILE"):
        update(source_of("eu_sanctions"), tmp_path, Wish(), date(2026, 11, 1), {}, lambda _s, _d: None)


def test_a_folder_is_one_file(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "a.csv").write_text("x")
    source = replace(SOURCE, read=lambda path, asked: read(_only(path), asked))
    (given / "a.csv").write_text("2025,DEU,FRA")
    found = update(source, tmp_path / "s", Wish(file=given), date(2026, 11, 1), {}, lambda _s, _d: None)
    assert (found.held.file, found.held.origin) == ("example.zip", "given")
    assert json.loads((found.held.folder / "edition.json").read_text())["files"].keys() >= {"raw/example.zip"}
    assert not list((tmp_path / "s").rglob("given.zip"))


def _only(path: Path) -> Path:
    shutil.unpack_archive(path, path.parent, "zip")
    return path.parent / "a.csv"


def test_rows_of_two_editions_are_refused(tmp_path: Path) -> None:
    """Rule 6: two editions of one indicator are never mixed."""

    def reader(path: Path, asked: Asked) -> Edition:
        found = read(path, asked)
        rows = found.drafts[0].rows
        mixed = pd.concat([rows, rows.assign(year=2023, edition="2019")])
        return replace(found, drafts=(replace(found.drafts[0], rows=mixed),))

    source = replace(SOURCE, read=reader, expected={})
    with pytest.raises(SourceError, match="two are never mixed"):
        bring(tmp_path / "sources", "2025,DEU,FRA", source=source)
