"""A layer of an edition as the files that `risk_graph/layers` reads, and what it says as one number."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from ingest.source import Draft, Edition, Source
from risk_graph.model.table import fact_tables

_CSV = ("country_value", "listing", "trade", "production")


def content_of(edition: Edition) -> str:
    """SHA-256 of what an edition says; the day on which it was retrieved is no part of that."""
    said = hashlib.sha256(str(edition.released).encode())
    for draft in sorted(edition.drafts, key=lambda d: d.id):
        about = json.dumps([draft.id, draft.kind, dict(draft.about)], sort_keys=True, default=str)
        said.update(about.encode(errors="surrogatepass"))
        said.update(_bytes(draft.kind, draft.rows))
        if "geometry" in draft.rows:
            for shape in gpd.GeoSeries(draft.rows["geometry"]).to_wkb():
                said.update(shape or b"none")
        if draft.names is not None:
            said.update(_bytes("names", draft.names))
    return said.hexdigest()


def _bytes(kind: str, rows: pd.DataFrame) -> memoryview:
    table = fact_tables()[kind].to_arrow(rows).replace_schema_metadata(None)
    table = table.select([name for name in table.column_names if name != "retrieved"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return memoryview(sink.getvalue())


def named(edition: Edition, name: str) -> Edition:
    """The edition under another name, in each of its rows too."""
    if name == edition.edition:
        return edition
    drafts = [
        replace(d, rows=d.rows.assign(edition=name)) if "edition" in d.rows else d for d in edition.drafts
    ]
    return replace(edition, edition=name, drafts=tuple(drafts))


def write_layer(folder: Path, source: Source, edition: Edition, draft: Draft, retrieved: date) -> None:
    """layer.toml with its rows, in a new folder."""
    folder.mkdir()
    about = dict(draft.about)
    expect: dict[str, Any] = {"rows": len(draft.rows)}
    expect |= {key: about.pop(key) for key in ("min", "max") if key in about}
    released = {"released": edition.released} if edition.released else {}
    meta = {
        "id": draft.id,
        "kind": draft.kind,
        "publisher": source.publisher,
        "source": f"{source.publisher}, {source.title}, edition {edition.edition}",
        "url": source.url,
        "licence": source.licence.terms,
        "redistribution": source.licence.redistribution,
        "edition": edition.edition,
        **released,
        "retrieved": retrieved,
        "direction": "none",
        "unit": "",
        **about,
        "expect": expect,
    }
    (folder / "layer.toml").write_text(tomli_w.dumps(meta), encoding="utf-8")
    _write_rows(folder, draft)


def _write_rows(folder: Path, draft: Draft) -> None:
    table = fact_tables()[draft.kind]
    if draft.kind in _CSV:
        _days_as_text(table.conform(draft.rows)).to_csv(
            folder / "values.csv", index=False, lineterminator="\n"
        )
    elif "geometry" in draft.rows:
        rows = table.conform(draft.rows).assign(geometry=draft.rows["geometry"].to_numpy())
        gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326").to_parquet(folder / "values.parquet")
    else:
        pq.write_table(table.to_arrow(draft.rows), folder / "values.parquet")
    if draft.names is not None:
        pq.write_table(fact_tables()["names"].to_arrow(draft.names), folder / "names.parquet")


def _days_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    days = frame.select_dtypes("datetime").columns
    return frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in days})
