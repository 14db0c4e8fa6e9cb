"""`risk-graph sources`: the public sources, their editions at hand, and bringing one up to date."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from risk_graph.console import exit_codes, say, steps, table_of
from risk_graph.errors import LayerError, SourceError
from risk_graph.formats import Folder, Format, FormatOption, show

if TYPE_CHECKING:  # geopandas behind it is slow to import
    from risk_graph.layers.layer import Cover, Layer

app = typer.Typer(
    help="Public sources: list them, fetch an edition, see what is at hand.", no_args_is_help=True
)


@app.command(name="list")
def list_sources(format: FormatOption = Format.table) -> None:
    """Every source that can be fetched: publisher, licence, address, rhythm."""
    from ingest.source import sources

    with exit_codes(Path()):
        rows = [
            {
                "source_id": s.id,
                "title": s.title,
                "publisher": s.publisher,
                "licence": s.licence.terms,
                "licence_class": s.licence.kind,
                "redistribution": s.licence.redistribution,
                "verified": s.licence.verified and s.verified,
                "layers": " ".join(s.expected),
                "rhythm": s.rhythm,
                "url": s.url,
                "by_hand": s.by_hand,
            }
            for s in sources().values()
        ]
        table = pd.DataFrame(rows)
        short = ["source_id", "title", "licence_class", "rhythm"]
        show(table[short] if format is Format.table else table, format)


@app.command()
def update(
    folder: Folder,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Id of the source; `sources list` has them.")
    ],
    file: Annotated[Path | None, typer.Option(help="Read this file or folder instead of fetching.")] = None,
    edition: Annotated[str, typer.Option(help="Edition to fetch, or that the file is.")] = "",
    sha256: Annotated[str, typer.Option(help="Refuse a file with another checksum.")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """Fetch a source (or read --file), check it, keep the edition beside the others."""
    from ingest.source import source_of
    from ingest.update import Wish
    from ingest.update import update as bring_up_to_date
    from risk_graph.act.show import to_json
    from risk_graph.layers.layer import load_layer
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        wish = Wish(file, edition, sha256)
        with steps() as progress:
            found = bring_up_to_date(
                source_of(source), project.sources, wish, date.today(), os.environ, progress, load_layer
            )
        held = found.held
        if json:
            issues = [vars(i) for i in found.issues]
            about = {k: v for k, v in vars(held).items() if k not in ("folder", "files", "issues")}
            typer.echo(to_json({**about, "is_new": found.is_new, "issues": issues}))
        for line in table_of(found.issues):
            say(line)
        rows = ", ".join(f"{count:,} rows of {name}" for name, count in held.rows.items())
        say(
            f"{source} edition {held.edition}: {rows}. {'New.' if found.is_new else 'It was at hand already.'}"
        )
        say(f"`risk-graph run {folder}` uses it.")


@app.command()
def status(folder: Folder, format: FormatOption = Format.table) -> None:
    """The editions at hand, fetched and bundled: released, retrieved, licence, rows, state, and which one a run uses."""
    from ingest.editions import held
    from risk_graph.layers.library import choose, layers_at_hand
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        as_of = project.settings.run.as_of or date.today()
        at_hand, damage = layers_at_hand(project.sources)
        try:
            chosen = choose(at_hand, as_of, project.settings.layers)
        except LayerError as error:
            chosen, damage = {}, [*damage, error]
        states = {
            (layer, h.edition): (h.source, h.state()) for h in held(project.sources) for layer in h.rows
        }
        rows = []
        for one in (one for editions in at_hand.values() for one in editions):
            source_id, state = states.get((one.cover.id, one.cover.edition), ("", "bundled"))
            try:
                one.check()
            except LayerError as error:
                damage.append(error)
                state = "damaged"
            used = one is chosen.get(one.cover.id)
            rows.append(
                _status_row(one.cover, as_of) | {"source_id": source_id, "state": state, "used": used}
            )
        show(pd.DataFrame(rows).astype({"age_days": "Int64"}), format)
        for row in rows:
            if row["state"] == "changed":
                say(
                    f"Warning: {row['layer']}, edition {row['edition']}: the publisher's file in raw/ is not what was "
                    "fetched. The rows that a run reads are as they were written."
                )
        for damaged in damage:
            say(f"Error: {damaged}")
        if damage:
            say("Until then a run that needs it refuses: another edition would count without a word.")
            raise SystemExit(SourceError.exit_code)


def _status_row(cover: "Cover", as_of: date) -> dict[str, object]:
    return {
        "layer": cover.id,
        "edition": cover.edition,
        "released": cover.released.isoformat() if cover.is_dated else "",
        "retrieved": cover.retrieved.isoformat(),
        "age_days": (as_of - cover.released).days if cover.is_dated or cover.retrieved <= as_of else None,
        "rows": cover.rows,
        "licence": cover.licence,
        "redistribution": cover.redistribution,
    }


@app.command()
def changes(
    folder: Folder,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Id of the source; `sources list` has them.")
    ],
    from_: Annotated[str, typer.Option("--from", help="Older edition; default: the one before --to.")] = "",
    to: Annotated[str, typer.Option("--to", help="Newer edition; default: the newest at hand.")] = "",
    format: FormatOption = Format.table,
) -> None:
    """What changed between two editions at hand: rows added, removed and changed."""
    from ingest.source import source_of
    from risk_graph.act.export import Withheld, passed_on
    from risk_graph.layers.library import load_library
    from risk_graph.project import open_project

    with exit_codes(folder):
        project = open_project(folder, os.environ)
        library = load_library(project.sources, date.today())
        tables, newest = [], []
        for layer_id in source_of(source).expected or _own_layers(library.editions, project.sources / source):
            older, newer = _pair(layer_id, library.editions.get(layer_id, ()), from_, to)
            found = _changes_of(older, newer)
            found.insert(0, "layer", layer_id)
            tables.append(found)
            newest.append(newer)
            counts = found["change"].value_counts()
            said = ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in ("added", "removed", "changed"))
            say(f"{layer_id}, edition {older.edition} to {newer.edition}: {said}.")
        found = pd.concat(tables, ignore_index=True)
        if format is not Format.table:
            withheld = Withheld(
                {new.id: f"edition {new.edition}, {new.licence}" for new in newest if not new.redistribution}
            )
            found = passed_on(found, withheld, also=("name",))
            if withheld.layers:
                say(withheld.sentence)
        show(found, format)


def _pair(layer_id: str, editions: "tuple[Layer, ...]", from_: str, to: str) -> "tuple[Layer, Layer]":
    """The two editions that were asked for; SourceError names those at hand."""
    names = [layer.edition for layer in editions]
    for asked in (from_, to):
        if asked and asked not in names:
            raise SourceError(
                f"Edition {asked!r} of {layer_id} is not at hand. At hand: {', '.join(names) or 'none'}."
            )
    newer = names.index(to) if to else len(names) - 1
    older = names.index(from_) if from_ else newer - 1
    if older < 0:
        raise SourceError(
            f"Two editions of {layer_id} are needed. At hand: {', '.join(names) or 'none'}; bring another with "
            "`risk-graph sources update`."
        )
    return editions[older], editions[newer]


def _own_layers(editions: "Mapping[str, tuple[Layer, ...]]", held: Path) -> list[str]:
    """Layers of a source that says only in its files which it has: those with two editions, else all at hand."""
    own = sorted({path.parent.name for path in held.glob("*/*/layer.toml")})
    if not own:
        raise SourceError(
            f"No edition of {held.name} is at hand: bring one with `risk-graph sources update`."
        )
    return [id_ for id_ in own if len(editions.get(id_, ())) > 1] or own


def _changes_of(older: "Layer", newer: "Layer") -> pd.DataFrame:
    from ingest.changes import changes_of_kind

    return changes_of_kind(newer.kind, (older.values, older.names), (newer.values, newer.names))
