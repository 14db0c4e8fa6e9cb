"""Bringing a public source up to date: fetch it or take a file, read it, check it, keep it beside the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest import editions
from ingest.fetch import Download, Progress, fetch
from ingest.folder import pack, packed
from ingest.source import Asked, Edition, Source
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue


@dataclass(frozen=True)
class Updated:
    """The edition that is now at hand, whether it is new, and everything that was odd."""

    held: editions.Held
    is_new: bool
    issues: list[Issue]


@dataclass(frozen=True)
class Wish:
    """What the user asked for: a local file or folder instead of a download, an edition by name, a checksum to hold."""

    file: Path | None = None
    edition: str = ""
    sha256: str = ""


def update(
    source: Source,
    root: Path,
    wish: Wish,
    today: date,
    environment: Mapping[str, str],
    progress: Progress,
) -> Updated:
    """Brings an edition of the source to `root`; those at hand stay whatever happens.

    Raises SourceError in one line: no network, refused, another checksum, not the expected file, too few rows.
    """
    raw, origin = (
        _file(source, root, wish) if wish.file else _download(source, root, wish, environment, progress)
    )
    given = wish.file if wish.file and wish.file.is_file() else raw
    if wish.sha256 and editions.digest(given) != wish.sha256.lower():
        raise SourceError(f"{given.name} has another checksum than {wish.sha256}: it was changed or cut off.")
    progress(f"reading {source.title}", 0.0)
    edition = _read(source, raw, Asked(today, wish.edition))
    if source.compare is not None:
        edition = source.compare(edition, editions.production(root), raw.name)
    odd = [*edition.issues, *editions.check(source, edition)]
    before = {(h.edition, h.sha256) for h in editions.held(root, source.id)}
    kept = editions.keep(root, source, edition, raw, origin, today)
    if raw != wish.file:
        raw.unlink()  # the edition has its own copy
    return Updated(kept, (kept.edition, kept.sha256) not in before, odd)


def _file(source: Source, root: Path, wish: Wish) -> tuple[Path, str]:
    assert wish.file is not None
    if wish.file.is_dir():
        target = root / source.id / ".fetch" / f"{wish.file.resolve().name}.zip"
        return packed(wish.file, target, source.largest_mb), wish.file.name
    if not wish.file.is_file():
        raise SourceError(f"There is no file {wish.file}. {source.by_hand}")
    files = source.belongs(wish.file) if source.belongs else [wish.file]
    if list(files) == [wish.file]:
        return wish.file, wish.file.name
    target = root / source.id / ".fetch" / f"{wish.file.stem}.zip"
    return pack(sorted(files), target, source.largest_mb, wish.file.name), wish.file.name


def _download(
    source: Source, root: Path, wish: Wish, environment: Mapping[str, str], progress: Progress
) -> tuple[Path, str]:
    if not source.url:
        raise SourceError(f"{source.title}: there is nothing to fetch. {source.by_hand}")
    url = source.url.replace("{edition}", wish.edition or source.edition)
    headers = dict(source.headers)
    hint = f"{source.by_hand} Then: `risk-graph sources update DIR {source.id} --file FILE`."
    if source.secret:
        token = environment.get(source.secret, "")
        if not token:
            raise SourceError(f"{source.title} needs an access token in {source.secret}. {hint}")
        headers[source.token_header] = token
    folder = root / source.id / ".fetch"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.file
    try:
        fetch(Download(url, headers, source.largest_mb << 20), target, progress)
    except SourceError as error:
        raise SourceError(f"{error} {hint}") from None
    return target, url


def _read(source: Source, raw: Path, asked: Asked) -> Edition:
    if raw.stat().st_size > source.largest_mb << 20:
        raise SourceError(f"{raw.name} is larger than {source.largest_mb} MB: it is not {source.title}.")
    return source.read(raw, asked)
