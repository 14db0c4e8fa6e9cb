"""CEPII, BACI: trade between countries by product, reconciled from what both sides declared. Judged as it is read."""

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from ingest.anomalies import against_production, judge
from ingest.archive import names_in, on_disk, streams_in, unpacking
from ingest.country_codes import understand
from ingest.country_grid import csv_sheet
from ingest.country_rows import Log
from ingest.listed_edition import first_day
from ingest.source import Asked, Draft, Edition, Expected, Licence, Source
from risk_graph import data_dir
from risk_graph.errors import SourceError
from risk_graph.model.chain import load_chain
from risk_graph.model.table import fact_tables

LAYER = "baci_trade"
YEARS = 6
"""The newest years of the archive that are taken."""
_LARGEST_MB = 4_000
_WHAT = "CEPII's archive BACI_HS.._V......zip with BACI_HS.._Y...._V.......csv and country_codes_V.......csv"
_DATA = re.compile(r"BACI_(HS[0-9]{2})_Y([0-9]{4})_V([0-9]{6}[a-z]?)\.csv\Z")
_COUNTRIES = re.compile(r"country_codes_V[0-9]{6}[a-z]?\.csv\Z")
_COLUMNS = ("t", "i", "j", "k", "v", "q")
_NOTES = (
    "A layer of countries: what a country trades, never what a facility ships. Codes that are no ISO country (S19: Other "
    "Asia, not elsewhere specified) stand as CEPII gives them. What is odd about a record stands in its note."
)


def read(path: Path, asked: Asked) -> Edition:
    """An edition with the records of the chains' products in the newest years."""
    log = Log(path.name)
    names = names_in(path)
    years = {m[2]: (n, m) for n in names if (m := _DATA.search(n))}
    codes_of = next((n for n in names if _COUNTRIES.search(n)), "")
    if not years or not codes_of:
        raise SourceError(f"{path.name} does not hold what was expected: {_WHAT}.")
    versions = {(m[1], m[3]) for _, m in years.values()}
    if len(versions) > 1:
        said = " and ".join(" ".join(v) for v in sorted(versions))
        raise SourceError(f"{path.name} holds {said}: two editions are never mixed. Give one.")
    newest = sorted(years)[-YEARS:]
    if len(years) > YEARS:
        message = f"{len(years)} years are there; the newest {YEARS} are taken, {newest[0]} to {newest[-1]}."
        log.add("missing-value", "info", message, "Nothing to do.")
    wanted = {years[y][0] for y in newest} | {codes_of}
    codes, rows = _contents(path, wanted, codes_of)
    trade = _trade(rows, codes, asked, log)
    judged = judge(trade, path.name)
    (hs, version), *_ = versions
    edition = f"{hs} V{version}"
    about = {
        "title": "Trade between countries (BACI)",
        "meaning": "Mass and value of a product that one country reported as sold to another in a year, reconciled by CEPII",
        "unit": "t",
        "attribution": "BACI, CEPII (Gaulier and Zignago 2010), Etalab Open Licence 2.0; filtered by product, notes added",
        "notes": _NOTES,
    }
    draft = Draft(LAYER, "trade", about, fact_tables()["trade"].conform(judged.trade))
    return Edition(
        edition, first_day(f"{version[:4]}-{version[4:6]}"), (draft,), (*log.all(), *judged.issues)
    )


def _contents(path: Path, wanted: set[str], codes_of: str) -> tuple[dict[str, tuple[str, str]], pa.Table]:
    """Code -> (alpha-3 as CEPII gives it, name), and the rows of the products."""
    codes: dict[str, tuple[str, str]] = {}
    parts = []
    with unpacking(path):
        for name, stream in streams_in(path, lambda n: n in wanted, _LARGEST_MB):
            if name == codes_of:
                sheet = csv_sheet(name, stream.read(), ("country_code",))
                cells = sheet.cells("country_code", "country_iso3", "country_name")
                codes = {code: (iso3, title) for _, (code, iso3, title) in cells}
            else:
                with on_disk(stream) as file:
                    parts.append(_filtered(name, file))
    return codes, pa.concat_tables(parts)


def _filtered(name: str, file: Path) -> pa.Table:
    """The rows of one year that are of a chain's product, read block by block: a year has ten million."""
    types = dict.fromkeys(_COLUMNS, pa.string())
    options = arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    try:
        with arrow_csv.open_csv(file, convert_options=options) as reader:
            missing = [c for c in _COLUMNS if c not in reader.schema.names]
            if missing:
                raise SourceError(
                    f"{name}: the columns {', '.join(_COLUMNS)} are expected; there are {', '.join(reader.schema.names)}."
                )
            return pa.Table.from_batches(
                [b.filter(_is_wanted(b["k"])).select(list(_COLUMNS)) for b in reader],
                pa.schema([(c, pa.string()) for c in _COLUMNS]),
            )
    except pa.ArrowInvalid as error:
        raise SourceError(f"{name} is damaged ({error}). Fetch it again.") from None


