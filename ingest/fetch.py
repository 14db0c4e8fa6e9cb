"""Downloads: with progress, retries with back-off, and resume; one line that says what to do when it fails."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from urllib3.util import Retry, Timeout

from risk_graph.errors import SourceError

Progress = Callable[[str, float], None]

_BLOCK = 1 << 18
_RETRIES = 4
_LONGEST_WAIT = 60
"""Seconds that a server may ask us to wait before the next try."""
_AGAIN = (429, 500, 502, 503, 504)
_AGENT = "risk-graph (supply-chain due diligence)"


@dataclass(frozen=True)
class Download:
    """Where something is: its address, what to send with the request, and how large it may be (bytes). `secrets` are
    headers, `secret_query` parameters of the address, that no other host is sent to which the server may redirect; they
    stand in no file, message or log.
    """

    url: str
    headers: Mapping[str, str]
    largest: int
    back_off: float = 1.0
    secrets: Mapping[str, str] = field(default_factory=dict)
    secret_query: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole_url(self) -> str:
        """With its secrets: to be sent, and never to be kept or shown."""
        joined = "&" if "?" in self.url else "?"
        return f"{self.url}{joined}{urlencode(self.secret_query)}" if self.secret_query else self.url


def fetch(download: Download, target: Path, progress: Progress) -> None:
    """The download as `target`; what an earlier try left in `target`.part is continued, not fetched again.

    Raises SourceError, in one line, if there is no network, the server refuses, or it sends too much.
    """
    part, note = target.with_name(target.name + ".part"), target.with_name(target.name + ".part.json")
    with (
        _discreet(download),
        urllib3.PoolManager(
            retries=Retry(
                total=_RETRIES,
                connect=1,
                backoff_factor=download.back_off,
                status_forcelist=_AGAIN,
                raise_on_status=False,
                retry_after_max=_LONGEST_WAIT,
                remove_headers_on_redirect=[*Retry.DEFAULT_REMOVE_HEADERS_ON_REDIRECT, *download.secrets],
            ),
            timeout=Timeout(connect=15.0, read=60.0),
        ) as pool,
    ):
        for _ in range(_RETRIES + 1):
            try:
                if _receive(pool, download, part, note, progress):
                    break
            except (urllib3.exceptions.ReadTimeoutError, urllib3.exceptions.ProtocolError):
                continue  # cut off midway: go on from what has arrived
            except urllib3.exceptions.HTTPError as error:
                raise SourceError(f"{_host(download.url)} cannot be reached ({_plain(error)}).") from None
        else:
            raise SourceError(
                f"{_host(download.url)} broke off {_RETRIES + 1} times; the part that arrived is kept: try again later."
            )
    part.replace(target)
    note.unlink(missing_ok=True)


@contextmanager
def _discreet(download: Download) -> Iterator[None]:
    """What urllib3 logs of a request holds its address: without the secrets in it."""
    said = [
        form
        for text in download.secret_query.values()
        for form in (text, quote(text), urlencode({"": text})[1:])
    ]

    def without(record: logging.LogRecord) -> bool:
        text = record.getMessage()
        for form in said:
            text = text.replace(form, "...")
        record.msg, record.args = text, ()
        return True

    loggers = [
        logging.getLogger(f"urllib3.{part}")
        for part in ("connectionpool", "connection", "util.retry", "poolmanager")
    ]
    for logger in loggers:
        logger.addFilter(without)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(without)


def _receive(
    pool: urllib3.PoolManager, download: Download, part: Path, note: Path, progress: Progress
) -> bool:
    """One request; True when everything has arrived."""
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity", **download.headers, **download.secrets}
    have = part.stat().st_size if part.exists() else 0
    known = _noted(note)
    if have and known.get("url") == download.url and known.get("mark"):
        headers |= {"Range": f"bytes={have}-", "If-Range": known["mark"]}
    else:
        have = 0
    answer = pool.request("GET", download.whole_url, headers=headers, preload_content=False)
    try:
        _check_way(download, answer)
        if answer.status == 206:
            if not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                part.unlink(missing_ok=True)  # another piece than was asked for: from the beginning
                return False
            mode = "ab"
        elif answer.status == 200:
            mode, have = "wb", 0
            mark = answer.headers.get("ETag", "") or answer.headers.get("Last-Modified", "")
            note.write_text(json.dumps({"url": download.url, "mark": mark}))
        elif answer.status == 416:
            part.unlink(missing_ok=True)
            return False
        else:
            raise SourceError(
                f"{_host(download.url)} answered {answer.status} {answer.reason or ''}".strip() + "."
            )
        length = answer.headers.get("Content-Length", "")
        whole = have + int(length) if length.isdigit() else 0
        with part.open(mode) as file:
            for block in _blocks(answer):
                have += len(block)
                if have > download.largest:
                    raise SourceError(
                        f"{_host(download.url)} sent more than {download.largest >> 20} MB; that is not the file it was."
                    )
                file.write(block)
                progress(f"Fetching from {_host(download.url)}", have / whole if whole else 0.0)
        return not whole or have >= whole
    finally:
        answer.release_conn()


def _check_way(download: Download, answer: Any) -> None:
    """SourceError if the answer came over an open line although a closed one was asked for, or is packed unasked."""
    if download.url.startswith("https:") and str(answer.geturl() or "").startswith("http:"):
        raise SourceError(
            f"{_host(download.url)} led to an address without encryption; nothing was taken from it."
        )
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise SourceError(f"{_host(download.url)} sent the file compressed, which was not asked for.")


def _blocks(answer: Any) -> Iterator[bytes]:
    yield from answer.stream(_BLOCK, decode_content=False)


def _noted(note: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(note.read_text())
    except (OSError, ValueError):
        return {}
    return found


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _plain(error: BaseException) -> str:
    """Why, without addresses of objects or secrets of the request."""
    reason = getattr(error, "reason", None) or error
    words = {
        urllib3.exceptions.NameResolutionError: "its name is not found: is there a network?",
        urllib3.exceptions.NewConnectionError: "no connection: is there a network?",
        urllib3.exceptions.ConnectTimeoutError: "no answer in time",
        urllib3.exceptions.SSLError: "its certificate is not accepted",
        urllib3.exceptions.ProxyError: "the proxy refuses",
    }
    return next((text for kind, text in words.items() if isinstance(reason, kind)), type(reason).__name__)
