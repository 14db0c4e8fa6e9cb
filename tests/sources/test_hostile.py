"""Wrong, cut off and hostile files for every source, and updates that are killed at any step."""

import io
import json
import os
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest import editions
from ingest.source import Asked, source_of, sources
from ingest.update import Wish, update
from risk_graph.errors import LayerError, SourceError
from risk_graph.layers.layer import load_layer
from risk_graph.layers.library import load_library
from tests.reference import reference_file
from tests.sources.made_up import SOURCE
from tests.sources.test_ucdp import event, text_of

DAY = date(2026, 11, 24)


def packed(method: int, damage: bool = False) -> bytes:
    """An archive with a member for each source that reads one."""
    names = (
        "a.csv",
        "sdn.csv",
        "sdn.xml",
        "m.toml",
        "vulnerability.csv",
        "MCS2025_World_Data.csv",
        "x.shp",
        "x.toml",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in (*names, "BACI_HS92_Y2022_V202601.csv", "country_codes_V202601.csv"):
            archive.writestr(name, "country,year\nGIN,2024\n" * 3000)
    data = bytearray(out.getvalue())
    for at in range(60, len(data) // 2, 37) if damage else ():
        data[at] ^= 0xFF
    return bytes(data)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.csv", "sdn.csv", "vulnerability.csv", "x.shp", "x.toml"):
            archive.writestr(name, bytes(20_000_000))
    return out.getvalue()


FILES = {
    "a login page.csv": b"<!DOCTYPE html><html><body><form>Please sign in</form></body></html>",
    "empty.csv": b"",
    "zeros.csv": bytes(5000),
    "no text.csv": b"\xff\xfe\xfa,\x80\x81\n1,2\n",
    "another table.csv": b"a,b,c\n1,2,3\n",
    "nested.json": b"[" * 100_000,
    "entities.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><sdnList>&a;</sdnList>',
    "an encoding that nobody has.xml": b'<?xml version="1.0" encoding="nonsense"?><sdnList/>',
    "another archive.zip": packed(zipfile.ZIP_DEFLATED),
    "damaged.zip": packed(zipfile.ZIP_DEFLATED, damage=True),
    "damaged lzma.zip": packed(zipfile.ZIP_LZMA, damage=True),
    "damaged bzip2.zip": packed(zipfile.ZIP_BZIP2, damage=True),
    "cut off.zip": packed(zipfile.ZIP_DEFLATED)[:4000],
    "bomb.zip": bomb(),
}


@pytest.mark.parametrize("name", FILES)
def test_no_source_takes_it_and_each_says_so_in_one_line(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(FILES[name])
    for source in sources().values():
        with pytest.raises(SourceError) as caught:
            update(source, tmp_path / "sources", Wish(file=file), DAY, {}, lambda _s, _d: None, load_layer)
        assert caught.value.exit_code == 4
        assert "\n" not in str(caught.value), source.id
    assert editions.held(tmp_path / "sources") == []


@pytest.mark.parametrize(
    ("source", "file"),
    [("ofac_consolidated", "ofac_sdn_2021.csv"), ("ofac_sdn", "ofac_cons_prim_2025.csv")],
)
def test_one_list_of_ofac_is_not_taken_for_the_other(source: str, file: str) -> None:
    """They have the same form; the one in the place of the other would clear all whom that names."""
    with pytest.raises(SourceError, match=r"is OFAC's .*, by the programmes of its entries"):
        source_of(source).read(reference_file(f"sanctions/{file}"), Asked(DAY, "2025-12-19"))


def test_all_years_of_ucdp_are_no_candidate_release(tmp_path: Path) -> None:
    file = tmp_path / "GEDEvent_v26_1.csv"
    file.write_text(text_of(event(1), event(2, date_start="1990-01-01", date_end="1990-01-02")))
    with pytest.raises(SourceError, match="holds events from 1990-01-01 to 2024-03-03"):
        source_of("ucdp_candidate").read(file, Asked(DAY))


def test_what_a_file_says_it_is_goes_before_what_the_user_says(tmp_path: Path) -> None:
    file = tmp_path / "GEDEvent_v26_1.csv"
    file.write_text(text_of(event(1)))
    small = replace(source_of("ucdp_ged"), expected={})
    for asked in ("25.1", "1"):
        with pytest.raises(SourceError, match=f"this is edition 26.1, not {asked}"):
            update(small, tmp_path / "s", Wish(file, asked), DAY, {}, lambda _s, _d: None)
    assert (
        update(small, tmp_path / "s", Wish(file, "261"), DAY, {}, lambda _s, _d: None).held.edition == "26.1"
    )


@pytest.mark.parametrize("asked", ["2020", "2026-03", "2020-01-01"])
def test_a_list_of_another_day_than_the_user_says_is_refused(asked: str) -> None:
    file = Path(__file__).parent / "files" / "un_sc" / "consolidated.xml"
    with pytest.raises(SourceError, match=f"is not the edition {asked}"):
        source_of("un_sc").read(file, Asked(DAY, asked))


WRONG = {"files": [], "rows": 5, "released": None, "size": "large", "issues": {}, "more": 1}


@pytest.mark.parametrize("key", WRONG)
def test_a_description_of_another_shape_is_damage(tmp_path: Path, key: str) -> None:
    root, file = tmp_path / "sources", tmp_path / "given.csv"
    file.write_text("2025,DEU,FRA")
    about = update(SOURCE, root, Wish(file), DAY, {}, lambda _s, _d: None).held.folder / "edition.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), key: WRONG[key]}))
    assert editions.held(root) == []
    assert update(SOURCE, root, Wish(file), DAY, {}, lambda _s, _d: None).is_new
    assert [h.whole() for h in editions.held(root)] == [True]
    assert load_library(root, DAY).layers["example"].edition == "2025"


def test_less_than_half_never_takes_the_place_of_what_is_at_hand(tmp_path: Path) -> None:
    root, file = tmp_path / "sources", tmp_path / "given.csv"
    any_size = replace(SOURCE, expected={})
    codes = "DEU,FRA,GIN,MLI,NOR,AUS,CAN"

    def bring(text: str) -> str:
        file.write_text(text)
        return update(any_size, root, Wish(file), DAY, {}, lambda _s, _d: None).held.edition

    bring(f"2024,{codes}")
    with pytest.raises(SourceError, match="has 2 countries, less than half of the 7 in edition 2024"):
        bring("2025,DEU,FRA")
    assert bring("2025,DEU,FRA,GIN,MLI") == "2025"
    assert bring("2020,DEU,FRA") == "2020"  # an older one may be shorter


def test_a_list_of_half_its_entries_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    whole = reference_file("sanctions/un_sc_consolidated_2026-02-27.xml").read_text(encoding="utf-8")
    some = replace(source_of("un_sc"), expected={})
    file = tmp_path / "consolidated.xml"
    file.write_text(whole, encoding="utf-8")
    update(some, root, Wish(file), DAY, {}, lambda _s, _d: None)
    head, _, rest = whole.partition("<INDIVIDUALS>")
    people, _, tail = rest.partition("</INDIVIDUALS>")
    few = people.split("</INDIVIDUAL>")[0] + "</INDIVIDUAL>"
    cut = f"{head}<INDIVIDUALS>{few}</INDIVIDUALS>{tail}".replace("2026-02-27", "2026-03-27")
    file.write_text(cut, encoding="utf-8")
    with pytest.raises(SourceError, match="less than half of the 1,003 in edition 2026-02-27"):
        update(some, root, Wish(file), DAY, {}, lambda _s, _d: None)
    assert [h.edition for h in editions.held(root)] == ["2026-02-27"]


def steps_until_killed(root: Path, file: Path, number: int) -> bool:
    """Takes the file in a process of its own that dies, as by kill -9, before its n-th step on the disk; was it done?"""
    child = os.fork()
    if child == 0:
        count = 0

        def dying(real):  # type: ignore[no-untyped-def]  # any function
            def step(*given, **named):  # type: ignore[no-untyped-def]
                nonlocal count
                count += 1
                if count == number:
                    os._exit(9)
                return real(*given, **named)

            return step

        Path.rename, Path.write_text, Path.mkdir = (
            dying(Path.rename),
            dying(Path.write_text),
            dying(Path.mkdir),
        )  # type: ignore[method-assign]
        os.fsync, shutil.copyfile, shutil.rmtree = (
            dying(os.fsync),
            dying(shutil.copyfile),
            dying(shutil.rmtree),
        )
        try:
            update(SOURCE, root, Wish(file=file), DAY, {}, lambda _s, _d: None, load_layer)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def used(root: Path) -> str:
    try:
        return load_library(root, DAY).layers["example"].edition
    except LayerError as error:
        assert "2025 is damaged" in str(error)  # noqa: PT017  # an older edition must not take its place
        return "damaged"


@pytest.mark.slow
def test_an_update_that_is_killed_at_any_step_loses_no_edition(tmp_path: Path) -> None:
    for repair in (False, True):
        for number in range(1, 60):
            root = tmp_path / f"{repair}{number}"
            file = tmp_path / "given.csv"
            for text in ("2024,DEU,FRA", "2025,DEU,FRA") if repair else ("2024,DEU,FRA",):
                file.write_text(text)
                held = update(SOURCE, root, Wish(file=file), DAY, {}, lambda _s, _d: None, load_layer).held
            if repair:
                (held.folder / "example" / "values.csv").write_text("damaged")
            file.write_text("2025,DEU,FRA")
            done = steps_until_killed(root, file, number)
            assert used(root) in ({"2025", "damaged"} if repair else {"2024", "2025"})
            update(SOURCE, root, Wish(file=file), DAY, {}, lambda _s, _d: None, load_layer)
            assert [(h.edition, h.whole()) for h in editions.held(root)] == [("2024", True), ("2025", True)]
            assert used(root) == "2025"
            if done:
                break
        assert done
        assert number > 10


def test_an_older_edition_that_is_damaged_stops_no_run_that_does_not_need_it(tmp_path: Path) -> None:
    root, file = tmp_path / "sources", tmp_path / "given.csv"
    for text in ("2024,DEU,FRA", "2025,DEU,FRA"):
        file.write_text(text)
        update(SOURCE, root, Wish(file=file), DAY, {}, lambda _s, _d: None, load_layer)
    (root / "example" / "2024" / "example" / "values.csv").write_text("damaged")
    library = load_library(root, DAY)
    assert library.layers["example"].edition == "2025"
    with pytest.raises(LayerError, match="2024 is damaged"):
        library.editions["example"]
    for day, pins in ((date(2024, 6, 1), {}), (DAY, {"example": "2024"})):
        with pytest.raises(LayerError, match="2024 is damaged"):
            load_library(root, day, pins)
