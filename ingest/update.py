"""Bringing a public source up to date: fetch it or take a file, read it, check it, keep it beside the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from ingest import editions, expectations
from ingest.fetch import Download, Progress, fetch
from ingest.folder import pack, packed
from ingest.source import Asked, Edition, Source
from ingest.turn import storage_errors, turn
from risk_graph.errors import SourceError
from risk_graph.model.issue import Issue

_LONGEST_NAME = 100


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
    proof: editions.Proof = lambda _: None,
) -> Updated:
    """Brings an edition of the source to `root`; those at hand stay whatever happens. `proof` reads a layer as a run
    would: what a run would refuse is not kept.

    Raises SourceError in one line: no network, refused, another checksum, not the expected file, too few rows, a full
    disk; BusyError while another update of the source is running.
    """
    if wish.edition:
        _check_name(source, wish.edition)
    with turn(root, source.id):
        raw, origin = (
            _file(source, root, wish) if wish.file else _download(source, root, wish, environment, progress)
        )
        try:
            return _take(source, root, wish, raw, origin, today, progress, proof)
        finally:
            if raw != wish.file:
                raw.unlink(missing_ok=True)  # the edition has its own copy


def _take(
    source: Source,
    root: Path,
    wish: Wish,
    raw: Path,
    origin: str,
    today: date,
    progress: Progress,
    proof: editions.Proof,
) -> Updated:
    """The raw file as an edition at hand."""
    given = wish.file if wish.file and wish.file.is_file() else raw
    if wish.sha256 and editions.digest(given) != wish.sha256.lower():
        raise SourceError(f"{given.name} has another checksum than {wish.sha256}: it was changed or cut off.")
    progress(f"Reading {source.title}", 0.0)
    asked = wish.edition or ("" if wish.file else source.edition)
    read = _read(source, raw, Asked(today, asked))
    if source.compare is not None:
        read = source.compare(read, expectations.production(root), raw.name)
    edition, odd = _dated(read, source, asked, today)
    at_hand = editions.held(root, source.id)
    odd += expectations.check(source, edition, at_hand)
    progress(f"Keeping edition {edition.edition}", 0.0)
    before = {(h.edition, h.content) for h in at_hand}
    kept = editions.keep(root, source, edition, raw, origin, today, proof)
    is_new = (kept.edition, kept.content) not in before
    if kept.edition != kept.published_as and is_new:
        message = f"Edition {kept.published_as} was at hand with another content; both are kept, this one as {kept.edition}."
        remedy = f"`risk-graph sources changes DIR {source.id}` says what differs; [layers] in risk-graph.toml chooses."
        odd.append(Issue("edition-published-again", "warning", raw.name, "", 0, "", message, remedy))
    return Updated(kept, is_new, odd)


def _dated(edition: Edition, source: Source, asked: str, today: date) -> tuple[Edition, list[Issue]]:
    """The edition with a usable name and a day that has come; SourceError if it is not the one that was asked for."""
    name, odd = edition.edition, list(edition.issues)
    _check_name(source, name)
    if asked and not _is_called(name, asked):
        raise SourceError(f"{source.title}: this is edition {name}, not {asked}. Ask for it by that name.")
    released = edition.released
    if released is None or released <= today:
        return edition, odd
    # It is at hand, so it has appeared: by a clock east of ours, or by one that is wrong.
    if released > today + timedelta(days=1):
        message = f"Edition {name} says that it is of {released}, which has not come; it counts from {today}."
        odd.append(
            Issue("bad-date", "warning", source.file, "", 0, "", message, "Look whether the clock is right.")
        )
    return replace(edition, released=today), odd


def _is_called(name: str, asked: str) -> bool:
    """Addresses and files spell a name in their own ways: 26.1 is 261; an edition may name its table before it, and
    `HS92 V202601` is 202601.
    """
    last = _letters(name.rpartition(" ")[2])
    return _letters(asked) in {_letters(name), last, last.removeprefix("v")}


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _check_name(source: Source, name: str) -> None:
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise SourceError(
            f"{source.title}: {name[:_LONGEST_NAME]!a} is no name for an edition; give one with --edition."
        )


def _file(source: Source, root: Path, wish: Wish) -> tuple[Path, str]:
    assert wish.file is not None
    if wish.file.is_dir():
        target = root / source.id / ".fetch" / f"{wish.file.resolve().name}.zip"
        return packed(wish.file, target, source.largest_mb), wish.file.resolve().name
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
    if wish.edition and "{edition}" not in source.url:
        raise SourceError(
            f"The address of {source.title} has its newest edition alone: leave --edition out, or give the file of edition "
            f"{wish.edition} with --file."
        )
    url = source.url.replace("{edition}", quote(wish.edition or source.edition, safe=""))
    hint = f"{source.by_hand} Then: `risk-graph sources update DIR {source.id} --file FILE`."
    token = _token(source, environment.get(source.secret, ""), hint) if source.secret else ""
    download = Download(
        url,
        source.headers,
        source.largest_mb << 20,
        secrets={source.token_header: token} if source.token_header else {},
        secret_query={source.token_parameter: token} if source.token_parameter else {},
    )
    target = root / source.id / ".fetch" / source.file
    with storage_errors(root):
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        fetch(download, target, progress)
    except SourceError as error:
        raise SourceError(f"{error} {hint}") from None
    return target, url


def _token(source: Source, text: str, hint: str) -> str:
    token = text.strip()
    if not token:
        raise SourceError(f"{source.title} needs an access token in {source.secret}. {hint}")
    if not (token.isascii() and token.isprintable()):
        raise SourceError(
            f"What stands in {source.secret} is no access token: it holds a line break or odd letters."
        )
    return token


def _read(source: Source, raw: Path, asked: Asked) -> Edition:
    if raw.stat().st_size > source.largest_mb << 20:
        raise SourceError(f"{raw.name} is larger than {source.largest_mb} MB: it is not {source.title}.")
    return source.read(raw, asked)