def _is_wanted(codes: pa.Array) -> pa.Array:
    padded = pc.utf8_lpad(pc.utf8_trim_whitespace(codes), 6, "0")
    return pc.match_substring_regex(padded, "^(" + "|".join(products()) + ")")


@cache
def products() -> tuple[str, ...]:
    """The codes of what one stage of a chain delivers to another: what is made to be sold has too many codes."""
    found: set[str] = set()
    for file in sorted((data_dir() / "chains").glob("*.toml")):
        chain = load_chain(file.stem)
        passed = {
            material for maker, taker, material in chain.allowed if taker in chain.stages and taker != maker
        }
        found |= {code for material in passed for code in chain.materials[material].hs}
    return tuple(sorted(found))


def _trade(rows: pa.Table, codes: dict[str, tuple[str, str]], asked: Asked, log: Log) -> pd.DataFrame:
    raw = rows.to_pandas().astype("str").apply(lambda column: column.str.strip())
    frame = pd.DataFrame({"year": pd.to_numeric(raw["t"], errors="coerce"), "hs6": raw["k"].str.zfill(6)})
    for column, code in (("exporter", "i"), ("importer", "j")):
        frame[column] = (
            raw[code].map({c: iso3 or f"?{c}" for c, (iso3, _) in codes.items()}).fillna("?" + raw[code])
        )
    for column, code in (("value_kusd", "v"), ("mass_t", "q")):
        text = raw[code].where(~raw[code].str.upper().isin(["NA", "", "NAN"]))
        frame[column] = pd.to_numeric(text, errors="coerce")
        bad = (frame[column].isna() & text.notna()) | (frame[column] < 0) | _infinite(frame[column])
        frame.loc[bad, column] = None
        for at in frame.index[bad]:
            message = f"{column} {raw[code][at]!r} of {frame['exporter'][at]} to {frame['importer'][at]} is no number; it is unknown"
            log.many("bad-number", "warning", message, "Compare with CEPII's file.", 0, column)
    lost = frame["year"].isna()
    if lost.any():
        message = f"{int(lost.sum()):,} rows have no year and are not taken."
        log.add("bad-number", "error", message, "Compare with CEPII's file.", 0, "t")
    _say_countries(frame, codes, log)
    for column, words in (("mass_t", "mass"), ("value_kusd", "value")):
        if count := int(frame[column].isna().sum()):
            message = f"{count:,} records have no {words}: it is unknown, not zero."
            log.add("missing-value", "info", message, "Nothing to do.", 0, column)
    frame = frame[~lost].assign(retrieved=pd.Timestamp(asked.retrieved), note="")
    return frame.sort_values(["year", "hs6", "exporter", "importer"]).reset_index(drop=True)


def _infinite(values: pd.Series) -> pd.Series:
    return values.isin([float("inf"), -float("inf")])


def _say_countries(frame: pd.DataFrame, codes: dict[str, tuple[str, str]], log: Log) -> None:
    titles = dict(codes.values())
    said = pd.concat([frame["exporter"], frame["importer"]]).value_counts()
    for code, count in said.items():
        if understand(str(code), "alpha3") is None:
            message = (
                f"{code} {titles.get(str(code), '')}".strip()
                + f" is no ISO country; {count:,} records keep the code."
            )
            log.add(
                "bad-country",
                "info",
                message,
                "Nothing to do: the records are kept under that code.",
                0,
                "exporter",
            )


def compare(edition: Edition, production: pd.DataFrame, file: str) -> Edition:
    """The edition with its exports set against the production that is at hand."""
    (draft,) = edition.drafts
    judged = against_production(draft.rows, production, file)
    rows = Draft(draft.id, draft.kind, draft.about, judged.trade)
    return Edition(edition.edition, edition.released, (rows,), (*edition.issues, *judged.issues))


SOURCE = Source(
    id="baci",
    title="BACI",
    publisher="CEPII",
    licence=Licence("attribution", "Etalab Open Licence 2.0", verified=False),
    url="https://www.cepii.fr/DATA_DOWNLOAD/baci/data/BACI_HS92_V{edition}.zip",
    file="BACI_HS92.zip",
    rhythm="yearly, in January or February",
    expected={LAYER: Expected(5_000, 1_500_000)},
    read=read,
    by_hand="Download BACI, classification HS92, from www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37.",
    edition="202601",
    largest_mb=_LARGEST_MB,
    compare=compare,
)
